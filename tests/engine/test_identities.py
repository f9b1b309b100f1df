"""Every penny is accounted for: on every path, after every event, from each account's postings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fundsim.engine.model import Model
from fundsim.engine.recorder import _flows_of, _stocks_of
from fundsim.engine.simulate import simulate
from fundsim.errors import Overdrawn
from fundsim.ledger import Account, Ledger, Listener, Side
from fundsim.metrics.catalogue import METRICS
from fundsim.metrics.series import BASES
from fundsim.money import Pence
from fundsim.results.cubes import Key
from fundsim.results.folder import open_run, write
from fundsim.results.model import Results
from fundsim.results.verifying import differences
from fundsim.scenario import Scenario
from tests.engine.comparing import areas_by_path

RANDOM = [number for number in range(50) if number % 5 in (0, 2)]  # some of every rule

Made = Callable[[int], Scenario]
Tiny = Callable[..., Scenario]


@dataclass
class Inspector:
    """Adds up each account's postings by itself, and holds the identities against them."""

    posted: dict[tuple[str, Side], Pence] = field(default_factory=dict)
    events: int = 0

    def listen(self, account: Account, side: Side, amount: Pence, _: str) -> None:
        key = account.name, side
        self.posted[key] = self.posted.get(key, np.zeros_like(amount)) + amount

    def sum(self, account: Account, side: Side) -> Pence:
        """What was posted to one side of an account, `(path,)`, or `(foundation, path)`."""
        return self.posted.get((account.name, side), np.zeros_like(account.balance))

    def held(self, account: Account) -> Pence:
        return self.sum(account, "in") - self.sum(account, "out")

    def inspect(self, model: Model) -> None:
        self.events += 1
        assert (model.ledger.imbalance() == 0).all()
        for account in model.ledger:
            assert (self.held(account) == account.balance).all(), account.name
            assert not account.inside or (account.balance >= 0).all(), account.name
        (books,) = model.funds
        on = {name: by_path(self.sum(*posting)) for name, posting in _flows_of(books).items()}
        for name, accounts in _stocks_of(books).items():
            on[name] = np.sum([by_path(self.held(account)) for account in accounts], axis=0)
        on["on_its_way"] = by_path(self.held(books.allocated))
        for left, right in IDENTITIES:
            given = np.sum([on[term] for term in left.split()], axis=0)
            taken = np.sum([on[term] for term in right.split()], axis=0)
            assert (given == taken).all(), f"{left} = {right}"


def by_path(pence: Pence) -> Pence:
    summed: Pence = pence.reshape(-1, pence.shape[-1]).sum(axis=0)
    return summed


# The contract's words; what was allocated is on its way until the foundations open it that day.
IDENTITIES = (
    ("arrived returns", "fees spending passed_on closing_capital"),
    ("spending", "allocated unshared"),
    ("received lapsed returned", "foundation_fees awarded waiting carried"),
    ("awarded", "paid promised lapsed"),
    ("allocated", "received on_its_way"),
)


@pytest.fixture
def inspectors(monkeypatch: pytest.MonkeyPatch) -> list[Inspector]:
    """Inspect every model after every event of its calendar; give the inspectors, one a model."""
    made: list[Inspector] = []
    open_model = Model.__init__

    def opened(model: Model, *args: Any, also: Listener | None = None, **options: Any) -> None:
        inspector = Inspector()

        def listen(account: Account, side: Side, amount: Pence, memo: str) -> None:
            inspector.listen(account, side, amount, memo)
            if also is not None:
                also(account, side, amount, memo)

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
    assert block.events == told.events > 4 * scenario.years
    assert sum(int(pence.sum()) for pence in block.posted.values()) != 0


@pytest.mark.parametrize("number", RANDOM)
def test_the_areas_sum_to_their_foundations_in_every_year(number: int, made: Made) -> None:
    results = simulate(made(number))
    geography = results.scenario.geography_table
    for measure in ("allocated", "paid"):
        for basis in BASES:
            areas = areas_by_path(results, measure, basis)
            key = Key("made-up", "foundation", measure, basis)
            whole = results.cubes.read(key, len(geography.foundations))
            for foundation in range(len(geography.foundations)):
                own = areas[:, geography.foundation_of == foundation]
                assert (own.sum(axis=1) == whole[:, foundation]).all(), (measure, basis)
        told = results.told.areas["made-up", measure]
        fund = results.series["made-up"].of(measure, "nominal")
        assert (told.sum(axis=1) == fund[:, results.told.path]).all()


@pytest.mark.parametrize("number", RANDOM)
def test_reconciliation_is_nothing_on_every_path(number: int, made: Made) -> None:
    assert (reconciliation(simulate(made(number))) == 0).all()


def reconciliation(results: Results) -> Pence:
    (fund,) = results.scenario.funds
    found = METRICS["reconciliation"].measure(results.series[fund], "nominal")
    assert found is not None
    return found.astype(np.int64)


# One altered posting shows


@pytest.fixture
def busy(tiny: Tiny) -> Scenario:
    """A scenario that posts to all accounts: it spends from hand, leaves money over, and closes."""
    return tiny(
        opening=1000,
        inflow={"kind": "lump", "amount": 500, "on": "2021-04-10"},
        spending={"kind": "percent_of_value", "rate": "20%", "first": "2021-05-10"},
        allocation={"kind": "column", "column": "pounds", "unit": "pounds"},
        closes={"on": "2024-05-31", "residue": "treasury"},
        foundations="6%",
        growth="5%",
        fee="1%",
        years=4,
    )


def alter(
    monkeypatch: pytest.MonkeyPatch, posting_to: tuple[str, Side], nth: int, by: int
) -> list[str]:
    """Let the nth posting to one side of an account be some pence more; give a log of its doing."""
    post, seen, done = Ledger._post, [0], list[str]()
    once = posting_to[0].startswith("residue")  # a fund closes once

    def posting(self: Ledger, account: Account, side: Side, amount: Pence, memo: str) -> None:
        if (account.name.removeprefix("fund: "), side) == posting_to:
            seen[0] += 1
            if seen[0] == (1 if once else nth):
                amount = amount.copy()
                amount.flat[0] += by
                done.append(memo)
        post(self, account, side, amount, memo)

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
    ("residue to treasury", "in"),
    ("allocated", "in"),
    ("allocated", "out"),
    ("waiting", "in"),
    ("waiting", "out"),
    ("foundations' costs", "in"),
    ("promised", "in"),
    ("promised", "out"),
    ("grantees", "in"),
)


def test_the_list_names_every_account_that_is_posted_to(
    busy: Scenario, inspectors: list[Inspector]
) -> None:
    simulate(busy)
    posted = {(name.removeprefix("fund: "), side) for name, side in inspectors[0].posted}
    assert posted == set(POSTINGS)


@pytest.mark.usefixtures("inspectors")
@pytest.mark.parametrize(("nth", "by"), [(1, 1), (2, 1), (2, -1)])
@pytest.mark.parametrize("posting_to", POSTINGS, ids=" ".join)
def test_one_altered_posting_breaks_an_identity(
    posting_to: tuple[str, Side],
    nth: int,
    by: int,
    busy: Scenario,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done = alter(monkeypatch, posting_to, nth, by)
    with pytest.raises((AssertionError, Overdrawn)):
        simulate(busy)
    assert done


@pytest.mark.parametrize(("nth", "by"), [(1, 1), (2, 1), (2, -1)])
@pytest.mark.parametrize("posting_to", POSTINGS, ids=" ".join)
def test_one_altered_posting_shows_in_the_reconciliation(
    posting_to: tuple[str, Side],
    nth: int,
    by: int,
    busy: Scenario,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (reconciliation(simulate(busy)) == 0).all()
    done = alter(monkeypatch, posting_to, nth, by)
    try:
        found = reconciliation(simulate(busy))
    except Overdrawn:
        assert done  # an inside account would have gone below nothing: refused at once
    else:
        assert done
        assert found[0] != 0
        assert (found[1:] == 0).all()


@pytest.mark.parametrize("posting_to", POSTINGS, ids=" ".join)
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
