"""The command `best`: the best rule of a family for stated aims, where nobody loses too much."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from fundsim.cli import options
from fundsim.cli.compared import tell_doubts

if TYPE_CHECKING:
    from fundsim.comparison.looking import Looking
    from fundsim.comparison.questions.finding import Tried, Wish
    from fundsim.scenario import Scenario

MOST = 20  # candidates that are printed; all of them as CSV


@click.command()
@options.scenario_argument
@options.amount
@click.option(
    "--aim",
    "aims",
    required=True,
    multiple=True,
    metavar="MEASURE",
    help="What the rule is to reach: a measure (fundsim list measures), or share_to:COLUMN, the "
    "share of money that reaches the people whom a column counts; may be repeated.",
)
@click.option(
    "--family",
    "families",
    multiple=True,
    metavar="RULE,...",
    help="Rules with ranges and choices, as need_weighted(steepness=0:3:0.25) or "
    "threshold_per_head(people=lbn_pop|cni23_pop).",
)
@options.rules
@click.option("--lose-at-most", "lose", metavar="RATE", help="The most that an area may lose.")
@click.option(
    "--against",
    default="per_capita",
    show_default=True,
    metavar="RULE|COLUMN",
    help="Against what: a rule's share of the same pot, or a column of pounds.",
)
@click.option(
    "--at-least", multiple=True, metavar="MEASURE=FIGURE", help="As share_to:lbn_pop=30%."
)
@click.option("--at-most", multiple=True, metavar="MEASURE=FIGURE", help="As gini_per_head=0.2.")
@click.option("--need", metavar="COLUMN", help="Column that measures rank areas by need with.")
@click.option("--earlier", metavar="COLUMN", help="Column of an earlier programme's money.")
@click.option("--minimum", metavar="MONEY", help="Least viable pounds, for areas_under_minimum.")
@options.sets
@options.table_format
@options.debug
def best(
    scenario: str,
    amount: str,
    aims: tuple[str, ...],
    families: tuple[str, ...],
    rules: tuple[str, ...],
    fund: str | None,
    lose: str | None,
    against: str,
    at_least: tuple[str, ...],
    at_most: tuple[str, ...],
    need: str | None,
    earlier: str | None,
    minimum: str | None,
    sets: tuple[str, ...],
    form: str,
    *,
    whole: bool,
) -> None:
    """Find the best rule of a family for an aim, or those that none beats for several.

    With --lose-at-most 5% no area may get less than 95% of what --against gives it; a rule that
    breaks this is tried again with exactly that floor. Without --family and --rules: equal, per
    head, by need with several steepnesses, and by the people who are aimed at. The answer is no
    (exit 1) where no rule of the family has all that is asked.
    """
    from fundsim.cli.printing import print_rows
    from fundsim.comparison.naming import OPTION, fund_that_shares
    from fundsim.comparison.questions.families import FAMILY, members
    from fundsim.comparison.questions.finding import best_of, usual

    stated = options.loaded(scenario, sets)
    name, pence = fund_that_shares(stated, fund), options.pence(amount)
    looking = _looking(stated, need, earlier, minimum)
    wish = _wish(stated, looking, aims, (at_least, at_most), lose, against)
    family = members([*families, *rules] or usual(wish.aims))
    option = OPTION if rules else FAMILY
    found = best_of(
        stated, name, pence, family, wish=wish, looking=looking, whole=whole, option=option
    )
    if form == "table":
        click.echo("\n".join(_told(found)))
    else:
        table = found.tables["candidates"]
        print_rows(table.columns, table.rows(), form)
    tell_doubts(dict.fromkeys(found.doubts), form)
    if not found.unbeaten:
        sys.exit(1)


def _looking(
    scenario: Scenario, need: str | None, earlier: str | None, minimum: str | None
) -> Looking:
    from fundsim.comparison.wanting import wanted

    asked = wanted(need=need, earlier=earlier, minimum=minimum)
    return asked.looking(scenario, "allocated", "nominal", years=1)


def _wish(
    scenario: Scenario,
    looking: Looking,
    aims: Sequence[str],
    bounds: tuple[Sequence[str], Sequence[str]],
    lose: str | None,
    against: str,
) -> Wish:
    from fundsim.comparison.questions.aims import read_aims, read_thresholds
    from fundsim.comparison.questions.finding import Wish, share_left

    at_least, at_most = bounds
    return Wish(
        read_aims(aims, scenario, looking),
        [
            *read_thresholds(at_least, 1, scenario, looking),
            *read_thresholds(at_most, -1, scenario, looking),
        ],
        None if lose is None else share_left(options.rate(lose, "--lose-at-most")),
        against,
    )


def _told(found: Tried) -> Iterator[str]:
    from fundsim.money import pounds

    yield f"{found.scenario.name}, fund {found.fund}: {pounds(found.amount)} shared once"
    yield ""
    yield from found.sentences()
    yield ""
    yield from _table(found, _shown(found))


def _table(found: Tried, shown: Sequence[int]) -> Iterator[str]:
    from fundsim.cli.printing import aligned

    aims = [aimed.aim.name for aimed in found.wish.aims]
    lines = [[str(n), *_row(found, row, shown)] for n, row in enumerate(shown, start=1)]
    yield from aligned(("", "rule", *aims, "largest loss", "in", "verdict"), lines)
    if len(shown) < len(found.candidates):
        yield f"{len(shown):,} of {len(found.candidates):,}; all of them with --format csv"


def _shown(found: Tried) -> list[int]:
    """Give candidates with the unbeaten first, then those that may be chosen, then the others."""
    direction = found.wish.aims[0].aim.direction
    unbeaten = set(found.unbeaten)
    return sorted(
        range(len(found.candidates)),
        key=lambda row: (
            row not in unbeaten,
            not found.good[row],
            -direction * found.figures[row, 0],
            row,
        ),
    )[:MOST]


def _row(found: Tried, row: int, shown: Sequence[int]) -> Sequence[str]:
    from fundsim.comparison.questions.saying import percent

    one, loss = found.candidates[row], found.candidates[row].loss
    figures = zip(found.wish.aims, found.figures[row].tolist(), strict=True)
    return (
        f"{one.made_of} + floor" if one.floored else one.name,
        *(aimed.aim.told(figure) for aimed, figure in figures),
        percent(loss) if loss > 0 else "–",
        found.looking.geography.names[one.area] if loss > 0 else "",
        _verdict(found, row, shown),
    )


def _verdict(found: Tried, row: int, shown: Sequence[int]) -> str:
    if row in found.unbeaten:
        return "best" if len(found.wish.aims) == 1 else "not beaten"
    if row in found.beaten_by:
        by = found.beaten_by[row]
        return f"beaten by {shown.index(by) + 1}" if by in shown else "beaten"
    below = found.candidates[row].below
    return f"{below:,} lose too much" if below else found.why_not[row]
