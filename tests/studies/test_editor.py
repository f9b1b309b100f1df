"""The JSON Schema of studies, and an editor's tool that reads it."""

from __future__ import annotations

import json
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from fundsim.errors import ScenarioError
from fundsim.scenario.spelling import toml
from fundsim.studies import load_study
from fundsim.studies.editor import study_schema
from fundsim.studies.reading import shipped_studies
from tests.cli.test_studying import called
from tests.scenario.test_editor import TOMBI, Editor, as_json, keys_offered, needs_tombi
from tests.studies.test_dictionary import EACH
from tests.studies.world import RATES, study_values, written

UNIFORM = {"kind": "uniform", "low": "3%", "high": 0.05}
SAMPLE = {"kind": "sample", "size": 4}


def faults(text: str) -> list[str]:
    validator = jsonschema.Draft202012Validator(study_schema())
    return [error.message for error in validator.iter_errors(as_json(tomllib.loads(text)))]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(study_schema())
    assert json.loads(json.dumps(study_schema())) == study_schema()


@pytest.mark.parametrize("name", shipped_studies())
def test_every_study_that_comes_with_fundsim_names_the_schema_and_fits_it(name: str) -> None:
    text = shipped_studies()[name].read_text("utf-8")
    assert text.startswith("#:schema ./study.schema.json\n")
    assert faults(text) == []


@pytest.mark.parametrize("design", EACH)
def test_every_way_of_varying_fits_the_schema(design: str) -> None:
    assert faults(toml(study_values(**EACH[design]))) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"measure": ["spending"]},
        {"measures": ["spendign"]},
        {"measures": None},
        {"base": None},
        {"paths": 0},
        {"vary": {}},
        {"vary": {"a": {"values": {RATES: ["3%"]}}}},
        {"vary": {"a": {"kind": "grdi", "values": {RATES: ["3%"]}}}},
        {"vary": {"a": {"kind": "grid", "valeus": {RATES: ["3%"]}}}},
        {"vary": {"a": {"kind": "grid", "values": {RATES: []}}}},
        {"vary": {"a": {"kind": "grid", "values": {RATES: "3%"}}}},
        {"vary": {"a": {"kind": "one_at_a_time", "assumptions": {"r": {"low": {RATES: 1}}}}}},
        {"vary": {"a": {"kind": "sample", "size": 4}}},
        {
            "vary": {
                "a": {
                    "kind": "sample",
                    "size": 4,
                    "distributions": {RATES: {**UNIFORM, "low": "3 p"}},
                }
            }
        },
        {"acceptable": {"spending": {"at_laest": "£1m"}}},
        {"acceptable": {"spendign": {"at_least": "£1m"}}},
    ],
)
def test_what_is_wrong_does_not_fit_and_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    text = toml(study_values(**changes))
    assert faults(text)
    study = written(tmp_path)
    study.write_text(text, "utf-8")
    with pytest.raises(ScenarioError):
        load_study(study)


def test_every_key_and_kind_is_described() -> None:
    schema = study_schema()
    for name, table in [("", schema), *schema["$defs"].items()]:
        for key, value in table["properties"].items():
            assert value.get("description"), f"{name}.{key} has no description"


def test_the_schema_beside_the_studies_is_the_one_that_fundsim_gives(tmp_path: Path) -> None:
    beside = next(iter(shipped_studies().values())).with_name("study.schema.json")
    assert called("schema", "--of", "study", "--out", tmp_path / "s.json").exit_code == 0
    assert beside.read_text("utf-8") == (tmp_path / "s.json").read_text("utf-8")


@needs_tombi
def test_tombi_flags_a_slip_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "study.schema.json").write_text(json.dumps(study_schema()), "utf-8")
    for name, path in shipped_studies().items():
        (tmp_path / f"{name}.toml").write_bytes(path.read_bytes())
    command = [str(TOMBI), "lint", "--offline", "."]
    assert subprocess.run(command, cwd=tmp_path, check=False, timeout=60).returncode == 0
    slip = tmp_path / "rates-in-many-futures.toml"
    slip.write_text(slip.read_text("utf-8").replace("size = 64", "sise = 64"), "utf-8")
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert '"sise" is not allowed' in done.stdout + done.stderr


@needs_tombi
def test_an_editor_completes_the_keys_of_a_block(tmp_path: Path) -> None:
    (tmp_path / "study.schema.json").write_text(json.dumps(study_schema()), "utf-8")
    text = "#:schema ./study.schema.json\n[vary.future]\nkind = 'sample'\n\n"
    editor = Editor(tmp_path)
    try:
        offered = keys_offered(editor, tmp_path / "new.toml", text, 3)
    finally:
        editor.server.kill()
        editor.server.communicate()
    assert {"method", "size", "distributions"} <= offered
