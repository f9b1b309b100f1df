"""What formulas keep on any table: sums, floors, guarantees, and one path alone as among many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundsim.money import Pence, Real
from fundsim.places import Geography
from fundsim.rules.allocation import AllocationRule, Amounts
from fundsim.rules.allocation.equalising import (
    CapacityEqualisation,
    EqualisationGrant,
    FullEqualisation,
    NeedsMinusResources,
)
from fundsim.rules.allocation.formulas import Barnett, EfitAdditive, PhaseIn, TargetedCapitation
from fundsim.rules.allocation.guarantees import (
    FloorDamping,
    FundingGuarantee,
    MixWithFloor,
    PaceOfChange,
)
from fundsim.rules.round import Round
from tests.rules.accounts import check_accounts
from tests.rules.little import check_alone, pence, table

lawful = settings(max_examples=40)
often = settings(max_examples=80)

POUNDS = ("base", "core", "raised", "needs", "resources")
SCORES = ("need", "age", "grant", "spending", "capacity")


@st.composite
def tables(draw: st.DrawFn) -> Geography:
    count = draw(st.integers(1, 6))

    def listed(least: int, most: int) -> list[int]:
        return draw(st.lists(st.integers(least, most), min_size=count, max_size=count))

    columns: dict[str, Any] = {
        name: [pounds / 100 for pounds in listed(0, 50_000)] for name in POUNDS
    }
    columns |= {name: [score / 4 for score in listed(1, 60)] for name in SCORES}
    columns["base"][0] += 1
    return table(listed(1, 2_000), sums=POUNDS, **columns)


POTS = st.lists(st.integers(0, 300_000), min_size=1, max_size=3).map(lambda pots: [0, 1, *pots])

PROMISING: dict[str, AllocationRule] = {
    "mix_with_floor": MixWithFloor(parts={"population": 0.7, "grant": 0.3}, floor="£20"),
    "floor_damping": FloorDamping(base="base", floor="1%"),
    "a largest loss": FloorDamping(base="base", floor="-10%", indices=["age", "need"]),
    "funding_guarantee": FundingGuarantee(core="core", base="base", grant="grant"),
    "pace_of_change": PaceOfChange(base="base", least="2%", target={"population": 1}),
    "a most growth": PaceOfChange(base="base", least="1%", most="6%", target={"grant": 1}),
    "barnett": Barnett(base="base", reference="A000000", comparability=0.8),
    "nothing passed on": Barnett(base="base", reference="A000000", comparability=0),
    "full_equalisation": FullEqualisation(needs="spending", capacity="capacity"),
}
SCALED: dict[str, AllocationRule] = {
    "targeted_capitation": TargetedCapitation(indices=["age", "need"]),
    "efit_additive": EfitAdditive(indicators={"age": 0.3, "need": 0.2, "grant": 0.1}),
    "phase_in": PhaseIn(base="base", indices=["age"]),
    "equalisation_grant": EqualisationGrant(raised="raised"),
    "needs_minus_resources": NeedsMinusResources(needs="needs", resources="resources", central=1),
    "capacity_equalisation": CapacityEqualisation(capacity="capacity"),
}
AS_IT_IS: dict[str, AllocationRule] = {
    "needs less resources": NeedsMinusResources(
        needs="needs", resources="resources", pays="the_formula"
    ),
    "up to the average": CapacityEqualisation(capacity="capacity", pays="the_formula"),
}
ALL = PROMISING | SCALED | AS_IT_IS
WAITS = {"a most growth", "nothing passed on", *AS_IT_IS}  # what these leave over is not shared


def round_of(areas: Geography, pots: list[int]) -> Round:
    return Round.over(areas, "need", np.array(pots, np.int64))


def answers(name: str, areas: Geography) -> bool:
    """Whether anybody is owed anything: where nobody is, two of the rules say so instead."""
    people = areas.population
    if name == "capacity_equalisation":
        capacity = areas.columns["capacity"]
        return bool((capacity < (people * capacity).sum() / people.sum()).any())
    if name == "needs_minus_resources":
        return bool((areas.columns["needs"] + people > areas.columns["resources"]).any())
    return True


@pytest.mark.parametrize("name", list(ALL))
@lawful
@given(tables(), POTS)
def test_a_pot_is_shared_whole_and_nobody_pays_in(
    name: str, areas: Geography, pots: list[int]
) -> None:
    here = round_of(areas, pots)
    if not answers(name, areas):
        return
    found = pence(ALL[name], here)
    assert found.shape == (len(areas), len(pots))
    assert (found >= 0).all()
    shared = found.sum(axis=0)
    assert (shared <= here.pot).all()
    if name not in WAITS:
        assert (shared == here.pot).all()
    check_alone(ALL[name], here)
    check_accounts(ALL[name], here)


@pytest.mark.parametrize("name", list(ALL))
@lawful
@given(tables(), st.integers(1, 300_000))
def test_the_order_of_rows_moves_no_more_than_pence(name: str, areas: Geography, pot: int) -> None:
    if not answers(name, areas):
        return
    here = round_of(areas, [pot])
    backward = here.within(np.arange(len(areas))[::-1])
    assert np.abs(pence(ALL[name], here) - pence(ALL[name], backward)[::-1]).max() <= 2


CHANGES = {"barnett", "nothing passed on", "full_equalisation"}  # shared alike, however small


@pytest.mark.parametrize("name", [name for name in PROMISING | AS_IT_IS if name not in CHANGES])
@lawful
@given(tables())
def test_a_pot_too_small_is_cut_in_proportion(name: str, areas: Geography) -> None:
    rule = ALL[name]
    pot = rule.needed(round_of(areas, [0]))
    full, half = pence(rule, round_of(areas, [pot, pot // 2])).T
    assert (np.abs(half - full / 2) <= 2).all()


# Floors and guarantees, to the penny


def kept_from(rule: AllocationRule, areas: Geography, promised: Real, more: int) -> Iterator[Pence]:
    """What is shared of the pot that the rule says it needs, and of a larger one."""
    promised = np.rint(promised)
    needed = rule.needed(round_of(areas, [0]))
    assert needed == promised.sum()
    found = pence(rule, round_of(areas, [needed, needed + more]))
    assert (found >= promised[:, np.newaxis]).all()
    yield from found.T
    if needed:
        assert (pence(rule, round_of(areas, [needed - 1]))[:, 0] < promised).any()


def due(areas: Geography, growth: float) -> Real:
    base = np.rint(areas.columns["base"] * 100)
    return np.rint(base * (1 + growth))


MORE = st.integers(0, 200_000)


@lawful
@given(tables(), MORE)
def test_a_floor_under_a_mix_is_kept(areas: Geography, more: int) -> None:
    rule = PROMISING["mix_with_floor"]
    _, found = kept_from(rule, areas, np.full(len(areas), 2_000.0), more)
    people, grant = areas.population, areas.columns["grant"]
    mix = 0.7 * people / people.sum() + 0.3 * grant / grant.sum()
    above = found > 2_001
    scale = found[above] / mix[above]  # one level for all above the floor
    assert np.allclose(scale, scale[:1], rtol=2 / 2_000)


@pytest.mark.parametrize(("name", "growth"), [("floor_damping", 0.01), ("a largest loss", -0.1)])
@often
@given(areas=tables(), more=MORE)
def test_a_floor_is_kept_and_gains_above_it_are_scaled_alike(
    name: str, growth: float, areas: Geography, more: int
) -> None:
    rule = PROMISING[name]
    assert isinstance(rule, FloorDamping)
    floors = due(areas, growth)
    _, found = kept_from(rule, areas, floors, more)
    target = rule.target_shares(round_of(areas, [1])).values[:, 0] * found.sum()
    gain = np.maximum(target - floors, 0)
    scale = (found.sum() - floors.sum()) / gain.sum() if gain.any() else 0.0
    assert -1e-9 <= scale <= 1 + 1e-9
    assert (np.abs(found - floors - scale * gain) <= 1).all()


@often
@given(tables(), MORE)
def test_nobody_gets_less_than_its_least_growth_unless_it_is_over_target(
    areas: Geography, more: int
) -> None:
    rule = PROMISING["pace_of_change"]
    people, base = areas.population, np.rint(areas.columns["base"] * 100)
    distance = (base / base.sum()) / (people / people.sum()) - 1
    taper = np.clip((0.10 - distance) / 0.05, 0, 1)
    promised = np.rint(base * (1 + 0.02 * taper))
    _, found = kept_from(rule, areas, promised, more)
    full = distance <= 0.05
    assert (found[full] >= due(areas, 0.02)[full]).all()
    target = people / people.sum() * found.sum()
    # Nobody is carried beyond its target, and the lift is for all or for the farthest below.
    assert (found <= np.maximum(promised, target) + 1).all()
    if (found < 0.95 * target - 1).any():
        lifted = found > promised + 1
        ratios = found / target
        assert (ratios[lifted] <= ratios.min() + 2 / target.min()).all()


def halved(amounts: Callable[[float], Real], total: float, high: float) -> Real:
    """Find amounts that come to a total by halving an interval of what they rise with."""
    low = 0.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if amounts(middle).sum() < total else (low, middle)
    return amounts(high)


def at_its_pace(areas: Geography, pot: int, least: float, most: float, share: Real) -> Real:
    """Share by the five steps of the pace of change, written down again without any sorting."""
    base = np.rint(areas.columns["base"] * 100)
    taper = np.clip((0.10 - (base / base.sum() / share - 1)) / 0.05, 0, 1)
    promised, cap = np.rint(base * (1 + least * taper)), np.rint(base * (1 + most))
    if pot <= promised.sum():
        return np.asarray(promised * pot / promised.sum())
    target = share * pot
    near = np.minimum(0.95 * target, cap)
    lifted = halved(lambda v: np.maximum(promised, np.minimum(v * target, near)), pot, 1.0)
    gap = np.maximum(target - lifted, 0)
    top = np.maximum(cap, lifted)
    reached = halved(lambda r: np.minimum(lifted + r * gap, top), pot, 1.0)
    return halved(lambda q: np.minimum(reached + q * base, top), pot, 1e9)


@pytest.mark.parametrize(("least", "most"), [(0.02, 1e6), (0.01, 0.06), (0.0, 0.5)])
@often
@given(areas=tables(), pot=st.integers(1, 400_000))
def test_the_pace_of_change_takes_its_five_steps(
    least: float, most: float, areas: Geography, pot: int
) -> None:
    share = areas.columns["grant"] / areas.columns["grant"].sum()
    rule = PaceOfChange(base="base", least=least, most=most, target={"grant": 1})
    found = pence(rule, round_of(areas, [pot]))[:, 0]
    assert (np.abs(found - at_its_pace(areas, pot, least, most, share)) <= 2).all()
    without = PaceOfChange(base="base", least=least, target={"grant": 1})
    if areas.columns["base"].all() and most > 1e3:  # so much that it bounds nobody
        assert (np.abs(pence(without, round_of(areas, [pot]))[:, 0] - found) <= 2).all()


@often
@given(tables(), MORE)
def test_a_most_growth_is_kept_to_the_penny(areas: Geography, more: int) -> None:
    rule = PROMISING["a most growth"]
    most = due(areas, 0.06)
    pot = rule.needed(round_of(areas, [0])) + more
    found = pence(rule, round_of(areas, [pot]))[:, 0]
    assert (found <= most).all()
    assert found.sum() == min(pot, most.sum())


@lawful
@given(tables(), MORE)
def test_bases_are_untouched_while_the_pot_grows(areas: Geography, more: int) -> None:
    base = due(areas, 0)
    for name in ("barnett", "nothing passed on"):
        kept, found = kept_from(PROMISING[name], areas, base, more)
        assert (kept == base).all()
        change = (found - base).astype(float)
        weight = areas.population / areas.population[0] * (0.8 if name == "barnett" else 0)
        weight[0] = 1
        assert np.allclose(change, more * weight / weight.sum(), atol=1)


@lawful
@given(tables())
def test_nations_converge_to_the_same_a_head_as_the_pot_grows(areas: Geography) -> None:
    # With comparability 1 the change is the same for each person, so that bases matter less and
    # less (the squeeze of Barnett's formula).
    rule = Barnett(base="base", reference="A000000")
    pots = [10**7, 10**9, 10**11]
    a_head = pence(rule, round_of(areas, pots)) / areas.population[:, np.newaxis]
    apart = a_head.max(axis=0) / a_head.min(axis=0) - 1
    assert apart[2] <= apart[0] + 1e-6
    assert apart[2] < 1e-2


# What else each formula is known for


@lawful
@given(tables(), st.integers(2, 9))
def test_indices_and_people_count_in_proportion_only(areas: Geography, times: int) -> None:
    more = table(
        (areas.population * times).tolist(),
        age=(areas.columns["age"] * 3).tolist(),
        need=areas.columns["need"].tolist(),
    )
    for rule in (SCALED["targeted_capitation"], EfitAdditive(indicators={"age": 0.4})):
        found, again = (rule.shares(round_of(one, [1])) for one in (areas, more))
        assert not isinstance(found, Amounts)
        assert not isinstance(again, Amounts)
        one, other = found.weights / found.weights.sum(), again.weights / again.weights.sum()
        assert np.allclose(one, other, rtol=1e-12)


@lawful
@given(tables(), st.integers(1, 100_000))
def test_who_raises_its_share_of_need_gets_no_equalisation(areas: Geography, pot: int) -> None:
    found = pence(SCALED["equalisation_grant"], round_of(areas, [pot]))[:, 0]
    points = areas.population * areas.columns["need"]
    raised = np.rint(areas.columns["raised"] * 100)
    owed = points / points.sum() * (raised.sum() + pot)
    assert (found[raised >= owed + 1e-6] == 0).all()


@lawful
@given(tables(), st.integers(1, 300_000))
def test_only_areas_below_the_average_capacity_get_anything(areas: Geography, pot: int) -> None:
    people, capacity = areas.population, areas.columns["capacity"]
    found = pence(AS_IT_IS["up to the average"], round_of(areas, [pot]))[:, 0]
    average = (people * capacity).sum() / people.sum()
    assert (found[capacity >= average + 1e-9] == 0).all()


@lawful
@given(tables(), st.integers(0, 300_000))
def test_differences_from_the_mean_of_all_people_sum_to_nothing(
    areas: Geography, more: int
) -> None:
    rule = PROMISING["full_equalisation"]
    assert isinstance(rule, FullEqualisation)
    here = round_of(areas, [0])
    beyond = rule._beyond(here).values[:, 0]
    assert abs((areas.population * beyond).sum()) < 1e-3
    pot = rule.needed(here) + more
    found = pence(rule, round_of(areas, [pot]))[:, 0]
    expected = areas.population * (beyond + pot / areas.population.sum())
    assert (np.abs(found - expected) <= 1).all()


@lawful
@given(tables(), st.sampled_from([0.0, 0.25, 1.0]))
def test_phasing_in_goes_from_the_old_shares_to_the_new_ones(areas: Geography, step: float) -> None:
    rule = PhaseIn(base="base", indices=["age"], steps=[step])
    weights = rule.shares(round_of(areas, [1])).weights
    old = areas.columns["base"] / areas.columns["base"].sum()
    new = areas.population * areas.columns["age"]
    assert np.allclose(weights, (1 - step) * old + step * new / new.sum(), atol=1e-12)


def test_targets_may_be_nobody_s_and_bases_nothing() -> None:
    # An area without people of its own has no target, and one without a base no growth of it.
    areas = table([1, 1, 1], base=[100, 0, 50], fair=[0, 1, 1], need=[1, 1, 1])
    target: Any = {"fair": 1}
    for rule in (
        PaceOfChange(base="base", least="2%", target=target),
        PaceOfChange(base="base", least="2%", most="20%", target=target),
        FloorDamping(base="base", floor="2%", target=target),
    ):
        here = round_of(areas, [0, 15_000, 16_000, 40_000])
        found = pence(rule, here)
        assert np.isfinite(found).all()
        assert (found[0, 2:] >= 10_000).all()  # an area over any target keeps what it had
        check_accounts(rule, here)
        check_alone(rule, here)


def test_an_account_of_a_formula_is_told_in_words() -> None:
    areas = table([1, 1], base=[100, 50], need=[1, 1])
    rule = PaceOfChange(base="base", least="2%", target={"population": 1})
    told = rule.shares(round_of(areas, [16_000])).told(0, 0)
    assert [step.words for step in told if not step.depth] == [
        "Base",
        "one, and its own least growth",
        "to the nearest penny",
        "the lift",
        "by its distance",
        "as far as the money goes",
        "rounding to whole pence, so that all shares add up",
    ]
