"""The difference between two runs in words: how much, because of what, in which order."""

from __future__ import annotations

from collections.abc import Iterator

from fundsim.explaining.between import GROUPS, Change, listed
from fundsim.explaining.bridge import MEASURES, Bridge
from fundsim.explaining.words import INDENT, with_figures, wrapped
from fundsim.money import pounds

NAMED = 4  # assumptions of a group that are named; the others are counted
LONG = 60  # letters of a value that are shown


def of_bridge(bridge: Bridge) -> Iterator[str]:
    """Write why an area has more or less in one run than in another."""
    places = bridge.one.scenario.geography_table
    area = places.codes.index(bridge.code)
    one, other = bridge.names
    other = "itself" if one == other else other
    yield f"{places.names[area]} ({bridge.code}): {one} against {other}"
    yield from wrapped(_what_is_compared(bridge))
    yield ""
    if not bridge.parts:
        yield "The two runs make the same assumptions: there is no difference."
        return
    yield from wrapped(_in_short(bridge))
    for measure in MEASURES:
        yield ""
        yield from with_figures(bridge.section(measure))
    yield from _because(bridge)
    yield ""
    yield from wrapped(_on_the_order(bridge))


def _what_is_compared(bridge: Bridge) -> str:
    years = f"{bridge.first}" if bridge.first == bridge.last else f"{bridge.first} to {bridge.last}"
    funds = f"the fund {bridge.funds[0]}" if len(bridge.funds) == 1 else "all funds together"
    told = int(bridge.other.manifest["told_path"])
    again = "" if told == bridge.path else f" (the other run tells path {told} itself)"
    return f"{years}, {funds}, in pounds of the day, on path {bridge.path}{again}."


def _in_short(bridge: Bridge) -> str:
    """Say the whole difference in one sentence."""
    apart, name = bridge.apart("paid"), bridge.names[1]
    if not apart:
        return f"As much is paid there in {name}, to the penny."
    whole = f"{_more(apart)} is paid there in {name}"
    parts = [(change.title, figures["paid"]) for change, figures in bridge.changes()]
    with_some = [(title, pence) for title, pence in parts if pence]
    if len(with_some) == 1:
        return f"{whole}, because of {with_some[0][0]}."
    reasons = "; ".join(f"{_more(pence)} for {title}" for title, pence in with_some)
    return f"{whole}, because: {reasons}."


def _more(pence: int) -> str:
    return f"{pounds(abs(pence))} {'more' if pence > 0 else 'less'}"


def _because(bridge: Bridge) -> Iterator[str]:
    """Name the assumptions that were changed."""
    changes = list(bridge.changes())
    yield from ("", "What was changed:") if changes else ()
    for change, _ in changes:
        yield f"{'':{INDENT}}{change.title}"
        for line in _assumptions(change):
            yield from wrapped(line, 2 * INDENT)


def _assumptions(change: Change) -> Iterator[str]:
    for key, before, after in change.keys[:NAMED]:
        yield f"{key}: {_short(before)} → {_short(after)}"
    if len(change.keys) > NAMED:
        yield f"and {len(change.keys) - NAMED} more (fundsim diff lists all)"


def _short(value: str) -> str:
    return value if len(value) <= LONG else f"{value[: LONG - 3]}..."


def _on_the_order(bridge: Bridge) -> str:
    order = f"Assumptions were changed in this order: {', '.join(GROUPS)}."
    sentences = [
        order,
        "Each part is what its change makes of the ones before it.",
        "In another order the parts would differ; their sum would not.",
    ]
    sentences += [_together(change) for change, _ in bridge.parts if len(change.groups) > 1]
    if set(bridge.one.scenario.funds) != set(bridge.other.scenario.funds):
        sentences.append(
            "A fund that only one of the runs has is taken as money with all its rules."
        )
    idle = bridge.without_effect()
    if idle:
        sentences.append(f"These differ too and change nothing here: {', '.join(idle)}.")
    return " ".join(sentences)


def _together(change: Change) -> str:
    first = change.groups[:-1]
    return f"{_capital(change.title)} were changed at once: {listed(first)} cannot be run alone."


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
