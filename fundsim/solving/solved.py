"""The answer: the curve of trials, the largest figure that meets the target, and how sure that is.

The share of paths that meet a target is a step function of the figure, since all trials meet the
same markets. Of n paths its standard error is √(p (1 − p) / n); that of the figure is this over the
slope of the curve about it (the delta method), and its interval is of the figures at which
p ± 1.96 errors reaches the target.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

from fundsim.results.table import Row, Table, plain
from fundsim.scenario import Scenario
from fundsim.solving.question import AS_STATED, Question
from fundsim.solving.targets import Target
from fundsim.solving.varied import Varied
from fundsim.wording import counted, day, money

Z = 1.96  # standard errors on either side of which nine tenths and a half of a normal lie
COLUMNS = (
    *(
        "key",
        "unit",
        "value",
        "share",
        "se",
        "low",
        "high",
        "mean_real_spending",
        "median_kept_whole",
    ),
    *("target", "note"),
)
UNVERIFIED = "unverified"  # how a citation begins that is none
SOLVED, FROM, TO = "solved", "interval from", "interval to"
UNITS = {"rate": "rate", "money": "pounds"}
Verdict = Literal["found", "above", "none"]


@dataclass(frozen=True)
class Trial:
    """What one figure leads to: on how many paths the target is met, and what is spent and kept.

    `spending` is pounds a year in prices of the start day, from the first spending date on, mean of
    all paths; `kept` is median capital kept whole at the run's end, nan of a fund that is spent.
    `parted` is the share's standard error where paths are drawn in independent parts.
    """

    value: Decimal
    met: int
    paths: int
    spending: float
    kept: float
    parted: float | None = None

    @property
    def share(self) -> float:
        """On which share of the paths the target is met."""
        return self.met / self.paths

    @property
    def error(self) -> float:
        """The standard error of that share, √(p (1 − p) / n) where each path is its own.

        nan for a single path, which shows none.
        """
        if self.parted is not None:
            return self.parted
        if self.paths == 1:
            return math.nan
        return math.sqrt(self.share * (1 - self.share) / self.paths)

    @property
    def low(self) -> float:
        """The lower end of the interval of the share."""
        return self.share if self.paths == 1 else max(self.share - Z * self.error, 0.0)

    @property
    def high(self) -> float:
        """The upper end of the interval of the share."""
        return self.share if self.paths == 1 else min(self.share + Z * self.error, 1.0)


@dataclass(frozen=True)
class Solved:
    """The largest figure that meets a target on these paths, and the curve that it is read off.

    `trials` are in order of their figures, `grid` those at even distances among them. `found` is
    the largest that meets the target, `surely` and `perhaps` the ends of its interval: the largest
    at which p − 1.96 errors, and p + 1.96 errors, still reaches it; None where none does.
    """

    question: Question
    trials: Sequence[Trial]
    grid: Sequence[Trial]
    found: Trial | None
    surely: Trial | None
    perhaps: Trial | None

    @property
    def varied(self) -> Varied:
        """The fund, and the figure that is varied."""
        return self.question.varied

    @property
    def target(self) -> Target:
        """What is to be met."""
        return self.question.target

    @property
    def step(self) -> Decimal:
        """How close to each other figures were tried."""
        return self.question.span.step

    @property
    def scenario(self) -> Scenario:
        """The scenario as it is stated."""
        return self.question.scenario

    @property
    def fund(self) -> str:
        """The fund that the target is for."""
        return self.varied.fund

    @property
    def verdict(self) -> Verdict:
        """Whether it was found, lies above the upper end, or there is none."""
        if self.found is None:
            return "none"
        return "above" if self.found is self.trials[-1] else "found"

    @property
    def value(self) -> float | None:
        """The largest figure that meets the target: a yearly rate, or pounds; None if none does."""
        return None if self.found is None else float(self.found.value)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The figures at which p ± 1.96 errors reaches the target, as far as the range goes."""
        if self.found is None or self.perhaps is None:
            return None
        return float((self.surely or self.trials[0]).value), float(self.perhaps.value)

    @cached_property
    def error(self) -> float | None:
        """The standard error of the figure: that of its share over the slope of the curve about it.

        None where there is no such figure, the curve does not fall about it, or there is one path.
        """
        if self.found is None or self.verdict == "above" or self.found.paths == 1:
            return None
        if not self.found.error:
            return 0.0
        low, high = self._about()
        fall, width = low.share - high.share, float(high.value - low.value)
        return self.found.error * width / fall if fall > 0 else None

    def _about(self) -> tuple[Trial, Trial]:
        """Give the trials on both sides that the slope is read off."""
        assert self.found is not None  # noqa: S101 - asked for only then
        assert self.perhaps is not None  # noqa: S101 - it is at least as large as what was found
        low, high = self.surely or self.trials[0], self.perhaps
        if low.value == high.value:
            high = next(one for one in self.trials if one.value > low.value)
        return low, high

    @cached_property
    def rises(self) -> list[tuple[Trial, Trial]]:
        """Neighbours on the curve between which the share rises, where it would be thought to fall.

        A share that rises and falls can meet the target at one figure and miss it at a smaller one.
        """
        return [(one, next_) for one, next_ in pairwise(self.trials) if next_.met > one.met]

    @property
    def misses_below(self) -> list[Trial]:
        """Trials of smaller figures than the one found that miss the target."""
        if self.found is None:
            return []
        goal = self.target.probability
        return [one for one in self.trials if one.value < self.found.value and one.share < goal]

    @property
    def best(self) -> Trial:
        """The trial that meets the target on most paths, of several the largest figure."""
        return max(self.trials, key=lambda one: (one.met, one.value))

    @property
    def stated(self) -> Trial | None:
        """The trial of the scenario's own figure, where it is in the range."""
        own = self.varied.stated
        return next((one for one in self.trials if one.value == own), None)

    def noted(self, trial: Trial) -> str:
        """Say what a trial is, if it is anything beside a point of the curve."""
        named = ((AS_STATED, self.stated), (SOLVED, self.found))
        ends = ((FROM, self.surely), (TO, self.perhaps)) if self.verdict == "found" else ()
        return ", ".join(name for name, one in (*named, *ends) if one is trial)

    @property
    def solved(self) -> Scenario:
        """The scenario with the figure that was found; ValueError where none was."""
        if self.found is None:
            message = "no figure meets the target, so there is no scenario with it"
            raise ValueError(message)
        return self.varied.at(self.found.value)

    @property
    def curve(self) -> Table:
        """The curve as a table, a row a trial: figures as fractions or pounds, shares as decimals.

        Its columns are the key, its unit, `value`, the share of paths with its standard error and
        the ends of its interval, mean real pounds spent a year, median capital kept whole, the
        probability asked for, and what the row is.
        """

        def rows() -> Iterator[Row]:
            for one in self.trials:
                shares = (one.share, one.error, one.low, one.high)
                yield (
                    *(self.varied.key, UNITS[self.varied.unit], f"{one.value:f}"),
                    *map(plain, shares),
                    *(f"{one.spending:.4f}", plain(one.kept)),
                    *(f"{self.target.probability:g}", self.noted(one)),
                )

        return Table("curve", COLUMNS, rows)

    def told(self) -> dict[str, Any]:
        """Give the answer in plain values, as `solved.json` holds it."""
        one_path = self.scenario.paths == 1
        return {
            "target": str(self.target),
            "fund": self.fund,
            "key": self.varied.key,
            "unit": UNITS[self.varied.unit],
            "verdict": self.verdict,
            "value": self.value,
            "se": self.error,
            "interval": self.interval,
            "share": None if self.found is None else self.found.share,
            "share_se": None if self.found is None or one_path else self.found.error,
            "step": float(self.step),
            "searched": [float(self.trials[0].value), float(self.trials[-1].value)],
            "best": {"value": float(self.best.value), "share": self.best.share},
            "seed": self.scenario.seed,
            "paths": self.scenario.paths,
            "years": self.scenario.years,
        }

    @property
    def doubts(self) -> list[str]:
        """Say what the answer rests on that is unverified, in a sentence, if anything is."""
        number = sum(note.startswith(UNVERIFIED) for note in self.scenario.sources.values())
        told = f"{UNVERIFIED}: {counted(number, 'assumption')} of {self.scenario.name} without"
        return [f"{told} a source (fundsim check names them)"] if number else []

    def sentences(self) -> list[str]:
        """Say the answer in words."""
        return list(_sentences(self))


def percent(share: float) -> str:
    """Write a share of paths in per cent, to a tenth.

    >>> percent(0.801), percent(1.0), percent(math.nan)
    ('80.1%', '100.0%', '–')
    """
    return f"{100 * share:.1f}%" if math.isfinite(share) else "–"


def _sentences(made: Solved) -> Iterator[str]:
    name, words = made.varied.name, made.varied.words
    paths = f"these {made.scenario.paths:,} paths" if made.scenario.paths > 1 else "this one path"
    low, high = (words(made.trials[at].value) for at in (0, -1))
    if made.found is None:
        best = made.best
        most = f"the best is {percent(best.share)} of them, at {words(best.value)}"
        yield (
            f"No {name} from {low} to {high} meets it on {paths}: "
            f"{most if best.met else 'it comes true on none of them'}."
        )
    elif made.verdict == "above":
        yield (
            f"The {name} at the upper end, {high}, still meets it, on "
            f"{percent(made.found.share)} of {paths}: the largest that does lies above; "
            "search further with --to."
        )
    else:
        yield (
            f"{words(made.found.value)} is the largest {name} that meets it on {paths}: "
            f"{percent(made.found.share)} of them (error {percent(made.found.error)}), in steps of "
            f"{words(made.step)}."
        )
        yield _how_sure(made)
    yield from _more(made)


def _how_sure(made: Solved) -> str:
    """Say the error of the figure, and its interval."""
    assert made.found is not None  # noqa: S101 - asked for only then
    if made.scenario.paths == 1:
        return "A single path shows no error; simulate more."
    if made.error is None:
        return "The share does not fall about it, so no error of it can be told."
    if not made.error and all(one.met in (0, one.paths) for one in made.trials):
        return "All paths agree at every one that was tried, so that no error shows."
    if not made.error:
        return "It is met on every path there, so no error of it can be told."
    size = _size(made, made.error)
    return f"Standard error {size}; {_interval(made)}."


def _size(made: Solved, error: float) -> str:
    if made.varied.unit == "money":
        return money(error)
    return f"{100 * error:.2g} percentage points"


def _interval(made: Solved) -> str:
    words = made.varied.words
    assert made.perhaps is not None  # noqa: S101 - asked for only where a figure was found
    begin = None if made.surely is None else words(made.surely.value)
    end = None if made.perhaps is made.trials[-1] else words(made.perhaps.value)
    if begin and end:
        return f"with 95% confidence it lies between {begin} and {end}"
    if begin or end:
        return f"with 95% confidence it is {'at least' if begin else 'at most'} {begin or end}"
    return "with 95% confidence it can be any that was tried"


def _more(made: Solved) -> Iterator[str]:
    """Say what is spent, how the stated figure fares, and what is odd about the curve."""
    words, own = made.varied.words, made.stated
    if made.found is not None:
        yield (
            f"With it {made.fund} spends {money(made.found.spending)} a year on average, in prices "
            f"of {day(made.scenario.start)}."
        )
        if not made.found.value and made.varied.of_spending:
            yield "That is to spend nothing: a step more misses it."
    if own is not None and own is not made.found:
        yield f"At {words(own.value)}, as stated, it is met on {percent(own.share)} of them."
    if made.misses_below:
        worst = min(made.misses_below, key=lambda one: one.met)
        yield (
            f"Smaller ones can miss it: at {words(worst.value)} it is met on "
            f"{percent(worst.share)} of them."
        )
    if made.rises:
        one, next_ = max(made.rises, key=lambda pair: pair[1].met - pair[0].met)
        yield (
            f"The share does not fall throughout: between {words(one.value)} and "
            f"{words(next_.value)} it rises from {percent(one.share)} to {percent(next_.share)}."
        )
    if made.target.probability == 1 and made.found is not None:
        yield f"Met on all of {made.scenario.paths:,} simulated paths is not yet certain."
