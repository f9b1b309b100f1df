"""Scenarios made up at random, each the same every time: places, markets, funds and features."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from random import Random

from tests.engine.random_foundations import practice, shocks
from tests.engine.random_funds import (
    ALLOCATION,
    CHANGING,
    OTHERS,
    PERPETUAL,
    SPENDING,
    Sharing,
    fund,
    hold_their_own,
    instalments,
    leave_to_each_other,
    pay_each_other,
    ring_alarms,
)
from tests.engine.random_places import Places, Values, own_places, packaged_places

STARTS = (
    date(2021, 4, 1),
    date(2020, 2, 29),
    date(2021, 1, 31),
    date(2023, 8, 31),
    date(2022, 1, 2),  # each of its quarters ends on the first of a month
)
FEATURES = (
    "several",
    "holds",
    "residue",
    "pays",
    "alarm",
    "own instalments",
    "sittings",
    "capacity",
    "instalments",
    "lapse",
    "clawback",
    "carry_forward",
    "overrides",
    "priority",
    "panel_lost",
    "market",
    "inflow_late",
    "reclaims",
    "joining",
    "reviewed",
)
# Others 0.5; under the first two, all rounds are own lots.
LIKELY = {"joining": 0.4, "reviewed": 0.1, "capacity": 0.7}
READ_NEED = ("need_weighted", "adjusted by phasing in")  # of these every other scenario reviews it
PLAIN, FULL = 6, 9  # of every ten scenarios one has no feature, and one has all of them


def scenario_values(number: int, folder: Path) -> Values:
    """Make up scenario `number`; its table of areas is written into `folder`."""
    chance = Random(number)  # noqa: S311 - made up, not secret
    start = chance.choice([*STARTS, date(2019, 1, 1) + timedelta(chance.randrange(2500))])
    years, told = chance.randint(1, 12), features(number, chance)
    packaged = number % 8 == 7
    geography, places = (
        packaged_places(chance) if packaged else own_places(chance, folder / str(number))
    )
    shared = ALLOCATION[number % len(ALLOCATION)]
    if shared == "hierarchy by nation":
        # then each nation may have a column of its own
        geography["need"] = dict.fromkeys(places.labels("nation"), places.figures["need"])
    elif "reviewed" in told or (shared in READ_NEED and number // len(ALLOCATION) % 2):
        geography["need"] = reviewed(places, chance, alone="hierarchy" not in shared)
    made: Values = {
        "schema_version": 1,
        "name": f"made-up-{number}",
        "title": f"Made up at random, number {number}",
        "start": start,
        "years": years,
        "paths": chance.randint(7, 40),
        "seed": chance.randrange(2**40),
        "geography": geography,
        "markets": markets(chance),
    }
    made["funds"] = funds(number, made, places, told, chance)
    made["foundations"] = practice(made, places, told, chance)
    return made | {"shocks": shocks(made, places, told, chance)}


def features(number: int, chance: Random) -> set[str]:
    if number % 10 == PLAIN:
        return set()
    if number % 10 == FULL:
        return set(FEATURES)
    return {name for name in FEATURES if chance.random() < LIKELY.get(name, 0.5)}


def funds(number: int, run: Values, places: Places, told: set[str], chance: Random) -> Values:
    """Make one to three funds; the rules of the first one go by the scenario's number."""
    several = chance.choice([["a-second"], ["a-second", "zeta"]]) if "several" in told else []
    made: Values = {}
    for turn, name in enumerate(["made-up", *several]):
        spends = chance.choice(SPENDING) if turn else SPENDING[number % len(SPENDING)]
        shared = chance.choice(OTHERS) if turn else ALLOCATION[number % len(ALLOCATION)]
        rule = Sharing(places, chance, number, run).rule(shared)
        made[name] = fund(spends, run["start"], run["years"], chance) | {"allocation": rule}
        if shared in CHANGING and spends.partition(" by ")[0] in PERPETUAL:
            made[name].pop("closes", None)
    if several and "residue" in told:
        leave_to_each_other(made, chance)
    if several and "pays" in told:
        pay_each_other(made, run["start"], run["years"], chance)
    if "alarm" in told:
        ring_alarms(made, chance)
    if "own instalments" in told:
        made[chance.choice(list(made))]["instalments"] = instalments(chance)
    if "holds" in told:
        hold_their_own(made, list(run["markets"]["assets"]), chance)
    return made


def reviewed(places: Places, chance: Random, *, alone: bool) -> Values:
    """Need that is read anew: nearer to its mean, or farther, or from a column with zeros in it.

    Where areas share within groups, a group has some need at any time.
    """
    review: Values = {"every": f"{chance.choice([1, 1, 2, 3])} years"}
    drift = {"drift": f"{chance.uniform(-20 if alone else 1, 30):.2f}%"}
    second = {"second": {places.figures["weight"]: 1.0}}
    review |= chance.choice([drift, second, drift | second]) if alone else drift
    return {"columns": {places.figures["need"]: 1.0}, "review": review}


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
