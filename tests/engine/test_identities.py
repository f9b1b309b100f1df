"""Every penny is accounted for: on every path, after every event, from each account's postings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fundsim.engine.books import Books
from fundsim.engine.model import Model
from fundsim.engine.recorder import _flows_of, _stocks_of
from fundsim.engine.simulate import simulate
from fundsim.errors import Overdrawn
from fundsim.ledger import Account, Ledger, Listener, Rows, Side
from fundsim.metrics.catalogue import METRICS
from fundsim.metrics.series import BASES, BY_FOUNDATION, FLOWS, STOCKS
from fundsim.money import Pence
from fundsim.places.shares import foundation_pence
from fundsim.results.cubes import CUBES, Key
from fundsim.results.folder import open_run, write
from fundsim.results.model import Results
from fundsim.results.verifying import differences
from fundsim.rules.shocks import Failure, Merger
from fundsim.scenario import Scenario, from_values
from fundsim.units import months_after
from tests.engine.comparing import areas_by_path
from tests.engine.random_scenarios import scenario_values
from tests.engine.tiny import PLENTIFUL, VOLATILE, Values

RANDOM = (2, 8, 9, 14, 17, 19, 24, 29, 30, 33, 43, 49)  # of every feature some; a test holds it so

Made = Callable[[int], Scenario]
Runs = Callable[[int], Results]
Tiny = Callable[..., Scenario]

# The contract's words. What was allocated is on its way until the foundations open it that day, and
# what one foundation hands over to another is received by the two with opposite signs.
OF_FUNDS = (
    ("arrived returns", "fees spending passed_on closing_capital"),
    ("spending", "allocated unshared"),
)
OF_FOUNDATIONS = (
    ("received lapsed returned", "foundation_fees awarded waiting carried"),
    ("awarded", "paid promised lapsed"),
    ("allocated handed_over", "received on_its_way"),
)


@dataclass
class Inspector:
    """Adds up each account's postings by itself, and holds the identities against them."""

    posted: dict[tuple[str, Side], Pence] = field(default_factory=dict)
    touched: dict[str, Account] = field(default_factory=dict)
    events: int = 0

    def listen(self, account: Account, side: Side, amount: Pence, _: str, rows: Rows) -> None:
        key = account.name, side
        held = self.posted.setdefault(key, np.zeros_like(account.balance))
        held[rows if account.balance.ndim > 1 else ...] += amount
        self.touched[account.name] = account

    def sum(self, account: Account, side: Side) -> Pence:
        """What was posted to one side of an account, `(path,)`, or `(foundation, path)`."""
        return self.posted.get((account.name, side), np.zeros_like(account.balance))

    def held(self, account: Account) -> Pence:
        return self.sum(account, "in") - self.sum(account, "out")

    def inspect(self, model: Model) -> None:
        """Hold every identity, if anything was posted since the last event."""
        self.events += 1
        if not self.touched:
            return
        assert (model.ledger.imbalance() == 0).all()
        for account in self.touched.values():
            assert (self.held(account) == account.balance).all(), account.name
            assert not account.inside or (account.balance >= 0).all(), account.name
        self.touched.clear()
        for books in model.funds:
            self.inspect_fund(books, model)
        self.inspect_all(model)

    def inspect_fund(self, books: Books, model: Model) -> None:
        flows, stocks = _flows_of(books, model.funds), _stocks_of(books)
        on = {name: self.total([self.sum(*side) for side in of]) for name, of in flows.items()}
        for name, accounts in stocks.items():
            on[name] = self.total([self.held(account) for account in accounts])
        on["on_its_way"] = self.held(books.allocated)
        on["handed_over"] = self.sum(books.handed_over, "out")
        for left, right in OF_FUNDS:
            self.agree(left, right, {name: by_path(pence) for name, pence in on.items()})
        for left, right in OF_FOUNDATIONS:
            self.agree(left, right, on)
        assert not by_path(on["handed_over"]).any()
        for account in (books.lapsed, books.clawed_back, *books.passages.values()):
            assert not account.balance.any(), f"{account.name} keeps something"

    def inspect_all(self, model: Model) -> None:
        """All funds together, without what passes between them: from the outside accounts."""
        gap = np.zeros(model.paths, np.int64)
        for books in model.funds:
            gap += self.sum(books.source, "out") + self.sum(books.markets, "out")
            gap -= self.sum(books.managers, "in") + self.sum(books.residue, "in")
            gap -= self.sum(books.pot, "in") + books.capital
        assert not gap.any()

    @staticmethod
    def total(parts: list[Pence]) -> Pence:
        """Add up; of nothing, nothing."""
        return np.asarray(sum(parts, start=np.zeros(1, np.int64)))

    @staticmethod
    def agree(left: str, right: str, on: dict[str, Pence]) -> None:
        given, taken = (Inspector.total([on[term] for term in s.split()]) for s in (left, right))
        assert (given == taken).all(), f"{left} = {right}"


def by_path(pence: Pence) -> Pence:
    summed: Pence = pence.reshape(-1, pence.shape[-1]).sum(axis=0)
    return summed


@pytest.fixture
def inspectors(monkeypatch: pytest.MonkeyPatch) -> list[Inspector]:
    """Inspect every model after every event of its calendar; give the inspectors, one a model."""
    made: list[Inspector] = []
    open_model = Model.__init__

    def opened(model: Model, *args: Any, also: Listener | None = None, **options: Any) -> None:
        inspector = Inspector()

        def listen(account: Account, side: Side, amount: Pence, memo: str, rows: Rows) -> None:
            inspector.listen(account, side, amount, memo, rows)
            if also is not None:
                also(account, side, amount, memo, rows)

        open_model(model, *args, also=listen, **options)
        step = model.clock.env.step

        def step_and_inspect() -> None:
            step()
            inspector.inspect(model)

        monkeypatch.setattr(model.clock.env, "step", step_and_inspect)
        made.append(inspector)

    monkeypatch.setattr(Model, "__init__", opened)
    return made


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
    lots = [(len(run.scenario.funds), len(run.lots)) for run in map(runs, RANDOM)]
    assert any(funds == one_lot > 1 for funds, one_lot in lots)
    assert any(funds > one_lot > 0 for funds, one_lot in lots)
    assert any(funds > 1 and not one_lot for funds, one_lot in lots)


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


def reconciliation(results: Results) -> Pence:
    """Pence by which the books of all funds fail to balance, path by path."""
    found = [METRICS["reconciliation"].measure(one, "nominal") for one in results.series.values()]
    return np.asarray(sum(np.asarray(off) for off in found)).astype(np.int64)


# One altered posting shows


@pytest.fixture
def busy(tiny: Tiny) -> Scenario:
    """A scenario that posts to all accounts, of two funds of which one leaves to the other."""
    reviews = {"kind": "percent_of_value", "rate": "20%", "first": date(2021, 5, 10)}
    fund: Values = {
        "opening": 1000,
        "inflow": {"kind": "lump", "amount": 500, "on": date(2021, 4, 10)},
        "spending": reviews,
        "allocation": {"kind": "column", "column": "pounds", "unit": "pounds"},
        "closes": {"on": date(2024, 5, 30), "residue": "other"},
    }
    other: Values = {
        "opening": 10,
        "spending": reviews,
        "closes": {"on": date(2024, 5, 31), "residue": "treasury"},
    }
    practice: Values = {
        "fee": "6%",
        "carry_forward": "10%",
        "sittings": ["June", "December"],
        "instalments": ["50%", "50%"],
        "lapse": "10%",
        "clawback": "10%",
        "capacity": {"pounds": 60},
    }
    ends = {"kind": "merger", "foundation": "dale", "into": "hill", "on": date(2023, 9, 10)}
    return tiny(
        funds={"fund": fund, "other": other},
        foundations=practice,
        shocks=[ends],
        growth="5%",
        fee="1%",
        years=4,
    )


def named(account: Account) -> str:
    """Name an account without its fund and its lane."""
    return account.name.partition(": ")[2].partition(",")[0]


def alter(
    monkeypatch: pytest.MonkeyPatch, posting_to: tuple[str, Side], nth: int, by: int
) -> list[str]:
    """Let the nth posting to one side of an account be some pence more; give a log of its doing."""
    post, seen, done = Ledger._post, [0], list[str]()
    once = posting_to[0].startswith(("residue", "on its way"))  # a fund closes once

    def posting(self: Ledger, account: Account, side: Side, amount: Pence, *rest: Any) -> None:
        if (named(account), side) == posting_to and amount[..., 0].any():
            seen[0] += 1
            if seen[0] == (1 if once else nth):
                amount = amount.copy()
                row = np.flatnonzero(amount[..., 0])[0]
                amount[(row, 0) if amount.ndim > 1 else 0] += by
                done.append(named(account))
        post(self, account, side, amount, *rest)

    monkeypatch.setattr(Ledger, "_post", posting)
    return done


POSTINGS: tuple[tuple[str, Side], ...] = (
    ("dormant assets", "out"),
    ("in hand", "in"),
    ("in hand", "out"),
    ("invested", "in"),
    ("invested", "out"),
    ("markets", "out"),
    ("managers", "in"),
    ("to be shared", "in"),
    ("to be shared", "out"),
    ("on its way to other", "in"),
    ("on its way to other", "out"),
    ("residue to treasury", "in"),
    ("allocated", "in"),
    ("allocated", "out"),
    ("waiting", "in"),
    ("waiting", "out"),
    ("handed over", "out"),
    ("foundations' costs", "in"),
    ("carried", "in"),
    ("carried", "out"),
    ("promised", "in"),
    ("promised", "out"),
    ("lapsed", "in"),
    ("lapsed", "out"),
    ("grantees", "in"),
    ("grantees", "out"),
    ("clawed back", "in"),
    ("clawed back", "out"),
)


PASSING = (("lapsed", "out"), ("clawed back", "out"), ("grantees", "out"))
"""In no identity, but in the sum of all accounts: the other side of each of these moves is."""

SHOWN = [posting for posting in POSTINGS if posting not in PASSING]


def test_the_list_names_every_account_that_is_posted_to(
    busy: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, posted = Ledger._post, set[tuple[str, Side]]()

    def posting(self: Ledger, account: Account, side: Side, amount: Pence, *rest: Any) -> None:
        if amount.any():
            posted.add((named(account), side))
        post(self, account, side, amount, *rest)

    monkeypatch.setattr(Ledger, "_post", posting)
    simulate(busy)
    assert posted == set(POSTINGS)


@pytest.mark.usefixtures("inspectors")
@pytest.mark.parametrize("by", [1, -1])
@pytest.mark.parametrize("posting_to", POSTINGS, ids=" ".join)
def test_one_altered_posting_breaks_an_identity(
    posting_to: tuple[str, Side], by: int, busy: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = alter(monkeypatch, posting_to, 2, by)
    with pytest.raises((AssertionError, Overdrawn)):
        simulate(busy)
    assert done


@pytest.mark.parametrize("by", [1, -1])
@pytest.mark.parametrize("posting_to", SHOWN, ids=" ".join)
def test_one_altered_posting_shows_in_the_reconciliation(
    posting_to: tuple[str, Side], by: int, busy: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = alter(monkeypatch, posting_to, 2, by)
    try:
        found = reconciliation(simulate(busy))
    except Overdrawn:
        assert done  # an inside account would have gone below nothing: refused at once
    else:
        assert done
        assert found[0] != 0
        assert (found[1:] == 0).all()


@pytest.mark.parametrize("posting_to", SHOWN[::4], ids=" ".join)
def test_one_altered_posting_shows_when_the_run_folder_is_verified(
    posting_to: tuple[str, Side], busy: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alter(monkeypatch, posting_to, nth=2, by=1)
    try:
        results = simulate(busy)
    except Overdrawn:
        return  # there is no run to verify
    folder = tmp_path / "run"
    folder.mkdir()
    write(results, folder, started=datetime.now(UTC))
    assert any("do not balance" in told for told in differences(open_run(folder)))
