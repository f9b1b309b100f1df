"""What is asked of an explanation: an area by code or name, a year, a fund."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from fundsim.errors import InputError, Problem, nearest
from fundsim.places import Geography
from fundsim.scenario import Scenario
from fundsim.scenario.schema import EVERY_FUND

NEAR = 3  # names that are offered in place of one that is not there
LISTED = 8  # areas of the same name that are told apart


def find_area(places: Geography, asked: str) -> int:
    """Find an area by its code or its name, in whatever case.

    Where there is none, or there are several, an InputError names the nearest, or all of them.
    """
    low = asked.strip().casefold()
    found = [row for row, code in enumerate(places.codes) if code.casefold() == low]
    found = found or [row for row, name in enumerate(places.names) if name.casefold() == low]
    if len(found) == 1:
        return found[0]
    message = _several(places, asked, found) if found else _none(places, asked)
    raise InputError([Problem("--area", "", message)])


def _several(places: Geography, asked: str, found: Sequence[int]) -> str:
    few = ", ".join(f"{places.codes[row]} ({places.regions[row]})" for row in found[:LISTED])
    more = f" and {len(found) - LISTED} more" if len(found) > LISTED else ""
    return f'"{asked}" is the name of {len(found)} areas; give a code: {few}{more}'


def _none(places: Geography, asked: str) -> str:
    known = {**_folded(places.codes), **_folded(places.names)}
    close = get_close_matches(asked.strip().casefold(), known, n=NEAR, cutoff=0.6)
    near = [*dict.fromkeys([*_holding(places, asked), *(known[one] for one in close)])][:NEAR]
    hint = f"did you mean {_quoted(near)}?" if near else f"such as {_quoted(places.names[:NEAR])}"
    return f'there is no area "{asked}"; expected a code or a name ({hint})'


def _folded(names: Sequence[str]) -> dict[str, str]:
    return {name.casefold(): name for name in names}


def _holding(places: Geography, asked: str) -> Iterator[str]:
    """Give the names that hold what is asked for."""
    low = asked.strip().casefold()
    return (name for name in places.names if low and low in name.casefold())


def _quoted(names: Sequence[str]) -> str:
    return " or ".join(f'"{name}"' for name in names)


def find_year(scenario: Scenario, asked: int | None) -> int | None:
    """Give the row of a year by its label; None where none is asked for."""
    if asked is None:
        return None
    labels = scenario.year_labels
    if asked not in labels:
        message = f"there is no year {asked}; expected one from {labels[0]} to {labels[-1]}"
        raise InputError([Problem("--year", "", message)])
    return asked - labels[0]


def find_funds(names: Sequence[str], asked: str | None) -> list[str]:
    """Give the fund that is asked for; all of them where none is."""
    if asked in (None, EVERY_FUND):
        return list(names)
    if asked not in names:
        hint = nearest(asked or "", names)
        message = f'there is no fund "{asked}"{hint}; there are {", ".join(names)}'
        raise InputError([Problem("--fund", "", message)])
    return [asked]
