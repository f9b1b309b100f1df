"""The commands as a user meets them: what they print, what they leave, how they answer."""

from __future__ import annotations

import csv
import io
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from fundsim.charts import UNASKED
from fundsim.wording import money
from tests.cli.inside import called

Fundsim = Callable[..., subprocess.CompletedProcess[str]]
SMALL = ("--paths", "12", "--years", "3")
TWO_FUNDS = ("run", "kruger-2020", "--paths", "12", "--years", "5", "--no-charts", "--out")


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


@pytest.fixture
def within(tmp_path: Path) -> Fundsim:
    """Call the command in an empty folder, within this process."""
    return partial(called, cwd=tmp_path)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small finished run with its charts."""
    folder = tmp_path_factory.mktemp("finished") / "run"
    words = [sys.executable, "-m", "fundsim", "run", "kruger-endowment", *SMALL]
    subprocess.run([*words, "--out", str(folder)], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def two_funds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small finished run of two funds, whose foundations have queues."""
    folder = tmp_path_factory.mktemp("two-funds") / "run"
    words = [sys.executable, "-m", "fundsim", *TWO_FUNDS, str(folder)]
    subprocess.run(words, check=True, capture_output=True)
    return folder


def table(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of one of a run's tables."""
    return list(csv.DictReader(io.StringIO((folder / f"{name}.csv").read_text("utf-8"))))


def row(printed: str, label: str) -> list[str]:
    """What stands in a row of a printed table after its label."""
    line = next(line for line in printed.splitlines() if line.startswith(f"{label}  "))
    return cells_of(line)[1:]


def cells_of(line: str) -> list[str]:
    """The cells of a printed row; two blanks stand between them."""
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


def test_run_leaves_a_folder_with_every_table_and_every_chart_that_shows_something(
    finished: Path,
) -> None:
    tables = {path.name for path in finished.glob("*.csv")}
    assert tables == {
        *("summary.csv", "years.csv", "areas.csv", "areas_years.csv"),
        *("foundations.csv", "journal.csv", "areas_told.csv"),
    }
    assert {path.name for path in finished.glob("*.parquet")} == {
        *("fund.parquet", "foundations.parquet", "areas.parquet"),
    }
    for suffix in (".svg", ".png", ".csv"):
        drawn = {path.stem for path in (finished / "charts").glob(f"*{suffix}")}
        assert drawn == set(UNASKED) - {"backlog"}
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


def test_two_funds_stand_beside_each_other(fundsim: Fundsim, two_funds: Path) -> None:
    printed = fundsim(*TWO_FUNDS, str(two_funds)).stdout
    assert "\nall funds together  " in printed
    titles = ["Levelling Up Communities Fund", "Community Recovery Fund"]
    assert row(printed, "fund by fund, means") == titles
    beside = printed.partition("fund by fund, means")[2]
    means = {
        (line["measure"], line["fund"]): float(line["mean"])
        for line in table(two_funds, "summary")
        if line["basis"] == "real" and line["unit"] == "pounds"
    }
    for measure, label in (
        ("arrived", "money put in"),
        ("spending", "spent"),
        ("paid", "paid to grantees"),
        ("promised", "promised and not yet paid at the end"),
        ("closing_capital", "held at the end"),
    ):
        assert row(beside, label) == [
            money(means[measure, fund]) if means[measure, fund] else "–"
            for fund in ("luc", "recovery")
        ]
    assert row(beside, "years that a pound has waited, on average")
    assert row(printed, "Levelling Up Communities Fund") == ["chance", "error"]
    assert printed.count("chance that the fund ends with less than was put in") == 1
    assert "Community Recovery Fund   " not in printed.partition("chance  error")[2]


def test_one_of_two_funds_can_be_asked_for(fundsim: Fundsim, two_funds: Path) -> None:
    printed = fundsim(*TWO_FUNDS, str(two_funds), "--fund", "recovery").stdout
    assert printed.splitlines()[2] == "fund recovery: Community Recovery Fund"
    assert "left when it closed, or paid to other funds" in printed
    assert "fund by fund" not in printed
    assert "chance that" not in printed
    rows = json.loads(
        fundsim(*TWO_FUNDS, str(two_funds), "--fund", "recovery", "--format", "json").stdout
    )
    assert {line["fund"] for line in rows} == {"recovery"}
    assert {line["basis"] for line in rows} == {"real"}


def test_a_chart_that_shows_nothing_for_all_funds_is_drawn_for_those_it_shows(
    fundsim: Fundsim, tmp_path: Path
) -> None:
    words = ("run", "kruger-2020", "--paths", "12", "--years", "4", "--out", "run")
    done = fundsim(*words, "--foundation", "cumbria")
    assert done.returncode == 0
    drawn = {path.stem for path in (tmp_path / "run" / "charts").glob("*.svg")}
    assert {"capital_kept_whole-luc", "spending", "foundation-cumbria"} <= drawn
    assert not {"capital_kept_whole", "capital_kept_whole-recovery"} & drawn
    assert done.stdout.count("capital_kept_whole") == 3


def test_a_backlog_that_never_ends_is_called_so(fundsim: Fundsim) -> None:
    words = ("run", "kruger-2020", *SMALL, "--no-charts")
    done = fundsim(*words, "--set", "foundations.capacity.multiple_of_past_grants=0")
    assert "paid to grantees, in all" in done.stdout
    assert row(done.stdout, "years of awards that wait at the end") == ["∞"] * 4


def test_a_scenario_in_which_nothing_happens_says_so(fundsim: Fundsim) -> None:
    done = fundsim("run", "recovery-fund-actual", "--paths", "12", "--no-charts")
    assert "No money reaches any fund: nothing is spent, and nothing is paid" in done.stdout
    words = ("--foundation", "scotland", "--paths", "12", "--no-charts")
    assert "No money reaches it." in fundsim("run", "recovery-fund-actual", *words).stdout


def test_a_place_that_stands_for_all_has_no_deprived_fifth(fundsim: Fundsim) -> None:
    done = fundsim("run", "big-local", *SMALL, "--no-charts")
    assert done.returncode == 0
    assert "most deprived fifth" not in done.stdout
    assert "The books balance to the penny" in done.stdout


@pytest.mark.parametrize("basis", ["real", "nominal"])
def test_a_foundation_sees_its_own_years(fundsim: Fundsim, two_funds: Path, basis: str) -> None:
    words = (*TWO_FUNDS, str(two_funds), "--foundation", "north-east", f"--{basis}")
    printed = fundsim(*words).stdout
    assert "Community Foundation North East: 6 areas, 1,509,809 people" in printed
    assert "first day of March, June, September and December." in printed
    assert "It can award £33.6m a year in prices of 1 April 2021: 4 times its grants of " in printed
    assert "£8.40m (2023/24; foundation's news page: 1,253 grants in 2023/24)." in printed
    assert "unverified: foundations.fee = 6%" in printed
    own = {
        (line["measure"], line["year"]): line
        for line in table(two_funds, "foundations")
        if (line["foundation"], line["fund"], line["basis"]) == ("north-east", "all", basis)
    }
    last = own["received", "2025"]
    mean, low, high = (float(last[column]) / 1e6 for column in ("mean", "p05", "p95"))
    assert row(printed, "2025")[0] == f"{mean:.2f} ({low:.2f}–{high:.2f})"
    paid = sum(float(line["mean"]) for (measure, _), line in own.items() if measure == "paid")
    assert f"{paid / 1e6:.2f}" in row(printed, "in all")


def test_a_foundation_hears_what_strikes_it_and_what_is_assumed_of_it(fundsim: Fundsim) -> None:
    words = ("run", "kruger-2020", *SMALL, "--no-charts", "--foundation", "cumbria", "--out", "run")
    printed = fundsim(*words, "--fund", "luc").stdout
    assert "Its panel does not sit from 1 October 2028 until 1 October 2029 (a hard" in printed
    assert "(unverified: its own are not)" in printed
    assert "fund luc: Levelling Up Communities Fund" in printed


def test_a_foundation_that_takes_over_another_hears_of_it(fundsim: Fundsim, tmp_path: Path) -> None:
    (tmp_path / "joined.toml").write_text(
        """
        extends = "kruger-2020"
        name = "joined"
        remove = ["foundations.capacity", "shocks"]

        [foundations.overrides.sussex]
        capacity = { per_head = "£3", growth = "2%", growth_years = 5 }

        [[shocks]]
        name = "two are one"
        kind = "merger"
        on = 2022-04-01
        foundation = "kent"
        into = "sussex"
        """
    )
    printed = fundsim("run", "joined.toml", *SMALL, "--no-charts", "--foundation", "sussex").stdout
    assert "On 1 April 2022 kent passes into sussex (two are one; a merger)." in printed
    assert "growing by 2% a year for 5 years: as the scenario states" in printed


def test_one_foundation_is_what_it_says(fundsim: Fundsim) -> None:
    words = ("run", "one-foundation", *SMALL, "--no-charts", "--foundation", "north-east")
    printed = fundsim(*words).stdout
    assert "It keeps 7.5% of what it receives" in printed
    assert "It can award £8.40m a year in prices of 1 April 2021: as the scenario " in printed
    assert "states (its own news page: 1,253 grants of £8.4m in 2023/24)." in printed


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_foundation_can_be_read_by_a_program(
    fundsim: Fundsim, two_funds: Path, form: str
) -> None:
    words = (*TWO_FUNDS, str(two_funds), "--foundation", "wales", "--nominal", "--format", form)
    wanted = [
        line
        for line in table(two_funds, "foundations")
        if (line["foundation"], line["basis"]) == ("wales", "nominal")
    ]
    for fund in ("luc", None):
        done = fundsim(*words, *(("--fund", fund) if fund else ()))
        rows = (
            json.loads(done.stdout)
            if form == "json"
            else list(csv.DictReader(io.StringIO(done.stdout)))
        )
        assert rows == [line for line in wanted if fund in (None, line["fund"])]


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


def test_check_names_the_areas_that_get_nothing(within: Fundsim) -> None:
    done = within("check", "kruger-left-behind", "kruger-endowment")
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


def test_show_diff_new_schema(within: Fundsim, tmp_path: Path) -> None:
    assert "funds.luc.opening" in within("show", "kruger-endowment").stdout
    assert "moving_average" in within("diff", "kruger-endowment", "alliance-ask").stdout
    assert within("new", "mine").returncode == 0
    assert within("check", "mine.toml").returncode == 0
    assert within("new", "mine").returncode == 2
    assert json.loads(within("schema").stdout)["$schema"]
    assert within("schema", "--out", "s.json").returncode == 0
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
def test_lists(within: Fundsim, kind: str, name: str) -> None:
    rows = json.loads(within("list", kind, "--format", "json").stdout)
    found = {row["name"]: row["what it is"] for row in rows}
    assert found[name]
    assert all(found.values())


def test_list_names_the_keys_of_a_rule(within: Fundsim) -> None:
    rows = json.loads(within("list", "allocation", "funding_guarantee", "--format", "json").stdout)
    keys = {row["key"]: (row["unless stated"], row["what it is"]) for row in rows}
    assert keys["core"] == ("required", "column of pounds that each area has without the grant")
    assert keys["growth"] == ('"3%"', "by how much everybody grows at least")
    assert "kind" not in keys


def test_list_tells_what_a_preset_reads_and_what_of_it_is_unverified(within: Fundsim) -> None:
    told = within("list", "presets", "ukspf-wales").stdout
    assert "columns.wimd" in told
    assert "required" in told
    assert "(unverified)" in told
    assert 'column = "$crf_index", weight = "30%"' in told


def test_chart_draws_what_is_asked(fundsim: Fundsim, finished: Path, tmp_path: Path) -> None:
    words = ("chart", str(finished), "spending", "--format", "pdf", "--nominal", "--out", "here")
    done = fundsim(*words)
    assert done.returncode == 0
    assert {path.name for path in (tmp_path / "here").iterdir()} == {
        "spending-nominal.pdf",
        "spending-nominal.csv",
        "spending-nominal.csv-metadata.json",
    }
    assert fundsim("chart", str(finished), "spendng").returncode == 2


def test_every_command_has_help(within: Fundsim) -> None:
    listed = within("--help").stdout.partition("Commands:\n")[2]
    names = [line.split()[0] for line in listed.splitlines() if line.startswith("  ")]
    for name in (name for name in names if name.islower()):
        told = within(name, "--help")
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
        (("run", "kruger-2020", "--fund", "lucc"), 'no fund "lucc" (did you mean "luc"?)'),
        (("run", "kruger-2020", "--foundation", "cumbra"), '(did you mean "cumbria"?)'),
        (("run", "kruger-2020", "--foundation", "zebra"), '"fundsim list foundations"'),
        (("verify", "nowhere"), "fundsim run"),
        (("chart", "."), "manifest.json"),
        (("frobnicate",), "No such command"),
        (("list", "rules"), "allocation"),
        (("list", "allocation", "eqaul"), 'there is no "eqaul" (did you mean "equal"?)'),
        (("list", "presets", "ukspf"), "see fundsim list presets"),
        (("list", "areas", "E06000009"), "areas have no keys; name a rule"),
    ],
)
def test_bad_input_gets_one_message(within: Fundsim, words: tuple[str, ...], remedy: str) -> None:
    done = within(*words)
    assert done.returncode == 2
    assert remedy in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "words",
    [("list", "rules"), ("run", "nowhere.toml"), ("list", "charts"), ("show", "--help"), ()],
)
def test_a_process_answers_as_a_call_does(
    fundsim: Fundsim, within: Fundsim, words: tuple[str, ...]
) -> None:
    other, done = fundsim(*words), within(*words)
    assert other.returncode == done.returncode
    assert other.stdout + other.stderr
    for one, two in ((other.stdout, done.stdout), (other.stderr, done.stderr)):
        named = (re.sub(r"python -m \S*fundsim", "fundsim", text) for text in (one, two))
        assert next(named) == next(named)


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
