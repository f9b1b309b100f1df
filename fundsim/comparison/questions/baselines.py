"""What areas are held against: what another rule makes of the same pot, or last year's pounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from fundsim.comparison.naming import OPTION, fund_that_shares, split, with_rules
from fundsim.comparison.one_pot import AS_STATED, share_one_pot
from fundsim.comparison.questions.saying import spoken
from fundsim.errors import InputError, Problem, nearest
from fundsim.money import LARGEST, Pence
from fundsim.money import pounds as in_pounds
from fundsim.rules.allocation import PRESETS, AnyAllocation
from fundsim.rules.base import Fault, catalogue
from fundsim.rules.round import Round
from fundsim.scenario import Scenario

AGAINST = "--against"
PER_HEAD = "per_capita"
_FINEST = 10**9  # parts of one in which a share is told; more would not fit whole pence


@dataclass(frozen=True)
class Baseline:
    """What every area is held against, in whole pence, `(area,)`, and what it is called.

    `column` says that it is a column of pounds, and not a rule's share of the pot.
    """

    name: str
    pence: Pence
    column: bool

    @property
    def words(self) -> str:
        """Name it in a sentence: what it gives to an area."""
        return f"its pounds in {self.name}" if self.column else f"what {spoken(self.name)} gives it"


def baseline(
    scenario: Scenario, fund: str, amount: int, text: str = PER_HEAD, *, whole: bool = False
) -> Baseline:
    """Read what areas are held against: a rule, a column of pounds, or "as stated".

    What cannot be read is an InputError at --against. A rule shares the same amount, and takes the
    place of the fund's innermost one, as `with_rules` says.
    """
    if text == AS_STATED:
        shared = share_one_pot({text: scenario}, fund, amount)
        return Baseline(text, shared.shares[text].pence, column=False)
    kind, columns = text.partition("(")[0].strip(), scenario.geography_table.columns
    kinds = [*catalogue(AnyAllocation), *PRESETS]
    if "(" not in text and kind not in kinds and kind in columns:
        return Baseline(kind, _pounds(scenario, kind), column=True)
    if "(" not in text and kind not in kinds:
        hint = nearest(kind, [*kinds, *columns]) or '; write a rule, a column, or "as stated"'
        message = f'there is neither a rule nor a column "{kind}"{hint}'
        raise InputError([Problem(AGAINST, "", message)])
    if len(split(text)) != 1:
        message = f"found {len(split(text))} rules, expected one"
        raise InputError([Problem(AGAINST, text, message)])
    with told_at(AGAINST):
        only = with_rules(scenario, fund, [text], whole=whole)
        shared = share_one_pot(only, fund, amount)
    name = next(iter(only))
    return Baseline(name, shared.shares[name].pence, column=False)


def rules_of(
    scenario: Scenario, fund: str | None, texts: Sequence[str], *, whole: bool = False
) -> tuple[dict[str, Scenario], str]:
    """Give the scenario under each rule, or under its own where none is named, and the fund."""
    name = fund_that_shares(scenario, fund)
    return with_rules(scenario, name, texts, whole=whole) or {AS_STATED: scenario}, name


@contextmanager
def told_at(option: str) -> Iterator[None]:
    """Tell what is wrong with a rule at the option that named it."""
    try:
        yield
    except InputError as error:
        problems = [
            replace(p, place=option if p.place == OPTION else p.place) for p in error.problems
        ]
        raise InputError(problems) from None


def _pounds(scenario: Scenario, name: str) -> Pence:
    try:
        here = Round.over(scenario.geography_table, scenario.geography.need, np.zeros(1, np.int64))
        pence = here.pounds(name, key="").values[:, 0]
    except Fault as fault:
        raise InputError([Problem(AGAINST, "", fault.message)]) from None
    if pence.sum() > LARGEST:
        message = f'column "{name}" comes to more than {in_pounds(LARGEST)}, too much to share out'
        raise InputError([Problem(AGAINST, "", message)])
    return pence.astype(np.int64)


def exact(share: float) -> Fraction:
    """Give a share as the exact fraction that was written.

    >>> exact(0.95)
    Fraction(19, 20)
    """
    return Fraction(repr(share)).limit_denominator(_FINEST)


def least(pence: Pence, kept: Fraction) -> Pence:
    """Give the fewest whole pence that are at least a share of amounts.

    >>> least(np.array([100, 101, 0]), Fraction(19, 20)).tolist()
    [95, 96, 0]
    """
    whole, rest = np.divmod(pence, kept.denominator)  # so that products stay within 64 bits
    return np.asarray(whole * kept.numerator - (-rest * kept.numerator) // kept.denominator)
