"""A study's pieces as they are where it is run at once, whatever their history."""

from __future__ import annotations

from collections.abc import Iterator

from fundsim.studies.pieces import Pieces, piece
from fundsim.studies.plan import Plan
from fundsim.studies.running import cut, longest, paths_of


def settled(plan: Plan, pieces: Pieces) -> Iterator[tuple[str, bytes]]:
    """Give each piece that a study's table is made of, with its name, in the order of names.

    A study that grew has its paths in other pieces than one that was run at once, and pieces of
    values that it has no more. They are cut here as `fundsim batch` cuts them from nothing, and
    what no run needs is left out. What there is of a run that failed is given as it stands, with
    the reason.
    """
    listed = pieces.listed()
    for key, run in sorted(longest(plan).items()):
        figures = pieces.among(listed, key, paths_of(run))
        if figures is None:
            yield from ((path.name, path.read_bytes()) for path in listed.get(key, ()))
        else:
            spans = cut([(0, figures.shape[1])])
            yield from sorted(piece(key, figures[:, first:end], first) for first, end in spans)
