"""The command that draws the charts of a comparison, and the list of all charts."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fundsim.charts.comparing import COMPARISON_CHARTS, COMPARISON_UNASKED
from fundsim.cli.folders import chart
from fundsim.cli.listing import listing
from fundsim.comparison.folder import write
from fundsim.comparison.wanting import Wanted
from fundsim.errors import RunError
from tests.charts.comparing_world import pot, runs, uk
from tests.comparison.alone import alone


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison of three rules in a folder."""
    place = tmp_path_factory.mktemp("compared")
    rules = ["per_capita", "need_weighted(steepness=2)"]
    found = runs(uk(), rules, wanted=Wanted(need="uk_score"))
    write(alone(found), place, started=datetime.now(UTC))
    return place


def drawn(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.svg")}


def run(*words: object) -> Result:
    return CliRunner().invoke(chart, [str(word) for word in words])


def test_without_names_all_are_drawn_and_slopes_for_each_rule(folder: Path, tmp_path: Path) -> None:
    done = run(folder, "--out", tmp_path, "--format", "svg")
    assert done.exit_code == 0, done.output
    slopes = {"rank_slopes-per_capita", "rank_slopes-need_weighted-steepness-2-9daa05a3"}
    assert drawn(tmp_path) == {*COMPARISON_UNASKED, *slopes} - {"rank_slopes"}
    assert str(tmp_path / "lorenz.svg") in done.output


def test_charts_are_left_in_the_folder_and_do_not_count_as_altered(folder: Path) -> None:
    for _ in range(2):
        done = run(folder, "lorenz", "--format", "svg", "--quiet")
        assert (done.exit_code, done.output) == (0, "")
    assert drawn(folder / "charts") == {"lorenz"}


def test_what_has_nothing_to_show_is_told_and_the_others_are_drawn(tmp_path: Path) -> None:
    place = tmp_path / "pot"
    place.mkdir()
    found = alone(pot(uk(), ["per_capita"], pounds=80_000_000), 80_000_000_00)
    write(found, place, started=datetime.now(UTC))
    done = run(place, "--format", "svg")
    assert done.exit_code == 0, done.output
    assert "concentration has nothing to show: need (nat_need_pct)" in done.stderr
    assert {"lorenz", "winners_losers_map"} <= drawn(place / "charts")


def test_measures_are_chosen(folder: Path, tmp_path: Path) -> None:
    words = (folder, "pareto", "--measures", "theil, hoover", "--out", tmp_path, "--format", "svg")
    assert run(*words).exit_code == 0
    assert drawn(tmp_path) == {"pareto-theil-hoover"}


@pytest.mark.parametrize("measures", ["theil", "theil,", "theil,hoover,atkinson_one"])
def test_two_measures_are_asked_for(measures: str, folder: Path) -> None:
    done = run(folder, "pareto", "--measures", measures)
    assert done.exit_code == 2
    assert f'found "{measures}", expected two measures with a comma between them' in done.stderr


@pytest.mark.parametrize(
    "option", [("--fund", "luc"), ("--foundation", "wales"), ("--real",), ("--nominal",)]
)
def test_options_of_runs_are_refused_for_a_comparison(
    option: tuple[str, ...], folder: Path
) -> None:
    done = run(folder, *option)
    assert done.exit_code == 2
    assert "a comparison shows what it was made of; leave it out" in done.stderr


def test_options_of_comparisons_are_refused_for_a_run(tmp_path: Path) -> None:
    done = run(tmp_path, "--measures", "theil,hoover")
    assert done.exit_code == 2
    assert "only comparisons have a chart of two measures; leave it out" in done.stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("lorens", r'"lorens" of a comparison \(did you mean "lorenz"\?\)'),
        (
            "spending",
            r"spending is a chart of runs, which fundsim run makes, and .* is a comparison",
        ),
    ],
)
def test_a_chart_that_comparisons_do_not_have_is_told(name: str, said: str, folder: Path) -> None:
    done = run(folder, name)
    assert isinstance(done.exception, RunError)
    with pytest.raises(RunError, match=said):
        raise done.exception


def test_an_altered_comparison_is_not_drawn(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", str(folder), str(copy)], check=True)
    (copy / "areas.csv").write_text("area\n", encoding="utf-8")
    done = run(copy)
    assert isinstance(done.exception, RunError)
    assert "areas.csv was altered" in str(done.exception)
    assert "charts are drawn of whole comparisons only" in str(done.exception)


def test_a_chart_of_comparisons_is_told_for_a_run(tmp_path: Path) -> None:
    made = tmp_path / "run"
    words = ("kruger-endowment", "--paths", "1", "--years", "1", "--no-charts", "--quiet")
    command = [sys.executable, "-m", "fundsim", "run", *words, "--out", str(made)]
    subprocess.run(command, check=True)
    done = run(made, "lorenz")
    assert isinstance(done.exception, RunError)
    assert "lorenz is a chart of comparisons, which fundsim compare makes, and" in str(
        done.exception
    )


def test_charts_of_both_kinds_are_listed() -> None:
    listed = CliRunner().invoke(listing, ["charts"]).output
    assert "spending" in listed
    assert all(f"\n{name} " in listed for name in COMPARISON_CHARTS)
    assert "Of a comparison: who gains and who loses" in listed
