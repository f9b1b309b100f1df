"""What formulas cannot be reckoned with, and where that is said."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from fundsim.rules.allocation import AllocationRule
from fundsim.rules.allocation.bases import names
from fundsim.rules.allocation.equalising import (
    CapacityEqualisation,
    EqualisationGrant,
    FullEqualisation,
    NeedsMinusResources,
)
from fundsim.rules.allocation.formulas import Barnett, EfitAdditive, PhaseIn, TargetedCapitation
from fundsim.rules.allocation.guarantees import (
    FloorDamping,
    FundingGuarantee,
    MixWithFloor,
    PaceOfChange,
)
from fundsim.rules.base import Fault
from fundsim.rules.round import Round
from tests.rules.little import between, table

AREAS = table(
    [100, 300, 600],
    names=["Ay", "Bee", "Cee"],
    nations=["Alpha", "Alpha", "Beta"],
    sums=["counted"],
    of_a_nation=["own"],
    need=[4, 2, 1],
    own=[1, 2, 3],
    counted=[5, 6, 7],
    nothing=[0, 0, 0],
    hole=[1, float("nan"), 2],
    alike=[3, 3, 3],
)


@pytest.mark.parametrize(
    ("rule", "key", "message"),
    [
        (
            MixWithFloor(parts={"equal": 0.5, "alik": 0.5}, floor=1),
            ("parts", "alik"),
            'the table of areas has no column "alik" (did you mean "alike"?)',
        ),
        (
            MixWithFloor(parts={"nothing": 1}, floor=1),
            ("parts", "nothing"),
            "every area has 0 in nothing",
        ),
        (
            MixWithFloor(parts={"own": 1}, floor=1),
            ("parts", "own"),
            "in each nation and cannot compare areas of Alpha, Beta; share between nations first",
        ),
        (
            TargetedCapitation(indices=["alike", "counted"]),
            ("indices",),
            'column "counted" is a sum over a whole area; choose an index, which is a mean or',
        ),
        (TargetedCapitation(indices=["nothing"]), ("indices",), "every area has 0 in nothing"),
        (
            TargetedCapitation(indices=["hole"]),
            ("indices",),
            'column "hole" is empty for Bee; leave these areas out with geography.where',
        ),
        (EfitAdditive(indicators={"own": 0.5}), ("indicators", "own"), 'column "own" has a scale'),
        (
            EfitAdditive(indicators={"nothing": 0.5}),
            ("indicators", "nothing"),
            "every area has 0 in nothing",
        ),
        (PhaseIn(base="nothing"), ("base",), "every area has 0 in nothing"),
        (PhaseIn(base="bas", indices=["alike"]), ("base",), 'no column "bas"'),
        (
            FloorDamping(base="alike", floor=0, indices=["need", "own"]),
            ("indices",),
            'column "own"',
        ),
        (
            FundingGuarantee(core="alike", base="alike", grant="nothing"),
            ("grant",),
            "every area has 0 in nothing",
        ),
        (PaceOfChange(base="nothing", least=0), ("base",), "every area has 0 in nothing"),
        (
            Barnett(base="alike"),
            ("reference", "England"),
            '"England" is not in the geography; it has Ay, Bee, Cee',
        ),
        (
            Barnett(base="alike", reference="Ay", needs={"Bea": 1.1}),
            ("needs", "Bea"),
            '"Bea" is not in the geography (did you mean "Bee"?)',
        ),
        (
            Barnett(base="alike", reference="Ay", needs={"A000000": 1.1}),
            ("needs",),
            "others are compared with Ay; leave its own factor out",
        ),
        (EqualisationGrant(raised="alike", need="own"), ("need",), 'column "own" has a scale'),
        (
            NeedsMinusResources(needs="nothing", resources="alike"),
            ("needs",),
            "nobody needs more than its resources (nothing, alike)",
        ),
        (
            CapacityEqualisation(capacity="alike"),
            ("capacity",),
            "nobody is below the average in alike",
        ),
        (
            FullEqualisation(needs="alike", capacity="counted"),
            ("capacity",),
            'column "counted" is a sum over a whole area; choose one of pounds a head',
        ),
    ],
)
def test_a_fault_of_a_formula_says_where_it_stands(
    rule: AllocationRule, key: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(Fault, match=re.escape(message)) as raised:
        rule.shares(between(AREAS, 100))
    assert raised.value.key == key


def test_a_need_that_cannot_be_compared_is_a_fault_at_the_key_that_asks_for_it() -> None:
    here = Round.over(AREAS, "own", np.array([100]))
    for rule, key in (
        (MixWithFloor(parts={"need": 1}, floor=0), ("parts", "need")),
        (PhaseIn(base="alike"), ("target", "need")),
        (TargetedCapitation(indices=["need"]), ("indices",)),
        (EfitAdditive(indicators={"need": 1}), ("indicators", "need")),
    ):
        with pytest.raises(Fault, match=r"need \(own\) has a scale of its own") as raised:
            rule.shares(here)
        assert raised.value.key == key


def test_pounds_of_groups_are_sums_or_not_known() -> None:
    nations = between(AREAS, 100).grouped("nation")
    assert nations.pounds("counted", key="base").values[:, 0].tolist() == [1_100, 700]
    with pytest.raises(Fault, match='column "alike" is a mean, so that the pounds of a group'):
        nations.pounds("alike", key="base")


@pytest.mark.parametrize(
    ("rule", "settings", "message"),
    [
        (MixWithFloor, {"parts": {"need": 0.5}, "floor": 1}, "the weights sum to 0.5, not to 1"),
        (MixWithFloor, {"parts": {}, "floor": 1}, "at least 1 item"),
        (MixWithFloor, {"parts": {"need": 1.5, "equal": -0.5}, "floor": 1}, "greater than"),
        (MixWithFloor, {"parts": {"need": 1}}, "Field required"),
        (TargetedCapitation, {"indices": []}, "at least 1 item"),
        (
            EfitAdditive,
            {"indicators": {"a": 0.6, "b": 0.6}},
            "the shares sum to 1.2, above 1; leave some money to go per head",
        ),
        (PhaseIn, {"base": "b", "steps": [0.5, 0.4]}, "the steps go back; each is at least"),
        (PhaseIn, {"base": "b", "steps": []}, "at least 1 item"),
        (
            PhaseIn,
            {"base": "b", "target": {"need": 1}, "indices": ["need"]},
            "target and indices are two ways of saying the same; state one of them",
        ),
        (FloorDamping, {"base": "b", "floor": "-101%"}, "greater than or equal to -1"),
        (PaceOfChange, {"base": "b", "least": "-1%"}, "greater than or equal to 0"),
        (
            PaceOfChange,
            {"base": "b", "least": "3%", "most": "2%"},
            "the most growth is below the least; raise it, or lower least",
        ),
        (
            PaceOfChange,
            {"base": "b", "least": 0, "none_from": "5%"},
            "the least growth must end farther over target than where it begins to fall",
        ),
        (PaceOfChange, {"base": "b", "least": 0, "lifted_to": "5%"}, "less than or equal to 0"),
        (Barnett, {"base": "b", "comparability": 1.1}, "less than or equal to 1"),
        (Barnett, {"base": "b", "needs": {"Wales": 0}}, "greater than 0"),
        (CapacityEqualisation, {"capacity": "c", "pays": "all"}, "'the_pot' or 'the_formula'"),
    ],
)
def test_settings_of_formulas_that_make_no_sense_are_refused(
    rule: type[AllocationRule], settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        rule.model_validate(settings)


def test_remarks_and_doubts_are_said_only_where_there_is_something_to_say() -> None:
    areas = table([1, 1], names=["Ay", "Bee"], base=[100, 100], core=[103, 102], need=[1, 1])
    guarantee = FundingGuarantee(core="core", base="base")
    (remark,) = guarantee.remarks(between(areas, 1))
    assert remark == "without the grant 1 of 2 areas grow by less than 0.03: Bee"
    assert not list(FundingGuarantee(core="core", base="base", growth=0).remarks(between(areas, 1)))
    even = PaceOfChange(base="base", least=0)
    assert not list(even.remarks(between(areas, 1)))
    assert not list(NeedsMinusResources(needs="core", resources="base").remarks(between(areas, 1)))
    alone = Barnett(base="base", reference="Ay")
    assert not list(alone.remarks(between(areas, 1).within(np.array([0]))))
    assert [list(rule.doubts()) != [] for rule in (even, guarantee)] == [True, False]
    assert "left out" in next(CapacityEqualisation(capacity="base").doubts())


def test_many_names_are_cut_short() -> None:
    areas = table([1] * 7, names=list("ABCDEFG"))
    assert names(between(areas, 1), np.ones(7, np.bool_)) == "A, B, C, D, E and 2 more"
