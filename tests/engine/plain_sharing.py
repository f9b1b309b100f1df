"""How the plain loop shares a round: between foundations, by which rule, and who decides.

Nothing of fundsim is imported. Where a rule looks at the pot or at the round before, pence are
worked out area by area, in whole numbers and fractions of them, so that nothing has to be rounded
but the last penny.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import floor, fsum
from typing import Any, NamedTuple

import numpy as np

from tests.engine.plain_books import Areas, somebody
from tests.engine.plain_foundations import Desk
from tests.engine.plain_rules import (
    Pence,
    Plain,
    months_later,
    proportions,
    running_sums,
    share_out,
    weights,
    whole,
)

LEAST = 1e-12  # shares are decimals, their sum a float
Amounts = Callable[[Fraction], list[Fraction]]
Pennies = tuple[Pence, Pence]
"""What each area gets, `(area, path)`, and what of it communities decide on."""


class Part(NamedTuple):
    """What one foundation gets of a round, for which areas; communities decide on `direct` ones."""

    desk: Desk
    pence: Pence
    areas: Areas
    direct: bool = False


class Sharing:
    """How a fund's rounds are shared. Which desk serves which areas may change on the way."""

    def __init__(
        self, rule: Plain, areas: Plain, desks: list[Desk], first: date, *, steady: bool
    ) -> None:
        self.rule, self.areas, self.desks, self.first = rule, areas, desks, first
        self.rows = list(range(len(areas["code"])))
        self.in_pence = by_pence(rule)
        lasts = not (self.in_pence or changes(rule) or reviewed(areas["need"]))
        self.one_lot = steady and lasts
        self.found = self.weights(first) if self.one_lot else []
        self.before: Pence | None = None

    def weights(self, day: date) -> list[float]:
        return weights_on(day, self.rule, self.rows, self.seen(day))

    def seen(self, day: date) -> Plain:
        return self.areas | {"years": anniversaries(self.first, day)}

    def round(self, pot: Pence, day: date, here: Any) -> list[Part]:
        """Share a pot on some of the paths; it is empty on the others."""
        serving = [desk for desk in self.desks if desk.rows]
        if not self.in_pence:
            by = np.array(self.weights(day))
            sums = [running_sums(by[row] for row in desk.rows)[-1] for desk in serving]
            both = zip(serving, share_out(pot, sums), strict=True)
            return [Part(desk, pence, (desk.rows, somebody(by[desk.rows]))) for desk, pence in both]
        seen = self.seen(day) | {"before": self.before}
        pennies, direct = pence_on(day, self.rule, self.rows, pot, seen)
        had = np.zeros_like(pennies) if self.before is None else self.before
        self.before = np.where(here, pennies, had)
        return [
            Part(desk, own[desk.rows].sum(axis=0), (desk.rows, somebody(own[desk.rows])), to_them)
            for own, to_them in ((pennies - direct, False), (direct, True))
            for desk in serving
            if not to_them or direct.any()
        ]


# What rules look at


def by_pence(rule: Plain) -> bool:
    """Whether a rule answers with pence instead of proportions."""
    inside = rule.get("rule")
    by_communities = any(one["decided_by"] == "communities" for one in programmes(rule))
    kinds = rule["kind"] == "adjusted" or rule.get("unit") == "pounds" or by_communities
    return kinds or (inside is not None and by_pence(inside))


def programmes(rule: Plain) -> list[Plain]:
    return rule["programmes"] if rule["kind"] == "programmes" else []


def changes(rule: Plain) -> bool:
    """Whether something of a rule begins or ends."""
    spells = [*programmes(rule), *rule.get("districts", [])]
    return any(one["begins"] or one["until"] for one in spells)


def there(spell: Plain, day: date) -> bool:
    return (spell["begins"] or day) <= day < (spell["until"] or date.max)


def reviewed(need: Any) -> bool:
    return isinstance(need, dict) and need.get("review") is not None


def anniversaries(first: date, day: date) -> int:
    """Count the anniversaries of a first day, up to and with another day."""
    years = day.year - first.year
    return years if months_later(first, 12 * years) <= day else years - 1


# Proportions: districts around another rule


def weights_on(day: date, rule: Plain, rows: list[int], areas: Plain) -> list[float]:
    members = [[row] for row in rows]
    if rule["kind"] != "districts":
        return weights(rule, members, areas)
    shares = proportions(rule["rule"], members, areas)
    factors = multipliers(day, rule, rows, areas)
    if any(factor != 1 for factor in factors):
        shares = [share * factor for share, factor in zip(shares, factors, strict=True)]
        shares = [share / running_sums(shares)[-1] for share in shares]
    rest, own = sub_pots(day, rule, areas)
    total = [rest * share for share in shares]
    for part, theirs, inner in own:
        among = proportions(inner, [[row] for row in theirs], areas)
        for row, share in zip(theirs, among, strict=True):
            total[row] += part * share
    return total


def multipliers(day: date, rule: Plain, rows: list[int], areas: Plain) -> list[float]:
    factors = [1.0 for _ in rows]
    for district in rule["districts"]:
        if district["multiplier"] is not None and there(district, day):
            for row in called(district["areas"], areas):
                factors[row] *= district["multiplier"]
    return factors


def sub_pots(
    day: date, rule: Plain, areas: Plain
) -> tuple[float, list[tuple[float, list[int], Plain]]]:
    """What share of the money is left for everybody, and what districts have for their own."""
    own = [one for one in rule["districts"] if one["share"] and there(one, day)]
    by_head = {"kind": "per_capita"}
    return 1 - fsum(one["share"] for one in own), [
        (one["share"], called(one["areas"], areas), one["rule"] or by_head) for one in own
    ]


def called(names: list[str], areas: Plain) -> list[int]:
    places = dict(zip(areas["name"], range(len(areas["name"])), strict=True))
    places |= dict(zip(areas["code"], range(len(areas["code"])), strict=True))
    return sorted(places[name] for name in names)


# Pence


def pence_on(day: date, rule: Plain, rows: list[int], pot: Pence, areas: Plain) -> Pennies:
    """Share a pot between the areas of some rows, `(area, path)`, to the penny."""
    if rule["kind"] == "programmes":
        return in_programmes(day, rule, rows, pot, areas)
    if rule["kind"] == "districts":
        return with_districts(day, rule, rows, pot, areas)
    if rule["kind"] == "adjusted":
        return adjusted(day, rule, rows, pot, areas)
    found = weights_on(day, rule, rows, areas)
    if rule.get("unit") == "pounds":
        found = [float(np.rint(100 * pounds)) for pounds in found]
        pot = np.minimum(pot, int(sum(found)))
    return nobody(share_out(pot, found))


def nobody(pence: Pence) -> Pennies:
    return pence, np.zeros_like(pence)


def in_programmes(day: date, rule: Plain, rows: list[int], pot: Pence, areas: Plain) -> Pennies:
    """Give each programme its part of the pot, and share that among its areas by its own rule."""
    together, direct = nobody(np.zeros((len(rows), len(pot)), np.int64))
    sizes = parts(day, rule["programmes"])
    for programme, part in zip(rule["programmes"], share_out(pot, sizes), strict=False):
        theirs = eligible(programme["eligible"], rows, areas)
        pence, _ = pence_on(day, programme["rule"], theirs, part, areas)
        together[theirs] += pence
        if programme["decided_by"] == "communities":
            direct[theirs] += pence
    return together, direct


def parts(day: date, listed: list[Plain]) -> list[float]:
    """Top slices first; the weights of those that are there share what is left, or it waits.

    What waits stands last.
    """
    here = [there(one, day) for one in listed]
    slices, sizes = (
        [(one[key] or 0.0) * now for one, now in zip(listed, here, strict=True)]
        for key in ("top_slice", "weight")
    )
    left = (1 - fsum(slices)) / (fsum(sizes) or 1.0)
    own = [first + left * weight for first, weight in zip(slices, sizes, strict=True)]
    waits = 1 - fsum(own)
    return [*own, waits if waits > LEAST else 0.0]


def eligible(who: Plain | None, rows: list[int], areas: Plain) -> list[int]:
    stated = {word: names for word, names in (who or {}).items() if isinstance(names, list)}
    return [r for r in rows if all(areas[word][r] in names for word, names in stated.items())]


def with_districts(day: date, rule: Plain, rows: list[int], pot: Pence, areas: Plain) -> Pennies:
    """Share the districts' own parts, and multiply what the rule gives of the rest."""
    rest, own = sub_pots(day, rule, areas)
    everybody, *theirs = share_out(pot, [rest, *(share for share, _, _ in own)])
    pence, _ = pence_on(day, rule["rule"], rows, everybody, areas)
    factors = multipliers(day, rule, rows, areas)
    if any(factor != 1 for factor in factors):
        paths = [multiplied(own, factors) for own in pence.T.tolist()]
        pence = np.array(paths, np.int64).T
    for (_, few, inner), part in zip(own, theirs, strict=True):
        pence[few] += share_out(part, weights(inner, [[row] for row in few], areas))
    return nobody(pence)


def multiplied(pence: list[int], factors: list[float]) -> list[int]:
    """Multiply, and bring back to the sum that there was."""
    more = [own * Fraction(factor) for own, factor in zip(pence, factors, strict=True)]
    after = sum(more)
    return to_pennies([own * sum(pence) / after for own in more] if after else more)


def to_pennies(amounts: Sequence[Fraction | int]) -> list[int]:
    """Round what is reached, one after the other; a half goes to the even penny."""
    reached = [0, *(round(upto) for upto in running_sums(amounts))]
    return [after - before for before, after in pairwise(reached)]


# A new rule that takes over from an old one, and a limit to falls and rises


def adjusted(day: date, rule: Plain, rows: list[int], pot: Pence, areas: Plain) -> Pennies:
    """Adjust what another rule gives before it is rounded; communities keep their part of it."""
    if by_pence(rule["rule"]):
        pence, direct = pence_on(day, rule["rule"], rows, pot, areas)
        amounts = [[Fraction(own) for own in path] for path in pence.T.tolist()]
        part = np.divide(direct, pence, out=np.zeros(pence.shape), where=pence > 0)
    else:
        shares = exactly(weights_on(day, rule["rule"], rows, areas))
        amounts = [[share * whole_pot for share in shares] for whole_pot in pot.tolist()]
        part = np.zeros((len(rows), len(pot)))
    if rule["phase_in"]:
        old = exactly(weights(rule["phase_in"]["old"], [[row] for row in rows], areas))
        amounts = [phased_in(rule["phase_in"], own, old, areas["years"]) for own in amounts]
    if rule["damping"] is None or areas["before"] is None:
        found = [to_pennies(own) for own in amounts]
    else:
        limits = zip(*limits_of(rule["damping"], areas["before"]), strict=True)
        both = zip(amounts, pot.tolist(), limits, strict=True)
        found = [between(own, whole_pot, *limit) for own, whole_pot, limit in both]
    adjusted = np.array(found, np.int64).T
    return adjusted, whole(adjusted * part)


def exactly(found: list[float]) -> list[Fraction]:
    together = sum(map(Fraction, found))
    return [weight / together for weight in map(Fraction, found)]


def phased_in(terms: Plain, new: list[Fraction], old: list[Fraction], years: int) -> list[Fraction]:
    """Take so many hundredths by the new rule, and the others by the old."""
    hundredths = round(100 * terms["steps"][min(years, len(terms["steps"]) - 1)])
    together = sum(new)
    both = zip(new, old, strict=True)
    return [(hundredths * one + (100 - hundredths) * share * together) / 100 for one, share in both]


def limits_of(damping: Plain, before: Pence) -> tuple[list[list[int]], list[list[int]]]:
    """How little and how much each area may have, path by path, by what it had there before."""
    fall = 1.0 if damping["fall"] is None else damping["fall"]
    high = np.full_like(before, np.iinfo(np.int64).max)
    if damping["rise"] is not None:
        high = np.where(before.any(axis=0), whole(before * (1 + damping["rise"])), high)
    return whole(before * (1 - fall)).T.tolist(), high.T.tolist()


def between(amounts: list[Fraction], pot: int, low: list[int], high: list[int]) -> list[int]:
    """Multiply all by one number, so that with the limits all add up to what they did before.

    What is not shared so far pays for those that may not fall. If the pot is too small for them all
    are cut in proportion, and where all are as high as they may be the rest is not shared.
    """
    cut = Fraction(min(pot, sum(low)), sum(low) or 1)
    least = [min(own * cut, Fraction(most)) for own, most in zip(low, high, strict=True)]

    def at(times: Fraction) -> list[Fraction]:
        all_three = zip(amounts, least, high, strict=True)
        return [min(max(times * own, few), Fraction(most)) for own, few, most in all_three]

    bounds = [*zip(amounts, least, strict=True), *zip(amounts, map(Fraction, high), strict=True)]
    bends = {Fraction(0), *(bound / own for own, bound in bounds if own)}
    wanted = max(sum(amounts, Fraction()), sum(at(Fraction(1)), Fraction()))
    total = min(wanted, Fraction(pot))
    damped = at(the_number(sorted(bends), total, at))
    certain = [floor(few) if own else 0 for few, own in zip(least, damped, strict=True)]
    beyond = [own - few for own, few in zip(damped, certain, strict=True)]
    return [few + more for few, more in zip(certain, to_pennies(beyond), strict=True)]


def the_number(bends: list[Fraction], total: Fraction, at: Amounts) -> Fraction:
    """Find the number between the two bends of the sum that lie around the total."""

    def reached(bend: Fraction) -> Fraction:
        return sum(at(bend), Fraction())

    after = bisect_right(bends, total, key=reached)
    begin, end = bends[max(after - 1, 0)], bends[min(after, len(bends) - 1)]
    below, above = reached(begin), reached(end)
    return begin + (total - below) * (end - begin) / (above - below) if below < above else begin
