"""A document in its file: put in place whole, and never over what is something else."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from fundsim.errors import RunError
from fundsim.files import put_whole

MARK = b'<meta name="generator" content="fundsim '
MARK_OF_PDF = b"<xmp:CreatorTool>fundsim "


def save(document: str | bytes, place: Path) -> Path:
    """Write a document, HTML or PDF, under a temporary name, and put it in its place.

    RunError: the place holds a file that fundsim did not write, or cannot be written to.
    """
    try:
        if place.exists() and not (place.is_file() and _is_report(place.read_bytes())):
            message = f"{place} is there already and is no report; choose another with --out"
            raise RunError(message)
        return put_whole(place, document.encode() if isinstance(document, str) else document)
    except OSError as error:
        message = f"cannot write {place}: {error.strerror or error}; choose another with --out"
        raise RunError(message) from error


def _is_report(content: bytes) -> bool:
    """Say whether a file is a report, by what HTML or PDF says of its maker."""
    if not content.startswith(b"%PDF-"):
        return MARK in content
    return any(MARK_OF_PDF in stream for stream in _streams(content))


def _streams(pdf: bytes) -> Iterator[bytes]:
    """Give the streams of a PDF as they are, and unpacked where they are packed."""
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        yield found[1]
        with suppress(zlib.error):
            yield zlib.decompressobj().decompress(found[1])
