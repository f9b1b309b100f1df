"""Choosing among policies over futures: by hand-made pieces whose criteria are known by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fundsim.errors import RunError
from fundsim.report.policies import Choosing
from fundsim.studies import Plan
from fundsim.studies.answers.choosing import Policies, again, policies_of, sure, wilson
from fundsim.studies.answers.choosing_tables import tables_of
from fundsim.studies.designs import Cell
from fundsim.studies.naming import told_of
from fundsim.studies.pieces import Pieces
from tests.studies.world import RATES, plan_of

PATHS = 4
VOLATILITY = "markets.assets.shares.volatility"
POLICIES = ("3%", "4%", "5%")
FUTURES = ("bad", "fair", "good")
SPENDING = np.array([[8.0, 2.0, 5.0], [5.0, 5.0, 5.0], [1.0, 6.0, 2.0]])
"""Pounds of each policy in each future, Savage's example in small."""
CHANCE = np.array([[0.25, 0.5, 0.25], [0.25, 0.5, 0.0], [0.5, 0.5, 0.25]])
"""How probable it is that it ends below whole: less is better."""
CASES = {name: {"markets.fee": f"0.{number}%"} for number, name in enumerate(FUTURES, start=3)}
VARY = {
    "ahead": {"kind": "list", "cases": CASES},
    "rate": {"kind": "grid", "values": {RATES: list(POLICIES)}},
}
ASKED = {"spending": {"at_least": "£5"}, "ends_below_whole": {"at_most": "25%"}}


Told = dict[tuple[str, str], dict[str, Any]]
"""A policy's figures in a future, by measure."""


def plan_in(folder: Path, **changes: Any) -> Plan:
    stated = {"vary": VARY, "futures": ["ahead"], "paths": PATHS}
    return plan_of(folder, **(stated | changes))


def pieces_in(folder: Path, plan: Plan, told: Told | None = None) -> Pieces:
    """Keep the figures above, or those told, as if runs had made them; money in pence."""
    pieces = Pieces(folder / "pieces")
    for run in plan.runs:
        policy, future = (str(run.cell.columns[name]) for name in (RATES, "ahead"))
        at = POLICIES.index(policy), FUTURES.index(future)
        figures: dict[str, Any] = {
            "spending": np.full(PATHS, 100 * SPENDING[at]),
            "closing_capital": np.full(PATHS, 100.0),
            "ends_below_whole": np.arange(PATHS) < PATHS * CHANCE[at],
        } | (told or {}).get((policy, future), {})
        pieces.keep(plan.key(run), np.array([figures[look.measure] for look in plan.looks], float))
    return pieces


def made(folder: Path, **changes: Any) -> Policies:
    plan = plan_in(folder, **changes)
    return policies_of(plan, pieces_in(folder, plan))


def rows(found: Policies, name: str, **wanted: str) -> list[dict[str, str]]:
    table = tables_of(found)[name].where(**wanted)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows()]


def words(found: Policies) -> list[str]:
    return [part for part in Choosing(found).parts() if isinstance(part, str)]


# The criteria, by hand


def test_means_worst_futures_and_regrets_are_those_worked_out_by_hand(tmp_path: Path) -> None:
    spending, chance = made(tmp_path).criteria
    assert [one.mean for one in spending.means] == [5.0, 5.0, 3.0]
    assert [FUTURES[place] for place in spending.worst] == ["fair", "bad", "bad"]
    # Regrets of spending: 0 4 0, 3 1 0, 7 0 3. So 4% is the least regretted, with 3 at most.
    assert spending.regret is not None
    assert spending.regret.largest.tolist() == [4.0, 3.0, 7.0]
    assert [FUTURES[place] for place in spending.regret.where.tolist()] == ["fair", "bad", "bad"]
    assert spending.regret.rules == (1,)
    # The 90th percentile of three, type 7: eight tenths of the way from the second to the last.
    assert spending.often == pytest.approx([0.8 * 4, 1 + 0.8 * 2, 3 + 0.8 * 4])
    # Regrets of the chance, less is better: 0 0 0.25, 0 0 0, 0.25 0 0.25.
    assert chance.regret is not None
    assert chance.regret.largest.tolist() == [0.25, 0.0, 0.25]
    assert [FUTURES[place] for place in chance.worst] == ["fair", "fair", "bad"]


def test_differences_are_taken_future_by_future(tmp_path: Path) -> None:
    spending, _ = made(tmp_path).criteria
    third = spending.apart[2]  # 5% less 4%: -4, 1, -3
    assert third.mean == pytest.approx(-2.0)
    assert third.error == pytest.approx(math.sqrt((4 + 9 + 1) / 2 / 3))
    assert third.half == pytest.approx(4.302653 * third.error)  # Student's t, 2 degrees: 0.975
    assert (spending.apart[1].mean, spending.apart[1].error) == (0, 0)


def test_errors_are_of_futures_and_of_paths_that_both_policies_meet(tmp_path: Path) -> None:
    found = made(tmp_path)
    # Of four paths, those below whole in each future: 1, 2, 1 of 3%, and 1, 2, 0 of 4%.
    assert found.by_path[0, 1] == pytest.approx([1, 1 / 3, 0, 0])
    assert found.by_path[1, 1] == pytest.approx([2 / 3, 1 / 3, 0, 0])
    first = found.criteria[1].apart[0]  # 3% less 4%: 0, 0, 1/4 by futures; 1/3, 0, 0, 0 by paths
    assert first.mean == pytest.approx(1 / 12)
    assert first.error == pytest.approx(math.hypot(1 / 12, 1 / 12))


def test_the_table_of_criteria_has_both_ends_of_intervals(tmp_path: Path) -> None:
    found = made(tmp_path)
    for row in rows(found, "criteria", measure="spending"):
        policy = POLICIES.index(row["policy"])
        for name, one in (
            ("", found.criteria[0].means[policy]),
            ("difference_", found.criteria[0].apart[policy]),
        ):
            low, high = (float(row[f"{name}{end}"]) for end in ("low", "high"))
            assert (low, high) == pytest.approx((one.mean - one.half, one.mean + one.half))
            assert low < high or row["policy"] == row["against"] == "4%"


def test_acceptable_is_where_all_that_is_asked_for_holds(tmp_path: Path) -> None:
    found = made(tmp_path, acceptable=ASKED)
    assert found.acceptable.tolist() == [
        [True, False, True],
        [True, False, True],
        [False, False, False],
    ]
    assert [share.count for share in found.shares] == [2, 2, 0]
    table = rows(found, "policies")
    assert [row["share"] for row in table] == ["0.666667", "0.666667", "0.000000"]
    assert [row["most_of_all"] for row in table] == ["yes", "yes", "no"]
    assert (
        "Acceptable (ends below whole at most 25.0%; spending at least £5.00) in 2 of 3 "
        "futures, the most of all: 3%; 4%."
    ) in words(found)


def test_a_share_has_wilsons_interval(tmp_path: Path) -> None:
    found = made(tmp_path, acceptable=ASKED)
    z, n, p = 1.959964, 3, 2 / 3
    middle = (p + z * z / 2 / n) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / 4 / n / n)
    assert (found.shares[0].low, found.shares[0].high) == pytest.approx(
        (middle - half, middle + half)
    )
    assert wilson(0, 3)[0] == 0
    assert wilson(3, 3)[1] == 1


def test_a_beaten_policy_is_told_by_whom(tmp_path: Path) -> None:
    # Means of 3%: £5 and 0.333; of 4%: £5 and 0.25; of 5%: £3 and 0.417.
    table = rows(made(tmp_path), "policies")
    assert [row["beaten_by"] for row in table] == ["4%", "", "4%"]
    assert [row["unbeaten"] for row in table] == ["no", "yes", "no"]
    assert table[0]["why"] == (
        "4% is at least as good in every aim: spending £5.00 in both, ends below whole 25.0% "
        "against 33.3%"
    )
    assert table[0]["share"] == ""  # nothing is asked for


def test_of_many_beaten_policies_the_first_are_told_why(tmp_path: Path) -> None:
    figures = np.arange(20.0).reshape(10, 1, 2) * [1, -1] + [0, 20]  # each better than those before
    found = replace(
        made(tmp_path),
        names=tuple(f"p{n}" for n in range(10)),
        futures=("all",),
        figures=figures,
        by_path=np.zeros((10, 2, PATHS)),
    )
    told = words(found)
    assert sum(" is beaten: p9 is at least as good" in text for text in told) == 6
    assert "So are 3 more; policies.csv says by which and why." in told


def test_where_nothing_is_acceptable_that_is_said(tmp_path: Path) -> None:
    found = made(tmp_path, acceptable={"spending": {"at_least": "£50"}})
    assert "Acceptable (spending at least £50.00) is no policy in any of 3 futures." in words(found)


def test_the_table_of_regrets_has_every_run_and_measure(tmp_path: Path) -> None:
    found = made(tmp_path, acceptable={"spending": {"at_least": "£5"}})
    table = rows(found, "regrets", measure="spending")
    assert len(table) == 9
    for row in table:
        p, f = POLICIES.index(row["policy"]), FUTURES.index(row["future"])
        run = found.plan.runs[int(row["run"])]
        assert (run.cell.columns[RATES], run.cell.columns["ahead"]) == (
            row["policy"],
            row["future"],
        )
        assert float(row["mean"]) == SPENDING[p, f]
        assert float(row["regret"]) == SPENDING[:, f].max() - SPENDING[p, f]
        assert row["acceptable"] == ("yes" if SPENDING[p, f] >= 5 else "no")
    assert {row["acceptable"] for row in rows(found, "regrets", measure="ends_below_whole")} == {""}


def test_a_measure_without_a_direction_is_told_and_not_aimed_at(tmp_path: Path) -> None:
    plan = plan_in(tmp_path, measures=["spending", "closing_capital"])
    found = policies_of(plan, pieces_in(tmp_path, plan))
    assert [aim.name for aim in found.on_average.aims] == ["spending"]
    (row, *_) = rows(found, "criteria", measure="closing_capital")
    assert row["mean"]
    assert not any(text.startswith("Closing capital") for text in words(found))
    assert row["largest_regret"] == row["worst"] == row["against"] == ""
    assert {row["regret"] for row in rows(found, "regrets", measure="closing_capital")} == {""}
    alone = plan_in(tmp_path, measures=["closing_capital"])
    with pytest.raises(RunError, match="nothing that is better or worse when there is more of it"):
        policies_of(alone, pieces_in(tmp_path, alone))


def test_ties_are_all_named(tmp_path: Path) -> None:
    alike = {"spending": [500.0] * PATHS, "ends_below_whole": [0.0] * PATHS}
    same = {(policy, future): alike for policy in POLICIES for future in FUTURES}
    plan = plan_in(tmp_path)
    found = policies_of(plan, pieces_in(tmp_path, plan, same))
    assert [row["least_regretted"] for row in rows(found, "criteria")] == ["yes"] * 6
    assert {row["least_in_resamples"] for row in rows(found, "criteria")} == {"1.000000"}
    assert {row["unbeaten"] for row in rows(found, "policies")} == {"yes"}
    told = words(found)
    assert "The same in every aim: 3%; 4%; 5%." in told
    assert "Spending: no regret in any future with 3%; 4%; 5%." in told


# How sure


def test_a_least_regret_that_hangs_on_one_future_is_said_to_be_chance(tmp_path: Path) -> None:
    assert again(np.array([[0.0, 4, 0], [3, 1, 0], [7, 0, 3]]))[1] < 0.95
    assert again(np.array([[1.0, 1, 1], [0, 0, 0], [0, 0, 0]])) == [0, 1, 1]
    told = words(made(tmp_path))
    place = next(
        i for i, text in enumerate(told) if text.startswith("Spending: least regretted is 4%")
    )
    assert told[place] == (
        "Spending: least regretted is 4%; at worst, in bad, it has £5.00 where the best has £8.00."
    )
    assert told[place + 1].endswith("only, so that it may be by chance of the futures drawn.")


def test_intervals_hold_as_often_as_they_say() -> None:
    """Futures and paths drawn anew 600 times, from a world whose mean is zero."""
    generator = np.random.default_rng(1)
    futures, paths, times = 8, 250, 600
    inside = 0
    for _ in range(times):
        by_future, by_path = generator.normal(0, 1, futures), generator.normal(0, 5, paths)
        both = by_future[:, np.newaxis] + by_path + generator.normal(0, 2, (futures, paths))
        told = sure(both.mean(axis=1), both.mean(axis=0))
        inside += abs(told.mean) <= told.half
    assert 0.93 <= inside / times <= 0.99
    # Of futures alone, an error would leave out that all of them meet the same paths.
    assert sure(np.zeros(8), generator.normal(0, 5, paths)).error > 0.2


def test_one_future_alone_has_no_interval(tmp_path: Path) -> None:
    vary = VARY | {"ahead": {"kind": "list", "cases": {"bad": CASES["bad"]}}}
    found = made(tmp_path, vary=vary)
    assert math.isnan(found.criteria[0].means[0].half)
    assert rows(found, "criteria")[0]["se"] == ""
    assert not any("resamples" in text for text in words(found))


# What is missing


def test_a_future_in_which_a_policy_failed_is_left_out_for_all_and_said(tmp_path: Path) -> None:
    plan = plan_in(tmp_path)
    pieces = pieces_in(tmp_path, plan)
    (lost,) = (run for run in plan.runs if run.cell.columns == {"ahead": "bad", RATES: "5%"})
    pieces.clear([path.name for path in pieces.listed()[plan.key(lost)]])
    pieces.keep_failure(plan.key(lost), (0, 1), "the fund\nbroke")
    found = policies_of(plan, pieces)
    assert found.futures == ("fair", "good")
    assert [one.mean for one in found.criteria[0].means] == [3.5, 5.0, 4.0]
    assert {row["futures"] for row in rows(found, "policies")} == {"2"}
    assert (
        "Left out for all policies: 1 of 3 futures, in which a policy has no figures; the first: "
        f"5%, run {lost.number} (the fund broke). What is left may be the milder ones."
    ) in words(found)


def test_no_future_left_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"no future has figures of every policy; the first .*: 3%"):
        policies_of(plan_in(tmp_path), Pieces(tmp_path / "none"))


def test_a_measure_without_a_mean_somewhere_is_left_out_and_said(tmp_path: Path) -> None:
    gap: Told = {("4%", "good"): {"ends_below_whole": [0.0, math.nan, 0.0, 0.0]}}
    plan = plan_in(tmp_path)
    found = policies_of(plan, pieces_in(tmp_path, plan, gap))
    assert [made.look.measure for made in found.criteria] == ["spending"]
    assert "Left out: ends below whole has no mean in 1 of 9 runs." in words(found)
    asked = plan_in(tmp_path, acceptable=ASKED)
    with pytest.raises(RunError, match="nobody can say where it is acceptable"):
        policies_of(asked, pieces_in(tmp_path, asked, gap))
    alone = plan_in(tmp_path, measures=["ends_below_whole"])
    with pytest.raises(
        RunError, match="has no mean in 1 of 9 runs; choose a measure that every run"
    ):
        policies_of(alone, pieces_in(tmp_path, alone, gap))


def test_what_cannot_be_held_against_each_other_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="one policy only, as it is; vary what is decided"):
        policies_of(plan_in(tmp_path, vary={"ahead": VARY["ahead"]}), Pieces(tmp_path / "pieces"))
    double = {"rate": {"kind": "zip", "values": {RATES: ["3%", "3%"]}}}
    with pytest.raises(RunError, match="two policies 3%; name each of them once"):
        policies_of(plan_in(tmp_path, vary=VARY | double), Pieces(tmp_path / "pieces"))
    uneven = {"many": {"kind": "grid", "values": {"paths": [250, 500]}}, "ahead": VARY["ahead"]}
    plan = plan_in(tmp_path, vary=uneven)
    with pytest.raises(RunError, match=r"differ in paths or sampling \(250 and 500 paths\)"):
        policies_of(plan, Pieces(tmp_path / "pieces"))


# Futures in words


def test_of_many_futures_the_first_are_told(tmp_path: Path) -> None:
    one = made(tmp_path)
    cells = tuple(Cell({"markets.fee": n / 1000}) for n in range(12))
    found = replace(
        one,
        names=tuple(f"p{n}" for n in range(12)),
        futures=tuple(f"future {n}" for n in range(12)),
        cells=cells,
        figures=np.stack([np.eye(12), np.eye(12)], axis=-1),
        by_path=np.zeros((12, 2, PATHS)),
    )
    told = words(found)
    assert "Future 7: fee 0.007." in told
    assert not any(text.startswith("Future 8: ") for text in told)
    assert any(text.startswith("What 4 more futures change: table.csv") for text in told)


def test_futures_that_are_drawn_are_told_as_the_study_writes_and_calls_them(
    tmp_path: Path,
) -> None:
    fee = {"kind": "uniform", "low": "0.4%", "high": "0.6%"}
    volatility = {"kind": "uniform", "low": 0.11, "high": 0.13}
    ahead = {
        "kind": "sample",
        "size": 2,
        "distributions": {"markets.fee": fee, VOLATILITY: volatility},
        "called": {"markets.fee": "managers' fee"},
    }
    plan = plan_in(tmp_path, vary=VARY | {"ahead": ahead})
    cell = Cell({"markets.fee": 0.00512345, VOLATILITY: 0.12345, "of": "dear"})
    assert told_of(plan, cell) == "managers' fee 0.512%, shares volatility 0.123, of dear"
