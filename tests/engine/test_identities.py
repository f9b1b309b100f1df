"""Every penny is accounted for: on every path, after every event, from each account's postings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pytest

from fundsim.engine.simulate import simulate
from fundsim.metrics.series import BASES, BY_FOUNDATION, FLOWS, STOCKS
from fundsim.money import Pence
from fundsim.places.shares import foundation_pence
from fundsim.results.cubes import CUBES, Key
from fundsim.results.model import Results
from fundsim.rules.need import Blend
from fundsim.rules.shocks import Failure, Merger
from fundsim.scenario import Scenario, from_values
from fundsim.units import months_after
from tests.engine.comparing import areas_by_path
from tests.engine.inspecting import Inspector, reconciliation
from tests.engine.random_scenarios import scenario_values
from tests.engine.tiny import PLENTIFUL, VOLATILE, Values

RANDOM = (10, 14, 19, 29, 33, 40, 43, 57)  # of every feature some; a test holds it so

Made = Callable[[int], Scenario]
Runs = Callable[[int], Results]
Tiny = Callable[..., Scenario]


@pytest.mark.parametrize("number", RANDOM)
def test_every_identity_holds_after_every_event(
    number: int, made: Made, inspectors: list[Inspector]
) -> None:
    scenario = made(number)
    simulate(scenario)
    block, told = inspectors
    assert block.events >= told.events > 4 * scenario.years  # an alarm may ring on other paths
    assert sum(int(pence.sum()) for pence in block.posted.values()) != 0


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Results]:
    """Give the results of a random scenario, which is simulated once."""
    folder, known = tmp_path_factory.mktemp("runs"), dict[int, Results]()

    def run(number: int) -> Results:
        if number not in known:
            known[number] = simulate(from_values(scenario_values(number, folder)))
        return known[number]

    return run


def test_the_random_scenarios_have_some_of_every_feature(runs: Runs) -> None:
    scenarios = [runs(number).scenario for number in RANDOM]
    funds = [fund for scenario in scenarios for fund in scenario.funds.values()]
    assert {len(scenario.funds) for scenario in scenarios} == {1, 2, 3}
    kinds = [shock.kind for scenario in scenarios for shock in scenario.shocks]
    assert {*kinds} == {
        *("panel_lost", "market", "inflow_late", "reclaims", "merger", "failure"),
    }
    for name in ("alarm", "closes", "pays", "holds", "instalments", "inflow"):
        assert sum(bool(getattr(fund, name)) for fund in funds) >= 3, name
    for name in ("sittings", "capacity", "lapse", "clawback", "carry_forward", "overrides"):
        assert sum(bool(getattr(one.foundations, name)) for one in scenarios) >= 3, name
    shared = [str(fund.allocation.model_dump()) for fund in funds]
    for word in ("'districts'", "'damping': {", "'phase_in': {", "'communities'"):
        assert any(word in rule for rule in shared), word
    assert {lasting_need(scenario) for scenario in scenarios} == {True, False}
    lots = [(len(run.scenario.funds), len(run.lots)) for run in map(runs, RANDOM)]
    assert any(funds == one_lot > 1 for funds, one_lot in lots)
    assert any(funds > one_lot > 0 for funds, one_lot in lots)
    assert any(funds > 1 and not one_lot for funds, one_lot in lots)


def lasting_need(scenario: Scenario) -> bool:
    need = scenario.geography.need
    return not (isinstance(need, Blend) and need.review)


# Each year's end


AS_ONE = 12
"""Real pence: what two foundations promised is paid by one after they merged, and deflated as one
amount, while the areas' parts of it are deflated as two."""


@pytest.mark.parametrize("number", RANDOM)
def test_the_areas_sum_to_their_foundations_in_every_year(number: int, runs: Runs) -> None:
    results = runs(number)
    members = len(results.scenario.geography_table.foundations)
    for fund in results.scenario.funds:
        for measure in ("allocated", "paid"):
            for basis in BASES:
                areas = areas_by_path(results, measure, basis, fund)
                whole = results.cubes.read(Key(fund, "foundation", measure, basis), members)
                off = 0 if basis == "nominal" or results.scenario.steady else AS_ONE
                assert np.abs(areas.sum(axis=1) - whole.sum(axis=1)).max() <= off, (fund, measure)
                for year, served_by in served_all_year(results.scenario):
                    found = foundation_pence(areas[year], served_by, members)
                    assert np.abs(found - whole[year]).max() <= off, (fund, measure, basis, year)
            told = results.told.areas[fund, measure]
            series = results.series[fund].of(measure, "nominal")
            assert (told.sum(axis=1) == series[:, results.told.path]).all()


def served_all_year(scenario: Scenario) -> Iterator[tuple[int, Pence]]:
    """Give the years in which no area changes its foundation, and who serves each area then."""
    geography, start = scenario.geography_table, scenario.start
    row = {foundation.id: place for place, foundation in enumerate(geography.foundations)}
    for year in range(scenario.years):
        begins, ends = (months_after(start, 12 * (year + more)) for more in (0, 1))
        served_by = geography.foundation_of
        joined = [s for s in scenario.shocks if isinstance(s, (Merger, Failure)) and s.on < ends]
        for shock in sorted(joined, key=lambda shock: shock.on):
            giver, taker = row[shock.foundation], row[shock.into]
            served_by = np.where(served_by == giver, taker, served_by)
        if all(shock.on <= begins for shock in joined):
            yield year, served_by


@pytest.mark.parametrize("number", RANDOM)
def test_the_areas_told_add_up_to_the_lines_of_the_journal(number: int, runs: Runs) -> None:
    results = runs(number)
    foundations = [one.id for one in results.scenario.geography_table.foundations]
    for fund in results.scenario.funds:
        for measure in ("allocated", "paid"):
            told = results.told.areas[fund, measure]
            lines = np.zeros((results.scenario.years, len(foundations)), np.int64)
            for line in results.told.journal:
                if line.event == measure and line.from_account.startswith(f"{fund}: "):
                    row = foundations.index(line.to_account.rpartition(", ")[2])
                    lines[year_of(results.scenario, line.date), row] += line.pence
            assert (told.sum(axis=1) == lines.sum(axis=1)).all(), (fund, measure)
            for year, served_by in served_all_year(results.scenario):
                found = np.bincount(served_by, told[year], len(foundations))
                assert (found == lines[year]).all(), (fund, measure, year)


def year_of(scenario: Scenario, day: str) -> int:
    ends = (months_after(scenario.start, 12 * (year + 1)) for year in range(scenario.years))
    return next(year for year, end in enumerate(ends) if day < end.isoformat())


def added_up(parts: Iterable[Pence]) -> Pence:
    whole: Pence = np.sum(list(parts), axis=0)
    return whole


@pytest.mark.parametrize("number", RANDOM)
def test_all_is_the_sum_of_the_funds_less_what_passes_between_them(number: int, runs: Runs) -> None:
    series = dict(runs(number).series)
    everything = series.pop("all")
    for basis in BASES:
        for measure in (*FLOWS, *STOCKS):
            expected = added_up(one.of(measure, basis) for one in series.values())
            if measure in ("arrived", "passed_on", "passed_between"):
                expected -= added_up(one.of("passed_between", basis) for one in series.values())
            assert (everything.of(measure, basis) == expected).all(), (measure, basis)
    assert not everything.of("passed_between", "nominal").any()


@pytest.mark.parametrize("number", RANDOM)
def test_sums_and_squares_over_paths_are_those_of_the_single_paths(number: int, runs: Runs) -> None:
    results = runs(number)
    members, years = len(results.scenario.geography_table.foundations), results.scenario.years
    for name in results.names:
        for measure in BY_FOUNDATION:
            for basis in BASES:
                key = Key(name, "foundation", measure, basis)
                if key not in results.tallies:
                    assert not results.series[name].of(measure, basis).any(), key
                    continue
                tally = results.tallies[key]
                whole = results.series[name].of(measure, basis).sum(axis=1)
                assert (tally.total[:years].sum(axis=1) == whole).all(), key
                if measure in CUBES:
                    paths = results.paths_of(key, members)
                    assert (tally.total[:years] == paths.sum(axis=-1)).all(), key
                    squares = paths.astype(np.longdouble).var(axis=-1) * paths.shape[-1]
                    near = np.allclose(tally.squares[:years], squares.astype(float), rtol=1e-9)
                    assert near, key


@pytest.mark.parametrize("number", RANDOM)
def test_areas_have_the_mean_and_error_of_their_single_paths(number: int, runs: Runs) -> None:
    results = runs(number)
    check_areas(results)


def check_areas(results: Results) -> None:
    """Hold what is said of areas against their single paths.

    Under one lot it follows from the foundation's, and a path's pennies are rounded: up to one at
    each of the two ends of a span, for each fund.
    """
    years, paths = results.scenario.years, results.scenario.paths
    for figures in results.by_area:
        funds = results.funds_of(figures.key.fund)
        key = figures.key
        single = added_up(areas_by_path(results, key.measure, key.basis, fund) for fund in funds)
        spans = [single[begin:end].sum(axis=0) for begin, end in figures.spans]
        found = np.array(spans).astype(float)  # (span, area, path)
        off = 0 if figures.key in results.tallies else 2 * len(funds)
        assert np.abs(figures.moments.mean - found.mean(axis=-1)).max() <= off + 1e-3, key
        error = found.std(axis=-1, ddof=1) / np.sqrt(paths)
        assert np.abs(figures.moments.error - error).max() <= off + 1e-3, key
        assert len(figures.spans) >= years


def test_areas_of_three_funds_have_the_mean_and_error_of_their_single_paths(tiny: Tiny) -> None:
    # Each fund shares by another rule, and how they vary together is worked out pair by pair.
    rules = {"luc": "per_capita", "recovery": "equal", "regional": "need_weighted"}
    funds: dict[str, Values] = {
        fund: {
            "opening": 100_000 * (number + 1),
            "allocation": {"kind": kind},
            "spending": {"kind": "percent_of_value", "rate": f"{4 * number + 3}%"},
            "holds": {"cash": f"{40 * number}%", "shares": f"{100 - 40 * number}%"},
        }
        for number, (fund, kind) in enumerate(rules.items())
    }
    practice = PLENTIFUL | {"priority": list(funds), "capacity": {"pounds": 9000}}
    scenario = tiny(funds=funds, foundations=practice, markets=VOLATILE, years=12)
    results = simulate(scenario, paths=600)
    assert set(results.lots) == set(funds)
    check_areas(results)
    errors = [one.moments.error for one in results.by_area if one.key.fund == "all"]
    assert max(error.max() for error in errors) > 50_00  # so that pennies of rounding are nothing


@pytest.mark.parametrize("number", RANDOM)
def test_reconciliation_is_nothing_on_every_path(number: int, runs: Runs) -> None:
    assert not reconciliation(runs(number)).any()
