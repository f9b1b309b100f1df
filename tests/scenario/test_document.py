"""Merging: extends, remove, --set, and where every merged value was written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fundsim.errors import ScenarioError
from fundsim.scenario import load
from fundsim.scenario.document import Document
from fundsim.scenario.keys import dotted, look, undotted, walk
from fundsim.scenario.reading import from_python, read, with_python, with_sets

BASE: dict[str, Any] = {
    "a": {"kind": "x", "one": 1, "two": [1, 2], "deep": {"p": 1}},
    "b": {"one": 1},
    "list": [{"n": 1}, {"n": 2}],
}


def but(**changes: Any) -> dict[str, Any]:
    """BASE with changes; `__` stands for the dot of a dotted key."""
    dots = {key.replace("__", "."): value for key, value in changes.items()}
    document = with_python(from_python(BASE), dots)
    assert document.findings == ()
    assert set(document.origins) == {key for key, _ in walk(document.values)}
    return document.values


def told(*sets: str) -> str:
    (finding,) = with_sets(from_python(BASE), sets).findings
    assert finding.problem.place == "--set"
    return finding.problem.message


# Laying one thing over another


def test_a_table_merges() -> None:
    assert but(a={"one": 5, "new": 6})["a"] == BASE["a"] | {"one": 5, "new": 6}


def test_a_table_of_another_kind_is_replaced_whole() -> None:
    assert but(a={"kind": "y", "three": 3})["a"] == {"kind": "y", "three": 3}


def test_a_kind_that_is_stated_again_changes_nothing() -> None:
    assert but(a={"kind": "x"}) == BASE
    assert but(b={"kind": "x"})["b"] == {"one": 1, "kind": "x"}


def test_setting_a_kind_alone_begins_a_new_table() -> None:
    assert but(a__kind="y", a__three=3)["a"] == {"kind": "y", "three": 3}


@pytest.mark.parametrize("key", ["capacity", "overrides.leeds.capacity"])
def test_a_capacity_of_another_form_is_replaced_whole(key: str) -> None:
    base = from_python({"x": 1})
    name = f"foundations.{key}"
    base = with_python(base, {name: {"per_head": 1, "growth": 2}, "sources": {name: "a law"}})

    def over(changes: dict[str, Any]) -> Any:
        return look(with_python(base, changes).values, undotted(name))

    assert over({name: {"pounds": 5}}) == {"pounds": 5}
    assert over({f"{name}.pounds": 5}) == {"pounds": 5}
    assert over({f"{name}.per_head": 5}) == {"per_head": 5, "growth": 2}
    assert over({f"{name}.growth": 5}) == {"per_head": 1, "growth": 5}
    assert name not in with_python(base, {f"{name}.pounds": 5}).values["sources"]
    assert name in with_python(base, {f"{name}.growth": 5}).values["sources"]


@pytest.mark.usefixtures("folder")
def test_a_file_states_a_capacity_in_another_form_than_the_one_it_extends() -> None:
    lines = ['extends = "kruger-2020"', "[foundations.capacity]", 'pounds = "£5m"']
    Path("mine.toml").write_text("\n".join(lines), encoding="utf-8")
    inherited, mine = load("kruger-2020").foundations.capacity, load("mine.toml").foundations
    assert inherited is not None
    assert inherited.multiple_of_past_grants is not None
    assert mine.capacity is not None
    assert mine.capacity.model_dump(exclude_defaults=True) == {"pounds": 500_000_000}


def test_a_list_is_replaced_whole() -> None:
    assert but(a={"two": [9]})["a"]["two"] == [9]


def test_items_of_a_list_are_counted_from_zero() -> None:
    assert but(list__1__n=5)["list"] == [{"n": 1}, {"n": 5}]
    assert but(list__0={"m": 3})["list"][0] == {"n": 1, "m": 3}
    assert but(a__two__0=7)["a"]["two"] == [7, 2]


def test_tables_on_the_way_are_made() -> None:
    assert but(c__d__e=1)["c"] == {"d": {"e": 1}}


def test_nothing_given_is_altered() -> None:
    before = repr(BASE)
    but(a__deep__p=2, list__0__n=7)
    assert repr(BASE) == before


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("a.one=4%", "a.one", "4%"),
        ("a.one = 5 ", "a.one", 5),
        ("a.one=true", "a.one", True),
        ('a.one="5"', "a.one", "5"),
        ("a.one=a = b", "a.one", "a = b"),
        ("a.one=", "a.one", ""),
        ('a."x y"."="=1', 'a."x y"."="', 1),
        ("a.'x.y'=1", 'a."x.y"', 1),
        ("a.deep={p=2, q=3}", "a.deep", {"p": 2, "q": 3}),
        ("a.two=[3]", "a.two", [3]),
    ],
)
def test_set_reads_a_dotted_key_and_a_value_of_toml_or_text(
    text: str, key: str, value: object
) -> None:
    document = with_sets(from_python(BASE), [text])
    assert document.findings == ()
    assert look(document.values, undotted(key)) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a", "needs KEY=VALUE"),
        ("=1", "dotted key"),
        ("a..b=1", "dotted key"),
        ("x y=1", "KEY=VALUE"),
        ('a.one={p="x"', "begins as TOML"),
        ("a.one=\x1b[31m", "not text"),
        ("a.one=\udcff", "not text"),
        ("b.one.two=1", "b.one is a single value"),
        ("list.2.n=1", "the last is list.1"),
        ("list.x.n=1", "counted from 0"),
        ("a." * 50 + "b=1", "at most"),
    ],
)
def test_what_set_cannot_take_is_told(text: str, message: str) -> None:
    assert message in told(text)


def test_keys_survive_being_written() -> None:
    for key in (("a",), ("Northern Ireland", "b.c"), ('"', "\\", "é"), ("",)):
        assert undotted(dotted(key)) == key
    with pytest.raises(ValueError, match="not a dotted key"):
        undotted("a b")


# Files that extend files


@pytest.fixture
def child(folder: Path) -> Any:
    def write(text: str, name: str = "child.toml") -> Document:
        (folder / name).write_text(text, encoding="utf-8")
        return read(name)

    return write


def problem_of(path: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return str(caught.value)


def test_a_file_writes_only_what_differs(child: Any) -> None:
    document = child('extends = "example.toml"\n[funds.luc]\nspending = { rate = "5%" }\n')
    assert look(document.values, ("funds", "luc", "spending", "rate")) == "5%"
    assert look(document.values, ("funds", "luc", "spending", "kind")) == "moving_average"
    assert "extends" not in document.values


def test_every_value_remembers_the_file_and_line_it_is_from(child: Any) -> None:
    document = child('extends = "example.toml"\n[funds.luc]\nspending = { rate = "5%" }\n')
    places = {
        "funds.luc.spending.rate": "child.toml:3:14",
        "funds.luc.spending.kind": "example.toml:48:14",
        "funds.luc": "child.toml:2:8",
        "years": "example.toml:7:1",
    }
    assert {key: document.origin(undotted(key)).place for key in places} == places


def test_remove_drops_what_is_inherited(child: Any) -> None:
    document = child(
        'extends = "example.toml"\nremove = ["funds.recovery", "funds.luc.inflow.amounts.2022"]\n'
    )
    assert set(document.values["funds"]) == {"luc", "left_behind"}
    assert "2022" not in look(document.values, ("funds", "luc", "inflow", "amounts"))
    assert ("funds", "recovery", "title") not in document.origins


def test_remove_makes_room_for_another_table(child: Any) -> None:
    document = child(
        'extends = "example.toml"\nremove = ["funds.luc.inflow.amounts"]\n'
        "[funds.luc.inflow.amounts]\n2030 = 5\n"
    )
    assert look(document.values, ("funds", "luc", "inflow", "amounts")) == {"2030": 5}


def test_remove_drops_a_value_of_an_item_of_a_list(child: Any) -> None:
    document = child('extends = "example.toml"\nremove = ["shocks.2.asset"]\n')
    assert "asset" not in document.values["shocks"][2]
    assert document.values["shocks"][2]["kind"] == "market"
    assert ("shocks", 2, "asset") not in document.origins
    assert ("shocks", 2, "kind") in document.origins


def test_what_cannot_be_removed_is_told_with_the_nearest_name(folder: Path) -> None:
    (folder / "child.toml").write_text('extends = "example.toml"\nremove = ["funds.recovry"]\n')
    assert "child.toml:2:11: remove.0:" in problem_of("child.toml")
    assert '(did you mean "funds.recovery"?)' in problem_of("child.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('remove = ["funds.luc"]', "extends no other"),
        ('extends = "example.toml"\nremove = "funds.luc"', "not a list of keys"),
        ('extends = "example.toml"\nremove = ["a b"]', "not a dotted key"),
        (
            'extends = "example.toml"\nremove = ["shocks.1"]',
            '"shocks.1" is an item of a list; remove "shocks" and write anew what is to stay',
        ),
        ("extends = 5", "in double quotes"),
        ('extends = "exampl.toml"', '(did you mean "example.toml"?)'),
        ('extends = "example.toml"\nextend = 5', "(did you mean"),
    ],
)
def test_faults_of_extends_and_remove_are_told(folder: Path, text: str, message: str) -> None:
    (folder / "child.toml").write_text(text)
    assert message in problem_of("child.toml")


def test_files_that_extend_one_another_are_refused(folder: Path) -> None:
    (folder / "a.toml").write_text('extends = "b.toml"')
    (folder / "b.toml").write_text('extends = "./a.toml"')
    assert "a.toml -> b.toml -> a.toml" in problem_of("a.toml")
    (folder / "c.toml").write_text('extends = "c.toml"')
    assert "c.toml:1:11: extends: " in problem_of("c.toml")


def test_a_shipped_scenario_is_extended_by_name(child: Any) -> None:
    document = child('extends = "kruger-endowment"')
    assert document.values["name"] == "kruger-endowment"


def test_paths_are_relative_to_the_file_that_writes_them(folder: Path) -> None:
    inner = folder / "inner"
    inner.mkdir()
    (inner / "child.toml").write_text('extends = "../example.toml"\nname = "child"')
    assert load("inner/child.toml").files == (Path("inner/../areas.csv"),)
    (inner / "own.csv").write_text((folder / "areas.csv").read_text())
    (inner / "child.toml").write_text('extends = "../example.toml"\ngeography.areas = "own.csv"')
    assert load("inner/child.toml").files == (Path("inner/own.csv"),)
    assert load("inner/child.toml", ["geography.areas=areas.csv"]).files == (Path("areas.csv"),)


# Citations follow their values


def sources_of(folder: Path, text: str, *sets: str) -> dict[str, str]:
    (folder / "child.toml").write_text('extends = "example.toml"\n' + text, encoding="utf-8")
    return load("child.toml", sets).sources


def test_a_citation_is_dropped_when_its_value_changes(folder: Path) -> None:
    assert "foundations.fee" in sources_of(folder, "")
    assert "foundations.fee" not in sources_of(folder, 'foundations.fee = "5%"')
    assert "foundations.fee" not in sources_of(folder, "", "foundations.fee=5%")
    assert "foundations.fee" in sources_of(folder, 'foundations.fee = "6%"')


def test_a_citation_given_with_the_new_value_stays(folder: Path) -> None:
    text = 'foundations.fee = "5%"\n[sources]\n"foundations.fee" = "ours"'
    assert sources_of(folder, text)["foundations.fee"] == "ours"
    text = 'foundations.fee = "5%"'
    note = 'sources."foundations.fee"=theirs'
    assert sources_of(folder, text, note)["foundations.fee"] == "theirs"


def test_a_citation_of_nothing_is_told_in_the_file_that_writes_it(folder: Path) -> None:
    (folder / "base.toml").write_text('extends = "example.toml"\n[sources]\n"a b" = "x"')
    (folder / "child.toml").write_text('extends = "base.toml"\nyears = 9')
    assert 'base.toml:3:1: sources."a b":' in problem_of("child.toml")


def test_a_citation_goes_with_what_is_removed(folder: Path) -> None:
    text = 'remove = ["funds.recovery", "foundations.priority"]'
    assert "funds.recovery.opening" not in sources_of(folder, text)


def test_a_table_keeps_its_citation_unless_it_is_of_another_kind(folder: Path) -> None:
    assert "funds.luc.inflow" in sources_of(folder, 'funds.luc.inflow.amounts.2022 = "£1m"')
    lump = 'funds.luc.inflow = { kind = "lump", amount = "£1m" }'
    assert "funds.luc.inflow" not in sources_of(folder, lump)
