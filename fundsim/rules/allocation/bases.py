"""What formulas weigh areas by: people, everybody alike, people times need, or columns.

A basis is named by a word: "population" counts people, "equal" counts every area alike, "need" is
people times need, and any other word is a column of the table of areas.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field, model_validator

from fundsim.money import Pence, Real
from fundsim.rules.allocation.answers import TOLERANCE, AllocationRule
from fundsim.rules.base import Fault
from fundsim.rules.round import Round
from fundsim.rules.working import Working, whole
from fundsim.units import Share

_FEW = 5
_NOISE = 1e-6  # pence: less than this above a whole penny is an error of floats

Pays = Literal["the_pot", "the_formula"]
PAYS = (
    "the_pot: amounts are scaled so that all money is shared; the_formula: they are paid as they "
    "are, all less in proportion where the money is short, and what is left over waits"
)


def _sum_to_one(parts: dict[str, float]) -> dict[str, float]:
    together = math.fsum(parts.values())
    if abs(together - 1) > TOLERANCE:
        message = f"the weights sum to {together:.6g}, not to 1"
        raise ValueError(message)
    return parts


Name = Annotated[str, Field(min_length=1)]
Columns = Annotated[list[Name], Field(min_length=1)]
Parts = Annotated[dict[Name, Share], Field(min_length=1), AfterValidator(_sum_to_one)]


def in_steps(steps: Sequence[float], round: Round) -> str:
    """Say how a rule is phased in, and as in which of its years one pot is shared."""
    told = f"phased in year by year: {', '.join(f'{100 * step:.3g}%' for step in steps)}"
    year = min(round.when.years, len(steps) - 1)
    return f"{told}; this pot is shared as in year {year + 1}" if round.pot.any() else told


@contextmanager
def told_at(*key: str | int) -> Iterator[None]:
    """Tell a fault at another key: the one under which the rule names what it reads."""
    try:
        yield
    except Fault as fault:
        raise Fault(fault.message, *key) from None


def basis(round: Round, name: str, *key: str | int) -> Working:
    """Read a basis by its word, `(member, 1)`; what cannot be read or compared is a fault."""
    if name == "population":
        return round.people()
    if name == "equal":
        return Working.start("the same for every area", np.ones(len(round)))
    with told_at(*key):
        if name == "need":
            return round.people().times("need", round.need())
        return _comparable(round, name)


def _comparable(round: Round, name: str) -> Working:
    column = round.read(name, key="")
    nations = {round.geography.nations[row] for row in round.rows}
    about = round.geography.about.get(name)
    if len(nations) > 1 and about is not None and about.comparable == "nation":
        message = (
            f'column "{name}" has a scale of its own in each nation and cannot compare areas of '
            f"{', '.join(sorted(nations))}; share between nations first (a hierarchy by nation), "
            "or choose a column that is comparable across the UK"
        )
        raise Fault(message)
    return column


def in_shares(weights: Working, what: str, *key: str | int) -> Working:
    """Give each member's share of the whole; weights that are all zero are a fault."""
    together = whole(weights.values)
    if not together.all():
        message = f"every area has 0 in {what}"
        raise Fault(message, *key)
    return weights.over("the sum over all areas", together, "share")


def mixed(round: Round, parts: Mapping[str, float], *key: str | int) -> Working:
    """Give Σ_k w_k · s_ik, where s_ik is the share of member i on basis k, `(member, 1)`."""
    total: Working | None = None
    for name, weight in sorted(parts.items()):  # in the same order, whatever order a file has
        if not weight:
            continue
        part = in_shares(basis(round, name, *key, name), name, *key, name)
        if weight != 1:
            part = part.times("its weight", weight, "share")
        total = part if total is None else total.plus(f"by {name}", part, "share")
    assert total is not None  # noqa: S101 - the weights sum to 1
    return total


def mean(round: Round, values: Real) -> Real:
    """Give the mean over all people of figures a head, `(1, 1)`."""
    people = round.population[:, np.newaxis]
    return np.asarray(whole(people * values) / whole(people))


def a_head(round: Round, name: str, key: str, *, of: str) -> Working:
    """Read a column that is a mean or a score; one that counts whole areas is a fault."""
    with told_at(key):
        column = _comparable(round, name)
    about = round.geography.about.get(name)
    if about is not None and about.aggregate == "sum":
        unit = f" ({about.unit})" if about.unit else ""
        message = f'column "{name}"{unit} is a sum over a whole area; choose {of}'
        raise Fault(message, key)
    return column


def pounds_a_head(round: Round, name: str, key: str) -> Working:
    """Read a column of pounds a head, in pence; one in another unit is a fault."""
    round.refuse_unlike(name, "pounds a head", key)
    column = a_head(round, name, key, of="one of pounds a head")
    return Working.start(f"{round.title_of(name)}, a head", column.values * 100, "pence")


def indexed(round: Round, indices: Sequence[str], key: str = "indices") -> Working:
    """Give people times each index over its mean for all people, `(member, 1)`."""
    weights = round.people()
    for name in indices:
        if name == "need":
            with told_at(key):
                index = round.need()
        else:
            index = a_head(round, name, key, of="an index, which is a mean or a score")
        average = mean(round, index.values)
        if not average.all():
            message = f"every area has 0 in {name}"
            raise Fault(message, key)
        weights = weights.times(name, index.over("its mean for all people", average))
    return weights


class Towards(AllocationRule):
    """A rule with a target for each area: its share of the pot by a formula."""

    target: Parts | None = Field(
        None,
        description="what target shares go by, with weights that sum to 1: population, equal, "
        "need (people times need) or a column; people times need if nothing is stated",
    )
    indices: Columns | None = Field(
        None, description="or: target shares go by people times these index columns, or need"
    )

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if self.target is not None and self.indices is not None:
            message = "target and indices are two ways of saying the same; state one of them"
            raise Fault(message, "indices")
        return self

    def target_shares(self, round: Round) -> Working:
        """Give each member's target as a share of the pot, `(member, 1)`."""
        if self.indices is not None:
            return in_shares(indexed(round, self.indices), "all indices together", "indices")
        return mixed(round, self.target or {"need": 1.0}, "target")


def to_the_penny(amounts: Working) -> Working:
    """Round amounts that are promised to whole pence, so that they can be kept to the penny."""
    return amounts.plus("to the nearest penny", np.rint(amounts.values) - amounts.values, "pence")


def affordable(round: Round, promised: Real) -> Real:
    """Say which part of what is promised, `(member, 1)`, the pot can pay, `(1, path)`."""
    together = whole(promised)
    payable = np.minimum(round.money, together)
    return np.divide(payable, together, out=np.ones_like(payable), where=together > 0)


def kept(round: Round, promised: Real) -> Pence:
    """Give whole pence that are promised, `(member, path)`, 0 where the pot is short of them."""
    enough = round.money >= whole(promised)
    return np.where(enough, promised, 0.0).astype(np.int64)


def pence_for(amounts: Real) -> int:
    """Give the smallest whole pence that pay all of these amounts, `(member, 1)`."""
    return int(np.ceil(whole(amounts)[0, 0] - _NOISE))


def names(round: Round, chosen: NDArray[np.bool_]) -> str:
    """Name the members of a mask, the first few of many."""
    found = np.flatnonzero(chosen)
    few = ", ".join(round.titles[i] for i in found[:_FEW])
    return f"{few} and {len(found) - _FEW} more" if len(found) > _FEW else few
