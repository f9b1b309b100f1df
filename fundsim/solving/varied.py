"""What is varied: one figure of a scenario, found from the fund's spending rule or named."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from pydantic import BaseModel

from fundsim.errors import InputError, Problem, nearest
from fundsim.rules.spending import SpendingRule
from fundsim.scenario import Scenario
from fundsim.scenario.keys import dotted, undotted
from fundsim.scenario.shapes import fields_of
from fundsim.scenario.spelling import money, rate
from fundsim.units import parse_money, parse_rate

FUND, KEY = "--fund", "--key"
VARIED = ("rate", "amount")
"""The keys of a spending rule that say how much it spends, the first one that is set."""


def refused(option: str, message: str) -> NoReturn:
    """Say what is wrong with an option, and what would be right."""
    raise InputError([Problem(option, "", message)])


@dataclass(frozen=True)
class Varied:
    """A fund, and the figure that is varied: its dotted key and unit, `rate` or `money`.

    Figures are exact decimals: fractions a year, or pounds. `stated` is the scenario's own.
    """

    scenario: Scenario
    fund: str
    key: str
    unit: str
    stated: Decimal | None

    @property
    def name(self) -> str:
        """What the figure is called: the last part of its key."""
        return str(undotted(self.key)[-1])

    @property
    def of_spending(self) -> bool:
        """Whether it is of the fund's spending rule."""
        return undotted(self.key)[:3] == ("funds", self.fund, "spending")

    def at(self, value: Decimal) -> Scenario:
        """Give the scenario with another figure."""
        return self.scenario.but({self.key: float(value)})

    def words(self, value: Decimal) -> str:
        """Write a figure as a scenario file does."""
        return money(int(value * 100)) if self.unit == "money" else _percent(value)

    def read(self, value: str | float, option: str) -> Decimal:
        """Read a figure as a file writes it, or a plain number; what it is not is an InputError."""
        try:
            plain = float(value) if str(value).replace(".", "", 1).isdigit() else value
            if self.unit == "money":
                return Decimal(parse_money(plain)) / 100
            return Decimal(repr(parse_rate(plain)))
        except ValueError as error:
            refused(option, str(error))


def _percent(value: Decimal) -> str:
    spelled = rate(float(value))
    return spelled if isinstance(spelled, str) else f"{100 * value:.6g}%"


def vary(scenario: Scenario, fund: str | None = None, key: str | None = None) -> Varied:
    """Find the fund that is meant, and the figure that is varied of it.

    `key` is a dotted key of any rate or amount of money; without it, that of the fund's spending
    rule. A fund that has to be named, or has no such figure, is an InputError.
    """
    name = _fund(scenario, fund, key)
    if key is None:
        inside = _inside(scenario.funds[name].spending)
        if inside is None:
            kind = scenario.funds[name].spending.kind
            can = _that_can(scenario)
            choose = f"choose {' or '.join(can)}, or" if can else "expected a rule with one, or"
            refused(
                FUND,
                f"the spending rule of {name}, {kind}, has neither a rate nor an amount; {choose} "
                "name a figure with --key",
            )
        key = dotted(("funds", name, "spending", *inside))
    return Varied(scenario, name, key, *_unit_and_figure(scenario, key))


def _that_can(scenario: Scenario) -> list[str]:
    """Name the funds whose spending rule has a figure that can be varied."""
    return [name for name, terms in scenario.funds.items() if _inside(terms.spending) is not None]


def _fund(scenario: Scenario, name: str | None, key: str | None) -> str:
    """Give the fund that is meant: named, the one that the key is of, or the only one that can."""
    funds = list(scenario.funds)
    if name is not None and name not in funds:
        hint = nearest(name, funds)
        refused(FUND, f'there is no fund "{name}"{hint}; there are {", ".join(funds)}')
    if name is not None:
        return name
    match key.split(".") if key else []:
        case ["funds", owner, *_] if owner in funds:
            return owner
    can = _that_can(scenario) or funds
    if len(can) > 1:
        there = ", ".join(can)
        refused(FUND, f"several funds of {scenario.name} could be meant; state which of {there}")
    return can[0]


def _inside(rule: SpendingRule) -> tuple[str, ...] | None:
    """Give the key inside a spending rule, or inside one that it holds, that says how much."""
    for name in VARIED:
        if getattr(rule, name, None) is not None:
            return (name,)
    for name in type(rule).model_fields:
        value = getattr(rule, name)
        below = _inside(value) if isinstance(value, SpendingRule) else None
        if below is not None:
            return (name, *below)
    return None


def _unit_and_figure(scenario: Scenario, key: str) -> tuple[str, Decimal | None]:
    """Give the unit of the figure at a key, and the figure as stated."""
    table, last = _table_and_name(scenario, key)
    shape = fields_of(type(table)).get(last) if table is not None else None
    if table is None or shape is None:
        _refuse_unknown(scenario, key)
    if shape.unit not in ("rate", "money") or shape.inner is not None:
        refused(KEY, f"{key} is {shape.expected}; expected the key of a rate or of money")
    figure = getattr(table, _field_of(table, last))
    if figure is None:
        return shape.unit, None
    return shape.unit, Decimal(figure) / 100 if shape.unit == "money" else Decimal(repr(figure))


def _table_and_name(scenario: Scenario, key: str) -> tuple[BaseModel | None, str]:
    """Find the table that a key stands in, if there is one, and the key's last part."""
    try:
        *above, last = undotted(key)
    except ValueError as error:
        refused(KEY, str(error))
    found: Any = scenario
    for part in above:
        if isinstance(found, dict):
            found = found.get(part)
        elif isinstance(found, list):
            found = found[int(part)] if part.isdecimal() and int(part) < len(found) else None
        elif isinstance(found, BaseModel):
            found = getattr(found, _field_of(found, part), None)
    return (found if isinstance(found, BaseModel) else None), last


def _field_of(table: BaseModel, key: str) -> str:
    """Give the name of the field that a file writes under a key."""
    fields = type(table).model_fields.items()
    return next((name for name, info in fields if (info.alias or name) == key), "")


def _refuse_unknown(scenario: Scenario, key: str) -> NoReturn:
    """Say of a key that is not there what a scenario file would be told of it."""
    try:
        scenario.but({key: 0})
    except InputError as error:
        told = [Problem(KEY, one.key, one.message) for one in error.problems]
        raise InputError(told) from None
    refused(KEY, f"{key} is no figure of its own; expected the key of a rate or of money")
