"""A run explained: for any area and year, what each fund did for it, from a pound to a penny."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from fundsim.explaining.accounts import Account, Section
from fundsim.explaining.days import Days
from fundsim.explaining.delivery import Delivery
from fundsim.explaining.history import History
from fundsim.explaining.lanes import one_lot, own_lots
from fundsim.explaining.own_lots import OfOwnLots
from fundsim.explaining.postings import of_fund, read_journal
from fundsim.explaining.purses import Prices, Purses
from fundsim.explaining.source import Source
from fundsim.explaining.told_fund import FundYear, Ground, OfOneLot, ToldFund
from fundsim.metrics.series import BY_AREA
from fundsim.money import Pence
from fundsim.scenario import Scenario


class Explained:
    """All that the told path of a run can be explained by, worked out once."""

    def __init__(self, run: Source) -> None:
        self.run, self.scenario = run, run.scenario
        self.days = Days.of(run.scenario)

    @cached_property
    def funds(self) -> dict[str, ToldFund]:
        """What is known of each fund."""
        scenario, postings = self.scenario, read_journal(self.run)
        own = {name: of_fund(postings, name) for name in scenario.funds}
        deliveries = {name: Delivery.of(scenario, name, own[name]) for name in own}
        prices = Prices(self.run)
        purses = Purses(self.run, deliveries, prices)
        found: dict[str, ToldFund] = {}
        for name, terms in scenario.funds.items():
            history = History(name, terms, self.days, own[name])
            ground = Ground(scenario, history, deliveries[name], purses, prices)
            lot = one_lot(scenario, name)
            if lot is None:
                found[name] = OfOwnLots(ground, *own_lots(scenario, history))
            else:
                found[name] = OfOneLot(ground, lot)
        return found

    def yearly(self, fund: str, measure: str) -> Pence:
        """Give what each area is allocated or paid of a fund, `(year, area)`."""
        of: ToldFund = self.funds[fund]
        return {"allocated": of.allocated, "paid": of.paid}[measure]

    def year(self, area: int, year: int, funds: Iterable[str] | None = None) -> list[FundYear]:
        """Tell a year of an area, fund by fund; those that do nothing for it are left out."""
        names = self.scenario.funds if funds is None else funds
        told = (self.funds[name].year(area, year) for name in names)
        return [one for one in told if one is not None]

    def check(self, area: int) -> None:
        """Hold what is explained of an area against `areas_told.csv`.

        They are the same in any run that is whole; else it is a fault of fundsim, ArithmeticError.
        """
        code = self.scenario.geography_table.codes[area]
        told: dict[tuple[str, str, str], int] = {}
        for _, fund, measure, label, pence in self.run.table("areas_told").where(area=code).rows():
            told[fund, measure, label] = int(pence)
        for fund in self.scenario.funds:
            for measure in BY_AREA:
                own = self.yearly(fund, measure)[:, area].tolist()
                for year, pence in zip(self.scenario.year_labels, own, strict=True):
                    if pence != told.get((fund, measure, str(year)), 0):
                        message = f"{measure} of {fund} for {code} in {year} is not explained"
                        raise ArithmeticError(message)


@dataclass(frozen=True)
class Asked:
    """What is asked of a run: an area by its row, and some of its funds by name."""

    explained: Explained
    area: int
    funds: Sequence[str]

    @property
    def scenario(self) -> Scenario:
        """The scenario of the run."""
        return self.explained.scenario

    def label(self, year: int) -> int:
        """Say what a year is called."""
        return self.scenario.year_labels[year]

    def year(self, year: int) -> list[FundYear]:
        """Tell a year, fund by fund."""
        return self.explained.year(self.area, year, self.funds)

    def total(self, measure: str) -> list[int]:
        """Give what the area is allocated or paid by these funds, year by year."""
        series = [self.explained.yearly(fund, measure)[:, self.area] for fund in self.funds]
        return [int(sum(year)) for year in zip(*series, strict=True)]

    def years(self) -> list[Section]:
        """Account for what the area is allocated and paid over all years."""
        return [*self._over_years("allocated", "for"), *self._over_years("paid", "in")]

    def _over_years(self, measure: str, to: str) -> Iterator[Section]:
        account = Account()
        for year, pence in enumerate(self.total(measure)):
            if pence:
                account.plus(str(self.label(year)), pence)
        if account.lines:
            name = self.scenario.geography_table.names[self.area]
            title = f"What is {measure} {to} {name}, year by year and in all"
            yield Section.of("years", title, account)

    def largest(self) -> int:
        """Give the row of the year in which the area is paid most, the first of equals."""
        paid, allocated = self.total("paid"), self.total("allocated")
        return max(range(len(paid)), key=lambda year: (paid[year], allocated[year], -year))
