"""How evenly money is spread: over people, over groups of areas, and over the years.

Money is pence, `(area, path)`, of 0 or more; `population` is `(area,)`, above 0. Everybody in an
area counts with its mean. `group` is `(area,)` and numbers each area's group from 0, as
`Geography.members` does. Answers are `(path,)`, or `(group, path)`, never nan.

Where nothing is paid on a path everybody gets the same, so that each measure answers what it does
where all get the same a head; whether anything is paid is for the caller to say. With a single area
everybody gets the same as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fundsim.money import Pence, Real
from fundsim.portable import exp, log
from fundsim.rules.working import whole

Group = NDArray[np.int64]

LEAST_EXPONENT = -700.0  # what is smaller beside the largest term adds nothing to it
NEAR_ONE = 1e-8  # nearer to an aversion of 1, rounding errs more than the formula of 1 does


class TheilParts(NamedTuple):
    """Theil's T, its parts between and within groups, and what each group adds to the latter."""

    total: Real
    between: Real
    within: Real
    of_groups: Real


def people_of(population: Real) -> Real:
    """Each area's share of people, `(area, 1)`."""
    return np.asarray(population / np.add.accumulate(population)[-1])[:, np.newaxis]


def shares(pence: Pence | Real, population: Real) -> Real:
    """Each area's share of money, `(area, path)`; that of people where nothing is paid.

    >>> shares(np.array([[3, 0], [1, 0]]), np.array([1.0, 1.0])).tolist()
    [[0.75, 0.5], [0.25, 0.5]]
    """
    total = np.add.accumulate(pence, axis=0)[-1]
    share = np.broadcast_to(people_of(population), pence.shape).copy()
    np.divide(pence, total, out=share, where=total > 0)
    return share


def by_group(values: Pence | Real, group: Group) -> Real:
    """Add areas up by group, `(group, path)`, in the areas' order on every path.

    Pence stay exact, as floats hold them below £90tn.

    >>> by_group(np.array([[1], [2], [4]]), np.array([0, 1, 0])).tolist()
    [[5.0], [2.0]]
    """
    paths, groups = values.shape[1], int(group.max()) + 1
    bins = group[:, np.newaxis] * paths + np.arange(paths)
    sums = np.bincount(bins.ravel(), weights=values.ravel(), minlength=groups * paths)
    return sums.astype(np.float64).reshape(groups, paths)


def gini_per_head(pence: Pence, population: Real) -> Real:
    """How unevenly money is spread over people: 0 is the same a head, near 1 all to a few.

    G = 1 − Σ p_i (S_i + S_{i−1}), with areas from least to most a head, p their share of people and
    S the running share of money (Gastwirth, Review of Economics and Statistics 54, 1972).
    """
    money = np.ascontiguousarray(pence.T)
    order = _from_least_to_most(money / population)
    money = np.add.accumulate(np.take_along_axis(money, order, axis=1), axis=1)
    total = money[:, -1].astype(np.float64)
    people = people_of(population)[order, 0]
    below = np.zeros_like(money)
    below[:, 1:] = money[:, :-1]
    area = np.add.accumulate(people * (money + below), axis=1)[:, -1]
    return 1.0 - np.divide(area, total, out=np.ones_like(total), where=total > 0)


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


def theil(pence: Pence, population: Real) -> Real:
    """How unevenly money is spread over people, in a measure that splits into parts of groups.

    T = Σ s_i ln(s_i / p_i), with s an area's share of money and p of people; an area without money
    adds 0. 0 is the same a head; all money to a share p of people is −ln p. Theil, Economics and
    Information Theory, 1967, chapter 4.
    """
    return np.maximum(_divergence(shares(pence, population), people_of(population)), 0.0)


def _divergence(share: Real, people: Real) -> Real:
    return np.asarray(whole(_surprise(share, people))[0])


def _surprise(share: Real, expected: Real) -> Real:
    """Each member's s ln(s / e), 0 where s is."""
    ratio = np.divide(share, expected, out=np.ones_like(share), where=share > 0)
    return share * log(ratio)


def theil_parts(pence: Pence, population: Real, group: Group) -> TheilParts:
    """Split Theil's T into what lies between groups and what lies within them.

    Between: Σ S_g ln(S_g / P_g), with S and P a group's shares of money and people. Within: each
    group's own T, weighted by S_g. The two add up to T: Shorrocks, The Class of Additively
    Decomposable Inequality Measures, Econometrica 48, 1980.
    """
    people = population[:, np.newaxis]
    group_pence, group_people = by_group(pence, group), by_group(people, group)
    share = shares(group_pence, group_people[:, 0])
    between = _divergence(share, people_of(group_people[:, 0]))
    expected = share[group] * (people / group_people[group])
    of_groups = by_group(_surprise(shares(pence, population), expected), group)
    parts = theil(pence, population), between, whole(of_groups)[0], of_groups
    return TheilParts(*(np.maximum(part, 0.0) for part in parts))


def atkinson(pence: Pence, population: Real, aversion: float) -> Real:
    """The share of money that could be spared if all got the same, at an aversion to inequality.

    A = 1 − (Σ p_i (y_i / μ)^(1 − ε))^(1 / (1 − ε)), with y pounds a head, μ their mean over people
    and ε the aversion; at ε = 1, 1 − Π (y_i / μ)^p_i. From ε = 1 on it is 1 where an area gets
    nothing; at ε = 0 it is 0. A negative or infinite ε raises ValueError. Atkinson, On the
    Measurement of Inequality, Journal of Economic Theory 2, 1970.
    """
    if not 0 <= aversion < math.inf:
        message = f"an aversion to inequality is {aversion}; it is a number of 0 or more, such as 1"
        raise ValueError(message)
    share, people = shares(pence, population), people_of(population)
    if aversion == 0:
        return np.zeros(share.shape[1])
    power = 1.0 - aversion
    level = exp(np.maximum(_log_of_mean(share, people, power), LEAST_EXPONENT))
    if power < NEAR_ONE:
        level[(share == 0).any(axis=0)] = 0.0
    return np.clip(1.0 - level, 0.0, 1.0)


def _log_of_mean(share: Real, people: Real, power: float) -> Real:
    """Take ln of the mean of a power of what people get, of those who get anything, `(path,)`.

    Powers are summed beside the largest one, so that none is too large for a float.
    """
    some = share > 0
    logs = log(np.divide(share, people, out=np.ones_like(share), where=some))
    if abs(power) < NEAR_ONE:
        return np.asarray(whole(people * logs)[0])
    powers = np.where(some, power * logs, -np.inf)
    most = powers.max(axis=0)
    beside = people * exp(np.maximum(powers - most, LEAST_EXPONENT))
    return np.asarray((most + log(whole(np.where(some, beside, 0.0))[0])) / power)


def hoover(pence: Pence, population: Real) -> Real:
    """The share of money that would have to move for everybody to get the same a head.

    H = ½ Σ |s_i − p_i|. Hoover, Review of Economics and Statistics 18, 1936.
    """
    return np.asarray(0.5 * whole(np.abs(shares(pence, population) - people_of(population)))[0])


def percentile_ratio(pence: Pence, population: Real, *, high: int = 90, low: int = 10) -> Real:
    """How many times what the 10th percentile of people gets a head the 90th one gets.

    A percentile is the least figure that so many in a hundred people get at most (the inverse of
    the distribution function: type 1 of Hyndman and Fan, The American Statistician 50, 1996). It is
    infinite where the low one gets nothing and the high one something, and 1 where neither does.
    """
    money = np.ascontiguousarray(pence.T) / population
    order = np.argsort(money, axis=1, kind="stable")
    reached = np.add.accumulate(population[order], axis=1)
    ordered = np.take_along_axis(money, order, axis=1)

    def at(percent: int) -> Real:
        place = (100 * reached < percent * reached[:, -1:]).sum(axis=1, keepdims=True)
        return np.take_along_axis(ordered, place, axis=1)[:, 0]

    most, least = at(high), at(low)
    ratio: Real = np.where(most > 0, np.inf, 1.0)
    np.divide(most, least, out=ratio, where=least > 0)
    return ratio


def gaps(pence: Pence, population: Real, group: Group) -> Real:
    """Each group's share of money less its share of people, `(group, path)`."""
    people = by_group(population[:, np.newaxis], group)[:, 0]
    return np.asarray(shares(by_group(pence, group), people) - people_of(people))


def dissimilarity(pence: Pence, population: Real, group: Group) -> Real:
    """The share of money that would have to move for each group to get its share of people.

    D = ½ Σ |S_g − P_g|. Duncan and Duncan, American Sociological Review 20, 1955.
    """
    return np.asarray(0.5 * whole(np.abs(gaps(pence, population, group)))[0])


def areas_under(pence: Pence, minimum: int, *, years: int = 1) -> Real:
    """How many areas get less than a minimum, those that get nothing among them.

    `minimum` is pence a year, and `pence` what areas get in so many years.
    """
    return np.asarray(np.sum(pence < minimum * years, axis=0), np.float64)


def volatility(yearly: Iterable[Pence], population: Real) -> Real:
    """How much what an area gets changes from one year to the next: 0 never, 2 all or nothing.

    `yearly` is `(area, path)` for each year in turn, at least one; a single year gives 0. The mean
    over people and pairs of years of |x_t − x_{t−1}| / ½(x_t + x_{t−1}), which is 0 where both are.
    Unlike a rate of growth it knows starts and ends, and it does not take steady growth for wild
    years as a coefficient of variation does. Davis, Haltiwanger and Schuh, Job Creation and
    Destruction, 1996, technical appendix.
    """
    years = iter(yearly)
    before = next(years)
    people, pairs, changes = people_of(population), 0, np.zeros(before.shape[1])
    for after in years:
        both = before + after
        change = np.zeros(both.shape)
        np.divide(2.0 * np.abs(after - before), both, out=change, where=both > 0)
        changes += whole(people * change)[0]
        before, pairs = after, pairs + 1
    return np.asarray(changes / max(pairs, 1))


def present_value(yearly: Iterable[Pence], rate: float) -> Real:
    """What yearly amounts are worth in the first year, in pence, at a yearly discount rate.

    Σ x_t / (1 + r)^t, with t counted from 0, so that the first year is taken as it is (HM Treasury,
    The Green Book, annex on discounting). `yearly` and the answer have any one shape. At a rate of
    0 it is the plain sum. A rate of −100 % or below raises ValueError.
    """
    if not -1 < rate < math.inf:
        message = f"a discount rate is {rate}; it is a yearly fraction above -1, such as 0.035"
        raise ValueError(message)
    value, worth = np.zeros(()), 1.0
    for pence in yearly:
        value = value + pence * worth
        worth /= 1.0 + rate
    return np.asarray(value)
