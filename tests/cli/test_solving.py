"""The command solve, as a trustee calls it: table, folder, chart, and every refusal."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fundsim.cli.entry import fundsim
from fundsim.errors import FundsimError
from fundsim.scenario import load, resolved_toml
from fundsim.solving.targets import read_target
from tests.engine.tiny import VOLATILE, simulated
from tests.solving.world import endowment

TARGET = "capital kept whole at 6 years at least 0.8 with probability 0.7"


def called(*words: str | Path) -> Result:
    return CliRunner().invoke(fundsim, [str(word) for word in words])


def message(*words: str | Path) -> str:
    """What bad input is told: one error that the command line prints, and exit code 2."""
    found = called(*words)
    if isinstance(found.exception, FundsimError):
        return str(found.exception)
    assert found.exit_code == 2
    return re.sub(r"\s+", " ", found.output)


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A scenario file of an endowment in markets that rise and fall."""
    made = endowment(tmp_path, paths=100, years=6, markets=VOLATILE)
    place = tmp_path / "small.toml"
    place.write_text(resolved_toml(made, areas="areas.csv"), encoding="utf-8")
    return place


def test_it_prints_the_curve_the_answer_and_where_it_is(world: Path, tmp_path: Path) -> None:
    place = tmp_path / "answer"
    found = called("solve", world, "--target", TARGET, "--out", place)
    assert found.exit_code == 0
    lines = found.stdout.splitlines()
    assert lines[:2] == [
        f"tiny, fund fund: {TARGET}",
        (
            "funds.fund.spending.rate on 100 possible futures of 6 years from 1 April 2021, seed "
            "20200924"
        ),
    ]
    assert (
        "rate  paths that meet it  error  spent a year  median kept whole after 6 years" in lines[3]
    )
    assert re.search(r"^ *4% +\d+\.\d% .* as stated$", found.stdout, re.MULTILINE)
    assert re.search(r"is the largest rate that meets it on these 100 paths: ", found.stdout)
    assert f"tables  {place}" in found.stdout
    assert len(list((place / "charts").iterdir())) == 4


def test_its_folder_holds_the_curve_the_answer_and_a_scenario_that_meets_it(
    world: Path, tmp_path: Path
) -> None:
    place = tmp_path / "answer"
    called("solve", world, "--target", TARGET, "--out", place, "--quiet")
    names = {str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()}
    assert names == {
        *("curve.csv", "solved.json", "solved.toml", "summary.txt", "manifest.json"),
        *("scenarios/0.toml", "scenarios/areas.csv"),
        *("charts/curve.csv", "charts/curve.png", "charts/curve.svg"),
        "charts/curve.csv-metadata.json",
    }
    answer = json.loads((place / "solved.json").read_text("utf-8"))
    assert answer["verdict"] == "found"
    solved = load(place / "solved.toml")
    assert solved.funds["fund"].spending.model_dump()["rate"] == answer["value"]
    assert solved.sources["funds.fund.spending.rate"] == (
        f'fundsim solve: the largest in steps of 0.01% that meets "{TARGET}" for fund on 100 '
        "paths, seed 20200924"
    )
    met = read_target(TARGET).wish.met(simulated(solved).series["fund"])
    assert met.mean() == answer["share"] >= 0.7
    assert called("verify", place).stdout.startswith("ok: ")
    (place / "curve.csv").write_text("altered", encoding="utf-8")
    altered = called("verify", place)
    assert (altered.exit_code, "curve.csv was altered" in altered.stdout) == (1, True)


def test_the_same_question_gives_the_same_bytes_of_every_file(world: Path, tmp_path: Path) -> None:
    one, other, third = (tmp_path / name for name in ("one", "other", "third"))
    for place, seed in ((one, "1"), (other, "1"), (third, "2")):
        called("solve", world, "--target", TARGET, "--out", place, "--seed", seed, "--quiet")
    files = [path.relative_to(one) for path in one.rglob("*") if path.is_file()]
    assert len(files) == 11
    assert all((one / name).read_bytes() == (other / name).read_bytes() for name in files)
    assert (one / "curve.csv").read_bytes() != (third / "curve.csv").read_bytes()


def test_a_place_is_named_after_scenario_and_question(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    called("solve", world, "--target", TARGET, "--no-charts", "--within", "1%")
    called("solve", world, "--target", TARGET, "--no-charts", "--within", "1%")
    called("solve", world, "--target", TARGET, "--no-charts", "--within", "2%")
    names = sorted(path.name for path in Path("results").iterdir())
    assert len(names) == 2
    assert all(re.fullmatch(r"tiny-[0-9a-f]{12}-solved-[0-9a-f]{12}", name) for name in names)


def test_a_place_that_holds_something_else_is_refused_before_any_work(
    world: Path, tmp_path: Path
) -> None:
    place = tmp_path / "answer"
    asked = ("solve", world, "--target", TARGET, "--within", "1%", "--no-charts", "--out", place)
    assert called(*asked).exit_code == 0
    assert "holds another run or comparison" in message(*asked, "--seed", "2")
    assert message("chart", place) == (
        f"{place} is an answer of fundsim solve, which draws its charts beside its tables; use "
        "that command"
    )
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "note.txt").write_text("mine", encoding="utf-8")
    told = message("solve", world, "--target", TARGET, "--out", tmp_path / "other")
    assert "is there already and is not a run folder" in told


def test_nothing_is_left_half_written_where_it_cannot_be_answered(
    world: Path, tmp_path: Path
) -> None:
    late = "[2024]"
    settings = ("--set", "funds.fund.opening=0", "--set", f"funds.fund.inflow.kind={late}")
    assert message("solve", world, *settings, "--target", TARGET, "--out", tmp_path / "no")
    inflow = 'funds.fund.inflow={kind="schedule", amounts={2023="£1m"}}'
    settings = ("--set", "funds.fund.opening=0", "--set", inflow)
    target = "capital kept whole at 1 year at least 1 with probability 0.5"
    told = message("solve", world, *settings, "--target", target, "--out", tmp_path / "no")
    assert told == (
        "--target: years: nothing has reached fund by then on some paths; ask for a later year"
    )
    assert not list(tmp_path.glob("*no*"))


def test_where_no_rate_meets_it_the_exit_code_says_no(world: Path, tmp_path: Path) -> None:
    place, target = tmp_path / "no", "capital kept whole at 6 years at least 3 with probability 0.9"
    found = called("solve", world, "--target", target, "--out", place)
    assert found.exit_code == 1
    none = "No rate from 0% to 10% meets it on these 100 paths: it comes true on none of them."
    assert none in found.stdout
    assert not (place / "solved.toml").exists()
    assert json.loads((place / "solved.json").read_text("utf-8"))["verdict"] == "none"
    assert (place / "charts" / "curve.png").exists()


def test_the_curve_is_printed_as_csv_and_json(world: Path, tmp_path: Path) -> None:
    asked = ("solve", world, "--target", TARGET, "--within", "1%", "--no-charts")
    as_csv = called(*asked, "--out", tmp_path / "one", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(as_csv)))
    assert [row["value"] for row in rows] == ["0", *(f"0.0{n}" for n in range(1, 10)), "0.1"]
    assert {row["key"] for row in rows} == {"funds.fund.spending.rate"}
    as_json = json.loads(called(*asked, "--out", tmp_path / "two", "--format", "json").stdout)
    assert as_json == rows
    assert [row["note"] for row in rows if row["value"] == "0.04"] == ["as stated"]


def test_what_is_unverified_is_said(tmp_path: Path) -> None:
    found = called(
        *("solve", "kruger-endowment", "--target", "not exhausted with probability 0.9"),
        *("--paths", "10", "--years", "4", "--within", "5%", "--no-charts"),
        *("--out", tmp_path / "answer"),
    )
    told = "unverified: 6 assumptions of kruger-endowment without a source"
    assert f"{told} (fundsim check names them)" in found.stdout


def test_quiet_says_nothing(world: Path, tmp_path: Path) -> None:
    asked = ("solve", world, "--target", TARGET, "--within", "1%", "--out", tmp_path / "one")
    assert called(*asked, "--quiet").output == ""


def test_a_figure_in_a_list_is_written_in_a_whole_scenario(world: Path, tmp_path: Path) -> None:
    place, shock = (
        tmp_path / "answer",
        '{name="a fall", kind="market", on=2022-04-01, change=-0.05}',
    )
    found = called(
        *("solve", world, "--set", f"shocks=[{shock}]", "--key", "shocks.0.change"),
        *("--from", "-50%", "--to", "0%", "--within", "10%", "--out", place, "--no-charts"),
        *("--target", "capital kept whole at 6 years at least 0.8 with probability 0.01"),
    )
    assert found.exit_code == 0
    assert "0% is the largest" not in found.stdout
    assert "That is to spend nothing" not in found.stdout
    solved = load(place / "solved.toml")
    assert solved.shocks[0].model_dump()["change"] == 0
    assert len(solved.geography_table) == 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--target", "bananas"), '--target: found "bananas", which is no target; write it as'),
        (
            ("--target", "never below 0.5 in 9 years with probability 0.9"),
            "--target: years: found 9, and the run has 6; expected 6 at most",
        ),
        (("--target", TARGET, "--fund", "fond"), '--fund: there is no fund "fond" (did you mean'),
        (("--target", TARGET, "--key", "markets.feee"), "--key: markets.feee: there is no such"),
        (("--target", TARGET, "--to", "200%"), "--to: funds.fund.spending.rate: "),
        (("--target", TARGET, "--paths", "0"), "--set: paths: found 0"),
        ((), "Missing option '--target'"),
    ],
)
def test_bad_input_is_one_message(world: Path, words: tuple[str, ...], told: str) -> None:
    assert told in message("solve", world, *words)
