"""What flows where over a run: from dormant assets to areas, balanced to the penny at every stop.

All figures are means over paths. In the prices of the start day money that is held, that waits or
that is promised loses to rising prices, so what markets add is taken after inflation, and what
foundations lose while money waits is a flow of its own; in money of the day there is no such loss.
Each stop has one flow that is worked out from the others: markets for a fund, rising prices for a
nation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from fundsim.charts.events import OUTSIDE
from fundsim.charts.figures import year_of
from fundsim.charts.horizon import paid_over_the_horizon
from fundsim.charts.language import phrase, say
from fundsim.charts.means import Years, in_pence, of_foundations, of_funds
from fundsim.charts.passing import Passages
from fundsim.charts.source import ALL, Basis, Source
from fundsim.metrics.targeting import parts_by_need
from fundsim.money import Pence, Real, apportion, fractions
from fundsim.places.geography import Geography
from fundsim.rules.need import combined

Kind = Literal["source", "fund", "end", "nation", "use", "fifth"]
"""A stop on the way, from left to right; money leaves the picture at an `end`."""

How = Literal["counted", "difference", "shared out"]
"""How a flow was found: a measure of the run; what makes a stop balance; or what the scenario
states shares out what is known in sum alone."""

COUNTED: How = "counted"
DORMANT = phrase("Dormant assets")
FEES = phrase("Managers’ fees")
UNSHARED = phrase("Not shared yet")
BACK = phrase("Clawed back from grantees")
COSTS = phrase("Foundations’ costs")
PROMISED = phrase("Promised, not yet paid")
PAID = phrase("Paid to grantees")
FIFTHS = (
    *(phrase("Most deprived fifth of people"), phrase("Second fifth"), phrase("Third fifth")),
    *(phrase("Fourth fifth"), phrase("Least deprived fifth")),
)
CRUMB = 1e-6  # of what comes in: so little is rounding, and goes with what it is worked out from


@dataclass(frozen=True)
class Stop:
    """Where money comes from or goes to; `several` are nations with least that are drawn as one."""

    kind: Kind
    name: str
    several: bool = False


@dataclass(frozen=True)
class Flow:
    """What passes from one stop to another, in pence."""

    source: Stop
    target: Stop
    pence: int
    how: How = COUNTED


def flows(source: Source, fund: str, basis: Basis) -> list[Flow]:
    """List what flows between any two stops, of one fund or all; nothing that is zero."""
    found = [*Flows(source, fund, basis).all()]
    return [flow for flow in found if flow.pence]


class Flows:
    """The figures of a run, and the flows that they make."""

    def __init__(self, source: Source, fund: str, basis: Basis) -> None:
        self.source, self.basis = source, basis
        self.funds = [*source.scenario.funds] if fund == ALL else [fund]
        self.places: Geography = source.scenario.geography_table
        self.whole = fund
        self.by_fund: Years = of_funds(source, basis, {*source.scenario.funds})
        self.by_place: Years = of_foundations(source, basis, {*self.funds})
        passages = Passages(source)
        nominal = of_funds(source, "nominal", {*source.scenario.funds})
        self.passed = passages.passed(self.by_fund, nominal)
        self.split: How = COUNTED if passages.certain else "shared out"
        self.nation_of = _nations_served(self.places)
        self.nations = tuple(dict.fromkeys(self.nation_of.values()))

    @property
    def real(self) -> bool:
        """Whether figures are in the prices of the start day."""
        return self.basis == "real"

    def all(self) -> Iterator[Flow]:
        """Give every flow, also those of nothing."""
        for name in self.funds:
            yield from self._of_fund(name)
        paid = 0
        for nation in self.nations:
            of_nation = [*self._of_nation(nation)]
            paid += sum(flow.pence for flow in of_nation if flow.target.name == PAID)
            yield from of_nation
        yield from self._to_fifths(paid)

    # Funds

    def stop(self, name: str) -> Stop:
        """Give a fund's stop; one that is not shown is where money comes from or goes to."""
        titles = {each: pot.title for each, pot in self.source.scenario.funds.items()}
        alike = [each for each in titles.values() if each == titles[name]]
        title = titles[name] if len(alike) == 1 else f"{titles[name]} ({name})"
        return Stop("fund", title)

    def _of_fund(self, name: str) -> Iterator[Flow]:
        """Give what reaches a fund and leaves it; markets make up the difference."""
        here, figures = self.stop(name), self.by_fund
        others = [*self._passed(name)]
        inside = sum(pence for (_, to), pence in self.passed.items() if to == name)
        arrived = in_pence(figures, "arrived", name)
        out = [
            *self._shared(name, here),
            Flow(here, Stop("end", say(FEES)), in_pence(figures, "fees", name)),
            Flow(here, self._residue(name), self._left_outside(name)),
            Flow(here, self._kept(), in_pence(figures, "closing_capital", name)),
        ]
        left = sum(flow.pence for flow in (*out, *others) if flow.source == here)
        gained = sum(flow.pence for flow in out if flow.target == here)
        markets = left - arrived - gained
        outside = arrived - inside
        if outside <= CRUMB * arrived:
            outside, markets = 0, markets + outside
        if abs(markets) <= CRUMB * max(arrived, left):
            outside, markets = outside + markets if outside else 0, 0 if outside else markets
        yield Flow(Stop("source", say(DORMANT)), here, outside)
        yield self._markets(here, markets)
        yield from others
        yield from out

    def _passed(self, name: str) -> Iterator[Flow]:
        """Give what a fund passes to others, and what it has from others that are not shown."""
        for (giver, taker), pence in self.passed.items():
            if giver == name:
                there = self.stop(taker)
                shown = taker in self.funds
                end = there if shown else Stop("end", there.name)
                yield Flow(self.stop(name), end, pence, self.split)
            elif taker == name and giver not in self.funds:
                giving = Stop("source", self.stop(giver).name)
                yield Flow(giving, self.stop(name), pence, self.split)

    def _left_outside(self, name: str) -> int:
        between = sum(pence for (giver, _), pence in self.passed.items() if giver == name)
        left = in_pence(self.by_fund, "passed_on", name) - between
        return left if abs(left) > CRUMB * between else 0

    def _residue(self, name: str) -> Stop:
        closes = self.source.scenario.funds[name].closes
        outside = OUTSIDE.get(closes.residue if closes else "", phrase("Outside"))
        return Stop("end", say("Left to: {outside}", outside=say(outside)))

    def _kept(self) -> Stop:
        scenario = self.source.scenario
        last = year_of(scenario.start.year + scenario.years - 1, scenario.start)
        return Stop("end", say("Kept at the end of {year}", year=last))

    def _markets(self, here: Stop, pence: int) -> Flow:
        real = self.real
        if pence < 0:
            name = say("Lost on markets, after inflation") if real else say("Lost on markets")
            return Flow(here, Stop("end", name), -pence, "difference")
        name = say("Markets, after inflation") if real else say("Markets")
        return Flow(Stop("source", name), here, pence, "difference")

    def _shared(self, name: str, here: Stop) -> Iterator[Flow]:
        """Give what a fund spends: to nations, and what its rule has not shared."""
        shared = [(nation, self._sum("received", name, nation)) for nation in self.nations]
        for nation, pence in shared:
            yield Flow(here, _nation(nation), pence)
        spent = in_pence(self.by_fund, "spending", name)
        rest = spent - sum(pence for _, pence in shared)
        if abs(rest) > CRUMB * spent:
            yield self._either(here, Stop("end", say(UNSHARED)), rest)

    # Nations and what foundations do there

    def _sum(self, measure: str, fund: str, nation: str) -> int:
        return sum(
            in_pence(self.by_place, measure, fund, each.id)
            for each in self.places.foundations
            if self.nation_of[each.id] == nation
        )

    def _total(self, measure: str, nation: str) -> int:
        return sum(self._sum(measure, fund, nation) for fund in self.funds)

    def _of_nation(self, nation: str) -> Iterator[Flow]:
        """Give what foundations of a nation do with money; rising prices make up the difference."""
        here = _nation(nation)
        back, paid = self._total("returned", nation), self._total("paid", nation)
        costs, promised = self._total("foundation_fees", nation), self._total("promised", nation)
        waiting = self._total("waiting", nation) + self._total("carried", nation)
        reached = self._total("received", nation) + back
        lost = reached - costs - promised - waiting - paid
        if abs(lost) <= CRUMB * reached and paid + lost >= 0:
            paid, lost = paid + lost, 0
        yield Flow(Stop("source", say(BACK)), here, back)
        yield Flow(here, Stop("use", say(PAID)), paid)
        yield Flow(here, Stop("use", say(PROMISED)), promised)
        yield Flow(here, Stop("use", self._waiting()), waiting)
        yield Flow(here, Stop("use", say(COSTS)), costs)
        yield self._either(here, Stop("use", say("Lost to rising prices while waiting")), lost)

    def _waiting(self) -> str:
        carried = any(self._total("carried", nation) for nation in self.nations)
        return say("Waiting or carried forward") if carried else say("Waiting to be awarded")

    def _either(self, here: Stop, there: Stop, pence: int) -> Flow:
        """Give what is lost to rising prices, or gained from falling ones."""
        if pence < 0:
            name = say("Gained from falling prices")
            return Flow(Stop("source", name), here, -pence, "difference")
        return Flow(here, there, pence, "difference")

    # Areas

    def _to_fifths(self, paid: int) -> Iterator[Flow]:
        """Share what is paid among fifths of people, as the areas' own figures say."""
        if paid <= 0:
            return
        here = Stop("use", say(PAID))
        parts = self._paid_in_fifths()
        if parts is None or not any(parts):
            yield Flow(here, Stop("fifth", say("All areas")), paid)
            return
        shares = apportion(np.array(paid), fractions(np.array(parts)))
        for name, pence in zip(FIFTHS, shares.tolist(), strict=True):
            yield Flow(here, Stop("fifth", say(name)), pence)

    def _paid_in_fifths(self) -> list[float] | None:
        """Sum what areas are paid by fifths of need; None where all need the same."""
        need = combined(self.places, self.source.scenario.geography.need)
        if need.min() == need.max():
            return None
        rows = {
            row["area"]: float(row["mean"] or 0)
            for row in paid_over_the_horizon(self.source, self.whole, self.basis)
        }
        got = np.array([rows.get(code, 0.0) for code in self.places.codes])
        return [float((part * got).sum()) for part in fifths(self.places.population, need)]


def _nations_served(places: Geography) -> dict[str, str]:
    """Name the nation that each foundation serves, by its id; of one that serves two, both.

    What a foundation does with its money is not told by area, so that it is not split either.
    """
    served: dict[str, dict[str, None]] = {each.id: {} for each in places.foundations}
    for area, nation in enumerate(places.nations):
        served[places.foundations[places.foundation_of[area]].id].setdefault(nation)
    return {each.id: " + ".join(served[each.id]) or each.nation for each in places.foundations}


def _nation(name: str) -> Stop:
    return Stop("nation", say("All areas") if name == "all" else name)


def fifths(population: Pence, need: Real | Sequence[float]) -> list[Real]:
    """Say which part of each area is in each fifth of people, from most need to least.

    Areas count from the highest need down; one on a boundary is in both fifths in proportion, and
    so are all that have the same need as that one.

    >>> [part.tolist() for part in fifths(np.array([1, 2, 2]), [3.0, 1.0, 2.0])][:3]
    [[1.0, 0.0, 0.0], [0.0, 0.0, 0.5], [0.0, 0.0, 0.5]]
    """
    return parts_by_need(population.astype(np.float64), np.asarray(need, np.float64), 5)
