"""What areas are held against: rules and columns of pounds, and what cannot be either."""

from __future__ import annotations

from pathlib import Path

import pytest

from fundsim.comparison.questions.baselines import baseline, rules_of
from fundsim.errors import InputError
from fundsim.scenario import Scenario, from_values
from tests.comparison.conftest import values

POT = 1_500_00


def test_per_head_is_the_baseline_unless_another_is_named(small: Scenario) -> None:
    found = baseline(small, "fund", POT)
    assert found.pence.tolist() == [100_00, 300_00, 600_00, 200_00, 250_00, 50_00]
    assert found.words == "what per_capita gives it"


def test_a_rule_shares_the_same_pot(small: Scenario) -> None:
    found = baseline(small, "fund", POT, "equal")
    assert set(found.pence.tolist()) == {250_00}
    assert not found.column


def test_a_column_gives_its_pounds(small: Scenario) -> None:
    found = baseline(small, "fund", POT, "earlier")
    assert found.pence.tolist() == [100_00, 0, 50_00, 0, 10_00, 0]
    assert found.words == "its pounds in earlier"


def test_the_scenarios_own_rule_is_named_as_stated(small: Scenario) -> None:
    steep = small.but({"funds.fund.allocation": {"kind": "equal"}})
    assert set(baseline(steep, "fund", POT, "as stated").pence.tolist()) == {250_00}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("per_captia", '--against: there is neither a rule nor a column "per_captia" (did you'),
        ("zebra", 'rule nor a column "zebra"; write a rule, a column, or "as stated"'),
        ("need", '--against: column "need" (points) is a mean, and not what each area had'),
        (
            "poor",
            '--against: column "poor" (persons) is not in pounds; choose one of pounds, such as e',
        ),
        ("need_weighted(steepness=9)", "--against: need_weighted(steepness=9): steepness: found 9"),
        ("need_weighted(steepness=1),equal()", "found 2 rules, expected one"),
        ("mix_with_floor(parts={need=1},floor=£1000)", "£1,500.00 is too little for what"),
    ],
)
def test_what_is_neither_is_told_at_the_option(small: Scenario, text: str, told: str) -> None:
    with pytest.raises(InputError) as error:
        baseline(small, "fund", POT, text)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("1e12", 'column "earlier" comes to more than £100,000,000,000.00, too much to share out'),
        ("", 'column "earlier" is empty for Cairn'),
    ],
)
def test_pounds_that_are_missing_or_too_many_are_told(tmp_path: Path, cell: str, told: str) -> None:
    given = values(tmp_path)
    table = tmp_path / "areas.csv"
    table.write_text(table.read_text("utf-8").replace(",0,50\n", f",0,{cell}\n"), "utf-8")
    with pytest.raises(InputError) as error:
        baseline(from_values(given), "fund", POT, "earlier")
    assert told in str(error.value)


def test_named_rules_stand_in_place_of_the_scenarios_own(small: Scenario) -> None:
    assert list(rules_of(small, None, [])[0]) == ["as stated"]
    assert list(rules_of(small, "fund", ["equal,per_capita"])[0]) == ["equal", "per_capita"]
