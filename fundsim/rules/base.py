"""What every rule is: frozen settings and one verb, blind to the calendar, the ledger and others.

The first line of a rule's docstring is its public description wherever it is listed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import reduce
from inspect import cleandoc
from operator import or_
from typing import Annotated, Any, ClassVar, get_args

from pydantic import BaseModel, ConfigDict, Field, create_model


class Setting(BaseModel):
    """A table of a scenario file: frozen, and an unknown key is an error."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=False
    )


class Rule(Setting):
    """Settings with a `kind`, which names the class in its catalogue."""

    told_by: ClassVar[str] = ""
    """The verb whose docstring begins with the rule's formula; none where the class says it all."""
    symbols: ClassVar[Mapping[str, str]] = {}
    """What the letters of such formulas stand for."""

    @classmethod
    def title(cls) -> str:
        """Give the rule's one public sentence."""
        return (cls.__doc__ or "").strip().splitlines()[0]

    def in_words(self) -> str:
        """Say what the rule does, as a paper's section on methods would: formula and sources too.

        All that its docstring says, and that of its verb; a rule that has more to say does so here.
        """
        return prose(type(self).__doc__, self.told_by and getattr(type(self), self.told_by).__doc__)


def prose(*docstrings: str | None) -> str:
    r"""Put docstrings on one line: first sentence, formula, and then what else each has to say.

    >>> prose("Even shares.", "x = B / n.\n\n    n is how many there are.")
    'Even shares. x = B / n. n is how many there are.'
    """
    told = [cleandoc(text).split("\n\n", 1) for text in docstrings if text]
    parts = [*(text[0] for text in told), *(text[1] for text in told if len(text) > 1)]
    return " ".join(re.sub(r"^- ", "", "\n".join(parts), flags=re.MULTILINE).split())


def catalogue(union: Any) -> dict[str, type[Rule]]:  # noqa: ANN401 - typing has no type for a union
    """Read a catalogue's kinds and classes off its union, in the order written there."""
    members = get_args(get_args(union)[0]) or (get_args(union)[0],)
    return {kind_of(rule): rule for rule in members}


def kind_of(rule: type[Rule]) -> str:
    """Give the name by which scenario files choose a rule."""
    return str(rule.model_fields["kind"].default)


def one_of(*rules: type[Rule]) -> Any:  # noqa: ANN401 - as above
    """Make a catalogue of classes: a table is of the one whose kind it states."""
    return Annotated[reduce(or_, rules), Field(discriminator="kind")]


class Fault(ValueError):  # noqa: N818 - as in the law of errors: a fault, told with its place
    """A rule cannot be applied to this geography; `key` leads from the rule to what is wrong."""

    def __init__(self, message: str, *key: str | int) -> None:
        super().__init__(message)
        self.message, self.key = message, key

    def under(self, *prefix: str | int) -> Fault:
        """Give the same fault as seen from a rule that holds this one."""
        return Fault(self.message, *prefix, *self.key)


def extended(union: Any, suffix: str, **fields: Any) -> Any:  # noqa: ANN401 - types made of types
    """Give a catalogue whose classes have further keys beside the rule's own.

    A rule inside another (a part of a mix, the first level of a hierarchy) is written in one table
    with what the outer rule asks of it.
    """
    members = [
        create_model(rule.__name__ + suffix, __base__=rule, __doc__=rule.__doc__, **fields)
        for rule in catalogue(union).values()
    ]
    return one_of(*members)
