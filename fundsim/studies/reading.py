"""From the name of a study, or the path of a file, to a checked study and its scenario."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from fundsim.errors import InputError, Problem, ScenarioError, nearest
from fundsim.scenario import Scenario, load, resolved_toml
from fundsim.scenario.document import Document
from fundsim.scenario.keys import in_order, undotted
from fundsim.scenario.origins import Finding, problems_in_order
from fundsim.scenario.problems import explain
from fundsim.scenario.reading import read_plain, shipped
from fundsim.scenario.schema import EVERY_FUND, Settings
from fundsim.scenario.shapes import Shape, fields_of
from fundsim.studies.designs import AnyDesign, Listed, OneAtATime, Scenarios, Values
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
    findings = [*_wrong_fund(study, scenario, document), *_wrong_keys(study, document)]
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


def _wrong_fund(study: Study, scenario: Scenario, document: Document) -> list[Finding]:
    funds = [*scenario.funds, EVERY_FUND]
    if study.fund in funds:
        return []
    message = f'there is no fund "{study.fund}"{nearest(study.fund, funds)}'
    return [document.finding(("fund",), f"{message}; there are {', '.join(funds)}")]


def _wrong_keys(study: Study, document: Document) -> list[Finding]:
    """Find what cannot be a dotted key at all; whether a scenario has it, its runs tell."""
    found = []
    for name, block in study.vary.items():
        for below, values in tables_of(block):
            for key in values:
                try:
                    undotted(key)
                except ValueError as error:
                    found.append(
                        document.finding(("vary", name, *below, key), str(error), at="key")
                    )
    return found


def tables_of(block: AnyDesign) -> list[tuple[tuple[str, ...], Values]]:
    """Give the tables of a block whose keys are those of a scenario, each by its place there.

    What stands at a key is its value, a list of values, or the distribution of them.
    """
    if isinstance(block, Listed):
        return [(("cases", label), values) for label, values in block.cases.items()]
    if isinstance(block, OneAtATime):
        return [
            (("assumptions", label, end), values)
            for label, ends in block.assumptions.items()
            for end, values in (("low", ends.low), ("high", ends.high))
        ]
    names = "values", "distributions"
    return [((name,), dict(getattr(block, name))) for name in names if hasattr(block, name)]
