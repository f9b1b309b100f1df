"""How a fault is planted: a part of the package is put aside for a faulty one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fundsim.portable import log1
from fundsim.rules.returns import Asset

Planted = pytest.MonkeyPatch
Plant = Callable[[Planted], None]


def stated(asset: Asset) -> float:
    if asset.geometric_mean is not None:
        return asset.geometric_mean
    assert asset.arithmetic_mean is not None
    return asset.arithmetic_mean


def around(plant: Planted, owner: Any, name: str, faulty: Callable[..., Any]) -> None:
    """Put a function in a method's place, which is given the method and its arguments."""
    own = getattr(owner, name)
    plant.setattr(owner, name, lambda *given, **named: faulty(own, *given, **named))


def log_variance_times(factor: float) -> Plant:
    own = Asset.__dict__["log_variance"].func  # of a property that is worked out once
    return lambda plant: plant.setattr(
        Asset, "log_variance", property(lambda asset: factor * own(asset))
    )


def mean_as_median(plant: Planted) -> None:
    plant.setattr(Asset, "log_mean", property(lambda asset: log1(1 + stated(asset))))
