"""A run's folder: whole, checked, made again, and never half-written."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

import fundsim
from fundsim import reproducing
from fundsim.errors import RunError
from fundsim.results.folder import Run, in_place_of, open_run, write
from fundsim.results.verifying import differences


@pytest.fixture(scope="module")
def results() -> fundsim.Results:
    scenario = fundsim.load("kruger-endowment")
    return fundsim.simulate(scenario, paths=300, years=3, keep="paths")


@pytest.fixture(scope="module")
def whole(results: fundsim.Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("runs") / "run"
    with in_place_of(place) as folder:
        write(results, folder, started=datetime.now(UTC))
    return place


@pytest.fixture
def run(whole: Path, tmp_path: Path) -> Run:
    """A copy that may be spoilt."""
    return open_run(shutil.copytree(whole, tmp_path / "run"))


def test_a_whole_run_verifies(run: Run) -> None:
    assert list(differences(run)) == []


def test_the_folder_alone_runs_again(run: Run) -> None:
    assert reproducing.reproduce(run) == []


def test_tables_read_back_as_they_were_made(run: Run, results: fundsim.Results) -> None:
    for name, table in results.tables.items():
        assert [list(row) for row in table.rows()] == list(map(list, run.table(name).rows()))


def test_series_read_back_as_they_were_simulated(run: Run, results: fundsim.Results) -> None:
    for measure in ("spending", "closing_capital", "waiting"):
        own = run.series["luc"].of(measure, "real")
        assert (own == results.series["luc"].of(measure, "real")).all()


def test_paths_are_kept_for_every_area(run: Run, results: fundsim.Results) -> None:
    parts = sorted((run.folder / "paths").iterdir())
    assert [part.name for part in parts] == ["part-000000.parquet", "part-000001.parquet"]
    codes = results.scenario.geography_table.codes
    kept = run.files.read(parts[1])
    rows = (kept["measure"] == "paid") & (kept["basis"] == "nominal")
    whole = np.sum([kept[code][rows] for code in codes], axis=0).reshape(3, 50)
    assert (whole == results.series["luc"].of("paid", "nominal")[:, 250:]).all()


def _every_file(folder: Path) -> Iterator[Path]:
    return (p for p in sorted(folder.rglob("*")) if p.is_file() and p.name != "manifest.json")


def test_a_changed_byte_in_any_file_is_found(run: Run) -> None:
    for path in _every_file(run.folder):
        before = path.read_bytes()
        middle = len(before) // 2
        path.write_bytes(before[:middle] + bytes([before[middle] ^ 1]) + before[middle + 1 :])
        found = list(differences(run))
        assert any(path.name in line for line in found), path
        path.write_bytes(before)
    assert list(differences(run)) == []


def test_missing_and_extra_files_are_named(run: Run) -> None:
    (run.folder / "years.csv").unlink()
    (run.folder / "notes.txt").write_text("mine")
    (run.folder / "charts").mkdir()
    (run.folder / "charts" / "mine.svg").write_text("charts are outside the manifest")
    found = list(differences(run))
    assert "years.csv is missing" in found
    assert "notes.txt is not part of the run" in found
    assert not any("mine.svg" in line for line in found)


def test_a_forged_table_is_found_even_with_its_hash(run: Run) -> None:
    """Someone alters a figure and the manifest: the Parquet file does not agree."""
    from fundsim.results.folder import hash_of

    path = run.folder / "summary.csv"
    path.write_text(path.read_text().replace("2000000000.0000", "2100000000.0000", 1))
    manifest = json.loads((run.folder / "manifest.json").read_text())
    manifest["files"]["summary.csv"] = hash_of(run.files, path)
    (run.folder / "manifest.json").write_text(json.dumps(manifest))
    assert list(differences(open_run(run.folder))) == [
        "summary.csv does not follow from fund.parquet"
    ]


def test_another_fingerprint_is_found(run: Run) -> None:
    manifest = json.loads((run.folder / "manifest.json").read_text())
    manifest["fingerprint"] = "0" * 12
    (run.folder / "manifest.json").write_text(json.dumps(manifest))
    (found,) = differences(open_run(run.folder))
    assert found.startswith("scenario.toml has the fingerprint ")


def test_what_differs_is_told_in_pence(run: Run) -> None:
    path = run.folder / "areas_told.csv"
    lines = path.read_text().splitlines(keepends=True)
    area, fund, measure, year, pence = lines[1].strip().split(",")
    lines[1] = f"{area},{fund},{measure},{year},{int(pence) + 7}\r\n"
    path.write_text("".join(lines), newline="")
    manifest = json.loads((run.folder / "manifest.json").read_text())
    manifest["files"]["areas_told.csv"] = "sha256:forged"
    (run.folder / "manifest.json").write_text(json.dumps(manifest))
    found = reproducing.reproduce(open_run(run.folder))
    assert found[0] == "areas_told.csv differs"
    assert "(-7.00 pence)" in found[1]


def test_another_version_is_refused(run: Run) -> None:
    path = run.folder / "manifest.json"
    path.write_text(
        path.read_text().replace(f'"fundsim": "{fundsim.__version__}"', '"fundsim": "0.0.1"')
    )
    with pytest.raises(RunError, match=r"was made by fundsim 0\.0\.1"):
        open_run(run.folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"versions": 3}'])
def test_a_manifest_that_cannot_be_read_is_refused(run: Run, text: str) -> None:
    (run.folder / "manifest.json").write_text(text)
    with pytest.raises(RunError, match="cannot be read"):
        open_run(run.folder)


def test_a_folder_that_is_no_run_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("three years of work")
    with pytest.raises(RunError, match="is not a run folder"), in_place_of(tmp_path):
        pass
    assert (tmp_path / "thesis.doc").read_text() == "three years of work"


def test_what_fails_midway_leaves_what_was_there(run: Run) -> None:
    def spoil() -> None:
        with in_place_of(run.folder) as folder:
            (folder / "half").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        spoil()
    assert list(differences(run)) == []
    assert [path.name for path in run.folder.parent.iterdir()] == ["run"]


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    """A limit on the size of files stands for the end of a disk."""
    limited = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "sys.argv = ['fundsim', 'run', 'kruger-endowment', '--paths', '10', '--years', '2']\n"
        "from fundsim.cli import main; main()\n"
    )
    words = [sys.executable, "-c", limited]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert "no room left" in done.stderr
    assert list((tmp_path / "results").iterdir()) == []


def test_a_folder_without_permission_is_said_before_any_work(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("in the way")
    with pytest.raises(RunError, match="--out"), in_place_of(place / "run"):
        pass


def test_a_frame_needs_pandas_and_says_so(results: fundsim.Results) -> None:
    try:
        import pandas as pd
    except ImportError:
        with pytest.raises(RunError, match=r"fundsim\[frames\]"):
            results.to_frame("years")
    else:
        frame = results.to_frame("years")
        assert isinstance(frame, pd.DataFrame)
        assert frame["mean"].dtype == "float64"


def test_an_unknown_table_has_a_nearest_name(results: fundsim.Results) -> None:
    with pytest.raises(RunError, match='did you mean "years"'):
        results.table("yaers")
