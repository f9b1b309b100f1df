"""Shocks that cannot happen as they are stated: no such target, no such time, contradictions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fundsim.errors import ScenarioError
from fundsim.scenario import load

pytestmark = pytest.mark.usefixtures("folder")

Faults = Callable[..., list[tuple[str, str, str]]]
Shock = dict[str, Any]

WINTER = 'on = 2028-10-01\nuntil = 2029-10-01\nfoundation = "scotland"'
CRASH = 'on = 2030-02-01\nchange = "-30%"'
LEAN = 'on = 2031-01-01\nuntil = 2041-01-01\nyearly = "-1%"\nasset = "gilts"'
LATE = 'on = 2022-01-01\nuntil = 2023-01-01\nfund = "luc"'
RECLAIMS = 'on = 2021-04-01\nuntil = 2024-04-01\nfund = "luc"\nshare = "10%"'
MERGER = 'on = 2035-04-01\nfoundation = "wales"\ninto = "east"'
ONE_OF_TWO = "this takes either change or yearly, and exactly one of them"
THERE = "there are east, leeds, ni, scotland, wales"


@pytest.mark.parametrize(
    ("old", "new", "key", "at", "message"),
    [
        # names
        (
            'name = "a crash"',
            'name = "a hard winter"',
            "shocks.1.name",
            '"a hard winter"',
            '"a hard winter" (shocks.0) has this name already; give this one another',
        ),
        ('name = "a crash"', 'name = " "', "shocks.1.name", '" "', "a title is one line of text"),
        (
            'name = "a crash"\n',
            "",
            "shocks.1.name",
            "[[shocks]]",
            'this is missing; expected the shock\'s name in words, as in name = "..."',
        ),
        (
            'kind = "market"',
            'kind = "markt"',
            "shocks.1.kind",
            '"markt"',
            (
                'there is no kind "markt" (did you mean "market"?); expected one of panel_lost, '
                "market, inflation, correlation, inflow_late, reclaims, reclaims_surge, "
                "withdrawal, merger, failure"
            ),
        ),
        # times
        (
            CRASH,
            'on = 2021-03-31\nchange = "-30%"',
            "shocks.1.on",
            "2021-03-31",
            "found 2021-03-31, expected no day before the start day, 2021-04-01",
        ),
        (
            WINTER,
            WINTER.replace("2029", "2027"),
            "shocks.0.until",
            "2027-10-01",
            "found 2027-10-01, expected a day after 2028-10-01: this ends before it begins",
        ),
        (
            LEAN,
            LEAN.replace("2041", "2031"),
            "shocks.2.until",
            "2031-01-01",
            "found 2031-01-01, expected a day after 2031-01-01: this ends before it begins",
        ),
        (
            "until = 2029-10-01\n",
            "",
            "shocks.0.until",
            "[[shocks]]",
            (
                "this is missing; expected the first day on which it is over, as in "
                "until = 2021-04-01"
            ),
        ),
        # markets
        (CRASH, "on = 2030-02-01", "shocks.1", "[[shocks]]", ONE_OF_TWO),
        (CRASH, f'{CRASH}\nyearly = "1%"', "shocks.1", "[[shocks]]", ONE_OF_TWO),
        (
            CRASH,
            f"{CRASH}\nuntil = 2031-01-01",
            "shocks.1.until",
            "2031-01-01",
            "a change happens at once and does not end; leave it out, or state yearly",
        ),
        (
            LEAN,
            LEAN.replace("until = 2041-01-01\n", ""),
            "shocks.2.until",
            "[[shocks]]",
            "this is missing; expected the day on which the yearly growth is over",
        ),
        (
            '"-30%"',
            '"-100%"',
            "shocks.1.change",
            '"-100%"',
            'found "-100%", expected more than -100%',
        ),
        (
            'asset = "gilts"',
            'asset = "gillts"',
            "shocks.2.asset",
            '"gillts"',
            'there is no asset "gillts" (did you mean "gilts"?); there are gilts, global_equity',
        ),
        # foundations
        (
            WINTER,
            WINTER.replace("scotland", "scotlnd"),
            "shocks.0.foundation",
            '"scotlnd"',
            f'no foundation "scotlnd" serves these areas (did you mean "scotland"?); {THERE}',
        ),
        (
            MERGER,
            MERGER.replace("wales", "whales"),
            "shocks.5.foundation",
            '"whales"',
            f'no foundation "whales" serves these areas (did you mean "wales"?); {THERE}',
        ),
        (
            MERGER,
            MERGER.replace('"east"', '"west"'),
            "shocks.5.into",
            '"west"',
            f'no foundation "west" serves these areas (did you mean "east"?); {THERE}',
        ),
        (
            MERGER,
            MERGER.replace('"east"', '"wales"'),
            "shocks.5.into",
            '"wales"',
            'found "wales" itself, expected another foundation',
        ),
        (
            MERGER,
            MERGER.replace("wales", "ni"),
            "shocks.6.foundation",
            '"ni"',
            (
                '"ni" is no more from 2035-04-01 on, by "two become one" (shocks.5); it can end '
                "only once"
            ),
        ),
        (
            'into = "scotland"',
            'into = "wales"',
            "shocks.6.into",
            '"wales"',
            (
                '"wales" is no more from 2035-04-01 on, by "two become one" (shocks.5); name one '
                "that is still there"
            ),
        ),
        (
            WINTER,
            'on = 2035-04-01\nuntil = 2036-04-01\nfoundation = "wales"',
            "shocks.0.foundation",
            '"wales"',
            (
                '"wales" is no more from 2035-04-01 on, by "two become one" (shocks.5); name one '
                "that is still there"
            ),
        ),
        (
            WINTER,
            'on = 2035-03-01\nuntil = 2035-05-01\nfoundation = "wales"',
            "shocks.0.until",
            "2035-05-01",
            (
                '"wales" is no more from 2035-04-01 on, by "two become one" (shocks.5); expected '
                "no day after that"
            ),
        ),
        # funds
        (
            LATE,
            LATE.replace("luc", "lucc"),
            "shocks.3.fund",
            '"lucc"',
            ('there is no fund "lucc" (did you mean "luc"?); there are left_behind, luc, recovery'),
        ),
        (
            RECLAIMS,
            RECLAIMS.replace("luc", "lucc"),
            "shocks.4.fund",
            '"lucc"',
            ('there is no fund "lucc" (did you mean "luc"?); there are left_behind, luc, recovery'),
        ),
        (
            RECLAIMS,
            RECLAIMS.replace("luc", "recovery"),
            "shocks.4.fund",
            '"recovery"',
            '"recovery" has no inflow that this could strike; state one',
        ),
        (
            RECLAIMS,
            RECLAIMS.replace("10%", "110%"),
            "shocks.4.share",
            '"110%"',
            'found "110%", expected at most 100%',
        ),
        (
            LATE,
            'on = 2024-01-01\nuntil = 2031-04-01\nfund = "left_behind"',
            "shocks.3.until",
            "2031-04-01",
            (
                "found 2031-04-01, when what is late would arrive; expected no day after "
                '"left_behind" closes, on 2031-03-31'
            ),
        ),
    ],
)
def test_one_fault_gives_one_problem(  # noqa: PLR0917 - a row of the table above
    faults: Faults, old: str, new: str, key: str, at: str, message: str
) -> None:
    assert faults(old, new) == [(key, at, message)]


def test_a_foundation_without_sittings_has_none_to_lose() -> None:
    shock = '[{name="x", kind="panel_lost", on=2025-01-01, until=2026-01-01, foundation="cumbria"}]'
    with pytest.raises(ScenarioError) as caught:
        load("kruger-endowment", [f"shocks={shock}"])
    (problem,) = caught.value.problems
    assert (problem.key, problem.message) == (
        "shocks.0.foundation",
        '"cumbria" has no sittings to lose; state sittings, or leave this shock out',
    )
    own = 'foundations.overrides.cumbria={sittings=["May"]}'
    assert load("kruger-endowment", [f"shocks={shock}", own]).shocks


# Two that contradict each other


def shock(kind: str, on: str, until: str | None = None, **terms: object) -> Shock:
    ends = {} if until is None else {"until": until}
    return {"name": f"{kind} {on} {terms}", "kind": kind, "on": on, **ends, **terms}


def lost(on: str, until: str, foundation: str = "leeds") -> Shock:
    return shock("panel_lost", on, until, foundation=foundation)


def late(on: str, until: str, fund: str = "luc") -> Shock:
    return shock("inflow_late", on, until, fund=fund)


def reclaims(on: str, until: str, fund: str = "luc") -> Shock:
    return shock("reclaims", on, until, fund=fund, share="1%")


def change(on: str, **asset: str) -> Shock:
    return shock("market", on, change="-1%", **asset)


def dearer(on: str, until: str | None = None) -> Shock:
    return shock("inflation", on, until, **({"yearly": "8%"} if until else {"change": "8%"}))


def crisis(on: str, until: str, **terms: object) -> Shock:
    return shock("correlation", on, until, **{"lead": "global_equity", "to": 0.9, **terms})


def yearly(on: str, until: str, **asset: str) -> Shock:
    return shock("market", on, until, yearly="-1%", **asset)


@pytest.mark.parametrize(
    "pair",
    [
        (lost("2025-01-01", "2027-01-01"), lost("2026-12-31", "2028-01-01")),
        (lost("2025-06-01", "2025-07-01"), lost("2025-01-01", "2028-01-01")),
        (late("2022-01-01", "2023-01-01"), late("2022-06-01", "2022-07-01")),
        (reclaims("2022-01-01", "2023-01-01"), reclaims("2021-06-01", "2022-01-02")),
        (change("2025-04-01"), change("2025-06-30")),
        (change("2025-04-01", asset="gilts"), change("2025-06-30")),
        (change("2025-04-01"), change("2025-06-30", asset="gilts")),
        (change("2025-04-01", asset="gilts"), change("2025-06-30", asset="gilts")),
        (yearly("2025-04-01", "2026-04-01"), yearly("2026-03-31", "2027-04-01")),
        (dearer("2025-04-01", "2026-04-01"), dearer("2026-03-31", "2027-04-01")),
        (dearer("2025-04-01"), dearer("2025-06-30")),
        (crisis("2025-04-01", "2026-04-01"), crisis("2026-03-31", "2027-04-01")),
        (crisis("2025-04-01", "2026-04-01"), crisis("2025-06-01", "2027-04-01", lead="gilts")),
        (yearly("2025-04-01", "2026-04-01", asset="gilts"), yearly("2026-03-31", "2027-04-01")),
    ],
)
def test_two_that_strike_the_same_at_the_same_time_are_refused(pair: tuple[Shock, Shock]) -> None:
    with pytest.raises(ScenarioError) as caught:
        load("example.toml").but({"shocks": list(pair)})
    (problem,) = caught.value.problems
    assert problem.key == "shocks.1.on"
    assert problem.message.startswith(
        f'these two contradict each other: "{pair[0]["name"]}" (shocks.0) '
    )


@pytest.mark.parametrize(
    "pair",
    [
        (lost("2025-01-01", "2027-01-01"), lost("2027-01-01", "2028-01-01")),
        (lost("2025-01-01", "2027-01-01"), lost("2025-01-01", "2027-01-01", "scotland")),
        (late("2022-01-01", "2023-01-01"), late("2022-01-01", "2023-01-01", "left_behind")),
        (reclaims("2022-01-01", "2023-01-01"), late("2022-01-01", "2023-01-01")),
        (change("2025-04-01"), change("2025-07-01")),
        (change("2025-03-31"), change("2025-04-01")),
        (change("2025-04-01", asset="gilts"), change("2025-06-30", asset="global_equity")),
        (change("2025-04-01"), yearly("2025-01-01", "2027-01-01")),
        (crisis("2025-04-01", "2026-04-01"), crisis("2026-04-01", "2027-04-01")),
        (crisis("2025-04-01", "2026-04-01"), yearly("2025-04-01", "2026-04-01")),
        (dearer("2025-04-01"), dearer("2025-07-01")),
        (dearer("2025-04-01"), dearer("2025-01-01", "2027-01-01")),
        (dearer("2025-04-01", "2026-04-01"), yearly("2025-04-01", "2026-04-01")),
        (yearly("2025-04-01", "2026-04-01"), yearly("2026-04-01", "2027-04-01")),
    ],
)
def test_two_that_do_not_meet_pass(pair: tuple[Shock, Shock]) -> None:
    assert len(load("example.toml").but({"shocks": list(pair)}).shocks) == 2


@pytest.mark.parametrize(
    ("terms", "key", "message"),
    [
        (
            {"lead": "global_equty"},
            "lead",
            (
                'there is no asset "global_equty" (did you mean "global_equity"?); there are '
                "gilts, global_equity"
            ),
        ),
        (
            {"assets": ["gitls", "gold"]},
            "assets",
            (
                'there is no asset "gitls" (did you mean "gilts"?) or "gold"; there are gilts, '
                "global_equity"
            ),
        ),
        (
            {"assets": ["gilts", "global_equity"]},
            "assets",
            "the others move with global_equity; leave it out of them",
        ),
    ],
)
def test_assets_that_move_together_are_there(
    terms: dict[str, object], key: str, message: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        load("example.toml").but({"shocks": [crisis("2025-04-01", "2026-04-01", **terms)]})
    (problem,) = caught.value.problems
    assert (problem.key, problem.message) == (f"shocks.0.{key}", message)


def test_others_move_with_what_has_risk_itself() -> None:
    one = load("example.toml").but({"shocks": [], "markets.assets.gilts.volatility": 0})
    with pytest.raises(ScenarioError) as caught:
        one.but({"shocks": [crisis("2025-04-01", "2026-04-01", lead="gilts")]})
    (problem,) = caught.value.problems
    assert problem.key == "shocks.0.lead"
    assert problem.message == (
        "gilts has no risk that others could move with; expected one of global_equity"
    )


def test_a_contradiction_says_what_to_do() -> None:
    def told(*pair: Shock) -> str:
        with pytest.raises(ScenarioError) as caught:
            load("example.toml").but({"shocks": list(pair)})
        return caught.value.problems[0].message

    one, other = lost("2025-01-01", "2027-01-01"), lost("2026-01-01", "2028-01-01")
    one["name"], other["name"] = "one", "other"
    assert told(one, other) == (
        'these two contradict each other: "one" (shocks.0) lasts from 2025-01-01 until 2027-01-01, '
        "and this one lasts from 2026-01-01 until 2028-01-01; make them one, or let one end before "
        "the other begins"
    )
    one, other = change("2025-04-01"), change("2025-05-01")
    one["name"], other["name"] = "one", "other"
    assert told(one, other) == (
        'these two contradict each other: "one" (shocks.0) is on 2025-04-01, and this one is on '
        "2025-05-01; make them one, or put one into another quarter"
    )


def test_quarters_are_those_of_the_run() -> None:
    both = [change("2025-04-15"), change("2025-04-14")]
    one = load("example.toml").but({"start": "2021-04-15", "shocks": both[:1],
        "funds.luc.inflow.amounts.2023-10-01": 1})  # fmt: skip
    one.but({"shocks": both})
    with pytest.raises(ScenarioError, match="contradict"):
        one.but({"start": "2021-04-01", "shocks": both})


def test_a_chain_of_mergers_follows_the_days() -> None:
    def merger(on: str, foundation: str, into: str) -> Shock:
        return shock("merger", on, foundation=foundation, into=into)

    one = load("example.toml")
    first = merger("2030-01-01", "ni", "east")
    one.but({"shocks": [first, merger("2029-01-01", "wales", "ni")]})
    for day in ("2030-01-01", "2031-01-01"):
        with pytest.raises(ScenarioError, match=r'"ni" is no more from 2030-01-01 on'):
            one.but({"shocks": [first, merger(day, "wales", "ni")]})


def test_two_that_join_each_other_on_one_day_are_refused() -> None:
    swapped = [shock("merger", "2030-01-01", foundation=one, into=other)
        for one, other in (("ni", "east"), ("east", "ni"))]  # fmt: skip
    with pytest.raises(ScenarioError) as caught:
        load("example.toml").but({"shocks": swapped})
    assert [problem.key for problem in caught.value.problems] == ["shocks.0.into", "shocks.1.into"]


def test_all_of_them_are_told_at_once_beside_faults_of_form(faults: Faults) -> None:
    other = 'name = "b"\nkind = "merger"\non = 1900-01-01\nfoundation = "x"\ninto = "x"'
    found = faults(CRASH, f'on = 2030-02-01\nchange = "x"\n\n[[shocks]]\n{other}')
    assert [key for key, _, _ in found] == [
        "shocks.1.change",
        "shocks.2.on",
        "shocks.2.foundation",
        "shocks.2.into",
        "shocks.2.into",
    ]


def test_nothing_is_guessed_of_funds_markets_and_places_that_cannot_be_read(
    faults: Faults, folder: Any
) -> None:
    assert [key for key, _, _ in faults('areas = "areas.csv"', 'areas = "nowhere.csv"')] == [
        "geography.areas"
    ]
    assert [key for key, _, _ in faults("inflow   =", "inflw   =")] == ["funds.luc.inflw"]
    text = (folder / "example.toml").read_text(encoding="utf-8").replace("[markets.assets.", "[x.")
    (folder / "bad.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load("bad.toml")
    assert {problem.key for problem in caught.value.problems} == {"markets.assets", "x"}
