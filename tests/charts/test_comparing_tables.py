"""What each chart of a comparison shows, worked by hand.

Three areas of 1,000, 2,000 and 3,000 people share £6,000. The scenario's own rule gives everybody
£1. By `equal` each area has £2,000: £2 a head in the first, £1 in the second, 67p in the third.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from fundsim.charts import NotShown
from fundsim.charts.comparing import COMPARISON_CHARTS, Asked, Given
from fundsim.comparison.compared import Compared
from fundsim.comparison.wanting import Wanted
from fundsim.errors import RunError
from fundsim.results import Table
from fundsim.scenario import Scenario, load
from tests.charts.comparing_world import UK_RULES, cells, places, pot, runs, uk

NAMES = ["Ashby", "Burton", "Corby"]


@pytest.fixture
def three(tmp_path: Path) -> Scenario:
    return places(tmp_path, NAMES)


@pytest.fixture
def equal(three: Scenario) -> Compared:
    return pot(three, ["equal"])


@pytest.fixture(scope="module")
def tried() -> Compared:
    """Four rules on the packaged districts, in a few futures."""
    return runs(uk(), UK_RULES, wanted=Wanted(need="uk_score"))


def table(chart: str, found: Compared, asked: Asked | None = None) -> Table:
    entry = COMPARISON_CHARTS[chart]
    return entry.table(found) if asked is None else entry.table(found, asked)


# Winners and losers


def test_areas_are_ranked_by_what_they_gain_a_head(equal: Compared) -> None:
    shown = table("winners_losers", equal)
    assert cells(shown, "letter", "rule", "held_against", "rank", "name") == [
        ("B", "equal", "as stated", "1", "Ashby"),
        ("B", "equal", "as stated", "2", "Burton"),
        ("B", "equal", "as stated", "3", "Corby"),
    ]
    assert shown.column("difference") == ["1000.0000", "0.0000", "-1000.0000"]
    assert shown.column("difference_per_head") == ["1.000000", "0.000000", "-0.333333"]


def test_each_rule_but_the_first_has_its_own_ranking(three: Scenario) -> None:
    shown = table("winners_losers", pot(three, ["equal", "need_weighted"]))
    assert shown.column("letter") == ["B"] * 3 + ["C"] * 3
    assert shown.column("rank") == ["1", "2", "3"] * 2


def test_intervals_are_those_of_the_areas_over_their_people(tried: Compared) -> None:
    shown = table("winners_losers", tried)
    areas = tried.table("areas").where(rule="per_capita", name="Blackpool")
    (own,) = cells(shown.where(letter="B", name="Blackpool"), "low", "high", "population")
    assert own == cells(areas, "low", "high", "population")[0]
    (low,) = shown.where(letter="B", name="Blackpool").numbers("low_per_head")
    assert low == pytest.approx(float(own[0]) / int(own[2]), abs=1e-6)


@pytest.mark.parametrize("chart", ["winners_losers", "winners_losers_map", "rank_slopes"])
def test_a_rule_alone_has_nothing_to_be_held_against(chart: str, three: Scenario) -> None:
    with pytest.raises(NotShown, match=f"{chart} has nothing to show: only one rule was compared"):
        table(chart, pot(three, []))


def test_where_all_rules_agree_nobody_gains_or_loses(three: Scenario) -> None:
    with pytest.raises(
        NotShown, match="every area has the same under each rule as under as stated"
    ):
        table("winners_losers", pot(three, ["per_capita"]))


# The map


def test_a_square_has_its_foundations_difference_a_head(tried: Compared) -> None:
    shown = table("winners_losers_map", tried).where(letter="C", foundation="leeds")
    groups = tried.table("groups").where(level="foundation", group="leeds", rule=UK_RULES[1])
    assert shown.column("difference") == groups.column("difference")
    (head,) = shown.numbers("difference_per_head")
    pounds, people = (float(groups.column(name)[0]) for name in ("difference", "population"))
    assert head == pytest.approx(pounds / people, abs=1e-6)


def test_every_rule_has_a_square_for_each_member(tried: Compared) -> None:
    shown = table("winners_losers_map", tried)
    assert shown.column("letter") == [letter for letter in "BCDE" for _ in range(47)]


def test_a_square_is_empty_where_the_scenario_leaves_a_foundation_out() -> None:
    only = {
        "geography.where": {"nation": "England"},
        "funds.luc.allocation": {"kind": "per_capita"},
    }
    england = load("kruger-endowment").but(only)
    found = pot(england, ["equal"], pounds=1_000_000)
    shown = table("winners_losers_map", found)
    assert shown.where(foundation="wales").column("difference") == [""]
    assert shown.where(foundation="leeds").column("difference") != [""]


def test_a_table_of_ones_own_has_no_map(equal: Compared) -> None:
    with pytest.raises(NotShown, match=r'no place for "all"; take the chart winners_losers$'):
        table("winners_losers_map", equal)


# Lorenz and concentration


def test_a_lorenz_curve_goes_from_those_with_least_to_those_with_most(equal: Compared) -> None:
    """Corby, half of the people, has a third of the money; with Burton 5/6 have two thirds.

    Below the curve lie 1/2 × (0 + 1/3)/2 + 1/3 × (1/3 + 2/3)/2 + 1/6 × (2/3 + 1)/2 = 7/18; the Gini
    coefficient is 1 − 2 × 7/18 = 2/9.
    """
    shown = table("lorenz", equal).where(letter="B")
    assert shown.column("name") == ["Corby", "Burton", "Ashby"]
    assert shown.numbers("people_share") == pytest.approx([1 / 2, 5 / 6, 1], abs=1e-6)
    assert shown.numbers("money_share") == pytest.approx([1 / 3, 2 / 3, 1], abs=1e-6)
    assert shown.column("gini") == ["0.222222"] * 3


def test_the_same_a_head_for_all_is_the_diagonal(equal: Compared) -> None:
    shown = table("lorenz", equal).where(letter="A")
    assert shown.column("people_share") == shown.column("money_share")
    assert set(shown.column("gini")) == {"0.000000"}


def test_the_gini_that_is_told_is_the_mean_of_all_futures(tried: Compared) -> None:
    shown = table("lorenz", tried).where(letter="C")
    taken = tried.table("measures").where(measure="gini_per_head", rule=UK_RULES[1])
    assert set(shown.column("mean_gini")) == set(taken.column("mean"))


def test_where_no_gini_was_taken_that_of_the_curve_is_told(three: Scenario) -> None:
    shown = table("lorenz", pot(three, ["equal"], wanted=Wanted(measures=("theil",))))
    assert shown.column("mean_gini") == shown.column("gini")


def test_a_concentration_curve_goes_from_the_most_deprived_on(equal: Compared) -> None:
    """Ashby, the most deprived sixth, has a third of the money; Corby's half has the last third.

    A tenth of people: 600. The first has £1,200 of £6,000; the second is 400 of Ashby with £800 and
    200 of Burton with £200.
    """
    shown = table("concentration", equal).where(letter="B")
    shares = shown.numbers("money_share")
    assert shown.numbers("people_share") == pytest.approx([n / 10 for n in range(1, 11)])
    assert shares[:2] == pytest.approx([1200 / 6000, 2200 / 6000], abs=1e-4)
    assert shares[4] == pytest.approx(2 / 3, abs=1e-4)
    assert shares[9] == 1.0


def test_the_first_fifth_is_what_the_measure_says(tried: Compared) -> None:
    shown = table("concentration", tried).where(letter="E", tenth="2")
    share = tried.table("measures").where(measure="share_to_most_deprived_fifth", rule=UK_RULES[3])
    assert shown.numbers("money_share") == pytest.approx(share.numbers("mean"), abs=0.01)


@pytest.mark.parametrize("chart", ["concentration", "per_head_by_tenth"])
def test_where_need_ranks_nobody_the_reason_is_given(chart: str) -> None:
    found = pot(uk(), ["per_capita"], pounds=1_000_000)
    with pytest.raises(NotShown, match=rf"{chart} has nothing to show: need \(nat_need_pct\) has"):
        table(chart, found)


def test_the_reason_is_given_where_no_measure_of_need_was_taken() -> None:
    found = pot(uk(), ["per_capita"], pounds=1_000_000, wanted=Wanted(measures=("theil",)))
    with pytest.raises(NotShown, match=r"need \(nat_need_pct\) has a scale of its own"):
        table("concentration", found)


# Tenths


def test_tenths_are_those_of_the_comparison_with_their_intervals(tried: Compared) -> None:
    shown = table("per_head_by_tenth", tried).where(letter="D", tenth="1")
    (own,) = cells(shown, "per_head", "se")
    assert (
        own
        == cells(tried.table("tenths").where(rule=UK_RULES[2], tenth="1"), *("per_head", "se"))[0]
    )
    (low,), (high,) = shown.numbers("low"), shown.numbers("high")
    assert high - low == pytest.approx(2 * 1.96 * float(own[1]), abs=2e-4)
    assert high > low


def test_one_pot_has_no_intervals(equal: Compared) -> None:
    shown = table("per_head_by_tenth", equal)
    assert shown.column("low") == shown.column("per_head") == shown.column("high")
    assert shown.where(letter="B").column("per_head")[:2] == ["2.0000", "1.6667"]


# Pareto


def test_a_beaten_rule_is_told_by_which(three: Scenario) -> None:
    """By comfort Ashby has nothing, Burton £2,000 and Corby £4,000: uneven, and away from need.

    The most deprived fifth are Ashby and 200 people of Burton, with £200 of £6,000. The scenario's
    own rule is even and gives them a fifth, and so beats it; `equal` is less even but gives more.
    """
    shown = table("pareto", pot(three, ["equal", "column(column=comfort)"]))
    assert cells(shown, "letter", "unbeaten", "beaten_by") == [
        *(("A", "yes", ""), ("B", "yes", "")),
        ("C", "no", "A"),
    ]
    assert shown.column("across_mean")[:2] == ["0.000000", "0.222222"]
    assert shown.column("up_mean") == ["0.200000", "0.366667", "0.033333"]


def test_rules_with_the_same_figures_do_not_beat_each_other(three: Scenario) -> None:
    assert table("pareto", pot(three, ["per_capita"])).column("unbeaten") == ["yes", "yes"]


def test_intervals_of_a_scatter_are_of_95_percent(tried: Compared) -> None:
    shown = table("pareto", tried)
    low, error, high = (shown.numbers(f"across_{figure}") for figure in ("low", "se", "high"))
    assert high - low == pytest.approx(2 * 1.96 * error, abs=1e-5)
    assert error.max() > 0


def test_measures_are_chosen_by_name(three: Scenario) -> None:
    found = pot(three, ["equal"])
    shown = table("pareto", found, Asked(measures=("hoover", "theil")))
    assert shown.column("across") == ["hoover"] * 2
    assert shown.column("up_mean") == found.table("measures").where(measure="theil").column("mean")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("hover", r'there is no measure "hover" \(did you mean "hoover"\?\)'),
        ("overlap_with_earlier", "neither better nor worse when there is more of it"),
    ],
)
def test_a_measure_that_cannot_be_aimed_at_is_refused(
    name: str, said: str, equal: Compared
) -> None:
    with pytest.raises(RunError, match=said):
        table("pareto", equal, Asked(measures=("theil", name)))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("volatility", "volatility was not taken; compare again with --measures theil,volatility"),
        ("areas_under_minimum", "areas_under_minimum is empty: no viable minimum is stated"),
    ],
)
def test_a_measure_that_there_is_not_is_told_with_the_reason(
    name: str, said: str, equal: Compared
) -> None:
    with pytest.raises(NotShown, match=said):
        table("pareto", equal, Asked(measures=("theil", name)))


# Slopes


def test_places_are_by_pounds_a_head_and_equal_ones_share_one(equal: Compared) -> None:
    shown = table("rank_slopes", equal)
    assert cells(shown, "name", "rank_before", "rank_after", "places_up") == [
        ("Ashby", "1", "1", "0"),
        ("Burton", "1", "2", "-1"),
        ("Corby", "1", "3", "-2"),
    ]
    assert set(cells(shown, "letter_before", "before", "letter_after", "after")) == {
        ("A", "as stated", "B", "equal")
    }


def test_the_rule_is_the_second_one_unless_it_is_named(three: Scenario) -> None:
    found = pot(three, ["equal", "need_weighted"])
    assert set(table("rank_slopes", found).column("after")) == {"equal"}
    named = table("rank_slopes", found, Asked(rule="need_weighted"))
    assert set(cells(named, "letter_after", "after")) == {("C", "need_weighted")}


def test_an_unknown_rule_names_the_nearest(equal: Compared) -> None:
    with pytest.raises(RunError, match=r'no rule "equals" was compared \(did you mean "equal"\?\)'):
        table("rank_slopes", equal, Asked(rule="equals"))


def given(name: str, columns: tuple[str, ...], *rows: tuple[str, ...]) -> Given:
    return Given(load("kruger-endowment"), {name: Table(name, columns, lambda: rows)})


PLACES = ("area", "name", "rank_before", "rank_after")


def test_places_of_another_change_are_shown_as_they_are_given() -> None:
    found = given("ranks", PLACES, ("A1", "Ashby", "2", "1"), ("A2", "Burton", "1", "2"))
    shown = COMPARISON_CHARTS["rank_slopes"].table(found)
    assert cells(shown, "before", "after", "name", "places_up") == [
        ("before", "after", "Ashby", "1"),
        ("before", "after", "Burton", "-1"),
    ]


def test_places_say_what_they_are_if_they_can() -> None:
    columns = (*PLACES, "before", "after")
    found = given("ranks", columns, ("A1", "Ashby", "2", "1", "imd15", "imd19"))
    shown = COMPARISON_CHARTS["rank_slopes"].table(found)
    assert cells(shown, "letter_before", "before", "after") == [("", "imd15", "imd19")]


def test_places_under_two_indices_are_shown() -> None:
    columns = ("rule", "need", "area", "name", "place_before", "place")
    found = given("ranks", columns, ("equal", "uk_score", "A1", "Ashby", "9", "4"))
    shown = COMPARISON_CHARTS["rank_slopes"].table(found)
    assert cells(shown, "after", "rank_before", "rank_after") == [("uk_score", "9", "4")]


@pytest.mark.parametrize(
    ("columns", "rows", "said"),
    [
        (
            ("area", "rank"),
            [],
            "has the columns area, name, rank_before, rank_after; found area, r",
        ),
        (PLACES, [("A1", "Ashby", "1", "2")] * 2, "has an area twice; keep to one rule"),
    ],
)
def test_a_table_of_ranks_of_another_shape_is_refused(
    columns: tuple[str, ...], rows: list[tuple[str, ...]], said: str
) -> None:
    with pytest.raises(RunError, match=said):
        COMPARISON_CHARTS["rank_slopes"].table(given("ranks", columns, *rows))


# Breadth and depth

STEPS = (
    *("each", "years", "a_year", "areas", "paid", "left_over", "people_in_need"),
    *("share_of_people_in_need", "chosen_by", "in_need_are"),
)
DEEP = (
    *("2000000.0000", "10", "200000.0000", "87", "174000000.0000", "1000000.0000", "950", "0.95"),
    *("need", "poor"),
)
NONE = (
    *("9000000.0000", "10", "900000.0000", "0", "0.0000", "175000000.0000", "0", "0.0"),
    *("need", "poor"),
)


def test_breadth_shows_the_columns_that_it_draws() -> None:
    shown = COMPARISON_CHARTS["breadth_depth"].table(
        given("breadth", (*STEPS, "more"), (*DEEP, "x"))
    )
    assert shown.columns == STEPS[:6] + STEPS[6:]
    assert list(shown.rows()) == [DEEP]


def test_a_comparison_of_rules_has_no_breadth(equal: Compared) -> None:
    with pytest.raises(NotShown, match="a comparison of rules has no table of breadth"):
        table("breadth_depth", equal)


def test_a_pot_that_pays_nobody_shows_no_breadth() -> None:
    with pytest.raises(NotShown, match="the pot pays no area at any of the amounts"):
        COMPARISON_CHARTS["breadth_depth"].table(given("breadth", STEPS, NONE))


def test_a_column_that_breadth_lacks_is_named() -> None:
    with pytest.raises(RunError, match="a column in_need_are; found no such"):
        COMPARISON_CHARTS["breadth_depth"].table(given("breadth", STEPS[:-1], DEEP[:-1]))


def test_what_is_not_given_is_told() -> None:
    with pytest.raises(RunError, match="no table of measures is given, only of breadth"):
        COMPARISON_CHARTS["pareto"].table(given("breadth", STEPS, DEEP))


# All money zero


@pytest.mark.parametrize("chart", [n for n, c in COMPARISON_CHARTS.items() if not c.of_given])
def test_no_money_at_all_is_told(chart: str, three: Scenario) -> None:
    found = pot(three, ["equal"], pounds=0)
    with pytest.raises(
        NotShown, match=r"no money is shared out|has the same under each rule|no place"
    ):
        table(chart, found)
