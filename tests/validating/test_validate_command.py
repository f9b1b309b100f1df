"""The command validate, as who installs fundsim calls it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fundsim.cli.validate import HEAD, validate
from fundsim.ledger import Ledger
from fundsim.validating import CHECKS, GROUPS
from tests.validating.faults_of_money import half_a_move, pence_dropped


def called(*words: str) -> Result:
    return CliRunner().invoke(validate, words)


def test_all_checks_hold_and_nothing_is_written(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "fundsim", "validate", "--paths", "1000"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == f"{len(CHECKS)} checks held"
    assert "FAILED" not in done.stdout
    assert not done.stderr
    assert list(tmp_path.iterdir()) == []


def test_each_group_has_three_checks_or_more_and_each_says_another_fault() -> None:
    assert GROUPS == ("returns", "inflation", "spending", "inflows", "ledger", "statistics")
    assert all(sum(check.group == group for check in CHECKS) >= 3 for group in GROUPS)
    assert len({check.catches for check in CHECKS}) == len(CHECKS)


def test_a_check_that_fails_is_named_with_what_it_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    pence_dropped(monkeypatch)
    found = called("--only", "shares_add_up", "--only", "inflation")
    assert found.exit_code == 1
    (failed,) = (line for line in found.output.splitlines() if "FAILED" in line)
    assert failed.startswith("ledger")
    assert failed.endswith("pence are lost in sharing out")
    assert found.output.splitlines()[-1].startswith("1 of 12 checks failed")


def test_where_the_package_stops_by_itself_the_check_has_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    half_a_move(monkeypatch)
    found = called("--only", "fund_identity", "--format", "json")
    assert found.exit_code == 1
    (row,) = json.loads(found.output)
    assert row["measured"] is row["apart"] is None
    assert row["result"].startswith("FAILED: fund: allocated would stand at -1 pence")
    assert row["result"] in called("--only", "fund_identity").output


def test_json_is_an_array_of_objects_with_figures() -> None:
    rows = json.loads(called("--only", "ledger", "--format", "json").output)
    assert [row["check"] for row in rows] == [c.name for c in CHECKS if c.group == "ledger"]
    assert list(rows[0]) == list(HEAD)
    one = next(row for row in rows if row["check"] == "double_entry")
    assert one == {
        "group": "ledger",
        "check": "double_entry",
        "measured": 0.0,
        "expected": 0.0,
        "apart": 0.0,
        "unit": "pence",
        "limit": 0.0,
        "result": "held",
        "catches": "what one account gives is not what another one gets",
    }


def test_csv_has_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = list(csv.DictReader(io.StringIO(called("--only", "annuity", "--format", "csv").output)))
    assert [(row["check"], row["measured"], row["unit"]) for row in rows] == [
        ("annuity", "2050.0", "years")
    ]
    monkeypatch.setattr(Ledger, "move", stop)
    (stopped,) = csv.DictReader(io.StringIO(called("--only", "annuity", "--format", "csv").output))
    assert stopped["measured"] == ""
    assert stopped["result"] == "FAILED: no"


def stop(*_: object, **__: object) -> None:
    message = "no"
    raise ArithmeticError(message)


def test_quiet_leaves_out_the_closing_line() -> None:
    loud, quiet = called("--only", "annuity"), called("--only", "annuity", "--quiet")
    assert loud.output == f"{quiet.output}\n1 check held\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--only", "returnz"), 'no check "returnz" (did you mean "returns"?)'),
        (("--only", "arithmetic_meen"), '(did you mean "arithmetic_mean"?)'),
        (("--paths", "10"), "10 is not in the range 1000<=x<=1000000"),
        (("--seed", "-1"), "-1 is not in the range x>=0"),
    ],
)
def test_what_cannot_be_checked_is_refused(words: tuple[str, ...], message: str) -> None:
    found = called(*words)
    assert found.exit_code == 2
    assert message in found.output


def test_the_same_seed_gives_the_same_figures_and_another_one_others() -> None:
    words = ("--only", "arithmetic_mean", "--paths", "1000", "--format", "csv")
    assert called(*words).output == called(*words).output
    assert called(*words).output != called(*words, "--seed", "7").output
