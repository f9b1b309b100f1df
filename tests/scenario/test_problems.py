"""What is wrong with the form of a scenario, in plain words at the place where it stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from fundsim.errors import Problem, ScenarioError
from fundsim.scenario import from_values, load
from fundsim.scenario.problems import explain
from fundsim.scenario.reading import from_python
from fundsim.scenario.schema import Settings
from fundsim.scenario.shapes import Shape

Refused = Callable[..., list[Problem]]

CHECKERS_WORDS = ("Input should", "Value error", "Field required", "Extra inputs", "pydantic")

SHARES = "funds.luc.allocation.first.shares"
PARTS = "funds.left_behind.allocation.parts"
AMOUNTS = "funds.luc.inflow.amounts"


def text_at(problem: Problem) -> str:
    """The text of the file from a problem's place on."""
    name, line, column = problem.place.split(":")
    lines = Path(name).read_text(encoding="utf-8").split("\n")
    return "\n".join([lines[int(line) - 1][int(column) - 1 :], *lines[int(line) :]])


@pytest.mark.parametrize(
    ("old", "new", "at", "key", "message"),
    [
        # a slip in a key
        ("years = 50", "yaers = 50", "yaers", "yaers", 'no such key (did you mean "years"?)'),
        ('rate = "4%"', 'raet = "4%"', "raet", "funds.luc.spending.raet", 'mean "rate"?)'),
        ("fee  =", "feee =", "feee", "markets.feee", '(did you mean "fee"?)'),
        ("[geography]", "[goegraphy]", "goegraphy]", "goegraphy", '(did you mean "geography"?)'),
        ('kind = "mix"', 'knid = "mix"', "knid", "funds.left_behind.allocation.knid", '"kind"?)'),
        ("people =", "pepole =", "pepole", f"{PARTS}.0.pepole", 'mean "people"?)'),
        ("fee  =", "zzz =", "zzz", "markets.zzz", "the keys here are fee, assets, inflation"),
        # a key that is missing is told at the header of its table
        ("seed  = 20200924", "", "#:schema", "seed", "missing; expected number"),
        ('need  = "need"', "", "[geography]", "geography.need", "missing; expected the column"),
        ('weight = "40%"', "", "[markets.assets.gilts]", "markets.assets.gilts.weight", '"3.5%"'),
        (', over = "10 years"', "", "{ kind", "funds.left_behind.spending.over", '"12 quarters"'),
        ('kind = "mix"', "", "[funds.left_", "funds.left_behind.allocation.kind", "of equal, per"),
        ('by = "nation"', "", "[funds.luc.", "funds.luc.allocation.first.by", 'one of "nation"'),
        # a kind that is not there
        ('"lognormal"', '"lognoraml"', '"lognoraml', "markets.kind", '(did you mean "lognormal"?)'),
        ('"lognormal"', "5", "5", "markets.kind", "no kind 5; expected one of deterministic"),
        ('kind = "equal"', 'kind = "eqal"', '"eqal"', f"{PARTS}.1.kind", 'mean "equal"?)'),
        # a wrong type
        ("years = 50", "years = true", "true", "years", "found true, expected a whole number"),
        ("years = 50", 'years = "50"', '"50"', "years", 'found "50", expected a whole number'),
        ("years = 50", "years = 50.0", "50.0", "years", "found 50.0, expected a whole number"),
        ("schema_version = 1", "schema_version = 2", "2", "schema_version", "version = 1"),
        ("schema_version = 1", "schema_version = true", "true", "schema_version", "version = 1"),
        ("start = 2021-04-01", "start = 2021", "2021\n", "start", "2021 is not a day"),
        ("start = 2021-04-01", "start = true", "true", "start", "found true, expected a day"),
        ("start = 2021-04-01", "start = 2021-04-01T09:00:00", "2021", "start", "expected a day"),
        ("start = 2021-04-01", "start = 09:00:00", "09:00", "start", "expected a day"),
        ('"£500m"', "true", "true", "funds.recovery.opening", "found true, expected money as"),
        ('"£500m"', '"£500 mio"', '"£500 mio"', "funds.recovery.opening", 'unknown scale "mio"'),
        ('"£500m"', "[500]", "[500]", "funds.recovery.opening", "found a list, expected money"),
        ("400e6", '"x"', '"x"', f"{AMOUNTS}.2023-10-01", "is not money"),
        ('areas = "areas.csv"', "areas = 5", "5", "geography.areas", "found 5, expected text"),
        ('need  = "need"', "need  = 5", "5", "geography.need", "text in double quotes or a table"),
        ('need  = "need"', "need  = { England = 5 }", "5", "geography.need.England", "text"),
        ('"covid-grants-2020"', "5", "5", "funds.recovery.spending.profile", "or a list"),
        ('"covid-grants-2020"', '["x"]', '"x"', "funds.recovery.spending.profile.0", "a rate"),
        ("steepness = 1.0", "steepness = true", "true", "funds.luc.allocation.then.steepness", ""),
        ("{ global_equity = 0.05 }", "5", "5", "markets.correlations.gilts", "expected a table"),
        # out of range
        ("paths = 1000", "paths = 0", "0", "paths", "found 0, expected at least 1"),
        ("years = 50", "years = 201", "201", "years", "expected at most 200"),
        ('"£500m"', '"-£500m"', '"-£', "funds.recovery.opening", "is negative"),
        ('"£500m"', "-500", "-500", "funds.recovery.opening", "is negative"),
        ('"£500m"', "nan", "nan", "funds.recovery.opening", "not a finite number"),
        ('"£500m"', "0.001", "0.001", "funds.recovery.opening", "fractions of a penny"),
        ('"£500m"', '"£101bn"', '"£101', "funds.recovery.opening", "more than £100,000,000,000"),
        ('rate = "4%"', 'rate = "104%"', '"104', "funds.luc.spending.rate", "at most 100%"),
        ('"6%"', '"-6%"', '"-6%"', "foundations.fee", 'found "-6%", expected at least 0%'),
        ("steepness = 1.0", "steepness = inf", "inf", "funds.luc.allocation.then.steepness", ""),
        ('"12 quarters"', '"12 quaters"', '"12', "funds.luc.spending.over", '"quarters"?)'),
        ('by = "nation"', 'by = "natoin"', '"nat', "funds.luc.allocation.first.by", '"nation"?)'),
        ('"areas.csv"', '""', '""', "geography.areas", "this is empty"),
        ('{ 2021 = "£400m", 2022 = "£400m", 2023-10-01 = 400e6 }', "{}", "{}", AMOUNTS, "is empty"),
        ("start = 2021-04-01", "start = 1800-04-01", "1800", "start", "at least 1900-01-01"),
        # names
        ('"kruger-2020"', '"Kruger 2020"', '"Kruger', "name", "lower-case"),
        ('"Left-behind places"', '"a\\nb"', '"a', "funds.left_behind.title", "one line"),
        # sums and agreements
        (
            'weight = "40%"',
            'weight = "30%"',
            "[markets.assets.gl",
            "markets.assets",
            "sum to 0.9, not to 1",
        ),
        ('"83.9%"', '"82.9%"', "{ England", SHARES, "sum to 0.99"),
        ('weight = "25%"', 'weight = "20%"', "[\n", PARTS, "0.95"),
        ("global_equity = 0.05", "global_equity = 1.5", "[", "markets.correlations", "1.5"),
        ("global_equity = 0.05", "global_equity = 1", "[", "markets.correlations", "positive"),
        ("global_equity = 0.05", "globl = 0", "[", "markets.correlations", '"globl"'),
        ("2023-10-01 = 400e6", "then = 400e6", "{ 2021", AMOUNTS, "neither a year"),
        ("2023-10-01 = 400e6", "0000 = 400e6", "{ 2021", AMOUNTS, "neither a year"),
        # sources
        ('"funds.luc.inflow" =', "funds.luc.inflow =", "funds", "sources.funds", "in quotes"),
        ('"unverified: our schedule"', "5", "5", 'sources."funds.luc.inflow"', "text in double"),
    ],
)
def test_one_fault_gives_one_problem(  # noqa: PLR0917 - a row of the table above
    refused: Refused, old: str, new: str, at: str, key: str, message: str
) -> None:
    (problem,) = refused(old, new)
    assert problem.key == key
    assert text_at(problem).startswith(at)
    assert message in problem.message


@pytest.mark.parametrize(
    ("name", "message"), [("all", "all funds together"), ('"A b"', "lower-case")]
)
def test_some_names_of_funds_are_refused(refused: Refused, name: str, message: str) -> None:
    problem = refused("[funds.recovery]", f"[funds.{name}]")[0]
    assert problem.key == f"funds.{name}"
    assert text_at(problem).startswith(f"{name}]")
    assert message in problem.message


def test_all_problems_are_told_at_once_in_order_of_place(refused: Refused) -> None:
    kinds = refused(
        'fee = "6%"',
        'fee = "600%"\nfeee = 1',
        "years=0",
        "funds.luc.spending.first=2020-01-01",
        "funds.luc.allocation.then.kind=nonsense",
    )
    assert [problem.key for problem in kinds] == [
        "foundations.fee",
        "foundations.feee",
        "years",
        "funds.luc.spending.first",
        "funds.luc.allocation.then.kind",
    ]


def test_meaning_is_checked_where_the_form_of_the_rest_is_wrong(refused: Refused) -> None:
    problems = refused("closes     = { on = 2023-03-31,", "closez = 1\ncloses = { on = 2020-03-31,")
    assert [p.key for p in problems] == ["funds.recovery.closez", "funds.recovery.closes.on"]


def test_a_value_from_outside_is_told_without_a_line(refused: Refused) -> None:
    (problem,) = refused("", "", "funds.luc.spending.rate=400%")
    assert str(problem) == (
        '--set: funds.luc.spending.rate: found "400%", expected at most 100%\n'
        "| funds.luc.spending.rate=400%\n"
        "|                         ^^^^"
    )


def test_a_sum_is_told_at_the_value_that_was_changed_last(refused: Refused) -> None:
    (problem,) = refused("", "", "markets.assets.gilts.weight=50%")
    assert (problem.place, problem.key) == ("--set", "markets.assets")


def test_a_slip_in_the_name_of_a_fund_is_guessed(refused: Refused) -> None:
    problems = refused("", "", "funds.lcu.spending.rate=5%")
    assert any('(did you mean "luc"?)' in problem.message for problem in problems)


def test_a_value_in_a_file_that_is_extended_is_told_there(folder: Path) -> None:
    (folder / "child.toml").write_text('extends = "example.toml"\nname = "child"\nyears = 0\n')
    (folder / "example.toml").write_text(
        (folder / "example.toml").read_text(encoding="utf-8").replace('"£500m"', "true"),
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as caught:
        load("child.toml")
    assert [p.place for p in caught.value.problems] == ["example.toml:38:14", "child.toml:3:9"]


def test_python_values_are_told_by_key() -> None:
    with pytest.raises(ScenarioError, match=r"(?m)^scenario: schema_version: this is missing"):
        from_values({"name": "x"})


@pytest.mark.parametrize("loc", [("years",), ("funds",), ("markets",), ("geography", "need")])
@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_no_word_of_the_checker_is_left(kind: Any, loc: tuple[str, ...]) -> None:
    context = {"ge": 1, "gt": 1, "le": 1, "lt": 1, "error": ValueError("too late")}
    error: ErrorDetails = {
        "type": kind, "loc": loc, "msg": "Input should be", "input": 5, "ctx": context
    }  # fmt: skip
    document = from_python({"years": 5, "funds": 5, "markets": 5, "geography": {"need": 5}})
    (finding,) = explain([error], document, Shape(tables={"": Settings}))
    assert not any(word in finding.problem.message for word in CHECKERS_WORDS)
