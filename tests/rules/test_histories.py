"""Markets from a user's own table: blocks of a history."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsim.chance import Chance
from fundsim.errors import DataError
from fundsim.money import Real
from fundsim.rules.base import Fault
from fundsim.rules.blocks import Scheme, best_length, circular_autocovariances
from fundsim.rules.returns import Bootstrap
from tests.rules.drawing import (
    ERRORS,
    check_autocorrelation,
    check_known,
    check_year,
    drawn,
    joint,
    taken,
    z_mean,
    z_of,
)

SCHEMES: tuple[Scheme, Scheme] = ("stationary", "circular")
RETURNS = np.random.default_rng(5).normal(0.06, 0.15, (40, 2)).clip(-0.6)
RISES = 0.03 + np.cumsum(np.random.default_rng(6).normal(0, 0.004, 40))


def csv(*, quarterly: bool = False, **changed: str) -> bytes:
    """A history of forty rows; a cell is changed by column and row, as `shares_3`."""
    lines = ["year,quarter,shares,gilts,prices"] if quarterly else ["year,shares,gilts,prices"]
    for row, (shares, gilts) in enumerate(RETURNS.tolist()):
        when = f"{1980 + row // 4},{row % 4 + 1}" if quarterly else str(1980 + row)
        cells = {"shares": repr(shares), "gilts": repr(gilts), "prices": repr(float(RISES[row]))}
        cells = {name: changed.get(f"{name}_{row}", cell) for name, cell in cells.items()}
        lines.append(",".join([when, *cells.values()]))
    return "\n".join(lines).encode()


def bootstrap(content: bytes = csv(), **changed: Any) -> Bootstrap:
    stated: dict[str, Any] = {
        "kind": "bootstrap",
        "history": "own.csv",
        "block": 5,
        "inflation": {"kind": "column", "column": "prices"},
        "assets": {"gilts": {"weight": 0.4}, "equity": {"weight": 0.6, "column": "shares"}},
        **changed,
    }
    model = joint(**stated)
    assert isinstance(model, Bootstrap)
    taken(model, content)
    return model


# The bootstrap


@pytest.mark.parametrize("scheme", ["stationary", "circular"])
@pytest.mark.parametrize("block", [1, 5, 12])
def test_yearly_draws_have_the_history_s_own_moments(scheme: str, block: int) -> None:
    model = bootstrap(scheme=scheme, block=block)
    mixes = [model.weights, {"equity": 1.0}]
    growth, prices = drawn(model, 3, mixes)
    for mix, own in zip(mixes, growth, strict=True):
        expected = model.moments(mix)
        for year in own:
            check_year(year, expected)
        if expected.autocorrelation is not None:
            check_autocorrelation(np.log(own[1:]), expected.autocorrelation)
    check_year(prices[2], model.price_moments())
    check_known(growth[1][2], 1 + RETURNS[:, 0])
    check_known(prices[2], 1 + RISES)
    mixture = 1 + RETURNS @ [0.6, 0.4]
    assert model.moments().mean == pytest.approx(mixture.mean() - 1, rel=1e-12)
    assert model.moments().sd == pytest.approx(mixture.std(), rel=1e-12)


@pytest.mark.parametrize("scheme", ["stationary", "circular"])
def test_a_year_of_quarters_keeps_the_history_s_order(scheme: str) -> None:
    model = bootstrap(csv(quarterly=True), step="quarter", scheme=scheme, block=3)
    growth, prices = drawn(model, 1, [model.weights, {"equity": 1.0}])
    check_year(growth[0][0], model.moments())
    check_year(growth[1][0], model.moments({"equity": 1.0}))
    check_year(prices[0], model.price_moments())


def test_a_year_of_quarters_has_the_quantiles_of_every_way_to_draw_it() -> None:
    """Of blocks of three rows a first year has three in their order and one of any."""
    model = bootstrap(csv(quarterly=True), step="quarter", scheme="circular", block=3)
    (growth,), prices = drawn(model, 1, [{"equity": 1.0}])
    for own, rows in ((growth, 1 + RETURNS[:, 0]), (prices, 1 + RISES)):
        three = rows * np.roll(rows, -1) * np.roll(rows, -2)
        check_known(own[0], np.outer(three, rows))


@pytest.mark.parametrize(("scheme", "block"), [("stationary", 6), ("circular", 6)])
@pytest.mark.parametrize("step", ["quarter", "year"])
def test_two_years_hang_together_by_the_blocks_that_they_share(
    step: str, scheme: str, block: int
) -> None:
    """Cov(x_i, x_j) is the circular one times the chance that no block begins between them."""
    quarterly = step == "quarter"
    model = bootstrap(csv(quarterly=quarterly), step=step, scheme=scheme, block=block)
    (growth,), prices = drawn(model, 2, [{"equity": 1.0}])
    length = 4 if quarterly else 1
    for own, rows in ((growth, RETURNS[:, 0]), (prices, RISES)):
        lags = circular_autocovariances(np.log1p(rows).tolist(), 2 * length)

        def together(i: int, j: int, lags: list[float] = lags) -> float:
            stays = (1 - 1 / block) ** abs(i - j)
            return lags[abs(i - j)] * (
                stays if scheme == "stationary" else i // block == j // block
            )

        years = range(length), range(length, 2 * length)
        (one, between), (_, two) = (
            [math.fsum(together(i, j) for i in first for j in second) for second in years]
            for first in years
        )
        check_autocorrelation(np.log(own), between / math.sqrt(one * two))


@pytest.mark.parametrize(("scheme", "block"), [("stationary", 4), ("circular", 5)])
def test_the_variance_of_a_mean_over_twenty_years_is_the_known_one(scheme: str, block: int) -> None:
    """Politis and Romano 1994, lemma 1; of a circular block, the variance of its mean."""
    n, model = 20, bootstrap(scheme=scheme, block=block)
    (growth,), _ = drawn(model, n, [{"equity": 1.0}])
    means = np.log(growth).mean(axis=0)
    logs = np.log1p(RETURNS[:, 0])
    covariances = circular_autocovariances(logs.tolist(), n)
    if scheme == "stationary":
        stays = 1 - 1 / block
        lags = [(1 - i / n) * stays**i * covariances[i] for i in range(1, n)]
        expected = (covariances[0] + 2 * math.fsum(lags)) / n
    else:
        wrapped = np.concatenate([logs, logs[: block - 1]])
        blocks = np.convolve(wrapped, np.full(block, 1 / block), "valid")
        expected = float(blocks.var()) / (n / block)
    assert abs(z_mean(means, float(logs.mean()))) < ERRORS
    assert abs(z_of(lambda x: float(x.var()), means, expected)) < ERRORS


def test_columns_are_drawn_together() -> None:
    growth, prices = drawn(bootstrap(), 2, [{"equity": 1.0}, {"gilts": 1.0}], units=2)
    there = {
        tuple(round(1 + x, 9) for x in (*row, rise))
        for row, rise in zip(RETURNS.tolist(), RISES.tolist(), strict=True)
    }
    drawn_rows = zip(growth[0][1], growth[1][1], prices[1], strict=True)
    assert {tuple(round(float(x), 9) for x in row) for row in drawn_rows} <= there


def test_blocks_follow_the_history_and_its_end_is_followed_by_its_beginning() -> None:
    model = bootstrap(scheme="circular", block=8)
    (growth,), _ = drawn(model, 24, [{"equity": 1.0}], units=1)
    known = (1 + RETURNS[:, 0]).tolist()
    for path in range(20):
        rows = [int(np.argmin(np.abs(np.array(known) - g))) for g in growth[:, path]]
        for step in range(1, 24):
            if step % 8:
                assert rows[step] == (rows[step - 1] + 1) % 40


def test_a_year_more_leaves_earlier_ones_alone() -> None:
    for scheme in ("stationary", "circular"):
        model = bootstrap(scheme=scheme)
        (short,), (long,) = (model.growth(years, Chance(5).unit(2)) for years in (5, 50))
        assert short.tobytes() == long[:20].tobytes()


# How long blocks are


def direct_length(values: Real, ratio: float) -> float:
    """Politis and White's rule written out with numpy, for a history with a clear cut."""
    n = len(values)
    away = values - values.mean()
    run = max(5, int(math.sqrt(math.log10(n))))
    most = math.ceil(math.sqrt(n)) + run
    r = np.array([(away[: n - k] * away[k:]).sum() / n for k in range(most + 1)])
    least = 2 * math.sqrt(math.log10(n) / n)
    small = np.abs(r / r[0]) < least
    cut = next(
        (m for m in range(most - run + 1) if small[m + 1 : m + run + 1].all()),
        None,
    )
    if cut is None:
        cut = int(np.flatnonzero(~small)[-1])
    width = min(2 * cut, most)
    k = np.arange(1, most + 1)
    window = np.clip(2 * (1 - k / width), 0, 1) if width else np.zeros(most)
    g, spectrum = 2 * (k * window * r[1:]).sum(), r[0] + 2 * (window * r[1:]).sum()
    found = (2 * g * g / (ratio * spectrum**2)) ** (1 / 3) * n ** (1 / 3)
    return float(np.clip(found, 1, math.ceil(min(3 * math.sqrt(n), n / 3))))


@pytest.mark.parametrize("persistence", [0.0, 0.3, 0.6, 0.9])
@pytest.mark.parametrize("n", [40, 120, 2_000])
def test_the_automatic_length_is_that_of_the_rule_written_out(n: int, persistence: float) -> None:
    shocks = np.random.default_rng(n).standard_normal(n)
    values = np.zeros(n)
    for t in range(1, n):
        values[t] = persistence * values[t - 1] + shocks[t]
    one, other = (best_length(values.tolist(), scheme) for scheme in SCHEMES)
    assert one == pytest.approx(direct_length(values, 2.0), rel=1e-9)
    assert other == pytest.approx(direct_length(values, 4 / 3), rel=1e-9)


def test_the_automatic_length_of_a_long_ar1_is_the_known_one() -> None:
    """b = (2a/(1 − a²))^(2/3) n^(1/3) with coefficient a (Patton, Politis and White 2009)."""
    n, rho = 100_000, 0.5
    shocks = np.random.default_rng(1).standard_normal(n)
    values = np.zeros(n)
    for t in range(1, n):
        values[t] = rho * values[t - 1] + shocks[t]
    expected = (2 * rho / (1 - rho * rho)) ** (2 / 3) * n ** (1 / 3)
    assert best_length(values.tolist(), "stationary") == pytest.approx(expected, rel=0.1)


def test_the_longest_that_a_column_asks_for_is_taken() -> None:
    model = bootstrap(block="automatic")
    asked = [direct_length(np.log1p(x), 2.0) for x in (RETURNS[:, 0], RETURNS[:, 1], RISES)]
    assert model.length == pytest.approx(max(asked), rel=1e-9)
    whole = bootstrap(block="automatic", scheme="circular")
    asked = [direct_length(np.log1p(x), 4 / 3) for x in (RETURNS[:, 0], RETURNS[:, 1], RISES)]
    assert whole.length == math.ceil(max(asked))


# The table


def test_rows_at_the_ends_without_a_figure_are_left_out_and_named() -> None:
    model = bootstrap(csv(gilts_0="", prices_39="", gilts_38=""))
    assert model.data.times[0] == "1981"
    assert model.data.times[-1] == "2017"
    assert model.data.left_out == ("1980", "2018", "2019")


@given(st.permutations(range(40)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    header, *lines = csv().split(b"\n")
    mixed = b"\n".join([header, *(lines[row] for row in order)])
    assert bootstrap(mixed).data.digest == bootstrap().data.digest


YEARS = range(1990, 2020)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (csv(gilts_7=""), "there is no figure of gilts in 1987, between years that have one"),
        (csv().replace(b"\n1990,", b"\n1900,"), "1901 is missing between others"),
        (csv().replace(b"\n1990,", b"\n1991,"), "this is row 12 again; each year stands once"),
        (csv().replace(b"\n1990,", b"\n1990.5,"), 'found "1990.5", expected a whole number'),
        (csv().replace(b"\n1990,", b"\n,"), 'found "", expected a whole number'),
        (csv().replace(b"\n1990,", b"\nlong ago,"), '"long ago" is not a number'),
        (csv(shares_3="-1"), "loses everything or more"),
        (csv(shares_3="12"), "found 12; expected a share, 0.052 for 5.2 per cent"),
        (
            csv(shares_3="5%"),
            '"5%" is not a plain number; write digits and a point only, such as 0',
        ),
        (
            b"year,shares,gilts,prices\n" + b"".join(b"%d,5.2,-0.01,0.02\n" % y for y in YEARS),
            "half of the figures of shares are beyond 0.5, which would be 50% a step: they look",
        ),
        (b"", "the table is empty; it needs a header and one row a step"),
        (b"jahr,shares\n1,2\n", "the column is missing"),
        (b"year,shares,gilts,prices\n2000,,0.1,0.1\n", "no row has a figure in every column"),
    ],
)
def test_a_table_that_is_no_history_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(DataError) as raised:
        bootstrap(content)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("changed", "message", "key"),
    [
        ({"block": 41}, "1980 to 2019; found a block of 41, expected 1 to 40", ("block",)),
        ({"block": 0.5}, "found a block of 0.5, expected 1 to 40", ("block",)),
        ({"block": 2.5, "scheme": "circular"}, "found 2.5, expected whole rows", ("block",)),
        (
            {"assets": {"shares": {"weight": 1, "column": "sharess"}}},
            'own.csv has no column "sharess" (did you mean "shares"',
            ("assets", "shares", "column"),
        ),
        (
            {"inflation": {"kind": "column", "column": "cpi"}},
            'own.csv has no column "cpi"',
            ("inflation", "column"),
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    changed: dict[str, Any], message: str, key: tuple[str, ...]
) -> None:
    with pytest.raises(Fault) as raised:
        bootstrap(**changed)
    assert message in raised.value.message
    assert raised.value.key == key


def test_a_history_of_a_few_rows_is_refused() -> None:
    short = b"\n".join(csv().split(b"\n")[:8])
    with pytest.raises(Fault, match="7 rows that can be used, 1980 to 1986; expected at least 10"):
        bootstrap(short)


def test_a_table_that_was_not_read_is_said() -> None:
    model = joint(
        kind="bootstrap", history="x.csv", inflation={"kind": "constant", "rate": 0}, assets=ALL
    )
    with pytest.raises(ValueError, match="has not been read"):
        model.growth(1, Chance(1).unit(0))


ALL = {"gilts": {"weight": 1}}
