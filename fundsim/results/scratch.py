"""A folder for figures by path, that goes when nobody holds on to it any more."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path


class Scratch:
    """A temporary folder with the life of this object, and of this process at the longest."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fundsim-"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
