"""What is wrong with the meaning of a study, that its form does not show."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from fundsim.errors import nearest
from fundsim.scenario import Scenario
from fundsim.scenario.document import Document
from fundsim.scenario.keys import Key, dotted, undotted
from fundsim.scenario.origins import Finding
from fundsim.scenario.problems import shown
from fundsim.scenario.schema import EVERY_FUND
from fundsim.studies.cells import cell_of, is_figure
from fundsim.studies.designs import ALONE, BASE, AnyDesign, Grid, Listed, OneAtATime, Values
from fundsim.studies.schema import Study

CHANCE = ("paths", "seed")  # which no answer to what matters may move
ASKED = ("acceptable", "futures", "measures", "base", "fund")  # whose source may be told, too
IN_ONE = "vary it in one of them"
IN_TABLE = (
    "leave it out of one of them, or say whole = true beside the kind of the one whose table it "
    "stands in"
)


def findings_of(study: Study, scenario: Scenario, document: Document) -> list[Finding]:
    """Find everything that is wrong with the meaning of a study; its runs tell the rest."""
    return [
        *_wrong_fund(study, scenario, document),
        *_wrong_keys(study, document),
        *_varied_twice(study, document),
        *_stated_twice(study, document),
        *_moved_chance(study, document),
        *_unknown_sources(study, document),
    ]


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


def _keys(study: Study) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """List every key that varies: its block, the place of its table there, and itself."""
    for name, block in study.vary.items():
        for below, values in tables_of(block):
            for key in values:
                yield name, below, key


def _wrong_fund(study: Study, scenario: Scenario, document: Document) -> Iterator[Finding]:
    funds = [*scenario.funds, EVERY_FUND]
    if study.fund not in funds:
        message = f'there is no fund "{study.fund}"{nearest(study.fund, funds)}'
        yield document.finding(("fund",), f"{message}; there are {', '.join(funds)}")


def _wrong_keys(study: Study, document: Document) -> Iterator[Finding]:
    """Find what cannot be a dotted key at all; whether a scenario has it, its runs tell."""
    for name, below, key in _keys(study):
        try:
            undotted(key)
        except ValueError as error:
            yield document.finding(("vary", name, *below, key), str(error), at="key")


def _varied_twice(study: Study, document: Document) -> Iterator[Finding]:
    """Find keys that two blocks vary: one would win, and the other do nothing.

    A table that a case writes out varies the keys in it, unless it is said to be a whole one.
    """
    seen: dict[Key, tuple[str, bool]] = {}
    for name, block in study.vary.items():
        whole = isinstance(block, Listed) and block.whole
        for below, values in tables_of(block):
            for key, value in values.items():
                own = _parts(key)
                for inner in _inside(own, {} if whole else value):
                    first, in_table = seen.setdefault(inner, (name, inner != own))
                    if first != name:
                        message = f"the block {first} varies {dotted(inner)} too; "
                        message += IN_TABLE if in_table or inner != own else IN_ONE
                        yield document.finding(("vary", name, *below, key), message, at="key")


def _parts(key: str) -> Key:
    """Give the parts of a key; what is none stands for itself, and is told elsewhere."""
    try:
        return undotted(key)
    except ValueError:
        return (key,)


def _inside(key: Key, value: object) -> Iterator[Key]:
    """Give a key and, where a table stands at it, the keys in that."""
    yield key
    if isinstance(value, dict):
        for part, inner in value.items():
            yield from _inside((*key, part), inner)


def _stated_twice(study: Study, document: Document) -> Iterator[Finding]:
    """Find values that a grid states twice: their runs would weigh double in every answer."""
    for name, block in study.vary.items():
        for key, values in block.values.items() if isinstance(block, Grid) else ():
            told = [Decimal(cell_of(v)) if is_figure(v) else cell_of(v) for v in values]
            for number, value in enumerate(values):
                if told[number] in told[:number]:
                    message = f"found {shown(value)} a second time; state each value once"
                    yield document.finding(("vary", name, "values", key, number), message)


def _moved_chance(study: Study, document: Document) -> Iterator[Finding]:
    """Find what is no assumption where it is asked what matters."""
    for name, below, key in _keys(study):
        if isinstance(study.vary[name], ALONE) and key in CHANCE:
            message = "this is no assumption: what matters is asked on the same paths and chance"
            yield document.finding(("vary", name, *below, key), message, at="key")
    for name, block in study.vary.items():
        if isinstance(block, OneAtATime) and BASE in block.assumptions:
            message = f'"{BASE}" is where no assumption is moved; call this one something else'
            yield document.finding(("vary", name, "assumptions", BASE), message, at="key")


def _unknown_sources(study: Study, document: Document) -> Iterator[Finding]:
    """Find sources of what the study does not have."""
    for key in study.sources:
        name, _, rest = key.partition(".")
        block = study.vary.get(name)
        known = [*study.vary, *ASKED]
        if name not in known:
            message = f'there is no block "{name}"{nearest(name, known)}'
            yield document.finding(("sources", key), message, at="key")
        elif rest and isinstance(block, OneAtATime) and rest not in block.assumptions:
            message = f'there is no assumption "{rest}"{nearest(rest, block.assumptions)}'
            yield document.finding(("sources", key), message, at="key")
