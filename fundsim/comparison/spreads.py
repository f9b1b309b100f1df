"""Measures by name: those of the catalogue, and the share of money that reaches some people."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import numpy as np

from fundsim.comparison.counting import in_need
from fundsim.errors import InputError, Problem, nearest
from fundsim.metrics.places import SPREADS, Spread, Spreading
from fundsim.money import Pence, Real
from fundsim.rules.working import whole
from fundsim.scenario import Scenario

SHARE_TO = "share_to:"
"""How the name of a measure begins that asks how much reaches people whom a column counts."""


def spreads_of(
    names: Iterable[str], scenario: Scenario, option: str = "--measures"
) -> dict[str, Spread]:
    """Find measures by name, each once; those that do not exist are told at once."""
    found: dict[str, Spread] = {}
    problems: list[Problem] = []
    for name in names:
        try:
            found[name] = _spread(name, scenario, option)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def _spread(name: str, scenario: Scenario, option: str) -> Spread:
    if name.startswith(SHARE_TO):
        people = in_need(scenario, name.removeprefix(SHARE_TO), option)
        who = "; ".join([people.told, *people.remarks()])
        title = f"The share of money that reaches people counted in {who}."
        return Spread(name, title, "share", 1, (), partial(_reached, people=people.people))
    if name not in SPREADS:
        hint = nearest(name, [*SPREADS, SHARE_TO]) or f"; there are {', '.join(SPREADS)}"
        also = f"{SHARE_TO}COLUMN for people whom a column counts"
        raise InputError([Problem(option, name, f"there is no such measure{hint}, and {also}")])
    return SPREADS[name]


def _reached(view: Spreading, people: Real) -> Real:
    return share_to(view.pence, view.population, people)


def share_to(pence: Pence, population: Real, people: Real) -> Real:
    """The share of money that reaches people in need, if all in an area get alike, `(path,)`.

    Σ x_i · q_i / p_i over Σ x, with q people in need among p in an area that gets x. Where nothing
    is paid it is their share of all people, as where all get the same a head.
    """
    part = (people / population)[:, np.newaxis]
    got, total = whole(pence * part)[0], pence.sum(axis=0).astype(np.float64)
    share = np.full(total.shape, people.sum() / population.sum())
    np.divide(got, total, out=share, where=total > 0)
    return share
