"""The commands as a user meets them: what they print, what they leave, how they answer."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Fundsim = Callable[..., subprocess.CompletedProcess[str]]
SMALL = ("--paths", "12", "--years", "3")


@pytest.fixture
def fundsim(tmp_path: Path) -> Fundsim:
    """Start the command in an empty folder, as a user would."""

    def start(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "fundsim", *words],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
        )

    return start


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small finished run with its charts."""
    folder = tmp_path_factory.mktemp("finished") / "run"
    words = [sys.executable, "-m", "fundsim", "run", "kruger-endowment", *SMALL]
    subprocess.run([*words, "--out", str(folder)], check=True, capture_output=True)
    return folder


def test_run_leaves_a_folder_with_every_table_and_four_charts(finished: Path) -> None:
    tables = {path.name for path in finished.glob("*.csv")}
    assert tables == {
        *("summary.csv", "years.csv", "areas.csv", "areas_years.csv"),
        *("foundations.csv", "journal.csv", "areas_told.csv"),
    }
    assert {path.name for path in finished.glob("*.parquet")} == {
        *("fund.parquet", "foundations.parquet", "areas.parquet"),
    }
    assert len(list((finished / "charts").glob("*.svg"))) == 4
    assert len(list((finished / "charts").glob("*.png"))) == 4
    assert len(list((finished / "charts").glob("*.csv"))) == 4
    assert not list(finished.parent.glob(".*"))


def test_a_summary_can_be_read(fundsim: Fundsim) -> None:
    done = fundsim("run", "kruger-endowment", *SMALL, "--no-charts")
    assert done.returncode == 0
    assert done.stdout.startswith("£2bn of dormant assets, endowed for ever\n")
    assert "money put in" in done.stdout
    assert "unverified: foundations.fee = 6%" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_summary_can_be_read_by_a_program(fundsim: Fundsim, form: str) -> None:
    done = fundsim("run", "kruger-endowment", *SMALL, "--no-charts", "--format", form)
    rows = (
        list(csv.DictReader(io.StringIO(done.stdout))) if form == "csv" else json.loads(done.stdout)
    )
    by_name = {row["measure"]: row for row in rows if row["fund"] == "luc"}
    assert by_name["arrived"]["mean"] == "2000000000.0000"
    assert by_name["reconciliation"]["mean"] == "0.000000" if "reconciliation" in by_name else True


def test_a_finished_run_is_not_simulated_again(fundsim: Fundsim, finished: Path) -> None:
    before = (finished / "manifest.json").read_bytes()
    words = ("run", "kruger-endowment", *SMALL, "--out", str(finished), "--no-charts")
    again = fundsim(*words)
    assert again.returncode == 0
    assert "not simulated again" in again.stderr
    assert (finished / "manifest.json").read_bytes() == before


def test_another_told_path_is_simulated_again(fundsim: Fundsim) -> None:
    words = ("run", "kruger-endowment", *SMALL, "--no-charts", "--quiet", "--out", "run")
    assert fundsim(*words).returncode == 0
    assert fundsim(*words, "--path", "3").returncode == 0
    place = fundsim("verify", "run")
    assert place.stdout.startswith("ok")
    refused = fundsim(*words, "--path", "12")
    assert refused.returncode == 2
    assert "numbered from 0 to 11" in refused.stderr


def test_an_altered_run_is_refused(fundsim: Fundsim) -> None:
    words = ("run", "kruger-endowment", *SMALL, "--no-charts", "--quiet", "--out", "run")
    done = fundsim(*words)
    assert (done.returncode, done.stdout) == (0, "")
    folder = Path(done.args[-1])
    assert folder.name == "run"


def test_check_names_the_areas_that_get_nothing(fundsim: Fundsim) -> None:
    done = fundsim("check", "kruger-left-behind", "kruger-endowment")
    assert done.returncode == 0
    assert "258 of 361 areas would get nothing: " in done.stdout
    assert done.stdout.count("ok: ") == 2


def test_check_reports_every_file(fundsim: Fundsim, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('extends = "kruger-endowment"\npahts = 3\n')
    done = fundsim("check", "bad.toml", "kruger-endowment", "nowhere.toml")
    assert done.returncode == 2
    assert 'bad.toml:2:1: pahts: there is no such key (did you mean "paths"?)' in done.stderr
    assert "nowhere.toml" in done.stderr
    assert "ok: kruger-endowment" in done.stdout


def test_show_diff_new_schema(fundsim: Fundsim, tmp_path: Path) -> None:
    assert "funds.luc.opening" in fundsim("show", "kruger-endowment").stdout
    assert "moving_average" in fundsim("diff", "kruger-endowment", "alliance-ask").stdout
    assert fundsim("new", "mine").returncode == 0
    assert fundsim("check", "mine.toml").returncode == 0
    assert fundsim("new", "mine").returncode == 2
    assert json.loads(fundsim("schema").stdout)["$schema"]
    assert fundsim("schema", "--out", "s.json").returncode == 0
    assert json.loads((tmp_path / "s.json").read_text())["properties"]["funds"]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("scenarios", "kruger-endowment"),
        ("returns", "lognormal"),
        ("inflation", "ar1"),
        ("inflows", "schedule"),
        ("spending", "moving_average"),
        ("allocation", "need_weighted"),
        ("metrics", "gini_per_head"),
        ("charts", "spending"),
        ("areas", "E06000001"),
        ("foundations", "cumbria"),
    ],
)
def test_lists(fundsim: Fundsim, kind: str, name: str) -> None:
    rows = json.loads(fundsim("list", kind, "--format", "json").stdout)
    found = {row["name"]: row["what it is"] for row in rows}
    assert found[name]
    assert all(found.values())


def test_chart_draws_what_is_asked(fundsim: Fundsim, finished: Path, tmp_path: Path) -> None:
    words = ("chart", str(finished), "spending", "--format", "pdf", "--nominal", "--out", "here")
    done = fundsim(*words)
    assert done.returncode == 0
    assert {path.name for path in (tmp_path / "here").iterdir()} == {
        "spending-nominal.pdf",
        "spending-nominal.csv",
    }
    assert fundsim("chart", str(finished), "spendng").returncode == 2


def test_every_command_has_help(fundsim: Fundsim) -> None:
    listed = fundsim("--help").stdout.partition("Commands:\n")[2]
    names = [line.split()[0] for line in listed.splitlines() if line.startswith("  ")]
    for name in (name for name in names if name.islower()):
        told = fundsim(name, "--help")
        assert told.returncode == 0
        assert told.stdout.count("\n") > 4


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("run", "nowhere.toml"), "no such file"),
        (("run", "."), "folder"),
        (("run", "kruger-endowment", "--paths", "0"), "at least 1"),
        (("run", "kruger-endowment", "--years", "many"), "not a valid integer"),
        (("run", "kruger-endowment", "--set", "funds.luc.spending.rate"), "KEY=VALUE"),
        (("run", "kruger-endowment", "--keep", "everything"), "foundations"),
        (("run", "kruger-endowment", *SMALL, "--out", "/proc/nowhere/run"), "--out"),
        (("verify", "nowhere"), "fundsim run"),
        (("chart", "."), "manifest.json"),
        (("frobnicate",), "No such command"),
        (("list", "rules"), "allocation"),
    ],
)
def test_bad_input_gets_one_message(fundsim: Fundsim, words: tuple[str, ...], remedy: str) -> None:
    done = fundsim(*words)
    assert done.returncode == 2
    assert remedy in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_fault_of_fundsim_is_owned_up_to(tmp_path: Path) -> None:
    planted = (
        "import sys, fundsim.scenario\n"
        "def broken(*_): raise KeyError('planted')\n"
        "fundsim.scenario.load = broken\n"
        "sys.argv = ['fundsim', 'show', 'kruger-endowment', *sys.argv[1:]]\n"
        "from fundsim.cli import main; main()\n"
    )
    words = [sys.executable, "-c", planted]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith("a fault of fundsim (KeyError: 'planted'); the report is in ")
    report = Path(done.stderr.split()[-1])
    assert "Traceback" in report.read_text()
    report.unlink()
    words = [*words, "--debug"]
    told = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert "Traceback" in told.stderr


@pytest.fixture
def heard() -> Iterator[None]:
    """Let a process that is started hear Ctrl-C even where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_leaves_nothing(asked: signal.Signals, workers: str, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "fundsim", "run", "kruger-endowment", "--paths", "200000"]
    with subprocess.Popen(
        [*words, "--out", "run", "--workers", workers],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            deadline = time.monotonic() + 60
            while not list(tmp_path.glob(".run.*")) and time.monotonic() < deadline:
                time.sleep(0.05)
            time.sleep(1.5)
            running.send_signal(asked)
            told = running.communicate(timeout=60)[1]
        finally:
            running.kill()
    assert running.returncode == 130
    assert told.strip() == "stopped; nothing half-written was left"
    assert list(tmp_path.iterdir()) == []
