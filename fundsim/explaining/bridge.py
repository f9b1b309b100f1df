"""The bridge between two runs: what makes the difference for one area, in parts that sum to it.

The told path of the one run is told again with the assumptions of the other, one group after the
other, so that each group's part is exact, and together they are the difference to the penny. What
a part comes to depends on the order; the order is fixed, and stated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fundsim.engine.simulate import tell_path
from fundsim.errors import InputError, Problem
from fundsim.explaining.accounts import Account, Section
from fundsim.explaining.asking import find_funds, find_year
from fundsim.explaining.between import Change, steps
from fundsim.explaining.source import Source
from fundsim.rules.allocation import every
from fundsim.scenario import Scenario

MEASURES = ("paid", "allocated")
AGAINST = "--against"

Figures = dict[str, int]
"""What an area has in the years that are looked at, by measure, in pence."""


@dataclass(frozen=True)
class Bridge:
    """The difference between two runs for an area, on one path.

    `parts` has each change and what the area has after it; `funds`, `first` and `last` say what is
    looked at.
    """

    one: Source
    other: Source
    code: str
    funds: Sequence[str]
    first: int
    last: int
    begin: Figures
    parts: Sequence[tuple[Change, Figures]]

    @property
    def path(self) -> int:
        """The path that both are told on."""
        return int(self.one.manifest["told_path"])

    @property
    def names(self) -> tuple[str, str]:
        """Call each run by its scenario, and by what tells it apart where both are of the same."""
        return told_apart(self.one, self.other)

    @property
    def end(self) -> Figures:
        """What the area has in the other run."""
        return self.parts[-1][1] if self.parts else self.begin

    def apart(self, measure: str) -> int:
        """How much more the area has in the other run, in pence."""
        return self.end[measure] - self.begin[measure]

    def changes(self) -> Iterator[tuple[Change, Figures]]:
        """Give each change that makes a difference, and the difference."""
        before = self.begin
        for change, figures in self.parts:
            apart = {measure: figures[measure] - before[measure] for measure in MEASURES}
            before = figures
            if any(apart.values()):
                yield change, apart

    def without_effect(self) -> list[str]:
        """Name the groups that differ and change nothing here."""
        with_some = [change for change, _ in self.changes()]
        return [change.title for change, _ in self.parts if change not in with_some]

    def section(self, measure: str) -> Section:
        """Account for the difference in one measure."""
        names = [
            f"{run.scenario.name} {run.scenario.fingerprint}" for run in (self.one, self.other)
        ]
        account = Account.of(f"{measure} in {names[0]}", self.begin[measure])
        for change, apart in self.changes():
            if apart[measure] > 0:
                account.plus(change.title, apart[measure])
            elif apart[measure]:
                account.minus(change.title, -apart[measure])
        return Section.of("bridge", f"What is {measure} in {names[1]}", account)


def told_apart(one: Source, other: Source) -> tuple[str, str]:
    """Name two runs by their scenarios; of the same one with a rule, a folder's name or a place."""
    name, another = one.scenario.name, other.scenario.name
    if name != another:
        return name, another
    ways = (
        _rules(one.scenario, other.scenario),
        (one.folder.name, other.folder.name),
        (str(one.folder), str(other.folder)),
    )
    apart = next((way for way in ways if way[0] != way[1]), None)
    return (f"{name} ({apart[0]})", f"{name} ({apart[1]})") if apart else (name, name)


def _rules(one: Scenario, other: Scenario) -> tuple[str, str]:
    """Give the kinds of the first rules that differ, where those of one fund alone do."""
    both = [name for name in one.funds if name in other.funds]
    kinds = [
        tuple([rule.kind for rule in every(run.funds[name].allocation)] for run in (one, other))
        for name in both
    ]
    differing = [(mine, theirs) for mine, theirs in kinds if mine != theirs]
    if len(differing) != 1:
        return "", ""
    pairs = zip(*differing[0], strict=False)
    return next(((mine, theirs) for mine, theirs in pairs if mine != theirs), ("", ""))


def bridge(
    one: Source, other: Source, code: str, *, fund: str | None = None, year: int | None = None
) -> Bridge:
    """Take the difference between two runs for an area, on the told path of the first.

    It is taken over the years that both have, or in one of them. An area, a year or a fund that
    they do not both have is an InputError.
    """
    funds = find_funds(list(dict.fromkeys([*one.scenario.funds, *other.scenario.funds])), fund)
    first, last = _years(one, other, year)
    _refuse_other_places(other, code)
    path = int(one.manifest["told_path"])

    def look(scenario: Scenario) -> Figures:
        return _told(scenario, path, code, funds, range(first, last + 1))

    begin = _stood(one, code, funds, range(first, last + 1))
    parts = list(steps(one.scenario, other.scenario, look))
    return Bridge(one, other, code, funds, first, last, begin, parts)


def _stood(run: Source, code: str, funds: Sequence[str], years: range) -> Figures:
    """Read what an area has from the run's own table."""
    sums = dict.fromkeys(MEASURES, 0)
    for _, fund, measure, year, pence in run.table("areas_told").where(area=code).rows():
        if fund in funds and int(year) in years:
            sums[measure] += int(pence)
    return sums


def _told(scenario: Scenario, path: int, code: str, funds: Sequence[str], years: range) -> Figures:
    """Tell a path of a scenario, and take what an area has of it."""
    told, area = tell_path(scenario, path), scenario.geography_table.codes.index(code)
    begin = years.start - scenario.year_labels[0]
    rows = slice(begin, begin + len(years))
    own = [fund for fund in funds if fund in scenario.funds]
    return {
        measure: sum(int(told.areas[fund, measure][rows, area].sum()) for fund in own)
        for measure in MEASURES
    }


def _years(one: Source, other: Source, asked: int | None) -> tuple[int, int]:
    """Give the first and the last year that both runs have, or the one that is asked for."""
    labels, others = one.scenario.year_labels, other.scenario.year_labels
    both = [label for label in labels if label in others]
    if not both:
        message = (
            f"{other.folder} has the years {others[0]} to {others[-1]} and {one.folder} those from "
            f"{labels[0]} to {labels[-1]}: there is none in both; choose runs that overlap"
        )
        raise InputError([Problem(AGAINST, "", message)])
    if asked is None:
        return both[0], both[-1]
    find_year(one.scenario, asked)
    if asked not in both:
        message = f"{other.folder} has no year {asked}; choose one from {both[0]} to {both[-1]}"
        raise InputError([Problem("--year", "", message)])
    return asked, asked


def _refuse_other_places(other: Source, code: str) -> None:
    places = other.scenario.geography_table
    if code not in places.codes:
        message = (
            f"{other.folder} has no area {code}; the difference is taken for an area of both runs, "
            "so choose another area or another run"
        )
        raise InputError([Problem(AGAINST, "", message)])
