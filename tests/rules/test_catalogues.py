"""Every rule of every catalogue: listed, documented, worked once, finite, and without side effects.

A new rule fails here until an example is written down for it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from fundsim.chance import UNIT, Chance
from fundsim.cli.listing import KINDS
from fundsim.money import Pence, Real
from fundsim.places import Geography, load_geography
from fundsim.rules.allocation import Amounts, AnyAllocation
from fundsim.rules.base import Rule, catalogue
from fundsim.rules.inflation import AnyInflation
from fundsim.rules.inflows import AnyInflow
from fundsim.rules.returns import AnyReturns
from fundsim.rules.round import Round
from fundsim.rules.shocks import AnyShock, Spell
from fundsim.rules.spending import AnySpending, SpendingView

CATALOGUES: dict[str, Any] = {
    "allocation": AnyAllocation,
    "inflation": AnyInflation,
    "inflows": AnyInflow,
    "returns": AnyReturns,
    "shocks": AnyShock,
    "spending": AnySpending,
}

NOTHING_RISES = {"kind": "constant", "rate": 0}
ONE_ASSET = {"mix": {"weight": 1, "arithmetic_mean": "7%"}}
ON = {"name": "a shock", "on": "2025-01-01"}
SPELL = {**ON, "until": "2026-01-01"}
A_YEAR = [False, True, True, False]  # the day before, the first day, the last day, the day after
RISKY = {"mix": {"weight": 1, "arithmetic_mean": "7%", "volatility": "12%"}}

# Settings of each rule, and what it answers in the worked example below: shares of three areas,
# the first quarter's price, arrivals, the first quarter's growth, the days on which a shock lasts,
# pence on three paths. A drawn figure is that of path 0 with seed 1.
EXAMPLES: dict[str, dict[str, tuple[dict[str, Any], Any]]] = {
    "allocation": {
        "equal": ({}, [1 / 3, 1 / 3, 1 / 3]),
        "per_capita": ({}, [0.1, 0.4, 0.5]),
        "need_weighted": ({}, [0.3, 0.2, 0.5]),
        "threshold_per_head": ({"people": "counted", "at_least": 8}, [0.4, 0, 0.6]),
        "shares": ({"shares": {"A1": 0.5, "A2": 0.25, "Bee": 0.25}}, [0.5, 0.25, 0.25]),
        "column": ({"column": "counted"}, [0.32, 0.2, 0.48]),
        "mix": (
            {
                "parts": [
                    {"kind": "per_capita", "weight": 0.5},
                    {"kind": "need_weighted", "weight": 0.5},
                ]
            },
            [0.2, 0.3, 0.5],
        ),
        "hierarchy": (
            {"first": {"by": "foundation", "kind": "equal"}, "then": {"kind": "per_capita"}},
            [0.1, 0.4, 0.5],
        ),
    },
    "inflation": {
        "constant": ({"rate": "2%"}, 1.02**0.25),
        "ar1": ({"log_mean": "2%", "persistence": 0.5, "sd": "1%"}, 0.0),
    },
    "inflows": {
        "lump": ({"amount": "£7"}, [(date(2021, 4, 1), 700)]),
        "schedule": ({"amounts": {"2022": "£7"}}, [(date(2022, 4, 1), 700)]),
    },
    "returns": {
        "deterministic": ({"assets": ONE_ASSET, "inflation": NOTHING_RISES}, 1.07**0.25),
        "lognormal": ({"assets": RISKY, "inflation": NOTHING_RISES}, 0.0),
    },
    "shocks": {
        "panel_lost": ({**SPELL, "foundation": "one"}, A_YEAR),
        "market": ({**ON, "change": "-30%"}, None),
        "inflow_late": ({**SPELL, "fund": "luc"}, A_YEAR),
        "reclaims": ({**SPELL, "fund": "luc", "share": "10%"}, A_YEAR),
        "merger": ({**ON, "foundation": "one", "into": "two"}, None),
        "failure": ({**ON, "foundation": "one", "into": "two"}, None),
    },
    "spending": {
        "percent_of_value": ({"rate": "10%"}, [300, 0, 600]),
        "constant_real": ({"amount": "£1"}, [100, 150, 200]),
        "moving_average": ({"rate": "10%", "over": "2 quarters"}, [200, 0, 450]),
        "spend_down": ({"over": "5 years"}, [1_000, 0, 2_000]),
        "profile": ({"profile": [0.5, 0.2, 0.3]}, [3_000, 3_000, 3_000]),
    },
}
# exp(mean / 4 + sd · z), with z the first normal of the stream.
Z = {
    name: float(Chance(1).unit(0)(name).standard_normal()) for name in ("inflation", "markets.mix")
}
_VARIANCE = math.log(1 + (0.12 / 1.07) ** 2)
DRAWN = {
    "ar1": math.exp((0.02 + 0.01 * Z["inflation"]) / 4),
    "lognormal": math.exp(
        (math.log(1.07) - _VARIANCE / 2) / 4 + math.sqrt(_VARIANCE) / 2 * Z["markets.mix"]
    ),
}

RULES = [(room, kind) for room, union in CATALOGUES.items() for kind in catalogue(union)]

AREAS = """\
code,name,population,foundation,need,counted
A1,Ay one,100,one,6,8
A2,Ay two,400,one,1,5
B1,Bee,500,two,2,12
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


@pytest.mark.parametrize(("room", "kind"), RULES)
def test_the_schema_names_every_kind(room: str, kind: str) -> None:
    assert f'"const": "{kind}"' in repr(TypeAdapter(CATALOGUES[room]).json_schema()).replace(
        "'", '"'
    )


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


@pytest.mark.parametrize("kind", list(catalogue(AnyAllocation)))
def test_an_allocation_rule(places: Geography, kind: str) -> None:
    rule = example("allocation", kind)
    pots = np.array([0, 1, 10**10])
    answer = rule.shares(locked(Round.over(places, "need", pots)))
    weights = answer.pence if isinstance(answer, Amounts) else answer.weights
    assert np.isfinite(weights).all()
    assert (weights >= 0).all()
    assert np.allclose(weights / weights.sum(), EXAMPLES["allocation"][kind][1], rtol=1e-14)
    for path in range(len(pots)):
        alone = rule.shares(Round.over(places, "need", pots[path : path + 1]))
        assert alone.weights.tobytes() == weights.tobytes()  # the same proportions on all paths


@pytest.mark.parametrize("kind", list(catalogue(AnyAllocation)))
def test_an_allocation_rule_does_not_know_the_order_of_rows(places: Geography, kind: str) -> None:
    rule = example("allocation", kind)
    forward = Round.over(places, "need", np.array([1]))
    backward = forward.within(np.array([2, 1, 0]))
    found = [rule.shares(round).weights for round in (forward, backward)]
    assert np.allclose(found[0] / found[0].sum(), found[1][::-1] / found[1].sum(), rtol=1e-14)


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
        assert not same(factors, drawn(room, kind, years=6, unit=1))
        assert len(np.unique(factors[0])) == UNIT


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
