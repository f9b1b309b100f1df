"""The command `list`: what there is of each kind, with one plain sentence each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import click

from fundsim.cli import options

Entry = tuple[str, str]


def _scenarios() -> Iterator[Entry]:
    from fundsim.scenario import load, shipped

    for name in shipped():
        yield name, load(name).title


def _rules(module: str, union: str) -> Callable[[], Iterator[Entry]]:
    def entries() -> Iterator[Entry]:
        from importlib import import_module

        from fundsim.rules.base import catalogue

        members: Any = getattr(import_module(f"fundsim.rules.{module}"), union)
        for kind, rule in catalogue(members).items():
            yield kind, rule.title()

    return entries


def _presets() -> Iterator[Entry]:
    from fundsim.rules.allocation import PRESETS

    for name, preset in PRESETS.items():
        doubt = f" Unverified: {preset.doubt}." if preset.doubt else ""
        yield name, f"{preset.title}.{doubt}"


def _measures() -> Iterator[Entry]:
    from fundsim.metrics.places import SPREADS

    for name, spread in SPREADS.items():
        yield name, spread.title


def _metrics() -> Iterator[Entry]:
    from fundsim.metrics.catalogue import METRICS

    for metric in METRICS.values():
        yield metric.name, metric.title


def _charts() -> Iterator[Entry]:
    from fundsim.charts import CHARTS
    from fundsim.charts.comparing import COMPARISON_CHARTS

    for name, chart in CHARTS.items():
        yield name, chart.title
    for name, comparison in COMPARISON_CHARTS.items():
        yield name, f"Of a comparison: {comparison.title[0].lower()}{comparison.title[1:]}"


def _areas() -> Iterator[Entry]:
    from fundsim.places import load_geography

    areas = load_geography("uk-districts-2024")
    names = {foundation.id: foundation.name for foundation in areas.foundations}
    rows = zip(
        areas.codes, areas.names, areas.nations, areas.population, areas.foundation_ids, strict=True
    )
    for code, name, nation, people, foundation in rows:
        yield code, f"{name}, {nation}: {people:,} people, served by {names[foundation]}."


def _foundations() -> Iterator[Entry]:
    from fundsim.places import load_geography
    from fundsim.wording import counted

    for found in load_geography("uk-districts-2024").foundations:
        districts = counted(found.districts, "district")
        yield found.id, f"{found.name}: {districts}, {found.population:,} people."


KINDS: dict[str, Callable[[], Iterator[Entry]]] = {
    "scenarios": _scenarios,
    "returns": _rules("returns", "AnyReturns"),
    "inflation": _rules("inflation", "AnyInflation"),
    "inflows": _rules("inflows", "AnyInflow"),
    "spending": _rules("spending", "AnySpending"),
    "allocation": _rules("allocation", "AnyAllocation"),
    "presets": _presets,
    "shocks": _rules("shocks", "AnyShock"),
    "metrics": _metrics,
    "measures": _measures,
    "charts": _charts,
    "areas": _areas,
    "foundations": _foundations,
}


@click.command("list")
@click.argument("kind", type=click.Choice(list(KINDS)), metavar="KIND")
@options.table_format
@options.debug
def listing(kind: str, form: str) -> None:
    """List what there is of one KIND, with one plain sentence each.

    KIND is scenarios, returns, inflation, inflows, spending, allocation, presets (rules of real
    programmes), shocks, metrics (of funds), measures (of how money is spread), charts, areas or
    foundations.
    """
    from fundsim.cli.printing import print_rows

    print_rows(("name", "what it is"), list(KINDS[kind]()), form)
