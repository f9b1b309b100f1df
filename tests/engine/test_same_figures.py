"""The same figures in any company: blocks, workers, more paths, more years, other rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from fundsim.engine.model import draw
from fundsim.engine.simulate import simulate
from fundsim.metrics.series import BASES, MEASURES
from fundsim.results.cubes import CUBES
from fundsim.results.model import Results
from fundsim.scenario import Scenario, load
from tests.engine.comparing import areas_by_path
from tests.engine.plain_rules import Pence

Made = Callable[[int], Scenario]
Tiny = Callable[..., Scenario]

FLOWS = {
    "arrived": ("from", "dormant assets"),
    "returns": ("from", "markets"),
    "fees": ("to", "managers"),
    "spending": ("to", "to be shared"),
    "allocated": ("to", "allocated"),
    "received": ("from", "allocated"),
    "foundation_fees": ("to", "foundations' costs"),
    "awarded": ("to", "promised"),
    "paid": ("to", "grantees"),
}


def endowment(years: int = 6) -> Scenario:
    return load("kruger-endowment").but({"years": years})


@pytest.fixture
def in_pounds(made: Made) -> Scenario:
    """A random scenario whose rounds have fractions of their own on every path."""
    scenario = made(6)
    (fund,) = scenario.funds.values()
    assert fund.allocation.model_dump()["unit"] == "pounds"
    return scenario


def by_path(results: Results) -> Iterator[tuple[str, Pence]]:
    """Every figure that is kept by path, a year first and the path last."""
    (fund,) = results.scenario.funds
    for basis in BASES:
        for measure in MEASURES:
            yield f"{measure} {basis}", results.series[fund].of(measure, basis)
        for measure in ("allocated", "paid"):
            yield f"{measure} {basis} by area", areas_by_path(results, measure, basis)
    for key in results.tallies:
        if key.measure in CUBES and key.level == "foundation":
            members = len(results.scenario.geography_table.foundations)
            yield f"{key}", results.cubes.read(key, members)


def assert_same(one: Results, other: Results, *, years: int | None = None, paths: int) -> None:
    """Hold the first years and paths of one run against those of another, pence by pence."""
    ours, theirs = dict(by_path(one)), dict(by_path(other))
    assert ours.keys() == theirs.keys()
    for name, pence in ours.items():
        assert (pence[:years, ..., :paths] == theirs[name][:years, ..., :paths]).all(), name


def rows(results: Results) -> dict[str, str]:
    return {name: "".join(table.csv()) for name, table in results.tables.items()}


# Blocks and workers


@pytest.mark.parametrize("block", [250, 1000])
def test_any_block_gives_the_same_rows(block: int) -> None:
    scenario = endowment(years=3).but({"paths": 1000})
    assert rows(simulate(scenario, block=block)) == rows(simulate(scenario, block=500))


def test_any_block_gives_the_same_rows_where_rounds_differ(in_pounds: Scenario) -> None:
    scenario = in_pounds.but({"paths": 1000})
    first, *others = (rows(simulate(scenario, block=block)) for block in (250, 500, 1000))
    assert all(other == first for other in others)


def test_two_workers_give_the_same_rows_as_one() -> None:
    scenario = endowment(years=3).but({"paths": 600})
    one, two = (simulate(scenario, workers=workers, block=250) for workers in (1, 2))
    assert rows(one) == rows(two)
    assert_same(one, two, paths=600)


def test_a_block_that_is_no_multiple_of_a_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 250"):
        simulate(endowment(), block=300)


# More paths, more years


def test_a_hundred_paths_are_the_first_hundred_of_six_hundred(in_pounds: Scenario) -> None:
    for scenario in (endowment(), in_pounds):
        assert_same(simulate(scenario, paths=100), simulate(scenario, paths=600), paths=100)


def test_a_hundred_paths_are_the_first_hundred_of_ten_thousand() -> None:
    scenario = endowment(years=3)
    assert_same(simulate(scenario, paths=100), simulate(scenario, paths=10_000), paths=100)


def test_ten_years_are_the_first_ten_of_fifty() -> None:
    short, long = (simulate(endowment(years), paths=60) for years in (10, 50))
    assert_same(short, long, years=10, paths=60)


def test_years_do_not_change_those_before_where_rounds_differ(in_pounds: Scenario) -> None:
    short, long = (simulate(in_pounds, years=years) for years in (4, 9))
    assert_same(short, long, years=4, paths=in_pounds.paths)


# One path


def test_path_17_is_the_same_alone_among_18_and_among_250(in_pounds: Scenario) -> None:
    for scenario in (endowment(), in_pounds):
        among_18, among_250 = (simulate(scenario, paths=n, path=17) for n in (18, 250))
        assert among_18.told.journal == among_250.told.journal
        assert_same(among_18, among_250, paths=18)
        for measure in ("allocated", "paid"):
            (fund,) = scenario.funds
            told = among_18.told.areas[fund, measure]
            assert (told == among_250.told.areas[fund, measure]).all()
            assert (told == areas_by_path(among_250, measure, "nominal")[:, :, 17]).all()


@pytest.mark.parametrize("path", [0, 17, 249, 250, 299])
def test_a_path_told_alone_posts_what_it_posts_among_three_hundred(path: int) -> None:
    results = simulate(endowment(), paths=300, path=path)
    for measure, (end, account) in FLOWS.items():
        alone = [0] * results.scenario.years
        for line in results.told.journal:
            name = line.from_account if end == "from" else line.to_account
            if name.startswith(f"luc: {account}"):
                alone[year_of(line.date)] += line.pence
        assert alone == results.series["luc"].of(measure, "nominal")[:, path].tolist(), measure


def year_of(day: str) -> int:
    """Count from the year that begins in April 2021."""
    return int(day[:4]) - 2021 - (day[5:] < "04-01")


# Other rules, other assets


def test_two_rules_meet_the_same_markets() -> None:
    scenario = endowment().but({"paths": 50})
    spender = {"kind": "percent_of_value", "rate": "9%", "first": "2023-04-01"}
    other = scenario.but({"funds.luc.spending": spender})
    for name in ("growth", "prices"):
        ours, theirs = (getattr(draw(each, 0, 50), name) for each in (scenario, other))
        assert (ours == theirs).all()
    one, two = (simulate(each).series["luc"] for each in (scenario, other))
    for measure in ("returns", "fees", "closing_capital"):
        before = [series.of(measure, "nominal")[0] for series in (one, two)]
        assert (before[0] == before[1]).all()
    assert (one.of("spending", "nominal")[1] != two.of("spending", "nominal")[1]).all()


def test_sharing_by_another_rule_changes_nothing_in_the_fund() -> None:
    scenario = endowment().but({"paths": 50})
    ours, theirs = (
        simulate(each).series["luc"]
        for each in (scenario, scenario.but({"funds.luc.allocation": {"kind": "equal"}}))
    )
    for measure in ("arrived", "returns", "fees", "spending", "closing_capital", "allocated"):
        assert (ours.of(measure, "nominal") == theirs.of(measure, "nominal")).all()


def with_assets(scenario: Scenario, **weights: float) -> Scenario:
    risky = {"arithmetic_mean": "6%", "volatility": "15%"}
    names = list(weights)
    markets = {
        "kind": "lognormal",
        "inflation": {"kind": "ar1", "log_mean": "2%", "persistence": 0.5, "sd": "1%"},
        "assets": {name: {"weight": weight, **risky} for name, weight in weights.items()},
        "correlations": {
            one: dict.fromkeys(names[number + 1 :], 0) for number, one in enumerate(names[:-1])
        },
    }
    return scenario.but({"markets": markets, "years": 5})


def test_a_new_asset_does_not_disturb_the_draws_of_an_old_one(tiny: Tiny) -> None:
    alone = draw(with_assets(tiny(), land=1), 0, 300)
    for newcomer in ("bonds", "wind"):  # before it and after it in the alphabet
        joined = draw(with_assets(tiny(), **{"land": 1.0, newcomer: 0.0}), 0, 300)
        assert (joined.growth == alone.growth).all()
        assert (joined.prices == alone.prices).all()


def test_a_mix_grows_by_what_its_assets_grow_by_alone(tiny: Tiny) -> None:
    land, wind, both = (
        draw(with_assets(tiny(), **weights), 0, 300).growth
        for weights in ({"land": 1.0}, {"wind": 1.0}, {"land": 0.25, "wind": 0.75})
    )
    assert np.allclose(both, 0.25 * land + 0.75 * wind, rtol=1e-15, atol=0)
