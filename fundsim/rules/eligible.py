"""Who may share: areas by name, code, nation, region or foundation, or by a column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from fundsim.errors import nearest
from fundsim.rules.base import Fault, Setting
from fundsim.rules.round import Round, Rows


def _listed(value: Any) -> Any:  # noqa: ANN401 - whatever a file holds there
    """Take one name for a list of one."""
    return [value] if isinstance(value, str) else value


Names = Annotated[
    list[str],
    BeforeValidator(_listed),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
_LABELS = ("nation", "region", "foundation", "code", "name")


class Eligible(Setting):
    """Which areas may share; of several conditions all must hold.

    The column is read for areas alone that meet the others, so that it may be empty elsewhere.
    """

    nation: Names | None = Field(None, description="areas of these nations")
    region: Names | None = Field(None, description="areas of these regions")
    foundation: Names | None = Field(None, description="areas of these foundations, by id")
    code: Names | None = Field(None, description="areas with these codes")
    name: Names | None = Field(None, description="areas with these names")
    column: str | None = Field(None, description="a column that must lie in a range")
    at_least: float | None = Field(None, strict=True, description="the lowest it may be")
    at_most: float | None = Field(None, strict=True, description="the highest it may be")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        ranged = self.at_least is not None or self.at_most is not None
        if self.column is None and ranged:
            message = "this is a range of a column; state which column"
            raise ValueError(message)
        if self.column is not None and not ranged:
            message = "state at_least or at_most, the range in which the column must lie"
            raise Fault(message, "column")
        if self.column is None and all(getattr(self, key) is None for key in _LABELS):
            message = f"this says nothing; give one of {', '.join(_LABELS)} or column"
            raise ValueError(message)
        low, high = self.at_least, self.at_most
        if low is not None and high is not None and high < low:
            message = f"no figure is at least {low:g} and at most {high:g}"
            raise Fault(message, "at_most")
        return self

    def members(self, round: Round, *key: str | int) -> Rows:
        """Find the members of a round of areas that may share; nobody is a fault at `key`."""
        kept = np.ones(len(round), np.bool_)
        for label in _LABELS:
            wanted = getattr(self, label)
            if wanted is not None:
                kept &= _named(round, label, wanted, *key)
        members = np.flatnonzero(kept)
        if self.column is not None and len(members):
            members = members[self._in_range(round.within(members), self.column, *key)]
        if not len(members):
            message = f"no area of {round.name} may share; widen what is asked of them"
            raise Fault(message, *key)
        return members

    def _in_range(self, among: Round, column: str, *key: str | int) -> NDArray[np.bool_]:
        """Mark the members in the range; only of those that the other conditions leave."""
        try:
            values = among.column(column, key="column")
        except Fault as fault:
            raise fault.under(*key) from None
        low = -np.inf if self.at_least is None else self.at_least
        high = np.inf if self.at_most is None else self.at_most
        return np.asarray((values >= low) & (values <= high))


def _named(round: Round, label: str, wanted: Sequence[str], *key: str | int) -> NDArray[np.bool_]:
    """Find the members with one of these labels; one that nobody in the table has is a fault."""
    geography = round.geography
    labels = {
        "nation": geography.nations,
        "region": geography.regions,
        "foundation": geography.foundation_ids,
        "code": geography.codes,
        "name": geography.names,
    }[label]
    there = set(labels)
    for number, name in enumerate(wanted):
        if name not in there:
            message = f'no area has the {label} "{name}"{nearest(name, there)}'
            raise Fault(message, *key, label, number)
    own = np.array([labels[row] for row in round.rows])
    return np.isin(own, wanted)
