"""One HTML document of finished runs: whole, escaped, readable without network or script."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from fundsim import RunError, load, open_run, simulate
from fundsim.cli.entry import fundsim
from fundsim.cli.summary import lines
from fundsim.comparison.folder import Saved
from fundsim.report.board import board_paper
from fundsim.report.document import document_of, report
from fundsim.report.parts import Grid
from fundsim.report.saving import save
from fundsim.report.told import Told, assumptions, told_run
from fundsim.results.folder import Run, in_place_of, write
from fundsim.scenario import Scenario, rows

HOSTILE = '<script>alert("1")</script> & "quotes" =1+1 אבג'
EMPTY = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}


class Page(HTMLParser):
    """What stands in a page: its tags, what is open, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        """All words, blanks as one."""
        return " ".join(" ".join(self.words).split())

    def of(self, tag: str) -> list[dict[str, str]]:
        return [found for name, found in self.tags if name == tag]


Made = Callable[[Scenario], Run]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    def run_of(scenario: Scenario) -> Run:
        place = tmp_path_factory.mktemp("runs") / "run"
        with in_place_of(place, scenario.fingerprint) as folder:
            write(simulate(scenario), folder, started=datetime.now(UTC))
        return open_run(place)

    return run_of


@pytest.fixture(scope="module")
def flagship(made: Made) -> Run:
    return made(load("kruger-2020", ["paths=50", "years=12"]))


@pytest.fixture(scope="module")
def document(flagship: Run) -> str:
    return report([flagship])


@pytest.fixture(scope="module")
def page(document: str) -> Page:
    return Page(document)


def test_nothing_is_fetched_and_nothing_is_run(document: str, page: Page) -> None:
    assert not page.of("script")
    assert not page.of("link")
    for _, found in page.tags:
        assert not [name for name in found if name.startswith("on")]
        for name in ("src", "href"):
            assert found.get(name, "#").startswith(("#", "data:image/svg+xml;base64,"))
    assert "default-src 'none'" in document
    assert "url(" not in document
    assert "@import" not in document


def test_it_can_be_read_by_those_who_do_not_see_it(page: Page) -> None:
    assert page.of("html")[0]["lang"] == "en-GB"
    assert [tag for tag, _ in page.tags if tag in ("header", "nav", "main", "footer")] == [
        *("header", "nav", "main", "footer")
    ]
    headings = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert headings.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(headings))
    ids = [found["id"] for _, found in page.tags if "id" in found]
    assert len(ids) == len(set(ids))
    for _, found in page.tags:
        if found.get("href", "").startswith("#"):
            assert found["href"][1:] in ids
        if "aria-labelledby" in found:
            assert found["aria-labelledby"] in ids
    assert len(page.of("img")) >= 8
    assert all(len(found["alt"]) > 40 for found in page.of("img"))
    assert all(found["scope"] in ("row", "col") for found in page.of("th"))


def test_all_that_is_printed_of_a_run_stands_in_it(page: Page, flagship: Run) -> None:
    told = list(lines(flagship, flagship.scenario, fund="all", real=True))
    for line in told[1:]:
        cells = [cell for cell in re.split(r"\s{2,}", line) if cell and not set(cell) <= {"-", " "}]
        for cell in cells:
            words = cell.partition(": ")[2] if cell.startswith("unverified: ") else cell
            assert " ".join(words.partition(" = ")[0].split()) in page.text, cell


def test_every_assumption_is_there_with_its_source(page: Page, flagship: Run) -> None:
    for row in rows(flagship.scenario)[4:]:
        assert row.key in page.text
        assert row.value in page.text
        note = row.note.partition(":")[2] if row.unverified else row.note
        assert " ".join(note.split()) in page.text
    number = sum(row.unverified for row in rows(flagship.scenario))
    assert f"of which {number} are unverified" in page.text


def test_what_stands_in_a_cited_table_is_cited_by_it(flagship: Run) -> None:
    found = {one.key: one for one in assumptions(flagship.scenario)}
    assert found["markets.correlations"].mark == "unverified"
    below = [one for key, one in found.items() if key.startswith("markets.correlations.")]
    assert len(below) == 36
    assert {(one.mark, one.note) for one in below} == {("unverified", "as markets.correlations")}
    assert found["seed"].mark == "not cited"


def test_what_it_must_not_be_used_for_is_what_the_readme_says(page: Page) -> None:
    readme = Path("README.md").read_text("utf-8")
    part = readme.partition("## What it must not be used for")[2].partition("\nA number whose")[0]
    points = [" ".join(point.split()).replace("**", "") for point in part.split("\n- ")[1:]]
    assert len(points) == 6
    for point in points:
        assert point in page.text


def test_the_same_run_gives_the_same_text(document: str, flagship: Run) -> None:
    assert report([open_run(flagship.folder)]) == document


def test_several_runs_are_told_one_after_the_other(flagship: Run, made: Made) -> None:
    other = made(load("kruger-endowment", ["paths=20", "years=5"]))
    page = Page(report([flagship, other], basis="nominal"))
    assert "2 answers: kruger-2020, kruger-endowment" in page.text
    ids = [found["id"] for _, found in page.tags if "id" in found]
    assert len(ids) == len(set(ids))
    numbers = [int(one.removeprefix("figure-")) for one in ids if one.startswith("figure-")]
    assert numbers == [*range(1, len(numbers) + 1)]


def test_names_are_never_markup(made: Made) -> None:
    changes: dict[str, Any] = {
        "paths": 5,
        "years": 3,
        "title": HOSTILE,
        "about": HOSTILE,
        "funds.luc.title": HOSTILE[:80],
        "sources": {"funds.luc.opening": HOSTILE},
    }
    text = report([made(load("kruger-endowment").but(changes))])
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert HOSTILE in Page(text).text


def test_a_paper_for_a_board_is_short(flagship: Run) -> None:
    text = board_paper(flagship)
    page = Page(text)
    assert len(page.of("img")) == 2
    assert "The Levelling Up Communities Fund ends with less than was put in" in page.text
    assert "Not a forecast. Not investment advice." in page.text
    assert not page.of("script")
    assert text == board_paper(open_run(flagship.folder))
    folder = str(flagship.folder)
    found = CliRunner().invoke(fundsim, ["report", folder, folder, "--paper", "board"])
    assert found.exit_code == 2
    assert "a paper for a board is of one run, not of 2 folders" in found.output


def test_a_paper_names_the_fund_that_a_chance_is_of(made: Made) -> None:
    run = made(load("kruger-recovery-endowed", ["paths=20", "years=12"]))
    page = Page(board_paper(run))
    heads = [*("Levelling Up Communities Fund", "Community Recovery Fund")]
    assert f"{' '.join(heads)} chance that the fund ends with less" in page.text
    assert page.text.count("chance that it ever falls below half") == 1


def test_what_drives_the_answer_stands_where_a_study_says_so(flagship: Run) -> None:
    told = told_run(flagship, "real", 1, anchor="", charts=())
    assert told.drivers == ()
    assert "What drives the answer" not in Page(laid_out(told)).text
    study = replace(told, drivers=[Grid(("assumption", "moves it by"), [["fee", "£1m"]]), "It is."])
    page = Page(laid_out(study))
    assert page.text.count("What drives the answer") == 2
    assert "assumption moves it by fee £1m It is." in page.text


def laid_out(told: Told) -> str:
    return document_of([told], title="any", unverified="none are")


def test_a_comparison_is_told_in_its_own_words(tmp_path: Path) -> None:
    place = tmp_path / "compared"
    asked = ["compare", "kruger-endowment", "--fund", "luc", "--rules", "per_capita,equal"]
    small = ["--paths", "20", "--years", "3", "--no-charts", "--out", str(place)]
    assert CliRunner().invoke(fundsim, [*asked, *small]).exit_code == 0
    saved = Saved(place)
    page = Page(report([saved]))
    assert "3 rules compared" in page.text
    for line in filter(None, saved.summary):
        assert " ".join(line.removeprefix("- ").split()) in page.text
    assert len(page.of("img")) >= 4
    found = CliRunner().invoke(fundsim, ["report", str(place), "--paper", "board"])
    assert "a paper for a board is of one run, not of" in found.output
    (place / "areas.csv").write_text("changed", encoding="utf-8")
    found = CliRunner().invoke(fundsim, ["report", str(place)])
    assert found.exit_code != 0
    assert "does not verify" in str(found.exception)


def test_a_document_takes_the_place_of_a_document_alone(tmp_path: Path, document: str) -> None:
    place = save(document, tmp_path / "new" / "report.html")
    assert place.read_text("utf-8") == document
    assert save(document, place) == place
    other = tmp_path / "notes.html"
    other.write_text("mine", encoding="utf-8")
    with pytest.raises(RunError, match="is there already and is no report"):
        save(document, other)
    assert other.read_text("utf-8") == "mine"
    with pytest.raises(RunError, match="cannot write"):
        save(document, other / "below.html")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "notes.html"]


def test_the_command_writes_beside_the_folder(flagship: Run) -> None:
    found = CliRunner().invoke(fundsim, ["report", str(flagship.folder)])
    assert found.exit_code == 0, found.output
    place = flagship.folder.resolve().with_name("run.html")
    assert found.stdout == f"report  {place}\n"
    assert Page(place.read_text("utf-8")).of("main")
