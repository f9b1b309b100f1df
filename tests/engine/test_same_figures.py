"""The same figures in any company: blocks, workers, more paths, more years, other rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from fundsim.engine.markets import draw
from fundsim.engine.simulate import simulate
from fundsim.metrics.series import BASES, MEASURES
from fundsim.results.cubes import CUBES, Key
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
    """Some 80 districts of four nations: what holds for them holds for all 361, and sooner."""
    regions = ["North East", "Wales", "Scotland", "Northern Ireland"]
    changes = {"years": years, "geography.where": {"region": regions}}
    return load("kruger-endowment").but(changes)


@pytest.fixture
def in_pounds(made: Made) -> Scenario:
    """A random scenario whose rounds have fractions of their own on every path."""
    scenario = made(6)
    (fund,) = scenario.funds.values()
    assert fund.allocation.model_dump()["unit"] == "pounds"
    return scenario


def by_path(results: Results) -> Iterator[tuple[str, Pence]]:
    """Every figure that is kept by path, a year first and the path last."""
    members = len(results.scenario.geography_table.foundations)
    for fund in results.series:
        for basis in BASES:
            for measure in MEASURES:
                yield f"{fund} {measure} {basis}", results.series[fund].of(measure, basis)
    for fund in results.scenario.funds:
        for basis in BASES:
            for measure in ("allocated", "paid"):
                areas = areas_by_path(results, measure, basis, fund)
                yield f"{fund} {measure} {basis} by area", areas
            for measure in CUBES:
                key = Key(fund, "foundation", measure, basis)
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
    ours, theirs = (draw(each, 0, 50) for each in (scenario, other))
    assert (ours.growth["luc"] == theirs.growth["luc"]).all()
    assert (ours.prices == theirs.prices).all()
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


def with_assets(tiny: Tiny, **changes: Any) -> Scenario:
    weights = changes.pop("weights")
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
    return tiny(markets=markets, years=5, **changes)


def test_a_new_asset_does_not_disturb_the_draws_of_an_old_one(tiny: Tiny) -> None:
    alone = draw(with_assets(tiny, weights={"land": 1.0}), 0, 300)
    for newcomer in ("bonds", "wind"):  # before it and after it in the alphabet
        joined = draw(with_assets(tiny, weights={"land": 1.0, newcomer: 0.0}), 0, 300)
        assert (joined.growth["fund"] == alone.growth["fund"]).all()
        assert (joined.prices == alone.prices).all()


def test_a_mix_grows_by_what_its_assets_grow_by_alone(tiny: Tiny) -> None:
    land, wind, both = (
        draw(with_assets(tiny, weights=weights), 0, 300).growth["fund"]
        for weights in ({"land": 1.0}, {"wind": 1.0}, {"land": 0.25, "wind": 0.75})
    )
    assert np.allclose(both, 0.25 * land + 0.75 * wind, rtol=1e-15, atol=0)


HALVES = {"land": 0.5, "wind": 0.5}


def test_funds_of_one_run_meet_the_same_markets_whatever_they_hold(tiny: Tiny) -> None:
    held: dict[str, dict[str, float]] = {
        "alpha": {"land": 1.0},
        "beta": {"wind": 1.0},
        "gamma": {"land": 0.25, "wind": 0.75},
        "omega": {"land": 1.0},
    }
    funds = {name: {"opening": 100, "holds": holds} for name, holds in held.items()}
    together = draw(with_assets(tiny, weights=HALVES, funds=funds), 0, 300)
    for name, holds in held.items():
        alone = draw(with_assets(tiny, weights=holds), 0, 300)
        assert (together.growth[name] == alone.growth["fund"]).all()
        assert (together.prices == alone.prices).all()


def test_a_second_fund_leaves_the_figures_of_the_first_alone(tiny: Tiny) -> None:
    # There is no limit to what foundations can award, and nothing passes between the two.
    own = {"opening": 1000, "spending": {"kind": "percent_of_value", "rate": "5%"}}
    practice = {"fee": "6%", "sittings": ["March"], "instalments": ["60%", "40%"], "lapse": "5%"}
    worlds = ({"luc": own}, {"afar": own | {"holds": {"wind": 1}}, "luc": own, "zeta": own})
    one, several = (
        simulate(with_assets(tiny, weights=HALVES, funds=funds, foundations=practice), paths=60)
        for funds in worlds
    )
    theirs = dict(by_path(several))
    for name, pence in by_path(one):
        if not name.startswith("all "):
            assert (pence == theirs[name]).all(), name


def test_the_order_of_funds_in_a_file_changes_nothing(tiny: Tiny) -> None:
    funds = {name: {"opening": 10 * number} for number, name in enumerate(("one", "two", "three"))}
    turned = dict(reversed(funds.items()))
    practice = {"sittings": ["April"], "capacity": {"pounds": 1}}
    ours, theirs = (
        simulate(tiny(funds=each, foundations=practice, years=3)) for each in (funds, turned)
    )
    assert list(ours.series) == list(theirs.series) == ["one", "three", "two", "all"]
    assert rows(ours) == rows(theirs)
