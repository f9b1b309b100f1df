"""A study's folder: what was asked, the pieces of its runs as they come, and at the end its table.

The folder grows by pieces and is not swapped for a new one, so that what is done outlives whatever
stops it. Tables are put in their place whole; the manifest is written last.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fundsim import __version__
from fundsim.errors import RunError
from fundsim.files import clear_after_the_dead, put_whole
from fundsim.results.columns import TYPES
from fundsim.results.folder import MANIFEST, SCENARIO, hash_of
from fundsim.results.store import Parquet
from fundsim.results.table import Table, read
from fundsim.studies.carrying import DATA, STUDY, lay_out
from fundsim.studies.dictionary import columns_of, columns_of_table, measures_of
from fundsim.studies.pieces import FOLDER, Pieces
from fundsim.studies.plan import Plan, planned
from fundsim.studies.reading import Loaded, load_study
from fundsim.studies.state import State
from fundsim.studies.table import table_of

KIND = "batch"  # the command that makes it
FORMAT = 2  # of a study's folder
TABLE, BEGUN = "table.csv", "begun.json"


def place_of(loaded: Loaded, under: Path = Path("results")) -> Path:
    """Say where a study stands, unless another place is chosen."""
    return under / f"study-{loaded.study.name}"


def begin(loaded: Loaded, place: Path) -> Pieces:
    """Make a study's folder, or go on with the one that is there; give its pieces.

    A place that holds something else, a study of another name or of another version is a RunError.
    """
    refuse_other(place, loaded.study.name)
    with _written(place):
        place.mkdir(parents=True, exist_ok=True)
        clear_after_the_dead(place)
        put(place / BEGUN, _begun())
        (place / MANIFEST).unlink(missing_ok=True)
        if loaded.place.resolve() == (place / STUDY).resolve():
            return Pieces(place / FOLDER)
        lay_out(loaded, place)
    return Pieces(place / FOLDER)


def finish(plan: Plan, pieces: Pieces, place: Path, state: State) -> Table:
    """Write the table of a study that has been run, and last the manifest; give the table."""
    files = Parquet()
    with _written(place):
        for each in (table_of(plan, pieces), columns_of(plan), measures_of(plan)):
            put(place / f"{each.name}.csv", "".join(each.csv()))
        _put_parquet(files, place, plan)
        manifest = _manifest(plan, state) | {
            "files": {name: hash_of(files, place / name) for name in _files(place)}
        }
        put(place / MANIFEST, json.dumps(manifest, indent=2) + "\n")
    return read(place / TABLE)


def merge(places: Sequence[Path], place: Path) -> Plan:
    """Bring the pieces of shards that were run in folders of their own into one; give the plan.

    RunError: they are of different studies, or the place holds something else.
    """
    plans = [planned(open_study(each)) for each in places]
    for each, plan in zip(places, plans, strict=True):
        if plan.fingerprint != plans[0].fingerprint:
            message = f"{each} is not of the same study as {places[0]}; merge those that are"
            raise RunError(message)
    pieces = begin(plans[0].loaded, place)
    for each in places:
        pieces.take(Pieces(each / FOLDER))
    return plans[0]


def open_study(place: Path) -> Loaded:
    """Read the study whose folder this is; RunError where there is none."""
    if not (place / STUDY).is_file():
        message = f"{place} holds no study; make one with fundsim batch"
        raise RunError(message)
    _refuse_version(place)
    return load_study(place / STUDY)


def _refuse_version(place: Path) -> None:
    """Refuse a folder whose figures another version has begun to make."""
    own = _begun()
    try:
        begun = json.loads((place / BEGUN).read_text("utf-8"))
        version, form = begun["fundsim"], begun["format"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        message = (
            f"{place / BEGUN} is missing or damaged, so that nothing says which version began this "
            f"study; if it was this one, write into it {own.strip()}"
        )
        raise RunError(message) from error
    if (version, form) != (__version__, FORMAT):
        message = (
            f"{place} was begun by fundsim {version} (folders of format {form}), and this is "
            f"{__version__} (format {FORMAT}): go on with that version, or choose another place "
            "with --out"
        )
        raise RunError(message)


def _begun() -> str:
    """Say which version begins a study, as its folder does."""
    return json.dumps({"fundsim": __version__, "format": FORMAT}) + "\n"


def is_study(place: Path) -> bool:
    """Say whether a study stands in a folder, finished or not."""
    return (place / STUDY).is_file()


def refuse_other(place: Path, name: str) -> None:
    """Refuse a place that holds something else, or a study of another name or version."""
    if not is_study(place):
        if (place / BEGUN).is_file():  # begun, and stopped before its study was laid out
            _refuse_version(place)
        elif place.exists() and not (place.is_dir() and all(map(_is_partial, place.iterdir()))):
            message = f"{place} is there already and holds no study; choose another with --out"
            raise RunError(message)
        return
    found = open_study(place).study.name
    if found != name:
        message = f"{place} holds another study ({found}); choose another with --out"
        raise RunError(message)


def _is_partial(path: Path) -> bool:
    return path.name.startswith(".") and path.name.endswith(".partial")


def asked(place: Path) -> bytes:
    """Give what a folder's study asks, as its file has it; nothing where there is none yet."""
    try:
        return (place / STUDY).read_bytes()
    except OSError:
        return b""


def refuse_another(place: Path, before: bytes) -> None:
    """Refuse to finish a study where another process has begun another form of it meanwhile."""
    if asked(place) != before:
        message = (
            f"another process has begun another form of this study in {place} meanwhile; its runs "
            "are kept: ask again, or choose another place with --out"
        )
        raise RunError(message)


def _manifest(plan: Plan, state: State) -> dict[str, Any]:
    study, scenario = plan.loaded.study, plan.loaded.scenario
    return {
        "kind": KIND,
        "format": FORMAT,
        "study": study.name,
        "title": study.title,
        "fingerprint": plan.fingerprint,
        "base": {"scenario": scenario.name, "fingerprint": scenario.fingerprint},
        "runs": len(plan.runs),
        "failed": len(state.failed),
        "versions": {"fundsim": __version__},
    }


def _files(place: Path) -> list[str]:
    """List a study's own files; pieces and charts carry their hashes themselves."""
    below = sorted(path for path in (place / DATA).rglob("*") if path.is_file())
    data = [path.relative_to(place).as_posix() for path in below]
    return [BEGUN, SCENARIO, *data, STUDY, TABLE, "table.parquet", "columns.csv", "measures.csv"]


def _put_parquet(files: Parquet, place: Path, plan: Plan) -> None:
    """Write the table once more with the types of its columns, null where a cell is empty."""
    kinds = {column.name: TYPES[column.kind] for column in columns_of_table(plan)}
    folder = place / f".table.{os.getpid()}.partial"
    folder.mkdir()
    try:
        made = folder / "table.parquet"
        about = {"study": plan.loaded.study.name, "fundsim": __version__}
        files.of_csv(place / TABLE, made, kinds, about, no_words=True)
        made.replace(place / "table.parquet")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put(path: Path, text: str) -> None:
    """Write a text file whole."""
    put_whole(path, text.encode("utf-8"))


@contextmanager
def _written(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = (
            f"cannot write {place}: {error.strerror or error}; make room or choose another with "
            "--out, and go on: what is done is kept"
        )
        raise RunError(message) from error
