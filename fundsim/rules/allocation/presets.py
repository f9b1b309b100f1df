"""Rules of real programmes by name, each with its source and with what of it is unverified."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Any, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from fundsim.errors import nearest
from fundsim.rules.allocation.answers import AllocationRule, Answer
from fundsim.rules.allocation.bases import told_at
from fundsim.rules.base import Fault
from fundsim.rules.round import Round

_MARK = "$"
_WORDS = ("population", "equal")  # what rules go by beside columns


@dataclass(frozen=True)
class Known:
    """A preset as its file tells it: a rule whose words that begin with $ stand for columns."""

    title: str
    source: str
    rule: Mapping[str, Any]
    columns: Mapping[str, Mapping[str, str]]
    doubt: str = ""


def _read() -> dict[str, Known]:
    text = (resources.files("fundsim.rules") / "presets.toml").read_text("utf-8")
    return {name: Known(**{"columns": {}, **table}) for name, table in tomllib.loads(text).items()}


PRESETS: dict[str, Known] = _read()


class Preset(AllocationRule):
    """The rule of a real programme, by name."""

    kind: Literal["preset"] = "preset"
    preset: str = Field(description="which one (fundsim list presets)")
    columns: dict[str, str] = Field(
        default_factory=dict, description="which column of your table stands for each of its own"
    )

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        if self.preset not in PRESETS:
            hint = nearest(self.preset, PRESETS) or f"; there are {', '.join(PRESETS)}"
            message = f'there is no preset "{self.preset}"{hint}'
            raise Fault(message, "preset")
        own = PRESETS[self.preset].columns
        for name in self.columns:
            if name not in own:
                has = f"; it reads {', '.join(own)}" if own else "; it reads none"
                message = f'the preset reads no column "{name}"{nearest(name, own) or has}'
                raise Fault(message, "columns", name)
        missing = [name for name in own if not (self.columns.get(name) or "default" in own[name])]
        if missing:
            what = "; ".join(f"{name}: {own[name]['what']}" for name in missing)
            message = f"this preset reads columns that only you can name ({what})"
            raise Fault(message, "columns")
        self._refuse_one_for_two()
        return self

    def _refuse_one_for_two(self) -> None:
        """Refuse one column in two roles; a rule that goes by a table of columns would lose one."""
        roles: dict[str, str] = {}
        for role, column in self._named.items():
            if column in roles:
                message = f'"{column}" stands for {roles[column]} already; name another column'
                raise Fault(message, "columns", role)
            if column in _WORDS:
                message = f'"{column}" is no column; {PRESETS[self.preset].columns[role]["what"]}'
                raise Fault(message, "columns", role)
            roles[column] = role

    @property
    def _named(self) -> dict[str, str]:
        """The column of the table in use for each of the preset's own."""
        own = PRESETS[self.preset].columns
        stated = {name: known["default"] for name, known in own.items() if "default" in known}
        return stated | self.columns

    @cached_property
    def rule(self) -> AllocationRule:
        """The rule itself, with the columns of the table in use."""
        from fundsim.rules.allocation import AnyAllocation  # it knows this class too

        settings = _with_columns(PRESETS[self.preset].rule, self._named)
        rule: AllocationRule = TypeAdapter(AnyAllocation).validate_python(settings)
        return rule

    def in_words(self) -> str:
        """Name the programme and its source; what its rule does, the rule says."""
        known = PRESETS[self.preset]
        return f"{known.title}. Source: {known.source}."

    def inside(self) -> Sequence[AllocationRule]:
        """List the rule that the name stands for."""
        return (self.rule,)

    def doubts(self) -> Iterator[str]:
        """Say what of the real rule is unverified."""
        doubt = PRESETS[self.preset].doubt
        if doubt:
            yield f"preset {self.preset}: {doubt}"
        yield from super().doubts()

    def needed(self, round: Round) -> int:
        """Give what the rule itself needs."""
        return self.rule.needed(round)

    def remarks(self, round: Round) -> Iterator[str]:
        """Name the preset and its source, and say what the rule has to say."""
        known = PRESETS[self.preset]
        yield f"{self.preset}: {known.title} (source: {known.source})"
        yield from self.rule.remarks(round)

    def shares(self, round: Round) -> Answer:
        """x_i = what the rule of that name gives."""
        for role, column in self._named.items():
            if column != "need":  # which rules read as the scenario's need
                round.refuse_unknown(column, "columns", role)
        with told_at("preset"):  # the keys of the rule itself are not the user's
            return self.rule.shares(round)


def _with_columns(value: Any, columns: Mapping[str, str]) -> Any:  # noqa: ANN401 - any TOML value
    """Put columns in the place of words that begin with $."""
    if isinstance(value, Mapping):
        return {
            _with_columns(key, columns): _with_columns(inside, columns)
            for key, inside in value.items()
        }
    if isinstance(value, list):
        return [_with_columns(inside, columns) for inside in value]
    if isinstance(value, str) and value.startswith(_MARK):
        return columns[value.removeprefix(_MARK)]
    return value
