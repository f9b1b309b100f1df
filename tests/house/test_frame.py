"""The frame keeps its own promises: commands, locks, exceptions, layers, licence, set-up."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ["README.md", "CONTRIBUTING.md", "docs/design.md", "results/README.md"]
LOCKS = ["requirements.txt", "requirements-dev.txt"]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def project() -> dict[str, Any]:
    return tomllib.loads(read("pyproject.toml"))


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", read("Makefile"), flags=re.MULTILINE))


def pins(lock: str) -> dict[str, set[str]]:
    """Each package of a lock with its versions (one for each range of Pythons), extras apart."""
    found: dict[str, set[str]] = {}
    pin = r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)"
    for name, version in re.findall(pin, read(lock), flags=re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


def names(requirements: list[Any]) -> set[str]:
    return {re.split(r"[<>=!~ ]", entry)[0] for entry in requirements if isinstance(entry, str)}


# What people are told


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_make_command_of_a_page_is_a_target(page: str) -> None:
    told = re.findall(r"(?:^|`)make ([a-z][a-z-]*)", read(page), flags=re.MULTILINE)
    assert told
    assert set(told) <= targets()


def test_every_target_says_what_it_does() -> None:
    lines = re.findall(r"^[a-z-]+:.*$", read("Makefile"), flags=re.MULTILINE)
    assert [line for line in lines if " ## " not in line] == []


def test_readme_tells_the_two_commands() -> None:
    assert {"demo", "test"} <= set(re.findall(r"^make ([a-z]+)", read("README.md"), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES)
def test_every_link_between_pages_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", read(page))
    inside = [link for link in links if "://" not in link]
    assert [link for link in inside if not (ROOT / page).parent.joinpath(link).exists()] == []


def test_integration_runs_the_test_command_of_the_readme() -> None:
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in script.read_text(encoding="utf-8")
    assert script.read_text(encoding="utf-8").splitlines()[-1] == "make test"


def test_the_licence_is_the_one_the_project_names() -> None:
    assert project()["project"]["license"] == "Apache-2.0"
    text = read("LICENSE")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_the_changelog_has_a_place_for_golden_tables() -> None:
    unreleased = read("CHANGELOG.md").split("\n## ")[1]
    assert unreleased.startswith("Unreleased")
    assert "### Golden tables" in unreleased


# What the checks let through


def test_every_lint_exception_carries_its_reason() -> None:
    codes = re.findall(r'^ +"[A-Z]+[0-9]*",.*$', read("pyproject.toml"), flags=re.MULTILINE)
    lint = project()["tool"]["ruff"]["lint"]
    ignored = lint["ignore"] + [code for file in lint["per-file-ignores"].values() for code in file]
    assert len(codes) == len(ignored)
    assert [code for code in codes if not re.search(r", +# \S+", code)] == []


def test_every_exception_in_the_code_carries_its_reason() -> None:
    bare = re.compile(r"#\s*(noqa|type: ignore|pragma)\b(?!.* - \S)")
    files = [p for room in ("fundsim", "tests", "benchmarks") for p in (ROOT / room).rglob("*.py")]
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if bare.search(line)
    ]
    assert found == []


def test_every_room_has_its_floor() -> None:
    layers = next(
        c for c in project()["tool"]["importlinter"]["contracts"] if c["type"] == "layers"
    )
    rooms = {
        path.stem
        for path in (ROOT / "fundsim").iterdir()
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()
    }
    assert layers["exhaustive"]
    assert set(layers["layers"]) == rooms


# What is installed


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_is_hashed_and_names_no_host(lock: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", read(lock).split("make lock\n")[1])
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in read(lock)
    assert "index-url" not in read(lock)


def test_the_locks_hold_what_the_project_asks_for() -> None:
    groups = project()["dependency-groups"]
    run = names(project()["project"]["dependencies"]) | names(groups["build"])
    assert run <= set(pins("requirements.txt"))
    assert run | names(groups["test"]) | names(groups["lint"]) <= set(pins("requirements-dev.txt"))


def test_the_locks_agree() -> None:
    run, dev = (pins(lock) for lock in LOCKS)
    assert {name: dev.get(name) for name in run} == run


def test_the_wheel_holds_every_table_and_scenario_and_the_lock(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    packed = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    own = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "fundsim").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    shipped = {f"fundsim/_shipped/{path.name}" for path in (ROOT / "scenarios").glob("*.*")}
    assert own | shipped | {"fundsim/_shipped/requirements.txt"} <= packed


# What set-up says where it cannot go on


def set_up_with(tmp_path: Path, *, fails_on: str) -> subprocess.CompletedProcess[str]:
    """Run set-up in an empty clone, with a Python that answers no to one question."""
    clone = tmp_path / "a clone"
    (clone / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts/setup.sh", clone / "scripts")
    fake = tmp_path / "python3"
    fake.write_text(
        f'#!/bin/sh\ncase "$*" in\n*{fails_on}*) exit 1 ;;\n-V) echo Python 3.9.2 ;;\nesac\n',
        encoding="utf-8",
    )
    fake.chmod(0o755)
    return subprocess.run(
        ["/bin/sh", str(clone / "scripts/setup.sh"), "run"],
        env={"PATH": os.environ["PATH"], "PYTHON": str(fake)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_set_up_names_the_package_where_venv_is_missing(tmp_path: Path) -> None:
    done = set_up_with(tmp_path, fails_on="ensurepip")
    assert done.returncode == 2
    assert "sudo apt install python3-venv" in done.stderr
    assert not (tmp_path / "a clone/.venv").exists()


def test_set_up_says_which_python_is_too_old(tmp_path: Path) -> None:
    done = set_up_with(tmp_path, fails_on="version_info")
    assert done.returncode == 2
    assert "needs Python 3.11 or newer" in done.stderr
    assert "3.9.2" in done.stderr
    assert "PYTHON=" in done.stderr
