"""What drives an answer, told of a study that moves one thing at a time: parts and pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fundsim.charts.rendering import encode, settled
from fundsim.charts.studying import shares as spread
from fundsim.charts.studying import tornado
from fundsim.charts.words import Words
from fundsim.errors import RunError
from fundsim.metrics.catalogue import METRICS
from fundsim.report.figures import Picture
from fundsim.report.parts import Grid
from fundsim.results.table import Table
from fundsim.studies import Plan, planned
from fundsim.studies.designs import Indices
from fundsim.studies.folder import open_study
from fundsim.studies.indices import Shares, shares, table_of_shares
from fundsim.studies.pieces import FOLDER, Pieces
from fundsim.studies.sensitivity import Tornado, table_of_tornadoes, tornadoes
from fundsim.studies.verifying import altered
from fundsim.studies.wording import (
    change,
    name_of,
    plainly,
    said,
    sentences,
    sentences_of_shares,
)
from fundsim.wording import counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHARES = ("by itself", "", "with others too", "", "of half of the draws")
HEAD = ("low", "", "high", "", "difference", "error")


@dataclass(frozen=True)
class Drivers:
    """A study, and what it found of each measure: what moves it, or what makes its spread."""

    plan: Plan
    tornadoes: Sequence[Tornado] = ()
    shares: Sequence[Shares] = ()

    @classmethod
    def of(cls, place: Path) -> Drivers:
        """Read a finished study's folder; one that is not whole is a RunError."""
        wrong = next(altered(place), None)
        if wrong is not None:
            message = f"{place} does not verify ({wrong}); make it again with fundsim batch {place}"
            raise RunError(message)
        return cls.found(planned(open_study(place)), Pieces(place / FOLDER))

    @classmethod
    def found(cls, plan: Plan, pieces: Pieces) -> Drivers:
        """Find what matters in the way that the study is made for."""
        if any(isinstance(block, Indices) for block in plan.loaded.study.vary.values()):
            return cls(plan, shares=shares(plan, pieces))
        return cls(plan, tornadoes(plan, pieces))

    @property
    def table(self) -> Table:
        """What was found, as one table."""
        return table_of_shares(self.shares) if self.shares else table_of_tornadoes(self.tornadoes)

    def heading(self, fingerprint: str = "") -> str:
        """Say which study this is; where its base is not the run of a fingerprint, that too."""
        scenario = self.plan.loaded.scenario
        futures = counted(scenario.paths, "path")
        told = f"{scenario.name} on {futures}, seed {scenario.seed}"
        if fingerprint in ("", scenario.fingerprint):
            return told
        return f"{told} (fingerprint {scenario.fingerprint}, another than this run's)"

    def parts(self) -> Iterator[Grid | str]:
        """Tell each measure under every assumption, then what moves it most."""
        for one in self.tornadoes:
            yield f"{name_of(one.look.measure)}:"
            yield grid(one)
        for made in self.shares:
            yield f"{name_of(made.look.measure)}:"
            yield grid_of_shares(made)
        yield from sentences(self.tornadoes)
        yield from sentences_of_shares(self.shares)
        yield from self.doubts()

    def doubts(self) -> Iterator[str]:
        """Say whose ends nobody vouches for."""
        sources = self.plan.loaded.study.sources
        unverified = [key for key, text in sources.items() if text.startswith("unverified")]
        if unverified:
            yield f"unverified: why these values, of {', '.join(unverified)}"

    def pictures(self, begin: int) -> Iterator[Picture]:
        """Draw a picture a measure, numbered from `begin` on."""
        for number, (table, words, draw) in enumerate(self._drawings(), start=begin):
            with settled():
                svg = encode(draw(table, words), "svg", words)
            yield Picture(number, words, table, svg)

    def _drawings(self) -> Iterator[tuple[Table, Words, Callable[[Table, Words], Figure]]]:
        for one in self.tornadoes:
            table = table_of_tornadoes([one])
            yield table, tornado.words_of(self.plan.loaded, table, one), tornado.draw
        for made in self.shares:
            table = table_of_shares([made])
            yield table, spread.words_of(self.plan.loaded, table, made), spread.draw


def grid_of_shares(made: Shares) -> Grid:
    """Set both indices of each assumption beside each other, with their intervals."""
    rows = [
        (
            one.assumption,
            f"{one.first:.2f}",
            _interval(one.first_ends),
            f"{one.total:.2f}",
            _interval(one.total_ends),
            f"{one.of_half[0]:.2f}, {one.of_half[1]:.2f}",
        )
        for one in made.shares
    ]
    return Grid((plainly(made.look.measure), *SHARES), rows)


def _interval(ends: tuple[float, float]) -> str:
    low, high = ends
    return f"{low:.2f} to {high:.2f}"


def grid(one: Tornado) -> Grid:
    """Set both ends of each assumption beside each other, the one that moves it most first."""
    unit = METRICS[one.look.measure].unit
    rows = [
        (
            bar.assumption,
            *(cell for m in bar.ends.values() for cell in (m.changes, said(m.mean, unit))),
            change(bar.swing, unit),
            change(bar.error, unit).lstrip("+"),
        )
        for bar in one.bars
    ]
    base = ("as assumed", "", said(one.base, unit), "", "", "", "")
    return Grid((plainly(one.look.measure), *HEAD), [base, *rows])
