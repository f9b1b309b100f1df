"""A run's folder: whole, checked, made again, and never half-written."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

import fundsim
from fundsim import reproducing
from fundsim.errors import RunError
from fundsim.results.folder import Run, hash_of, in_place_of, open_run, write
from fundsim.results.verifying import differences, hash_as_it_is


def endowment() -> fundsim.Scenario:
    """Some 80 districts of four nations: what holds for them holds for all 361, and sooner."""
    regions = ["North East", "Wales", "Scotland", "Northern Ireland"]
    return fundsim.load("kruger-endowment").but({"geography.where": {"region": regions}})


@pytest.fixture(scope="module")
def results() -> fundsim.Results:
    return fundsim.simulate(endowment(), paths=300, years=3)


def written(results: fundsim.Results, place: Path) -> Path:
    with in_place_of(place, results.scenario.fingerprint) as folder:
        write(results, folder, started=datetime.now(UTC))
    return place


@pytest.fixture(scope="module")
def whole(results: fundsim.Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(results, tmp_path_factory.mktemp("runs") / "run")


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


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[fundsim.Results, Run]:
    """A short run with all paths of all areas."""
    results = fundsim.simulate(endowment(), paths=300, years=2, keep="paths")
    return results, open_run(written(results, tmp_path_factory.mktemp("kept") / "run"))


def test_paths_are_kept_for_every_area(kept: tuple[fundsim.Results, Run]) -> None:
    results, run = kept
    parts = sorted((run.folder / "paths").iterdir())
    assert [part.name for part in parts] == ["part-000000.parquet", "part-000001.parquet"]
    codes = results.scenario.geography_table.codes
    columns = run.files.read(parts[1])
    rows = (columns["measure"] == "paid") & (columns["basis"] == "nominal")
    whole = np.sum([columns[code][rows] for code in codes], axis=0).reshape(2, 50)
    assert (whole == results.series["luc"].of("paid", "nominal")[:, 250:]).all()


def _every_file(folder: Path) -> Iterator[Path]:
    return (p for p in sorted(folder.rglob("*")) if p.is_file() and p.name != "manifest.json")


def _change_a_byte(path: Path) -> bytes:
    """Change a file in the middle; give what was there before."""
    before = path.read_bytes()
    middle = len(before) // 2
    path.write_bytes(before[:middle] + bytes([before[middle] ^ 1]) + before[middle + 1 :])
    return before


def test_a_changed_byte_in_any_file_changes_its_hash(kept: tuple[fundsim.Results, Run]) -> None:
    _, run = kept
    for path in _every_file(run.folder):
        name = path.relative_to(run.folder).as_posix()
        before = _change_a_byte(path)
        assert hash_as_it_is(run, name) != run.manifest["files"][name]
        path.write_bytes(before)
        assert hash_as_it_is(run, name) == run.manifest["files"][name]


@pytest.mark.parametrize("name", ["scenario.toml", "fund.parquet", "areas.csv", "journal.csv"])
def test_a_changed_byte_is_found_before_what_else_is_wrong_with_the_file(
    run: Run, name: str
) -> None:
    _change_a_byte(run.folder / name)
    assert next(differences(run)).startswith(f"{name} was altered after the run")


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
    path = run.folder / "summary.csv"
    path.write_text(path.read_text().replace("2000000000.0000", "2100000000.0000", 1))
    manifest = json.loads((run.folder / "manifest.json").read_text())
    manifest["files"]["summary.csv"] = hash_of(run.files, path)
    (run.folder / "manifest.json").write_text(json.dumps(manifest))
    assert list(differences(open_run(run.folder))) == [
        "summary.csv does not follow from fund.parquet"
    ]


def _rehashed(run: Run, *names: str) -> Run:
    """Give the run with its manifest made to agree with what was altered."""
    manifest = json.loads((run.folder / "manifest.json").read_text())
    for name in names:
        manifest["files"][name] = hash_of(run.files, run.folder / name)
    (run.folder / "manifest.json").write_text(json.dumps(manifest))
    return open_run(run.folder)


def _alter(path: Path, row: int, column: str, by: float) -> None:
    """Add to one cell of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    place = rows[0].index(column)
    old = rows[row][place]
    rows[row][place] = f"{float(old) + by:.4f}" if "." in old else str(int(old) + int(by))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.mark.parametrize(
    ("name", "row", "column", "said"),
    [
        ("summary.csv", 5, "mean", "summary.csv does not follow from fund.parquet"),
        ("years.csv", 50, "p95", "years.csv does not follow from fund.parquet"),
        ("areas.csv", 9, "mean", "areas.csv does not follow from areas.parquet"),
        ("areas_years.csv", 99, "p05", "areas_years.csv does not follow from areas.parquet"),
        ("foundations.csv", 9, "se", "foundations.csv does not follow from foundations.parquet"),
        ("journal.csv", 7, "pence", "journal.csv: "),
        ("journal.csv", 9, "balance", "journal.csv: "),
        ("areas_told.csv", 3, "pence", "does not follow from journal.csv"),
    ],
)
def test_a_forged_figure_is_found_even_with_its_hash(
    run: Run, name: str, row: int, column: str, said: str
) -> None:
    _alter(run.folder / name, row, column, 1)
    assert any(said in line for line in differences(_rehashed(run, name)))


def test_a_penny_moved_between_two_areas_is_found(run: Run) -> None:
    _alter(run.folder / "areas_told.csv", 3, "pence", 1)
    _alter(run.folder / "areas_told.csv", 5, "pence", -1)
    (found,) = differences(_rehashed(run, "areas_told.csv"))
    assert found == "areas_told.csv: allocated of luc does not follow from journal.csv"


@pytest.mark.parametrize(
    ("key", "value"),
    [("seed", 1), ("paths", 51), ("years", 9), ("title", "another"), ("told_path", 300)],
)
def test_a_forged_manifest_is_found(run: Run, key: str, value: object) -> None:
    manifest = json.loads((run.folder / "manifest.json").read_text())
    manifest[key] = value
    (run.folder / "manifest.json").write_text(json.dumps(manifest))
    assert any(key.removeprefix("told_") in line for line in differences(open_run(run.folder)))


@pytest.mark.parametrize(
    "changes",
    [
        {"years": 1, "paths": 1},
        {"funds.luc.opening": 0},
        {"funds.luc.opening": "£0.01"},
        {"foundations.fee": "100%"},
        {"funds.luc.spending.first": date(2090, 1, 1)},
    ],
)
def test_a_run_that_pays_nothing_verifies_too(changes: dict[str, object], tmp_path: Path) -> None:
    scenario = endowment().but({"years": 2, "paths": 3} | changes)
    with in_place_of(tmp_path / "run", "abc") as folder:
        write(fundsim.simulate(scenario), folder, started=datetime.now(UTC))
    assert list(differences(open_run(tmp_path / "run"))) == []


def test_rounds_that_share_pounds_verify_too(tmp_path: Path) -> None:
    rows = [f"A{i},Area {i},{1000 + i},{40_000 * i}" for i in range(1, 6)]
    (tmp_path / "own.csv").write_text("\n".join(["code,name,population,claims", *rows]) + "\n")
    settings = {
        "paths": 20,
        "years": 3,
        "geography.areas": str(tmp_path / "own.csv"),
        "geography.need": "claims",
        "funds.luc.allocation": {"kind": "column", "column": "claims", "unit": "pounds"},
    }
    scenario = fundsim.load("kruger-endowment").but(settings)
    with in_place_of(tmp_path / "run", "abc") as folder:
        write(fundsim.simulate(scenario), folder, started=datetime.now(UTC))
    run = open_run(tmp_path / "run")
    assert list(differences(run)) == []
    assert reproducing.reproduce(run) == []


def test_too_much_to_share_out_is_said() -> None:
    rich = {"funds.luc.opening": "£100bn", "funds.luc.spending.rate": "100%"}
    scenario = fundsim.load("kruger-endowment").but(rich)
    with pytest.raises(RunError, match="above £100bn pennies are lost"):
        fundsim.simulate(scenario, paths=50, years=3)


def test_what_a_killed_run_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    gone = subprocess.run([sys.executable, "-c", ""], check=True)
    assert gone.returncode == 0
    left = tmp_path / ".run.999999999.partial"
    left.mkdir()
    with in_place_of(tmp_path / "run", "abc") as folder:
        (folder / "manifest.json").write_text("{}")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_another_fingerprint_is_found(run: Run) -> None:
    manifest = json.loads((run.folder / "manifest.json").read_text())
    manifest["fingerprint"] = "0" * 12
    (run.folder / "manifest.json").write_text(json.dumps(manifest))
    (found,) = differences(open_run(run.folder))
    assert found.startswith("scenario.toml has the fingerprint ")


def test_what_differs_is_told_in_pence(run: Run) -> None:
    _alter(run.folder / "areas_told.csv", 1, "pence", 7)
    found = reproducing.reproduce(run)
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
    with pytest.raises(RunError, match="is not a run folder"), in_place_of(tmp_path, "abc"):
        pass
    assert (tmp_path / "thesis.doc").read_text() == "three years of work"


def test_what_fails_midway_leaves_what_was_there(run: Run) -> None:
    def spoil() -> None:
        with in_place_of(run.folder, run.manifest["fingerprint"]) as folder:
            (folder / "half").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        spoil()
    assert list(differences(run)) == []
    assert [path.name for path in run.folder.parent.iterdir()] == ["run"]


@pytest.mark.parametrize("room", [30_000, 300_000])
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, room: int) -> None:
    """A limit on the size of files stands for the end of a disk."""
    limited = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))\n"
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
    with pytest.raises(RunError, match="--out"), in_place_of(place / "run", "abc"):
        pass


def test_a_frame_needs_pandas_and_says_so(results: fundsim.Results) -> None:
    try:
        import pandas as pd
    except ImportError:
        with pytest.raises(RunError, match="pip install pandas"):
            results.to_frame("years")
    else:
        frame = results.to_frame("years")
        assert isinstance(frame, pd.DataFrame)
        assert frame["mean"].dtype == "float64"


def test_an_unknown_table_has_a_nearest_name(results: fundsim.Results) -> None:
    with pytest.raises(RunError, match='did you mean "years"'):
        results.table("yaers")
