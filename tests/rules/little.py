"""Little tables of areas, made in a test of a few lists, and the rounds between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fundsim.money import Pence
from fundsim.places import Column, Geography
from fundsim.rules.allocation import AllocationRule, Amounts, in_money
from fundsim.rules.round import FIRST, Round, When

Floats = list[float]


def table(
    population: Sequence[int],
    *,
    names: Sequence[str] = (),
    nations: Sequence[str] = (),
    sums: Sequence[str] = (),
    of_a_nation: Sequence[str] = (),
    **columns: Sequence[float],
) -> Geography:
    """Make a table; `sums` are columns that are added up for groups, the others are means."""
    count = len(population)
    codes = tuple(f"A{number:06d}" for number in range(count))
    home = tuple(nations) or ("England",) * count
    about = {
        name: Column(
            name=name,
            title=name.capitalize(),
            unit="",
            nations=frozenset(home),
            comparable="nation" if name in of_a_nation else "uk",
            aggregate="sum" if name in sums else "mean",
            vintage="",
            source="invented",
            licence="",
        )
        for name in columns
    }
    return Geography(
        label="little",
        codes=codes,
        names=tuple(names) or codes,
        nations=home,
        regions=home,
        foundation_ids=home,
        population=np.array(population, np.int64),
        lon=np.full(count, np.nan),
        lat=np.full(count, np.nan),
        columns={name: np.array(values, np.float64) for name, values in columns.items()},
        about=about,
        labels={},
        foundations=(),
        foundation_of=np.zeros(count, np.int64),
        rows=np.arange(count),
        digest="",
    )


def between(areas: Geography, *pounds: float, when: When = FIRST) -> Round:
    """Make a round of pots, in pounds."""
    return Round.over(areas, "need", np.rint(np.array(pounds) * 100).astype(np.int64), when=when)


def pence(rule: AllocationRule, round_: Round) -> Pence:
    """Ask a rule, in whole pence."""
    return in_money(rule.shares(round_), round_).pence


def paid(
    rule: AllocationRule, areas: Geography, pounds: float, *, when: When = FIRST
) -> list[float]:
    """What each area gets of a pot, in pounds."""
    found = pence(rule, between(areas, pounds, when=when))[:, 0] / 100
    listed: Floats = found.tolist()
    return listed


def check_alone(rule: AllocationRule, round_: Round) -> None:
    """Each path gives alone, to the bit, what it gives among the others."""
    together = rule.shares(round_)
    for path in range(len(round_.pot)):
        alone = rule.shares(round_.with_pot(round_.pot[path : path + 1]))
        if isinstance(together, Amounts):
            assert isinstance(alone, Amounts)
            assert alone.pence.tobytes() == together.pence[:, path].tobytes()
            assert alone.told(0, 0) == together.told(0, path)
        else:
            assert not isinstance(alone, Amounts)
            assert alone.weights.tobytes() == together.weights.tobytes()
