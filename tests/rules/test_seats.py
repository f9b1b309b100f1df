"""Whole places against published elections, tables and paradoxes.

Populations, with their sources, are in `censuses`; their sums are checked against published totals.
"""

from __future__ import annotations

import numpy as np
import pytest

from fundsim.rules.seats import Method, priority_order, share_places, who_ties
from tests.rules.censuses import (
    STATES_1790,
    STATES_1832,
    STATES_1880,
    STATES_1900,
    TOTALS,
    YEARS,
    house,
)

ALL: tuple[Method, ...] = (
    "hamilton",
    "sainte_lague",
    "huntington_hill",
    "dhondt",
    "adams",
    "dean",
)


def seats(people: dict[str, int], number: int, method: Method, at_least: int = 0) -> dict[str, int]:
    found = shared(list(people.values()), number, method, at_least=at_least)
    return dict(zip(people, found, strict=True))


def shared(
    weights: list[int], number: int, method: Method, at_least: int = 0, at_most: int | None = None
) -> list[int]:
    found = share_places(
        np.array(weights), np.array([number]), method, at_least=at_least, at_most=at_most
    )
    counts: list[int] = found[:, 0].tolist()
    return counts


def differences(one: dict[str, int], other: dict[str, int]) -> dict[str, tuple[int, int]]:
    return {name: (one[name], other[name]) for name in one if one[name] != other[name]}


# The House of Representatives


@pytest.mark.parametrize("year", YEARS)
def test_huntington_hill_gives_the_house_of_representatives(year: int) -> None:
    people, official = house(year)
    assert sum(people.values()) == TOTALS[year]
    assert seats(people, 435, "huntington_hill", at_least=1) == official


@pytest.mark.parametrize(
    ("year", "state", "short"), [(1990, "MA", 12_606), (2000, "UT", 856), (2020, "NY", 89)]
)
def test_a_few_more_people_would_have_had_the_last_seat(year: int, state: str, short: int) -> None:
    # Census Bureau, table B of the apportionment of 2020: additional population needed for a seat
    people, official = house(year)
    for more, expected in (short - 1, official[state]), (short, official[state] + 1):
        changed = people | {state: people[state] + more}
        assert seats(changed, 435, "huntington_hill", at_least=1)[state] == expected


def test_the_last_seat_of_2000_went_to_north_carolina_and_utah_was_next() -> None:
    # Congressional Research Service, RS21638, 8 October 2003
    people, _ = house(2000)
    order = priority_order(
        np.array(list(people.values())), 436, "huntington_hill", at_least=np.ones(50, np.int64)
    )
    assert [list(people)[state] for state in order[-2:]] == ["NC", "UT"]
    assert sorted(order[:50]) == list(range(50))  # one each comes first


def test_dean_would_have_given_montana_a_second_seat_from_washington_in_1990() -> None:
    # Department of Commerce v. Montana, 503 U.S. 442 (1992), at 462
    people, official = house(1990)
    dean = seats(people, 435, "dean", at_least=1)
    assert differences(official, dean) == {"MT": (1, 2), "WA": (9, 8)}
    assert seats(people, 435, "adams")["MT"] == 2  # at 455
    assert seats(people, 435, "sainte_lague", at_least=1)["MT"] == 1


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("hamilton", {}),
        ("sainte_lague", {"NC": (13, 14), "RI": (2, 1)}),
        ("dean", {"CA": (53, 52), "MT": (1, 2)}),
    ],
)
def test_methods_differ_in_2010_as_published(
    method: Method, expected: dict[str, tuple[int, int]]
) -> None:
    # Paul H. Edelman, election law list, 23 December 2010
    people, official = house(2010)
    assert differences(official, seats(people, 435, method, at_least=1)) == expected


# The first apportionments


def test_hamiltons_bill_of_1792_for_120_seats() -> None:
    assert sum(STATES_1790.values()) == 3_615_920
    found = list(seats(STATES_1790, 120, "hamilton").values())
    assert found == [21, 16, 14, 12, 11, 9, 8, 7, 6, 5, 3, 2, 2, 2, 2]


def test_jeffersons_bill_of_1792_for_105_seats_took_one_of_delaware_for_virginia() -> None:
    jefferson = seats(STATES_1790, 105, "dhondt")
    assert list(jefferson.values()) == [19, 14, 13, 10, 10, 8, 7, 6, 5, 4, 2, 2, 2, 2, 1]
    hamilton = seats(STATES_1790, 105, "hamilton")
    assert differences(jefferson, hamilton) == {"VA": (19, 18), "DE": (1, 2)}


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("dhondt", "40 28 21 19 13 13 13 12 9 9 8 8 7 6 6 5 5 5 3 3 2 2 2 1"),
        ("adams", "37 26 20 18 13 12 12 12 9 9 8 8 7 7 6 6 6 6 4 4 3 3 2 2"),
        ("hamilton", "39 27 21 19 13 13 12 12 9 9 8 8 7 6 6 6 5 5 3 3 3 2 2 2"),
        ("sainte_lague", "39 27 21 19 13 13 12 12 9 9 8 8 7 6 6 6 5 5 3 3 3 2 2 2"),
    ],
)
def test_new_york_in_1832_under_jefferson_adams_hamilton_and_webster(
    method: Method, expected: str
) -> None:
    # Its quota is 38.59: Jefferson goes above and Adams below the whole numbers next to it.
    assert sum(STATES_1832.values()) == 11_931_000
    found = seats(STATES_1832, 240, method)
    assert list(found.values()) == [int(count) for count in expected.split()]


@pytest.mark.parametrize("method", ["hamilton", "sainte_lague"])
def test_the_act_of_1882_follows_hamilton_and_webster_alike(method: Method) -> None:
    people = {state: count for state, (count, _) in STATES_1880.items()}
    assert sum(people.values()) == 49_371_340
    act = {state: seat for state, (_, seat) in STATES_1880.items()}
    assert seats(people, 325, method, at_least=1) == act


# Paradoxes of the largest remainder


def test_alabama_loses_a_seat_where_the_house_has_300_instead_of_299() -> None:
    # C. W. Seaton, chief clerk of the Census Office, 1881; Balinski and Young, 2001
    people = {state: count for state, (count, _) in STATES_1880.items()}
    before, after = (seats(people, number, "hamilton", at_least=1) for number in (299, 300))
    assert differences(before, after) == {"AL": (8, 7), "IL": (18, 19), "TX": (9, 10)}


def test_maine_and_colorado_come_and_go_with_the_size_of_the_house_in_1901() -> None:
    # Caulfield, Convergence, Mathematical Association of America: between 382 and 391 Maine goes
    # from 3 to 4 and back five times; Colorado has 3 throughout, and 2 with 357.
    assert sum(STATES_1900.values()) == 74_562_608
    states, sizes = list(STATES_1900), np.arange(350, 401)
    found = share_places(np.array(list(STATES_1900.values())), sizes, "hamilton", at_least=1)
    maine = found[states.index("ME")][(sizes >= 382) & (sizes <= 391)]
    assert maine.tolist() == [3, 4, 4, 4, 3, 4, 3, 3, 3, 4]
    assert np.count_nonzero(np.diff(maine)) == 5
    colorado = found[states.index("CO")]
    assert sizes[colorado != 3].tolist() == [357]
    assert colorado[sizes == 357].tolist() == [2]


def test_oklahoma_joins_with_its_five_seats_and_new_york_loses_one_to_maine() -> None:
    # New state paradox, 1907: Balinski and Young, 2001, with a million people for Oklahoma
    before = seats(STATES_1900, 386, "hamilton", at_least=1)
    after = seats(STATES_1900 | {"OK": 1_000_000}, 391, "hamilton", at_least=1)
    assert after.pop("OK") == 5
    assert differences(before, after) == {"NY": (38, 37), "ME": (3, 4)}


def test_virginia_grows_faster_than_maine_and_loses_a_seat_to_it() -> None:
    # Population paradox, 1900 and 1901: Balinski and Young, 2001. The 43 other states are one here;
    # quotas are 9.599 and 3.595 of 386 in 1900, 9.509 and 3.548 in 1901.
    others = 74_562_608 - 1_854_184 - 694_466
    assert shared([1_854_184, 694_466, others], 386, "hamilton") == [10, 3, 373]
    virginia, maine = 1_854_184 + 19_767, 694_466 + 4_648
    others = 76_069_522 - virginia - maine
    assert shared([virginia, maine, others], 386, "hamilton") == [9, 4, 373]


def test_the_population_paradox_of_a_textbook() -> None:
    # Angel, Abbott and Runde, A Survey of Mathematics with Applications, chapter 14: Alexandria.
    # B grows by 1.8 %, A by 1.7 %, and B loses a place to A.
    assert shared([23_527, 5_548, 70_925], 100, "hamilton") == [23, 6, 71]
    assert shared([23_926, 5_648, 71_110], 100, "hamilton") == [24, 5, 71]


# Textbooks


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("hamilton", [9, 7, 5, 4, 1]),
        ("sainte_lague", [9, 8, 5, 3, 1]),
        ("huntington_hill", [9, 7, 6, 3, 1]),
        ("dhondt", [10, 7, 5, 3, 1]),
        ("adams", [9, 7, 5, 3, 2]),
        ("dean", [9, 7, 5, 4, 1]),
    ],
)
def test_five_states_that_every_divisor_method_treats_otherwise(
    method: Method, expected: list[int]
) -> None:
    # Balinski and Young, The quota method of apportionment, American Mathematical Monthly 82, 1975
    assert shared([9061, 7179, 5259, 3319, 1182], 26, method) == expected


@pytest.mark.parametrize(
    ("method", "expected"),
    [("hamilton", [51, 44, 2, 2, 1]), ("dhondt", [52, 45, 1, 1, 1])]
    + [(method, [51, 43, 2, 2, 2]) for method in ALL if method not in {"hamilton", "dhondt"}],
)
def test_two_large_states_and_three_small_ones(method: Method, expected: list[int]) -> None:
    # The same article: quotas are 51.17, 44.00, 1.62, 1.61 and 1.60
    assert shared([5117, 4400, 162, 161, 160], 100, method) == expected


@pytest.mark.parametrize(
    ("votes", "number", "method", "expected"),
    [
        # Quotients 100, 80, 50, 40, 33.3, 30, 26.7, 25 thousand are the eight highest.
        ([100_000, 80_000, 30_000, 20_000], 8, "dhondt", [4, 3, 1, 0]),
        # 100, 80, 33.3, 30, 26.7, 20, 20 and 16 thousand.
        ([100_000, 80_000, 30_000, 20_000], 8, "sainte_lague", [3, 3, 1, 1]),
        # Quotas 3.48, 2.78, 1.04, 0.70.
        ([100_000, 80_000, 30_000, 20_000], 8, "hamilton", [3, 3, 1, 1]),
        # 53, 24, 23, 17.7, 10.6, 8 and 7.7 thousand; the 7.6 of the first comes after them.
        ([53_000, 24_000, 23_000], 7, "sainte_lague", [3, 2, 2]),
        # 53, 26.5, 24, 23, 17.7, 13.3 and 12 thousand.
        ([53_000, 24_000, 23_000], 7, "dhondt", [4, 2, 1]),
        # Worked solutions of a German course of state law (honikel.de): 5.08, 4.17 and 0.75.
        ([6100, 5000, 900], 10, "sainte_lague", [5, 4, 1]),
        ([6100, 5000, 900], 10, "dhondt", [6, 4, 0]),
        ([6100, 5000, 900], 10, "hamilton", [5, 4, 1]),
        # Miller, Election inversions under proportional representation, 2015: 50.3 % get 48.6 %.
        ([503, 304, 193], 35, "sainte_lague", [17, 11, 7]),
    ],
)
def test_examples_of_elections(
    votes: list[int], number: int, method: Method, expected: list[int]
) -> None:
    assert shared(votes, number, method) == expected


# Ties


@pytest.mark.parametrize(
    ("method", "weights", "number", "expected"),
    [
        ("dhondt", [6, 3, 3], 3, [2, 1, 0]),  # 6, then 3 = 6 / 2 three times
        ("sainte_lague", [6, 2, 2], 2, [2, 0, 0]),  # 6, then 2 = 6 / 3 three times
        ("huntington_hill", [12, 12, 12], 4, [2, 1, 1]),
        ("huntington_hill", [6, 2, 2], 6, [4, 1, 1]),  # 36 / 12 against 4 / 2: no tie
        ("dean", [4, 4, 1], 4, [2, 1, 1]),
        ("adams", [4, 2, 2], 5, [3, 1, 1]),  # one each, then 4, then 2 = 4 / 2 = 2 / 1
        ("hamilton", [1, 1, 1], 4, [2, 1, 1]),
        ("hamilton", [2, 3, 5], 5, [1, 2, 2]),  # quotas 1, 1½ and 2½
    ],
)
def test_those_who_tie_come_in_the_order_of_the_rows(
    method: Method, weights: list[int], number: int, expected: list[int]
) -> None:
    assert shared(weights, number, method) == expected


@pytest.mark.parametrize(
    ("method", "weights", "number", "expected"),
    [
        ("dhondt", [6, 3, 3], 3, [0, 1, 2]),
        ("dhondt", [6, 3, 3], 4, []),  # all three have theirs
        ("sainte_lague", [6, 2, 2], 2, [0, 1, 2]),
        ("huntington_hill", [12, 12, 12], 4, [0, 1, 2]),
        ("huntington_hill", [6, 2, 2], 6, []),
        ("adams", [4, 2, 2], 5, [0, 1, 2]),
        ("adams", [4, 2, 2], 2, [1, 2]),  # who is second of those that have nothing yet
        ("hamilton", [1, 1, 1], 4, [0, 1, 2]),
        ("hamilton", [2, 3, 5], 5, [1, 2]),
        ("hamilton", [1, 1, 1], 3, []),
        ("dhondt", [6, 3, 3], 0, []),
        ("hamilton", [6, 3, 3], 0, []),
    ],
)
def test_those_who_tie_for_the_last_place_are_named(
    method: Method, weights: list[int], number: int, expected: list[int]
) -> None:
    assert who_ties(np.array(weights), number, method).tolist() == expected


def test_a_tie_of_geometric_means_is_seen_though_square_roots_are_not_exact() -> None:
    # 1 / √(1 · 2) = 6 / √(8 · 9): the second place of one, the ninth of the other
    assert who_ties(np.array([1, 6]), 10, "huntington_hill").tolist() == [0, 1]
    assert who_ties(np.array([10**7, 6 * 10**7 + 1]), 10, "huntington_hill").tolist() == []


def test_a_float_is_taken_for_what_it_is() -> None:
    together = 0.1 + 0.2  # a little more than 0.3
    for method in ALL:
        found = share_places(np.array([0.3, together, 1e-300]), np.array([1]), method)
        assert found[:, 0].tolist() == [0, 1, 0]


# Bounds


@pytest.mark.parametrize("method", ALL)
def test_nobody_gets_less_than_its_least_or_more_than_its_most(method: Method) -> None:
    weights = np.array([900, 60, 30, 10, 0])
    least, most = np.array([0, 0, 2, 0, 1]), np.array([5, 9, 9, 1, 9])
    sizes = np.array([0, 1, 3, 4, 8, 12, 24, 30])
    found = share_places(weights, sizes, method, at_least=least, at_most=most)
    assert found.sum(axis=0).tolist() == [0, 1, 3, 4, 8, 12, 24, 25]  # 25 = 5 + 9 + 9 + 1 + 1
    assert (found[:, 2:] >= least[:, np.newaxis]).all()
    assert (found <= most[:, np.newaxis]).all()
    assert (found[:, :2] <= least[:, np.newaxis]).all()  # too few places for what is promised
    assert found[:, -1].tolist() == [5, 9, 9, 1, 1]


@pytest.mark.parametrize("method", ALL)
def test_too_few_places_go_to_the_weightless_last_and_never_beyond_a_least(method: Method) -> None:
    found = share_places(
        np.array([0, 1]), np.array([1, 3, 5, 9]), method, at_least=np.array([4, 1])
    )
    assert found.T.tolist() == [[0, 1], [2, 1], [4, 1], [4, 5]]


def test_the_largest_remainder_reckons_anew_where_bounds_leave_no_other_way() -> None:
    # Quotas 9, 0.6 and 0.4 of 10; with at most 4, six places go by 3 to 2: 3.6 and 2.4.
    assert shared([90, 6, 4], 10, "hamilton", at_most=4) == [4, 4, 2]
    # With at least 1 there would be 9, 1 and 1, one too many; with at least 3, five too many.
    assert shared([90, 6, 4], 10, "hamilton", at_least=1) == [8, 1, 1]
    assert shared([90, 6, 4], 10, "hamilton", at_least=3) == [4, 3, 3]
    # Quotas 5.7, 3.8 and 0.5: the last is lifted to 1, and 0.8 beats 0.7 for what is left.
    assert shared([57, 38, 5], 10, "hamilton", at_least=1) == [5, 4, 1]


# What is refused


def test_what_cannot_be_shared_by_is_refused() -> None:
    one = np.array([1])
    with pytest.raises(ValueError, match="a weight is negative"):
        share_places(np.array([1, -1]), one, "dhondt")
    with pytest.raises(ValueError, match="a weight is negative"):
        share_places(np.array([0.5, -0.5]), one, "hamilton")
    with pytest.raises(ValueError, match="a weight is missing or infinite"):
        share_places(np.array([1.0, np.nan]), one, "adams")
    with pytest.raises(ValueError, match="most is below its least"):
        share_places(np.array([1, 2]), one, "dean", at_least=2, at_most=1)
    with pytest.raises(ValueError, match="most is below its least"):
        share_places(np.array([1, 2]), one, "dean", at_least=-1)
    with pytest.raises(ValueError, match="choose a divisor method"):
        priority_order(np.array([1, 2]), 3, "hamilton")


@pytest.mark.parametrize("method", ALL)
def test_nobody_with_any_weight_means_that_places_stay_empty(method: Method) -> None:
    assert shared([0, 0], 5, method) == [0, 0]
    assert shared([0, 0], 5, method, at_least=1) == [1, 1]
    assert who_ties(np.array([0, 0]), 5, method).tolist() == []
