"""The axioms, and the card of a rule: what was found about each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from fundsim.comparison.axioms import areas, pots
from fundsim.comparison.axioms.bench import Bench
from fundsim.comparison.axioms.trials import Finding, does_not_apply
from fundsim.errors import InputError, Problem
from fundsim.results.table import Row, Table
from fundsim.rules.base import Fault
from fundsim.scenario import Scenario

COLUMNS = ("rule", "axiom", "verdict", "cases", "counter_example")


class Axiom(NamedTuple):
    """What an axiom asks for, in plain words, and how it is tried."""

    says: str
    tried: Callable[[Bench, str], Finding]


AXIOMS: Mapping[str, Axiom] = {
    "sums exactly": Axiom(
        "the whole pot is shared, to the penny, or nobody may have what is left", pots.sums_exactly
    ),
    "non-negative": Axiom("nobody pays in", pots.non_negative),
    "symmetric": Axiom("equal areas get the same, whatever order they stand in", areas.symmetric),
    "monotone in the pot": Axiom(
        "nobody gets less because there is more to share", pots.monotone_in_the_pot
    ),
    "monotone in need": Axiom("an area whose need rises gets no less", areas.monotone_in_need),
    "scale-free in population": Axiom(
        "where all populations grow alike, everybody gets the same", areas.scale_free
    ),
    "quota": Axiom(
        "of whole places everybody gets its exact share, cut or raised to a whole number",
        pots.quota,
    ),
    "floor kept": Axiom(
        "everybody gets what it is promised, wherever the pot pays for that", pots.floor_kept
    ),
    "stable under merging": Axiom(
        "two neighbours that become one area get together what they had",
        areas.stable_under_merging,
    ),
    "stable under splitting": Axiom(
        "the two halves of an area get together what it had", areas.stable_under_splitting
    ),
}


@dataclass(frozen=True)
class Card:
    """What was found about a rule, by axiom, and what a reader should know of how it was tried."""

    rule: str
    findings: Mapping[str, Finding]
    remarks: tuple[str, ...] = ()


def card(name: str, bench: Bench, axioms: Iterable[str] = tuple(AXIOMS)) -> Card:
    """Try a rule on its bench; one that cannot share the amount at all raises a Fault."""
    bench.dues()
    return Card(name, {axiom: _found(bench, axiom) for axiom in axioms}, tuple(_remarks(bench)))


def _found(bench: Bench, axiom: str) -> Finding:
    try:
        return AXIOMS[axiom].tried(bench, axiom)
    except Fault as fault:
        return does_not_apply(axiom, fault.message)


def _remarks(bench: Bench) -> Iterator[str]:
    if len(bench.tried) < len(bench.geography):
        yield (
            f"areas changed one by one: {len(bench.tried):,} of {len(bench.geography):,}, evenly "
            "spaced by need and by people"
        )
    if bench.rule.changes():
        yield "the rule depends on the day or on the round before: tried as in a first round"


def cards_of(scenarios: Mapping[str, Scenario], fund: str, amount: int) -> list[Card]:
    """Give the card of the fund's rule in each scenario, by name, for an amount in pence.

    All rules that do not apply to the table are told in one InputError.
    """
    found: list[Card] = []
    problems: list[Problem] = []
    for name, scenario in scenarios.items():
        try:
            found.append(card(name, Bench.of(scenario, fund, amount)))
        except Fault as fault:
            problems.append(Problem("--rules", name, fault.message))
    if problems:
        raise InputError(problems)
    return found


def table_of(cards: Iterable[Card]) -> Table:
    """Give cards as a table, one row a rule and an axiom.

    `counter_example` also holds why an axiom does not apply, or what is to be known of one that is
    kept.
    """
    listed = list(cards)

    def rows() -> Iterator[Row]:
        for one in listed:
            for name, finding in one.findings.items():
                cases = str(finding.cases)
                yield one.rule, name, finding.verdict, cases, finding.words

    return Table("axioms", COLUMNS, rows)
