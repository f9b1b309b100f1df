"""A scenario told to people: each value with its place and source, differences, things to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fundsim.money import pounds
from fundsim.rules.allocation import Ratios
from fundsim.rules.returns import Tabled
from fundsim.rules.round import Round
from fundsim.rules.spending import Profile
from fundsim.scenario import spelling
from fundsim.scenario.coming import arrivals
from fundsim.scenario.document import NOTES, Document
from fundsim.scenario.fingerprint import WORDS_ONLY
from fundsim.scenario.keys import MISSING, Key, dotted, look, undotted
from fundsim.scenario.markets import described, on_markets
from fundsim.scenario.remarks import (
    on_foundations,
    on_payments,
    on_scheme,
    on_shocks,
    on_spending_down,
)
from fundsim.scenario.scenario import Scenario
from fundsim.scenario.schema import Fund, Settings
from fundsim.scenario.shapes import Shape, along
from fundsim.scenario.timing import on_bounds, timing

UNVERIFIED = "unverified"
_AREAS = "geography.areas"
_ONE_BILLION = 100_000_000_000  # pence: a pot large enough that every area that gets anything does


@dataclass(frozen=True)
class Row:
    """One value of a resolved scenario: where it is from, and what is said of its source."""

    key: str
    value: str
    place: str
    note: str

    @property
    def unverified(self) -> bool:
        """Whether the citation says that the figure is nobody's but ours."""
        return self.note.startswith(UNVERIFIED)


def rows(scenario: Scenario) -> list[Row]:
    """List every value of a resolved scenario in the order of a file.

    A table has a row of its own where a citation speaks of the whole of it.
    """
    document = scenario.document
    return [
        Row(dotted(key), _value(document, key, value), _place(document, key), _note(scenario, key))
        for key, value in _leaves(spelling.table(scenario), scenario)
        if key[0] != NOTES
    ]


def _leaves(
    values: dict[str, Any] | list[Any], scenario: Scenario, above: Key = ()
) -> Iterator[tuple[Key, Any]]:
    """Take a scenario apart to single values; tables that are cited come before their values."""
    for name, value in _parts(values):
        key = (*above, name)
        inside = isinstance(value, dict) or _holds_tables(value)
        if not inside or dotted(key) in scenario.sources:
            yield key, value
        if inside:
            yield from _leaves(value, scenario, key)


def _parts(values: dict[str, Any] | list[Any]) -> list[tuple[str | int, Any]]:
    return list(values.items()) if isinstance(values, dict) else list(enumerate(values))


def _holds_tables(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _value(document: Document, key: Key, value: Any) -> str:  # noqa: ANN401 - of any type
    """Show a value as it was written, or in the words of a file where it was left out."""
    if isinstance(value, dict) or _holds_tables(value):
        return _in_short(value)
    written = look(document.values, key)
    shown = value if written is MISSING or isinstance(written, dict) else written
    return " ".join(_plainly(shown).split())


def _in_short(value: Any) -> str:  # noqa: ANN401 - of any type
    if isinstance(value, dict):
        return "(table)"
    return "(list)" if _holds_tables(value) else _plainly(value)


def _place(document: Document, key: Key) -> str:
    return document.origins[key].place if key in document.origins else "(default)"


def _note(scenario: Scenario, key: Key) -> str:
    """Give what is said of a value's source; say so where a table's citation is older than it."""
    own = scenario.sources.get(dotted(key))
    if own is not None:
        return own
    document = scenario.document
    for length in range(len(key) - 1, 0, -1):
        table = dotted(key[:length])
        if table in scenario.sources:
            return "" if document.covers(table, key) else f"(changed since {table} was cited)"
    return ""


def told_of(scenario: Scenario, key: Key) -> tuple[str, str]:
    """Give the unit in which a scenario's value is written, and what the schema says of it.

    The unit is rate, money, duration or month, or nothing. A value inside a table or a list of
    which nothing is said by itself has the words of what it is in, and its own name.
    """
    unit, words, told = "", "", 0
    shapes = along(Shape(tables={"": Settings}), spelling.table(scenario), key)
    for number, shape in enumerate(shapes, start=1):
        unit = shape.unit
        if shape.description:
            words, told = shape.description, number
    inside = f": {dotted(key[told:])}" if key[told:] else ""
    return unit, f"{words}{inside}"


def show(scenario: Scenario) -> str:
    """Write a scenario out: each value, where it was written, what is said of its source.

    Then what its markets do in a year. An exclamation mark stands before figures that are
    unverified.
    """
    listed = rows(scenario)
    widths = [max(len(row[i]) for row in _cells(listed)) for i in range(3)]
    lines = [
        "  ".join(
            f"{cell:<{width}}" for cell, width in zip(row, [*widths, 0], strict=True)
        ).rstrip()
        for row in _cells(listed)
    ]
    title = f"{scenario.name}: {scenario.title}"
    prints = f"fingerprint {scenario.fingerprint}, rules {scenario.rules_fingerprint}"
    head = [title, prints, *timing(scenario)]
    return "\n".join([*head, "", *lines, "", *described(scenario)])


def _cells(listed: list[Row]) -> list[tuple[str, str, str, str]]:
    return [
        (row.key, _short(row.value), row.place, ("! " if row.unverified else "") + row.note)
        for row in listed
    ]


def _short(text: str) -> str:
    return text if len(text) <= 44 else text[:41] + "..."


def differences(one: Scenario, other: Scenario) -> list[tuple[str, str, str]]:
    """List the assumptions in which two scenarios differ: key, value in one, value in the other.

    Names, titles, texts and sources are no assumptions. A value that is not there is "-".
    """
    return unlike(_assumptions(one), _assumptions(other))


def unlike(first: Mapping[str, str], second: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """List what differs between two lists of values: key, value in one, value in the other."""
    keys = [*first, *(key for key in second if key not in first)]
    pairs = [(key, first.get(key, "-"), second.get(key, "-")) for key in keys]
    return [pair for pair in pairs if pair[1] != pair[2]]


def in_lines(values: Any) -> dict[str, str]:  # noqa: ANN401 - tables of any values
    """Give single values as a file has them, by their dotted keys."""
    return {dotted(key): _plainly(value) for key, value in _single(values)}


def _assumptions(scenario: Scenario) -> dict[str, str]:
    values = {k: v for k, v in spelling.table(scenario).items() if k not in WORDS_ONLY}
    leaves = [(key, value) for key, value in _single(values) if not _is_title(key)]
    assumptions = {dotted(key): _plainly(value) for key, value in leaves}
    assumptions[_AREAS] = _areas_in_short(scenario)
    if isinstance(scenario.markets, Tabled):
        table = f"{scenario.markets.file} ({scenario.markets.data.digest[:12]})"
        assumptions[f"markets.{scenario.markets.file_key}"] = table
    return assumptions


def _plainly(value: Any) -> str:  # noqa: ANN401 - of any type
    return value if isinstance(value, str) else spelling.toml_value(value)


def _areas_in_short(scenario: Scenario) -> str:
    """Name a table with its content, since two of the same name may differ."""
    return f"{scenario.geography.areas} ({scenario.geography_table.digest[:12]})"


def _single(value: Any, key: Key = ()) -> Iterator[tuple[Key, Any]]:  # noqa: ANN401 - of any type
    """Take a value apart to single ones, items of lists of tables included; of [] there is none."""
    if isinstance(value, dict) or _holds_tables(value) or value == []:
        for part, inner in _parts(value):
            yield from _single(inner, (*key, part))
    else:
        yield key, value


def _is_title(key: Key) -> bool:
    """Tell whether a value is what people call a fund or a shock."""
    return len(key) == 3 and (key[0], key[2]) in {("funds", "title"), ("shocks", "name")}


def diff(one: Scenario, other: Scenario) -> str:
    """Write in which assumptions two scenarios differ, a line each."""
    pairs = differences(one, other)
    if not pairs:
        return f"the same: {one.name} and {other.name} make the same assumptions"
    return side_by_side([f"{each.name} {each.fingerprint}" for each in (one, other)], pairs)


def side_by_side(heads: Sequence[str], pairs: Sequence[tuple[str, str, str]]) -> str:
    """Write what differs in three columns, a line each: key, one value, the other."""
    table = [("", *heads), *pairs]
    widths = [max(len(row[i]) for row in table) for i in range(2)]
    lines = [f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c}".rstrip() for a, b, c in table]
    return "\n".join(lines)


def notes(scenario: Scenario) -> list[str]:
    """List what a reader of any result should be told about its scenario."""
    unverified = [
        f"unverified: {key} = {_cited(scenario, key)}: {note.removeprefix(UNVERIFIED).lstrip(': ')}"
        for key, note in scenario.sources.items()
        if note.startswith(UNVERIFIED)
    ]
    doubtful = [
        f"{UNVERIFIED}: funds.{name}.allocation: {text}"
        for name, fund in scenario.funds.items()
        for text in dict.fromkeys(fund.allocation.doubts())
    ]
    of_funds = [
        f"funds.{name}: {text}" for name in scenario.funds for text in _of_fund(scenario, name)
    ]
    rules = [
        f"funds.{name}.allocation: {text}"
        for name, fund in scenario.funds.items()
        for text in dict.fromkeys(fund.allocation.remarks(_round_of_nothing(scenario)))
    ]
    others = [*on_markets(scenario), *on_scheme(scenario), *on_foundations(scenario)]
    told = [*of_funds, *rules, *others, *on_shocks(scenario)]
    return [*unverified, *doubtful, *_of_name(scenario), *told]


def _round_of_nothing(scenario: Scenario) -> Round:
    pot = np.zeros(1, np.int64)
    return Round.over(scenario.geography_table, scenario.geography.need, pot)


def _cited(scenario: Scenario, name: str) -> str:
    value = look(spelling.table(scenario), undotted(name))
    if value is MISSING:
        return "not set"
    return _in_short(value)


def _of_name(scenario: Scenario) -> Iterator[str]:
    document = scenario.document
    top, named = document.origins[()].source, document.origin(("name",)).source
    if top.label != named.label and named.value_at is None:
        yield f"{top.label} states no name of its own and goes by that of {named.label}"


def _of_fund(scenario: Scenario, name: str) -> Iterator[str]:
    fund, last = scenario.funds[name], scenario.last_day
    coming = arrivals(fund.inflow, scenario.start) if fund.inflow else []
    late = sum(pence for _, day, pence in coming if day > last)
    if late:
        yield f"{spelling.money(late)} would arrive after the last day, {last}, and is left out"
    if fund.spending.first and fund.spending.first > last:
        yield f"the first spending date, {fund.spending.first}, is after the last day, {last}"
    if fund.closes and fund.closes.on > last:
        yield f"the fund closes on {fund.closes.on}, after the last day, {last}: it stays open"
    if isinstance(fund.spending, Profile) and coming:
        yield f"{pounds(sum(p for _, _, p in coming))} arrives that its profile does not spend"
    yield from on_bounds(fund.spending)
    yield from on_spending_down(scenario, name)
    yield from on_payments(scenario, fund)


def would_get_nothing(scenario: Scenario) -> dict[str, list[str]]:
    """Name, for each fund that leaves some out, the areas that would get nothing from it."""
    nothing = {name: _without(scenario, fund) for name, fund in scenario.funds.items()}
    return {name: areas for name, areas in nothing.items() if areas}


def _without(scenario: Scenario, fund: Fund) -> list[str]:
    geography = scenario.geography_table
    pot = np.full(1, _ONE_BILLION, np.int64)
    answer = fund.allocation.shares(Round.over(geography, scenario.geography.need, pot))
    got = answer.weights if isinstance(answer, Ratios) else answer.pence[:, 0]
    return [name for name, some in zip(geography.names, got > 0, strict=True) if not some]
