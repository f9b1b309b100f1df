"""What areas are paid a head, as both maps of areas show it: shades, and both ends by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fundsim.charts.figures import per_head
from fundsim.charts.horizon import PER_HEAD
from fundsim.charts.language import counted, say
from fundsim.charts.lettering import Ruler
from fundsim.charts.outlines import Outlines
from fundsim.charts.page import MARGIN, POINT, Page
from fundsim.charts.shading import Shading
from fundsim.charts.style import colours, sizes
from fundsim.charts.words import Facts, Words, words
from fundsim.results import Table

KEY = 42.0  # width of the key and the list below it, in millimetres
BETWEEN = 4.0  # map and key
HIGH = 175.0  # of a map, at most: with its words it fits a page
MOST_NAMED = 5  # areas at either end that bear their rank
LINE = 3.6  # from line to line of their list
TIGHT = 7.2  # size of its letters
LISTED = 14.0 + (2 * MOST_NAMED + 2) * 2 * LINE  # how high the list may be


@dataclass(frozen=True)
class AreaFigure:
    """An area with its rank and what it is paid."""

    code: str
    rank: int
    name: str
    nation: str
    per_head: float


@dataclass(frozen=True)
class AreaFigures:
    """All areas of a map, those that get most first."""

    areas: tuple[AreaFigure, ...]

    @classmethod
    def of(cls, table: Table) -> AreaFigures:
        """Read the areas off a ranking."""
        wanted = ("area", "rank", "name", "nation", PER_HEAD.format("mean"))
        rows = zip(*(table.column(name) for name in wanted), strict=True)
        return cls(
            tuple(
                AreaFigure(code, int(rank), name, nation, float(figure))
                for code, rank, name, nation, figure in rows
            )
        )

    @property
    def names(self) -> list[str]:
        """All names."""
        return [area.name for area in self.areas]

    @property
    def nations(self) -> int:
        """How many nations there are."""
        return len({area.nation for area in self.areas})

    @property
    def ends(self) -> tuple[Sequence[AreaFigure], Sequence[AreaFigure]]:
        """Those that get most and those that get least, none twice."""
        most = self.areas[:MOST_NAMED]
        return most, self.areas[max(len(self.areas) - MOST_NAMED, len(most)) :]

    def said(self, area: AreaFigure) -> str:
        """Write an area's figure."""
        return per_head(area.per_head, largest=self.areas[0].per_head)

    @property
    def shading(self) -> Shading:
        """Which shade stands for which figures."""
        return Shading.of([area.per_head for area in self.areas])


def say_areas(
    figures: AreaFigures, facts: Facts, how: Sequence[str], notes: Sequence[str]
) -> Words:
    """Find the words of a map of areas; `how` says how to read it."""
    first, last = figures.areas[0], figures.areas[-1]
    return words(
        facts,
        title=say("What each area gets a year, for each person, on a map"),
        about=[
            say(
                "{fund}: pounds paid a head, mean over {years} and {futures}, {prices}",
                fund=facts.fund_title,
                years=counted(facts.years, "year"),
                futures=facts.futures,
                prices=facts.prices,
            ),
            *how,
        ],
        reading=[
            facts.fund_title,
            say(
                "{areas} get from {least} ({last}) to {most} ({first}) a head a year, {prices}",
                areas=counted(len(figures.areas), "area"),
                least=figures.said(last),
                last=last.name,
                most=figures.said(first),
                first=first.name,
                prices=facts.prices,
            ),
        ],
        by_area=True,
        notes=notes,
    )


def ranks_borne() -> str:
    """Say which areas bear their rank on a map."""
    return say(
        "the {most} that get most and the {most} that get least bear their rank", most=MOST_NAMED
    )


def named(outlines: Outlines) -> str:
    """Name a user's outlines, so that they can be told from others of their name."""
    return say(
        "{file} (SHA-256 {digest}, areas found by {key})",
        file=outlines.label,
        digest=outlines.digest,
        key=outlines.key,
    )


def room_for_map() -> float:
    """Give how wide a map may be on a sheet that has the key beside it, in millimetres."""
    return sizes().width - 2 * MARGIN - KEY - BETWEEN


def draw_ends(page: Page, figures: AreaFigures, top: float) -> None:
    """Name those at either end of the ranking, each with its figure, at the right of a sheet."""
    left, middle = page.right - KEY, top
    for heading, areas in zip((say("Most"), say("Least")), figures.ends, strict=True):
        if not areas:
            continue
        page.text(left, middle, heading, sizes().small, colour=colours().quiet)
        middle += LINE + 0.6
        for area in areas:
            middle = _entry(page, area, figures.said(area), (left, middle))
        middle += 2.4


def _entry(page: Page, area: AreaFigure, said: str, place: tuple[float, float]) -> float:
    """Write an area's rank, name and figure; give where the next one stands."""
    left, middle = place
    page.text(left + 5.6, middle, f"{area.rank}", TIGHT, colour=colours().quiet, side="right")
    page.text(page.right, middle, said, TIGHT, bold=True, side="right")
    room = KEY - 7.0 - Ruler(TIGHT, bold=True).width(said) * POINT - 1.5
    name = Ruler(TIGHT).shortened(page.letters.drawable(area.name), room / POINT, lines=2)
    for line in name:
        page.text(left + 7.0, middle, line, TIGHT)
        middle += LINE
    return middle + 0.4
