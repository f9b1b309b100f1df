"""Comparisons made: one pot shared out once, or a whole scenario simulated under each rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from fundsim.comparison.across import Across
from fundsim.comparison.compared import Compared, join
from fundsim.comparison.folder import SUMMARY, Saved
from fundsim.comparison.inquiry import Future, Inquiry
from fundsim.comparison.naming import fund_that_shares, with_allocation, with_rules
from fundsim.comparison.one_pot import AS_STATED, OnePot, round_of, share_one_pot
from fundsim.comparison.wanting import Wanted
from fundsim.engine.simulate import Progress, is_whole, simulate_rules
from fundsim.errors import InputError, Problem, RunError
from fundsim.metrics.series import Basis
from fundsim.money import pounds
from fundsim.scenario import Scenario
from fundsim.units import parse_money


def allocate(
    scenario: Scenario,
    amount: str | float,
    rules: str | Sequence[str] = (),
    *,
    fund: str | None = None,
    whole: bool = False,
    wanted: Wanted | None = None,
    cut: bool = False,
) -> Compared:
    """Share one pot once, under the scenario's own rule and others, without simulating anything.

    `amount` is money as a file writes it, or a number of pounds. `rules` are texts such as
    "per_capita" or "need_weighted(steepness=2)"; each takes the place of the innermost rule of the
    fund, or with `whole` of all of it. `fund` is needed where several share. What cannot be read,
    or cannot be kept with so little, is an InputError; with `cut` too small a pot cuts all that a
    rule promises alike, as in a run.

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
    pot = share_one_pot(scenarios, name, pence, cut=cut)
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


def tried_in(
    first: Future, name: str, other: Scenario, rules: Sequence[str], *, whole: bool = False
) -> Future:
    """Try the rules of a first scenario in another one, its own stated rule among them.

    The fund is the one of the same name, or the only one there. A fund that cannot be told, and a
    rule that does not apply there, are an InputError at --across.
    """
    assert first.fund is not None  # noqa: S101 - only where rules differ are others tried
    try:
        fund = fund_that_shares(other, first.fund if first.fund in other.funds else None)
        own, theirs = first.first.funds[first.fund].allocation, other.funds[fund].allocation
        if own == theirs:
            return Future(name, *under_rules(other, rules, fund=fund, whole=whole))
        carried = with_allocation(other, fund, own)
        return Future(name, *under_rules(carried, rules, fund=fund, whole=whole), first.name)
    except InputError as error:
        problems = [Problem("--across", name, _told(problem)) for problem in error.problems]
        raise InputError(problems) from None


def _told(problem: Problem) -> str:
    return ": ".join(part for part in (problem.key, problem.message) if part)


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
        asked=wanted.told(),
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
        remarks={rule: _remarks(scenarios, fund, rule) for rule in scenarios},
        asked=wanted.told(),
    )


def answered(inquiry: Inquiry, *, workers: int = 1, progress: Progress | None = None) -> Across:
    """Make the comparison that is asked for, in each of its scenarios."""
    whole = sum(future.first.paths for future in inquiry.futures)
    found: list[Compared] = []
    for future in inquiry.futures:
        before = sum(one.paths for one in found)

        def told(done: int, _: int, before: int = before) -> None:
            if progress is not None:
                progress(before + done, whole)

        found.append(_answer(inquiry, future, workers=workers, progress=told))
    return Across(inquiry, found)


def _answer(inquiry: Inquiry, future: Future, *, workers: int, progress: Progress) -> Compared:
    if inquiry.amount is not None and future.fund is not None:
        pot = share_one_pot(future.scenarios, future.fund, inquiry.amount, cut=inquiry.cut)
        return compare_one_pot(pot, future.scenarios, inquiry.looked_at)
    return compare_runs(
        future.scenarios,
        future.fund,
        inquiry.looked_at,
        measure=inquiry.measure,
        basis=inquiry.basis,
        workers=workers,
        progress=progress,
    )


def differences(saved: Saved, made: Across) -> Iterator[str]:
    """Say which tables of a saved comparison, or which of its words, differ from those made."""
    for name, table in made.tables.items():
        new = list(table.rows())
        try:
            old = list(saved.table(name).rows())
        except RunError as error:
            yield str(error)
            continue
        rows = sum(list(a) != list(b) for a, b in zip(old, new, strict=False))
        rows += abs(len(old) - len(new))
        if rows:
            yield f"{name}.csv differs in {rows:,} of {len(new):,} rows"
    written = "\n".join(made.sentences) + "\n"  # a name may hold a line break
    if saved.summary != written.splitlines():
        yield f"{SUMMARY} differs"


def _remarks(scenarios: Mapping[str, Scenario], fund: str | None, rule: str) -> list[str]:
    """Say what to know of a rule, and whether the funds were simulated again for it."""
    scenario, first = scenarios[rule], next(iter(scenarios.values()))
    if fund is None:
        return [scenario.title]
    here, allocation = round_of(scenario, fund, 0), scenario.funds[fund].allocation
    told = list(dict.fromkeys(allocation.remarks(here)))
    promised = allocation.needed(here)
    if promised:
        told.append(
            f"it promises {pounds(promised)} a round; where there is less, all is cut alike"
        )
    if scenario is not first and is_whole(first, scenario):
        told.append(
            "the funds were simulated again under this rule, since what it leaves unshared passes "
            "to another fund on closing"
        )
    return told
