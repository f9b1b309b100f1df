"""The command compare of a study: its policies over its futures, as a researcher calls it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fundsim.cli.entry import fundsim
from fundsim.results.table import read
from fundsim.studies import load_study, planned
from fundsim.studies.folder import place_of
from fundsim.studies.pieces import FOLDER, Pieces
from tests.studies.world import RATES, written

FEES = "markets.fee"
VARY = {
    "ahead": {"kind": "list", "cases": {"cheap": {FEES: "0.3%"}, "dear": {FEES: "3%"}, "mid": {}}},
    "rate": {"kind": "grid", "values": {RATES: ["3%", "6%"]}},
}
ASKED = {"ends_below_whole": {"at_most": "40%"}}


def called(*words: str | Path) -> Result:
    return CliRunner().invoke(fundsim, [str(word) for word in words])


def study_in(folder: Path, **changes: Any) -> Path:
    stated: dict[str, Any] = {
        "vary": VARY,
        "futures": ["ahead"],
        "acceptable": ASKED,
        "paths": 250,
        "years": 4,
    }
    return written(folder, **(stated | changes))


def refused(*words: str | Path) -> str:
    found = called(*words)
    assert found.exit_code == 2
    return re.sub(r"\s+", " ", found.output)


def test_policies_are_compared_and_what_is_there_is_not_run_again(tmp_path: Path) -> None:
    study, place = study_in(tmp_path), tmp_path / "out"
    found = called("compare", study, "--out", place)
    assert found.exit_code == 0, found.exception
    assert "tiny: 2 policies in 3 futures, 250 paths each" in found.stdout
    assert "Spending: no regret in any future with 6%." in found.stdout
    assert "Ends below whole: no regret in any future with 3%." in found.stdout
    assert "2 of 2 policies are beaten by no other" in found.stdout
    regrets = read(place / "regrets.csv").where(measure="spending", policy="3%")
    table = read(place / "table.csv").where(measure="spending")
    spent = dict(zip(table.column("run"), map(float, table.column("mean")), strict=True))
    for run, regret in zip(regrets.column("run"), regrets.numbers("regret"), strict=True):
        (rival,) = (each for each in spent if int(each) == int(run) + 1)
        assert regret == pytest.approx(spent[rival] - spent[run], abs=0.001)
    again = called("compare", place, "--format", "csv")
    assert "6 of 6 runs are there already" in again.stderr
    assert again.stdout == (place / "policies.csv").read_text("utf-8").replace("\r\n", "\n")
    assert called("verify", place).stdout == (
        f"ok: {place} is whole and unaltered: 8 files and 6 pieces have their hashes, and "
        "table.csv, policies.csv, criteria.csv and regrets.csv are what the pieces make (charts/ "
        "is not part of it)\n"
    )
    criteria = place / "criteria.csv"
    criteria.write_bytes(criteria.read_bytes().replace(b"no", b"yes"))
    found = called("verify", place)
    assert (found.exit_code, found.stdout) == (
        1,
        f"criteria.csv is not what the pieces make; fundsim compare {place} makes it again\n",
    )


def test_a_study_that_comes_with_fundsim_is_known_by_its_name(tmp_path: Path) -> None:
    message = str(called("compare", "rate-rule-market", "--out", tmp_path / "out").exception)
    assert 'name the blocks that nobody decides on, as futures = ["' in message
    assert not (tmp_path / "out").exists()  # it is told before anything is run


def test_a_study_with_one_policy_is_told_before_anything_is_run(tmp_path: Path) -> None:
    study = study_in(tmp_path, futures=["ahead", "rate"])
    message = str(called("compare", study, "--out", tmp_path / "out").exception)
    assert "one policy only" in message
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("--rules", "equal"),
        ("--paths", "10"),
        ("--nominal",),
        ("--set", "paths=10"),
        ("--good-enough", "gini_per_head=0.2"),
        ("--measure", "paid"),
    ],
)
def test_what_makes_no_sense_with_a_study_is_refused(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    told = refused("compare", study_in(tmp_path), *words)
    assert words[0] in told
    assert "a study says in its file what varies and is looked at" in told


def test_a_study_is_compared_alone(tmp_path: Path) -> None:
    study = study_in(tmp_path)
    assert f"{study} is a study, which is compared alone" in refused(
        "compare", tmp_path / "base.toml", study
    )


def test_what_cannot_be_read_is_told_as_a_scenario_is(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[vary\n", "utf-8")
    found = called("compare", broken, "--rules", "equal")
    assert found.exit_code != 0
    assert "broken.toml:1" in str(found.exception)


def test_a_failed_future_is_left_out_said_and_exit_1(tmp_path: Path) -> None:
    study, place = study_in(tmp_path), tmp_path / "out"
    called("batch", study, "--quiet", "--out", place)
    plan, pieces = planned(load_study(place / "study.toml")), Pieces(place / FOLDER)
    lost = plan.runs[3]
    pieces.clear([path.name for path in pieces.listed()[plan.key(lost)]])
    pieces.keep_failure(plan.key(lost), (0, 1), "it broke")
    found = called("compare", place)
    assert found.exit_code == 1
    assert "1 of 3 futures, in which a policy has no figures; the first: 6%, run 3 (it broke)" in (
        found.stdout
    )
    assert set(read(place / "regrets.csv").column("future")) == {"cheap", "mid"}


def test_its_usual_place_is_the_studys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = study_in(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert called("compare", study, "--quiet").output == ""
    assert (tmp_path / place_of(load_study(study)) / "criteria.csv").is_file()
