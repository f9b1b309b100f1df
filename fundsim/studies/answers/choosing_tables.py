"""The tables of a choice among policies: a row a policy, a policy's measure, or a run's measure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from fundsim.comparison.choice import why_beaten
from fundsim.results.table import Row, Table, plain
from fundsim.studies.answers.choosing import Criteria, Policies

POLICIES = (
    *("policy", "futures", "acceptable_in", "share", "share_low", "share_high", "most_of_all"),
    *("unbeaten", "beaten_by", "why"),
)
CRITERIA = (
    *("measure", "basis", "unit", "direction", "policy", "futures", "paths"),
    *("mean", "se", "low", "high", "worst", "worst_in", "largest_regret", "regret_in"),
    *("regret_p90", "least_regretted", "least_in_resamples"),
    *("against", "difference", "difference_se", "difference_low", "difference_high"),
)
REGRETS = (
    *("run", "policy", "future", "measure", "basis", "unit", "mean", "regret", "acceptable"),
)


def tables_of(found: Policies) -> dict[str, Table]:
    """Give the tables of a choice, by the names of their files; money in pounds."""
    return {
        "policies": Table("policies", POLICIES, lambda: _policies(found)),
        "criteria": Table("criteria", CRITERIA, lambda: _criteria(found)),
        "regrets": Table("regrets", REGRETS, lambda: _regrets(found)),
    }


def whys(found: Policies) -> list[str]:
    """Say of each policy which other one beats it, with both figures; nothing if none does."""
    choice = found.on_average
    return why_beaten(found.names, choice.aims, choice.figures[:, 0], choice.front)


def _policies(found: Policies) -> Iterator[Row]:
    most = max((share.count for share in found.shares), default=0)
    beaten_by, told = found.on_average.front.beaten_by.tolist(), whys(found)
    for place, name in enumerate(found.names):
        cells = [""] * 5
        if found.shares:
            one = found.shares[place]
            ends = plain(one.count / one.of), plain(one.low), plain(one.high)
            cells = [str(one.count), *ends, _yes(one.count == most)]
        by = beaten_by[place]
        beats = _yes(by < 0), found.names[by] if by >= 0 else "", told[place]
        yield name, str(len(found.futures)), *cells, *beats


def _criteria(found: Policies) -> Iterator[Row]:
    size = str(len(found.futures)), str(found.by_path.shape[-1])
    for place, made in enumerate(found.criteria):
        about = made.look.measure, made.look.basis, made.aim.unit, str(made.aim.direction)
        for policy, name in enumerate(found.names):
            mean = made.means[policy]
            ends = mean.mean - mean.half, mean.mean + mean.half
            told = map(plain, (mean.mean, mean.error, *ends))
            cells = _regretted(found, made, place, policy)
            rest = (cells.get(column, "") for column in CRITERIA[11:])
            yield *about, name, *size, *told, *rest


def _regretted(found: Policies, made: Criteria, place: int, policy: int) -> Mapping[str, str]:
    """Give the cells that only a measure with a direction has."""
    if made.regret is None:
        return {}
    worst, apart, regret = made.worst[policy], made.apart[policy], made.regret
    return {
        "worst": plain(float(found.figures[policy, worst, place])),
        "worst_in": found.futures[worst],
        "largest_regret": plain(float(regret.largest[policy])),
        "regret_in": found.futures[int(regret.where[policy])] if regret.largest[policy] else "",
        "regret_p90": plain(made.often[policy]),
        "least_regretted": _yes(policy in regret.rules),
        "least_in_resamples": plain(made.again[policy]),
        "against": found.names[regret.rules[0]],
        "difference": plain(apart.mean),
        "difference_se": plain(apart.error),
        "difference_low": plain(apart.mean - apart.half),
        "difference_high": plain(apart.mean + apart.half),
    }


def _regrets(found: Policies) -> Iterator[Row]:
    limits = found.plan.loaded.study.acceptable
    for policy, name in enumerate(found.names):
        for future, called in enumerate(found.futures):
            for place, look in enumerate(found.looks):
                figure = float(found.figures[policy, future, place])
                regret = _regret(found, policy, future, place)
                limit = limits.get(look.measure)
                good = _yes(limit.holds(figure)) if limit else ""
                about = look.measure, look.basis, found.aims[place].unit
                run = str(found.numbers[policy][future])
                yield run, name, called, *about, plain(figure), plain(regret), good


def _regret(found: Policies, policy: int, future: int, place: int) -> float:
    if place not in found.aimed:
        return math.nan
    return float(found.by_future.regret[policy, future, found.aimed.index(place)])


def _yes(true: bool) -> str:  # noqa: FBT001 - the word for it
    return "yes" if true else "no"
