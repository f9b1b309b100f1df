"""What a comparison is asked: which rules in which scenarios, what is looked at and aimed at."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from fundsim.comparison.choice import Aim
from fundsim.comparison.wanting import Wanted
from fundsim.metrics.series import Basis
from fundsim.scenario import Scenario


@dataclass(frozen=True)
class Future:
    """A scenario that rules are tried in: its name, the fund whose rule differs, and it under each.

    `fund` is None where whole scenarios stand in the place of rules. `rule_of` names the scenario
    whose rule is called the stated one here, where this one has another itself.
    """

    name: str
    fund: str | None
    scenarios: Mapping[str, Scenario]
    rule_of: str = ""

    @property
    def first(self) -> Scenario:
        """The scenario under the first rule."""
        return next(iter(self.scenarios.values()))

    def told(self) -> dict[str, Any]:
        """Say what it is in plain values, scenarios by their fingerprints."""
        rules = {rule: scenario.fingerprint for rule, scenario in self.scenarios.items()}
        told = {"scenario": self.name, "fund": self.fund, "rule_of": self.rule_of}
        return {**told, "rules": rules}


@dataclass(frozen=True)
class Inquiry:
    """The same rules in one scenario or several; the first is told in full.

    `amount` is the pence of one pot that is shared once, where `cut` says that too small a pot cuts
    what rules promise; None where scenarios are simulated.
    `measure` is what areas are paid or allocated, `basis` in which pounds. `thresholds` say from
    which figure on an aim is reached well enough, by its name.
    """

    futures: Sequence[Future]
    wanted: Wanted = field(default_factory=Wanted)
    measure: str = "paid"
    basis: Basis = "real"
    amount: int | None = None
    cut: bool = False
    aims: Sequence[Aim] = ()
    thresholds: Mapping[str, float] = field(default_factory=dict)

    @property
    def first(self) -> Future:
        """The scenario that is told in full."""
        return self.futures[0]

    def told(self) -> dict[str, Any]:
        """Say all that is asked in plain values."""
        return {
            "futures": [future.told() for future in self.futures],
            "asked": self.wanted.told(),
            "measure": self.measure,
            "basis": self.basis,
            "amount": self.amount,
            "cut": self.cut,
            "aims": [aim.name for aim in self.aims],
            "good_enough": dict(self.thresholds),
        }

    @cached_property
    def looked_at(self) -> Wanted:
        """What is looked at: what is wanted, and what is aimed at."""
        return self.wanted.and_aimed_at([aim.name for aim in self.aims])

    @cached_property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits of all that is asked: the same question has the same ones."""
        return fingerprint_of(self.told())


def fingerprint_of(told: Mapping[str, Any]) -> str:
    """Give the first twelve hexadecimal digits of a hash of plain values."""
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]
