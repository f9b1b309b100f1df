"""Write docs/reference/, theory and data of docs/ from the code: python scripts/write_reference.py.

Nothing in them is written by hand: commands are read off click, keys off the schema, rules,
metrics, measures and charts off their catalogues, equations and sources off docstrings. A test
holds what is committed against what this makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import Any, get_args

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from fundsim import sampling
from fundsim.charts import CHARTS
from fundsim.charts.catalogue import ELSEWHERE
from fundsim.charts.comparing import COMPARISON_CHARTS
from fundsim.charts.style import Style
from fundsim.cli.entry import fundsim
from fundsim.comparison.spreads import SHARE_TO
from fundsim.metrics import controlled
from fundsim.metrics.catalogue import METRICS
from fundsim.metrics.places import SPREADS
from fundsim.rules import seats
from fundsim.rules.allocation import BROUGHT, PRESETS, Preset
from fundsim.rules.base import Rule, catalogue
from fundsim.rules.dormant.flows import flows
from fundsim.scenario import spelling
from fundsim.scenario.methods.citing import References
from fundsim.scenario.schema import Settings
from fundsim.scenario.shapes import Shape, fields_of, shape_of
from fundsim.studies import distributions
from fundsim.studies.designs import AnyDesign
from fundsim.studies.distributions import AnyDistribution
from fundsim.studies.sampling import ROUNDS
from fundsim.studies.schema import Study
from scripts.reference_of_data import INTRO, chapters

DOCS = Path(__file__).parents[1] / "docs"
HEAD = "<!-- Made by scripts/write_reference.py from the code; change the code instead. -->"
CATALOGUES = {
    "returns": ("AnyReturns", "Markets", "markets"),
    "inflation": ("AnyInflation", "Inflation", "markets.inflation"),
    "inflows": ("AnyInflow", "Inflows", "funds.NAME.inflow"),
    "spending": ("AnySpending", "Spending", "funds.NAME.spending"),
    "allocation": ("AnyAllocation", "Allocation", "funds.NAME.allocation"),
    "shocks": ("AnyShock", "Shocks", "shocks"),
}
CHAPTERS = {
    "Dormant assets": flows,
    "Whole places": seats,
    "Draws that are spread evenly": sampling,
    "Means that are corrected": controlled,
}
"""What has its equations in one docstring."""
DIRECTIONS = {1: "more is better", -1: "less is better", 0: "neither"}
LIMITS = (("ge", "at least"), ("gt", "above"), ("le", "at most"), ("lt", "below"))


def pages() -> dict[str, str]:
    """Make every page, by its path below docs/."""
    made = {
        "reference/commands.md": commands(),
        "reference/scenario.md": scenario(),
        "reference/study.md": study(),
        "reference/style.md": style(),
        "reference/rules.md": rules(),
        "reference/metrics.md": metrics(),
        "reference/charts.md": charts(),
        "theory.md": theory(),
        "data.md": data(),
    }
    return {path: "\n".join([HEAD, "", *lines]).rstrip() + "\n" for path, lines in made.items()}


# Commands


def commands() -> Iterator[str]:
    yield from ("# Commands", "", "Each of them says the same with `--help`.", "")
    for name, command in fundsim.commands.items():
        context = click.Context(command, info_name=f"fundsim {name}")
        usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
        yield from (f"## `fundsim {name}`", "", f"`{usage}`", "")
        yield from (_paragraphs(command.help or ""), "")
        options = [param for param in command.params if isinstance(param, click.Option)]
        records = [option.get_help_record(context) for option in options]
        told = [(f"`{record[0]}`", record[1]) for record in records if record]
        yield from (*table(("option", "what it does"), told), "")


def _paragraphs(text: str) -> str:
    """Put each paragraph of a help text on one line."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


# Keys


def scenario() -> Iterator[str]:
    yield from ("# Keys of a scenario", "")
    yield "A scenario is a TOML file. `kind` chooses a rule; the keys of each are in"
    yield "[rules](rules.md). `extends = FILE` begins with another scenario: a table then merges,"
    yield "unless its `kind` changes, and a list is replaced whole. `remove` drops dotted keys."
    yield ""
    yield from _tables(Settings, "", "The scenario")


def study() -> Iterator[str]:
    yield from ("# Keys of a study", "")
    yield "A study is a TOML file too: a scenario, and blocks in which it varies, each of one"
    yield "`kind`. Every combination of a cell of each block is run. Values stand by a scenario's"
    yield "dotted keys."
    yield ""
    yield from _tables(Study, "", "The study")
    yield from ("## Ways of varying", "")
    for design in get_args(get_args(AnyDesign)[0]):
        yield from _of_kind(design)
    yield from ("## Distributions", "", cleandoc(distributions.__doc__ or ""), "")
    yield "What stands at a key of `distributions` is a table of one `kind`. Its numbers are"
    yield 'written as such, as a rate, `"3.5%"`, or as an amount of money, `"£2bn"`.'
    yield ""
    for one in get_args(get_args(AnyDistribution)[0]):
        yield from _of_kind(one)
    yield from ("## Constraints", "")
    yield "Each of the `constraints` of a `sample` is two keys that are drawn, or a key and a plain"
    yield "number (a rate as a fraction, money in pounds), with `<` between them, such as"
    yield '`"one.key < other.key"` or `"0.01 < one.key"`. The left one is strictly less than the'
    yield "right one, both as they are rounded. A key that is a `choice` has no order. A study is"
    yield f"refused where, of {ROUNDS} times as many draws as it asks for, too few keep all"
    yield "constraints."


def _of_kind(model: type[BaseModel]) -> Iterator[str]:
    """Tell what a table of one kind is, its keys, and the tables inside it."""
    kind = model.model_fields["kind"].default
    yield from (f"### `{kind}`", "", cleandoc(model.__doc__ or ""), "", *keys(model), "")
    yield from _inside(model, kind)


def style() -> Iterator[str]:
    yield from ("# Keys of a house style", "")
    yield "A house style is a TOML file for `--style`. What is left out is as pictures are without"
    yield "one; an unknown key is refused."
    yield ""
    yield from _tables(Style, "", "The style")


def _tables(model: type[BaseModel], above: str, title: str) -> Iterator[str]:
    """Tell a table's keys, then each table inside it that has only one form."""
    doc = " ".join((model.__doc__ or "").split("\n\n", maxsplit=1)[0].split())
    yield from (f"## {title}", "", doc, "", *keys(model), "")
    for (name, shape), _ in _fields(model):
        key = f"{above}{name}"
        inside, mark = (shape, "") if shape.inner is None else (shape_of(shape.inner), ".NAME")
        if len(inside.tables) == 1:
            mark = "[]" if mark and "list" in shape.expected else mark
            (one,) = inside.tables.values()
            yield from _tables(one, f"{key}{mark}.", f"`[{key}{mark}]`")


def _fields(model: type[BaseModel]) -> Iterable[tuple[tuple[str, Shape], FieldInfo]]:
    return zip(fields_of(model).items(), model.model_fields.values(), strict=True)


def keys(model: type[BaseModel]) -> list[str]:
    """Make the table of a model's keys: type, range, default, meaning."""
    rows = [
        (f"`{name}`", _type(shape), _range(info, shape), _default(info, shape), shape.description)
        for (name, shape), info in _fields(model)
        if name != "kind"
    ]
    return table(("key", "type", "range", "unless stated", "what it is"), rows)


def _type(shape: Shape) -> str:
    if shape.by_kind:
        kinds = [f"`{kind}`" for kind in shape.tables if kind not in BROUGHT]
        return f"a table by `kind`: {', '.join(kinds)}"
    if shape.inner is None or len(shape.parts) != 1:
        return shape.expected
    inner = shape_of(shape.inner)
    return f"{shape.expected} of tables" if inner.tables else f"{shape.expected}: {inner.expected}"


def _range(info: FieldInfo, shape: Shape) -> str:
    """Say within which limits a value lies, in the words of a file."""
    said = []
    for mark in info.metadata:
        for name, words in LIMITS:
            limit = getattr(mark, name, None)
            if limit is not None:
                said.append(f"{words} {_spelled(limit, shape)}")
        least = getattr(mark, "min_length", None)
        if least:
            said.append(f"at least {least} of them" if shape.inner is not None else "not empty")
    return ", ".join(said)


def _default(info: FieldInfo, shape: Shape) -> str:
    if info.is_required():
        return "required"
    value = info.get_default(call_default_factory=True, validated_data={})
    return "" if value is None else f"`{_spelled(value, shape)}`"


def _spelled(value: object, shape: Shape) -> str:
    said = spelling.spelled(value, shape)
    return said if isinstance(said, str) and said else spelling.toml_value(said)


# Rules


def rules() -> Iterator[str]:
    yield from (
        "# Rules",
        "",
        "What each does in formulas, and its sources: [theory](../theory.md).",
        "",
    )
    for room, (union, title, key) in CATALOGUES.items():
        yield from (f"## {title}", "", f"The `kind` of `{key}`.", "")
        for kind, rule in members(room, union).items():
            yield from (f"### `{kind}`", "", rule.title(), "", *keys(rule), "")
            yield from _inside(rule, kind)
    yield from (
        "## Presets",
        "",
        'Rules of real programmes: `kind = "preset"`, `preset = NAME`.',
        "",
    )
    told = [(f"`{n}`", one.title, one.source, one.doubt) for n, one in PRESETS.items()]
    yield from table(("name", "what it is", "source", "unverified"), told)


def _inside(rule: type[BaseModel], above: str) -> Iterator[str]:
    """Tell the tables inside a rule that have only one form."""
    for (name, shape), _ in _fields(rule):
        inside = shape if shape.inner is None else shape_of(shape.inner)
        if len(inside.tables) == 1:
            (one,) = inside.tables.values()
            yield from (f"#### `{name}` of `{above}`", "", *keys(one), "")
            yield from _inside(one, name)


def members(room: str, union: str) -> dict[str, type[Rule]]:
    """List the rules of a catalogue that are fundsim's own."""
    every = catalogue(getattr(import_module(f"fundsim.rules.{room}"), union))
    return {kind: rule for kind, rule in every.items() if kind not in BROUGHT}


# Metrics, measures and charts


def metrics() -> Iterator[str]:
    yield from (
        "# Metrics and measures",
        "",
        "## Metrics",
        "",
        "Figures of a fund, one a path.",
        "",
    )
    told = [
        (f"`{one.name}`", one.title, one.unit, DIRECTIONS[one.direction], ", ".join(one.bases))
        for one in METRICS.values()
    ]
    yield from table(("metric", "what it is", "unit", "direction", "prices"), told)
    yield from ("", "## Measures", "", "How money is spread over areas.", "")
    spread = [
        (f"`{one.name}`", one.title, one.unit, DIRECTIONS[one.direction])
        for one in SPREADS.values()
    ]
    spread.append(
        (
            f"`{SHARE_TO}COLUMN`",
            "The share that reaches people whom a column counts.",
            "share",
            "more is better",
        )
    )
    yield from table(("measure", "what it is", "unit", "direction"), spread)


def charts() -> Iterator[str]:
    yield from (
        "# Charts",
        "",
        "`fundsim chart RUN NAME` draws one; each has its figures beside it as CSV.",
        "",
    )
    yield from ("## Of a run", "", *_titled(CHARTS), "")
    yield from ("## Of a comparison", "", *_titled(COMPARISON_CHARTS), "")
    yield from ("## Of other answers", "", *_titled(ELSEWHERE))


def _titled(found: Mapping[str, Any]) -> list[str]:
    return table(
        ("chart", "what it shows"), [(f"`{name}`", one.title) for name, one in found.items()]
    )


# Theory


def theory() -> Iterator[str]:
    references = References()
    yield from (
        "# Theory",
        "",
        "The equations of every model and rule, as the code states them.",
        "",
    )
    for room, (union, title, _) in CATALOGUES.items():
        yield from (f"## {title}", "")
        rooms = members(room, union)
        symbols: dict[str, str] = {}
        for rule in rooms.values():
            symbols |= rule.symbols
        if symbols:
            listed = [(f"`{symbol}`", meaning) for symbol, meaning in symbols.items()]
            yield from (
                *table(("symbol", "what it stands for, unless a rule says otherwise"), listed),
                "",
            )
        for kind, rule in rooms.items():
            if rule is not Preset:
                words = references.prose(rule.model_construct().in_words())
                yield from (f"**`{kind}`** {_plain(words)}", "")
    for title, told in CHAPTERS.items():
        yield from (f"## {title}", "", cleandoc(told.__doc__ or ""), "")
    yield from ("## References", "")
    for mark, text in references.listed():
        yield f"- {_plain(mark)} {_plain(text)}"


# Data


def data() -> Iterator[str]:
    yield INTRO
    for title, said, heads, told in chapters():
        rows = [tuple(map(_plain, row)) for row in told]
        yield from ("", f"## {title}", "", said, "", *table(heads, rows))


def _plain(text: str) -> str:
    """Keep Markdown from reading figures as marks of its own."""
    for mark in ("\\", "*", "[", "]", "<"):
        text = text.replace(mark, f"\\{mark}")
    return text


# Markdown


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Make a table; a bar within a cell is kept from ending it."""
    lines = [heads, tuple("---" for _ in heads), *rows]
    return [
        f"| {' | '.join(' '.join(c.split()).replace('|', chr(92) + '|') for c in r)} |"
        for r in lines
    ]


def write() -> None:
    for path, text in pages().items():
        place = DOCS / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        print(f"wrote {place.relative_to(DOCS.parent)}")


if __name__ == "__main__":
    write()
