"""What a comparison is to look at: read from words, and put to a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from fundsim.comparison.looking import USUAL, Looking, comparable_need, groups_of
from fundsim.comparison.spreads import spreads_of
from fundsim.errors import DataError, InputError, Problem, nearest
from fundsim.metrics.places import SPREADS, Spread
from fundsim.metrics.series import Basis
from fundsim.money import Real
from fundsim.rules.need import Need, combined
from fundsim.scenario import Scenario
from fundsim.units import parse_money, parse_rate


@dataclass(frozen=True)
class Wanted:
    """What a comparison is to look at; None and nothing where that is left to it.

    `measures` are names of the catalogue (all for every one) or share_to:COLUMN. `need` ranks
    areas in place of the scenario's. `earlier` is a column of an earlier programme's money,
    `minimum` the least viable pence a year, `discount` a yearly rate. `local_value` is the user's
    own figure of pounds of local value for each pound, which is told and never simulated.
    """

    measures: Sequence[str] = ()
    need: Need | None = None
    earlier: str | None = None
    minimum: int | None = None
    discount: float | None = None
    local_value: float | None = None

    def looking(self, scenario: Scenario, measure: str, basis: Basis, years: int) -> Looking:
        """Say what is looked at in a scenario; what is not there is an InputError."""
        geography = scenario.geography_table
        need, why, stated = self._need(scenario)
        return Looking(
            geography,
            need,
            stated,
            why,
            groups_of(geography, need),
            measure,
            basis,
            years,
            self._spreads(scenario),
            earlier=self._earlier(scenario),
            minimum=self.minimum,
            discount=self.discount,
        )

    def _need(self, scenario: Scenario) -> tuple[Real | None, str, Real]:
        """Read need where it ranks all areas, else why it does not, and in each nation's scale."""
        geography, need = scenario.geography_table, self.need or scenario.geography.need
        try:
            return *comparable_need(geography, need), combined(geography, need)
        except DataError as error:
            if self.need is None:
                raise
            told = [Problem("--need", problem.key, problem.message) for problem in error.problems]
            raise InputError(told) from None

    def told(self) -> dict[str, Any]:
        """Say what is wanted in plain values."""
        return {**asdict(self), "measures": list(self.measures)}

    def and_aimed_at(self, names: Sequence[str]) -> Wanted:
        """Take what is aimed at among the measures."""
        taken = self.measures or USUAL
        more = [name for name in names if name not in taken]
        return replace(self, measures=[*taken, *more]) if more else self

    def _spreads(self, scenario: Scenario) -> dict[str, Spread]:
        names = self.measures or USUAL
        named = [name for name in names if name != "all"]
        return spreads_of([*(SPREADS if "all" in names else ()), *named], scenario)

    def _earlier(self, scenario: Scenario) -> Real | None:
        if self.earlier is None:
            return None
        columns = scenario.geography_table.columns
        if self.earlier not in columns:
            hint = nearest(self.earlier, columns) or f"; there are {', '.join(columns)}"
            message = f'the table of areas has no column "{self.earlier}"{hint}'
            raise InputError([Problem("--earlier", "", message)])
        return columns[self.earlier]


def wanted(
    *,
    need: str | None = None,
    measures: str | None = None,
    earlier: str | None = None,
    minimum: str | None = None,
    discount: str | None = None,
    local_value: str | None = None,
) -> Wanted:
    """Read what a comparison is to look at from words; what cannot be read is an InputError."""
    try:
        least = None if minimum is None else parse_money(_number(minimum))
    except ValueError as error:
        raise InputError([Problem("--minimum", "", str(error))]) from None
    try:
        rate = None if discount is None else parse_rate(_number(discount))
    except ValueError as error:
        raise InputError([Problem("--discount", "", str(error))]) from None
    try:
        multiplier = None if local_value is None else parse_money(_number(local_value)) / 100
    except ValueError as error:
        raise InputError([Problem("--local-value", "", str(error))]) from None
    names = [name.strip() for name in (measures or "").split(",") if name.strip()]
    return Wanted(names, need, earlier, least, rate, multiplier)


def _number(text: str) -> str | float:
    return float(text) if text.replace(".", "", 1).isdigit() else text
