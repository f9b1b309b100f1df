"""Targets as a person writes them, and whether a fund meets one on each path.

A target is a wish and the probability with which it is to come true:

- capital kept whole at 30 years at least 1 with probability 0.8
- capital kept whole never below 0.5 with probability 95%
- no real cut over 10% in 20 years with probability 0.9
- not exhausted in 50 years with probability 0.99

The measures are those of the results: capital kept whole is real capital over the real value of
the money put in; real spending is cut where it is below the year before's by more than a share; a
fund is exhausted where it is empty at some year's end. Without years, a wish is for the whole run.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from fundsim.errors import InputError, Problem, nearest
from fundsim.metrics.catalogue import METRICS, capital_kept_whole
from fundsim.metrics.series import FundSeries
from fundsim.scenario import Fund, Scenario
from fundsim.units import months_after
from fundsim.wording import counted

OPTION = "--target"
EXAMPLE = '"capital kept whole at 30 years at least 1 with probability 0.8"'
Met = NDArray[np.bool_]
"""Whether a wish comes true, `(path,)`."""


def refusal(message: str, key: str = "") -> InputError:
    """Say what is wrong with a target, and what would be right."""
    return InputError([Problem(OPTION, key, message)])


@dataclass(frozen=True)
class Wish:
    """What is wished of one path; `years` is how long, None for the whole run."""

    lasting: ClassVar[bool] = True
    """Whether only a fund that is meant to last can be asked for it."""
    spending_years: ClassVar[int] = 1
    """In how many years the fund must spend before it can be told."""

    years: int | None

    def words(self) -> str:
        """Say it again in the words that it is read from."""
        raise NotImplementedError  # abstract: each wish says its own

    def met(self, series: FundSeries) -> Met:
        """Tell on which paths it comes true, `(path,)`."""
        raise NotImplementedError  # abstract: as above

    @property
    def _span(self) -> str:
        return "" if self.years is None else f" in {counted(self.years, 'year')}"


@dataclass(frozen=True)
class KeptWhole(Wish):
    """Capital kept whole at the end of a year is a level at least."""

    level: float

    def words(self) -> str:
        """Say it again in the words that it is read from."""
        return f"capital kept whole at {counted(self.years or 0, 'year')} at least {self.level:g}"

    def met(self, series: FundSeries) -> Met:
        """Tell on which paths it comes true, `(path,)`."""
        return np.asarray(_kept(series, self.years)[-1] >= self.level)


@dataclass(frozen=True)
class NeverBelow(Wish):
    """Capital kept whole is below a level at no year's end."""

    level: float

    def words(self) -> str:
        """Say it again in the words that it is read from."""
        return f"capital kept whole never below {self.level:g}{self._span}"

    def met(self, series: FundSeries) -> Met:
        """Tell on which paths it comes true, `(path,)`."""
        return np.asarray(~(_kept(series, self.years) < self.level).any(axis=0))


@dataclass(frozen=True)
class NoCut(Wish):
    """Real spending is in no year below the year before's by more than a share."""

    spending_years: ClassVar[int] = 2

    share: float

    def words(self) -> str:
        """Say it again in the words that it is read from."""
        return f"no real cut over {100 * self.share:g}%{self._span}"

    def met(self, series: FundSeries) -> Met:
        """Tell on which paths it comes true, `(path,)`."""
        spending = series.of("spending", "real")[series.first : self.years]
        return np.asarray(~(spending[1:] < (1 - self.share) * spending[:-1]).any(axis=0))


@dataclass(frozen=True)
class NotExhausted(Wish):
    """The fund is empty at no year's end after its money came."""

    lasting: ClassVar[bool] = False
    spending_years: ClassVar[int] = 0

    def words(self) -> str:
        """Say it again in the words that it is read from."""
        return f"not exhausted{self._span}"

    def met(self, series: FundSeries) -> Met:
        """Tell on which paths it comes true, `(path,)`."""
        year = np.asarray(METRICS["year_of_exhaustion"].measure(series, "nominal"))
        last = series.years[-1] if self.years is None else series.years[0] + self.years - 1
        return np.asarray(year > last)


def _kept(series: FundSeries, years: int | None) -> NDArray[np.float64]:
    """Give capital kept whole of the years asked for, `(year, path)`."""
    kept = capital_kept_whole(series)
    assert kept is not None  # noqa: S101 - funds that are meant to be spent were refused
    kept = kept[:years]
    if np.isnan(kept[-1]).any():
        message = f"nothing has reached {series.fund} by then on some paths; ask for a later year"
        raise refusal(message, "years")
    return kept


@dataclass(frozen=True)
class Target:
    """A wish, and on which share of the paths it is to come true at least."""

    wish: Wish
    probability: float

    def __str__(self) -> str:
        return f"{self.wish.words()} with probability {self.probability:g}"

    def refuse_for(self, scenario: Scenario, fund: str) -> None:
        """Raise an InputError where a fund cannot be asked for this."""
        terms, wish = scenario.funds[fund], self.wish
        if wish.lasting and not terms.perpetual:
            message = (
                f"{fund} is meant to be spent, so it is not kept whole and its spending may fall; "
                'choose a fund that lasts, or ask for "not exhausted in 5 years with probability '
                '0.9"'
            )
            raise refusal(message)
        years = scenario.years if wish.years is None else wish.years
        if years > scenario.years:
            message = (
                f"found {years}, and the run has {scenario.years}; expected {scenario.years} at "
                f"most, or a longer run: --years {years}"
            )
            raise refusal(message, "years")
        least = _years_before_spending(scenario, terms) + wish.spending_years
        if wish.spending_years and years < least:
            message = (
                f"found {years}, and {fund} first spends on {_first(scenario, terms)}; expected "
                f"{least} at least"
            )
            raise refusal(message, "years")
        self._refuse_closing(scenario, terms, years)

    def _refuse_closing(self, scenario: Scenario, terms: Fund, years: int) -> None:
        end = months_after(scenario.start, 12 * years) - timedelta(days=1)
        if terms.closes is not None and terms.closes.on <= end:
            message = (
                f"the fund closes on {terms.closes.on}, and is empty after that; expected years "
                'that end before it, as "not exhausted in 5 years"'
            )
            raise refusal(message, "years")


def _first(scenario: Scenario, terms: Fund) -> date:
    return terms.spending.first or scenario.start


def _years_before_spending(scenario: Scenario, terms: Fund) -> int:
    """Count the whole years of the run before the one in which a fund first spends."""
    first, years = _first(scenario, terms), 0
    while first >= months_after(scenario.start, 12 * (years + 1)):
        years += 1
    return years


# Reading

_NUMBER = r"(-?[0-9.]+(?: ?%)?)"
_YEARS = rf"{_NUMBER} years?"
_PROBABILITY = rf" with probability {_NUMBER}"
_TAKEN: dict[str, Callable[..., Wish]] = {
    rf"capital kept whole at {_YEARS} at least {_NUMBER}": (
        lambda years, level: KeptWhole(_years(years), _level(level))
    ),
    rf"(?:capital kept whole )?never below {_NUMBER}(?: in {_YEARS})?": (
        lambda level, years: NeverBelow(_years(years), _level(level))
    ),
    rf"no real cut over {_NUMBER}(?: in {_YEARS})?": (
        lambda share, years: NoCut(_years(years), _cut(share))
    ),
    rf"not exhausted(?: in {_YEARS})?": lambda years: NotExhausted(_years(years)),
}
_FORMS = (
    "capital kept whole at # years at least #",
    *("never below #", "never below # in # years"),
    *("capital kept whole never below #", "capital kept whole never below # in # years"),
    *("no real cut over #", "no real cut over # in # years"),
    *("not exhausted", "not exhausted in # years"),
)


def read_target(text: str) -> Target:
    """Read a target; what cannot be read, or contradicts itself, is an InputError.

    >>> print(read_target("no real cut over 10 % with probability 90%"))
    no real cut over 10% with probability 0.9
    """
    plain = " ".join(text.replace("_", " ").lower().split())
    for pattern, made in _TAKEN.items():
        found = re.fullmatch(pattern + _PROBABILITY, plain)
        if found:
            *parts, probability = found.groups()
            return Target(made(*parts), _probability(probability))
    hint = _hint(plain) or f"; write it as {EXAMPLE}"
    message = f'found "{text}", which is no target{hint}'
    raise refusal(message)


def _hint(plain: str) -> str:
    """Ask whether the nearest form of a target is meant, with the figures that were written.

    Where it says nothing of a probability, one is put in.
    """
    figures = re.findall(_NUMBER, plain)
    bare = re.sub(_NUMBER, "#", plain)
    unsaid = "" if "probab" in plain else " with probability 0.8"
    forms = [form if unsaid else f"{form} with probability #" for form in _FORMS]
    meant = nearest(bare, [form for form in forms if form.count("#") == len(figures)])
    meant = meant.replace('"?', f'{unsaid}"?')
    for figure in figures:
        meant = meant.replace("#", figure, 1)
    return meant


def _figure(text: str, key: str) -> float:
    """Read a figure, in per cent or as a decimal."""
    try:
        return float(text.removesuffix("%")) / 100 if text.endswith("%") else float(text)
    except ValueError:
        message = f"found {text}, expected a figure as 0.8 or 80%"
        raise refusal(message, key) from None


def _probability(text: str) -> float:
    probability = _figure(text, "probability")
    if not 0 < probability <= 1:
        message = f"found {text}, expected more than 0 and at most 1, as 0.8 or 80%"
        raise refusal(message, "probability")
    return probability


def _level(text: str) -> float:
    level = _figure(text, "level")
    if level <= 0:
        message = (
            f"found {text}, expected more than 0: 1 is all that was put in, 0.5 the half of it"
        )
        raise refusal(message, "level")
    return level


def _cut(text: str) -> float:
    share = _figure(text, "cut")
    if not 0 < share < 1:
        message = f"found {text}, expected more than 0% and less than 100%, as 10%"
        raise refusal(message, "cut")
    return share


def _years(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal() or int(text) == 0:
        message = f"found {text}, expected a whole number of years, 1 at least"
        raise refusal(message, "years")
    return int(text)
