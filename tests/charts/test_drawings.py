"""Drawings: from their tables alone, nothing cut off, nothing on top of anything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsim.charts import CHARTS
from fundsim.charts.figures import parts_of_a_pound, per_head, written
from fundsim.charts.ranking import DRAWN
from fundsim.charts.rendering import settled
from fundsim.charts.tiling import Tiling, edges_of
from fundsim.results import Table
from tests.charts.seen import LONG, MARKUP, cut_off, drawn, said, texts, touching
from tests.charts.small_world import Fund, Scenario, World, geography, world


def named(places: int, folder: Path) -> Scenario:
    return Scenario(geography(folder, [f"Place {row}" for row in range(places)]))


def numbers(count: int) -> list[float]:
    return [float(row) for row in range(count)]


Case = tuple[str, Callable[[Scenario, Scenario, Path], World]]

CASES: dict[str, Case] = {
    "a fan": ("spending", lambda three, _, __: world(three)),
    "a kept fan": ("capital_kept_whole", lambda three, _, __: world(three)),
    "certainty": ("capital_kept_whole", lambda three, _, __: world(three, spread=0.0)),
    "one year": ("spending", lambda t, _, __: world(replace(t, years=1), spending=lambda _: 2e9)),
    "two years": (
        "spending",
        lambda t, _, __: world(replace(t, years=2, start=date(2021, 1, 1))),
    ),
    "two centuries": (
        "capital_kept_whole",
        lambda t, _, __: world(replace(t, years=200), kept=lambda year: 1.02**year, spread=0.1),
    ),
    "nearly exhausted": (
        "capital_kept_whole",
        lambda t, _, __: world(replace(t, years=50), kept=lambda year: max(1 - year / 40, 1e-4)),
    ),
    "a fund that ends": (
        "spending",
        lambda t, _, __: world(t, spending=lambda year: 5e7 if year < 10 else 0.0),
    ),
    "long words": (
        "spending",
        lambda t, _, __: world(
            replace(t, title=f"{MARKUP} {LONG} {LONG}", funds={"main": Fund(f"{MARKUP} {LONG}")})
        ),
    ),
    "areas paid fortunes": (
        "areas_per_head",
        lambda _, uk, __: world(uk, per_head=[row * 54321.0 for row in range(361)]),
    ),
    "areas paid pence": (
        "areas_per_head",
        lambda _, uk, __: world(uk, per_head=[row / 5000 for row in range(361)]),
    ),
    "many sources": (
        "areas_per_head",
        lambda _, uk, __: world(
            replace(uk, sources={f"funds.main.key{row}": f"{MARKUP} {LONG}" for row in range(30)})
        ),
    ),
    "three areas": ("areas_per_head", lambda three, _, __: world(three)),
    "thirty areas": ("areas_per_head", lambda _, __, folder: world(named(30, folder))),
    "thirty-one areas": ("areas_per_head", lambda _, __, folder: world(named(31, folder))),
    "the districts": ("areas_per_head", lambda _, uk, __: world(uk)),
    "areas that get nothing": (
        "areas_per_head",
        lambda _, uk, __: world(uk, per_head=[0.0] * 300 + numbers(61)),
    ),
    "hostile names": (
        "areas_per_head",
        lambda _, __, folder: world(Scenario(geography(folder, [MARKUP, LONG, "x" * 300, "東京"]))),
    ),
    "the map": ("foundations_tile_map", lambda _, uk, __: world(uk)),
    "a map of pence": (
        "foundations_tile_map",
        lambda _, uk, __: world(uk, by_foundation=[row / 1000 for row in range(47)]),
    ),
    "a map of fortunes": (
        "foundations_tile_map",
        lambda _, uk, __: world(uk, by_foundation=[row * 54321.0 for row in range(47)]),
    ),
    "a map of one shade": (
        "foundations_tile_map",
        lambda _, uk, __: world(uk, by_foundation=[1.1] * 47),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_no_text_is_cut_off_or_on_top_of_another(
    name: str, three: Scenario, uk: Scenario, tmp_path: Path
) -> None:
    chart, case = CASES[name]
    figure = drawn(chart, case(three, uk, tmp_path))
    assert cut_off(figure) == []
    assert touching(figure) == []


def test_a_drawing_takes_nothing_but_its_table_and_words(three: Scenario) -> None:
    entry, small = CHARTS["areas_per_head"], world(three)
    table = entry.table(small)
    words = entry.words(table, small)
    rows = [("1", "A1", "Elsewhere", *next(iter(table.rows()))[3:])]
    with settled():
        figure = entry.draw(Table(table.name, table.columns, lambda: rows), words)
    said = [text.split(" @")[0] for text in texts(figure)]
    assert "Elsewhere" in said
    assert "Corby" not in said


def test_a_fan_names_its_edges_where_it_ends(three: Scenario) -> None:
    shown = said(drawn("capital_kept_whole", world(three)))
    for value, meaning in [
        ("0.41", "1 in 20 below"),
        ("0.65", "1 in 4 below"),
        ("0.81", "middle future"),
        ("1.05", "1 in 4 above"),
        ("1.62", "1 in 20 above"),
    ]:
        assert value in shown
        assert meaning in shown


def test_a_fan_starts_at_zero_and_has_a_line_at_one(three: Scenario) -> None:
    figure = drawn("capital_kept_whole", world(three))
    (axes,) = figure.axes
    assert axes.get_ylim()[0] == 0.0
    assert any((np.asarray(line.get_ydata()) == 1.0).all() for line in axes.lines)
    assert "1 = kept whole" in said(figure)


def test_a_certain_future_is_one_line(three: Scenario) -> None:
    shown = said(drawn("spending", world(three, spread=0.0)))
    assert "every future" in shown
    assert "middle future" not in shown


def test_years_before_the_first_spending_are_not_drawn_as_a_rise_from_zero(
    three: Scenario,
) -> None:
    (axes,) = drawn("spending", world(three)).axes
    assert axes.get_xlim() == (2022.0, 2040.0)


def test_of_very_many_areas_some_are_drawn_and_it_is_said(tmp_path: Path) -> None:
    figure = drawn("areas_per_head", world(named(3 * DRAWN, tmp_path)))
    heights = [np.asarray(line.get_ydata()) for axes in figure.axes for line in axes.lines]
    ranks = max(heights, key=len)
    assert len(ranks) == DRAWN
    assert (ranks[0], ranks[-1]) == (1, 3 * DRAWN)
    assert "All 3,000 by rank, 1,000 of them drawn" in said(figure)


def test_the_ends_and_the_middle_are_named(uk: Scenario) -> None:
    shown = said(drawn("areas_per_head", world(uk)))
    names = uk.geography_table.names
    assert all(name in shown for name in (*names[-10:], names[180], *names[:10]))
    assert "In the middle of 361" in shown


def test_where_many_get_nothing_those_with_least_get_something(uk: Scenario) -> None:
    shown = said(drawn("areas_per_head", world(uk, per_head=[0.0] * 300 + numbers(61))))
    assert "The 10 with least; 301 more get nothing" in shown
    assert {"£1.00", "£10.00", "£51.00", "£60.00"} <= set(shown)
    assert shown.count("£0") == 5  # on the four scales, and the area in the middle


def test_where_nearly_all_get_nothing_it_is_said(uk: Scenario) -> None:
    shown = said(drawn("areas_per_head", world(uk, per_head=[0.0] * 350 + numbers(11))))
    assert "10 of the 351 that get nothing" in shown


def test_a_skewed_map_still_has_shades(uk: Scenario) -> None:
    skewed = [0.0] * 10 + [0.1, 0.3, 0.6, 1.5] * 8 + [3.0, 3.0, 3.0, 3.0, 8.0]
    shown = said(drawn("foundations_tile_map", world(uk, by_foundation=skewed)))
    ranges = ["£5.00 to £9.99", "£2.00 to £4.99", "£1.00 to £1.99", "£0.50 to £0.99"]
    assert {*ranges, "£0.01 to £0.49", "£0"} <= set(shown)


def test_a_figure_on_a_bound_as_written_is_of_the_class_above(uk: Scenario) -> None:
    around = [0.48, 0.7496, 0.9996, 1.2449, 1.2496, 1.25, 1.43] + [0.8] * 40
    small = world(uk, by_foundation=around)
    entry = CHARTS["foundations_tile_map"]
    tiling = Tiling.of(entry.table(small))
    edges = edges_of(tiling.written)
    assert edges == [25, 50, 75, 100, 125, 150]
    at = {tile.per_head: tiling.parts(tile) for tile in tiling.tiles}
    assert [at[figure] for figure in around[:7]] == [48, 75, 100, 124, 125, 125, 143]
    shown = said(drawn("foundations_tile_map", small))
    assert {"£1.00 to £1.24", "£1.25 to £1.49", "£0.25 to £0.49"} <= set(shown)


def test_what_rounds_to_nothing_has_no_shade(uk: Scenario) -> None:
    shown = said(drawn("foundations_tile_map", world(uk, by_foundation=[0.000_01] * 47)))
    assert "£0" in shown
    assert "0.0p" in shown


def test_every_column_of_areas_has_its_scale(uk: Scenario) -> None:
    shown = said(drawn("areas_per_head", world(uk, per_head=[row / 180 for row in range(361)])))
    assert shown.count("Pounds a head a year") == 3
    assert shown.count("£2") == 4


def test_the_map_writes_every_label_and_figure(uk: Scenario) -> None:
    shown = said(drawn("foundations_tile_map", world(uk)))
    assert {"SCOT", "WALES", "N IRE", "LOND", "CORN"} <= set(shown)
    assert {f"£{pounds}.00" for pounds in range(1, 48)} <= set(shown)


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=47).map(sorted))
def test_the_classes_of_a_map_hold_every_figure(figures: list[int]) -> None:
    edges = edges_of(figures)
    assert 2 <= len(edges) <= 6
    assert edges == sorted(set(edges))
    assert edges[0] <= figures[0]
    assert edges[-1] > figures[-1]


@given(st.floats(1e-4, 1e6), st.floats(0, 1))
def test_what_is_written_is_what_is_classed(largest: float, part: float) -> None:
    figure = largest * part
    many = parts_of_a_pound(largest)
    again = per_head(written(figure, largest=largest) / many, largest=largest)
    assert per_head(figure, largest=largest) in (again, "£0.00", "0.0p")


def test_a_box_for_an_unknown_character_is_explained(tmp_path: Path) -> None:
    shown = said(drawn("areas_per_head", world(Scenario(geography(tmp_path, ["東京", "Leeds"])))))
    assert "□□" in shown
    assert "□ stands for a character that this typeface lacks." in shown
