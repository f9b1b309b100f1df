"""Rules that choose areas: the worst by measures, the first of a ranking, the tiers of a region.

Ranks go from the worst down. Members whose figures are equal keep the order of the round, which is
nation, foundation, area code; remarks name those between whom nothing but that order decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from fundsim.money import Real
from fundsim.rules.allocation.answers import AllocationRule, Answer, Ratios
from fundsim.rules.allocation.bases import basis, names, told_at
from fundsim.rules.allocation.plain import as_far_as_it_goes
from fundsim.rules.base import Fault, Setting
from fundsim.rules.round import By, Round, Rows
from fundsim.rules.working import Working
from fundsim.units import Money, Share

Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]
_BY = "what the ranking goes by: need, population or a column"
_WORSE = "true: the highest figures come first; false: the lowest"
_EACH = (
    "what each area chosen gets, all less in proportion where the money is short; equal parts of "
    "all money if left out"
)
_NOISE = 1 + 1e-12  # as a float, 0.29 times 100 is not quite 29


class Worst(Setting):
    """Which areas are among the worst by a measure."""

    column: str = Field(min_length=1, description="the measure: a column, need or population")
    worst: Share = Field(gt=0, description="the share that counts as the worst, such as 10%")
    higher_is_worse: bool = Field(default=True, strict=True, description=_WORSE)

    def mark(self, round: Round, weights: Real, key: str) -> _Marked:
        """Mark members that, with all that are worse, hold no more than the share of all weights.

        Equal figures are equally bad: none of them is worse than another.
        """
        with told_at(key, "column"):
            worse = self.higher_is_worse
            measure = measured(round, self.column, "", higher_is_worse=worse)
            ranks = _ranked(measure, higher_first=worse)
        reached = np.add.accumulate(np.append(0.0, weights[np.argsort(ranks.place)]))
        most = self.worst * reached[-1] * _NOISE
        chosen = reached[ranks.first - 1] + weights <= most
        edge = np.isin(ranks.first, ranks.first[chosen]) & (reached[ranks.last] > most)
        words = f"the worst {100 * self.worst:.6g} % by {round.title_of(self.column)}"
        return _Marked(chosen, edge, words)


class _Marked(NamedTuple):
    """Members among the worst, those equal at the edge that do not all fit, and what it means."""

    chosen: Mask
    edge: Mask
    words: str


class EitherOrBoth(AllocationRule):
    """Only areas that are among the worst by two measures, or by either of them."""

    kind: Literal["either_or_both"] = "either_or_both"
    first: Worst = Field(description="the first measure, and how much of it is the worst")
    second: Worst = Field(description="the second measure, and how much of it is the worst")
    both: bool = Field(
        default=True,
        strict=True,
        description="true: areas among the worst by both; false: by either of them",
    )
    of: Literal["areas", "people"] = Field(
        "areas", description="the worst tenth of all areas, or areas that hold a tenth of people"
    )
    share: str = Field(
        "population",
        min_length=1,
        description="what shares go by: population, equal, need (people times need) or a column",
    )

    def shares(self, round: Round) -> Ratios:
        """x_i = B · w_i / Σ_E w for the areas i of E, which are in both worst parts, or in either.

        Left-behind wards in England are in the worst tenth by deprivation and by community needs
        (All-Party Parliamentary Group for left-behind neighbourhoods, 29 June 2021).
        """
        one, two = self._marked(round)
        weights = basis(round, self.share, "share")
        if self.both:
            for marked in (one, two):
                weights = weights.times(f"in {marked.words}: 1, else 0", figures(marked.chosen))
        else:
            either = figures(one.chosen | two.chosen)
            weights = weights.times(f"in {one.words}, or in {two.words}: 1, else 0", either)
        if not weights.values.any():
            join = "and" if self.both else "or"
            message = f"no area that has a share is in {one.words} {join} in {two.words}"
            raise Fault(message, "first", "worst")
        return Ratios.of(weights)

    def _marked(self, round: Round) -> tuple[_Marked, _Marked]:
        weights = np.ones(len(round)) if self.of == "areas" else round.population
        return self.first.mark(round, weights, "first"), self.second.mark(round, weights, "second")

    def remarks(self, round: Round) -> Iterator[str]:
        """Say how many areas are eligible, and who is equal at the edge."""
        one, two = self._marked(round)
        chosen = one.chosen & two.chosen if self.both else one.chosen | two.chosen
        people = round.population[chosen].sum()
        yield f"{chosen.sum():,} of {len(round):,} areas are eligible, with {people:,.0f} people"
        for marked in (one, two):
            if marked.edge.any():
                which = "all of them are in" if self.of == "areas" else "those that fit are in"
                yield f"equal at the edge of {marked.words}: {names(round, marked.edge)}; {which}"


class RankTopN(AllocationRule):
    """The first areas of a ranking, with at most so many in each region."""

    kind: Literal["rank_top_n"] = "rank_top_n"
    places: int = Field(ge=1, strict=True, description="how many areas are chosen")
    by: str = Field("need", min_length=1, description=_BY)
    higher_is_worse: bool = Field(default=True, strict=True, description=_WORSE)
    most_per_region: int | None = Field(
        None, ge=1, strict=True, description="at most so many in each; no limit if left out"
    )
    within: By = Field("region", description="what that limit holds in")
    each: Money | None = Field(None, gt=0, description=_EACH)

    def shares(self, round: Round) -> Answer:
        """x_i = a for the first n areas of the ranking that are within their region's limit.

        x_i = B / n where no amount is stated. Pride in Place and the Towns Fund chose in such ways.
        """
        ranking = self._ranking(round)
        part = Working.start("the same for each area", np.ones(len(round)))
        if self.most_per_region is not None:
            words = f"one of the first {self.most_per_region} in its {self.within}: 1, else 0"
            part = part.times(words, figures(ranking.allowed))
        before = Working.start("the places, and one", np.full(len(round), self.places + 1.0))
        before = before.minus(f"its place by {round.title_of(self.by)}", figures(ranking.place))
        chosen = before.at_least("later places get nothing", 0.0).at_most("the others count 1", 1.0)
        return _paid(part.times("chosen", chosen), self.each, round)

    def needed(self, round: Round) -> int:
        """Give the pot that pays every area chosen: n · a."""
        return int(self._ranking(round).chosen.sum()) * self.each if self.each else 0

    def _ranking(self, round: Round) -> _Ranking:
        measure = measured(round, self.by, "by", higher_is_worse=self.higher_is_worse)
        ranks = _ranked(measure, higher_first=self.higher_is_worse)
        allowed = np.ones(len(round), np.bool_)
        if self.most_per_region is not None:
            _, group = _groups(round, self.within)
            inside = _ranked(measure, group, higher_first=self.higher_is_worse)
            allowed = inside.place <= self.most_per_region
        order, place = np.argsort(ranks.place), np.empty(len(round), np.int64)
        place[order] = allowed[order].cumsum() + ~allowed[order]
        return _Ranking(ranks.first, allowed, place, allowed & (place <= self.places))

    def remarks(self, round: Round) -> Iterator[str]:
        """Say where only the order of areas decided, and how many places stay empty."""
        ranking = self._ranking(round)
        empty = self.places - ranking.chosen.sum()
        if empty:
            yield f"{empty:,} of {self.places:,} places stay empty: no other area may be chosen"
        what = round.title_of(self.by)
        yield from _undecided(round, ranking.first, ranking, ranking.allowed, what)
        groups, group = _groups(round, self.within)
        alike = ranking.first * len(groups) + group
        yield from _undecided(round, alike, ranking, ~ranking.allowed, what)


class _Ranking(NamedTuple):
    """The first place of a member's equals, whether its region has room for it, and its place."""

    first: Counts
    allowed: Mask
    place: Counts
    chosen: Mask


def _undecided(
    round: Round, alike: Counts, ranking: _Ranking, among: Mask, what: str
) -> Iterator[str]:
    """Name members that were passed over though they are like others that were chosen."""
    out = among & ~ranking.chosen
    for same in np.intersect1d(alike[ranking.chosen], alike[out]):
        left, taken = (names(round, mask & (alike == same)) for mask in (out, ranking.chosen))
        yield f"not chosen: {left}, equal to {taken} by {what}; only the order of areas decided"


class Tiers(AllocationRule):
    """All areas of the high tier of each region, and others that are named by discretion."""

    kind: Literal["tiers"] = "tiers"
    by: str = Field("need", min_length=1, description=_BY)
    higher_is_worse: bool = Field(default=True, strict=True, description=_WORSE)
    within: By = Field("region", description="what areas are ranked in")
    high: Share = Field(1 / 3, description="the share of areas in the high tier")
    medium: Share = Field(1 / 3, description="the share in the medium tier; others are in the low")
    discretion: list[str] = Field(
        default_factory=list,
        description="areas of the medium and low tiers that are chosen too, by name or code",
    )
    each: Money | None = Field(None, gt=0, description=_EACH)

    @model_validator(mode="after")
    def _leave_no_more_than_all(self) -> Self:
        if self.high + self.medium > _NOISE:
            message = f"the tiers take {self.high + self.medium:.6g} of all areas, more than 1"
            raise Fault(message, "medium")
        return self

    def shares(self, round: Round) -> Answer:
        """x_i = a, or equal parts of B, for areas of the high tier and for others that are named.

        Of m areas of a region, high · m to the nearest whole number are in the high tier, with all
        that are equal to the last of them. Of the towns in the Towns Fund all high ones were taken,
        and ministers chose among the others (National Audit Office, 21 July 2020).
        """
        high = self._tiers(round).high
        named = self._named(round) & ~high
        if not (high | named).any():
            message = "no area is in the high tier, and none is named; raise high, or name areas"
            raise Fault(message, "high")
        words = f"in the high tier of its {self.within}: 1, else 0"
        part = Working.start("the same for each area", np.ones(len(round)))
        part = part.times(words, figures(high))
        part = part.plus("named, and not in the high tier: 1, else 0", figures(named))
        return _paid(part, self.each, round)

    def needed(self, round: Round) -> int:
        """Give the pot that pays every area of the high tier and every one that is named."""
        chosen = self._tiers(round).high | self._named(round)
        return int(chosen.sum()) * self.each if self.each else 0

    def _named(self, round: Round) -> Mask:
        found = members(round, enumerate(self.discretion), "discretion")
        return np.isin(np.arange(len(round)), [member for member in found if member is not None])

    def _tiers(self, round: Round) -> _Tiers:
        _, group = _groups(round, self.within)
        measure = np.empty(len(round))
        for rows in _rows(group):  # a scale that belongs to each nation alone ranks inside it
            part = round.within(rows) if len(round.rows) == len(round) else round
            values = measured(part, self.by, "by", higher_is_worse=self.higher_is_worse)
            measure[rows] = values if part is not round else values[rows]
        ranks = _ranked(measure, group, higher_first=self.higher_is_worse)
        upto = [np.floor(_NOISE * share * ranks.of + 0.5) for share in self._reach()]
        high, medium = (ranks.first <= last for last in upto)
        return _Tiers(high, medium & ~high, high & (ranks.last > upto[0]))

    def _reach(self) -> tuple[float, float]:
        return self.high, self.high + self.medium

    def remarks(self, round: Round) -> Iterator[str]:
        """Say how many are chosen by the ranking and how many by discretion, and who is equal."""
        tiers, named = self._tiers(round), self._named(round)
        extra = named & ~tiers.high
        yield f"areas in high tiers: {tiers.high.sum():,}; from discretion: {extra.sum():,}"
        for words, mask in ("the medium", tiers.medium), ("the low", ~tiers.high & ~tiers.medium):
            if (mask & named).any():
                yield f"named, and in {words} tier: {names(round, mask & named)}"
        if (named & tiers.high).any():
            yield f"named, though in the high tier anyway: {names(round, named & tiers.high)}"
        if tiers.edge.any():
            yield f"equal at the edge of a high tier, and all in it: {names(round, tiers.edge)}"


class _Tiers(NamedTuple):
    high: Mask
    medium: Mask
    edge: Mask


class _Ranks(NamedTuple):
    """Places inside a group from 1: a member's own, the first and last of its equals, and all."""

    place: Counts
    first: Counts
    last: Counts
    of: Counts


def _ranked(measure: Real, group: Rows | None = None, *, higher_first: bool) -> _Ranks:
    group = np.zeros(len(measure), np.intp) if group is None else group
    order = np.lexsort((-measure if higher_first else measure, group))
    size = np.bincount(group)
    begin = (size.cumsum() - size)[group[order]]
    new = np.append(True, (np.diff(measure[order]) != 0) | (np.diff(group[order]) != 0))
    starts = np.flatnonzero(new)
    run = new.cumsum() - 1
    ends = np.append(starts[1:], len(order))
    ranks = np.empty((3, len(order)), np.int64)
    ranks[:, order] = np.arange(len(order)) + 1 - begin, starts[run] + 1 - begin, ends[run] - begin
    place, first, last = ranks
    return _Ranks(place, first, last, size[group])


def measured(round: Round, name: str, key: str, *, higher_is_worse: bool) -> Real:
    """Read what a ranking goes by, `(member,)`; the higher cannot be worse where more is less need.

    The rule says which end is the worse, so that nothing but a default can contradict the table.
    """
    if name == "need":
        with told_at(key):
            return round.need().values[:, 0]
    about = round.geography.about.get(name)
    if higher_is_worse and about is not None and about.more_means == "less need":
        message = (
            f'more of column "{name}" means less need, so that the best off would count as the '
            "worst; state higher_is_worse = false"
        )
        raise Fault(message, key)
    return basis(round, name, key).values[:, 0]


def figures(marks: Mask | Counts) -> Real:
    """Take marks and counts as figures to reckon with."""
    return marks.astype(np.float64)


def _groups(round: Round, by: By) -> tuple[list[str], Rows]:
    """Name the nations, regions or foundations, and say which each member is in, `(member,)`."""
    groups, label = round.groups(by), np.empty(len(round.rows), np.intp)
    for number, rows in enumerate(groups.values()):
        label[rows] = number
    _, first = np.unique(round.owner, return_index=True)
    return list(groups), label[first]  # a group of areas is where its first area is


def _rows(group: Rows) -> Iterator[Rows]:
    order = np.argsort(group, kind="stable")
    yield from np.split(order, np.bincount(group).cumsum()[:-1])


def _paid(parts: Working, each: int | None, round: Round) -> Answer:
    """Give each chosen member an amount in pence as far as the money goes, or equal parts of it."""
    if each is None:
        return Ratios.of(parts)
    return as_far_as_it_goes(parts.times("the amount for each", float(each), "pence"), round)


def members(round: Round, wanted: Iterable[tuple[str | int, str]], key: str) -> list[int | None]:
    """Find the members that areas are, or lie in; None for an area that shares elsewhere.

    `wanted` are keys under `key`, with names or codes. One that no area has is a fault there.
    """
    geography = round.geography
    table = {name: row for row, name in enumerate(geography.names)}
    table |= {code: row for row, code in enumerate(geography.codes)}
    inside = dict(zip(round.rows.tolist(), round.owner.tolist(), strict=True))
    found: list[int | None] = []
    for at, name in wanted:
        with told_at(key, at):
            elsewhere = name in table and not round.has(name)
            found.append(inside.get(table[name]) if elsewhere else round.find(name, key))
    return found
