"""A document as PDF: the pages that a browser would print, tagged, with its scenarios attached."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from fundsim.errors import RunError

if TYPE_CHECKING:
    from types import ModuleType

    from weasyprint.urls import URLFetcher

SCHEME = "typeface:"  # as a style asks for what stands beside matplotlib
TYPEFACES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf")
MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - of each attachment, so that the bytes are the same
WITHOUT = "print the HTML report to PDF from a browser instead"


def as_pdf(document: str, scenarios: Mapping[str, str]) -> bytes:
    """Lay a document out on pages, and attach these scenarios by name; needs the extra `pdf`.

    PDF/UA-1 as far as WeasyPrint goes: tags, language, title, alternative texts and bookmarks. The
    same document gives the same bytes: the typeface is matplotlib's own, whatever the system has,
    no clock is read, and nothing is fetched.

    RunError: WeasyPrint, or Pango, which it draws text with, is not installed.
    """
    weasyprint = _weasyprint()
    attached = [
        weasyprint.Attachment(
            string=text,
            name=name,
            description="The scenario as it was simulated",
            created=MADE,
            modified=MADE,
            relationship="Source",
        )
        for name, text in scenarios.items()
    ]
    page = weasyprint.HTML(string=document, base_url=None, url_fetcher=_fetcher())
    made: bytes = page.write_pdf(pdf_variant="pdf/ua-1", attachments=attached)
    return made


def _weasyprint() -> ModuleType:
    try:
        return import_module("weasyprint")
    except ImportError as error:
        message = (
            "a report as PDF needs WeasyPrint; install it with: pip install weasyprint; or "
            f"{WITHOUT}"
        )
        raise RunError(message) from error
    except OSError as error:  # a library of the system that it loads
        message = (
            f"a report as PDF needs Pango, a library of the system, and it cannot be loaded "
            f"({str(error).splitlines()[0]}); install it (Debian and Ubuntu: apt install "
            f"libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; macOS: brew install pango), or "
            f"{WITHOUT}"
        )
        raise RunError(message) from error


def _fetcher() -> URLFetcher:
    """Give what a document holds in itself, and the typefaces; all else stops the rendering."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OwnAlone(URLFetcher):  # type: ignore[misc]  # - WeasyPrint has no types
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
            name = url.removeprefix(SCHEME)
            if url.startswith(SCHEME) and name in TYPEFACES:
                return URLFetcherResponse(url, _typeface(name), {"Content-Type": "font/ttf"})
            if not url.startswith("data:"):
                message = f"a report asks for {url[:80]}, and reports fetch nothing"
                raise FatalURLFetchingError(message)
            return super().fetch(url, headers)

    return OwnAlone(allowed_protocols=("data",))


def _typeface(name: str) -> bytes:
    place = files("matplotlib") / "mpl-data" / "fonts" / "ttf" / name
    return Path(str(place)).read_bytes()
