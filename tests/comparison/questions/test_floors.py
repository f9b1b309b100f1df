"""The floor sweep, worked by hand on six areas, and each sentence against the table.

People 1,000, 3,000, 6,000, 2,000, 2,500 and 500 with need 40, 20, 10, 30, 15 and 5. £780,000 by
people × need (260,000 of it in all) is £3 for each: £120,000, £180,000, £180,000, £180,000,
£112,500 and £7,500. Per head it is £52: £52,000, £156,000, £312,000, £104,000, £130,000, £26,000.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
import pytest

from fundsim.comparison.one_pot import share_one_pot
from fundsim.comparison.questions.baselines import baseline, rules_of
from fundsim.comparison.questions.floors import Floors, kept_share, losses, shared_with, sweep
from fundsim.errors import InputError
from fundsim.money import Pence
from fundsim.scenario import Scenario
from tests.comparison.questions.test_flooring import HALVES

POT = 780_000_00
NEED = "need_weighted(steepness=1)"
BY_NEED = np.array([120_000, 180_000, 180_000, 180_000, 112_500, 7_500]) * 100
PER_HEAD = np.array([52_000, 156_000, 312_000, 104_000, 130_000, 26_000]) * 100

Swept = Callable[..., Floors]


@pytest.fixture
def swept(small: Scenario) -> Swept:
    """Sweep floors over one pot of the small world."""

    def tried(
        *rules: str,
        kept: Sequence[str] = ("0.95",),
        pot: int = POT,
        against: str = "per_capita",
        world: Scenario = small,
    ) -> Floors:
        chosen, fund = rules_of(world, None, rules)
        shared = share_one_pot(chosen, fund, pot)
        base = baseline(world, fund, pot, against)
        return sweep(shared, chosen, base, [Fraction(share) for share in kept])

    return tried


def rows(found: Floors, name: str = "floors") -> list[dict[str, str]]:
    table = found.tables[name]
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows()]


def pence(cell: str) -> int:
    return round(float(cell) * 100)


# Worked by hand


def test_a_floor_at_95_per_cent_of_per_head(swept: Swept) -> None:
    # Floors 49,400, 148,200, 296,400, 98,800, 123,500, 24,700. Below: the third by 116,400, the
    # fifth by 11,000, the sixth by 17,200, which is 144,600 in all.
    (row,) = rows(swept(NEED))
    assert (row["loss"], row["areas_protected"], row["people_protected"]) == (
        "0.050000",
        "3",
        "9000",
    )
    assert pence(row["missing"]) == 144_600_00
    assert pence(row["pot_with_top_up"]) == POT + 144_600_00
    assert pence(row["pot_for_floors_alone"]) == POT * 95 // 100
    # The others keep 480,000 − 144,600. In proportion the second would get 125,775, below its own
    # floor of 148,200; the first and fourth keep 187,200 of 300,000, so that they give up 37.6 %.
    assert (row["feasible"], row["areas_giving_up"]) == ("yes", "3")
    assert pence(row["money_moved"]) == 144_600_00
    assert row["largest_cut_percent"] == "37.600000"


def test_what_areas_get_with_a_floor(swept: Swept) -> None:
    by_area = rows(swept(NEED), "areas")
    assert [pence(row["with_floor"]) for row in by_area] == [
        *(74_880_00, 148_200_00, 296_400_00, 112_320_00, 123_500_00, 24_700_00)
    ]
    assert [pence(row["held_against"]) for row in by_area] == PER_HEAD.tolist()
    assert [pence(row["pounds"]) for row in by_area] == BY_NEED.tolist()
    assert [pence(row["missing"]) for row in by_area] == [
        *(0, 0, 116_400_00, 0, 11_000_00, 17_200_00)
    ]


def test_no_loss_at_all_leaves_everybody_at_the_baseline(swept: Swept) -> None:
    (row,) = rows(swept(NEED, kept=["1"]))
    assert pence(row["missing"]) == (132_000 + 17_500 + 18_500) * 100
    by_area = rows(swept(NEED, kept=["1"]), "areas")
    assert [pence(row["with_floor"]) for row in by_area] == PER_HEAD.tolist()


def test_the_answer_to_keep_is_exact_and_shared_again(swept: Swept) -> None:
    found = swept(NEED)
    told = list(found.kept_at(NEED))
    assert told[0] == (
        "£924,600.00 would keep every area at 95% of what per_capita makes of £780,000.00, with "
        f"nobody getting less than {NEED} gives now: £144,600.00 on top, for 3 areas with 9,000 "
        "people."
    )
    assert told[1:] == [
        "Shared out again, that pot leaves 3 areas at the floor and none below it.",
        "Without more money the others would have to give up £145k, 37.6% at most.",
        # The sixth has 7,500 of 780,000 and needs 24,700: 2,568,800 in all.
        "By the rule alone, without any floor, it would take £2.57m.",
    ]
    (floor,) = found.floors
    assert (shared_with(floor, floor.top_up) == np.maximum(BY_NEED, floor.floors)).all()
    less = shared_with(floor, floor.top_up - 1)
    assert less.sum() == floor.top_up - 1
    assert (less < floor.floors).any()
    alone = found.by_the_rule_alone(floor)
    assert alone is not None
    assert abs(alone - 2_568_800_00) <= 780 / 7.5  # pence of rounding in the smallest share


def test_what_is_enough_is_said_to_be_enough(swept: Swept) -> None:
    (told,) = swept("per_capita").kept_at("per_capita")
    every = "per_capita gives every area at least 95% of what per_capita gives it"
    assert told == f"£780,000.00 is enough: {every}."


def test_a_rule_that_leaves_areas_out_cannot_do_it_alone(swept: Swept) -> None:
    rule = "threshold_per_head(people=poor)"  # nobody is counted in the third and the sixth area
    told = list(swept(rule).kept_at(rule))
    assert told[-1] == (
        "Without any floor no pot would do: Cairn and 1 other area would still fall short."
    )


# Baselines of pounds, and floors that cannot be


def test_floors_beyond_the_pot_say_the_pot_that_is_needed(swept: Swept) -> None:
    # Last year's pounds are 100, 0, 50, 0, 10 and 0, which is 160 together; there are 100.
    found = swept("equal", kept=["1", "0.5"], pot=100_00, against="earlier")
    all_, half = rows(found)
    assert (all_["feasible"], all_["money_moved"], all_["largest_cut_percent"]) == ("no", "", "")
    assert pence(all_["pot_for_floors_alone"]) == 160_00
    # Half of them are 50, 25, 5: equal shares of 16.67 lack 33.33 and 8.33.
    assert (half["feasible"], half["areas_protected"]) == ("yes", "2")
    assert pence(half["missing"]) == 41_67  # shares are 16.67, 16.66, 16.67, ... pence
    assert pence(half["pot_for_floors_alone"]) == 80_00
    told = list(found.sentences())
    assert "£100.00 cannot pay floors at 100%: at 100% they alone take £160.00." in told
    # Equal shares of 16.67 lack 83.33 and 33.33.
    assert "2 areas with 7,000 people would be protected: that takes £116.67 on top" in told[1]
    assert "Under equal an area gets as little as 16.7% of its pounds in earlier (Ash)." in told
    (kept,) = [text for text in found.kept_at("equal") if "alone take" in text]
    assert kept == "The floors alone take £160.00, more than there is."


def test_the_split_between_nations_stays(swept: Swept, small: Scenario) -> None:
    # Half of £200 is England's, which had £150 of last year's £160.
    split = small.but({"funds.fund.allocation": HALVES})
    found = swept(kept=["1", "0.6"], pot=200_00, against="earlier", world=split)
    all_, some = rows(found)
    assert all_["feasible"] == "no"
    # A pot of a penny less than £300 still gives England £150, its half rounded up.
    assert pence(all_["pot_for_floors_alone"]) == 300_00 - 1
    assert some["feasible"] == "yes"  # £90 of England's £100
    (told,) = [text for text in found.sentences() if "split" in text]
    assert told == (
        "The split between England and Wales stays: what others give up is reckoned inside each."
    )
    assert told in list(
        swept(kept=["0.6"], pot=200_00, against="earlier", world=split).kept_at("as stated")
    )


def test_floors_of_a_part_that_is_always_empty_have_no_pot(swept: Swept, small: Scenario) -> None:
    first = {"by": "nation", "kind": "shares", "shares": {"England": 0, "Wales": 1}}
    split = small.but({"funds.fund.allocation": HALVES | {"first": first}})
    found = swept(kept=["1"], pot=200_00, against="earlier", world=split)
    (row,) = rows(found)
    assert (row["feasible"], row["pot_for_floors_alone"]) == ("no", "")
    told = " ".join(found.sentences())
    assert "no pot pays them, since a part of the pot that owes some is always empty" in told


def test_what_a_rule_leaves_unshared_pays_first(swept: Swept) -> None:
    # Two places get £200,000 each of £780,000: £380,000 are left for the floors.
    rule = 'rank_top_n(places=2,by="need",each="£200k")'
    found = swept(rule, kept=["0.6"])
    (row,) = rows(found)
    # Floors are 31,200, 93,600, 187,200, 62,400, 78,000, 15,600; Ash and Dun have more.
    assert pence(row["missing"]) == (93_600 + 187_200 + 78_000 + 15_600) * 100
    assert pence(row["pot_with_top_up"]) == POT
    assert (row["areas_giving_up"], row["money_moved"]) == ("0", "0.0000")
    assert "from what the rule leaves unshared, and nobody gives up anything." in " ".join(
        found.sentences()
    )


def test_what_a_rule_leaves_unshared_is_told_with_what_a_floor_takes(swept: Swept) -> None:
    # £600,000 of £780,000 are paid; at 95% of per head, 364,800 are missing.
    told = " ".join(swept('rank_top_n(places=3,by="need",each="£200k")', kept=["0.95"]).sentences())
    assert "with the £180k that the rule leaves unshared, or £265k of 3 others" in told


def test_a_pot_that_is_enough_with_what_waits_is_said_to_be_enough(swept: Swept) -> None:
    rule = 'rank_top_n(places=2,by="need",each="£200k")'
    (told,) = swept(rule, kept=["0.6"]).kept_at(rule)
    assert told == (
        f"£780,000.00 is enough: what {rule} leaves unshared can bring every area to 60% of what "
        "per_capita gives it, 4 areas with 12,000 people among them."
    )


def test_a_pot_is_shared_first_as_the_rule_does(swept: Swept) -> None:
    (floor,) = swept("per_capita").floors
    assert (shared_with(floor, POT) == floor.pence).all()  # nothing is missing


# Sentences and tables


def test_sentences_tell_the_first_and_the_last_floor_that_binds(swept: Swept) -> None:
    found = swept(NEED, kept=["1", "0.95", "0.05"])
    first, second, last = rows(found)
    told = list(found.sentences())
    assert (
        told[0]
        == f"Under {NEED} an area gets as little as 28.8% of what per_capita gives it (Fold)."
    )
    assert float(last["missing"]) == 0
    assert len(told) == 3
    for row, text in zip((first, second), told[1:], strict=True):
        share = 100 * (1 - float(row["loss"]))
        cut = f"{float(row['largest_cut_percent']):.1f}%"
        assert text.startswith(
            f"At {share:g}% of it, {row['areas_protected']} areas with 9,000 people"
        )
        assert f"£{float(row['missing']) / 1000:.0f}k on top, a pot of" in text
        assert f"of {row['areas_giving_up']} others, who give up {cut} at most." in text


def test_a_rule_that_keeps_every_floor_says_so(swept: Swept) -> None:
    assert list(swept("per_capita", kept=["1", "0.9"]).sentences()) == [
        "Under per_capita every area gets 100% of what per_capita gives it without any floor."
    ]


def test_the_scenarios_own_rule_is_swept_where_none_is_named(swept: Swept) -> None:
    found = swept(against="as stated", kept=["1"])
    assert found.rules == ("as stated",)
    assert rows(found)[0]["areas_protected"] == "0"
    own = "the scenario's own rule"
    (told,) = found.sentences()
    assert told == f"Under {own} every area gets 100% of what {own} gives it without any floor."


def test_a_floor_that_a_rule_keeps_but_for_rounding_protects_nobody(swept: Swept) -> None:
    rule = 'adjusted(rule={kind="need_weighted"},floor={of_per_capita="95%"})'
    for pot in (POT + 1, 123_456_78, 1_000_01):
        assert rows(swept(rule, pot=pot))[0]["areas_protected"] == "0"


def test_raising_is_what_the_rule_with_a_floor_does(swept: Swept) -> None:
    # The same floor as a rule that can be written in a scenario, on pots that do not divide.
    rule = 'adjusted(rule={kind="need_weighted",steepness=1},floor={of_per_capita="95%"})'
    for pot in (POT, 123_456_78, 999_999_99):
        (floor,) = swept(NEED, pot=pot).floors
        stated: Pence = swept(rule, pot=pot).floors[0].pence
        assert floor.raised is not None
        assert np.abs(floor.raised - stated).max() <= 3


def test_nothing_to_share_has_nothing_to_protect(swept: Swept) -> None:
    (row,) = rows(swept(NEED, pot=0))
    assert (row["areas_protected"], row["missing"], row["pot_with_top_up"]) == (
        "0",
        "0.0000",
        "0.0000",
    )


# What is asked


def test_losses_are_counted_without_errors_of_floats() -> None:
    assert losses(0.0, 0.1, 0.01) == [Fraction(100 - n, 100) for n in range(11)]
    assert losses(0.02, 0.05, 0.02) == [Fraction(98, 100), Fraction(96, 100)]


@pytest.mark.parametrize(
    ("first", "last", "step", "told"),
    [
        (0.1, 0.05, 0.01, "--from and --to: found 10% and 5%, expected a loss and a larger one"),
        (0.0, 1.2, 0.1, "--from and --to: found 0% and 120%"),
        (0.0, 0.1, 0.0, "--step: found 0%, expected steps above 0%"),
        (0.0, 1.0, 0.0005, "--step: found 0.1%"),
    ],
)
def test_a_sweep_that_leads_nowhere_is_refused(
    first: float, last: float, step: float, told: str
) -> None:
    with pytest.raises(InputError) as error:
        losses(first, last, step)
    assert str(error.value).startswith(told)


@pytest.mark.parametrize("share", [-0.1, 1.01])
def test_a_share_to_keep_lies_between_none_and_all(share: float) -> None:
    with pytest.raises(InputError, match="expected a share from 0% to 100%"):
        kept_share(share)
