"""How these pages become a site; `make site` builds it.

The project itself is the source, so that every link of a page, also one that leads out of `docs/`,
means on the site what it means on a host of repositories. What a page cannot say in plain Markdown
is put in while it is read: the contents are the links of the first page, and the charts of the
reference get their thumbnails from the gallery, where it stands beside the pages.
"""

from __future__ import annotations

import re
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx
from sphinx.util import logging

from fundsim import __version__

ROOT = Path(__file__).parents[1]

project = "fundsim"
author = "The fundsim authors"
copyright = author  # noqa: A001 - Sphinx's own name for it
version = release = __version__

extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = [
    "docs/**",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "results/README.md",
    "fundsim/places/data/SOURCES.md",
]
templates_path = ["_templates"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"fundsim {version}"
html_extra_path = ["_top"]
html_copy_source = False
html_show_sphinx = False
html_show_search_summary = False  # it would be fetched, which a page opened from a disk must not
html_permalinks = False

THUMBNAILS = "gallery"
"""The folder of the gallery, beside the pages of the site."""

UNNAMED = {
    'role="heading">': 'role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="All pages">',
    '<aside class="toc-drawer">': '<aside class="toc-drawer" aria-label="This page">',
}

_HEADING = re.compile(r"^\*\*(?P<title>[^*]+?):?\*\*", re.MULTILINE)
_LINK = re.compile(r"\]\((?P<page>[^)#:\s]+\.md)\)")
_CHART = re.compile(r"^\| `(?P<name>\w+)` \| (?P<said>.*) \|$", re.MULTILINE)


def with_contents(text: str) -> str:
    """Put the contents at the end of the first page: what it links to, under its own headings."""
    found = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in found[1:]] + [len(text)]
    trees = []
    for heading, end in zip(found, ends, strict=True):
        pages = list(dict.fromkeys(_LINK.findall(text[heading.end() : end])))
        trees += [
            "",
            "```{toctree}",
            ":hidden:",
            f":caption: {heading['title']}",
            "",
            *pages,
            "```",
        ]
    return "\n".join([text, *trees, ""])


def with_thumbnails(text: str, gallery: Path) -> str:
    """Put each chart's picture into its line of the reference, with a way to the gallery."""

    def pictured(row: re.Match[str]) -> str:
        name, there = row["name"], f"../../{THUMBNAILS}/"
        found = sorted(path.name for path in gallery.glob(f"{name}[-.]*png"))
        if not found:
            return row[0]
        image = f'<img src="{there}{found[0]}" alt="" loading="lazy" style="width: 80mm">'
        return f'| <a href="{there}index.html#{name}">`{name}`{image}</a> | {row["said"]} |'

    return _CHART.sub(pictured, text)


def put_in(app: Sphinx, page: str, source: list[str]) -> None:
    """Complete a page while it is read."""
    if page == root_doc:
        source[0] = with_contents(source[0])
    if page == "docs/reference/charts":
        gallery = Path(app.outdir) / THUMBNAILS
        if not gallery.is_dir():
            logging.getLogger(__name__).info("no gallery, so no thumbnails")
        source[0] = with_thumbnails(source[0], gallery)


def named(app: Sphinx, failure: Exception | None) -> None:
    """Name, for a reader of the screen, what the theme leaves without a name or a level."""
    if failure is None:
        for page in sorted(Path(app.outdir).rglob("*.html")):
            text = page.read_text(encoding="utf-8")
            for left, named in UNNAMED.items():
                text = text.replace(left, named)
            page.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx what this project adds."""
    app.add_lexer("csv", TextLexer)
    app.connect("source-read", put_in)
    app.connect("build-finished", named)
    return {"parallel_read_safe": True}
