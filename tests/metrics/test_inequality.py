"""How evenly money is spread: published values, closed forms, and what each measure must keep."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundsim.metrics.inequality import (
    areas_under,
    atkinson,
    by_group,
    dissimilarity,
    gaps,
    gini_per_head,
    hoover,
    percentile_ratio,
    present_value,
    theil,
    theil_parts,
    volatility,
)
from fundsim.money import Pence, Real

lawful = settings(max_examples=60)
Measure = Callable[[Pence, Real], Real]

INEQUALITIES: dict[str, Measure] = {
    "gini": gini_per_head,
    "theil": theil,
    "hoover": hoover,
    **{
        f"atkinson {aversion}": partial(atkinson, aversion=aversion)
        for aversion in (0.5, 1.0, 1.2, 2.0)
    },
}
NAMES = pytest.mark.parametrize("name", INEQUALITIES)


def column(pence: list[int]) -> Pence:
    return np.array(pence)[:, np.newaxis]


def measured(measure: Measure, pence: list[int], people: list[float] | None = None) -> float:
    population = np.ones(len(pence)) if people is None else np.array(people, float)
    return float(measure(column(pence), population)[0])


def averse(aversion: float) -> Measure:
    return partial(atkinson, aversion=aversion)


# Published values

# Documentation of Inequality.jl (functions gini, theil, atkinson), nine people and then the same
# figures with weights 0.1, 0.2 ... 0.9: as people of 1 to 9, who get so much each.
NINE = [8, 5, 1, 3, 5, 6, 7, 6, 3]
WEIGHTS = [1, 2, 3, 4, 5, 6, 7, 8, 9]

# Mean incomes of ten classes in the USA, 1968: the example of the R package ineq, whose answers are
# kept to fifteen digits in the tests that the genthat study drew from it (ISSTA 2018).
USA = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]


@pytest.mark.parametrize(
    ("measure", "pence", "people", "expected"),
    [
        (gini_per_head, NINE, None, 0.2373737373737374),
        (gini_per_head, [v * w for v, w in zip(NINE, WEIGHTS, strict=True)], WEIGHTS, 0.2065239551),
        (theil, NINE, None, 0.10494562214323544),
        (theil, [v * w for v, w in zip(NINE, WEIGHTS, strict=True)], WEIGHTS, 0.08120013911680612),
        (averse(1.2), NINE, None, 0.1631765870035865),
        (averse(1.2), [8, 25, 3, 24], [1, 5, 3, 8], 0.1681319821792493),
        (averse(1.0), [8, 5, 1, 3, 5], None, 0.183083677559),
        (averse(0.8), [8, 5, 1, 3, 5], None, 0.14249378376024),
        (averse(1.2), [8, 5, 1, 3, 5], None, 0.2248733447899),
        (gini_per_head, USA, None, 0.462091130267624),
        (gini_per_head, [2] * 5 + [18] * 5, None, 0.4),  # ineq with its n / (n − 1): 0.4444
        (averse(0.5), USA, None, 0.179659098046342),
        # Schutz's coefficient of ten incomes, from the tests of PySAL's inequality.
        (hoover, [20, 50, 80, 100, 100, 100, 100, 120, 150, 180], None, 0.15),
        # Wealth of Germany in 1995, halves to hundredths of people (German Wikipedia, Hoover):
        # ½ (0.475 + 0.075 + 0.18 + 0.22).
        (hoover, [25, 475, 270, 230], [50, 40, 9, 1], 0.475),
    ],
)
def test_published_values_come_out(
    measure: Measure, pence: list[int], people: list[float] | None, expected: float
) -> None:
    assert measured(measure, pence, people) == pytest.approx(expected, abs=1e-10)


def test_values_published_to_seven_digits_come_out() -> None:
    # The R package DescTools gives these for the same ten classes; Theil's T from scalar-ineq.
    assert measured(averse(1.0), USA) == pytest.approx(0.3518251, abs=5e-8)
    assert measured(averse(2.0), USA) == pytest.approx(0.6290111, abs=5e-8)
    assert measured(theil, USA) == pytest.approx(0.3623412, abs=5e-8)


# Incomes of urban households of Ilocos, Philippines, in ten thousandths of the unit: the data set
# of the R package ineq, whose Theil's T of them is kept as above.
ILOCOS = """
447364 312915 119625 253837 51151 69147 157024 153784 198699 85264 465263 87412 51470 59495 51520
70378 63187 451365 137887 203240 205097 33320 37578 163665 25050 132080 60578 94522 46123 45497
55884 42915 70058 48906 128434 116147 122287 85613 44810 258058 59650 169039 31909 78197 55425
45082 42202 32896 36877 22534 42070 38000 80142 41896 28082 63570 30163 193764 55953 392699 134432
81309 73285 276079 206004 19451 31341 44040 86104 59180 41971 32631 31599 31573 39567 20217 63276
26713 17525 55814 30876 39628 33368 276881 76372 13999 33260 43785 43656 49738 41393 29738 61664
386678 328215 82406 65514 255400 116258 24512 76741 212846 164093 117206 32562 101932 230685 44304
157930 66588 38416 58230 297090 36669 48156 240042
"""


def test_theil_of_a_survey_is_as_published() -> None:
    incomes = [int(one) for one in ILOCOS.split()]
    assert len(incomes) == 116
    assert measured(theil, incomes) == pytest.approx(0.362212204589659, abs=1e-13)


def test_a_textbook_population_has_as_much_between_its_groups_as_within() -> None:
    # Four groups of four, [1, 1, 2, 4] twice, [2, 2, 4, 8], [4, 4, 8, 16] (a problem sheet on
    # Theil's measures at docsity.com, 10386118). With mean 4 and group means 2, 2, 4, 8: between is
    # ⅛ ln ½ + ⅛ ln ½ + ¼ ln 1 + ½ ln 2 = ¼ ln 2, and each group has T = ¼ ln 2 of the same kind.
    pence = [1, 1, 2, 4, 1, 1, 2, 4, 2, 2, 4, 8, 4, 4, 8, 16]
    parts = theil_parts(column(pence), np.ones(16), np.repeat(np.arange(4), 4))
    assert parts.between[0] == pytest.approx(math.log(2) / 4, rel=1e-14)
    assert parts.within[0] == pytest.approx(math.log(2) / 4, rel=1e-14)
    assert parts.total[0] == pytest.approx(math.log(2) / 2, rel=1e-14)
    of_groups = [share * math.log(2) / 4 for share in (1 / 8, 1 / 8, 1 / 4, 1 / 2)]
    assert parts.of_groups[:, 0].tolist() == pytest.approx(of_groups, rel=1e-13)


# Closed forms


@pytest.mark.parametrize(("share", "people"), [(0.9, 0.1), (0.5, 0.25), (0.2, 0.2), (0.3, 0.6)])
def test_two_kinds_of_people_are_measured_by_hand(share: float, people: float) -> None:
    pence, heads = [round(1000 * share), round(1000 * (1 - share))], [people, 1 - people]
    rich, poor = share / people, (1 - share) / (1 - people)
    information = share * math.log(rich) + (1 - share) * math.log(poor)
    root = people * math.sqrt(rich) + (1 - people) * math.sqrt(poor)
    harmonic = people / rich + (1 - people) / poor
    geometric = rich**people * poor ** (1 - people)
    expected = {
        gini_per_head: abs(share - people),
        hoover: abs(share - people),
        theil: information,
        averse(0.5): 1 - root**2,
        averse(1.0): 1 - geometric,
        averse(2.0): 1 - 1 / harmonic,
    }
    for measure, value in expected.items():
        assert measured(measure, pence, heads) == pytest.approx(value, abs=1e-14)


@pytest.mark.parametrize("spread", [0.3, 1.0])
def test_a_lognormal_distribution_has_its_known_measures(spread: float) -> None:
    # With s the spread of logarithms T = s²/2, A(ε) = 1 − exp(−ε s²/2), G = 2 Φ(s/√2) − 1 and
    # H = 2 Φ(s/2) − 1 (Aitchison and Brown, The Lognormal Distribution, 1957). Sums over an even
    # grid of normal deviates are exact far beyond the digits asked for, save at the kinks of the
    # last two.
    deviate = np.arange(-700, 801) / 100
    people = np.exp(-deviate * deviate / 2)
    pence = np.rint(people * np.exp(spread * deviate) * 1e15).astype(np.int64)[:, np.newaxis]
    half = spread * spread / 2
    assert theil(pence, people)[0] == pytest.approx(half, abs=1e-9)
    for aversion in (0.5, 1.0):
        spared = 1 - math.exp(-aversion * half)
        assert atkinson(pence, people, aversion)[0] == pytest.approx(spared, abs=1e-9)
    phi = NormalDist().cdf
    assert gini_per_head(pence, people)[0] == pytest.approx(2 * phi(spread / 2**0.5) - 1, abs=1e-4)
    assert hoover(pence, people)[0] == pytest.approx(2 * phi(spread / 2) - 1, abs=1e-4)
    z = NormalDist().inv_cdf(0.9)
    ratio = percentile_ratio(pence, people)[0]
    assert ratio == pytest.approx(math.exp(2 * spread * z), rel=0.03)


@pytest.mark.parametrize("tail", [2.0, 3.0])
def test_a_pareto_distribution_has_its_known_measures(tail: float) -> None:
    # Lorenz curve 1 − (1 − p)^(1 − 1/a), so G = 1/(2a − 1), and Q(p) = (1 − p)^(−1/a), so that the
    # 90th percentile is 9^(1/a) times the 10th.
    count = 20_000
    left = 1 - np.arange(count + 1) / count
    lorenz = 1 - left ** (1 - 1 / tail)
    pence = np.diff(np.rint(lorenz * 1e13)).astype(np.int64)[:, np.newaxis]
    people = np.ones(count)
    assert gini_per_head(pence, people)[0] == pytest.approx(1 / (2 * tail - 1), abs=1e-6)
    assert percentile_ratio(pence, people)[0] == pytest.approx(9 ** (1 / tail), rel=1e-3)


def test_an_aversion_near_one_goes_over_into_one() -> None:
    at_one = measured(averse(1.0), USA)
    for apart in (1e-12, 1e-9, 1e-7, 1e-5):
        for aversion in (1 - apart, 1 + apart):
            assert measured(averse(aversion), USA) == pytest.approx(at_one, abs=2 * apart + 1e-7)


def test_a_boundless_aversion_sees_only_those_with_least() -> None:
    # A tends to 1 − the least over the mean: here 1 − 1/5.
    assert measured(averse(5000.0), [1, 5, 9]) == pytest.approx(0.8, abs=1e-3)


# Theil's parts

AREA = st.tuples(st.integers(0, 10**12), st.integers(1, 10**6), st.integers(0, 3))
AREAS = st.lists(AREA, min_size=1, max_size=9)


def arrays(areas: list[tuple[int, int, int]]) -> tuple[Pence, Real, Pence]:
    pence, people, group = zip(*areas, strict=True)
    return column(list(pence)), np.array(people, float), np.array(group)


@lawful
@given(AREAS)
def test_theil_is_what_lies_between_groups_and_within_them(
    areas: list[tuple[int, int, int]],
) -> None:
    pence, people, group = arrays(areas)
    parts = theil_parts(pence, people, group)
    assert parts.total == theil(pence, people)
    assert parts.between + parts.within == pytest.approx(parts.total, abs=1e-12)
    assert parts.of_groups.sum(axis=0) == pytest.approx(parts.within, abs=1e-12)


@lawful
@given(AREAS)
def test_a_group_adds_its_own_theil_by_its_share_of_money(
    areas: list[tuple[int, int, int]],
) -> None:
    pence, people, group = arrays(areas)
    parts = theil_parts(pence, people, group)
    for number in set(group.tolist()):
        inside = group == number
        weight = pence[inside].sum() / max(pence.sum(), 1)
        own = float(theil(pence[inside], people[inside])[0])
        assert parts.of_groups[number, 0] == pytest.approx(weight * own, abs=1e-12)


def test_areas_as_groups_leave_nothing_within_and_one_group_nothing_between() -> None:
    pence, people = np.array([[5, 0], [1, 7], [0, 7]]), np.array([1.0, 2.0, 3.0])
    by_area = theil_parts(pence, people, np.arange(3))
    assert by_area.within.tolist() == [0.0, 0.0]
    assert by_area.between == pytest.approx(by_area.total)
    together = theil_parts(pence, people, np.zeros(3, np.int64))
    assert together.between.tolist() == [0.0, 0.0]
    assert together.within == pytest.approx(together.total)


def test_parts_of_34_000_areas_add_up_too() -> None:
    dice = np.random.default_rng(3)
    pence, people = dice.integers(0, 10**9, (34_000, 1)), dice.integers(500, 3000, 34_000)
    parts = theil_parts(pence, people.astype(float), dice.integers(0, 47, 34_000))
    assert parts.between + parts.within == pytest.approx(parts.total, abs=1e-12)


# What every inequality keeps


@NAMES
@lawful
@given(AREAS, st.integers(2, 9))
def test_an_inequality_knows_neither_scale_nor_order_nor_how_an_area_is_cut(
    name: str, areas: list[tuple[int, int, int]], times: int
) -> None:
    pence, people, _ = arrays(areas)
    measure = INEQUALITIES[name]
    plain = pytest.approx(measure(pence, people), abs=1e-9)
    assert measure(pence * times, people) == plain
    assert measure(pence, people * times) == plain
    assert measure(pence[::-1], people[::-1]) == plain
    assert measure(np.repeat(pence, times, axis=0), np.repeat(people, times)) == plain


@NAMES
@lawful
@given(AREAS, st.data())
def test_money_moved_to_people_who_get_less_makes_it_no_less_even(
    name: str, areas: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    # Pigou and Dalton's principle: the giver still gets no less a head than the taker after it.
    pence, people, _ = arrays([(10**6, 10, 0), *areas])
    order = np.argsort(pence[:, 0] / people, kind="stable")
    taker, giver = order[0], order[-1]
    most = (pence[giver, 0] / people[giver] - pence[taker, 0] / people[taker]) / (
        1 / people[giver] + 1 / people[taker]
    )
    moved = data.draw(st.integers(0, int(most)))
    after = pence.copy()
    after[taker] += moved
    after[giver] -= moved
    measure = INEQUALITIES[name]
    assert measure(after, people)[0] <= measure(pence, people)[0] + 1e-9


@NAMES
@lawful
@given(AREAS)
def test_an_inequality_is_a_number_from_zero_on(
    name: str, areas: list[tuple[int, int, int]]
) -> None:
    pence, people, _ = arrays(areas)
    found = INEQUALITIES[name](pence, people)[0]
    assert -1e-12 <= found <= (math.inf if name == "theil" else 1.0)


@NAMES
def test_equal_sums_a_head_a_single_area_and_nothing_at_all_have_no_inequality(name: str) -> None:
    measure = INEQUALITIES[name]
    assert measured(measure, [30, 20, 50], [3, 2, 5]) == pytest.approx(0, abs=1e-15)
    assert measured(measure, [7], [3]) == 0
    assert measured(measure, [0], [3]) == 0
    assert measured(measure, [0, 0, 0], [3, 2, 5]) == pytest.approx(0, abs=1e-15)


# Zeros


def test_an_area_without_money_adds_nothing_to_theil() -> None:
    # All of it to a quarter of people: T = 1 × ln(1 / ¼).
    assert measured(theil, [9, 0], [1, 3]) == pytest.approx(math.log(4), rel=1e-15)


@pytest.mark.parametrize("aversion", [1 - 1e-9, 1.0, 1.2, 2.0, 60.0])
def test_from_an_aversion_of_one_on_an_area_without_money_spoils_everything(
    aversion: float,
) -> None:
    assert measured(averse(aversion), [9, 0, 5]) == 1


def test_below_one_an_area_without_money_is_weighed() -> None:
    # ε = ½ and all to a quarter of people: 1 − (¼ √4)² = ¾.
    assert measured(averse(0.5), [9, 0], [1, 3]) == pytest.approx(0.75, rel=1e-14)
    assert measured(averse(1 - 1e-6), [9, 0], [1, 3]) == pytest.approx(1.0)


def test_without_aversion_nothing_could_be_spared() -> None:
    assert measured(averse(0.0), [9, 0, 5]) == 0


@pytest.mark.parametrize("aversion", [-0.1, math.inf, math.nan])
def test_an_aversion_that_means_nothing_is_refused(aversion: float) -> None:
    with pytest.raises(ValueError, match="it is a number of 0 or more"):
        measured(averse(aversion), [1, 2])


# Percentiles


@pytest.mark.parametrize(
    ("pence", "people", "expected"),
    [
        ([10, 20, 30, 40, 50, 60, 70, 80, 90, 100], [1] * 10, 9.0),  # 90 over 10
        ([40, 80], [40, 40], 2.0),
        ([40, 810], [40, 810], 1.0),
        ([10, 1, 900], [10, 1, 89], 900 / 89),  # a tenth of people, to the one
        ([9, 30, 900], [9, 3, 88], 900 / 88 / 10),  # fewer than a tenth get 1, more 10
        ([0, 5], [1, 1], math.inf),
        ([0, 5], [1, 20], 1.0),  # too few get nothing
        ([0, 5], [95, 1], 1.0),  # and here nobody gets anything at either percentile
        ([0, 0], [1, 1], 1.0),
        ([7], [3], 1.0),
    ],
)
def test_the_ratio_of_percentiles_by_hand(
    pence: list[int], people: list[float], expected: float
) -> None:
    assert measured(percentile_ratio, pence, people) == pytest.approx(expected, rel=1e-15)


# Groups


def test_gaps_are_shares_of_money_less_shares_of_people() -> None:
    # Money 60, 30, 10 % to groups of 20, 30, 50 % of people: ½ (0.4 + 0 + 0.4).
    pence, people = np.array([[50], [10], [30], [10]]), np.array([10.0, 10.0, 30.0, 50.0])
    group = np.array([0, 0, 1, 2])
    assert gaps(pence, people, group)[:, 0].tolist() == pytest.approx([0.4, 0.0, -0.4])
    assert dissimilarity(pence, people, group)[0] == pytest.approx(0.4)
    assert gaps(0 * pence, people, group).tolist() == [[0.0]] * 3


@lawful
@given(AREAS)
def test_among_areas_dissimilarity_is_hoover(areas: list[tuple[int, int, int]]) -> None:
    pence, people, _ = arrays(areas)
    found = dissimilarity(pence, people, np.arange(len(people)))
    assert found == pytest.approx(hoover(pence, people), abs=1e-15)


def test_groups_are_summed_to_the_penny() -> None:
    pence = np.random.default_rng(5).integers(0, 10**13, (500, 3))
    group = np.arange(500) % 7
    expected = [pence[group == number].sum(axis=0).tolist() for number in range(7)]
    assert by_group(pence, group).tolist() == expected


# Minimum, years, discount


def test_areas_under_a_minimum_are_counted_over_the_years() -> None:
    # A minimum of 100 a year is 300 in three years: 299 and 0 are under it, 300 is not.
    pence = np.array([[299], [300], [0], [10**6]])
    assert areas_under(pence, 100, years=3).tolist() == [2.0]
    assert areas_under(pence, 0).tolist() == [0.0]


@pytest.mark.parametrize(
    ("years", "people", "expected"),
    [
        ([[10, 10], [10, 10], [10, 10]], [1, 1], 0.0),
        ([[10, 0], [0, 10]], [1, 1], 2.0),
        ([[10, 10], [30, 10]], [1, 1], 0.5),  # |30 − 10| / 20 = 1 for half of the people
        ([[10, 10], [30, 10]], [3, 1], 0.75),
        ([[10, 10], [30, 10], [30, 10]], [1, 1], 0.25),  # in one pair of years of two
        ([[0, 0], [0, 0]], [1, 1], 0.0),
        ([[5, 9]], [1, 1], 0.0),
    ],
)
def test_volatility_by_hand(years: list[list[int]], people: list[float], expected: float) -> None:
    found = volatility([column(year) for year in years], np.array(people, float))
    assert found.tolist() == pytest.approx([expected])


def test_volatility_takes_an_array_of_years_as_well() -> None:
    pence = np.random.default_rng(2).integers(0, 100, (5, 4, 3))
    people = np.array([1.0, 2.0, 3.0, 4.0])
    assert volatility(pence, people).tolist() == volatility(iter(pence), people).tolist()


def test_present_value_discounts_from_the_second_year_on() -> None:
    # 100 + 103.5/1.035 + 107.1225/1.035² at the Green Book's 3.5 %.
    yearly = np.array([[1_000_000], [1_035_000], [1_071_225]])
    assert present_value(yearly, 0.035)[0] == pytest.approx(3_000_000, rel=1e-15)
    assert present_value(yearly, 0.0)[0] == yearly.sum()
    assert present_value(yearly[:, :, np.newaxis], 0.035).shape == (1, 1)


@pytest.mark.parametrize("rate", [-1.0, math.nan, math.inf])
def test_a_rate_that_means_nothing_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="a yearly fraction above -1"):
        present_value([np.array([1])], rate)
