"""Archives whose bytes do not say when and where they were made."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

OLDEST = (1980, 1, 1, 0, 0, 0)  # the day that an archive's dates begin with
READABLE = 0o644 << 16


def entry_of(name: str, size: int = 0) -> zipfile.ZipInfo:
    """Describe a file of an archive without saying when and where it was made."""
    entry = zipfile.ZipInfo(name, OLDEST)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix, whatever this is made on
    entry.external_attr = READABLE
    entry.file_size = size
    return entry


def without_time(archive: BytesIO, place: Path) -> None:
    """Write an archive again in the order of its files, without their times."""
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(place, "w") as new:
        for name in old.namelist():
            new.writestr(entry_of(name), old.read(name))
