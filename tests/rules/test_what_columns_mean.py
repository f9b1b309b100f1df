"""Columns are refused where their table says that they are not what a rule asks for.

Which unit a rule asks for stands in the description of its key, and nothing else; here every such
key is tried with columns of every other unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest
from pydantic import TypeAdapter

from fundsim.errors import DataError
from fundsim.places import Geography, Quantity, load_geography
from fundsim.places.columns import Column
from fundsim.rules.allocation import AllocationRule, AnyAllocation, in_money
from fundsim.rules.allocation.adjusting import Phasing
from fundsim.rules.allocation.bounds import Bound, Damping
from fundsim.rules.base import Fault, Setting, catalogue
from fundsim.rules.need import Blend, combined
from fundsim.rules.round import Round
from tests.rules.little import between, table

DESCRIBED: dict[str, tuple[str, str]] = {  # by name, unit and aggregate
    "spent": ("pounds", "sum"),
    "had": ("£ a year", "sum"),
    "income": ("pounds a head", "mean"),
    "poor": ("persons", "sum"),
    "score": ("score", "mean"),
    "wards": ("places", "sum"),
    "millions": ("£m", "sum"),
    "price": ("pounds", "mean"),
    "unsaid": ("", "mean"),
}
FIT: dict[Quantity, set[str]] = {
    "pounds": {"spent", "had", "unsaid"},
    "pounds a head": {"income", "unsaid"},
    "people": {"poor", "unsaid"},
}


def _but(column: Column, **changes: Any) -> Column:
    return replace(column, **changes)


def described() -> Geography:
    columns: dict[str, Any] = {name: [30.0, 20.0, 40.0] for name in DESCRIBED}
    areas = table([100, 300, 600], nations=["England", "Wales", "Wales"], **columns)
    about: Any = {
        name: _but(areas.about[name], unit=unit, aggregate=together)
        for name, (unit, together) in DESCRIBED.items()
    }
    return replace(areas, about=about)


AREAS = described()

# Every key of a rule that names a column of a stated unit, the rule around it, and that unit. Other
# keys that name columns only weigh, rank or choose areas by them, whatever they are in.
Asked = tuple[str, str, dict[str, Any], Quantity]
POUNDS: list[Asked] = [
    ("threshold_per_head", "people", {}, "people"),
    ("proportional_claims", "claims", {}, "pounds"),
    ("cea", "claims", {}, "pounds"),
    ("cel", "claims", {}, "pounds"),
    ("talmud", "claims", {}, "pounds"),
    ("fill_gap", "already", {}, "pounds"),
    ("equalisation_grant", "raised", {"need": "population"}, "pounds"),
    ("needs_minus_resources", "needs", {"resources": "none"}, "pounds"),
    ("needs_minus_resources", "resources", {"needs": "plenty"}, "pounds"),
    ("needs_minus_resources", "damped_up", {"needs": "plenty", "resources": "none"}, "pounds"),
    ("needs_minus_resources", "damped_down", {"needs": "plenty", "resources": "none"}, "pounds"),
    ("capacity_equalisation", "capacity", {}, "pounds a head"),
    ("full_equalisation", "needs", {"capacity": "none"}, "pounds a head"),
    ("full_equalisation", "capacity", {"needs": "none"}, "pounds a head"),
    ("floor_damping", "base", {"floor": 0, "target": {"population": 1}}, "pounds"),
    ("funding_guarantee", "base", {"core": "none"}, "pounds"),
    ("funding_guarantee", "core", {"base": "none"}, "pounds"),
    ("pace_of_change", "base", {"least": 0, "target": {"population": 1}}, "pounds"),
    ("phase_in", "base", {"target": {"population": 1}}, "pounds"),
    ("barnett", "base", {"reference": "A000000"}, "pounds"),
    ("maximin", "already", {}, "pounds"),
    ("alpha_fair", "already", {}, "pounds"),
    ("column", "column", {"unit": "pounds"}, "pounds"),
]
AROUND: list[Asked] = [
    ("floor", "column", {}, "pounds"),
    ("cap", "column", {}, "pounds"),
    ("damping", "base", {"fall": 0.1}, "pounds"),
    ("phase_in", "base", {}, "pounds"),
]
RULE: TypeAdapter[Any] = TypeAdapter(AnyAllocation)


def ruled(asked: Asked, name: str, *, around: bool) -> AllocationRule:
    kind, key, others, _ = asked
    own = {**others, key: name}
    settings = {"kind": kind, **own}
    if around:
        if kind == "phase_in":
            own["steps"] = [0.5, 1]
        settings = {"kind": "adjusted", "rule": {"kind": "equal"}, kind: own}
    rule: AllocationRule = RULE.validate_python(settings)
    return rule


def here() -> Round:
    areas = AREAS
    more = {"none": np.zeros(3), "plenty": np.full(3, 1e6)}
    about = dict(areas.about)
    for name in more:  # nobody described these
        about[name] = replace(areas.about["unsaid"], name=name)
    columns = {**areas.columns, **more}
    return between(replace(areas, columns=columns, about=about), 1000)


def tried() -> Iterator[Any]:
    for around, asks in (False, POUNDS), (True, AROUND):
        for asked in asks:
            kind, key, *_ = asked
            yield pytest.param(asked, around, id=f"{'around-' * around}{kind}-{key}")


@pytest.mark.parametrize(("asked", "around"), list(tried()))
def test_a_column_in_another_unit_is_refused_at_its_key(asked: Asked, *, around: bool) -> None:
    kind, key, _, quantity = asked
    for name, (unit, _) in DESCRIBED.items():
        rule = ruled(asked, name, around=around)
        if name in FIT[quantity]:
            in_money(rule.shares(here()), here())
            continue
        with pytest.raises(Fault, match=re.escape(f'column "{name}" ({unit}) ')) as raised:
            rule.shares(here())
        assert raised.value.key == ((kind, key) if around else (key,))
        remedy = raised.value.message.partition("; choose one ")[2]
        assert all(name in remedy for name in FIT[quantity] - {"unsaid"}), raised.value.message


def test_every_key_that_says_it_is_a_column_of_a_unit_is_tried_here() -> None:
    told = {
        (kind, key) for kind, rule in catalogue(AnyAllocation).items() for key in _of_a_unit(rule)
    }
    assert told == {(kind, key) for kind, key, *_ in POUNDS if kind != "column"}
    around = {(one.__name__, key) for one in (Bound, Damping, Phasing) for key in _of_a_unit(one)}
    assert around == {("Bound", "column"), ("Damping", "base"), ("Phasing", "base")}


def _of_a_unit(rule: type[Setting]) -> Iterator[str]:
    words = re.compile("column of pounds|pounds that a column|column that counts the people")
    for key, field in rule.model_fields.items():
        if words.search(field.description or ""):
            yield key


def test_where_no_column_would_do_the_remedy_says_so() -> None:
    uk = load_geography("uk-districts-2024")
    rule = RULE.validate_python({"kind": "talmud", "claims": "gdhi"})
    with pytest.raises(Fault) as raised:
        rule.shares(Round.over(uk, "uk_score", np.array([100])))
    assert raised.value.message == (
        'column "gdhi" (pounds a head) is a mean, and not what each area had; choose one of '
        "pounds; the table describes none, so bring one in a table of your own"
    )


def test_a_column_that_is_empty_here_is_no_remedy() -> None:
    uk = load_geography("uk-districts-2024")
    rule = RULE.validate_python({"kind": "threshold_per_head", "people": "lbn_areas"})
    for nations, such_as in (NATIONS, "population, lbn_pop"), (ENGLAND, "population, lbn_pop, cni"):
        rows = np.flatnonzero([nation in nations for nation in uk.nations])
        here = Round.over(uk, "uk_score", np.array([100])).within(rows)
        with pytest.raises(
            Fault, match=rf"choose one that counts people, such as {such_as}"
        ) as told:
            rule.shares(here)
        assert ("cni23_pop" in told.value.message) == (nations == ENGLAND)


NATIONS = ("England", "Northern Ireland", "Scotland", "Wales")
ENGLAND = ("England",)

# Units


@pytest.mark.parametrize(
    ("unit", "quantity"),
    [
        ("pounds", "pounds"),
        ("Pounds", "pounds"),
        ("£", "pounds"),
        ("GBP", "pounds"),
        ("£ a year", "pounds"),
        ("pounds per year", "pounds"),
        ("pounds per annum", "pounds"),
        ("pounds (2024 prices)", "pounds"),
        ("pounds in 2024-25", "pounds"),
        ("pounds a head", "pounds a head"),
        ("£ per head a year", "pounds a head"),
        ("£/head", "pounds a head"),
        ("pounds per person", "pounds a head"),
        ("£ per capita", "pounds a head"),
        ("pounds for each resident", "pounds a head"),
        ("£m", None),
        ("£ million", None),
        ("£000", None),
        ("£'000s", None),
        ("thousands of pounds", None),
        ("pounds, in thousands", None),
        ("pounds a household", None),
        ("pounds per 1,000 people", None),
        ("£ per job", None),
        ("pence", None),
        ("persons", "people"),
        ("people aged 16 to 64", "people"),
        ("people per square kilometre", None),
        ("people, thousands", None),
        ("places", None),
        ("score", None),
        ("% of people 16 to 64", None),
        ("", None),
    ],
)
def test_what_a_unit_counts_is_read_from_its_words(unit: str, quantity: Quantity | None) -> None:
    assert replace(AREAS.about["spent"], unit=unit).quantity == quantity


@pytest.mark.parametrize("quantity", get_args(Quantity))
def test_a_column_that_nobody_described_is_never_refused_for_its_unit(quantity: Quantity) -> None:
    for together in ("sum", "mean"):
        column = _but(AREAS.about["unsaid"], aggregate=together)
        assert column.unlike(quantity) == ""


# Direction


def leaning(**means: str) -> Geography:
    """Three areas, and columns of which more means what is said."""
    columns: dict[str, Any] = {name: [30.0, 20.0, 40.0] for name in means}
    areas = table([100, 300, 600], **columns)
    about = {name: _but(areas.about[name], more_means=meaning) for name, meaning in means.items()}
    return replace(areas, about=about)


TOLD = leaning(score="more need", income="less need", unsaid="")
BETTER_OFF = (
    "more of it means less need, so that the best off would count as the most deprived; choose a "
    "column of which more is more need, such as score, or turn it round in geography.need: "
    '{ columns = { income = 1 }, lower_is_worse = ["income"] }'
)


def test_a_column_of_which_more_is_less_need_is_no_need() -> None:
    for need in "income", {"England": "income"}:
        with pytest.raises(DataError) as refused:
            combined(TOLD, need)
        assert str(refused.value) == f"little: income: {BETTER_OFF}"
        with pytest.raises(Fault) as raised:
            Round.over(TOLD, need, np.array([100])).need()
        assert raised.value.message == f"need (income): {BETTER_OFF}"
        rule = RULE.validate_python({"kind": "need_weighted"})
        with pytest.raises(Fault, match="more of it means less need"):
            rule.shares(Round.over(TOLD, need, np.array([100])))
    for name in "score", "unsaid":
        assert combined(TOLD, name).tolist() == [30, 20, 40]
        assert Round.over(TOLD, name, np.array([1])).need().values[:, 0].tolist() == [30, 20, 40]


def test_a_remedy_is_named_only_where_there_is_one() -> None:
    alone = leaning(income="less need", unsaid="")
    with pytest.raises(DataError, match=r"choose a column of which more is more need, or turn it"):
        combined(alone, "income")


def test_the_packaged_income_is_no_need_and_the_remedy_fits_the_nations_in_use() -> None:
    uk = load_geography("uk-districts-2024")
    england = load_geography("uk-districts-2024", where={"nation": "England"})
    for areas, such_as in (
        (uk, "uk_score, uk_pop_d10, uk_pop_d20, or"),
        (england, "imd25_avg_score"),
    ):
        with pytest.raises(DataError, match=f"such as {such_as}"):
            combined(areas, "gdhi")


def turned(**settings: Any) -> list[float]:
    spec = Blend.model_validate(settings)
    found = combined(TOLD, spec)
    told = Round.over(TOLD, spec, np.array([1])).need()
    assert told.values[:, 0].tolist() == found.tolist()
    listed: list[float] = found.tolist()
    return listed


def test_a_blend_turns_a_column_round() -> None:
    income: dict[str, Any] = {"columns": {"income": 1}, "lower_is_worse": ["income"]}
    assert turned(**income) == [10, 20, 0]  # 40 less 30, 20 and 40
    assert turned(**income, scale="share") == [10 / 30, 20 / 30, 0]
    assert turned(**income, scale="rank") == [2 / 3, 1, 1 / 3]


@pytest.mark.parametrize("name", ["rank_top_n", "tiers"])
def test_the_higher_cannot_be_the_worse_where_more_is_less_need(name: str) -> None:
    own = {"places": 1} if name == "rank_top_n" else {}
    here = between(TOLD, 90)
    with pytest.raises(
        Fault, match=r"the best off would count as the worst; state higher_is_worse = f"
    ):
        RULE.validate_python({"kind": name, "by": "income", **own}).shares(here)
    lower = RULE.validate_python({"kind": name, "by": "income", "higher_is_worse": False, **own})
    assert in_money(lower.shares(here), here).pence[:, 0].tolist() == [0, 9000, 0]
    higher = RULE.validate_python({"kind": name, "by": "unsaid", **own})
    assert in_money(higher.shares(here), here).pence[:, 0].tolist() == [0, 0, 9000]


def test_neither_of_two_measures_can_be_turned_round_by_a_default() -> None:
    worst, score = {"column": "income", "worst": 0.5}, {"column": "score", "worst": 0.5}
    for first, second, key in (worst, score, "first"), (score, worst, "second"):
        rule = RULE.validate_python({"kind": "either_or_both", "first": first, "second": second})
        with pytest.raises(Fault, match='more of column "income" means less need') as raised:
            rule.shares(between(TOLD, 90))
        assert raised.value.key == (key, "column")
