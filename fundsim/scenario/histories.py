"""A user's own table of market returns, found, read and handed to the model that draws from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from fundsim.errors import DataError, Problem
from fundsim.places.table import header_of
from fundsim.rules.base import Fault
from fundsim.rules.returns import AnyReturns, History, Tabled, read_history
from fundsim.scenario.document import Document
from fundsim.scenario.keys import Key
from fundsim.scenario.origins import Finding
from fundsim.scenario.schema import Settings

MARKETS = "markets"


@dataclass(frozen=True)
class Read:
    """A table that has been read, and what it was read from."""

    path: Path
    wanted: tuple[str, ...]
    kind: str
    step: str
    header: tuple[str, ...]
    history: History


def table_of(markets: AnyReturns, document: Document) -> Path | None:
    """Find the table that markets draw from: it stands relative to the file that writes it."""
    if not isinstance(markets, Tabled):
        return None
    folder = document.origin((MARKETS, markets.file_key)).source.folder
    return folder / markets.file


def _of_table(problem: Problem, path: Path, at: Key, document: Document) -> Finding:
    """Tell a fault of a row or a cell at its place, and one of the whole where the table is named.

    The table's own problems begin with how the scenario calls it, which may hold colons.
    """
    *_, row, column = ("", *problem.place.rsplit(":", 2))
    if not row.isdecimal():
        return document.finding(at, f"{problem.place}: {problem.message}")
    origin, place = document.origin(at), f"{path}:{row}:{column}"
    return Finding(origin.source.rank, origin.span.start, replace(problem, place=place))


def give_table(
    settings: Settings, document: Document, known: Read | None
) -> tuple[Read | None, list[Finding]]:
    """Read the table that markets draw from, unless it is `known`; what is wrong is told."""
    markets = settings.markets
    path = table_of(markets, document)
    if path is None or not isinstance(markets, Tabled):
        return None, []
    at = (MARKETS, markets.file_key)
    wanted = tuple(dict.fromkeys(markets.wanted.values()))
    try:
        asked = path, wanted, str(markets.kind), markets.step
        if known is None or (known.path, known.wanted, known.kind, known.step) != asked:
            content = path.read_bytes()
            history = read_history(
                content, markets.file, wanted, markets.step, by_path=markets.by_path
            )
            known = Read(*asked, header_of(content, markets.file), history)
        markets.take(known.history, known.header, years=settings.years, paths=settings.paths)
    except OSError as error:
        message = (
            f"{markets.file}: the file cannot be read ({error.strerror}); give the path of a CSV"
        )
        return None, [document.finding(at, message)]
    except DataError as error:
        return None, [_of_table(problem, path, at, document) for problem in error.problems]
    except Fault as fault:
        return None, [document.finding((MARKETS, *fault.key), fault.message)]
    return known, []
