"""What a study found, as a person says it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from fundsim.metrics.catalogue import METRICS, Unit
from fundsim.studies.answers.boxes import HALVES
from fundsim.studies.answers.discovery import Discovery, Failing, Place, Restriction
from fundsim.studies.answers.indices import Share, Shares
from fundsim.studies.answers.screening import Effect, Screening
from fundsim.studies.answers.tornado import Bar, Tornado
from fundsim.studies.naming import number
from fundsim.studies.schema import Limit
from fundsim.wording import money

NEVER = "never"
HARDLY = 0.1  # of the largest mu*
WIDE = 0.1  # half of an interval of an index
UNEVEN = 0.5  # sigma over mu*: Garcia Sanchez and others, Energy and Buildings 68, 2014


def said(value: float, unit: Unit) -> str:
    """Write a figure of a metric by its unit; pounds are given in pence.

    >>> said(8_304_000_000, "pounds"), said(0.4321, "probability"), said(1.2345, "ratio")
    ('£83.0m', '43.2%', '1.23')
    """
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return NEVER
    if unit == "pounds":
        return money(value / 100)
    if unit == "probability":
        return f"{100 * value:.1f}%"
    return f"{value:.2f}" if unit in ("ratio", "years") else f"{value:.0f}"


def change(value: float, unit: Unit) -> str:
    """Write a difference with its sign.

    >>> change(-0.021, "probability"), change(12_300, "pounds")
    ('-2.1 points', '+£123.00')
    """
    text = f"{100 * value:.1f} points" if unit == "probability" else said(value, unit)
    return text if text.startswith("-") else f"+{text}"


def plainly(measure: str) -> str:
    """Name a metric by its own name.

    >>> plainly("capital_kept_whole_at_30_years")
    'capital kept whole at 30 years'
    """
    return measure.replace("_", " ")


def name_of(measure: str) -> str:
    """Name a metric by the first sentence of its description."""
    return METRICS[measure].title.rstrip(".")


def sentences(made: Sequence[Tornado]) -> Iterator[str]:
    """Say of each measure what moves it most, and what hardly does."""
    for one in made:
        first, unit = one.bars[0], METRICS[one.look.measure].unit
        still = [bar.assumption for bar in one.bars if _within_chance(bar)]
        most = f"What moves it most is the {first.assumption}: {_ends(first, unit)}."
        yield (
            f"{plainly(one.look.measure).capitalize()}: {said(one.base, unit)} as assumed. "
            f"{'Nothing moves it beyond chance.' if first.assumption in still else most}"
        )
        if still:
            yield f"No difference beyond chance (two standard errors): {', '.join(still)}."


def sentences_of_shares(made: Sequence[Shares]) -> Iterator[str]:
    """Say of each measure which assumption accounts for most of its spread, and for how much."""
    for one in made:
        first = one.shares[0]
        alone = min(max(math.fsum(each.first for each in one.shares), 0.0), 1.0)
        yield (
            f"{plainly(one.look.measure).capitalize()}: {first.assumption} has a part in "
            f"{100 * min(first.total, 1.0):.0f}% of the variance over {one.runs:,} runs; "
            f"{100 * alone:.0f}% is made by assumptions one by one, the rest by several together."
        )
        widest = max(high - low for each in one.shares for low, high in _intervals(each)) / 2
        if widest > WIDE:
            yield (
                f"These shares are rough, by up to {100 * widest:.0f} points to either side: a "
                f"size above {one.size:,} tells more."
            )


def _intervals(one: Share) -> tuple[tuple[float, float], ...]:
    return one.first_ends, one.total_ends


def sentences_of_screenings(made: Sequence[Screening]) -> Iterator[str]:
    """Say of each measure what moves it most, what bends or depends on others, what hardly does."""
    for one in made:
        first, unit = one.effects[0], METRICS[one.look.measure].unit
        yield (
            f"{plainly(one.look.measure).capitalize()}: {first.assumption} moves it most, by "
            f"{size_of(first.mu_star, unit)} from its least value to its largest (mean size over "
            f"{one.block.trajectories:,} trajectories)."
        )
        least = HARDLY * first.mu_star
        uneven = [each.assumption for each in one.effects if _is_uneven(each, least)]
        if uneven:
            yield (
                "How much depends on the other assumptions, or on where it stands (sigma above "
                f"half of mu*): {', '.join(uneven)}."
            )
        hardly = [each.assumption for each in one.effects if each.ends[1] < least]
        if hardly:
            yield f"Under a tenth of that, with their intervals: {', '.join(hardly)}."


def acceptable(made: Discovery) -> str:
    """Say when a policy does not fail."""
    return f"Acceptable, in the mean over the paths of a future: {limits(made.acceptable)}."


def limits(asked: Mapping[str, Limit]) -> str:
    """Write from where on, or up to where, each measure is good enough."""
    told = []
    for measure, limit in asked.items():
        least = limit.at_least is not None
        figure = limit.at_least if limit.at_least is not None else limit.at_most
        assert figure is not None  # noqa: S101 - one of the two is stated
        unit = METRICS[measure].unit
        written = said(figure * 100 if unit == "pounds" else figure, unit)
        told.append(f"{plainly(measure)} at {'least' if least else 'most'} {written}")
    return "; ".join(told)


def sentences_of_discovery(made: Discovery) -> Iterator[str]:
    """Say of each policy where it fails, and how that holds in the halves of its futures."""
    for one in made.policies:
        if not one.places:
            futures = f"{one.failing:,} of {one.futures:,} futures"
            yield f"{one.policy}: fails in {futures}; {one.why_none}."
        for place in one.places:
            yield f"{one.policy}: {sentence_of_place(one, place)}"
        if one.places:
            yield f"{one.policy}: {_in_halves(one)}"
    if any(one.places for one in made.policies):
        yield "A box describes the futures that were drawn: its ends are theirs, not thresholds."


def sentence_of_place(one: Failing, place: Place) -> str:
    """Say what a box asks, and how many futures, and failures, it holds."""
    asked = " and ".join(map(_asks, place.restrictions))
    return (
        f"fails where {asked}: {place.failing:,} of {place.holds:,} such futures fail (density "
        f"{_percent(place.failing / place.holds)}), {place.failing:,} of {one.failing:,} failures "
        f"are there (coverage {_percent(place.failing / one.failing)})."
    )


def _asks(one: Restriction) -> str:
    sign, ends = one.assumption.sign, []
    if one.above is not None:
        ends.append(f"above {number(one.above, sign)}")
    if one.at_most is not None:
        ends.append(f"at most {number(one.at_most, sign)}")
    return f"{one.assumption.name} is {' and '.join(ends) or ' or '.join(one.among)}"


def _in_halves(one: Failing) -> str:
    names = {each.assumption.name: each.in_halves for p in one.places for each in p.restrictions}
    again = ", ".join(f"{name} in {HALVES * share:.0f}" for name, share in names.items())
    halves = one.halves
    worth = (
        "none was found there"
        if math.isnan(halves.density)
        else f"density {_percent(halves.density)}, coverage {_percent(halves.coverage)}"
    )
    return (
        f"boxes found in half of the futures, {HALVES} times, and looked at in the other half: "
        f"{worth}; restricted again: {again}."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def size_of(value: float, unit: Unit) -> str:
    """Write how far a figure of a metric is moved, without a sign.

    >>> size_of(0.021, "probability"), size_of(12_300, "pounds")
    ('2.1 points', '£123.00')
    """
    return change(value, unit).lstrip("+")


def _is_uneven(one: Effect, least: float) -> bool:
    return one.mu_star > least and one.sigma > UNEVEN * one.mu_star


def _ends(bar: Bar, unit: Unit) -> str:
    told = (f"{said(moved.mean, unit)} at {moved.changes}" for moved in bar.ends.values())
    return ", ".join(told)


def _within_chance(bar: Bar) -> bool:
    pairs = [(moved.difference, moved.error) for moved in bar.ends.values()]
    return all(abs(found) <= 2 * error for found, error in [*pairs, (bar.swing, bar.error)])
