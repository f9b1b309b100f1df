"""The public names, and how light it is to import them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import fundsim

ROOT = Path(__file__).parents[2]
HEAVY = {"numpy", "scipy", "matplotlib", "pydantic", "duckdb", "simpy", "pandas"}


def test_the_public_names_are_exactly_these() -> None:
    assert fundsim.__all__ == [
        "DataError",
        "FundsimError",
        "InputError",
        "Overdrawn",
        "Problem",
        "Results",
        "RuleError",
        "RunError",
        "Scenario",
        "ScenarioError",
        "StyleError",
        "__version__",
        "allocate",
        "compare",
        "load",
        "open_run",
        "simulate",
        "solve",
    ]
    assert dir(fundsim) == fundsim.__all__
    for name in fundsim.__all__:
        assert getattr(fundsim, name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'simulat'"):
        fundsim.simulat  # noqa: B018 - planted


def _modules(code: str) -> set[str]:
    words = [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_fundsim_is_light() -> None:
    assert not HEAVY & _modules("import fundsim")


@pytest.mark.parametrize("words", ["--help", "run --help", "list --help"])
def test_help_is_light(words: str) -> None:
    code = (
        f"import sys; sys.argv = ['fundsim', *{words.split()!r}]\n"
        "from fundsim.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass"
    )
    assert not HEAVY & _modules(code)


def test_completing_a_command_is_light() -> None:
    code = (
        "import os, sys; sys.argv = ['fundsim']\n"
        "os.environ |= {'_FUNDSIM_COMPLETE': 'bash_complete', 'COMP_WORDS': 'fundsim r',"
        " 'COMP_CWORD': '1'}\n"
        "from fundsim.cli.entry import fundsim\n"
        "try: fundsim.main(prog_name='fundsim')\n"
        "except SystemExit: pass"
    )
    assert not HEAVY & _modules(code)


def test_only_the_manifest_and_progress_know_what_time_it_is() -> None:
    clock = re.compile(r"datetime\.now|date\.today|time\.(time|monotonic|perf_counter)\(")
    found = {
        str(path.relative_to(ROOT)): len(clock.findall(path.read_text("utf-8")))
        for path in (ROOT / "fundsim").rglob("*.py")
        if clock.search(path.read_text("utf-8"))
    }
    assert found == {
        "fundsim/cli/compared.py": 1,  # when a comparison started, for its manifest
        "fundsim/comparison/folder.py": 1,  # how long it took
        "fundsim/cli/progress.py": 3,  # how long is left, and a line a minute
        "fundsim/cli/costing.py": 4,  # about how long a study will take
        "fundsim/studies/cluster.py": 1,  # how long a cluster has been without workers
        "fundsim/cli/running.py": 1,  # when a run started, for its manifest
        "fundsim/redrawing/again.py": 1,  # the same, for a comparison that is drawn and thrown away
        "fundsim/reproducing.py": 1,  # the same, for a run that is compared and thrown away
        "fundsim/results/folder.py": 1,  # how long it took
    }
