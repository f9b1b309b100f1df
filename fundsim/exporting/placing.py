"""An export put in its place whole: a file or a folder, made under a temporary name."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from filecmp import cmp
from pathlib import Path

from fundsim.errors import RunError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def in_place_of(place: Path) -> Iterator[Path]:
    """Give a name to write a file or a folder under, which takes its place when all went well.

    What stands there with the same bytes is left as it is; anything else is never replaced. That,
    and a place that cannot be written to, is a RunError, and nothing is left behind.
    """
    place = place.absolute()
    partial = place.with_name(f".{place.name}.{os.getpid()}.partial")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        _put(partial, place)
    except OSError as error:
        raise RunError(_cannot_write(place, error)) from error
    finally:
        _remove(partial)


def _put(partial: Path, place: Path) -> None:
    if place.is_dir() and partial.is_dir() and not any(place.iterdir()):
        place.rmdir()
    if not os.path.lexists(place):
        partial.rename(place)
    elif not same(partial, place):
        message = f"{place} is there already and holds something else; choose another with --out"
        raise RunError(message)


def same(one: Path, other: Path) -> bool:
    """Say whether two files, or all files of two folders, hold the same bytes."""
    if one.is_file() and other.is_file():
        return cmp(one, other, shallow=False)
    if not (one.is_dir() and other.is_dir()):
        return False
    names = sorted(path.relative_to(one) for path in one.rglob("*"))
    if names != sorted(path.relative_to(other) for path in other.rglob("*")):
        return False
    return all(
        cmp(one / name, other / name, shallow=False) for name in names if (one / name).is_file()
    )


def _remove(partial: Path) -> None:
    if partial.is_dir():
        shutil.rmtree(partial, ignore_errors=True)
    else:
        with suppress(OSError):  # there may be nothing, or no folder for it
            partial.unlink()


def _cannot_write(place: Path, error: OSError) -> str:
    if error.errno in _FULL:
        return (
            f"no room left while writing {place}: nothing was kept; make room, "
            "or choose another disk with --out"
        )
    return f"cannot write {place}: {error.strerror or error}; choose another with --out"
