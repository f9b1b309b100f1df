"""What a document says of one run or comparison, before it is laid out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from shlex import quote

from fundsim.charts import UNASKED
from fundsim.charts.source import Basis
from fundsim.comparison.folder import Saved, scenarios_of
from fundsim.report.answer import answer, heading
from fundsim.report.compared import measured, pictures_of, rules_of
from fundsim.report.figures import Picture, pictures
from fundsim.report.parts import Grid
from fundsim.report.short import in_short
from fundsim.results.folder import SCENARIO, Run
from fundsim.rules.inflows import Inflow, Schedule
from fundsim.rules.spending import SpendingRule
from fundsim.scenario import Row, Scenario, notes, rows
from fundsim.scenario.carrying import tables_carried
from fundsim.scenario.fingerprint import WORDS_ONLY
from fundsim.scenario.schema import EVERY_FUND
from fundsim.scenario.spelling import table
from fundsim.wording import counted, money

FUNDS = ("fund", "begins with", "comes in later", "spends", "is shared")
NOTHING = "–"
UNVERIFIED = "unverified"
POINT = "- "  # begins a line of a comparison's words that is one of a list
UNTOLD = ("kind", "parts")  # keys of a rule that its title says, or that go without saying
NO_ASSUMPTION = ("schema_version", *WORDS_ONLY)


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
    title: str
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
    called: str = ""
    """What headings call it where there are several, if not by the scenario's name."""
    needs: Sequence[str] = ()
    """The user's own tables that the scenario reads, by name; they are not in the document."""
    drivers: Sequence[Grid | str] = ()
    """What a study says of which assumption matters; without one there is no such section."""
    policies: Sequence[Grid | str] = ()
    """What a study that names its futures says of its policies."""

    @property
    def of_studies(self) -> dict[str, Sequence[Grid | str]]:
        """What studies say, by the names of their sections."""
        return {"drivers": self.drivers, "policies": self.policies}

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
    def attachment(self) -> str:
        """The name under which the scenario is attached to a PDF."""
        return attachment(self.name, self.fingerprint)

    @property
    def marked(self) -> str:
        """How many assumptions there are of each mark."""
        marks = [one.mark for one in self.assumptions]
        counts = [f"{marks.count(mark):,} {mark}" for mark in dict.fromkeys(marks)]
        values = f"{counted(len(marks), 'value')}, for several of which one source may speak"
        return f"{values}: {', '.join(counts)}."


def told_run(
    run: Run, basis: Basis, begin: int, *, anchor: str, charts: Sequence[str] = UNASKED
) -> Told:
    """Tell a run, its pictures numbered from `begin` on."""
    scenario, real = run.scenario, basis == "real"
    parts = list(answer(run, scenario, fund=EVERY_FUND, real=real))
    about = [scenario.about] if scenario.about else []
    return Told(
        anchor=anchor,
        title=scenario.title,
        name=scenario.name,
        fingerprint=scenario.fingerprint,
        heading=[*about, *list(heading(scenario, fund=EVERY_FUND, real=real))[1:]],
        funds=Grid(FUNDS, list(funds_of(scenario))),
        short=in_short(run, scenario, basis),
        answer=[part for part in parts if isinstance(part, Grid)],
        sentences=[*(part for part in parts if isinstance(part, str)), *remarks(scenario)],
        pictures=list(pictures(run, charts, basis, begin)),
        assumptions=assumptions(scenario),
        needs=needed(scenario),
        toml=toml_of(run.folder),
        again=(
            f"fundsim run {attachment(scenario.name, scenario.fingerprint)}",
            f"fundsim reproduce results/{scenario.name}-{scenario.fingerprint}",
        ),
    )


def told_comparison(found: Saved, begin: int, *, anchor: str) -> Told:
    """Tell a comparison: the scenario under its first rule is the one that is written out."""
    scenario = found.scenario
    what, *rest = found.summary or [""]
    about = [scenario.about] if scenario.about else []
    return Told(
        anchor=anchor,
        title=scenario.title,
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
        sentences=[*rest, *remarks(scenario)],
        pictures=list(pictures_of(found, begin)),
        assumptions=assumptions(scenario),
        toml=toml_of(found.folder),
        again=(*_compared_again(found), f"fundsim reproduce {found.folder.resolve().name}"),
    )


def _compared_again(found: Saved) -> Iterator[str]:
    """Say by which command the same rules are compared, of the scenario as it stands here."""
    if found.fund and not found.exact:
        toml = attachment(found.scenario.name, found.scenario.fingerprint)
        rules = quote(",".join(found.rules[1:]))
        yield f"fundsim compare {toml} --fund {found.fund} --rules {rules}"


def funds_of(scenario: Scenario) -> Iterator[Sequence[str]]:
    """Say of each fund what it begins with and what its rules are, in their own words."""
    for fund in scenario.funds.values():
        yield (
            fund.title,
            money(fund.opening / 100) if fund.opening else NOTHING,
            _with_figures(fund.inflow) if fund.inflow else NOTHING,
            _with_figures(fund.spending),
            fund.allocation.title(),
        )


def _with_figures(rule: Inflow | SpendingRule) -> str:
    """Say what a rule does, with the figures that it states; amounts are added up."""
    values = {k: v for k, v in table(rule).items() if k not in UNTOLD and not isinstance(v, list)}
    told = [f"{k.replace('_', ' ')} {v}" for k, v in values.items() if not isinstance(v, dict)]
    if isinstance(rule, Schedule):
        told.append(f"{money(sum(rule.amounts.values()) / 100)} in all")
    title = rule.title()
    return f"{title.rstrip('.')} ({', '.join(told)})." if told else title


def remarks(scenario: Scenario) -> list[str]:
    """What else a reader must know; what a source says stands among the assumptions."""
    cited = tuple(f"{UNVERIFIED}: {key} =" for key in scenario.sources)
    return [note for note in notes(scenario) if not note.startswith(cited)]


def needed(scenario: Scenario) -> list[str]:
    """Name the user's own tables that a scenario reads."""
    return [f"data/{name}" for name in tables_carried(scenario).values()]


def unverified(scenarios: Sequence[Scenario]) -> str:
    """Say how many of their assumptions are unverified: "18 are"."""
    found = (note for one in scenarios for note in one.sources.values())
    number = sum(note.startswith(UNVERIFIED) for note in found)
    return f"{number:,} {'is' if number == 1 else 'are'}"


def attachment(name: str, fingerprint: str) -> str:
    """Name the file as which a scenario is attached to a PDF."""
    return f"{name}-{fingerprint}.toml"


def toml_of(folder: Path) -> str:
    """Give the scenario of a run or study, or that of a comparison's first rule, as simulated."""
    first = folder / scenarios_of(0) / "0.toml"
    return (first if first.is_file() else folder / SCENARIO).read_text("utf-8")
