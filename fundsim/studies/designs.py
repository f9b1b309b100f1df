"""The ways in which a study varies a scenario: blocks, each of which makes a list of cells.

A cell is some values by their dotted keys, and what the table's columns say of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from fundsim.errors import nearest
from fundsim.results.tables import SPREAD
from fundsim.rules.base import Fault, Setting
from fundsim.scenario.schema import (
    LARGEST_SEED,
    Text,
)
from fundsim.studies.distributions import AnyDistribution
from fundsim.studies.sampling import (
    MOST_DRAWS,
    drawn,
    drawn_twice,
    walked,
    wrong_at_levels,
    wrong_constraint,
)


def _label(text: str) -> str:
    if not text.strip() or len(text) > LONGEST or not text.isprintable():
        message = (
            f'"{text[:LONGEST]}" cannot be a name here; use one line of at most {LONGEST} signs'
        )
        raise ValueError(message)
    return text


LONGEST = 200  # signs of a name
Label = Annotated[str, AfterValidator(_label)]


def _block_name(text: str) -> str:
    if not _BLOCK.fullmatch(text):
        message = (
            f'"{text}" cannot be the name of a block, which may be a column; use at most 40 '
            'lower-case letters, digits and underscores, as in "rate"'
        )
        raise ValueError(message)
    return text


_BLOCK = re.compile(r"[a-z][a-z0-9_]{0,39}")
BlockName = Annotated[str, AfterValidator(_block_name)]
Value = str | int | float | bool
Values = dict[str, Any]
"""Values of a scenario by their dotted keys, as `--set` takes them."""

SETTINGS = ("paths", "years", "seed")
HEAD = ("run",)
MADE = (*SETTINGS, "fingerprint")
TAIL = ("fund", "measure", "basis", "unit", *SPREAD, *MADE, "failed")
"""The table's own columns, before and after those of what varies."""

BASE = "base"  # a cell that changes nothing
LOW: Literal["low"] = "low"
HIGH: Literal["high"] = "high"


@dataclass(frozen=True)
class Cell:
    """One way in which a block varies a scenario: what the table's columns say of it, and how.

    `called` says in words what it changes, where its values do not say it themselves; `at` where in
    its block they are written.
    """

    columns: dict[str, Value] = field(default_factory=dict)
    changes: Values = field(default_factory=dict)
    called: str = ""
    at: tuple[str, ...] = ("values",)

    def with_(self, other: Cell) -> Cell:
        """Give the cell that makes both changes."""
        called = self.called or other.called
        return Cell(self.columns | other.columns, self.changes | other.changes, called)


class Grid(Setting):
    """Every combination of some values of some keys."""

    kind: Literal["grid"] = Field("grid", description="every combination of the values")
    values: dict[str, Annotated[list[Value], Field(min_length=1)]] = Field(
        min_length=1, description='the values of each key, as "funds.luc.spending.rate" = ["3%"]'
    )

    @property
    def count(self) -> int:
        """How many cells there are."""
        return prod(len(values) for values in self.values.values())

    def cells(self, name: str) -> Iterator[Cell]:
        """Give all combinations; the last key's values change first."""
        del name
        for values in product(*self.values.values()):
            yield _of_keys(dict(zip(self.values, values, strict=True)))


class SideBySide(Setting):
    """The first values of all keys together, then the second ones, and so on."""

    kind: Literal["zip"] = Field(
        "zip", description="the values side by side: all first ones, then all second ones"
    )
    values: dict[str, Annotated[list[Value], Field(min_length=1)]] = Field(
        min_length=1, description="the values of each key, of each as many as of the others"
    )

    @model_validator(mode="after")
    def _equally_many(self) -> Self:
        counts = {key: len(values) for key, values in self.values.items()}
        if len({*counts.values()}) > 1:
            told = ", ".join(f"{count} of {key}" for key, count in counts.items())
            message = f"found {told}; expected as many values of each key as of the others"
            raise Fault(message, "values")
        return self

    @property
    def count(self) -> int:
        """How many cells there are."""
        return len(next(iter(self.values.values())))

    def cells(self, name: str) -> Iterator[Cell]:
        """Give the values of one place in all lists together."""
        del name
        for values in zip(*self.values.values(), strict=True):
            yield _of_keys(dict(zip(self.values, values, strict=True)))


class Listed(Setting):
    """Alternatives with names of their own, each of which may change any keys."""

    kind: Literal["list"] = Field("list", description="alternatives, each with a name of its own")
    cases: dict[Label, Values] = Field(
        min_length=1, description="what each alternative changes, by dotted keys; {} for nothing"
    )
    whole: bool = Field(
        default=False,
        strict=True,
        description="whether its tables are whole ones, of which other blocks may vary keys",
    )

    @property
    def count(self) -> int:
        """How many cells there are."""
        return len(self.cases)

    def cells(self, name: str) -> Iterator[Cell]:
        """Give one cell an alternative, in a column named after the block."""
        for label, changes in self.cases.items():
            yield Cell({name: label}, changes, at=("cases", label))


class Scenarios(Setting):
    """Tables of other scenarios, such as their markets, in place of this one's."""

    kind: Literal["scenarios"] = Field("scenarios", description="tables of other scenarios")
    take: Annotated[list[Text], Field(min_length=1)] = Field(
        description='the tables that are taken, as ["markets"]'
    )
    of: dict[Label, Text] = Field(
        min_length=1, description="the scenarios, by names for the table: shipped ones, or paths"
    )

    @property
    def count(self) -> int:
        """How many cells there are."""
        return len(self.of)

    def listed(self, found: dict[str, Values]) -> Listed:
        """Give the block with the tables themselves, of all scenarios by their names here."""
        cases = {label: {key: values[key] for key in self.take} for label, values in found.items()}
        return Listed(kind="list", cases=cases, whole=True)

    def cells(self, name: str) -> Iterator[Cell]:
        """Give nothing: what is read from a file holds the tables themselves, listed."""
        del name
        yield from ()


class Ends(Setting):
    """The two ends of what is plausible of one assumption."""

    low: Values = Field(min_length=1, description="what changes at the one end, by dotted keys")
    high: Values = Field(min_length=1, description="what changes at the other end")
    called: dict[Literal["low", "high"], Label] = Field(
        default_factory=dict, description="what the ends are called, where values do not say it"
    )


class OneAtATime(Setting):
    """The scenario as it is, and then each assumption alone at either of its two ends."""

    kind: Literal["one_at_a_time"] = Field(
        "one_at_a_time",
        description="each assumption alone at either end of what is plausible: a tornado",
    )
    assumptions: dict[Label, Ends] = Field(min_length=1, description="the assumptions, by name")

    @property
    def count(self) -> int:
        """How many cells there are."""
        return 1 + 2 * len(self.assumptions)

    def cells(self, name: str) -> Iterator[Cell]:
        """Give the base first, then the two ends of each assumption."""
        end = f"{name}_end"
        yield Cell({name: BASE, end: BASE})
        for label, ends in self.assumptions.items():
            for which, changes in ((LOW, ends.low), (HIGH, ends.high)):
                at = "assumptions", label, which
                yield Cell({name: label, end: which}, changes, ends.called.get(which, ""), at)


class Drawn(Setting):
    """Values taken from distributions, each of which may be called something in words."""

    kind: str
    seed: int = Field(
        0, ge=0, le=LARGEST_SEED, strict=True, description="what the draws are made of"
    )
    distributions: dict[str, AnyDistribution] = Field(
        min_length=1, description="from what the values of each key are taken"
    )
    called: dict[str, Label] = Field(
        default_factory=dict, description="what a key is called, where its own name does not say it"
    )

    @model_validator(mode="after")
    def _calls_what_there_is(self) -> Self:
        for key in self.called:
            if key not in self.distributions:
                message = f"this key is not drawn{nearest(key, self.distributions)}"
                raise Fault(message, "called", key)
        names = [*map(self.name_of, self.distributions)]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            message = f'found two keys that are called "{twice}"; expected a name for each alone'
            raise Fault(message, "called")
        return self

    def name_of(self, key: str) -> str:
        """Say what a key is called."""
        return self.called.get(key, key)


class Sample(Drawn):
    """Values drawn from distributions, spread more evenly than chance spreads them if asked.

    A Latin hypercube has one draw in each of as many slices of every key as there are draws (McKay,
    Beckman and Conover, Technometrics 21, 1979); a Sobol sequence fills all keys together evenly,
    and its number of draws is a power of 2. Draws that break a constraint are left out, and others
    taken in their place.
    """

    kind: Literal["sample"] = Field("sample", description="values drawn from distributions")
    method: Literal["latin_hypercube", "sobol", "monte_carlo"] = Field(
        "latin_hypercube", description="how evenly the draws are spread"
    )
    size: int = Field(ge=1, le=MOST_DRAWS, strict=True, description="how many draws")
    constraints: list[Text] = Field(
        default_factory=list, description='what must hold of each draw, as "one.key < other.key"'
    )

    @model_validator(mode="after")
    def _can_be_drawn(self) -> Self:
        if self.method == "sobol" and self.size & (self.size - 1):
            message = f"found {self.size:,}, expected a power of 2 for a Sobol sequence"
            raise Fault(message, "size")
        for number, text in enumerate(self.constraints):
            if why := wrong_constraint(text, self.distributions):
                raise Fault(why, "constraints", number)
        return self

    @property
    def count(self) -> int:
        """How many cells there are."""
        return self.size

    def cells(self, name: str) -> Iterator[Cell]:
        """Give one cell a draw."""
        draws = self.method, self.size, self.seed, self.distributions, self.constraints
        try:
            found = drawn(*draws)
        except Fault as fault:
            raise fault.under(name) from None
        for values in found:
            yield Cell(dict(values), dict(values), at=("distributions",))


class Indices(Drawn):
    """Values drawn as Sobol's indices take them: the share of the spread that each accounts for.

    Two samples A and B that fill all keys together evenly, and for each key A with that one taken
    from B: (keys + 2) times `size` runs.
    """

    kind: Literal["sobol_indices"] = Field(
        "sobol_indices", description="values drawn as Sobol's indices take them"
    )
    size: int = Field(
        ge=4, le=MOST_DRAWS, strict=True, description="how many draws of A, a power of 2"
    )

    @model_validator(mode="after")
    def _fills_evenly(self) -> Self:
        if self.size & (self.size - 1):
            message = f"found {self.size:,}, expected a power of 2 for a Sobol sequence"
            raise Fault(message, "size")
        return self

    @property
    def count(self) -> int:
        """How many cells there are."""
        return (len(self.distributions) + 2) * self.size

    def cells(self, name: str) -> Iterator[Cell]:
        """Give the cells of A, of B, and of A with each key from B, in the order of the keys."""
        first, second = drawn_twice(self.size, self.seed, self.distributions)
        parts = {"A": first, "B": second}
        for key in sorted(self.distributions):
            both = zip(first, second, strict=True)
            parts[f"A with B's {key}"] = [a | {key: b[key]} for a, b in both]
        for part, draws in parts.items():
            for values in draws:
                columns = {name: part, **values}
                yield Cell(columns, dict(values), at=("distributions",))


class Morris(Drawn):
    """Values drawn as Morris's elementary effects take them: one assumption moved at each step.

    A trajectory begins anywhere on a grid of levels from the least value of each key to its
    largest, and moves each key once, by levels / 2 of them, in an order of its own: (keys + 1)
    times `trajectories` runs.
    """

    kind: Literal["morris"] = Field(
        "morris", description="values drawn as Morris's elementary effects take them: a screening"
    )
    trajectories: int = Field(
        ge=4, le=MOST_DRAWS, strict=True, description="how many trajectories; 10 are usual"
    )
    levels: int = Field(
        4, ge=2, le=100, strict=True, description="how many values of each key, an even number"
    )

    @model_validator(mode="after")
    def _has_levels(self) -> Self:
        if self.levels % 2:
            message = f"found {self.levels}, expected an even number, as 4"
            raise Fault(message, "levels")
        for key, one in self.distributions.items():
            if why := wrong_at_levels(one, self.levels):
                raise Fault(why, "distributions", key)
        return self

    @property
    def count(self) -> int:
        """How many cells there are."""
        return (len(self.distributions) + 1) * self.trajectories

    def cells(self, name: str) -> Iterator[Cell]:
        """Give the steps of each trajectory, one trajectory after the other."""
        steps = len(self.distributions) + 1
        draws = walked(self.trajectories, self.levels, self.seed, self.distributions)
        for step, values in enumerate(draws):
            columns = {name: 1 + step // steps, **values}
            yield Cell(columns, dict(values), at=("distributions",))


def _of_keys(values: dict[str, Value]) -> Cell:
    return Cell(dict(values), dict(values))


AnyDesign = Annotated[
    Grid | SideBySide | Listed | Scenarios | Sample | OneAtATime | Indices | Morris,
    Field(discriminator="kind"),
]
ALONE = (OneAtATime, Indices, Morris)  # ask what matters, each in its own way
