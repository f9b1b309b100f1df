"""The commands batch and sensitivity, as a researcher calls them."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fundsim.cli.entry import fundsim
from tests.studies.world import RATES, written

TORNADO = {
    "of": {
        "kind": "one_at_a_time",
        "assumptions": {
            "rate": {"low": {RATES: "3%"}, "high": {RATES: "5%"}},
            "fee": {"low": {"markets.fee": "0.4%"}, "high": {"markets.fee": "0.6%"}},
        },
    }
}


def called(*words: str | Path) -> Result:
    return CliRunner().invoke(fundsim, [str(word) for word in words])


def test_a_dry_run_says_what_would_be_done_and_does_nothing(tmp_path: Path) -> None:
    study, place = written(tmp_path), tmp_path / "out"
    found = called("batch", study, "--dry-run", "--out", place)
    assert found.exit_code == 0
    assert found.stdout.splitlines()[:4] == [
        "rates: 2 runs",
        "done 0, failed 0, open 2",
        f"place {place}",
        "to simulate: 2 scenarios, 1,000 paths",
    ]
    assert re.fullmatch(
        r"about [\d.]+ minutes with 1 worker\nabout [\d,]+ MB of memory\n0\.0 MB of disk.*",
        "\n".join(found.stdout.splitlines()[4:]),
    )
    assert not place.exists()


def test_a_batch_leaves_its_table_and_goes_on_from_what_is_done(tmp_path: Path) -> None:
    study, place = written(tmp_path), tmp_path / "out"
    found = called("batch", study, "--out", place, "--format", "csv")
    assert found.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    assert [row[RATES] for row in rows] == ["0.03", "0.03", "0.05", "0.05"]
    with (place / "table.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == rows
    assert called("verify", place).exit_code == 0
    again = called("batch", place)
    assert "2 of 2 runs are there already" in again.stderr
    assert called("batch", place, "--status").stdout.splitlines()[1] == "done 2, failed 0, open 0"


def test_a_dry_run_of_very_many_runs_is_told_by_the_first_of_them(tmp_path: Path) -> None:
    rates = {RATES: {"kind": "uniform", "low": 0.01, "high": 0.05}}
    vary = {"rates": {"kind": "sample", "size": 20_000, "distributions": rates}}
    found = called("batch", written(tmp_path, vary=vary), "--dry-run", "--out", tmp_path / "out")
    told = found.stdout.splitlines()
    assert told[0] == "rates: this makes 20,000 runs, 20,000 (rates); ask for it with --yes"
    assert told[2] == "to simulate: 20,000 scenarios, 10,000,000 paths"
    assert told[5] == "160.0 MB of disk, and the table"


def test_a_dry_run_of_a_shard_is_of_that_shard(tmp_path: Path) -> None:
    words = "batch", written(tmp_path), "--dry-run", "--shard", "0/2", "--out", tmp_path / "out"
    assert "to simulate: 1 scenario, 500 paths" in called(*words).stdout


def test_what_a_run_refuses_is_told_before_it(tmp_path: Path) -> None:
    study, place = written(tmp_path), tmp_path / "out"
    called("batch", study, "--out", place, "--quiet")
    (place / "begun.json").write_text('{"fundsim": "9.0", "format": 3}', "utf-8")
    for word in ("--status", "--dry-run"):
        found = called("batch", study, "--out", place, word)
        assert "was begun by fundsim 9.0" in str(found.exception)


def test_pieces_that_are_altered_or_gone_are_named(tmp_path: Path) -> None:
    study, place = written(tmp_path), tmp_path / "out"
    called("batch", study, "--out", place, "--quiet")
    first, other = sorted((place / "pieces").iterdir())
    other.unlink()
    told = called("verify", place).stdout
    assert re.search(r"^pieces/ lacks run [01]$", told, re.MULTILINE)
    first.write_bytes(b"")
    assert f"1 piece not as written, and made again; first {first.name}" in (
        called("batch", place, "--status").stdout
    )


def test_what_was_altered_is_found(tmp_path: Path) -> None:
    study, place = written(tmp_path), tmp_path / "out"
    called("batch", study, "--out", place, "--quiet")
    table = place / "table.csv"
    table.write_text(table.read_text("utf-8").replace("0.03", "0.04"), "utf-8", newline="")
    piece = next((place / "pieces").iterdir())
    piece.write_bytes(piece.read_bytes()[:-1] + b"\1")
    found = called("verify", place)
    assert found.exit_code == 1
    assert "table.csv was altered" in found.stdout
    assert f"pieces/{piece.name} was altered" in found.stdout


def test_an_unfinished_study_says_how_to_go_on(tmp_path: Path) -> None:
    study, place = written(tmp_path), tmp_path / "out"
    called("batch", study, "--out", place, "--quiet")
    (place / "manifest.json").unlink()
    assert str(called("verify", place).exception) == (
        f"{place} is not finished yet; go on with fundsim batch {place}"
    )


def test_a_failed_run_is_a_row_and_exit_1(tmp_path: Path) -> None:
    vary = {
        "many": {"kind": "grid", "values": {"paths": [250, 4000]}},
        "sampling": {"kind": "list", "cases": {"plain": {}, "sets": {"sampling": "sobol"}}},
    }
    found = called("batch", written(tmp_path, vary=vary), "--out", tmp_path / "out")
    assert found.exit_code == 1
    assert "1 run of 4 failed; see column failed" in found.stdout
    assert json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["failed"] == 1


@pytest.mark.parametrize("form", ["table", "csv"])
def test_sensitivity_prints_what_moves_the_answer_and_draws_it(tmp_path: Path, form: str) -> None:
    study, place = written(tmp_path, vary=TORNADO, measures=["spending"]), tmp_path / "out"
    found = called("sensitivity", study, "--out", place, "--format", form)
    assert found.exit_code == 0
    if form == "csv":
        assert found.stdout == (place / "tornado.csv").read_text("utf-8").replace("\r\n", "\n")
    else:
        assert "What moves it most is the rate: £" in found.stdout
    names = sorted(path.name for path in (place / "charts").iterdir() if path.suffix != ".json")
    assert names == ["tornado-spending.csv", "tornado-spending.png", "tornado-spending.svg"]


def test_a_table_of_what_the_study_was_before_is_found(tmp_path: Path) -> None:
    values: dict[str, Any] = {"vary": TORNADO, "measures": ["spending"], "paths": 250}
    study, place = written(tmp_path, **values), tmp_path / "out"
    called("sensitivity", study, "--out", place, "--no-charts", "--quiet")
    called("batch", written(tmp_path, **values, years=4), "--out", place, "--quiet")
    found = called("verify", place)
    again = f"tornado.csv is not what the pieces make; fundsim sensitivity {place} makes it again"
    assert (found.exit_code, found.stdout) == (1, f"{again}\n")
    called("sensitivity", place, "--no-charts", "--quiet")
    assert "and table.csv and tornado.csv are what" in called("verify", place).stdout
    (place / "indices.csv").write_text("measure\n", "utf-8")
    found = called("verify", place)
    assert found.stdout == "indices.csv is of another kind of study than this\n"


def test_a_table_that_the_pieces_no_longer_make_is_found(tmp_path: Path) -> None:
    study, place = written(tmp_path, vary=TORNADO, measures=["spending"]), tmp_path / "out"
    called("sensitivity", study, "--out", place, "--no-charts", "--quiet")
    next((place / "pieces").iterdir()).unlink()
    found = called("verify", place)
    assert found.exit_code == 1
    assert found.stdout.startswith("pieces/ lacks run ")
    assert found.stdout.splitlines()[1].startswith("tornado.csv cannot be made again: run ")


WALK = {
    "of": {
        "kind": "morris",
        "trajectories": 4,
        "distributions": {RATES: {"kind": "uniform", "low": "3%", "high": "5%"}},
    }
}
FUTURES = {"of": {"kind": "sample", "size": 12, "distributions": WALK["of"]["distributions"]}}


@pytest.mark.parametrize(
    ("changes", "table", "told"),
    [
        ({"vary": WALK}, "screening", f"Spending: {RATES} moves it most, by £"),
        (
            {
                "vary": FUTURES,
                "futures": ["of"],
                "acceptable": {"spending": {"at_least": "£45m"}},
            },
            "boxes",
            f"as it is: fails where {RATES} is at most ",
        ),
    ],
)
def test_the_kind_of_a_study_decides_what_is_answered(
    tmp_path: Path, changes: dict[str, Any], table: str, told: str
) -> None:
    study, place = written(tmp_path, measures=["spending"], **changes), tmp_path / "out"
    found = called("sensitivity", study, "--out", place)
    assert found.exit_code == 0
    assert told in found.stdout
    again = called("sensitivity", place, "--format", "csv")
    assert again.stdout == (place / f"{table}.csv").read_text("utf-8").replace("\r\n", "\n")
    assert called("verify", place).exit_code == 0


def test_a_study_that_moves_nothing_alone_is_told_what_to_add(tmp_path: Path) -> None:
    found = called("sensitivity", written(tmp_path), "--out", tmp_path / "out")
    assert 'add a block of kind "one_at_a_time"' in str(found.exception)


def test_shards_in_folders_of_their_own_are_joined_to_the_same_bytes(tmp_path: Path) -> None:
    rates = [f"{rate}%" for rate in range(1, 8)]
    vary = {"rates": {"kind": "grid", "values": {RATES: rates}}}
    study, whole = written(tmp_path, vary=vary, paths=250), tmp_path / "whole"
    assert called("batch", study, "--out", whole).exit_code == 0
    places = [tmp_path / f"shard-{number}" for number in range(3)]
    for number, place in enumerate(places):
        found = called("batch", study, "--shard", f"{number}/3", "--out", place)
        assert found.exit_code == 0
        assert "the others are other shards'" in found.stdout
        assert not (place / "manifest.json").exists()
    few = called("merge", *places[:2], "--out", tmp_path / "few")
    assert few.exit_code == 1
    assert few.stdout.startswith("still missing: runs 2, 5; go on with fundsim batch ")
    assert called("merge", *places, "--out", tmp_path / "merged").exit_code == 0
    for path in whole.rglob("*"):
        if path.is_file():
            other = tmp_path / "merged" / path.relative_to(whole)
            assert other.read_bytes() == path.read_bytes(), path


def test_shards_may_share_a_folder(tmp_path: Path) -> None:
    study, place = written(tmp_path), tmp_path / "out"
    called("batch", study, "--shard", "0/2", "--out", place)
    assert not (place / "manifest.json").exists()
    called("batch", study, "--shard", "1/2", "--out", place)
    assert (place / "manifest.json").exists()


def test_folders_of_different_studies_are_not_joined(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    called("batch", written(tmp_path / "a"), "--out", one)
    called("batch", written(tmp_path / "b", paths=250), "--out", other)
    found = called("merge", one, other, "--out", tmp_path / "both")
    assert (
        str(found.exception) == f"{other} is not of the same study as {one}; merge those that are"
    )


@pytest.mark.parametrize("text", ["3/3", "1", "a/b", "-1/3", "1/0"])
def test_a_shard_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    found = called("batch", written(tmp_path), f"--shard={text}")
    assert found.exit_code == 2
    assert "expected I/N with I from 0 to N - 1" in re.sub(r"\s+", " ", found.output)


def test_a_grid_that_explodes_is_refused_with_its_size(tmp_path: Path) -> None:
    many = {"kind": "grid", "values": {"seed": list(range(200))}}
    more = {"kind": "grid", "values": {"years": list(range(1, 101))}}
    found = called("batch", written(tmp_path, vary={"a": many, "b": more}))
    assert "this makes 20,000 runs, 200 (a) x 100 (b); make it smaller" in str(found.exception)


def test_there_is_nothing_to_resume_before_the_beginning(tmp_path: Path) -> None:
    study, place = written(tmp_path), tmp_path / "out"
    found = called("batch", study, "--resume", "--out", place)
    assert "there is nothing to go on with" in str(found.exception)
    assert not place.exists()
    called("batch", study, "--out", place)
    assert called("batch", study, "--resume", "--out", place).exit_code == 0


def test_studies_are_listed_checked_and_held_against_each_other(tmp_path: Path) -> None:
    listed = json.loads(called("list", "studies", "--format", "json").stdout)
    assert "rate-rule-market" in {entry["name"] for entry in listed}
    study = written(tmp_path / "one", sources={"rates": "unverified: ours"})
    found = called("check", study)
    assert found.exit_code == 0
    assert found.stdout.splitlines() == [
        f"ok: {study}: Two rates",
        "  2 runs",
        "  unverified: rates: ours",
    ]
    values = {RATES: ["3%", "6%"]}
    other = written(tmp_path / "two", paths=250, vary={"rates": {"kind": "grid", "values": values}})
    rows = [line.split("  ") for line in called("diff", study, other).stdout.splitlines()[1:]]
    told = [[cell.partition(" (")[0].strip() for cell in row if cell.strip()] for row in rows]
    assert told == [
        [f'vary.rates.values."{RATES}"', '["3%", "5%"]', '["3%", "6%"]'],
        ["(base) paths", "500", "250"],
        ["(base) geography.areas", *(f"{each.parent}/areas.csv" for each in (study, other))],
    ]
    assert "ask the same" in called("diff", study, study).stdout


def test_a_study_with_faults_is_not_ok_and_no_scenario(tmp_path: Path) -> None:
    wrong = written(tmp_path, measures=["spendin"])
    found = called("check", wrong, "kruger-endowment")
    assert found.exit_code == 2
    assert f"{wrong}:5:" in found.stderr
    assert 'there is no metric "spendin" (did you mean "spending"?)' in found.stderr
    assert "ok: kruger-endowment" in found.stdout
    assert called("check", "rate-rule-market", "--set", "paths=5").exit_code == 2
    said = called("diff", "kruger-2020", "rate-rule-market").stderr
    assert "rate-rule-market is a study, and kruger-2020 is a scenario; give two of a kind" in said
    nothing = called("diff", "rate-rule-market", "nothing")
    assert "no scenario of that name comes with fundsim" in str(nothing.exception)


def test_a_run_that_cannot_be_made_is_told_beforehand(tmp_path: Path) -> None:
    vary = {
        "many": {"kind": "grid", "values": {"paths": [250, 4000]}},
        "sampling": {"kind": "list", "cases": {"plain": {}, "pairs": {"sampling": "antithetic"}}},
    }
    found = called("check", written(tmp_path, vary=vary))
    assert found.exit_code == 0
    assert " cannot be made, and will be a row that says so: paths: found 250" in found.stdout
