"""What a chart of a comparison is: as a chart of a run, but of rules held against each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fundsim.charts.chart import Draw, NotShown
from fundsim.charts.comparing.facts import ComparisonFacts
from fundsim.charts.words import Words
from fundsim.comparison.compared import Comparison
from fundsim.errors import RunError, nearest
from fundsim.metrics.series import Basis
from fundsim.results import Table
from fundsim.scenario import Scenario

MEASURES = ("gini_per_head", "share_to_most_deprived_fifth")


@dataclass(frozen=True)
class Asked:
    """What a chart may be told beside the comparison.

    `rule` is the one that a chart of a single rule shows: the second one unless named. `measures`
    are those of a scatter, the first one across.
    """

    rule: str | None = None
    measures: tuple[str, str] = MEASURES

    def rule_of(self, found: Comparison) -> str:
        """Say which rule is meant; an unknown one is a RunError that names the nearest."""
        if self.rule is None:
            return found.rules[1]
        if self.rule not in found.rules:
            there = ", ".join(found.rules)
            hint = nearest(self.rule, found.rules)
            message = f'no rule "{self.rule}" was compared{hint}; there are: {there}'
            raise RunError(message)
        return self.rule


@dataclass(frozen=True)
class Given:
    """Tables that were made elsewhere (`breadth`, `ranks`) and the scenario that they speak of.

    It takes the place of a comparison where a chart shows one of these tables and nothing else.
    """

    scenario: Scenario
    tables: Mapping[str, Table]
    fund: str | None = None
    measure: str = "allocated"
    basis: Basis = "nominal"
    exact: bool = True
    paths: int = 1
    base: str = "as stated"
    rules: tuple[str, ...] = field(default=("as stated",))
    asked: Mapping[str, Any] = field(default_factory=dict)

    @property
    def scenarios(self) -> Mapping[str, Scenario]:
        """The scenario, by the name of its rule."""
        return {self.base: self.scenario}

    def table(self, name: str) -> Table:
        """Give one of the tables; one that is not given is a RunError."""
        if name not in self.tables:
            message = f"no table of {name} is given, only of {', '.join(self.tables)}"
            raise RunError(message)
        return self.tables[name]


UNTOLD = Asked()
Tabulate = Callable[[Comparison, Asked], Table]
Say = Callable[[Table, ComparisonFacts], Words]


@dataclass(frozen=True)
class ComparisonChart:
    """One entry of the catalogue.

    `tabulate(comparison, asked)` makes the table that is shown, `say(table, facts)` finds title,
    caption and alternative text, and `draw(table, words)` draws from these two alone. A chart that
    is `of_one_rule` shows one of the rules beside the first, one `of_measures` those asked for,
    and one `of_given` a table that comparisons do not have.
    """

    name: str
    title: str
    tabulate: Tabulate
    say: Say
    draw: Draw
    of_one_rule: bool = False
    of_measures: bool = False
    of_given: bool = False

    def table(self, found: Comparison, asked: Asked = UNTOLD) -> Table:
        """Make the table that the chart shows of a comparison."""
        return self.tabulate(found, asked)

    def words(self, table: Table, found: Comparison) -> Words:
        """Find the words that go with a table of this chart."""
        return self.say(table, ComparisonFacts.about(found, self.name))


def comparison_chart(
    say: Say,
    draw: Draw,
    *,
    of_one_rule: bool = False,
    of_measures: bool = False,
    of_given: bool = False,
) -> Callable[[Tabulate], ComparisonChart]:
    """Make a chart of the function that makes its table.

    The chart bears that function's name, and the first line of its docstring is the chart's public
    description.
    """

    def made(tabulate: Tabulate) -> ComparisonChart:
        name = tabulate.__name__
        title = (tabulate.__doc__ or "").strip().splitlines()[0]
        kinds = of_one_rule, of_measures, of_given
        return ComparisonChart(name, title, tabulate, say, draw, *kinds)

    return made


def not_alone(chart: str, found: Comparison) -> None:
    """Raise NotShown where there is no rule to hold against the first."""
    if len(found.rules) < 2:
        message = f"{chart} has nothing to show: only one rule was compared; name another one"
        raise NotShown(message)
