"""The answer: found, above the range, or none; curves that rise; what is varied and how far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import FrozenInstanceError
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fundsim import InputError, Scenario, load, simulate, solve
from fundsim.metrics.catalogue import METRICS
from fundsim.solving.question import ask
from fundsim.solving.solved import Solved, Trial
from fundsim.solving.targets import read_target
from tests.engine.tiny import VOLATILE
from tests.solving.world import endowment

KEPT = "capital kept whole at 10 years at least {} with probability {}"


def volatile(folder: Path, **changes: Any) -> Scenario:
    """Give an endowment in markets that rise and fall."""
    usual: dict[str, Any] = {"paths": 250, "years": 10, "markets": VOLATILE}
    return endowment(folder, **usual | changes)


def refused(scenario: Scenario, target: str = "", **asked: Any) -> str:
    with pytest.raises(InputError) as caught:
        ask(scenario, target or KEPT.format(1, 0.5), **asked)
    assert len(caught.value.problems) == 1
    return str(caught.value)


def test_the_answer_is_the_largest_rate_in_steps_and_the_next_one_misses(tmp_path: Path) -> None:
    found = solve(volatile(tmp_path), KEPT.format(0.8, 0.6))
    assert found.verdict == "found"
    assert found.found is not None
    above = next(one for one in found.trials if one.value > found.found.value)
    assert found.found.share >= 0.6 > above.share
    assert above.value - found.found.value == found.step == Decimal("0.0001")
    assert found.interval is not None
    assert found.interval[0] <= float(found.found.value) <= found.interval[1]


def test_each_end_of_the_interval_is_where_its_band_reaches_the_target(tmp_path: Path) -> None:
    found = solve(volatile(tmp_path), KEPT.format(0.8, 0.6))
    assert found.surely is not None
    assert found.perhaps is not None
    for end, band in ((found.surely, "low"), (found.perhaps, "high")):
        above = next(one for one in found.trials if one.value > end.value)
        assert getattr(end, band) >= 0.6 > getattr(above, band)


def test_the_answer_cannot_be_changed(tmp_path: Path) -> None:
    found = solve(endowment(tmp_path), "not exhausted with probability 0.5")
    with pytest.raises(FrozenInstanceError):
        setattr(found, "found", None)  # noqa: B010 - what is tried


def test_each_trial_is_what_simulating_its_scenario_gives(tmp_path: Path) -> None:
    world = volatile(tmp_path)
    found = solve(world, KEPT.format(0.8, 0.6))
    own = read_target(KEPT.format(0.8, 0.6)).wish.met(simulate(found.solved).series["fund"])
    assert found.found is not None
    assert own.sum() == found.found.met
    spending = simulate(found.solved).series["fund"].of("spending", "real")
    assert found.found.spending == pytest.approx(spending.mean() / 100)
    kept = METRICS["capital_kept_whole_at_10_years"].measure
    figures = np.asarray(kept(simulate(found.solved).series["fund"], "real"), np.float64)
    assert found.found.kept == pytest.approx(np.median(figures))


def test_neither_the_order_of_questions_nor_workers_change_an_answer(tmp_path: Path) -> None:
    world = volatile(tmp_path, paths=750)
    one, other = (solve(world, KEPT.format(0.8, 0.6), workers=n, within="5%") for n in (1, 2))
    assert list(one.trials) == list(other.trials)
    assert "".join(one.curve.csv()) == "".join(other.curve.csv())


def test_paths_seed_and_years_replace_the_scenarios_own(tmp_path: Path) -> None:
    world = volatile(tmp_path)
    found = solve(world, KEPT.format(1, 0.5), paths=20, seed=5, years=12, within="1%")
    assert (found.scenario.paths, found.scenario.seed, found.scenario.years) == (20, 5, 12)
    assert {one.paths for one in found.trials} == {20}


def test_progress_ends_at_all_that_was_announced(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    world = volatile(tmp_path)
    solve(world, KEPT.format(1, 0.5), progress=lambda done, most: told.append((done, most)))
    assert told == sorted(told)
    assert len({most for _, most in told}) == 1
    assert told[-1][0] == told[-1][1]


# No, all, and nothing


def test_where_no_rate_meets_it_the_best_is_named(tmp_path: Path) -> None:
    found = solve(volatile(tmp_path), KEPT.format(1, 0.999))
    assert found.verdict == "none"
    assert (found.value, found.error, found.interval) == (None, None, None)
    assert found.best.value == 0
    first = found.sentences()[0]
    share = f"{100 * found.best.share:.1f}%"
    assert first == (
        f"No rate from 0% to 10% meets it on these 250 paths: the best is {share} of them, at 0%."
    )
    with pytest.raises(ValueError, match="no figure meets the target"):
        _ = found.solved


def test_where_every_rate_meets_it_the_true_one_is_said_to_lie_above(tmp_path: Path) -> None:
    found = solve(volatile(tmp_path), "not exhausted with probability 0.9", high="5%")
    assert found.verdict == "above"
    assert found.value == 0.05
    assert found.error is None
    assert found.sentences()[0] == (
        "The rate at the upper end, 5%, still meets it, on 100.0% of these 250 paths: the largest "
        "that does lies above; search further with --to."
    )


def test_where_only_nothing_meets_it_that_is_said(tmp_path: Path) -> None:
    found = solve(
        endowment(tmp_path, years=2), "capital kept whole at 2 years at least 1 with probability 1"
    )
    assert found.value == 0
    assert "That is to spend nothing: a step more misses it." in found.sentences()
    assert found.sentences()[-1] == "Met on all of 4 simulated paths is not yet certain."


# Curves that rise


def test_a_share_that_rises_is_seen_and_said(tmp_path: Path) -> None:
    # Capital falls by 5 % a year. All of the way to 30 % of it: spending falls by a third a year;
    # none of the way: what was spent first, until in the fourth year hardly any is left.
    spending = {"kind": "smoothed_target", "rate": "30%", "alpha": "50%"}
    found = solve(
        endowment(tmp_path, years=4, growth="-5%", spending=spending),
        "no real cut over 40% with probability 0.5",
        key="funds.fund.spending.alpha",
        high="100%",
    )
    assert found.trials[0].share == 0
    assert found.verdict == "above"
    assert found.misses_below
    assert len(found.rises) == 1
    assert any(line.startswith("Smaller ones can miss it: at ") for line in found.sentences())
    assert found.sentences()[-1].startswith("The share does not fall throughout: between ")


def made(folder: Path, shares: Sequence[int], found: int) -> Solved:
    """An answer whose curve is told: of 100 paths how many meet it, at 0 %, 1 % and so on."""
    question = ask(endowment(folder, paths=100), "not exhausted with probability 0.6", within="1%")
    trials = [Trial(Decimal(n) / 100, met, 100, 1e6, 1.0) for n, met in enumerate(shares)]
    return Solved(question, trials, trials, trials[found], trials[found], trials[found])


def test_a_curve_with_a_dip_says_where_smaller_rates_miss(tmp_path: Path) -> None:
    found = made(tmp_path, [90, 50, 70, 65, 30], 3)
    assert [float(one.value) for one in found.misses_below] == [0.01]
    assert [(float(a.value), float(b.value)) for a, b in found.rises] == [(0.01, 0.02)]
    words = found.sentences()
    assert "Smaller ones can miss it: at 1% it is met on 50.0% of them." in words
    assert words[-1] == (
        "The share does not fall throughout: between 1% and 2% it rises from 50.0% to 70.0%."
    )


def test_the_error_of_a_rate_is_that_of_its_share_over_the_slope(tmp_path: Path) -> None:
    # Both ends are at 3 %, so the slope is that to 4 %: 35 points a percentage point.
    found = made(tmp_path, [90, 80, 70, 65, 30], 3)
    assert found.error == pytest.approx((0.65 * 0.35 / 100) ** 0.5 / 35)
    assert made(tmp_path, [90, 80, 70, 65, 65, 30], 3).error is None


# What is varied


def test_the_rate_is_found_from_the_rule_and_an_amount_where_that_is_stated(tmp_path: Path) -> None:
    amount = endowment(tmp_path, spending={"kind": "constant_real", "amount": "£3m"})
    rate = endowment(tmp_path, spending={"kind": "constant_real", "rate": "3%"})
    asked = [ask(world, "not exhausted with probability 0.5") for world in (amount, rate)]
    assert [one.varied.key for one in asked] == [
        "funds.fund.spending.amount",
        "funds.fund.spending.rate",
    ]
    assert [one.varied.stated for one in asked] == [3_000_000, Decimal("0.03")]
    assert [asked[0].span.high, asked[0].span.step] == [10_000_000, 10_000]


def test_the_only_fund_with_a_rate_is_taken(tmp_path: Path) -> None:
    asked = ask(load("kruger-2020"), "not exhausted in 20 years with probability 0.5")
    assert asked.varied.fund == "luc"
    both = {name: {"opening": "£1m"} for name in ("one", "two")}
    assert refused(endowment(tmp_path, funds=both)) == (
        "--fund: several funds of tiny could be meant; state which of one, two"
    )
    of_two = {"fund": "two", "target": "not exhausted with probability 0.5"}
    assert ask(endowment(tmp_path, funds=both), **of_two).varied.key == "funds.two.spending.rate"
    key = {"key": "funds.two.opening", "target": "not exhausted with probability 0.5"}
    assert ask(endowment(tmp_path, funds=both), **key).varied.fund == "two"


def test_a_fund_without_a_rate_and_an_unknown_one_are_refused(tmp_path: Path) -> None:
    assert refused(load("kruger-2020"), fund="recovery") == (
        "--fund: the spending rule of recovery, profile, has neither a rate nor an amount; choose "
        "luc, or name a figure with --key"
    )
    assert refused(load("kruger-2020"), fund="lux") == (
        '--fund: there is no fund "lux" (did you mean "luc"?); there are luc, recovery'
    )
    closing: dict[str, Any] = {
        "spending": {"kind": "spend_down", "over": "2 years"},
        "closes": {"on": "2023-04-01", "residue": "treasury"},
    }
    assert "expected a rule with one, or name a figure" in refused(endowment(tmp_path, **closing))


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("funds.fund.opning", 'funds.fund.opning: there is no such key (did you mean "opening"?)'),
        ("markets.kind", 'markets.kind is "deterministic"; expected the key of a rate or of money'),
        ("years", "years is a whole number; expected the key of a rate or of money"),
        ("a b", '"a b" is not a dotted key such as funds.luc.spending.rate'),
        ("markets.assets", "markets.assets is a table; expected the key of a rate or of money"),
        ("funds.fund", "funds.fund: found 0, expected a table"),
    ],
)
def test_a_key_that_cannot_be_varied_is_refused(tmp_path: Path, key: str, message: str) -> None:
    assert refused(endowment(tmp_path), key=key).startswith(f"--key: {message}")


def test_a_key_inside_a_list_can_be_varied(tmp_path: Path) -> None:
    shocks = [{"kind": "market", "on": "2021-07-01", "change": "-10%"}]
    asked = ask(
        endowment(tmp_path, shocks=shocks),
        "not exhausted with probability 0.5",
        key="shocks.0.change",
    )
    assert asked.varied.stated == Decimal("-0.1")
    assert "shocks is a list of 0" in refused(endowment(tmp_path), key="shocks.0.change")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"low": "5%", "high": "4%"}, "--to: found 4%, and the range begins at 5%; expected more"),
        ({"high": "120%"}, "--to: funds.fund.spending.rate: "),
        ({"low": "many"}, "--from: 'many' is not a rate; write \"3.5%\" or 0.035"),
        (
            {"within": "0%"},
            "--within: found 0%, expected more than 0 and at most 10%, the whole range",
        ),
        ({"within": "20%"}, "--within: found 20%, expected more than 0 and at most 10%"),
    ],
)
def test_a_range_that_cannot_be_searched_is_refused(
    tmp_path: Path, asked: dict[str, str], message: str
) -> None:
    world = endowment(tmp_path)
    assert refused(world, "not exhausted with probability 0.5", **asked).startswith(message)


def test_an_amount_without_opening_money_needs_an_upper_end(tmp_path: Path) -> None:
    inflow = {"kind": "schedule", "amounts": {"2021": "£1m"}}
    spending = {"kind": "constant_real", "amount": "£3k"}
    world = endowment(tmp_path, opening=0, inflow=inflow, spending=spending)
    target = "not exhausted with probability 0.5"
    assert "no opening money to take a tenth of; state the upper end" in refused(world, target)
    assert ask(world, target, high="£90k").span.high == 90_000


def test_the_last_step_may_be_shorter_and_numbers_are_read_too(tmp_path: Path) -> None:
    target = "not exhausted with probability 0.5"
    span = ask(endowment(tmp_path), target, low=0.01, high="0.025", within=0.01).span
    figures = [float(span.value(step)) for step in range(span.steps + 1)]
    assert figures == [0.01, 0.02, 0.025]
    steps = [span.step_of(Decimal(figure)) for figure in ("0.02", "0.025", "0.015", "0.5")]
    assert steps == [1, 2, None, None]


def test_a_stated_figure_between_steps_is_tried_as_it_is(tmp_path: Path) -> None:
    world = endowment(tmp_path, spending={"kind": "percent_of_value", "rate": "3.123%"})
    found = solve(world, "not exhausted with probability 0.5", within="1%")
    assert found.stated is not None
    assert found.stated.value == Decimal("0.03123")
    beyond = solve(world, "not exhausted with probability 0.5", within="1%", high="3%")
    assert beyond.stated is None
