"""How long each kind of markets takes to draw, as a ratio to normals, measured in one run.

    python benchmarks/markets.py [paths]

For each kind, the time to draw growth of the mix and prices over fifty years against that of
drawing as many normals as the kind says it draws (`normals`), from the same streams; for kinds that
draw none, against those of the default model. The default model, which is the flagship's nine
assets a quarter, is also measured with the portable exponential left out. Times are processor time
of this process; each ratio is the median of interleaved pairs.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from unittest.mock import patch

import numpy as np
from pydantic import TypeAdapter

from fundsim.chance import UNIT, Streams
from fundsim.rules import inflation
from fundsim.rules.returns import CHUNK, AnyReturns, History, ReturnModel, Tabled, lognormal
from fundsim.scenario import load
from fundsim.validating.returns import EXAMPLES

YEARS, PAIRS = 50, 9


def seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def normals(model: ReturnModel, units: int) -> None:
    """Draw the normals alone, from the same streams, in pieces that stay in the cache."""
    for unit in range(units):
        streams = Streams(1, unit)
        for source, steps in model.normals(YEARS).items():
            generator = streams(source)
            for begin in range(0, steps, CHUNK):
                generator.standard_normal((min(CHUNK, steps - begin), UNIT))


def markets(model: ReturnModel, units: int) -> None:
    for unit in range(units):
        model.draw(YEARS, Streams(1, unit))


def without_exp(model: ReturnModel, units: int) -> None:
    with patch.object(lognormal, "exp", np.copy), patch.object(inflation, "exp", np.copy):
        markets(model, units)


def example(kind: str) -> ReturnModel:
    model: ReturnModel = TypeAdapter(AnyReturns).validate_python({"kind": kind, **EXAMPLES[kind]})
    if isinstance(model, Tabled):
        times = tuple(str(1970 + row) for row in range(YEARS))
        rng = np.random.default_rng(1)
        paths = 250 if model.by_path else 1
        columns = {
            "shares": rng.normal(0.05, 0.1, YEARS * paths).clip(-0.5),
            "prices": rng.normal(0.02, 0.02, YEARS * paths),
        }
        model.take(History("made up", times, columns, paths), tuple(columns), years=YEARS, paths=1)
    return model


def compare(name: str, one: Callable[[], object], other: Callable[[], object], draws: int) -> None:
    one(), other()
    pairs = [(seconds(one), seconds(other)) for _ in range(PAIRS)]
    ratios = sorted(a / b for a, b in pairs)
    print(
        f"{name:34} {statistics.median(ratios):6.2f}  ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        f"  {draws:6,} normals a path"
    )


def main() -> None:
    units = -(-int(sys.argv[1] if len(sys.argv) > 1 else 10_000) // UNIT)
    print(f"{units * UNIT:,} paths of {YEARS} years\n{'':34} ratio   (least to most)")
    default = load("kruger-2020").markets
    alone = partial(normals, default, units)
    draws = sum(default.normals(YEARS).values())
    compare("the default, without exp", partial(without_exp, default, units), alone, draws)
    compare("the default (lognormal, 9 assets)", partial(markets, default, units), alone, draws)
    for kind in EXAMPLES:
        model = example(kind)
        own = sum(model.normals(YEARS).values())
        beside = partial(normals, model, units) if own else alone
        compare(
            kind if own else f"{kind} (to the default's)",
            partial(markets, model, units),
            beside,
            own,
        )
    print(f"numpy {np.__version__}, Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main()
