"""How evenly money is spread over people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fundsim.money import Pence, Real


def gini_per_head(pence: Pence, population: Real) -> Real:
    """Take the Gini coefficient over people of pounds a head, `(path,)`; nan where nothing is paid.

    `pence` is `(area, path)`, `population` `(area,)`. Everybody in an area counts with its mean.
    G = 1 − Σ p_i (S_i + S_{i−1}), with areas from least to most a head, p their share of people and
    S the running share of money (Gastwirth, Review of Economics and Statistics 54, 1972).
    """
    money = np.ascontiguousarray(pence.T)
    order = _from_least_to_most(money / population)
    money = np.add.accumulate(np.take_along_axis(money, order, axis=1), axis=1)
    whole = money[:, -1].astype(np.float64)
    people = (population / np.add.accumulate(population)[-1])[order]
    below = np.zeros_like(money)
    below[:, 1:] = money[:, :-1]
    area = np.add.accumulate(people * (money + below), axis=1)[:, -1]
    return 1.0 - _over(area, whole)


def _from_least_to_most(per_head: Real) -> NDArray[np.int64]:
    """Order each path's areas, `(path, area)`, by pounds a head, equal ones as they stand.

    An area's number is put into the last digits of its figure, and whole numbers are sorted: no two
    are equal, so that any way of sorting gives the same order, and the fastest one will do.
    """
    digits = (per_head.shape[1] - 1).bit_length()
    most = per_head.max(axis=1, keepdims=True)
    scale = np.divide(2.0 ** (61 - digits), most, out=np.zeros_like(most), where=most > 0)
    keys = np.rint(per_head * scale).astype(np.int64) << digits
    keys |= np.arange(per_head.shape[1])
    keys.sort(axis=1)
    order: NDArray[np.int64] = keys & ((1 << digits) - 1)
    return order


def share_to_most_deprived(pence: Pence, population: Real, need: Real, part: float = 0.2) -> Real:
    """Take the share of money that the most deprived fifth of people get, `(path,)`.

    Areas count from the highest need down until a fifth of people is reached, the boundary area in
    proportion; nan where nothing is paid.
    """
    weights = _weights_of_most_deprived(population, need, part)
    got = np.add.accumulate(weights[:, np.newaxis] * pence, axis=0)[-1]
    whole = pence.sum(axis=0).astype(np.float64)
    return _over(got, whole)


def _over(part: Real, whole: Real) -> Real:
    """Divide, with nan where there is nothing to divide by."""
    share = np.full(whole.shape, np.nan)
    np.divide(part, whole, out=share, where=whole > 0)
    return share


def _weights_of_most_deprived(population: Real, need: Real, part: float) -> Real:
    order = np.argsort(-need, kind="stable")
    people = population[order]
    reached = np.add.accumulate(people)
    left = np.clip(part * reached[-1] - (reached - people), 0.0, people)
    weights = np.empty_like(population)
    weights[order] = left / people
    return weights
