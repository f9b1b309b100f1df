"""What an allocation rule may see: the members that a round is shared between, and its day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fundsim.errors import nearest
from fundsim.money import Pence, Real
from fundsim.places import Geography
from fundsim.places.columns import Quantity, undescribed
from fundsim.rules.base import Fault
from fundsim.rules.need import Blend, Need
from fundsim.rules.working import Working
from fundsim.units import months_after

By = Literal["nation", "region", "foundation"]
Rows = NDArray[np.intp]
_FEW = 5
_ONE_OF: Mapping[Quantity, str] = {
    "pounds": "one of pounds",
    "pounds a head": "one of pounds a head",
    "people": "one that counts people",
}


@dataclass(frozen=True)
class When:
    """A round's place in time: its day, and that of the fund's first round."""

    day: date
    first: date

    @property
    def years(self) -> int:
        """How many whole years have passed since the fund's first round; 0 before it."""
        years = self.day.year - self.first.year
        return max(years - (self.day < months_after(self.first, 12 * years)), 0)


FIRST = When(date(2000, 1, 1), date(2000, 1, 1))
"""A round outside any run, as if it were a fund's first."""


@dataclass(frozen=True)
class Round:
    """A pot of money and the members that share it: areas, or groups of areas.

    `rows` are rows of the geography and `owner` says which member each belongs to. A group's
    population is the sum over its areas; its column is a sum or a mean weighted by population, as
    the table says of the column. `when` is the round's place in time, and `before` what each member
    got in the round before, `(member, path)`, where there was one.
    """

    geography: Geography
    need_by: Need
    pot: Pence
    rows: Rows
    owner: Rows
    titles: tuple[str, ...]
    name: str = "the geography"
    when: When = FIRST
    before: Pence | None = None

    @classmethod
    def over(
        cls,
        geography: Geography,
        need_by: Need,
        pot: Pence,
        *,
        when: When = FIRST,
        before: Pence | None = None,
    ) -> Round:
        """Make a round between all areas of a geography."""
        rows = np.arange(len(geography.codes))
        return cls(geography, need_by, pot, rows, rows, geography.names, when=when, before=before)

    def __len__(self) -> int:
        return len(self.titles)

    @cached_property
    def population(self) -> Real:
        """People in each member, `(member,)`."""
        return self._summed(self.geography.population[self.rows].astype(np.float64))

    @property
    def money(self) -> Real:
        """The pot as figures that rules reckon with, pence, `(1, path)`."""
        return self.pot.astype(np.float64)[np.newaxis]

    def people(self) -> Working:
        """People in each member, to begin an account with."""
        return Working.start("people", self.population, "people")

    def read(self, name: str, *, key: str) -> Working:
        """Read a column to begin an account with; a fault as in `column`."""
        return Working.start(self.title_of(name), self.column(name, key=key))

    def pounds(self, name: str, *, key: str) -> Working:
        """Read a column of pounds that areas have, in whole pence; groups have what theirs have.

        One that its table describes in another unit, or as a mean, is a fault at `key`, and so is
        for groups one that is not described as a sum, since it cannot be added up.
        """
        self.refuse_unlike(name, "pounds", key)
        pounds = self.column(name, key=key)
        about = self.geography.about.get(name)
        if len(self) != len(self.rows) and (about is None or about.aggregate != "sum"):
            unsaid = about is None or about == undescribed(name, about.nations)
            adds_up = "does not say whether it adds up" if unsaid else "is a mean"
            message = (
                f'column "{name}" {adds_up}, so that the pounds of a group are not known; describe '
                "it as a sum in the table's companion (aggregate)"
            )
            raise Fault(message, key)
        return Working.start(self.title_of(name), np.rint(pounds * 100), "pence")

    def refuse_unlike(self, name: str, quantity: Quantity, *key: str) -> None:
        """Refuse a column that its table describes as something else than a rule asks for.

        Pounds and people of areas are sums, pounds a head are means. A column of which no unit is
        stated passes, as all do of a table that nobody described.
        """
        about = self.geography.about.get(name)
        wrong = about.unlike(quantity) if about is not None else ""
        if wrong:
            message = f'column "{name}" {wrong}; choose {_ONE_OF[quantity]}'
            raise Fault(f"{message}{self._such_as(quantity)}", *key)

    def _such_as(self, quantity: Quantity) -> str:
        """Name a few columns that would do: in that unit, and stated for all areas here."""
        fitting = [
            name
            for name, about in self.geography.about.items()
            if about.quantity == quantity
            and not about.unlike(quantity)
            and not np.isnan(self.geography.columns[name][self.rows]).any()
        ]
        if fitting:
            return f", such as {', '.join(fitting[:_FEW])}"
        return "; the table describes none, so bring one in a table of your own"

    def title_of(self, name: str) -> str:
        """Say what a column is called."""
        about = self.geography.about.get(name)
        return about.title if about else name

    def _summed(self, values: Real) -> Real:
        sums = np.bincount(self.owner, weights=values, minlength=len(self))
        return sums.astype(np.float64)

    def column(self, name: str, *, key: str) -> Real:
        """Read a column, `(member,)`; an unknown one or an empty cell is a fault at `key`."""
        self.refuse_unknown(name, key)
        return self._gathered(self.geography.columns[name][self.rows], name, key)

    def refuse_unknown(self, name: str, *key: str) -> None:
        """Refuse a column that the table lacks, with the nearest that it has."""
        if name not in self.geography.columns:
            hint = nearest(name, self.geography.columns) or _it_has(self.geography.columns)
            message = f'the table of areas has no column "{name}"{hint}'
            raise Fault(message, *key)

    def _gathered(self, values: Real, name: str, key: str) -> Real:
        empty = np.flatnonzero(np.isnan(values))
        if len(empty):
            few = ", ".join(self.geography.names[self.rows[i]] for i in empty[:_FEW])
            more = f" and {len(empty) - _FEW} more" if len(empty) > _FEW else ""
            message = (
                f'column "{name}" is empty for {few}{more}; leave these areas out with '
                "geography.where, or choose a column that is stated for them"
            )
            raise Fault(message, key)
        if len(self.rows) == len(self):
            return values
        if name in self.geography.about and self.geography.about[name].aggregate == "sum":
            return self._summed(values)
        people = self.geography.population[self.rows].astype(np.float64)
        return np.asarray(self._summed(values * people) / self._summed(people))

    def need(self) -> Working:
        """Read the scenario's need, `(member, 1)`, on the round's day.

        Refused where it would compare areas of several nations by a column whose scale belongs to
        each nation alone, and where more of it is less need.
        """
        spec = self.need_by
        if isinstance(spec, Blend):
            return self._blended(spec)
        nations = {self.geography.nations[row] for row in self.rows}
        own = spec if isinstance(spec, str) else None
        if own is not None and own not in self.geography.columns:
            return self.read(own, key="")  # raises, with the nearest name
        if len(nations) > 1 and (own is None or self.geography.about[own].comparable == "nation"):
            message = (
                f"need ({own or 'one column a nation'}) has a scale of its own in each nation and "
                f"cannot compare areas of {', '.join(sorted(nations))}; share between nations "
                "first (a hierarchy by nation), or choose a column that is comparable across the UK"
            )
            raise Fault(message)
        if own is not None:
            return self._need_in(own)
        (nation,) = nations
        if nation not in spec:
            message = f"geography.need states no column for {nation}"
            raise Fault(message)
        return self._need_in(spec[nation])

    def _need_in(self, name: str) -> Working:
        turned = self.geography.less_need(name)
        if turned:
            message = f"need ({name}): {turned}"
            raise Fault(message)
        return self.read(name, key="")

    def _blended(self, spec: Blend) -> Working:
        """Work a blend out over all areas of the nations that are here, and take the members'."""
        here = {self.geography.nations[row] for row in self.rows}
        among = np.array([nation in here for nation in self.geography.nations])
        try:
            need = spec.read(self.geography, among, self.when.years)
        except Fault as fault:
            raise Fault(fault.message) from None
        place = (among.cumsum() - 1)[self.rows]
        if len(self.rows) == len(self):
            return need.at(place)
        people = self.geography.population[self.rows].astype(np.float64)
        mean = self._summed(need.values[place, 0] * people) / self._summed(people)
        return Working.start("need, the mean of people's areas", mean)

    def groups(self, by: By) -> dict[str, Rows]:
        """Give the members of each nation, region or foundation, in order of first appearance."""
        label = {
            "nation": self.geography.nations,
            "region": self.geography.regions,
            "foundation": self.geography.foundation_ids,
        }[by]
        groups: dict[str, list[int]] = {}
        for member, row in enumerate(self.rows):
            groups.setdefault(label[row], []).append(member)
        return {name: np.array(members) for name, members in groups.items()}

    def grouped(self, by: By) -> Round:
        """Give the round between the groups instead of their areas."""
        groups = self.groups(by)
        owner = np.empty(len(self.rows), np.intp)
        for number, members in enumerate(groups.values()):
            owner[members] = number
        before = self.before
        if before is not None:
            before = np.stack([before[members].sum(axis=0) for members in groups.values()])
        return replace(self, owner=owner, titles=tuple(groups), before=before)

    def within(self, members: Rows, name: str = "") -> Round:
        """Give the round between some of the areas only."""
        rows = self.rows[members]
        titles = tuple(self.titles[i] for i in members)
        return replace(
            self,
            rows=rows,
            owner=np.arange(len(rows)),
            titles=titles,
            name=name or _and_more(titles),
            before=None if self.before is None else self.before[members],
        )

    def with_pot(self, pot: Pence) -> Round:
        """Give the same round with other money, `(path,)`."""
        return replace(self, pot=pot)

    def has(self, name: str) -> bool:
        """Say whether a member is called so."""
        return name in self._numbers

    def find(self, name: str, key: str, *, remedy: str = "") -> int:
        """Find a member by name, or an area by code."""
        if name in self._numbers:
            return self._numbers[name]
        hint = nearest(name, self._numbers) or _it_has(self.titles)
        message = f'"{name}" is not in {self.name}{hint}{remedy}'
        raise Fault(message, key, name)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        numbers = {title: i for i, title in enumerate(self.titles)}
        if len(self.rows) == len(self):
            numbers |= {self.geography.codes[row]: i for i, row in enumerate(self.rows)}
        return numbers


def _it_has(names: Iterable[str]) -> str:
    """Name what there is, where nothing is near to what was asked for."""
    there = list(names)
    return f"; it has {', '.join(there[:_FEW])}{', ...' if len(there) > _FEW else ''}"


def _and_more(titles: tuple[str, ...]) -> str:
    others = len(titles) - 1
    return titles[0] + (f" and {others} {'others' if others > 1 else 'other'}" if others else "")
