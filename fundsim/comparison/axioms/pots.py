"""Axioms that are tried on pots from nothing to twice the amount, in the table as it is.

Of all pots that break an axiom the one nearest to the amount is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from fundsim.comparison.axioms.bench import Bench
from fundsim.comparison.axioms.promises import promises, sharing
from fundsim.comparison.axioms.trials import Finding, Trial, does_not_apply, judged, money
from fundsim.money import LARGEST, Pence, Real
from fundsim.rules.allocation.bases import basis
from fundsim.rules.allocation.placing import WholePlaces
from fundsim.rules.working import whole

_NOISE = 1e-9  # places: a share of a whole number of places may miss it as a float


def sums_exactly(bench: Bench, axiom: str) -> Finding:
    """All of the pot is shared, or nobody may have what is left.

    Nobody may where twice the pot would pay no more, or where a pot of what is shared is shared
    whole. Otherwise money stands idle that the rule could have given to others.
    """
    pots = bench.pots
    try:
        paid = bench.paid(pots).sum(axis=0)
        idle = _idle(bench, paid)
    except ValueError as error:
        return does_not_apply(axiom, f"no pence can be shared by it: {error}")
    over = np.maximum(paid - pots, idle)
    trials = [
        Trial(over[at] > 0, partial(_left, int(pots[at]), int(paid[at]), int(idle[at])))
        for at in bench.nearest_first
    ]
    here = int(bench.nearest_first[0])
    return judged(axiom, trials, _kept_back(int(pots[here]), int(paid[here])))


def _idle(bench: Bench, paid: Pence) -> Pence:
    """Say what is left of each pot that somebody could have had, `(path,)`."""
    idle = np.zeros_like(paid)
    short = np.flatnonzero(paid < bench.pots)
    if len(short):
        twice = bench.paid(np.minimum(2 * bench.pots[short], LARGEST)).sum(axis=0)
        again = bench.paid(paid[short]).sum(axis=0)
        wanted = (twice > paid[short]) & (again < paid[short])
        idle[short] = np.where(wanted, bench.pots[short] - paid[short], 0)
    return idle


def _left(pot: int, paid: int, idle: int) -> str:
    if idle:
        return (
            f"of a pot of {money(pot)}, {money(idle)} is left, though more is paid of a larger one"
        )
    return f"of a pot of {money(pot)}, {money(paid)} is paid"


def _kept_back(pot: int, paid: int) -> str:
    """Say what is left of the amount, and why."""
    if paid == pot:
        return ""
    return (
        f"of {money(pot)}, {money(pot - paid)} is left for the next round, since all that the rule "
        f"asks for takes {money(paid)}"
    )


def non_negative(bench: Bench, axiom: str) -> Finding:
    """Nobody pays in."""
    dues = bench.dues(pots=bench.pots).pence
    lowest = dues.argmin(axis=0)
    names = bench.geography.names

    def tell(area: int, pot: int) -> str:
        due = dues[area, pot]
        own = money(due) if np.rint(due) else "a little less than nothing"
        return f"of a pot of {money(bench.pots[pot])}, {names[area]} is to get {own}"

    return judged(
        axiom,
        (
            Trial(dues[lowest[at], at] < 0, partial(tell, int(lowest[at]), int(at)))
            for at in bench.nearest_first
        ),
    )


def monotone_in_the_pot(bench: Bench, axiom: str) -> Finding:
    """Nobody gets less because there is more to share."""
    dues, pots = bench.dues(pots=bench.pots), bench.pots
    fall = dues.pence[:, :-1] - dues.pence[:, 1:] - dues.slack[:, :-1]
    most = fall.argmax(axis=0)
    names = bench.geography.names

    def tell(area: int, at: int) -> str:
        before, after = dues.pence[area, at], dues.pence[area, at + 1]
        return (
            f"the pot grows from {money(pots[at])} to {money(pots[at + 1])}: {names[area]} had "
            f"{money(before)}, and gets {money(after)}"
        )

    near = np.argsort(np.abs(pots[1:] - bench.amount), kind="stable")
    return judged(
        axiom,
        (Trial(fall[most[at], at] > 0, partial(tell, int(most[at]), int(at))) for at in near),
    )


def quota(bench: Bench, axiom: str) -> Finding:
    """Of whole places everybody gets its exact share, cut or raised to a whole number."""
    trials = list(_quotas(bench))
    if not trials:
        return does_not_apply(axiom, "it does not share whole places, or not by itself")
    return judged(axiom, trials)


def _quotas(bench: Bench) -> Iterator[Trial]:
    dues = bench.dues(pots=bench.pots).pence
    for rule, within, rows in sharing(bench.rule, bench.round(bench.pots)):
        if not isinstance(rule, WholePlaces):
            continue
        weights = basis(within, rule.by, "by").values
        places = dues[rows] / rule.each
        due = weights / (whole(weights) or 1.0) * places.sum(axis=0)
        beyond = np.maximum(places - np.ceil(due + _NOISE), np.floor(due - _NOISE) - places)
        most = beyond.argmax(axis=0)
        for at in bench.nearest_first:
            area = int(most[at])
            tell = partial(_quota, within.titles[area], due[area, at], places[:, at], area)
            yield Trial(beyond[area, at] > 0, tell)


def _quota(name: str, due: float, places: Real, area: int) -> str:
    return f"of {places.sum():,.0f} places {name} is due {due:,.3f}, and gets {places[area]:,.0f}"


def floor_kept(bench: Bench, axiom: str) -> Finding:
    """Everybody gets what it is promised, wherever the pot pays for all promises."""
    trials = list(_floors(bench))
    if not trials:
        return does_not_apply(axiom, _no_floor(bench))
    found = [trial for trial in trials if trial is not None]
    if not found:
        most, needed = money(float(bench.pots[-1])), bench.rule.needed(bench.round())
        takes = f", which takes {money(needed)}" if needed else ""
        return does_not_apply(axiom, f"no pot up to {most} pays for all that it promises{takes}")
    return judged(axiom, found)


def _no_floor(bench: Bench) -> str:
    for rule, _, _ in sharing(bench.rule, bench.round()):
        if rule.inside():
            return "it promises nobody a floor itself; the rules inside it have their own cards"
    return "it promises nobody a floor"


def _floors(bench: Bench) -> Iterator[Trial | None]:
    """Try each pot that pays for all promises; None where one does not."""
    dues = bench.dues(pots=bench.pots)
    for promise in promises(bench.rule, bench.round(bench.pots)):
        own = dues.pence[promise.rows]
        short = promise.floors - own - dues.slack[promise.rows]
        enough, most = promise.affordable, short.argmax(axis=0)
        for at in bench.nearest_first:
            if not enough[at]:
                yield None
                continue
            area = int(most[at])
            yield Trial(
                short[area, at] > 0,
                partial(
                    _floor,
                    promise.titles[area],
                    bench.pots[at],
                    promise.floors[area, at],
                    own[area, at],
                ),
            )


def _floor(name: str, pot: int, floor: float, own: float) -> str:
    return f"of a pot of {money(pot)}, {name} is promised {money(floor)}, and gets {money(own)}"
