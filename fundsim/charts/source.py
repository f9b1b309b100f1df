"""What a chart is made of: anything that knows its scenario and has the tables of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from fundsim.errors import RunError, nearest
from fundsim.metrics.series import Basis, FundSeries
from fundsim.places import Geography
from fundsim.results import Table
from fundsim.rules.dormant import DormantAssets
from fundsim.rules.inflows import Inflow
from fundsim.rules.need import Need
from fundsim.rules.shocks import Shock
from fundsim.rules.spending import SpendingRule
from fundsim.scenario import Closing, Transfer

__all__ = ["ALL", "Basis", "Pot", "Source", "fund_of"]

ALL = "all"  # every fund together, in a table's column `fund`


class Pot(Protocol):
    """A fund as far as a picture knows it."""

    @property
    def title(self) -> str:
        """Its name in words."""

    @property
    def opening(self) -> int:
        """What it holds on the start day, in pence."""

    @property
    def inflow(self) -> Inflow | None:
        """What arrives later, and when."""

    @property
    def spending(self) -> SpendingRule:
        """How much leaves it, and when."""

    @property
    def pays(self) -> Sequence[Transfer]:
        """What it pays into other funds."""

    @property
    def closes(self) -> Closing | None:
        """When it ends, and who receives what is left."""

    @property
    def alarm(self) -> object | None:
        """The fall upon which it reviews its spending at once."""

    @property
    def holds(self) -> object | None:
        """Its own mix of the markets' assets, if it has one."""


class Needy(Protocol):
    """Where money can go, as far as a picture knows it."""

    @property
    def need(self) -> Need:
        """The column that is read as need, or one for each nation."""


class Setting(Protocol):
    """A scenario as far as a picture knows it."""

    @property
    def name(self) -> str:
        """Its short name."""

    @property
    def title(self) -> str:
        """What it is, in one line."""

    @property
    def fingerprint(self) -> str:
        """Twelve characters that stand for everything that the figures depend on."""

    @property
    def seed(self) -> int:
        """The number that all chance is drawn from."""

    @property
    def paths(self) -> int:
        """How many possible futures are simulated."""

    @property
    def years(self) -> int:
        """How many years are simulated."""

    @property
    def start(self) -> date:
        """First day of the first year."""

    @property
    def sources(self) -> Mapping[str, str]:
        """Where each figure is from, by dotted key."""

    @property
    def last_day(self) -> date:
        """Last day of the last year."""

    @property
    def funds(self) -> Mapping[str, Pot]:
        """The funds, by name."""

    @property
    def markets(self) -> object:
        """What money is invested in, and how prices rise."""

    @property
    def shocks(self) -> Sequence[Shock]:
        """What goes wrong, and when."""

    @property
    def dormant_assets(self) -> DormantAssets | None:
        """The scheme whose releases reach funds, if there is one."""

    @property
    def steady(self) -> bool:
        """Whether every area stays with its foundation to the end of the run."""

    @property
    def geography(self) -> Needy:
        """What is read as need."""

    @property
    def geography_table(self) -> Geography:
        """The areas and foundations that money can go to."""


class Source(Protocol):
    """The results of a run, live or read from its folder."""

    @property
    def scenario(self) -> Setting:
        """What was simulated."""

    @property
    def series(self) -> Mapping[str, FundSeries]:
        """Each fund's history on every path, and that of all together."""

    def table(self, name: str) -> Table:
        """Give one of the run's tables."""


def fund_of(source: Source, fund: str | None) -> str:
    """Say which fund is meant: the one named, the only one, or all together.

    An unknown name is a RunError that names the nearest.
    """
    funds = source.scenario.funds
    if fund is None:
        return next(iter(funds)) if len(funds) == 1 else ALL
    if fund != ALL and fund not in funds:
        there = ", ".join([*funds, ALL])
        message = f'there is no fund "{fund}"{nearest(fund, [*funds, ALL])}; there are: {there}'
        raise RunError(message)
    return fund
