"""Rules by name, as a command line writes them: need_weighted(steepness=2), or a preset's name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fundsim.errors import InputError, Problem, nearest
from fundsim.rules.allocation import PRESETS, AllocationRule, AnyAllocation, Preset
from fundsim.rules.base import Rule, catalogue
from fundsim.scenario import Scenario
from fundsim.scenario.keys import DEPTH
from fundsim.scenario.shapes import fields_of
from fundsim.scenario.spelling import table

OPTION = "--rules"
DOUBTFUL = " (unverified)"
"""What the name of a rule ends in which rests on something unverified."""
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_QUOTES = "\"'"
_NOTHING: dict[str, Any] = {"kind": "equal"}  # a rule without settings, to begin from


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
    scenario: Scenario,
    fund: str,
    texts: Sequence[str],
    *,
    whole: bool = False,
    option: str = OPTION,
) -> dict[str, Scenario]:
    """Give the scenario under each rule, by the rule's own text.

    A rule takes the place of the fund's innermost one, so that a split between nations stays; with
    `whole` that of all of it. Nothing of the old rule's settings is left. The name of a rule that
    rests on something unverified says so. Every rule that cannot be read, or does not apply, is
    told at once, at the option that named it.
    """
    if not texts:
        return {}
    key = f"funds.{fund}.allocation"
    if not whole:
        key += "".join(f".{part}" for part in innermost(scenario.funds[fund].allocation))
    bare = scenario.but({key: _NOTHING})
    found: dict[str, Scenario] = {}
    problems: list[Problem] = []
    for text in (one for several in texts for one in split(several) or [""]):
        try:
            if text in found or f"{text}{DOUBTFUL}" in found:
                message = "this rule is here twice; name it once"
                raise ValueError(message)  # noqa: TRY301 - told with the other faults of texts
            chosen = _with_rule(bare, key, text, option)
            doubtful = any(chosen.funds[fund].allocation.doubts())
            found[f"{text}{DOUBTFUL}" if doubtful else text] = chosen
        except InputError as error:
            problems += error.problems
        except ValueError as error:
            problems.append(Problem(option, text, str(error)))
    if problems:
        raise InputError(problems)
    return found


def with_allocation(scenario: Scenario, fund: str, rule: AllocationRule) -> Scenario:
    """Give the scenario with another rule in the place of a fund's own."""
    key = f"funds.{fund}.allocation"
    return scenario.but({key: _NOTHING}).but({key: table(rule)})


def doubts(scenarios: Mapping[str, Scenario], fund: str | None) -> Iterator[str]:
    """Say what of the rules themselves is unverified, by rule; of all funds where none is named."""
    for rule, scenario in scenarios.items():
        funds = scenario.funds if fund is None else {fund: scenario.funds[fund]}
        told = (text for terms in funds.values() for text in terms.allocation.doubts())
        yield from (f"unverified: {rule}: {text}" for text in dict.fromkeys(told))


def _with_rule(bare: Scenario, key: str, text: str, option: str) -> Scenario:
    settings = settings_of(text)
    try:
        return bare.but({key: settings})
    except InputError as error:
        told = [Problem(option, text, _without(problem, key)) for problem in error.problems]
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


def told(rule: AllocationRule) -> str:
    """Say what a rule does, and what the one inside it does that shares between areas."""
    inner = rule
    for key in innermost(rule):
        inner = getattr(inner, key)
    return rule.title() if inner is rule else f"{rule.title()} Inside: {inner.title()}"


def settings_of(text: str) -> dict[str, Any]:
    """Read a rule as the table of a file: need_weighted(steepness=2), or the name of a preset.

    A rule inside another may be written in the same way: adjusted(rule=equal, cap={pounds=5}).

    >>> settings_of("need_weighted(steepness=2)")
    {'kind': 'need_weighted', 'steepness': 2}
    """
    name, options = _taken_apart(text)
    kinds = catalogue(AnyAllocation)
    if name in PRESETS:
        settings, rule = {"kind": "preset", "preset": name}, kinds.get("preset", Preset)
    elif name in kinds:
        settings, rule = {"kind": name}, kinds[name]
    else:
        hint = nearest(name, [*kinds, *PRESETS]) or f"; there are {', '.join(kinds)}"
        message = f'there is no rule "{name}"{hint}' if name else "no rule is named; name one"
        raise ValueError(message)
    for key, value in options:
        if key in settings:
            already = "is said by the rule's name" if key in ("kind", "preset") else "is here twice"
            message = f"{key} {already}; state it once"
            raise ValueError(message)
        settings[key] = _value(value, of_rule=_is_of_rule(rule, key))
    return settings


def _taken_apart(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Part a text into the rule's name and its options, each a key and the text of its value."""
    _refuse_unclosed(text)
    name, opened, rest = text.strip().partition("(")
    if not opened:
        return name, []
    if not rest.endswith(")"):
        message = f'"{rest.rpartition(")")[2]}" stands after the last bracket; take it out'
        raise ValueError(message)
    return name.strip(), [_option(part) for part in split(rest[:-1])]


def _refuse_unclosed(text: str) -> None:
    """Refuse quotes and brackets that are not closed, or closed without being opened."""
    awaited: list[str] = []
    signs = [*_outside_of_quotes(f"{text} ")]
    if signs[-1:] != [(len(text), " ")]:
        message = 'a quote is not closed; write text as name = "text"'
        raise ValueError(message)
    for _, sign in signs:
        if sign in _PAIRS:
            awaited.append(_PAIRS[sign])
            if len(awaited) > DEPTH:
                message = "brackets are nested too deeply; a rule needs a few levels only"
                raise ValueError(message)
        elif sign in _PAIRS.values():
            closes = awaited.pop() if awaited else "no bracket"
            if closes != sign:
                message = f"found {sign}, expected {closes}; check the brackets"
                raise ValueError(message)
    if awaited:
        message = "a bracket is not closed; write it as need_weighted(steepness=2)"
        raise ValueError(message)


def _outside_of_quotes(text: str) -> Iterator[tuple[int, str]]:
    """Give the signs that stand outside of quotes, with their places."""
    quote, skipped = "", False
    for place, sign in enumerate(text):
        if quote:
            closes = sign == quote and not skipped
            skipped = sign == "\\" and quote == '"' and not skipped
            quote = "" if closes else quote
        elif sign in _QUOTES:
            quote = sign
        else:
            yield place, sign


def _is_of_rule(rule: type[Rule], key: str) -> bool:
    """Tell whether a rule stands at a key of another."""
    shape = fields_of(rule).get(key)
    return shape is not None and shape.by_kind and not shape.parts


def _option(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        message = f'"{text}" is no option; write it as steepness=2'
        raise ValueError(message)
    return key.strip(), value.strip()


def _value(text: str, *, of_rule: bool) -> Any:  # noqa: ANN401 - a TOML value may be of any type
    """Read a value as TOML, else as a rule where one is expected, else as text."""
    if of_rule and text[:1] not in ("{", *_QUOTES):
        return settings_of(text)
    try:
        read = tomllib.loads(f"value = {text}")
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        if text[:1] in (*_PAIRS, *_QUOTES):
            message = f"{text} begins as TOML and does not go on so ({error}); check its quotes"
            raise ValueError(message) from None
        return text
    return read["value"] if len(read) == 1 else text


def split(text: str) -> list[str]:
    """Split at commas that stand outside of brackets and quotes.

    >>> split("equal, mix(parts=[{a=1, b=2}]),per_capita")
    ['equal', 'mix(parts=[{a=1, b=2}])', 'per_capita']
    """
    parts, depth, begin = [], 0, 0
    for place, sign in _outside_of_quotes(text):
        if sign in _PAIRS:
            depth += 1
        elif sign in _PAIRS.values():
            depth = max(depth - 1, 0)
        elif sign == "," and depth == 0:
            parts.append(text[begin:place])
            begin = place + 1
    return [part.strip() for part in (*parts, text[begin:]) if part.strip()]
