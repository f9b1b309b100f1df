"""The parameters of Wilkie's model as published, by the letters of the papers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

MEANINGS = {
    "QMU": "mean force of inflation",
    "QA": "share of last year's distance of inflation from its mean that remains",
    "QSD": "standard deviation of inflation's shock",
    "YW": "how far the dividend yield moves with inflation",
    "YMU": "median dividend yield, but for inflation",
    "YA": "share of last year's distance of the dividend yield that remains",
    "YSD": "standard deviation of the dividend yield's shock",
    "DW": "share of inflation that reaches dividends by and by",
    "DD": "share of inflation that reaches the smoothed one in a year",
    "DMU": "mean real growth of dividends",
    "DY": "how far dividends follow last year's shock of their yield",
    "DB": "how far dividends follow last year's shock of their own",
    "DSD": "standard deviation of dividends' shock",
    "CD": "share of inflation that reaches the one expected in consols in a year",
    "CMU": "median real yield of consols",
    "CA1": "how far consols' real yield follows that of a year before",
    "CA2": "how far consols' real yield follows that of two years before",
    "CA3": "how far consols' real yield follows that of three years before",
    "CY": "how far consols' real yield moves with the dividend yield's shock",
    "CSD": "standard deviation of the shock of consols' real yield",
    "CMIN": "the least yield of consols",
}


@dataclass(frozen=True)
class Parameters:
    """All parameters of the model."""

    QMU: float
    QA: float
    QSD: float
    YW: float
    YMU: float
    YA: float
    YSD: float
    DW: float
    DD: float
    DMU: float
    DY: float
    DB: float
    DSD: float
    CD: float
    CMU: float
    CA1: float
    CA2: float
    CA3: float
    CY: float
    CSD: float
    CMIN: float


@dataclass(frozen=True)
class Published:
    """A set of parameters and where it is from."""

    source: str
    values: Mapping[str, float]


def _read() -> dict[str, Published]:
    text = (resources.files("fundsim.rules.returns") / "wilkie.toml").read_text("utf-8")
    return {
        name: Published(table.pop("source"), {letters: float(table[letters]) for letters in table})
        for name, table in tomllib.loads(text).items()
    }


SETS = _read()
