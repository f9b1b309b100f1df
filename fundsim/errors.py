"""What can go wrong, as one small tree.

    FundsimError
    ├── InputError        the user's input is at fault: every problem at once, each with its place
    │   ├── ScenarioError     a scenario file or a --set
    │   ├── DataError         a table of areas or foundations
    │   └── StyleError        the file of a house style
    ├── RuleError         a rule of another package answers what cannot be paid
    ├── Overdrawn         a posting would have taken an inside account below zero
    └── RunError          a run folder is unfinished, altered, of another version, or in the way

The library raises; only the command line catches, prints and exits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


class FundsimError(Exception):
    """Any failure that fundsim can explain."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input: where it stands, which key, what was found and expected."""

    place: str
    key: str
    message: str
    excerpt: str = ""

    def __str__(self) -> str:
        line = ": ".join(part for part in (self.place, self.key, self.message) if part)
        return f"{line}\n{self.excerpt}" if self.excerpt else line


class InputError(FundsimError):
    """The user's input is at fault; `problems` holds every fault found, in order of place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class ScenarioError(InputError):
    """A scenario file, or a value set from outside, does not say something that can be run."""


class DataError(InputError):
    """A table does not hold what the scenario reads from it."""


class StyleError(InputError):
    """A house style does not say something that can be drawn and read."""


class RuleError(FundsimError):
    """A rule of another package fails, or answers what cannot be paid."""


class Overdrawn(FundsimError):  # noqa: N818 - the bookkeeper's word says it better than an -Error
    """A posting would have taken an inside account below zero."""

    def __init__(self, account: str, on: date, memo: str, path: int, pence: int) -> None:
        super().__init__(account, on, memo, path, pence)
        self.account, self.on, self.memo, self.path, self.pence = account, on, memo, path, pence

    def __str__(self) -> str:
        return (
            f"{self.account} would stand at {self.pence} pence on path {self.path} "
            f"after '{self.memo}' on {self.on.isoformat()}"
        )


class RunError(FundsimError):
    """A run folder cannot be used as it is."""


def nearest(word: str, names: Iterable[str]) -> str:
    """The nearest valid name as a question in brackets, or nothing where none is near.

    >>> nearest("per_captia", ["per_capita", "equal"])
    ' (did you mean "per_capita"?)'
    >>> nearest("zebra", ["per_capita", "equal"])
    ''
    """
    import difflib  # asked for only where something is wrong already

    close = difflib.get_close_matches(word, list(names), n=1, cutoff=0.6)
    return f' (did you mean "{close[0]}"?)' if close else ""
