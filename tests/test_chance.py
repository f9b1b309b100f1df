"""Streams of chance: named, repeatable, and blind to how many are asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fundsim.chance import UNIT, Chance, units
from fundsim.money import Real

Name = tuple[int, str, int]
NAME = st.tuples(st.integers(0, 2**63 - 1), st.text(min_size=1, max_size=30), st.integers(0, 10**6))


def normals(name: Any, count: int) -> Real:
    seed, source, unit = name
    return Chance(seed).unit(unit)(source).standard_normal(count)


# Names


@given(NAME)
def test_the_same_name_gives_the_same_stream(name: Name) -> None:
    assert normals(name, 5).tolist() == normals(name, 5).tolist()


@given(NAME, NAME, st.integers(0, 2))
def test_another_seed_source_or_unit_gives_another_stream(
    name: Name, other: Name, part: int
) -> None:
    changed = (*name[:part], other[part], *name[part + 1 :])
    assume(changed != name)
    assert normals(changed, 3).tolist() != normals(name, 3).tolist()


def test_a_stream_starts_at_its_beginning_whatever_was_asked_before() -> None:
    streams = Chance(1).unit(0)
    first = streams("markets.gilts").standard_normal(5).tolist()
    streams("markets.cash").standard_normal(1_000)
    Chance(1).unit(1)("markets.gilts").standard_normal(7)
    assert streams("markets.gilts").standard_normal(5).tolist() == first


# Written with numpy 2.4.6: SeedSequence over the seed and the first 16 bytes of the source's
# SHA-256, spawn key the unit, SFC64, ziggurat normals. numpy may change `standard_normal` in any
# version; then every published figure changes, and that must be known before it is released.
@pytest.mark.parametrize(
    ("name", "first"),
    [
        ((0, "inflation", 0), [-1.3734956190256147, 1.1192110664252697, -0.5378143948197901]),
        ((1, "markets.gilts", 0), [1.1182535841855945, -0.4777823074996998, -1.1517589760312565]),
        ((1, "markets.gilts", 7), [-0.5747545508543006, -0.23748923521790336, 0.571722439308291]),
        ((20200924, "a", 3), [-0.7261649632707425, 0.7564784527149742, 0.0920742134894287]),
        ((2**63 - 1, "a", 39_999), [0.6816110282510552, 0.23598612279115389, 0.7469728846482828]),
    ],
)
def test_the_first_values_of_a_stream_never_change(name: Name, first: list[float]) -> None:
    assert normals(name, 3).tolist() == first


# Independence: the product of two independent standard normals has mean 0 and variance 1, so that
# the mean of n products, and to first order the sample correlation, has a standard error of 1/√n.


def correlation(one: Real, other: Real) -> float:
    return float((one * other).mean() / (one.std() * other.std()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1, "markets.gilts", 0), (2, "markets.gilts", 0)),
        ((1, "markets.gilts", 0), (1, "markets.cash", 0)),
        ((1, "markets.gilts", 0), (1, "inflation", 0)),
        ((1, "markets.gilts", 0), (1, "markets.gilts", 1)),
        ((0, "a", 0), (1, "a", 0)),
        ((0, "a", 0), (2**32, "a", 0)),
        ((1, "a", 0), (1, "b", 0)),
    ],
)
def test_different_names_are_uncorrelated(one: Name, other: Name) -> None:
    n = 40_000
    pairs = normals(one, n), normals(other, n)
    assert abs(correlation(*pairs)) < 4 / np.sqrt(n)
    assert abs(correlation(pairs[0][1:], pairs[1][:-1])) < 4 / np.sqrt(n)


def test_paths_and_times_within_a_stream_are_uncorrelated() -> None:
    shocks = Chance(20200924).unit(0)("markets.global_equity").standard_normal((400, UNIT))
    later = (shocks[1:] * shocks[:-1]).ravel()
    beside = (shocks[:, 1:] * shocks[:, :-1]).ravel()
    for products in (later, beside):
        assert abs(products.mean()) < 4 / np.sqrt(products.size)


# Time first, path last


@given(st.integers(1, 60), st.integers(0, 60), st.lists(st.integers(1, 9), min_size=1))
def test_year_5_of_10_is_year_5_of_50_however_time_is_cut(
    short: int, more: int, cuts: list[int]
) -> None:
    stream = Chance(3).unit(2)
    long = stream("markets.gilts").standard_normal((short + more, UNIT))
    assert np.array_equal(stream("markets.gilts").standard_normal((short, UNIT)), long[:short])
    generator, begin = stream("markets.gilts"), 0
    for cut in cuts:
        part = generator.standard_normal((min(cut, len(long) - begin), UNIT))
        assert np.array_equal(part, long[begin : begin + cut])
        begin += len(part)


# Units


@given(st.integers(0, 10_000), st.integers(1, 3_000))
def test_units_cover_the_paths_asked_for_once_and_in_order(first: int, count: int) -> None:
    found: list[int] = []
    for number, part in units(first, count):
        assert 0 <= part.start < part.stop <= UNIT
        found += range(number * UNIT + part.start, number * UNIT + part.stop)
    assert found == list(range(first, first + count))


def test_a_unit_is_250_paths_for_ever() -> None:
    assert UNIT == 250


@pytest.mark.parametrize(
    ("first", "count", "expected"),
    [
        (0, 1, [(0, slice(0, 1))]),
        (0, 250, [(0, slice(0, 250))]),
        (17, 1, [(0, slice(17, 18))]),
        (249, 2, [(0, slice(249, 250)), (1, slice(0, 1))]),
        (500, 500, [(2, slice(0, 250)), (3, slice(0, 250))]),
        (250, 0, []),
    ],
)
def test_units_by_hand(first: int, count: int, expected: list[tuple[int, slice]]) -> None:
    assert list(units(first, count)) == expected
