"""What a chart is: a table, words about it, and a drawing of it.

Nothing here imports matplotlib; only drawings do, when they are made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundsim.charts.source import Basis, Source, fund_of
from fundsim.charts.words import Facts, Words
from fundsim.errors import RunError
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Tabulate = Callable[[Source, str, Basis], Table]
Say = Callable[[Table, Facts], Words]
Draw = Callable[[Table, Words], "Figure"]


class NotShown(RunError):  # noqa: N818 - it is no fault of the run, only not the chart for it
    """A chart has nothing to show for this run; the message names what does."""


@dataclass(frozen=True)
class Chart:
    """One entry of the catalogue.

    `tabulate(source, fund, basis)` makes the table that is shown, `say(table, facts)` finds title,
    caption and alternative text, and `draw(table, words)` draws from these two alone.
    """

    name: str
    title: str
    bases: tuple[Basis, ...]
    tabulate: Tabulate
    say: Say
    draw: Draw

    def table(self, source: Source, fund: str | None = None, basis: Basis = "real") -> Table:
        """Make the table that the chart shows of a fund: the only one, or all, unless named."""
        if basis not in self.bases:
            message = (
                f"{self.name} is measured in {' and '.join(self.bases)} terms only; "
                f"leave {basis} out"
            )
            raise NotShown(message)
        return self.tabulate(source, fund_of(source, fund), basis)

    def words(
        self, table: Table, source: Source, fund: str | None = None, basis: Basis = "real"
    ) -> Words:
        """Find the words that go with a table of this chart."""
        return self.say(table, Facts.of(source, fund_of(source, fund), basis, self.name))


def chart(
    say: Say, draw: Draw, *, bases: tuple[Basis, ...] = ("real", "nominal")
) -> Callable[[Tabulate], Chart]:
    """Make a chart of the function that makes its table.

    The chart bears that function's name, and the first line of its docstring is the chart's public
    description. The first of `bases` is the one shown unasked.
    """

    def made(tabulate: Tabulate) -> Chart:
        title = (tabulate.__doc__ or "").strip().splitlines()[0]
        return Chart(tabulate.__name__, title, bases, tabulate, say, draw)

    return made
