"""The plain loop's own calendar, rounding and rules; nothing of fundsim is imported.

A rule is the table of a scenario's file, amounts in pence, rates as fractions, durations in months.
`areas` has lists by row: code, name, nation, region, foundation, population, and `columns`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pence = NDArray[np.int64]
Real = NDArray[np.float64]
Plain = dict[str, Any]


# The calendar and whole pence


def months_later(day: date, months: int) -> date:
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def whole(amount: Any) -> Pence:
    return np.asarray(np.rint(amount)).astype(np.int64)


def running_sums(weights: Iterable[Any]) -> list[Any]:
    sums: list[Any] = []
    for weight in weights:
        sums.append(sums[-1] + weight if sums else weight)
    return sums


def running_shares(weights: Iterable[Any]) -> Real:
    sums = running_sums(weights)
    return np.array([reached / sums[-1] for reached in sums])


def share_out(total: Pence, weights: Iterable[Any]) -> Pence:
    shares = running_shares(weights)
    shares = shares if shares.ndim > 1 else shares[:, np.newaxis]
    reached = whole(shares * total)
    return np.diff(reached, axis=0, prepend=np.zeros_like(reached[:1]))


# The rules of inflow and spending


def arrivals(name: str, fund: Plain, start: date, shocks: list[Plain]) -> list[tuple[date, Any]]:
    """List the opening money and the inflow, without what is withheld; what is late comes late.

    What dormant assets release is drawn, and given by day and path.
    """
    inflow = fund["inflow"] or {"kind": "none"}
    listed: list[tuple[date, Any]] = list(fund["released"])
    if inflow["kind"] == "lump":
        listed.append((inflow["on"] or start, inflow["amount"]))
    for when, amount in inflow.get("amounts", {}).items():
        dated = len(when) > len("2021")
        anniversary = date.fromisoformat(when) if dated else in_year(start, int(when))
        listed.append((anniversary, amount))
    own = [shock for shock in shocks if shock.get("fund") == name]
    return [(start, fund["opening"]), *(shaken(*arrival, own) for arrival in listed)]


def shaken(when: date, amount: Any, shocks: list[Plain]) -> tuple[date, Any]:
    day = when
    for shock in shocks:
        if shock["on"] <= when < shock["until"]:
            if shock["kind"] == "reclaims":
                amount = amount - whole(shock["share"] * amount)
            else:
                day = max(day, shock["until"])
    return day, amount


def in_year(start: date, year: int) -> date:
    return months_later(start, 12 * (year - start.year))


def spending_days(rule: Plain, start: date, until: date) -> list[date]:
    first, apart, most = rule["first"] or start, 12, None
    if rule["kind"] == "spend_down":
        most = rule["over"] // 12
    if rule["kind"] == "profile":
        apart, most = 1, len(rule["shares"])
    days: list[date] = []
    while (day := months_later(first, apart * len(days))) < until and len(days) != most:
        days.append(day)
    return days


def later_days(rule: Plain, start: date, reviews: list[date], until: date) -> dict[date, int]:
    """The days before `until` on which later parts of a year's spending leave; which part it is."""
    first, parts = rule["first"] or start, rule.get("parts", 1)
    days = {
        months_later(first, 12 * year + 12 // parts * part): part
        for year in range(len(reviews))
        for part in range(1, parts)
    }
    return {day: part for day, part in days.items() if day < until}


def paying_days(pay: Plain, until: date) -> list[date]:
    """The days before `until` on which a fund pays another one."""
    until = min(until, pay["until"] or until)
    days: list[date] = []
    while (day := months_later(pay["on"], (pay["every"] or 0) * len(days))) < until:
        days.append(day)
        if not pay["every"]:
            break
    return days


def due(rule: Plain, view: Plain) -> Any:
    """What a rule asks for; `value` is the newest of `values`, `index` that of prices."""
    value, index, number = view["value"], view["index"], view["number"]
    if rule["kind"] == "percent_of_value":
        return rule["rate"] * value
    if rule["kind"] == "constant_real":
        by_rate = (rule["rate"] or 0) * view["first_value"] * (index / view["first_index"])
        return by_rate if rule["amount"] is None else rule["amount"] * index
    if rule["kind"] == "moving_average":
        last = view["values"][-(rule["over"] // 3) :]
        return rule["rate"] * (sum(last) / len(last)) if last else value
    if rule["kind"] == "spend_down":
        left = rule["over"] // 12 - number
        return value / sum((1 + (rule.get("real_return") or 0)) ** -ahead for ahead in range(left))
    if rule["kind"] in LOOKING_BACK or "rule" in rule:
        return (around if "rule" in rule else going_on)(rule, view)
    reached = [0, *whole(running_shares(rule["shares"]) * view["opening"])]
    return 0 * value + (reached[number + 1] - reached[number])


LOOKING_BACK = (
    *("banded_real", "target_corridor", "hybrid", "hybrid_general", "smoothed_target"),
    "guardrails",
)


def around(rule: Plain, view: Plain) -> Any:
    """What a rule asks for that holds another one between bounds."""
    value = view["value"]
    wish = due(rule["rule"], view) if rule["rule"] else rule["rate"] * value
    if rule["kind"] == "total_return":
        own, back, loan = above_what_is_kept(rule, view)
        return np.minimum(wish, own - back + loan)
    most = rule["at_most"]
    wish = np.where(wish < rule["at_least"] * value, rule["at_least"] * value, wish)
    return wish if most is None else np.where(wish > most * value, most * value, wish)


def above_what_is_kept(rule: Plain, view: Plain) -> tuple[Any, Any, Any]:
    """What is unapplied, what of it is put back first, and what may be released besides.

    `lent` is what the investment fund is short of by an earlier release, before prices rose.
    """
    raised = view["index"] if rule["indexed"] else 1
    to_keep, lent = rule["investment_fund"] * raised, view.get("lent", 0) * raised
    own = np.where(view["value"] < to_keep - lent, 0, view["value"] - (to_keep - lent))
    if not rule["release"]:
        return own, 0, 0
    yearly = rule["release"] * to_keep / (rule["recouped_over"] // 12)
    back = np.minimum(own, np.where(lent - yearly < 1, lent, yearly))
    most = rule["release"] * np.where(view["value"] < to_keep, view["value"], to_keep)
    return own, back, np.where(lent == 0, most, 0)


def lent_after(rule: Plain, view: Plain, spent: Pence) -> Any:
    """What the investment fund is short of after a review, at prices of the start if indexed."""
    if not rule.get("release"):
        return 0
    raised = view["index"] if rule["indexed"] else 1
    own, back, _ = above_what_is_kept(rule, view)
    beyond = spent - (own - back)
    return (view.get("lent", 0) * raised - back + np.where(beyond < 1, 0, beyond)) / raised


def going_on(rule: Plain, view: Plain) -> Any:
    """What a rule asks for that knows what was spent last; in the first year nothing was."""
    value, rate, kind = view["value"], rule["rate"], rule["kind"]
    if kind == "target_corridor":
        wish = rate * view["first_value"] * (view["index"] / view["first_index"])
        return np.minimum(np.maximum(wish, rule["low"] * value), rule["high"] * value)
    begun = "last" in view
    last = view["last"] if begun else 0 * value
    raised = last * (view["index"] / view["last_index"]) if begun else 0 * value
    if kind == "smoothed_target":
        return last + rule["alpha"] * (rate * value - last) if begun else rate * value
    if kind == "hybrid":  # the value of a year ago; at first the newest
        wish = rate * value
        if begun and view["values"]:
            value = view["values"][-5:][0] * (view["index"] / view["last_index"])
            wish = rule["weight"] * raised + (1 - rule["weight"]) * rate * value
        return np.minimum(np.maximum(wish, rule["low"] * value), rule["high"] * value)
    if kind == "hybrid_general":
        read = view["values"][-(rule["over"] // 3) :] or [value]
        drawn = rate * (sum(read) / len(read))
        return rule["weight"] * raised + (1 - rule["weight"]) * drawn if begun else drawn
    wish = np.where(raised > 0, raised, rate * value)
    if kind == "banded_real":
        return np.minimum(np.maximum(wish, rule["low"] * value), rule["high"] * value)
    changed = wish.copy()
    changed[wish > (1 + rule["above"]) * rate * value] *= 1 - rule["cut"]
    low = wish < (1 - rule["below"]) * rate * value
    changed[low] = wish[low] * (1 + rule["rise"])
    return changed


# The rules of allocation: `members` are the rows of each area, or of each group of areas


def weights(rule: Plain, members: list[list[int]], areas: Plain) -> list[float]:
    if rule["kind"] == "mix":
        return mixed(rule, members, areas)
    if rule["kind"] == "hierarchy":
        return two_levels(rule, members, areas)
    if rule["kind"] in ("equal", "per_capita", "need_weighted"):
        return by_people(rule, members, areas)
    if rule["kind"] == "shares":
        return [share_of(rows, rule, areas) for rows in members]
    if rule["kind"] == "column":
        return column(rule["column"], members, areas)
    counted = column(rule["people"], members, areas)
    return [people if people >= rule["at_least"] else 0.0 for people in counted]


def by_people(rule: Plain, members: list[list[int]], areas: Plain) -> list[float]:
    people = [float(sum(areas["population"][row] for row in rows)) for rows in members]
    if rule["kind"] == "need_weighted":
        need = needs(members, areas)
        return [p * power(z, rule["steepness"]) for p, z in zip(people, need, strict=True)]
    return people if rule["kind"] == "per_capita" else [1.0 for _ in members]


def mixed(rule: Plain, members: list[list[int]], areas: Plain) -> list[float]:
    total = [0.0 for _ in members]
    for part in rule["parts"]:
        for i, share in enumerate(proportions(part, members, areas)):
            total[i] += part["weight"] * share
    return total


def two_levels(rule: Plain, members: list[list[int]], areas: Plain) -> list[float]:
    groups: dict[str, list[int]] = {}
    for i, (row,) in enumerate(members):
        groups.setdefault(areas[rule["first"]["by"]][row], []).append(i)
    rows_of = [[row for i in own for row in members[i]] for own in groups.values()]
    shares = [0.0 for _ in members]
    firsts = proportions(rule["first"], rows_of, areas)
    for own, first in zip(groups.values(), firsts, strict=True):
        if first > 0:
            then = proportions(rule["then"], [members[i] for i in own], areas)
            for i, share in zip(own, then, strict=True):
                shares[i] = first * share
    return shares


def proportions(rule: Plain, members: list[list[int]], areas: Plain) -> list[float]:
    found = weights(rule, members, areas)
    total = running_sums(found)[-1]
    return [weight / total for weight in found]


def column(name: str, members: list[list[int]], areas: Plain) -> list[float]:
    """A group's figure is a sum for counts, else a mean over its people."""
    values = areas["columns"][name]
    if name in areas["counts"]:
        return [running_sums(values[row] for row in rows)[-1] for rows in members]
    return means(values, members, areas)


def need_column(members: list[list[int]], areas: Plain) -> str:
    need = areas["need"]
    return str(need if isinstance(need, str) else need[areas["nation"][members[0][0]]])


def needs(members: list[list[int]], areas: Plain) -> list[float]:
    """Read need, of a column; where it is reviewed, of another one later, and nearer to its mean.

    The mean is that of all areas of the nations that are here.
    """
    spec = areas["need"]
    if isinstance(spec, str) or "columns" not in spec:
        return column(need_column(members, areas), members, areas)
    terms = spec["review"]
    years = areas["years"] * 12 // terms["every"] * (terms["every"] // 12)
    (name,) = terms["second"] if years and terms["second"] else spec["columns"]
    values = areas["columns"][name]
    nations = {areas["nation"][row] for rows in members for row in rows}
    if terms["drift"] and years:
        here = [v for v, nation in zip(values, areas["nation"], strict=True) if nation in nations]
        mean, kept = running_sums(here)[-1] / len(here), 1.0
        for _ in range(years):
            kept *= 1 - terms["drift"]
        values = [max((value - mean) * kept + mean, 0.0) for value in values]
    return means(values, members, areas)


def means(values: list[float], members: list[list[int]], areas: Plain) -> list[float]:
    """A group's figure is a mean over its people."""
    people = areas["population"]
    if all(len(rows) == 1 for rows in members):
        return [values[row] for (row,) in members]
    sums = [running_sums(values[row] * people[row] for row in rows)[-1] for rows in members]
    return [total / sum(people[r] for r in rows) for total, rows in zip(sums, members, strict=True)]


def power(need: float, steepness: float) -> float:
    """Forty digits, rounded once: exact where a processor's own power may not be."""
    if need == 0 or steepness == 0:
        return float(steepness == 0)
    with localcontext() as context:
        context.prec = 40
        return float(Decimal(need) ** Decimal(steepness))


def share_of(rows: list[int], rule: Plain, areas: Plain) -> float:
    by = [rule["by"]] if "by" in rule else ["name", "code"]
    names = [areas[words][rows[0]] for words in by]
    return float(next(rule["shares"][name] for name in names if name in rule["shares"]))


# The places: foundations by nation and name, the areas of each by code


def in_order(areas: Plain) -> Plain:
    home: dict[str, str] = {}
    for nation, foundation in zip(areas["nation"], areas["foundation"], strict=True):
        home[foundation] = min(nation, home.get(foundation, nation))

    def place(row: int) -> tuple[str, ...]:
        foundation = areas["foundation"][row]
        return home[foundation], foundation, areas["nation"][row], areas["code"][row]

    order = sorted(range(len(areas["code"])), key=place)
    by_area = {k: [v[i] for i in order] for k, v in areas.items() if isinstance(v, list)}
    columns = {name: [v[i] for i in order] for name, v in areas["columns"].items()}
    return {**areas, **by_area, "columns": columns}
