"""A scenario's dormant assets: what reaches funds, what was published, and what goes wrong."""

from __future__ import annotations

from datetime import date
from math import sqrt
from typing import Any

import numpy as np
import pytest

from fundsim.engine.simulate import simulate
from fundsim.errors import InputError, ScenarioError
from fundsim.results.scheme import Scheme, published, without_chance
from fundsim.scenario import Scenario, load
from fundsim.scenario.words import notes

LAST_FITTED = date(2022, 1, 1)


@pytest.fixture(scope="module")
def model() -> Scenario:
    return load("official-880m-model").but({"years": 8, "paths": 300})


def test_what_reaches_a_fund_is_what_is_released_on_every_path(model: Scenario) -> None:
    released = Scheme.of(model).found["released"]
    arrived = simulate(model).series["luc"].of("arrived", "nominal")
    assert np.array_equal(arrived[1:], released)  # on the first day of the next year
    assert not arrived[0].any()


def test_a_path_alone_meets_the_same_scheme(model: Scenario) -> None:
    whole = Scheme.of(model).found
    fewer = Scheme.of(model.but({"paths": 260})).found
    for measure in whole.pence:
        assert np.array_equal(fewer[measure], whole[measure][:, :260])


def test_two_funds_share_a_release_by_nation_and_cause_to_the_penny(model: Scenario) -> None:
    causes = {"places": "30%", "youth": "70%"}
    assert model.dormant_assets is not None
    nations = {
        name: {"share": nation.share, "causes": causes}
        for name, nation in model.dormant_assets.nations.items()
    }
    rule = {"kind": "releases", "cause": "places"}
    other = {
        "title": "Youth",
        "inflow": {"kind": "releases", "cause": "youth"},
        "spending": {"kind": "percent_of_value", "rate": "4%"},
        "allocation": {"kind": "per_capita"},
    }
    both = model.but(
        {"dormant_assets.nations": nations, "funds.luc.inflow": rule, "funds.youth": other}
    )
    results = simulate(both)
    arrived = [results.series[name].of("arrived", "nominal") for name in ("luc", "youth")]
    assert np.array_equal((arrived[0] + arrived[1])[1:], Scheme.of(both).found["released"])
    assert (arrived[0][1:] < arrived[1][1:]).all()


# Errors


def told(one: Scenario) -> dict[tuple[str, str, str], dict[str, str]]:
    """The rows of the scheme's table, by year, measure and class."""
    table = Scheme.of(one).tables["dormant_assets"]
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows()]
    return {(row["year"], row["measure"], row["of"]): row for row in rows}


def test_every_mean_has_its_error(model: Scenario) -> None:
    rows, found = told(model), Scheme.of(model).found
    assert len(rows) == 7 * (len(found.pence) + 1)  # seven years end in the run, and ruin is told
    for (year, measure, of), row in rows.items():
        name = measure if of == "all" else f"{measure}: {of}"
        each = 100 * found.ruined if measure == "ruined" else found[name]  # in hundredths
        paths = each[int(year) - 2022] / 100
        assert float(row["mean"]) == pytest.approx(paths.mean(), abs=1e-4)
        error = paths.std(ddof=1) / sqrt(300)
        assert float(row["se"]) == pytest.approx(error, rel=1e-9, abs=1e-4)
    assert float(rows["2025", "released", "all"]["se"]) > 0


def test_the_error_of_a_chance_is_that_of_a_share(model: Scenario) -> None:
    owners = {"ultimate": 0.8, "hazard": 2}
    classes = ("insurance_and_pensions", "investments")
    hard = {f"dormant_assets.classes.{name}.reclaims": owners for name in classes}
    row = told(model.but({**hard, "years": 12}))["2032", "ruined", "all"]
    chance = float(row["mean"])
    assert 0.01 < chance < 0.5
    assert float(row["se"]) == pytest.approx(sqrt(chance * (1 - chance) / 299), abs=1e-6)


def test_what_has_no_chance_has_no_error(model: Scenario) -> None:
    quiet = {"noise": 0, "reclaims": {"noise": 0}}
    rows = told(model.but({"dormant_assets.classes.investments": quiet}))
    for (_, measure, of), row in rows.items():
        if of == "investments" or measure in ("costs", "returns", "ruined"):
            assert float(row["se"]) == 0
    assert float(rows["2022", "received", "insurance_and_pensions"]["se"]) > 0
    one = told(model.but({"paths": 1}))
    assert not any(row["se"] for row in one.values())  # a single path shows none


@pytest.mark.parametrize("sampling", ["antithetic", "sobol"])
def test_errors_are_those_of_independent_paths_however_markets_are_sampled(
    model: Scenario, sampling: str
) -> None:
    plain = model.but({"paths": 4_000})
    sampled = plain.but({"sampling": sampling})
    assert told(sampled) == told(plain)
    released = Scheme.of(sampled).found["released"][3]
    by_unit = released.reshape(16, 250).mean(axis=1)  # of units that share no draw
    error = float(told(sampled)["2025", "released", "all"]["se"]) * 100
    apart = by_unit.std(ddof=1) / sqrt(16)
    assert apart == pytest.approx(error, rel=4 / sqrt(2 * 15))  # four errors of a deviation of 16


# Published stocks


@pytest.mark.parametrize("name", ["rfl-history-model", "rfl-history-slow", "rfl-history-fast"])
def test_stocks_of_2018_and_2021_are_met_within_a_tenth(name: str) -> None:
    scheme = Scheme.of(load(name).but({"years": 14}))
    fitted = [one for one in published() if date(2018, 1, 1) < one.day < LAST_FITTED]
    assert {(one.day.year, one.measure) for one in fitted} == {
        *((2018, what) for what in ("received", "reclaimed", "released", "held")),
        *((2021, what) for what in ("received", "reclaimed", "released", "held")),
    }
    for one in fitted:
        stock = scheme.on(one.day, one.measure)
        assert stock is not None
        assert stock.mean() == pytest.approx(one.pence, rel=0.1), one


def test_both_published_totals_of_2024_are_told_with_what_they_are_missed_by() -> None:
    scheme = Scheme.of(load("rfl-history-model").but({"years": 14}))
    rows = [row for row in scheme.tables["published"].rows() if row[0] == "2024-03-31"]
    stock = scheme.on(date(2024, 3, 31), "received")
    assert stock is not None
    received = [row for row in rows if row[1] == "received"]
    assert [row[2] for row in received] == ["1700000000.0000", "2000000000.0000"]
    for row in received:
        assert float(row[3]) == pytest.approx(stock.mean() / 100, abs=0.01)
        assert float(row[5]) == pytest.approx(stock.mean() / (100 * float(row[2])) - 1, abs=1e-6)
        error = stock.std(ddof=1) / 100 / sqrt(len(stock))
        assert float(row[4]) == pytest.approx(error, abs=1e-4)
        assert "conflict" in row[6]


def test_other_schemes_are_not_held_against_bank_accounts(model: Scenario) -> None:
    assert list(Scheme.of(model).tables["published"].rows()) == []


def test_a_stock_between_two_years_ends_lies_on_a_straight_line(model: Scenario) -> None:
    scheme = Scheme.of(model)
    first, second = (scheme.stock("received")[year].mean() for year in (0, 1))
    on = scheme.on(date(2023, 10, 1), "received")
    assert on is not None
    assert on.mean() == pytest.approx(first + (second - first) * 183 / 366)
    assert scheme.on(date(2022, 3, 31), "received") is None
    assert scheme.on(date(2040, 1, 1), "received") is None


def test_a_scheme_without_noise_is_known_without_a_draw(model: Scenario) -> None:
    """What is told with chance left out is what every path has where there is no noise at all."""
    still = load("official-880m-strained").but(
        {
            "years": 8,
            "paths": 300,
            **{
                f"dormant_assets.classes.{name}.{key}": 0
                for name in ("insurance_and_pensions", "investments")
                for key in ("noise", "reclaims.noise")
            },
        }
    )
    assert still.dormant_assets is not None
    assert not still.dormant_assets.by_chance
    drawn = Scheme.of(still).found
    strained = load("official-880m-strained").but({"years": 8})
    for one in (still, strained):  # noise changes nothing of what is known without it
        assert one.dormant_assets is not None
        known = without_chance(one.dormant_assets, one.shocks, one.start, one.last_day)
        for measure in drawn.pence:
            assert len(known[measure]) == len(drawn[measure]) + 1  # the year that is under way
            assert (known[measure][:-1] == drawn[measure]).all()
    assert model.dormant_assets is not None
    assert model.dormant_assets.by_chance


@pytest.mark.slow
def test_what_is_known_without_chance_is_the_mean_where_nothing_binds() -> None:
    """The mean of what comes in is stated; releases are a share of it while nothing else binds."""
    model = load("official-880m-model").but({"years": 8, "paths": 10_000})
    drawn = Scheme.of(model).found["released"]
    assert model.dormant_assets is not None
    known = without_chance(model.dormant_assets, (), model.start, model.last_day)["released"]
    for year, paths in enumerate(drawn):
        error = paths.std(ddof=1) / 100  # the root of 10,000 paths
        assert abs(paths.mean() - known[year, 0]) < 4 * error


# Stress


def test_stress_lowers_releases_and_delays_them(model: Scenario) -> None:
    strained = load("official-880m-strained").but({"years": 8, "paths": 300})
    calm, hard = Scheme.of(model).found, Scheme.of(strained).found
    years = {year: calm["received: investments"][year - 2022] for year in (2027, 2028)}
    assert years[2028].all()
    assert np.array_equal(hard["received: investments"][5], years[2027])
    assert not hard["received: investments"][6].any()
    insured = "received: insurance_and_pensions"
    assert np.array_equal(hard[insured], calm[insured])
    assert (hard["reclaimed"][3] > calm["reclaimed"][3]).all()
    assert np.array_equal(hard["reclaimed"][:3], calm["reclaimed"][:3])
    arrived = simulate(strained).series["luc"].of("arrived", "nominal")
    assert not arrived[5:7].any()
    assert np.array_equal(arrived[7], hard["released"][4:7].sum(axis=0))


def test_what_shocks_do_to_a_scheme_is_said_before_it_is_run(model: Scenario) -> None:
    late = {"kind": "inflow_late", "name": "late", "on": "2027-04-01", "until": "2029-04-01"}
    gone = {"kind": "withdrawal", "name": "gone", "asset_class": "investments"}
    shocks = [
        {**late, "fund": "luc"},
        {**gone, "on": "2029-05-01"},
        {**gone, "name": "soon", "on": "2028-04-02"},
    ]
    told = notes(model.but({"shocks": shocks}))
    assert 'shocks.0, "late": what is released for luc then arrives on 2029-04-01' in told
    # The last year that ends in the run begins on 1 April 2028.
    idle = "no year of the scheme begins then, so it changes nothing"
    assert f'shocks.1, "gone": {idle}' in told
    assert f'shocks.2, "soon": {idle}' in told


def of_scheme(one: Scenario) -> list[str]:
    return [note for note in notes(one) if note.startswith("dormant_assets")]


@pytest.mark.parametrize(
    ("released", "surplus", "then"),
    [
        ("50.8%", 0, "releases can stop until receipts have grown by 1.97%"),  # 51.8 / 50.8
        ("25.9%", 0.1, "but for the surplus, releases can stop until receipts have grown by 100%"),
        ("0%", 0, "nothing more is released"),
    ],
)
def test_a_share_of_all_receipts_that_falls_is_remarked_on(
    model: Scenario, released: str, surplus: float, then: str
) -> None:
    fallen = model.but(
        {"dormant_assets.released.2025": released, "dormant_assets.surplus": surplus}
    )
    assert of_scheme(fallen) == [
        (
            f"dormant_assets.released.2025: this falls from 51.8% to {released} of all that has "
            f"come in so far, so that {then}; state at least 51.8%, unless that is meant"
        )
    ]


@pytest.mark.parametrize("released", [{"2025": "60%"}, {"2021": "70%"}, {"2029": "10%"}])
def test_a_share_that_rises_or_falls_outside_the_schemes_years_is_not(
    model: Scenario, released: dict[str, str]
) -> None:
    assert not of_scheme(model.but({"dormant_assets.released": released}))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"dormant_assets.start": "2030-04-01"},
            (
                "dormant_assets.start: the scheme begins on 2030-04-01, after the last day, "
                "2030-03-31: nothing is ever released"
            ),
        ),
        (
            {"years": 1},
            (
                "dormant_assets: its first year, from 2022-04-01 on, is not over by the last day, "
                "2023-03-31: nothing is ever released"
            ),
        ),
    ],
)
def test_a_scheme_that_never_releases_anything_in_a_run_is_remarked_on(
    model: Scenario, changes: dict[str, Any], said: str
) -> None:
    never = model.but({"dormant_assets.released": {"2030": "60%"}, **changes})
    assert of_scheme(never) == [said]
    assert not simulate(never.but({"paths": 2})).series["luc"].of("arrived", "nominal").any()


def test_a_scheme_whose_first_year_ends_in_the_run_is_not(model: Scenario) -> None:
    assert not of_scheme(model.but({"dormant_assets.start": "2029-03-31"}))
    assert not of_scheme(model)


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("Englnd", ' (did you mean "England"?)'),
        ('"Northern Irland"', ' (did you mean "Northern Ireland"?)'),
        ("France", ""),
    ],
)
def test_a_nation_that_is_none_of_the_four_is_remarked_on(
    model: Scenario, key: str, meant: str
) -> None:
    nations = "dormant_assets.nations"
    other = model.but({f"{nations}.Wales.share": 0, f"{nations}.{key}": {"share": "4.9%"}})
    none_of = "this is none of England, Scotland, Wales, Northern Ireland"
    assert of_scheme(other) == [f"{nations}.{key}: {none_of}{meant}"]


def test_nothing_is_released_from_a_fall_until_receipts_have_caught_up(model: Scenario) -> None:
    """What the remark says, on every path: R at the lower share must pass what was released."""
    found = Scheme.of(model.but({"dormant_assets.released.2025": "40%"})).found
    received, released = (found[name].cumsum(axis=0) for name in ("received", "released"))
    stopped = 0.40 * received[3:] <= released[2]
    assert stopped.any()
    assert not found["released"][3:][stopped].any()


# Bad input

GONE = {"kind": "withdrawal", "name": "gone", "on": "2025-04-01", "asset_class": "a"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dormant_assets": None}, "funds.luc.inflow.kind: there is no scheme to draw on"),
        (
            {"funds.luc.inflow": {"kind": "releases", "nations": ["Englnd"]}},
            r'the scheme has no nation "Englnd" \(did you mean "England"\?\)',
        ),
        (
            {"funds.luc.inflow": {"kind": "releases", "cause": "youth"}},
            'the scheme has no cause "youth"; no cause is stated',
        ),
        (
            {"dormant_assets.classes.investments.joins": 2020},
            "found 2020, expected no year before the scheme's first, 2022",
        ),
        (
            {
                "shocks": [
                    {"kind": "withdrawal", "name": "x", "on": "2025-04-01", "asset_class": "a"}
                ]
            },
            'the scheme has no class "a"; there are insurance_and_pensions, investments',
        ),
        ({"dormant_assets.nations.Wales.share": "5%"}, "the shares sum to 1.001, not to 1"),
        ({"dormant_assets.held": {"2022": "60%"}}, "are more than all that comes in"),
    ],
)
def test_a_scheme_that_cannot_be_is_told_with_its_key(
    model: Scenario, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ScenarioError, match=message):
        model.but(changes)


# Funds that close: the last release of these eight years is there on 1 April 2029

LATE = {"kind": "inflow_late", "name": "late", "fund": "luc", "on": "2026-10-01"}
KEPT = {"kind": "reclaims", "name": "kept", "fund": "luc", "on": "2027-01-01"}
BEFORE = 'or later, or state what arrives before as kind = "schedule"'
SLOW = {
    "dormant_assets.nations.Wales.delay": "18 months",
    "funds.luc.inflow": {"kind": "releases", "nations": ["Wales"]},
}


def closing(on: str, **changes: Any) -> dict[str, Any]:
    """Let the fund close."""
    return {"funds.luc.closes": {"on": on, "residue": "treasury"}, **changes}


@pytest.mark.parametrize(
    ("changes", "key", "message"),
    [
        (
            closing("2026-12-31"),
            "funds.luc.inflow",
            (
                "what the scheme releases can arrive from 2027-04-01 to 2029-04-01, after the "
                f"fund closes on 2026-12-31; let it close on 2029-04-01 {BEFORE}"
            ),
        ),
        (
            closing("2029-03-31"),
            "funds.luc.inflow",
            (
                "what the scheme releases can arrive on 2029-04-01, after the fund closes on "
                f"2029-03-31; let it close on 2029-04-01 {BEFORE}"
            ),
        ),
        (  # the review of 1 April 2028 reaches Wales in October 2029
            closing("2029-04-01") | SLOW,
            "funds.luc.inflow",
            (
                "what the scheme releases can arrive on 2029-10-01, after the fund closes on "
                f"2029-04-01; let it close on 2029-10-01 {BEFORE}"
            ),
        ),
        (
            closing("2029-04-01", shocks=[{**LATE, "until": "2029-05-01"}]),
            "shocks.0.until",
            (
                "found 2029-05-01, when what is late would arrive; expected no day after "
                '"luc" closes, on 2029-04-01'
            ),
        ),
        (
            closing("2026-12-31", shocks=[{**KEPT, "until": "2029-04-01", "share": 1}]),
            "funds.luc.inflow",
            (
                "what the scheme releases can arrive on 2029-04-01, after the fund closes on "
                f"2026-12-31; let it close on 2029-04-01 {BEFORE}"
            ),
        ),
    ],
)
def test_what_is_released_for_a_fund_that_has_closed_is_refused(
    model: Scenario, changes: dict[str, Any], key: str, message: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        model.but(changes)
    assert [(one.key, one.message) for one in caught.value.problems] == [(key, message)]


@pytest.mark.parametrize(
    "changes",
    [
        closing("2029-04-01"),
        closing("2029-04-01", shocks=[{**LATE, "until": "2029-04-01"}]),
        closing("2029-03-31", years=7),  # which end on the day before the next release
        closing("2026-12-31") | {"dormant_assets.released.2026": "0%"},
        closing("2026-12-31", shocks=[{**KEPT, "until": "2030-01-01", "share": 1}]),
        closing("2031-01-01", shocks=[{**LATE, "until": "2031-06-01"}]),  # all after the last day
    ],
)
def test_a_fund_may_close_when_all_releases_have_reached_it(
    model: Scenario, changes: dict[str, Any]
) -> None:
    closed = model.but(changes)
    holds = simulate(closed.but({"paths": 3})).series["luc"].of("closing_capital", "nominal")
    assert closed.funds["luc"].closes is not None
    assert (closed.funds["luc"].closes.on > closed.last_day) or not holds[-1].any()


def test_a_scenario_without_a_scheme_says_so() -> None:
    with pytest.raises(InputError, match="kruger-2020 has no scheme of dormant assets; state"):
        Scheme.of(load("kruger-2020"))
