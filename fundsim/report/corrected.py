"""Means that are corrected by a control variate, printed to the figures that their errors leave."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from fundsim.report.parts import Grid
from fundsim.results.frames import Tabled
from fundsim.results.table import Row
from fundsim.wording import LARGE

HEAD = ("corrected by a control variate", "mean", "error", "plain mean", "plain error", "gain")
MOST = 1_000_000
FIGURES = 6  # that are shown of a mean at most
MEANING = (
    "Control variate: growth of the fund's holdings, whose mean is known in closed form. Gain: how "
    "many times as many plain paths would have the error."
)


def corrected(source: Tabled, *, fund: str, basis: str, words: Mapping[str, str]) -> Iterator[Grid]:
    """Write the corrected means of a fund, of measures that there are words for; none without."""
    if "controlled" not in source.tables:
        return
    table = source.table("controlled").where(fund=fund)
    found = [dict(zip(table.columns, row, strict=True)) for row in table.rows()]
    rows = [
        _row(words[cells["measure"]], cells)
        for cells in found
        if cells["measure"] in words and cells["basis"] in (basis, _only(cells["unit"]))
    ]
    if rows:
        yield Grid(HEAD, rows, MEANING)


def _only(unit: str) -> str:
    """Name the basis of what is not money, which has but one."""
    return "" if unit == "pounds" else "real"


def _row(words: str, cells: Mapping[str, str]) -> Row:
    pairs = (
        (float(cells["mean"]), float(cells["se"])),
        (
            float(cells["plain_mean"]),
            float(cells["plain_se"]),
        ),
    )
    written = [cell for pair in pairs for cell in to_the_error(*pair, cells["unit"])]
    return [words, *written, _times(cells["gain"])]


def _times(gain: str) -> str:
    """Write a gain; beyond a million, it is the rounding to pence that is left."""
    times = float(gain) if gain else 0.0
    if times >= MOST:
        return f">{MOST:,}"
    return f"{times:,.{1 if times < 10 else 0}f}" if gain else ""


def to_the_error(mean: float, error: float, unit: str) -> tuple[str, str]:
    """Write a mean and its error, to two figures of the error and six of the mean at most.

    >>> to_the_error(3_741_876_695.0, 678_396.0, "pounds")
    ('£3.74188bn', '£0.00068bn')
    >>> to_the_error(0.9592, 0.0149, "ratio"), to_the_error(0.6711, 0.00513, "probability")
    (('0.959', '0.015'), ('67.11%', '0.51%'))
    >>> to_the_error(95_893_903.14, 0.001, "pounds"), to_the_error(0.96, 0.0, "ratio")
    (('£95.8939m', '£0.0000m'), ('0.96000', '0.00000'))
    """
    sign, before, size, after = "-" if mean < 0 else "", "", 1.0, ""
    if unit == "pounds":
        before = "£"
        size, after = next(((s, word) for s, word in LARGE if abs(mean) >= s), (1.0, ""))
    elif unit == "probability":
        size, after = 0.01, "%"
    shown = max(abs(mean) / size, 1.0)
    most = max(FIGURES - 1 - math.floor(math.log10(shown)), 0)
    places = min(max(1 - math.floor(math.log10(error / size)), 0), most) if error else most
    return (
        f"{sign}{before}{abs(mean) / size:.{places}f}{after}",
        f"{before}{error / size:.{places}f}{after}",
    )
