"""What pictures of studies have in common: the study that they carry, and why its values."""

from __future__ import annotations

from typing import Any

from fundsim.charts.language import say
from fundsim.charts.record import SCENARIO, STUDY, files_of, packed, record_of
from fundsim.scenario.spelling import toml
from fundsim.studies.folder import STUDY as STUDY_FILE
from fundsim.studies.reading import Loaded
from fundsim.studies.schema import Study


def record_of_study(loaded: Loaded, told: dict[str, Any]) -> dict[str, Any] | None:
    """Say what a picture is made of: the study and its scenario, whole, and what was asked."""
    own = toml(loaded.values | {"base": SCENARIO}).encode("utf-8")
    files = files_of(loaded.scenario)
    files["files"] |= packed({STUDY_FILE: own})["files"]
    return record_of(STUDY, loaded.scenario, told | {"fund": loaded.study.fund}, files)


def sources_of(study: Study, what: str) -> str:
    """Say why these values, or that nobody says; `what` is said of what they are."""
    told = "; ".join(
        f"{key.partition('.')[2] or key}: {text}" for key, text in study.sources.items()
    )
    return say(
        "{what} ({study}): {sources}.",
        what=what,
        study=study.name,
        sources=told or say("no source is named"),
    )
