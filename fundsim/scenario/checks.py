"""What the form of a scenario cannot say: dates in order, places that exist, rules that apply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from fundsim.errors import DataError, Problem, nearest
from fundsim.money import fractions
from fundsim.places import PACKAGED, Geography, load_geography
from fundsim.rules.allocation import AllocationRule, Ratios
from fundsim.rules.base import Fault
from fundsim.rules.inflows import Inflow, Releases
from fundsim.rules.need import Blend, Need, combined
from fundsim.rules.round import FIRST, Round, When
from fundsim.rules.spending import ConstantReal, Profile
from fundsim.scenario.coming import arrivals
from fundsim.scenario.delivery import wrong_delivery
from fundsim.scenario.document import NOTES, Document
from fundsim.scenario.drafts import Draft, FundDraft
from fundsim.scenario.keys import MISSING, Key, dotted, look, undotted
from fundsim.scenario.mishaps import wrong_shocks
from fundsim.scenario.origins import Finding
from fundsim.scenario.passing import receives, wrong_passing
from fundsim.scenario.schema import Places
from fundsim.scenario.scheme import wrong_scheme
from fundsim.scenario.shapes import Shape, fields_of, required_in
from fundsim.scenario.spelling import money
from fundsim.units import months_after

_AREAS: Key = ("geography", "areas")
_NEED: Key = ("geography", "need")
_STAND_IN = "population"  # read as need where the one named cannot be, which is told once


@dataclass(frozen=True)
class Table:
    """A geography that has been read, and what it was read from."""

    areas: str
    where: Mapping[str, list[str]] | None
    geography: Geography


def areas_path(places: Places, document: Document) -> str:
    """Find the table that is meant: a path stands relative to the file that writes it."""
    if places.areas in PACKAGED:
        return places.areas
    return str(document.origin(_AREAS).source.folder / places.areas)


def read_table(
    draft: Draft, document: Document, known: Table | None
) -> tuple[Table | None, list[Finding]]:
    """Read the geography, unless it is `known`; what is wrong with it is told."""
    places = draft.geography
    if places is None:
        return None, []
    areas = areas_path(places, document)
    if not Path(areas).name:
        return None, [document.finding(_AREAS, f"{areas}: this is a folder; give a CSV in it")]
    if known is not None and (known.areas, known.where) == (areas, places.where):
        return known, []
    try:
        return Table(areas, places.where, load_geography(areas, where=places.where)), []
    except DataError as error:
        return None, [_of_table(problem, areas, document) for problem in error.problems]


def _of_table(problem: Problem, areas: str, document: Document) -> Finding:
    """Tell a fault of the table of areas, or of the scenario that asks for it."""
    if problem.key.partition(".")[0] == "where":
        return document.finding(("geography", *problem.key.split(".")), problem.message)
    if problem.place == areas:
        return document.finding(_AREAS, f"{areas}: {problem.message}")
    origin = document.origin(_AREAS)
    return Finding(origin.source.rank, origin.span.start, problem)


def check(
    draft: Draft, document: Document, geography: Geography | None, root: Shape
) -> list[Finding]:
    """Find everything that is wrong with the meaning of a scenario."""
    findings = list(_wrong_notes(document, root))
    need = draft.geography.need if draft.geography else None
    if geography is not None and need is not None:
        faults = list(_wrong_need(need, geography, document))
        need = _STAND_IN if faults else need
        findings += faults
    findings += wrong_passing(draft, document)
    findings += wrong_delivery(draft, document, geography)
    findings += wrong_shocks(draft, document, geography)
    findings += wrong_scheme(draft, document)
    for name, fund in draft.funds.items():
        passed = receives(name, draft)
        told = [*_wrong_dates(fund, draft.start), *_wrong_money(fund, draft.start, passed=passed)]
        if geography is not None and need is not None and fund.allocation is not None:
            told += _wrong_sharing(fund.allocation, geography, need)
        findings += [document.finding(("funds", name, *key), text) for key, text in told]
    return findings


Told = tuple[Key, str]
"""A key inside a fund, and what is wrong there."""


def _wrong_dates(fund: FundDraft, start: date | None) -> Iterator[Told]:
    rule, closes = fund.spending, fund.closes
    if rule is not None and not rule.perpetual and closes is None and fund.closes_known:
        example = 'closes = { on = 2031-03-31, residue = "treasury" }'
        yield (
            ("closes",),
            f"this is missing; expected the end of a fund that is to be spent, as in {example}",
        )
    if start is None:
        return
    if closes is not None and closes.on <= start:
        yield ("closes", "on"), f"found {closes.on}, expected a day after the start day, {start}"
        return
    if rule is None:
        return
    first = rule.first or start
    if first < start:
        text = f"found {first}, expected no day before the start day, {start}"
        yield ("spending", "first"), text
    elif closes is not None and first >= closes.on:
        text = f"found {closes.on}, expected a day after the first spending date, {first}"
        yield ("closes", "on"), text
    elif closes is not None:
        yield from _beyond_closing(fund, first, closes.on)


def _beyond_closing(fund: FundDraft, first: date, closes: date) -> Iterator[Told]:
    rule = fund.spending
    dates = rule.last() if rule is not None else None
    if rule is None or dates is None:
        return
    last = months_after(first, rule.every * (dates - 1))
    if last >= closes:
        key = next(key for key in ("over", "profile") if key in type(rule).model_fields)
        yield (
            ("spending", key),
            (
                f"the last spending date is {last}, and the fund closes on {closes}; "
                "let it close later, or spend sooner"
            ),
        )


def _wrong_money(fund: FundDraft, start: date | None, *, passed: bool) -> Iterator[Told]:
    """Tell of money that comes at a wrong time; `passed` says that other funds give some too."""
    comes = passed or fund.inflow is not None
    if isinstance(fund.spending, Profile) and fund.opening == 0 and comes:
        yield (
            ("opening",),
            (
                "a profile spends the opening money, and this fund has none; what it receives "
                "would never be spent, so state opening, or choose another spending rule"
            ),
        )
    if fund.inflow is None or start is None:
        return
    if not passed:
        yield from _worth_nothing(fund, fund.inflow, start)
    for key, day, pence in arrivals(fund.inflow, start):
        if day < start:
            text = f"{money(pence)} would arrive on {day}, before the start day, {start}"
            yield ("inflow", *key), text
        elif fund.closes is not None and day > fund.closes.on:
            text = (
                f"{money(pence)} would arrive on {day}, after the fund closes on {fund.closes.on}"
            )
            yield ("inflow", *key), text


def _worth_nothing(fund: FundDraft, inflow: Inflow, start: date) -> Iterator[Told]:
    """Tell of a share of a first value that is nothing, which would stay nothing for ever."""
    rule = fund.spending
    if not isinstance(rule, ConstantReal) or rule.rate is None or fund.opening:
        return
    if isinstance(inflow, Releases):  # what it brings, and when, is known by path only
        return
    first, valued = rule.first or start, start - timedelta(days=1)
    for quarter in count(1):
        end = months_after(start, 3 * quarter) - timedelta(days=1)
        if end > first:
            break
        valued = end
    if not any(day <= valued and day != first for _, day, _ in arrivals(inflow, start)):
        yield (
            ("spending", "rate"),
            (
                f"the fund is worth nothing yet when it first spends, on {first}, and a share of "
                "nothing stays nothing; state amount, or a first spending date after a quarter's "
                "end with money in it"
            ),
        )


def _wrong_need(need: Need, geography: Geography, document: Document) -> Iterator[Finding]:
    if isinstance(need, Mapping) and {*need} & {*Blend.model_fields}:
        message = (
            "expected a table of the columns that need is made of, each with its weight, as in "
            "columns = { imd = 2, claimants = 1 }"
        )
        yield document.finding((*_NEED, "columns"), message)
        return
    try:
        for years in _readings(need):
            combined(geography, need, years)
    except Fault as fault:
        yield document.finding((*_NEED, *fault.key), fault.message)
    except DataError as error:
        for problem in error.problems:
            name = problem.key or problem.place.rpartition(":")[2]
            if not isinstance(need, Mapping):
                key = _NEED
            else:
                nation = next((n for n, column in need.items() if name in (n, column)), name)
                key = (*_NEED, nation)
            yield document.finding(key, f'"{name}": {problem.message}')


def _readings(need: Need) -> list[int]:
    """Give the years after the first round in which need is first read in each of its ways."""
    review = need.review if isinstance(need, Blend) else None
    return [0] if review is None else [0, review.every // 12]


def _wrong_sharing(rule: AllocationRule, geography: Geography, need: Need) -> Iterator[Told]:
    """Try a rule on the geography, whenever need is read in another way."""
    try:
        for years in _readings(need):
            when = When(date(FIRST.day.year + years, 1, 1), FIRST.first)
            answer = rule.shares(Round.over(geography, need, np.zeros(1, np.int64), when=when))
            if isinstance(answer, Ratios):
                fractions(answer.weights, of="this rule")
    except Fault as fault:
        yield ("allocation", *(part for part in fault.key if part != "")), fault.message
    except ValueError as error:
        yield ("allocation",), str(error)


def _wrong_notes(document: Document, root: Shape) -> Iterator[Finding]:
    notes = document.values.get(NOTES)
    if not isinstance(notes, dict):
        return
    for name in notes:
        try:
            key = undotted(name)
        except ValueError as error:
            yield document.finding((NOTES, name), str(error), at="key")
            continue
        if not has_key(document.values, root, key) and not isinstance(notes[name], dict):
            hint = nearest(name, [dotted(one) for one in keys_of(document.values, root)])
            message = f'this scenario has no key "{name}"{hint}; a source names a key that it has'
            yield document.finding((NOTES, name), message, at="key")


def _left_out(shape: Shape) -> object:
    """Give what stands for a value that was left out: a table all of whose keys have defaults."""
    plain = not shape.by_kind and all(not required_in(table) for table in shape.tables.values())
    return {} if shape.tables and plain else None


def has_key(values: object, shape: Shape, key: tuple[str, ...]) -> bool:
    """Tell whether a scenario has a key, one left at its default included."""
    for part in key:
        table = shape.of_kind(values)
        inside = look(values, (part,))
        shape = table.below(part)
        known = shape != Shape() if table.tables else inside is not MISSING
        if not known:
            return False
        values = _left_out(shape) if inside is MISSING else inside
    return True


def keys_of(values: Any, shape: Shape, key: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 - a TOML value may be of any type
    """List every key of a scenario, those left at their defaults included."""
    if key:
        yield key
    if isinstance(values, list):
        for number, value in enumerate(values):
            yield from keys_of(value, shape.below(number), (*key, str(number)))
    elif isinstance(values, dict) and not shape.tables:
        for name, value in values.items():
            yield from keys_of(value, shape.below(name), (*key, name))
    elif isinstance(values, dict):
        for table in shape.of_kind(values).tables.values():
            for name, inner in fields_of(table).items():
                yield from keys_of(values.get(name, _left_out(inner)), inner, (*key, name))
