"""Breadth against depth and units of analysis, worked by hand; counting people in need.

By need from the highest: Ash 40, Dun 30, Beck 20, Esk 15, Cairn 10, Fold 5. Of 1,300 people in
need they hold 400, 500, 300, 100, none and none, among 1,000, 2,000, 3,000, 2,500, 6,000 and 500.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fundsim.comparison.counting import in_need
from fundsim.comparison.questions.breadth import Breadth, amounts, breadth_of, ranked
from fundsim.errors import InputError
from fundsim.scenario import Scenario, from_values
from tests.comparison.conftest import AREAS, COLUMNS, values

POT = 300_00
SHARED = "Share of people in need,share,all,uk,mean"


def tried(world: Scenario, *each: int, **options: Any) -> Breadth:
    return breadth_of(world, POT, each, in_need(world, "poor", "--people"), **options)


def rows(found: Breadth, name: str = "breadth") -> list[dict[str, str]]:
    table = found.tables[name]
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows()]


def world_of(folder: Path, old: str, new: str) -> Scenario:
    """Make the small world with something replaced in its tables."""
    given = values(folder)
    assert old in AREAS + COLUMNS
    (folder / "areas.csv").write_text(AREAS.replace(old, new), encoding="utf-8")
    (folder / "areas.columns.csv").write_text(COLUMNS.replace(old, new), encoding="utf-8")
    return from_values(given)


# Breadth


def test_a_pot_pays_the_neediest_areas_until_it_is_used_up(small: Scenario) -> None:
    three, two, none = rows(tried(small, 100_00, 120_00, 400_00))
    assert (three["areas"], three["paid"], three["left_over"]) == ("3", "300.0000", "0.0000")
    assert (three["last_area"], three["last_code"]) == ("Beck", "A2")
    # Ash, Dun and Beck: 6,000 people, 1,200 of the 1,300 in need.
    assert (three["people"], three["people_in_need"]) == ("6000", "1200")
    assert three["share_of_people_in_need"] == f"{1200 / 1300:.6f}"
    assert three["people_outside_need"] == "4800"
    assert (three["pounds_a_head"], three["a_head_a_year"]) == ("0.0500", "0.0050")
    assert three["pounds_for_each_in_need"] == "0.2500"
    assert (two["areas"], two["left_over"]) == ("2", "60.0000")
    assert (none["areas"], none["last_area"], none["pounds_a_head"]) == ("0", "", "")


def test_no_more_areas_are_paid_than_there_are(small: Scenario) -> None:
    (all_,) = rows(tried(small, 10_00))
    assert (all_["areas"], all_["paid"], all_["left_over"]) == ("6", "60.0000", "240.0000")
    assert all_["share_of_people_in_need"] == "1.000000"


def test_amounts_a_year_pay_fewer_areas_for_longer(small: Scenario) -> None:
    found = rows(tried(small, 10_00, years=(5, 10, 20), a_year=True))
    # £10 a year are £50, £100 and £200 for each area.
    assert [(row["years"], row["each"], row["a_year"], row["areas"]) for row in found] == [
        ("5", "50.0000", "10.0000", "6"),
        ("10", "100.0000", "10.0000", "3"),
        ("20", "200.0000", "10.0000", "1"),
    ]


def test_areas_may_be_chosen_by_a_column(small: Scenario) -> None:
    by_count = tried(small, 100_00, by="poor")
    assert [small.geography_table.names[row] for row in by_count.steps[0].chosen] == [
        *("Dun", "Ash", "Beck")
    ]


def test_a_tie_at_the_last_place_is_told(tmp_path: Path) -> None:
    level = world_of(tmp_path, "hill,10,0", "hill,20,0")  # Cairn as needy as Beck
    found = tried(level, 100_00, 75_00)
    (three, four) = rows(found)
    assert (three["left_out_though_equal"], three["such_as"]) == ("1", "Cairn")
    assert (four["left_out_though_equal"], four["such_as"]) == ("0", "")
    (told,) = [text for text in found.sentences() if "equal" in text]
    assert told == (
        "At £100.00 each Cairn is left out though equal to the last one chosen, Beck; only the "
        "order of areas decided."
    )


def test_the_order_of_rows_in_the_file_does_not_choose_between_equals(tmp_path: Path) -> None:
    given, told = values(tmp_path), []
    head, *areas = AREAS.replace("hill,10,0", "hill,20,0").splitlines()  # Cairn as needy as Beck
    for order in areas, areas[::-1]:
        (tmp_path / "areas.csv").write_text("\n".join([head, *order, ""]), encoding="utf-8")
        told.append(rows(tried(from_values(given), 100_00, 75_00)))
    assert told[0] == told[1]
    assert told[0][0]["such_as"] == "Cairn"


def test_sentences_tell_both_ends_of_the_table(small: Scenario) -> None:
    found = tried(small, 75_00, 100_00, 140_00, years=(10,))
    first, _, last = rows(found)
    told = list(found.sentences())
    assert told[0] == (
        "£300.00 pays 4 areas £75.00 each (£7.50 a year for 10 years), or 2 areas £140.00 each "
        "(£14.00 a year for 10 years) and leaves £20.00."
    )
    for row, text in zip((first, last), told[1:3], strict=True):
        share = 100 * float(row["share_of_people_in_need"])
        assert text == (
            f"The {row['areas']} areas of highest need hold {share:.1f}%".replace(".0%", "%")
            + f" of all people in need (poor) and {int(row['people_outside_need']):,} people "
            f"outside need; everybody there counted, it is £{float(row['pounds_a_head']):.2f} a "
            "head."
        )
    assert len(told) == 4


def test_one_area_and_no_area_are_told_too(small: Scenario) -> None:
    told = list(tried(small, 200_00, 400_00, years=(1,)).sentences())
    one, none = "1 area £200.00 each and leaves £100.00", "0 areas £400.00 each and leaves £300.00"
    assert told[0] == f"£300.00 pays {one}, or {none}."
    assert told[1].startswith("The area of highest need hold")
    assert len(told) == 3


@pytest.mark.parametrize(("means", "such_as"), [("less need", ", "), ("more need", ", such as ")])
def test_areas_cannot_be_chosen_by_what_the_best_off_have_most_of(
    tmp_path: Path, means: str, such_as: str
) -> None:
    given = values(tmp_path)
    head, need, *others = COLUMNS.splitlines()
    rows = [f"{head},more_means", f"{need},{means}", *(f"{row},less need" for row in others)]
    (tmp_path / "areas.columns.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    world = from_values(given | {"geography": given["geography"] | {"need": "population"}})
    with pytest.raises(InputError) as error:
        ranked(world, "poor")
    told = str(error.value)
    assert told.startswith('--by: column "poor": more of it means less need, so that the best off')
    assert f"choose a column of which more is more need{such_as}" in told


# Units of analysis


def test_each_unit_covers_whoever_lives_in_one_that_holds_people_in_need(small: Scenario) -> None:
    found = {row["unit"]: row for row in rows(tried(small, 100_00), "units")}
    # Areas: all but Cairn and Fold. Foundations: dale and vale, but not hill, which is Cairn alone.
    area, foundation = found["area"], found["foundation"]
    assert (area["units"], area["units_with_people_in_need"], area["people"]) == ("6", "4", "8500")
    assert (area["people_in_need"], area["people_outside_need"]) == ("1300", "7200")
    assert area["share_outside_need"] == f"{7200 / 8500:.6f}"
    assert (foundation["units"], foundation["units_with_people_in_need"]) == ("3", "2")
    assert foundation["people"] == "9000"
    assert (found["region"]["people"], found["nation"]["people"]) == ("9000", "15000")
    told = list(tried(small, 100_00).sentences())[-1]
    assert told == (
        "Paying every unit that holds anybody in need would also cover people outside need: 7,200 "
        "in 4 areas, 7,700 in 2 foundations, 7,700 in 2 regions, 13,700 in 2 nations."
    )


# What is asked


def test_amounts_go_from_one_to_the_other_in_equal_steps() -> None:
    assert amounts(1_000_000_00, 2_500_000_00, 7)[::2] == [
        *(1_000_000_00, 1_500_000_00, 2_000_000_00, 2_500_000_00)
    ]
    assert amounts(100, 200, 4) == [100, 133, 167, 200]
    assert amounts(100, 100, 4) == [100]


@pytest.mark.parametrize(
    ("each", "to", "steps", "told"),
    [
        (0, None, 7, "--each: found £0.00, expected more than nothing"),
        (200, 100, 7, "--to: found £1.00, expected no less than --each, £2.00"),
        (100, 200, 1, "--steps: found 1, expected 2 to 1000"),
    ],
)
def test_amounts_that_lead_nowhere_are_refused(
    each: int, to: int | None, steps: int, told: str
) -> None:
    with pytest.raises(InputError) as error:
        amounts(each, to, steps)
    assert str(error.value).startswith(told)


def test_a_need_that_cannot_rank_all_areas_is_refused_with_what_can(
    tmp_path: Path, small: Scenario
) -> None:
    (tmp_path / "apart").mkdir()
    apart = world_of(tmp_path / "apart", "need,Need,points,all,uk", "need,Need,points,all,nation")
    with pytest.raises(InputError, match=r"--by: need \(need\) has a scale of its own"):
        ranked(apart)
    with pytest.raises(InputError, match=r'no column "ned" \(did you mean "need"\?\)'):
        ranked(apart, "ned")
    by_nation = small.but({"geography.need": {"England": "need", "Wales": "need"}})
    with pytest.raises(InputError, match="comparable across the UK with --by, such as need"):
        ranked(by_nation)


# People in need


def test_people_are_counted_as_the_column_counts_them(small: Scenario) -> None:
    found = in_need(small, "poor", "--people")
    assert (found.people.tolist(), found.together) == ([400, 300, 0, 500, 100, 0], 1300)
    assert (found.counts, list(found.remarks())) == (True, [])


def test_a_column_that_nobody_describes_is_taken_for_people_and_that_is_said(
    tmp_path: Path, small: Scenario
) -> None:
    given = values(tmp_path)
    bare = "\n".join(row for row in COLUMNS.splitlines() if not row.startswith("poor"))
    (tmp_path / "areas.columns.csv").write_text(f"{bare}\n", encoding="utf-8")
    found = in_need(from_values(given), "poor", "--people")
    assert found.people.tolist() == in_need(small, "poor", "--people").people.tolist()
    assert list(found.remarks()) == [
        "nobody says what poor counts; its figures are taken for people"
    ]


HALF = [f"{line.rsplit(',', 2)[0]},0.5,0" for line in AREAS.splitlines()[1:]]
IN_SHARES = "\n".join([AREAS.splitlines()[0], *HALF, ""])


def test_a_share_of_people_is_multiplied_by_the_people(tmp_path: Path) -> None:
    given = values(tmp_path)
    (tmp_path / "areas.csv").write_text(IN_SHARES, encoding="utf-8")
    titled = COLUMNS.replace("People in need,persons,all,uk,sum", SHARED)
    (tmp_path / "areas.columns.csv").write_text(titled, encoding="utf-8")
    found = in_need(from_values(given), "poor", "--people")
    assert found.people.tolist() == [500, 1500, 3000, 1000, 1250, 250]
    assert not found.counts


def test_nobody_is_counted_twice_and_other_ways_of_counting_are_told(tmp_path: Path) -> None:
    full = world_of(tmp_path, "vale,30,500", "vale,30,2500")
    assert in_need(full, "poor", "--people").people[3] == 2000
    assert list(in_need(full, "poor", "--people").remarks()) == [
        "poor has more people than live there in 1 area; all of them are counted"
    ]
    uneven = world_of(tmp_path, "persons,all,uk", "persons,all,nation")
    assert list(in_need(uneven, "poor", "--people").remarks()) == [
        "poor is counted in a way of its own in each of England, Wales"
    ]
    told = tried(uneven, 100_00).sentences()
    assert list(told)[-1] == "poor is counted in a way of its own in each of England, Wales."


@pytest.mark.parametrize(
    ("old", "new", "column", "told"),
    [
        ("A1", "A1", "por", 'no column "por" (did you mean "poor"?)'),
        ("A1", "A1", None, "state the column that counts people in need"),
        ("A1", "A1", "need", 'column "need" (points) does not count people'),
        ("A1", "A1", "earlier", 'column "earlier" (pounds) does not count people'),
        (",30,500,", ",30,,", "poor", 'column "poor" is empty for Dun; leave'),
        (
            "People in need,persons,all,uk,sum",
            "Share of people,share,all,uk,mean",
            "poor",
            "above 1",
        ),
    ],
)
def test_what_does_not_count_people_is_refused(
    tmp_path: Path, old: str, new: str, column: str | None, told: str
) -> None:
    world = world_of(tmp_path, old, new)
    with pytest.raises(InputError) as error:
        in_need(world, column, "--people")
    assert str(error.value).startswith("--people: ")
    assert told in str(error.value)


def test_a_column_without_words_that_looks_like_a_share_is_refused(tmp_path: Path) -> None:
    given = values(tmp_path)
    (tmp_path / "areas.csv").write_text(IN_SHARES, encoding="utf-8")
    (tmp_path / "areas.columns.csv").unlink()
    world = from_values(given)
    with pytest.raises(InputError, match="has 1 or less for every area, which looks like a share"):
        in_need(world, "poor", "--people")
    assert in_need(world, "need", "--people").counts  # undescribed: taken as a count


def test_the_packaged_table_has_its_own_people_in_need() -> None:
    from fundsim.scenario import load

    found = in_need(load("english-738m"), None, "--people")
    assert found.name == "lbn_pop"
