"""Scenarios made up at random, each the same every time: places, markets, rules and dates."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

from tests.engine.plain_rules import months_later

Values = dict[str, Any]

AREAS = Path(__file__).parents[2] / "fundsim" / "places" / "data" / "uk-districts-2024.csv"

STARTS = (date(2021, 4, 1), date(2020, 2, 29), date(2021, 1, 31), date(2023, 8, 31))
PROFILE = ["12.5%", "0%", "30%", "7.25%", "0.25%", "50%"]
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
FIRST = ("need_weighted", "shares", "threshold_per_head", "column", "per_capita")
# Two powers are exact to the last bit by any way to them. Of the third the loop takes forty
# decimals; a last bit that differs shows only where a share falls on half a penny, which equal
# parts do all the time: so a hierarchy, where they occur, has exact powers only.
EXACT = (0.0, 1.0)
STEEPNESS = (*EXACT, 2.5)
NATIONS = ("Wales", "England", "Scotland", "Northern Ireland")
FIGURES = {"need": "score", "weight": "rank", "count": "left_behind"}
PACKAGED = {"need": "uk_score", "weight": "claimant", "count": "lbn_pop"}
COLUMNS = ("column", "title", "unit", "nations", "comparable", "aggregate", "vintage", "source")


def scenario_values(number: int, folder: Path) -> Values:
    """Make up scenario `number`; its table of areas is written into `folder`."""
    chance = Random(number)  # noqa: S311 - made up, not secret
    start = chance.choice([*STARTS, date(2019, 1, 1) + timedelta(chance.randrange(2500))])
    years = chance.randint(1, 12)
    shared = ALLOCATION[number % len(ALLOCATION)]
    geography, places = packaged_places(chance) if number % 8 == 7 else own_places(chance, folder)
    if shared == "hierarchy by nation":  # then each nation may have a column of its own
        geography["need"] = dict.fromkeys(places.labels("nation"), places.figures["need"])
    spends = SPENDING[number % len(SPENDING)]
    return {
        "schema_version": 1,
        "name": f"made-up-{number}",
        "title": f"Made up at random, number {number}",
        "start": start,
        "years": years,
        "paths": chance.randint(7, 40),
        "seed": chance.randrange(2**40),
        "geography": geography,
        "markets": markets(chance),
        "foundations": {"fee": chance.choice([0, "6%", f"{chance.uniform(0, 30):.3f}%", 1.0])},
        "funds": {
            "made-up": fund(spends, start, years, chance)
            | {"allocation": Sharing(places, chance, number).rule(shared)}
        },
    }


# Places


@dataclass(frozen=True)
class Places:
    """Rows of a table of areas, and which of its columns is read as what."""

    rows: list[dict[str, str]]
    figures: dict[str, str]

    def labels(self, word: str) -> list[str]:
        return list(dict.fromkeys(row[word] for row in self.rows))


def packaged_places(chance: Random) -> tuple[Values, Places]:
    """Take the districts that come with fundsim, of the whole kingdom or of England."""
    with AREAS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    geography: Values = {"areas": AREAS.stem, "need": PACKAGED["need"]}
    if chance.random() < 0.5:
        geography["where"] = {"nation": "England"}
        rows = [row for row in rows if row["nation"] == "England"]
    return geography, Places(rows, PACKAGED)


def own_places(chance: Random, folder: Path) -> tuple[Values, Places]:
    rows = areas(chance)
    geography = {"areas": str(written(rows, folder)), "need": FIGURES["need"]}
    return geography, Places(rows, FIGURES)


def areas(chance: Random) -> list[dict[str, str]]:
    """Make areas of a few foundations, nations and regions, in no order; one may span nations."""
    nations = chance.sample(NATIONS, chance.randint(1, 4))
    homes = {f"fund-{name}": chance.choice(nations) for name in chance.sample("abcdefghij", 6)}
    served = dict(list(homes.items())[: chance.randint(2, 6)])
    rows = []
    for number in chance.sample(range(1000), chance.randint(5, 40)):
        foundation = chance.choice(list(served))
        abroad = chance.random() < 0.1
        nation = chance.choice(nations) if abroad else served[foundation]
        row = {
            "code": f"E{number:03}",
            "name": f"Area {number}",
            "nation": nation,
            "region": f"{nation} {chance.choice(['north', 'south'])}",
            "foundation": foundation,
            "population": str(chance.randint(500, 900_000)),
            "score": f"{chance.uniform(1, 80):.3f}",
            "rank": str(chance.choice([0, chance.randint(1, 300)])),
            "left_behind": str(chance.choice([0, 0, chance.randint(1, 50_000)])),
        }
        rows.append(row)
    rows[0]["left_behind"] = rows[0]["rank"] = "77"
    return rows


def written(rows: list[dict[str, str]], folder: Path) -> Path:
    path = folder / "areas.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    with path.with_name("areas.columns.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, [*COLUMNS, "licence"], restval="")
        table.writeheader()
        for name in FIGURES.values():
            together = "sum" if name == "left_behind" else "mean"
            described = {"column": name, "comparable": "uk", "aggregate": together}
            table.writerow(described | {"nations": "all"})
    return path


# Markets


def markets(chance: Random) -> Values:
    risky = chance.random() < 0.8
    names = chance.sample(["shares", "gilts", "cash", "land"], chance.randint(1, 4))
    cut = sorted(chance.randrange(1, 1000) for _ in names[1:])
    weights = [b - a for a, b in zip([0, *cut], [*cut, 1000], strict=True)]
    assets = {name: asset(w / 1000, chance, risky) for name, w in zip(names, weights, strict=True)}
    drawn: Values = {"kind": "deterministic"}
    if risky:
        pairs = list(combinations(names, 2))
        drawn = {"kind": "lognormal", "step": chance.choice(["quarter", "year"])}
        drawn["correlations"] = {
            one: {b: round(chance.uniform(0, 0.5), 2) for a, b in pairs if a == one}
            for one in names[:-1]
        }
    fee = chance.choice([0, "0.6%", f"{chance.uniform(0, 3):.2f}%"])
    return {**drawn, "fee": fee, "inflation": inflation(chance), "assets": assets}


def asset(weight: float, chance: Random, risky: bool) -> Values:  # noqa: FBT001 - it is what it is
    kind = chance.choice(["arithmetic_mean", "geometric_mean"])
    mean = {"weight": weight, kind: f"{chance.uniform(-5, 12):.2f}%"}
    return mean | {"volatility": f"{chance.uniform(1, 45):.1f}%"} if risky else mean


def inflation(chance: Random) -> Values:
    if chance.random() < 0.4:
        return {"kind": "constant", "rate": f"{chance.uniform(-3, 15):.2f}%"}
    persistence = round(chance.uniform(-0.9, 0.9), 3)
    return {"kind": "ar1", "log_mean": "2.44%", "persistence": persistence, "sd": "2%"}


# A fund: its money, what it spends, when it closes


def fund(spends: str, start: date, years: int, chance: Random) -> Values:
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
        until = min(made.get("closes", {"on": date.max})["on"], months_later(start, 12 * years + 9))
        made["inflow"] = inflow(start, until, chance)
    return made


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
