"""Each check has a fault that it is there for: planted in the package, it makes the check fail."""

from __future__ import annotations

import pytest

from fundsim.rules.base import catalogue
from fundsim.rules.inflation import HistoricalInflation
from fundsim.rules.moments import Moments
from fundsim.rules.returns import AnyReturns
from fundsim.validating import CHECKS, Check, Finding, Sample
from fundsim.validating.inflation import HISTORY
from fundsim.validating.returns import EXAMPLES, GROWTH, PRICES, example
from fundsim.validating.told import MEASURES
from tests.validating import faults_of_draws, faults_of_money

FAULTS = faults_of_draws.FAULTS | faults_of_money.FAULTS
SAMPLE = Sample(10_000, 20200924)


@pytest.fixture(scope="module")
def unharmed() -> dict[str, Finding]:
    return {check.name: check.run(SAMPLE) for check in CHECKS}


def test_everything_holds_where_nothing_is_planted(unharmed: dict[str, Finding]) -> None:
    assert [name for name, finding in unharmed.items() if not finding.held] == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_planted_fault_makes_its_check_fail(
    check: Check, unharmed: dict[str, Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check.name in FAULTS, f"{check.name} has no planted fault; plant one"
    assert unharmed[check.name].held
    FAULTS[check.name](monkeypatch)
    found = check.run(SAMPLE)
    assert not found.held
    assert not found.note, "the package stopped by itself, before the check could look"


def test_every_planted_fault_has_its_check() -> None:
    assert set(FAULTS) == {check.name for check in CHECKS}


def test_every_kind_of_markets_is_checked_by_what_it_tells() -> None:
    assert set(EXAMPLES) == set(GROWTH) == set(catalogue(AnyReturns))
    own = {kind for kind, model in catalogue(AnyReturns).items() if not hasattr(model, "_grow")}
    assert set(PRICES) == own


@pytest.mark.parametrize("kind", GROWTH)
def test_all_that_is_told_is_checked(kind: str) -> None:
    model = example(kind)
    assert GROWTH[kind] == stated(model.moments())
    if kind in PRICES:
        assert PRICES[kind] == stated(model.price_moments())


def test_all_that_measured_inflation_tells_is_checked() -> None:
    assert stated(HistoricalInflation().moments()) == HISTORY


def stated(told: Moments) -> tuple[str, ...]:
    return tuple(measure for measure in MEASURES if getattr(told, measure) is not None)
