"""The plain-words summary: every sentence says what its table says, and no more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from fundsim.comparison.compared import SURE, Compared
from fundsim.comparison.naming import with_rules
from fundsim.comparison.one_pot import AS_STATED, share_one_pot
from fundsim.comparison.running import allocate, compare, compare_one_pot, compare_runs
from fundsim.comparison.wanting import Wanted, wanted
from fundsim.comparison.words import summary
from fundsim.scenario import Scenario, from_values
from fundsim.wording import counted, money
from tests.comparison.conftest import values

RULE = "need_weighted(steepness=3)"


@pytest.fixture
def runs(small: Scenario) -> Compared:
    return compare_runs({AS_STATED: small, **with_rules(small, "fund", [RULE])}, "fund", Wanted())


@pytest.fixture
def pot(small: Scenario) -> Compared:
    scenarios = {AS_STATED: small, **with_rules(small, "fund", [RULE])}
    return compare_one_pot(share_one_pot(scenarios, "fund", 150_000_00), scenarios, Wanted())


@pytest.fixture(params=["runs", "pot"])
def found(request: pytest.FixtureRequest) -> Compared:
    compared: Compared = request.getfixturevalue(request.param)
    return compared


def rows(found: Compared, name: str, rule: str = RULE) -> list[dict[str, Any]]:
    """Read a rule's rows of a table, numbers as numbers."""
    table = found.table(name)
    cells = [dict(zip(table.columns, row, strict=True)) for row in table.rows()]
    return [
        {key: float(c) if re.fullmatch(r"-?[\d.]+", c) else c for key, c in row.items()}
        for row in cells
        if row["rule"] == rule
    ]


def line(found: Compared, begins: str) -> str:
    (one,) = [text for text in summary(found) if text.startswith(begins)]
    return one


def people(number: float) -> str:
    return counted(round(number), "person").replace("persons", "people")


def told(areas: list[dict[str, Any]]) -> str:
    return f"{counted(len(areas), 'area')} with {people(sum(r['population'] for r in areas))}"


def a_head(row: dict[str, Any]) -> float:
    return float(row["difference"] / row["population"])


def signed(pounds: float) -> str:
    return money(pounds) if pounds < 0 else f"+{money(pounds)}"


def sure(row: dict[str, Any], people: float = 1.0) -> str:
    """Half of a 95% interval, in words; nothing where nothing is left to chance."""
    half = 1.96 * row["difference_se"] / people
    return f" ± {money(half)}" if half >= 0.005 else ""


def apart_a_head(row: dict[str, Any]) -> str:
    return f"{signed(a_head(row))}{sure(row, row['population'])}"


def test_the_first_line_says_what_is_compared(runs: Compared, pot: Compared) -> None:
    whole = sum(row["pounds"] for row in rows(runs, "areas", AS_STATED))
    assert summary(runs)[0] == (
        "What 6 areas are paid over 6 years by all funds together, in prices of 1 April 2021: "
        f"{money(whole)} on average over 300 possible futures, the same ones under each of 2 "
        "rules; only the rule of the Small fund differs. What follows ± is half of the mean's 95% "
        "interval."
    )
    assert summary(pot)[0] == "£150k of the Small fund, shared once between 6 areas under 2 rules."


def test_who_gains_and_who_loses_is_counted(found: Compared) -> None:
    areas = rows(found, "areas")
    more = [row for row in areas if row["difference"] > 0]
    less = [row for row in areas if row["difference"] < 0]
    gained = sum(row["difference"] for row in more)
    lost = -sum(row["difference"] for row in less)
    assert more
    assert less
    text = (
        f"- {told(more)} get more, {told(less)} get less; {money(min(gained, lost))} changes hands"
    )
    apart = abs(gained - lost)
    if apart >= 0.001 * sum(row["pounds"] for row in areas):
        (everybody,) = [row for row in rows(found, "groups") if row["level"] == "all"]
        word = "more" if gained > lost else "less"
        text += f", and there is {money(apart)}{sure(everybody)} {word} in all"
    assert text + "." in summary(found)


def test_the_largest_gain_and_loss_a_head_are_named(found: Compared) -> None:
    areas = rows(found, "areas")
    for begins, row in (
        ("- The most a head is gained by ", max(areas, key=a_head)),
        ("- The most a head is lost by ", min(areas, key=a_head)),
    ):
        assert line(found, begins) == (
            f"{begins}{row['name']}: {apart_a_head(row)} a head "
            f"({signed(row['difference'])}, {row['percent']:+.0f}%)."
        )


def test_nations_are_told_from_the_one_that_gains_most(found: Compared) -> None:
    nations = [row for row in rows(found, "groups") if row["level"] == "nation"]
    nations.sort(key=a_head, reverse=True)
    told = ", ".join(f"{row['group']} {apart_a_head(row)}" for row in nations)
    assert line(found, "- By nation") == f"- By nation, a head: {told}."


def test_the_most_deprived_fifth_and_the_gini_are_told_with_their_errors(found: Compared) -> None:
    for measure, begins, scale in (
        ("share_to_most_deprived_fifth", "- The most deprived fifth of people get", 100),
        ("gini_per_head", "- Pounds a head have a Gini (0 is the same for all) of", 1),
    ):
        (own,) = [row for row in rows(found, "measures") if row["measure"] == measure]
        (base,) = [r for r in rows(found, "measures", AS_STATED) if r["measure"] == measure]
        numbers = [float(n) for n in re.findall(r"[-+]?\d+\.\d+", line(found, begins))]
        expected = [scale * own["mean"], scale * base["mean"], scale * own["difference"]]
        if not found.exact:
            expected.append(scale * SURE * own["difference_se"])
        assert numbers == pytest.approx(expected, abs=0.051 if scale == 100 else 0.00051)


def test_what_the_paths_leave_open_is_said(runs: Compared) -> None:
    areas = rows(runs, "areas")
    always = [r for r in areas if 1 in (r["chance_of_gaining"], r["chance_of_losing"])]
    opened = [row for row in areas if row["low"] <= 0 <= row["high"]]
    assert (
        f"- {counted(len(always), 'area')} gain in every future or lose in every one; for "
        f"{counted(len(opened), 'area')} these futures leave open which it is on average."
    ) in summary(runs)


def test_the_same_rule_twice_changes_nothing(small: Scenario) -> None:
    scenarios = {AS_STATED: small, **with_rules(small, "fund", ["per_capita"])}
    found = compare_one_pot(share_one_pot(scenarios, "fund", 5_000), scenarios, Wanted())
    assert "- Every area gets the same." in summary(found)
    assert not [text for text in summary(found) if "gained by" in text or "By nation" in text]


def test_where_nothing_is_shared_no_share_of_it_is_told(small: Scenario) -> None:
    rule = "whole_places(each='£1m')"
    told = "\n".join(summary(allocate(small, "£150k", rule)))
    assert f"- Nothing is shared out under {rule}.\n" in told
    assert "there is £150k less in all" in told
    assert "deprived fifth" not in told
    assert "Gini" not in told
    neither = summary(allocate(small, "£0", "equal"))
    assert neither[3] == "- Nothing is shared out under as stated or under equal."


def test_intervals_of_few_futures_are_said_to_be_too_narrow(small: Scenario) -> None:
    few = compare(small.but({"paths": 3}), "equal")
    assert summary(few)[0].endswith("95% interval, too narrow with so few futures.")


def test_areas_that_gain_as_much_as_the_first_are_counted(small: Scenario) -> None:
    told = summary(allocate(small, "£150k", "whole_places(each='£1m')"))
    assert any(
        text.endswith(" a head (-£10.0k, -100%), and 5 more as much a head.") for text in told
    )


def test_a_scenario_with_less_money_is_said_to_have_less(small: Scenario) -> None:
    poorer = small.but({"funds.fund.opening": "£500k"})
    found = compare_runs({"rich": small, "poor": poorer}, None, Wanted())
    text = "\n".join(summary(found))
    assert "under each of 2 scenarios. What follows ±" in text
    (everybody,) = [row for row in rows(found, "groups", "poor") if row["level"] == "all"]
    apart = f"{money(-everybody['difference'])}{sure(everybody)}"
    assert f"6 areas with 15,000 people get less; there is {apart} less in all." in text


def test_a_local_value_is_told_as_a_figure_of_the_users_own(small: Scenario) -> None:
    scenarios = {AS_STATED: small, **with_rules(small, "fund", ["equal"])}
    pot = share_one_pot(scenarios, "fund", 2_000_00)
    told = summary(compare_one_pot(pot, scenarios, wanted(local_value="£3.50")))
    assert told[1] == (
        "External, a figure of the user's own that is not simulated: at £3.50 of local value for "
        "each pound, this would stand for £7.00k, under every rule alike."
    )
    assert not summary(compare_one_pot(pot, scenarios, Wanted()))[1]


def test_a_page_is_enough_and_doubts_are_told(tmp_path: Path) -> None:
    changes = values(tmp_path)
    changes["sources"] = {"years": "unverified: our horizon"}
    small = from_values(changes)
    rule = "nhs-inequalities-tool(columns={indicator='need'})"
    scenarios = {AS_STATED: small, **with_rules(small, "fund", ["equal", rule])}
    found = compare_one_pot(share_one_pot(scenarios, "fund", 50_000_00), scenarios, Wanted())
    told = summary(found)
    assert len(told) < 50
    assert told[-1] == (
        "unverified: 1 assumption of small rests on no source (fundsim check names it)"
    )
    assert (
        f"unverified: {rule} (unverified): preset nhs-inequalities-tool: which indicators"
        in told[-2]
    )
