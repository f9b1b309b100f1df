"""What comparisons leave in folders: nothing is lost to another, and all of it is made again."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fundsim.cli.entry import fundsim
from fundsim.errors import RunError

EQUAL = ("english-738m", "--rules", "equal")
FEW = ("--paths", "8", "--years", "4", "--no-charts")


def called(*words: str) -> Result:
    return CliRunner().invoke(fundsim, words)


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def across(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison of one rule in two scenarios, one of them with a fund of another name."""
    folder = tmp_path_factory.mktemp("compared") / "across"
    words = (
        "--rules",
        "equal",
        "--across",
        "community-wealth-fund",
        "--good-enough",
        "gini_per_head=0.3",
    )
    found = called("compare", "english-738m", *words, *FEW, "--out", str(folder))
    assert found.exit_code == 0, found.exception
    return folder


def test_all_scenarios_and_what_was_asked_are_in_the_folder(across: Path) -> None:
    assert {path.relative_to(across).as_posix() for path in across.rglob("*.toml")} == {
        *("scenarios/0.toml", "scenarios/1.toml"),
        *("scenarios/across-1/0.toml", "scenarios/across-1/1.toml"),
    }
    assert {row["scenario"] for row in rows(across, "figures")} == {
        "english-738m",
        "community-wealth-fund",
    }
    summary = (across / "summary.txt").read_text("utf-8")
    assert "In community-wealth-fund, the rule of english-738m stands in the place" in summary
    assert called("reproduce", str(across)).exit_code == 0
    assert called("verify", str(across)).exit_code == 0


@pytest.mark.parametrize("name", ["figures", "regrets", "front", "good_enough", "areas"])
def test_a_table_that_was_changed_or_is_gone_is_told_when_made_again(
    across: Path, name: str
) -> None:
    place = across / f"{name}.csv"
    text = place.read_text("utf-8")
    try:
        head, first, *others = text.splitlines(keepends=True)
        place.write_text("".join([head, first.replace(",", ",9", 1), *others]), "utf-8")
        told = called("reproduce", str(across))
        assert (told.exit_code, f"{name}.csv differs in 1 of" in told.stdout) == (1, True)
        place.unlink()
        told = called("reproduce", str(across))
        assert (told.exit_code, f"{name}.csv cannot be read" in told.stdout) == (1, True)
    finally:
        place.write_text(text, "utf-8")


def test_words_that_were_changed_are_told_when_made_again(across: Path) -> None:
    place = across / "summary.txt"
    text = place.read_text("utf-8")
    try:
        place.write_text(text.replace("more", "less", 1), "utf-8")
        assert "summary.txt differs" in called("reproduce", str(across)).stdout
    finally:
        place.write_text(text, "utf-8")


def test_good_enough_is_a_table_only_where_a_figure_was_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "plain"
    assert (
        called("compare", "english-738m", "--rules", "equal", *FEW, "--out", str(out)).exit_code
        == 0
    )
    assert (out / "front.csv").exists()
    assert not (out / "good_enough.csv").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("compare", "english-738m", "--rules", "per_capita", *FEW),
        ("compare", "english-738m", "--rules", "equal", *FEW),  # not across another scenario
        ("allocate", "english-738m", "--rules", "equal", "--amount", "£1m"),
        ("breadth", "english-738m", "--amount", "£9m", "--each", "£1m"),
        ("indices", "english-738m", "--amount", "£9m", "--needs", "population"),
        ("run", "english-738m", *FEW),
    ],
)
def test_a_folder_of_something_else_is_never_replaced(across: Path, words: tuple[str, ...]) -> None:
    before = sorted(path.name for path in across.iterdir())
    found = called(*words, "--out", str(across))
    assert isinstance(found.exception, RunError)
    assert sorted(path.name for path in across.iterdir()) == before


def test_a_run_is_not_replaced_by_a_comparison(tmp_path: Path) -> None:
    out = tmp_path / "run"
    few = ("--paths", "4", "--years", "1", "--no-charts", "--out", str(out))
    assert called("run", "kruger-endowment", *few).exit_code == 0
    found = called("compare", "kruger-endowment", "--rules", "equal", *few)
    assert str(found.exception) == (
        f"{out} holds another run or comparison ({_fingerprint(out)}); choose another with --out"
    )
    assert (out / "areas.parquet").exists()


def _fingerprint(run: Path) -> str:
    from fundsim.results.folder import open_run

    return str(open_run(run).manifest["fingerprint"])


def test_the_same_question_again_takes_its_own_place(tmp_path: Path) -> None:
    words = ("allocate", "english-738m", "--rules", "equal", "--amount", "£1m", "--no-charts")
    for _ in range(2):
        assert called(*words, "--out", str(tmp_path / "pot")).exit_code == 0
    assert called("reproduce", str(tmp_path / "pot")).exit_code == 0


def test_a_place_that_cannot_be_written_to_is_told_before_anything_is_simulated(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    place = tmp_path / "file" / "found"
    many = ("--paths", "1000000", "--years", "50")  # as many would take hours
    found = called(
        "compare", "kruger-2020", "--fund", "luc", "--rules", "equal", *many, "--out", str(place)
    )
    assert isinstance(found.exception, RunError)
    assert "--out" in str(found.exception)


def test_what_a_million_is_worth_without_a_discount_is_a_million(tmp_path: Path) -> None:
    out = tmp_path / "worth"
    asked = ("--measures", "present_value", "--discount", "0%", "--nominal")
    assert called("compare", *EQUAL, *asked, *FEW, "--out", str(out)).exit_code == 0
    worth = {row["rule"]: float(row["mean"]) for row in rows(out, "measures")}
    total = {r["rule"]: float(r["pounds"]) for r in rows(out, "groups") if r["level"] == "all"}
    assert worth.keys() == total.keys() == {"as stated", "equal"}
    for rule, pounds in worth.items():
        assert pounds == pytest.approx(total[rule], abs=0.01)


DOUBT = (
    "unverified: nhs-inequalities-tool (unverified): preset nhs-inequalities-tool: which indicat"
)
ENGLAND = ("english-738m", "--rules", "nhs-inequalities-tool")


@pytest.mark.parametrize(
    "words",
    [
        ("allocate", *ENGLAND, "--amount", "£80m"),
        ("compare", *ENGLAND, *FEW),
        ("axioms", *ENGLAND),
        ("floors", *ENGLAND, "--amount", "£80m", "--keep", "95%"),
        ("indices", *ENGLAND, "--amount", "£80m", "--needs", "population"),
        ("best", *ENGLAND, "--amount", "£80m", "--aim", "gini_per_head"),
    ],
)
def test_a_rule_that_rests_on_something_unverified_says_so_in_every_output(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    if words[0] == "compare":
        words = (*words, "--out", str(tmp_path / "found"))
    told = called(*words)
    assert told.exit_code == 0, told.exception
    assert DOUBT in told.stdout
    as_data = called(*words, "--format", "csv")
    assert DOUBT in as_data.stderr
    assert "nhs-inequalities-tool (unverified)" in as_data.stdout


def test_measures_without_a_figure_say_why() -> None:
    asked = "volatility,gini_per_head,areas_under_minimum"
    told = called("allocate", "english-738m", "--amount", "£80m", "--measures", asked).stdout
    assert "volatility: no figure, since no amount year by year is known" in told
    assert "areas_under_minimum: no figure, since no viable minimum is stated" in told
    nothing = called(
        "allocate", "english-738m", "--amount", "£80m", "--rules", "rank_top_n(places=150)"
    )
    assert "ratio_90_10: no figure, since the least funded tenth of people get nothing" in (
        nothing.stdout
    )


def test_quiet_leaves_the_amounts_alone() -> None:
    told = called("allocate", "english-738m", "--amount", "£80m", "--quiet").stdout.splitlines()
    assert told[0].split()[:2] == ["as", "stated"]
    assert len(told) == 23
