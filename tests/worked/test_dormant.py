"""The dormant assets scheme worked by hand, in pounds; without noise every path is the same."""

from __future__ import annotations

from datetime import date
from math import exp, sqrt
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from fundsim.chance import Chance
from fundsim.rules.base import Fault
from fundsim.rules.dormant import DormantAssets, Flows, Strain, arrivals, flows, review_days

STREAMS = Chance(1).unit(0)
NOBODY = {"ultimate": 0, "hazard": 0}
HALF_A_YEAR = 0.6931471805599453  # ln 2: half of those who will come do so in a year


def scheme(reclaims: Any = NOBODY, released: Any = "50%", **terms: Any) -> DormantAssets:
    keys = ("stock", "yearly", "reunified", "participation", "joins", "backlog", "ramp", "noise")
    one = {key: terms.pop(key) for key in keys if key in terms}
    classes = terms.pop("classes", {"banks": {**one, "reclaims": reclaims}})
    by_year = released if isinstance(released, dict) else {"2020": released}
    return DormantAssets.model_validate({"classes": classes, "released": by_year, **terms})


def told(terms: DormantAssets, measure: str, years: int = 4, **strain: Any) -> list[float]:
    """Give a measure year by year in pounds, the same on all paths."""
    found = flows(terms, 2020, years, STREAMS, Strain(**strain))
    assert not found.imbalance().any()
    pence = found[measure]
    assert (pence == pence[:, :1]).all()
    return [one / 100 for one in pence[:, 0].tolist()]


# What comes in


def test_a_stock_comes_in_by_its_ramp_less_what_is_reunited_and_who_takes_no_part() -> None:
    # Of £1,000 half is reunited, and four fifths of the rest take part: £400.
    terms = scheme(stock=1000, ramp=["50%", "25%"], reunified="50%", participation="80%")
    assert told(terms, "received") == [200, 100, 0, 0]


def test_a_backlog_shrinks_by_the_same_share_each_year_and_new_assets_follow() -> None:
    terms = scheme(stock=1000, yearly=10, backlog=HALF_A_YEAR)
    assert told(terms, "received") == [510, 260, 135, 72.5]


def test_a_class_joins_later_and_a_withdrawn_one_brings_no_more() -> None:
    terms = scheme(stock=800, ramp=["50%", "50%"], joins=2021)
    assert told(terms, "received") == [0, 400, 400, 0]
    assert told(terms, "received", withdrawn={"banks": [False, False, True, True]}) == [
        *(0, 400, 0, 0),
    ]


def test_classes_are_added_up_whatever_their_order() -> None:
    one = {"stock": 100, "ramp": ["100%"], "reclaims": NOBODY}
    other = {"yearly": 7, "reclaims": NOBODY}
    terms = scheme(classes={"banks": one, "annuities": other})
    assert told(terms, "received") == [107, 7, 7, 7]
    assert told(terms, "received: annuities") == [7] * 4
    turned = scheme(classes={"annuities": other, "banks": one})
    assert told(turned, "received") == told(terms, "received")


# What owners come back for


def test_of_the_owners_who_will_come_a_share_does_so_each_year_from_the_next_one_on() -> None:
    # A fifth of £1,000 in the end, half of those who are left each year.
    terms = scheme({"ultimate": "20%", "hazard": HALF_A_YEAR}, stock=1000, ramp=["100%"])
    assert told(terms, "reclaimed") == [0, 100, 50, 25]


def test_each_years_transfers_have_owners_of_their_own() -> None:
    # Of £100 a year all come in the end: (1 - q)q^(a-1) of each at age a, with q a half.
    terms = scheme({"ultimate": 1, "hazard": HALF_A_YEAR}, "0%", yearly=100)
    by_cohort = [
        sum(100 * 0.5 * 0.5 ** (year - cohort - 1) for cohort in range(year)) for year in range(4)
    ]
    assert by_cohort == [0, 50, 75, 87.5]
    assert told(terms, "reclaimed") == by_cohort


def test_owners_who_come_twice_as_fast_are_not_more_in_all() -> None:
    terms = scheme({"ultimate": "20%", "hazard": HALF_A_YEAR}, stock=1000, ramp=["100%"])
    surge = told(terms, "reclaimed", 6, times={"banks": [1, 2, 1, 1, 1, 1]})
    assert surge == [0, 150, 25, 12.5, 6.25, 3.12]  # three quarters of £200, then halves
    assert sum(surge) < 200


# What is held and released


def test_a_share_of_receipts_is_released_at_the_end_of_each_year() -> None:
    terms = scheme(yearly=100, released={"2020": "40%", "2022": "60%"})
    # 40 of 100, 80 of 200; then 60% of 300 less 80, and of 400 less 180.
    assert told(terms, "released") == [40, 40, 100, 60]
    assert told(terms, "held") == [60, 120, 120, 160]


def test_a_release_leaves_what_is_to_be_held() -> None:
    terms = scheme(
        {"ultimate": 1, "hazard": HALF_A_YEAR},
        "60%",
        stock=1000,
        ramp=["50%", "50%"],
        held={"2020": "40%"},
    )
    # 2020: 60% of 500, and 200 stay. 2021: 250 owners come; 450 are there, 400 must stay: 50.
    assert told(terms, "released") == [300, 50, 0, 0]
    # 2022: half of 250 + 500 come, and 25 are left, less than is to be held; owners come first.
    assert told(terms, "held") == [200, 400, 25, -162.5]


def test_what_is_held_below_nothing_is_a_ruin_for_ever() -> None:
    terms = scheme({"ultimate": 1, "hazard": 10}, "60%", stock=1000, ramp=["50%", "0%", "50%"])
    found = flows(terms, 2020, 4, STREAMS)
    # All owners come the year after. Of the £500 of 2022, £200 are left when the rest is made good,
    # and are released.
    assert (found["held"][:, 0] / 100).round(-1).tolist() == [200, -300, 0, -500]
    assert found.ruined[:, 0].tolist() == [False, True, True, True]


def test_reviews_may_be_rare_look_back_and_wait_for_a_least_amount() -> None:
    assert told(scheme(yearly=100, review_every="2 years"), "released") == [0, 100, 0, 100]
    assert told(scheme(yearly=100, review_lag=2), "released") == [0, 0, 50, 50]
    assert told(scheme(yearly=100, least=120), "released") == [0, 0, 150, 0]


def test_a_share_of_what_is_held_beyond_is_released_too() -> None:
    terms = scheme(yearly=100, held={"2020": "20%"}, surplus="10%")
    # 50 and a tenth of the 30 above 20; then 100 less 53, and a tenth of 100 - 40.
    assert told(terms, "released", 2) == [53, 53]
    # Held 47 + 100 = 147: 47 by share, 107 - 47 = 60 above 40, a tenth of it.
    assert told(terms, "held", 2) == [47, 94]


def test_what_is_held_grows_and_bears_costs() -> None:
    terms = scheme(yearly=100, growth="10%", costs=5)
    assert told(terms, "returns", 3) == [0, 4.5, 9.45]
    assert told(terms, "held", 3) == [45, 94.5, 148.95]


# Noise


@pytest.mark.parametrize("noise", [0.25, 0.5])
def test_noise_leaves_the_mean_and_has_the_stated_variation(noise: float) -> None:
    terms = scheme(yearly="£1m", noise=noise)
    units = [flows(terms, 2020, 20, Chance(7).unit(n)) for n in range(40)]
    found = Flows.joined(units)["received"].reshape(-1) / 1e8
    error = noise / sqrt(len(found))
    assert found.mean() == pytest.approx(1, abs=4 * error)
    kurtosis = (1 + noise**2) ** 4 + 2 * (1 + noise**2) ** 3 + 3 * (1 + noise**2) ** 2 - 3
    of_variance = noise**2 * sqrt((kurtosis - 1) / len(found))
    assert found.var() == pytest.approx(noise**2, abs=4 * of_variance)
    logs = np.log(found)
    spread = sqrt(np.log(1 + noise**2))
    assert np.quantile(logs, 0.5) == pytest.approx(
        -(spread**2) / 2, abs=4 * spread * sqrt(np.pi / 2 / len(found))
    )


def test_noisy_reclaims_never_pass_the_owners_there_are() -> None:
    terms = scheme({"ultimate": "30%", "hazard": 0.5, "noise": 1}, yearly="£1m")
    found = flows(terms, 2020, 40, STREAMS)
    came = found["reclaimed"].cumsum(axis=0)
    assert (came[1:] <= 0.3 * found["received"].cumsum(axis=0)[:-1] + 40).all()
    assert came[-1].mean() == pytest.approx(
        0.3e8 * sum(1 - exp(-0.5 * age) for age in range(1, 40)), rel=0.05
    )


# Nations and causes


NATIONS = {
    "England": {"share": "80%", "causes": {"youth": "30%", "places": "70%"}},
    "Wales": {"share": "20%", "delay": "18 months"},
}


def test_a_release_is_shared_between_nations_and_their_causes_to_the_penny() -> None:
    terms = scheme(yearly=100, released="0.01%", nations=NATIONS)  # a penny a year
    days = review_days(terms, date(2020, 4, 1), date(2024, 3, 31))
    assert days == [date(2021, 4, 1), date(2022, 4, 1), date(2023, 4, 1)]
    released = np.array([[1_00, 7], [2_00, 7], [3_00, 7]])
    everything = arrivals(terms, days, released)
    assert np.sum([pence for _, pence in everything], axis=0).tolist() == [6_00, 21]
    england = arrivals(terms, days, released, ["England"])
    assert [(day, pence.tolist()) for day, pence in england] == [
        (date(2021, 4, 1), [80, 6]),
        (date(2022, 4, 1), [160, 6]),
        (date(2023, 4, 1), [240, 6]),
    ]
    wales = arrivals(terms, days, released, ["Wales"])
    assert [day for day, _ in wales] == [date(2022, 10, 1), date(2023, 10, 1), date(2024, 10, 1)]
    parts = [arrivals(terms, days, released, ["England"], cause) for cause in ("youth", "places")]
    both = [one[1] + other[1] for one, other in zip(*parts, strict=True)]
    assert [pence.tolist() for pence in both] == [pence.tolist() for _, pence in england]
    assert not any(pence.any() for _, pence in arrivals(terms, days, released, ["Wales"], "youth"))


# What contradicts itself


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"stock": 1}, "a stock comes in by backlog or by ramp; state exactly one of them"),
        ({"stock": 1, "backlog": 1, "ramp": [1]}, "exactly one of them"),
        ({"stock": 1, "ramp": ["60%", "50%"]}, "the shares sum to 1.1, more than the whole stock"),
        ({}, "nothing lies dormant here; state stock, yearly or both"),
        ({"yearly": 1, "released": {"21": "5%"}}, '"21" is not a year, such as 2021'),
        ({"yearly": 1, "held": {"2021": "60%"}}, "0.6 held and 0.5 released are more than all"),
        ({"yearly": 1, "held": {"2021": "-1%"}}, "greater than or equal to 0"),
        ({"yearly": 1, "nations": {"England": {"share": "84%"}}}, "the shares sum to 0.84, not"),
        ({"yearly": 1, "review_every": "18 months"}, "18 months are not a whole number of years"),
        (
            {"yearly": 1, "nations": {"E": {"share": 1, "causes": {"youth": "30%"}}}},
            "the shares sum to 0.3, not to 1",
        ),
    ],
)
def test_what_contradicts_itself_is_refused(terms: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        scheme(**terms)


@pytest.mark.parametrize(
    ("held", "released", "key", "message"),
    [
        ({"2025": "50%"}, {"2025": "30%", "2028": "70%"}, ("released", "2028"), "0.5 held and 0.7"),
        ({"2025": 0, "2028": "70%"}, {"2025": "40%"}, ("held", "2028"), "0.7 held and 0.4"),
        ({"2028": "60%"}, {"2028": "50%"}, ("held", "2028"), "0.6 held and 0.5"),
    ],
)
def test_more_than_all_is_refused_in_each_year_in_which_either_share_changes(
    held: dict[str, Any], released: dict[str, Any], key: tuple[str, str], message: str
) -> None:
    with pytest.raises(ValidationError, match=message) as caught:
        scheme(yearly=1, held=held, released=released)
    fault = caught.value.errors()[0]["ctx"]["error"]
    assert isinstance(fault, Fault)
    assert fault.key == key


def test_both_shares_may_be_all_in_every_year() -> None:
    terms = scheme(yearly=1, held={"2025": "70%", "2028": "20%"}, released={"2025": "30%"})
    assert (terms.held_by(2027), terms.released_by(2027)) == (0.7, 0.3)
    later = scheme(yearly=1, held={"2025": "70%"}, released={"2024": 1, "2025": "30%"})
    assert (later.held_by(2024), later.released_by(2025)) == (0, 0.3)
