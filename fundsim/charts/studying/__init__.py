"""Charts of a study: what moves the answer, and what its policies are regretted for."""

from fundsim.charts.studying.regrets import save_regrets
from fundsim.charts.studying.tornado import save_tornado

__all__ = ["save_regrets", "save_tornado"]
