"""Rules tried in several scenarios, and what is chosen between them by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from fundsim.comparison.across import Across, aims_of, thresholds_of
from fundsim.comparison.choice import Aim, Choice
from fundsim.comparison.compared import Compared
from fundsim.comparison.inquiry import Future, Inquiry
from fundsim.comparison.running import allocate, answered, compare, tried_in, under_rules
from fundsim.comparison.wanting import Wanted
from fundsim.errors import InputError
from fundsim.scenario import Scenario, load

GINI_AND_THEIL = [Aim(name, "", "ratio", -1) for name in ("gini_per_head", "theil")]
RULES = "need_weighted(steepness=2), equal"


@pytest.fixture
def tried(small: Scenario) -> dict[str, Compared]:
    rich = small.but({"foundations.capacity.pounds": 10_000_000})  # nobody has to wait long
    poor = rich.but({"funds.fund.opening": "£100k"})
    return {"rich": compare(rich, RULES), "poor": compare(poor, RULES)}


def chosen(
    tried: dict[str, Compared], aims: Sequence[str] = (), enough: Sequence[str] = ()
) -> Choice:
    """Choose between rules that were compared, by aims as the command line names them."""
    futures = [Future(name, found.fund, found.scenarios) for name, found in tried.items()]
    first = next(iter(tried.values()))
    asked = Wanted(**first.asked)
    wished = aims_of(aims, asked, futures[0], first.measure)
    wants = thresholds_of(enough, wished)
    inquiry = Inquiry(futures, asked, aims=wished, thresholds=wants)
    return Across(inquiry, list(tried.values())).choice


def test_figures_are_the_means_of_the_measures(tried: dict[str, Compared]) -> None:
    made = chosen(tried)
    assert [aim.name for aim in made.aims] == ["share_to_most_deprived_fifth", "gini_per_head"]
    assert list(made.scenarios) == ["rich", "poor"]
    for future, found in enumerate(tried.values()):
        for number, rule in enumerate(found.rules):
            mean = found.parts[rule].measures["gini_per_head"].mean()
            assert made.figures[number, future, 1] == pytest.approx(mean, abs=5e-7)


def test_per_head_is_fairest_and_steep_need_reaches_most(tried: dict[str, Compared]) -> None:
    told = list(chosen(tried).sentences())
    # Equal parts reach more of the needy than per head, since they live in small areas.
    assert told[0].startswith("Aimed at: share_to_most_deprived_fifth (more is better) and gini_")
    assert told[1].startswith("3 of 3 rules are beaten by no other, which would be as good")
    assert "gini_per_head: no regret in any scenario with as stated." in told
    assert "share_to_most_deprived_fifth: no regret in any scenario with need_weighted" in told[2]


def test_a_threshold_counts_the_futures_in_which_it_is_reached(tried: dict[str, Compared]) -> None:
    made = chosen(tried, ["gini_per_head"], ["gini_per_head=0.05"])
    assert made.good_enough.tolist() == [[True, True], [False, False], [False, False]]
    assert np.array_equal(made.good_enough, made.figures[..., 0] <= 0.05)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["gini_per_head=0.2"], {"gini_per_head": 0.2}),
        (["gini_per_head = 30%", "theil=1"], {"gini_per_head": 0.3, "theil": 1.0}),
        ([], {}),
    ],
)
def test_thresholds_are_read_as_a_person_writes_them(
    texts: list[str], found: dict[str, float]
) -> None:
    assert thresholds_of(texts, GINI_AND_THEIL) == found


@pytest.mark.parametrize("text", ["gini_per_head", "gini_per_head=", "gini_per_head=low"])
def test_what_is_no_threshold_is_told(text: str) -> None:
    with pytest.raises(InputError, match=r"is no threshold; write it as gini_per_head=0\.2"):
        thresholds_of([text], GINI_AND_THEIL)


def test_a_threshold_of_what_is_not_aimed_at_is_told() -> None:
    with pytest.raises(InputError, match=r'"gini" is not aimed at.*; name it with --aims too'):
        thresholds_of(["gini=0.2"], GINI_AND_THEIL)


@pytest.mark.parametrize(
    ("aim", "message"),
    [
        (
            "gini_per_hed",
            r'no such measure \(did you mean "gini_per_head"\?\)',
        ),
        ("overlap_with_earlier", "neither better nor worse"),
        ("areas_under_minimum", "cannot be aimed at: no viable minimum is stated"),
        ("share_to:por", r'no column "por" \(did you mean "poor"\?\)'),
    ],
)
def test_what_cannot_be_aimed_at_is_told(aim: str, message: str, small: Scenario) -> None:
    found = {"small": compare(small, RULES)}
    with pytest.raises(InputError, match=message):
        chosen(found, [aim])


def test_the_rule_of_the_first_scenario_is_tried_in_the_others(small: Scenario) -> None:
    first = Future("small", *under_rules(small, ["equal"]))
    needy = small.but({"funds.fund.allocation.kind": "need_weighted", "name": "needy"})
    assert tried_in(first, "same", small, ["equal"]).rule_of == ""
    carried = tried_in(first, "needy", needy, ["equal"])
    assert carried.rule_of == "small"
    assert carried.first.funds["fund"].allocation == small.funds["fund"].allocation
    aims = aims_of(["gini_per_head"], Wanted(), first, "paid")
    made = answered(Inquiry([first, carried], aims=aims))
    assert np.ptp(made.choice.figures[0]) == 0  # one rule in the same world
    words = "In needy, the rule of small stands in the place of its own, so that as stated means"
    assert any(text.startswith(words) for text in made.sentences)


def test_a_rule_that_does_not_apply_in_another_scenario_is_told_at_across(small: Scenario) -> None:
    by_poor = small.but({"funds.fund.allocation": {"kind": "column", "column": "poor"}})
    first = Future("poor", *under_rules(by_poor, ["equal"]))
    other = load("english-738m")
    with pytest.raises(InputError, match=r'--across: english: .*no column "poor"'):
        tried_in(first, "english", other, ["equal"])
    with pytest.raises(InputError, match="--across: several: several funds of"):
        tried_in(first, "several", load("kruger-2020"), ["equal"])


def test_what_is_aimed_at_is_measured_unasked(small: Scenario) -> None:
    fund, under = under_rules(small, RULES)
    names, asked, future = ["volatility", "share_to:poor"], Wanted(), Future("small", fund, under)
    aims = aims_of(names, asked, future, "paid")
    made = answered(Inquiry([future], asked, aims=aims))
    assert np.isfinite(made.choice.figures).all()
    usual = list(asked.looking(small, "paid", "real", small.years).spreads)
    assert list(made.first.looking.spreads) == [*usual, *names]
    # In equal parts, a sixth each: 400 of 1,000 are poor, 300 of 3,000, 500 of 2,000, 100 of 2,500.
    shares = allocate(small, "£600", "equal", wanted=Wanted(["share_to:poor"])).parts["equal"]
    assert shares.measures["share_to:poor"] == pytest.approx((0.4 + 0.1 + 0.25 + 0.04) / 6)
