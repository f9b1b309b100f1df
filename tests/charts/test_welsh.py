"""Pictures in Welsh: each of the catalogue is said whole, and fits its sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fundsim.charts import CHARTS, NotShown
from fundsim.charts.beside import ENDING
from fundsim.charts.chart import Draw
from fundsim.charts.comparing import COMPARISON_CHARTS, Given, save_comparison
from fundsim.charts.language import Language, speaking
from fundsim.charts.rendering import settled
from fundsim.charts.solving import drawn_curve, words_of
from fundsim.charts.solving_drawing import Look, draw_look
from fundsim.charts.studying.regrets import draw as draw_regrets
from fundsim.charts.studying.regrets import drawn_regrets, table_of_regrets
from fundsim.charts.studying.regrets import words_of as words_of_regrets
from fundsim.charts.studying.shares import draw as draw_shares
from fundsim.charts.studying.shares import drawn_shares
from fundsim.charts.studying.shares import words_of as words_of_shares
from fundsim.charts.studying.shares_drawing import in_words
from fundsim.charts.studying.tornado import drawn_tornado
from fundsim.charts.studying.tornado import words_of as words_of_tornado
from fundsim.charts.studying.tornado_drawing import Bars, draw_bars
from fundsim.charts.words import Words
from fundsim.comparison.counting import in_need
from fundsim.comparison.questions.breadth import amounts, breadth_of
from fundsim.engine.simulate import simulate
from fundsim.metrics.places import SPREADS
from fundsim.metrics.series import Basis
from fundsim.places import ATTRIBUTION, member_foundations, tiles
from fundsim.results import Results, Table
from fundsim.scenario import Scenario, load, resolved_toml
from fundsim.solving.finding import solve
from fundsim.studies.answers.indices import table_of_shares
from fundsim.studies.answers.tornado import table_of_tornadoes
from tests.charts import comparing_world
from tests.charts.seen import cut_off, lay_out, said
from tests.charts.test_shares import spread
from tests.charts.test_tornado import study
from tests.studies.test_choosing import ASKED, made

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCENARIOS = ("kruger-2020", "official-880m-strained")
"""One with two funds and a lost panel; one with dormant assets that chance releases, and shocks."""


@cache
def run_of(scenario: str) -> Results:
    return simulate(load(scenario).but({"paths": 8, "years": 10}))


@cache
def table_of(chart: str, scenario: str, fund: str | None, basis: Basis) -> Table | None:
    """Give a chart's table, which no language alters; None where there is nothing to show."""
    one = "cumbria" if CHARTS[chart].of_one_foundation else None
    try:
        return CHARTS[chart].table(run_of(scenario), fund, basis, one)
    except NotShown:
        return None


@dataclass(frozen=True)
class Drawing:
    """A picture as it is drawn, the words that go with it, and what was lacking of the language."""

    figure: Figure
    words: Words
    lacking: set[str]


def in_language(
    language: str | Language, table: Table, say: Callable[[], Words], draw: Draw
) -> Drawing:
    with speaking(language) as speech, settled():
        words = say()
        figure = draw(table, words)
        lay_out(figure)
    return Drawing(figure, words, speech.lacking)


def all_of(name: str, language: str | Language) -> Iterator[Drawing]:
    """Draw a chart of each run, in all prices, and of its single funds in those shown unasked."""
    entry, (first, *others) = CHARTS[name], CHARTS[name].bases
    for scenario in SCENARIOS:
        run = run_of(scenario)
        for fund, basis in [
            *((fund, first) for fund in (None, *run.scenario.funds)),
            *((None, other) for other in others),
        ]:
            if (table := table_of(name, scenario, fund, basis)) is not None:
                told = partial(entry.words, table, run, fund, basis)
                yield in_language(language, table, told, entry.draw)


@pytest.fixture(scope="module")
def comparisons() -> dict[str, list[object]]:
    """What charts of comparisons are drawn of: of most charts the first three."""
    england = load("english-738m").but({"paths": 8, "years": 5})
    rules = ["per_capita", comparing_world.FLOORED]
    compared = [
        comparing_world.pot(comparing_world.uk(), comparing_world.UK_RULES),
        comparing_world.runs(comparing_world.uk(), rules),
        comparing_world.runs(england, rules),
    ]
    moved = [("A1", "Ashby", "3", "1"), ("B1", "Burton", "1", "2"), ("C1", "Corby", "2", "2")]
    ranks = Table("ranks", ("area", "name", "rank_before", "rank_after"), lambda: moved)
    given: dict[str, list[object]] = {
        "breadth_depth": [Given(england, breadth(england))],
        "rank_slopes": [*compared, Given(england, {"ranks": ranks})],
    }
    usual: dict[str, list[object]] = {name: [*compared] for name in COMPARISON_CHARTS}
    return usual | given


def breadth(scenario: Scenario) -> dict[str, Table]:
    """How many areas £80m pays at £1m to £5m each, for a year and for ten."""
    people, each = in_need(scenario, "lbn_pop", "--people"), amounts(10**8, 5 * 10**8, 3)
    found = breadth_of(scenario, 8 * 10**9, each, people, years=(1, 10), by="imd25_avg_score")
    return dict(found.tables)


def of_comparison(name: str, found: list[object], language: str | Language) -> Iterator[Drawing]:
    entry = COMPARISON_CHARTS[name]
    for one in found:
        try:
            table = entry.table(one)  # type: ignore[arg-type] # - live or given, all of one kind
        except NotShown:
            continue
        told = partial(entry.words, table, one)  # type: ignore[arg-type] # - as above
        yield in_language(language, table, told, entry.draw)


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_of_a_run_is_said_whole_and_nothing_runs_off_the_sheet(name: str) -> None:
    found = list(all_of(name, "cy"))
    assert found or CHARTS[name].needs_outlines
    refuse_faults(found)


@pytest.mark.parametrize("name", COMPARISON_CHARTS)
def test_every_chart_of_a_comparison_is_said_whole_and_nothing_runs_off_the_sheet(
    name: str, comparisons: dict[str, list[object]]
) -> None:
    found = list(of_comparison(name, comparisons[name], "cy"))
    assert found
    refuse_faults(found)


def refuse_faults(found: list[Drawing]) -> None:
    for drawing in found:
        assert drawing.lacking == set()
        assert cut_off(drawing.figure) == []
        assert drawing.words.language.tag == "cy"


# A language whose words are all alike: what can be read in it was never asked for


class Alike(dict[str, str]):
    """Words for whatever is asked: one letter for each that is not in a place."""

    def __contains__(self, _: object) -> bool:
        return True

    def get(self, template: str, _: object = None) -> str:
        return LETTER.sub(lambda found: found[0] if len(found[0]) > 1 else "ŷ", template)


class AlikeNouns(dict[str, Mapping[str, str]]):
    """The same for what is counted."""

    def get(self, _: str, __: object = None) -> Mapping[str, str]:
        return {"one": "1 ŷ", "more": "{number} ŷ"}


LETTER = re.compile(r"\{\w+\}|[^\W\d_]")
WORD = re.compile(r"[A-Za-z]{3,}(?![A-Za-z…])")  # whole ones, not those that are cut
MUTE = Language("xx", words=Alike(), nouns=AlikeNouns())
OURS = {"fundsim", "Apache", "CF", "Community", "Foundation", "Gini"}
"""What is written alike in every language, by choice."""


def read(drawing: Drawing) -> set[str]:
    """Give every word of Latin letters that a picture shows, or says of itself."""
    words = drawing.words
    texts = [words.title, words.about, words.alt, words.rights, *words.caption]
    return {word for text in (*texts, *said(drawing.figure)) for word in WORD.findall(text)}


def own(scenario: Scenario) -> set[str]:
    """Give every word of a scenario's file, of its areas and of whom it attributes them to."""
    places = scenario.geography_table
    texts = [
        *("\n".join(resolved_toml(scenario, places.label).split()), ATTRIBUTION, places.label),
        *(scenario.name, scenario.fingerprint, *places.names, *places.nations),
        *(word for each in tiles().values() for word in (each.label,)),
        *(each.name for each in places.foundations),
        *(each.name for each in member_foundations().values()),
    ]
    return {word for text in texts for word in WORD.findall(text)}


@cache
def own_of(scenario: str) -> set[str]:
    return own(run_of(scenario).scenario)


@pytest.mark.no_cover  # the same lines draw it in Welsh, where they are counted
@pytest.mark.parametrize("name", CHARTS)
def test_no_word_of_a_chart_of_a_run_is_written_without_being_asked_for(name: str) -> None:
    known = OURS.union(*map(own_of, SCENARIOS))
    for drawing in all_of(name, MUTE):
        assert read(drawing) - known == set(), drawing.words


@pytest.mark.no_cover  # the same lines draw it in Welsh, where they are counted
@pytest.mark.parametrize("name", COMPARISON_CHARTS)
def test_no_word_of_a_chart_of_a_comparison_is_written_without_being_asked_for(
    name: str, comparisons: dict[str, list[object]]
) -> None:
    scenarios: list[Scenario] = [one.scenario for one in comparisons[name]]  # type: ignore[attr-defined] # - as above
    rules = {word for rule in comparing_world.UK_RULES for word in WORD.findall(rule)}
    known = OURS.union(rules, MEASURED, *map(own, scenarios))
    for drawing in of_comparison(name, comparisons[name], MUTE):
        assert read(drawing) - known == set(), drawing.words


MEASURED = {word for name in SPREADS for word in WORD.findall(name)} | {
    *("Ashby", "Burton", "Corby"),
    *WORD.findall("imd25_avg_score lbn_pop (people living in left-behind places)"),
}
"""Names of measures and columns, which are the same everywhere."""


def test_an_answer_of_solve_is_drawn_too() -> None:
    target = "capital kept whole at 4 years at least 0.9 with probability 0.5"
    made = solve(load("kruger-endowment").but({"paths": 8, "years": 4}), target)
    drawing = in_language("cy", made.curve, lambda: words_of(made, made.curve), draw_curve)
    refuse_faults([drawing])
    mute = in_language(MUTE, made.curve, lambda: words_of(made, made.curve), draw_curve)
    key = set(WORD.findall(made.varied.key))
    assert read(mute) - OURS - key - own(made.scenario) == set()
    names = {"curve.cy.svg", "curve.cy.csv", f"curve.cy.csv{ENDING}"}
    assert set(drawn_curve(made, ["svg"], language="cy")) == names


def test_what_moves_an_answer_is_drawn_too(tmp_path: Path) -> None:
    plan, (made, _) = study(tmp_path)
    table = table_of_tornadoes([made])

    def told() -> Words:
        return words_of_tornado(plan.loaded, table, made)

    refuse_faults([in_language("cy", table, told, draw_tornado)])
    mute = in_language(MUTE, table, told, draw_tornado)
    texts = [
        plan.loaded.study.name,
        *table.column("assumption"),
        *table.column("changes"),
        "spending",
    ]
    named = {word for text in texts for word in WORD.findall(f"{text} {text.capitalize()}")}
    assert read(mute) - OURS - named - own(plan.loaded.scenario) == set()
    names = {f"tornado-spending.cy.{end}" for end in ("svg", "csv", f"csv{ENDING}")}
    assert set(drawn_tornado(plan, made, ["svg"], language="cy")) == names


def test_what_policies_are_regretted_for_is_drawn_too(tmp_path: Path) -> None:
    found = made(tmp_path, acceptable=ASKED)
    for measure in ("spending", "ends_below_whole"):
        table = table_of_regrets(found, measure)
        told = partial(words_of_regrets, found, table)
        refuse_faults([in_language("cy", table, told, draw_regrets)])
        mute = in_language(MUTE, table, told, draw_regrets)
        named = {*WORD.findall(f"rates spending {measure.replace('_', ' ')} ends below whole")}
        assert read(mute) - OURS - named - own(found.plan.loaded.scenario) == set()
        names = {f"regrets-{measure}.cy.{end}" for end in ("svg", "csv", f"csv{ENDING}")}
        assert set(drawn_regrets(found, measure, ["svg"], language="cy")) == names


def test_what_makes_an_answer_vary_is_drawn_too(tmp_path: Path) -> None:
    plan, made = spread(tmp_path)
    table = table_of_shares([made])

    def told() -> Words:
        return words_of_shares(plan.loaded, table, made)

    refuse_faults([in_language("cy", table, told, draw_shares)])
    mute = in_language(MUTE, table, told, draw_shares)
    texts = [plan.loaded.study.name, *map(in_words, table.column("assumption")), "spending"]
    named = {word for text in texts for word in WORD.findall(f"{text} {text.capitalize()}")}
    assert read(mute) - OURS - named - own(plan.loaded.scenario) == set()
    names = {f"sobol_indices-spending.cy.{end}" for end in ("svg", "csv", f"csv{ENDING}")}
    assert set(drawn_shares(plan, made, ["svg"], language="cy")) == names


def draw_tornado(table: Table, words: Words) -> Figure:
    return draw_bars(Bars.of(table), words)


def draw_curve(table: Table, words: Words) -> Figure:
    return draw_look(Look.of(table), words)


def test_a_comparison_is_drawn_under_a_name_of_its_own(
    comparisons: dict[str, list[object]], tmp_path: Path
) -> None:
    pot = comparisons["lorenz"][0]
    made = save_comparison("lorenz", pot, tmp_path, formats=["svg"], language="cy")  # type: ignore[arg-type] # - a live one
    assert [path.name for path in made] == ["lorenz.cy.csv", "lorenz.cy.svg"]
