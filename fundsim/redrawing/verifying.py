"""Whether a chart's file is as it was drawn."""

from __future__ import annotations

from collections.abc import Iterator

from fundsim import __version__
from fundsim.charts.record import broken
from fundsim.redrawing.carried import Drawn, compared, laid_out, one, question

STATED = ("fingerprint", "seed", "paths", "years")


def verify_drawn(found: Drawn) -> Iterator[str]:
    """Say in which way a chart's file is not what was drawn; nothing where all holds.

    Hashes of content and record; and, where the same version made it, whether the scenario that it
    carries is the one whose fingerprint, seed, paths and years it states.
    """
    wrong = [f"{found.path.name}: {what}" for what in broken(found.record, found.content)]
    yield from wrong
    if wrong or found.version != __version__:
        return
    with laid_out(found) as folder:
        scenario = question(found, folder).first.first if compared(found) else one(found, folder)
        for key in STATED:
            own, stated = getattr(scenario, key), found.record.get(key)
            if own != stated:
                yield f"{found.path.name}: its scenario has the {key} {own}, and it states {stated}"
