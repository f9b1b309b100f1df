"""Markets as paths that others have drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fundsim.chance import Chance
from fundsim.errors import DataError
from fundsim.money import Real
from fundsim.rules.base import Fault
from fundsim.rules.returns import OwnPaths
from tests.rules.drawing import joint, taken, yearly


def table(paths: int, years: int, *, quarterly: bool = False) -> tuple[bytes, Real]:
    steps = years * (4 if quarterly else 1)
    returns = np.random.default_rng(2).normal(0.05, 0.1, (paths, steps, 2)).clip(-0.5)
    lines = ["path,year,quarter,a,prices" if quarterly else "path,year,a,prices"]
    for path, step in np.ndindex(paths, steps):
        when = f"{2021 + step // 4},{step % 4 + 1}" if quarterly else f"{2021 + step}"
        one, other = returns[path, step].tolist()
        lines.append(f"{path},{when},{one!r},{other!r}")
    return "\n".join(lines).encode(), returns


def own_paths(content: bytes, years: int, paths: int, **changed: Any) -> OwnPaths:
    model = joint(
        kind="paths",
        table="own.csv",
        assets={"a": {"weight": 1}},
        inflation={"kind": "column", "column": "prices"},
        **changed,
    )
    assert isinstance(model, OwnPaths)
    taken(model, content, years, paths)
    return model


@pytest.mark.parametrize("step", ["year", "quarter"])
def test_path_17_is_path_17(step: str) -> None:
    quarterly = step == "quarter"
    content, returns = table(300, 6, quarterly=quarterly)
    model = own_paths(content, 5, 300, step=step)
    for unit in (0, 1):
        streams = Chance(1).unit(unit)
        (growth,) = model.growth(5, streams)
        prices = model.prices(5, streams)
        here = returns[250 * unit : 250 * unit + 250]
        count = len(here)
        steps = 20 if quarterly else 5
        power = 1 if quarterly else 4
        rows = slice(None, None, power)
        assert np.allclose(growth[rows, :count] ** power, 1 + here[:, :steps, 0].T, rtol=1e-14)
        assert np.allclose(prices[rows, :count] ** power, 1 + here[:, :steps, 1].T, rtol=1e-14)
    expected = yearly(1 + returns[:, :, 0].T) if quarterly else 1 + returns[:, :, 0].T
    assert model.moments().mean == pytest.approx(float(expected.mean()) - 1, rel=1e-12)
    assert model.moments().sd == pytest.approx(float(expected.std()), rel=1e-9)
    away = (expected - expected.mean()) / expected.std()
    assert model.moments().skewness == pytest.approx(float((away**3).mean()), rel=1e-9)


def test_rows_in_any_order_are_the_same_paths() -> None:
    content, _ = table(3, 4)
    header, *lines = content.split(b"\n")
    backwards = b"\n".join([header, *reversed(lines)])
    one, other = (own_paths(c, 4, 3).data.digest for c in (content, backwards))
    assert one == other


def _without(row: int) -> bytes:
    lines = table(3, 4)[0].split(b"\n")
    return b"\n".join(lines[:row] + lines[row + 1 :])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (_without(12), "path 2 has rows for 2021 to 2023, 3 in all, path 0 for 2021 to 2024, 4"),
        (_without(2), "path 0 lacks 2022; expected every step"),
        (table(3, 4)[0].replace(b"\n1,2022,", b"\n1,2023,"), "each year stands once"),
        (table(3, 4)[0].replace(b"\n1,2022,", b"\n1,2022,,"), "cells where the header has 4"),
    ],
)
def test_paths_of_the_wrong_shape_are_refused(content: bytes, message: str) -> None:
    with pytest.raises(DataError) as raised:
        own_paths(content, 3, 3)
    assert message in str(raised.value)


def test_paths_that_are_too_short_or_too_few_are_refused() -> None:
    content, _ = table(3, 4)
    with pytest.raises(Fault, match="4 steps a path, 2021 to 2024; expected at least 5 for 5 year"):
        own_paths(content, 5, 3)
    with pytest.raises(Fault, match="has 3 paths; expected at least the 1,000 that are simulated"):
        own_paths(content, 4, 1_000)
