"""A document in its file: put in place whole, and never over what is something else."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from fundsim.errors import RunError

MARK = '<meta name="generator" content="fundsim '


def save(document: str, place: Path) -> Path:
    """Write a document under a temporary name, and put it in its place.

    RunError: the place holds a file that fundsim did not write, or cannot be written to.
    """
    partial = place.with_name(f".{place.name}.{os.getpid()}.partial")
    try:
        if place.exists() and MARK not in place.read_text("utf-8", errors="replace"):
            message = f"{place} is there already and is no report; choose another with --out"
            raise RunError(message)
        place.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(document, "utf-8")
        partial.replace(place)
    except OSError as error:
        with suppress(OSError):  # there may be nothing, or no folder for it
            partial.unlink()
        message = f"cannot write {place}: {error.strerror or error}; choose another with --out"
        raise RunError(message) from error
    return place
