"""Every rule of every catalogue: listed, documented, worked once, finite, and without side effects.

A new rule fails here until an example is written down for it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from fundsim.chance import UNIT, Chance
from fundsim.cli.listing import KINDS
from fundsim.money import Pence, Real
from fundsim.places import Geography, load_geography
from fundsim.rules.allocation import Amounts, AnyAllocation, Ratios, in_money
from fundsim.rules.base import Rule, catalogue
from fundsim.rules.inflation import AnyInflation, measured
from fundsim.rules.inflows import AnyInflow
from fundsim.rules.returns import AnyReturns, Tabled, read_history
from fundsim.rules.returns.tails import chi_squares, floored
from fundsim.rules.round import Round
from fundsim.rules.shocks import AnyShock, Spell
from fundsim.rules.spending import AnySpending, SpendingView
from tests.rules.accounts import check_accounts
from tests.rules.little import check_alone, pence

CATALOGUES: dict[str, Any] = {
    "allocation": AnyAllocation,
    "inflation": AnyInflation,
    "inflows": AnyInflow,
    "returns": AnyReturns,
    "shocks": AnyShock,
    "spending": AnySpending,
}

PER_HEAD = {"target": {"population": 1}}
NOTHING_RISES = {"kind": "constant", "rate": 0}
ONE_ASSET = {"mix": {"weight": 1, "arithmetic_mean": "7%"}}
IN_COLUMN = {"assets": {"mix": {"weight": 1}}, "inflation": NOTHING_RISES}
SEVEN = "".join(f"1,{year},0.07\n" for year in range(2000, 2012))  # per cent, every year
ON = {"name": "a shock", "on": "2025-01-01"}
SPELL = {**ON, "until": "2026-01-01"}
A_YEAR = [False, True, True, False]  # the day before, the first day, the last day, the day after
RISKY = {"mix": {"weight": 1, "arithmetic_mean": "7%", "volatility": "12%"}}
CALM, CRISIS = {"log_mean": 0.06, "log_sd": 0.1}, {"log_mean": -0.2, "log_sd": 0.3}

# Settings of each rule, and what it answers in the worked example below: pounds of £1,200 for three
# areas, the first quarter's price, arrivals, the first quarter's growth, the days on which a shock
# lasts, pence on three paths. A drawn figure is that of path 0 with seed 1.
EXAMPLES: dict[str, dict[str, tuple[dict[str, Any], Any]]] = {
    "allocation": {
        "equal": ({}, [400, 400, 400]),
        "per_capita": ({}, [120, 480, 600]),
        "need_weighted": ({}, [360, 240, 600]),
        "threshold_per_head": ({"people": "counted", "at_least": 8}, [480, 0, 720]),
        "shares": ({"shares": {"A1": 0.5, "A2": 0.25, "Bee": 0.25}}, [600, 300, 300]),
        "column": ({"column": "counted"}, [384, 240, 576]),
        # the worst two by need are also the worst two by people counted; they have 100 and 500
        "either_or_both": (
            {
                "first": {"column": "need", "worst": "67%"},
                "second": {"column": "counted", "worst": "67%"},
            },
            [200, 0, 1_000],
        ),
        "rank_top_n": ({"places": 2, "each": "£500"}, [500, 0, 500]),
        "tiers": ({"discretion": ["A2"], "each": "£400"}, [400, 400, 0]),
        # 400 people are three quarters of the way from 100 to 500
        "population_band": (
            {"least": 100, "most": 500, "from": "£100", "to": 500},
            [100, 400, 500],
        ),
        # quotas of four places are 0.4, 1.6 and 2
        "whole_places": ({"each": "£300"}, [0, 600, 600]),
        "neighbourhoods": ({"places": {"High": "A1", "Low": "A1", "End": "Bee"}}, [800, 0, 400]),
        "mix_with_floor": ({"parts": {"population": 1}, "floor": "£300"}, [300, 400, 500]),
        "targeted_capitation": ({"indices": ["need"]}, [360, 240, 600]),
        "efit_additive": ({"indicators": {"need": 0.5}}, [240, 360, 600]),
        # half of £360, £360, £480 and half of £120, £480, £600
        "phase_in": ({"base": "had", "steps": [0.5, 1], **PER_HEAD}, [240, 420, 540]),
        # £200 more than all had, which is £100 for Bee, a fifth of it for A1, four fifths for A2
        "barnett": ({"base": "had", "reference": "Bee"}, [320, 380, 500]),
        # gains of £180 and £200 are paid by £200: ten nineteenths of each
        "floor_damping": ({"base": "had", "floor": 0, **PER_HEAD}, [300, 394.74, 505.26]),
        # £200 guaranteed to A1; the others share £1,000 as 4 to 5
        "funding_guarantee": (
            {"core": "core", "base": "had", "growth": 0},
            [200, 444.44, 555.56],
        ),
        # least £300, £330, £440; the other £130 lifts both others to five sixths of their targets
        "pace_of_change": ({"base": "had", "least": "10%", **PER_HEAD}, [300, 400, 500]),
        # of £2,200 shares of £220, £880, £1,100 are less than nothing, £580 and £700 above what is
        # there, which is scaled by 1200 / 1280
        "equalisation_grant": ({"raised": "had", "need": "population"}, [0, 543.75, 656.25]),
        "needs_minus_resources": ({"needs": "had", "resources": "core"}, [960, 240, 0]),
        # the mean is £1.70 a head, and only A2 has less
        "capacity_equalisation": ({"capacity": "rich"}, [0, 1_200, 0]),
        # a head: 6 − 2 − (3 − 1.7) + 1.2, 1 − 2 − (1 − 1.7) + 1.2 and 2 − 2 − (2 − 1.7) + 1.2
        "full_equalisation": ({"needs": "need", "capacity": "rich"}, [390, 360, 450]),
        "fill_gap": ({"already": "had", "up_to": "£1"}, [0, 100, 100]),
        "proportional_claims": ({"claims": "claims"}, [120, 360, 720]),
        "cea": ({"claims": "claims"}, [200, 500, 500]),
        "cel": ({"claims": "claims"}, [0, 300, 900]),
        # half of all claims, £100, £300, £600, and £200 by equal losses of the other half
        "talmud": ({"claims": "claims"}, [100, 300, 800]),
        # A1 has £3 a head, the others are levelled at £2.11
        "maximin": ({"already": "had"}, [0, 544.44, 655.56]),
        "alpha_fair": ({"alpha": 1.0, "steepness": 1.0}, [360, 240, 600]),
        # 15 % by need and people, the rest per head
        "preset": (
            {"preset": "nhs-inequalities-tool", "columns": {"indicator": "need"}},
            [156, 444, 600],
        ),
        "mix": (
            {
                "parts": [
                    {"kind": "per_capita", "weight": 0.5},
                    {"kind": "need_weighted", "weight": 0.5},
                ]
            },
            [240, 360, 600],
        ),
        "hierarchy": (
            {"first": {"by": "foundation", "kind": "equal"}, "then": {"kind": "per_capita"}},
            [120, 480, 600],
        ),
        "adjusted": ({"rule": {"kind": "per_capita"}, "floor": {"pounds": 300}}, [300, 400, 500]),
        "programmes": (
            {
                "programmes": [
                    {"name": "hubs", "top_slice": 0.25, "rule": {"kind": "equal"}},
                    {"name": "grants", "weight": 1, "rule": {"kind": "per_capita"}},
                ]
            },
            [190, 460, 550],
        ),
        "districts": (
            {
                "rule": {"kind": "per_capita"},
                "districts": [{"name": "Old Town", "areas": "A1", "multiplier": 3.0}],
            },
            [300, 400, 500],
        ),
    },
    "inflation": {
        "constant": ({"rate": "2%"}, 1.02**0.25),
        "history": ({"since": 2010}, 0.0),
        "ar1": ({"log_mean": "2%", "persistence": 0.5, "sd": "1%"}, 0.0),
    },
    "inflows": {
        "lump": ({"amount": "£7"}, [(date(2021, 4, 1), 700)]),
        "schedule": ({"amounts": {"2022": "£7"}}, [(date(2022, 4, 1), 700)]),
        "releases": ({"nations": ["Wales"]}, []),
    },
    "returns": {
        "deterministic": ({"assets": ONE_ASSET, "inflation": NOTHING_RISES}, 1.07**0.25),
        "lognormal": ({"assets": RISKY, "inflation": NOTHING_RISES}, 0.0),
        "student_t": (
            {"assets": RISKY, "inflation": NOTHING_RISES, "degrees_of_freedom": 12},
            0.0,
        ),
        "regime_switching": (
            {
                "step": "year",
                "inflation": NOTHING_RISES,
                "transitions": {"calm": {"calm": 0.9, "crisis": 0.1}, "crisis": {"calm": 1}},
                "begins": "calm",
                "assets": {"mix": {"weight": 1, "states": {"calm": CALM, "crisis": CRISIS}}},
            },
            0.0,
        ),
        "bootstrap": ({**IN_COLUMN, "history": "seven.csv", "block": 2}, 1.07**0.25),
        "paths": ({**IN_COLUMN, "table": "seven.csv"}, 1.07**0.25),
        "wilkie": (
            {
                "set": "1995",
                "parameters": {"YSD": 0, "QSD": 0},
                "assets": {"mix": {"weight": 1, "series": "shares"}},
            },
            0.0,
        ),
        "var1": (
            {
                "step": "quarter",
                "inflation": {"constant": 0.01, "sd": 0},
                "assets": {"mix": {"weight": 1, "constant": 0, "on": {"inflation": 1}, "sd": 0.1}},
            },
            0.0,
        ),
    },
    "shocks": {
        "panel_lost": ({**SPELL, "foundation": "one"}, A_YEAR),
        "market": ({**ON, "change": "-30%"}, None),
        "inflation": ({**ON, "change": "8%"}, None),
        "correlation": ({**SPELL, "lead": "shares", "to": 0.9}, A_YEAR),
        "inflow_late": ({**SPELL, "fund": "luc"}, A_YEAR),
        "reclaims": ({**SPELL, "fund": "luc", "share": "10%"}, A_YEAR),
        "reclaims_surge": ({**SPELL, "times": 2}, A_YEAR),
        "withdrawal": ({**ON, "asset_class": "banks"}, None),
        "merger": ({**ON, "foundation": "one", "into": "two"}, None),
        "failure": ({**ON, "foundation": "one", "into": "two"}, None),
    },
    "spending": {
        "percent_of_value": ({"rate": "10%"}, [300, 0, 600]),
        "constant_real": ({"amount": "£1"}, [100, 150, 200]),
        "moving_average": ({"rate": "10%", "over": "2 quarters"}, [200, 0, 450]),
        "spend_down": ({"over": "5 years"}, [1_000, 0, 2_000]),
        "banded_real": ({"rate": "5%", "low": "4%", "high": "8%"}, [120, 0, 480]),
        "target_corridor": ({"rate": "10%", "low": "2%", "high": "8%"}, [100, 0, 480]),
        # 80% of £1, £0, £5 and a fifth of 5.25% of £10, £0, £37.50, which is at most 6% of them
        "hybrid": ({}, [60, 0, 225]),
        "hybrid_general": ({"rate": "5%", "weight": 0.6, "over": "2 quarters"}, [100, 0, 390]),
        "smoothed_target": ({"rate": "5%", "alpha": 0.5}, [125, 0, 350]),
        "guardrails": ({"rate": "5%"}, [110, 0, 450]),
        # a constant £1 is under 5% of £30, and no less than 5% of nothing
        "minimum": (
            {"rule": {"kind": "constant_real", "amount": "£1"}, "at_least": "5%", "at_most": "5%"},
            [150, 0, 300],
        ),
        # a tenth of £30, nothing, a tenth of £60, but no more than is above £29, £43.50 and £58
        "total_return": ({"rate": "10%", "investment_fund": "£29"}, [100, 0, 200]),
        "profile": ({"profile": [0.5, 0.2, 0.3]}, [3_000, 3_000, 3_000]),
    },
}
# exp(mean / 4 + sd · z), with z the first normal of the stream.
Z = {
    name: float(Chance(1).unit(0)(name).standard_normal())
    for name in ("inflation", "markets.mix", "markets.dividends")
}
_YEAR = 2010 + int(16 * Chance(1).unit(0)("inflation").random((6, 2, UNIT))[0, 1, 0])
_YIELD = 0.0375 * math.exp(1.8 * 0.047)
_TAILS = floored(1.07, 0.12, 12.0)
_WIDE = math.sqrt(12 / float(chi_squares(12.0, 1, Chance(1).unit(0))[0, 0]))
_VARIANCE = math.log(1 + (0.12 / 1.07) ** 2)
DRAWN = {
    "ar1": math.exp((0.02 + 0.01 * Z["inflation"]) / 4),
    "lognormal": math.exp(
        (math.log(1.07) - _VARIANCE / 2) / 4 + math.sqrt(_VARIANCE) / 2 * Z["markets.mix"]
    ),
    "history": (1 + measured("cpi")[_YEAR]) ** 0.25,
    "regime_switching": math.exp((0.06 + 0.1 * Z["markets.mix"]) / 4),
    "wilkie": (math.exp(0.063 + 0.07 * Z["markets.dividends"]) * (1 + _YIELD)) ** 0.25,
    "var1": math.exp(0.01 + 0.1 * Z["markets.mix"]),
    "student_t": (_TAILS.location + _TAILS.scale * Z["markets.mix"] * _WIDE) ** 0.25,
}

RULES = [(room, kind) for room, union in CATALOGUES.items() for kind in catalogue(union)]

AREAS = """\
code,name,population,foundation,need,counted,had,core,rich,claims
A1,Ay one,100,one,6,8,300,100,3,200
A2,Ay two,400,one,1,5,300,250,1,600
B1,Bee,500,two,2,12,400,400,2,1200
"""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Geography:
    path = tmp_path_factory.mktemp("three") / "three.csv"
    path.write_text(AREAS, encoding="utf-8")
    return load_geography(str(path))


def example(room: str, kind: str) -> Any:
    settings, _ = EXAMPLES[room][kind]
    return TypeAdapter(CATALOGUES[room]).validate_python({"kind": kind, **settings})


def view(paths: Iterable[int] = (0, 1, 2)) -> SpendingView:
    """Three paths on the third spending date of a fund that began with £100."""
    chosen = list(paths)
    return SpendingView(
        number=2,
        values=np.array([[1_000, 0, 3_000], [3_000, 0, 6_000]])[:, chosen],
        opening=10_000,
        index=np.array([1.0, 1.5, 2.0])[chosen],
        first_value=np.array([1_000, 0, 3_000])[chosen],
        first_index=np.array([1.0, 1.25, 1.0])[chosen],
        last=np.array([100, 0, 400])[chosen],
        last_index=np.array([1.0, 1.25, 1.6])[chosen],
    )


def locked(holder: Any) -> Any:
    """The same object, none of whose arrays can be written to."""
    for field in fields(holder):
        value = getattr(holder, field.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
    return holder


# Listed and documented


def test_every_rule_has_a_worked_example() -> None:
    assert {room: set(known) for room, known in EXAMPLES.items()} == {
        room: set(catalogue(union)) for room, union in CATALOGUES.items()
    }


@pytest.mark.parametrize("room", list(CATALOGUES))
def test_every_rule_is_listed_by_the_command_line(room: str) -> None:
    told = {kind: rule.title() for kind, rule in catalogue(CATALOGUES[room]).items()}
    assert dict(KINDS[room]()) == told


@pytest.mark.parametrize(("room", "kind"), RULES)
def test_a_rule_is_described_in_one_public_sentence(room: str, kind: str) -> None:
    rule = catalogue(CATALOGUES[room])[kind]
    assert issubclass(rule, Rule)
    assert re.fullmatch(r"[A-Z][^.]*[a-z]\.", rule.title()), rule.title()
    assert not re.search(
        r"\b(int64|array|ndarray|numpy|axis|kwarg|self|[a-z]+_[a-z]+)\b", rule.title()
    )
    assert len(rule.title()) <= 100


@pytest.mark.parametrize(("room", "kind"), RULES)
def test_every_key_of_a_rule_is_described(room: str, kind: str) -> None:
    rule = catalogue(CATALOGUES[room])[kind]
    bare = [name for name, key in rule.model_fields.items() if not key.description]
    assert set(bare) <= {"kind", "inflation"}


@cache
def schema_of(room: str) -> str:
    return repr(TypeAdapter(CATALOGUES[room]).json_schema())


@pytest.mark.parametrize(("room", "kind"), RULES)
def test_the_schema_names_every_kind(room: str, kind: str) -> None:
    assert f"'const': '{kind}'" in schema_of(room)


@pytest.mark.parametrize(("room", "kind"), RULES)
def test_a_rule_is_frozen_and_knows_no_other_key(room: str, kind: str) -> None:
    rule = example(room, kind)
    with pytest.raises(ValidationError, match="frozen"):
        rule.kind = "other"
    settings, _ = EXAMPLES[room][kind]
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        type(rule).model_validate({**settings, "no_such_key": 1})


@pytest.mark.parametrize("room", list(CATALOGUES))
def test_a_kind_that_is_not_there_is_refused(room: str) -> None:
    with pytest.raises(ValidationError, match="no_such_kind"):
        TypeAdapter(CATALOGUES[room]).validate_python({"kind": "no_such_kind"})


# Worked: finite, as written down, inputs as they were, one path alone as among many


POTS = np.array([0, 1, 120_000, 10**10])


@pytest.mark.parametrize("kind", list(catalogue(AnyAllocation)))
def test_an_allocation_rule(places: Geography, kind: str) -> None:
    rule = example("allocation", kind)
    here = locked(Round.over(places, "need", POTS))
    answer = rule.shares(here)
    paid = in_money(answer, here)
    assert (paid.pence[:, 2] / 100).tolist() == EXAMPLES["allocation"][kind][1]
    assert (paid.pence >= 0).all()
    assert (paid.pence.sum(axis=0) <= POTS).all()
    if isinstance(answer, Ratios):
        assert np.isfinite(answer.weights).all()
        assert (paid.pence.sum(axis=0) == POTS).all()
    check_accounts(rule, here)


@pytest.mark.parametrize("kind", list(catalogue(AnyAllocation)))
def test_an_allocation_rule_gives_a_path_alone_what_it_gives_among_many(
    places: Geography, kind: str
) -> None:
    check_alone(example("allocation", kind), locked(Round.over(places, "need", POTS)))


@pytest.mark.parametrize("kind", list(catalogue(AnyAllocation)))
def test_an_allocation_rule_does_not_know_the_order_of_rows(places: Geography, kind: str) -> None:
    rule = example("allocation", kind)
    forward = Round.over(places, "need", POTS)
    turned = pence(rule, forward.within(np.array([2, 1, 0])))[::-1]
    assert (np.abs(turned - pence(rule, forward)) <= 1).all()


@pytest.mark.parametrize("kind", list(catalogue(AnyAllocation)))
def test_an_allocation_rule_says_what_it_needs_and_what_to_know(
    places: Geography, kind: str
) -> None:
    rule = example("allocation", kind)
    here = Round.over(places, "need", POTS)
    needed = rule.needed(here)
    assert type(needed) is int
    assert 0 <= needed < POTS[-1]
    for text in (*rule.remarks(here), *rule.doubts()):
        assert text.isprintable()
        assert not text.endswith(".")
    assert type(rule.changes()) is bool


@pytest.mark.parametrize("kind", list(catalogue(AnySpending)))
def test_a_spending_rule(kind: str) -> None:
    rule = example("spending", kind)
    together = rule.spend(locked(view()))
    assert together.dtype == np.float64
    assert np.isfinite(together).all()
    assert together.tolist() == pytest.approx(EXAMPLES["spending"][kind][1], rel=1e-15)
    for path in range(3):
        assert rule.spend(view([path])).tobytes() == together[path : path + 1].tobytes()
    assert rule.spend(view([2, 0, 1])).tobytes() == together[[2, 0, 1]].tobytes()


@pytest.mark.parametrize("kind", list(catalogue(AnyInflow)))
def test_an_inflow_rule(kind: str) -> None:
    arrivals = example("inflows", kind).arrivals(date(2021, 4, 1))
    assert arrivals == EXAMPLES["inflows"][kind][1] == sorted(arrivals)
    assert all(type(pence) is int and pence >= 0 for _, pence in arrivals)


@pytest.mark.parametrize("kind", list(catalogue(AnyShock)))
def test_a_shock(kind: str) -> None:
    shock = example("shocks", kind)
    assert (shock.name, shock.on) == ("a shock", date(2025, 1, 1))
    lasts = EXAMPLES["shocks"][kind][1]
    assert isinstance(shock, Spell) == bool(lasts)
    if lasts:
        days = [(2024, 12, 31), (2025, 1, 1), (2025, 12, 31), (2026, 1, 1)]
        assert [shock.covers(date(*day)) for day in days] == lasts


def drawn(room: str, kind: str, years: int, unit: int = 0) -> Real:
    rule, streams = example(room, kind), Chance(1).unit(unit)
    if room == "inflation":
        prices: Real = rule.prices(years, streams)
        return prices
    if isinstance(rule, Tabled):
        table, by_path = f"path,year,mix\n{SEVEN}".encode(), rule.by_path
        rows = read_history(table, "seven.csv", ["mix"], "year", by_path=by_path)
        rule.take(rows, ("mix",), years=years, paths=1)
    (growth,) = rule.growth(years, streams)
    own_mix: Real = growth
    return own_mix


@pytest.mark.parametrize(
    ("room", "kind"), [pair for pair in RULES if pair[0] in {"inflation", "returns"}]
)
def test_a_rule_that_draws(room: str, kind: str) -> None:
    factors = drawn(room, kind, years=6)
    assert factors.shape == (24, UNIT)
    assert np.isfinite(factors).all()
    assert (factors > 0).all()
    assert factors[0, 0] == pytest.approx(EXAMPLES[room][kind][1] or DRAWN[kind], rel=1e-14)
    assert factors.tobytes() == drawn(room, kind, years=6).tobytes()
    assert factors[:8].tobytes() == drawn(room, kind, years=2).tobytes()
    if kind in DRAWN:
        few = kind == "history"  # of sixteen years, some come to two paths
        assert few or not same(factors, drawn(room, kind, years=6, unit=1))
        assert len(np.unique(factors[0])) == (16 if few else UNIT)


def same(one: NDArray[Any], other: NDArray[Any]) -> bool:
    return bool((one == other).any())


def test_pounds_stated_are_the_same_for_a_path_alone(places: Geography) -> None:
    rule = TypeAdapter(AnyAllocation).validate_python(
        {"kind": "column", "column": "counted", "unit": "pounds"}
    )
    pots = np.array([0, 1, 333, 2_500, 10**10])

    def shared(pots: Pence) -> Pence:
        answer = rule.shares(locked(Round.over(places, "need", pots)))
        assert isinstance(answer, Amounts)
        return answer.pence

    together = shared(pots)
    assert together.sum(axis=0).tolist() == [0, 1, 333, 2_500, 2_500]
    assert together[:, -1].tolist() == [800, 500, 1_200]
    for path in range(len(pots)):
        assert np.array_equal(shared(pots[path : path + 1])[:, 0], together[:, path])
