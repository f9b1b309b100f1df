"""What holds of adjusted rules, programmes and districts, whatever areas, pots and order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from fundsim.money import Pence
from fundsim.rules.allocation import (
    AllocationRule,
    Amounts,
    AnyAllocation,
    Programmes,
    Ratios,
    in_money,
)
from fundsim.rules.round import Round, When
from tests.rules.accounts import check_accounts
from tests.rules.little import pence, table

RULE: TypeAdapter[Any] = TypeAdapter(AnyAllocation)
STEPS = ("phase_in", "damping", "floor", "cap", "minimum_grant")
NATIONS = ("Alpha", "Beta")
FIRST = date(2024, 4, 1)

inner_rules = st.sampled_from(
    [
        {"kind": "equal"},
        {"kind": "per_capita"},
        {"kind": "need_weighted"},
        {"kind": "column", "column": "had"},
        {"kind": "column", "column": "had", "unit": "pounds"},
        {"kind": "maximin", "already": "had"},
    ]
)
rates = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.95, 1.0])
bounds = st.one_of(
    st.fixed_dictionaries({"pounds": st.integers(0, 500)}),
    st.fixed_dictionaries({"per_head": st.integers(0, 5)}),
    st.fixed_dictionaries({"of_per_capita": rates}),
    st.fixed_dictionaries({"column": st.just("had"), "times": rates}),
)
damping = st.fixed_dictionaries({"fall": rates, "rise": rates}, optional={"base": st.just("had")})
phasing = st.fixed_dictionaries(
    {"steps": st.just([0.25, 0.5, 1.0]), "old": st.sampled_from([{"kind": "equal"}])}
)
adjustments = st.fixed_dictionaries(
    {},
    optional={
        "floor": bounds,
        "cap": bounds,
        "damping": damping,
        "phase_in": phasing,
        "minimum_grant": st.integers(0, 300),
    },
).filter(lambda made: bool(made) and not _contradict(made))


def _contradict(made: dict[str, Any]) -> bool:
    """Whether bounds contradict each other for every pot: refused, and tested elsewhere."""
    if 0 < made.get("floor", {}).get("pounds", 0) < made.get("minimum_grant", 0):
        return True
    if not {"floor", "cap"} <= set(made):
        return False
    relative = ["of_per_capita" in made[which] for which in ("floor", "cap")]
    if all(relative):
        return bool(made["cap"]["of_per_capita"] < made["floor"]["of_per_capita"])
    return not any(relative)


pots = st.lists(st.integers(0, 10**8), min_size=1, max_size=3)


@st.composite
def rounds(draw: st.DrawFn, *, before: bool = True) -> Round:
    """Some areas of two nations, a pot on each path, a year, perhaps a round before."""
    count = draw(st.integers(2, 6))
    figures = [
        draw(st.lists(st.integers(1, most), min_size=count, max_size=count))
        for most in (10_000, 1_000, 9)
    ]
    people, had, need = figures
    home = [NATIONS[number * 2 // count] for number in range(count)]
    areas = table(people, nations=home, sums=["had"], had=had, need=need)
    when = When(date(FIRST.year + draw(st.integers(0, 3)), 4, 1), FIRST)
    here = Round.over(areas, "need", np.array(draw(pots)), when=when)
    if not (before and draw(st.booleans())):
        return here
    shape = (count, len(here.pot))
    some = draw(st.lists(st.integers(0, 50_000), min_size=count, max_size=count))
    there = draw(st.lists(st.booleans(), min_size=shape[1], max_size=shape[1]))
    return replace(here, before=np.outer(some, there).astype(np.int64))


def alone(here: Round, path: int) -> Round:
    before = None if here.before is None else here.before[:, path : path + 1]
    return replace(here, pot=here.pot[path : path + 1], before=before)


def check(rule: AllocationRule, here: Round) -> Pence:
    """Whole pence, none below 0, together at most the pot; a path alone as among others."""
    answer = rule.shares(here)
    paid = in_money(answer, here)
    assert (paid.pence >= 0).all()
    assert (paid.pence.sum(axis=0) <= here.pot).all()
    check_accounts(rule, here)
    for path in range(len(here.pot)):
        own = rule.shares(alone(here, path))
        if isinstance(answer, Ratios):
            assert isinstance(own, Ratios)
            assert own.weights.tobytes() == answer.weights.tobytes()
            continue
        assert isinstance(own, Amounts)
        assert own.pence[:, 0].tobytes() == paid.pence[:, path].tobytes()
        assert own.told(0, 0) == paid.told(0, path)
        assert (own.direct is None) == (paid.direct is None)
        if own.direct is not None and paid.direct is not None:
            assert own.direct[:, 0].tolist() == paid.direct[:, path].tolist()
            assert (own.direct <= own.pence).all()
            assert (own.direct >= 0).all()
    return paid.pence


@given(inner_rules, adjustments, st.permutations(STEPS), rounds())
@settings(max_examples=150)
def test_any_adjustments_in_any_order_share_whole_pence_and_account_for_them(
    inner: Any, made: Any, order: Any, here: Round
) -> None:
    check(RULE.validate_python({"kind": "adjusted", "rule": inner, "order": order, **made}), here)


@given(inner_rules, st.fixed_dictionaries({}, optional={"floor": bounds, "phase_in": phasing}))
@settings(max_examples=20)
def test_without_bounds_from_above_all_that_the_rule_shares_is_shared(
    inner: Any, made: Any
) -> None:
    areas = table([100, 250, 7], sums=["had"], had=[3, 50, 8], need=[1, 2, 3])
    here = Round.over(areas, "need", np.array([0, 1, 9_999, 123_457]))
    rule = RULE.validate_python({"kind": "adjusted", "rule": inner, "floor": {"pounds": 1}, **made})
    least = pence(RULE.validate_python(inner), here).sum(axis=0)
    assert (pence(rule, here).sum(axis=0) >= least).all()
    if inner.get("unit") != "pounds":
        assert (pence(rule, here).sum(axis=0) == here.pot).all()


@given(inner_rules, bounds, rounds())
@settings(max_examples=60)
def test_a_floor_is_kept_to_the_penny_by_every_pot_that_can_pay_it(
    inner: Any, floor: Any, here: Round
) -> None:
    rule = RULE.validate_python({"kind": "adjusted", "rule": inner, "floor": floor})
    paid = pence(rule, here)
    due = rule.floor.of(here, here.money).values
    enough = (here.pot >= rule.needed(here)) & (due.sum(axis=0) <= here.pot)
    # what grows with the pot is shared in proportions, and rounded once, to the nearest penny
    slack = 1.0 if rule.floor.scales else 1e-6
    assert (paid >= np.where(enough, due, 0.0) - slack).all()
    if not rule.floor.scales:
        short = here.with_pot(np.full_like(here.pot, max(rule.needed(here) - 1, 0)))
        assert (pence(rule, short).sum(axis=0) == short.pot).all()


@given(inner_rules, bounds, rounds())
@settings(max_examples=60)
def test_a_cap_is_kept_to_the_penny_and_money_waits_only_where_all_who_may_have_more_are_at_it(
    inner: Any, cap: Any, here: Round
) -> None:
    rule = RULE.validate_python({"kind": "adjusted", "rule": inner, "cap": cap})
    paid, inside = pence(rule, here), pence(RULE.validate_python(inner), here)
    most = np.broadcast_to(rule.cap.of(here, here.money).values, paid.shape)
    assert (paid <= most + (1.0 if rule.cap.scales else 1e-6)).all()
    waits = paid.sum(axis=0) < inside.sum(axis=0)
    at_cap = (paid >= most - (2 if rule.cap.scales else 1)) | (inside == 0)
    assert at_cap[:, waits].all()


@given(rounds(), rates, rates)
@settings(max_examples=60)
def test_damping_holds_every_area_between_its_bounds_where_the_pot_allows(
    here: Round, fall: float, rise: float
) -> None:
    rule = RULE.validate_python(
        {"kind": "adjusted", "rule": {"kind": "equal"}, "damping": {"fall": fall, "rise": rise}}
    )
    paid = pence(rule, here)
    if here.before is None:
        assert (paid.sum(axis=0) == here.pot).all()
        return
    low, high = np.rint(here.before * (1 - fall)), np.rint(here.before * (1 + rise))
    known = here.before.any(axis=0)
    enough = known & (low.sum(axis=0) <= here.pot)
    assert (paid[:, enough] >= low[:, enough]).all()
    assert (paid[:, known] <= high[:, known]).all()
    assert (paid[:, ~known].sum(axis=0) == here.pot[~known]).all()


@given(rounds(before=False), bounds, st.integers(0, 10**7))
@settings(max_examples=60)
def test_a_larger_pot_never_gives_an_area_less_with_a_floor_or_a_cap(
    here: Round, bound: Any, more: int
) -> None:
    for which in ("floor", "cap"):
        rule = RULE.validate_python(
            {
                "kind": "adjusted",
                "rule": {"kind": "need_weighted"},
                which: bound,
                "minimum_grant": 0,
            }
        )
        one, other = pence(rule, here), pence(rule, here.with_pot(here.pot + more))
        assert (other >= one - 2).all()  # each is within a penny of its due


@given(inner_rules.filter(lambda rule: rule["kind"] != "maximin"), rounds(), rates, rates)
@settings(max_examples=60)
def test_bounds_that_grow_with_the_pot_come_to_the_same_in_proportions_and_in_pence(
    inner: Any, here: Round, floor: float, above: float
) -> None:
    made = {"floor": {"of_per_capita": floor}, "cap": {"of_per_capita": floor + above}}
    relative = RULE.validate_python({"kind": "adjusted", "rule": inner, **made})
    exact = RULE.validate_python({"kind": "adjusted", "rule": inner, "minimum_grant": 0, **made})
    if inner.get("unit") == "pounds":
        assert pence(relative, here).tolist() == pence(exact, here).tolist()
    else:
        assert (np.abs(pence(relative, here) - pence(exact, here)) <= 3).all()


@given(inner_rules, adjustments, rounds())
@settings(max_examples=50)
def test_the_order_of_areas_does_not_matter(inner: Any, made: Any, here: Round) -> None:
    rule = RULE.validate_python({"kind": "adjusted", "rule": inner, **made})
    turned = here.within(np.arange(len(here))[::-1])
    forward, backward = pence(rule, here), pence(rule, turned)[::-1]
    if "minimum_grant" in made:  # at its edge a penny decides about a whole grant
        return
    assert (np.abs(forward - backward) <= 4).all()


# Programmes and districts

spells = st.fixed_dictionaries(
    {},
    optional={
        "begins": st.sampled_from([date(2024, 4, 1), date(2025, 4, 1)]),
        "until": st.sampled_from([date(2026, 4, 1), date(2027, 1, 1)]),
    },
)
whose = st.sampled_from([{}, {"eligible": {"nation": "Alpha"}}, {"eligible": {"nation": "Beta"}}])
deciders = st.sampled_from([{}, {"decided_by": "communities"}])


@st.composite
def funds_in_programmes(draw: st.DrawFn) -> Programmes:
    """Two top slices at most, and two programmes with weights."""
    slices = draw(st.lists(st.sampled_from([0.0, 0.1, 0.3, 0.5]), max_size=2))
    weight = draw(rates)
    parts = [{"top_slice": part} for part in slices]
    parts += [{"weight": weight}, {"weight": 1 - weight}]
    programmes = [
        {
            "name": f"programme {number}",
            "rule": draw(inner_rules),
            **part,
            **draw(spells),
            **draw(whose),
            **draw(deciders),
        }
        for number, part in enumerate(parts)
    ]
    made: Programmes = RULE.validate_python({"kind": "programmes", "programmes": programmes})
    return made


@given(funds_in_programmes(), rounds(before=False))
@settings(max_examples=100)
def test_programmes_together_share_what_they_have_and_communities_decide_on_their_own(
    fund: Programmes, here: Round
) -> None:
    paid = check(fund, here)
    amounts, parts = fund.amounts(here), fund.parts(here)
    assert sum(parts.values()) <= 1 + 1e-12
    waiting = 1 - sum(parts.values())
    whole = all(getattr(one.rule, "unit", "") != "pounds" for one in fund.programmes)
    if whole:
        assert (np.abs(here.pot - paid.sum(axis=0) - here.pot * waiting) <= 1).all()
    answer = fund.shares(here)
    if isinstance(answer, Amounts):
        assert (np.add.reduce([one.pence for one in amounts.values()]) == answer.pence).all()
    by_communities = [
        amounts[one.name].pence for one in fund.programmes if one.decided_by == "communities"
    ]
    if by_communities:
        assert isinstance(answer, Amounts)
        assert answer.direct is not None
        assert (answer.direct == np.add.reduce(by_communities)).all()
    else:
        assert not isinstance(answer, Amounts) or answer.direct is None


districts = st.lists(
    st.tuples(
        st.one_of(
            st.fixed_dictionaries({"multiplier": st.sampled_from([0.5, 1.0, 2.0])}),
            st.fixed_dictionaries({"share": st.sampled_from([0.0, 0.1, 0.5])}),
        ),
        spells,
        st.sampled_from([["A000000"], ["A000001", "A000000"]]),
    ),
    min_size=1,
    max_size=2,
)


@given(inner_rules, districts, rounds(before=False))
@settings(max_examples=100)
def test_districts_share_out_all_that_the_rule_for_everybody_would(
    inner: Any, made: Any, here: Round
) -> None:
    listed = [
        {"name": f"district {number}", "areas": areas, **terms, **spell}
        for number, (terms, spell, areas) in enumerate(made)
    ]
    rule = RULE.validate_python({"kind": "districts", "rule": inner, "districts": listed})
    paid = check(rule, here)
    if inner.get("unit") != "pounds":
        assert (paid.sum(axis=0) == here.pot).all()
