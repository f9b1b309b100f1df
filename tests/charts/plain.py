"""The colours of pictures that have no house style."""

from __future__ import annotations

from fundsim.charts.style import Style

_PALETTE = Style().palette

PAPER, INK, QUIET = _PALETTE.paper, _PALETTE.ink, _PALETTE.quiet
OUTER, INNER, LINE = _PALETTE.outer, _PALETTE.inner, _PALETTE.line
CLASSES, GAINS, LOSSES = _PALETTE.classes, _PALETTE.gains, _PALETTE.losses
