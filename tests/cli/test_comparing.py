"""The commands allocate and compare, as a trustee calls them."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fundsim.charts.comparing import COMPARISON_UNASKED
from fundsim.cli.entry import fundsim
from fundsim.comparison.folder import Saved
from fundsim.errors import FundsimError

ENGLAND = ("english-738m",)
LUC = ("kruger-2020", "--fund", "luc")


def called(*words: str) -> Result:
    return CliRunner().invoke(fundsim, words)


def message(*words: str) -> str:
    """What bad input is told: one error that the command line prints, and exit code 2."""
    found = called(*words)
    if isinstance(found.exception, FundsimError):
        return str(found.exception)
    assert found.exit_code == 2
    return re.sub(r"\s+", " ", found.output)


def test_allocate_gives_one_row_an_area_and_one_column_a_rule() -> None:
    found = called("allocate", *LUC, "--amount", "£80m", "--rules", "per_capita", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    assert len(rows) == 361
    assert list(rows[0]) == [
        *("area", "name", "nation", "region", "foundation", "population"),
        *("as stated", "per_capita"),
    ]
    for rule in ("as stated", "per_capita"):
        assert sum(round(100 * float(row[rule])) for row in rows) == 80_000_000_00


def test_allocate_prints_areas_measures_and_words() -> None:
    found = called("allocate", *ENGLAND, "--amount", "80000000", "--rules", "per_capita")
    assert found.exit_code == 0
    assert "english-738m, fund luc: £80,000,000.00 shared once" in found.stdout
    assert re.search(r"^Blackpool +\d{3},\d{3}\.\d\d", found.stdout, re.MULTILINE)
    assert re.search(r"^gini_per_head +0\.213 +0\.000$", found.stdout, re.MULTILINE)
    assert "The most a head is lost by Blackpool" in found.stdout
    assert re.search(r"unverified: \d+ assumptions of english-738m rest on no source", found.stdout)


def test_programmes_have_a_column_of_their_own() -> None:
    rule = (
        'programmes(programmes=[{name="hubs", top_slice="10%", rule={kind="equal"}},'
        ' {name="grants", weight=1, rule={kind="per_capita"}}])'
    )
    words = ("allocate", *ENGLAND, "--whole", "--amount", "£5m", "--rules", rule)
    found = called(*words, "--format", "json")
    first = json.loads(found.stdout)[0]
    assert round(100 * float(first[rule])) == sum(
        round(100 * float(first[f"{rule}: {name}"])) for name in ("hubs", "grants")
    )


def test_allocate_leaves_a_folder_where_it_is_asked_to(tmp_path: Path) -> None:
    out = tmp_path / "pot"
    called("allocate", *LUC, "--amount", "£1m", "--rules", "equal", "--out", str(out))
    assert Saved(out).rules == ("as stated", "equal")
    assert Saved(out).exact


def test_compare_prints_words_and_leaves_tables(tmp_path: Path) -> None:
    out = tmp_path / "compared"
    words = ("compare", *LUC, "--rules", "per_capita", "--paths", "20", "--years", "6")
    found = called(*words, "--no-charts", "--out", str(out))
    assert found.exit_code == 0
    assert "over 20 possible futures, the same ones under each of 2 rules" in found.stdout
    assert f"tables  {out}" in found.stdout
    assert (out / "summary.txt").read_text("utf-8").strip() in found.stdout


def test_of_one_future_alone_everything_is_told_but_how_sure_it_is(tmp_path: Path) -> None:
    out = tmp_path / "one"
    few = ("--paths", "1", "--years", "4", "--out", str(out))
    told = called("compare", "english-738m", "--rules", "per_capita,equal", *few)
    assert told.exit_code == 0, told.stderr
    assert "One possible future alone says nothing of how sure this is" in told.stdout
    assert "±" not in told.stdout
    drawn = {path.stem.partition("-")[0] for path in (out / "charts").glob("*.png")}
    assert drawn == {*COMPARISON_UNASKED}
    for table in (*out.glob("*.csv"), *out.glob("charts/*.csv")):
        assert ",nan" not in table.read_text(encoding="utf-8"), table


def test_compare_holds_runs_and_scenarios_against_the_first(tmp_path: Path) -> None:
    run, out = tmp_path / "run", tmp_path / "compared"
    short = ("--paths", "10", "--years", "5")
    called("run", "kruger-2020", *short, "--no-charts", "--quiet", "--out", str(run))
    words = ("compare", str(run), "high-inflation", *short, "--no-charts", "--out", str(out))
    found = called(*words)
    assert "under each of 2 scenarios" in found.stdout
    assert f"high-inflation, held against {run}:" in found.stdout
    assert Saved(out).fund is None
    (run / "summary.csv").write_text("altered", "utf-8")
    assert "does not verify (summary.csv was altered" in message(*words)


def test_a_comparison_is_verified_and_made_again(tmp_path: Path) -> None:
    out = tmp_path / "compared"
    words = ("compare", *LUC, "--rules", "equal", "--paths", "5", "--years", "4", "--no-charts")
    called(*words, "--quiet", "--out", str(out))
    for command, told in (("verify", "whole and unaltered"), ("reproduce", "was made again")):
        found = called(command, str(out))
        assert (found.exit_code, told in found.stdout) == (0, True)
    table = out / "tenths.csv"
    table.write_text(table.read_text("utf-8") + "1,equal,1,1\r\n", "utf-8")
    for command, told in (
        ("verify", "tenths.csv was altered"),
        ("reproduce", "tenths.csv differs"),
    ):
        found = called(command, str(out))
        assert (found.exit_code, told in found.stdout) == (1, True)


def test_an_answer_with_out_is_a_folder_and_no_run(tmp_path: Path) -> None:
    words = ("breadth", "kruger-2020", "--amount", "£9m", "--each", "£1m", "--by", "uk_pop_d10")
    out = tmp_path / "breadth"
    assert called(*words, "--out", str(out)).exit_code == 0
    assert {path.name for path in out.rglob("*.*")} == {
        *("breadth.csv", "units.csv", "manifest.json", "0.toml"),
        *("breadth_depth.csv", "breadth_depth.svg", "breadth_depth.png"),
        "breadth_depth.csv-metadata.json",
    }
    assert called("verify", str(out)).exit_code == 0
    assert message("chart", str(out)) == (
        f"{out} is an answer of fundsim breadth, which draws its charts beside its tables; use "
        "that command"
    )
    assert "makes it again in a moment" in message("reproduce", str(out))
    (out / "units.csv").write_text("", encoding="utf-8")
    assert "units.csv was altered" in called("verify", str(out)).stdout


def test_with_csv_the_table_is_all_that_is_printed(tmp_path: Path) -> None:
    words = ("compare", *LUC, "--rules", "equal", "--paths", "5", "--years", "4", "--no-charts")
    found = called(*words, "--format", "csv", "--out", str(tmp_path / "x"))
    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    assert len(rows) == 2 * 361


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("allocate", "kruger-2020", "--amount", "£1m"),
            "of kruger-2020 share money out",
        ),
        (("allocate", "kruger-2020", "--fund", "lux", "--amount", "£1m"), 'did you mean "luc"?'),
        (("allocate", *LUC, "--amount", "plenty"), "'plenty' is not money"),
        (("allocate", *LUC), "Missing option '--amount'"),
        (
            ("allocate", *LUC, "--amount", "£1m", "--rules", "per_captia, ekwal"),
            (
                '--rules: per_captia: there is no rule "per_captia" (did you mean "per_capita"?)\n'
                '--rules: ekwal: there is no rule "ekwal" (did you mean "equal"?)'
            ),
        ),
        (
            ("allocate", *LUC, "--amount", "£1m", "--rules", "need_weighted(steepness=9)"),
            "found 9, expected at most 5",
        ),
        (
            ("allocate", *LUC, "--amount", "£1m", "--rules", "column(column=lbn_popp)"),
            'has no column "lbn_popp" (did you mean "lbn_pop"?)',
        ),
        (
            ("allocate", *LUC, "--amount", "£1m", "--rules", "cel(claims=base_2019)"),
            'has no column "base_2019"',
        ),
        (
            ("allocate", *LUC, "--amount", "£1m", "--rules", "phase_in(base=grants_2019)"),
            'has no column "grants_2019"',
        ),
        (
            (
                *("allocate", *LUC, "--amount", "£1m", "--whole", "--rules"),
                "adjusted(rule={kind='equal'}, floor={pounds='£10k'})",
            ),
            (
                "£1,000,000.00 is too little for what the rule promises to everybody, which takes "
                "£3,610,000.00"
            ),
        ),
        (
            (
                *("allocate", *LUC, "--amount", "£1m", "--rules"),
                "adjusted(rule={kind='equal'}, floor={pounds=9}, cap={pounds=5})",
            ),
            "the cap is below the floor",
        ),
        (
            ("allocate", *LUC, "--amount", "£1m", "--rules", "column(column=imd25_avg_score)"),
            "is empty for",
        ),
        (("compare", "kruger-2020", "lost-decade", "--rules", "equal"), "this is for one scenario"),
        (("compare", "kruger-2020", "big-local"), "its areas are not those of kruger-2020"),
        (
            ("compare", *LUC, "--rules", "equal", "--measures", "ginni"),
            "ginni: there is no such measure",
        ),
        (("compare", "no-such-scenario", "--rules", "equal"), "no-such-scenario"),
    ],
)
def test_bad_input_gets_one_message(words: tuple[str, ...], told: str) -> None:
    found = message(*words)
    assert told in found
