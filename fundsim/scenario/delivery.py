"""What is wrong with what the foundations are to do: capacity, exceptions, priority."""

from __future__ import annotations

from collections.abc import Iterator

from fundsim.errors import nearest
from fundsim.places import PACKAGED, Geography
from fundsim.scenario.document import Document
from fundsim.scenario.drafts import Draft
from fundsim.scenario.keys import Key
from fundsim.scenario.origins import Finding

_ROOM = "foundations"
_NAMED = 12  # foundations that a message lists
_NO_SITTINGS = (
    "a capacity is shared out between sittings, and none are stated; add the months of them, "
    'as in sittings = ["March", "September"], or leave it out'
)


def wrong_delivery(
    draft: Draft, document: Document, geography: Geography | None
) -> Iterator[Finding]:
    """Find what the foundations are told that cannot be."""
    yield from (
        document.finding((_ROOM, *key), text)
        for key, text in [*_wrong_capacity(draft), *_wrong_priority(draft)]
    )
    for name in draft.foundations.overrides if geography else ():
        fault = no_foundation(name, geography)
        if fault:
            yield document.finding((_ROOM, "overrides", name), fault, at="key")


def sits(draft: Draft, foundation: str) -> bool:
    """Tell whether a foundation has sittings, in whatever form they are stated."""
    own = draft.foundations.overrides.get(foundation)
    return draft.foundations.sittings or (own is not None and own.sittings)


def no_foundation(name: str, geography: Geography | None) -> str:
    """Say that no foundation of that id is in use, or nothing where one is, or none is known."""
    known = [foundation.id for foundation in geography.foundations] if geography else [name]
    if name in known:
        return ""
    hint = nearest(name, known)
    if geography and geography.label in PACKAGED:
        remedy = '"fundsim list foundations" names them all'
    else:
        more = f" and {len(known) - _NAMED} more" if len(known) > _NAMED else ""
        remedy = f"there are {', '.join(known[:_NAMED])}{more}"
    return f'no foundation "{name}" serves these areas{hint}; {remedy}'


def _wrong_capacity(draft: Draft) -> Iterator[tuple[Key, str]]:
    if draft.foundations.capacity and not draft.foundations.sittings:
        yield ("capacity",), _NO_SITTINGS
    for name, own in draft.foundations.overrides.items():
        if own.capacity and not sits(draft, name):
            yield ("overrides", name, "capacity"), _NO_SITTINGS


def _wrong_priority(draft: Draft) -> Iterator[tuple[Key, str]]:
    order = draft.foundations.priority
    if order is None or not draft.names:
        return
    unknown = [name for name in order if name not in draft.names]
    for number, name in enumerate(order):
        if name in unknown:
            hint = nearest(name, draft.names)
            text = f'there is no fund "{name}"{hint}; expected each of {", ".join(draft.names)}'
            yield ("priority", number), text
        elif name in order[:number]:
            yield ("priority", number), f'"{name}" is here twice; name each fund once'
    missing = [name for name in draft.names if name not in order]
    if missing and not unknown:
        verb = "is" if len(missing) == 1 else "are"
        text = f"{' and '.join(missing)} {verb} missing; name every fund, or leave priority out"
        yield ("priority",), text
