"""How these pages become a site; `make site` builds it.

The project itself is the source, so that every link of a page, also one that leads out of `docs/`,
means on the site what it means on a host of repositories. What a page cannot say in plain Markdown
is put in while it is read: the contents are the links of the first page, indices of equations stand
low, and the charts of the reference get their thumbnails from the gallery, where it stands beside
the pages.
"""

from __future__ import annotations

import re
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

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

MENDED = {
    'role="heading">': 'role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="All pages">',
    "<pre>": '<pre tabindex="0">',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    '<aside class="toc-drawer">': '<aside class="toc-drawer" aria-label="This page">',
}

_HEADING = re.compile(r"^\*\*(?P<title>[^*]+?):?\*\*", re.MULTILINE)
_LINK = re.compile(r"\]\((?P<page>[^)#:\s]+\.md)\)")
_CHART = re.compile(r"^\| `(?P<name>\w+)` \| (?P<said>.*) \|$", re.MULTILINE)
_CODE = re.compile(r"(`[^`]*`|<!--.*?-->)")
_INDEX = re.compile(r"(?<![\w_])(\w\u0304?|[a-z]+(?=_[ijk]+\b))_([A-Za-z]+)(?![\w_])")
_EXPONENT = re.compile(r"\^(\([^()]*\)|\w)")


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
    if not (gallery / "index.html").is_file():
        return text
    said = "full size, in grey, and as those see them who lack a kind of cone"
    whole = f'<a href="../../{THUMBNAILS}/index.html">The gallery</a> shows all of them: {said}.'
    text = text.replace("\n\n## ", f"\n\n{whole}\n\n## ", 1)

    def pictured(row: re.Match[str]) -> str:
        name, there = row["name"], f"../../{THUMBNAILS}/"
        found = sorted(path.name for path in gallery.glob(f"{name}[-.]*png"))
        image = f'<img src="{there}{found[0]}" alt="" loading="lazy" style="width: 80mm">'
        return f'| <a href="{there}index.html#{name}">`{name}`{image}</a> | {row["said"]} |'

    return _CHART.sub(pictured, text)


def typeset(text: str) -> str:
    """Set indices and exponents of equations low and high; code stays as it is."""
    parts = _CODE.split(text)
    parts[::2] = [
        _EXPONENT.sub(r"<sup>\1</sup>", _INDEX.sub(r"\1<sub>\2</sub>", part)) for part in parts[::2]
    ]
    return "".join(parts)


def put_in(app: Sphinx, page: str, source: list[str]) -> None:
    """Complete a page while it is read."""
    if page == root_doc:
        source[0] = with_contents(source[0])
    if page == "docs/theory":
        source[0] = typeset(source[0])
    if page == "docs/reference/charts":
        source[0] = with_thumbnails(source[0], Path(app.outdir) / THUMBNAILS)


def mend(app: Sphinx, failure: Exception | None) -> None:
    """Give what the theme leaves without it a name, a level, or a way to scroll it by keyboard."""
    if failure is None:
        for page in sorted(Path(app.outdir).rglob("*.html")):
            text = page.read_text(encoding="utf-8")
            for left, right in MENDED.items():
                text = text.replace(left, right)
            page.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx what this project adds."""
    app.add_lexer("csv", TextLexer)
    app.connect("source-read", put_in)
    app.connect("build-finished", mend)
    return {"parallel_read_safe": True}
