"""The documentation is a site: whole, without a broken link, and without a request to anywhere."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from fundsim.charts import CHARTS
from fundsim.charts.catalogue import ELSEWHERE
from fundsim.charts.comparing import COMPARISON_CHARTS
from fundsim.charts.seeing import KINDS
from scripts.write_gallery import entries
from scripts.write_gallery import write as write_gallery
from scripts.write_site import write_pages

ROOT = Path(__file__).parents[2]
LOADED = {"img": "src", "script": "src", "link": "href", "source": "src", "iframe": "src"}


class Page(HTMLParser):
    """What a page leads to, what it loads, and what can be led to in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.headings: list[str | None] = []
        self.scrolled: list[str | None] = []
        self.pictures: list[str | None] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.anchors |= {name for key in ("id", "name") if (name := told.get(key))}
        if tag == "a" and (href := told.get("href")):
            self.links.append(href)
        if (key := LOADED.get(tag)) and (source := told.get(key)):
            self.loaded.append(source)
        if tag == "pre" or "table-wrapper" in (told.get("class") or ""):
            self.scrolled.append(told.get("tabindex"))
        if told.get("role") == "heading":
            self.headings.append(told.get("aria-level"))
        if tag == "img":
            self.pictures.append(told.get("alt"))


def astray(pages: dict[Path, Page]) -> Iterator[str]:
    """Find what leads nowhere: to a file that is not there, or to a place that is not in it."""
    for path, page in pages.items():
        for link in {*page.links, *page.loaded}:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            missing = (
                parts.fragment and target in pages and parts.fragment not in pages[target].anchors
            )
            if not target.is_file() or missing:
                yield f"{path.name}: {link}"


def elsewhere(pages: dict[Path, Page]) -> set[str]:
    """Find what pages and styles load from another place than the site."""
    loaded = {source for page in pages.values() for source in page.loaded}
    styles = {path for page in pages for path in page.parent.rglob("*.css")}
    asking = {path.name for path in styles if "url(http" in path.read_text(encoding="utf-8")}
    return {source for source in loaded if urlsplit(source).netloc} | asking


def of_all(folder: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in sorted(folder.resolve().rglob("*.html"))}


@pytest.mark.slow
def test_the_site_is_whole_with_its_gallery_and_the_same_bytes_again(tmp_path: Path) -> None:
    site, again = tmp_path / "site", tmp_path / "again"
    write_gallery(site / "gallery", paths=8, years=10)
    shutil.copytree(site / "gallery", again / "gallery")
    for folder in (site, again):
        write_pages(folder)
    pages = of_all(site)
    assert list(astray(pages)) == []
    assert elsewhere(pages) == set()
    is_all_there(site, pages)
    is_for_everybody(pages)
    shows_every_chart(site, pages)
    assert changed(site, again) == set()


def is_all_there(site: Path, pages: dict[Path, Page]) -> None:
    told = {path.relative_to(ROOT).with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}
    assert {path for path in told if site / path not in pages} == set()
    found = (site / "searchindex.js").read_text(encoding="utf-8")
    assert "Limits of validity" in found
    assert "guardrail" in found
    theory = (site / "docs/theory.html").read_text(encoding="utf-8")
    assert "x<sub>i</sub> = B · p<sub>i</sub> · z<sub>i</sub><sup>a</sup>" in theory
    assert "at_most · V" in theory


def is_for_everybody(pages: dict[Path, Page]) -> None:
    assert {words for page in pages.values() for words in page.scrolled} == {"0"}
    assert None not in {level for page in pages.values() for level in page.headings}
    assert None not in {words for page in pages.values() for words in page.pictures}


def shows_every_chart(site: Path, pages: dict[Path, Page]) -> None:
    reference = pages[site / "docs/reference/charts.html"]
    thumbnails = {Path(source).name for source in reference.loaded if "/gallery/" in source}
    assert len(thumbnails) == len(CHARTS) + len(COMPARISON_CHARTS) + len(ELSEWHERE)
    gallery = pages[site / "gallery/index.html"]
    assert {*CHARTS, *COMPARISON_CHARTS, *ELSEWHERE} <= gallery.anchors
    assert all(gallery.pictures)
    pictures = {path.name for path in (site / "gallery").glob("*.png")}
    for kind in KINDS:
        seen = {Path(source).name for source in gallery.loaded if source.startswith(f"{kind}/")}
        assert seen == pictures


def changed(one: Path, other: Path) -> set[Path]:
    files = {path.relative_to(one) for path in one.rglob("*") if path.is_file()}
    assert files == {path.relative_to(other) for path in other.rglob("*") if path.is_file()}
    return {path for path in files if (one / path).read_bytes() != (other / path).read_bytes()}


def test_a_link_that_leads_nowhere_would_be_found(tmp_path: Path) -> None:
    page, other = tmp_path / "page.html", tmp_path / "other.html"
    page.write_text('<a href="other.html#there">x</a><img src="gone.png">', encoding="utf-8")
    other.write_text('<p id="here"><a href="#here">x</a></p>', encoding="utf-8")
    found = astray(of_all(tmp_path))
    assert sorted(found) == ["page.html: gone.png", "page.html: other.html#there"]


def test_what_is_loaded_from_elsewhere_would_be_found(tmp_path: Path) -> None:
    font = "https://fonts.example/x.css"
    (tmp_path / "page.html").write_text(f'<link rel="stylesheet" href="{font}">', encoding="utf-8")
    (tmp_path / "own.css").write_text("@import url(https://x.example/y.css);", encoding="utf-8")
    assert elsewhere(of_all(tmp_path)) == {font, "own.css"}


def test_a_link_of_a_page_that_leads_nowhere_stops_the_build(tmp_path: Path) -> None:
    first, other = tmp_path / "docs" / "index.md", tmp_path / "docs" / "other.md"
    first.parent.mkdir()
    first.write_text("# A page\n\n**Read:** [another](other.md)\n", encoding="utf-8")
    other.write_text("# Another\n", encoding="utf-8")
    write_pages(tmp_path / "site", tmp_path)
    other.write_text("# Another\n\n[gone](gone.md)\n", encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        write_pages(tmp_path / "site", tmp_path)


def test_a_chart_that_no_command_draws_would_be_missed() -> None:
    with pytest.raises(LookupError, match="no command drew the chart timeline"):
        list(entries([]))
