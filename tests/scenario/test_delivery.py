"""What foundations are told to do: sittings, capacity, exceptions, priority."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fundsim.errors import ScenarioError
from fundsim.scenario import load
from fundsim.scenario.practice import Capacity, Terms

pytestmark = pytest.mark.usefixtures("folder")

Faults = Callable[..., list[tuple[str, str, str]]]

SITTINGS = '["March", "June", "September", "December"]'
CAPACITY = '{ multiple_of_past_grants = 4, growth = "2%", growth_years = 10 }'
FORMS = "state multiple_of_past_grants, per_head or pounds, and exactly one of them"
NO_SITTINGS = (
    "a capacity is shared out between sittings, and none are stated; add the months of them, "
    'as in sittings = ["March", "September"], or leave it out'
)


@pytest.mark.parametrize(
    ("old", "new", "key", "at", "message"),
    [
        # shares
        (
            'fee = "6%"',
            'fee = "106%"',
            "foundations.fee",
            '"106%"',
            'found "106%", expected at most 100%',
        ),
        (
            '"3%"',
            '"-3%"',
            "foundations.lapse",
            '"-3%"',
            'found "-3%", expected at least 0%',
        ),
        (
            '"1%"\ncarry',
            "1.5\ncarry",
            "foundations.clawback",
            "1.5",
            "found 1.5, expected at most 100%",
        ),
        (
            '"10%"\npriority',
            "2\npriority",
            "foundations.carry_forward",
            "2",
            "found 2, expected at most 100%",
        ),
        (
            '["50%", "30%", "20%"]',
            '["50%", "30%"]',
            "foundations.instalments",
            '["50%", "30%"]',
            "the shares sum to 0.8, not to 1",
        ),
        (
            '["50%", "30%", "20%"]',
            '["150%", "50%"]',
            "foundations.instalments.0",
            '"150%", "50%"]',
            'found "150%", expected at most 100%',
        ),
        (
            '["50%", "30%", "20%"]',
            "[]",
            "foundations.instalments",
            "[]",
            (
                "this is empty; expected share of an award that is paid in each year, the first at "
                "once"
            ),
        ),
        # sittings
        (
            SITTINGS,
            "[]",
            "foundations.sittings",
            "[]",
            (
                "this is empty; expected months in whose first days awards are made; on receipt if "
                "left out"
            ),
        ),
        (
            SITTINGS,
            '["March", "Jun"]',
            "foundations.sittings.1",
            '"Jun"]',
            '\'Jun\' is not a month; write it as "March" (did you mean "June"?)',
        ),
        (
            SITTINGS,
            "[3]",
            "foundations.sittings.0",
            "3]",
            '3 is not a month; write it as "March"',
        ),
        (
            SITTINGS,
            '"March"',
            "foundations.sittings",
            '"March"',
            'found "March", expected a list',
        ),
        (
            SITTINGS,
            '["March", "June", "march"]',
            "foundations.sittings.2",
            '"march"]',
            "March is here twice; name each month once",
        ),
        # capacity
        (CAPACITY, "{}", "foundations.capacity", "{}", f"found none of them; {FORMS}"),
        (
            CAPACITY,
            '{ per_head = "£1", pounds = "£1m" }',
            "foundations.capacity",
            '{ per_head = "£1", pounds = "£1m" }',
            f"found per_head and pounds; {FORMS}",
        ),
        (
            CAPACITY,
            "{ pounds = 1, growth_years = 5 }",
            "foundations.capacity.growth_years",
            "5 }",
            "there is no growth to last so long; state growth, or leave it out",
        ),
        (
            CAPACITY,
            '{ pounds = 1, growth = "101%" }',
            "foundations.capacity.growth",
            '"101%" }',
            'found "101%", expected at most 100%',
        ),
        (
            CAPACITY,
            "{ multiple_of_past_grants = -1 }",
            "foundations.capacity.multiple_of_past_grants",
            "-1 }",
            "found -1, expected at least 0",
        ),
        (
            CAPACITY,
            "{ multiple_of_past_grants = true }",
            "foundations.capacity.multiple_of_past_grants",
            "true }",
            "found true, expected a number",
        ),
        (
            CAPACITY,
            '{ per_head = "£1.1m" }',
            "foundations.capacity.per_head",
            '"£1.1m" }',
            "this is more than £1m for each person; give less",
        ),
        # exceptions
        (
            "[foundations.overrides.leeds]",
            "[foundations.overrides.leds]",
            "foundations.overrides.leds",
            "leds]",
            (
                'no foundation "leds" serves these areas (did you mean "leeds"?); there are east, '
                "leeds, ni, scotland, wales"
            ),
        ),
        (
            '[foundations.overrides.leeds]\nfee = "5%"\ncapacity = { pounds = "£2m" }',
            "[foundations.overrides.leeds]",
            "foundations.overrides.leeds",
            "[foundations.overrides.leeds]",
            (
                "this says nothing; give one of fee, sittings, instalments, capacity, lapse, "
                "clawback, carry_forward, or leave it out"
            ),
        ),
        (
            'fee = "5%"\n',
            'fee = "500%"\n',
            "foundations.overrides.leeds.fee",
            '"500%"',
            'found "500%", expected at most 100%',
        ),
        # priority
        (
            '["recovery", "left_behind", "luc"]',
            '["recovery", "left_behind", "lucc"]',
            "foundations.priority.2",
            '"lucc"]',
            (
                'there is no fund "lucc" (did you mean "luc"?); expected each of left_behind, luc, '
                "recovery"
            ),
        ),
        (
            '["recovery", "left_behind", "luc"]',
            '["recovery", "left_behind", "luc", "recovery"]',
            "foundations.priority.3",
            '"recovery"]',
            '"recovery" is here twice; name each fund once',
        ),
        (
            '["recovery", "left_behind", "luc"]',
            '["luc"]',
            "foundations.priority",
            '["luc"]',
            "left_behind and recovery are missing; name every fund, or leave priority out",
        ),
        (
            '["recovery", "left_behind", "luc"]',
            '["luc", "recovery"]',
            "foundations.priority",
            '["luc", "recovery"]',
            "left_behind is missing; name every fund, or leave priority out",
        ),
    ],
)
def test_one_fault_gives_one_problem(  # noqa: PLR0917 - a row of the table above
    faults: Faults, old: str, new: str, key: str, at: str, message: str
) -> None:
    assert faults(old, new) == [(key, at, message)]


def test_a_capacity_needs_sittings_to_be_shared_between(faults: Faults) -> None:
    found = faults(f"sittings    = {SITTINGS}\n", "")
    assert [fault for fault in found if not fault[0].startswith("shocks.")] == [
        ("foundations.capacity", CAPACITY, NO_SITTINGS),
        ("foundations.overrides.leeds.capacity", '{ pounds = "£2m" }', NO_SITTINGS),
    ]


def test_sittings_that_cannot_be_read_are_not_missed(faults: Faults) -> None:
    for old, new in [(SITTINGS, '["Mrch"]'), ("sittings    =", "sitings ="), (SITTINGS, "5")]:
        assert len(faults(old, new)) == 1


def test_foundations_that_cannot_be_read_are_not_missed(folder: Path, example: str) -> None:
    text = example.replace("[foundations", "[fundations")
    (folder / "bad.toml").write_text(text.replace('"foundations.fee"', '"years"'))
    with pytest.raises(ScenarioError) as caught:
        load("bad.toml")
    assert [problem.key for problem in caught.value.problems] == ["fundations"]


def test_a_foundation_of_the_packaged_table_is_looked_up_by_a_command() -> None:
    with pytest.raises(ScenarioError) as caught:
        load("kruger-endowment", ['foundations.overrides={cumbra={fee="1%"}}'])
    (problem,) = caught.value.problems
    assert problem.message == (
        'no foundation "cumbra" serves these areas (did you mean "cumbria"?); '
        '"fundsim list foundations" names them all'
    )


def test_a_foundation_outside_the_areas_in_use_is_refused() -> None:
    sets = ['geography.where={nation="Wales"}', 'funds.luc.allocation={kind="equal"}']
    with pytest.raises(ScenarioError, match='no foundation "cumbria" serves these areas'):
        load("kruger-endowment", [*sets, 'foundations.overrides.cumbria={fee="1%"}'])


# One foundation's own


def test_a_foundation_has_its_own_settings_where_it_states_any() -> None:
    practice = load("example.toml").foundations
    general = Capacity(multiple_of_past_grants=4, growth="2%", growth_years=10)
    assert practice.of("scotland") == Terms(
        fee=0.06,
        sittings=(3, 6, 9, 12),
        instalments=(0.5, 0.3, 0.2),
        capacity=general,
        lapse=0.03,
        clawback=0.01,
        carry_forward=0.1,
    )
    assert practice.of("leeds").fee == 0.05
    assert practice.of("leeds").capacity == Capacity(pounds=2_000_000)
    assert practice.of("leeds").sittings == practice.of("scotland").sittings
    assert practice.of("wales") == Terms(
        fee=0.06,
        sittings=(5,),
        instalments=(0.5, 0.5),
        capacity=Capacity(per_head=1.5),
        lapse=0,
        clawback=0,
        carry_forward=0,
    )


def test_sittings_stand_in_the_order_of_the_calendar_year() -> None:
    one = load("example.toml", ['foundations.sittings=["December", "april", " May "]'])
    assert one.foundations.of("ni").sittings == (4, 5, 12)


def test_without_any_settings_money_is_awarded_and_paid_when_it_arrives() -> None:
    assert load("kruger-endowment").foundations.of("cumbria") == Terms(
        fee=0.06, sittings=None, instalments=(1,), capacity=None, lapse=0, clawback=0,
        carry_forward=0,
    )  # fmt: skip


def test_one_foundation_may_sit_and_be_limited_alone() -> None:
    own = '{sittings=["May"], capacity={pounds="£1m"}}'
    practice = load("kruger-endowment", [f"foundations.overrides.cumbria={own}"]).foundations
    assert practice.of("cumbria").sittings == (5,)
    assert practice.of("norfolk").sittings is None
