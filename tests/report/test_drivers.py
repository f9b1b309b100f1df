"""What drives the answer, in a report: the section, its pictures, and whose answer it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fundsim.cli.entry import fundsim
from fundsim.results.table import read
from fundsim.wording import money
from tests.studies.world import RATES, written

ENDS = {
    "rate": {"low": {RATES: "3%"}, "high": {RATES: "5%"}},
    "fee": {"low": {"markets.fee": "0.4%"}, "high": {"markets.fee": "0.6%"}},
}
VARY = {"of": {"kind": "one_at_a_time", "assumptions": ENDS}}


def called(*words: str | Path) -> Result:
    return CliRunner().invoke(fundsim, [str(word) for word in words])


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A folder with a run and a study of one scenario."""
    study = written(
        tmp_path, vary=VARY, measures=["spending"], sources={"of.rate": "unverified: x"}
    )
    run = called("run", tmp_path / "base.toml", "--no-charts", "--quiet", "--out", tmp_path / "run")
    assert run.exit_code == 0
    made = called("sensitivity", study, "--no-charts", "--quiet", "--out", tmp_path / "study")
    assert made.exit_code == 0
    return tmp_path


def document(world: Path, *words: str | Path) -> str:
    made = called("report", world / "run", *words, "--quiet", "--out", world / "report.html")
    assert made.exit_code == 0, made.output
    return (world / "report.html").read_text("utf-8")


def test_a_study_adds_its_section_and_its_pictures(world: Path) -> None:
    plain, told = document(world), document(world, "--study", world / "study")
    assert "What drives the answer" not in plain
    assert "What drives the answer" in told
    assert told.count("<figure") == plain.count("<figure") + 1
    numbers = [int(number) for number in re.findall(r'id="figure-(\d+)"', told)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert "unverified: why these values, of of.rate" in told
    swing = float(read(world / "study" / "tornado.csv").column("swing")[0])
    assert money(abs(swing)) in told
    assert money(abs(swing)) not in plain


def test_another_fingerprint_than_the_runs_is_said(world: Path) -> None:
    called("run", world / "base.toml", "--paths", "250", "--no-charts", "--out", world / "other")
    (world / "run").rename(world / "first")
    (world / "other").rename(world / "run")
    assert "another than this run" in document(world, "--study", world / "study")


def test_a_study_of_another_scenario_is_refused(world: Path) -> None:
    base = (world / "base.toml").read_text("utf-8").replace('name = "tiny"', 'name = "other"')
    (world / "other.toml").write_text(base, "utf-8")
    called("run", world / "other.toml", "--no-charts", "--quiet", "--out", world / "other")
    found = called("report", world / "other", "--study", world / "study")
    assert found.exit_code == 2
    assert "varies tiny, and this is a report of other" in re.sub(r"\s+", " ", found.output)


def test_a_study_that_is_not_whole_is_refused(world: Path) -> None:
    next((world / "study" / "pieces").iterdir()).write_bytes(b"no")
    found = called("report", world / "run", "--study", world / "study")
    assert "does not verify" in str(found.exception)
