"""What drives an answer, told of a study that moves one thing at a time: parts and pictures."""

from __future__ import annotations

import math
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
from fundsim.studies.answers.discovery import Discovery, discovery, table_of_boxes
from fundsim.studies.answers.indices import Shares, shares, table_of_shares
from fundsim.studies.answers.screening import Screening, screenings, table_of_screenings
from fundsim.studies.answers.tornado import Tornado, table_of_tornadoes, tornadoes
from fundsim.studies.designs import Indices, Morris, OneAtATime
from fundsim.studies.folder import open_study
from fundsim.studies.pieces import FOLDER, Pieces
from fundsim.studies.verifying import altered
from fundsim.studies.wording import (
    acceptable,
    change,
    name_of,
    plainly,
    said,
    sentences,
    sentences_of_discovery,
    sentences_of_screenings,
    sentences_of_shares,
    size_of,
)
from fundsim.wording import counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHARES = ("by itself", "", "with others too", "", "both, of half of the draws")
EFFECTS = ("mu", "mu*", "", "sigma", "mu* of half of the trajectories")
POLICIES = (
    *("policy", "fails in", "of", "boxes", "density", "coverage"),
    *("density in other halves", "coverage in other halves"),
)
HEAD = ("low", "", "high", "", "difference", "error")


@dataclass(frozen=True)
class Drivers:
    """A study, and what it found of each measure: what moves it, or what makes its spread."""

    plan: Plan
    tornadoes: Sequence[Tornado] = ()
    shares: Sequence[Shares] = ()
    screenings: Sequence[Screening] = ()
    discovery: Discovery | None = None
    left_out: Sequence[str] = ()  # why some measures have no answer
    untold: str = ""  # why what it asks cannot be answered

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
        """Find what matters in the way that the study is made for.

        RunError: it is made for none, or what it found cannot be told.
        """
        study = plan.loaded.study
        kinds = {type(block) for block in study.vary.values()}
        if Indices in kinds:
            made = shares(plan, pieces)
            told = [one for one in made if not one.why_none]
            return cls(plan, shares=told, left_out=[one.why_none for one in made if one.why_none])
        if Morris in kinds:
            found = screenings(plan, pieces)
            moved = [one for one in found if not one.why_none]
            return cls(
                plan, screenings=moved, left_out=[one.why_none for one in found if one.why_none]
            )
        if OneAtATime in kinds:
            return cls(plan, tornadoes(plan, pieces))
        if study.acceptable or study.futures:
            return cls(plan, discovery=discovery(plan, pieces))
        message = (
            f'{study.name} does not ask what matters; add a block of kind "one_at_a_time", '
            '"sobol_indices" or "morris", or state which blocks are futures, and what is acceptable'
        )
        raise RunError(message)

    @property
    def table(self) -> Table:
        """What was found, as one table."""
        if self.shares:
            return table_of_shares(self.shares)
        if self.screenings:
            return table_of_screenings(self.screenings)
        if self.discovery:
            return table_of_boxes(self.discovery)
        return table_of_tornadoes(self.tornadoes)

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
        if self.untold:
            yield f"This cannot be told: {self.untold}."
        for one in self.tornadoes:
            yield f"{name_of(one.look.measure)}:"
            yield grid(one)
        for made in self.shares:
            yield f"{name_of(made.look.measure)}:"
            yield grid_of_shares(made)
        for found in self.screenings:
            yield f"{name_of(found.look.measure)}:"
            yield grid_of_effects(found)
        if self.discovery:
            yield acceptable(self.discovery)
            yield grid_of_policies(self.discovery)
            yield from sentences_of_discovery(self.discovery)
        yield from sentences(self.tornadoes)
        yield from sentences_of_shares(self.shares)
        yield from sentences_of_screenings(self.screenings)
        yield from (f"{why}." for why in self.left_out)
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


def grid_of_effects(made: Screening) -> Grid:
    """Set the elementary effects of all assumptions beneath each other, the largest first."""
    unit = METRICS[made.look.measure].unit
    rows = [
        (
            one.assumption,
            change(one.mu, unit),
            size_of(one.mu_star, unit),
            " to ".join(size_of(end, unit) for end in one.ends),
            size_of(one.sigma, unit),
            size_of(one.of_half, unit),
        )
        for one in made.effects
    ]
    return Grid((plainly(made.look.measure), *EFFECTS), rows)


def grid_of_policies(made: Discovery) -> Grid:
    """Set beneath each other how often policies fail, and what their boxes are worth together."""
    rows = []
    for one in made.policies:
        worth = one.density, one.coverage, one.halves.density, one.halves.coverage
        told = ("–" if math.isnan(each) else f"{100 * each:.0f}%" for each in worth)
        counts = f"{one.failing:,}", f"{one.futures:,}", f"{len(one.places):,}"
        rows.append((one.policy, *counts, *told))
    return Grid(POLICIES, rows)


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
