"""The command that draws a run's charts, on a small run of two funds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fundsim.charts import UNASKED

SMALL = ("--paths", "3", "--years", "4", "--no-charts", "--quiet")


def fundsim(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fundsim", *words]
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawn") / "run"
    done = fundsim("run", "kruger-2020", *SMALL, "--out", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def drawn(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.svg")}


def test_without_names_all_are_drawn_but_that_of_one_foundation(run: Path, tmp_path: Path) -> None:
    done = fundsim("chart", str(run), "--out", str(tmp_path), "--format", "svg")
    assert done.returncode == 0
    lasting = {"capital_kept_whole-luc", "survival-luc", "capital_histogram-luc"}
    assert lasting <= drawn(tmp_path) <= {*UNASKED, *lasting}
    assert {"money_flow", "pipeline", "funds", "timeline", "spending"} <= drawn(tmp_path)
    assert "foundation shows" not in done.stderr


def test_one_foundation_is_drawn_where_it_is_named(run: Path, tmp_path: Path) -> None:
    words = ("chart", str(run), "foundation", "--foundation", "wales", "--fund", "luc")
    done = fundsim(*words, "--out", str(tmp_path), "--format", "svg")
    assert done.returncode == 0
    assert drawn(tmp_path) == {"foundation-wales-luc"}


def test_the_chart_of_one_foundation_needs_its_id(run: Path) -> None:
    unnamed = fundsim("chart", str(run), "foundation")
    assert unnamed.returncode == 2
    assert "say which with --foundation" in unnamed.stderr
    unknown = fundsim("chart", str(run), "foundation", "--foundation", "walse")
    assert unknown.returncode == 2
    assert 'did you mean "wales"?' in unknown.stderr


def test_outlines_are_for_the_map_and_a_key_is_for_outlines(run: Path, tmp_path: Path) -> None:
    other = fundsim("chart", str(run), "spending", "--boundaries", "some.geojson")
    assert other.returncode == 2
    assert "only areas_tile_map and areas_map are drawn on outlines" in other.stderr
    alone = fundsim("chart", str(run), "areas_map", "--boundaries-key", "CODE")
    assert alone.returncode == 2
    assert "give that with --boundaries FILE too" in alone.stderr
    asked = fundsim("chart", str(run), "areas_map", "--out", str(tmp_path))
    assert asked.returncode == 2
    assert "--boundaries FILE" in asked.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_other_places_names_what_is_missing(run: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.geojson"
    square = "[[0, 0], [1, 0], [1, 1], [0, 0]]"
    geometry = f'{{"type": "Polygon", "coordinates": [{square}]}}'
    path.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", '
        f'"properties": {{"code": "E06000001"}}, "geometry": {geometry}}}]}}',
        encoding="utf-8",
    )
    done = fundsim(
        "chart", str(run), "areas_map", "--boundaries", str(path), "--out", str(tmp_path / "o")
    )
    assert done.returncode == 2
    assert "360 of 361 areas have no outline" in done.stderr
    assert not (tmp_path / "o").exists()
