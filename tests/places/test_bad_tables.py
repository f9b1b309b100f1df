"""Every fault of a table is told in one go, with its place and what to do about it."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from fundsim.errors import DataError
from fundsim.places import load_geography

Write = Callable[..., str]

HEAD = "code,name,population,need"
GOOD = "a,Ay,10,1"
FULL = "code,name,population,nation,region,foundation,lon,lat"

CELLS = {
    "population empty": ("b,Bee,,1", "3:population: the population of Bee (b) is empty"),
    "population zero": (
        "b,Bee,0,1",
        "3:population: the population of Bee (b) is 0; it must be abov",
    ),
    "population negative": ("b,Bee,-5,1", "3:population: the population of Bee (b) is -5; it must"),
    "population broken": (
        "b,Bee,2.5,1",
        "3:population: the population of Bee (b) is 2.5; write whol",
    ),
    "population huge": (
        "b,Bee,1e11,1",
        "3:population: the population of Bee (b) is 1e11, more peop",
    ),
    "population words": ("b,Bee,few,1", '3:population: "few" is not a number; write one'),
    "population nan": ("b,Bee,NaN,1", '3:population: "NaN" is not a finite number; leave the cell'),
    "population inf": ("b,Bee,inf,1", '3:population: "inf" is not a finite number; leave the cell'),
    "thousands": (
        'b,Bee,"1,234",1',
        '3:population: "1,234" is not a plain number; write digits and',
    ),
    "underscore": ("b,Bee,1_000,1", '3:population: "1_000" is not a number; write one'),
    "need nan": ("b,Bee,20,nan", '3:need: "nan" is not a finite number; leave the cell empty'),
    "need infinite": (
        "b,Bee,20,-Infinity",
        '3:need: "-Infinity" is not a finite number; leave the',
    ),
    "need too large": ("b,Bee,20,1e999", '3:need: "1e999" is too large'),
    "need percent": (
        "b,Bee,20,12%",
        '3:need: "12%" is not a plain number; write digits and a point',
    ),
    "need pounds": (
        "b,Bee,20,£12",
        '3:need: "£12" is not a plain number; write digits and a point',
    ),
    "need words": (
        "b,Bee,20,n/a",
        '3:need: "n/a" is not a number; write one, or leave the cell empt',
    ),
    "need negative": (
        "b,Bee,20,-1",
        "3:need: need of Bee (b) is -1; rules read figures of 0 or more, so correct",
    ),
    "code twice": ("a,Bee,20,1", '3:code: "a" is the code of row 2 too; each area needs its own'),
    "code empty": (",Bee,20,1", "3:code: Bee has no code; write one"),
    "name empty": ("b,,20,1", "3:name: b has no name; write one"),
    "too few cells": ("b,Bee,20", "3: 3 cells where the header has 4; add the missing cells"),
    "too many cells": (
        "b,Bee, or not,20,1",
        "3: 5 cells where the header has 4; put double quotes",
    ),
    "open quote": (
        'b,"Bee,20,1',
        "3: this is not CSV (unexpected end of data); check the double quo",
    ),
}


@pytest.mark.parametrize(("row", "expected"), CELLS.values(), ids=CELLS)
def test_a_bad_row_is_placed_and_its_remedy_told(write: Write, row: str, expected: str) -> None:
    table = write(HEAD, GOOD, row)
    with pytest.raises(DataError) as refused:
        load_geography(table)
    assert len(refused.value.problems) == 1
    assert str(refused.value).startswith(f"{table}:{expected}")


PLACES = {
    "no foundation": (
        "b,Bee,1,N,R,,0,50",
        "3:foundation: Bee (b) has no foundation; write one, or",
    ),
    "no nation": (
        "b,Bee,1,,R,f,0,50",
        "3:nation: Bee (b) has no nation; write one, or take the whole",
    ),
    "no region": (
        "b,Bee,1,N,,f,0,50",
        "3:region: Bee (b) has no region; write one, or take the whole",
    ),
    "lon too far": (
        "b,Bee,1,N,R,f,530000,50",
        "3:lon: lon of Bee (b) is 530000; it must be between",
    ),
    "lat too far": (
        "b,Bee,1,N,R,f,0,-91",
        "3:lat: lat of Bee (b) is -91; it must be between -90 and",
    ),
    "lon words": ("b,Bee,1,N,R,f,west,50", '3:lon: "west" is not a number'),
}


@pytest.mark.parametrize(("row", "expected"), PLACES.values(), ids=PLACES)
def test_a_bad_place_is_told(write: Write, row: str, expected: str) -> None:
    table = write(FULL, "a,Ay,1,N,R,f,,", row)
    with pytest.raises(DataError) as refused:
        load_geography(table)
    assert str(refused.value).startswith(f"{table}:{expected}")


HEADS = {
    "missing": (
        "code,name,pop",
        "1:population: the column is missing; the table has code, name, pop",
    ),
    "misspelt": (
        "code,name,Populaton",
        '1:population: the column is missing (did you mean "Populat',
    ),
    "twice": (f"{HEAD},need", "1:need: 2 columns have this name; rename or take out all but one"),
    "nameless": (f"{HEAD},", "1:column 5: the column has no name; name it or take it out"),
    "semicolons": (
        "code;name;population",
        "1:code: the column is missing; the cells are not separat",
    ),
    "lon alone": (f"{HEAD},lon", "1:lon: lon is there without lat; add it, or take lon out"),
}


@pytest.mark.parametrize(("head", "expected"), HEADS.values(), ids=HEADS)
def test_a_bad_header_is_told(write: Write, head: str, expected: str) -> None:
    table = write(head, ",".join("1" * len(head.split(","))))
    with pytest.raises(DataError) as refused:
        load_geography(table)
    assert f"{table}:{expected}" in str(refused.value)


FILES = {
    "empty": (b"", ": the table is empty; it needs a header and one row an area"),
    "blank": (b"\n \n,,\n", ": the table is empty; it needs a header and one row an area"),
    "header alone": (
        b"code,name,population\n",
        ": the table has a header but no rows; it needs one",
    ),
    "old Windows": ("code,name\na,Môn\n".encode("cp1252"), ":2: byte 14 is not UTF-8 text; save"),
    "UTF-16": (
        "code".encode("utf-16"),
        ":1: byte 1 is not UTF-8 text; save the table as CSV in UTF-8",
    ),
    "zero bytes": (b"code\0", ": this is not a text table (it holds zero bytes); save it as CSV"),
}


@pytest.mark.parametrize(("content", "expected"), FILES.values(), ids=FILES)
def test_a_file_that_is_no_table_is_told(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "areas.csv"
    path.write_bytes(content)
    with pytest.raises(DataError) as refused:
        load_geography(str(path))
    assert str(refused.value).startswith(f"{path}{expected}")


def test_a_missing_file_names_its_nearest_neighbour(write: Write) -> None:
    table = write(HEAD, GOOD, name="districts.csv")
    missing = table.replace("districts", "district")
    with pytest.raises(
        DataError, match=r'no such file \(did you mean "districts.csv"\?\); give the'
    ):
        load_geography(missing)


def test_a_misspelt_name_finds_the_geography_that_comes_with_fundsim() -> None:
    with pytest.raises(DataError, match=r'did you mean "uk-districts-2024"\?'):
        load_geography("uk-districts-2042")


def test_a_folder_is_not_a_table(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="this is a folder; give the path of a CSV in it"):
        load_geography(str(tmp_path))


def test_a_file_without_permission_is_told(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    table = write(HEAD, GOOD)
    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(
        DataError, match=r"areas\.csv: the file cannot be read \(Permission denied\)"
    ):
        load_geography(table)


@pytest.mark.parametrize("name", ["bad\0name.csv", "x" * 5000])
def test_a_name_that_no_file_can_have_is_told(name: str) -> None:
    with pytest.raises(DataError, match=r"cannot be read \(.+\); check its name and permissions"):
        load_geography(name)


def test_every_fault_is_told_at_once_in_order_of_place(write: Write) -> None:
    table = write("code,name,population,need,need", "b,,0,nan,1", "b,Bee,x,-1,1", "c,Cee,1")
    with pytest.raises(DataError) as refused:
        load_geography(table)
    places = [problem.place.removeprefix(table) for problem in refused.value.problems]
    assert places == [
        ":1:need",
        ":2:name",
        ":2:need",
        ":2:population",
        ":3:code",
        ":3:need",
        ":3:population",
        ":4",
    ]


def test_faults_of_a_kind_are_counted_beyond_the_first_ten(write: Write) -> None:
    table = write(HEAD, GOOD, *(f"c{i},Sea {i},5,nan" for i in range(5000)))
    with pytest.raises(DataError) as refused:
        load_geography(table)
    assert len(refused.value.problems) == 11
    assert str(refused.value).endswith(
        "areas.csv:13:need: 4,990 more cells or rows of this kind, from here on"
    )


WHERES = {
    "key": (
        {"naton": "England"},
        'where.naton: areas cannot be kept by this (did you mean "nation"?)',
    ),
    "value": ({"nation": "Engand"}, 'no area has the nation "Engand" (did you mean "England"?)'),
    "one of several": ({"region": ["Wales", "Nowhere"]}, 'no area has the region "Nowhere"'),
    "empty list": ({"code": []}, "where.code: the list is empty; name at least one code"),
    "nothing left": (
        {"nation": "Wales", "region": "London"},
        "where: no area meets all the conditions together; leave one out",
    ),
}


@pytest.mark.parametrize(("where", "expected"), WHERES.values(), ids=WHERES)
def test_a_bad_where_is_told(where: dict[str, str | list[str]], expected: str) -> None:
    with pytest.raises(DataError) as refused:
        load_geography("uk-districts-2024", where=where)
    assert expected in str(refused.value)


COLUMNS = "column,title,unit,nations,comparable,aggregate,vintage,source,licence"
COMPANIONS = {
    "misspelt": (
        "nead,,,all,uk,mean,,,",
        '2:column: the table of areas has no column "nead" (did you',
    ),
    "twice": (
        "need,,,all,uk,mean,,,\nneed,,,all,uk,mean,,,",
        '3:column: "need" is described twice',
    ),
    "nation": (
        "need,,,N;Sout,uk,mean,,,",
        '2:nations: "Sout" is no nation of the table (did you mea',
    ),
    "scale": ("need,,,all,world,mean,,,", '2:comparable: "world" is not one of uk, nation'),
    "together": ("need,,,all,uk,,,,", '2:aggregate: "" is not one of sum, mean'),
    "ragged": ("need,all", "2: 2 cells where the header has 9; add the missing cells"),
}


@pytest.mark.parametrize(("rows", "expected"), COMPANIONS.values(), ids=COMPANIONS)
def test_a_bad_companion_is_told(write: Write, rows: str, expected: str) -> None:
    beside = write(COLUMNS, rows, name="areas.columns.csv")
    table = write("code,name,population,nation,need", "a,Ay,1,N,1", "b,Bee,1,South,1")
    with pytest.raises(DataError) as refused:
        load_geography(table)
    assert f"{beside}:{expected}" in str(refused.value)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            "need,,,all,uk,mean,,,,worse",
            '2:more_means: "worse" is not one of more need, less need; or leave it empty',
        ),
        (
            "need,,,all,,,,,,more need",
            '2:more_means: "more need" is said of a column of words; leave it empty',
        ),
    ],
)
def test_a_direction_that_is_none_is_told(write: Write, row: str, expected: str) -> None:
    beside = write(f"{COLUMNS},more_means", row, name="areas.columns.csv")
    with pytest.raises(DataError) as refused:
        load_geography(write(HEAD, "a,Ay,1,1"))
    assert str(refused.value) == f"{beside}:{expected}"


def test_a_figure_outside_the_nations_of_its_column_is_told(write: Write) -> None:
    write(COLUMNS, "need,,,N,uk,mean,,,", name="areas.columns.csv")
    table = write("code,name,population,nation,need", "a,Ay,1,N,1", "b,Bee,1,S,1")
    with pytest.raises(
        DataError, match=r"areas\.csv:3:need: the column is not stated for S; empty"
    ):
        load_geography(table)


def test_a_described_column_cannot_hold_words(write: Write) -> None:
    write(COLUMNS, "need,,,all,uk,mean,,,", name="areas.columns.csv")
    with pytest.raises(DataError, match=r'areas\.csv:2:need: "high" is not a number'):
        load_geography(write(HEAD, "a,Ay,1,high"))


def test_faults_of_a_table_and_of_its_companion_are_told_together(write: Write) -> None:
    write("column,title", "need,Need", name="areas.columns.csv")
    with pytest.raises(DataError) as refused:
        load_geography(write(HEAD, "a,Ay,0,1"))
    text = str(refused.value)
    assert "areas.csv:2:population: the population of Ay (a) is 0" in text
    assert "areas.columns.csv:1:unit: the column is missing; the table has column, title" in text
