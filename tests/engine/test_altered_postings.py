"""One altered posting shows: to whichever side of whichever account, in every place that looks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fundsim.engine import block
from fundsim.engine.simulate import simulate
from fundsim.errors import Overdrawn
from fundsim.ledger import Account, Ledger, Side
from fundsim.money import Pence
from fundsim.results.folder import open_run, write
from fundsim.results.verifying import differences
from fundsim.scenario import Scenario
from tests.engine.inspecting import reconciliation
from tests.engine.tiny import Values

Tiny = Callable[..., Scenario]


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
    ("taken over", "in"),
    ("taken over", "out"),
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


PASSING = (
    ("taken over", "in"),
    ("taken over", "out"),
    ("lapsed", "out"),
    ("clawed back", "out"),
    ("grantees", "out"),
)
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


@pytest.mark.parametrize("posting_to", POSTINGS, ids=" ".join)
def test_no_run_ends_with_pence_made_or_lost(
    posting_to: tuple[str, Side], busy: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = alter(monkeypatch, posting_to, 2, by=1 if posting_to[1] == "in" else -1)
    with pytest.raises((ArithmeticError, Overdrawn), match=r"all accounts together|would stand at"):
        simulate(busy)
    assert done


@pytest.mark.parametrize("posting_to", SHOWN, ids=" ".join)
def test_one_altered_posting_shows_in_the_reconciliation(
    posting_to: tuple[str, Side], busy: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = alter(monkeypatch, posting_to, 2, by=1 if posting_to[1] == "in" else -1)
    monkeypatch.setattr(block, "_refuse_imbalance", lambda _: None)
    try:
        found = reconciliation(simulate(busy))
    except Overdrawn:
        assert done  # an inside account would have gone below nothing: refused at once
    else:
        assert done
        assert found[0] != 0
        assert (found[1:] == 0).all()


@pytest.mark.parametrize("posting_to", SHOWN[::11], ids=" ".join)
def test_one_altered_posting_shows_when_the_run_folder_is_verified(
    posting_to: tuple[str, Side], busy: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alter(monkeypatch, posting_to, nth=2, by=1)
    monkeypatch.setattr(block, "_refuse_imbalance", lambda _: None)
    try:
        results = simulate(busy)
    except Overdrawn:
        return  # there is no run to verify
    folder = tmp_path / "run"
    folder.mkdir()
    write(results, folder, started=datetime.now(UTC))
    assert any("do not balance" in told for told in differences(open_run(folder)))
