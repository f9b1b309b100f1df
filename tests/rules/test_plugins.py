"""Rules that other packages bring along: a tiny distribution is made, installed and used."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fundsim.errors import InputError
from fundsim.rules.allocation import AllocationRule
from fundsim.rules.plugins import Brought, found

MODULE = '''\
"""Rules of a club of gardeners."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from fundsim.rules.allocation import AllocationRule, Amounts, Ratios
from fundsim.rules.round import Round
from fundsim.rules.working import Working


class Letters(AllocationRule):
    """More for areas with long names."""

    kind: Literal["letters"] = "letters"
    beyond: int = Field(0, ge=0, description="letters that do not count")

    def shares(self, round: Round) -> Ratios:
        """x_i = B · l_i / Σl for l_i letters."""
        letters = [max(len(title) - self.beyond, 0.0) for title in round.titles]
        return Ratios.of(Working.start("letters", np.array(letters)))


class Wild(Letters):
    """A rule that promises more than there is."""

    kind: Literal["wild"] = "wild"

    def shares(self, round: Round) -> Amounts:
        pot = np.repeat(round.pot[np.newaxis].astype(np.float64), len(round), axis=0)
        return Amounts.of(Working.start("all of it", pot, "pence"))


class Taken(Letters):
    """The same for all, again."""

    kind: Literal["equal"] = "equal"


class Mute(Letters):
    kind: Literal["mute"] = "mute"


class Nameless(AllocationRule):
    """A rule without a kind."""


class Loose(AllocationRule):
    """A rule of whatever kind."""

    kind: str = "loose"


class Idle(AllocationRule):
    """A rule that does nothing."""

    kind: Literal["idle"] = "idle"


class Unfinished(Letters):
    """A rule with a setting of a type that is nowhere."""

    kind: Literal["unfinished"] = "unfinished"
    weight: Nowhere = 1


NO_RULE = 5
'''

BROKEN = {
    "Taken": 'the kind "equal" is taken; give it another',
    "Mute": "its docstring has no sentence that says what it does",
    "Nameless": 'it has no kind: Literal["name"] = "name"',
    "Loose": 'it has no kind: Literal["name"] = "name"',
    "Idle": "it has no shares of its own",
    "Unfinished": "it cannot be loaded (PydanticUndefinedAnnotation: name 'Nowhere' is not defined",
    "NO_RULE": "it is no AllocationRule",
    "Gone": "it cannot be loaded (AttributeError: module 'garden_rules' has no attribute 'Gone')",
}

Installed = Callable[..., Path]


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    """Install a distribution that names these classes; give the folder to look in."""

    def install(*names: str, version: str = "1.2", group: str = "fundsim.allocation") -> Path:
        about = tmp_path / "garden_rules-1.2.dist-info"
        about.mkdir(exist_ok=True)
        (tmp_path / "garden_rules.py").write_text(MODULE, encoding="utf-8")
        told = f"Metadata-Version: 2.1\nName: garden-rules\nVersion: {version}\n"
        (about / "METADATA").write_text(told, encoding="utf-8")
        lines = [f"[{group}]", *(f"{name.lower()} = garden_rules:{name}" for name in names)]
        (about / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
        return tmp_path

    return install


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run fundsim in another process, with the folder on its path."""
    return subprocess.run(
        [sys.executable, "-m", "fundsim", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
    )


LETTERS = 'funds.recovery.allocation={kind="letters", beyond=3}'


def test_a_rule_of_another_package_is_listed_used_and_known_to_editors(
    installed: Installed,
) -> None:
    folder = installed("Letters")
    listed = run(folder, "list", "allocation", "--format", "csv")
    assert "letters,More for areas with long names." in listed.stdout
    schema = run(folder, "schema")
    assert "letters that do not count" in schema.stdout
    assert (listed.returncode, schema.returncode) == (0, 0)
    wrong = run(folder, "check", "kruger-2020", "--set", LETTERS.replace("beyond", "beyound"))
    assert wrong.returncode == 2
    assert 'beyound: there is no such key (did you mean "beyond"?)' in wrong.stderr
    out = ("--out", "results", "--set", "years=1", "--paths", "2", "--no-charts")
    used = run(folder, "run", "kruger-2020", "--set", LETTERS, *out)
    assert (used.returncode, used.stderr.count("Traceback")) == (0, 0)
    assert 'kind = "letters"' in (folder / "results/scenario.toml").read_text(encoding="utf-8")


def test_what_a_rule_of_another_package_cannot_pay_stops_with_one_message(
    installed: Installed,
) -> None:
    folder = installed("Wild")
    few = ("--paths", "4", "--years", "1", "--no-charts", "--out", "found")
    fund = ("kruger-2020", "--fund", "recovery")
    for arguments in (
        ("allocate", *fund, "--rules", "equal,wild", "--amount", "£1000"),
        ("compare", *fund, "--rules", "wild", *few),
        ("axioms", *fund, "--rules", "wild", "--amount", "£1000"),
    ):
        told = run(folder, *arguments)
        assert told.returncode == 2, told.stderr
        (line,) = told.stderr.strip().splitlines()
        assert line.startswith('rule "wild" of package garden-rules 1.2: it shares out ')
        assert line.endswith("; mend that package, or choose another rule")
        assert not (folder / "found").exists()


def test_the_fingerprint_knows_which_version_of_which_package_brought_a_rule(
    installed: Installed,
) -> None:
    prints = {
        version: run(installed("Letters", version=version), "show", "kruger-2020", "--set", LETTERS)
        .stdout.splitlines()[1]
        .split()
        for version in ("1.2", "1.3")
    }
    (_, one, _, one_rules), (_, other, _, other_rules) = prints.values()
    assert (one != other, one_rules != other_rules) == (True, True)


def test_packages_that_are_broken_are_told_each_in_one_line_and_nothing_else_runs(
    installed: Installed,
) -> None:
    folder = installed("Letters", "Taken", "Idle")
    told = run(folder, "check", "kruger-2020")
    assert told.returncode == 2
    remedy = "; mend that package, or take it out of this installation"
    by_name = {"idle": "Idle", "taken": "Taken"}
    assert told.stderr.splitlines() == [
        f"package garden-rules: rule {name} (garden_rules:{kind}): {BROKEN[kind]}{remedy}"
        for name, kind in by_name.items()
    ]
    assert run(folder, "--help").returncode == 0


def test_what_is_sound_is_found_with_its_package_and_version(
    installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(installed("Letters", group="tests.sound"))
    (letters,) = loaded("tests.sound").values()
    assert (letters.package, letters.version) == ("garden-rules", "1.2")
    assert letters.rule.title() == "More for areas with long names."
    assert loaded("tests.nothing") == {}


def loaded(group: str) -> dict[str, Brought[AllocationRule]]:
    from fundsim.rules.allocation.plain import Equal

    return found(group, AllocationRule, verb="shares", taken=(Equal,))


@pytest.mark.parametrize("names", [[name] for name in BROKEN] + [list(BROKEN), ["Letters"] * 2])
def test_a_class_that_is_no_sound_rule_is_told_with_its_package(
    installed: Installed, monkeypatch: pytest.MonkeyPatch, names: list[Any]
) -> None:
    group = f"tests.broken.{len(names)}"
    monkeypatch.syspath_prepend(installed(*names, group=group))
    if names[0] == "Letters":
        twice = Path(installed(group=group)) / "garden_rules-1.2.dist-info/entry_points.txt"
        lines = [f"[{group}]", *(f"{name} = garden_rules:Letters" for name in ("a", "b"))]
        twice.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        loaded(group)
    expected = {BROKEN.get(name, 'the kind "letters" is taken; give it another') for name in names}
    told = [str(problem) for problem in raised.value.problems]
    assert len(told) == len({*names})
    for text in told:
        assert text.startswith("package garden-rules: rule ")
        assert text.endswith("; mend that package, or take it out of this installation")
        assert "\n" not in text
    for what in expected:
        assert any(what in text for text in told)
