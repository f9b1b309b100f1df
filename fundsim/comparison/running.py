"""Comparisons made: one pot shared out once, or a whole scenario simulated under each rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from fundsim.comparison.compared import Compared, join
from fundsim.comparison.folder import Saved
from fundsim.comparison.looking import USUAL, Looking, comparable_need, groups_of
from fundsim.comparison.naming import fund_that_shares, with_rules
from fundsim.comparison.one_pot import AS_STATED, OnePot, round_of, share_one_pot
from fundsim.engine.simulate import Progress, simulate_rules
from fundsim.errors import InputError, Problem, nearest
from fundsim.metrics.places import SPREADS
from fundsim.metrics.series import Basis
from fundsim.money import Real
from fundsim.rules.need import Need, combined
from fundsim.scenario import Scenario
from fundsim.units import parse_money, parse_rate


@dataclass(frozen=True)
class Wanted:
    """What a comparison is to look at; None and nothing where that is left to it.

    `measures` are names of the catalogue (all for every one). `need` ranks areas in place of the
    scenario's. `earlier` is a column of an earlier programme's money, `minimum` the least viable
    pence a year, `discount` a yearly rate. `local_value` is the user's own figure of pounds of
    local value for each pound, which is told and never simulated.
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
        need, why = comparable_need(geography, self.need or scenario.geography.need)
        return Looking(
            geography,
            need,
            combined(geography, self.need or scenario.geography.need),
            why,
            groups_of(geography, need),
            measure,
            basis,
            years,
            names=self._names(),
            earlier=self._earlier(scenario),
            minimum=self.minimum,
            discount=self.discount,
        )

    def told(self) -> dict[str, Any]:
        """Say what is wanted in plain values."""
        return {**asdict(self), "measures": list(self.measures)}

    def _names(self) -> Sequence[str]:
        if "all" in self.measures:
            return tuple(SPREADS)
        for name in self.measures:
            if name not in SPREADS:
                hint = nearest(name, SPREADS) or f"; there are {', '.join(SPREADS)}"
                message = f'there is no measure "{name}"{hint}'
                raise InputError([Problem("--measures", "", message)])
        return tuple(self.measures) or USUAL

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


def allocate(
    scenario: Scenario,
    amount: str | float,
    rules: str | Sequence[str] = (),
    *,
    fund: str | None = None,
    whole: bool = False,
    wanted: Wanted | None = None,
) -> Compared:
    """Share one pot once, under the scenario's own rule and others, without simulating anything.

    `amount` is money as a file writes it, or a number of pounds. `rules` are texts such as
    "per_capita" or "need_weighted(steepness=2)"; each takes the place of the innermost rule of the
    fund, or with `whole` of all of it. `fund` is needed where several share. What cannot be read,
    or cannot be kept with so little, is an InputError.

    >>> from fundsim.scenario import load
    >>> pot = allocate(load("english-738m"), "£80m", "per_capita")
    >>> pot.table("areas").columns[-1], pot.rules
    ('mean_loss', ('as stated', 'per_capita'))
    """
    try:
        pence = parse_money(amount)
    except ValueError as error:
        raise InputError([Problem("--amount", "", str(error))]) from None
    name, scenarios = under_rules(scenario, rules, fund=fund, whole=whole)
    pot = share_one_pot(scenarios, name, pence)
    return compare_one_pot(pot, scenarios, wanted or Wanted())


def compare(
    scenario: Scenario,
    rules: str | Sequence[str] = (),
    *,
    fund: str | None = None,
    whole: bool = False,
    measure: str = "paid",
    basis: Basis = "real",
    wanted: Wanted | None = None,
    workers: int = 1,
) -> Compared:
    """Simulate a scenario under its own rule and others on the same markets, path by path.

    `rules`, `fund` and `whole` are those of `allocate`. `measure` is what areas are `paid` in the
    end, or what they are `allocated`; `basis` is `real` or `nominal`.
    """
    name, scenarios = under_rules(scenario, rules, fund=fund, whole=whole)
    asked = wanted or Wanted()
    return compare_runs(scenarios, name, asked, measure=measure, basis=basis, workers=workers)


def under_rules(
    stated: Scenario, rules: str | Sequence[str], *, fund: str | None = None, whole: bool = False
) -> tuple[str, dict[str, Scenario]]:
    """Give the fund that is meant, and the scenario under its own rule and under each other."""
    name = fund_that_shares(stated, fund)
    texts = [rules] if isinstance(rules, str) else rules
    return name, {AS_STATED: stated, **with_rules(stated, name, texts, whole=whole)}


def compare_one_pot(pot: OnePot, scenarios: Mapping[str, Scenario], wanted: Wanted) -> Compared:
    """Hold rules against the first of them on one pot."""
    looking = wanted.looking(pot.scenario, "allocated", "nominal", years=1)
    pences = [share.pence[:, np.newaxis] for share in pot.shares.values()]
    parts = [looking.part(pence, pences[0], None) for pence in pences]
    remarks = {name: share.remarks for name, share in pot.shares.items()}
    return Compared(
        scenarios,
        pot.fund,
        looking,
        dict(zip(pot.shares, parts, strict=True)),
        paths=1,
        exact=True,
        remarks=remarks,
        asked={"amount": pot.amount, **wanted.told()},
    )


def refuse_unlike(scenarios: Mapping[str, Scenario]) -> None:
    """Refuse scenarios that cannot be held against each other path by path and area by area."""
    (name, first), *others = scenarios.items()
    asked = ("seed", "paths", "years", "start")
    problems = [
        Problem(other, key, f"found {getattr(scenario, key)}, and {name} has {getattr(first, key)}")
        for other, scenario in others
        for key in asked
        if getattr(scenario, key) != getattr(first, key)
    ]
    problems += [
        Problem(other, "geography", f"its areas are not those of {name}; compare the same areas")
        for other, scenario in others
        if scenario.geography_table.digest != first.geography_table.digest
    ]
    if problems:
        raise InputError(problems)


def compare_runs(
    scenarios: Mapping[str, Scenario],
    fund: str | None,
    wanted: Wanted,
    *,
    measure: str = "paid",
    basis: Basis = "real",
    workers: int = 1,
    progress: Progress | None = None,
) -> Compared:
    """Simulate scenarios on the same paths, and hold them against the first.

    `fund` is the one whose rule differs; None where they differ as they may.
    """
    first = next(iter(scenarios.values()))
    looking = wanted.looking(first, measure, basis, years=first.years)
    blocks = simulate_rules(
        list(scenarios.values()), looking, measure=measure, workers=workers, progress=progress
    )
    parts = join(blocks)
    return Compared(
        scenarios,
        fund,
        looking,
        dict(zip(scenarios, parts, strict=True)),
        paths=first.paths,
        exact=False,
        remarks={name: _remarks(scenario, fund) for name, scenario in scenarios.items()},
        asked=wanted.told(),
    )


def again(saved: Saved, *, workers: int = 1, progress: Progress | None = None) -> Compared:
    """Make a saved comparison again, from its own folder."""
    asked = dict(saved.manifest["asked"])
    amount = asked.pop("amount", None)
    wanted, fund, scenarios = Wanted(**asked), saved.fund, saved.scenarios
    if amount is not None and fund is not None:
        return compare_one_pot(share_one_pot(scenarios, fund, amount), scenarios, wanted)
    return compare_runs(
        scenarios,
        fund,
        wanted,
        measure=saved.measure,
        basis=saved.basis,
        workers=workers,
        progress=progress,
    )


def differences(saved: Saved, made: Compared) -> Iterator[str]:
    """Say which tables of a saved comparison differ from those made again."""
    for name, table in made.tables.items():
        old, new = list(saved.table(name).rows()), list(table.rows())
        rows = sum(list(a) != list(b) for a, b in zip(old, new, strict=False))
        rows += abs(len(old) - len(new))
        if rows:
            yield f"{name}.csv differs in {rows:,} of {len(new):,} rows"


def _remarks(scenario: Scenario, fund: str | None) -> list[str]:
    if fund is None:
        return [scenario.title]
    here = round_of(scenario, fund, 0)
    return list(dict.fromkeys(scenario.funds[fund].allocation.remarks(here)))
