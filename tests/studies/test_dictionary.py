"""The data dictionary of a study: every column of every table, with its type, unit and meaning."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from fundsim.studies import load_study, planned
from fundsim.studies.answers.tables import answers_of
from fundsim.studies.designs import HEAD, TAIL
from fundsim.studies.dictionary import columns_of, described, measures_of
from fundsim.studies.folder import begin, finish
from fundsim.studies.reading import shipped_studies
from fundsim.studies.running import carry_out
from fundsim.studies.state import state_of
from fundsim.studies.table import table_of
from fundsim.studies.verifying import altered
from tests.studies.world import RATES, plan_of, put_in_place

ENDS = {"low": {RATES: "3%"}, "high": {RATES: "5%"}}
FEES = {"markets.fee": {"kind": "uniform", "low": "0.3%", "high": "1.5%"}}
DRAWN = {RATES: {"kind": "uniform", "low": "3%", "high": "5%"}}


def varied(block: dict[str, Any]) -> dict[str, Any]:
    return {"vary": {"block": block}}


EACH = {
    "grid": varied({"kind": "grid", "values": {RATES: ["3%"], "seed": [1, 2]}}),
    "zip": varied({"kind": "zip", "values": {RATES: ["3%"], "paths": [250]}}),
    "list": varied({"kind": "list", "cases": {"as it is": {}, "less": {RATES: "3%"}}}),
    "scenarios": varied({"kind": "scenarios", "take": ["markets"], "of": {"own": "base.toml"}}),
    "sample": varied(
        {
            "kind": "sample",
            "size": 2,
            "distributions": {"funds.fund.opening": {"kind": "uniform", "low": 1000, "high": 2000}},
        }
    ),
    "one_at_a_time": varied({"kind": "one_at_a_time", "assumptions": {"rate": ENDS}}),
    "sobol_indices": varied(
        {
            "kind": "sobol_indices",
            "size": 4,
            "distributions": DRAWN,
        }
    ),
    "morris": varied({"kind": "morris", "trajectories": 4, "distributions": DRAWN | FEES}),
    "futures": {
        "vary": {
            "ahead": {"kind": "sample", "size": 80, "distributions": FEES},
            "rate": {"kind": "grid", "values": {RATES: ["3%", "5%"]}},
        },
        "futures": ["ahead"],
        "acceptable": {"spending": {"at_least": "£45m"}, "ends_below_whole": {"at_most": "40%"}},
    },
    "one policy": {
        "vary": {"ahead": {"kind": "sample", "size": 4, "distributions": FEES}},
        "futures": ["ahead"],
    },
}
LEFT = {
    "one_at_a_time": ["tornado"],
    "sobol_indices": ["indices"],
    "morris": ["screening"],
    "futures": ["boxes", "policies", "criteria", "regrets"],
}
"""What commands can leave of each kind of study."""


def figures(at: dict[str, Any]) -> tuple[float, float]:
    """Make up a run's spending and whether it ends below whole, of what varies."""
    rate, fee = at.get(RATES, 0.04), at.get("markets.fee", 0)
    rate = float(str(rate).rstrip("%")) / 100 if isinstance(rate, str) else rate
    return 1e11 * rate + 1e11 * (0.012 - fee), float(10 * rate + 10 * fee > 0.42)


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("design", EACH)
def test_every_column_of_every_table_is_described(tmp_path: Path, design: str) -> None:
    plan = plan_of(tmp_path, **EACH[design])
    pieces = put_in_place(plan, tmp_path, figures)
    found = described(plan)
    tables = {"table": table_of(plan, pieces)}
    for answer in answers_of(plan):
        tables |= answer.make(plan, pieces)
    assert [*tables] == [*found] == ["table", *LEFT.get(design, [])]
    for name, table in tables.items():
        columns = found[name]
        assert tuple(column.name for column in columns) == table.columns
        assert all(column.meaning for column in columns)
        varies = plan.columns if name == "table" else ()
        numbers = [c for c in columns if c.kind == "number" and c.name not in varies]
        assert [c.name for c in numbers if not c.unit] == []
        for column, *cells in zip(columns, *table.rows(), strict=True):
            told = [cell for cell in cells if cell]
            read = [column.value(cell) for cell in told]  # fails in another type than is stated
            assert column.kind != "string" or not read or not all(map(is_number, told))


@pytest.mark.parametrize("name", shipped_studies())
def test_every_column_of_studies_that_come_with_fundsim_is_described(name: str) -> None:
    plan = planned(load_study(name))
    (*rows,) = columns_of(plan).rows()
    table = [column for where, column, *_ in rows if where == "table"]
    assert table == [*HEAD, *plan.columns, *TAIL]
    assert all(meaning for *_, meaning in rows)
    about = {row[1] for row in measures_of(plan).rows()}
    assert about == {look.measure for look in plan.looks}


def test_a_key_is_described_as_its_scenario_does(tmp_path: Path) -> None:
    values = {
        RATES: ["3%", 0.05],
        "funds.fund.opening": ["£50m"],
        "seed": [1, 2],
        "years": [12],
        "markets.inflation.rate": ["200bp"],
        "markets.assets.shares.weight": [1],
    }
    found = {
        column.name: (column.kind, column.unit, column.meaning)
        for column in described(plan_of(tmp_path, **varied({"kind": "grid", "values": values})))[
            "table"
        ]
    }
    assert found[RATES] == ("number", "fraction", "share of the value spent each year")
    assert found["funds.fund.opening"][:2] == ("number", "pounds")
    assert found["markets.inflation.rate"][:2] == ("number", "fraction")
    assert found["markets.assets.shares.weight"][0] == "integer"
    assert found["seed"][2].endswith("rows of one seed meet the same chance, path by path")
    assert [*found].count("years") == 1


def test_a_key_that_rules_read_differently_has_all_their_words(tmp_path: Path) -> None:
    rules = {
        "value": {"funds.fund.spending.kind": "percent_of_value"},
        "hybrid": {"funds.fund.spending": {"kind": "hybrid", "rate": "4%"}},
    }
    vary = {
        "rate": {"kind": "grid", "values": {RATES: ["3%", "5%"]}},
        "rule": {"kind": "list", "cases": rules, "whole": True},
    }
    found = {one.name: one for one in described(plan_of(tmp_path, vary=vary))["table"]}
    first, second = found[RATES].meaning.split("; or ")
    assert first.startswith("share of last year's value")
    assert second == "share of the value spent each year"
    assert found["seed"].meaning.endswith(
        "all rows, which have the same seed, meet the same chance, path by path"
    )


def test_a_folder_holds_its_dictionary_and_vouches_for_it(tmp_path: Path) -> None:
    place = tmp_path / "out"
    plan = plan_of(tmp_path / "in")
    pieces = begin(plan.loaded, place)
    carry_out(plan, pieces)
    finish(plan, pieces, place, state_of(plan, pieces))
    with (place / "columns.csv").open(encoding="utf-8", newline="") as file:
        described_there = [row["column"] for row in csv.DictReader(file)]
    table = (place / "table.csv").read_text("utf-8").splitlines()[0].split(",")
    assert described_there == table
    assert {"columns.csv", "measures.csv"} < {
        *json.loads((place / "manifest.json").read_text("utf-8"))["files"]
    }
    assert not list(altered(place))
    (place / "columns.csv").write_text("table,column\r\n", "utf-8")
    assert list(altered(place)) == ["columns.csv was altered: its hash differs from the manifest's"]
