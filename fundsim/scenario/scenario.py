"""A scenario that has been read and checked, and the two ways to one: a file, or another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self

from pydantic import PrivateAttr, ValidationError

from fundsim.errors import ScenarioError
from fundsim.places import Geography, load_geography, table_files
from fundsim.scenario.checks import Table, areas_path, check, read_table
from fundsim.scenario.document import Document
from fundsim.scenario.drafts import draft_of, salvaged
from fundsim.scenario.fingerprint import (
    WORDS_ONLY,
    Fingerprints,
    fingerprints_of,
    rules_fingerprint_of,
)
from fundsim.scenario.histories import Read, give_table, table_of
from fundsim.scenario.keys import in_order
from fundsim.scenario.mishaps import lifeless_leads
from fundsim.scenario.origins import Finding, problems_in_order
from fundsim.scenario.problems import explain
from fundsim.scenario.reading import from_python, read, with_python
from fundsim.scenario.schema import Settings
from fundsim.scenario.shapes import Shape
from fundsim.scenario.spelling import table


class Scenario(Settings):
    """A whole scenario: what is simulated, with which money, markets, places and rules.

    Frozen. Funds, assets and every other table of free names stand in alphabetical order, so that
    the order of a file changes neither figures nor fingerprint.
    """

    _document: Document | None = PrivateAttr(None)
    _table: Table | None = PrivateAttr(None)
    _history: Read | None = PrivateAttr(None)

    @classmethod
    def of(
        cls,
        document: Document,
        known: Table | None = None,
        known_history: Read | None = None,
        *,
        checked: bool = False,
    ) -> Self:
        """Check a document; every problem found is raised at once in a ScenarioError.

        `known` is a geography read before, and `known_history` a table of markets, which are used
        again where they are the ones asked for. Of what was `checked` by another process, what its
        values mean together is not looked at again.
        """
        root = Shape(tables={"": Settings})
        findings: list[Finding] = list(document.findings)
        scenario = None
        try:
            scenario = cls.model_validate(in_order(document.values))
        except ValidationError as error:
            findings += explain(error.errors(), document, root)
        draft = draft_of(scenario) if scenario else salvaged(document.values)
        areas, faults = read_table(draft, document, known)
        findings += faults
        if not checked:
            findings += check(draft, document, areas.geography if areas else None, root)
        history = None
        if scenario is not None:
            history, faults = give_table(scenario, document, known_history)
            findings += faults or lifeless_leads(scenario, document)
        if findings or scenario is None:
            raise ScenarioError(problems_in_order(findings))
        scenario._document, scenario._table = document, areas  # noqa: SLF001 - its own class
        scenario._history = history  # noqa: SLF001 - as above
        return scenario

    @property
    def document(self) -> Document:
        """The plain values that the scenario was made of, each with its place."""
        if self._document is None:
            self._document = from_python(table(self))
        return self._document

    @property
    def areas_path(self) -> str:
        """The table of areas: the name of one that comes with fundsim, or a path."""
        return areas_path(self.geography, self.document)

    @property
    def geography_table(self) -> Geography:
        """The areas and foundations that the money can go to."""
        if self._table is None:
            where = self.geography.where
            areas = load_geography(self.areas_path, where=where)
            self._table = Table(self.areas_path, where, areas)
        return self._table.geography

    @property
    def files(self) -> tuple[Path, ...]:
        """The user's own table of areas, and what describes its columns; none if packaged."""
        return table_files(self.areas_path)

    @property
    def history_file(self) -> Path | None:
        """The user's own table that markets are drawn from."""
        return table_of(self.markets, self.document)

    @property
    def fingerprint(self) -> str:
        """Twelve characters that stand for everything that the figures depend on."""
        return self._fingerprints.of_all

    @property
    def fingerprint_of_a_path(self) -> str:
        """Twelve characters that stand for all that one path depends on: not how many there are."""
        return self._fingerprints.of_a_path

    @cached_property
    def _fingerprints(self) -> Fingerprints:
        return fingerprints_of(self, self.geography_table.digest)

    @cached_property
    def rules_fingerprint(self) -> str:
        """Twelve characters that stand for the funds' rules alone."""
        return rules_fingerprint_of(self)

    def but(
        self, changes: Mapping[str, object], folder: Path = Path(), *, checked: bool = False
    ) -> Self:
        """Give the same scenario with some values changed, checked anew.

        The keys are dotted, as in `{"funds.luc.spending.rate": "5%"}`; a value that is a mapping is
        merged like a table of a file that extends another. `folder` is where the relative paths of
        changes begin. Changes that were `checked` by another process are not looked at as closely.
        """
        changed = with_python(self.document, changes, folder)
        return type(self).of(changed, self._table, self._history, checked=checked)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Scenario):
            return NotImplemented
        words = all(getattr(self, name) == getattr(other, name) for name in WORDS_ONLY)
        return words and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash((self.name, self.fingerprint))

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as a document, since some classes of rules have no address."""
        return partial(type(self).of, checked=True), (self.document, self._table, self._history)

    def __repr__(self) -> str:
        return f"<Scenario {self.name} {self.fingerprint}>"

    __str__ = __repr__


def load(path: str | Path, sets: Sequence[str] = ()) -> Scenario:
    """Read a scenario file, or one that comes with fundsim by its bare name.

    `sets` are texts `KEY=VALUE` laid over it in order: dotted keys; a value is TOML, else text.
    Everything wrong with the scenario is raised at once in a ScenarioError, each problem as
    `file:line:column: key: what was found, what is expected`.
    """
    return Scenario.of(read(path, sets))


def from_values(values: Mapping[str, object]) -> Scenario:
    """Make a scenario of plain Python values, under the same keys as in a file."""
    return Scenario.of(from_python(values))
