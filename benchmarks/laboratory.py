"""How fast the allocation laboratory is.

    python benchmarks/laboratory.py [TABLE]

Every rule of the catalogue shares one pot between all areas of a table, and between fewer of them,
to see how its time grows: the last column is the time of all areas over that of 1,000, over what
n log n would make of it. The table is a CSV, gzipped or not, with code, population, `lad`,
`imd25_score` and `left_behind`, as one of the 33,755 LSOAs of England has; without it, 33,755 areas
are made up. Columns that a rule needs beyond these are invented by a seeded generator, and are
named so. Then rules on the same markets: four of them against one run of the flagship.
Times are processor time of this process; ratios are medians of interleaved pairs.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from engine import seconds
from pydantic import TypeAdapter

from fundsim.comparison.naming import with_rules
from fundsim.comparison.one_pot import to_the_penny
from fundsim.comparison.running import compare_runs
from fundsim.comparison.wanting import Wanted
from fundsim.engine.simulate import simulate
from fundsim.places import Geography, load_geography
from fundsim.rules.allocation import AnyAllocation
from fundsim.rules.base import catalogue
from fundsim.rules.round import Round
from fundsim.scenario import load

POT = 100_000_000_00  # pence
SIZES = (1_000, 2_000, 4_000, 8_000, 16_000)
INVENTED = ("invented_base", "invented_claims", "invented_index", "invented_capacity")
EQUAL = {"kind": "equal"}
HEAD = {"kind": "per_capita"}
NEED = {"kind": "need_weighted"}

SETTINGS: dict[str, dict[str, Any]] = {
    "equal": {},
    "per_capita": {},
    "need_weighted": {"steepness": 1.7},
    "threshold_per_head": {"people": "left_behind_people", "at_least": 100},
    "shares": {},  # of the nation, as the first level of the hierarchy
    "column": {"column": "invented_claims", "unit": "pounds"},
    "either_or_both": {
        "first": {"column": "imd25_score", "worst": "10%"},
        "second": {"column": "invented_index", "worst": "30%"},
    },
    "rank_top_n": {"places": 1000, "most_per_region": 200, "each": "£50k"},
    "tiers": {},
    "population_band": {"least": 1000, "most": 2500, "from": "£1k", "to": "£5k"},
    "whole_places": {"places": 5000, "each": "£10k", "method": "huntington_hill"},
    "neighbourhoods": {},  # filled with names of the table
    "mix_with_floor": {"parts": {"population": 0.7, "invented_index": 0.3}, "floor": "£500"},
    "targeted_capitation": {"indices": ["invented_index", "imd25_score"]},
    "efit_additive": {"indicators": {"imd25_score": 0.2, "invented_index": 0.1}},
    "phase_in": {"base": "invented_base"},
    "barnett": {"base": "invented_base"},  # its reference is filled with a name of the table
    "floor_damping": {"base": "invented_base", "floor": "1%"},
    "funding_guarantee": {"core": "invented_claims", "base": "invented_base"},
    "pace_of_change": {"base": "invented_base", "least": "1%"},
    "equalisation_grant": {"raised": "invented_claims"},
    "needs_minus_resources": {"needs": "invented_base", "resources": "invented_claims"},
    "capacity_equalisation": {"capacity": "invented_capacity"},
    "full_equalisation": {"needs": "invented_index", "capacity": "invented_capacity"},
    "fill_gap": {"already": "invented_base"},
    "proportional_claims": {"claims": "invented_claims"},
    "cea": {"claims": "invented_claims"},
    "cel": {"claims": "invented_claims"},
    "talmud": {"claims": "invented_claims"},
    "maximin": {"already": "invented_base"},
    "alpha_fair": {"alpha": 2.0, "steepness": 1.0, "already": "invented_base"},
    "preset": {"preset": "nhs-inequalities-tool", "columns": {"indicator": "imd25_score"}},
    "mix": {"parts": [{**HEAD, "weight": 0.4}, {**NEED, "weight": 0.6}]},
    "hierarchy": {"first": {"by": "foundation", **HEAD}, "then": NEED},
    "adjusted": {
        "rule": {**NEED, "steepness": 3.0},
        "floor": {"of_per_capita": "80%"},
        "cap": {"per_head": "£5"},
        "minimum_grant": "£500",
    },
    "programmes": {
        "programmes": [
            {"name": "hubs", "top_slice": "10%", "rule": EQUAL},
            {"name": "grants", "weight": 1, "rule": NEED},
        ]
    },
    "districts": {"rule": NEED, "districts": []},  # filled with names of the table
}


def table(given: Path | None, folder: Path) -> Path:
    """Write the table of areas that rules share between, with invented columns."""
    rows = _read(given) if given else _made_up(33_755)
    chance = np.random.default_rng(20200924)
    districts = load_geography("uk-districts-2024")
    served = dict(zip(districts.codes, districts.foundation_ids, strict=True))
    region = dict(zip(districts.codes, districts.regions, strict=True))
    path = folder / "areas.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        head = ("code", "name", "population", "region", "foundation", "imd25_score")
        writer.writerow((*head, "left_behind_people", *INVENTED))
        for code, lad, people, score, behind in rows:
            drawn = chance.uniform(1, 4, len(INVENTED)) * (people, people, 1, 1)
            where = region.get(lad, "elsewhere"), served.get(lad, "elsewhere")
            own = (code, code, people, *where, score, people * behind)
            writer.writerow((*own, *(f"{x:.2f}" for x in drawn)))
    return path


Area = tuple[str, str, int, float, int]


def _read(path: Path) -> list[Area]:
    content = path.read_bytes()
    text = gzip.decompress(content) if path.suffix == ".gz" else content
    return [
        (
            row["code"],
            row["lad"],
            int(row["population"]),
            float(row["imd25_score"]),
            int(float(row["left_behind"]) > 0),
        )
        for row in csv.DictReader(io.StringIO(text.decode()))
    ]


def _made_up(count: int) -> list[Area]:
    chance = np.random.default_rng(1)
    people = chance.integers(1_000, 3_000, count).tolist()
    scores = chance.gamma(2, 11, count).round(3).tolist()
    codes = load_geography("uk-districts-2024", where={"nation": "England"}).codes
    return [
        (f"X{i:08}", codes[i % len(codes)], people[i], scores[i], int(scores[i] > 50))
        for i in range(count)
    ]


def rules(places: Geography) -> dict[str, Any]:
    """Give one example of each rule of the catalogue."""
    some = list(places.names[:: max(len(places) // 50, 1)])
    filled: dict[str, dict[str, Any]] = {
        "neighbourhoods": {"places": {f"street {i}": name for i, name in enumerate(some)}},
        "barnett": {"base": "invented_base", "reference": places.names[0]},
        "districts": {
            "rule": NEED,
            "districts": [{"name": "some", "areas": some, "multiplier": 2.0}],
        },
        "shares": {"shares": dict.fromkeys(places.names, 1 / len(places))},
    }
    adapter: TypeAdapter[Any] = TypeAdapter(AnyAllocation)
    return {
        kind: adapter.validate_python({"kind": kind, **filled.get(kind, SETTINGS[kind])})
        for kind in catalogue(AnyAllocation)
    }


def shared(rule: Any, places: Geography) -> float:  # noqa: ANN401 - any rule
    """Time one sharing, down to whole pence by area."""
    here = Round.over(places, "imd25_score", np.array([POT]))

    def work() -> None:
        pence, told = to_the_penny(rule.shares(here), here)
        assert 0 <= pence.sum() <= POT
        told(0, 0)

    return min(seconds(work) for _ in range(3))


def grown(path: Path) -> None:
    """Time every rule on all areas and on fewer of them."""
    begin = time.perf_counter()
    whole = load_geography(str(path))
    print(f"{len(whole):,} areas read in {time.perf_counter() - begin:.1f} s")
    codes = list(whole.codes)
    fewer = {n: codes[:: len(codes) // n][:n] for n in SIZES}
    parts = {n: load_geography(str(path), where={"code": some}) for n, some in fewer.items()}
    parts[len(whole)] = whole
    print(f"{'ms by number of areas':24}" + "".join(f"{n:>9,}" for n in parts) + "  / n log n")
    slowest = 0.0
    for kind in rules(whole):
        times = {n: shared(rules(places)[kind], places) for n, places in parts.items()}
        slowest = max(slowest, times[len(whole)])
        least = len(parts[1_000])
        expected = len(whole) * math.log(len(whole)) / (least * math.log(least))
        ratio = times[len(whole)] / times[1_000] / expected
        print(f"{kind:24}" + "".join(f"{1000 * t:9.1f}" for t in times.values()) + f"{ratio:9.2f}")
    print(f"slowest: {slowest:.2f} s")


NAMES = ["per_capita", "need_weighted(steepness=2)", "equal", "threshold_per_head(people=lbn_pop)"]


def compared(paths: int) -> None:
    """Time four rules, and each further one, against one run of the flagship."""
    stated = load("kruger-2020", [f"paths={paths}"])
    scenarios = with_rules(stated, "luc", NAMES)

    def of(many: int, measure: str) -> Callable[[], object]:
        some = dict(list(scenarios.items())[:many])
        return lambda: compare_runs(some, "luc", Wanted(), measure=measure)

    print(f"\nflagship, {paths:,} paths, against one run of it (tables and charts apart)")

    def one_run() -> object:
        return simulate(stated)

    for name, measure, many in (
        ("four rules, sums allocated", "allocated", 4),
        ("one rule, paid", "paid", 1),
        ("four rules, paid", "paid", 4),
    ):
        pairs = [(seconds(of(many, measure)), seconds(one_run)) for _ in range(5)]
        ratios = [a / b for a, b in pairs]
        print(f"{name:30}{statistics.median(ratios):6.2f} ({min(ratios):.2f}-{max(ratios):.2f})")


def main() -> None:
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as folder:
        grown(table(given, Path(folder)))
    compared(1_000)
    print(f"numpy {np.__version__}, Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main()
