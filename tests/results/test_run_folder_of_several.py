"""The folder of a run with several funds, with rounds that differ, and with a merger."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from fundsim import Results, reproducing, simulate
from fundsim.results.folder import Run, hash_of, in_place_of, open_run, write
from fundsim.results.verifying import differences
from fundsim.scenario import from_values
from tests.engine.tiny import PLENTIFUL, VOLATILE, Values, tiny_values

IN_POUNDS = {"allocation": {"kind": "column", "column": "pounds", "unit": "pounds"}}
MERGER = {"kind": "merger", "foundation": "dale", "into": "hill", "on": date(2022, 9, 10)}

LUC: Values = {
    "opening": 2000,
    "spending": {"kind": "percent_of_value", "rate": "5%"},
    "allocation": {"kind": "need_weighted"},
    "alarm": {"fall": "15%"},
}
RECOVERY: Values = {
    "opening": 1000,
    "spending": {"kind": "profile", "profile": "covid-grants-2020"},
    "closes": {"on": date(2023, 3, 31), "residue": "luc"},
    "pays": [{"to": "luc", "on": date(2021, 10, 1), "share": "1%", "every": "3 months"}],
}
RECOVERY["pays"][0]["until"] = date(2023, 1, 1)

WORLDS: dict[str, Values] = {
    "two funds": {"funds": {"luc": LUC, "recovery": RECOVERY}},
    "three funds": {
        "funds": {"luc": LUC, "recovery": RECOVERY, "regional": LUC | {"opening": 500}}
    },
    "one lot and many": {"funds": {"luc": LUC, "recovery": RECOVERY | IN_POUNDS}},
    "many lots and one": {"funds": {"luc": LUC | IN_POUNDS, "recovery": RECOVERY}},
    "a merger": {"funds": {"luc": LUC, "recovery": RECOVERY | IN_POUNDS}, "shocks": [MERGER]},
}

Written = Callable[[str], tuple[Results, Path]]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Give the results of a world and its folder, which are made once."""
    known: dict[str, tuple[Results, Path]] = {}

    def of(world: str) -> tuple[Results, Path]:
        if world not in known:
            folder = tmp_path_factory.mktemp("world")
            settings = WORLDS[world] | {"markets": VOLATILE, "foundations": PLENTIFUL}
            if world == "three funds":
                order = ["recovery", "regional", "luc"]
                settings["foundations"] = PLENTIFUL | {"priority": order}
            scenario = from_values(tiny_values(folder, years=3, **settings))
            results = simulate(scenario, paths=260, keep="paths")
            with in_place_of(folder / "run", scenario.fingerprint) as place:
                write(results, place, started=datetime.now(UTC))
            known[world] = results, folder / "run"
        return known[world]

    return of


@pytest.fixture
def run(request: pytest.FixtureRequest, written: Written, tmp_path: Path) -> Run:
    """A copy of a world's run that may be spoilt."""
    return open_run(shutil.copytree(written(request.param)[1], tmp_path / "run"))


@pytest.mark.parametrize("world", WORLDS)
def test_a_whole_run_verifies(world: str, written: Written) -> None:
    assert list(differences(open_run(written(world)[1]))) == []


@pytest.mark.parametrize("run", ["a merger"], indirect=True)
def test_the_folder_alone_runs_again(run: Run) -> None:
    assert reproducing.reproduce(run) == []


@pytest.mark.parametrize("world", ["three funds", "many lots and one", "a merger"])
def test_all_is_read_back_as_it_was_simulated(world: str, written: Written) -> None:
    results, folder = written(world)
    run = open_run(folder)
    assert list(run.series) == list(results.series)
    for fund, series in results.series.items():
        for measure in ("arrived", "spending", "passed_on", "passed_between", "waiting"):
            for basis in ("nominal", "real"):
                assert (run.series[fund].of(measure, basis) == series.of(measure, basis)).all()
        for total, figures in series.totals.items():
            assert np.array_equal(run.series[fund].totals[total], figures, equal_nan=True)
    for theirs, ours in zip(run.by_area, results.by_area, strict=True):
        assert theirs.key == ours.key
        assert theirs.moments.mean.tobytes() == ours.moments.mean.tobytes()
    for name, table in results.tables.items():
        assert [list(row) for row in table.rows()] == list(map(list, run.table(name).rows()))


@pytest.mark.parametrize("world", ["three funds", "a merger"])
def test_tables_name_each_fund_and_all(world: str, written: Written) -> None:
    results, _ = written(world)
    names = {*results.scenario.funds, "all"}
    for table in ("summary", "years", "areas", "areas_years", "foundations"):
        assert set(results.table(table).column("fund")) == names


@pytest.mark.parametrize("world", ["two funds", "a merger"])
def test_single_paths_of_areas_add_up_to_their_fund(world: str, written: Written) -> None:
    results, folder = written(world)
    run, codes = open_run(folder), results.scenario.geography_table.codes
    for part, paths in enumerate((slice(0, 250), slice(250, 260))):
        kept = run.files.read(folder / "paths" / f"part-{part:06d}.parquet")
        for fund in results.scenario.funds:
            rows = (kept["fund"] == fund) & (kept["measure"] == "paid")
            rows &= kept["basis"] == "nominal"
            whole = np.sum([kept[code][rows] for code in codes], axis=0).reshape(3, -1)
            assert (whole == results.series[fund].of("paid", "nominal")[:, paths]).all()


# Forged


def forge(run: Run, name: str, column: str, by: float, **wanted: str) -> Run:
    """Add to a cell in the last row where some columns say so, and to the manifest its hash."""
    path = run.folder / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    place = header.index(column)
    found = [
        row
        for row in rows
        if all(row[header.index(key)] == word for key, word in wanted.items()) and row[place]
    ]
    old = found[-1][place]
    found[-1][place] = f"{float(old) + by:.4f}" if "." in old else str(int(old) + int(by))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return rehashed(run, path.name)


def rehashed(run: Run, name: str) -> Run:
    manifest = json.loads((run.folder / "manifest.json").read_text())
    manifest["files"][name] = hash_of(run.files, run.folder / name)
    (run.folder / "manifest.json").write_text(json.dumps(manifest))
    return open_run(run.folder)


FORGERIES = {
    "summary": ("summary", "mean", {"fund": "all", "measure": "arrived"}, "from fund.parquet"),
    "years": ("years", "p95", {"fund": "all", "measure": "passed_on"}, "from fund.parquet"),
    "areas": ("areas", "mean", {"fund": "all", "measure": "paid"}, "from areas.parquet"),
    "area years": ("areas_years", "p05", {"fund": "recovery"}, "from areas.parquet"),
    "foundations": ("foundations", "se", {"fund": "all"}, "from foundations.parquet"),
    "journal": ("journal", "pence", {"event": "passed_on"}, "journal.csv: "),
    "told": ("areas_told", "pence", {"fund": "recovery"}, "follow from journal.csv"),
}


IN_ALL_WORLDS = ("told",)


@pytest.mark.parametrize(
    ("run", "forgery"),
    [("a merger", forgery) for forgery in FORGERIES]
    + [
        (world, forgery)
        for world in ("two funds", "many lots and one")
        for forgery in IN_ALL_WORLDS
    ],
    indirect=["run"],
)
def test_a_forged_figure_is_found_even_with_its_hash(run: Run, forgery: str) -> None:
    name, column, wanted, said = FORGERIES[forgery]
    found = list(differences(forge(run, name, column, 1, **wanted)))
    assert found
    assert all(name in line and said in line for line in found)


@pytest.mark.parametrize("run", ["one lot and many"], indirect=True)
def test_a_penny_moved_between_areas_of_two_foundations_is_found(run: Run) -> None:
    wanted = {"fund": "recovery", "measure": "paid", "year": "2022"}
    forge(run, "areas_told", "pence", 1, area="A2", **wanted)
    spoilt = forge(run, "areas_told", "pence", -1, area="A3", **wanted)
    (found,) = differences(spoilt)
    assert found == "areas_told.csv: paid of recovery does not follow from journal.csv"


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ("waiting_on_average", "summary.csv does not follow from fund.parquet"),
        ("arrived", "the books of luc do not balance (fund)"),
        ("paid_real", "foundations' paid (real) does not sum to that of luc"),
    ],
)
@pytest.mark.parametrize("run", ["a merger"], indirect=True)
def test_a_forged_parquet_of_funds_is_found(run: Run, measure: str, said: str) -> None:
    path = run.folder / "fund.parquet"
    whole = dict(run.files.read(path))
    whole[measure] = whole[measure].copy()
    whole[measure][7] += 1_000_000
    run.files.write(path, [whole])
    found = list(differences(rehashed(run, path.name)))
    assert any(line.startswith(said) for line in found), found


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("foundations.parquet", "foundations.csv does not follow from foundations.parquet"),
        ("areas.parquet", "areas_years.csv does not follow from areas.parquet"),
    ],
)
@pytest.mark.parametrize("run", ["a merger"], indirect=True)
def test_a_forged_parquet_of_places_is_found(run: Run, name: str, said: str) -> None:
    whole = dict(run.files.read(run.folder / name))
    whole["sum"] = whole["sum"].copy()
    row = np.flatnonzero((whole["fund"] == "all") & (whole["measure"] == "paid"))[0]
    whole["sum"][row] += 1_000_000
    run.files.write(run.folder / name, [whole])
    found = list(differences(rehashed(run, name)))
    assert said in found
