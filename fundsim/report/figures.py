"""The pictures of a run as a document holds them: each with its words and the table behind it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fundsim.charts import CHARTS, NotShown
from fundsim.charts.chart import Chart
from fundsim.charts.rendering import encode, settled
from fundsim.charts.source import Basis, Source
from fundsim.charts.words import Words
from fundsim.results import Table

SHORT = 1.1  # times its width: as high as a picture may be that shares a printed page
_SIZE = re.compile(rb'viewBox="0 0 (?P<wide>[0-9.]+) (?P<high>[0-9.]+)"')


@dataclass(frozen=True)
class Picture:
    """One picture: its number in the document, its words, its table, and itself as SVG."""

    number: int
    words: Words
    table: Table
    svg: bytes

    @property
    def address(self) -> str:
        """The picture as an address that holds it."""
        return f"data:image/svg+xml;base64,{base64.b64encode(self.svg).decode('ascii')}"

    @property
    def short(self) -> bool:
        """Whether two such pictures have room on a printed page, one below the other."""
        found = _SIZE.search(self.svg)
        return found is not None and float(found["high"]) <= SHORT * float(found["wide"])

    @property
    def rows(self) -> list[Sequence[str]]:
        """The rows of the table behind it."""
        return [list(row) for row in self.table.rows()]


def pictures(
    source: Source,
    names: Sequence[str],
    basis: Basis,
    begin: int = 1,
    foundation: str | None = None,
) -> Iterator[Picture]:
    """Draw charts of a run by name, numbered from `begin` on; what has nothing to show is left out.

    One that is of one foundation is of this one. What shows nothing of all funds together is drawn
    of each fund that it does show.
    """
    number = begin
    for name in names:
        entry = CHARTS[name]
        own = basis if basis in entry.bases else entry.bases[0]
        for fund, table in _shown(entry, source, own, foundation):
            words = entry.words(table, source, fund, own)
            with settled():
                svg = encode(entry.draw(table, words), "svg", words)
            yield Picture(number, words, table, svg)
            number += 1


def _shown(
    entry: Chart, source: Source, basis: Basis, foundation: str | None
) -> Iterator[tuple[str | None, Table]]:
    """Find of which funds a chart has something to show."""
    funds = list(source.scenario.funds)
    try:
        yield None, entry.table(source, None, basis, foundation)
    except NotShown:
        for fund in funds if len(funds) > 1 else []:
            try:
                yield fund, entry.table(source, fund, basis, foundation)
            except NotShown:
                continue
