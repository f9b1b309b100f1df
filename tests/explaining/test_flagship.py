"""The flagship explained: every area, every year, both measures, to the penny."""

from __future__ import annotations

import numpy as np
import pytest

from fundsim.explaining.asking import find_area
from fundsim.explaining.explained import Asked, Explained
from fundsim.explaining.table import COLUMNS, table_of
from fundsim.explaining.words import of_year, of_years
from fundsim.results import Table
from tests.explaining.walking import Live, Walk, of_part


def test_every_area_and_year_of_the_flagship_adds_up_to_the_penny(flagship: Live) -> None:
    walk = Walk(flagship, every=61)
    assert list(walk.faults()) == []
    assert len(walk.told) > 30_000
    assert walk.sections > 1_500
    assert walk.parts == {
        *("fund", "decision", "share", "receipt", "queue", "instalments", "paid"),
    }


def test_the_arrays_of_all_areas_are_those_of_the_table(flagship: Live) -> None:
    explained, places = Explained(flagship), flagship.scenario.geography_table
    for fund in flagship.scenario.funds:
        for measure in ("allocated", "paid"):
            pence = explained.yearly(fund, measure)
            rows = flagship.table("areas_told").where(fund=fund, measure=measure).rows()
            told = np.zeros_like(pence)
            for code, _, _, year, cell in rows:
                told[int(year) - 2021, places.codes.index(code)] = int(cell)
            assert (pence == told).all()


def test_queues_stand_where_the_journal_leaves_them(flagship: Live) -> None:
    """The last balance of a year in the journal is what the section of the queue leads to."""
    explained, places = Explained(flagship), flagship.scenario.geography_table
    lines = list(flagship.table("journal").rows())
    for area in range(0, len(places), 40):
        foundation = places.foundation_ids[area]
        account = f"luc: waiting, {foundation}"
        for year in (8, 20, 49):
            ends = str(explained.days.year_ends[year])
            change = [
                int(pence) * ((taker == account) - (giver == account))
                for day, _, _, giver, taker, pence, _ in lines
                if day <= ends and account in (giver, taker)
            ]
            (told,) = explained.year(area, year, ["luc"])
            (queue,) = of_part(told.sections, "queue")
            assert queue.pence == sum(change)


def test_the_fund_stands_where_its_own_history_does(flagship: Live) -> None:
    explained, path = Explained(flagship), flagship.manifest["told_path"]
    for fund in flagship.scenario.funds:
        closing = flagship.series[fund].of("closing_capital", "nominal")[:, path]
        for year in range(50):
            for told in explained.year(0, year, [fund]):
                for section in of_part(told.sections, "fund"):
                    assert section.pence == closing[year]


def blackpool(run: Live) -> Asked:
    area = find_area(run.scenario.geography_table, "Blackpool")
    return Asked(Explained(run), area, list(run.scenario.funds))


def test_a_year_in_words_is_about_a_page_and_says_each_step(flagship: Live) -> None:
    lines = list(of_year(blackpool(flagship), 9))
    assert len(lines) <= 75
    assert max(map(len, lines)) <= 105
    text = " ".join(" ".join(lines).split())
    for words in (
        "served by Community Foundation for Lancashire",
        "2030 is 1 April 2030 to 31 March 2031.",
        "is allocated for Blackpool",
        "1. What the fund held on 31 March 2031",
        "2. What the fund spent on 1 April 2030 (review 7)",
        "The rule: A fixed share of the fund's average value over the last quarters.",
        "average of 12 valuations, 30 June 2027 to 31 March 2030",
        "3. What of it is allocated for Blackpool",
        "Need: how deprived people's neighbourhoods are",
        "× share of England",
        "− the foundation's fee, 6%",
        "20% of",
        "7. What of that was paid in Blackpool",
    ):
        assert words in text


def test_without_a_year_all_years_are_listed_and_the_largest_is_told(flagship: Live) -> None:
    asked = blackpool(flagship)
    lines = list(of_years(asked))
    listed = [line.split() for line in lines if line[:4].isdigit() and "£" in line]
    paid = asked.total("paid")
    assert [int(row[0]) - 2021 for row in listed[:-1]] == [
        year for year, pence in enumerate(paid) if pence or asked.total("allocated")[year]
    ][: len(listed) - 1]
    (whole,) = [line.split() for line in lines if line.startswith("in all")]
    assert whole[-1] == f"£{sum(paid) / 100:,.2f}"
    largest = int(np.argmax(paid))
    assert f"The largest year is {2021 + largest}" in "\n".join(lines)


def test_the_table_goes_on_line_by_line_and_ends_at_what_is_paid(flagship: Live) -> None:
    asked = blackpool(flagship)
    table = table_of(asked, 9)
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in table.rows()]
    assert {row["fund"] for row in rows} == {"luc"}
    assert {row["year"] for row in rows} == {"2030"}
    assert rows[-1]["result"] == str(asked.total("paid")[9])
    assert [row["what"] for row in rows].count("valuations that are read") == 1


def test_the_table_of_all_years_sums_them_up_before_the_largest(flagship: Live) -> None:
    asked = blackpool(flagship)
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in table_of(asked, None).rows()]
    over_years = [row for row in rows if row["part"] == "years"]
    ends = [row for row in over_years if row["what"] == "2070"]
    assert [int(row["result"]) for row in ends] == [
        sum(asked.total("allocated")),
        sum(asked.total("paid")),
    ]
    assert {row["year"] for row in over_years} == {""}
    assert {row["year"] for row in rows} == {"", str(asked.label(asked.largest()))}


def test_a_table_that_says_otherwise_is_a_fault(flagship: Live) -> None:
    explained = Explained(flagship)
    explained.check(0)
    explained.run = Altered(flagship.results, flagship.folder)
    with pytest.raises(ArithmeticError, match="allocated of luc for E06000032 in 2024"):
        explained.check(0)


class Altered(Live):
    """A run whose table of areas says nothing."""

    def table(self, name: str) -> Table:
        return Table(name, ("area", "fund", "measure", "year", "pence"), list)
