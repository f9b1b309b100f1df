"""What a chart is: a table, words about it, and a drawing of it.

Nothing here imports matplotlib; only drawings do, when they are made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fundsim.charts.source import Basis, Source, fund_of
from fundsim.charts.words import Facts, Words
from fundsim.errors import RunError
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from fundsim.charts.outlines import Outlines

Tabulate = Callable[[Source, str, Basis], Table]
TabulateOne = Callable[[Source, str, Basis, str | None], Table]
Say = Callable[[Table, Facts], Words]
Draw = Callable[[Table, Words], "Figure"]


class NotShown(RunError):  # noqa: N818 - it is no fault of the run, only not the chart for it
    """A chart has nothing to show for this run; the message names what does."""


@dataclass(frozen=True)
class Chart:
    """One entry of the catalogue.

    `tabulate(source, fund, basis, foundation)` makes the table that is shown, `say(table, facts)`
    finds title, caption and alternative text, and `draw(table, words)` draws from these two alone.
    A chart that is `of_one_foundation` needs to be told which; the others do not ask. `within`
    makes the chart on a user's outlines of areas, of one that can be; some have nothing without.
    """

    name: str
    title: str
    bases: tuple[Basis, ...]
    tabulate: TabulateOne
    say: Say
    draw: Draw
    of_one_foundation: bool = False
    within: Callable[[Outlines], Chart] | None = None
    needs_outlines: bool = False

    def table(
        self,
        source: Source,
        fund: str | None = None,
        basis: Basis = "real",
        foundation: str | None = None,
    ) -> Table:
        """Make the table that the chart shows of a fund: the only one, or all, unless named."""
        if basis not in self.bases:
            message = (
                f"{self.name} is measured in {' and '.join(self.bases)} terms only; "
                f"leave {basis} out"
            )
            raise NotShown(message)
        return self.tabulate(source, fund_of(source, fund), basis, foundation)

    def words(
        self, table: Table, source: Source, fund: str | None = None, basis: Basis = "real"
    ) -> Words:
        """Find the words that go with a table of this chart."""
        return self.say(table, Facts.of(source, fund_of(source, fund), basis, self.name))


def chart(
    say: Say,
    draw: Draw,
    *,
    bases: tuple[Basis, ...] = ("real", "nominal"),
    within: Callable[[Outlines], Chart] | None = None,
    needs_outlines: bool = False,
) -> Callable[[Tabulate], Chart]:
    """Make a chart of the function that makes its table.

    The chart bears that function's name, and the first line of its docstring is the chart's public
    description. The first of `bases` is the one shown unasked.
    """

    def made(tabulate: Tabulate) -> Chart:
        def of_all(source: Source, fund: str, basis: Basis, _: str | None) -> Table:
            return tabulate(source, fund, basis)

        name, title = tabulate.__name__, _title(tabulate)
        outlines: dict[str, Any] = {"within": within, "needs_outlines": needs_outlines}
        return Chart(name, title, bases, of_all, say, draw, **outlines)

    return made


def chart_of_one_foundation(say: Say, draw: Draw) -> Callable[[TabulateOne], Chart]:
    """Make a chart of one foundation, whose id its function takes last; None if none is named."""

    def made(tabulate: TabulateOne) -> Chart:
        name, title = tabulate.__name__, _title(tabulate)
        return Chart(name, title, ("real", "nominal"), tabulate, say, draw, of_one_foundation=True)

    return made


def _title(tabulate: Callable[..., Table]) -> str:
    return (tabulate.__doc__ or "").strip().splitlines()[0]
