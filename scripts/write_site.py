"""Build the documentation as a site: python scripts/write_site.py.

The gallery first, then the pages, which take their thumbnails from it. Whatever Sphinx warns of, a
broken link above all, stops the build. What is built takes the place of the last site in one step.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from scripts.write_gallery import write as write_gallery

ROOT = Path(__file__).parents[1]
SITE = ROOT / "site"


def write_pages(folder: Path, source: Path = ROOT) -> None:
    """Build the pages of the site into a folder; a warning is an error."""
    sphinx = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "--fresh-env"]
    where = ["-c", str(ROOT / "docs"), "-d", str(folder / ".doctrees"), str(source), str(folder)]
    subprocess.run([*sphinx, "-b", "html", *where], check=True, cwd=ROOT)
    shutil.rmtree(folder / ".doctrees")
    (folder / ".buildinfo").unlink(missing_ok=True)


def write() -> None:
    partial = SITE.with_name(".site.partial")
    shutil.rmtree(partial, ignore_errors=True)
    write_gallery(partial / "gallery")
    write_pages(partial)
    shutil.rmtree(SITE, ignore_errors=True)
    partial.replace(SITE)
    print(f"open {SITE.relative_to(ROOT)}/index.html")


if __name__ == "__main__":
    write()
