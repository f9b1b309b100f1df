"""What antithetic pairs, a scrambled Sobol sequence and a control variate gain, in one run.

    python benchmarks/sampling.py [paths of a part]

`kruger-endowment` over 50 years, 16 independent parts of 4,000 paths each: the error of a measure
from one part's paths is the standard deviation of the parts' means; under the control variate each
part's mean is corrected by its own paths. The gain is plain sampling's
error over the method's at equal processor time, that is √(time ratio) of it taken off. Plain
sampling's parts are its own units, as many paths each.
"""

from __future__ import annotations

import math
import sys
import time

import numpy as np

from fundsim import Results, load, simulate
from fundsim.chance import UNIT
from fundsim.metrics.catalogue import METRICS
from fundsim.metrics.controlled import Controls
from fundsim.money import Real
from fundsim.sampling import PARTS

METHODS = ("antithetic", "sobol", "control_variate")
MEASURES = (
    ("closing_capital", "real"),
    ("spending", "real"),
    ("capital_kept_whole_at_50_years", "real"),
    ("ends_below_whole", "real"),
    ("ever_below_half", "real"),
    ("real_spending_cut_over_tenth", "real"),
)


def of_parts(results: Results, measure: str, basis: str) -> Real:
    """The mean of a measure in each part, unit u of part u modulo 16."""
    series = results.series["luc"]
    figure = METRICS[measure].measure(series, basis)  # type: ignore[arg-type]  # - one of the two
    figures, controls = parted(figure), [parted(values) for values in series.controls]
    return np.array(
        [
            Controls([values[part] for values in controls]).mean_and_error(figures[part])[0]
            for part in range(PARTS)
        ]
    )


def parted(figure: object) -> Real:
    """Figures of `(path,)` by part, `(part, path)`."""
    by_unit = np.asarray(figure, dtype=np.float64).reshape(-1, UNIT)
    return np.stack([by_unit[part::PARTS].reshape(-1) for part in range(PARTS)])


def main() -> None:
    part = int(sys.argv[1] if len(sys.argv) > 1 else 4_000)
    scenario = load("kruger-endowment").but({"paths": PARTS * part})
    found, taken = {}, {}
    for sampling in ("plain", *METHODS):
        begin = time.process_time()
        results = simulate(scenario.but({"sampling": sampling}))
        taken[sampling] = time.process_time() - begin
        found[sampling] = {
            name: float(of_parts(results, name, basis).std(ddof=1)) for name, basis in MEASURES
        }
    print(f"{scenario.name}, {PARTS} parts of {part:,} paths, {scenario.years} years")
    heads = "  ".join(f"{method:>15}" for method in METHODS)
    print(f"{'':32} {heads}   gain at equal time (at equal paths)")
    for name, _ in MEASURES:
        gains = []
        for sampling in METHODS:
            own = found[sampling][name]
            paths = found["plain"][name] / own if own else math.nan
            gains.append((paths / math.sqrt(taken[sampling] / taken["plain"]), paths))
        cells = "  ".join(f"{f'{gain:.1f} ({paths:.1f})':>15}" for gain, paths in gains)
        print(f"{name:32} {cells}")
    print("seconds: " + ", ".join(f"{name} {value:.1f}" for name, value in taken.items()))


if __name__ == "__main__":
    main()
