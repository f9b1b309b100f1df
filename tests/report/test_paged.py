"""Reports as PDF, read back by pypdf: tagged, whole, the same bytes, nothing fetched."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest
from click.testing import CliRunner

from fundsim import RunError, load, open_run
from fundsim.charts import UNASKED
from fundsim.cli.entry import fundsim
from fundsim.report import paged
from fundsim.report.document import report
from fundsim.report.figures import pictures
from fundsim.report.paged import as_pdf
from fundsim.report.saving import save
from fundsim.results.folder import Run
from tests.exporting.nasty import nasty
from tests.exporting.nasty import run as simulated

try:
    from weasyprint.urls import FatalURLFetchingError
except OSError:  # Pango is no Python package, and a machine may lack it
    pytest.skip("WeasyPrint finds no Pango", allow_module_level=True)

BOARD = 2  # pages of a paper for a board
MOST = 20  # pages of a report of one run
HOSTILE = '<script>alert("1")</script> & "quotes" =1+1 אבג ' + "A long name " * 15


@pytest.fixture(scope="module")
def flagship(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The flagship whole, on few paths."""
    scenario = load("kruger-2020", ["paths=20"])
    return open_run(simulated(scenario, tmp_path_factory.mktemp("runs") / "run"))


def called(*words: object) -> str:
    done = CliRunner().invoke(fundsim, list(map(str, words)))
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module")
def place(flagship: Run) -> Path:
    assert called("report", flagship.folder, "--format", "pdf").startswith("report  ")
    return flagship.folder.resolve().with_name("run.pdf")


@pytest.fixture(scope="module")
def read(place: Path) -> pypdf.PdfReader:
    return pypdf.PdfReader(place, strict=True)


def words_of(found: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in found.pages).split())


def elements(found: pypdf.PdfReader) -> list[Any]:
    """List the elements of a tagged PDF."""
    root: Any = found.trailer["/Root"]
    todo, there = [root["/StructTreeRoot"]], []
    while todo:
        one = todo.pop().get_object()
        if isinstance(one, list):
            todo += one
        elif hasattr(one, "get") and one.get("/Type") != "/MCR":
            there.append(one)
            todo += [one["/K"]] if "/K" in one and not isinstance(one["/K"], int) else []
    return there


def test_the_flagship_prints_on_twenty_pages_at_most(read: pypdf.PdfReader) -> None:
    assert 10 < len(read.pages) <= MOST
    size = read.pages[0].mediabox
    assert (round(size.width), round(size.height)) == (595, 842)  # A4 in points


def test_no_picture_is_cut(read: pypdf.PdfReader, flagship: Run) -> None:
    pages = ["".join(page.extract_text().split()) for page in read.pages]
    drawn = list(pictures(flagship, UNASKED, "real"))
    assert len(drawn) >= 8
    for picture in drawn:
        begin = "".join(f"Figure{picture.number}.{picture.words.title}".split())
        (page,) = (page for page in pages if begin in page and "Listoffigures" not in page)
        for line in picture.words.caption:
            assert "".join(line.split()) in page


def test_it_says_what_the_html_says(read: pypdf.PdfReader, flagship: Run) -> None:
    text = words_of(read)
    for words in (
        *("What was asked", "The answer", "Every assumption, with its source", "List of figures"),
        *("Not a forecast.", flagship.scenario.fingerprint, "funds.luc.spending.rate"),
    ):
        assert words in text
    assert f"1 of {len(read.pages)}" in text


def test_it_is_tagged_for_those_who_do_not_see_it(read: pypdf.PdfReader) -> None:
    root: Any = read.trailer["/Root"]
    assert root["/Lang"].lower() == "en-gb"
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a BooleanObject
    assert read.xmp_metadata is not None
    assert read.metadata is not None
    assert read.metadata.title == "The two funds as proposed in September 2020"
    kinds = [str(one.get("/S")) for one in elements(read)]
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/P", "/L"} <= set(kinds)
    figures = [one for one in elements(read) if one.get("/S") == "/Figure"]
    assert len(figures) >= 8
    assert all(len(str(one.get("/Alt", ""))) > 40 for one in figures)


def test_its_bookmarks_lead_to_its_parts(read: pypdf.PdfReader) -> None:
    found = list(flat(read.outline))
    titles = [str(one.title) for one in found]
    assert "The answer" in titles
    assert any(title.startswith("Figure 1. ") for title in titles)
    pages = [read.get_destination_page_number(one) or 0 for one in found]
    assert pages == sorted(pages)


def flat(outline: list[Any]) -> Iterator[Any]:
    for one in outline:
        yield from flat(one) if isinstance(one, list) else [one]


def test_the_scenario_is_attached_and_runs_again(
    read: pypdf.PdfReader, flagship: Run, tmp_path: Path
) -> None:
    name = f"kruger-2020-{flagship.scenario.fingerprint}.toml"
    assert list(read.attachments) == [name]
    (content,) = read.attachments[name]
    (tmp_path / name).write_bytes(content)
    assert load(tmp_path / name).fingerprint == flagship.scenario.fingerprint


def test_no_clock_nor_place_is_in_it(
    place: Path, flagship: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    called("report", flagship.folder, "--out", tmp_path / "again.pdf", "--quiet")
    assert (tmp_path / "again.pdf").read_bytes() == place.read_bytes()
    metadata = pypdf.PdfReader(place).metadata
    assert metadata is not None
    assert metadata.creation_date is None


def test_a_paper_for_a_board_has_two_pages(flagship: Run, tmp_path: Path) -> None:
    called(
        "report", flagship.folder, "--paper", "board", "--format", "pdf", "--out", tmp_path / "b"
    )
    found = pypdf.PdfReader(tmp_path / "b")
    assert len(found.pages) == BOARD
    assert "Not a forecast." in found.pages[1].extract_text()


def test_names_are_written_as_they_are_and_fetch_nothing(tmp_path: Path) -> None:
    changes: dict[str, Any] = {"paths": 5, "years": 3, "title": HOSTILE, "funds.luc.title": HOSTILE}
    place = simulated(load("kruger-endowment").but(changes), tmp_path / "run")
    text = words_of(pypdf.PdfReader(BytesIO(as_pdf(report([open_run(place)], paged=True), {}))))
    assert '<script>alert("1")</script> & "quotes" =1+1' in text


def test_a_run_of_nasty_names_is_laid_out(tmp_path: Path) -> None:
    run = open_run(nasty(tmp_path))
    found = pypdf.PdfReader(BytesIO(as_pdf(report([run], paged=True), {"=1.toml": "a = 1"})))
    assert found.metadata is not None
    assert found.metadata.title == "=1+1, a title"
    assert list(found.attachments) == ["=1.toml"]


def test_what_asks_for_anything_else_is_a_fault() -> None:
    for address in ("https://example.org/x.png", "file:///etc/hostname", "typeface:../x"):
        with pytest.raises(FatalURLFetchingError, match="reports fetch nothing"):
            as_pdf(f'<html lang="en"><title>x</title><img alt="" src="{address}"></html>', {})


def test_a_pdf_takes_the_place_of_a_report_alone(place: Path, tmp_path: Path) -> None:
    other = tmp_path / "own.pdf"
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(other)
    before = other.read_bytes()
    with pytest.raises(RunError, match="is there already and is no report"):
        save(place.read_bytes(), other)
    assert other.read_bytes() == before
    mine = save(place.read_bytes(), tmp_path / "mine.pdf")
    assert save(b"%PDF-", mine).read_bytes() == b"%PDF-"


@pytest.mark.parametrize(
    ("fault", "remedy"),
    [
        (ImportError("no module"), "pip install weasyprint"),
        (OSError("cannot load library 'libpango-1.0-0'\nmore"), "apt install"),
    ],
)
def test_what_is_missing_is_said_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, fault: Exception, remedy: str
) -> None:
    def fails(_: str) -> None:
        raise fault

    monkeypatch.setattr(paged, "import_module", fails)
    with pytest.raises(RunError, match=remedy) as found:
        as_pdf("", {})
    assert "print the HTML report to PDF from a browser instead" in str(found.value)
    assert "\n" not in str(found.value)


def test_html_needs_no_weasyprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = load("kruger-endowment", ["paths=5", "years=3"])
    small = simulated(scenario, tmp_path / "run")
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    called("report", small, "--paper", "board", "--out", tmp_path / "report.html")
    assert (tmp_path / "report.html").exists()
    asked = ["report", str(small), "--paper", "board", "--out", str(tmp_path / "a.pdf")]
    done = CliRunner().invoke(fundsim, asked)
    assert isinstance(done.exception, RunError)
    assert not (tmp_path / "a.pdf").exists()
