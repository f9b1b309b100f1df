"""What a study's chart says of its origin: the study whole, as its folder has it, and why so."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fundsim.charts.language import say
from fundsim.charts.record import STUDY, Record, files_below, record_of
from fundsim.studies.carrying import lay_out
from fundsim.studies.reading import Loaded
from fundsim.studies.schema import Study


def record_of_study(loaded: Loaded, told: Mapping[str, Any]) -> Record | None:
    """Say what a study's chart is made of; `told` is what was asked to be drawn."""
    with tempfile.TemporaryDirectory(prefix="fundsim-") as name:
        lay_out(loaded, Path(name))
        files = files_below(Path(name), "")
    return record_of(STUDY, loaded.scenario, {**told, "fund": loaded.study.fund}, files)


def sources_of(study: Study, what: str) -> str:
    """Say in a caption why these values, or that nobody says; `what` is said of what they are."""
    told = "; ".join(
        f"{key.partition('.')[2] or key}: {text}" for key, text in study.sources.items()
    )
    return say(
        "{what} ({study}): {sources}.",
        what=what,
        study=study.name,
        sources=told or say("no source is named"),
    )
