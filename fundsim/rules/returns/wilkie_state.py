"""Wilkie's model as a linear system, and what follows of its long run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fundsim.money import Real
from fundsim.portable import exp, exp1, log1
from fundsim.rules.returns.matrices import Matrix, settled, times, turned
from fundsim.rules.returns.wilkie_sets import Parameters

NAMES = ("I", "YN", "YE", "DM", "DE", "CM", "X", "X1", "X2")
"""Inflation, the dividend yield's own part and shock, smoothed inflation, dividends' shock,
inflation expected in consols, and the log of consols' real yield over its median, now and before:
each as a distance from its mean."""
SHOCKS = ("I", "YE", "DE", "X")

_REACH, _STEP = 6.0, 0.5  # of an integral over normals, in standard deviations

Form = Mapping[str, float]
"""A sum of the state's parts, each times a figure; `I'` is inflation the year before."""


@dataclass(frozen=True)
class State:
    """What one year makes of the year before: s(t) = A s(t−1) + B z(t)."""

    of: Parameters

    @cached_property
    def step(self) -> Matrix:
        """A, by the order of `NAMES`."""
        p = self.of
        rows: dict[str, Form] = {
            "I": {"I": p.QA},
            "YN": {"YN": p.YA},
            "YE": {},
            "DM": {"I": p.DD * p.QA, "DM": 1 - p.DD},
            "DE": {},
            "CM": {"I": p.CD * p.QA, "CM": 1 - p.CD},
            "X": {"X": p.CA1, "X1": p.CA2, "X2": p.CA3},
            "X1": {"X": 1.0},
            "X2": {"X1": 1.0},
        }
        return [[rows[name].get(other, 0.0) for other in NAMES] for name in NAMES]

    @cached_property
    def shaken(self) -> Matrix:
        """B, by the order of `NAMES` and `SHOCKS`."""
        p = self.of
        rows: dict[str, Form] = {
            "I": {"I": p.QSD},
            "YN": {"YE": p.YSD},
            "YE": {"YE": p.YSD},
            "DM": {"I": p.DD * p.QSD},
            "DE": {"DE": p.DSD},
            "CM": {"I": p.CD * p.QSD},
            "X": {"YE": p.CY * p.YSD, "X": p.CSD},
        }
        return [[rows.get(name, {}).get(shock, 0.0) for shock in SHOCKS] for name in NAMES]

    @cached_property
    def covariance(self) -> Matrix | None:
        """The long-run covariance V = A V Aᵀ + B Bᵀ; None where there is no long run."""
        return settled(self.step, times(self.shaken, turned(self.shaken)))

    @cached_property
    def _both(self) -> dict[tuple[str, str], float]:
        """Covariances of the state with itself and, marked by a stroke, with the year before."""
        now = self.covariance
        assert now is not None  # noqa: S101 - refused where there is none
        later = times(self.step, now)
        found = {}
        for i, one in enumerate(NAMES):
            for j, other in enumerate(NAMES):
                found[one, other] = found[f"{one}'", f"{other}'"] = now[i][j]
                found[one, f"{other}'"] = found[f"{other}'", one] = later[i][j]
        return found

    def between(self, one: Form, other: Form) -> float:
        """Give the long-run covariance of two sums."""
        both = self._both
        return math.fsum(a * b * both[i, j] for i, a in one.items() for j, b in other.items())

    @property
    def yield_(self) -> Form:
        """The log dividend yield."""
        return {"I": self.of.YW, "YN": 1.0}

    @property
    def yield_mean(self) -> float:
        """The mean log dividend yield."""
        return self.of.YW * self.of.QMU + log1(self.of.YMU)

    @property
    def dividends(self) -> Form:
        """The log growth of dividends, whose mean is QMU + DMU."""
        p = self.of
        return {"DM": p.DW, "I": 1 - p.DW, "YE'": p.DY, "DE'": p.DB, "DE": 1.0}

    @property
    def price(self) -> Form:
        """The log growth of share prices: dividends, and the fall of their yield."""
        found = dict(self.dividends)
        for name, figure in self.yield_.items():
            found[name] = found.get(name, 0.0) - figure
            found[f"{name}'"] = found.get(f"{name}'", 0.0) + figure
        return found

    def expected(self, shares: int, consols: int) -> float:
        """Give E[S^p C^q] of the growth of shares and consols in the long run.

        S = exp(a)(1 + Y), a the log growth of the price: S^p is a sum of exponentials of normals.
        E[exp(L) g] is E[exp L] times the mean of g with each normal moved by its covariance with L;
        g of consols is integrated over the two yields of consols by the trapezoidal rule.
        """
        total = []
        for power in range(shares + 1):
            form = _added({name: shares * a for name, a in self.price.items()}, self.yield_, power)
            mean = shares * (self.of.QMU + self.of.DMU) + power * self.yield_mean
            scale = exp1(mean + self.between(form, form) / 2) if shares else 1.0
            part = self._consols(consols, form) if consols else 1.0
            total.append(math.comb(shares, power) * scale * part)
        return math.fsum(total)

    def _consols(self, power: int, form: Form) -> float:
        """Give the mean of (C(t−1) (1 / C(t) + 1))^q, the state moved by its covariance with L."""
        p = self.of
        points = _grid()
        inflation = _pair(self, "CM", form, points)
        logs = _pair(self, "X", form, points)
        weights = _weights(points)
        real = tuple(p.CMU * exp(one) for one in logs)
        found = []
        for before, now, weight in zip(
            inflation[0].ravel(), inflation[1].ravel(), weights.ravel(), strict=True
        ):
            old = np.maximum(p.QMU + before + real[0], p.CMIN)
            new = np.maximum(p.QMU + now + real[1], p.CMIN)
            growth = old * (1 / new + 1)
            raised = growth.copy()
            for _ in range(power - 1):
                raised *= growth
            found.append(float(weight) * float((weights * raised).sum()))
        return math.fsum(found)

    def log_moments(self, real: Form | None = None) -> tuple[float, float]:
        """Give mean and standard deviation of the log return of shares, less a sum if one is given.

        a + h(ln Y) with h(y) = ln(1 + exp y): the covariance of a normal and h is their covariance
        times E[h'] (Stein), so that integrals over ln Y alone suffice.
        """
        price = _added(self.price, real or {}, -1)
        mean, sd = self.yield_mean, math.sqrt(self.between(self.yield_, self.yield_))
        points = _grid()
        density = _weights_of_one(points)
        yields = exp(mean + sd * points)
        h = np.array([log1(1 + float(one)) for one in yields])
        first = float((density * h).sum())
        second = float((density * h * h).sum())
        slope = float((density * (yields / (1 + yields))).sum())
        variance = (
            self.between(price, price)
            + 2 * self.between(price, self.yield_) * slope
            + second
            - first * first
        )
        return self.of.QMU + self.of.DMU + first, math.sqrt(variance)


def _added(one: Form, other: Form, times_: float) -> dict[str, float]:
    found = dict(one)
    for name, figure in other.items():
        found[name] = found.get(name, 0.0) + times_ * figure
    return found


def _pair(state: State, name: str, form: Form, points: Real) -> tuple[Real, Real]:
    """Give a part of the state the year before and now on the grid, moved by its covariances."""
    old, new = {f"{name}'": 1.0}, {name: 1.0}
    variance, both = state.between(old, old), state.between(old, new)
    sd = math.sqrt(variance)
    slope = both / variance if variance else 0.0
    rest = math.sqrt(max(variance - slope * both, 0.0))
    before = sd * points[:, np.newaxis] + np.zeros((1, len(points)))
    now = slope * before + rest * points[np.newaxis, :]
    return before + state.between(form, old), now + state.between(form, new)


def _grid() -> Real:
    count = round(_REACH / _STEP)
    return np.arange(-count, count + 1).astype(np.float64) * _STEP


def _weights_of_one(points: Real) -> Real:
    """Give the weights of the trapezoidal rule for a standard normal, which sum to 1."""
    density = exp(-points * points / 2)
    return np.asarray(density / math.fsum(density))


def _weights(points: Sequence[float] | Real) -> Real:
    one = _weights_of_one(np.asarray(points))
    return np.asarray(one[:, np.newaxis] * one[np.newaxis, :])
