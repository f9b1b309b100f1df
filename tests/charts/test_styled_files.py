"""Files in a house style carry it, and come out again from themselves alone."""

from __future__ import annotations

import base64
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from fundsim.charts.embedding import put, take
from fundsim.charts.style import PLAIN, Look, Style
from fundsim.charts.style.carrying import look_in, other_faces, told
from fundsim.errors import RunError
from fundsim.redrawing import open_drawn, reproduce_drawn, verify_drawn

SMALL = ("--paths", "3", "--years", "4", "--no-charts", "--quiet")
HOUSE = """
[fonts]
family = "DejaVu Serif"

[sizes]
title = 15

[palette]
inner = "#8fbb77"

[logo]
file = "art/logo.png"

[numbers]
million = " million"
"""


def fundsim(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fundsim", *words]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def logo() -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((90, 30), 60).convert("RGBA").save(buffer, "png")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    (folder / "art").mkdir()
    (folder / "art" / "logo.png").write_bytes(logo())
    (folder / "house.toml").write_text(HOUSE, "utf-8")
    return folder / "house.toml"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawn") / "run"
    done = fundsim("run", "kruger-2020", *SMALL, "--out", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


KINDS = ("--format", "svg", "--format", "png", "--format", "pdf")


@pytest.fixture(scope="module")
def drawn(run: Path, house: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("styled")
    place = ("--style", str(house), "--out", str(folder))
    done = fundsim("chart", str(run), "spending", *place, *KINDS)
    assert done.returncode == 0, done.stderr
    return folder


def test_files_have_the_names_and_the_table_that_they_have_without(
    run: Path, drawn: Path, tmp_path: Path
) -> None:
    fundsim("chart", str(run), "spending", "--out", str(tmp_path), *KINDS)
    plain = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    styled = {path.name: path.read_bytes() for path in drawn.iterdir()}
    assert {*plain} == {*styled}
    same = [name for name, content in plain.items() if styled[name] == content]
    assert same == ["spending.csv"]
    assert b"DejaVu Serif" in styled["spending.svg"]
    assert b"DejaVu Serif" not in plain["spending.svg"]


@pytest.mark.parametrize("kind", ["svg", "png", "pdf", "csv"])
def test_a_styled_file_comes_out_again_from_itself_alone(
    kind: str, drawn: Path, tmp_path: Path
) -> None:
    for name in (f"spending.{kind}", *(["spending.csv-metadata.json"] if kind == "csv" else [])):
        (tmp_path / name).write_bytes((drawn / name).read_bytes())
    found = open_drawn(tmp_path / f"spending.{kind}")
    assert list(verify_drawn(found)) == []
    assert reproduce_drawn(found) == []
    assert found.record["style"]["keys"]["numbers"]["million"] == " million"


def test_without_a_style_a_record_says_nothing_of_one() -> None:
    assert told(PLAIN) == {}
    assert told(Look(Style.model_validate({"palette": {"ink": "#1a1a1a"}}))) == {}
    assert look_in({}, Path("spending.svg")) is PLAIN


def record_of(path: Path) -> dict[str, Any]:
    return take("svg", path.read_bytes())[0]


def test_a_record_gives_the_look_again(drawn: Path) -> None:
    found = look_in(record_of(drawn / "spending.svg"), drawn / "spending.svg")
    assert found.style.fonts.family == "DejaVu Serif"
    assert found.logo.startswith(b"\x89PNG")
    assert told(found)["style"] == record_of(drawn / "spending.svg")["style"]


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("keys", {"fonts": {"family": "Not Here Sans"}}, 'no typeface "Not Here Sans" on this'),
        ("keys", {"palette": {"ink": "#eeeeee"}}, "palette.ink: text of this colour"),
        ("keys", {"nonsense": 1}, "its house style is damaged"),
        ("keys", [1], "its house style is damaged"),
        ("logo", ["!!"], "its house style is damaged"),
        ("logo", ["AAAA"], "is no PNG"),
        ("logo", [], "a logo is missing"),
        ("logo", 7, "its house style is damaged"),
    ],
)
def test_a_look_that_cannot_be_drawn_here_is_refused(
    key: str,
    value: Any,
    says: str,
    drawn: Path,
) -> None:
    record = record_of(drawn / "spending.svg")
    record["style"][key] = value
    with pytest.raises(RunError, match=r"picture.svg cannot be drawn again here: ") as found:
        look_in(record, Path("picture.svg"))
    assert says in str(found.value)


def test_a_style_that_was_altered_is_seen(drawn: Path, tmp_path: Path) -> None:
    record, content = take("svg", (drawn / "spending.svg").read_bytes())
    record["style"]["keys"]["palette"]["inner"] = "#7fab67"
    (tmp_path / "spending.svg").write_bytes(put("svg", content, record))
    (wrong,) = verify_drawn(open_drawn(tmp_path / "spending.svg"))
    assert "its own hash differs" in wrong


def test_another_version_of_the_typeface_is_named(drawn: Path) -> None:
    record = record_of(drawn / "spending.svg")
    assert list(other_faces(record, drawn / "spending.svg")) == []
    record["style"]["typeface"]["bold"] = "sha256:0"
    (told_so,) = other_faces(record, drawn / "spending.svg")
    assert "spending.svg: the typeface DejaVu Serif here is not the version" in told_so


# Commands


def test_a_style_that_is_wrong_leaves_nothing_behind(run: Path, tmp_path: Path) -> None:
    (tmp_path / "house.toml").write_text('[palette]\ninnr = "#000000"\n', "utf-8")
    place = ("--style", str(tmp_path / "house.toml"), "--out", str(tmp_path / "made"))
    done = fundsim("chart", str(run), "spending", *place)
    assert done.returncode == 2
    assert (
        'house.toml:2:1: palette.innr: there is no such key (did you mean "inner"?)' in done.stderr
    )
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("words", "picture"),
    [
        (("run", "kruger-endowment", "--paths", "2", "--years", "2"), "charts/spending.svg"),
        (
            ("allocate", "kruger-endowment", "--amount", "£5m", "--rules", "equal"),
            "winners_losers.svg",
        ),
    ],
)
def test_other_commands_draw_in_a_style_too(
    words: tuple[str, ...], picture: str, house: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "made"
    done = fundsim(*words, "--style", str(house), "--out", str(folder), "--quiet")
    assert done.returncode == 0, done.stderr
    found = next(folder.rglob(Path(picture).name))
    assert look_in(record_of(found), found).style.fonts.family == "DejaVu Serif"


def pictures_in(document: str) -> list[str]:
    found = re.findall(r"data:image/svg\+xml;base64,([^\"]+)", document)
    return [base64.b64decode(each).decode("utf-8") for each in found]


def test_a_report_is_of_the_house_throughout(run: Path, house: Path, tmp_path: Path) -> None:
    for name, words in (("plain", ()), ("styled", ("--style", str(house)))):
        done = fundsim("report", str(run), *words, "--out", str(tmp_path / f"{name}.html"))
        assert done.returncode == 0, done.stderr
    plain, styled = ((tmp_path / f"{name}.html").read_text("utf-8") for name in ("plain", "styled"))
    assert 'body { font-family: "DejaVu Serif", sans-serif; }' in styled
    assert "DejaVu Serif" not in plain
    assert all("'DejaVu Serif'" in each for each in pictures_in(styled))
    assert len(pictures_in(styled)) == len(pictures_in(plain)) > 5


def test_a_format_without_pictures_takes_no_style(run: Path, house: Path, tmp_path: Path) -> None:
    words = ("--to", "csv", "--style", str(house), "--out", str(tmp_path / "made"))
    done = fundsim("export", str(run), *words)
    assert done.returncode == 2
    assert "csv holds no pictures; leave it out, or take xlsx or docx" in done.stderr
    assert not (tmp_path / "made").exists()


def test_what_stands_beside_a_csv_says_the_style_too(drawn: Path) -> None:
    beside = json.loads((drawn / "spending.csv-metadata.json").read_text("utf-8"))
    style = beside["urn:fundsim:record"]["urn:fundsim:style"]
    assert style["urn:fundsim:keys"]["urn:fundsim:sizes"]["urn:fundsim:title"] == 15
