"""Rules that other packages bring along, found by their entry points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar

from fundsim.errors import RunError
from fundsim.rules.base import Rule, kind_of

R = TypeVar("R", bound=Rule)


@dataclass(frozen=True)
class Brought(Generic[R]):
    """A rule that another package brings along, and which version of it this is."""

    rule: type[R]
    package: str
    version: str


def found(group: str, base: type[R], *, taken: Sequence[type[Rule]]) -> dict[str, Brought[R]]:
    """Load the classes that installed packages name under an entry point group, by kind.

    A class that is no rule, that lacks a kind or a public sentence, or whose kind is taken, is a
    RunError that names the package.
    """
    classes: dict[str, Brought[R]] = {}
    there = {kind_of(rule) for rule in taken}
    for entry in sorted(entry_points(group=group), key=lambda entry: entry.name):
        rule = _loaded(entry, base)
        kind = kind_of(rule)
        if kind in there or kind in classes:
            raise RunError(_message(entry, f'the kind "{kind}" is taken; give it another'))
        version = entry.dist.version if entry.dist else ""
        classes[kind] = Brought(rule, _package(entry), version)
    return classes


def _loaded(entry: EntryPoint, base: type[R]) -> type[R]:
    try:
        rule = entry.load()
    except Exception as error:
        raise RunError(_message(entry, f"it cannot be loaded ({error})")) from error
    if not (isinstance(rule, type) and issubclass(rule, base)):
        raise RunError(_message(entry, f"it is no {base.__name__}"))
    kind = rule.model_fields.get("kind")
    if kind is None or not isinstance(kind.default, str):
        raise RunError(_message(entry, 'it has no kind: Literal["name"] = "name"'))
    if not rule.title():
        raise RunError(_message(entry, "its docstring has no sentence that says what it does"))
    return rule


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else "a package"


def _message(entry: EntryPoint, what: str) -> str:
    return (
        f"{_package(entry)} brings the rule {entry.name} ({entry.value}) along, and {what}; mend "
        "that package, or take it out of this installation"
    )
