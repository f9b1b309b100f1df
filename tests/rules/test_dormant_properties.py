"""What holds of every scheme of dormant assets, on every path; and a plain loop beside it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fundsim.chance import UNIT, Chance
from fundsim.money import Pence
from fundsim.rules.dormant import DormantAssets, Flows, flows

shares = st.integers(0, 20).map(lambda twentieths: twentieths / 20)
reclaims = st.fixed_dictionaries(
    {"ultimate": shares, "hazard": st.sampled_from([0.0, 0.05, 0.3, 2.0]), "noise": shares}
)
classes = st.fixed_dictionaries(
    {
        "stock": st.integers(1, 10**7),
        "yearly": st.integers(0, 10**5),
        "reunified": shares,
        "participation": shares,
        "joins": st.sampled_from([None, 2020, 2023]),
        "backlog": st.sampled_from([0.05, 0.25, 2.0]),
        "noise": shares,
        "reclaims": reclaims,
    }
)


@st.composite
def schemes(draw: st.DrawFn) -> DormantAssets:
    released = draw(shares)
    return DormantAssets.model_validate(
        {
            "classes": draw(st.dictionaries(st.sampled_from("abc"), classes, min_size=1)),
            "released": {"2020": released / 2, "2022": released},
            "held": {"2021": (1 - released) * draw(shares)},
            "review_every": draw(st.sampled_from(["1 year", "2 years"])),
            "review_lag": draw(st.integers(0, 3)),
            "surplus": draw(shares),
            "least": draw(st.sampled_from([0, 1000])),
            "growth": draw(st.sampled_from([-0.1, 0.0, 0.05])),
            "costs": draw(st.sampled_from([0, 2000])),
        }
    )


def drawn(terms: DormantAssets, years: int = 8, unit: int = 3) -> Flows:
    return flows(terms, 2020, years, Chance(5).unit(unit))


@given(schemes())
@settings(max_examples=60)
def test_no_penny_is_lost_and_releases_leave_what_is_to_be_held(terms: DormantAssets) -> None:
    found = drawn(terms)
    assert not found.imbalance().any()
    assert (found["released"] >= 0).all()
    assert (found["received"] >= 0).all()
    assert (found["reclaimed"] >= 0).all()
    for name in terms.classes:
        asked = terms.classes[name].reclaims.ultimate * found[f"received: {name}"].cumsum(axis=0)
        came = found[f"reclaimed: {name}"].cumsum(axis=0)
        assert (came[1:] <= asked[:-1] + len(came)).all()
    kept = [terms.held_by(2020 + year) for year in range(8)]
    so_far = found["received"].cumsum(axis=0)
    for year, share in enumerate(kept):
        on = found["released"][year] > 0
        assert (found["held"][year][on] >= np.rint(share * so_far[year][on])).all()


@given(schemes(), st.integers(1, 7))
@settings(max_examples=30)
def test_a_year_is_the_same_in_a_longer_run_and_a_class_disturbs_no_other(
    terms: DormantAssets, years: int
) -> None:
    whole = drawn(terms)
    part = drawn(terms, years)
    for measure in whole.pence:
        assert np.array_equal(part[measure], whole[measure][:years])
    for name, one in terms.classes.items():
        alone = drawn(terms.model_copy(update={"classes": {name: one}}))
        assert np.array_equal(alone[f"received: {name}"], whole[f"received: {name}"])
        assert np.array_equal(alone[f"reclaimed: {name}"], whole[f"reclaimed: {name}"])


def by_hand(terms: dict[str, Any], received: Pence, reclaimed: Pence) -> dict[str, list[int]]:
    """The reclaim fund of one path, year by year, in the plainest way."""
    found: dict[str, list[int]] = {"returns": [], "costs": [], "released": [], "held": []}
    held = released = 0
    for year in range(len(received)):
        so_far = int(received[: year + 1].sum())
        returns = round(held * terms["growth"])
        held += int(received[year]) - int(reclaimed[year]) + returns - terms["costs"]
        let_go, read = 0, year - terms["review_lag"]
        if (year + 1) % terms["every"] == 0 and read >= 0:
            share = terms["released"][1] if year >= 2 else terms["released"][0]
            floor = terms["held"] if year >= 1 else 0.0
            wanted = round(share * int(received[: read + 1].sum())) - released
            room = held - round(floor * so_far)
            usual = max(min(wanted, room), 0)
            let_go = usual + round(terms["surplus"] * max(room - usual, 0))
            let_go = let_go if let_go >= terms["least"] else 0
        held, released = held - let_go, released + let_go
        figures = returns, terms["costs"], let_go, held
        for name, figure in zip(found, figures, strict=True):
            found[name].append(figure)
    return found


@given(schemes())
@settings(max_examples=40)
def test_a_plain_loop_comes_to_the_same_pence(terms: DormantAssets) -> None:
    found = drawn(terms)
    plain = {
        "growth": terms.growth,
        "costs": terms.costs,
        "every": terms.review_every // 12,
        "review_lag": terms.review_lag,
        "released": (terms.released["2020"], terms.released["2022"]),
        "held": terms.held["2021"],
        "surplus": terms.surplus,
        "least": terms.least,
    }
    for path in (0, 17, UNIT - 1):
        told = by_hand(plain, found["received"][:, path], found["reclaimed"][:, path])
        for measure, figures in told.items():
            assert found[measure][:, path].tolist() == figures, measure


@given(classes)
@settings(max_examples=40)
def test_owners_come_by_cohorts(one: dict[str, Any]) -> None:
    """Without noise: of a year's transfers, ultimate · (1 - q)q^(a-1) come at age a."""
    one = {**one, "noise": 0, "reclaims": {**one["reclaims"], "noise": 0}}
    terms = DormantAssets.model_validate({"classes": {"a": one}, "released": {"2020": 0}})
    found = drawn(terms)
    received, reclaimed = found["received"][:, 0], found["reclaimed"][:, 0]
    ultimate, left = one["reclaims"]["ultimate"], math.exp(-one["reclaims"]["hazard"])
    for year in range(8):
        due = sum(
            ultimate * int(received[cohort]) * (1 - left) * left ** (year - cohort - 1)
            for cohort in range(year)
        )
        assert abs(int(reclaimed[year]) - due) <= 0.5 + 1e-6 * due
