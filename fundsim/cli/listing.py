"""The command `list`: what there is of each kind, with one plain sentence each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import click

from fundsim.cli import options

if TYPE_CHECKING:
    from pydantic import BaseModel

    from fundsim.rules.allocation.presets import Known
    from fundsim.rules.base import Rule

Entry = tuple[str, str]
Key = tuple[str, str, str]


def _scenarios() -> Iterator[Entry]:
    from fundsim.scenario import load, shipped

    for name in shipped():
        yield name, load(name).title


def _studies() -> Iterator[Entry]:
    from fundsim.studies import load_study
    from fundsim.studies.reading import shipped_studies

    for name in shipped_studies():
        yield name, load_study(name).study.title


_UNIONS = {
    "returns": "AnyReturns",
    "inflation": "AnyInflation",
    "inflows": "AnyInflow",
    "spending": "AnySpending",
    "allocation": "AnyAllocation",
    "shocks": "AnyShock",
}


def _catalogue(rules: str) -> dict[str, type[Rule]]:
    from importlib import import_module

    from fundsim.rules.base import catalogue

    return catalogue(getattr(import_module(f"fundsim.rules.{rules}"), _UNIONS[rules]))


def _rules(rules: str) -> Iterator[Entry]:
    for kind, rule in _catalogue(rules).items():
        yield kind, rule.title()


def _keys_of_rule(rule: type[BaseModel], above: str = "") -> Iterator[Key]:
    """Give the keys of a rule, what each is where nothing is said, and what it means.

    Those of a table inside stand below its own key; those of each table of a list below key[].
    """
    from fundsim.scenario.shapes import fields_of, shape_of
    from fundsim.scenario.spelling import spelled, toml_value

    fields = zip(rule.model_fields.values(), fields_of(rule).items(), strict=True)
    for field, (key, shape) in fields:
        if key != "kind":
            default = field.get_default(call_default_factory=True, validated_data={})
            stated = "" if default is None else toml_value(spelled(default, shape))
            told = "required" if field.is_required() else stated
            yield f"{above}{key}", told, field.description or ""
            inside = shape if shape.inner is None else shape_of(shape.inner)
            if len(inside.tables) == 1:
                (table,) = inside.tables.values()
                mark = "" if inside is shape else "[]"
                yield from _keys_of_rule(table, f"{above}{key}{mark}.")


def _keys_of_preset(preset: Known) -> Iterator[Key]:
    """Give the columns that a preset reads, and what is known of it."""
    from fundsim.scenario.spelling import toml_value

    for role, column in preset.columns.items():
        yield f"columns.{role}", column.get("default", "required"), column["what"]
    yield "(the rule)", "", toml_value(dict(preset.rule))
    yield "(source)", "", preset.source
    if preset.doubt:
        yield "(unverified)", "", preset.doubt


def _presets() -> Iterator[Entry]:
    from fundsim.rules.allocation import PRESETS

    for name, preset in PRESETS.items():
        doubt = f" Unverified: {preset.doubt}." if preset.doubt else ""
        yield name, f"{preset.title}.{doubt}"


def _measures() -> Iterator[Entry]:
    from fundsim.comparison.spreads import SHARE_TO
    from fundsim.metrics.places import SPREADS

    for name, spread in SPREADS.items():
        yield name, spread.title
    yield f"{SHARE_TO}COLUMN", "The share of money that reaches people whom a column counts."


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
    "studies": _studies,
    **{rules: partial(_rules, rules) for rules in _UNIONS},
    "presets": _presets,
    "metrics": _metrics,
    "measures": _measures,
    "charts": _charts,
    "areas": _areas,
    "foundations": _foundations,
}


@click.command("list")
@click.argument("kind", type=click.Choice(list(KINDS)), metavar="KIND")
@click.argument("name", required=False)
@options.table_format
@options.debug
def listing(kind: str, name: str | None, form: str) -> None:
    """List what there is of one KIND, with one plain sentence each; of one rule, its keys.

    KIND is scenarios, studies, returns, inflation, inflows, spending, allocation, presets (rules of
    real programmes), shocks, metrics (of funds), measures (of how money is spread), charts, areas
    or foundations. With the NAME of a rule or of a preset, its keys, what they are unless stated,
    and what they mean.
    """
    from fundsim.cli.printing import print_rows

    if name is None:
        print_rows(("name", "what it is"), list(KINDS[kind]()), form)
    else:
        print_rows(("key", "unless stated", "what it is"), list(_keys(kind, name)), form)


def _keys(kind: str, name: str) -> Iterator[Key]:
    from fundsim.errors import nearest
    from fundsim.rules.allocation import PRESETS

    if kind not in _UNIONS and kind != "presets":
        message = f"{kind} have no keys; name a rule, as fundsim list allocation per_capita"
        raise click.BadParameter(message, param_hint="NAME")
    there = PRESETS if kind == "presets" else _catalogue(kind)
    if name not in there:
        message = f'there is no "{name}"{nearest(name, there)}; see fundsim list {kind}'
        raise click.BadParameter(message, param_hint="NAME")
    found = there[name]
    yield from _keys_of_rule(found) if isinstance(found, type) else _keys_of_preset(found)
