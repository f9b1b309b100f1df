"""Cells that a spreadsheet would run: inert in every CSV, and themselves again when read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from fundsim.cli.entry import fundsim
from fundsim.comparison.folder import Saved
from fundsim.results.folder import open_run
from fundsim.results.table import Table, as_given, inert, read
from fundsim.results.verifying import differences
from tests.exporting import nasty

ACTIVE = ("=", "+", "-", "@", "\t", "\r")
CODES = (
    "=1+1",
    "+44 113",
    "-2+3",
    "@SUM(1)",
    "'=1",
    "''@x",
    "-5",
    "'quoted'",
    "=cmd|' /C calc'!A0",
)


def risky() -> st.SearchStrategy[str]:
    """Text made of what matters here more often than chance would make it."""
    return st.text(st.sampled_from("'=+-@\t\r\n5.e,\"x"), max_size=6) | st.text(max_size=8)


@given(risky())
def test_what_is_made_inert_comes_back(text: str) -> None:
    assert as_given(inert(text)) == text


@given(risky())
def test_nothing_but_a_number_or_a_sign_begins_like_a_formula(text: str) -> None:
    cell = inert(text)
    if cell.startswith(ACTIVE) and len(cell) > 1:
        assert float(cell) is not None


@given(st.lists(st.tuples(risky(), risky()), max_size=4))
def test_a_table_reads_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    table = Table("any", ("=one", "two"), lambda: rows)
    written = "".join(table.csv())
    found = list(csv.reader(io.StringIO(written, newline="")))
    assert [[as_given(cell) for cell in row] for row in found] == [
        ["=one", "two"],
        *map(list, rows),
    ]


def test_numbers_below_nothing_stay_numbers() -> None:
    cells = "-0.25", "-1234.5000", "+3", "-1e-07", "-"
    assert tuple(map(inert, cells)) == cells


def cells_of(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                yield from ((path.name, cell) for cell in row)


def active(folder: Path) -> list[tuple[str, str]]:
    """List the cells of a folder that a spreadsheet would run."""
    return [
        (name, cell)
        for name, cell in cells_of(folder)
        if cell.startswith(ACTIVE) and not cell[1:].replace(".", "").isdigit()
    ]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario whose areas, nations and foundations bear every kind of such names."""
    place = tmp_path_factory.mktemp("hostile")
    with (place / "areas.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("code", "name", "population", "nation", "foundation", "need"))
        for number, code in enumerate(CODES):
            nation = f"=nation {number % 2}"
            writer.writerow(
                (code, f"{code} town", 9_000 + number, nation, f"@{nation}", 1 + number)
            )
    text = nasty.SCENARIO.replace("paths = 1000", "paths = 5")
    text = text.replace('sampling = "control_variate"\n', "")
    (place / "nasty.toml").write_text(text, encoding="utf-8")
    return place


def called(*words: object) -> str:
    done = CliRunner().invoke(fundsim, list(map(str, words)))
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module")
def folder(world: Path) -> Path:
    called("run", world / "nasty.toml", "--out", world / "run", "--quiet")
    return world / "run"


def test_no_cell_of_a_run_would_run_in_a_spreadsheet(folder: Path) -> None:
    assert active(folder) == []
    there = {cell for _, cell in cells_of(folder)}
    assert {"'=1+1", "''=1", "'''@x", "-5", "'quoted'", "'@=nation 0"} <= there


def test_a_run_reads_its_own_codes_back_and_verifies(folder: Path) -> None:
    run = open_run(folder)
    assert set(run.table("areas").column("area")) == set(CODES)
    assert set(run.table("areas_told").column("area")) == set(CODES)
    assert set(run.table("areas").column("foundation")) == {"@=nation 0", "@=nation 1"}
    assert list(differences(run)) == []


@pytest.mark.parametrize("code", CODES)
def test_an_area_of_such_a_code_is_explained(folder: Path, code: str) -> None:
    assert f"{code} town" in called("explain", folder, f"--area={code}")


def test_a_chart_of_it_says_the_names_as_given(folder: Path) -> None:
    called("chart", folder, "areas_per_head", "--format", "svg", "--quiet")
    assert active(folder / "charts") == []
    shown = read(folder / "charts" / "areas_per_head.csv")
    assert set(shown.column("name")) == {f"{code} town" for code in CODES}
    picture = (folder / "charts" / "areas_per_head.svg").read_text("utf-8")
    assert "''=1 town" not in picture
    assert "'=1 town" in picture


def test_a_comparison_keeps_them_inert_and_reads_them_back(world: Path) -> None:
    asked = "compare", world / "nasty.toml", "--rules", "per_capita", "--fund", "long"
    called(*asked, "--out", world / "compared", "--quiet")
    assert active(world / "compared") == []
    assert set(Saved(world / "compared").table("areas").column("area")) == set(CODES)


def test_the_printed_table_of_one_pot_is_inert_in_csv_alone(world: Path) -> None:
    asked = "allocate", world / "nasty.toml", "--amount", "£1m", "--fund", "long", "--quiet"
    rows = list(csv.DictReader(called(*asked, "--format", "csv").splitlines()))
    assert {as_given(row["area"]) for row in rows} == set(CODES)
    assert [row["area"] for row in rows if row["area"].startswith(ACTIVE)] == ["-5"]
    assert '"area": "=1+1"' in called(*asked, "--format", "json")
