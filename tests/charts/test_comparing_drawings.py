"""Drawings of comparisons: from their tables alone, nothing cut off, nothing on anything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from fundsim.charts import NotShown
from fundsim.charts.comparing import COMPARISON_CHARTS, Asked, Given
from fundsim.charts.comparing.map_drawing import Differences, Shades
from fundsim.charts.comparing.naming import MOST
from fundsim.charts.comparing.winners_drawing import Ranks
from fundsim.charts.figures import percent
from fundsim.charts.ranking import DRAWN
from fundsim.charts.rendering import settled
from fundsim.comparison.compared import Compared
from fundsim.comparison.wanting import Wanted
from fundsim.metrics.places import SPREADS
from fundsim.results import Table
from fundsim.scenario import Scenario, load
from tests.charts.comparing_world import FLOORED, UK_RULES, Seen, cells, places, pot, runs, seen, uk
from tests.charts.seen import LONG, MARKUP, cut_off, said, touching

STEEP = [f"need_weighted(steepness={steepness})" for steepness in (0.5, 1.5, 2.5, 3, 4)]
HOSTILE = [MARKUP, LONG, "x" * 300, "東京", "=1+1", "$a$ <b>", "]]> _c_", "Leeds"]
NEED = Wanted(need="uk_score")


def named(count: int, folder: Path) -> Scenario:
    return places(folder, [f"Place {row}" for row in range(count)])


CASES: dict[str, Callable[[Path], Compared]] = {
    "one area": lambda folder: pot(named(1, folder), ["equal", "need_weighted"]),
    "two areas": lambda folder: pot(named(2, folder), ["equal", FLOORED]),
    "two areas in futures": lambda folder: runs(named(2, folder), ["equal"]),
    "forty areas": lambda folder: pot(named(40, folder), ["equal", "need_weighted"]),
    "forty areas in futures": lambda folder: runs(named(40, folder), ["equal"]),
    "hostile names": lambda folder: pot(places(folder, HOSTILE), ["equal", "need_weighted"]),
    "fortunes": lambda folder: pot(named(5, folder), ["equal"], pounds=9_000_000_000),
    "pence": lambda folder: pot(named(5, folder), ["equal"], pounds=40),
    "the districts": lambda _: pot(uk(), UK_RULES[:1], pounds=80_000_000, wanted=NEED),
}
ALWAYS = [name for name, chart in COMPARISON_CHARTS.items() if not chart.of_given]


@pytest.mark.parametrize("case", CASES)
def test_no_text_is_cut_off_or_on_top_of_another(case: str, tmp_path: Path) -> None:
    found = CASES[case](tmp_path)
    for chart in ALWAYS:
        try:
            figure = seen(chart, found).figure
        except NotShown:
            continue
        assert cut_off(figure) == [], chart
        assert touching(figure) == [], chart


STEPS = (
    *("each", "years", "a_year", "areas", "paid", "left_over", "people_in_need"),
    *("share_of_people_in_need", "chosen_by", "in_need_are"),
)


def breadth(each: Sequence[int], years: Sequence[int] = (10,), pounds: int = 175_000_000) -> Given:
    """A pot in amounts for each area; every area reached holds 5 in 1,000 of those in need."""
    rows = [
        [
            *(f"{one}.0000", str(span), f"{one / span:.4f}", str(pounds // one)),
            *(f"{pounds // one * one}.0000", f"{pounds % one}.0000", "900"),
            *(f"{min(pounds // one * 0.005, 1):.6f}", "need", "poor (people who are poor)"),
        ]
        for span in years
        for one in each
    ]
    table = Table("breadth", STEPS, lambda: rows)
    return Given(load("community-wealth-fund"), {"breadth": table})


@pytest.mark.parametrize(
    "found",
    [
        breadth([1_150_000]),
        breadth(range(500_000, 5_000_000, 75_000)),
        breadth([1_000_000, 2_000_000, 3_000_000], years=(10, 15, 20)),
        breadth([9_000, 200_000_000]),
    ],
)
def test_breadth_is_drawn_without_anything_cut_off_or_touching(found: Given) -> None:
    shown = seen("breadth_depth", found)
    assert cut_off(shown.figure) == []
    assert touching(shown.figure) == []


# What is written is what the tables say


@pytest.fixture(scope="module")
def tried() -> Compared:
    return runs(uk(), UK_RULES, wanted=NEED)


@pytest.fixture(scope="module")
def drawn(tried: Compared) -> dict[str, Seen]:
    """Every chart of those rules, drawn once."""
    return {chart: seen(chart, tried) for chart in ALWAYS}


def test_nothing_of_four_rules_on_the_districts_touches(drawn: dict[str, Seen]) -> None:
    assert {chart: cut_off(one.figure) for chart, one in drawn.items() if cut_off(one.figure)} == {}
    assert {
        chart: touching(one.figure) for chart, one in drawn.items() if touching(one.figure)
    } == {}


def test_the_ends_of_a_ranking_are_named_with_their_figures(drawn: dict[str, Seen]) -> None:
    shown = drawn["winners_losers"]
    rows = shown.table.where(letter="B")
    for rank in (1, 2, 3, 359, 360, 361):
        ((name, head),) = cells(rows.where(rank=str(rank)), "name", "difference_per_head")
        assert name in shown.said
        assert f"{'+' if float(head) > 0 else '−'}£{abs(float(head)):.2f}" in shown.said


def test_a_panel_says_which_shares_of_people_gain_and_lose(
    tried: Compared, drawn: dict[str, Seen]
) -> None:
    groups = tried.table("groups").where(level="all", rule="per_capita")
    gain, lose, people = (
        float(groups.column(name)[0]) for name in ("people_gaining", "people_losing", "population")
    )
    told = (
        f"{percent(gain / people)} of people live in areas that gain, {percent(lose / people)} in"
    )
    assert any(text.startswith(told) for text in drawn["winners_losers"].said)


def test_an_interval_is_told_rounded_up(drawn: dict[str, Seen]) -> None:
    shown = drawn["winners_losers"]
    first = next(iter(Ranks.all_of(shown.table)))
    half = float(first.high[0] - first.low[0]) / 2
    assert half <= float(first.give(0).removeprefix("±£")) < half + 0.01
    assert first.give(0) in shown.said


def test_one_pot_has_neither_bands_nor_intervals(tmp_path: Path) -> None:
    shown = seen("winners_losers", pot(named(5, tmp_path), ["equal"]))
    assert not any("±" in text for text in shown.said)
    assert "interval" not in shown.about


def test_the_key_tells_the_measures_of_the_comparison(
    tried: Compared, drawn: dict[str, Seen]
) -> None:
    lorenz, scatter = drawn["lorenz"], drawn["pareto"]
    measures = tried.table("measures")
    for rule in tried.rules:
        gini, fifth = (
            float(measures.where(measure=name, rule=rule).column("mean")[0])
            for name in ("gini_per_head", "share_to_most_deprived_fifth")
        )
        assert f"Gini {gini:.3f}" in lorenz.said
        assert f"{gini:.3f}, {100 * fifth:.1f}%" in scatter.said


def test_the_key_of_a_concentration_tells_the_most_deprived_fifth(drawn: dict[str, Seen]) -> None:
    shown = drawn["concentration"]
    fifths = shown.table.where(tenth="2").numbers("money_share")
    assert all(percent(float(share)) in shown.said for share in fifths)


def test_the_key_of_tenths_tells_the_first_and_the_last(
    tried: Compared, drawn: dict[str, Seen]
) -> None:
    shown = drawn["per_head_by_tenth"]
    first, last = (tried.table("tenths").where(rule="per_capita", tenth=n) for n in ("1", "10"))
    both = [f"£{one.numbers('per_head')[0]:,.2f}" for one in (first, last)]
    assert " → ".join(both) in shown.said


def test_a_beaten_rule_says_by_which_in_the_key(tmp_path: Path) -> None:
    found = pot(named(3, tmp_path), ["equal", "column(column=comfort)"])
    assert "beaten by A" in seen("pareto", found).said


def test_a_square_alone_tells_its_figure() -> None:
    shown = seen("winners_losers_map", pot(uk(), UK_RULES[:1], pounds=80_000_000))
    (head,) = shown.table.where(foundation="leeds").numbers("difference_per_head")
    assert f"−£{-head:.2f}" in shown.said
    assert "LEEDS" in shown.said


def test_squares_of_several_maps_tell_their_sign(drawn: dict[str, Seen]) -> None:
    shown = drawn["winners_losers_map"]
    maps = Differences.all_of(shown.table)
    signs = [text for text in shown.said if text in ("+", "−", "?", "0")]
    shades = 2 * (len(Shades.of(maps).edges) - 1) + 1
    assert len(signs) == 47 * len(maps) + shades


def opened(table: Table, foundation: str) -> Table:
    """The same map, with an interval about zero for a foundation."""
    ends = {"low_per_head": "-1.0", "high_per_head": "1.0"}
    at = table.columns.index("foundation")
    rows = [
        [ends.get(name, cell) for name, cell in zip(table.columns, row, strict=True)]
        if row[at] == foundation
        else row
        for row in table.rows()
    ]
    return Table(table.name, table.columns, lambda: rows)


@pytest.mark.parametrize("rules", [UK_RULES[:1], UK_RULES])
def test_a_square_says_where_it_is_open_who_gains(rules: Sequence[str]) -> None:
    found, entry = pot(uk(), rules, pounds=80_000_000), COMPARISON_CHARTS["winners_losers_map"]
    table = opened(entry.table(found), "leeds")
    words = entry.words(table, found)
    with settled():
        written = said(entry.draw(table, words))
    assert "?: the 95% interval of the mean difference spans zero." in words.about
    assert len([text for text in written if text.endswith("?")]) == len(rules)


def test_a_foundation_that_the_scenario_leaves_out_is_an_empty_square() -> None:
    only = {
        "geography.where": {"nation": "England"},
        "funds.luc.allocation": {"kind": "per_capita"},
    }
    found = pot(load("kruger-endowment").but(only), ["equal"], pounds=1_000_000)
    assert "3 empty squares: no part of this scenario." in seen("winners_losers_map", found).about
    with pytest.raises(NotShown, match="every foundation's people have the same under each rule"):
        seen("winners_losers_map", pot(load("kruger-endowment").but(only), ["per_capita"]))


def test_where_nobody_gains_it_is_said(tmp_path: Path) -> None:
    shown = seen("winners_losers", pot(named(3, tmp_path), ["whole_places(each='£1m')"]))
    assert "no area gains" in shown.said
    assert "0% of people live in areas that gain, 100% in areas that lose." in shown.said


@pytest.mark.parametrize(
    ("across", "up"),
    [
        ("share_to_most_deprived_fifth", "gini_per_head"),
        ("concentration", "share_to_most_deprived_tenth"),
        ("theil", "hoover"),
    ],
)
def test_what_is_not_beaten_is_drawn_at_the_edge_whichever_way_is_better(
    across: str, up: str, tried: Compared
) -> None:
    shown = seen("pareto", tried, Asked(measures=(across, up)))
    assert cut_off(shown.figure) == []
    assert touching(shown.figure) == []
    arrows = {True: "→↑", False: "←↓"}
    better = {name: SPREADS[name].direction > 0 for name in (across, up)}
    assert any(t.startswith(across) and t.endswith(arrows[better[across]][0]) for t in shown.said)
    assert any(t.startswith(up) and t.endswith(arrows[better[up]][1]) for t in shown.said)


def test_those_that_move_furthest_are_named_with_both_places(tried: Compared) -> None:
    shown = seen("rank_slopes", tried, Asked(rule=UK_RULES[3]))
    moved = shown.table.numbers("places_up")
    for row in (int(moved.argmax()), int(moved.argmin())):
        name, was, now = cells(shown.table, "name", "rank_before", "rank_after")[row]
        assert name in shown.said
        assert f"{was} → {now}" in shown.said


def test_breadth_tells_areas_amounts_and_need() -> None:
    shown = seen("breadth_depth", breadth([1_000_000, 2_000_000]))
    assert "£200,000 a year" in shown.said
    assert "£2m each, 87 areas, 44% of need" in shown.said
    assert "£1m each, 175 areas, 88% of need" in shown.said


@pytest.mark.parametrize("chart", ["lorenz", "per_head_by_tenth", "pareto", "rank_slopes"])
def test_a_drawing_takes_nothing_but_its_table_and_words(chart: str, tried: Compared) -> None:
    entry = COMPARISON_CHARTS[chart]
    table = entry.table(tried)
    words = entry.words(table, tried)
    rows = [["elsewhere" if cell == "per_capita" else cell for cell in row] for row in table.rows()]
    with settled():
        figure = entry.draw(Table(table.name, table.columns, lambda: rows), words)
    assert "elsewhere" in said(figure)
    assert "per_capita" not in said(figure)


# Many


def test_of_many_rules_the_first_are_drawn_and_it_is_said() -> None:
    found = pot(uk(), [*STEEP, *UK_RULES], pounds=80_000_000, wanted=NEED)
    lines, panels = seen("lorenz", found), seen("winners_losers", found)
    for shown in (lines, panels, seen("winners_losers_map", found), seen("pareto", found)):
        assert cut_off(shown.figure) == []
        assert touching(shown.figure) == []
    assert f"The first {MOST} of 10 rules are drawn; the CSV beside this has all." in lines.about
    assert {"A", "H"} <= set(lines.said)
    assert "I" not in lines.said
    assert len(set(lines.table.column("rule"))) == 10
    assert "The first 5 of 9 rules are drawn" in panels.about


def test_of_very_many_areas_some_are_drawn_and_it_is_said(tmp_path: Path) -> None:
    shown = seen("winners_losers", pot(named(3 * DRAWN, tmp_path), ["equal"], pounds=9_000_000))
    assert "1,000 of 3,000 areas are drawn." in shown.about
    assert len(list(shown.table.rows())) == 3 * DRAWN


def test_a_shortened_rule_stands_in_full_in_the_caption(drawn: dict[str, Seen]) -> None:
    assert f"In full: D is {FLOORED}." in drawn["lorenz"].caption
    assert "In full" not in drawn["rank_slopes"].caption  # of B alone, which is not cut
