"""`fundsim explain` as a trustee meets it: what it prints, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fundsim.cli.explain import explain
from fundsim.errors import FundsimError
from fundsim.explaining.explained import Asked, Explained
from fundsim.explaining.table import table_of
from fundsim.results.folder import Run
from fundsim.scenario import from_values
from tests.engine.tiny import Values, tiny_values
from tests.explaining.walking import live, run_of

Written = Callable[..., Run]

TWO: Values = {
    "first": {"opening": 1000},
    "second": {"opening": 500, "spending": {"kind": "constant_real", "amount": 20}},
}


def asked(*words: object) -> Result:
    return CliRunner().invoke(explain, [str(word) for word in words])


def printed(*words: object) -> str:
    result = asked(*words)
    assert result.exit_code == 0, result.exception
    return result.output


def refused(*words: object) -> str:
    """Give what is said of an input that is refused: exit code 2 once it is at the entry."""
    result = asked(*words)
    if isinstance(result.exception, FundsimError):
        return str(result.exception)
    assert result.exit_code == 2
    return result.output


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("tiny")
    return run_of(from_values(tiny_values(folder, funds=TWO, years=2)), folder / "run")


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Run the tiny world into a folder."""

    def made(name: str = "run", **changes: Any) -> Run:
        return run_of(from_values(tiny_values(tmp_path, **changes)), tmp_path / name)

    return made


def test_an_area_is_found_by_name_or_code_in_any_case(run: Run) -> None:
    by_name = printed(run.folder, "--area", "beck", "--year", 2021)
    assert by_name == printed(run.folder, "--area", "A2", "--year", 2021)
    assert "In 2021 £36.00 is allocated for Beck, and £36.00 is paid there." in by_name
    assert "A tiny fund: £30.00 allocated, £30.00 paid" in by_name


def test_a_folder_is_explained_as_the_run_that_was_written_into_it(run: Run) -> None:
    before = Asked(Explained(live(run.scenario)), 1, ["first", "second"])
    again = Asked(Explained(run), 1, ["first", "second"])
    again.explained.check(1)
    assert list(table_of(before, None).rows()) == list(table_of(again, None).rows())


def test_one_fund_is_told_alone(run: Run) -> None:
    alone = printed(run.folder, "--area", "Beck", "--year", 2021, "--fund", "second")
    assert "In 2021 £6.00 is allocated for Beck, and £6.00 is paid there." in alone
    both = printed(run.folder, "--area", "Beck", "--year", 2021, "--fund", "all")
    assert both == printed(run.folder, "--area", "Beck", "--year", 2021)


def test_all_years_are_listed_without_one(run: Run) -> None:
    text = printed(run.folder, "--area", "Beck")
    assert "From 2021 to 2022 £69.00 is allocated for Beck, and £69.00 is paid there." in text
    assert "The largest year is 2021; its steps (those of another with --year):" in text


def test_the_table_is_printed_as_csv_and_as_json(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(printed(run.folder, "--area", "A2", "--format", "csv"))))
    same = json.loads(printed(run.folder, "--area", "A2", "--format", "json"))
    assert rows == same
    assert list(rows[0]) == [
        *("year", "fund", "part", "section", "line", "depth"),
        *("what", "op", "operand", "result", "unit"),
    ]
    assert {row["fund"] for row in rows} == {"all", "first", "second"}


def test_the_difference_to_another_run_is_printed(run: Run, written: Written) -> None:
    other = written("other", funds=TWO | {"first": {"opening": 2000}}, years=2)
    text = printed(run.folder, "--area", "Ash", "--against", other.folder)
    assert "£19.00 more is paid there in tiny (other), because of money that comes in." in text
    assert "funds.first.opening: £1k → £2k" in text
    assert "In another order the parts would differ; their sum would not." in text
    rows = printed(
        run.folder, "--area", "Ash", "--against", other.folder, "--year", 2022, "--format", "csv"
    )
    assert "2022,all,bridge,What is paid in tiny" in rows
    assert "money that comes in,+,900,2000,pence" in rows


def test_an_unknown_area_is_told_with_the_nearest_names(run: Run) -> None:
    assert refused(run.folder, "--area", "Bek") == (
        '--area: there is no area "Bek"; expected a code or a name (did you mean "Beck"?)'
    )
    assert 'did you mean "Cairn"?' in refused(run.folder, "--area", "air")
    assert 'such as "Ash" or "Beck" or "Cairn"' in refused(run.folder, "--area", "Zürich")


def test_a_name_of_several_areas_is_told_with_their_codes(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = "code,name,population,nation,foundation,need,pounds\n" + "".join(
        f"A{number},Ash,{number}00,England,{{}},10,20\n" for number in (1, 2, 3)
    )
    monkeypatch.setattr("tests.engine.tiny.AREAS", same)
    run = written()
    assert '"ash" is the name of 3 areas; give a code: A1' in refused(run.folder, "--area", "ash")
    assert "(A2)" in printed(run.folder, "--area", "a2", "--year", 2021)


def test_an_unknown_year_or_fund_is_told_with_what_there_is(run: Run) -> None:
    said = refused(run.folder, "--area", "Ash", "--year", 2031)
    assert said == "--year: there is no year 2031; expected one from 2021 to 2022"
    said = refused(run.folder, "--area", "Ash", "--fund", "secnd")
    assert said == (
        '--fund: there is no fund "secnd" (did you mean "second"?); there are first, second'
    )
    assert "secnd" in refused(
        run.folder, "--area", "Ash", "--fund", "secnd", "--against", run.folder
    )
    assert "Missing option '--area'" in refused(run.folder)


def test_a_folder_that_is_no_run_or_was_altered_is_refused(
    written: Written, tmp_path: Path
) -> None:
    run = written()
    assert "is not a finished run" in refused(tmp_path, "--area", "Ash")
    assert "there is no file or folder" in refused(tmp_path / "none", "--area", "Ash")
    journal = run.folder / "journal.csv"
    journal.write_text(journal.read_text("utf-8").replace("opening money", "some money"), "utf-8")
    said = refused(run.folder, "--area", "Ash")
    assert "does not verify (journal.csv was altered after the run" in said
    assert said.endswith("whole runs only are explained")
    assert said == refused(run.folder, "--area", "Ash", "--against", run.folder)
