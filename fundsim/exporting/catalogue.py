"""The catalogue of formats: each a name, an ending, and what writes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fundsim.comparison.folder import Saved, is_comparison
from fundsim.errors import RunError, nearest
from fundsim.exporting.arrays import write_netcdf
from fundsim.exporting.columnar import write_parquet
from fundsim.exporting.comparing import ComparedParcel
from fundsim.exporting.document import write_docx
from fundsim.exporting.grants import write_360giving
from fundsim.exporting.package import write_datapackage
from fundsim.exporting.parcel import AnyParcel, Parcel
from fundsim.exporting.placing import in_place_of
from fundsim.exporting.plain import write_csv
from fundsim.exporting.replication import write_replication
from fundsim.exporting.studying import StudiedParcel
from fundsim.exporting.workbook import write_xlsx
from fundsim.results.folder import CHARTS, open_run
from fundsim.studies.folder import is_study

REPLICATION = "replication"


@dataclass(frozen=True)
class Format:
    """One entry: `write(parcel, place)` makes the file or folder, and says what to know of it."""

    name: str
    ending: str
    write: Callable[[AnyParcel, Path], list[str]]


FORMATS: dict[str, Format] = {
    entry.name: entry
    for entry in (
        Format("csv", "-csv", write_csv),
        Format("xlsx", ".xlsx", write_xlsx),
        Format("datapackage", "-datapackage", write_datapackage),
        Format("parquet", "-parquet", write_parquet),
        Format(REPLICATION, "-replication.zip", write_replication),
        Format("netcdf", ".nc", write_netcdf),
        Format("docx", ".docx", write_docx),
        Format("360giving", "-360giving.json", write_360giving),
    )
}


def find(name: str) -> Format:
    """Give a format by name; an unknown one is a RunError that names the nearest."""
    if name not in FORMATS:
        there = ", ".join(FORMATS)
        message = f'nothing is exported to "{name}"{nearest(name, FORMATS)}; there are: {there}'
        raise RunError(message)
    return FORMATS[name]


def _refuse_other_ending(place: Path, entry: Format) -> None:
    """Refuse a name that ends as another kind of file does than the one that is made."""
    known = {Path(f"x{one.ending}").suffix for one in FORMATS.values()} | {".csv", ".parquet"}
    own, asked = Path(f"x{entry.ending}").suffix, place.suffix.lower()
    if asked in known - {"", own}:
        what = f"a name that ends in {own}" if own else "the name of a folder"
        message = (
            f'{entry.name} makes {"a file" if own else "a folder"}, and --out is "{place.name}"'
        )
        raise RunError(f"{message}; expected {what}")


def export(
    folder: Path, to: str, *, out: Path | None = None, tables: Sequence[str] = ()
) -> tuple[Path, list[str]]:
    """Export a finished run, comparison or study, beside its folder unless `out` says where.

    Gives the file or folder that was made, and what its reader should know of it. The same run
    gives the same bytes. RunError: an unknown format or table, one that a study has not, no
    finished run or an altered one, a place that cannot be written to or holds something else.
    """
    entry = find(to)
    write = _writing(entry, folder, tables)
    place = out or folder.resolve().with_name(f"{folder.resolve().name}{entry.ending}")
    _refuse_inside(place, folder)
    _refuse_other_ending(place, entry)
    with in_place_of(place) as made:
        remarks = write(made)
    return place, remarks


def _writing(entry: Format, folder: Path, tables: Sequence[str]) -> Callable[[Path], list[str]]:
    """Find what a folder holds, and give what writes it."""
    if is_study(folder):
        if entry.name != REPLICATION:
            message = (
                f"a study is exported to {REPLICATION} only, and {folder} is a study; its tables "
                "stand in it as CSV, table.csv as Parquet too, each column described in columns.csv"
            )
            raise RunError(message)
        return partial(write_replication, StudiedParcel.of(folder, tables))
    if is_comparison(folder):
        return partial(entry.write, ComparedParcel.of(Saved(folder), tables))
    return partial(entry.write, Parcel.of(open_run(folder), tables))


def _refuse_inside(place: Path, folder: Path) -> None:
    """Refuse a place that would make the run's folder something else than its manifest says."""
    whole, there = folder.resolve(), place.resolve()
    if there.is_relative_to(whole) and not there.is_relative_to(whole / CHARTS):
        message = f"{place} is part of the run's own folder; choose another with --out"
        raise RunError(message)
