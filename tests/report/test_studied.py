"""A report of a study: its question, its runs, and what drives it if that is asked."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fundsim.cli.entry import fundsim
from fundsim.results.table import read
from tests.studies.world import RATES, written

ENDS = {"rate": {"low": {RATES: "3%"}, "high": {RATES: "5%"}}}
MARKUP = "<b>=1+1 & 'more'</b>"


def called(*words: str | Path) -> Result:
    return CliRunner().invoke(fundsim, [str(word) for word in words])


def report(folder: Path, **changes: Any) -> str:
    study = written(folder, **changes)
    assert called("batch", study, "--quiet", "--out", folder / "out").exit_code in (0, 1)
    made = called("report", folder / "out", "--quiet", "--out", folder / "report.html")
    assert made.exit_code == 0, made.exception
    return (folder / "report.html").read_text("utf-8")


def cells(html: str, row: str) -> list[str]:
    """Give the cells of the row of a table whose head says so."""
    (found,) = re.findall(rf'<tr><th scope="row">{row}</th>(.*?)</tr>', html, re.DOTALL)
    return [unescape(re.sub("<[^>]+>", "", cell)) for cell in re.findall("<td.*?</td>", found)]


def test_each_run_is_a_row_with_its_means(tmp_path: Path) -> None:
    html = report(tmp_path)
    table = read(tmp_path / "out" / "table.csv")
    for run, rate in (("0", "3%"), ("1", "5%")):
        spent = float(table.where(run=run, measure="spending").column("mean")[0])
        below = float(table.where(run=run, measure="ends_below_whole").column("mean")[0])
        assert cells(html, run) == [
            f"spending rate {rate}",
            f"£{spent / 1e6:.1f}m",
            f"{100 * below:.1f}%",
        ]
    assert "from £" in html
    assert "What drives the answer" not in html
    assert "<figure" not in html
    assert ">Pictures<" not in html


def test_a_study_that_asks_what_matters_says_so_and_shows_it(tmp_path: Path) -> None:
    html = report(tmp_path, vary={"of": {"kind": "one_at_a_time", "assumptions": ENDS}})
    assert "What drives the answer" in html
    assert html.count("<figure") == 2
    assert "What moves it most is the rate" in html


@pytest.mark.parametrize(
    ("kind", "size"), [("sobol_indices", {"size": 4}), ("morris", {"trajectories": 4})]
)
def test_a_measure_that_nothing_moves_is_said_beside_those_that_are_told(
    tmp_path: Path, kind: str, size: dict[str, int]
) -> None:
    drawn = {RATES: {"kind": "uniform", "low": "3%", "high": "5%"}}
    block = {"kind": kind, "distributions": drawn, **size}
    html = unescape(report(tmp_path, vary={"of": block}, measures=["spending", "exhausted"]))
    assert f"Spending: {RATES} " in html
    assert "exhausted is the same in every run, so that no assumption moves it." in html


def test_two_studies_of_one_base_are_told_apart(tmp_path: Path) -> None:
    places = []
    for name in ("one", "other"):
        study = written(tmp_path / name, name=name, measures=["spending"])
        places.append(tmp_path / f"of-{name}")
        assert called("batch", study, "--quiet", "--out", places[-1]).exit_code == 0
    made = called("report", *places, "--quiet", "--out", tmp_path / "report.html")
    assert made.exit_code == 0, made.exception
    html = (tmp_path / "report.html").read_text("utf-8")
    assert "<title>2 answers: one, other</title>" in html
    assert "What was asked: one" in html
    assert "What was asked: other" in html


WRONG: dict[str, Any] = {
    "many": {"kind": "grid", "values": {"paths": [250, 4000]}},
    "sampling": {"kind": "list", "cases": {"as it is": {}, "sets": {"sampling": "sobol"}}},
}
FEES = [f"{0.1 + 0.01 * step:.2f}%" for step in range(6)] + [f"{3 + step}%" for step in range(6)]
FAILS: dict[str, Any] = {
    "vary": {"ahead": {"kind": "grid", "values": {"markets.fee": FEES}}},
    "measures": ["capital_kept_whole_at_10_years"],
    "futures": ["ahead"],
    "acceptable": {"capital_kept_whole_at_10_years": {"at_least": 0.8}},
}


def test_a_study_that_says_what_is_acceptable_tells_where_it_is_not(tmp_path: Path) -> None:
    html = report(tmp_path, **FAILS)
    assert "as it is: fails where markets.fee is above 2%: 6 of 6 such futures fail" in html
    assert "capital kept whole at 10 years at least 0.80" in html
    assert cells(html, "as it is")[:5] == ["6", "12", "1", "100%", "100%"]


def test_what_cannot_be_told_is_said_and_the_report_goes_on(tmp_path: Path) -> None:
    changes = FAILS | {"vary": WRONG, "futures": [*WRONG]}
    html = unescape(report(tmp_path, **changes))
    run = "run 1 (paths 250, sampling sets)"
    assert f"This cannot be told: {run} has no figures: paths: found 250, expected" in html
    assert "1 run of 4 failed" in html


def test_a_study_that_asks_what_makes_the_spread_shows_it(tmp_path: Path) -> None:
    drawn = {RATES: {"kind": "uniform", "low": "3%", "high": "5%"}}
    vary = {"of": {"kind": "sobol_indices", "size": 4, "distributions": drawn}}
    html = report(tmp_path, vary=vary, measures=["spending"])
    assert html.count("<figure") == 1
    assert "What makes “spending” vary" in html
    assert f"{RATES} has a part in" in html


def test_failed_runs_are_told_with_the_first_reason(tmp_path: Path) -> None:
    html = unescape(report(tmp_path, vary=WRONG))
    assert (
        "1 run of 4 failed; the first, run 1 (paths 250, sampling sets): paths: found 250, expected"
        in html
    )


def test_names_are_text_and_never_markup(tmp_path: Path) -> None:
    vary = {"of": {"kind": "list", "cases": {MARKUP: {}, "other": {RATES: "3%"}}}}
    html = report(tmp_path, vary=vary, title=MARKUP, sources={"of": MARKUP})
    assert "<b>=1" not in html
    assert MARKUP in unescape(html)


POLICIES = {
    "ahead": {"kind": "list", "cases": {"cheap": {"markets.fee": "0.3%"}, "dear": {}}},
    "rate": {"kind": "grid", "values": {RATES: ["3%", "5%"]}},
}


def test_a_study_that_names_its_futures_says_which_policy_does_well(tmp_path: Path) -> None:
    html = unescape(report(tmp_path, vary=POLICIES, futures=["ahead"], paths=250, years=4))
    assert html.count("Which policy does well whatever comes") == 2  # in the list, and above it
    assert "Spending: no regret in any future with 5%." in html
    assert "What drives the answer" not in html
    assert html.count("<figure") == 2
    assert re.findall(r'id="figure-(\d+)"', html) == ["1", "2"]


def test_policies_that_cannot_be_compared_are_said_to_be(tmp_path: Path) -> None:
    futures = ["ahead", "rate"]
    html = unescape(report(tmp_path, vary=POLICIES, futures=futures, paths=250, years=4))
    assert "rates has one policy only, as it is; vary what is decided on in a block" in html
