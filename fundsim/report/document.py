"""One self-contained document of finished runs: HTML that needs no network and no script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from fundsim import __version__
from fundsim.charts import UNASKED
from fundsim.charts.source import Basis
from fundsim.charts.style import PLAIN, look_now
from fundsim.comparison.folder import Saved, scenarios_of
from fundsim.places import ATTRIBUTION
from fundsim.report.answer import answer, heading
from fundsim.report.compared import measured, pictures_of, rules_of
from fundsim.report.figures import Picture, pictures
from fundsim.report.parts import Grid
from fundsim.report.short import in_short
from fundsim.results.folder import SCENARIO, Run
from fundsim.scenario import Row, Scenario, notes, rows
from fundsim.scenario.fingerprint import WORDS_ONLY
from fundsim.scenario.schema import EVERY_FUND
from fundsim.wording import counted, money

if TYPE_CHECKING:
    from jinja2 import Environment

CONTENTS = (
    ("asked", "What was asked"),
    ("answer", "The answer"),
    ("pictures", "Pictures"),
    ("assumptions", "Every assumption, with its source"),
    ("figures", "List of figures"),
    ("again", "How to make it again"),
)
MOST = 400  # rows of a table behind a picture that are written out
FUNDS = ("fund", "begins with", "comes in later", "spends", "is shared")
NOTHING = "–"
UNVERIFIED = "unverified"
POINT = "- "  # begins a line of a comparison's words that is one of a list
NO_ASSUMPTION = ("schema_version", *WORDS_ONLY)
FOR_A_BOARD = (
    *("capital_kept_whole", "foundations_tile_map"),
    *("areas_per_head", "spending", "funds", "money_flow"),
)


@dataclass(frozen=True)
class Assumption:
    """One value of a scenario, how sure it is, and where it is from."""

    key: str
    value: str
    mark: str
    note: str

    @classmethod
    def of(cls, row: Row, above: Assumption | None) -> Assumption:
        """Mark a value: unverified, cited, as it is left out, or stated without a source.

        What is said of the table `above`, which it stands in, is said of it too.
        """
        if row.unverified:
            return cls(row.key, row.value, UNVERIFIED, row.note.partition(":")[2].strip())
        if row.note:
            return cls(row.key, row.value, "cited", row.note)
        if row.place == "(default)":
            return cls(row.key, row.value, "default", "")
        if above is not None:
            return cls(row.key, row.value, above.mark, f"as {above.key}")
        return cls(row.key, row.value, "not cited", "")


def assumptions(scenario: Scenario) -> list[Assumption]:
    """List every value of a scenario with its mark and source."""
    found: dict[str, Assumption] = {}
    for row in rows(scenario):
        parts = row.key.split(".")
        tables = (".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1))
        above = next((found[table] for table in tables if table in scenario.sources), None)
        found[row.key] = Assumption.of(row, above)
    return [one for key, one in found.items() if key not in NO_ASSUMPTION]


@dataclass(frozen=True)
class Told:
    """What a document says of one run."""

    anchor: str
    name: str
    fingerprint: str
    heading: Sequence[str]
    funds: Grid
    short: Sequence[str]
    answer: Sequence[Grid]
    sentences: Sequence[str]
    pictures: Sequence[Picture]
    assumptions: Sequence[Assumption]
    toml: str
    again: Sequence[str]

    @property
    def blocks(self) -> list[list[str]]:
        """The sentences, those that are points of a list together."""
        found: list[list[str]] = []
        for line in filter(None, self.sentences):
            point = line.startswith(POINT)
            if point and found and found[-1][0].startswith(POINT):
                found[-1].append(line)
            else:
                found.append([line])
        return found

    @property
    def marked(self) -> str:
        """How many assumptions there are of each mark."""
        marks = [one.mark for one in self.assumptions]
        counts = [f"{marks.count(mark):,} {mark}" for mark in dict.fromkeys(marks)]
        return f"{counted(len(marks), 'value')}: {', '.join(counts)}."


def board_paper(run: Run, *, basis: Basis = "real") -> str:
    """Write what a board needs of one run on two pages: the answer, what was asked, two pictures.

    The pictures are of how capital lasts and of where the money goes, as far as there are such.
    """
    told = _told(run, basis, 1, anchor="", charts=FOR_A_BOARD)
    kept = {picture.words.facts.chart: picture for picture in reversed(told.pictures)}
    two = [kept[name] for name in FOR_A_BOARD if name in kept][:2]
    return (
        _environment()
        .get_template("board.html")
        .render(
            version=__version__,
            title=run.scenario.title,
            run=replace(told, pictures=two),
            unverified=_unverified([run.scenario]),
            limits=" ".join(_limits()),
            rights=ATTRIBUTION,
        )
    )


def _limits() -> list[str]:
    """Give what no result may be used for, without the reasons."""
    text = _environment().get_template("limits.html").render()
    return re.findall("<strong>(.*?)</strong>", text)


def _unverified(scenarios: Sequence[Scenario]) -> str:
    found = (note for one in scenarios for note in one.sources.values())
    number = sum(note.startswith(UNVERIFIED) for note in found)
    return f"{number:,} {'is' if number == 1 else 'are'}"


def report(runs: Sequence[Run | Saved], *, basis: Basis = "real") -> str:
    """Write finished runs and comparisons as one HTML document; the same ones give the same text.

    A comparison is told in the pounds that it was made in, a run in those of `basis`.
    """
    told: list[Told] = []
    for run in runs:
        begin = 1 + sum(len(one.pictures) for one in told)
        anchor = f"run-{len(told) + 1}-" if told else ""
        told.append(
            _compared(run, begin, anchor=anchor)
            if isinstance(run, Saved)
            else _told(run, basis, begin, anchor=anchor)
        )
    scenarios = [run.scenario for run in runs]
    return (
        _environment()
        .get_template("report.html")
        .render(
            version=__version__,
            title=_title(runs),
            contents=CONTENTS,
            runs=told,
            most=MOST,
            unverified=_unverified(scenarios),
            rights=ATTRIBUTION,
        )
    )


def _title(runs: Sequence[Run | Saved]) -> str:
    if len(runs) > 1:
        return f"{len(runs)} answers: {', '.join(one.scenario.name for one in runs)}"
    (one,) = runs
    if isinstance(one, Saved):
        kind = "rule" if one.fund else "scenario"
        return f"{one.scenario.title}: {counted(len(one.rules), kind)} compared"
    return one.scenario.title


def _told(
    run: Run, basis: Basis, begin: int, *, anchor: str, charts: Sequence[str] = UNASKED
) -> Told:
    scenario, real = run.scenario, basis == "real"
    parts = list(answer(run, scenario, fund=EVERY_FUND, real=real))
    about = [scenario.about] if scenario.about else []
    return Told(
        anchor=anchor,
        name=scenario.name,
        fingerprint=scenario.fingerprint,
        heading=[*about, *list(heading(scenario, fund=EVERY_FUND, real=real))[1:]],
        funds=Grid(FUNDS, list(_funds(scenario))),
        short=in_short(run, scenario),
        answer=[part for part in parts if isinstance(part, Grid)],
        sentences=[*(part for part in parts if isinstance(part, str)), *_remarks(scenario)],
        pictures=list(pictures(run, charts, basis, begin)),
        assumptions=assumptions(scenario),
        toml=(run.folder / SCENARIO).read_text("utf-8"),
        again=(
            f"fundsim run {scenario.name}.toml",
            f"fundsim reproduce results/{scenario.name}-{scenario.fingerprint}",
        ),
    )


def _compared(found: Saved, begin: int, *, anchor: str) -> Told:
    """Tell a comparison: the scenario under its first rule is the one that is written out."""
    scenario = found.scenario
    what, *rest = found.summary or [""]
    about = [scenario.about] if scenario.about else []
    return Told(
        anchor=anchor,
        name=scenario.name,
        fingerprint=scenario.fingerprint,
        heading=[*about, what],
        funds=rules_of(found),
        short=[
            f"{line} {then.removeprefix(POINT)}"
            for line, then in pairwise(rest)
            if line and not line.startswith(POINT) and then.startswith(POINT)
        ],
        answer=[measured(found)],
        sentences=[*rest, *_remarks(scenario)],
        pictures=list(pictures_of(found, begin)),
        assumptions=assumptions(scenario),
        toml=(found.folder / scenarios_of(0) / "0.toml").read_text("utf-8"),
        again=(f"fundsim reproduce results/{found.folder.resolve().name}",),
    )


def _funds(scenario: Scenario) -> Iterator[Sequence[str]]:
    """Say of each fund what it begins with and what its rules are, in their own words."""
    for fund in scenario.funds.values():
        inflow = fund.inflow.title() if fund.inflow else NOTHING
        yield (
            fund.title,
            money(fund.opening / 100) if fund.opening else NOTHING,
            inflow,
            fund.spending.title(),
            fund.allocation.title(),
        )


def _remarks(scenario: Scenario) -> list[str]:
    """What else a reader must know; what a source says stands among the assumptions."""
    cited = tuple(f"{UNVERIFIED}: {key} =" for key in scenario.sources)
    return [note for note in notes(scenario) if not note.startswith(cited)]


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("fundsim.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    house = look_now().style  # its colours and typeface are checked to be no more than that
    made.globals["house"] = None if house == PLAIN.style else house
    return made
