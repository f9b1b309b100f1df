"""The chart of what policies are regretted for: a dot a future, the least regretted one first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fundsim.charts.figures import housed, money, whole
from fundsim.charts.language import ENGLISH, counted, listed, say
from fundsim.charts.rendering import Format
from fundsim.charts.saving import known_formats, write_all
from fundsim.charts.studying.recording import drawn_of_study, of_measure, sources_of
from fundsim.charts.studying.regrets_drawing import DOTS, Strips, draw_strips
from fundsim.charts.words import Facts, Words, words
from fundsim.metrics.catalogue import METRICS
from fundsim.results import Table
from fundsim.results.table import Row, plain
from fundsim.studies.answers.choosing import Policies
from fundsim.studies.schema import Limit
from fundsim.studies.wording import plainly, said

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAME = "regrets"
COLUMNS = ("measure", "basis", "unit", "policy", "future", "mean", "regret", "acceptable")


def save_regrets(
    found: Policies,
    folder: Path,
    *,
    formats: Iterable[Format] = ("svg", "png"),
    language: str = ENGLISH,
) -> list[Path]:
    """Draw the regrets of each measure that has a direction, and write them into a folder.

    Each has its table as CSV beside it. The same study gives the same bytes. RunError: no such
    format or language, or the folder cannot be written to.
    """
    known = known_formats(formats)
    names = [found.looks[place].measure for place in found.aimed]
    return [
        path
        for name in names
        for path in write_all(folder, drawn_regrets(found, name, known, language=language))
    ]


def drawn_regrets(
    found: Policies, measure: str, formats: Iterable[Format], *, language: str = ENGLISH
) -> dict[str, bytes]:
    """Draw the regrets of one measure, and give the bytes of its files by their names."""
    table = table_of_regrets(found, measure)
    return drawn_of_study(
        found.plan.loaded,
        NAME,
        table,
        say_words=partial(words_of, found, table),
        draw=draw,
        formats=formats,
        language=language,
    )


def table_of_regrets(found: Policies, measure: str) -> Table:
    """Write the regrets of one measure, a row a future of each policy, the least regretted first.

    Money is in pounds; `acceptable` is where all that the study asks for holds.
    """
    return Table(NAME, COLUMNS, lambda: _rows(found, measure))


def _rows(found: Policies, measure: str) -> Iterator[Row]:
    place = next(p for p, look in enumerate(found.looks) if look.measure == measure)
    regret = found.by_future.regret[..., found.aimed.index(place)]
    asked = found.plan.loaded.study.acceptable
    about = measure, found.looks[place].basis, found.aims[place].unit
    for policy in regret.max(axis=1).argsort(kind="stable").tolist():
        for future, name in enumerate(found.futures):
            figures = found.figures[policy, future, place], regret[policy, future]
            good = "yes" if found.acceptable[policy, future] else "no"
            told = (plain(float(figure)) for figure in figures)
            yield *about, found.names[policy], name, *told, good if asked else ""


def words_of(found: Policies, table: Table) -> Words:
    """Find title, explanation, caption and alternative text of the picture."""
    study, scenario = found.plan.loaded.study, found.plan.loaded.scenario
    strips = Strips.of(table)
    measure = table.column("measure")[0]
    basis = next(look.basis for look in found.looks if look.measure == measure)
    facts = Facts.of_scenario(scenario, study.fund, basis, NAME)
    return words(
        facts,
        title=say("Regret of each policy: “{measure}”", measure=plainly(measure)),
        about=[
            of_measure(facts, measure),
            *_about(found, strips, facts),
        ],
        reading=_reading(strips),
        notes=[*_asked(found), sources_of(study, say("Why these policies and futures"))],
    )


def _about(found: Policies, strips: Strips, facts: Facts) -> Iterator[str]:
    futures = counted(len(found.futures), "assumed future")
    yield say(
        "each dot is one of {assumed}, each of {simulated}: how much worse a policy is than the "
        "best one of that future; line: the largest regret",
        assumed=futures,
        simulated=facts.futures,
    )
    if strips.asked:
        yield say("filled: all that is asked for holds; hollow: it does not")
    if len(found.futures) > DOTS:
        yield say("drawn: {number} of them, evenly by the size of the regret", number=whole(DOTS))
    if len(strips.shown) < len(strips.rows):
        yield say(
            "the {number} least regretted of {policies}",
            number=whole(len(strips.shown)),
            policies=say("{number} policies", number=whole(len(strips.rows))),
        )
    if found.left_out:
        left = counted(len(found.left_out), "assumed future")
        yield say("left out: {futures}, in which a policy has no figures", futures=left)


def _reading(strips: Strips) -> Iterator[str]:
    for row in strips.rows[:2]:
        yield f"{row.name}: {listed(strips.beside(row))}"


def _asked(found: Policies) -> Iterator[str]:
    limits = found.plan.loaded.study.acceptable
    if limits:
        told = [_limit(name, limit) for name, limit in limits.items()]
        yield say("All that is asked for: {limits}.", limits=listed(told, "; "))


def _limit(name: str, limit: Limit) -> str:
    unit = METRICS[name].unit
    least, most = limit.at_least, limit.at_most
    figure = float(most if least is None else least)  # type: ignore[arg-type] # - one of them is there
    told = money(figure) if unit == "pounds" else housed(said(figure, unit))
    if least is None:
        return say("{measure} at most {figure}", measure=plainly(name), figure=told)
    return say("{measure} at least {figure}", measure=plainly(name), figure=told)


def draw(table: Table, words: Words) -> Figure:
    """Draw a table of this chart."""
    return draw_strips(Strips.of(table), words)
