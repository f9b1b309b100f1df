"""Whether a study's folder is whole: its files, its pieces, and the table made of them again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from fundsim.errors import RunError
from fundsim.results.folder import MANIFEST, hash_of
from fundsim.results.store import Parquet
from fundsim.studies.folder import TABLE, open_study
from fundsim.studies.pieces import FOLDER, Pieces
from fundsim.studies.plan import Plan, planned
from fundsim.studies.table import table_of


def altered(place: Path) -> Iterator[str]:
    """Say what of a finished study is missing, altered or does not fit together.

    RunError: it is not finished yet.
    """
    plan, pieces = planned(open_study(place)), Pieces(place / FOLDER)
    if not (place / MANIFEST).is_file():
        message = f"{place} is not finished yet; go on with fundsim batch {place}"
        raise RunError(message)
    manifest, files = json.loads((place / MANIFEST).read_text("utf-8")), Parquet()
    for name, stated in manifest["files"].items():
        if not (place / name).is_file():
            yield f"{name} is missing"
        elif hash_of(files, place / name) != stated:
            yield f"{name} was altered: its hash differs from the manifest's"
    for name in pieces.broken():
        yield f"{FOLDER}/{name} was altered: its content has another hash than its name says"
    if plan.fingerprint != manifest["fingerprint"]:
        yield f"the study has the fingerprint {plan.fingerprint}, and the manifest states another"
    elif (place / TABLE).is_file() and _remade(plan, pieces) != (place / TABLE).read_bytes():
        yield f"{TABLE} is not what the pieces make"


def _remade(plan: Plan, pieces: Pieces) -> bytes:
    return "".join(table_of(plan, pieces).csv()).encode("utf-8")
