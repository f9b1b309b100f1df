"""The package's own tables against the totals that their publishers state."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray

from fundsim.places import (
    ATTRIBUTION,
    Geography,
    Tile,
    median_grants_a_head,
    member_foundations,
    tiles,
)
from fundsim.places.columns import HEADER, OPTIONAL
from fundsim.places.packaged import packaged

NATIONS = {
    "England": (296, 58_620_101),
    "Northern Ireland": (11, 1_927_855),
    "Scotland": (32, 5_546_900),
    "Wales": (22, 3_186_581),
}
ENGLISH = {
    "imd25_avg_score",
    "imd25_avg_rank",
    "imd25_share_d10",
    "imd25_extent",
    "income_depr_share",
    "imd19_avg_score",
    "imd19_avg_rank",
    "cni23_lsoas",
    "cni23_pop",
}
ACROSS_THE_UK = {
    "population",
    "uk_score",
    "uk_pop_d10",
    "uk_pop_d20",
    "child_poverty_ahc",
    "child_poverty_bhc",
    "claimant",
    "gdhi",
}


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(packaged(name).decode("utf-8"), newline="")))


def inside(uk: Geography, nation: str) -> NDArray[np.bool_]:
    return np.array([n == nation for n in uk.nations])


def by_people(uk: Geography, column: str) -> float:
    return float((uk.columns[column] * uk.population).sum() / uk.population.sum())


@pytest.mark.parametrize(("nation", "expected"), NATIONS.items())
def test_each_nation_has_its_districts_and_its_published_population(
    uk: Geography, nation: str, expected: tuple[int, int]
) -> None:
    chosen = inside(uk, nation)
    assert (int(chosen.sum()), int(uk.population[chosen].sum())) == expected


def test_the_uk_has_its_published_population(uk: Geography) -> None:
    assert (len(uk), int(uk.population.sum())) == (361, 69_281_437)


def test_english_left_behind_places_are_as_published(uk: Geography) -> None:
    england = inside(uk, "England")
    assert uk.columns["lbn_areas"][england].sum() == 225
    assert uk.columns["lbn_pop"][england].sum() == 2_390_133
    assert uk.columns["cni23_lsoas"][england].sum() == 1_262


def test_a_tenth_of_the_uk_lives_in_its_most_deprived_tenth(uk: Geography) -> None:
    assert by_people(uk, "uk_pop_d10") == pytest.approx(0.100, abs=0.0005)
    assert by_people(uk, "uk_pop_d20") == pytest.approx(0.200, abs=0.0005)


@pytest.mark.parametrize("nation", NATIONS)
def test_half_of_each_nation_is_more_deprived_than_its_middle(uk: Geography, nation: str) -> None:
    chosen = inside(uk, nation)
    people = uk.population[chosen]
    mean = (uk.columns["nat_need_pct"][chosen] * people).sum() / people.sum()
    assert mean == pytest.approx(50, abs=1)


def test_cells_are_empty_exactly_outside_the_nations_a_column_is_stated_for(uk: Geography) -> None:
    for name, values in uk.columns.items():
        outside = np.array([nation not in uk.about[name].nations for nation in uk.nations])
        assert np.array_equal(np.isnan(values), outside), name


def test_the_columns_of_england_alone_say_so(uk: Geography) -> None:
    assert {n for n, c in uk.about.items() if c.nations == {"England"}} == ENGLISH
    assert all(c.nations == set(NATIONS) for n, c in uk.about.items() if n not in ENGLISH)


def test_the_columns_that_compare_across_the_uk_say_so(uk: Geography) -> None:
    assert {n for n, c in uk.about.items() if c.comparable == "uk"} == ACROSS_THE_UK


def test_more_of_every_column_but_people_and_income_is_more_need(uk: Geography) -> None:
    directions = {name: column.more_means for name, column in uk.about.items()}
    assert {name for name, means in directions.items() if not means} == {"population"}
    assert {name for name, means in directions.items() if means == "less need"} == {"gdhi"}


@pytest.mark.parametrize("nation", NATIONS)
def test_the_figures_go_the_way_that_their_columns_say(uk: Geography, nation: str) -> None:
    """Deprived districts have more of what means more need: each agrees with `nat_need_pct`."""
    chosen = inside(uk, nation)
    need = uk.columns["nat_need_pct"][chosen]
    for name, column in uk.about.items():
        figures = uk.columns[name][chosen]
        if column.aggregate == "sum":
            figures = figures / uk.population[chosen]  # larger districts count more of everything
        if column.more_means and np.isfinite(figures).all():
            agrees = float(np.corrcoef(need, figures)[0, 1])
            assert agrees > 0.2 if column.more_means == "more need" else agrees < -0.2, name


def test_counts_are_summed_and_all_else_is_a_mean(uk: Geography) -> None:
    counts = {n for n, c in uk.about.items() if c.unit in {"persons", "places"}}
    assert {n for n, c in uk.about.items() if c.aggregate == "sum"} == counts
    for name in counts:
        values = uk.columns[name][~np.isnan(uk.columns[name])]
        assert (values == np.rint(values)).all(), name


def test_every_column_is_described_and_every_description_has_its_column() -> None:
    header = packaged("uk-districts-2024.csv").decode("utf-8").splitlines()[0].split(",")
    described = rows("uk-districts-2024.columns.csv")
    assert [row["column"] for row in described] == header
    assert tuple(described[0]) == (*HEADER, *OPTIONAL)
    assert all(
        row[key]
        for row in described
        for key in ("title", "unit", "nations", "vintage", "source", "licence")
    )


def test_shares_and_percentages_lie_within_their_bounds(uk: Geography) -> None:
    for name, column in uk.about.items():
        top = {"share": 1, "percentile 0 to 100": 100}.get(
            column.unit, 100 if column.unit.startswith("%") else np.inf
        )
        assert np.nanmax(uk.columns[name]) <= top, name


def test_no_district_has_more_left_behind_people_than_people(uk: Geography) -> None:
    assert (uk.columns["lbn_pop"] <= uk.population).all()
    assert ((uk.columns["lbn_pop"] > 0) == (uk.columns["lbn_areas"] > 0)).all()


def test_districts_lie_in_the_uk_and_have_codes_of_their_nation(uk: Geography) -> None:
    letters = {"England": "E", "Northern Ireland": "N", "Scotland": "S", "Wales": "W"}
    assert ((uk.lon > -8.7) & (uk.lon < 1.8) & (uk.lat > 49.8) & (uk.lat < 60.9)).all()
    assert all(c[0] == letters[n] for c, n in zip(uk.codes, uk.nations, strict=True))


def test_regions_are_english_and_elsewhere_the_nation(uk: Geography) -> None:
    regions = Counter(zip(uk.nations, uk.regions, strict=True))
    assert len([region for nation, region in regions if nation == "England"]) == 9
    assert all(region == nation for nation, region in regions if nation != "England")


def test_all_47_foundations_serve_someone_and_their_sums_agree(uk: Geography) -> None:
    known = member_foundations()
    assert len(known) == 47
    assert {f.id for f in uk.foundations} == set(known)
    for foundation in uk.foundations:
        member = known[foundation.id]
        assert foundation.member == member
        assert (foundation.districts, foundation.population, foundation.nation) == (
            member.districts,
            member.population,
            member.nation,
        )


def test_how_sure_the_mapping_is(uk: Geography) -> None:
    assert Counter(uk.labels["foundation_confidence"]) == {"high": 344, "medium": 16, "low": 1}
    notes = packaged("SOURCES.md").decode("utf-8")
    reasons = set(uk.labels["foundation_why"])
    assert all(f"`{reason}`" in notes for reason in reasons)


def test_past_grants_keep_their_period_and_source() -> None:
    granted = {f.id: f.past_grants for f in member_foundations().values() if f.past_grants}
    assert len(granted) == 21
    assert all(g.period and g.source and g.licence and g.pounds > 0 for g in granted.values())
    north_east = granted["north-east"]
    assert (north_east.pounds, north_east.number, north_east.period) == (8_400_000, 1253, "2023/24")


def test_the_median_of_past_grants_is_that_of_the_eleventh_of_21() -> None:
    known = [f for f in member_foundations().values() if f.past_grants]
    a_head = sorted(f.past_grants.pounds / f.population for f in known if f.past_grants)
    assert median_grants_a_head() == a_head[10]
    assert median_grants_a_head() == pytest.approx(1.2106, abs=5e-5)


def test_the_five_endowments_known_keep_their_date_and_source() -> None:
    known = [f.endowment for f in member_foundations().values() if f.endowment]
    assert len(known) == 5
    assert all(e.as_at and e.source and e.pounds > 1_000_000 for e in known)


def test_what_is_not_known_is_none_or_empty() -> None:
    east_end = member_foundations()["east-end"]
    assert east_end.founded is None
    assert east_end.charity_number == east_end.charity_number_source == ""
    assert east_end.past_grants is None
    assert east_end.endowment is None


def test_each_foundation_has_a_tile_of_its_own() -> None:
    placed = tiles()
    assert set(placed) == set(member_foundations())
    assert len({(tile.column, tile.row) for tile in placed.values()}) == 47
    assert len({tile.label for tile in placed.values()}) == 47
    assert placed["scotland"] == Tile(column=3, row=0, label="SCOT")


def test_neighbours_mostly_touch_on_the_tile_map() -> None:
    placed = tiles()
    borders = {
        tuple(sorted((row["id"], other)))
        for row in rows("tiles.csv")
        for other in row["neighbours"].split()
    }
    apart = [
        (abs(placed[a].column - placed[b].column), abs(placed[a].row - placed[b].row))
        for a, b in borders
    ]
    assert len(borders) == 111
    assert sum(max(steps) == 1 for steps in apart) == 96
    assert sum(sum(steps) == 1 for steps in apart) == 64


def test_the_notes_name_every_file_and_column_and_the_attribution() -> None:
    notes = packaged("SOURCES.md").decode("utf-8")
    names = ["uk-districts-2024.csv", "uk-districts-2024.columns.csv"]
    for name in ("foundations.csv", "tiles.csv"):
        names += [name, *rows(name)[0]]
    assert [name for name in names if f"`{name}`" not in notes] == []
    plain = " ".join(re.sub(r"^> ?", "", line) for line in notes.splitlines())
    assert ATTRIBUTION in re.sub(r"\s+", " ", plain)


@pytest.mark.parametrize(
    "name",
    ["uk-districts-2024.csv", "uk-districts-2024.columns.csv", "foundations.csv", "tiles.csv"],
)
def test_tables_are_plain_utf8_with_unix_lines_and_no_links(name: str) -> None:
    text = packaged(name).decode("utf-8")
    assert "\r" not in text
    assert text.endswith("\n")
    assert not re.search(r"https?:|www\.|^\ufeff|\bnan\b", text, re.IGNORECASE)
