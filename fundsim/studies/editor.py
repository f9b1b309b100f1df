"""The JSON Schema that editors complete and check the files of studies by."""

from __future__ import annotations

from fundsim.metrics.catalogue import METRICS
from fundsim.scenario.editor import Schema, schema_of
from fundsim.studies.schema import Study


def study_schema() -> Schema:
    """Give the JSON Schema of a study's file; which keys a scenario has, it does not know."""
    schema = schema_of(Study, "A study of fundsim", whole=True)
    named = {"type": "string", "enum": [*METRICS]}
    schema["properties"]["measures"]["items"] = named
    schema["properties"]["acceptable"]["propertyNames"] = named
    return schema
