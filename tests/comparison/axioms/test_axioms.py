"""Axiom cards: planted rules are caught, rules that keep an axiom are not accused, truths hold.

Sources of what is known of rules: Balinski and Young, Fair Representation, 2nd edition, 2001 (whole
places); Thomson, Mathematical Social Sciences 45, 2003 (claims); O'Neill, Mathematical Social
Sciences 2, 1982 (merging and splitting of claims).
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundsim.comparison.axioms.bench import Bench
from fundsim.comparison.axioms.cards import AXIOMS, card
from fundsim.places import Geography
from fundsim.rules.allocation import AllocationRule
from fundsim.rules.allocation.guarantees import FloorDamping, MixWithFloor
from fundsim.rules.allocation.placing import WholePlaces
from fundsim.rules.allocation.plain import Equal, NeedWeighted, PerCapita
from fundsim.rules.allocation.targeting import RankTopN
from fundsim.rules.seats import Method
from tests.comparison.axioms.planted import (
    FirstComes,
    FixedPart,
    ForgetsItsFloor,
    ForgetsItsPromise,
    LargeFirst,
    Leaks,
    LessForNeed,
    LongNames,
    Overpays,
    Squares,
    TakesALittle,
    TakesBack,
    WinnerTakesAll,
    adjusted,
    found,
    read,
)
from tests.rules.censuses import STATES_1832, STATES_1880
from tests.rules.little import table

DIVISORS: tuple[Method, ...] = ("sainte_lague", "huntington_hill", "dhondt", "adams", "dean")
MIX = {"population": 1.0}


def states(people: dict[str, int]) -> Geography:
    return table(list(people.values()), names=list(people))


# Planted rules are caught


@pytest.mark.parametrize(
    ("rule", "axiom", "words"),
    [
        # 1 % of £600,000 is £6,000.
        (
            Leaks(),
            "sums exactly",
            "of a pot of £600,000.00, £6,000.00 is left, though more is paid of a larger one",
        ),
        (Overpays(), "sums exactly", "of a pot of £600,000.00, £606,000.00 is paid"),
        # (500 − 900) / (15,000 − 6 · 900) of £600,000
        # A ten-million-millionth of £600,000 is a hundred-thousandth of a penny.
        (
            TakesALittle(),
            "non-negative",
            "of a pot of £600,000.00, Fold is to get a little less than nothing",
        ),
        (TakesBack(), "non-negative", "of a pot of £600,000.00, Fold is to get -£25,000.00"),
        # People times the place from the end, in half thousands: 12, 30, 48, 12, 10 and 1 of 113;
        # in order of people 6 · 1, 5 · 2, 4 · 4, 3 · 5, 2 · 6 and 1 · 12 of 71.
        (
            FirstComes(),
            "symmetric",
            "the rows of the table stand by people: Cairn had £254,867.26, and gets £101,408.45",
        ),
        # Six like Cairn and Dun above, with 3, 4, 5, 3, 3 and 4 letters: 3, 4, 30, 18, 7½ and 10
        # of 72½; in threes Ash, Beck and Cairn are 1 thousand each, the others 2: 3, 4, 5, 6, 6, 8.
        (
            LongNames(),
            "symmetric",
            (
                "Dun is made equal to Cairn in people and every column: Cairn gets £248,275.86, "
                "and Dun £148,965.52"
            ),
        ),
        # The pots nearest to £600,000 on both sides of £500,000 are 53 and 54 parts of 64 of it.
        (
            LargeFirst(),
            "monotone in the pot",
            "the pot grows from £496,875.00 to £506,250.00: Beck had £99,375.00, and gets £0.00",
        ),
        # 25, 150, 600, 66⅔, 166⅔ and 100 points, together 1,108⅓; with as much need as Ash, Fold
        # has 12½ of 1,020⅚.
        (
            LessForNeed(),
            "monotone in need",
            "Fold's need rises (Need from 5 to 40): Fold had £54,135.34, and gets £7,346.94",
        ),
        # 7,000 of 21,000, and with all people doubled 13,000 of 36,000; ten times 61,000 of 156,000
        (
            FixedPart(),
            "scale-free in population",
            "all populations are ten times as large: Cairn had £200,000.00, and gets £234,615.38",
        ),
        # 6 places of £100,000, of which 6,000 / 15,000 are 2.4
        (
            WinnerTakesAll(each="£100k"),
            "quota",
            "of 6 places Cairn is due 2.400, and gets 6",
        ),
        # 500 / 15,000 of £600,000
        (
            ForgetsItsFloor(parts=MIX, floor="£30k"),
            "floor kept",
            "of a pot of £600,000.00, Fold is promised £30,000.00, and gets £20,000.00",
        ),
        # A thirtieth of 31 · £9,375, the largest pot of which that is less than £10,000
        (
            ForgetsItsPromise(),
            "floor kept",
            "of a pot of £290,625.00, Fold is promised £10,000.00, and gets £9,687.50",
        ),
        # Squares of half thousands are 4, 36, 144, 16, 25 and 1, together 226; Dun and Esk have 41
        # of them, and as one 81 of 266.
        (
            Squares(),
            "stable under merging",
            "Dun and Esk become one area: together they had £108,849.56, and it gets £182,706.77",
        ),
        # Cairn has 144 of 226, and its halves 2 · 36 of 154.
        (
            Squares(),
            "stable under splitting",
            (
                "Cairn becomes two areas of equal need: it had £382,300.88, and they get "
                "£280,519.48 (£140,259.74 and £140,259.74)"
            ),
        ),
    ],
)
def test_a_planted_rule_is_caught_and_the_worst_case_told(
    rule: AllocationRule, axiom: str, words: str
) -> None:
    broken = found(rule, axiom)
    assert (broken.verdict, broken.words) == ("broken", words)
    assert broken.cases > 0


# Rules that keep an axiom are not accused


@pytest.mark.parametrize("axiom", [a for a in AXIOMS if a not in {"quota", "floor kept"}])
@pytest.mark.parametrize("rule", [PerCapita(), NeedWeighted(), MixWithFloor(parts=MIX, floor=0)])
def test_per_head_by_need_and_by_one_measure_keep_every_axiom(
    rule: AllocationRule, axiom: str
) -> None:
    assert found(rule, axiom).verdict == "kept"


@pytest.mark.parametrize(
    ("rule", "axiom"),
    [
        (WholePlaces(each="£25k"), "quota"),  # Balinski and Young: largest remainders stay in quota
        (WholePlaces(each="£25k", by="need"), "monotone in need"),
        (WholePlaces(each="£50k", at_least=1), "floor kept"),
        (MixWithFloor(parts=MIX, floor="£30k"), "floor kept"),
        (MixWithFloor(parts=MIX, floor="£30k"), "monotone in the pot"),
        (FloorDamping(base="poor", floor=0.02, target=MIX), "floor kept"),
        (FloorDamping(base="poor", floor=0.02, target=MIX), "monotone in the pot"),
        (adjusted(floor={"of_per_capita": "95%"}), "floor kept"),
        (adjusted(floor={"of_per_capita": "95%"}), "scale-free in population"),
        (adjusted(floor={"of_per_capita": "95%"}), "stable under splitting"),
        (RankTopN(places=3, each="£100k"), "monotone in need"),
        (RankTopN(places=3, each="£100k"), "scale-free in population"),
        (Equal(), "symmetric"),
        (NeedWeighted(steepness=2), "stable under splitting"),
    ],
)
def test_a_rule_that_keeps_an_axiom_is_not_accused(rule: AllocationRule, axiom: str) -> None:
    kept = found(rule, axiom)
    assert (kept.verdict, kept.words) == ("kept", "")
    assert kept.cases > 0


# What is known of rules


def test_alabama_loses_a_place_where_the_pot_pays_for_one_more() -> None:
    # C. W. Seaton, chief clerk of the Census Office, 1881: 8 of 299 seats, 7 of 300
    people = states({state: count for state, (count, _) in STATES_1880.items()})
    broken = found(
        WholePlaces(each="£1m", at_least=1), "monotone in the pot", people, pounds=299_000
    )
    assert (broken.verdict, broken.words) == (
        "broken",
        (
            "the pot grows from £299,000,000.00 to £300,000,000.00: AL had £8,000,000.00, and gets "
            "£7,000,000.00"
        ),
    )


@pytest.mark.parametrize("method", DIVISORS)
def test_divisor_methods_never_take_a_place_away_where_there_are_more(method: Method) -> None:
    people = states({state: count for state, (count, _) in STATES_1880.items()})
    rule = WholePlaces(each="£1m", at_least=1, method=method)
    kept = found(rule, "monotone in the pot", people, pounds=299_000)
    assert (kept.verdict, kept.cases) == ("kept", 256)  # every number of places, and even steps


def test_jefferson_gives_new_york_more_than_its_quota_and_hamilton_never_does() -> None:
    # Balinski and Young: in 1832, New York's quota of 240 was 38.59, and Jefferson gives it 40
    people = states(STATES_1832)
    jefferson = WholePlaces(each="£1m", method="dhondt")
    broken = found(jefferson, "quota", people, pounds=240_000)
    assert (broken.verdict, broken.words) == (
        "broken",
        "of 240 places NY is due 38.593, and gets 40",
    )
    assert found(WholePlaces(each="£1m"), "quota", people, pounds=240_000).verdict == "kept"


@pytest.mark.parametrize(
    ("rule", "axiom", "words"),
    [
        # Six areas have £100,000 each, five £120,000, and seven £85,714.29.
        (
            Equal(),
            "stable under merging",
            "Ash and Beck become one area: together they had £200,000.00, and it gets £120,000.00",
        ),
        (
            Equal(),
            "stable under splitting",
            (
                "Ash becomes two areas of equal need: it had £100,000.00, and they get £171,428.57 "
                "(£85,714.29 and £85,714.29)"
            ),
        ),
        # Ash, Dun and Beck need most; Beck with Cairn needs 13⅓, less than Esk.
        (
            RankTopN(places=3),
            "stable under merging",
            "Beck and Cairn become one area: together they had £200,000.00, and it gets £0.00",
        ),
        # Ash and Beck need 20 both, after Dun and two more: Cairn and Dun 30, Esk and Fold 15.
        (
            RankTopN(places=3),
            "symmetric",
            (
                "Ash is made equal to Beck in people and every column: Beck gets £0.00, and Ash "
                "£200,000.00"
            ),
        ),
        # People times need squared are 16, 12, 6, 18, 5⅝ and ⅛, together 57¾; Cairn and Dun have 24
        # of them, and as one, with a need of 15, 18 of 51¾.
        (
            NeedWeighted(steepness=2),
            "stable under merging",
            "Cairn and Dun become one area: together they had £249,350.65, and it gets £208,695.65",
        ),
        # Cairn has 60 of 260 thousand points of need, 60 of 257½ of what Fold with its floor of
        # £10,000 leaves; with twice as many people floors of £20 a head take all the money.
        (
            adjusted(floor={"per_head": "£20"}),
            "scale-free in population",
            "all populations are doubled: Cairn had £137,475.73, and gets £240,000.00",
        ),
        # Beck is at the upper end of the band, and beyond it with 6,000 people.
        (
            read(kind="population_band", least=500, most=3000, **{"from": "£1k", "to": "£9k"}),
            "scale-free in population",
            "all populations are doubled: Beck had £9,000.00, and gets £0.00",
        ),
        # The smallest grant worth making is above the floor of those that have least.
        (
            adjusted(floor={"per_head": "£20"}, minimum_grant="£25k"),
            "floor kept",
            "of a pot of £600,000.00, Fold is promised £10,000.00, and gets £0.00",
        ),
    ],
)
def test_what_is_known_to_break(rule: AllocationRule, axiom: str, words: str) -> None:
    broken = found(rule, axiom)
    assert (broken.verdict, broken.words) == ("broken", words)


@pytest.mark.parametrize("kind", ["cea", "cel", "talmud"])
def test_of_claims_only_proportional_awards_are_stable_where_claims_are_merged_or_split(
    kind: str,
) -> None:
    # O'Neill, 1982: the proportional rule alone gives nobody a reason to merge or split claims
    proportional, other = (read(kind=k, claims="claims") for k in ("proportional_claims", kind))
    for axiom in "stable under merging", "stable under splitting":
        assert found(proportional, axiom).verdict == "kept"
        assert found(other, axiom).verdict == "broken"


@pytest.mark.parametrize("kind", ["proportional_claims", "cea", "cel", "talmud"])
def test_every_rule_of_claims_rises_with_the_pot(kind: str) -> None:
    # Thomson, 2003: resource monotonicity
    assert found(read(kind=kind, claims="claims"), "monotone in the pot").verdict == "kept"


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=9), st.integers(1, 10**6))
@settings(max_examples=25)
def test_per_head_keeps_every_axiom_whatever_the_table(people: list[int], pounds: int) -> None:
    found = card("per head", Bench(PerCapita(), table(people), "need", pounds * 100)).findings
    verdicts = {finding.verdict for finding in found.values()}
    assert verdicts <= {"kept", "does not apply"}
    assert found["symmetric"].verdict == found["sums exactly"].verdict == "kept"


@given(
    st.lists(st.integers(0, 10**6), min_size=2, max_size=9).filter(any),
    st.sampled_from(DIVISORS),
    st.integers(1, 60),
)
@settings(max_examples=25)
def test_largest_remainders_stay_in_quota_and_divisors_rise_with_the_pot(
    points: list[int], method: Method, number: int
) -> None:
    # Balinski and Young, propositions on quota and on house monotonicity
    areas = table([1] * len(points), points=points)
    hamilton = WholePlaces(each="£1k", by="points")
    assert found(hamilton, "quota", areas, pounds=number).verdict == "kept"
    divisor = WholePlaces(each="£1k", by="points", method=method)
    assert found(divisor, "monotone in the pot", areas, pounds=number).verdict == "kept"
