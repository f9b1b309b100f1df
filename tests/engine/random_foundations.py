"""What foundations do, and what goes wrong, made up at random."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from tests.engine.plain_rules import months_later
from tests.engine.random_funds import a_day, end_of, instalments
from tests.engine.random_places import Places, Values

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def practice(made: Values, places: Places, told: set[str], chance: Random) -> Values:
    """Settings of all foundations, and of some of them their own."""
    general = settings(made, places, told, chance)
    general["fee"] = chance.choice([0, "6%", f"{chance.uniform(0, 30):.3f}%", 1.0])
    if "carry_forward" in told or "capacity" in told:
        general["fee"] = chance.choice(["6%", 0, f"{chance.uniform(0, 30):.3f}%"])
    if "overrides" in told:
        ids = places.labels("foundation")
        several = chance.sample(ids, chance.randint(1, min(4, len(ids))))
        own = {name: settings(made, places, told, chance) for name in several}
        general["overrides"] = {name: some_of(own[name], chance) for name in several}
        if "capacity" not in told and chance.random() < 0.5:
            general.pop("sittings", None)  # then some of them sit and others do not
    if "priority" in told:
        general["priority"] = chance.sample(list(made["funds"]), len(made["funds"]))
    return general


def settings(made: Values, places: Places, told: set[str], chance: Random) -> Values:
    own: Values = {}
    if told & {"sittings", "capacity"}:
        start: date = made["start"]
        months = chance.sample(MONTHS, chance.randint(1, 12))
        own["sittings"] = list(
            {*months, MONTHS[start.month - 1]} if chance.random() < 0.5 else months
        )
        own["sittings"].sort(key=MONTHS.index)
    if "capacity" in told:
        own["capacity"] = capacity(made, places, chance)
    if "instalments" in told:
        own["instalments"] = instalments(chance)
    for name in [name for name in ("lapse", "clawback", "carry_forward") if name in told]:
        own[name] = chance.choice([f"{chance.uniform(0, 12):.2f}%", "50%", 1.0])
    return own


def some_of(own: Values, chance: Random) -> Values:
    """Leave some settings as they are with the others."""
    kept = {key: value for key, value in own.items() if chance.random() < 0.6}
    fee = {"fee": f"{chance.uniform(0, 50):.2f}%"}
    return kept | fee if not kept or chance.random() < 0.3 else kept


def capacity(made: Values, places: Places, chance: Random) -> Values:
    """From far too little to more than enough, in one of three forms."""
    money = sum(
        float(str(fund["opening"]).replace("£50m", "5e7")) for fund in made["funds"].values()
    )
    each = max(money, 1000) / len(places.labels("foundation"))
    yearly = each * chance.choice([0.005, 0.05, 0.2, 3])
    people = 450_000 * len(places.rows) / len(places.labels("foundation"))
    forms = (
        {"pounds": round(yearly, 2)},
        {"per_head": max(0.01, round(yearly / people, 2))},
        {"multiple_of_past_grants": yearly / people * chance.choice([1, 1.5])},
    )
    grows: Values = {"growth": f"{chance.uniform(0, 20):.2f}%"} if chance.random() < 0.5 else {}
    if grows and chance.random() < 0.6:
        grows["growth_years"] = chance.randint(1, 9)
    return chance.choice(forms) | grows


# What goes wrong


def shocks(made: Values, places: Places, told: set[str], chance: Random) -> list[Values]:
    """Shocks of the kinds that are told of."""
    ids, assets = places.labels("foundation"), list(made["markets"]["assets"])
    start, end = made["start"], months_later(made["start"], 12 * made["years"])
    found = joinings(ids, start, end, chance) if "joining" in told and len(ids) > 2 else []
    if "panel_lost" in told and made["foundations"].get("sittings"):
        name = chance.choice(ids)
        until = next((shock["on"] for shock in found if shock["foundation"] == name), end)
        if (until - start).days > 1:
            spell = a_spell(start, until, chance)
            found.append({"kind": "panel_lost", "foundation": name, **spell})
    if "market" in told:
        found.append(market(assets, start, end, chance))
    soon = start + timedelta(3)
    struck = [name for name, f in made["funds"].items() if "inflow" in f and end_of(f) > soon]
    kinds = [kind for kind in ("inflow_late", "reclaims") if kind in told and struck]
    found += [of_inflow(kind, chance.choice(struck), made, end, chance) for kind in kinds]
    return [{"name": f"shock {number}", **shock} for number, shock in enumerate(found)]


def a_spell(start: date, end: date, chance: Random) -> Values:
    on = a_day(start, end - timedelta(2), chance)
    return {"on": on, "until": a_day(on + timedelta(1), end, chance)}


def joinings(ids: list[str], start: date, end: date, chance: Random) -> list[Values]:
    """One foundation joins another; perhaps later one of those that are left joins another."""
    days = sorted({a_day(start, end - timedelta(1), chance) for _ in range(chance.randint(1, 2))})
    left, found = list(ids), []
    for on in days:
        ended, into = chance.sample(left, 2)
        left.remove(ended)
        kind = chance.choice(["merger", "failure"])
        found.append({"kind": kind, "foundation": ended, "into": into, "on": on})
    return found


def market(assets: list[str], start: date, end: date, chance: Random) -> Values:
    shock: Values = {"kind": "market"}
    if chance.random() < 0.5:
        shock["asset"] = chance.choice(assets)
    if chance.random() < 0.5:
        return shock | a_spell(start, end, chance) | {"yearly": f"{chance.uniform(-30, 20):.2f}%"}
    return shock | {"on": a_day(start, end, chance), "change": f"{chance.uniform(-60, 20):.2f}%"}


def of_inflow(kind: str, name: str, made: Values, end: date, chance: Random) -> Values:
    """Strike a fund's inflow; what is late arrives while the fund is there, perhaps too late."""
    spell = a_spell(made["start"], min(end + timedelta(100), end_of(made["funds"][name])), chance)
    if chance.random() < 0.5:
        spell["on"] = made["start"]
    share = {"share": f"{chance.uniform(0, 100):.2f}%"} if kind == "reclaims" else {}
    return {"kind": kind, "fund": name, **spell, **share}
