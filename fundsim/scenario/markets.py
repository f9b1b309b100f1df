"""What a reader should know of a scenario's markets: where they come from, and what they do."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from fundsim.rules.moments import UNVERIFIED, Moments
from fundsim.rules.returns import Bootstrap, Tabled
from fundsim.rules.shocks import CorrelationShock, Jolt
from fundsim.scenario.keys import dotted
from fundsim.scenario.scenario import Scenario
from fundsim.wording import counted, day

_SHARES = (0.05, 0.5, 0.95)
_HEADINGS = ("", "mean", "sd", "skewness", "median", "5 %", "95 %", "lag 1")


def on_markets(scenario: Scenario) -> Iterator[str]:
    """Say which part of a table is used, how long its blocks are, and which figures are ours."""
    markets = scenario.markets
    if isinstance(markets, Tabled):
        yield f"markets: {_used(markets, scenario)}"
    if isinstance(markets, Bootstrap):
        rows = "1 row" if markets.length == 1 else f"{markets.length:.3g} rows"
        mean = "" if markets.scheme == "circular" else " on average"
        yield f"markets: blocks of {rows}{mean} ({markets.scheme})"
    for source in _ours(scenario):
        yield f"{UNVERIFIED}: markets: {source}"


def same_markets(scenarios: Iterable[Scenario]) -> bool:
    """Say whether markets and prices do the same in all scenarios, path by path."""
    first, *others = (_drawn_from(scenario) for scenario in scenarios)
    return all(other == first for other in others)


def _drawn_from(scenario: Scenario) -> tuple[object, ...]:
    """Give all that decides what markets and prices do."""
    markets = scenario.markets
    kinds = (Jolt, CorrelationShock)
    shocks = [shock for shock in scenario.shocks if isinstance(shock, kinds)]
    return (
        *(scenario.start, scenario.seed, scenario.sampling),
        markets.model_dump(),
        markets.data.digest if isinstance(markets, Tabled) else "",
        sorted(str(shock.model_dump(exclude={"name"})) for shock in shocks),
    )


def _used(markets: Tabled, scenario: Scenario) -> str:
    """Say which rows of a table are used, and of paths how many and from when on."""
    data = markets.data
    times = data.times
    if not markets.by_path:
        unused = f"; {', '.join(data.left_out)} lack a figure" if data.left_out else ""
        return f"{data.label} is used from {times[0]} to {times[-1]}{unused}"
    last = times[markets.steps_a_year * scenario.years - 1]
    paths = f"{scenario.paths:,} of {counted(data.paths, 'path')}"
    begins = f"the run begins on {day(scenario.start)} with its {times[0]}"
    return f"{data.label} is used from {times[0]} to {last}, {paths}; {begins}"


def _ours(scenario: Scenario) -> list[str]:
    """List what is unverified of figures that a model brings, and no key states."""
    brought = [one for one in scenario.markets.describe() if one.mark == UNVERIFIED]
    return list(dict.fromkeys(one.source.removeprefix(UNVERIFIED).lstrip(": ") for one in brought))


def described(scenario: Scenario) -> list[str]:
    """Write what markets and prices do in a year of the long run, and the figures a model brings.

    Before the managers' fee; where there is no closed form a cell is empty.
    """
    markets = scenario.markets
    known = [("markets' mix", markets.moments())]
    if len(markets.assets) > 1:
        known += [(name, markets.moments({name: 1.0})) for name in markets.assets]
    known.append(("prices", markets.price_moments()))
    table: list[tuple[str, ...]] = [_HEADINGS, *((name, *_figures(one)) for name, one in known)]
    lines = ["a year of these markets, in the long run, before the managers' fee", *_aligned(table)]
    brought = [one for one in markets.describe() if one.key[0] == "set"]
    if brought:
        figures: list[tuple[str, ...]] = [
            (f"markets.{dotted(one.key)}", f"{one.value}", _marked(one.mark, one.source))
            for one in brought
        ]
        lines += ["", "figures of the published set", *_aligned(figures)]
    return lines


def _marked(mark: str, source: str) -> str:
    return f"! {source}" if mark == UNVERIFIED else source


def _figures(known: Moments) -> tuple[str, ...]:
    low, median, high = (
        (known.quantile(share) for share in _SHARES) if known.quantile else (None, None, None)
    )
    return (
        _percent(known.mean),
        _percent(known.sd),
        _plain(known.skewness),
        _percent(median),
        _percent(low),
        _percent(high),
        _plain(known.autocorrelation),
    )


def _percent(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else f"{100 * value:.2f} %"


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value + 0.0:.2f}"


def _aligned(table: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    return [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
