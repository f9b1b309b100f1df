"""Counting people in need in every area, by a column that counts them or gives their share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fundsim.errors import InputError, Problem, nearest
from fundsim.money import Real
from fundsim.places import Geography
from fundsim.places.columns import Column, undescribed
from fundsim.scenario import Scenario

LEFT_BEHIND = "lbn_pop"
"""The column of the packaged table that counts people in left-behind places."""
_PEOPLE = ("person", "people")  # how the unit of a count of people begins
_SHARE = "share of people"  # how the title of a column begins that is a share of them


@dataclass(frozen=True)
class InNeed:
    """People in need in each area, `(area,)`, at most all who live there; and whom they are.

    `counts` says that the column counts them itself, and `capped` in how many areas it has more
    people than the table says live there.
    """

    name: str
    title: str
    people: Real
    counts: bool
    capped: int
    caution: str

    @property
    def told(self) -> str:
        """The column, and whom it counts."""
        return f"{self.name} ({self.title})" if self.title else self.name

    @property
    def together(self) -> float:
        """All people in need."""
        return float(self.people.sum())

    def remarks(self) -> Iterator[str]:
        """Say what a reader should know of the count."""
        if self.caution:
            yield self.caution
        if self.capped:
            where = "1 area" if self.capped == 1 else f"{self.capped:,} areas"
            yield f"{self.name} has more people than live there in {where}; all of them are counted"


def in_need(scenario: Scenario, name: str | None, option: str) -> InNeed:
    """Read a column of people in need; one that does not count people is told at the option.

    A column of counts is taken as it is, one of shares of people times the people of the area.
    """
    geography = scenario.geography_table
    if name is None:
        name = _usual(geography, option)
    if name not in geography.columns:
        hint = nearest(name, geography.columns) or f"; there are {', '.join(geography.columns)}"
        _refuse(option, f'the table of areas has no column "{name}"{hint}')
    values, about = geography.columns[name], geography.about[name]
    _check(values, about, geography, option)
    people = geography.population.astype(np.float64)
    counts = values * people if _is_share(about) else values
    return InNeed(
        name,
        about.title,
        np.minimum(counts, people),
        not _is_share(about),
        int((counts > people).sum()),
        _caution(about, geography),
    )


def _usual(geography: Geography, option: str) -> str:
    if LEFT_BEHIND not in geography.columns:
        _refuse(option, "state the column that counts people in need")
    return LEFT_BEHIND


def _is_share(about: Column) -> bool:
    return about.aggregate == "mean" and about.title.lower().startswith(_SHARE)


def _check(values: Real, about: Column, geography: Geography, option: str) -> None:
    name, wrong = about.name, ""
    empty = np.flatnonzero(np.isnan(values))
    if about.unit and not _is_share(about) and not about.unit.lower().startswith(_PEOPLE):
        wrong = f"({about.unit}) does not count people; choose one that does, or a share of people"
    elif len(empty):
        more = f" and {len(empty) - 1:,} more areas" if len(empty) > 1 else ""
        wrong = f"is empty for {geography.names[empty[0]]}{more}; leave them out, or fill them in"
    elif _is_share(about) and values.max(initial=0) > 1:
        wrong = "is above 1 somewhere; a share of people is at most 1"
    elif not about.unit and not _is_share(about) and 0 < values.max(initial=0) <= 1:
        wrong = (
            "has 1 or less for every area, which looks like a share; describe it in the table's "
            f'companion with a title that begins with "{_SHARE}"'
        )
    if wrong:
        _refuse(option, f'column "{name}" {wrong}')


def _caution(about: Column, geography: Geography) -> str:
    if about == undescribed(about.name, about.nations) and about.name != "population":
        return f"nobody says what {about.name} counts; its figures are taken for people"
    nations = sorted(set(geography.nations))
    if len(nations) == 1 or about.comparable == "uk":
        return ""
    return f"{about.name} is counted in a way of its own in each of {', '.join(nations)}"


def _refuse(option: str, message: str) -> None:
    raise InputError([Problem(option, "", message)])
