"""One fund's accounts, and what its stories must remember from one date to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from fundsim.ledger import Account, Ledger
from fundsim.money import Pence, Real
from fundsim.places.shares import Lot
from fundsim.scenario import Fund


@dataclass(frozen=True)
class Letter:
    """A round on its way to the foundations: whose money, when, and shared how."""

    books: Books
    day: date
    lot: Lot


@dataclass
class Books:
    """One fund's accounts and what its stories must remember."""

    name: str
    rank: int
    terms: Fund
    source: Account
    markets: Account
    managers: Account
    invested: Account
    in_hand: Account
    pot: Account
    residue: Account
    allocated: Account
    running_costs: Account
    waiting: Account
    carried: Account
    promised: Account
    lapsed: Account
    grantees: Account
    clawed_back: Account
    values: list[Pence] = field(default_factory=list)
    arrived_on: dict[date, int] = field(default_factory=dict)
    first_value: Pence | None = None
    first_index: Real | None = None
    lot: Lot | None = None
    """The fund's one lot, once a rule has answered with proportions."""
    reach: Real | None = None
    """How far into a round each foundation reaches, `(foundation,)`, under that lot."""

    @classmethod
    def opened(cls, name: str, rank: int, terms: Fund, ledger: Ledger, foundations: int) -> Books:
        """Open a fund's accounts, all at zero."""

        def of_fund(account: str, *, inside: bool = True) -> Account:
            return ledger.open(f"{name}: {account}", inside=inside)

        def of_foundations(account: str, *, inside: bool = True) -> Account:
            return ledger.open(f"{name}: {account}", foundations, inside=inside)

        residue = terms.closes.residue if terms.closes else "nobody"
        return cls(
            name,
            rank,
            terms,
            source=of_fund("dormant assets", inside=False),
            markets=of_fund("markets", inside=False),
            managers=of_fund("managers", inside=False),
            invested=of_fund("invested"),
            in_hand=of_fund("in hand"),
            pot=of_fund("to be shared"),
            residue=of_fund(f"residue to {residue.replace('_', ' ')}", inside=False),
            allocated=of_foundations("allocated"),
            running_costs=of_foundations("foundations' costs", inside=False),
            waiting=of_foundations("waiting"),
            carried=of_foundations("carried"),
            promised=of_foundations("promised"),
            lapsed=of_foundations("lapsed"),
            grantees=of_foundations("grantees", inside=False),
            clawed_back=of_foundations("clawed back"),
        )

    @property
    def capital(self) -> Pence:
        """All that the fund holds, invested or not, `(path,)`."""
        return self.invested.balance + self.in_hand.balance
