"""Checks of chance, of what is made of many paths, and of the elementary functions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist

import numpy as np

from fundsim import portable
from fundsim.chance import UNIT, Chance
from fundsim.metrics import inequality, statistics
from fundsim.money import Pence, Real
from fundsim.rules import normal
from fundsim.rules.returns import Lognormal, tails
from fundsim.validating.check import Check, Finding, Sample, catches
from fundsim.validating.worlds import played, risky

LAST_PLACES = "units in the last place"


@catches("quantiles are of another type than the seventh")
def quantile_type(sample: Sample) -> Finding:
    """The tenth of 1, 4, 9, 16, 25 is 1 + 0.4 · 3 (Hyndman and Fan, 1996, definition 7)."""
    del sample
    known = np.array([25, 1, 16, 4, 9])
    return Finding.relative(float(statistics.quantiles(known, [0.1])[0]), 2.2, 1e-12)


@catches("the error shown is that of one path, not that of the mean")
def error_covers(sample: Sample) -> Finding:
    """Mean ± 1.96 errors of 250 normal paths covers the true mean with Pr(|t| < 1.96).

    For 249 degrees of freedom that is 0.948890 (Student's t by its incomplete beta function).
    """
    drawn = Chance(sample.seed).unit(0)("validating").standard_normal((4_000, UNIT))
    found = statistics.moments(np.rint(drawn * 1e9).astype(np.int64))
    covers = np.abs(found.mean) < 1.96 * found.error
    return Finding.of_share(covers, 1 - 2 * _t_above(1.96, UNIT - 1))


def _t_above(t: float, freedom: int) -> float:
    from scipy import stats

    return float(stats.t.sf(t, freedom))


@catches("joining units of paths loses what lies between their means")
def units_are_joined(sample: Sample) -> Finding:
    """The error over many units is that of all paths at once: √(Σ (x − mean)² / (n − 1) / n)."""
    drawn = Chance(sample.seed).unit(0)("validating").standard_normal(8 * UNIT)
    pence = np.rint((drawn + np.arange(8 * UNIT) // UNIT) * 1e6).astype(np.int64)
    exact = float(pence.std(ddof=1)) / math.sqrt(pence.size)
    return Finding.relative(float(statistics.moments(pence).error), exact, 1e-12)


@catches("inequality is taken over areas instead of over people")
def gini_of_two(sample: Sample) -> Finding:
    """Where a share p of people gets a share s of money, less than p, the Gini is p − s.

    The Lorenz curve is two straight lines through (p, s). Nine people in ten get half here; between
    areas that count alike there would be no difference.
    """
    del sample
    pence = np.array([[500_000_000], [500_000_000]])
    found = inequality.gini_per_head(pence, np.array([100_000.0, 900_000.0]))
    return Finding.relative(float(found[0]), 0.9 - 0.5, 1e-12)


@catches("areas are not put in order before the Lorenz curve is drawn")
def gini_exponential(sample: Sample) -> Finding:
    """Of an exponential law the Gini is ½; its Lorenz curve is p + (1 − p) ln(1 − p)."""
    n = 20_000
    p = np.arange(n + 1) / n
    rest = 1 - p
    curve = p + rest * np.log(np.where(rest > 0, rest, 1.0))
    pence = np.rint(np.diff(curve) * 1e14).astype(np.int64)
    mixed = np.random.default_rng(sample.seed).permutation(pence)[:, np.newaxis]
    found = inequality.gini_per_head(mixed, np.ones(n))
    return Finding.relative(float(found[0]), 0.5, 1e-6)


@catches("a normal quantile has lost digits")
def normal_quantile(sample: Sample) -> Finding:
    """Hold the 97.5 % quantile against Python's own."""
    del sample
    return Finding.relative(normal.quantile(0.975), NormalDist().inv_cdf(0.975), 1e-14)


@catches("the series for Student's t ends too early")
def student_t_tail_area(sample: Sample) -> Finding:
    """Hold the probability above 3 for 5 degrees of freedom against the beta function's."""
    del sample
    return Finding.relative(tails.above(3.0, 5.0), _t_above(3.0, 5), 1e-12)


@catches("the number of paths changes what a path meets")
def path_of_any_run(sample: Sample) -> Finding:
    """Path 17 of 300 is path 17 of 1,200, in pence on every year's end."""
    few, many = (_capital(sample, paths, 4)[:, 17] for paths in (300, 1_200))
    return Finding.of_equal(few, many)


@catches("the number of years changes what a year meets")
def year_of_any_run(sample: Sample) -> Finding:
    """The first 5 years of 5 are those of 25, on every path."""
    short, long = (_capital(sample, UNIT, years)[:5] for years in (5, 25))
    return Finding.of_equal(short, long)


def _capital(sample: Sample, paths: int, years: int) -> Pence:
    results = played(sample, years, risky(0.07, 0.165), paths=paths)
    return results.series["fund"].of("closing_capital", "nominal")


@catches("one more asset changes what the others do")
def asset_in_company(sample: Sample) -> Finding:
    """An asset that is drawn beside an independent one has the same bits as alone."""
    asset = {"arithmetic_mean": 0.07, "volatility": 0.165}
    alone = _grown(sample, {"b": {**asset, "weight": 1}})
    both = _grown(sample, {name: {**asset, "weight": 0.5} for name in ("a", "b")})
    return Finding.relative(float(np.abs(alone - both).max()), 0.0, 0.0)


def _grown(sample: Sample, assets: Mapping[str, object]) -> Real:
    """Draw all assets, and give the last one's quarters."""
    calm = {"kind": "constant", "rate": 0}
    pairs = {"a": {"b": 0}} if len(assets) > 1 else {}
    model = Lognormal.model_validate({"assets": assets, "inflation": calm, "correlations": pairs})
    streams = Chance(sample.seed).unit(0)
    return model.draw(2, streams, [{name: 1.0} for name in assets]).growth[-1]


@catches("the exponential has lost digits")
def exponential(sample: Sample) -> Finding:
    """It is within two units in the last place of this system's own, from −30 to 30."""
    del sample
    grid = [k / 997 - 30 for k in range(997 * 60)]
    return _in_last_places(portable.exp(np.array(grid)), [math.exp(x) for x in grid], 2)


@catches("the logarithm has lost digits")
def logarithm(sample: Sample) -> Finding:
    """It is within three units in the last place of this system's own, from 1/50 to 60."""
    del sample
    grid = [k / 997 for k in range(20, 997 * 60) if k != 997]
    return _in_last_places(portable.log(np.array(grid)), [math.log(x) for x in grid], 3)


def _in_last_places(found: Real, exact: Sequence[float], limit: float) -> Finding:
    """Show the place where the two are furthest apart, in units of the last digit."""
    own = np.array(exact)
    off = np.abs(found - own) / np.spacing(np.abs(own))
    worst = int(off.argmax())
    measured, expected = float(found[worst]), float(own[worst])
    return Finding(measured, expected, float(off[worst]), LAST_PLACES, limit)


CHECKS: tuple[Check, ...] = (
    *(quantile_type, error_covers, units_are_joined, gini_of_two, gini_exponential),
    *(normal_quantile, student_t_tail_area, path_of_any_run, year_of_any_run, asset_in_company),
    *(exponential, logarithm),
)
