"""Payments in the form of 360Giving: valid, adding up to the penny, and marked as simulated."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from fundsim import load
from fundsim.errors import RunError
from fundsim.exporting import export
from fundsim.results.folder import Run, open_run
from tests.exporting import nasty
from tests.exporting.reading import own

DAY = {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])$"}
TEXT = {"type": "string"}
ORGANISATIONS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["id", "name"],
        "properties": {"id": TEXT, "name": TEXT},
    },
}
GRANT = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "type": "object",
    "required": [
        *("id", "title", "description", "currency", "amountAwarded", "awardDate"),
        *("recipientOrganization", "fundingOrganization"),
    ],
    "properties": {
        "id": TEXT,
        "title": {"type": "string", "maxLength": 140},
        "description": TEXT,
        "currency": {"enum": ["GBP"]},
        "amountAwarded": {"type": "number"},
        "amountDisbursed": {"type": "number"},
        "awardDate": DAY,
        "recipientOrganization": ORGANISATIONS,
        "fundingOrganization": ORGANISATIONS,
        "plannedDates": {
            "type": "array",
            "items": {"type": "object", "properties": {"startDate": DAY, "endDate": DAY}},
        },
        "beneficiaryLocation": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": TEXT, "geoCode": TEXT, "countryCode": {"enum": ["GB"]}},
            },
        },
    },
}
"""What the standard's JSON Schema (draft 4) asks of these fields, written out from it."""


def written(run: Run, place: Path) -> dict[str, Any]:
    made, remarks = export(run.folder, "360giving", out=place)
    assert "do not publish" in remarks[0]
    found: dict[str, Any] = json.loads(made.read_text("utf-8"), parse_float=Decimal)
    return found


@pytest.fixture(scope="module")
def found(run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return written(run, tmp_path_factory.mktemp("grants") / "out.json")


def test_each_row_is_valid_and_has_an_id_of_its_own(found: dict[str, Any]) -> None:
    for row in found["grants"]:
        jsonschema.validate(json.loads(json.dumps(row, default=float)), GRANT)
    ids = [row["id"] for row in found["grants"]]
    assert len(ids) == len(set(ids)) > 10


def test_sums_are_those_of_the_told_path_to_the_penny(run: Run, found: dict[str, Any]) -> None:
    expected: dict[str, int] = defaultdict(int)
    for row in own(run, "areas_told"):
        if row["measure"] == "paid":
            expected[row["area"]] += int(row["pence"])
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in found["grants"]:
        area = row["recipientOrganization"][0]["id"].removeprefix("fundsim-simulated-grantees-")
        sums[area] += row["amountAwarded"]
    assert {area: int(100 * pounds) for area, pounds in sums.items()} == expected


def test_nobody_can_take_a_row_for_a_grant(found: dict[str, Any]) -> None:
    assert found["title"].startswith("SIMULATED")
    for row in found["grants"]:
        ends = row["recipientOrganization"] + row["fundingOrganization"]
        named = [row["title"], row["description"], *(end["name"] for end in ends)]
        assert all(text.startswith("SIMULATED") for text in named)
        assert all(
            one.startswith("fundsim-simulated-") for one in (row["id"], *(e["id"] for e in ends))
        )
    assert any(note.startswith("unverified") for note in found["fundsim"]["notes"])


def test_a_year_is_dated_by_its_last_day(found: dict[str, Any]) -> None:
    first = min(row["plannedDates"][0]["startDate"] for row in found["grants"])
    ends = {
        row["awardDate"] for row in found["grants"] if row["plannedDates"][0]["startDate"] == first
    }
    assert first == "2024-02-29"
    assert ends == {"2025-02-27"}


def test_codes_of_a_gazetteer_alone_are_codes(found: dict[str, Any], tmp_path: Path) -> None:
    assert all("geoCode" not in row["beneficiaryLocation"][0] for row in found["grants"])
    scenario = load("kruger-endowment", ["paths=1", "years=4"])
    packaged = written(open_run(nasty.run(scenario, tmp_path / "run")), tmp_path / "out.json")
    places = [row["beneficiaryLocation"][0] for row in packaged["grants"]]
    assert {"name": "Luton", "countryCode": "GB", "geoCode": "E06000032"} in places
    funders = {row["fundingOrganization"][0]["id"] for row in packaged["grants"]}
    assert "fundsim-simulated-foundation-cumbria" in funders
    assert not [one for one in funders if "GB-CHC" in one]


def test_a_choice_of_tables_and_a_run_without_payments_are_refused(
    run: Run, tmp_path: Path
) -> None:
    with pytest.raises(RunError, match="leave --table out"):
        export(run.folder, "360giving", out=tmp_path / "a", tables=("summary",))
    scenario = load("kruger-endowment", ["paths=1", "years=1"])
    empty = nasty.run(scenario, tmp_path / "run")
    with pytest.raises(RunError, match="nothing is paid to any area"):
        export(empty, "360giving", out=tmp_path / "b")
