"""Whose a release is: of which nation, for which cause, and when it is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np

from fundsim.money import Pence, apportion, fractions
from fundsim.rules.dormant.terms import DormantAssets
from fundsim.units import months_after

Arrival = tuple[date, Pence]
"""A day, and what is there on it, `(path,)`."""


def review_days(terms: DormantAssets, start: date, last: date) -> list[date]:
    """List the days on which the scheme's years are reviewed, up to a last one."""
    days: list[date] = []
    begins = terms.begins(start)
    while (day := months_after(begins, 12 * (len(days) + 1))) <= last:
        days.append(day)
    return days


def days_of_releases(
    terms: DormantAssets,
    start: date,
    last: date,
    nations: Sequence[str] | None = None,
    cause: str | None = None,
) -> list[date]:
    """List the days of a run on which some nations can have anything of a release, in order."""
    first = terms.begins(start).year
    reviews = [
        day
        for year, day in enumerate(review_days(terms, start, last))
        if terms.may_release(year, first)
    ]
    delays = [0] if not terms.nations and cause is None else []
    delays += [
        nation.delay or 0
        for name, nation in terms.nations.items()
        if nation.share
        and (nations is None or name in nations)
        and (cause is None or nation.causes.get(cause))
    ]
    days = {months_after(day, delay) for day in reviews for delay in delays}
    return [day for day in sorted(days) if start <= day <= last]


def arrivals(
    terms: DormantAssets,
    days: Sequence[date],
    released: Pence,
    nations: Sequence[str] | None = None,
    cause: str | None = None,
) -> list[Arrival]:
    """List what some nations have of the releases, `(year, path)`, for one cause or for all.

    Each release is shared between all nations, and each nation's part between its causes, by
    cumulative rounding in the order of their names, so that all parts together are the release. A
    nation without stated causes has nothing for any single one.
    """
    found: dict[date, Pence] = {}
    for day, whole in zip(days, released, strict=True):
        for name, pence in _of_nations(terms, whole).items():
            if nations is None or name in nations:
                nation = terms.nations.get(name)
                when = months_after(day, nation.delay) if nation and nation.delay else day
                own = _for_cause(nation.causes if nation else {}, pence, cause)
                found[when] = found[when] + own if when in found else own
    return [(day, found[day]) for day in sorted(found)]


def _of_nations(terms: DormantAssets, whole: Pence) -> dict[str, Pence]:
    shares = {name: nation.share for name, nation in terms.nations.items()}
    return dict(_shared(shares, whole)) if shares else {"": whole}


def _for_cause(causes: Mapping[str, float], pence: Pence, cause: str | None) -> Pence:
    if cause is None:
        return pence
    return dict(_shared(causes, pence)).get(cause, np.zeros_like(pence)) if causes else pence * 0


def _shared(parts: Mapping[str, float], whole: Pence) -> Iterator[tuple[str, Pence]]:
    names = sorted(parts)
    shares = fractions(np.array([parts[name] for name in names]))
    yield from zip(names, apportion(whole, shares), strict=True)
