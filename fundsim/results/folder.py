"""A run's folder: written under a temporary name, finished by its manifest, put in place whole."""

from __future__ import annotations

import errno
import glob
import hashlib
import json
import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from fundsim import __version__
from fundsim.errors import RunError
from fundsim.metrics.series import FundSeries
from fundsim.processes import lives
from fundsim.results import parquet
from fundsim.results.cubes import QUANTILE_PATHS
from fundsim.results.figures import Figures
from fundsim.results.frames import Tabled
from fundsim.results.model import Results
from fundsim.results.store import Parquet
from fundsim.results.table import Table, read
from fundsim.scenario import Scenario, carried, load

MANIFEST = "manifest.json"
SCENARIO = "scenario.toml"
CHARTS = "charts"
FORMAT = 2  # of a run folder
KEYS = (
    *("scenario", "title", "fingerprint", "rules_fingerprint", "seed", "paths", "years"),
    *("told_path", "quantile_paths", "keep", "files"),
)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def place_of(scenario: Scenario, under: Path = Path("results")) -> Path:
    """Say where a scenario's run folder stands, unless another place is chosen."""
    return under / f"{scenario.name}-{scenario.fingerprint}"


@contextmanager
def in_place_of(place: Path, fingerprint: str) -> Iterator[Path]:
    """Give an empty folder that takes its place when all went well, and is gone when it did not.

    A place that cannot be written to, or that holds something else than what was made of the same
    question before, with this fingerprint, is a RunError before any work is done.
    """
    _refuse_other(place, fingerprint)
    place = place.absolute()
    _clear_after_the_dead(place)
    partial = place.with_name(f".{place.name}.{os.getpid()}.partial")
    try:
        partial.mkdir(parents=True)
        yield partial
        _swap(partial, place)
    except OSError as error:
        raise RunError(_cannot_write(place, error)) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _clear_after_the_dead(place: Path) -> None:
    """Remove what a run of this place left when it was killed."""
    for left in place.parent.glob(f".{glob.escape(place.name)}.*.partial"):
        number = left.name.split(".")[-2]
        if number.isdigit() and not lives(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def _cannot_write(place: Path, error: OSError) -> str:
    if error.errno in _FULL:
        return (
            f"no room left while writing {place}: nothing was kept; make room, "
            "or choose another disk with --out"
        )
    return f"cannot write {place}: {error.strerror or error}; choose another with --out"


def _refuse_other(place: Path, fingerprint: str) -> None:
    if not place.exists() or (place.is_dir() and not any(place.iterdir())):
        return
    if not is_run(place):
        message = f"{place} is there already and is not a run folder; choose another with --out"
        raise RunError(message)
    try:
        found = json.loads((place / MANIFEST).read_text("utf-8"))["fingerprint"]
    except (OSError, ValueError, LookupError, TypeError):
        found = "unknown"
    if found != fingerprint:
        message = f"{place} holds another run or comparison ({found}); choose another with --out"
        raise RunError(message)


def _swap(partial: Path, place: Path) -> None:
    """Put the new folder in its place; an older run there goes, with its charts."""
    older = place.with_name(f".{place.name}.{os.getpid()}.older")
    if place.exists():
        place.rename(older)
    partial.rename(place)
    shutil.rmtree(older, ignore_errors=True)


def write(results: Results, folder: Path, *, started: datetime) -> None:
    """Write a run's files into an empty folder, the manifest last."""
    scenario = results.scenario
    (folder / SCENARIO).write_text(carried(scenario, folder / "data", "data/"), "utf-8")
    files = Parquet()
    parquet.write_fund(files, results, folder / "fund.parquet")
    parquet.write_figures(files, results.by_foundation, results, folder / "foundations.parquet")
    parquet.write_figures(files, results.by_area, results, folder / "areas.parquet")
    if results.keep:
        parquet.write_paths(files, results, folder / "paths")
    for name, table in results.tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            file.writelines(table.csv())
    manifest = _manifest(files, results, folder, started)
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


def _manifest(files: Parquet, results: Results, folder: Path, started: datetime) -> dict[str, Any]:
    scenario = results.scenario
    return {
        "format": FORMAT,
        "scenario": scenario.name,
        "title": scenario.title,
        "fingerprint": scenario.fingerprint,
        "rules_fingerprint": scenario.rules_fingerprint,
        "seed": scenario.seed,
        "paths": scenario.paths,
        "years": scenario.years,
        "told_path": results.told.path,
        "quantile_paths": results.cubes.quantile_paths,
        "keep": results.keep,
        "versions": {
            "fundsim": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
        "started": started.isoformat(timespec="seconds"),
        "seconds": round((datetime.now(UTC) - started).total_seconds(), 1),
        "files": {name: hash_of(files, folder / name) for name in files_of(folder)},
    }


def files_of(folder: Path) -> list[str]:
    """List a run's own files, without the manifest and without charts."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in found if path.parts[0] not in (MANIFEST, CHARTS))


def hash_of(files: Parquet, path: Path) -> str:
    """Hash a file; a Parquet file by what it says, since its writer's version stands in it."""
    if path.suffix == ".parquet":
        return f"content:{files.content_hash(path)}"
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


class Run(Tabled):
    """A finished run, read from its folder."""

    def __init__(self, folder: Path) -> None:
        """Read the manifest; a folder without one, or of another version, is a RunError."""
        self.folder = folder
        self.manifest = _read_manifest(folder)

    @cached_property
    def scenario(self) -> Scenario:
        """The resolved scenario."""
        return load(self.folder / SCENARIO)

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Every table of the run, by name."""
        return {path.stem: self._table(path) for path in sorted(self.folder.glob("*.csv"))}

    def _table(self, path: Path) -> Table:
        try:
            return read(path)
        except (OSError, ValueError, StopIteration) as error:
            message = f"{path} cannot be read as a table: {error}; see fundsim verify {self.folder}"
            raise RunError(message) from error

    @cached_property
    def series(self) -> dict[str, FundSeries]:
        """Each fund's history on every path, and that of all together."""
        return parquet.read_fund(self.files, self.folder / "fund.parquet", self.scenario)

    @cached_property
    def by_foundation(self) -> list[Figures]:
        """Moments and quantiles of each measure by foundation."""
        path = self.folder / "foundations.parquet"
        return parquet.read_figures(self.files, path, self.scenario, "foundation")

    @cached_property
    def by_area(self) -> list[Figures]:
        """Moments and quantiles of each measure by area."""
        return parquet.read_figures(
            self.files, self.folder / "areas.parquet", self.scenario, "area"
        )

    @property
    def quantile_paths(self) -> int:
        """How many paths the quantiles of foundations and areas are taken over."""
        return min(self.scenario.paths, QUANTILE_PATHS)

    @cached_property
    def files(self) -> Parquet:
        """What reads the run's Parquet files."""
        return Parquet()


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not folder.exists():
        message = f"there is no file or folder {folder}; give what fundsim run made"
        raise RunError(message)
    if not folder.is_dir():
        message = f"{folder} is not a folder; give the folder that fundsim run made"
        raise RunError(message)
    if not path.exists():
        message = f"{folder} is not a finished run: it has no {MANIFEST}; make it with fundsim run"
        raise RunError(message)
    try:
        manifest = json.loads(path.read_text("utf-8"))
        if "kind" in manifest:
            message = (
                f"{folder} holds what fundsim {manifest['kind']} made, and is no run; give a run"
            )
            raise RunError(message)
        version, form = manifest["versions"]["fundsim"], manifest["format"]
        missing = [key for key in KEYS if key not in manifest]
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{path} cannot be read ({error}); run the scenario again with another --out"
        raise RunError(message) from error
    if missing:
        message = f"{path} does not say {', '.join(missing)}; run the scenario again elsewhere"
        raise RunError(message)
    if (version, form) != (__version__, FORMAT):
        message = (
            f"{folder} was made by fundsim {version} (folders of format {form}), and this is "
            f"{__version__} (format {FORMAT}): use that version, or run its {SCENARIO} again"
        )
        raise RunError(message)
    return dict(manifest)


def open_run(folder: str | Path) -> Run:
    """Open a finished run's folder."""
    return Run(Path(folder))


def is_run(place: Path) -> bool:
    """Say whether a finished run stands here, of this version or another."""
    return (place / MANIFEST).exists()


def holds(run: Run, *, path: int | None, keep: str | None) -> bool:
    """Say whether a run holds what is asked of it: the told path, and single paths."""
    same_path = path is None or run.manifest["told_path"] == path
    kept = run.manifest["keep"]
    return same_path and (keep is None or kept == keep)
