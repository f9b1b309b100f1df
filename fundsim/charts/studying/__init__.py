"""Charts of a study: what moves the answer, what makes it vary, what policies are regretted for."""

from fundsim.charts.studying.regrets import save_regrets
from fundsim.charts.studying.shares import save_shares
from fundsim.charts.studying.tornado import save_tornado

__all__ = ["save_regrets", "save_shares", "save_tornado"]
