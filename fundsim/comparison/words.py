"""A comparison in plain words, at most a page: each sentence made from the tables that it tells of.

Figures are those of the tables, to three figures; what is uncertain is told with its error, and
what the paths leave open is said to be open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from fundsim.comparison.compared import SURE, Comparison
from fundsim.comparison.naming import innermost
from fundsim.comparison.questions.saying import areas_and_people
from fundsim.scenario.markets import same_markets
from fundsim.wording import counted, day, money, the

Cells = Mapping[str, str]
MANY = 3  # groups that are told by name
FEW = 30  # futures: with fewer, an interval of normal width is too narrow
HALF_A_PENNY = 0.005
A_HUNDREDTH = 0.01
A_POUND = 1.0
UNVERIFIED = "unverified"


def summary(found: Comparison) -> list[str]:
    """Write what a comparison shows, a sentence or two a line."""
    areas = _by_rule(found, "areas")
    lines = [_what(found, areas[found.base]), *_external(found, areas[found.base])]
    for rule in found.rules[1:]:
        lines += ["", *_of_rule(found, rule, areas[rule])]
    return [*lines, *_warnings(found)]


def _by_rule(found: Comparison, name: str) -> dict[str, list[dict[str, str]]]:
    table = found.table(name)
    rows: dict[str, list[dict[str, str]]] = {rule: [] for rule in found.rules}
    for row in table.rows():
        cells = dict(zip(table.columns, row, strict=True))
        rows[cells["rule"]].append(cells)
    return rows


def _what(found: Comparison, base: Sequence[Cells]) -> str:
    """Say what money is compared, under how many rules, and how many futures were tried."""
    scenario = found.scenario
    title = the(scenario.funds[found.fund].title) if found.fund else ""
    rules = counted(len(found.rules), "rule" if found.fund else "scenario")
    whole = money(_sum(base, "pounds"))
    between = counted(len(base), "area")
    if found.exact:
        return f"{whole} of {title}, shared once between {between} under {rules}{_differs(found)}."
    pounds = f"prices of {day(scenario.start)}" if found.basis == "real" else "pounds of the day"
    verb = "are paid" if found.measure == "paid" else "are allotted"
    futures = counted(found.paths, "possible future")
    same = f"the same ones under each of {rules}"
    if not same_markets(found.scenarios.values()):
        same = f"in markets that are not the same under each of {rules}"
    return (
        f"What {between} {verb} over {counted(scenario.years, 'year')} by all funds together, in "
        f"{pounds}: {whole} on average over {futures}, {same}"
        f"{_differs(found)}.{_of_intervals(found)}"
    )


def _of_intervals(found: Comparison) -> str:
    """Say what ± means, and where the intervals can hardly be trusted."""
    if found.paths == 1 or len(found.rules) == 1:
        return ""
    told = " What follows ± is half of the mean's 95% interval"
    return f"{told}, too narrow with so few futures." if found.paths < FEW else f"{told}."


def _differs(found: Comparison) -> str:
    """Say whose rule differs, and whether all of it or only the innermost one."""
    if found.fund is None or len(found.rules) == 1:
        return ""
    title = "this fund" if found.exact else the(found.scenario.funds[found.fund].title)
    own, *others = (each.funds[found.fund].allocation for each in found.scenarios.values())
    if any(innermost(own)) and all(type(other) is type(own) for other in others):
        return f"; only the innermost rule of {title} differs, and what is around it stays"
    return "" if found.exact else f"; only the rule of {title} differs"


def _external(found: Comparison, base: Sequence[Cells]) -> Iterator[str]:
    """Tell what a user's figure of local value would make of the money, as no figure of ours."""
    each = found.asked.get("local_value")
    if each is not None:
        yield (
            f"External, a figure of the user's own that is not simulated: at £{each:.2f} of local "
            f"value for each pound, this would stand for {money(each * _sum(base, 'pounds'))}, "
            "under every rule alike."
        )


def _of_rule(found: Comparison, rule: str, areas: Sequence[Cells]) -> Iterator[str]:
    yield f"{rule}, held against {found.base}:"
    paid = {name: _sum(_rows(found, "areas", name), "pounds") for name in (found.base, rule)}
    nothing = [name for name, pounds in paid.items() if not pounds]
    if nothing:
        yield f"- Nothing is shared out under {' or under '.join(nothing)}."
    if len(nothing) < len(paid):
        yield _who_gains(areas, _all(found, rule))
        yield from _largest(areas)
        yield from _places(found, rule)
    if not nothing:
        yield from _measures(found, rule)
    if found.exact:
        return
    if found.paths == 1:
        yield "- One possible future alone says nothing of how sure this is; take more --paths."
    else:
        yield _how_sure(areas)


def _all(found: Comparison, rule: str) -> Cells:
    """Give the row of everybody."""
    return next(row for row in _rows(found, "groups", rule) if row["level"] == "all")


def _who_gains(areas: Sequence[Cells], everybody: Cells) -> str:
    """Say how many areas and people have more, how many less, and how much money moves."""
    more = [row for row in areas if _number(row, "difference") > 0]
    less = [row for row in areas if _number(row, "difference") < 0]
    if not more and not less:
        return "- Every area gets the same."
    gained, lost = (abs(_sum(rows, "difference")) for rows in (more, less))
    groups = [
        f"{_counted(rows)} {'gets' if len(rows) == 1 else 'get'} {word}"
        for rows, word in ((more, "more"), (less, "less"))
        if rows
    ]
    told = [f"{money(min(gained, lost))} changes hands"] if more and less else []
    if abs(gained - lost) >= max(A_HUNDREDTH * min(gained, lost), A_POUND):
        word = "more" if gained > lost else "less"
        told.append(f"there is {money(abs(gained - lost))}{_sure(everybody)} {word} in all")
    return f"- {', '.join(groups)}; {', and '.join(told) or 'by less than a pound in all'}."


def _counted(rows: Sequence[Cells]) -> str:
    return areas_and_people(len(rows), _sum(rows, "population"))


def _largest(areas: Sequence[Cells]) -> Iterator[str]:
    """Name the area that gains most a head, and the one that loses most."""
    by_head = sorted(areas, key=_a_head)
    last, first = by_head[0], by_head[-1]
    if _a_head(first) > 0:
        yield f"- The most a head is gained by {_told(first)}{_others(areas, first)}."
    if _a_head(last) < 0:
        yield f"- The most a head is lost by {_told(last)}{_others(areas, last)}."


def _others(areas: Sequence[Cells], own: Cells) -> str:
    """Say how many others gain or lose as much a head, in whole pence."""
    alike = sum(round(_a_head(row), 2) == round(_a_head(own), 2) for row in areas) - 1
    return f", and {alike:,} more as much a head" if alike else ""


def _a_head(row: Cells) -> float:
    return _number(row, "difference") / float(row["population"])


def _told(row: Cells) -> str:
    percent = f", {float(row['percent']):+.0f}%" if row["percent"] else ""
    more = _number(row, "difference")
    people = float(row["population"])
    apart = f"{_signed(_a_head(row))}{_sure(row, people)}"
    return f"{row['name']}: {apart} a head ({_signed(more)}{percent})"


def _sure(row: Cells, people: float = 1.0) -> str:
    """Give half of the interval about a difference; nothing where it is no penny."""
    half = SURE * _number(row, "difference_se") / people
    return f" ± {money(half)}" if half >= HALF_A_PENNY else ""


def _signed(pounds: float) -> str:
    return money(pounds) if pounds < 0 else f"+{money(pounds)}"


def _places(found: Comparison, rule: str) -> Iterator[str]:
    """Name the nations, or regions, that gain and lose most a head."""
    nations = {row["group"] for row in _rows(found, "groups", rule) if row["level"] == "nation"}
    level = "region" if len(nations) == 1 else "nation"
    rows = [row for row in _rows(found, "groups", rule) if row["level"] == level]
    some = (row for row in rows if abs(_a_head(row)) >= HALF_A_PENNY)
    moved = sorted(some, key=_a_head, reverse=True)
    if len(rows) < 2 or not moved:
        return
    shown = moved if len(moved) <= MANY + 1 else [*moved[:2], *moved[-2:]]
    told = ", ".join(
        f"{row['group']} {_signed(_a_head(row))}{_sure(row, float(row['population']))}"
        for row in shown
    )
    yield f"- By {level}, a head: {told}."


MEASURES = {
    "share_to_most_deprived_fifth": "The most deprived fifth of people get",
    "gini_per_head": "Pounds a head have a Gini (0 is the same for all) of",
}


def _measures(found: Comparison, rule: str) -> Iterator[str]:
    """Tell the share of the most deprived fifth and the Gini, under both rules."""
    base = {row["measure"]: row for row in _rows(found, "measures", found.base)}
    own = {row["measure"]: row for row in _rows(found, "measures", rule)}
    for name, words in MEASURES.items():
        if name not in own or not own[name]["mean"] or not base[name]["mean"]:
            continue
        share = own[name]["unit"] == "share"
        told, before = (_figure(row[name]["mean"], share=share) for row in (own, base))
        error = _number(own[name], "difference_se")  # empty where there is one future alone
        apart = _figure(own[name]["difference"], share=share, sign=True)
        sure = f" ± {_off(SURE * error, share=share)}" if error else ""
        scale = " (each nation by its own scale of need)" if share and _own_scales(found) else ""
        yield f"- {words} {told} against {before} ({apart}{sure}){scale}."


def _own_scales(found: Comparison) -> bool:
    """Tell whether need ranks areas inside each nation only."""
    rows = _rows(found, "measures", found.base)
    return any(row["why_empty"].startswith("need ") for row in rows)


def _figure(cell: str, *, share: bool, sign: bool = False) -> str:
    plus = "+" if sign else ""
    if not share:
        return f"{round(float(cell), 3) + 0.0:{plus}.3f}"  # no minus before a zero
    return f"{round(100 * float(cell), 1) + 0.0:{plus}.1f}{' points' if sign else '%'}"


def _off(error: float, *, share: bool) -> str:
    return f"{100 * error:.1f}" if share else f"{error:.3f}"


def _how_sure(areas: Sequence[Cells]) -> str:
    """Say for how many areas it is open, on these paths, whether they gain or lose on average."""
    opened = [r for r in areas if _number(r, "low") <= 0 <= _number(r, "high")]
    chances = ("chance_of_gaining", "chance_of_losing")
    always = [row for row in areas if any(_number(row, chance) == 1 for chance in chances)]
    return (
        f"- {counted(len(always), 'area')} gain in every future or lose in every one; for "
        f"{counted(len(opened), 'area')} these futures leave open which it is on average."
    )


def _warnings(found: Comparison) -> Iterator[str]:
    """Say what to know of the rules, why measures are empty, and what is unverified."""
    empty = {row["why_empty"] for row in _rows(found, "measures", found.base) if row["why_empty"]}
    yield ""
    if found.fund is not None:
        yield from (
            f"{row['rule']}: {row['remarks']}." for row in _of_rules(found) if row["remarks"]
        )
    for why in sorted(why for why in empty if why.startswith("need ")):
        yield f"Measures that rank all areas are left out: {why}."
    for row in _of_rules(found):
        if row["unverified"]:
            yield f"{UNVERIFIED}: {row['rule']}: {row['unverified']}"
    number = sum(note.startswith(UNVERIFIED) for note in found.scenario.sources.values())
    if number:
        rest = "rests on no source" if number == 1 else "rest on no source"
        named = "it" if number == 1 else "them"
        yield (
            f"{UNVERIFIED}: {counted(number, 'assumption')} of {found.scenario.name} {rest} "
            f"(fundsim check names {named})"
        )


def _of_rules(found: Comparison) -> Iterator[dict[str, str]]:
    table = found.table("rules")
    return (dict(zip(table.columns, row, strict=True)) for row in table.rows())


def _rows(found: Comparison, name: str, rule: str) -> list[dict[str, str]]:
    return _by_rule(found, name)[rule]


def _number(row: Cells, column: str) -> float:
    return float(row[column] or 0.0)


def _sum(rows: Sequence[Cells], column: str) -> float:
    return sum(_number(row, column) for row in rows)
