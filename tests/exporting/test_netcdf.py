"""The netCDF file, opened by xarray: axes, units, coordinates, and the run's own figures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from fundsim.exporting import arrays, export
from fundsim.metrics.series import BASES, MEASURES
from fundsim.results.folder import Run
from tests.exporting import nasty
from tests.exporting.reading import made, own, refused


@pytest.fixture(scope="module")
def found(run: Run, tmp_path_factory: pytest.TempPathFactory) -> xr.Dataset:
    place = made(run, "netcdf", tmp_path_factory.mktemp("netcdf") / "out.nc")
    with xr.open_dataset(place) as opened:
        return opened.load()


@pytest.mark.parametrize(
    ("table", "prefix", "axes"),
    [
        ("summary", "total", ("fund", "basis")),
        ("years", "year", ("fund", "basis", "year")),
        ("areas_years", "area", ("fund", "basis", "area", "year")),
        ("foundations", "foundation", ("fund", "basis", "foundation", "year")),
    ],
)
def test_every_figure_of_a_table_is_where_its_labels_say(
    run: Run, found: xr.Dataset, table: str, prefix: str, axes: tuple[str, ...]
) -> None:
    rows = own(run, table)
    seen = 0
    for measure in {row["measure"] for row in rows}:
        variable = found[f"{prefix}_{measure}"]
        at = {
            name: {str(v).removeprefix("'"): n for n, v in enumerate(found[name].values)}
            for name in axes
        }
        assert variable.dims == (*axes, "statistic")
        for row in (one for one in rows if one["measure"] == measure):
            values = variable.values[tuple(at[name][row[name]] for name in axes)]
            for statistic, value in zip(found["statistic"].values, values, strict=True):
                cell = row.get(str(statistic), "")
                decimals = len(cell.partition(".")[2])
                assert ("" if np.isnan(value) else f"{value:.{decimals}f}") == cell
                seen += 1
    assert seen == 7 * len(rows)


def test_every_path_is_there_in_whole_pence(run: Run, found: xr.Dataset) -> None:
    for measure in MEASURES:
        variable = found[f"path_{measure}"]
        assert variable.dims == ("fund", "basis", "year", "path")
        assert variable.attrs["units"] == "pence"
        for fund in ("long", "short", "all"):
            for basis in BASES:
                pence = variable.sel(fund=fund, basis=basis).values
                assert (pence == run.series[fund].of(measure, basis)).all()


def test_every_figure_has_a_unit_and_a_meaning(found: xr.Dataset) -> None:
    for name, variable in found.data_vars.items():
        if variable.dtype.kind == "f":
            assert variable.attrs["units"], name
            assert variable.attrs["long_name"], name
    assert found["year_capital_kept_whole"].attrs["units"] == "ratio"
    assert found["total_exhausted"].attrs["units"] == "probability"


def test_coordinates_are_labels_and_names_stand_along_them(found: xr.Dataset) -> None:
    assert list(found["year"].values) == list(range(2024, 2035))
    assert set(found["fund"].values) == {"long", "short", "all"}
    names = dict(zip(found["area"].values, found["area_name"].values, strict=True))
    assert names["F1"] == "שלום עולם"
    assert names["G1"] == nasty.LONG.strip()
    assert names["'@D1"] == "'@SUM(1+9)"
    assert names["0012"] == "https://example.org/"


def test_the_file_says_where_it_is_from(run: Run, found: xr.Dataset) -> None:
    assert found.attrs["fingerprint"] == run.manifest["fingerprint"]
    assert json.loads(found.attrs["provenance"])["seed"] == 7
    assert "unverified: seed" in found.attrs["comment"]


def test_lists_are_left_out_and_that_is_said(run: Run, tmp_path: Path) -> None:
    _, remarks = export(run.folder, "netcdf", out=tmp_path / "out.nc")
    assert remarks == [
        "lists are left out (controlled, areas, journal, areas_told); export them with --to csv"
    ]
    told = refused(run, "netcdf", tmp_path / "other.nc", "journal")
    assert told == "journal cannot be an array with axes; export it with --to csv"


def test_more_paths_than_memory_holds_are_left_out_and_that_is_said(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrays, "MOST", 999)
    place, remarks = export(run.folder, "netcdf", out=tmp_path / "out.nc")
    assert "single paths are left out, since they are more than 999" in remarks[1]
    with xr.open_dataset(place) as opened:
        assert "path" not in opened.dims
        assert "year_spending" in opened
