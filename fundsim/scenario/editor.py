"""The JSON Schema that editors complete and check scenario files by.

It is made from the same classes as the check, and is looser: a file that extends another writes
only what differs, so no key is required but in items of lists, which are always written whole. Of
other files, which extend none, all is required that the check requires.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from fundsim.scenario.schema import Settings
from fundsim.scenario.shapes import Shape, fields_of, shape_of

Schema = dict[str, Any]

_HEAD = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
_TOP = {
    "extends": {
        "type": "string",
        "description": "the scenario that this one changes: its name, or its path from this file",
        "examples": ["kruger-endowment", "./kruger-endowment.toml"],
    },
    "remove": {
        "type": "array",
        "items": {"type": "string"},
        "description": "dotted keys of the extended scenario that are left out",
        "examples": [["funds.luc"]],
    },
}
_NULL = {"type": "null"}
_TABLES_OF_NAMES = ("$defs", "properties", "patternProperties")
_LIMITS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
}
_LEFT_OUT = ("discriminator", "title", "required", *_LIMITS)


def json_schema() -> Schema:
    """Give the JSON Schema of a scenario file."""
    schema = schema_of(Settings, "A scenario of fundsim", whole=False)
    return schema | {"properties": _TOP | schema["properties"]}


def schema_of(model: type[BaseModel], title: str, *, whole: bool) -> Schema:
    """Give the JSON Schema of a file that is of one class of table.

    Of a `whole` file the keys are required that the check requires.
    """
    made = model.model_json_schema(by_alias=True)
    schema = _loosened(made)
    models = {each.__name__: each for each in _tables(Shape(tables={"": model}), set())}
    for name, table in schema["$defs"].items():
        _describe_kind(table)
        _limit_numbers(table, models[name])
    for name in made["$defs"] if whole else _in_lists(made):
        table = made["$defs"][name]
        kind = ["kind"] if "kind" in table["properties"] else []
        schema["$defs"][name]["required"] = kind + table.get("required", [])
    top = {"required": made["required"]} if whole else {}
    return {**_HEAD, "title": title, **schema, **top}


def _loosened(schema: Schema) -> Schema:
    """Take out what a file that writes only differences would break, and what TOML cannot say."""
    loose: Schema = {}
    for key, value in schema.items():
        if key in _LEFT_OUT or (key == "default" and value is None):
            continue
        if key in _TABLES_OF_NAMES:
            loose[key] = {name: _loosened(inner) for name, inner in value.items()}
        elif key in ("anyOf", "oneOf"):
            some = [_loosened(inner) for inner in value if inner != _NULL]
            loose |= some[0] if len(some) == 1 else {"anyOf": some}
        elif key == "description":
            loose[key] = value.partition("\n\n")[0].replace("\n", " ")
        else:
            loose[key] = _loosened(value) if isinstance(value, dict) else value
    own = {"description": loose["description"]} if "description" in schema else {}
    closed = {"additionalProperties": False} if "patternProperties" in schema else {}
    return loose | own | closed


def _tables(shape: Shape, seen: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    """List every class of table that may stand in a scenario, once."""
    for model in shape.tables.values():
        if model not in seen:
            seen.add(model)
            yield model
            for inner in fields_of(model).values():
                yield from _tables(inner, seen)
    if shape.inner is not None:
        yield from _tables(shape_of(shape.inner), seen)


def _in_lists(schema: Any) -> set[str]:  # noqa: ANN401 - any part of a schema
    """Name the tables that are items of lists."""
    if isinstance(schema, list):
        return set().union(*(_in_lists(inner) for inner in schema))
    if not isinstance(schema, dict):
        return set()
    items = schema.get("items", {})
    direct = {one["$ref"] for one in [items, *items.get("oneOf", [])] if "$ref" in one}
    names = {reference.rpartition("/")[2] for reference in direct}
    return names.union(*(_in_lists(inner) for inner in schema.values()))


def _describe_kind(table: Schema) -> None:
    """Say of a table's kind what the rule of that name does."""
    kind = table["properties"].get("kind")
    if kind is not None:
        kind.pop("default", None)
        kind["description"] = table["description"]


def _limit_numbers(table: Schema, model: type[BaseModel]) -> None:
    """State the limits of a value where it is written as a number; words are left to the check."""
    for name, info in model.model_fields.items():
        limits = dict(_limits(info))
        for one in table["properties"][info.alias or name].get("anyOf", []):
            if one.get("type") == "number":
                one.update(limits)


def _limits(info: FieldInfo) -> Iterator[tuple[str, float]]:
    for extra in info.metadata:
        for name, word in _LIMITS.items():
            if hasattr(extra, name):
                yield word, getattr(extra, name)
