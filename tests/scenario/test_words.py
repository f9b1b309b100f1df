"""What a scenario says of itself; differences, things to know, a new one to begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from fundsim.errors import ScenarioError
from fundsim.scenario import (
    diff,
    differences,
    load,
    new,
    notes,
    resolved_toml,
    rows,
    shipped,
    show,
    would_get_nothing,
)

pytestmark = pytest.mark.usefixtures("folder")


def child(text: str) -> str:
    Path("child.toml").write_text('extends = "example.toml"\n' + text, encoding="utf-8")
    return "child.toml"


# The whole scenario


@pytest.mark.parametrize("name", list(shipped()))
def test_a_resolved_scenario_reads_back_to_the_same(name: str) -> None:
    one = load(name)
    Path("whole.toml").write_text(resolved_toml(one), encoding="utf-8")
    other = load("whole.toml")
    assert other == one
    assert resolved_toml(other) == resolved_toml(one)


def test_a_resolved_example_of_every_key_reads_back_to_the_same() -> None:
    one = load("example.toml")
    Path("whole.toml").write_text(resolved_toml(one), encoding="utf-8")
    assert load("whole.toml") == one
    assert resolved_toml(load("whole.toml")) == resolved_toml(one)


def test_a_resolved_scenario_writes_each_shock_and_payment_on_a_line() -> None:
    lines = resolved_toml(load("example.toml")).splitlines()
    assert '  { kind = "market", name = "a crash", on = 2030-02-01, change = "-30%" },' in lines
    assert '  { to = "left_behind", on = 2025-07-01, share = "1%" },' in lines
    assert 'sittings = ["March", "June", "September", "December"]' in lines


def test_a_resolved_scenario_states_its_defaults_in_words() -> None:
    text = resolved_toml(load("example.toml"))
    for line in ('opening = "£0"', 'step = "quarter"', 'fee = "0.6%"', 'over = "3 years"'):
        assert line in text


def test_the_users_own_table_is_found_from_anywhere(tmp_path: Path) -> None:
    one = load("example.toml")
    assert f'areas = "{tmp_path.resolve().as_posix()}/areas.csv"' in resolved_toml(one)
    data = tmp_path / "run" / "data"
    data.mkdir(parents=True)
    (data / "areas.csv").write_bytes(one.files[0].read_bytes())
    (tmp_path / "run" / "scenario.toml").write_text(
        resolved_toml(one, areas="data/areas.csv"), encoding="utf-8"
    )
    assert load("run/scenario.toml") == one


def test_each_value_is_shown_with_its_place_and_source() -> None:
    one = load(child('foundations.fee = "5%"\n[sources]\n"years" = "unverified: ours"'))
    found = {row.key: row for row in rows(one)}
    assert (found["foundations.fee"].value, found["foundations.fee"].place) == (
        "5%",
        "child.toml:2:13",
    )
    assert found["years"].unverified
    assert found["funds.luc.opening"].place == "(default)"
    assert found["funds.luc.inflow"].note == "unverified: our schedule"
    assert found["funds.luc.inflow.amounts.2022"].note == ""
    assert found["funds.recovery.opening"].note.startswith("Kruger 2020")


def test_each_value_of_a_shock_is_shown_with_its_place_and_source() -> None:
    text = 'sources."shocks.1.change" = "unverified: ours"\nsources."funds.luc.pays.0.on" = "a law"'
    found = {row.key: row for row in rows(load(child(text)))}
    assert found["shocks.1.change"].value == "-30%"
    assert found["shocks.1.change"].place.startswith("example.toml:1")
    assert found["shocks.1.change"].unverified
    assert found["funds.luc.pays.0.on"].note == "a law"
    assert found["foundations.sittings"].value == '["March", "June", "September", "December"]'


def test_a_value_changed_after_its_table_was_cited_says_so() -> None:
    one = load(child('funds.luc.inflow.amounts.2022 = "£1m"'))
    found = {row.key: row.note for row in rows(one)}
    assert found["funds.luc.inflow.amounts.2022"] == "(changed since funds.luc.inflow was cited)"
    assert found["funds.luc.inflow.amounts.2021"] == ""


def test_show_marks_what_is_unverified() -> None:
    text = show(load("example.toml"))
    (line,) = [line for line in text.splitlines() if line.startswith("foundations.fee")]
    assert line.split() == [
        "foundations.fee", "6%", "example.toml:87:1", "!",
        "unverified:", "two", "UK", "proxies", "give", "6", "per", "cent",
    ]  # fmt: skip
    assert "\nfingerprint " in text


# Differences


def test_differences_name_the_key_and_both_values() -> None:
    one = load("example.toml")
    other = one.but({"years": 9, "funds.luc.closes": {"on": "2060-01-01", "residue": "treasury"}})
    assert differences(one, other) == [
        ("years", "50", "9"),
        ("funds.luc.closes.on", "-", "2060-01-01"),
        ("funds.luc.closes.residue", "-", "treasury"),
    ]
    assert "years" in diff(one, other)
    assert one.fingerprint in diff(one, other)


def test_differences_inside_lists_are_named_by_position() -> None:
    one = load("example.toml")
    parts = [{"kind": "per_capita", "weight": 0.5}, {"kind": "equal", "weight": "50%"}]
    keys = [key for key, _, _ in differences(one, one.but({
        "funds.left_behind.allocation.parts": parts}))]  # fmt: skip
    assert "funds.left_behind.allocation.parts.1.weight" in keys


def test_differences_of_shocks_are_named_one_by_one() -> None:
    one = load("example.toml")
    assert differences(one, one.but({"shocks.1.change": "-40%"})) == [
        ("shocks.1.change", "-30%", "-40%")
    ]
    crash = {"name": "x", "kind": "market", "on": "2030-02-01", "change": "-30%"}
    bare = one.but({"shocks": []})
    assert differences(bare, one.but({"shocks": [crash]})) == [
        ("shocks.0.kind", "-", "market"),
        ("shocks.0.on", "-", "2030-02-01"),
        ("shocks.0.change", "-", "-30%"),
    ]
    assert diff(one, one.but({"shocks.1.name": "a fall"})).startswith("the same")


def test_the_same_assumptions_are_called_the_same() -> None:
    one = load("example.toml")
    assert diff(one, one.but({"title": "x", "funds.luc.title": "y"})).startswith("the same")


def test_tables_of_areas_differ_by_content() -> None:
    one = load("example.toml")
    Path("other.csv").write_text(Path("areas.csv").read_text().replace("800000", "800001"))
    ((key, _, value),) = differences(one, one.but({"geography.areas": "other.csv"}))
    assert (key, value.split()[0]) == ("geography.areas", "other.csv")


# Things to know


def test_what_is_unverified_is_said_with_its_value() -> None:
    assert notes(load("example.toml"))[:2] == [
        "unverified: foundations.fee = 6%: two UK proxies give 6 per cent",
        "unverified: funds.luc.inflow = (table): our schedule",
    ]


def test_a_citation_of_a_list_names_no_value_of_it() -> None:
    one = load(child('sources."funds.luc.pays" = "unverified: ours"'))
    assert "unverified: funds.luc.pays = (list): ours" in notes(one)
    found = {row.key: row for row in rows(one)}
    assert (found["funds.luc.pays"].value, found["funds.luc.pays"].unverified) == ("(list)", True)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("years = 2", "£400m would arrive after the last day, 2023-03-31, and is left out"),
        ("years = 2", "the fund closes on 2031-03-31, after the last day"),
        ("years = 2", "the first spending date, 2024-04-01, is after the last day"),
        ("years = 2", "child.toml states no name of its own and goes by that of example.toml"),
        (
            'funds.recovery.inflow = { kind = "lump", amount = "£1m" }',
            "£1,000,000.00 arrives that its profile does not spend",
        ),
        ('sources."funds.luc.closes" = "unverified: open"', "funds.luc.closes = not set: open"),
    ],
)
def test_what_a_reader_would_not_expect_is_said(text: str, note: str) -> None:
    assert any(note in one for one in notes(load(child(text))))


def test_areas_that_would_get_nothing_are_named_by_fund() -> None:
    one = load("example.toml")
    assert would_get_nothing(one) == {}
    parts = [{"kind": "threshold_per_head", "people": "left_behind", "at_least": 600, "weight": 1}]
    other = one.but({"funds.left_behind.allocation.parts": parts})
    assert would_get_nothing(other) == {"left_behind": ["Bedford", "Belfast", "Fife"]}
    pounds = {"kind": "column", "column": "left_behind", "unit": "pounds"}
    other = one.but({"funds.left_behind.allocation": pounds})
    assert would_get_nothing(other) == {"left_behind": ["Bedford"]}


# A new scenario


def test_a_new_scenario_passes_the_check() -> None:
    Path("mine.toml").write_text(new("mine"), encoding="utf-8")
    assert load("mine.toml").name == "mine"
    assert new("mine").startswith("#:schema ./scenario.schema.json\n")


@pytest.mark.parametrize("base", ["example.toml", "kruger-endowment"])
def test_a_new_difference_is_the_same_as_what_it_extends(base: str) -> None:
    text = new("mine", base)
    Path("mine.toml").write_text(text, encoding="utf-8")
    assert load("mine.toml").fingerprint == load(base).fingerprint
    assert load("mine.toml").name == "mine"
    assert "# years = 50" in text


def test_every_remark_of_a_new_difference_may_be_taken_up() -> None:
    lines = new("mine", "example.toml").splitlines()
    begin = lines.index("# start = 2021-04-01")
    end = next(i for i in range(begin, len(lines)) if lines[i].startswith("# Where your"))
    taken_up = [line.removeprefix("#").removeprefix(" ") for line in lines[begin:end]]
    Path("mine.toml").write_text("\n".join([*lines[:begin], *taken_up]), encoding="utf-8")
    assert load("mine.toml").fingerprint == load("example.toml").fingerprint


def test_a_new_scenario_needs_a_name_and_a_scenario_to_extend() -> None:
    with pytest.raises(ScenarioError, match=r"new: name: .*lower-case"):
        new("My scenario")
    with pytest.raises(ScenarioError, match="no such file"):
        new("mine", "nothing.toml")
