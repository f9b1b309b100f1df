"""What files of pictures in Welsh say of their language, and the commands that draw them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click import Command
from click.testing import CliRunner
from PIL import Image

from fundsim.charts import FORMATS, save
from fundsim.charts.beside import ENDING
from fundsim.charts.language import language_of
from fundsim.cli.allocating import allocate
from fundsim.cli.breadth import breadth as breadth_command
from fundsim.cli.comparing import compare
from fundsim.cli.folders import chart
from fundsim.cli.indices import indices
from fundsim.cli.running import run
from fundsim.cli.sensitivity import sensitivity
from fundsim.cli.solving import solve as solve_command
from fundsim.engine.simulate import simulate
from fundsim.redrawing import open_drawn, reproduce_drawn, verify_drawn
from fundsim.results import Results
from fundsim.scenario import load

UNCHECKED = "Nid yw’r Gymraeg hon wedi’i gwirio gan gyfieithydd eto."
IN_ENGLISH = "(This Welsh is not yet checked by a translator.)"
XML = "{http://www.w3.org/XML/1998/namespace}lang"
DC = "{http://purl.org/dc/elements/1.1/}language"

# Files


def small() -> Results:
    return simulate(load("kruger-endowment"), paths=12, years=4)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The timeline of a small run in every kind of file, in English and in Welsh."""
    folder = tmp_path_factory.mktemp("charts")
    for language in ("en", "cy"):
        save("timeline", small(), folder, formats=FORMATS, language=language)
    return folder


def test_another_language_takes_no_pictures_place(files: Path) -> None:
    endings = [*FORMATS, "csv", f"csv{ENDING}"]
    names = {f"timeline{language}.{end}" for language in ("", ".cy") for end in endings}
    assert {path.name for path in files.iterdir()} == names


def test_english_is_what_is_drawn_unasked(files: Path, tmp_path: Path) -> None:
    for path in save("timeline", small(), tmp_path, formats=FORMATS):
        assert path.read_bytes() == (files / path.name).read_bytes()
    assert b"lang" not in (files / "timeline.svg").read_bytes()


def test_tables_are_in_english_whatever_is_drawn(files: Path) -> None:
    assert (files / "timeline.cy.csv").read_bytes() == (files / "timeline.csv").read_bytes()


def test_an_svg_says_its_language_and_that_nobody_has_checked_it(files: Path) -> None:
    root = ET.fromstring((files / "timeline.cy.svg").read_bytes())  # noqa: S314 - a file of our own
    assert root.get(XML) == "cy"
    assert root.findtext(f".//{DC}") == "cy"
    shown = "".join(root.itertext())
    assert UNCHECKED in shown
    assert IN_ENGLISH in shown
    assert "language=cy, not yet checked by a translator" in shown
    assert "Yn gwario" in shown
    assert root[0].text is not None
    assert root[0].text.startswith("Beth sy’n digwydd pryd")


def test_a_png_says_it_of_each_text(files: Path) -> None:
    with Image.open(files / "timeline.cy.png") as picture:
        assert picture.info["Title"].lang == "cy"
        assert picture.info["Description"].lang == "cy"
        assert picture.info["Title"].startswith("Beth sy’n digwydd pryd")
        assert "language=cy" in picture.info["Comment"]


def test_a_pdf_says_it_in_the_catalogue_that_counts(files: Path) -> None:
    data = (files / "timeline.cy.pdf").read_bytes()
    catalogue = data[data.rindex(b"/Type /Catalog") :]
    assert b"/Lang (cy)" in catalogue[: catalogue.index(b"endobj")]
    assert b"/Lang" not in (files / "timeline.pdf").read_bytes()


def test_what_stands_beside_a_table_says_it(files: Path) -> None:
    told = json.loads((files / f"timeline.cy.csv{ENDING}").read_text("utf-8"))
    assert told["@context"][1] == {"@language": "cy"}
    assert told["dc:title"].startswith("Beth sy’n digwydd pryd")
    english = json.loads((files / f"timeline.csv{ENDING}").read_text("utf-8"))
    assert english["@context"][1] == {"@language": "en"}


@pytest.mark.parametrize("kind", [*FORMATS, "csv"])
def test_a_file_alone_is_verified_and_comes_out_again(kind: str, files: Path) -> None:
    found = open_drawn(files / f"timeline.cy.{kind}")
    assert list(verify_drawn(found)) == []
    assert reproduce_drawn(found) == []


def test_what_has_no_words_yet_is_drawn_in_english_and_told_in_the_caption(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    full = language_of("cy")
    words = {key: text for key, text in full.words.items() if key != "spends"}
    short = replace(full, words=words)
    monkeypatch.setattr("fundsim.charts.language.language_of", lambda _: short)
    save("timeline", small(), tmp_path, formats=["svg"], language="cy")
    root = ET.fromstring((tmp_path / "timeline.cy.svg").read_bytes())  # noqa: S314 - a file of our own
    shown = " ".join(text.strip() for text in root.itertext())
    assert "Spends" in shown
    assert "Saesneg yw’r hyn sydd heb eiriau Cymraeg eto." in shown
    assert "(What has no Welsh words yet stands in English: 1.)" in shown


# Commands


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("run") / "run"
    asked = ["kruger-endowment", "--paths", "12", "--years", "4", "--no-charts"]
    assert CliRunner().invoke(run, [*asked, "--out", str(place)]).exit_code == 0
    return place


def test_the_command_draws_in_the_language_that_is_asked_for(folder: Path) -> None:
    told = CliRunner().invoke(chart, [str(folder), "spending", "--lang", "cy", "--format", "svg"])
    assert told.exit_code == 0
    names = [Path(line).name for line in told.output.splitlines()]
    assert names == ["spending.cy.csv", "spending.cy.svg"]


def test_an_unknown_language_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    asked = ["kruger-endowment", "--lang", "cys", "--out", str(tmp_path / "run")]
    told = CliRunner().invoke(run, asked)
    assert told.exit_code == 2
    assert (
        'no picture is written in "cys" (did you mean "cy"?); there are: en (English)'
        in told.output
    )
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "command", [run, chart, compare, allocate, solve_command, breadth_command, indices, sensitivity]
)
def test_each_command_that_draws_says_that_nobody_has_checked_the_welsh(command: Command) -> None:
    told = " ".join(CliRunner().invoke(command, ["--help"]).output.split())
    assert "--lang LANG" in told
    assert "cy (Welsh, not yet checked by a translator)" in told
