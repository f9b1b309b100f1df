"""One fund's accounts, and what its stories must remember from one date to the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from fundsim.ledger import Account, Ledger
from fundsim.money import Pence, Real
from fundsim.places.shares import Lot
from fundsim.scenario import Fund
from fundsim.scenario.schema import OUTSIDE

Paths = NDArray[np.bool_]


@dataclass(frozen=True)
class Spent:
    """What left a fund at a review, or as a later part of its year, `(path,)`, and where."""

    day: date
    number: int
    on: Paths
    amount: Pence
    part: int = 0

    @property
    def round(self) -> str:
        """Which round it gives, for a memo."""
        later = f", part {self.part + 1}" if self.part else ""
        return f"round {self.number + 1}{later}"


@dataclass(frozen=True)
class Letter:
    """A round on its way to the foundations: whose money, when, how much, and shared how.

    `direct` money is decided on by communities, and awarded without a sitting.
    """

    books: Books
    day: date
    pence: Pence
    lot: Lot
    direct: bool = False


@dataclass(eq=False)
class Lane:
    """Rounds with the same fractions, and what of them still waits at the foundations.

    `heirs` has, for each row that was handed over, the row and the lane that took it over. What is
    in a `direct` lane is awarded as soon as it is there.
    """

    lot: Lot
    waiting: Account
    direct: bool = False
    heirs: dict[int, tuple[int, Lane]] = field(default_factory=dict)


@dataclass
class Books:
    """One fund's accounts and what its stories must remember."""

    name: str
    rank: int
    terms: Fund
    ledger: Ledger
    source: Account
    markets: Account
    managers: Account
    invested: Account
    in_hand: Account
    pot: Account
    residue: Account
    passages: dict[str, Account]
    """What is on its way to other funds, by name; nothing stays there."""
    allocated: Account
    handed_over: Account
    taken_over: Account
    running_costs: Account
    carried: Account
    promised: Account
    lapsed: Account
    grantees: Account
    clawed_back: Account
    lanes: list[Lane] = field(default_factory=list)
    """Oldest first."""
    due: dict[date, dict[Lane, Pence]] = field(default_factory=dict)
    """Instalments by day and lane, in the rows of the day of their award."""
    rounds: list[Spent] = field(default_factory=list)
    """What was spent so far, review by review."""
    values: list[Pence] = field(default_factory=list)
    arrived_on: dict[date, Pence] = field(default_factory=dict)
    shared_before: Pence | None = None
    """What each area had of the last round, `(area, path)`, for rules that look back."""
    after_review: Pence | None = None
    """Capital right after the last decision on each path, `(path,)`."""
    first_value: Pence | None = None
    first_index: Real | None = None
    last_spent: Pence | None = None
    """What each path's last review decided on, `(path,)`, less what could not be paid of it since,
    and the price index read then."""
    last_index: Real | None = None
    remembered: Real | None = None
    """What the spending rule remembers of each path's last review, `(path,)`."""
    parts: Pence | None = None
    """What leaves in each part of a year, as each path's last review decided, `(part, path)`."""
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

        residue = terms.closes.residue if terms.closes else ""
        residue = residue.replace("_", " ") if residue in OUTSIDE else "nobody"
        return cls(
            name,
            rank,
            terms,
            ledger,
            source=of_fund("dormant assets", inside=False),
            markets=of_fund("markets", inside=False),
            managers=of_fund("managers", inside=False),
            invested=of_fund("invested"),
            in_hand=of_fund("in hand"),
            pot=of_fund("to be shared"),
            residue=of_fund(f"residue to {residue}", inside=False),
            passages={to: of_fund(f"on its way to {to}") for to in _receivers(terms)},
            allocated=of_foundations("allocated"),
            handed_over=of_foundations("handed over", inside=False),
            taken_over=of_foundations("taken over", inside=False),
            running_costs=of_foundations("foundations' costs", inside=False),
            carried=of_foundations("carried"),
            promised=of_foundations("promised"),
            lapsed=of_foundations("lapsed"),
            grantees=of_foundations("grantees", inside=False),
            clawed_back=of_foundations("clawed back"),
        )

    def remember(self, on: Paths, parts: Pence, index: Real, own: Real | None) -> None:
        """Keep what some paths are to spend, part by part, and the price index that was read.

        `own` is what the spending rule itself remembers.
        """
        if own is not None:
            known = np.zeros_like(own) if self.remembered is None else self.remembered
            self.remembered = np.where(on, own, known)
        if self.parts is None or self.last_spent is None or self.last_index is None:
            self.parts, self.last_spent, self.last_index = parts, parts.sum(axis=0), index
        else:
            self.parts = np.where(on, parts, self.parts)
            self.last_spent = np.where(on, parts.sum(axis=0), self.last_spent)
            self.last_index = np.where(on, index, self.last_index)

    @property
    def capital(self) -> Pence:
        """All that the fund holds, invested or not, `(path,)`."""
        return self.invested.balance + self.in_hand.balance

    def is_open(self, day: date) -> bool:
        """Tell whether the fund has not closed before a day."""
        return self.terms.closes is None or day <= self.terms.closes.on

    @property
    def waiting(self) -> Sequence[Account]:
        """What waits at the foundations, an account a lane."""
        return [lane.waiting for lane in self.lanes]

    def lane(self, letter: Letter) -> Lane:
        """Give the lane that a round goes into, a new one where its fractions need one."""
        if self.lot is None or not self.lanes:
            return self.open_lane(letter.lot, direct=letter.direct)
        return self.lanes[0]

    def open_lane(self, lot: Lot, *, direct: bool = False) -> Lane:
        """Open a lane at the end of the queue."""
        number = "" if self.lot is not None else f", lane {len(self.lanes) + 1}"
        members = len(self.allocated.balance)
        lane = Lane(lot, self.ledger.open(f"{self.name}: waiting{number}", members), direct)
        self.lanes.append(lane)
        return lane


def _receivers(terms: Fund) -> Iterable[str]:
    """List the funds that a fund may pay: by its payments, and when it closes."""
    names = [payment.to for payment in terms.pays]
    if terms.closes and terms.closes.residue not in OUTSIDE:
        names.append(terms.closes.residue)
    return dict.fromkeys(names)
