"""Charts of a study: what moves the answer."""

from fundsim.charts.studying.tornado import save_tornado

__all__ = ["save_tornado"]
