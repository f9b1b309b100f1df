"""Files put in their place whole: under another name first, so that nobody sees a part of one."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from fundsim.processes import lives


def put_whole(path: Path, content: bytes, *, sync: bool = False) -> Path:
    """Write a file whole; with `sync` it is on the disk when this returns.

    What cannot be written is an OSError, and nothing is left of it.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(content)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:  # who stops it leaves nothing either
        with suppress(OSError):  # there may be nothing, or no folder for it
            partial.unlink()
        raise
    return path


def clear_after_the_dead(folder: Path) -> None:
    """Remove what processes left half-written in a folder when they were killed."""
    for left in folder.glob(".*.partial"):
        number = left.name.split(".")[-2]
        if number.isdigit() and not lives(int(number)):
            with suppress(OSError):  # somebody else may have been quicker
                shutil.rmtree(left) if left.is_dir() else left.unlink()
