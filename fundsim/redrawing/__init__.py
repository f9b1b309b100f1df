"""A chart's file alone: whether it is as it was drawn, and whether it comes out again the same."""

from fundsim.redrawing.again import reproduce_drawn
from fundsim.redrawing.carried import Drawn, open_drawn
from fundsim.redrawing.verifying import verify_drawn

__all__ = ["Drawn", "open_drawn", "reproduce_drawn", "verify_drawn"]
