"""Rules of other packages: what they answer is looked at before anybody is paid by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

import numpy as np
from pydantic import create_model

from fundsim.errors import FundsimError, RuleError
from fundsim.money import Pence, fractions
from fundsim.rules.allocation.answers import AllocationRule, Amounts, Answer, Ratios
from fundsim.rules.base import Fault, prose
from fundsim.rules.plugins import Brought
from fundsim.rules.round import Round

REMEDY = "mend that package, or choose another rule"


class Watched(AllocationRule):
    """A rule of another package: what goes wrong in it raises RuleError, which names the package.

    A Fault is the rule's own word on a geography that it does not apply to, and passes.
    """

    brought_by: ClassVar[str] = ""

    def shares(self, round: Round) -> Answer:
        """Answer as the rule does, if that can be paid."""
        with self._blamed():
            answer = super().shares(round)
            wrong = next(_wrong(answer, round), "")
        if wrong:
            raise self._error(wrong)
        return answer

    def in_words(self) -> str:
        """Say what the rule's own docstrings say, and which package brings it along."""
        return f"{prose(type(self).__doc__, super().shares.__doc__)} Brought by {self.brought_by}."

    def needed(self, round: Round) -> int:
        """Give the rule's own smallest pot."""
        with self._blamed():
            return int(super().needed(round))

    def remarks(self, round: Round) -> Iterator[str]:
        """Say what the rule says of its answer."""
        with self._blamed():
            yield from [str(remark) for remark in super().remarks(round)]

    @contextmanager
    def _blamed(self) -> Iterator[None]:
        try:
            yield
        except (Fault, FundsimError):
            raise
        except Exception as error:
            what = " ".join(str(error).split())
            raise self._error(f"it fails with {type(error).__name__}: {what}") from error

    def _error(self, what: str) -> RuleError:
        return RuleError(f'rule "{self.kind}" of package {self.brought_by}: {what}; {REMEDY}')


def watched(brought: Brought[AllocationRule]) -> type[AllocationRule]:
    """Make the class by which a brought rule is known here."""
    rule, kind = brought.rule, brought.rule.model_fields["kind"]
    make: Callable[..., type[Watched]] = create_model
    known = make(
        rule.__name__,
        __base__=(Watched, rule),
        __doc__=rule.__doc__,
        __module__=rule.__module__,
        kind=(kind.annotation, kind.default),
    )
    known.brought_by = f"{brought.package} {brought.version}"
    return known


def _wrong(answer: object, round: Round) -> Iterator[str]:
    """Say what of an answer cannot be paid, the first thing first."""
    if isinstance(answer, Ratios):
        yield from _wrong_ratios(answer, round)
    elif isinstance(answer, Amounts):
        yield from _wrong_amounts(answer, round)
    else:
        yield f"it answers with {type(answer).__name__}, neither with Ratios nor with Amounts"


def _wrong_ratios(answer: Ratios, round: Round) -> Iterator[str]:
    shape = np.shape(answer.weights)
    if shape != (len(round),):
        yield f"its weights are {shape} where the round is between {len(round):,} members"
    elif round.pot.any() or answer.weights.any():  # of nothing, nobody has to get any
        try:
            fractions(answer.weights, of=round.name)
        except ValueError as error:
            yield str(error)


def _wrong_amounts(answer: Amounts, round: Round) -> Iterator[str]:
    shape = len(round), len(round.pot)
    for name, pence in (("pence", answer.pence), ("direct pence", answer.direct)):
        if pence is not None:
            yield from _wrong_pence(name, pence, shape)
    if answer.direct is not None and (answer.direct > answer.pence).any():
        yield "its direct pence are more than its pence for an area"
    over = answer.pence.sum(axis=0) - round.pot
    if (over > 0).any():
        path = int(over.argmax())
        yield f"it shares out {over[path]} pence more than the {round.pot[path]} that there are"


def _wrong_pence(name: str, pence: Pence, shape: tuple[int, int]) -> Iterator[str]:
    if np.shape(pence) != shape:
        yield f"its {name} are {np.shape(pence)} where (member, path) is {shape}"
    elif pence.dtype != np.int64:
        yield f"its {name} are {pence.dtype}, where whole pence are int64"
    elif (pence < 0).any():
        yield f"its {name} are negative for an area"
