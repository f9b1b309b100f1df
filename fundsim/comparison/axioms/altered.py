"""Tables of areas with something changed: what an axiom asks a rule to answer for.

Whatever is not changed stays, what foundations know of themselves among it. A table that is changed
is none that anybody published, and has no digest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from fundsim.money import Pence, Real
from fundsim.places import Geography
from fundsim.places.assembling import Areas
from fundsim.rules.need import Blend, Need
from fundsim.rules.round import Rows

_PEOPLE = ("persons", "people")
_EAST = 0.6  # a degree of longitude over one of latitude, about as it is in Britain


def in_order(geography: Geography, rows: Rows) -> Geography:
    """Take the areas of these rows, in this order."""
    parts: dict[str, Any] = {field.name: getattr(geography, field.name) for field in fields(Areas)}
    areas = Areas(**parts).at(rows)
    taken = {field.name: getattr(areas, field.name) for field in fields(Areas)}
    return replace(geography, **taken, foundation_of=geography.foundation_of[rows], digest="")


def alike(geography: Geography, source: Rows) -> Geography:
    """Give each area the people and all figures of another one, `(area,)`."""
    columns = {name: values[source] for name, values in geography.columns.items()}
    return replace(geography, population=geography.population[source], columns=columns, digest="")


def crowded(geography: Geography, times: int) -> Geography:
    """Multiply the population of every area, and every column that counts people."""
    columns = {
        name: values * times if _counts_people(geography, name) else values
        for name, values in geography.columns.items()
    }
    return replace(geography, population=geography.population * times, columns=columns, digest="")


def _counts_people(geography: Geography, name: str) -> bool:
    about = geography.about.get(name)
    return about is not None and about.aggregate == "sum" and about.unit in _PEOPLE


def need_columns(need: Need, nation: str) -> tuple[str, ...]:
    """Name the columns that need is read from in a nation."""
    if isinstance(need, str):
        return (need,)
    if isinstance(need, Blend):
        return tuple(name for name, weight in need.columns.items() if weight)
    return (need[nation],) if nation in need else ()


def needier(geography: Geography, need: Need, area: int) -> Iterator[tuple[Geography, str]]:
    """Let one area's need rise, by a tenth and to the highest in its nation, and say how.

    A column of which less is more need falls. Nothing where no need is stated for it.
    """
    nation, columns = geography.nations[area], geography.columns
    names = [name for name in need_columns(need, nation) if name in columns]
    names = [name for name in names if not np.isnan(columns[name][area])]
    turned = need.lower_is_worse if isinstance(need, Blend) else ()
    inside = np.array([one == nation for one in geography.nations])
    now = [float(columns[name][area]) for name in names]
    spans = [(np.nanmin(columns[n][inside]), np.nanmax(columns[n][inside])) for n in names]
    signs = [-1 if name in turned else 1 for name in names]
    tenth = [
        figure + sign * (abs(figure) or float(high - low) or 1.0) / 10
        for figure, sign, (low, high) in zip(now, signs, spans, strict=True)
    ]
    worst = [
        float(high if sign > 0 else low) for sign, (low, high) in zip(signs, spans, strict=True)
    ]
    for after in tenth, worst:
        each = zip(names, signs, now, after, strict=True)
        risen = {name: to for name, sign, at, to in each if sign * (to - at) > 0}
        if risen:
            yield with_figures(geography, area, risen), _risen(geography, area, risen)


def _risen(geography: Geography, area: int, risen: dict[str, float]) -> str:
    about, columns = geography.about, geography.columns
    parts = [
        f"{about[name].title if name in about else name} from {figure(columns[name][area])} to "
        f"{figure(to)}"
        for name, to in risen.items()
    ]
    return f"need rises ({', '.join(parts)})"


def figure(value: float) -> str:
    """Write a figure of a column, never with a minus before 0.

    >>> figure(-0.0), figure(12.5)
    ('0', '12.5')
    """
    return f"{value + 0.0:.6g}"


def with_figures(geography: Geography, area: int, figures: dict[str, float]) -> Geography:
    """Write other figures into columns of one area."""
    columns: dict[str, Real] = dict(geography.columns)
    for name, figure in figures.items():
        columns[name] = columns[name].copy()
        columns[name][area] = figure
    return replace(geography, columns=columns, digest="")


def groups(geography: Geography) -> dict[tuple[str, str, str], list[int]]:
    """Give the rows of the areas that share a nation, a region and a foundation."""
    found: dict[tuple[str, str, str], list[int]] = {}
    homes = zip(geography.nations, geography.regions, geography.foundation_ids, strict=True)
    for row, home in enumerate(homes):
        found.setdefault(home, []).append(row)
    return found


def neighbour(geography: Geography, area: int, others: Sequence[int]) -> int | None:
    """Find the area of a group that is nearest to one of them; None where it has no other.

    By latitude and longitude. Where these are not stated it is the next one in the order of the
    table, and for the last the one before.
    """
    rest = np.array([row for row in others if row != area], np.intp)
    if not len(rest):
        return None
    east = (geography.lon[rest] - geography.lon[area]) * _EAST
    north = geography.lat[rest] - geography.lat[area]
    apart = east * east + north * north
    if np.isnan(apart).any():
        apart = np.where(rest > area, rest - area, len(geography) + area - rest).astype(np.float64)
    return int(rest[np.argmin(apart)])


def merged(geography: Geography, one: int, other: int) -> tuple[Geography, int]:
    """Make one area of two, and say in which row it is; its name and code are new.

    It has the people of both; its columns are sums, or means weighted by people, as the table says.
    """
    first, last = sorted((one, other))
    people = geography.population[[first, last]]
    columns: dict[str, Real] = {}
    for name, values in geography.columns.items():
        pair = values[[first, last]]
        columns[name] = values.copy()
        columns[name][first] = _together(pair, people, adds=_adds(geography, name))
    population = geography.population.copy()
    population[first] = people.sum()
    codes, names = ([words[first], words[last]] for words in (geography.codes, geography.names))
    whole = replace(
        geography,
        population=population,
        columns=columns,
        codes=_with(geography.codes, first, "+".join(codes)),
        names=_with(geography.names, first, " with ".join(names)),
    )
    return in_order(whole, np.delete(np.arange(len(geography)), last)), first


def _together(pair: Real, people: Pence, *, adds: bool) -> float:
    if adds:
        return float(pair.sum())
    if pair[0] == pair[1] or not people.any():
        return float(pair.mean())
    return float((pair * people).sum() / people.sum())


def _adds(geography: Geography, name: str) -> bool:
    about = geography.about.get(name)
    return about is not None and about.aggregate == "sum"


def halved(geography: Geography, area: int) -> tuple[Geography, int]:
    """Make two areas of one, in its row and the next one; their names and codes are new.

    Each has half of its people and of what adds up, and the same need and the same means.
    """
    rows = np.insert(np.arange(len(geography)), area, area)
    twice = in_order(geography, rows)
    here = [area, area + 1]
    people = int(geography.population[area])
    population = twice.population.copy()
    population[here] = people - people // 2, people // 2
    parts = population[here] / people if people else np.array([0.5, 0.5])
    columns: dict[str, Real] = dict(twice.columns)
    for name, values in columns.items():
        if _adds(geography, name):
            columns[name] = values.copy()
            columns[name][here] = values[area] * parts
    codes, names = twice.codes, twice.names
    for row, which in zip(here, ("first", "second"), strict=True):
        codes = _with(codes, row, f"{geography.codes[area]}-{row - area + 1}")
        names = _with(names, row, f"{which} half of {geography.names[area]}")
    return replace(twice, population=population, columns=columns, codes=codes, names=names), area


def _with(words: tuple[str, ...], row: int, word: str) -> tuple[str, ...]:
    return (*words[:row], word, *words[row + 1 :])
