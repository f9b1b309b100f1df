from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fundsim.engine.model import Model
from fundsim.ledger import Account, Listener, Rows, Side
from fundsim.money import Pence
from fundsim.scenario import Scenario, from_values
from tests.engine.inspecting import Inspector
from tests.engine.random_scenarios import scenario_values
from tests.engine.tiny import tiny_values

Made = Callable[[int], Scenario]
Tiny = Callable[..., Scenario]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Make one of the random scenarios, by number."""
    return lambda number: from_values(scenario_values(number, tmp_path))


@pytest.fixture
def tiny(tmp_path: Path) -> Tiny:
    """Make the tiny world, with some of its values changed."""
    return lambda **changes: from_values(tiny_values(tmp_path, **changes))


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
