"""CITATION.cff is valid, and says what the package says of itself."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema

import fundsim
from fundsim.scenario.methods.paragraphs import AUTHORS

ROOT = Path(__file__).parents[2]
TEXT = {"type": "string", "minLength": 1}
# The top level of the published schema 1.2.0: the keys it knows, and those that it asks for.
KNOWN = [
    *("abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi"),
    *("identifiers", "keywords", "license", "license-url", "message", "preferred-citation"),
    *("references", "repository", "repository-artifact", "repository-code", "title", "type"),
    *("url", "version"),
]
NAMED = {"type": "object", "properties": {"name": TEXT}, "required": ["name"]}
SCHEMA = {
    "type": "object",
    "required": ["authors", "cff-version", "message", "title"],
    "additionalProperties": False,
    "properties": dict.fromkeys(KNOWN, True)
    | dict.fromkeys(("abstract", "message", "title", "version"), TEXT)
    | {"cff-version": {"const": "1.2.0"}, "type": {"enum": ["dataset", "software"]}}
    | {"authors": {"type": "array", "minItems": 1, "items": NAMED}}
    | {"keywords": {"type": "array", "minItems": 1, "uniqueItems": True, "items": TEXT}},
}


def value(text: str) -> Any:
    """A text in double quotes or without, or one `key: text`, as this file uses YAML."""
    if text.startswith('"'):
        return json.loads(text)
    key, colon, inner = text.partition(": ")
    return {key: value(inner)} if colon else text


def citation() -> dict[str, Any]:
    """The file's keys: texts on their line, lists on the lines below it."""
    found: dict[str, Any] = {}
    key = ""
    for line in (ROOT / "CITATION.cff").read_text(encoding="utf-8").splitlines():
        if line.startswith("  - "):
            found[key] = [*(found[key] or []), value(line.removeprefix("  - "))]
        else:
            key, _, text = line.partition(":")
            found[key] = value(text.strip()) if text.strip() else None
    return found


def project() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return table


def test_it_has_the_keys_of_the_published_schema() -> None:
    jsonschema.validate(citation(), SCHEMA)


def test_it_says_what_the_package_says() -> None:
    told, own = citation(), project()
    assert told["version"] == fundsim.__version__
    assert told["title"] == own["name"]
    assert told["license"] == own["license"]
    assert told["abstract"] == own["description"]
    assert told["keywords"] == own["keywords"]
    assert told["authors"] == [{"name": AUTHORS}]


def test_readme_tells_the_same_version() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"{AUTHORS}, fundsim, version {fundsim.__version__}, Apache License 2.0" in readme
