"""The reclaim fund year by year: what comes in, goes back, is held and is released."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fundsim.chance import UNIT, Streams
from fundsim.money import Pence, Real
from fundsim.portable import exp, exp1, log1
from fundsim.rules.dormant.terms import AssetClass, DormantAssets

MEASURES: Mapping[str, str] = {
    "received": "dormant assets that were transferred",
    "reclaimed": "what owners came back for",
    "returns": "what the money that is held earned",
    "costs": "what the reclaim fund cost",
    "released": "what was released at the year's end",
    "held": "what is held after that",
}
"""The figures of a year, with what each of them is."""


@dataclass(frozen=True)
class Strain:
    """What goes wrong with a class: owners come back `times` as fast, or nothing more comes in.

    Each is by name of class, for each year of the scheme; a class that is left out is untouched.
    """

    times: Mapping[str, Sequence[float]] = field(default_factory=dict)
    withdrawn: Mapping[str, Sequence[bool]] = field(default_factory=dict)


@dataclass(frozen=True)
class Flows:
    """Whole pence of each year, `(year, path)`, by measure.

    What was received and reclaimed is there by class too, as "received: banks".
    """

    pence: Mapping[str, Pence]

    def __getitem__(self, measure: str) -> Pence:
        return self.pence[measure]

    def paths(self, part: slice) -> Flows:
        """Keep some of the paths."""
        return Flows({measure: pence[:, part] for measure, pence in self.pence.items()})

    @classmethod
    def joined(cls, parts: Sequence[Flows]) -> Flows:
        """Put paths side by side."""
        measures = parts[0].pence
        return cls({name: np.concatenate([p[name] for p in parts], axis=1) for name in measures})

    @property
    def ruined(self) -> NDArray[np.bool_]:
        """Whether what is held has fallen below nothing in a year or before, `(year, path)`."""
        return np.asarray(np.logical_or.accumulate(self["held"] < 0, axis=0))

    def imbalance(self) -> Pence:
        """Give what is not accounted for, `(year, path)`: nothing, on every path.

        received + returns so far = reclaimed + costs + released so far + held.
        """
        came = (self["received"] + self["returns"]).cumsum(axis=0)
        went = (self["reclaimed"] + self["costs"] + self["released"]).cumsum(axis=0)
        return np.asarray(came - went - self["held"])


def flows(
    terms: DormantAssets, first: int, years: int, streams: Streams, strain: Strain | None = None
) -> Flows:
    """Simulate the scheme's years for one unit of 250 paths; `first` is what the first is called.

    A class's transfers are (stock · share that comes in + yearly) · (1 - reunified) ·
    participation, times a lognormal factor of mean 1. Of the owners who will come, E = ultimate ·
    transfers of earlier years less those who came, a share 1 - exp(-hazard) comes in a year.
    Released is, where it is reviewed, the least of

        released share · receipts so far (as of the review lag) - released before,
        held before it - held share · receipts so far

    and not below 0, and a share `surplus` of what the second still leaves. Owners are paid for
    ever: where what is held falls below nothing, that is a ruin, and shows.
    """
    found: dict[str, Pence] = {}
    for name in sorted(terms.classes):  # the order in a file changes nothing
        one = _OfClass(name, terms.classes[name], streams)
        found[f"received: {name}"] = one.transfers(first, years, (strain or Strain()).withdrawn)
        found[f"reclaimed: {name}"] = one.repaid(
            found[f"received: {name}"], (strain or Strain()).times
        )
    for measure in ("received", "reclaimed"):
        of_classes = [found[f"{measure}: {name}"] for name in sorted(terms.classes)]
        found[measure] = np.sum(of_classes, axis=0, dtype=np.int64)
    reviews = _Reviews(terms, first, found["received"])
    for year in range(years):
        reviews.close(year, found["reclaimed"][year])
    return Flows({**found, **reviews.figures(years)})


@dataclass(frozen=True)
class _OfClass:
    """What comes in of one class, and what its owners come back for."""

    name: str
    terms: AssetClass
    streams: Streams

    def transfers(self, first: int, years: int, withdrawn: Mapping[str, Sequence[bool]]) -> Pence:
        """Give what comes in, `(year, path)`."""
        terms, gone = self.terms, withdrawn.get(self.name, [False] * years)
        joins = first if terms.joins is None else terms.joins
        eligible = (1 - terms.reunified) * terms.participation
        factor = self._factors("transfers", terms.noise, years)
        for year in range(years):
            age = first + year - joins
            there = age >= 0 and not gone[year]
            due = eligible * (terms.stock * _comes_in(terms, age) + terms.yearly) if there else 0.0
            factor[year] *= due
        return np.asarray(np.rint(factor).astype(np.int64))

    def repaid(self, transfers: Pence, times: Mapping[str, Sequence[float]]) -> Pence:
        """Give what owners come back for, `(year, path)`, each from the year after its transfer."""
        owners, years = self.terms.reclaims, len(transfers)
        faster = times.get(self.name, [1.0] * years)
        factor = self._factors("reclaims", owners.noise, years)
        left, before = np.zeros(UNIT), np.zeros(UNIT)
        for year in range(years):
            left = left + owners.ultimate * before
            came = (1 - exp1(-owners.hazard * faster[year])) * left * factor[year]
            factor[year] = np.minimum(left, came)
            left, before = left - factor[year], transfers[year].astype(np.float64)
        return np.asarray(np.rint(factor).astype(np.int64))

    def _factors(self, what: str, noise: float, years: int) -> Real:
        """Draw lognormal factors of mean 1, `(year, path)`."""
        if not noise:
            return np.ones((years, UNIT))
        variance = log1(1 + noise * noise)
        normal = self.streams(f"dormant.{self.name}.{what}").standard_normal((years, UNIT))
        return np.asarray(exp(normal * math.sqrt(variance) - variance / 2))


class _Reviews:
    """What is held, grows and is released, one year after the other."""

    def __init__(self, terms: DormantAssets, first: int, received: Pence) -> None:
        self.terms, self.first, self.received = terms, first, received
        self.so_far = received.cumsum(axis=0)
        self.held, self.let_go = np.zeros(UNIT, np.int64), np.zeros(UNIT, np.int64)
        self._rows: dict[str, list[Pence]] = {
            name: [] for name in ("returns", "costs", "released", "held")
        }

    def close(self, year: int, reclaimed: Pence) -> None:
        """End a year: money grows, owners and costs are paid, and a release is reviewed."""
        returns = np.rint(self.held * self.terms.growth).astype(np.int64)
        costs = np.full(UNIT, self.terms.costs, np.int64)
        self.held = self.held + self.received[year] - reclaimed + returns - costs
        released = self._released(year)
        self.held, self.let_go = self.held - released, self.let_go + released
        rows = (returns, costs, released, self.held)
        for kept, row in zip(self._rows.values(), rows, strict=True):
            kept.append(row)

    def figures(self, years: int) -> dict[str, Pence]:
        """Give the years that were closed, by measure."""
        return {
            name: np.array(rows, np.int64).reshape(years, UNIT) for name, rows in self._rows.items()
        }

    def _released(self, year: int) -> Pence:
        terms, label = self.terms, self.first + year
        read = year - terms.review_lag
        if not terms.reviews(year):
            return np.zeros(UNIT, np.int64)
        wanted = np.rint(terms.released_by(label) * self.so_far[read]) - self.let_go
        room = self.held - np.rint(terms.held_by(label) * self.so_far[year])
        usual = np.maximum(np.minimum(wanted, room), 0.0)
        more = np.rint(terms.surplus * np.maximum(room - usual, 0.0))
        together = usual + more
        return np.where(together >= terms.least, together, 0.0).astype(np.int64)


def _comes_in(terms: AssetClass, age: int) -> float:
    """Give the share of a class's stock that comes in, so many years after it joined."""
    if terms.ramp is not None:
        return terms.ramp[age] if age < len(terms.ramp) else 0.0
    force = terms.backlog or 0.0
    return exp1(-force * age) - exp1(-force * (age + 1))
