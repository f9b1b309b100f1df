"""Where policies fail: planted boxes are found, said in words, and not where there are none."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fundsim.errors import RunError
from fundsim.report.drivers import Drivers
from fundsim.studies import Plan
from fundsim.studies.answers.boxes import Assumption, Bools, Box, Futures, again, boxes
from fundsim.studies.answers.boxes import _needed as needed
from fundsim.studies.answers.boxes import _quasi_p as quasi_p
from fundsim.studies.answers.discovery import Failing, discovery
from fundsim.studies.pieces import Pieces
from fundsim.studies.wording import acceptable, sentences_of_discovery
from tests.studies.world import RATES, plan_of, put_in_place

FEE, GROWTH, STEP = "markets.fee", "markets.assets.shares.arithmetic_mean", "markets.step"
POOR, ENOUGH = 9_999_999_999, 10_000_000_000  # pence, about what is acceptable
SIZE = 80


CALLED = "fee of managers"


def ahead(**changes: Any) -> dict[str, Any]:
    distributions = {
        FEE: {"kind": "uniform", "low": "0.3%", "high": "1.5%"},
        GROWTH: {"kind": "uniform", "low": 0.04, "high": 0.09},
        STEP: {"kind": "choice", "values": ["quarter", "year"]},
    }
    values = {"size": SIZE, "seed": 1, "distributions": distributions, "called": {FEE: CALLED}}
    return {"kind": "sample"} | values | changes


def study(folder: Path, *rates: str, **changes: Any) -> Plan:
    policies = {"kind": "grid", "values": {RATES: [*rates]}}
    values: dict[str, Any] = {
        "vary": {"ahead": ahead()} | ({"rate": policies} if rates else {}),
        "measures": ["spending"],
        "futures": ["ahead"],
        "acceptable": {"spending": {"at_least": "£100m"}},
    }
    return plan_of(folder, paths=250, **(values | changes))


def failing(
    folder: Path, fails: Callable[[dict[str, Any]], bool]
) -> tuple[Failing, list[dict[str, Any]], list[str]]:
    """Plant failures in the futures of one policy; give what is found, the futures, the words."""
    plan = study(folder)
    pieces = put_in_place(plan, folder, lambda at: [POOR if fails(at) else ENOUGH])
    made = discovery(plan, pieces)
    return (
        made.policies[0],
        [run.cell.columns for run in plan.runs],
        [*sentences_of_discovery(made)],
    )


def test_a_planted_box_is_found_and_said(tmp_path: Path) -> None:
    found, futures, told = failing(tmp_path, lambda at: at[FEE] > 0.009 and at[GROWTH] <= 0.07)
    (place,) = found.places
    count = sum(at[FEE] > 0.009 and at[GROWTH] <= 0.07 for at in futures)
    assert (found.failing, place.holds, place.failing) == (count, count, count)
    limits = {each.assumption.name: (each.above, each.at_most) for each in place.restrictions}
    assert {*limits} == {CALLED, GROWTH}
    (above, none), (nothing, at_most) = limits[CALLED], limits[GROWTH]
    assert above is not None
    assert at_most is not None
    assert (none, nothing) == (None, None)
    assert all(
        (at[FEE] > above and at[GROWTH] <= at_most) == (at[FEE] > 0.009 and at[GROWTH] <= 0.07)
        for at in futures
    )
    asked = {f"{CALLED} is above {100 * above:f}%", f"{GROWTH} is at most {at_most}"}
    where, in_halves, last = told
    said = re.fullmatch(r"as it is: fails where (.*) and (.*): (.*)", where)
    assert said is not None
    assert {said[1], said[2]} == {re.sub(r"0+%", "%", one) for one in asked}
    assert said[3] == (
        f"{count} of {count} such futures fail (density 100%), {count} of {count} failures are "
        "there (coverage 100%)."
    )
    assert f"{CALLED} in " in in_halves
    assert last.startswith("A box describes the futures that were drawn")


def test_a_box_of_two_ends_and_one_that_is_not_pure(tmp_path: Path) -> None:
    found, futures, told = failing(
        tmp_path, lambda at: 0.006 < at[FEE] <= 0.011 and not str(at[GROWTH]).endswith("1")
    )
    inside = [at for at in futures if 0.006 < at[FEE] <= 0.011]
    (place,) = found.places
    (one,) = place.restrictions
    assert one.assumption.name == CALLED
    assert one.above is not None
    assert one.at_most is not None
    held = [at for at in futures if one.above < at[FEE] <= one.at_most]
    assert len(held) == place.holds
    assert abs(len(held) - len(inside)) <= 2
    assert place.failing < place.holds
    assert f"{CALLED} is above 0." in told[0]
    assert " and at most 1." in told[0]
    assert f"{place.failing} of {found.failing} failures are there" in told[0]


def test_a_box_of_words_is_found_and_said(tmp_path: Path) -> None:
    found, futures, told = failing(tmp_path, lambda at: at[STEP] == "year" and at[FEE] > 0.007)
    (place,) = found.places
    count = sum(at[STEP] == "year" and at[FEE] > 0.007 for at in futures)
    assert (place.holds, place.failing) == (count, count)
    assert f"{STEP} is year" in told[0]
    assert {each.assumption.name for each in place.restrictions} == {STEP, CALLED}


def test_none_all_few_and_chance_are_said_instead_of_a_box(tmp_path: Path) -> None:
    rates = {"kind": "grid", "values": {RATES: ["1%", "2%", "3%", "4%", "5%"]}}
    plan = study(tmp_path, vary={"ahead": ahead(size=30), "rate": rates})
    fees = sorted({run.cell.columns[FEE] for run in plan.runs})
    chance = {*np.random.default_rng(0).choice(fees, 15, replace=False).tolist()}
    fails: dict[str, Callable[[float], bool]] = {
        "1%": lambda _: False,
        "2%": lambda _: True,
        "3%": lambda fee: fee in fees[:3],
        "4%": lambda fee: fee not in fees[:3],
        "5%": lambda fee: fee in chance,
    }
    of = lambda at: [POOR if fails[at[RATES]](at[FEE]) else ENOUGH]  # noqa: E731 - named to fit
    made = discovery(plan, put_in_place(plan, tmp_path, of))
    assert [*sentences_of_discovery(made)] == [
        "1%: fails in 0 of 30 futures; it does well in all of them.",
        "2%: fails in 30 of 30 futures; it does well in none.",
        "3%: fails in 3 of 30 futures; too few fail to say where.",
        "4%: fails in 27 of 30 futures; too few do well to say where it fails.",
        "5%: fails in 15 of 30 futures; no values of a few assumptions tell where.",
    ]
    assert acceptable(made) == (
        "Acceptable, in the mean over the paths of a future: spending at least £100m."
    )
    assert all(math.isnan(one.density) for one in made.policies)


def futures_of(columns: np.ndarray[Any, Any], fails: Bools) -> Futures:
    every = [np.unique(column, return_inverse=True) for column in columns.T]
    names = [
        Assumption(f"x{place}", tuple(values.tolist()), ordered=True)
        for place, (values, _) in enumerate(every)
    ]
    return Futures(names, np.array([codes for _, codes in every]).T, fails)


def test_two_boxes_are_told_where_one_holds_not_all() -> None:
    x = np.random.default_rng(4).random((256, 4))
    futures = futures_of(x, (x[:, 0] > 0.8) | (x[:, 1] < 0.25))
    found = boxes(futures)
    assert sorted([*box.masks] for box in found) == [[0], [1]]
    held = found[0].holds(futures) | found[1].holds(futures)
    assert (held == futures.fails).all()


def test_halves_show_what_a_box_is_worth() -> None:
    x = np.random.default_rng(5).random((256, 4))
    real = again(futures_of(x, (x[:, 0] > 0.6) & (x[:, 1] > 0.4)))
    assert real.density > 0.9
    assert real.coverage > 0.8
    assert min(real.restricted[:2]) > 0.9
    assert max(real.restricted[2:]) < 0.1
    idle = again(futures_of(x, np.random.default_rng(6).random(256) < 0.3))
    assert idle.coverage < 0.3
    assert idle.density < 0.5


def test_a_restriction_that_chance_would_do_without_is_taken_off() -> None:
    x = np.array([[one, other] for one in range(4) for other in range(4)], dtype=float)
    futures = futures_of(x, x[:, 0] >= 2)
    upper = np.array([False, False, True, True])
    assert quasi_p({0: upper}, {0: np.ones(4, np.bool_)}, futures) == 0.5**8
    assert quasi_p({0: upper, 1: upper}, {1: np.ones(4, np.bool_)}, futures) == 1
    assert [*needed({0: upper, 1: upper}, futures).masks] == [0]
    assert needed({0: upper, 1: upper}, futures).chances == {0: 0.5**8}
    assert Box({0: upper}, {}).holds(futures).tolist() == futures.fails.tolist()


def test_words_have_no_order() -> None:
    codes = np.arange(90)[:, np.newaxis] % 3
    (box,) = boxes(
        Futures([Assumption("word", ("a", "b", "c"), ordered=False)], codes, codes[:, 0] != 1)
    )
    assert box.masks[0].tolist() == [True, False, True]


def test_where_failures_are_rare_a_box_may_have_fewer_than_half() -> None:
    x = np.arange(200)[:, np.newaxis] / 200
    fails = (x[:, 0] >= 0.5) & (np.arange(200) % 3 == 0)
    futures = futures_of(x, fails)
    (box,) = boxes(futures)
    inside = box.holds(futures)
    assert (x[inside, 0] >= 0.49).all()
    assert 2 * fails.mean() <= fails[inside].mean() < 0.5
    assert (inside & fails).sum() == fails.sum()


def test_values_that_are_told_apart_by_pence_are_told_apart() -> None:
    x = 2e9 + np.arange(100)[:, np.newaxis] / 100
    (box,) = boxes(futures_of(x, np.arange(100) > 70))
    assert np.flatnonzero(~box.masks[0]).tolist() == [*range(71)]


def test_what_cannot_be_told_is_refused(tmp_path: Path) -> None:
    plan = study(tmp_path)
    with pytest.raises(RunError, match="has no figures: it was not run"):
        discovery(plan, Pieces(tmp_path / "none"))
    gaps = put_in_place(
        plan, tmp_path / "gaps", lambda at: [math.nan if at[FEE] > 0.01 else ENOUGH]
    )
    with pytest.raises(RunError, match=r"spending has no mean in \d+ of 80 runs"):
        discovery(plan, gaps)
    with pytest.raises(RunError, match=r"state it, as \[acceptable\] with spending ="):
        discovery(study(tmp_path / "a", acceptable=None), gaps)
    with pytest.raises(RunError, match=r'as futures = \["ahead"\]'):
        discovery(study(tmp_path / "b", futures=None), gaps)
    one = {"ahead": {"kind": "list", "cases": {"this": {}}}}
    alike = study(tmp_path / "c", vary=one)
    with pytest.raises(RunError, match="futures that are all alike"):
        discovery(alike, put_in_place(alike, tmp_path / "c", lambda _: [1]))


def test_without_the_library_one_message_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.tree", None)
    with pytest.raises(RunError, match="needs scikit-learn; install it with: pip install scikit"):
        failing(tmp_path, lambda at: at[FEE] > 0.009)


def test_the_table_holds_what_was_found(tmp_path: Path) -> None:
    plan = study(tmp_path, "3%", "5%")
    pieces = put_in_place(
        plan,
        tmp_path,
        lambda at: [POOR if at[RATES] == "5%" and at[FEE] > 0.009 else ENOUGH],
    )
    found = Drivers.found(plan, pieces)
    table = found.table
    assert table.name == "boxes"
    none, box = (dict(zip(table.columns, row, strict=True)) for row in table.rows())
    assert (none["policy"], none["failing"], none["why_none"], none["box"]) == (
        *("3%", "0", "it does well in all of them", ""),
    )
    assert (box["policy"], box["box"], box["assumption"]) == ("5%", "1", CALLED)
    inside = [run for run in plan.runs if float(run.cell.columns[FEE]) > float(box["above"])]
    assert 2 * int(box["holds"]) == len(inside)
    assert float(box["density"]) == float(box["coverage"]) == 1
    heading, grid, *_ = found.parts()
    assert heading == acceptable(discovery(plan, pieces))
    assert not isinstance(grid, str)
    assert [row[:4] for row in grid.rows] == [
        ("3%", "0", "80", "0"),
        ("5%", box["failing"], "80", "1"),
    ]
