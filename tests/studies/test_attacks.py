"""What people do to a study's folder, and to what its file says, while nobody looks."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fundsim.cli.entry import fundsim
from fundsim.engine.simulate import simulate_span
from fundsim.errors import RunError, ScenarioError
from fundsim.files import put_whole
from fundsim.scenario import Scenario
from fundsim.studies.folder import begin, finish
from fundsim.studies.pieces import Pieces
from fundsim.studies.running import carry_out, left_to_do
from fundsim.studies.state import state_of
from fundsim.studies.table import table_of
from fundsim.studies.verifying import altered
from tests.studies.world import RATES, plan_of, written


def called(*words: str | Path) -> Result:
    return CliRunner().invoke(fundsim, [str(word) for word in words])


# Tables that change while a study runs


def test_a_table_that_changed_since_the_study_was_read_is_a_failed_run(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, paths=250)
    own = tmp_path / "areas.csv"
    shutil.copy(own, tmp_path / "other.csv")
    for each in tmp_path.glob("areas*.toml"):
        shutil.copy(each, each.with_name(each.name.replace("areas", "other")))
    vary = {"of": {"kind": "grid", "values": {"geography.areas": ["other.csv"]}}}
    plan = plan_of(tmp_path, paths=250, vary=vary)
    text = (tmp_path / "other.csv").read_text("utf-8").splitlines()
    (tmp_path / "other.csv").write_text("\n".join([text[0], *text[2:]]) + "\n", "utf-8")
    pieces = Pieces(tmp_path / "pieces")
    carry_out(plan, pieces)
    (failed,) = table_of(plan, pieces).column("failed")
    assert "is not what it was when the study was read" in failed


# A folder that is stopped in its first moments


@pytest.mark.parametrize("write", range(3))
@pytest.mark.parametrize("kept", [True, False])
def test_whatever_is_stopped_in_its_first_moments_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: int, *, kept: bool
) -> None:
    plan, place = plan_of(tmp_path / "in", paths=250), tmp_path / "out"
    writes = 0

    class Killed(BaseException):
        pass

    def dies(path: Path, content: bytes, **how: Any) -> Path:
        nonlocal writes
        writes += 1
        if writes <= write:
            return put_whole(path, content, **how)
        if kept:  # the file is there, and what comes after is not
            put_whole(path, content, **how)
        else:
            path.with_name(f".{path.name}.999999999.partial").write_bytes(content[:3])
        raise Killed

    for room in ("folder", "carrying"):
        monkeypatch.setattr(f"fundsim.studies.{room}.put_whole", dies)
    with pytest.raises(Killed):
        begin(plan.loaded, place)
    monkeypatch.undo()
    pieces = begin(plan.loaded, place)
    carry_out(plan, pieces)
    finish(plan, pieces, place, state_of(plan, pieces))
    assert not list(altered(place))
    assert not list(place.glob(".*"))


# Pieces that change places, and another study in the same folder


def test_pieces_that_change_names_are_none(tmp_path: Path) -> None:
    plan, pieces = plan_of(tmp_path, paths=250), Pieces(tmp_path / "pieces")
    carry_out(plan, pieces)
    before = "".join(table_of(plan, pieces).csv())
    one, other = pieces.files()
    (key, *rest), (another, *others) = one.name.split("."), other.name.split(".")
    one.rename(one.with_name("swapped"))
    other.rename(other.with_name(".".join([key, *others])))
    one.with_name("swapped").rename(one.with_name(".".join([another, *rest])))
    assert len(pieces.broken()) == 2
    assert len(left_to_do(plan, pieces)) == 2
    carry_out(plan, pieces)
    assert "".join(table_of(plan, pieces).csv()) == before


def test_what_is_no_piece_is_let_be(tmp_path: Path) -> None:
    plan, pieces = plan_of(tmp_path, paths=250), Pieces(tmp_path / "pieces")
    (tmp_path / "pieces" / "0.0-250.0.npy").mkdir(parents=True)
    carry_out(plan, pieces)
    assert not state_of(plan, pieces).open


def test_a_study_that_was_changed_meanwhile_is_not_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, place = written(tmp_path, paths=250), tmp_path / "out"

    def meanwhile(scenario: Scenario, *span: Any, **how: Any) -> object:
        (place / "study.toml").write_text("name = 'another'", "utf-8")
        return simulate_span(scenario, *span, **how)

    monkeypatch.setattr("fundsim.studies.work.simulate_span", meanwhile)
    found = called("batch", study, "--out", place)
    assert isinstance(found.exception, RunError)
    assert "another process has begun another form of this study" in str(found.exception)
    assert not (place / "manifest.json").exists()


def test_what_was_broken_or_changed_is_said(tmp_path: Path) -> None:
    study, place = written(tmp_path, paths=250), tmp_path / "out"
    called("batch", study, "--out", place)
    piece = Pieces(place / "pieces").files()[0]
    piece.write_bytes(piece.read_bytes()[:-1])
    told = called("batch", study, "--out", place).stderr
    assert f"1 piece not as written, and made again; first {piece.name}" in told
    assert "earlier form" not in told
    more = {"rates": {"kind": "grid", "values": {RATES: ["3%"]}}}
    told = called("batch", written(tmp_path, paths=250, vary=more), "--out", place).stderr
    assert f"{place} holds an earlier form of this study: what fits is used again" in told


@pytest.mark.parametrize("text", ["{", "{}", "[1]", '{"files": 3, "fingerprint": ""}'])
def test_a_manifest_that_cannot_be_read_is_told(tmp_path: Path, text: str) -> None:
    study, place = written(tmp_path, paths=250), tmp_path / "out"
    called("batch", study, "--out", place)
    (place / "manifest.json").write_text(text, "utf-8")
    found = called("verify", place)
    assert found.exit_code == 1
    assert "manifest.json cannot be read; fundsim batch" in found.stdout


def test_a_measure_without_any_figure_is_said(tmp_path: Path) -> None:
    study = written(tmp_path, paths=250, measures=["spending", "capital_kept_whole_at_50_years"])
    told = called("batch", study, "--out", tmp_path / "out").stdout
    assert "no run has a figure of capital_kept_whole_at_50_years" in told
    assert "no run has a figure of spending" not in told


# What a file says


def one_at_a_time(**assumptions: Any) -> dict[str, Any]:
    return {"vary": {"of": {"kind": "one_at_a_time", "assumptions": assumptions}}}


def rates_and(**block: Any) -> dict[str, Any]:
    grid = {"kind": "grid", "values": {RATES: ["3%", "5%"]}}
    return {"vary": {"rate": grid, "other": block}}


DRAWN = {
    "kind": "sample",
    "size": 2,
    "distributions": {RATES: {"kind": "uniform", "low": 0, "high": 1}},
}
DRAWN_LOW = DRAWN | {"constraints": [f"{RATES} < 0"]}
SPENDING = RATES.removesuffix(".rate")
FEES = {"low": {"markets.fee": "1%"}, "high": {"markets.fee": "2%"}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (rates_and(kind="grid", values={RATES: ["6%"]}), f"the block other varies {RATES} too"),
        (rates_and(kind="list", cases={"a": {}, "b": {RATES: "6%"}}), f"varies {RATES} too"),
        (rates_and(**DRAWN), f"varies {RATES} too; vary it in one of them"),
        (
            rates_and(kind="list", cases={"a": {SPENDING: {"kind": "none", "rate": "6%"}}}),
            r"the block other varies funds\.fund\.spending\.rate too; leave .* say whole = true",
        ),
        (
            {"vary": {"rate": {"kind": "grid", "values": {RATES: ["3%", 0.03]}}}},
            r'values\."funds\.fund\.spending\.rate"\.1: found 0\.03 a second time',
        ),
        (
            {"vary": {"of": DRAWN_LOW}},
            r"study\.toml:\d+:\d+: vary\.of\.constraints: only 0 of 200 draws keep the constraints",
        ),
        (
            rates_and(kind="grid", values={"paths": [4, 8, 4]}),
            r"vary\.other\.values\.paths\.2: found 4 a second time; state each value once",
        ),
        (
            one_at_a_time(many={"low": {"paths": 250}, "high": {"paths": 500}}),
            r"assumptions\.many\.low\.paths: this is no assumption",
        ),
        (one_at_a_time(luck={"low": {"seed": 1}, "high": {"seed": 2}}), "this is no assumption"),
        (one_at_a_time(base=FEES), '"base" is where no assumption is moved'),
        (
            {"sources": {"rats": "x"}},
            r'sources\.rats: there is no block "rats" \(did you mean "rate',
        ),
        (
            one_at_a_time(fee=FEES) | {"sources": {"of.fees": "x"}},
            r'there is no assumption "fees" \(did you mean "fee"\?\)',
        ),
    ],
)
def test_what_would_be_silent_nonsense_is_refused(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ScenarioError, match=message):
        plan_of(tmp_path, **changes)


@pytest.mark.parametrize(
    ("text", "message"),
    [("rate < nan", "neither a number"), ("rate <= 0.04", "expected < in place of <=")],
)
def test_constraints_that_say_nothing_are_refused(tmp_path: Path, text: str, message: str) -> None:
    block = DRAWN | {"constraints": [text.replace("rate", RATES)]}
    with pytest.raises(ScenarioError, match=message):
        plan_of(tmp_path, vary={"of": block})


def test_a_constraint_may_name_a_rate_as_a_percentage(tmp_path: Path) -> None:
    block = DRAWN | {"size": 8, "constraints": [f"{RATES} < 20%"]}
    plan = plan_of(tmp_path, vary={"of": block})
    assert all(float(rate) < 0.2 for run in plan.runs for rate in plan.cells(run))


def test_policies_of_other_chance_are_not_compared(tmp_path: Path) -> None:
    vary = {
        "ahead": {"kind": "grid", "values": {"markets.fee": ["1%", "2%"]}},
        "luck": {"kind": "grid", "values": {"seed": [1, 2]}},
    }
    found = called("compare", written(tmp_path, vary=vary, futures=["ahead"]))
    assert isinstance(found.exception, RunError)
    assert "have seeds 1, 2 in one future; let none of them vary the seed" in str(found.exception)


def big(tmp_path: Path) -> Path:
    values: dict[str, Any] = {RATES: [n / 1000 for n in range(150)], "seed": [*range(150)]}
    return written(tmp_path, vary={"of": {"kind": "grid", "values": values}})


def refused(found: Result) -> bool:
    return "this makes 22,500 runs, 22,500 (of); make it smaller" in str(found.exception)


@pytest.mark.parametrize("command", ["batch", "sensitivity", "compare"])
def test_no_command_sets_out_on_a_grid_that_explodes(tmp_path: Path, command: str) -> None:
    assert refused(called(command, big(tmp_path), "--out", tmp_path / "out"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", [("check",), ("batch", "--dry-run")])
def test_how_far_a_grid_explodes_is_told(tmp_path: Path, words: tuple[str, ...]) -> None:
    found = called(words[0], big(tmp_path), *words[1:])
    assert found.exit_code == 0
    assert "this makes 22,500 runs, 22,500 (of)" in found.stdout


def test_a_study_is_no_scenario(tmp_path: Path) -> None:
    refusals: list[Callable[[], Result]] = [
        lambda: called("run", written(tmp_path)),
        lambda: called("batch", written(tmp_path, base="study.toml")),
    ]
    for refuse in refusals:
        message = "this is a study of many scenarios, not one; fundsim batch runs it"
        assert message in str(refuse().exception)
