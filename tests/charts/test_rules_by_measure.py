"""The heat map of rules by measures: where rules stand, and what is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from fundsim.charts import NotShown
from fundsim.charts.comparing import COMPARISON_CHARTS
from fundsim.charts.comparing.by_measure_drawing import Measured
from fundsim.comparison.compared import Compared
from fundsim.comparison.wanting import Wanted
from fundsim.scenario import Scenario
from tests.charts.comparing_world import UK_RULES, cells, places, pot, runs, seen, uk
from tests.charts.plain import CLASSES
from tests.charts.seen import cut_off, touching

CHART = "rules_by_measure"
RULES = ["equal", "need_weighted(steepness=2)"]


@pytest.fixture
def three(tmp_path: Path) -> Scenario:
    return places(tmp_path, ["Ashby", "Burton", "Corby"])


@pytest.fixture(scope="module")
def tried() -> Compared:
    return runs(uk(), UK_RULES, wanted=Wanted(measures=("all",)))


def standings(found: Compared, measure: str) -> list[str]:
    return COMPARISON_CHARTS[CHART].table(found).where(measure=measure).column("standing")


def test_figures_are_those_of_the_comparison(tried: Compared) -> None:
    shown, own = COMPARISON_CHARTS[CHART].table(tried), tried.table("measures")
    copied = ("measure", "rule", "unit", "direction", "mean", "se", "why_empty")
    assert cells(shown, *copied) == cells(own, *copied)


def test_less_is_better_where_it_is(three: Scenario) -> None:
    found = pot(three, RULES, wanted=Wanted(measures=("gini_per_head",)))
    means = COMPARISON_CHARTS[CHART].table(found).numbers("mean")
    placed = [float(cell) for cell in standings(found, "gini_per_head")]
    worst, best = means.max(), means.min()
    assert placed == pytest.approx(((worst - means) / (worst - best)).tolist(), abs=1e-5)
    assert placed[0] == 1.0  # the same a head everywhere


def test_more_is_better_where_it_is(three: Scenario) -> None:
    name = "share_to_most_deprived_fifth"
    found = pot(three, RULES, wanted=Wanted(measures=(name,)))
    means = COMPARISON_CHARTS[CHART].table(found).numbers("mean").tolist()
    placed = [float(cell) for cell in standings(found, name)]
    assert sorted(means) == [means[at] for at in sorted(range(3), key=lambda at: placed[at])]
    assert (min(placed), max(placed)) == (0.0, 1.0)


def test_what_is_neither_better_nor_worse_or_alike_has_no_standing(tried: Compared) -> None:
    table = COMPARISON_CHARTS[CHART].table(tried)
    for direction, mean, standing in cells(table, "direction", "mean", "standing"):
        assert not standing or (direction != "0" and mean)
    empty = {m for m, mean in cells(table, "measure", "mean") if not mean}
    assert empty
    assert all(why for mean, why in cells(table, "mean", "why_empty") if not mean)


def test_alike_rules_have_no_shade(three: Scenario) -> None:
    found = pot(three, ["per_capita"], wanted=Wanted(measures=("gini_per_head",)))
    assert standings(found, "gini_per_head") == ["", ""]


def test_the_darkest_is_the_best_and_bold(three: Scenario) -> None:
    figure = seen(CHART, pot(three, RULES, wanted=Wanted(measures=("gini_per_head",)))).figure
    from matplotlib.colors import to_hex
    from matplotlib.patches import Polygon

    shades = [to_hex(shape.get_facecolor()) for shape in figure.findobj(Polygon)]
    assert shades[0] == CLASSES[-1]
    assert CLASSES[0] in shades
    bold = [text for text in figure.texts if text.get_fontweight() == "bold"]
    assert "0" in [text.get_text() for text in bold]


def test_letters_measures_and_rules_are_written(tried: Compared) -> None:
    shown = seen(CHART, tried)
    assert {"A", "B", "C", "D", "E", "gini_per_head ↓"} <= set(shown.said)
    assert "share_to_most_deprived_fifth ↑" in shown.said
    assert {"as stated", "per_capita"} <= set(shown.said)
    assert "the CSV says why" in shown.about
    assert cut_off(shown.figure) == []
    assert touching(shown.figure) == []


def test_the_alternative_text_counts_the_bests(three: Scenario) -> None:
    found = pot(three, RULES, wanted=Wanted(measures=("gini_per_head", "hoover")))
    alt = seen(CHART, found).alt
    assert "3 rules in 2 measures" in alt
    assert "A is best in 2 and worst in 0" in alt
    assert "B is equal" in alt


def many(count: int) -> Sequence[str]:
    return [f"need_weighted(steepness={1 + step / 10:g})" for step in range(count)]


@pytest.mark.parametrize("count", [1, 7, 12])
def test_of_many_rules_the_first_eight_are_drawn(three: Scenario, count: int) -> None:
    found = pot(three, many(count))
    shown = seen(CHART, found)
    assert cut_off(shown.figure) == []
    assert touching(shown.figure) == []
    assert ("the first 8 of 13 rules are drawn" in shown.about.lower()) == (count == 12)
    assert len(Measured.of(shown.table).rules) == count + 1


def test_a_rule_alone_is_nothing_to_compare(three: Scenario) -> None:
    with pytest.raises(NotShown):
        COMPARISON_CHARTS[CHART].table(pot(three, []))
