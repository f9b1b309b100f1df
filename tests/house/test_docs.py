"""The documentation is true: examples print what they say, the reference is of this code."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.md"))


def script(name: str) -> ModuleType:
    """A script of the project, imported from its place."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


examples = script("write_examples")
reference = script("write_reference")
MADE = reference.pages()


def name(page: Path) -> str:
    return page.relative_to(ROOT / "docs").as_posix()


@pytest.mark.parametrize("page", examples.stories(), ids=name)
def test_every_command_of_a_page_prints_what_the_page_says(page: Path, tmp_path: Path) -> None:
    told = list(examples.told(page, tmp_path))
    assert told
    for example in told:
        assert example.shown == example.lines, f"{example.command}; make examples writes it anew"


@pytest.mark.parametrize("path", MADE)
def test_the_reference_is_of_this_code(path: str) -> None:
    committed = (ROOT / "docs" / path).read_text(encoding="utf-8")
    assert committed == MADE[path], "make reference writes it anew"


def test_no_page_of_the_reference_is_left_over() -> None:
    there = {name(page) for page in PAGES if name(page).startswith("reference/")}
    assert there == {path for path in MADE if path.startswith("reference/")}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8"))
    inside = [link for link in links if "://" not in link]
    assert [link for link in inside if not (page.parent / link).exists()] == []


def test_every_page_can_be_reached_from_the_first_one() -> None:
    seen: set[Path] = set()
    ahead = [ROOT / "docs" / "index.md"]
    while ahead:
        page = ahead.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        links = re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8"))
        ahead += [(page.parent / link).resolve() for link in links if "://" not in link]
    assert [name(page) for page in PAGES if page not in seen] == []


def test_a_changed_figure_in_a_page_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A page\n\n```console\n$ echo £2bn\n£3bn\n```\n", encoding="utf-8")
    (example,) = examples.told(page, tmp_path)
    assert example.lines == ("£2bn",)
    assert example.shown != example.lines


def test_every_rule_command_and_key_is_in_the_reference() -> None:
    rules, commands = MADE["reference/rules.md"], MADE["reference/commands.md"]
    for room, (union, _, _) in reference.CATALOGUES.items():
        for kind in reference.members(room, union):
            assert f"### `{kind}`" in rules
            assert kind == "preset" or f"**`{kind}`**" in MADE["theory.md"]
    assert {f"## `fundsim {name}`" for name in reference.fundsim.commands} <= set(
        commands.splitlines()
    )
