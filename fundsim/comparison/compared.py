"""Rules held against the first of them: all that was kept of their paths, and the tables of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fundsim.comparison.looking import Looking, Part, Sums
from fundsim.comparison.naming import told
from fundsim.metrics.series import Basis
from fundsim.metrics.statistics import Moments, mean_and_error
from fundsim.money import Real
from fundsim.results.table import Row, Table, in_pounds, plain
from fundsim.scenario import Scenario

SURE = 1.96  # standard errors to each side of a mean: 95 % of a normal distribution
APART = ("difference", "difference_se", "low", "high")
AREAS = (
    *("area", "name", "nation", "region", "foundation", "tenth", "population", "rule"),
    *("pounds", "se", "per_head", *APART, "percent"),
    *("chance_of_gaining", "chance_of_losing", "mean_gain", "mean_loss"),
)
GROUPS = (
    *("level", "group", "population", "rule", "pounds", "se", "per_head", "share", *APART),
    *("areas_gaining", "areas_losing", "people_gaining", "people_losing"),
)
MEASURES = ("measure", "title", "unit", "direction", "rule", "mean", "se", *APART, "why_empty")
TENTHS = ("tenth", "rule", "per_head", "se")
RULES = ("rule", "held_against", "what_it_is", "remarks", "unverified")


class Comparison(Protocol):
    """Rules held against the first of them, live or read from a folder."""

    @property
    def scenario(self) -> Scenario:
        """The scenario under the first rule."""

    @property
    def scenarios(self) -> Mapping[str, Scenario]:
        """The scenario under each rule, by name."""

    @property
    def rules(self) -> Sequence[str]:
        """The rules by name, the first the one that others are held against."""

    @property
    def base(self) -> str:
        """The rule that others are held against."""

    @property
    def fund(self) -> str | None:
        """The fund whose rule is compared; None where scenarios differ as they may."""

    @property
    def measure(self) -> str:
        """What is compared: what areas are paid, or what they are allocated."""

    @property
    def basis(self) -> Basis:
        """In which pounds: of the day, or of the start date."""

    @property
    def exact(self) -> bool:
        """Whether there is no chance in it: one pot, shared once."""

    @property
    def paths(self) -> int:
        """How many possible futures were compared."""

    @property
    def asked(self) -> Mapping[str, Any]:
        """What was asked for, in plain values."""

    def table(self, name: str) -> Table:
        """Give one of its tables: areas, groups, measures, tenths, rules."""


@dataclass(frozen=True)
class Compared:
    """Rules compared on the same money; the first is the one that others are held against.

    `scenarios` are by rule, in order. `fund` is the one whose rule differs; None where scenarios
    differ as they may. `parts` have all paths joined. `exact` says that there is no chance in it:
    one pot, shared once. `remarks` say of each rule what a reader should know. `asked` is what was
    asked for, so that it can be asked for again.
    """

    scenarios: Mapping[str, Scenario]
    fund: str | None
    looking: Looking
    parts: Mapping[str, Part]
    paths: int
    exact: bool
    remarks: Mapping[str, Sequence[str]]
    asked: Mapping[str, Any]

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules by name, the first the one that others are held against."""
        return tuple(self.scenarios)

    @property
    def base(self) -> str:
        """The rule that others are held against."""
        return self.rules[0]

    @property
    def scenario(self) -> Scenario:
        """The scenario under the first rule."""
        return self.scenarios[self.base]

    @property
    def measure(self) -> str:
        """What is compared: what areas are paid, or what they are allocated."""
        return self.looking.measure

    @property
    def basis(self) -> Basis:
        """In which pounds: of the day, or of the start date."""
        return self.looking.basis

    def table(self, name: str) -> Table:
        """Give one of its tables."""
        return self.tables[name]

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Every table of the comparison, by name."""
        return {
            "areas": Table("areas", AREAS, self._areas),
            "groups": Table("groups", GROUPS, self._groups),
            "measures": Table("measures", MEASURES, self._measures),
            "tenths": Table("tenths", TENTHS, self._tenths),
            "rules": Table("rules", RULES, self._rules),
        }

    def mean(self, rule: str) -> Real:
        """What areas have under a rule, in pence, `(area,)`."""
        return joined(self.parts[rule].areas.own).mean

    def apart(self, rule: str) -> Moments:
        """How far that is from what they have under the first, `(area,)`."""
        return joined(self.parts[rule].areas.apart)

    def _areas(self) -> Iterator[Row]:
        places, tenth = self.looking.geography, self.looking.groups.get("tenth")
        for rule in self.rules:
            cells = self._of_members(rule, self.parts[rule].areas, places.population)
            chances = self._chances(self.parts[rule])
            base, moved = self.mean(self.base), self.apart(rule).mean
            for area, code in enumerate(places.codes):
                head = code, places.names[area], places.nations[area], places.regions[area]
                own = "" if tenth is None else tenth[0][tenth[1][area]]
                who = places.foundation_ids[area], own, str(places.population[area]), rule
                percent = _percent(moved[area], base[area])
                yield *head, *who, *cells[area], percent, *chances[area]

    def _of_members(
        self, rule: str, sums: Sums, population: NDArray[np.int64]
    ) -> list[tuple[str, ...]]:
        own, apart = joined(sums.own), joined(sums.apart)
        columns = own.mean, self._errors(own), apart.mean, self._errors(apart), population
        return [
            (
                *(in_pounds(pence), in_pounds(error)),
                in_pounds(pence / people) if people else "",
                *self._interval(mean, off, rule),
            )
            for pence, error, mean, off, people in zip(*columns, strict=True)
        ]

    def _errors(self, moments: Moments) -> Real:
        """Give standard errors; none at all where nothing is left to chance."""
        return np.zeros_like(moments.mean) if self.exact else moments.error

    def _interval(self, mean: float, error: float, rule: str) -> tuple[str, ...]:
        if rule == self.base:
            return "", "", "", ""
        low, high = mean - SURE * error, mean + SURE * error
        return in_pounds(mean), in_pounds(error), in_pounds(low), in_pounds(high)

    def _chances(self, part: Part) -> list[tuple[str, ...]]:
        cells: list[tuple[str, ...]] = []
        for gain, loss, gained, lost in zip(
            part.gaining, part.losing, part.gained, part.lost, strict=True
        ):
            cells.append(
                (
                    plain(gain / self.paths),
                    plain(loss / self.paths),
                    in_pounds(gained / gain) if gain else "",
                    in_pounds(lost / loss) if loss else "",
                )
            )
        return cells

    def _groups(self) -> Iterator[Row]:
        people = self.looking.geography.population
        for level, (names, group) in self.looking.groups.items():
            population = np.bincount(group, people, len(names)).astype(np.int64)
            for rule in self.rules:
                sums = self.parts[rule].groups[level]
                cells = self._of_members(rule, sums, population)
                total = joined(sums.own).mean.sum()
                moved = self.apart(rule).mean
                for number, name in enumerate(names):
                    inside = group == number
                    gains, losses = inside & (moved > 0), inside & (moved < 0)
                    share = joined(sums.own).mean[number] / total if total else 0.0
                    pounds, error, per_head, *apart = cells[number]
                    counts = gains.sum(), losses.sum(), people[gains].sum(), people[losses].sum()
                    yield (
                        *(level, name, str(population[number]), rule, pounds, error),
                        *(per_head, plain(share), *apart, *map(str, counts)),
                    )

    def _measures(self) -> Iterator[Row]:
        lacking = self.looking.lacking()
        for name, spread in self.looking.spreads.items():
            for rule in self.rules:
                head = name, spread.title, spread.unit, str(spread.direction), rule
                figure = self.parts[rule].measures.get(name)
                if figure is None:
                    yield *head, *[""] * 6, lacking.get(name, "no amount year by year is known")
                    continue
                base = self.parts[self.base].measures[name]
                yield *head, *self._figures(figure, base, rule), _endless(figure, spread.infinite)

    def _figures(self, figure: Real, base: Real, rule: str) -> tuple[str, ...]:
        if not np.isfinite(figure).all():
            return "", "", "", "", "", ""
        mean, error = self._mean_and_error(figure)
        own = plain(mean), plain(error)
        if rule == self.base or not np.isfinite(base).all():
            return *own, "", "", "", ""
        apart, off = self._mean_and_error(figure - base)
        return *own, *(plain(x) for x in (apart, off, apart - SURE * off, apart + SURE * off))

    def _mean_and_error(self, figure: Real) -> tuple[float, float]:
        mean, error = mean_and_error(figure)
        return mean, 0.0 if self.exact else error

    def _tenths(self) -> Iterator[Row]:
        for rule in self.rules:
            tenths = self.parts[rule].tenths
            for number, figure in enumerate(() if tenths is None else tenths, start=1):
                mean, error = self._mean_and_error(figure)
                yield str(number), rule, in_pounds(mean), in_pounds(error)

    def _rules(self) -> Iterator[Row]:
        for rule, scenario in self.scenarios.items():
            rules = [
                fund.allocation
                for name, fund in scenario.funds.items()
                if self.fund in (None, name)
            ]
            titles = "; ".join(dict.fromkeys(told(one) for one in rules))
            doubts = "; ".join(dict.fromkeys(d for one in rules for d in one.doubts()))
            against = "" if rule == self.base else self.base
            remarks = "; ".join(self.remarks.get(rule, ()))
            yield rule, against, titles, remarks, doubts


def joined(units: Sequence[Moments]) -> Moments:
    """Join the moments of units, in their order."""
    return units[0] if len(units) == 1 else Moments.joined(units)


def join(blocks: Iterable[Sequence[Part]]) -> list[Part]:
    """Put blocks of paths together, rule by rule, in their order."""
    whole: list[Part] = []
    for parts in blocks:
        whole = [_with(*two) for two in zip(whole, parts, strict=True)] if whole else list(parts)
    return whole


def _with(one: Part, other: Part) -> Part:
    return Part(
        _sums(one.areas, other.areas),
        {level: _sums(sums, other.groups[level]) for level, sums in one.groups.items()},
        one.gaining + other.gaining,
        one.losing + other.losing,
        one.gained + other.gained,
        one.lost + other.lost,
        {name: np.concatenate([f, other.measures[name]]) for name, f in one.measures.items()},
        None
        if one.tenths is None or other.tenths is None
        else np.concatenate([one.tenths, other.tenths], axis=1),
    )


def _sums(one: Sums, other: Sums) -> Sums:
    return Sums([joined([*one.own, *other.own])], [joined([*one.apart, *other.apart])])


def _percent(apart: float, base: float) -> str:
    return plain(100 * apart / base) if base else ""


def _endless(figure: Real, words: str) -> str:
    return "" if np.isfinite(figure).all() else words
