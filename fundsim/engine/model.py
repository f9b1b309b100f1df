"""What one block of paths owns: its clock, its ledger, its markets and its books."""

from __future__ import annotations

import numpy as np
import simpy

from fundsim.chance import Chance, units
from fundsim.engine.books import Books
from fundsim.engine.clock import Clock
from fundsim.engine.recorder import Recorder
from fundsim.ledger import Account, Ledger, Listener, Side
from fundsim.money import Pence, Real
from fundsim.places import Geography
from fundsim.results.cubes import CubeWriter
from fundsim.rules.returns import Markets
from fundsim.scenario import Scenario


class Model:
    """One block of paths on its calendar.

    `also` is told of each posting beside the recorder.
    """

    def __init__(
        self,
        scenario: Scenario,
        geography: Geography,
        markets: Markets,
        *,
        first: int,
        cubes: CubeWriter | None = None,
        also: Listener | None = None,
    ) -> None:
        self.scenario, self.geography, self.markets = scenario, geography, markets
        self.paths = markets.growth.shape[1]
        self.index: Real = np.ones(self.paths)
        """Prices at the last quarter-end over those of the start day, `(path,)`."""
        self.clock = Clock(scenario.start, scenario.years)
        self.recorder = Recorder(geography, scenario.years, self.paths, cubes)
        self._also = also
        self.ledger = Ledger(
            self.paths, first=first, today=lambda: self.clock.today, listener=self._posted
        )
        self.funds = [
            Books.opened(name, rank, terms, self.ledger, len(geography.foundations))
            for rank, (name, terms) in enumerate(scenario.funds.items())
        ]
        for books in self.funds:
            self.recorder.watch(books)
        self.inbox = simpy.Store(self.clock.env)

    def _posted(self, account: Account, side: Side, amount: Pence, memo: str) -> None:
        self.recorder.posted(account, side, amount, self.index)
        if self._also is not None:
            self._also(account, side, amount, memo)


def draw(scenario: Scenario, first: int, paths: int) -> Markets:
    """Draw growth and prices of some paths, `(quarter, path)`, unit by unit."""
    chance = Chance(scenario.seed)
    parts = []
    for number, part in units(first, paths):
        whole = scenario.markets.draw(scenario.years, chance.unit(number))
        parts.append(Markets(whole.growth[:, part], whole.prices[:, part]))
    return Markets(
        np.concatenate([part.growth for part in parts], axis=1),
        np.concatenate([part.prices for part in parts], axis=1),
    )
