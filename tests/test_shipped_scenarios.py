"""The scenarios that come with fundsim say what their expected summaries say."""

from __future__ import annotations

from pathlib import Path

import pytest

from fundsim.scenario import load, shipped
from tests.golden import README, demo, expected, summary

SHIPPED = (
    "alliance-ask",
    "big-local",
    "community-wealth-fund",
    "community-wealth-fund-endowed",
    "diversification-fails",
    "english-738m",
    "high-inflation",
    "inflation-spike",
    "kruger-2020",
    "kruger-endowment",
    "kruger-left-behind",
    "kruger-recovery-endowed",
    "kruger-regimes",
    "kruger-var",
    "kruger-wilkie",
    "lost-decade",
    "official-880m",
    "official-880m-model",
    "official-880m-strained",
    "one-foundation",
    "reclaims-double",
    "recovery-fund-actual",
    "rfl-history",
    "rfl-history-fast",
    "rfl-history-model",
    "rfl-history-slow",
)


def test_the_list_is_whole() -> None:
    assert sorted(shipped()) == sorted(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_summary_is_the_expected_one(name: str) -> None:
    path = shipped()[name]
    assert summary(path) == expected(path).read_bytes(), (
        "figures of a shipped scenario changed; if that is meant: make golden, and say so in "
        "CHANGELOG.md"
    )


@pytest.mark.parametrize("name", SHIPPED)
def test_a_scenario_tells_what_it_is_and_where_its_figures_are_from(name: str) -> None:
    scenario = load(name)
    assert scenario.name == name
    assert scenario.about
    fund = next(iter(scenario.funds))
    assert any(key.startswith(f"funds.{fund}.") for key in scenario.sources)
    assert "years" in scenario.sources


def test_every_file_begins_with_its_schema() -> None:
    for path in shipped().values():
        assert path.read_text("utf-8").startswith("#:schema ./scenario.schema.json\n")
        assert (Path(path).parent / "scenario.schema.json").exists()


def test_the_readme_shows_what_the_demo_prints() -> None:
    assert demo() in README.read_text("utf-8")
