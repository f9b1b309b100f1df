"""Whether a study's folder is whole: its files, its pieces, and its tables made of them again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from fundsim.errors import RunError
from fundsim.results.folder import MANIFEST, hash_of
from fundsim.results.store import Parquet
from fundsim.studies.answers.tables import left, unlike
from fundsim.studies.folder import TABLE, open_study
from fundsim.studies.pieces import FOLDER, Pieces
from fundsim.studies.plan import Plan, planned
from fundsim.studies.state import numbered, state_of
from fundsim.studies.table import table_of
from fundsim.wording import counted


def altered(place: Path) -> Iterator[str]:
    """Say what of a finished study is missing, altered or does not fit together.

    RunError: it is not finished yet.
    """
    yield from _altered(planned(open_study(place)), place)


def _altered(plan: Plan, place: Path) -> Iterator[str]:
    pieces = Pieces(place / FOLDER)
    if not (place / MANIFEST).is_file():
        message = f"{place} is not finished yet; go on with fundsim batch {place}"
        raise RunError(message)
    files = Parquet()
    try:
        manifest = json.loads((place / MANIFEST).read_text("utf-8"))
        stated_files, fingerprint = dict(manifest["files"]), manifest["fingerprint"]
    except (OSError, ValueError, TypeError, KeyError):
        yield f"{MANIFEST} cannot be read; fundsim batch {place} writes it again"
        return
    for name, stated in stated_files.items():
        if not (place / name).is_file():
            yield f"{name} is missing"
        elif hash_of(files, place / name) != stated:
            yield f"{name} was altered: its hash differs from the manifest's"
    for name in pieces.broken():
        yield f"{FOLDER}/{name} was altered: its content has another hash than its name says"
    if plan.fingerprint != fingerprint:
        yield f"the study has the fingerprint {plan.fingerprint}, and the manifest states another"
        return
    missing = state_of(plan, pieces).open
    if missing:
        yield f"{FOLDER}/ lacks {numbered(missing)}"
    elif (place / TABLE).is_file() and _remade(plan, pieces) != (place / TABLE).read_bytes():
        yield f"{TABLE} is not what the pieces make"


def differences(plan: Plan, place: Path) -> Iterator[str]:
    """Say what `altered` does of a folder's plan, and which tables that commands left are not so.

    These stand in no manifest, since a command may leave them at any time. RunError: the study is
    not finished yet.
    """
    yield from _altered(plan, place)
    yield from unlike(plan, Pieces(place / FOLDER), place)


def looked_at(place: Path) -> str:
    """Say what of a finished study's folder was held against what."""
    made = [TABLE, *(f"{name}.csv" for name in left(place))]
    files = len(json.loads((place / MANIFEST).read_text("utf-8"))["files"])
    pieces = len(Pieces(place / FOLDER).files())
    again = f"{', '.join(made[:-1])} and {made[-1]} are" if made[1:] else f"{TABLE} is"
    return (
        f"{counted(files, 'file')} and {counted(pieces, 'piece')} have their hashes, and {again} "
        "what the pieces make"
    )


def _remade(plan: Plan, pieces: Pieces) -> bytes:
    return "".join(table_of(plan, pieces).csv()).encode("utf-8")
