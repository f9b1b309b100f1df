"""Which columns a rule reads: listened to while it shares, since a word alone can be anything.

A word among a rule's settings may be a column's name, a key, an area, or the name of a programme.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from fundsim.money import Real
from fundsim.places import Geography
from fundsim.rules.allocation import AllocationRule
from fundsim.rules.need import Blend, Need
from fundsim.rules.round import Round

_AS_NEED = "need: "  # before the name of a column that is read as need


def columns_read(rule: AllocationRule, round: Round) -> list[str]:
    """Name the columns that a rule reads itself where it shares a round, in the order of reading.

    What it reads as the scenario's need is left out, even where it is the same column.
    """
    table = round.geography
    as_need = {name: _AS_NEED + name for name in _names(round.need_by) if name in table.columns}
    parts: dict[str, Any] = {one.name: getattr(table, one.name) for one in fields(Geography)}
    for part in "columns", "about":
        own = parts[part]
        parts[part] = {**own, **{other: own[name] for name, other in as_need.items()}}
    heard = _Overheard(**parts)
    rule.shares(replace(round, geography=heard, need_by=_renamed(round.need_by, as_need)))
    return [name for name in heard.read if not name.startswith(_AS_NEED)]


def _names(need: Need) -> list[str]:
    if isinstance(need, str):
        return [need]
    if not isinstance(need, Blend):
        return list(need.values())
    second = need.review.second if need.review else None
    return [*need.columns, *(second or ())]


def _renamed(need: Need, names: Mapping[str, str]) -> Need:
    """Give need by other names of its columns."""
    if isinstance(need, str):
        return names.get(need, need)
    if not isinstance(need, Blend):
        return {nation: names.get(name, name) for nation, name in need.items()}
    review = need.review
    if review is not None and review.second is not None:
        second = {names.get(name, name): weight for name, weight in review.second.items()}
        review = review.model_copy(update={"second": second})
    columns = {names.get(name, name): weight for name, weight in need.columns.items()}
    return need.model_copy(update={"columns": columns, "review": review})


@dataclass(frozen=True, eq=False)
class _Overheard(Geography):
    """A table that notes which of its columns are read."""

    read: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        read: dict[str, None] = {}
        object.__setattr__(self, "read", read)
        object.__setattr__(self, "columns", _Noting(self.columns, read))


class _Noting(Mapping[str, Real]):
    """Columns that are noted where one of them is read, and not where it is only looked for."""

    def __init__(self, columns: Mapping[str, Real], read: dict[str, None]) -> None:
        self._columns, self._read = columns, read

    def __getitem__(self, name: str) -> Real:
        values = self._columns[name]
        self._read[name] = None
        return values

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)
