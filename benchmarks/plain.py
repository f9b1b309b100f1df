"""The plain loop that the engine's speed is measured against: no calendar, no ledger, same pence.

It knows the form of the flagship by heart (a fund spent by a profile that closes into an endowment
spent by a moving average; fixed shares between foundations that sit in fixed months, with one
capacity, and pay by instalments; a lost panel) and keeps what a run keeps: yearly figures of each
fund on every path, nominal and real; for each foundation sums and squares by year, decade and
horizon, of each fund and of both; and single paths of some measures.
"""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date

import numpy as np

from fundsim.engine.markets import draw
from fundsim.metrics.inequality import gini_per_head
from fundsim.metrics.statistics import Moments
from fundsim.metrics.targeting import share_to_most_deprived
from fundsim.money import Pence, Real, apportion, deflate, fractions
from fundsim.places.shares import Lot, areas_share, foundation_weights
from fundsim.rules.allocation import Ratios
from fundsim.rules.need import combined
from fundsim.rules.round import Round
from fundsim.rules.shocks import PanelLost
from fundsim.rules.spending import MovingAverage, Profile
from fundsim.scenario import Fund, Scenario
from fundsim.scenario.capacity import yearly_capacities
from fundsim.units import months_after

KEPT = ("allocated", "foundation_fees", "waiting", "awarded", "promised", "paid")
PERIODS = ("allocated", "paid")
Rows = slice | Pence


class PlainFund:
    """One fund's money, and what foundations hold of it, on some paths."""

    def __init__(self, name: str, terms: Fund, plain: PlainBlock) -> None:
        self.name, self.terms = name, terms
        geography = plain.scenario.geography_table
        need = plain.scenario.geography.need
        answer = terms.allocation.shares(Round.over(geography, need, np.zeros(1, np.int64)))
        assert isinstance(answer, Ratios)
        shape, self.paths = plain.shape, plain.shape[1]
        self.lot = Lot.of(answer.weights, geography.foundation_of)
        weights = foundation_weights(answer.weights, geography.foundation_of, shape[0])
        self.reach = fractions(weights)
        self.growth = plain.markets.growth[name]
        self.instalments = fractions(
            np.array(terms.instalments or plain.scenario.foundations.instalments)
        )
        self.due: dict[date, Pence] = {}
        nothing = np.zeros(self.paths, np.int64)
        self.held, self.new = nothing, nothing + terms.opening
        self.values = [self.new] if terms.opening else []
        self.waiting, self.promised = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        self.waited, self.since = nothing.copy(), plain.scenario.start
        self.queue = False
        arrivals = terms.inflow.arrivals(plain.scenario.start) if terms.inflow else []
        self.arrivals = dict(arrivals)
        rule = terms.spending
        last = rule.last() or 12 * plain.scenario.years
        first = rule.first or plain.scenario.start
        self.reviews = {months_after(first, rule.every * n): n for n in range(last)}
        self.year: dict[str, tuple[Pence, Pence]] = {}

    def post(self, measure: str, pence: Pence, index: Real) -> None:
        """Count a posting towards its year, nominal and real."""
        real = deflate(pence, index)
        if measure in self.year:
            own = self.year[measure]
            np.add(own[0], pence, out=own[0])
            np.add(own[1], real, out=own[1])
        else:
            self.year[measure] = pence.copy(), real


class PlainBlock:
    """Some paths of a scenario, told quarter by quarter."""

    def __init__(self, scenario: Scenario, first: int, count: int) -> None:
        self.scenario, self.first = scenario, first
        self.shape = len(scenario.geography_table.foundations), count
        self.markets = draw(scenario, first, count)
        self.index: Real = np.ones(count)
        self.funds = {n: PlainFund(n, terms, self) for n, terms in scenario.funds.items()}
        self.order = [self.funds[name] for name in scenario.foundations.priority or self.funds]
        bases = [0 if pence is None else pence for pence in yearly_capacities(scenario)]
        self.base = np.array(bases, np.float64)[:, np.newaxis]
        self.months = scenario.foundations.sittings or []
        self.moments: list[Moments] = []
        self.running: dict[tuple[str, str, int], Pence] = {}
        self.series: dict[tuple[str, str, int], Pence] = {}
        self.cube: dict[tuple[str, str, int], Pence] = {}
        self.lost = [shock for shock in scenario.shocks if isinstance(shock, PanelLost)]
        ids = [foundation.id for foundation in scenario.geography_table.foundations]
        self.lost_rows = [ids.index(shock.foundation) for shock in self.lost]

    def tell(self) -> PlainBlock:
        """Go through the months in order; everything of the flagship falls on a first or a last."""
        start, years = self.scenario.start, self.scenario.years
        for month in range(12 * years):
            day = months_after(start, month)
            if month % 12 == 0:
                self.capacity = np.rint(self.base * self.index)
                self.sat = 0
            for fund in self.funds.values():
                self._arrive(fund, day, quarter=month % 3 == 0)
                if day in fund.reviews:
                    self._share(fund, day)
                    if not self.months:
                        self._pass_through(fund)
            if day.month in self.months:
                self._sit(day)
            if month % 3 == 2:
                self._end_quarter(month // 3, day)
        self._totals()
        return self

    def _arrive(self, fund: PlainFund, day: date, *, quarter: bool) -> None:
        if day == self.scenario.start and fund.terms.opening:
            fund.post("arrived", fund.new, self.index)
        if day in fund.arrivals:
            came = np.full(self.shape[1], fund.arrivals[day])
            fund.new = fund.new + came
            fund.post("arrived", came, self.index)
        if quarter:
            fund.held, fund.new = fund.held + fund.new, np.zeros_like(fund.new)

    def _share(self, fund: PlainFund, day: date) -> None:
        rule, number = fund.terms.spending, fund.reviews[day]
        if isinstance(rule, Profile):
            reached = np.rint(fractions(np.array(rule.shares)) * fund.terms.opening)
            wish = np.full(self.shape[1], reached[number] - (reached[number - 1] if number else 0))
        else:
            assert isinstance(rule, MovingAverage)
            read = fund.values[-rule.valuations() :]
            wish = np.rint(rule.rate * (sum(read) / len(read))) if read else np.zeros(self.shape[1])
        spent = np.minimum(wish.astype(np.int64), fund.held)
        fund.held = fund.held - spent
        fund.post("spending", spent, self.index)
        received = apportion(spent, fund.reach)
        fee = np.rint(received * self.scenario.foundations.fee).astype(np.int64)
        fund.post("allocated", received, self.index)
        fund.post("foundation_fees", fee, self.index)
        self._wait(fund, day)
        fund.waiting += received
        fund.waiting -= fee

    def _wait(self, fund: PlainFund, day: date) -> None:
        if fund.since < day:
            fund.waited += fund.waiting.sum(axis=0) * (day - fund.since).days
            fund.since = day

    def _sit(self, day: date) -> None:
        n, k = len(self.months), self.sat
        self.sat += 1
        purse: Pence | None = None
        for fund in self.order:
            rows = np.flatnonzero(fund.waiting.any(axis=1))
            if len(rows):
                if purse is None:
                    whole = self.capacity
                    purse = (np.rint(whole * ((k + 1) / n)) - np.rint(whole * (k / n))).astype(
                        np.int64
                    )
                    for shock, row in zip(self.lost, self.lost_rows, strict=True):
                        if shock.covers(day):
                            purse[row] = 0
                self._award(fund, day, purse, rows)
            if day in fund.due:
                paid = fund.due.pop(day)
                fund.promised -= paid
                fund.post("paid", paid, self.index)

    def _pass_through(self, fund: PlainFund) -> None:
        """Award and pay on the day, where foundations neither sit nor pay by instalments."""
        agreed = fund.waiting.copy()
        fund.waiting -= agreed
        fund.post("awarded", agreed, self.index)
        fund.post("paid", agreed, self.index)

    def _award(self, fund: PlainFund, day: date, purse: Pence, rows: Pence) -> None:
        self._wait(fund, day)
        agreed = np.zeros(self.shape, np.int64)
        agreed[rows] = np.minimum(fund.waiting[rows], purse[rows])
        purse -= agreed
        fund.waiting -= agreed
        fund.promised += agreed
        fund.post("awarded", agreed, self.index)
        before: Pence | int = 0
        for number, reach in enumerate(fund.instalments):
            upto = agreed if reach == 1 else np.rint(agreed * reach).astype(np.int64)
            when = months_after(day, 12 * number)
            part = upto - before
            fund.due[when] = fund.due[when] + part if when in fund.due else part
            before = upto

    def _end_quarter(self, quarter: int, month: date) -> None:
        kept = math.sqrt(math.sqrt(1 - self.scenario.markets.fee))
        for fund in self.funds.values():
            if fund.terms.closes and fund.terms.closes.on < month:
                continue
            grown = np.rint(fund.held * fund.growth[quarter]).astype(np.int64)
            fund.post("returns", grown - fund.held, self.index)
            fund.held = np.rint(grown * kept).astype(np.int64)
            fund.post("fees", grown - fund.held, self.index)
            fund.values.append(fund.held + fund.new)
        first_of_next = months_after(month, 1)
        for fund in self.funds.values():
            closes = fund.terms.closes
            if closes and month <= closes.on < first_of_next:
                rest, heir = fund.held + fund.new, self.funds[closes.residue]
                fund.held = fund.new = np.zeros_like(rest)
                heir.new = heir.new + rest
                for name, owner in (("passed_on", fund), ("between", fund), ("arrived", heir)):
                    owner.post(name, rest, self.index)
        self.index = self.index * self.markets.prices[quarter]
        if quarter % 4 == 3:
            self._end_year(quarter // 4, first_of_next)

    def _end_year(self, year: int, day: date) -> None:
        days = (day - months_after(day, -12)).days
        found: dict[str, list[tuple[str, tuple[Pence, Pence]]]] = defaultdict(list)
        for fund in self.funds.values():
            self._wait(fund, day)
            stocks = {
                "capital": fund.held + fund.new,
                "waiting": fund.waiting,
                "promised": fund.promised,
                "waiting_on_average": np.rint(fund.waited / days).astype(np.int64),
            }
            for name, stock in stocks.items():
                if stock.any():
                    fund.year[name] = stock.copy(), deflate(stock, self.index)
            fund.waited[:] = 0
            for name, both in fund.year.items():
                if both[0].ndim > 1:
                    found[name].append((fund.name, both))
                for basis, pence in enumerate(both):
                    self._keep(fund.name, name, basis, year, pence)
            fund.year = {}
        for name, parts in found.items():
            for basis in (0, 1):
                self._together(name, basis, year, [both[basis] for _, both in parts])

    def _keep(self, fund: str, name: str, basis: int, year: int, pence: Pence) -> None:
        key, years = (fund, name, basis), self.scenario.years
        if key not in self.series:
            self.series[key] = np.zeros((years, self.shape[1]), np.int64)
        self.series[key][year] = pence if pence.ndim == 1 else pence.sum(axis=0)
        if pence.ndim > 1:
            width = min(self.shape[1], max(1000 - self.first, 0))
            if name in KEPT and width:
                if key not in self.cube:
                    self.cube[key] = np.zeros((years, self.shape[0], width), np.int64)
                self.cube[key][year] = pence[:, :width]
            self.moments += Moments.of_units(pence)
            self._longer(key, year, pence)

    def _longer(self, key: tuple[str, str, int], year: int, pence: Pence) -> None:
        if key[1] in PERIODS:
            for period in (key, (f"{key[0]} {year // 10}", *key[1:])):
                before = self.running.get(period)
                self.running[period] = pence if before is None else before + pence

    def _together(self, name: str, basis: int, year: int, parts: list[Pence]) -> None:
        whole = parts[0]
        if len(parts) > 1:
            whole = sum(parts[1:], whole)
            self.moments += Moments.of_units(whole)
        self._longer(("all", name, basis), year, whole)

    def _totals(self) -> None:
        """How real payments over the horizon are spread over people, and the longer periods."""
        geography = self.scenario.geography_table
        people = geography.population.astype(np.float64)
        need = combined(geography, self.scenario.geography.need)
        paid = {
            name: areas_share(self.running[name, "paid", 1], fund.lot)
            for name, fund in self.funds.items()
        }
        paid["all"] = np.asarray(sum(paid.values()))
        for pence in paid.values():
            gini_per_head(pence, people)
            share_to_most_deprived(pence, people, need)
        for pence in self.running.values():
            self.moments += Moments.of_units(pence)


def plain_block(scenario: Scenario, first: int, count: int) -> PlainBlock:
    """Simulate some paths."""
    return PlainBlock(scenario, first, count).tell()
