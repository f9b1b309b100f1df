"""What a run leaves: frozen arrays with coordinates, and the tables and folders made of them."""

from fundsim.results.model import Results
from fundsim.results.table import Table
from fundsim.results.told import Line, Told

__all__ = ["Line", "Results", "Table", "Told"]
