"""The methods section of a paper: every figure of the scenario, every source, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from fundsim.cli.entry import fundsim
from fundsim.rules.allocation import Preset
from fundsim.rules.base import Rule, catalogue
from fundsim.scenario import Row, Scenario, from_values, load, method, rows, shipped
from fundsim.scenario.methods.citing import References, plainly
from tests.engine.random_scenarios import scenario_values

TOLD = ("markets", "funds", "foundations", "shocks", "dormant_assets", "geography")
UNIONS = {
    "returns": "AnyReturns",
    "inflation": "AnyInflation",
    "inflows": "AnyInflow",
    "spending": "AnySpending",
    "allocation": "AnyAllocation",
    "shocks": "AnyShock",
}
RULES = [
    rule
    for room, union in UNIONS.items()
    for rule in catalogue(getattr(import_module(f"fundsim.rules.{room}"), union)).values()
]


def on_one_line(text: str) -> str:
    return " ".join(text.split())


def stated(scenario: Scenario) -> Iterator[Row]:
    """Each single value that a file states, of the tables that decide figures."""
    for row in rows(scenario):
        single = row.value not in ("(table)", "(list)", "[]", "{}")
        if row.key.split(".")[0] in TOLD and row.place != "(default)" and single:
            yield row


def says(row: Row, text: str) -> bool:
    """Whether a text names a value by its key, spelled as in the file."""
    key = re.findall(r'"[^"]*"|[^."]+', row.key)[-1].strip('"').replace("_", " ")
    value = re.escape(on_one_line(plainly(row.value)))
    if key == "kind":
        return re.search(rf"\b{value}[: ]", text) is not None
    if row.key.startswith("funds.") and row.key.count(".") == 2:
        if key == "title":
            return on_one_line(row.value).lower() in text.lower()
        if key == "opening":
            return re.search(rf"begins with {value}(?![\w.,]\d)", text) is not None
    return re.search(rf"\b{re.escape(key)}( =)? {value}(?![\w%])", text, re.IGNORECASE) is not None


@pytest.mark.parametrize("name", shipped())
def test_every_stated_value_stands_in_it_as_the_file_spells_it(name: str) -> None:
    text = on_one_line(method(load(name)))
    values = list(stated(load(name)))
    assert len(values) > 20
    assert [f"{row.key} = {row.value}" for row in values if not says(row, text)] == []


@pytest.mark.parametrize("name", shipped())
def test_it_can_be_printed_and_is_the_same_each_time(name: str) -> None:
    text = method(load(name))
    assert max(map(len, text.splitlines())) <= 100
    assert text == method(load(name))
    assert not re.search(r"\(\)|\(table\)|\(list\)|not set|None|TODO|\bnan\b|= ?[;.(]", text)


@pytest.mark.parametrize("name", shipped())
def test_every_mark_leads_to_its_note_and_every_source_is_listed(name: str) -> None:
    scenario = load(name)
    body, notes = method(scenario).split("References and notes\n")
    listed = set(re.findall(r"^(\[a?\d+\])", notes, re.MULTILINE))
    assert set(re.findall(r"\[a?\d+\]", body)) <= listed
    for note in scenario.sources.values():
        assert on_one_line(note.removeprefix("unverified").lstrip(": ")) in on_one_line(notes)


def test_what_is_unverified_is_named_apart() -> None:
    _, doubts = method(load("kruger-2020")).split("Assumptions without a verified source\n")
    assert "funds.luc.spending.rate = 4%: our assumption" in on_one_line(doubts)
    assert "past grants of £1.21 a head" in on_one_line(doubts)
    assert "DCMS" not in doubts


def test_a_changed_figure_is_told_and_not_covered_by_an_older_citation() -> None:
    changed = ("funds.luc.spending.rate=3.25%", "markets.assets.cash.volatility=1.75%", "paths=400")
    text = on_one_line(method(load("kruger-2020", changed)))
    assert "rate = 3.25% (share of the average value spent each year);" in text
    assert "volatility 1.75% (changed since markets.assets was cited)" in text
    assert "on 400 paths" in text
    assert "at most 2.5 percentage points" in text  # √(0.25 / 400)


def test_errors_of_paths_that_depend_on_one_another_come_from_their_parts() -> None:
    text = on_one_line(method(load("kruger-2020", ("sampling=sobol", "paths=4000"))))
    assert "scrambled Sobol sequence [1]; they form 16 independent parts" in text
    assert "[1] Glasserman, Monte Carlo Methods in Financial Engineering, 2003" in text


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_of_every_catalogue_has_its_words(rule: type[Rule]) -> None:
    words = rule.model_construct(
        None, **{"preset": "big-local"} if rule is Preset else {}
    ).in_words()
    assert words == on_one_line(words)
    assert words.startswith("Big Local" if rule is Preset else rule.title())
    if rule.told_by and rule is not Preset:
        assert len(words) > len(rule.title()) + 5


def test_works_in_a_rule_s_words_become_references() -> None:
    references = References()
    words = (
        "From base to target (Sen, Welfare, 1970, chapter 9), x = (a + b). Source: gov.uk, 2026."
    )
    assert references.prose(words) == "From base to target [2], x = (a + b) [1]."
    assert references.works == ["gov.uk, 2026", "Sen, Welfare, 1970, chapter 9"]


def test_it_says_of_how_many_foundations_past_grants_are_known() -> None:
    text = on_one_line(method(load("kruger-2020")))
    assert "is known of 21 of 47 foundations [" in text
    assert "past grants: 360GrantNav aggregate 2023, CC BY 4.0 and CC BY-SA 4.0" in text
    assert "is known of" not in on_one_line(method(load("kruger-endowment")))


ENGLAND = {"geography.where": {"nation": "England"}, "geography.need": "imd25_avg_score"}


def test_a_rule_inside_a_preset_is_told_with_its_figures_and_columns() -> None:
    columns = {"deprivation": "imd25_avg_score", "community_need": "cni23_lsoas"}
    preset = {"kind": "preset", "preset": "left-behind", "columns": columns}
    changes = {**ENGLAND, "funds.luc.allocation": preset}
    text = on_one_line(method(load("kruger-endowment").but(changes)))
    assert "Money is shared by the rule preset: left-behind places, England" in text
    assert "It is the rule either_or_both: only areas that are among the worst" in text
    assert "column = cni23_lsoas" in text
    assert "worst = 10%" in text
    assert "OCSI and Local Trust; own count, Community Needs Index 2023" in text


def test_rules_inside_rules_are_told_one_by_one() -> None:
    parts = [
        {"kind": "per_capita", "weight": "60%"},
        {"kind": "need_weighted", "weight": "40%", "steepness": 2.0},
    ]
    spending = {"kind": "minimum", "at_least": "2%", "rule": {"kind": "hybrid"}}
    mix = {**ENGLAND, "funds.luc.allocation": {"kind": "mix", "parts": parts}}
    text = on_one_line(
        method(load("kruger-endowment").but({**mix, "funds.luc.spending": spending}))
    )
    assert "(1) per_capita: the same amount for every person." in text
    assert "weight = 60%" in text
    assert "(2) need_weighted: more for areas with more deprivation." in text
    assert "steepness = 2.0" in text
    assert "is hybrid: mostly last year's spending" in text
    assert "weight = 80%" in text  # a default of the rule inside, which decides figures
    assert "S(last) is what was spent on the one before" in text


def test_a_history_of_one_s_own_is_named_with_its_content(tmp_path: Path) -> None:
    rows = "".join(f"{1990 + n},0.0{n % 9 + 1},0.02\n" for n in range(30))
    (tmp_path / "past.csv").write_text(f"year,equity,inflation\n{rows}", encoding="utf-8")
    markets = {
        "kind": "bootstrap",
        "history": str(tmp_path / "past.csv"),
        "inflation": {"kind": "column", "column": "inflation"},
        "assets": {"equity": {"weight": 1, "column": "equity"}},
    }
    scenario = load("kruger-endowment").but({"markets": markets})
    text = on_one_line(method(scenario))
    assert "Its table is " in text
    assert "1990 to 2019" in text
    assert "Politis and Romano, Journal of the American Statistical Association 89, 1994" in text


@pytest.mark.parametrize(
    "name", ["x" * 200, '=1+1 | <b>bold</b>, "quoted"', "קרן הקהילה", "{braces} %s"]
)
def test_hostile_names_are_told_as_they_are_and_break_no_line(name: str) -> None:
    scenario = load("kruger-endowment").but({"title": name, "funds.luc.title": name})
    text = method(scenario)
    assert name in "".join(text.split("\n")) or name in on_one_line(text)
    assert max(map(len, text.splitlines())) <= 100


def test_the_command_prints_it() -> None:
    run = CliRunner().invoke(fundsim, ["show", "kruger-endowment", "--as", "method"])
    assert run.exit_code == 0
    assert run.output == method(load("kruger-endowment")) + "\n"


def test_an_unknown_form_is_refused() -> None:
    run = CliRunner().invoke(fundsim, ["show", "kruger-endowment", "--as", "poem"])
    assert run.exit_code == 2
    assert "method" in run.output


@pytest.mark.parametrize("number", range(24))
def test_any_scenario_is_told_with_every_value(number: int, tmp_path: Path) -> None:
    scenario = from_values(scenario_values(number, tmp_path))
    text = method(scenario)
    told = on_one_line(text)
    values = list(stated(scenario))
    assert [f"{row.key} = {row.value}" for row in values if not says(row, told)] == []
    assert max(map(len, text.splitlines())) <= 100
