"""The areas in use: who lives there, what they need, which foundation serves them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fundsim.errors import DataError, Problem, nearest
from fundsim.money import Real
from fundsim.places.columns import Column
from fundsim.places.foundations import Foundation

Group = Literal["nation", "region", "foundation", "area"]

NAMED = 3  # areas named in a message; the others are counted


@dataclass(frozen=True, eq=False)
class Geography:
    """The areas of a scenario, one row an area, in an order that no file can change.

    Rows stand by nation, foundation and code, all areas of a foundation together (one that spans
    two nations stands with its first). Tuples and arrays are `(area,)`; arrays cannot be written
    to. `columns` holds figures, nan where a cell is empty, and `about` what each one means;
    `labels` holds columns of words. `foundation_of` points into `foundations`. `rows` are rows of
    the table `label`, for messages. `digest` is the SHA-256 of everything that figures can depend
    on: it knows neither the file's name nor the order of its rows and columns.
    """

    label: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    nations: tuple[str, ...]
    regions: tuple[str, ...]
    foundation_ids: tuple[str, ...]
    population: NDArray[np.int64]
    lon: Real
    lat: Real
    columns: Mapping[str, Real]
    about: Mapping[str, Column]
    labels: Mapping[str, tuple[str, ...]]
    foundations: tuple[Foundation, ...]
    foundation_of: NDArray[np.int64]
    rows: NDArray[np.int64]
    digest: str

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Mapping):
                value = MappingProxyType(dict(value))
                object.__setattr__(self, field.name, value)
            for array in value.values() if isinstance(value, Mapping) else (value,):
                if isinstance(array, np.ndarray):
                    array.setflags(write=False)

    def __reduce__(self) -> tuple[type[Geography], tuple[Any, ...]]:
        values = (getattr(self, field.name) for field in fields(self))
        return type(self), tuple(dict(v) if isinstance(v, Mapping) else v for v in values)

    def __len__(self) -> int:
        return len(self.codes)

    def members(self, by: Group) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """Group the areas: the groups' names in order of first appearance, and each area's group.

        The second is `(area,)` and points into the first. Foundations are named by id, areas by
        code.
        """
        keys = {
            "nation": self.nations,
            "region": self.regions,
            "foundation": self.foundation_ids,
            "area": self.codes,
        }[by]
        position = {name: at for at, name in enumerate(dict.fromkeys(keys))}
        index = np.fromiter((position[key] for key in keys), dtype=np.int64, count=len(keys))
        return tuple(position), index

    def need(self, name: str, *, eligible: NDArray[np.bool_] | None = None) -> Real:
        """Read a column that a rule weighs areas by, `(area,)`.

        An unknown column, one of which more is less need, and an empty cell of an eligible area
        (which is named) raise DataError. Without `eligible` every area is; an area that is not may
        be nan.
        """
        asked = np.ones(len(self), dtype=np.bool_) if eligible is None else eligible
        values = self.columns.get(name)
        if values is None:
            raise DataError([Problem(self.label, name, self._no_column(name))])
        turned = self.less_need(name)
        if turned:
            raise DataError([Problem(self.label, name, turned)])
        empty = np.flatnonzero(np.isnan(values) & asked)
        if empty.size:
            raise DataError([self._empty(name, empty)])
        return values

    def combined(
        self, need: str | Mapping[str, str], *, eligible: NDArray[np.bool_] | None = None
    ) -> Real:
        """Read one column for all areas, or one for each nation put together, `(area,)`.

        A nation without a column, or a column for a nation that is not there, is an error too.
        """
        if isinstance(need, str):
            return self.need(need, eligible=eligible)
        nations, nation_of = self.members("nation")
        asked = np.ones(len(self), dtype=np.bool_) if eligible is None else eligible
        problems = self._nation_problems(need, {nations[at] for at in set(nation_of[asked])})
        values = np.full(len(self), np.nan)
        for at, nation in enumerate(nations):
            if nation in need:
                inside = nation_of == at
                try:
                    values[inside] = self.need(need[nation], eligible=inside & asked)[inside]
                except DataError as error:
                    problems += error.problems
        if problems:
            raise DataError(problems)
        values.setflags(write=False)
        return values

    def less_need(self, name: str) -> str:
        """Say why a column is no need as it stands: more of it is less need. Else say nothing."""
        about = self.about.get(name)
        if about is None or about.more_means != "less need":
            return ""
        return (
            "more of it means less need, so that the best off would count as the most deprived; "
            f"choose {self.such_as_need()}, or turn it round in geography.need: {{ columns = "
            f'{{ {name} = 1 }}, lower_is_worse = ["{name}"] }}'
        )

    def such_as_need(self) -> str:
        """Name a few columns that rank all areas by need, the more the greater."""
        several = len(set(self.nations)) > 1
        fitting = [
            name
            for name, about in self.about.items()
            if about.more_means == "more need"
            and about.aggregate == "mean"
            and not (several and about.comparable == "nation")
            and not np.isnan(self.columns.get(name, np.nan)).any()
        ]
        named = f", such as {', '.join(fitting[:NAMED])}" if fitting else ""
        return f"a column of which more is more need{named}"

    def _nation_problems(self, need: Mapping[str, str], asked: Iterable[str]) -> list[Problem]:
        nations = tuple(dict.fromkeys(self.nations))
        unknown = [
            Problem(self.label, name, f"no area is in this nation{nearest(name, nations)}")
            for name in need
            if name not in nations
        ]
        return unknown + [
            Problem(self.label, name, "no column is named for this nation; name one")
            for name in nations
            if name in asked and name not in need
        ]

    def _no_column(self, name: str) -> str:
        if name in self.labels:
            return "the column holds words, not numbers"
        there = ", ".join(self.columns)
        return f"there is no such column{nearest(name, self.columns)}; there are: {there}"

    def _empty(self, name: str, at: NDArray[np.intp]) -> Problem:
        who = "; ".join(f"{self.names[i]} ({self.codes[i]})" for i in at[:NAMED])
        more = f" and {at.size - NAMED:,} more" if at.size > NAMED else ""
        cells = "the cell is" if at.size == 1 else f"{at.size:,} cells are"
        remedy = self._remedy(name, {self.nations[i] for i in at})
        place = f"{self.label}:{self.rows[at[0]]}:{name}"
        return Problem(place, "", f"{cells} empty: {who}{more}; {remedy}")

    def _remedy(self, name: str, nations: set[str]) -> str:
        stated = self.about[name].nations
        if nations <= stated:
            return "fill in what is missing, or leave these areas out with where"
        where = " and ".join(sorted(stated)) or "no nation"
        return (
            f"the column is stated for {where} only: take a column stated for all areas in use, "
            "name one column a nation, or keep to these nations with where"
        )
