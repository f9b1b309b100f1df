"""Paths simulated alone, with no more of them than is asked for: the same figures, every metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from fundsim.engine.markets import Draws, draw
from fundsim.engine.simulate import simulate, simulate_span
from fundsim.engine.span import OF_FUNDS
from fundsim.metrics.catalogue import METRICS, Figure
from fundsim.metrics.reading import read_by
from fundsim.metrics.series import MEASURES, Basis, FundSeries
from fundsim.scenario import Scenario, load
from fundsim.scenario.reading import shipped

PATHS, YEARS = 500, 8
SPAN = (100, 400)  # crosses the ends of units, and of a block
SAMPLINGS = ["plain", "antithetic", "sobol", "control_variate"]


def shortened(name: str, **changes: Any) -> Scenario:
    base = load(name)
    return base.but(
        {"paths": PATHS, "years": min(base.years, YEARS), "sampling": "plain"} | changes
    )


Key = tuple[str, Basis]
ASKED: dict[Key, frozenset[str]] = {
    (metric.name, basis): read_by(metric.name, basis)
    for metric in METRICS.values()
    for basis in metric.bases
}
LANES = [
    [key for key, read in ASKED.items() if read <= OF_FUNDS],
    [key for key, read in ASKED.items() if not read <= OF_FUNDS and read <= MEASURES.keys()],
    [key for key, read in ASKED.items() if not read <= MEASURES.keys()],
]


@pytest.fixture(autouse=True)
def _several_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fundsim.engine.simulate.WIDE", 250)


def agree(scenario: Scenario, whole: Mapping[str, FundSeries], keys: Sequence[Key]) -> None:
    """Hold each metric of a span, block by block, against that of a whole run."""
    first, count = SPAN

    def figures(series: Mapping[str, FundSeries], paths: int) -> dict[Any, Figure]:
        assert paths <= 250
        return {
            (fund, name, basis): METRICS[name].measure(own, basis)
            for fund, own in series.items()
            for name, basis in keys
        }

    reads = frozenset().union(*(ASKED[key] for key in keys))
    blocks = list(simulate_span(scenario, first, count, figures, reads=reads))
    for fund, metric, basis in blocks[0]:
        expected = METRICS[metric].measure(whole[fund], basis)
        found = [block[fund, metric, basis] for block in blocks]
        if expected is None:
            assert found == [None] * len(found)
        else:
            own = np.concatenate([one for one in found if one is not None])
            part = expected[first : first + count]
            assert np.array_equal(own, part, equal_nan=own.dtype.kind == "f"), (fund, metric)


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_metric_is_what_a_whole_run_gives(name: str) -> None:
    scenario = shortened(name)
    whole = simulate(scenario).series
    for keys in LANES:
        agree(scenario, whole, keys)


def test_each_metric_says_all_that_it_reads() -> None:
    scenario = shortened("kruger-2020", years=4)
    whole = simulate(scenario).series
    for reads in {*ASKED.values()}:
        agree(scenario, whole, [key for key, read in ASKED.items() if read == reads])


def test_what_is_not_asked_for_is_not_there() -> None:
    scenario = shortened("kruger-2020")

    def paid(series: Mapping[str, FundSeries], paths: int) -> Any:
        del paths
        return series["luc"].of("paid", "real")

    with pytest.raises(KeyError, match="paid"):
        list(simulate_span(scenario, 0, 250, paid, reads=["spending"]))


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_a_path_does_not_depend_on_how_many_there_are(sampling: str) -> None:
    few = shortened("kruger-endowment", paths=4000, sampling=sampling)
    more = few.but({"paths": 8000})
    assert few.fingerprint_of_a_path == more.fingerprint_of_a_path
    assert few.fingerprint != more.fingerprint
    of_few, of_more = draw(few, 250, 250), draw(more, 250, 250)
    assert np.array_equal(of_few.prices, of_more.prices)
    assert np.array_equal(of_few.growth["luc"], of_more.growth["luc"])


CHANGED = [
    {"funds.luc.spending.rate": "2%"},
    {"funds.luc.allocation": {"kind": "per_capita"}},
    {"foundations.fee": "3%"},
]


@pytest.mark.parametrize("changes", CHANGED)
def test_policies_meet_the_same_markets_once(changes: dict[str, Any]) -> None:
    base = shortened("kruger-endowment")
    draws, other = Draws(2), base.but(changes)
    assert draws.draw(base, 0, 250) is draws.draw(other, 0, 250)
    assert np.array_equal(draw(base, 0, 250).prices, draw(other, 0, 250).prices)
    assert np.array_equal(draw(base, 0, 250).growth["luc"], draw(other, 0, 250).growth["luc"])


@pytest.mark.parametrize(
    "changes", [{"seed": 1}, {"years": 13}, {"markets.fee": "2%"}, {"sampling": "antithetic"}]
)
def test_other_futures_are_drawn_anew(changes: dict[str, Any]) -> None:
    base = shortened("kruger-endowment", paths=4000)
    draws = Draws(2)
    assert draws.draw(base, 0, 250) is not draws.draw(base.but(changes), 0, 250)
    assert draws.draw(base, 0, 250) is not draws.draw(base, 250, 250)


def test_the_latest_draws_are_remembered() -> None:
    draws, base = Draws(2), shortened("kruger-endowment")
    first, second = draws.draw(base, 0, 250), draws.draw(base, 250, 250)
    assert draws.draw(base, 0, 250) is first
    draws.draw(base, 500, 100)
    assert draws.draw(base, 0, 250) is first
    assert draws.draw(base, 250, 250) is not second
