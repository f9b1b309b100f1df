"""Boxes of assumptions in which most futures fail, found by a tree that halves the futures.

A box holds some of the values of a few assumptions: of ordered ones all from one on, or up to one,
or between two; of others those that it names. Its density is the share of its futures that fail,
its coverage the share of all failures that it holds (Bryant and Lempert, Technological Forecasting
and Social Change 77, 2010). Boxes are the leaves of a classification tree (CART: Breiman, Friedman,
Olshen and Stone, 1984; held beside PRIM by Lempert, Bryant and Bankes, RAND WR-557, 2008), by
scikit-learn. What chance would do as well is undone: leaves side by side are taken together, and
restrictions taken off, the least needed one first, where the quasi-p-value is above 0.05. That is
the chance that a binomial draw of as many futures as the box holds has as many failures, at the
density of what it would be part of.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fundsim.errors import RunError

if TYPE_CHECKING:
    from sklearn.tree._tree import Tree

Bools = NDArray[np.bool_]
Codes = NDArray[np.int64]
Mask = Bools
"""Which of an assumption's values lie in a box, `(value,)`."""

DEEPEST = 4  # halvings on the way to a box
SMALLEST, LEAST = 0.05, 5  # share of the futures, and number of them, that a box holds
MOST_BOXES = 3
WORTH = 0.1  # of all failures, that a box holds beside those before it
DENSE = 0.5  # or twice the share of all futures, if that is less
CHANCE = 0.05
HALVES = 100


@dataclass(frozen=True)
class Assumption:
    """What varies from future to future: all its values, in their order if they have one.

    `sign` is how the study writes its numbers: "%", "£", or nothing.
    """

    name: str
    values: tuple[float, ...] | tuple[str, ...]
    ordered: bool
    sign: str = ""


@dataclass(frozen=True)
class Futures:
    """What each future is, and whether a policy fails in it, `(future,)`.

    `codes` are the places of its values among all of each assumption, `(future, assumption)`.
    """

    assumptions: Sequence[Assumption]
    codes: Codes
    fails: Bools

    def part(self, rows: Bools) -> Futures:
        """Give some of the futures alone."""
        return Futures(self.assumptions, self.codes[rows], self.fails[rows])

    @property
    def failing(self) -> int:
        """In how many of them it fails."""
        return int(self.fails.sum())

    @property
    def few(self) -> bool:
        """Whether failures, or futures without one, are too few to say where they lie."""
        return min(self.failing, len(self.fails) - self.failing) < LEAST


@dataclass(frozen=True)
class Box:
    """Which values of which assumptions, by their places, and the quasi-p-value of each of these.

    Where a restriction has two ends, the quasi-p-value is that of the one that is needed less.
    """

    masks: Mapping[int, Mask]
    chances: Mapping[int, float]

    def holds(self, futures: Futures) -> Bools:
        """Tell which futures lie in it, `(future,)`."""
        inside = np.ones(len(futures.fails), dtype=np.bool_)
        for place, mask in self.masks.items():
            inside &= mask[futures.codes[:, place]]
        return inside


@dataclass(frozen=True)
class Again:
    """What boxes found in random halves of the futures are worth in the other halves."""

    density: float
    coverage: float
    restricted: tuple[float, ...]
    """The share of halves in which an assumption is restricted, `(assumption,)`."""


def boxes(futures: Futures) -> list[Box]:
    """Find the boxes in which most futures fail, the one that holds most failures first.

    RunError: scikit-learn is not installed.
    """
    if futures.few:
        return []
    leaves = [leaf for leaf in _leaves(futures) if _is_dense(Box(leaf, {}), futures)]
    made = [_needed(leaf, futures) for leaf in leaves]
    return _worth([box for box in made if _is_dense(box, futures)], futures)


def _is_dense(box: Box, futures: Futures) -> bool:
    overall = float(futures.fails.mean())
    density = float(futures.fails[box.holds(futures)].mean())
    return density > overall and density >= min(DENSE, 2 * overall)


def _worth(made: Sequence[Box], futures: Futures) -> list[Box]:
    """Take the box that adds most failures, then the next, as long as that is worth a box."""
    held = [box.holds(futures) & futures.fails for box in made]
    left = futures.fails
    found: list[Box] = []
    while held and len(found) < MOST_BOXES:
        adds = [int((each & left).sum()) for each in held]
        best = adds.index(max(adds))
        if adds[best] < WORTH * futures.failing:
            break
        found.append(made[best])
        left = left & ~held[best]
    return found


def _leaves(futures: Futures) -> Iterator[dict[int, Mask]]:
    """Grow a tree, and give the values that lead to each leaf."""
    try:
        from sklearn.tree import DecisionTreeClassifier
    except ImportError as error:
        message = "finding boxes needs scikit-learn; install it with: pip install scikit-learn"
        raise RunError(message) from error
    columns = [*_columns(futures.assumptions)]
    seen = np.array([values[futures.codes[:, place]] for place, values in columns]).T
    least = max(LEAST, int(np.ceil(SMALLEST * len(seen))))
    tree = DecisionTreeClassifier(max_depth=DEEPEST, min_samples_leaf=least, random_state=0)
    made = tree.fit(seen, futures.fails).tree_
    every = enumerate(futures.assumptions)
    waiting = [(0, {place: np.ones(len(each.values), np.bool_) for place, each in every})]
    while waiting:
        node, masks = waiting.pop()
        if _is_leaf(made, node):
            yield {place: mask for place, mask in masks.items() if not mask.all()}
            continue
        place, values = columns[made.feature[node]]
        left = values <= made.threshold[node]
        waiting.append((made.children_right[node], masks | {place: masks[place] & ~left}))
        waiting.append((made.children_left[node], masks | {place: masks[place] & left}))


def _is_leaf(tree: Tree, node: int) -> bool:
    """Tell whether a node is not halved, or only into leaves that chance would tell apart as well.

    These are taken together: else one box would be told as several that touch.
    """
    halves = tree.children_left[node], tree.children_right[node]
    if halves[0] < 0:
        return True
    if not all(_is_leaf(tree, half) for half in halves):
        return False
    shares = tree.value[:, 0, 1]
    denser = max(halves, key=lambda half: shares[half])
    count = int(tree.n_node_samples[denser])
    return _by_chance(round(shares[denser] * count), count, shares[node]) > CHANCE


def _columns(assumptions: Sequence[Assumption]) -> Iterator[tuple[int, Codes]]:
    """Give what the tree sees: whose column it is, and what stands there for each of its values.

    Places in the order rather than values: a tree asks for no more, and its floats hold them whole.
    """
    for place, each in enumerate(assumptions):
        codes = np.arange(len(each.values))
        if each.ordered:
            yield place, codes
        else:
            yield from ((place, (codes == code).astype(np.int64)) for code in codes)


def _needed(masks: Mapping[int, Mask], futures: Futures) -> Box:
    """Take off what chance would do without, until all that is left is needed."""
    left = dict(masks)
    while True:
        chances = [
            (_quasi_p(left, {place: loose}, futures), place, loose)
            for place, mask in left.items()
            for loose in _loosened(mask, ordered=futures.assumptions[place].ordered)
        ]
        worst = max(chances, key=lambda one: one[0], default=None)
        if worst is None or worst[0] <= CHANCE:
            return Box(left, {at: max(p for p, of, _ in chances if of == at) for at in left})
        _, place, loose = worst
        left[place] = loose
        if loose.all():
            del left[place]


def _loosened(mask: Mask, *, ordered: bool) -> Iterator[Mask]:
    """Give the mask without its lower end, and without its upper one; whole where it has none."""
    if not ordered:
        yield np.ones_like(mask)
        return
    codes, places = np.arange(len(mask)), np.flatnonzero(mask)
    if places[0] > 0:
        yield codes <= places[-1]
    if places[-1] < len(mask) - 1:
        yield codes >= places[0]


def _quasi_p(masks: Mapping[int, Mask], loose: Mapping[int, Mask], futures: Futures) -> float:
    """How likely so many failures are in so many futures, if the restriction did nothing."""
    inside = futures.fails[Box(masks, {}).holds(futures)]
    wider = futures.fails[Box({**masks, **loose}, {}).holds(futures)]
    return _by_chance(int(inside.sum()), len(inside), float(wider.mean()))


def _by_chance(failing: int, count: int, share: float) -> float:
    from scipy.stats import binom

    return float(binom.sf(failing - 1, count, share))


def again(futures: Futures) -> Again:
    """Find boxes in random halves of the futures, and look what they hold of the other halves.

    Density is that of all futures that such boxes hold there together (nan where none does),
    coverage the share of all failures there. Both are nan where failures are too few to look.
    """
    if futures.few:
        return Again(math.nan, math.nan, (0.0,) * len(futures.assumptions))
    generator = np.random.default_rng(0)  # the same halves for everybody
    size = len(futures.fails)
    inside, failing, failures = 0, 0, 0
    restricted = np.zeros(len(futures.assumptions))
    for _ in range(HALVES):
        rows = generator.permutation(size) < size // 2
        found, other = boxes(futures.part(rows)), futures.part(~rows)
        held = np.zeros(len(other.fails), dtype=np.bool_)
        for box in found:
            held |= box.holds(other)
        inside += int(held.sum())
        failing += int((held & other.fails).sum())
        failures += other.failing
        restricted[[*{place for box in found for place in box.masks}]] += 1
    density = failing / inside if inside else math.nan
    return Again(density, failing / max(failures, 1), tuple((restricted / HALVES).tolist()))
