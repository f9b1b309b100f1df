"""Charts of a study: what moves the answer, and what makes it vary."""

from fundsim.charts.studying.shares import save_shares
from fundsim.charts.studying.tornado import save_tornado

__all__ = ["save_shares", "save_tornado"]
