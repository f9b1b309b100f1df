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
    "districts",
    "adjusted by phasing in",
    "adjusted by damping",
    "programmes",
)
CHANGING = ALLOCATION[11:]  # from round to round: so that there are some, such a fund stays open
SIMPLE = [name for name in ALLOCATION[:7] if name != "need_weighted"]  # whatever need is
OTHERS = [*SIMPLE, "districts", "adjusted by damping", "programmes"]
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

    def __init__(self, places: Places, chance: Random, number: int, run: Values) -> None:
        self.places, self.chance, self.number, self.run = places, chance, number, run
        self.reviewed = "review" in run["geography"]["need"]

    def rule(self, shared: str) -> Values:
        kind, _, by = shared.partition(" by ")
        made_of_others = {
            "hierarchy": lambda: self.hierarchy(by),
            "districts": self.districts,
            "adjusted": self.damped if by == "damping" else self.phased_in,
            "programmes": self.programmes,
        }
        if kind in made_of_others:
            return made_of_others[kind]()
        if kind == "mix":
            kinds = self.chance.sample(["equal", "per_capita", "need_weighted", "column"], 3)
            parts = zip(map(self.simple, kinds), ["50%", "32.5%", "17.5%"], strict=True)
            return {"kind": "mix", "parts": [part | {"weight": weight} for part, weight in parts]}
        return self.simple(kind) | ({"unit": "pounds"} if by == "pounds" else {})

    def simple(self, kind: str, steepness: tuple[float, ...] = STEEPNESS) -> Values:
        figures, rows, chance = self.places.figures, self.places.rows, self.chance
        rule: Values = {"kind": kind}
        if kind == "need_weighted":
            told = [one for one in steepness if one or not self.reviewed]
            rule["steepness"] = chance.choice(told)
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

    # What begins and ends, and what looks at the round before

    def spell(self) -> Values:
        """Let something begin after the start, or end before the end, or both, or neither."""
        start, chance = self.run["start"], self.chance
        end = months_later(start, 12 * self.run["years"])
        begins = a_day(start, end - timedelta(2), chance)
        until = a_day(begins + timedelta(1), end, chance)
        return chance.choice([{}, {"until": until}, {"begins": begins}, self._both(begins, until)])

    @staticmethod
    def _both(begins: date, until: date) -> Values:
        return {"begins": begins, "until": until}

    def few(self) -> list[str]:
        """Some areas, by name or by code."""
        names = self.places.labels(self.chance.choice(["name", "code"]))
        return self.chance.sample(names, self.chance.randint(1, 4))

    def districts(self) -> Values:
        chance = self.chance
        kind = chance.choice(["equal", "per_capita", "column by weight", "column by pounds"])
        twice: Values = {"multiplier": chance.choice([0.0, 1.5, 2.0, 2.75])}
        own: Values = {"share": f"{chance.uniform(1, 40):.1f}%"}
        own |= {"rule": {"kind": "equal"}} if chance.random() < 0.5 else {}
        listed = [
            {"name": f"district {number}", "areas": self.few()} | favour | self.spell()
            for number, favour in enumerate([twice, own, {"multiplier": 3.0}])
        ]
        return {"kind": "districts", "rule": self.rule(kind), "districts": listed}

    def programmes(self) -> Values:
        """One for some foundations' areas, one that communities decide on, and another."""
        chance = self.chance
        ids = self.places.labels("foundation")
        some = {"foundation": chance.sample(ids, chance.randint(1, len(ids)))}
        first: Values = {"name": "libraries", "top_slice": f"{chance.uniform(1, 30):.1f}%"}
        first |= {"eligible": some, "rule": {"kind": chance.choice(["equal", "per_capita"])}}
        weight = chance.choice([0.25, 0.375, 0.61])
        listed = [first | self.spell()]
        for name, part in (("hubs", weight), ("grants", 1 - weight)):
            programme: Values = {"name": name, "weight": part}
            listed.append(programme | {"rule": self.rule(chance.choice(SIMPLE))} | self.spell())
        for number in chance.choice([[0], [1], [0, 1]]):
            listed[number]["decided_by"] = "communities"
        return {"kind": "programmes", "programmes": listed}

    def damped(self) -> Values:
        chance = self.chance
        falls, rises = ([f"{chance.uniform(0, most):.1f}%", "10%"] for most in (30, 60))
        limits = {"fall": chance.choice(falls), "rise": chance.choice(rises)}
        for name in chance.choice([(), (), ("rise",), ("fall",)]):
            limits.pop(name)
        rule = self.rule(chance.choice(["per_capita", "column by weight", "programmes"]))
        return {"kind": "adjusted", "rule": rule, "damping": limits}

    def phased_in(self) -> Values:
        """Take over by whole hundredths; parts of equal areas would be half pennies too often."""
        chance = self.chance
        kinds = ["per_capita", "column by weight"]
        rule = self.rule("need_weighted" if self.reviewed else chance.choice(kinds))
        steps = chance.choice([["0%", "40%", "100%"], ["25%", "50%", "75%"], ["20%", "80%"]])
        old = self.rule(chance.choice(["per_capita", "threshold_per_head"]))
        return {"kind": "adjusted", "rule": rule, "phase_in": {"steps": steps, "old": old}}
