"""From the name of a study, or the path of a file, to a checked study and its scenario."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from fundsim.errors import InputError, Problem, ScenarioError, nearest
from fundsim.scenario import Scenario, load, resolved_toml
from fundsim.scenario.document import Document
from fundsim.scenario.keys import in_order
from fundsim.scenario.origins import problems_in_order
from fundsim.scenario.problems import explain
from fundsim.scenario.reading import read_plain, shipped
from fundsim.scenario.schema import Settings
from fundsim.scenario.shapes import Shape, fields_of
from fundsim.studies.designs import Scenarios, Values
from fundsim.studies.faults import findings_of
from fundsim.studies.schema import Study

TAKEN = "scenarios"  # the kind of a block that takes tables of other scenarios
FOLDER = "studies"  # beside the scenarios that come with fundsim


@dataclass(frozen=True)
class Loaded:
    """A study that has been read from a file, its scenario, and where its values were written."""

    place: Path
    study: Study
    scenario: Scenario
    document: Document

    @property
    def folder(self) -> Path:
        """Where the relative paths of its values begin."""
        return self.place.parent

    def taken(self, name: str) -> bool:
        """Tell whether a block's tables are taken from other scenarios."""
        return bool(self.document.values["vary"][name]["kind"] == TAKEN)


def shipped_studies() -> dict[str, Path]:
    """List the studies that come with fundsim, by name."""
    folders = {path.parent / FOLDER for path in shipped().values()}
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}


def is_of_study(text: str) -> bool:
    """Say whether this is a study's file, or one that comes with fundsim: not a scenario's."""
    if not Path(text).is_file():
        return text in shipped_studies() and text not in shipped()
    try:
        return "vary" in tomllib.loads(Path(text).read_text("utf-8-sig"))
    except (OSError, ValueError):
        return False


def load_study(path: str | Path) -> Loaded:
    """Read a study's file, or one that comes with fundsim by its bare name.

    Everything wrong with it is raised at once in a ScenarioError, each problem as
    `file:line:column: key: what was found, what is expected`.
    """
    place = _find(str(path))
    document = read_plain(place)
    try:
        study = Study.model_validate(in_order(document.values))
    except ValidationError as error:
        root = Shape(tables={"": Study})
        raise ScenarioError(problems_in_order(explain(error.errors(), document, root))) from None
    scenario = _base(study, place, document)
    study = _with_tables(study, place, document)
    findings = findings_of(study, scenario, document)
    if findings:
        raise ScenarioError(problems_in_order(findings))
    return Loaded(place, study, scenario, document)


def _find(text: str) -> Path:
    ours = shipped_studies()
    if Path(text).is_file():
        return Path(text)
    if text in ours:
        return ours[text]
    hint = nearest(text, ours)
    message = f"there is no such file, and no study of that name comes with fundsim{hint}"
    raise ScenarioError([Problem(text, "", message)])


def _base(study: Study, place: Path, document: Document) -> Scenario:
    """Read the scenario that varies, with what the study says in its stead."""
    beside = place.parent / study.base
    changes = {"paths": study.paths, "years": study.years, "seed": study.seed}
    try:
        scenario = load(beside if beside.is_file() else study.base)
        return scenario.but({key: value for key, value in changes.items() if value is not None})
    except InputError as error:
        first = error.problems[0]
        message = f"{first.key}: {first.message}" if first.key else first.message
        raise ScenarioError([document.finding(("base",), message).problem]) from None


def _with_tables(study: Study, place: Path, document: Document) -> Study:
    """Give the study with the tables that it takes from other scenarios."""
    blocks = dict(study.vary)
    for name, block in study.vary.items():
        if isinstance(block, Scenarios):
            found = {label: _tables_of(block, name, label, place, document) for label in block.of}
            blocks[name] = block.listed(found)
    return study.model_copy(update={"vary": blocks})


def _tables_of(block: Scenarios, name: str, label: str, place: Path, document: Document) -> Values:
    """Read one of those scenarios, as one text that holds from anywhere."""
    beside = place.parent / block.of[label]
    key = "vary", name, "of", label
    try:
        scenario = load(beside if beside.is_file() else block.of[label])
    except InputError as error:
        message = str(error.problems[0].message)
        raise ScenarioError([document.finding(key, message).problem]) from None
    values = tomllib.loads(resolved_toml(scenario))
    for number, each in enumerate(block.take):
        if each not in fields_of(Settings):
            message = f'no scenario has a table "{each}"{nearest(each, fields_of(Settings))}'
            at = "vary", name, "take", number
            raise ScenarioError([document.finding(at, message).problem])
        if each not in values:
            message = f"{scenario.name} states no {each}, so that there is nothing to take"
            raise ScenarioError([document.finding(key, message).problem])
    return values
