"""Funds made up at random: their money, what they spend, when they close, how they share."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from tests.engine.plain_rules import months_later
from tests.engine.random_places import Places, Values

PROFILE = ["12.5%", "0%", "30%", "7.25%", "0.25%", "50%"]
PERPETUAL = ("percent_of_value", "constant_real", "moving_average")
SPENDING = (
    "percent_of_value",
    "constant_real by amount",
    "constant_real by rate",
    "moving_average",
    "spend_down",
    "profile",
)
ALLOCATION = (
    "equal",
    "per_capita",
    "need_weighted",
    "threshold_per_head",
    "shares",
    "column by weight",
    "column by pounds",
    "mix",
    "hierarchy by region",
    "hierarchy by nation",
    "hierarchy by foundation",
)
SIMPLE = [name for name in ALLOCATION[:7] if name != "need_weighted"]  # whatever need is
FIRST = ("need_weighted", "shares", "threshold_per_head", "column", "per_capita")
# Two powers are exact to the last bit by any way to them. Of the third the loop takes forty
# decimals; a last bit that differs shows only where a share falls on half a penny, which equal
# parts do all the time: so a hierarchy, where they occur, has exact powers only.
EXACT = (0.0, 1.0)
STEEPNESS = (*EXACT, 2.5)


def fund(spends: str, start: date, years: int, chance: Random) -> Values:
    """Make a fund, all but its allocation; closing, it leaves what it has to the treasury."""
    opening = chance.choice([money(chance, 4), money(chance, 7), "£50m"])
    spending, last = spending_rule(spends, start, years, chance)
    made: Values = {"title": "Made up", "opening": opening, "spending": spending}
    if chance.random() < 0.3 and spends not in ("profile", "constant_real by rate"):
        made["opening"] = 0  # the two that need a first value keep theirs
    if spends in ("spend_down", "profile") or chance.random() < 0.25:
        later = chance.choice([1, 7, 90, 200, 400, 20_000])
        closing = chance.choice([last + timedelta(later), quarter_end(start, last, chance)])
        made["closes"] = {"on": closing, "residue": "treasury"}
    if not made["opening"] or chance.random() < 0.6:
        until = min(end_of(made), months_later(start, 12 * years + 9))
        made["inflow"] = inflow(start, until, chance)
    return made


def end_of(fund: Values) -> date:
    closing: date = fund.get("closes", {"on": date.max})["on"]
    return closing


# What passes between funds, and what else they may be told


def leave_to_each_other(funds: Values, chance: Random) -> None:
    """Let each fund that closes leave what it has to one that is still there, if one is."""
    for name, one in funds.items():
        open_then = [
            other for other in funds if other != name and end_of(funds[other]) > end_of(one)
        ]
        if "closes" in one and open_then:
            one["closes"]["residue"] = chance.choice(open_then)


def pay_each_other(funds: Values, start: date, years: int, chance: Random) -> None:
    """Let some funds pay into others, while both are there."""
    for name, one in funds.items():
        other = chance.choice([other for other in funds if other != name])
        closed = min(end_of(one), end_of(funds[other]), months_later(start, 12 * years))
        on = a_day(start, closed - timedelta(1), chance)
        pay: Values = {"to": other, "on": on}
        share = {"share": f"{chance.uniform(0, 60):.2f}%"}
        pay |= chance.choice([share, {"amount": money(chance, chance.choice([3, 5, 7]))}])
        if chance.random() < 0.6:
            pay["every"] = f"{chance.choice([1, 3, 5, 12])} months"
            pay["until"] = chance.choice([closed, on + timedelta(chance.randint(1, 3000))])
            pay["until"] = min(pay["until"], closed)
        one["pays"] = [pay]


def ring_alarms(funds: Values, chance: Random) -> None:
    for one in funds.values():
        if one["spending"]["kind"] in PERPETUAL:
            one["alarm"] = {"fall": f"{chance.choice([1, 3, 8, chance.uniform(1, 40)]):.2f}%"}


def hold_their_own(funds: Values, assets: list[str], chance: Random) -> None:
    for one in funds.values():
        if chance.random() < 0.8:
            one["holds"] = in_parts(chance.sample(assets, chance.randint(1, len(assets))), chance)


def in_parts(names: list[str], chance: Random) -> dict[str, float]:
    """Shares of the whole for each name, in thousandths, each of them something."""
    cut = sorted(chance.sample(range(1, 1000), len(names) - 1))
    parts = [b - a for a, b in zip([0, *cut], [*cut, 1000], strict=True)]
    return {name: part / 1000 for name, part in zip(names, parts, strict=True)}


def instalments(chance: Random) -> list[float]:
    """One to four parts of an award, some of them perhaps nothing."""
    whole = list(
        in_parts(["first", "second", "third", "fourth"][: chance.randint(1, 4)], chance).values()
    )
    return chance.choice([whole, [0.0, *whole][:4] if len(whole) < 4 else whole])


# Its money, and what it spends


def money(chance: Random, digits: int) -> float:
    """So many pounds and some odd pence."""
    return round(chance.uniform(10 ** (digits - 1), 10**digits), 2)


def a_day(start: date, until: date, chance: Random) -> date:
    """A day in [start, until]: any, or the first or last of a quarter, where odd things happen."""
    span = (until - start).days
    quarter = months_later(start, 3 * chance.randint(0, span // 93))
    any_day = start + timedelta(chance.randint(0, span))
    day = chance.choice([any_day, quarter, quarter - timedelta(1), quarter + timedelta(1)])
    return min(max(day, start), until)


def quarter_end(start: date, after: date, chance: Random) -> date:
    quarters = (after - start).days // 89 + chance.randint(1, 4)
    return months_later(start, 3 * quarters) - timedelta(chance.choice([0, 1]))


def inflow(start: date, until: date, chance: Random) -> Values:
    if chance.random() < 0.3:
        lump: Values = {"kind": "lump", "amount": money(chance, chance.choice([5, 7]))}
        return lump if chance.random() < 0.3 else {**lump, "on": a_day(start, until, chance)}
    amounts = {}
    for _ in range(chance.randint(1, 5)):
        day = a_day(start, until, chance)
        anniversary = months_later(start, 12 * (day.year - start.year))
        by_year = anniversary <= until and chance.random() < 0.4
        amounts[str(day.year) if by_year else str(day)] = money(chance, chance.choice([4, 7]))
    return {"kind": "schedule", "amounts": amounts}


def spending_rule(spends: str, start: date, years: int, chance: Random) -> tuple[Values, date]:
    """Make a rule; give it with its last spending date, or its first where it goes on for ever."""
    kind, _, by = spends.partition(" by ")
    late = a_day(start, months_later(start, 12 * min(years, 4)), chance)
    first = chance.choice([start, months_later(start, 12), late, late])
    rate = {"rate": f"{chance.uniform(0.5, 40):.2f}%"}
    over = chance.randint(1, 6)
    most = {"spend_down": 12 * (over - 1), "profile": len(PROFILE) - 1}
    settings: dict[str, Values] = {
        "percent_of_value": rate,
        "constant_real": rate if by == "rate" else {"amount": money(chance, chance.choice([3, 6]))},
        "moving_average": rate | {"over": f"{chance.randint(1, 20)} quarters"},
        "spend_down": {"over": f"{over} years"},
        "profile": {"profile": PROFILE},
    }
    if kind == "profile" and chance.random() < 0.5:
        settings["profile"], most["profile"] = {"profile": "covid-grants-2020"}, 19
    rule = {"kind": kind, **settings[kind]}
    rule |= {} if first == start else {"first": first}
    return rule, months_later(first, most.get(kind, 0))


# How it is shared


class Sharing:
    """Rules of allocation for one table of areas."""

    def __init__(self, places: Places, chance: Random, number: int) -> None:
        self.places, self.chance, self.number = places, chance, number

    def rule(self, shared: str) -> Values:
        kind, _, by = shared.partition(" by ")
        if kind == "hierarchy":
            return self.hierarchy(by)
        if kind == "mix":
            kinds = self.chance.sample(["equal", "per_capita", "need_weighted", "column"], 3)
            parts = zip(map(self.simple, kinds), ["50%", "32.5%", "17.5%"], strict=True)
            return {"kind": "mix", "parts": [part | {"weight": weight} for part, weight in parts]}
        return self.simple(kind) | ({"unit": "pounds"} if by == "pounds" else {})

    def simple(self, kind: str, steepness: tuple[float, ...] = STEEPNESS) -> Values:
        figures, rows, chance = self.places.figures, self.places.rows, self.chance
        rule: Values = {"kind": kind}
        if kind == "need_weighted":
            rule["steepness"] = chance.choice(steepness)
        if kind == "threshold_per_head":
            most = max(float(row[figures["count"]]) for row in rows)
            rule |= {"people": figures["count"], "at_least": chance.choice([0.0, 77.0, most])}
        if kind == "shares":
            rule["shares"] = self.stated(self.places.labels(chance.choice(["name", "code"])))
        if kind == "column":
            rule["column"] = figures[chance.choice(["weight", "count"])]
        return rule

    def stated(self, names: list[str]) -> Values:
        """Shares of the whole for each name, in thousandths, some of them none."""
        cut = sorted(self.chance.randrange(0, 1001) for _ in names[1:])
        parts = [b - a for a, b in zip([0, *cut], [*cut, 1000], strict=True)]
        return {name: part / 1000 for name, part in zip(names, parts, strict=True)}

    def hierarchy(self, by: str) -> Values:
        kind = FIRST[self.number // len(ALLOCATION) % len(FIRST)]
        kind = "equal" if kind == "need_weighted" and by == "nation" else kind
        first = {"shares": self.stated(self.places.labels(by))} if kind == "shares" else {}
        first = first or self.simple(kind, (1.0,))
        then = self.simple(self.chance.choice(["equal", "per_capita", "need_weighted"]), EXACT)
        if by == "nation" and self.chance.random() < 0.5:
            inner = {"by": "region", "kind": "per_capita"}
            then = {"kind": "hierarchy", "first": inner, "then": then}
        return {"kind": "hierarchy", "first": first | {"kind": kind, "by": by}, "then": then}
