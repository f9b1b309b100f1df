"""Run the examples of docs/ and write what they print into them: python scripts/write_examples.py.

In a page, a block `console` holds commands after "$ ", each with what it prints; a line "..." ends
what is shown where more is printed. A block whose first line is "# NAME" is that file, but for this
line. A page is one story: its files are written and its commands run in order, in a folder of its
own. A test holds the pages against what their commands print.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
CUT = "..."

_BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# (?P<name>[\w-]+\.\w+)\n")


@dataclass(frozen=True)
class Example:
    """A command of a page, and what the page says that it prints."""

    command: str
    shown: tuple[str, ...]
    printed: str

    @property
    def whole(self) -> bool:
        """Whether all that is printed is shown."""
        return CUT not in self.shown

    @property
    def lines(self) -> tuple[str, ...]:
        """What should be shown: as much as there is, of what is printed now."""
        printed = tuple(line.rstrip() for line in self.printed.splitlines())
        return printed if self.whole else (*printed[: len(self.shown) - 1], CUT)


def stories() -> list[Path]:
    """List the pages with commands."""
    pages = sorted(DOCS.rglob("*.md"))
    return [page for page in pages if "```console\n$" in page.read_text(encoding="utf-8")]


def told(page: Path, folder: Path) -> Iterator[Example]:
    """Run a page's story in a folder, and give each command with what it prints.

    Where the project lies is left out of paths.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for block in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        file = _FILE.match(block["text"])
        if block["kind"] == "console":
            for command, shown in _steps(block["text"]):
                done = subprocess.run(
                    ["sh", "-c", command],  # noqa: S607 - wherever a system has it
                    cwd=folder,
                    env={**os.environ, "PATH": path},
                    capture_output=True,
                    encoding="utf-8",
                    check=False,
                )
                printed = (done.stdout + done.stderr).replace(f"{DOCS.parent}{os.sep}", "")
                yield Example(command, shown, printed)
        elif file:
            (folder / file["name"]).write_text(
                block["text"].removeprefix(file[0]), encoding="utf-8"
            )


def _steps(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for step in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *shown = step.rstrip("\n").split("\n")
        yield command, tuple(shown)


def write(page: Path) -> None:
    """Put what is printed now into a page."""
    with tempfile.TemporaryDirectory() as folder:
        examples = iter(list(told(page, Path(folder))))

    def anew(block: re.Match[str]) -> str:
        if block["kind"] != "console":
            return block[0]
        steps = [next(examples) for _ in _steps(block["text"])]
        lines = [line for one in steps for line in (f"$ {one.command}", *one.lines)]
        return "\n".join(["```console", *lines, "```"])

    page.write_text(_BLOCK.sub(anew, page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    for story in stories():
        write(story)
        print(f"wrote {story.relative_to(DOCS.parent)}")
