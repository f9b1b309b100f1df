"""Simulate a national endowment for community foundations: what it pays, to whom, for how long.

>>> import fundsim
>>> scenario = fundsim.load("kruger-endowment")
>>> results = fundsim.simulate(scenario, paths=10, years=2)
>>> results.table("summary").columns[:4]
('measure', 'fund', 'basis', 'unit')
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from fundsim.comparison.running import allocate, compare
    from fundsim.engine.simulate import simulate
    from fundsim.errors import (
        DataError,
        FundsimError,
        InputError,
        Overdrawn,
        Problem,
        RuleError,
        RunError,
        ScenarioError,
        StyleError,
    )
    from fundsim.results import Results
    from fundsim.results.folder import open_run
    from fundsim.scenario import Scenario, load
    from fundsim.solving.finding import solve

_HOMES = {
    "DataError": "fundsim.errors",
    "FundsimError": "fundsim.errors",
    "InputError": "fundsim.errors",
    "Overdrawn": "fundsim.errors",
    "Problem": "fundsim.errors",
    "Results": "fundsim.results",
    "RuleError": "fundsim.errors",
    "RunError": "fundsim.errors",
    "Scenario": "fundsim.scenario",
    "ScenarioError": "fundsim.errors",
    "StyleError": "fundsim.errors",
    "allocate": "fundsim.comparison.running",
    "compare": "fundsim.comparison.running",
    "load": "fundsim.scenario",
    "open_run": "fundsim.results.folder",
    "simulate": "fundsim.engine.simulate",
    "solve": "fundsim.solving.finding",
}

__all__ = [
    "DataError",
    "FundsimError",
    "InputError",
    "Overdrawn",
    "Problem",
    "Results",
    "RuleError",
    "RunError",
    "Scenario",
    "ScenarioError",
    "StyleError",
    "__version__",
    "allocate",
    "compare",
    "load",
    "open_run",
    "simulate",
    "solve",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a name may be a class or a function
    """Import a public name when it is first asked for, so that `import fundsim` stays light."""
    if name not in _HOMES:
        message = f"module 'fundsim' has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
