"""A user's own table loads the same way as the package's, whatever its order and dress."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundsim.places import Geography, load_geography, table_files
from fundsim.places.packaged import packaged

Write = Callable[..., str]

PLAIN = ("code,name,population,need", "a,Ay,10,1.5", "b,Bee,20,")


def same(one: Geography, other: Geography) -> bool:
    """Compare all that a geography holds but its label and the rows it was read from."""
    arrays = ("population", "lon", "lat", "foundation_of")
    words = ("codes", "names", "nations", "regions", "foundation_ids", "foundations", "labels")
    return (
        all(np.array_equal(getattr(one, n), getattr(other, n), equal_nan=True) for n in arrays)
        and all(getattr(one, n) == getattr(other, n) for n in words)
        and set(one.columns) == set(other.columns)
        and all(np.array_equal(v, other.columns[n], equal_nan=True) for n, v in one.columns.items())
        and one.about == other.about
    )


def test_the_least_table_has_one_nation_region_and_foundation(write: Write) -> None:
    areas = load_geography(write(*PLAIN))
    assert areas.codes == ("a", "b")
    assert set(areas.nations + areas.regions + areas.foundation_ids) == {"all"}
    assert np.isnan(areas.lon).all()
    assert np.isnan(areas.lat).all()
    assert areas.columns["need"][0] == 1.5
    assert np.isnan(areas.columns["need"][1])
    assert [f.name for f in areas.foundations] == ["all"]


def test_the_region_is_the_nation_where_there_is_none(write: Write) -> None:
    areas = load_geography(write("code,name,population,nation", "a,Ay,1,Here", "b,Bee,1,There"))
    assert areas.regions == ("Here", "There")


def test_columns_of_a_users_table_are_stated_everywhere(write: Write) -> None:
    about = load_geography(write(*PLAIN)).about
    assert set(about) == {"population", "need"}
    assert (about["population"].aggregate, about["need"].aggregate) == ("sum", "mean")
    assert about["need"].nations == {"all"}
    assert (about["need"].comparable, about["need"].source) == ("uk", "user's table")


def test_foundations_take_the_names_of_members_of_the_network(write: Write) -> None:
    table = write("code,name,population,foundation", "a,Ay,1,cumbria", "b,Bee,1,my own")
    names = [f.name for f in load_geography(table).foundations]
    assert names == ["Cumbria Community Foundation", "my own"]


def test_words_are_kept_as_labels_and_whole_empty_columns_as_unknown(write: Write) -> None:
    areas = load_geography(write("code,name,population,note,gap", "b,Bee,1,,", "a,Ay,1,hilly,"))
    assert dict(areas.labels) == {"note": ("hilly", "")}
    assert np.isnan(areas.columns["gap"]).all()


@pytest.mark.parametrize(
    "dressed",
    [
        "\ufeffcode,name,population,need\na,Ay,10,1.5\nb,Bee,20,\n",
        "code,name,population,need\r\na,Ay,10,1.5\r\nb,Bee,20,\r\n",
        ' code , name,population,need\n"a","Ay", 10 ,+1.5\n\n,,,\nb,Bee,2e1,',
        "need,population,name,code\n,20,Bee,b\n1.50,10.0,Ay,a\n",
    ],
    ids=["byte order mark", "Windows lines", "blanks, quotes, empty rows", "another order"],
)
def test_dress_does_not_matter(tmp_path: Path, write: Write, dressed: str) -> None:
    path = tmp_path / "dressed.csv"
    path.write_bytes(dressed.encode("utf-8"))
    plain, other = load_geography(write(*PLAIN)), load_geography(str(path))
    assert same(plain, other)
    assert plain.digest == other.digest


def test_names_may_hold_commas_quotes_lines_and_any_letter(write: Write) -> None:
    table = write("code,name,population", 'a,"Bourne, ""Ynys Môn""\nand 村",5')
    assert load_geography(table).names == ('Bourne, "Ynys Môn"\nand 村',)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"nation": "Wales"}, 22),
        ({"nation": ["Wales", "Scotland"]}, 54),
        ({"region": ["North East"]}, 12),
        ({"nation": "England", "foundation": ("cumbria", "kent")}, 15),
        ({"name": "Leeds"}, 1),
        ({"code": ["E08000035", "S12000033"]}, 2),
        ({}, 361),
    ],
)
def test_where_keeps_the_areas_asked_for(where: dict[str, str | list[str]], expected: int) -> None:
    assert len(load_geography("uk-districts-2024", where=where)) == expected


def test_foundations_count_only_the_areas_kept() -> None:
    areas = load_geography("uk-districts-2024", where={"name": "Leeds"})
    (foundation,) = areas.foundations
    assert (foundation.id, foundation.districts) == ("leeds", 1)
    assert foundation.population == areas.population[0]
    assert foundation.past_grants is not None


def test_a_users_copy_of_the_packages_tables_is_the_same_geography(
    tmp_path: Path, uk: Geography
) -> None:
    for name in ("uk-districts-2024.csv", "uk-districts-2024.columns.csv"):
        (tmp_path / name.replace("uk-districts-2024", "mine")).write_bytes(packaged(name))
    mine = load_geography(str(tmp_path / "mine.csv"))
    assert same(mine, uk)
    assert mine.digest == uk.digest


def test_the_files_that_a_run_must_keep(write: Write) -> None:
    table = write(*PLAIN)
    assert table_files("uk-districts-2024") == ()
    assert table_files(table) == (Path(table),)
    beside = write("column", name="areas.columns.csv")
    assert table_files(table) == (Path(table), Path(beside))


def described(write: Write, *rows: str) -> str:
    head = "column,title,unit,nations,comparable,aggregate,vintage,source,licence"
    write(head, *rows, name="areas.columns.csv")
    return write("code,name,population,nation,jobs,ward", "a,Ay,10,Here,1,7", "b,Bee,20,There,,8")


def test_a_companion_says_what_columns_mean(write: Write) -> None:
    table = described(
        write, "jobs,Jobs lost,jobs,Here,nation,sum,2024,survey,open", "ward,,,all,,,,,"
    )
    areas = load_geography(table)
    jobs = areas.about["jobs"]
    assert (jobs.title, jobs.unit, jobs.nations) == ("Jobs lost", "jobs", frozenset({"Here"}))
    assert (jobs.comparable, jobs.aggregate, jobs.vintage) == ("nation", "sum", "2024")
    assert areas.labels["ward"] == ("7", "8")


def test_a_companion_may_say_what_more_of_a_column_means(write: Write) -> None:
    table = described(write, "jobs,Jobs lost,jobs,Here,nation,sum,2024,survey,open")
    assert load_geography(table).about["jobs"].more_means == ""
    head = "column,title,unit,more_means,nations,comparable,aggregate,vintage,source,licence"
    for means in "more need", "less need", "":
        row = f"jobs,Jobs lost,jobs,{means},Here,nation,sum,2024,survey,open"
        write(head, row, name="areas.columns.csv")
        assert load_geography(table).about["jobs"].more_means == means


def test_what_columns_mean_for_need_and_in_which_unit_does_not_change_the_digest(
    write: Write,
) -> None:
    """They decide what may be asked of a column, and no figure."""
    table = described(write, "jobs,Jobs lost,jobs,Here,nation,sum,,,")
    before = load_geography(table).digest
    head = "column,title,unit,nations,comparable,aggregate,vintage,source,licence,more_means"
    write(head, "jobs,Jobs lost,persons,Here,nation,sum,,,,less need", name="areas.columns.csv")
    assert load_geography(table).digest == before


def test_a_title_does_not_change_the_digest_but_the_scale_does(write: Write) -> None:
    digests = [
        load_geography(described(write, f"jobs,{title},jobs,Here,{scale},sum,,,")).digest
        for title, scale in (("Jobs lost", "uk"), ("Jobs gone", "uk"), ("Jobs lost", "nation"))
    ]
    assert digests[0] == digests[1] != digests[2]


def changed(write: Write, old: str, new: str) -> str:
    return load_geography(write(*(line.replace(old, new) for line in PLAIN))).digest


@pytest.mark.parametrize(
    ("old", "new"),
    [("Ay", "Ai"), ("10", "11"), ("1.5", "1.6"), ("20,", "20,0"), ("need", "want"), ("a,", "A,")],
)
def test_the_digest_sees_every_change_of_content(write: Write, old: str, new: str) -> None:
    assert changed(write, old, new) != changed(write, old, old)


def test_the_digest_knows_neither_path_nor_minus_zero(write: Write) -> None:
    first = load_geography(write("code,name,population,need", "a,Ay,1,0", name="one.csv"))
    other = load_geography(write("code,name,population,need", "a,Ay,1,-0.0", name="two.csv"))
    assert first.digest == other.digest


def test_the_digest_of_areas_left_out_does_not_matter(write: Write) -> None:
    head = "code,name,population,nation"
    alone = load_geography(write(head, "a,Ay,1,Here"))
    both = load_geography(write(head, "a,Ay,1,Here", "b,Bee,2,There"), where={"nation": "Here"})
    assert alone.digest == both.digest


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1).map(
    lambda text: f"n{text}n"
)
AREA = st.tuples(
    TEXT,
    st.integers(1, 10**7),
    st.sampled_from(["Alpha", "Beta"]),
    st.sampled_from(["x", "y", "z"]),
    st.one_of(st.just(""), st.floats(0, 1e6).map(repr)),
)


def loaded(header: list[str], records: list[list[object]]) -> Geography:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *records])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "areas.csv"
        path.write_bytes(text.getvalue().encode("utf-8"))
        return load_geography(str(path))


@settings(max_examples=60)
@given(st.data(), st.lists(AREA, min_size=1, max_size=12))
def test_the_order_of_rows_and_columns_never_matters(
    data: st.DataObject, areas: list[tuple[str, int, str, str, str]]
) -> None:
    header = ["code", "name", "population", "nation", "foundation", "need"]
    records: list[list[object]] = [[f"c{i:02}", *area] for i, area in enumerate(areas)]
    order = data.draw(st.permutations(range(len(header))))
    shuffled = [[record[i] for i in order] for record in data.draw(st.permutations(records))]
    one, other = loaded(header, records), loaded([header[i] for i in order], shuffled)
    assert same(one, other)
    assert one.digest == other.digest
    assert [(f.id, f.population) for f in one.foundations] == [
        (f, sum(a[1] for a in areas if a[3] == f)) for f in dict.fromkeys(one.foundation_ids)
    ]


def test_a_table_of_small_areas_loads_whole(tmp_path: Path) -> None:
    lines = [f"E{i:08},Area {i},{1000 + i % 900},{i % 317 / 4},{i % 47}" for i in range(33_755)]
    path = tmp_path / "small.csv"
    path.write_text("\n".join(["code,name,population,need,foundation", *lines]), encoding="utf-8")
    areas = load_geography(str(path))
    assert (len(areas), len(areas.foundations)) == (33_755, 47)
    assert areas.population.sum() == sum(1000 + i % 900 for i in range(33_755))
