"""What a run means for one foundation, told from the same parts as the run."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from shlex import quote

from fundsim.charts.source import Basis
from fundsim.errors import RunError
from fundsim.places import Foundation
from fundsim.report.answer import heading
from fundsim.report.board import paper
from fundsim.report.document import document_of
from fundsim.report.figures import pictures
from fundsim.report.foundation_words import what_befalls, what_it_can, who
from fundsim.report.foundation_years import Years
from fundsim.report.parts import Grid
from fundsim.report.told import (
    FUNDS,
    Told,
    assumptions,
    attachment,
    funds_of,
    needed,
    remarks,
    toml_of,
    unverified,
)
from fundsim.results.folder import Run
from fundsim.scenario.delivery import no_foundation
from fundsim.scenario.schema import EVERY_FUND
from fundsim.wording import counted, day, money

CHARTS = ("foundation", "foundations_tile_map", "backlog", "paid_by_foundation", "timeline")
AREAS = ("its areas, paid in all", "people", "mean", "error", "1 in 20 below", "1 in 20 above")
PLACE = ("its place among the others", "people", "paid in all, mean", "a head")
NEAR = 2  # neighbours in the ranking that are shown to either side
FEW = 4  # years of a paper for a board


def told_foundation(run: Run, foundation: str, basis: Basis = "real") -> Told:
    """Tell a run as one foundation sees it; an unknown one is a RunError that names the nearest."""
    scenario = run.scenario
    own, _ = _found(run, foundation)
    years, others = Years.of(run, foundation, basis), list(_ranked(run, basis))
    place = f"results/{scenario.name}-{scenario.fingerprint}"
    *about, identity = heading(scenario, fund=EVERY_FUND, real=basis == "real")
    return Told(
        anchor="",
        title=f"{own.name}: {about[0]}",
        name=scenario.name,
        fingerprint=scenario.fingerprint,
        heading=[
            *([scenario.about] if scenario.about else []),
            *_own_terms(run, foundation),
            identity,
        ],
        funds=Grid(FUNDS, list(funds_of(scenario))),
        short=[*_in_short(run, years), *_place_in_words(others, foundation)],
        answer=[
            *years.grids(),
            Grid(AREAS, list(_areas(run, foundation, basis))),
            _place(others, foundation),
        ],
        sentences=remarks(scenario),
        pictures=list(pictures(run, CHARTS, basis, foundation=foundation)),
        assumptions=assumptions(scenario),
        needs=needed(scenario),
        toml=toml_of(run.folder),
        again=(
            f"fundsim run {attachment(scenario.name, scenario.fingerprint)}",
            f"fundsim report {place} --foundation {quote(foundation)}",
        ),
    )


def foundation_report(
    run: Run, foundation: str, *, basis: Basis = "real", paged: bool = False
) -> str:
    """Write what a run means for one foundation as one HTML document."""
    told = told_foundation(run, foundation, basis)
    return document_of([told], title=told.title, unverified=unverified([run.scenario]), paged=paged)


def foundation_paper(
    run: Run, foundation: str, *, basis: Basis = "real", paged: bool = False
) -> str:
    """Write two pages for the board of one foundation."""
    told = told_foundation(run, foundation, basis)
    years, own = Years.of(run, foundation, basis), _sentences(_own_terms(run, foundation))
    short = replace(
        told,
        answer=[*years.grids(at_most=FEW), told.answer[-1]],
        funds=replace(told.funds, note=own),
    )
    return paper(run, short, CHARTS, paged=paged, dense=True)


def _found(run: Run, foundation: str) -> tuple[Foundation, int]:
    places = run.scenario.geography_table
    fault = no_foundation(foundation, places)
    if fault:
        raise RunError(fault)
    row = next(row for row, each in enumerate(places.foundations) if each.id == foundation)
    return places.foundations[row], row


def _own_terms(run: Run, foundation: str) -> Iterator[str]:
    """Say whom it serves, what it can award, and what befalls it."""
    own, row = _found(run, foundation)
    yield from who(run.scenario, own)
    yield what_it_can(run.scenario, row)
    yield from what_befalls(run.scenario, foundation)


def _sentences(lines: Iterable[str]) -> str:
    """Write lines one after the other, each with its full stop."""
    return " ".join(line if line.endswith(".") else f"{line}." for line in lines)


def _in_short(run: Run, years: Years) -> Iterator[str]:
    """Say what reaches it in all, and how sure its last year is."""
    scenario = run.scenario
    span = f"Over {counted(scenario.years, 'year')} from {day(scenario.start)}"
    received, fee, paid = (years.in_all(name) for name in ("received", "foundation_fees", "paid"))
    if not received:
        yield f"{span} no money reaches it."
        return
    yield (
        f"{span} it receives {money(received)} on average, keeps {money(fee)} of it for its work, "
        f"and pays {money(paid)} to grantees, {years.prices}."
    )
    yield from years.last("paid", "pays")


@dataclass(frozen=True)
class Ranked:
    """A foundation's place: what it pays in all on average, and a head."""

    foundation: Foundation
    paid: float

    @property
    def per_head(self) -> float:
        """Pounds for each person whom it serves at the start."""
        people = self.foundation.population
        return self.paid / people if people else math.nan


def _ranked(run: Run, basis: Basis) -> Iterator[Ranked]:
    """Rank foundations by what they pay a head, the most first; equal ones by their ids."""
    table = run.table("foundations").where(fund=EVERY_FUND, measure="paid", basis=basis)
    sums: dict[str, list[float]] = {}
    for name, mean in zip(table.column("foundation"), table.column("mean"), strict=True):
        sums.setdefault(name, []).append(float(mean))
    of_all = run.scenario.geography_table.foundations
    found = [Ranked(each, math.fsum(sums.get(each.id, []))) for each in of_all if each.population]
    yield from sorted(found, key=lambda one: (-one.per_head, one.foundation.id))


def _at(others: Sequence[Ranked], foundation: str) -> int | None:
    ids = [one.foundation.id for one in others]
    return ids.index(foundation) if foundation in ids else None


def _place_in_words(others: Sequence[Ranked], foundation: str) -> Iterator[str]:
    at = _at(others, foundation)
    if at is None or len(others) == 1:
        return
    yield (
        f"By what is paid for each person it is number {at + 1} of {len(others)}: "
        f"£{others[at].per_head:,.2f} a head in all, where the one in the middle has "
        f"£{others[len(others) // 2].per_head:,.2f}. That is no judgement of it: the rule, and "
        "where its people live, decide."
    )


def _place(others: Sequence[Ranked], foundation: str) -> Grid:
    """Set it beside the first, the last and its neighbours, by pounds a head."""
    at = _at(others, foundation) or 0
    near = range(at - NEAR, at + NEAR + 1)
    shown = [n for n in range(len(others)) if n in (0, len(others) - 1) or n in near]
    rows = [_row(n, others[n], own=others[n].foundation.id == foundation) for n in shown]
    note = f"{len(others)} foundations by pounds a head; those between are left out."
    return Grid(PLACE, rows, note if len(shown) < len(others) else "")


def _row(place: int, one: Ranked, *, own: bool) -> Sequence[str]:
    name = f"{place + 1}. {one.foundation.name}{' (this one)' if own else ''}"
    people = f"{one.foundation.population:,}"
    return name, people, money(one.paid), f"£{one.per_head:,.2f}"


def _areas(run: Run, foundation: str, basis: Basis) -> Iterator[Sequence[str]]:
    """Give what is paid in each of its areas over the horizon, by pounds a head, and the head."""
    labels = run.scenario.year_labels
    span = {"from_year": str(labels[0]), "to_year": str(labels[-1])}
    wanted = {"foundation": foundation, "fund": EVERY_FUND, "measure": "paid", "basis": basis}
    table = run.table("areas").where(**wanted, **span)
    people = dict(
        zip(
            run.scenario.geography_table.codes, run.scenario.geography_table.population, strict=True
        )
    )
    for row in sorted(table.rows(), key=lambda row: -float(row[table.columns.index("per_head")])):
        cells = dict(zip(table.columns, row, strict=True))
        yield (
            f"{cells['name']} (£{float(cells['per_head']):,.2f} a head)",
            f"{int(people[cells['area']]):,}",
            *(
                money(float(cells[name])) if cells[name] else ""
                for name in ("mean", "se", "p05", "p95")
            ),
        )
