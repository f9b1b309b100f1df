"""How need is read: one column, one for each nation, or several put on one scale and combined.

Scales, of a figure x among all areas that it may be compared with: share, x / Σx; z_score,
(x − mean) / standard deviation over areas, afterwards lifted so that the lowest is 0; rank, its
place from the lowest up over the number of areas, equal figures sharing their mean place;
exponential, −23 · ln(1 − R · (1 − exp(−100 / 23))) of the rank R, as the indices of deprivation do
(English Indices of Deprivation 2025, technical report), which spreads the most deprived tenth. An
area alone is 1 on every scale.

Of a column whose lowest figures are the worst, such as income, x is how far it lies below the
highest of all these areas, on whichever scale.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from fundsim.errors import nearest
from fundsim.money import Real
from fundsim.places import Geography
from fundsim.portable import exp
from fundsim.rules.base import Fault, Setting
from fundsim.rules.working import Working, whole
from fundsim.units import Duration, Rate

Mask = NDArray[np.bool_]
Scale = Literal["as_it_is", "share", "z_score", "rank", "exponential"]
Weights = Annotated[
    dict[Annotated[str, Field(min_length=1)], Annotated[Rate, Field(ge=0)]],
    Field(min_length=1),
]
Key = tuple[str, ...]
_CONSTANT = 23.0  # of the exponential transform, in the technical reports of the indices
_YEAR = 12


class Review(Setting):
    """When need is read anew, and what has become of it by then."""

    every: Duration = Field(description="how long need stands until it is read anew")
    second: Weights | None = Field(
        None, description="columns, with weights, that are read from the first review on"
    )
    drift: Rate = Field(
        0.0,
        ge=-1,
        le=1,
        description="how much nearer to the mean of all areas need comes each year; below 0, "
        "how much farther from it",
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.every % _YEAR:
            message = "need is read anew after whole years; give a number of years"
            raise Fault(message, "every")
        if self.second is None and not self.drift:
            message = "at a review nothing would be new; state second or drift"
            raise ValueError(message)
        return self


class Blend(Setting):
    """Need made of one column or more, put on one scale, with weights."""

    columns: Weights = Field(description="the columns, each with its weight")
    scale: Scale = Field(
        "as_it_is", description="what makes figures of different columns comparable"
    )
    lower_is_worse: list[Annotated[str, Field(min_length=1)]] = Field(
        [],
        description="those of the columns, such as income, of which less is more need: each figure "
        "becomes how far it lies below the highest",
    )
    review: Review | None = Field(None, description="when need is read anew; never if left out")

    @model_validator(mode="after")
    def _turns_what_is_there(self) -> Self:
        there = {**self.columns, **(self.review.second or {} if self.review else {})}
        for name in self.lower_is_worse:
            if name not in there:
                message = f'"{name}" is none of the columns{nearest(name, there)}'
                raise Fault(message, "lower_is_worse")
        return self

    @model_validator(mode="after")
    def _can_be_added(self) -> Self:
        second = self.review.second if self.review else None
        for key, columns in (("columns",), self.columns), (("review", "second"), second):
            if columns is None:
                continue
            if not any(columns.values()):
                message = "the weights are all zero; give at least one of them some weight"
                raise Fault(message, *key)
            if len(columns) > 1 and self.scale == "as_it_is":
                message = (
                    f"{' and '.join(columns)} are in units of their own and cannot be added as "
                    "they are; choose a scale: share, z_score, rank or exponential"
                )
                raise Fault(message, "scale")
        return self

    def read(self, geography: Geography, among: Mask, years: int = 0) -> Working:
        """Work need out for the areas of a mask, `(area,)`, `years` after the first round.

        An unknown column, an empty cell and a column without any difference are faults, and so is
        one of which the table says that more is less need, unless it is turned round.
        """
        reviewed = self._reviewed(years)
        columns, key = self._read_after(reviewed)
        parts = [
            (name, weight, self._scaled(self._turned(geography, name, among, *key), *key, name))
            for name, weight in sorted(columns.items())  # in one order, whatever a file has
            if weight
        ]
        need = _together(parts)
        if self.scale == "z_score" and len(need.values) > 1:
            need = need.minus("lifted so that the lowest is 0", need.values.min(axis=0)[np.newaxis])
        return self._drifted(need, reviewed)

    def columns_in(self, years: int) -> tuple[Weights, Key]:
        """Give the columns that are read so many years after the first round, and their key."""
        return self._read_after(self._reviewed(years))

    def _reviewed(self, years: int) -> int:
        """Give how many years after the first round the last review was."""
        if self.review is None:
            return 0
        return years * _YEAR // self.review.every * (self.review.every // _YEAR)

    def _read_after(self, reviewed: int) -> tuple[Weights, Key]:
        if reviewed and self.review is not None and self.review.second is not None:
            return self.review.second, ("review", "second")
        return self.columns, ("columns",)

    def _turned(self, geography: Geography, name: str, among: Mask, *key: str) -> Working:
        """Read a column so that more of it is more need."""
        column = _column(geography, name, among, *key)
        means = geography.about[name].more_means
        if name not in self.lower_is_worse:
            if means == "less need":
                message = (
                    f'more of column "{name}" means less need; turn it round with '
                    f'lower_is_worse = ["{name}"], or choose {geography.such_as_need()}'
                )
                raise Fault(message, *key, name)
            return column
        if means == "more need":
            message = f'more of column "{name}" means more need already; take it out of this list'
            raise Fault(message, "lower_is_worse")
        if len(column.values) == 1:
            return Working.start("the only area", np.ones(1))
        highest = np.full(len(column.values), column.values.max())
        return Working.start("the highest of all areas", highest).minus("its own", column)

    def _scaled(self, column: Working, *key: str) -> Working:
        if self.scale == "as_it_is":
            return column
        if len(column.values) == 1:
            return Working.start("the only area", np.ones(1))
        if np.ptp(column.values) == 0:
            message = f'column "{key[-1]}" is the same in every area and ranks nobody; leave it out'
            raise Fault(message, *key)
        turned = key[-1] in self.lower_is_worse
        place = "place from the highest down" if turned else "place from the lowest up"
        return _SCALES[self.scale](column, place)

    def _drifted(self, need: Working, years: int) -> Working:
        if not (self.review and self.review.drift and years):
            return need
        mean = whole(need.values) / len(need.values)
        kept = 1.0
        for _ in range(years):
            kept *= 1 - self.review.drift
        gap = need.minus("the mean of all areas", mean).times(f"what {years} years leave", kept)
        return gap.plus("the mean of all areas", mean).at_least("never below", 0.0)


Need = str | Mapping[str, str] | Blend
"""A scenario's need: a column, a column for each nation, or a blend."""


def _column(geography: Geography, name: str, among: Mask, *key: str) -> Working:
    _refuse_unknown(geography, name, *key)
    values, about = geography.columns[name][among], geography.about[name]
    nations = {nation for nation, some in zip(geography.nations, among, strict=True) if some}
    if len(nations) > 1 and about.comparable == "nation":
        message = (
            f'column "{name}" has a scale of its own in each nation and cannot be part of a need '
            f"that compares areas of {', '.join(sorted(nations))}; share between nations first (a "
            "hierarchy by nation), or choose a column that is comparable across the UK"
        )
        raise Fault(message, *key, name)
    empty = np.flatnonzero(np.isnan(values))
    if len(empty):
        names = np.flatnonzero(among)[empty]
        few = ", ".join(geography.names[i] for i in names[:5])
        more = f" and {len(empty) - 5} more" if len(empty) > 5 else ""
        message = (
            f'column "{name}" is empty for {few}{more}; leave these areas out with '
            "geography.where, or choose a column that is stated for them"
        )
        raise Fault(message, *key, name)
    return Working.start(about.title, values)


def _refuse_unknown(geography: Geography, name: str, *key: str) -> None:
    if name not in geography.columns:
        hint = nearest(name, geography.columns) or f"; it has {', '.join(geography.columns)}"
        message = f'the table of areas has no column "{name}"{hint}'
        raise Fault(message, *key, name)


def _together(parts: list[tuple[str, float, Working]]) -> Working:
    if len(parts) == 1:
        return parts[0][2]
    (_, weight, first), *others = parts
    need = first.times("its weight", weight)
    for name, weight, part in others:
        need = need.plus(f"{name}, times its weight", part.times("its weight", weight))
    return need


def _rank(column: Working, words: str) -> Working:
    """Rank from the lowest, which is 1, to the highest; equal figures share their mean place."""
    values = column.values[:, 0]
    _, place, many = np.unique(values, return_inverse=True, return_counts=True)
    last = many.cumsum()
    mean = (last - many + 1 + last) / 2
    return Working.start(words, mean[place]).over("the number of areas", float(len(values)))


def _exponential(column: Working, words: str) -> Working:
    reach = 1 - float(exp(np.array([-100 / _CONSTANT]))[0])
    return (
        _rank(column, words)
        .times("1 − exp(−100/23), turned round", -reach)
        .plus("one", 1.0)
        .ln("natural logarithm")
        .times("−23", -_CONSTANT)
    )


def _z_score(column: Working, _: str) -> Working:
    count = len(column.values)
    mean = whole(column.values) / count
    spread = np.sqrt(whole((column.values - mean) * (column.values - mean)) / count)
    return column.minus("the mean of all areas", mean).over("their standard deviation", spread)


_SCALES: Mapping[Scale, Callable[[Working, str], Working]] = {
    "as_it_is": lambda column, _: column,
    "share": lambda column, _: column.over("the sum over all areas", whole(column.values)),
    "z_score": _z_score,
    "rank": _rank,
    "exponential": _exponential,
}


def combined(geography: Geography, need: Need, years: int = 0) -> Real:
    """Read need for all areas, `(area,)`, on the first day or so many years after it.

    As `Geography.combined` where it is no blend. A blend with a column that compares inside one
    nation only is worked out nation by nation.
    """
    if not isinstance(need, Blend):
        return geography.combined(need)
    every = np.ones(len(geography), np.bool_)
    columns, key = need.columns_in(years)
    for name in columns:
        _refuse_unknown(geography, name, *key)
    if all(geography.about[name].comparable == "uk" for name, weight in columns.items() if weight):
        return need.read(geography, every, years).values[:, 0]
    nations, nation_of = geography.members("nation")
    values = np.empty(len(geography))
    for number in range(len(nations)):
        inside = nation_of == number
        values[inside] = need.read(geography, inside, years).values[:, 0]
    return values
