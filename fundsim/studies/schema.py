"""What a study's file may say: a scenario, the ways in which it varies, and what is looked at.

Ways of varying are blocks with names of the user's own; a study runs every combination of a cell of
each block.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Annotated, Self

from pydantic import Field, model_validator

from fundsim.errors import nearest
from fundsim.metrics.catalogue import METRICS
from fundsim.rules.base import Fault, Setting
from fundsim.scenario.schema import (
    EVERY_FUND,
    LARGEST_SEED,
    MOST_PATHS,
    MOST_YEARS,
    Name,
    Text,
    Version,
)
from fundsim.studies.designs import ALONE, HEAD, TAIL, AnyDesign, BlockName, Cell
from fundsim.studies.distributions import Number
from fundsim.units import Title


class Limit(Setting):
    """From where on, or up to where, a measure is good enough."""

    at_least: Number | None = Field(None, description="good enough from here on")
    at_most: Number | None = Field(None, description="good enough up to here")

    @model_validator(mode="after")
    def _states_one(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            message = 'expected either at_least or at_most, as { at_most = "25%" }'
            raise Fault(message)
        return self

    def holds(self, figure: float) -> bool:
        """Tell whether a figure is good enough; money is in pounds."""
        if self.at_least is not None:
            return figure >= self.at_least
        return self.at_most is not None and figure <= self.at_most


class Study(Setting):
    """A whole study: a scenario, what varies of it, and what is looked at."""

    schema_version: Version = Field(description="the form of the file; 1 is the only one so far")
    name: Name = Field(description="short name of the study, used for its folder of results")
    title: Title = Field(description="the study's question, in one line")
    about: str = Field("", description="what a reader should know about the study")
    base: Text = Field(description="the scenario that varies: a shipped one by name, or a path")
    fund: str = Field(EVERY_FUND, description="the fund that is looked at, or all")
    measures: Annotated[list[str], Field(min_length=1)] = Field(
        description="what is looked at: metrics of `fundsim list metrics`"
    )
    paths: int | None = Field(
        None, ge=1, le=MOST_PATHS, strict=True, description="instead of the scenario's own"
    )
    years: int | None = Field(
        None, ge=1, le=MOST_YEARS, strict=True, description="instead of the scenario's own"
    )
    seed: int | None = Field(
        None,
        ge=0,
        le=LARGEST_SEED,
        strict=True,
        description="instead of the scenario's own; the same for all runs",
    )
    vary: dict[BlockName, AnyDesign] = Field(
        min_length=1, description="what varies, block by block"
    )
    futures: list[BlockName] = Field(
        default_factory=list,
        description="the blocks that nobody decides on; what the others vary is a policy",
    )
    acceptable: dict[str, Limit] = Field(
        default_factory=dict,
        description="which mean of a measure is good enough; where all are, a policy does not fail",
    )
    tables: dict[str, Text] = Field(
        default_factory=dict,
        description="where tables of areas and of markets stand, by how values name them; beside "
        "the study unless stated, as a study's folder states its own copies",
    )
    sources: dict[str, Text] = Field(
        default_factory=dict,
        description='why these values: "block", "block.assumption" or "acceptable" = "citation"; '
        "one that begins with unverified prints a warning",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for number, name in enumerate(self.measures):
            if name not in METRICS:
                hint = nearest(name, METRICS) or "; see `fundsim list metrics`"
                raise Fault(f'there is no metric "{name}"{hint}', "measures", number)
        for name in self.vary:
            if name in (*HEAD, *TAIL):
                message = "this is a column of the table itself; give the block another name"
                raise Fault(message, "vary", name)
        for number, name in enumerate(self.futures):
            if name not in self.vary:
                message = f'there is no block "{name}"{nearest(name, self.vary)}'
                raise Fault(message, "futures", number)
        for name in self.acceptable:
            if name not in self.measures:
                message = f"this measure is not looked at{nearest(name, self.measures)}"
                raise Fault(message, "acceptable", name)
        return self

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        alone = next((n for n, one in self.vary.items() if isinstance(one, ALONE)), None)
        if alone is None:
            return self
        if len(self.vary) > 1:
            message = (
                "a block that asks what matters stands alone; put what else varies into a study "
                "of its own"
            )
            raise Fault(message, "vary", alone)
        for key, stated in (("futures", self.futures), ("acceptable", self.acceptable)):
            if stated:
                message = (
                    f'nothing is judged where "{alone}" asks what matters; leave this out, or vary '
                    "by blocks of other kinds"
                )
                raise Fault(message, key)
        return self

    @property
    def count(self) -> int:
        """How many runs there are."""
        return prod(one.count for one in self.vary.values())

    def combinations(self) -> Iterator[tuple[Cell, ...]]:
        """Give every combination of a cell of each block, the last block's changing first."""
        yield from product(*(list(one.cells(name)) for name, one in self.vary.items()))
