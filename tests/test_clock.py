"""The calendar: dates, and the order of what happens on one day."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from fundsim.engine.block import tell
from fundsim.engine.clock import Clock, Phase
from fundsim.scenario import Scenario, load
from fundsim.units import months_after

Story = Generator[simpy.Event, Any, None]
START = st.dates(date(1950, 1, 1), date(2150, 12, 31))

# Dates


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2021, 4, 1), 3, date(2021, 7, 1)),
        (date(2021, 8, 31), 3, date(2021, 11, 30)),
        (date(2021, 8, 31), 6, date(2022, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2021, 8, 31), 12, date(2022, 8, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2021, 12, 15), 1, date(2022, 1, 15)),
        (date(2021, 12, 15), 0, date(2021, 12, 15)),
    ],
)
def test_a_day_that_the_month_lacks_becomes_its_last(
    day: date, months: int, expected: date
) -> None:
    assert months_after(day, months) == expected


@given(START, st.integers(0, 1_200))
def test_months_forward_land_in_the_right_month_and_never_beyond_the_day(
    day: date, months: int
) -> None:
    later = months_after(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    short = later + timedelta(days=1)
    assert later.day == day.day or (later.day < day.day and short.month != later.month)


@pytest.mark.parametrize(
    ("start", "ends"),
    [
        (date(2021, 4, 1), ["2021-06-30", "2021-09-30", "2021-12-31", "2022-03-31"]),
        (date(2021, 8, 31), ["2021-11-29", "2022-02-27", "2022-05-30", "2022-08-30"]),
        (date(2023, 8, 31), ["2023-11-29", "2024-02-28", "2024-05-30", "2024-08-30"]),
        (date(2024, 2, 29), ["2024-05-28", "2024-08-28", "2024-11-28", "2025-02-27"]),
        (date(2023, 11, 30), ["2024-02-28", "2024-05-29", "2024-08-29", "2024-11-29"]),
    ],
)
def test_a_quarter_ends_the_day_before_the_next_one_starts(start: date, ends: list[str]) -> None:
    clock = Clock(start, 1)
    assert [day.isoformat() for day in clock.quarter_ends] == ends
    assert clock.year_ends == (clock.last_day,) == clock.quarter_ends[-1:]


def test_a_start_on_29_february_keeps_its_day_in_leap_years() -> None:
    clock = Clock(date(2024, 2, 29), 5)
    assert [day.isoformat() for day in clock.quarter_starts[::4]] == [
        "2024-02-29",
        "2025-02-28",
        "2026-02-28",
        "2027-02-28",
        "2028-02-29",
    ]
    assert clock.last_day == date(2029, 2, 27)


@given(START, st.integers(1, 60))
def test_quarters_follow_one_another_without_gap_or_overlap(start: date, years: int) -> None:
    clock = Clock(start, years)
    assert len(clock.quarter_starts) == len(clock.quarter_ends) == 4 * years
    assert clock.quarter_starts[0] == start
    following = [day + timedelta(days=1) for day in clock.quarter_ends]
    assert following[:-1] == list(clock.quarter_starts[1:])
    assert following[-1] == months_after(start, 12 * years)
    assert clock.year_ends == clock.quarter_ends[3::4]
    assert all(88 <= (end - begin).days <= 92 for begin, end in _quarters(clock))


def _quarters(clock: Clock) -> list[tuple[date, date]]:
    return list(zip(clock.quarter_starts, clock.quarter_ends, strict=True))


# The order of a day


def test_the_phases_of_a_day_stand_in_the_order_of_the_contract() -> None:
    assert " ".join(phase.name for phase in sorted(Phase)) == (
        "SHOCK ARRIVE PASS INVEST VALUE DECIDE CLOSE RECEIVE SIT PAY PRICE RECORD"
    )


TICK = st.tuples(
    st.dates(date(2024, 2, 29), date(2024, 3, 5)), st.sampled_from(Phase), st.integers(0, 999)
)


@given(st.lists(TICK, unique=True, max_size=20))
def test_stories_wake_by_day_then_phase_then_rank_whoever_came_first(
    ticks: list[tuple[date, Phase, int]],
) -> None:
    clock = Clock(date(2024, 2, 29), 1)
    woken: list[tuple[date, Phase, int]] = []

    def story(tick: tuple[date, Phase, int]) -> Story:
        yield clock.until(*tick)
        assert clock.today == tick[0]
        woken.append(tick)

    for tick in ticks:
        clock.env.process(story(tick))
    clock.run()
    assert woken == sorted(ticks)


def test_what_is_due_on_the_last_day_happens_and_later_things_do_not() -> None:
    clock = Clock(date(2021, 4, 1), 1)
    woken: list[date] = []

    def story(day: date, phase: Phase) -> Story:
        yield clock.until(day, phase)
        woken.append(day)

    clock.env.process(story(date(2022, 3, 31), Phase.RECORD))
    clock.env.process(story(date(2022, 4, 1), Phase.SHOCK))
    clock.run()
    assert woken == [date(2022, 3, 31)]


def test_after_shocks_is_before_anything_arrives_and_at_once_where_it_is_too_late() -> None:
    clock = Clock(date(2021, 4, 1), 1)
    day, woken = date(2021, 5, 1), list[str]()

    def waits(word: str, *events: tuple[date, Phase, int]) -> Story:
        for event in events:
            yield clock.until(*event)
        yield clock.after_shocks(day)
        assert clock.today == day
        woken.append(word)

    def shock() -> Story:
        yield clock.until(day, Phase.SHOCK, 9_000)
        woken.append("a shock")
        yield clock.until(day, Phase.ARRIVE)
        woken.append("an arrival")

    clock.env.process(waits("after it"))
    clock.env.process(waits("long after it", (day, Phase.ARRIVE, 1)))
    clock.env.process(shock())
    clock.run()
    assert woken == ["a shock", "after it", "an arrival", "long after it"]


@pytest.mark.parametrize(
    ("start", "first", "last", "count"),
    [
        (date(2021, 4, 1), date(2021, 4, 1), date(2022, 3, 1), 12),
        (date(2021, 4, 2), date(2021, 5, 1), date(2022, 4, 1), 12),
        (date(2024, 2, 29), date(2024, 3, 1), date(2025, 2, 1), 12),
        (date(2021, 1, 31), date(2021, 2, 1), date(2022, 1, 1), 12),
    ],
)
def test_every_month_has_its_first_day_in_a_run_year(
    start: date, first: date, last: date, count: int
) -> None:
    months = Clock(start, 1).months
    assert (months[0], months[-1], len(months)) == (first, last, count)
    assert len(Clock(start, 5).months) == 5 * count
    assert {day.day for day in Clock(start, 5).months} == {1}


def test_nothing_can_be_put_into_the_past() -> None:
    clock = Clock(date(2021, 4, 1), 1)

    def story() -> Story:
        yield clock.until(date(2021, 5, 1), Phase.PAY)
        yield clock.until(date(2021, 5, 1), Phase.DECIDE)

    clock.env.process(story())
    with pytest.raises(ValueError, match="egative delay"):
        clock.run()


# In a whole simulation

AREAS = """code,name,population,need,nation,foundation
A1,Ay one,10,1,Alpha,one
B1,Bee one,20,2,Beta,two
"""

WORLD = """
schema_version = 1
name = "busy"
title = "Everything on the same days"
start = 2024-02-29
years = 3
paths = 10
seed = 1
geography = {{ areas = "areas.csv", need = "need" }}

[markets]
kind = "lognormal"
fee = "0.6%"
inflation = {{ kind = "ar1", log_mean = "2%", persistence = 0.5, sd = "1%" }}
assets = {{ equity = {{ weight = 1, arithmetic_mean = "7%", volatility = "15%" }} }}

[foundations]
fee = "6%"
{practice}
"""

SPENT_MONTH_BY_MONTH = """
[funds.ending]
title = "Spent month by month"
opening = "£5m"
inflow = { kind = "schedule", amounts = { 2024 = "£1m", 2024-05-28 = "£2m", 2024-05-29 = "£3m" } }
spending = { kind = "profile", profile = ["50%", "25%", "25%"] }
allocation = { kind = "per_capita" }
closes = { on = 2025-02-27, residue = "treasury" }
"""

KEPT_FOR_EVER = """
[funds.lasting]
title = "Kept for ever"
opening = "£5m"
inflow = { kind = "lump", amount = "£1m", on = 2024-05-28 }
spending = { kind = "moving_average", rate = "4%", over = "4 quarters" }
allocation = { kind = "need_weighted" }
"""


# All that can happen, with quarters that end and begin, years that begin, sittings, reviews and
# payments on the same days.
ALL_AT_ONCE = """
[funds.lasting]
title = "Kept for ever"
opening = "£5m"
inflow = { kind = "schedule", amounts = { 2024 = "£1m", 2024-05-28 = "£2m", 2025-02-28 = "£1m" } }
spending = { kind = "percent_of_value", rate = "4%" }
allocation = { kind = "column", column = "need", unit = "pounds" }
alarm = { fall = "1%" }
pays = [
    { to = "other", on = 2024-03-01, share = "1%", every = "1 month" },
    { to = "other", on = 2024-03-01, amount = "£1000", every = "3 months" },
]

[funds.other]
title = "Kept too"
opening = "£5m"
inflow = { kind = "lump", amount = "£1m", on = 2024-05-28 }
spending = { kind = "moving_average", rate = "4%", over = "4 quarters", first = 2024-03-01 }
allocation = { kind = "need_weighted" }
pays = [{ to = "lasting", on = 2024-03-01, amount = "£1000", every = "3 months" }]

[[shocks]]
name = "One ends"
kind = "merger"
on = 2025-03-01
foundation = "one"
into = "two"

[[shocks]]
name = "No panel"
kind = "panel_lost"
on = 2024-03-01
until = 2024-06-01
foundation = "two"

[[shocks]]
name = "No panel again"
kind = "panel_lost"
on = 2024-06-01
until = 2025-03-01
foundation = "two"

[[shocks]]
name = "Late"
kind = "inflow_late"
on = 2024-03-01
until = 2025-03-01
fund = "lasting"
"""

PRACTICE = """
sittings = ["March", "June"]
capacity = { pounds = "£100000" }
instalments = ["50%", "25%", "25%"]
lapse = "10%"
clawback = "10%"
carry_forward = "10%"
overrides = { one = { sittings = ["May", "June"] } }
"""

WORLDS = {
    "ending": WORLD.format(practice="") + SPENT_MONTH_BY_MONTH,
    "lasting": WORLD.format(practice="") + KEPT_FOR_EVER,
    "all at once": WORLD.format(practice=PRACTICE)
    + SPENT_MONTH_BY_MONTH.replace('"treasury"', '"other"')
    + ALL_AT_ONCE,
}


@pytest.fixture(params=WORLDS)
def busy(request: pytest.FixtureRequest, tmp_path: Path) -> Scenario:
    (tmp_path / "areas.csv").write_text(AREAS, encoding="utf-8")
    (tmp_path / "busy.toml").write_text(WORLDS[request.param], encoding="utf-8")
    return load(tmp_path / "busy.toml")


# What they bring adds up, in whatever order: several rounds of one fund that come back on a day.
COME_BACK_TOGETHER = {"_carried", "_clawed_back"}


def test_no_two_stories_of_a_simulation_wake_at_the_same_tick(
    busy: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleepers: dict[float, set[simpy.Process]] = {}
    until = Clock.until

    def watched(clock: Clock, day: date, phase: Phase, rank: int = 0) -> simpy.Event:
        event = until(clock, day, phase, rank)
        assert isinstance(event, simpy.Timeout)
        tick = clock.env.now + event._delay
        story = clock.env.active_process
        assert story is not None
        sleepers.setdefault(tick, set()).add(story)
        return event

    monkeypatch.setattr(Clock, "until", watched)
    tell(busy, path=7)
    assert len(sleepers) > 40
    together = [
        {story.name for story in stories} for stories in sleepers.values() if len(stories) > 1
    ]
    assert [names for names in together if len(names) > 1 or not names <= COME_BACK_TOGETHER] == []
