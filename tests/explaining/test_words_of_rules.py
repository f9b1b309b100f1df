"""The accounts of all rules as people read them: money in pounds, and nothing else in pounds.

What is money is found out by trial: all amounts of a scenario (pots, columns of pounds, settings)
are taken ten times as large. Money is ten times as large then, and what is no money stays.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from fundsim.explaining.accounts import Account, Line, Section
from fundsim.explaining.counted import Counted, counted
from fundsim.explaining.figures import written
from fundsim.explaining.words import with_figures
from fundsim.money import LARGEST
from fundsim.places import Geography
from fundsim.rules.allocation import (
    LEAVES,
    MADE_OF_RULES,
    AllocationRule,
    AnyAllocation,
    in_money,
)
from fundsim.rules.base import kind_of
from fundsim.rules.need import Blend, Need
from fundsim.rules.round import Round, When
from fundsim.rules.working import Step
from tests.rules.little import table

TIMES = 10
POTS = (1_200_000, 123_450, 0)
PER_HEAD = {"kind": "per_capita"}
BY_NEED = {"kind": "need_weighted"}
PEOPLE = {"target": {"population": 1}}
WORST = {"first": {"column": "need", "worst": "67%"}, "second": {"column": "rich", "worst": "67%"}}


def rules(k: int) -> dict[str, list[dict[str, Any]]]:
    """Settings of every rule, by kind; all amounts in them are `k` times as large."""
    claims = {"kind": "column", "column": "claims", "unit": "pounds"}
    own = {"name": "hubs", "top_slice": 0.25, "rule": claims, "until": "2028-04-01"}
    rest = {"name": "grants", "weight": 1, "rule": PER_HEAD, "decided_by": "communities"}
    return {
        "equal": [{}],
        "per_capita": [{}],
        "need_weighted": [{}, {"steepness": 2}],
        "threshold_per_head": [{"people": "counted", "at_least": 8}],
        "shares": [{"shares": {"Ay": 0.5, "Bee": 0.25, "Cee": 0.25}}],
        "column": [{"column": "counted"}, {"column": "claims", "unit": "pounds"}],
        "either_or_both": [WORST, {**WORST, "both": False}],
        "rank_top_n": [{"places": 2, "each": 500_000 * k, "most_per_region": 1}, {"places": 2}],
        "tiers": [{"discretion": ["Bee"], "each": 400_000 * k}, {}],
        "population_band": [
            {"least": 100, "most": 500, "from": 100_000 * k, "to": 500_000 * k, "linear_in": by}
            for by in ("people", "need")
        ],
        "whole_places": [{"each": 100_000 * k}, {"each": 3_000 * k, "by": "need", "at_least": 1}],
        "neighbourhoods": [{"places": {"High": "Ay", "Low": "Ay", "End": "Cee"}}],
        "mix_with_floor": [{"parts": {"population": 0.6, "need": 0.4}, "floor": 300_000 * k}],
        "targeted_capitation": [{"indices": ["need", "rich"]}],
        "efit_additive": [{"indicators": {"need": 0.5}}],
        "phase_in": [{"base": "had", "steps": steps, **PEOPLE} for steps in ([0.5, 1], [0, 1])],
        "barnett": [
            {"base": "had", "reference": "Cee", "comparability": 0.5, "needs": {"Ay": 1.2}}
        ],
        "floor_damping": [{"base": "had", "floor": "3%"}, {"base": "had", "floor": -0.05}],
        "funding_guarantee": [{"core": "core", "base": "had", "growth": "3%"}],
        "pace_of_change": [
            {"base": "had", "least": "10%", "most": "20%", **PEOPLE},
            {"base": "had", "least": "10%", "target": {"none_here": 1}},
        ],
        "equalisation_grant": [{"raised": "had", "need": "population"}],
        "needs_minus_resources": [
            {"needs": "had", "resources": "core"},
            {
                "needs": "had",
                "resources": "core",
                "central": 100 * k,
                "damped_up": "core",
                "damped_down": "core",
                "pays": "the_formula",
            },
        ],
        "capacity_equalisation": [{"capacity": "can"}, {"capacity": "can", "pays": "the_formula"}],
        "full_equalisation": [{"needs": "cost", "capacity": "can"}],
        "fill_gap": [
            {"already": "had", "up_to": 1_000 * k},
            {"already": "had", "short": "in_proportion"},
        ],
        **{
            kind: [{"claims": "claims"}] for kind in ("proportional_claims", "cea", "cel", "talmud")
        },
        "maximin": [{}, {"already": "had"}],
        "alpha_fair": [
            {"alpha": 0.05, "steepness": 1},
            {"alpha": 2, "steepness": 1, "already": "had"},
        ],
        "preset": [{"preset": "nhs-inequalities-tool", "columns": {"indicator": "need"}}],
        "mix": [
            {"parts": [{**PER_HEAD, "weight": 0.5}, {**BY_NEED, "weight": 0.5}]},
            {"parts": [{**PER_HEAD, "weight": 0.5}, {**claims, "weight": 0.5}]},
        ],
        "hierarchy": [
            {"first": {"by": "nation", "kind": "equal"}, "then": BY_NEED},
            {"first": {"by": "nation", **PER_HEAD}, "then": claims},
        ],
        "adjusted": [
            {"rule": PER_HEAD, **bounds}
            for bounds in (
                {"floor": {"pounds": 300_000 * k}},
                {"floor": {"of_per_capita": "90%"}, "cap": {"of_per_capita": 1.5}},
                {"floor": {"of_per_capita": "90%"}, "cap": {"pounds": 600_000 * k}},
                {"floor": {"per_head": 500 * k}, "minimum_grant": 350_000 * k},
                {"floor": {"column": "had", "times": 0.5}},
                {"damping": {"fall": "5%", "rise": "5%"}},
                {"damping": {"fall": "5%", "rise": "5%", "base": "had"}},
                {"phase_in": {"steps": [0.25, 1], "base": "had"}},
                {
                    "phase_in": {"steps": [0.25, 1], "old": {"kind": "equal"}},
                    "cap": {"pounds": 700_000 * k},
                },
                # Cee, with a hundredth, is raised to a half, and the scale of the others is small
                {"rule": {"kind": "column", "column": "few"}, "floor": {"of_per_capita": "100%"}},
                {"eligible": {"name": ["Ay", "Bee"]}, "cap": {"per_head": 2_000 * k}},
            )
        ],
        "programmes": [
            {
                "programmes": [
                    {**own, "rule": BY_NEED},
                    {"name": "rest", "weight": 1, "rule": PER_HEAD},
                ]
            },
            {"programmes": [own, rest]},
        ],
        "districts": [
            {"rule": PER_HEAD, "districts": [{"name": "town", "areas": "Ay", "multiplier": times}]}
            for times in (2.0, 0.5)
        ]
        + [
            {
                "rule": claims,
                "districts": [
                    {"name": "town", "areas": "Ay", "multiplier": 2.0},
                    {"name": "east", "areas": ["Bee", "Cee"], "share": 0.2, "until": "2028-04-01"},
                    {"name": "old", "areas": ["Bee"], "multiplier": 3.0, "until": "2028-04-01"},
                ],
            }
        ],
    }


def areas(k: int) -> Geography:
    """Three areas of two nations; all columns of pounds are `k` times as large."""
    money: dict[str, list[float]] = {
        "had": [300_000, 300_000, 400_000],
        "core": [100_000, 250_000, 400_000],
        "claims": [200_000, 600_000, 1_200_000],
        "can": [3_000, 1_000, 2_000],
        "cost": [6_000, 1_000, 2_000],
    }
    figures: dict[str, Any] = {name: [k * one for one in own] for name, own in money.items()}
    return table(
        [100, 400, 500],
        names=["Ay", "Bee", "Cee"],
        nations=["Alpha", "Alpha", "Beta"],
        sums=["had", "core", "claims", "counted", "few", "none_here"],
        need=[6, 1, 2],
        rich=[3, 1, 2],
        counted=[8, 5, 12],
        few=[90, 10, 1],
        none_here=[0, 1, 2],
        **figures,
    )


NEEDS: dict[str, Need] = {
    "need": "need",
    **{
        scale: Blend.model_validate(
            {
                "columns": {"need": 0.5, "rich": 0.5},
                "scale": scale,
                "review": {"every": "1 year", "drift": "10%"},
            }
        )
        for scale in ("share", "z_score", "rank", "exponential")
    },
}
DAY = When(date(2029, 4, 1), date(2028, 4, 1))


def told(
    k: int, kind: str, number: int, need: str = "need", *, later: bool = False
) -> Iterator[list[Step]]:
    """Give the account of each area and pot."""
    rule: AllocationRule = TypeAdapter(AnyAllocation).validate_python(
        {"kind": kind, **rules(k)[kind][number]}
    )
    pots = np.array([100 * k * pot for pot in POTS])
    before = np.outer([0, 10_000_000 * k, 40_000_000 * k], [1, 1, 0])
    here = Round.over(areas(k), NEEDS[need], pots, when=DAY, before=before if later else None)
    answer = in_money(rule.shares(here), here)
    for area in range(3):
        for pot in range(len(POTS)):
            yield list(answer.told(area, pot))


EXAMPLES = [(kind, number) for kind, some in rules(1).items() for number in range(len(some))]


def is_no_figure(value: float, *, money: bool) -> bool:
    """Nothing, what rounding can change, and amounts that stand for no limit at all."""
    return value == 0 or (money and (abs(value) < 2 or value >= LARGEST))


def check(one: Counted, ten: Counted) -> None:
    assert (one.step.op, one.step.depth, one.unit) == (ten.step.op, ten.step.depth, ten.unit)
    for unit, little, large in (
        (one.operand, one.step.operand, ten.step.operand),
        (one.unit, one.step.result, ten.step.result),
    ):
        money = unit == "pence"
        if is_no_figure(little, money=money):
            continue
        expected = little * (TIMES if money else 1)
        assert math.isclose(large, expected, rel_tol=1e-5), (one, ten)


def test_every_rule_of_the_catalogue_is_told() -> None:
    assert set(rules(1)) == {kind_of(rule) for rule in (*LEAVES, *MADE_OF_RULES)}


@pytest.mark.parametrize("later", [False, True], ids=["first", "later"])
@pytest.mark.parametrize(("kind", "number"), EXAMPLES)
def test_a_figure_is_in_pounds_where_it_is_money_and_nowhere_else(
    kind: str, number: int, *, later: bool
) -> None:
    accounts = zip(
        told(1, kind, number, later=later), told(TIMES, kind, number, later=later), strict=True
    )
    for little, large in accounts:
        for one, ten in zip(counted(little), counted(large), strict=True):
            check(one, ten)
        assert little[-1].result == 0 or list(counted(little))[-1].unit == "pence"


@pytest.mark.parametrize("need", list(NEEDS))
def test_need_on_any_scale_is_no_money(need: str) -> None:
    for little, large in zip(
        told(1, "need_weighted", 0, need), told(TIMES, "need_weighted", 0, need), strict=True
    ):
        for one, ten in zip(counted(little), counted(large), strict=True):
            check(one, ten)


FIGURE = re.compile(
    r"-?£?\d[\d,]*(\.\d+)?%?|next to nothing|beyond measure|far below nothing|any a.*"
)
NOTHING_BELOW_NOTHING = re.compile(r"-£?0(\.0*)?%?")


@pytest.mark.parametrize(("kind", "number"), EXAMPLES)
def test_every_figure_can_be_read(kind: str, number: int) -> None:
    for steps in told(1, kind, number):
        for line in written([Line(step) for step in steps]):
            for figure in filter(None, (line.operand, line.result)):
                assert FIGURE.fullmatch(figure), line
                assert not NOTHING_BELOW_NOTHING.fullmatch(figure), line


def shown(kind: str, number: int, area: int = 0) -> list[str]:
    """Write the account of an area of the first pot, without the space between columns."""
    steps = list(told(1, kind, number))[area * len(POTS)]
    section = Section.of("share", "what it gets", Account.going_on(steps))
    return [" ".join(line.split()) for line in with_figures(section)][1:]


def test_places_are_counted_and_a_place_costs_pounds() -> None:
    # A tenth of 12 places is 1.2, the nearest whole number 1
    assert shown("whole_places", 0) == [
        "people 100",
        "÷ the sum over all areas 1,000 10%",
        "× the places 12 1.2",
        "+ to whole places, by hamilton -0.2 1",
        "× a place £100,000.00 £100,000.00",
    ]


def test_a_multiplier_of_a_district_is_a_number() -> None:
    # Twice a tenth is 20 % of 110 % of the money
    assert shown("districts", 0)[1:4] == [
        "÷ all weights of the geography 1,000 10%",
        "× the districts' multipliers 2 20%",
        "÷ all weights of the geography 110% 18.181818%",
    ]


def test_money_over_money_and_a_share_over_a_share_are_told_in_what_they_are() -> None:
    # Ay had 30 % of the money and is due 10 %: three times that, 200 % over its target
    account = shown("pace_of_change", 0)
    assert "÷ the sum over all areas £1,000,000.00 30%" in account
    assert "÷ its target share 10% 300%" in account
    assert "÷ over this much 5% 3,900%" in account
    assert "× one, and its own least growth 100% £300,000.00" in account


def test_a_guard_is_told_where_it_is_needed_and_then_in_words() -> None:
    guard = "at least so that it can be divided by"
    assert not [line for line in shown("pace_of_change", 0) if line.startswith(guard)]
    account = shown("pace_of_change", 1)  # Ay has no share of the target
    assert f"{guard} next to nothing next to nothing" in account
    assert "÷ its target share next to nothing beyond measure" in account
    assert "+ one 100% far below nothing" in account


def test_a_bound_below_which_nobody_was_is_not_told() -> None:
    # 300,000 − 100,000 for Ay; 400,000 − 400,000 for Cee
    assert shown("needs_minus_resources", 0)[:3] == [
        "Had £300,000.00",
        "− its resources £100,000.00 £200,000.00",
        "÷ all weights of the geography £250,000.00 80%",
    ]
    cut = shown("equalisation_grant", 0)  # a tenth of £2.2m, less £300,000
    assert "at least nobody pays in £0.00 £0.00" in cut


def test_what_an_account_was_told_of_is_used_even_where_it_is_one() -> None:
    # Bee's need of 1 to the power of 2 is 1
    assert shown("need_weighted", 1, area=1)[1:4] == [
        "Need 1",
        "^ to the power of the steepness 2 1",
        "× need 1 400",
    ]


def test_small_figures_are_written_out() -> None:
    # (1/6) and (1/3) to the power of 20, the latter times 500
    power = "^ to the power of steepness over alpha 20"
    assert f"{power} next to nothing" in shown("alpha_fair", 0, area=1)
    assert f"{power} 0.0000000002867972" in shown("alpha_fair", 0, area=2)
    assert "× what need adds 0.0000000002867972 0.0000001433986" in shown("alpha_fair", 0, area=2)
