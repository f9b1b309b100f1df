"""What becomes of trials: an axiom is kept in all of them, broken in one, or cannot be tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from fundsim.money import pounds

Verdict = Literal["kept", "broken", "does not apply"]


class Trial(NamedTuple):
    """One case: how badly it breaks the axiom, beyond what rounding can do; 0 or less if not."""

    beyond: float
    tell: Callable[[], str]


@dataclass(frozen=True)
class Finding:
    """What was found about one axiom.

    `cases` were tried. `words` hold the worst counter-example, or why it does not apply, or what is
    to be known of an axiom that is kept. That it was kept in all cases tried is no proof.
    """

    axiom: str
    verdict: Verdict
    cases: int
    words: str = ""


def judged(axiom: str, trials: Iterable[Trial | str], note: str = "") -> Finding:
    """Judge by trials, the worst of them told; a word stands for one that could not be made.

    Of several that are equally bad the first is told. `note` is told where the axiom is kept.
    """
    every = list(trials)
    made = [trial for trial in every if isinstance(trial, Trial)]
    untried = [trial for trial in every if isinstance(trial, str)]
    if not made:
        return Finding(axiom, "does not apply", 0, untried[0] if untried else "nothing to try")
    worst = max(made, key=lambda trial: trial.beyond)  # the first of equals
    if worst.beyond > 0:
        return Finding(axiom, "broken", len(made), worst.tell())
    left = f"{len(untried):,} more could not be tried: {untried[0]}" if untried else ""
    return Finding(axiom, "kept", len(made), "; ".join(filter(None, (note, left))))


def does_not_apply(axiom: str, why: str) -> Finding:
    """Say why an axiom has nothing to say of a rule."""
    return Finding(axiom, "does not apply", 0, why)


def money(pence: float) -> str:
    """Write an amount to the penny.

    >>> money(123456.4)
    '£1,234.56'
    """
    return pounds(int(np.rint(pence)))
