"""Targets as a person writes them: read, said again, refused, and met or not by hand-made paths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsim import InputError, Scenario
from fundsim.metrics.catalogue import METRICS
from fundsim.metrics.series import MEASURES, FundSeries
from fundsim.solving.targets import read_target
from tests.engine.tiny import VOLATILE, simulated
from tests.solving.world import endowment


def told(text: str) -> str:
    with pytest.raises(InputError) as caught:
        read_target(text)
    assert len(caught.value.problems) == 1
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (
            "capital kept whole at 30 years at least 1 with probability 0.8",
            "capital kept whole at 30 years at least 1 with probability 0.8",
        ),
        (
            "Capital_kept_whole at 1 year  at least 95 % with probability 80 %",
            "capital kept whole at 1 year at least 0.95 with probability 0.8",
        ),
        (
            "never below 50% with probability .95",
            "capital kept whole never below 0.5 with probability 0.95",
        ),
        (
            "capital kept whole never below 0.5 in 20 years with probability 1",
            "capital kept whole never below 0.5 in 20 years with probability 1",
        ),
        ("no real cut over 10 % with probability 0.9", "no real cut over 10% with probability 0.9"),
        (
            "no real cut over 0.1 in 5 years with probability 0.9",
            "no real cut over 10% in 5 years with probability 0.9",
        ),
        ("not exhausted with probability 0.99", "not exhausted with probability 0.99"),
        (
            "not exhausted in 50 years with probability 99%",
            "not exhausted in 50 years with probability 0.99",
        ),
    ],
)
def test_a_target_is_read_in_per_cent_and_decimals_and_said_again(text: str, plain: str) -> None:
    assert str(read_target(text)) == plain
    assert read_target(plain) == read_target(text)


@given(
    years=st.integers(1, 200),
    level=st.integers(1, 300),
    probability=st.integers(1, 100),
)
def test_what_a_target_says_again_is_read_as_the_same(
    years: int, level: int, probability: int
) -> None:
    text = f"capital kept whole at {years} years at least {level}% with probability {probability}%"
    read = read_target(text)
    assert read_target(str(read)) == read
    assert read.probability == pytest.approx(probability / 100)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "not exhausted with probability 1.2",
            "--target: probability: found 1.2, expected more than 0 and at most 1, as 0.8 or 80%",
        ),
        (
            "not exhausted with probability 0%",
            "--target: probability: found 0%, expected more than 0 and at most 1, as 0.8 or 80%",
        ),
        (
            "never below -0.5 with probability 0.5",
            (
                "--target: level: found -0.5, expected more than 0: 1 is all that was put in, "
                "0.5 the half of it"
            ),
        ),
        (
            "no real cut over 100% with probability 0.5",
            "--target: cut: found 100%, expected more than 0% and less than 100%, as 10%",
        ),
        (
            "not exhausted in 0 years with probability 0.5",
            "--target: years: found 0, expected a whole number of years, 1 at least",
        ),
        (
            "not exhausted in 2.5 years with probability 0.5",
            "--target: years: found 2.5, expected a whole number of years, 1 at least",
        ),
        (
            "never below 0..5 with probability 0.5",
            "--target: level: found 0..5, expected a figure as 0.8 or 80%",
        ),
        (
            "capital kept hole at 30 years at least 1 with probability 0.8",
            (
                '--target: found "capital kept hole at 30 years at least 1 with probability 0.8", '
                'which is no target (did you mean "capital kept whole at 30 years at least 1 with '
                'probability 0.8"?)'
            ),
        ),
        (
            "no real cuts over 10% with probability 0.9",
            (
                '--target: found "no real cuts over 10% with probability 0.9", which is no '
                'target (did you mean "no real cut over 10% with probability 0.9"?)'
            ),
        ),
        (
            "capital kept whole at 30 years at least 1",
            (
                '--target: found "capital kept whole at 30 years at least 1", which is no target '
                '(did you mean "capital kept whole at 30 years at least 1 with probability 0.8"?)'
            ),
        ),
        (
            "bananas",
            (
                '--target: found "bananas", which is no target; write it as "capital kept whole '
                'at 30 years at least 1 with probability 0.8"'
            ),
        ),
    ],
)
def test_a_target_that_contradicts_itself_is_one_message(text: str, message: str) -> None:
    assert told(text) == message


def test_a_negative_probability_and_a_wrong_year_are_told_too() -> None:
    assert "found -0.1, expected more than 0" in told("not exhausted with probability -0.1")
    assert "found -3, expected a whole" in told("not exhausted in -3 years with probability 0.5")


# What a scenario cannot be asked


def refused(scenario: Scenario, text: str) -> str:
    with pytest.raises(InputError) as caught:
        read_target(text).refuse_for(scenario, "fund")
    assert len(caught.value.problems) == 1
    return str(caught.value)


def test_years_beyond_the_run_are_refused_with_the_remedy(tmp_path: Path) -> None:
    world = endowment(tmp_path, years=20)
    assert refused(world, "not exhausted in 30 years with probability 0.5") == (
        "--target: years: found 30, and the run has 20; expected 20 at most, or a longer run: "
        "--years 30"
    )


def test_years_before_the_first_spending_are_refused(tmp_path: Path) -> None:
    spending = {"kind": "percent_of_value", "rate": "4%", "first": "2024-04-01"}
    world = endowment(tmp_path, years=20, spending=spending)
    text = "capital kept whole at {} years at least 1 with probability 0.5"
    assert refused(world, text.format(3)) == (
        "--target: years: found 3, and fund first spends on 2024-04-01; expected 4 at least"
    )
    read_target(text.format(4)).refuse_for(world, "fund")
    cut = "no real cut over 10% in {} years with probability 0.5"
    assert "expected 5 at least" in refused(world, cut.format(4))
    read_target(cut.format(5)).refuse_for(world, "fund")


@pytest.mark.parametrize(
    "text",
    [
        "capital kept whole at 3 years at least 1 with probability 0.5",
        "never below 0.5 with probability 0.5",
        "no real cut over 10% with probability 0.5",
    ],
)
def test_a_fund_that_is_meant_to_be_spent_is_not_asked_to_last(tmp_path: Path, text: str) -> None:
    world = endowment(tmp_path, years=6, closes={"on": "2026-04-01", "residue": "treasury"})
    assert refused(world, text).startswith("--target: fund is meant to be spent, so it is not kept")


def test_a_fund_that_closes_is_asked_about_the_years_before(tmp_path: Path) -> None:
    world = endowment(tmp_path, years=6, closes={"on": "2026-04-01", "residue": "treasury"})
    assert refused(world, "not exhausted with probability 0.5") == (
        "--target: years: the fund closes on 2026-04-01, and is empty after that; expected years "
        'that end before it, as "not exhausted in 5 years"'
    )
    read_target("not exhausted in 5 years with probability 0.5").refuse_for(world, "fund")


# Whether it is met, path by path


def series(spending: Any, capital: Any, *, first: int = 0) -> FundSeries:
    """A fund of two paths with £1 put in at once, told in hundredths of it."""
    real = {name: np.zeros((len(capital), 2), np.int64) for name in MEASURES}
    real["spending"] = np.array(spending, np.int64)
    real["closing_capital"] = np.array(capital, np.int64)
    real["arrived"] = np.zeros_like(real["spending"])
    real["arrived"][0] = 100
    years = tuple(range(2021, 2021 + len(capital)))
    totals = {"gini_per_head": np.zeros(2)}
    return FundSeries("fund", years, True, first, real, real, totals)  # noqa: FBT003 - as its field


MADE = series([[10, 10], [9, 8], [9, 9]], [[100, 60], [40, 49], [0, 101]])


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("capital kept whole at 1 year at least 1", [True, False]),
        ("capital kept whole at 3 years at least 1", [False, True]),
        ("never below 0.4 in 2 years", [True, True]),
        ("never below 0.5", [False, False]),
        ("never below 0.4", [False, True]),
        ("no real cut over 10%", [True, False]),
        ("no real cut over 20%", [True, True]),
        ("not exhausted", [False, True]),
        ("not exhausted in 2 years", [True, True]),
    ],
)
def test_a_wish_comes_true_where_it_does(text: str, met: list[bool]) -> None:
    assert read_target(f"{text} with probability 0.5").wish.met(MADE).tolist() == met


def test_years_before_the_first_spending_do_not_count() -> None:
    late = series([[0, 0], [9, 9], [9, 8]], [[10, 60], [90, 49], [90, 101]], first=1)
    wish = read_target("never below 0.5 with probability 0.5").wish
    assert wish.met(late).tolist() == [True, False]
    cut = read_target("no real cut over 5% with probability 0.5").wish
    assert cut.met(late).tolist() == [True, False]


def test_money_that_has_not_come_yet_is_told(tmp_path: Path) -> None:
    inflow = {"kind": "schedule", "amounts": {"2024": "£1m"}}
    late = endowment(tmp_path, years=4, opening=0, inflow=inflow)
    text = "capital kept whole at 2 years at least 1 with probability 0.5"
    with pytest.raises(InputError, match="nothing has reached fund by then on some paths"):
        read_target(text).wish.met(simulated(late).series["fund"])


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("capital kept whole at 10 years at least 1", "ends_below_whole"),
        ("never below 0.5", "ever_below_half"),
        ("no real cut over 10%", "real_spending_cut_over_tenth"),
        ("not exhausted", "exhausted"),
    ],
)
def test_a_target_is_missed_where_the_measure_of_the_results_says_so(
    tmp_path: Path, text: str, metric: str
) -> None:
    world = endowment(
        tmp_path,
        paths=300,
        years=10,
        markets=VOLATILE,
        spending={"kind": "constant_real", "rate": "11%"},
    )
    found = simulated(world).series["fund"]
    missed = np.asarray(METRICS[metric].measure(found, "real"), np.bool_)
    assert 0 < missed.sum() < 300
    met = read_target(f"{text} with probability 0.5").wish.met(found)
    assert (met == ~missed).all()
