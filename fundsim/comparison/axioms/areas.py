"""Axioms that are tried on tables with something changed: one area, two of them, or all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

import numpy as np

from fundsim.comparison.axioms.altered import (
    alike,
    crowded,
    groups,
    halved,
    in_order,
    merged,
    needier,
    neighbour,
)
from fundsim.comparison.axioms.bench import Bench, Dues
from fundsim.comparison.axioms.reading import columns_read
from fundsim.comparison.axioms.trials import Finding, Trial, does_not_apply, judged, money
from fundsim.places import Geography
from fundsim.places.columns import undescribed
from fundsim.rules.base import Fault
from fundsim.rules.round import Rows

_TWINS = 60  # pairs of equal areas tried by themselves, beside those that are tried all at once
_TIMES = {2: "are doubled", 3: "are tripled", 10: "are ten times as large"}


def _tried(bench: Bench, table: Geography, judge: Callable[[Dues], Trial]) -> Trial | str:
    """Ask for another table and judge the answer; where the rule does not apply to it, say why."""
    try:
        return judge(bench.dues(table))
    except Fault as fault:
        return fault.message


# Symmetry


def symmetric(bench: Bench, axiom: str) -> Finding:
    """Two areas that are equal get the same, and the order of rows changes nothing.

    Equal are areas of one nation, region and foundation with the same people and the same figures
    in every column; a rule that names areas treats such as these differently.
    """
    return judged(axiom, (*_twins(bench), *_orders(bench)))


def _twins(bench: Bench) -> Iterator[Trial | str]:
    for source in _sources(bench):
        table = alike(bench.geography, source)
        copies = np.flatnonzero(source != np.arange(len(source)))
        yield from _each_twin(bench, table, copies, source[copies])


def _each_twin(bench: Bench, table: Geography, copies: Rows, models: Rows) -> Iterator[Trial | str]:
    try:
        dues = bench.dues(table)
    except Fault as fault:
        yield fault.message
        return
    own, its = dues.pence[models, 0], dues.pence[copies, 0]
    gaps = np.abs(own - its) - dues.slack[models, 0]
    names = table.names

    def tell(pair: int) -> str:
        name, other = names[models[pair]], names[copies[pair]]
        return (
            f"{other} is made equal to {name} in people and every column: {name} gets "
            f"{money(own[pair])}, and {other} {money(its[pair])}"
        )

    for pair, gap in enumerate(gaps.tolist()):
        yield Trial(gap, partial(tell, pair))


def _sources(bench: Bench) -> Iterator[Rows]:
    """Give which area each is to equal, `(area,)`: twos and threes all at once, then two alone."""
    homes, nobody = list(groups(bench.geography).values()), np.arange(len(bench.geography))
    for size, begin, model in (2, 0, 0), (2, 0, 1), (2, 1, 0), (2, 1, 1), (3, 0, 0):
        source = nobody.copy()
        for rows in homes:
            for at in range(begin, len(rows) - size + 1, size):
                source[rows[at : at + size]] = rows[at + model]
        yield source
    pairs = [pair for rows in homes for pair in pairwise(rows)]
    alone = min(len(pairs), len(bench.tried), _TWINS)
    for number in np.linspace(0, len(pairs) - 1, alone).round().astype(np.intp).tolist():
        source = nobody.copy()
        source[pairs[number][1]] = pairs[number][0]
        yield source


def _orders(bench: Bench) -> Iterator[Trial | str]:
    """Try orders of rows in which no table is read: backwards, by people, by name."""
    table = bench.geography
    for words, order in (
        ("backwards", np.arange(len(table))[::-1]),
        ("by people", np.argsort(table.population, kind="stable")),
        ("by name", np.array(sorted(range(len(table)), key=table.names.__getitem__))),
    ):
        back = np.argsort(order, kind="stable")
        judge = partial(_moved, bench, back, f"the rows of the table stand {words}")
        yield _tried(bench, in_order(table, order), judge)


def _moved(bench: Bench, rows: Rows, words: str, dues: Dues) -> Trial:
    """Compare with what all are due in the table as it is: nobody may move."""
    after = dues.pence[rows, 0]
    gap = np.abs(after - bench.before) - dues.slack[rows, 0]
    area = int(gap.argmax())
    return Trial(float(gap[area]), partial(_told, bench, area, words, float(after[area])))


def _told(bench: Bench, area: int, words: str, after: float) -> str:
    name, before = bench.geography.names[area], float(bench.before[area])
    return f"{words}: {name} had {money(before)}, and gets {money(after)}"


# People and need


def scale_free(bench: Bench, axiom: str) -> Finding:
    """Where all populations are so many times as large, everybody gets the same.

    Columns that count people grow with them; pounds, places and means stay.
    """
    everybody = np.arange(len(bench.geography))
    return judged(
        axiom,
        [
            _tried(
                bench,
                crowded(bench.geography, factor),
                partial(_moved, bench, everybody, f"all populations {words}"),
            )
            for factor, words in _TIMES.items()
        ],
    )


def monotone_in_need(bench: Bench, axiom: str) -> Finding:
    """An area whose need rises gets no less."""
    moved: set[bool] = set()

    def judge(area: int, words: str, dues: Dues) -> Trial:
        after = dues.pence[:, 0]
        moved.add(bool((after != bench.before).any()))
        fall = bench.before[area] - after[area] - dues.slack[area, 0]
        words = f"{bench.geography.names[area]}'s {words}"
        return Trial(float(fall), partial(_told, bench, area, words, float(after[area])))

    trials = []
    for number, area in enumerate(bench.tried.tolist()):
        ways = list(needier(bench.geography, bench.need, area))
        if ways:  # the one for one area, the other for the next
            table, words = ways[number % len(ways)]
            trials.append(_tried(bench, table, partial(judge, area, words)))
    if not trials:
        return does_not_apply(axiom, "no need is stated that could rise")
    return judged(axiom, trials, "" if True in moved else "need changes nothing under it")


# Areas that become one, and areas that become two


def stable_under_merging(bench: Bench, axiom: str) -> Finding:
    """Two neighbours that become one area get together what they had."""
    unclear = _unclear(bench)
    if unclear:
        return does_not_apply(axiom, unclear)
    return judged(axiom, _merged(bench))


def _merged(bench: Bench) -> Iterator[Trial | str]:
    table, done = bench.geography, set[frozenset[int]]()
    homes = {row: rows for rows in groups(table).values() for row in rows}
    for area in bench.tried.tolist():
        other = neighbour(table, area, homes[area])
        if other is None or frozenset((area, other)) in done:
            continue
        done.add(frozenset((area, other)))
        whole, row = merged(table, area, other)
        yield _tried(bench, whole, partial(_as_one, bench, (area, other), row))
    if not done:
        yield "no foundation has two areas in one region"


def _as_one(bench: Bench, pair: tuple[int, int], row: int, dues: Dues) -> Trial:
    before, after = float(bench.before[list(pair)].sum()), float(dues.pence[row, 0])
    one, other = (bench.geography.names[area] for area in pair)

    def tell() -> str:
        return (
            f"{one} and {other} become one area: together they had {money(before)}, "
            f"and it gets {money(after)}"
        )

    return Trial(abs(before - after) - 2 * float(dues.slack[row, 0]), tell)


def stable_under_splitting(bench: Bench, axiom: str) -> Finding:
    """The two halves of an area, of equal need, get together what it had."""
    unclear = _unclear(bench)
    if unclear:
        return does_not_apply(axiom, unclear)
    return judged(axiom, _halves(bench))


def _halves(bench: Bench) -> Iterator[Trial | str]:
    for area in bench.tried.tolist():
        parts, row = halved(bench.geography, area)
        yield _tried(bench, parts, partial(_as_two, bench, area, row))


def _as_two(bench: Bench, area: int, row: int, dues: Dues) -> Trial:
    before, after = float(bench.before[area]), dues.pence[row : row + 2, 0]
    name = bench.geography.names[area]

    def tell() -> str:
        first, second = after
        return (
            f"{name} becomes two areas of equal need: it had {money(before)}, and they get "
            f"{money(first + second)} ({money(first)} and {money(second)})"
        )

    return Trial(abs(before - after.sum()) - 2 * float(dues.slack[row : row + 2].max()), tell)


def _unclear(bench: Bench) -> str:
    """Name a column that the rule reads and of which nobody said how areas make a group.

    Need that nobody described counts as the mean that it is read as.
    """
    for name in columns_read(bench.rule, bench.round()):
        column = bench.geography.about.get(name)
        if column is None or column.aggregate == "sum":
            continue
        if column == undescribed(name, column.nations):
            return (
                f'whether "{name}" adds up where areas become one is not stated; describe it '
                "in the table's companion (aggregate)"
            )
    return ""
