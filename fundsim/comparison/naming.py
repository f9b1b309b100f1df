"""Rules by name, as a command line writes them: need_weighted(steepness=2), or a preset's name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

from fundsim.errors import InputError, Problem, nearest
from fundsim.rules.allocation import PRESETS, AllocationRule, AnyAllocation
from fundsim.rules.base import catalogue
from fundsim.scenario import Scenario

OPTION = "--rules"
_OPENING, _CLOSING, _QUOTES = "([{", ")]}", "\"'"


def fund_that_shares(scenario: Scenario, name: str | None) -> str:
    """Give the fund that is meant; where several share money out, it has to be named."""
    funds = list(scenario.funds)
    if name is None and len(funds) == 1:
        return funds[0]
    if name is None:
        message = (
            f"several funds of {scenario.name} share money out; state which of {', '.join(funds)}"
        )
        raise InputError([Problem("--fund", "", message)])
    if name not in scenario.funds:
        message = f'there is no fund "{name}"{nearest(name, funds)}; there are {", ".join(funds)}'
        raise InputError([Problem("--fund", "", message)])
    return name


def with_rules(
    scenario: Scenario, fund: str, texts: Sequence[str], *, whole: bool = False
) -> dict[str, Scenario]:
    """Give the scenario under each rule, by the rule's own text.

    A rule takes the place of the fund's innermost one, so that a split between nations stays; with
    `whole` that of all of it. Every rule that cannot be read, or does not apply, is told at once.
    """
    found: dict[str, Scenario] = {}
    problems: list[Problem] = []
    for text in (one for several in texts for one in split(several)):
        try:
            found[text] = _with_rule(scenario, fund, text, whole=whole)
        except InputError as error:
            problems += error.problems
        except ValueError as error:
            problems.append(Problem(OPTION, text, str(error)))
    if problems:
        raise InputError(problems)
    return found


def _with_rule(scenario: Scenario, fund: str, text: str, *, whole: bool) -> Scenario:
    key = f"funds.{fund}.allocation"
    if not whole:
        key += "".join(f".{part}" for part in innermost(scenario.funds[fund].allocation))
    try:
        return scenario.but({key: settings_of(text)})
    except InputError as error:
        told = [Problem(OPTION, text, _without(problem, key)) for problem in error.problems]
        raise InputError(told) from None


def _without(problem: Problem, key: str) -> str:
    """Say what is wrong with a rule, with the key inside it where there is one."""
    inside = problem.key.removeprefix(key).lstrip(".")
    return f"{inside}: {problem.message}" if inside else problem.message


def innermost(rule: AllocationRule) -> Iterator[str]:
    """Give the keys that lead from a rule to the one that shares between areas."""
    for key in ("then", "rule"):
        if key in type(rule).model_fields:
            yield key
            yield from innermost(getattr(rule, key))
            return


def settings_of(text: str) -> dict[str, Any]:
    """Read a rule as the table of a file: need_weighted(steepness=2), or the name of a preset.

    >>> settings_of("need_weighted(steepness=2)")
    {'kind': 'need_weighted', 'steepness': 2}
    """
    name, _, rest = text.strip().partition("(")
    name = name.strip()
    if rest and not rest.rstrip().endswith(")"):
        message = "a bracket is not closed; write it as need_weighted(steepness=2)"
        raise ValueError(message)
    options = dict(_options(rest.rstrip()[:-1])) if rest else {}
    if name in PRESETS:
        return {"kind": "preset", "preset": name, **options}
    kinds = catalogue(AnyAllocation)
    if name not in kinds:
        names = [*kinds, *PRESETS]
        hint = nearest(name, names) or f"; there are {', '.join(kinds)}"
        message = f'there is no rule "{name}"{hint}'
        raise ValueError(message)
    return {"kind": name, **options}


def _options(text: str) -> Iterator[tuple[str, Any]]:
    for part in split(text):
        key, equals, value = part.partition("=")
        if not equals or not key.strip():
            message = f'"{part}" is no option; write it as steepness=2'
            raise ValueError(message)
        yield key.strip(), _value(value.strip())


def _value(text: str) -> Any:  # noqa: ANN401 - a TOML value may be of any type
    """Read a value as TOML, else as text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        if text[:1] in (*_OPENING, *_QUOTES):
            message = f"{text} begins as TOML and does not go on so ({error}); check its quotes"
            raise ValueError(message) from None
        return text


def split(text: str) -> list[str]:
    """Split at commas that stand outside of brackets and quotes.

    >>> split("equal, mix(parts=[{a=1, b=2}]),per_capita")
    ['equal', 'mix(parts=[{a=1, b=2}])', 'per_capita']
    """
    parts, depth, quote, begin = [], 0, "", 0
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in _QUOTES:
            quote = sign
        elif sign in _OPENING:
            depth += 1
        elif sign in _CLOSING:
            depth -= 1
        elif sign == "," and depth == 0:
            parts.append(text[begin:place])
            begin = place + 1
    return [part.strip() for part in (*parts, text[begin:]) if part.strip()]
