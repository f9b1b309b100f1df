"""Rules that choose areas, on tables and pots that nobody chose."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fundsim.places import Geography
from fundsim.rules.allocation import AllocationRule, Ratios
from fundsim.rules.allocation.placing import Neighbourhoods, PopulationBand, WholePlaces
from fundsim.rules.allocation.targeting import EitherOrBoth, RankTopN, Tiers
from fundsim.rules.base import Fault
from fundsim.rules.round import Round
from fundsim.rules.seats import Method, share_places
from tests.rules.accounts import check_accounts
from tests.rules.little import between, check_alone, pence, table

Chosen = NDArray[np.bool_]
METHODS: tuple[Method, ...] = (
    "hamilton",
    "sainte_lague",
    "huntington_hill",
    "dhondt",
    "adams",
    "dean",
)
POTS = (0, 0.01, 7, 123.45, 98_765.43, 10**9)
SCALES = st.sampled_from([0, 1, 2, 3, 5, 8])  # few, so that areas tie


@st.composite
def tables(draw: st.DrawFn) -> Geography:
    count = draw(st.integers(1, 12))

    def column(values: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(values, min_size=count, max_size=count))

    return table(
        column(st.integers(1, 30)),
        nations=sorted(column(st.sampled_from(["Alpha", "Beta", "Gamma"]))),
        need=column(SCALES),
        service=column(SCALES),
    )


def check(rule: AllocationRule, here: Round) -> NDArray[np.int64]:
    """Ask what is asked of every rule, and give its pence."""
    found = pence(rule, here)
    assert (found >= 0).all()
    assert (found.sum(axis=0) <= here.pot).all()
    if isinstance(rule.shares(here), Ratios):
        assert (found.sum(axis=0) == here.pot).all()
    check_alone(rule, here)
    check_accounts(rule, here)
    assert all(text and not text.endswith(".") for text in rule.remarks(here))
    return found


def check_needed(rule: AllocationRule, areas: Geography) -> None:
    """The pot that is needed pays what a larger one pays, and a penny less does not."""
    needed = rule.needed(between(areas, 0))
    full, enough, short = pence(
        rule, between(areas, 10**9, needed / 100, max(needed - 1, 0) / 100)
    ).T
    assert enough.sum() == needed
    assert (enough == full).all()
    assert short.sum() <= max(needed - 1, 0)


def fair(measure: NDArray[np.float64], chosen: Chosen, left: Chosen) -> bool:
    """Nobody that is left out is worse than anybody that is chosen."""
    return not (chosen.any() and left.any()) or bool(measure[left].max() <= measure[chosen].min())


@given(tables(), st.integers(1, 6), st.sampled_from([None, 1, 2, 3]), st.sampled_from([None, 17]))
@settings(max_examples=60)
def test_a_ranking_takes_the_worst_and_keeps_to_its_limits(
    areas: Geography, places: int, most: int | None, each: int | None
) -> None:
    rule = RankTopN(places=places, most_per_region=most, each=each)
    found = check(rule, between(areas, *POTS))
    chosen = found[:, -1] > 0
    groups = [np.array([name == own for own in areas.regions]) for name in set(areas.regions)]
    room = [min(int(group.sum()), most or len(areas)) for group in groups]
    assert chosen.sum() == min(places, sum(room))
    assert all((chosen & group).sum() <= (most or len(areas)) for group in groups)
    assert (found[~chosen] == 0).all()
    need = areas.columns["need"]
    full = [(chosen & group).sum() == (most or len(areas)) for group in groups]
    open_to_all = ~np.logical_or.reduce(
        [group & is_full for group, is_full in zip(groups, full, strict=True)]
    )
    assert fair(need, chosen, ~chosen & open_to_all)
    assert all(fair(need, chosen & group, ~chosen & group) for group in groups)
    if each:
        assert found.max() == 17_00
        check_needed(rule, areas)


@given(tables(), st.integers(1, 12), st.sampled_from([1, -1]), st.data())
@settings(max_examples=60)
def test_tiers_treat_equals_alike_and_add_who_is_named(
    areas: Geography, twelfths: int, sign: int, data: st.DataObject
) -> None:
    named = data.draw(st.lists(st.sampled_from(areas.codes), max_size=3))
    shape = {"high": twelfths / 12, "medium": 0, "within": "nation", "each": 5}
    rule = Tiers.model_validate({**shape, "higher_is_worse": sign > 0, "discretion": named})
    bad, expected = sign * areas.columns["need"], np.isin(areas.codes, named)
    for nation in set(areas.nations):
        inside = np.array([own == nation for own in areas.nations])
        worse = np.array([(bad[inside] > own).sum() for own in bad])
        expected |= inside & (worse + 1 <= np.floor(twelfths * inside.sum() / 12 + 0.5))
    if not expected.any():
        with pytest.raises(Fault, match="no area is in the high tier"):
            rule.shares(between(areas, 1))
        return
    found = check(rule, between(areas, *POTS))
    assert (found[:, -1] > 0).tolist() == expected.tolist()
    check_needed(rule, areas)


@given(tables(), st.integers(1, 100), st.integers(1, 100), st.sampled_from(["areas", "people"]))
@settings(max_examples=60)
def test_the_doubly_worst_are_those_that_fit_into_both_shares(
    areas: Geography, first: int, second: int, of: str
) -> None:
    settings_of = {
        "first": {"column": "need", "worst": f"{first}%"},
        "second": {"column": "service", "worst": f"{second}%", "higher_is_worse": False},
        "of": of,
    }
    weights = np.ones(len(areas), np.int64) if of == "areas" else areas.population

    def worst(bad: NDArray[np.float64], percent: int) -> Chosen:
        ahead = np.array([weights[bad > own].sum() for own in bad])
        return np.asarray(100 * (ahead + weights) <= percent * weights.sum())

    one = worst(areas.columns["need"], first)
    two = worst(-areas.columns["service"], second)
    for both, expected in (True, one & two), (False, one | two):
        rule = EitherOrBoth.model_validate({**settings_of, "both": both})
        if expected.any():
            found = check(rule, between(areas, *POTS))
            assert (found[:, -1] > 0).tolist() == expected.tolist()
        else:
            with pytest.raises(Fault, match="no area that has a share is in the worst"):
                rule.shares(between(areas, 1))


@given(tables(), st.integers(1, 99), st.integers(0, 99))
@settings(max_examples=50)
def test_fewer_areas_are_among_a_smaller_share(areas: Geography, larger: int, less: int) -> None:
    smaller = max(1, larger - less)

    def eligible(percent: int) -> set[int]:
        one = {"column": "need", "worst": f"{percent}%"}
        rule = EitherOrBoth.model_validate({"first": one, "second": one})
        try:
            return set(np.flatnonzero(pence(rule, between(areas, 10**6))[:, 0]).tolist())
        except Fault:
            return set()

    assert eligible(smaller) <= eligible(larger)


@pytest.mark.parametrize("percent", [1, 7, 14, 28, 29, 55, 56, 57, 58, 70, 100])
def test_a_share_of_a_count_is_not_lost_to_the_rounding_of_floats(percent: int) -> None:
    # 0.29 · 100 is 28.999999999999996, and 0.07 · 100 is 7.000000000000001
    hundred = table([1] * 100, need=list(range(100)))
    one = {"column": "need", "worst": f"{percent}%"}
    rule = EitherOrBoth.model_validate({"first": one, "second": one})
    assert np.count_nonzero(pence(rule, between(hundred, 100))) == percent


@given(tables(), st.integers(0, 20), st.integers(1, 20), st.sampled_from(["people", "need"]))
@settings(max_examples=60)
def test_amounts_of_a_band_stay_within_their_bounds(
    areas: Geography, least: int, width: int, linear_in: str
) -> None:
    rule = PopulationBand.model_validate(
        {"least": least, "most": least + width, "from": 3, "to": 10.01, "linear_in": linear_in}
    )
    inside = (areas.population >= least) & (areas.population <= least + width)
    if not inside.any():
        with pytest.raises(Fault, match="widen the band"):
            rule.shares(between(areas, 1))
        return
    found = check(rule, between(areas, *POTS))
    assert (found[~inside] == 0).all()
    assert (found[inside, -1] >= 3_00).all()
    assert (found[:, -1] <= 10_01).all()
    order = np.lexsort((areas.columns["need"] if linear_in == "need" else areas.population,))
    assert (np.diff(found[order][inside[order], -1]) >= 0).all()
    check_needed(rule, areas)


@given(
    tables(),
    st.sampled_from(METHODS),
    st.sampled_from([None, 1, 5, 40]),
    st.sampled_from(["population", "need"]),
    st.sampled_from([(0, None), (0, 1), (0, 3), (1, None), (1, 1), (1, 3)]),
)
@settings(max_examples=80)
def test_whole_places_are_whole_and_as_many_as_the_money_pays_for(
    areas: Geography, method: Method, places: int | None, by: str, bounds: tuple[int, int | None]
) -> None:
    least, most = bounds
    shape = {"each": 2.5, "by": by, "method": method, "at_least": least, "at_most": most}
    rule = WholePlaces.model_validate({**shape, "places": places})
    here = between(areas, 0, 2.49, 2.5, 7, 31.2, 400)
    if by == "need" and not areas.columns["need"].any():
        with pytest.raises(Fault, match="every area has 0 in need"):
            rule.shares(here)
        return
    found = check(rule, here)
    assert (found % 2_50 == 0).all()
    weights = areas.population.astype(np.float64)
    weights *= areas.columns["need"] if by == "need" else 1
    numbers = np.minimum(here.pot // 2_50, places or 10**6)
    expected = share_places(weights, numbers, method, at_least=least, at_most=most)
    assert (found == 2_50 * expected).all()
    if most is None:
        assert (found.sum(axis=0) == 2_50 * numbers).all()
    if places is not None:
        check_needed(rule, areas)


@given(tables(), st.data())
@settings(max_examples=40)
def test_each_neighbourhood_has_the_same(areas: Geography, data: st.DataObject) -> None:
    homes = data.draw(st.lists(st.sampled_from(areas.codes), min_size=1, max_size=9))
    rule = Neighbourhoods(places={f"place {number}": home for number, home in enumerate(homes)})
    found = check(rule, between(areas, *POTS, len(homes)))
    counts = [homes.count(code) for code in areas.codes]
    assert (found[:, -1] == 100 * np.array(counts)).all()


@given(tables(), st.integers(0, 10**6))
@settings(max_examples=40)
def test_the_order_of_rows_changes_nothing_where_equals_are_alike(
    areas: Geography, seed: int
) -> None:
    here = between(areas, 10**6)
    order = np.random.default_rng(seed).permutation(len(areas))
    mixed = here.within(order)
    one = {"column": "need", "worst": "60%"}
    rules: list[AllocationRule] = [
        Tiers(high=0.5, medium=0, within="nation", each=1),
        EitherOrBoth.model_validate({"first": one, "second": one, "of": "people"}),
        PopulationBand.model_validate({"least": 0, "most": 99, "from": 1, "to": 2}),
    ]
    for rule in rules:
        try:
            straight = pence(rule, here)[:, 0] > 0
        except Fault:
            continue
        assert (pence(rule, mixed)[:, 0] > 0).tolist() == straight[order].tolist()
