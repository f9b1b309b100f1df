"""Tables by name, and as data frames for those who have pandas."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fundsim.errors import RunError, nearest
from fundsim.results.table import Table

if TYPE_CHECKING:
    import pandas as pd

WORDS = {
    *("measure", "fund", "basis", "unit", "area", "name", "nation", "foundation"),
    *("date", "event", "memo", "from_account", "to_account"),
}


class Tabled(ABC):
    """Something that has tables, live or read from a folder."""

    @property
    @abstractmethod
    def tables(self) -> Mapping[str, Table]:
        """Every table of the run, by name."""

    def table(self, name: str) -> Table:
        """Give one table: summary, years, areas, areas_years, foundations, journal, areas_told."""
        if name not in self.tables:
            message = f'a run has no table "{name}"{nearest(name, self.tables)}'
            raise RunError(message)
        return self.tables[name]

    def to_frame(self, name: str) -> pd.DataFrame:
        """Give one table as a pandas data frame, numbers as numbers; needs the extra `frames`."""
        try:
            import pandas as pd
        except ImportError as error:
            message = "to_frame needs pandas; install it with: pip install pandas"
            raise RunError(message) from error
        table = self.table(name)
        frame = pd.DataFrame(list(table.rows()), columns=list(table.columns))
        numbers = [column for column in table.columns if column not in WORDS]
        frame[numbers] = frame[numbers].apply(pd.to_numeric)
        return frame
