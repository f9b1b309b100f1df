"""Presets: rules of real programmes, with their sources, their doubts and the user's columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from fundsim.money import pounds
from fundsim.rules.allocation import PRESETS, AllocationRule, AnyAllocation, Preset, in_money
from fundsim.rules.base import Fault
from fundsim.rules.round import Round
from fundsim.scenario import Scenario, load, notes
from tests.rules.accounts import check_accounts
from tests.rules.little import between, check_alone, paid, table

# What the sources leave unverified, preset by preset, as far as it bears on the rule.
DOUBTFUL = {
    "neighbourhood-renewal-2001": "which authorities were eligible",
    "left-behind": "how money is shared between them is ours",
    "community-wealth-fund": "how a place's amount follows from its people is not published",
    "pride-in-place": "the caps by region are unverified",
    "towns-fund": "the cut-offs in each region are unverified",
    "ukspf-wales": "how an index becomes a share of money is not published",
    "ukspf-wales-counter-proposal": "how the index becomes a share of money is not published",
    "ukspf-england": "70% and 30%, the index and the floor of £1m are unverified",
    "ukspf-scotland": "the three weights, and what each of them stands for, are unverified",
    "community-renewal-index": "the weights 30, 10, 20, 20 and 20 are unverified",
    "levelling-up-fund-index": "the weights inside each part",
    "four-block-damping": "floors differed by class of authority and year",
    "four-block-model": "the blocks are taken as columns",
    "nhs-2016": "the least growth of each year is not built in",
    "fair-funding-2026": "the floors are unverified and left out",
    "barnett-wales": "the factor of 105%",
    "nhs-inequalities-tool": "which indicators, and how much by each",
}
CERTAIN = {
    "big-local",
    "funding-guarantee-2023",
    "rawp-1976",
    "social-care-equalisation-2023",
}


def columns_of(name: str) -> dict[str, str]:
    return {own: f"my_{own}" for own in PRESETS[name].columns}


def preset(name: str, **columns: str) -> AllocationRule:
    found: AllocationRule = TypeAdapter(AnyAllocation).validate_python(
        {"kind": "preset", "preset": name, "columns": columns or columns_of(name)}
    )
    return found


def places(name: str) -> Any:
    """Twenty areas of people within the bands, with invented figures in the preset's columns."""
    count = 20
    own: dict[str, Any] = {
        column: [(area + 1) * (6 - number) for area in range(count)]
        for number, column in enumerate(columns_of(name).values())
    }
    return table(
        [6_000 + 400 * area for area in range(count)],
        names=["England", "Wales", *(f"Place {area}" for area in range(2, count))],
        need=[1] * count,
        **own,
    )


# What the file of presets says


def test_every_preset_has_its_doubts_or_none() -> None:
    assert set(PRESETS) == {*DOUBTFUL, *CERTAIN}
    for name, known in PRESETS.items():
        assert known.doubt.startswith(DOUBTFUL.get(name, "")) or DOUBTFUL[name] in known.doubt
        assert bool(known.doubt) == (name in DOUBTFUL), name


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_preset_says_what_it_is_and_where_it_is_from(name: str) -> None:
    known = PRESETS[name]
    told = [known.title, known.source, *(column["what"] for column in known.columns.values())]
    for text in (*told, *filter(None, [known.doubt])):
        assert text.isprintable()
        assert not text.endswith((".", " "))
        assert text
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)


@pytest.mark.parametrize("name", list(PRESETS))
def test_every_word_that_stands_for_a_column_is_one_of_the_presets_columns(name: str) -> None:
    assert sorted(marked(PRESETS[name].rule)) == sorted(PRESETS[name].columns)


def marked(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from marked(key)
            yield from marked(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from marked(inside)
    elif isinstance(value, str) and value.startswith("$"):
        yield value.removeprefix("$")


@pytest.mark.parametrize("name", list(PRESETS))
def test_every_preset_shares_a_pot_and_accounts_for_it(name: str) -> None:
    rule, areas = preset(name), places(name)
    here = between(areas, 0, 1_000, 123_456_789.01)
    answer = in_money(rule.shares(here), here)
    assert (answer.pence.sum(axis=0) <= here.pot).all()
    assert answer.pence[:, 2].any()
    check_accounts(rule, here)
    check_alone(rule, here)
    assert rule.needed(here) >= 0
    first, *_ = rule.remarks(here)
    assert first == f"{name}: {PRESETS[name].title} (source: {PRESETS[name].source})"
    assert rule.changes() == (name == "fair-funding-2026")


# What some of them come to, by hand


def test_two_fifths_of_the_money_of_wales_go_per_head_and_three_tenths_by_each_index() -> None:
    areas = table([200, 300, 500], my_crf_index=[1, 1, 2], my_wimd=[5, 4, 1], need=[1, 1, 1])
    # £400 as 2, 3, 5 parts of ten; £300 as 1, 1, 2 of four; £300 as 5, 4, 1 of ten
    assert paid(preset("ukspf-wales"), areas, 1_000) == [305, 315, 380]
    assert paid(preset("ukspf-wales-counter-proposal"), areas, 1_000) == [410, 370, 220]


def test_a_place_of_ten_thousand_people_gets_the_middle_of_the_band() -> None:
    areas = table([4_999, 5_000, 10_000, 15_000, 15_001], need=[1] * 5)
    rule = TypeAdapter(AnyAllocation).validate_python(
        {"kind": "preset", "preset": "community-wealth-fund"}
    )
    assert paid(rule, areas, 10_000_000) == [0, 1_000_000, 1_750_000, 2_500_000, 0]


def test_forty_of_541_towns_are_in_the_high_tier() -> None:
    areas = table([1_000] * 541, my_score=list(range(541)), need=[1] * 541)
    found = paid(preset("towns-fund"), areas, 10_000_000_000)
    assert found == [0.0] * 501 + [25_000_000.0] * 40


def test_244_places_get_twenty_million_each() -> None:
    areas = table([1_000] * 300, my_composite=list(range(300)), need=[1] * 300)
    rule = preset("pride-in-place")
    assert paid(rule, areas, 10_000_000_000) == [0.0] * 56 + [20_000_000.0] * 244
    assert pounds(rule.needed(between(areas, 1))) == "£4,880,000,000.00"


# Misuse


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"preset": "towns-fnd"}, 'there is no preset "towns-fnd" (did you mean "towns-fund"?)'),
        ({"preset": "zebra"}, 'there is no preset "zebra"; there are big-local, neighbourhood-ren'),
        (
            {"preset": "towns-fund"},
            "this preset reads columns that only you can name (score: the score of each town",
        ),
        (
            {"preset": "towns-fund", "columns": {"scor": "x"}},
            'the preset reads no column "scor" (did you mean "score"?)',
        ),
        (
            {"preset": "towns-fund", "columns": {"score": "x", "zebra": "y"}},
            'the preset reads no column "zebra"; it reads score',
        ),
        (
            {"preset": "community-wealth-fund", "columns": {"zebra": "y"}},
            'the preset reads no column "zebra"; it reads none',
        ),
        (
            {"preset": "left-behind", "columns": {"deprivation": "x"}},
            "(community_need: community need, higher is worse)",
        ),
        ({"preset": "towns-fund", "columns": {"score": ""}}, "(score: the score of each town"),
        (
            {"preset": "left-behind", "columns": {"deprivation": "x", "community_need": "x"}},
            '"x" stands for deprivation already; name another column',
        ),
        (
            {"preset": "ukspf-england", "columns": {"index": "population"}},
            '"population" is no column; weight by the need index',
        ),
    ],
)
def test_a_preset_that_is_misused_says_so(settings: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        TypeAdapter(AnyAllocation).validate_python({"kind": "preset", **settings})


@pytest.mark.parametrize(
    ("name", "columns", "key", "message"),
    [
        ("towns-fund", {"score": "socre"}, ("columns", "score"), 'no column "socre" (did you mean'),
        ("nhs-inequalities-tool", {}, ("columns", "indicator"), 'no column "income_depr_share"'),
        ("towns-fund", {"score": "gaps"}, ("preset",), 'column "gaps" is empty for A000000'),
        ("barnett-wales", {"base": "score"}, ("preset",), '"England" is not in the geography'),
    ],
)
def test_what_the_table_does_not_allow_is_told_at_the_users_key(
    name: str, columns: dict[str, str], key: tuple[str, ...], message: str
) -> None:
    areas = table([1, 2], score=[1, 2], gaps=[np.nan, 1], need=[1, 1])
    rule = TypeAdapter(AnyAllocation).validate_python(
        {"kind": "preset", "preset": name, "columns": columns}
    )
    with pytest.raises(Fault, match=re.escape(message)) as raised:
        rule.shares(Round.over(areas, "need", np.array([1])))
    assert raised.value.key == key


def test_a_preset_may_go_by_the_scenarios_own_need() -> None:
    areas = table([1, 1], need=[1, 3], other=[1, 1])
    rule = preset("ukspf-england", index="need")
    # £1m each is far above what there is
    assert paid(rule, areas, 100) == [50, 50]
    assert paid(rule, areas, 10_000_000) == [4_250_000, 5_750_000]


# In a scenario


def with_preset(**settings: Any) -> Scenario:
    rule = {"kind": "preset", "preset": "ukspf-england", "columns": {"index": "uk_score"}}
    return load("kruger-2020").but({"funds.recovery.allocation": {**rule, **settings}})


def test_what_is_unverified_of_a_preset_is_printed_with_every_result() -> None:
    expected = (
        "unverified: funds.recovery.allocation: preset ukspf-england: 70% and 30%, the index and "
        "the floor of £1m are unverified; each LEP area kept its EU money in real terms, which is "
        "left out"
    )
    assert expected in notes(with_preset())
    mixed = load("kruger-2020").but(
        {
            "funds.luc.allocation.then": {
                "kind": "mix",
                "parts": [
                    {
                        "kind": "preset",
                        "preset": "ukspf-england",
                        "columns": {"index": "uk_score"},
                        "weight": 1,
                    }
                ],
            }
        }
    )
    assert expected.replace("recovery", "luc") in notes(mixed)


def test_doubts_of_the_rule_itself_are_told_too() -> None:
    told = list(preset("nhs-2016").doubts())
    assert [text.partition(":")[0] for text in told] == ["preset nhs-2016", "pace of change"]


def test_the_fingerprint_covers_what_a_preset_says(monkeypatch: pytest.MonkeyPatch) -> None:
    before, elsewhere = with_preset(), load("kruger-2020").fingerprint
    prints = {before.fingerprint, before.rules_fingerprint, elsewhere}
    known = PRESETS["ukspf-england"]
    monkeypatch.setitem(PRESETS, "ukspf-england", replace(known, title="told otherwise"))
    assert with_preset().fingerprint == before.fingerprint
    changed = {**known.rule, "floor": "£2m"}
    monkeypatch.setitem(PRESETS, "ukspf-england", replace(known, rule=changed))
    assert not {with_preset().fingerprint, with_preset().rules_fingerprint} & prints
    assert load("kruger-2020").fingerprint == elsewhere


def test_a_preset_is_a_rule_like_any_other() -> None:
    inside = TypeAdapter(AnyAllocation).validate_python(
        {
            "kind": "hierarchy",
            "first": {
                "kind": "preset",
                "preset": "barnett-wales",
                "columns": {"base": "my_base"},
                "by": "nation",
            },
            "then": {"kind": "equal"},
        }
    )
    areas = table(
        [100, 100, 100],
        nations=["England", "England", "Wales"],
        sums=["my_base"],
        my_base=[10, 10, 10],
        need=[1, 1, 1],
    )
    # £30 were there; of £55.25 more, £1 of England's own is 50p · 105 % for Wales
    share = 55.25 / 1.525
    expected = [(20 + share) / 2, (20 + share) / 2, 10 + 0.525 * share]
    assert paid(inside, areas, 85.25) == pytest.approx(expected, abs=0.011)
    assert isinstance(inside.inside()[0], Preset)
