"""What a run means for one foundation: its own figures, its areas, its place; never another's."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from fundsim import RunError, load, open_run
from fundsim.cli.entry import fundsim
from fundsim.report.foundation import (
    foundation_paper,
    foundation_report,
    told_foundation,
)
from fundsim.report.told import Told
from fundsim.results.folder import Run
from fundsim.wording import money
from tests.exporting.nasty import nasty
from tests.exporting.nasty import run as simulated

OWN = "cumbria"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    scenario = load("kruger-2020", ["paths=20", "years=12"])
    return open_run(simulated(scenario, tmp_path_factory.mktemp("one") / "run"))


@pytest.fixture(scope="module")
def told(run: Run) -> Told:
    return told_foundation(run, OWN)


def rows(run: Run, name: str, **wanted: str) -> Iterator[dict[str, str]]:
    with (run.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if all(row[key] == value for key, value in wanted.items()):
                yield row


def paid(run: Run, foundation: str) -> float:
    wanted = {"foundation": foundation, "measure": "paid", "basis": "real", "fund": "all"}
    return math.fsum(float(row["mean"]) for row in rows(run, "foundations", **wanted))


def test_its_years_are_those_of_its_table(run: Run, told: Told) -> None:
    means, sure, *_ = told.answer
    at = list(means.head).index("receives")
    pays = list(sure.head).index("pays, 1 in 20 below")
    wanted = {"foundation": OWN, "basis": "real", "fund": "all"}
    received = {
        r["year"]: r["mean"] for r in rows(run, "foundations", measure="received", **wanted)
    }
    low = {r["year"]: r["p05"] for r in rows(run, "foundations", measure="paid", **wanted)}
    assert [row[0] for row in means.rows] == [*received, "in all"]
    for row in means.rows[:-1]:
        figure = float(received[row[0]])
        assert row[at] == (money(figure) if figure else "–")
    for row in sure.rows:
        assert row[pays] == (money(float(low[row[0]])) if float(low[row[0]]) else "–")
    assert means.rows[-1][at] == money(math.fsum(map(float, received.values())))


def test_its_areas_are_its_own_and_all_of_them(run: Run, told: Told) -> None:
    areas = told.answer[2]
    wanted = {"foundation": OWN, "fund": "all", "measure": "paid", "basis": "real"}
    own = list(rows(run, "areas", **wanted, from_year="2021", to_year="2032"))
    assert len(own) > 1
    names = sorted(f"{row['name']} (£{float(row['per_head']):.2f} a head)" for row in own)
    assert sorted(row[0] for row in areas.rows) == names
    sums = {row["name"]: money(float(row["mean"])) for row in own}
    assert {row[0].partition(" (£")[0]: row[2] for row in areas.rows} == sums


def test_its_place_is_by_pounds_a_head(run: Run, told: Told) -> None:
    of_all = run.scenario.geography_table.foundations
    per_head = {each.id: paid(run, each.id) / each.population for each in of_all}
    place = sorted(per_head.values(), reverse=True).index(per_head[OWN]) + 1
    assert f"it is number {place} of {len(of_all)}" in told.short[-1]
    (own,) = (row for row in told.answer[-1].rows if row[0].endswith("(this one)"))
    assert own[0].startswith(f"{place}. Cumbria")
    assert own[-1] == f"£{per_head[OWN]:.2f}"
    best, worst = max(per_head.values()), min(per_head.values())
    assert [told.answer[-1].rows[at][-1] for at in (0, -1)] == [f"£{best:.2f}", f"£{worst:.2f}"]


def test_the_document_holds_the_same_parts_as_a_report(run: Run) -> None:
    text = foundation_report(run, OWN)
    for part in ("asked", "answer", "pictures", "assumptions", "figures", "again", "limits"):
        assert f'id="{part}"' in text
    assert "What passes through Cumbria" in text
    assert "Its panel does not sit" in text
    assert "--foundation cumbria" in text
    assert text == foundation_report(open_run(run.folder), OWN)


def test_a_paper_for_its_board_has_two_pictures(run: Run) -> None:
    text = foundation_paper(run, OWN)
    assert text.count("<img ") == 2
    assert "(this one)" in text
    assert "The years between are left out." in text


def test_an_unknown_foundation_names_the_nearest(run: Run) -> None:
    with pytest.raises(RunError, match='did you mean "cumbria"'):
        told_foundation(run, "cumbira")


def test_it_is_of_one_run_alone(run: Run) -> None:
    asked = ["report", str(run.folder), str(run.folder), "--foundation", OWN]
    done = CliRunner().invoke(fundsim, asked)
    assert done.exit_code == 2
    assert "a foundation's view is of one run, not of 2 folders" in done.output


def test_an_id_of_ones_own_stays_text_and_inside_the_folder(tmp_path: Path) -> None:
    place = nasty(tmp_path)
    done = CliRunner().invoke(fundsim, ["report", str(place), "--foundation", "=Alpha"])
    assert done.exit_code == 0, done.output
    (made,) = tmp_path.glob("run-*.html")
    text = made.read_text("utf-8")
    assert "--foundation =Alpha" in text.replace("&#39;", "")
    assert "@SUM(1+9) (£" in text
    assert "Leeds" not in text.partition("Every assumption")[0].partition("What was asked")[2]
