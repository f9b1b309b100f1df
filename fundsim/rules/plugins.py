"""Rules that other packages bring along, found by their entry points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, Literal, TypeVar, get_args, get_origin

from fundsim.errors import InputError, Problem
from fundsim.rules.base import Rule, kind_of

R = TypeVar("R", bound=Rule)
_REMEDY = "mend that package, or take it out of this installation"


@dataclass(frozen=True)
class Brought(Generic[R]):
    """A rule that another package brings along, and which version of it this is."""

    rule: type[R]
    package: str
    version: str


def found(
    group: str, base: type[R], *, verb: str, taken: Sequence[type[Rule]]
) -> dict[str, Brought[R]]:
    """Load the classes that installed packages name under an entry point group, by kind.

    A class that is no rule, that lacks a kind, a public sentence or its verb, or whose kind is
    taken, is told in an InputError, all such at once, each by its package.
    """
    classes: dict[str, Brought[R]] = {}
    problems: list[Problem] = []
    there = {kind_of(rule) for rule in taken}
    for entry in sorted(entry_points(group=group), key=lambda entry: entry.name):
        try:
            rule = _loaded(entry, base, verb)
            if kind_of(rule) in {*there, *classes}:
                message = f'the kind "{kind_of(rule)}" is taken; give it another'
                raise ValueError(message)  # noqa: TRY301 - told as every other fault of the class
        except ValueError as error:
            message = f"rule {entry.name} ({entry.value}): {error}; {_REMEDY}"
            problems.append(Problem(f"package {_package(entry)}", "", message))
        else:
            version = entry.dist.version if entry.dist else ""
            classes[kind_of(rule)] = Brought(rule, _package(entry), version)
    if problems:
        raise InputError(problems)
    return classes


def _loaded(entry: EntryPoint, base: type[R], verb: str) -> type[R]:
    """Load a class; what is wrong with it is a ValueError."""
    try:
        rule = entry.load()
        if isinstance(rule, type) and issubclass(rule, base):
            rule.model_rebuild()  # fails where a type in it is not known
    except Exception as error:
        what = " ".join(str(error).split())
        message = f"it cannot be loaded ({type(error).__name__}: {what})"
        raise ValueError(message) from error
    if not (isinstance(rule, type) and issubclass(rule, base)):
        message = f"it is no {base.__name__}"
        raise ValueError(message)  # noqa: TRY004 - one kind of error for all that is wrong here
    if not _states_its_kind(rule):
        message = 'it has no kind: Literal["name"] = "name"'
        raise ValueError(message)
    if not (rule.__doc__ or "").strip():
        message = "its docstring has no sentence that says what it does"
        raise ValueError(message)
    if getattr(rule, verb) is getattr(base, verb):
        message = f"it has no {verb} of its own"
        raise ValueError(message)
    return rule


def _states_its_kind(rule: type[Rule]) -> bool:
    """Tell whether a class has a kind that is one literal word, and that word by default."""
    kind = rule.model_fields.get("kind")
    if kind is None or get_origin(kind.annotation) is not Literal:
        return False
    return get_args(kind.annotation) == (kind.default,) and isinstance(kind.default, str)


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else "without a name"
