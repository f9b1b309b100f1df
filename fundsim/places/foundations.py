"""The community foundations through which money reaches areas, and where a map shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from fundsim.places.packaged import packaged
from fundsim.places.table import Table, read_table, refuse


@dataclass(frozen=True)
class PastGrants:
    """What a foundation granted in a year: pounds, number of grants where known, and the source."""

    pounds: int
    number: int | None
    period: str
    source: str
    licence: str


@dataclass(frozen=True)
class Endowment:
    """What a foundation's endowment was worth on a date, and who said so."""

    pounds: int
    as_at: str
    source: str


@dataclass(frozen=True)
class Member:
    """What is known of one accredited community foundation; None or empty where it is not known.

    `districts` and `population` are those of the 361 districts of 2024 and of mid-2024.
    """

    id: str
    name: str
    also_known_as: str
    nation: str
    area: str
    districts: int
    population: int
    founded: int | None
    charity_number: str
    charity_number_source: str
    endowment: Endowment | None
    past_grants: PastGrants | None


@dataclass(frozen=True)
class Foundation:
    """A foundation of the geography in use: its nation, its areas counted, the people in them.

    `nation` is that of its first area. `member` holds what is known where its id is that of one of
    the 47 members of the national network.
    """

    id: str
    name: str
    nation: str
    districts: int
    population: int
    member: Member | None

    @property
    def past_grants(self) -> PastGrants | None:
        """What it granted in a year before, where that is known."""
        return self.member.past_grants if self.member else None


class Tile(NamedTuple):
    """A foundation's place on the tile map: column from the west, row from the north, label."""

    column: int
    row: int
    label: str


def member_foundations() -> Mapping[str, Member]:
    """List the 47 accredited members of the UK's network of community foundations, by id."""
    return {row["id"]: _member(row) for row in _rows("foundations.csv")}


def median_grants_a_head() -> float:
    """Give the median pounds a head of the members whose past grants are known."""
    known = sorted(
        member.past_grants.pounds / member.population
        for member in member_foundations().values()
        if member.past_grants
    )
    low, high = known[(len(known) - 1) // 2], known[len(known) // 2]
    return low + (high - low) / 2


def tiles() -> Mapping[str, Tile]:
    """Give each member foundation its place on the tile map, by id."""
    return {
        row["id"]: Tile(int(row["column"]), int(row["row"]), row["label"])
        for row in _rows("tiles.csv")
    }


def _rows(name: str) -> list[dict[str, str]]:
    table, faults = read_table(packaged(name), name, required=("id",))
    refuse({name: faults})
    return _by_row(table)


def _by_row(table: Table) -> list[dict[str, str]]:
    return [
        dict(zip(table.cells, cells, strict=True))
        for cells in zip(*table.cells.values(), strict=True)
    ]


def _member(row: Mapping[str, str]) -> Member:
    return Member(
        id=row["id"],
        name=row["name"],
        also_known_as=row["also_known_as"],
        nation=row["nation"],
        area=row["area"],
        districts=int(row["districts"]),
        population=int(row["population"]),
        founded=_known(row["founded"]),
        charity_number=row["charity_number"],
        charity_number_source=row["charity_number_source"],
        endowment=_endowment(row),
        past_grants=_past_grants(row),
    )


def _known(cell: str) -> int | None:
    return int(cell) if cell else None


def _endowment(row: Mapping[str, str]) -> Endowment | None:
    pounds = _known(row["endowment_pounds"])
    if pounds is None:
        return None
    return Endowment(pounds, row["endowment_as_at"], row["endowment_source"])


def _past_grants(row: Mapping[str, str]) -> PastGrants | None:
    pounds = _known(row["grants_pounds"])
    if pounds is None:
        return None
    return PastGrants(
        pounds=pounds,
        number=_known(row["grants_number"]),
        period=row["grants_period"],
        source=row["grants_source"],
        licence=row["grants_licence"],
    )
