"""Areas put in their one order, their foundations counted, their content fingerprinted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fundsim.money import Real
from fundsim.places.columns import Column
from fundsim.places.foundations import Foundation, member_foundations
from fundsim.places.geography import Geography


@dataclass(frozen=True)
class Areas:
    """Areas as a table gives them, in any order; every sequence and array is `(area,)`."""

    codes: Sequence[str]
    names: Sequence[str]
    nations: Sequence[str]
    regions: Sequence[str]
    foundation_ids: Sequence[str]
    population: NDArray[np.int64]
    lon: Real
    lat: Real
    rows: NDArray[np.int64]
    columns: dict[str, Real]
    labels: dict[str, tuple[str, ...]]

    def at(self, index: NDArray[np.int64]) -> Areas:
        """Take the areas at these positions, in this order."""
        positions = index.tolist()

        def taken(cells: Sequence[str]) -> tuple[str, ...]:
            return tuple(cells[i] for i in positions)

        return Areas(
            codes=taken(self.codes),
            names=taken(self.names),
            nations=taken(self.nations),
            regions=taken(self.regions),
            foundation_ids=taken(self.foundation_ids),
            population=self.population[index],
            lon=self.lon[index],
            lat=self.lat[index],
            rows=self.rows[index],
            columns={name: values[index] for name, values in self.columns.items()},
            labels={name: taken(cells) for name, cells in self.labels.items()},
        )

    def order(self) -> NDArray[np.int64]:
        """Give the order by nation, foundation and code that keeps each foundation together."""
        home: dict[str, str] = {}
        for nation, foundation in zip(self.nations, self.foundation_ids, strict=True):
            home[foundation] = min(nation, home.get(foundation, nation))
        keys = [
            (home[foundation], foundation, nation, code)
            for foundation, nation, code in zip(
                self.foundation_ids, self.nations, self.codes, strict=True
            )
        ]
        return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)


def geography(label: str, areas: Areas, about: Mapping[str, Column]) -> Geography:
    """Make the geography of these areas; `about` describes each of their columns."""
    ordered = areas.at(areas.order())
    ids = tuple(dict.fromkeys(ordered.foundation_ids))
    position = {foundation: at for at, foundation in enumerate(ids)}
    foundation_of = np.array([position[f] for f in ordered.foundation_ids], dtype=np.int64)
    foundations = tuple(_foundations(ordered, ids, foundation_of))
    return Geography(
        label=label,
        codes=tuple(ordered.codes),
        names=tuple(ordered.names),
        nations=tuple(ordered.nations),
        regions=tuple(ordered.regions),
        foundation_ids=tuple(ordered.foundation_ids),
        population=ordered.population,
        lon=ordered.lon,
        lat=ordered.lat,
        columns=ordered.columns,
        about=about,
        labels=ordered.labels,
        foundations=foundations,
        foundation_of=foundation_of,
        rows=ordered.rows,
        digest=_digest(ordered, about, foundations),
    )


def _foundations(
    areas: Areas, ids: Sequence[str], foundation_of: NDArray[np.int64]
) -> Iterable[Foundation]:
    members = member_foundations()
    districts = np.bincount(foundation_of, minlength=len(ids))
    people = np.zeros(len(ids), dtype=np.int64)
    np.add.at(people, foundation_of, areas.population)
    first = np.searchsorted(foundation_of, np.arange(len(ids)))  # rows of one stand together
    for at, foundation in enumerate(ids):
        member = members.get(foundation)
        yield Foundation(
            id=foundation,
            name=member.name if member else foundation,
            nation=areas.nations[int(first[at])],
            districts=int(districts[at]),
            population=int(people[at]),
            member=member,
        )


def _digest(areas: Areas, about: Mapping[str, Column], foundations: Sequence[Foundation]) -> str:
    """Hash all that figures can depend on; titles, sources and labels are left out."""
    names = sorted(areas.columns)
    words = [
        [areas.codes, areas.names, areas.nations, areas.regions, areas.foundation_ids],
        [_substance(foundation) for foundation in foundations],
        [_use(about[name], frozenset(areas.nations)) for name in names],
    ]
    hashed = hashlib.sha256(json.dumps(words, separators=(",", ":")).encode("ascii"))
    for values in (areas.lon, areas.lat, *(areas.columns[name] for name in names)):
        hashed.update(_canonical(values))
    return hashed.hexdigest()


def _substance(foundation: Foundation) -> list[object]:
    grants = foundation.past_grants
    known = [grants.pounds, grants.period] if grants else None
    return [foundation.id, foundation.name, known]


def _use(column: Column, present: frozenset[str]) -> list[object]:
    stated = sorted(column.nations & present)
    return [column.name, stated, column.comparable, column.aggregate]


def _canonical(values: Real) -> bytes:
    """Write numbers as bytes with one zero and one nan, the same on every machine."""
    return np.where(np.isnan(values), np.nan, values + 0.0).astype("<f8").tobytes()
