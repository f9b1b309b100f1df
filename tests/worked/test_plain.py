"""The simplest rules worked by hand, each with the programme or the source that it is known from.

Amounts are pounds.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from fundsim.places import Geography
from fundsim.rules.allocation import LEAVES, MADE_OF_RULES, AllocationRule, AnyAllocation
from fundsim.rules.base import kind_of
from tests.rules.accounts import check_accounts
from tests.rules.little import between, paid, table

WORKED = Path(__file__).parent
NATIONS = ("England", "Northern Ireland", "Scotland", "Wales")


def rule(**settings: Any) -> AllocationRule:
    found: AllocationRule = TypeAdapter(AnyAllocation).validate_python(settings)
    return found


@pytest.fixture(scope="module")
def three() -> Geography:
    """100, 300 and 600 people; need 4, 2 and 1; 40, 0 and 60 people in the worst tenth."""
    return table(
        [100, 300, 600], need=[4, 2, 1], worst_tenth=[40, 0, 60], asked=[30, 50, 20],
        sums=("worst_tenth", "asked"),
    )  # fmt: skip


def test_equal_as_big_local_gave_each_of_its_areas(three: Geography) -> None:
    # Local Trust: the same for each of 150 areas. £3.45m between three of them is £1.15m each.
    assert paid(rule(kind="equal"), three, 3_450_000) == [1_150_000] * 3


def test_per_capita_is_the_baseline(three: Geography) -> None:
    # 1,000 people share £5,000: £5 each.
    assert paid(rule(kind="per_capita"), three, 5_000) == [500, 1_500, 3_000]


@pytest.mark.parametrize(
    ("steepness", "expected"),
    [
        # People times need: 400, 600 and 600 of 1,600.
        (1.0, [400, 600, 600]),
        # People times need squared: 1,600, 1,200 and 600 of 3,400; £3,400 make it plain.
        (2.0, [1_600 / 3_400 * 1_600, 1_200 / 3_400 * 1_600, 600 / 3_400 * 1_600]),
        # Need to the power of 0 is 1: per head.
        (0.0, [160, 480, 960]),
    ],
)
def test_need_weighted_is_people_times_need(
    three: Geography, steepness: float, expected: list[float]
) -> None:
    found = paid(rule(kind="need_weighted", steepness=steepness), three, 1_600)
    assert found == pytest.approx(expected, abs=0.01)


def test_threshold_per_head_as_the_neighbourhood_renewal_fund(three: Geography) -> None:
    # Hansard, 26 November 2001: equal pounds a head of people in the worst tenth of wards. 100
    # people share £1,000; the second area has none of them.
    nrf = rule(kind="threshold_per_head", people="worst_tenth")
    assert paid(nrf, three, 1_000) == [400, 0, 600]
    # With at least 50 of them, the first area falls off the cliff.
    cliff = rule(kind="threshold_per_head", people="worst_tenth", at_least=50.0)
    assert paid(cliff, three, 1_000) == [0, 0, 1_000]


def test_shares_as_dormant_assets_are_split_between_nations() -> None:
    # DCMS, Dormant Assets Bill factsheet one, 2021: 83.9, 2.8, 8.4 and 4.9 per cent. £80m a year.
    nations = table([1, 1, 1, 1], names=NATIONS)
    shares = {"England": "83.9%", "Scotland": "8.4%", "Wales": "4.9%", "Northern Ireland": "2.8%"}
    found = paid(rule(kind="shares", shares=shares), nations, 80_000_000)
    assert found == [67_120_000, 2_240_000, 6_720_000, 3_920_000]


def test_column_gives_in_proportion_or_the_pounds_themselves(three: Geography) -> None:
    assert paid(rule(kind="column", column="asked"), three, 1_000) == [300, 500, 200]
    # £100 are asked for: of £50 each gets half, of £300 each gets all, and £200 wait.
    pounds = rule(kind="column", column="asked", unit="pounds")
    assert paid(pounds, three, 50) == [15, 25, 10]
    assert paid(pounds, three, 300) == [30, 50, 20]


def test_mix_as_the_shared_prosperity_fund_in_wales(three: Geography) -> None:
    # Western Mail, 14 April 2022: 40 per cent people, 30 and 30 per cent two indices. With the
    # same index twice: 0.4 · (0.1, 0.3, 0.6) + 0.6 · (0.3, 0.5, 0.2) of £1,000.
    part = {"kind": "column", "column": "asked", "weight": "30%"}
    wales = rule(kind="mix", parts=[{"kind": "per_capita", "weight": "40%"}, part, part])
    assert paid(wales, three, 1_000) == [220, 420, 360]


def test_hierarchy_shares_between_nations_before_areas() -> None:
    # Of £100 England has 80 by stated share, and its two areas 1/4 and 3/4 of that per head.
    places = table([100, 300, 50], names=("Ash", "Beck", "Coed"), nations=("England",) * 2 + ("W",))
    first = {"by": "nation", "kind": "shares", "shares": {"England": 0.8, "W": 0.2}}
    levels = rule(kind="hierarchy", first=first, then={"kind": "per_capita"})
    assert paid(levels, places, 100) == [20, 60, 20]


def test_a_preset_is_the_rule_of_its_programme(three: Geography) -> None:
    # Big Local, by the number of its areas in each district; see presets.toml for the source.
    preset = rule(kind="preset", preset="big-local", columns={"areas": "worst_tenth"})
    assert paid(preset, three, 1_000) == [400, 0, 600]


@pytest.mark.parametrize(
    "settings",
    [
        {"kind": "equal"},
        {"kind": "need_weighted", "steepness": 2.0},
        {"kind": "threshold_per_head", "people": "worst_tenth"},
        {"kind": "column", "column": "asked", "unit": "pounds"},
        {"kind": "preset", "preset": "big-local", "columns": {"areas": "worst_tenth"}},
    ],
)
def test_each_account_leads_to_the_penny(three: Geography, settings: dict[str, Any]) -> None:
    check_accounts(rule(**settings), between(three, 0, 0.01, 77, 1_234.56))


def test_every_rule_of_the_catalogue_is_worked_by_hand_here() -> None:
    """A rule stands in one of these files by its kind or by its class, imports left out."""
    files = [path.read_text("utf-8") for path in WORKED.glob("test_*.py")]
    imports = re.compile(r"^from \S+ import (\([^)]*\)|.*)$", re.MULTILINE)
    text = imports.sub("", "\n".join(files))
    for one in (*LEAVES, *MADE_OF_RULES):
        names = f'kind="{kind_of(one)}"', f'"kind": "{kind_of(one)}"', one.__name__
        assert any(name in text for name in names), kind_of(one)
