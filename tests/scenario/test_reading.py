"""Files that cannot be read, and what is said of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import fundsim
from fundsim.errors import Problem, ScenarioError
from fundsim.scenario import load, shipped

pytestmark = pytest.mark.usefixtures("folder")


def problem(path: str | Path) -> Problem:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    (only,) = caught.value.problems
    return only


def written(folder: Path, content: str | bytes) -> Problem:
    path = folder / "bad.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return problem("bad.toml")


def test_every_shipped_scenario_loads_by_its_bare_name() -> None:
    assert "kruger-endowment" in shipped()
    for name, path in shipped().items():
        assert load(name) == load(path)


def test_an_installed_package_brings_its_scenarios_along(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = folder / "site-packages" / "fundsim"
    (room / "_shipped").mkdir(parents=True)
    (room / "_shipped" / "one.toml").write_bytes((folder / "example.toml").read_bytes())
    (room / "_shipped" / "areas.csv").write_bytes((folder / "areas.csv").read_bytes())
    monkeypatch.setattr(fundsim, "__file__", str(room / "__init__.py"))
    assert list(shipped()) == ["one"]
    assert load("one") == load("example.toml")


def test_a_missing_file_is_told_with_the_nearest_name() -> None:
    assert '(did you mean "example.toml"?)' in problem("exampel.toml").message
    assert '(did you mean "kruger-endowment"?)' in problem("kruger-endowmnt").message
    assert '(did you mean "kruger-endowment"?)' in problem("kruger-endowment.toml").message


def test_a_folder_is_no_scenario(folder: Path) -> None:
    assert "folder" in problem(folder).message
    assert "folder" in problem("").message


def test_a_name_that_no_disk_takes_is_told() -> None:
    assert "cannot be read" in problem("x" * 5000).message
    assert "no such file" in problem("a\0b").message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_told(folder: Path) -> None:
    (folder / "example.toml").chmod(0)
    assert "Permission denied" in problem("example.toml").message


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="a file of Linux that fails")
def test_a_file_that_fails_while_it_is_read_is_told() -> None:
    assert "cannot be read" in problem("/proc/self/mem").message


def test_a_device_without_end_is_refused() -> None:
    assert "larger than 10 MB" in problem("/dev/zero").message


def test_a_byte_order_mark_is_tolerated(folder: Path) -> None:
    text = (folder / "example.toml").read_bytes()
    (folder / "marked.toml").write_bytes(b"\xef\xbb\xbf" + text)
    assert load("marked.toml") == load("example.toml")


def test_line_ends_of_windows_are_tolerated_and_places_stay_right(folder: Path) -> None:
    text = (folder / "example.toml").read_text().replace("years = 50", "years = 0")
    (folder / "bad.toml").write_bytes(text.replace("\n", "\r\n").encode())
    assert problem("bad.toml").place == "bad.toml:7:9"


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        (b'name = "x"\ntitle = "\xa3"', "bad.toml:2:1", "UTF-8"),
        ('name = "x"'.encode("utf-16"), "bad.toml:1:1", "UTF-8"),
        ("a = 1\nname = kruger\n", "bad.toml:2:8", "double quotes"),
        ("a = 1\nb 2", "bad.toml:2:3", "key = value"),
        ("a = 1\na = 2\n", "bad.toml:2:6", "keep one"),
        ("[a]\n[b]\n[a]\n", "bad.toml:3:3", "keep one"),
        ("a = [1,\n", "bad.toml:1:8", "close what was opened"),
        ('a = "x\n', "bad.toml:1:7", "on the line"),
        ("d = 2021-02-30", "bad.toml:1:5", "not TOML"),
        (f"a = {'9' * 5000}", "bad.toml:1:5005", "not TOML"),
        ("\x1b[31m = 1", "bad.toml:1:1", "not TOML"),
        ("a = " + "[" * 5000 + "]" * 5000, "bad.toml", "nested too deeply"),
        ("a" + ".a" * 5000 + " = 1", "bad.toml", "nested too deeply"),
        ("", "bad.toml:1:1", "missing"),
    ],
)
def test_a_text_that_is_not_toml_is_told_with_its_place(
    folder: Path, content: str | bytes, place: str, message: str
) -> None:
    path = folder / "bad.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ScenarioError) as caught:
        load("bad.toml")
    first = caught.value.problems[0]
    assert first.place == place
    assert message in first.message
    assert "\x1b" not in str(first)


def test_an_excerpt_shows_the_line_with_carets(folder: Path) -> None:
    assert written(folder, 'title = "x"\n\tname = kruger\n').excerpt == (
        "    2 |  name = kruger\n      |         ^"
    )


def test_an_excerpt_of_a_long_line_shows_the_part_that_matters(folder: Path) -> None:
    excerpt = written(folder, f"a = [{'1, ' * 200} x]").excerpt
    text, carets = excerpt.splitlines()
    assert len(text) < 120
    assert text[carets.index("^")] == "x"


def test_with_toml_the_text_of_a_scenario_may_stand_anywhere(folder: Path) -> None:
    elsewhere = folder / "a folder" / "ü.toml"
    elsewhere.parent.mkdir()
    elsewhere.write_text((folder / "example.toml").read_text().replace("areas.csv", "../areas.csv"))
    assert load(elsewhere).fingerprint == load("example.toml").fingerprint
