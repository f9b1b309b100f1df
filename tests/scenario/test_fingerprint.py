"""The same scenario has one fingerprint however it is spelled; another scenario has another."""

from __future__ import annotations

import copy
import pickle
import random
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fundsim.scenario import Scenario, from_values, load, resolved_toml
from fundsim.scenario.keys import undotted
from fundsim.scenario.spelling import toml

pytestmark = pytest.mark.usefixtures("folder")

SPELLINGS: dict[str, list[Any]] = {
    "funds.recovery.opening": ["£500m", "£0.5bn", 500_000_000, 5e8, "£500,000,000.00", "£500000k"],
    "funds.luc.spending.rate": ["4%", 0.04, "400bp", "4.0%", " 4 %"],
    "funds.luc.spending.over": ["12 quarters", "3 years", "36 months"],
    "funds.luc.allocation.then.steepness": [1, 1.0],
    "markets.inflation.persistence": [0.489, "48.9%"],
    "markets.assets.gilts.weight": ["40%", 0.4],
    "foundations.fee": ["6%", 0.06],
    "geography.where": [
        {"nation": ["England", "Scotland", "Wales", "Northern Ireland"]},
        {"nation": ["Wales", "England", "Northern Ireland", "Scotland"]},
    ],
}


def shuffled(values: Any, order: random.Random) -> Any:
    """The same tables with their keys in another order."""
    if not isinstance(values, dict):
        return values
    keys = list(values)
    order.shuffle(keys)
    return {key: shuffled(values[key], order) for key in keys}


def put(values: dict[str, Any], name: str, new: object) -> None:
    *path, last = undotted(name)
    for part in path:
        values = values[part]
    values[last] = new


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(order=st.randoms(), data=st.data())
def test_spelling_order_and_comments_do_not_matter(
    folder: Path, example: str, order: random.Random, data: st.DataObject
) -> None:
    values = tomllib.loads(example)
    for name, ways in SPELLINGS.items():
        put(values, name, data.draw(st.sampled_from(ways)))
    text = "# another comment\n" + toml(shuffled(values, order))
    (folder / "other.toml").write_text(text, encoding="utf-8")
    other, one = load("other.toml"), load("example.toml")
    assert other.fingerprint == one.fingerprint
    assert other.rules_fingerprint == one.rules_fingerprint
    assert list(other.funds) == list(one.funds)
    assert other == one


def test_extended_or_written_out_is_the_same(folder: Path) -> None:
    (folder / "child.toml").write_text('extends = "example.toml"\nfunds.luc.spending.rate = "5%"\n')
    child = load("child.toml")
    (folder / "whole.toml").write_text(resolved_toml(child), encoding="utf-8")
    assert load("whole.toml") == child
    assert load("example.toml", ["funds.luc.spending.rate=5%"]) == child
    assert load("example.toml").but({"funds.luc.spending.rate": 0.05}) == child


def test_the_order_of_months_and_of_shocks_does_not_matter() -> None:
    one = load("example.toml")
    shocks = [shock.model_dump() for shock in reversed(one.shocks)]
    months = ["September", "march", " December ", "June"]
    assert (
        one.but({"shocks": shocks, "foundations.sittings": months}).fingerprint == one.fingerprint
    )


def test_a_default_written_out_is_the_same() -> None:
    one = load("example.toml")
    for text in ("funds.luc.opening=£0", "markets.step=quarter", "funds.recovery.pays=[]"):
        assert load("example.toml", [text]).fingerprint == one.fingerprint


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "other"),
        ("title", "Another title"),
        ("about", "Another text"),
        ("funds.luc.title", "Another fund"),
        ("shocks.0.name", "another hard winter"),
        ("sources", {"funds.luc.opening": "someone"}),
    ],
)
def test_words_for_readers_do_not_matter(key: str, value: object) -> None:
    one = load("example.toml")
    other = one.but({key: value})
    assert other.fingerprint == one.fingerprint
    assert (other == one) == (key in {"funds.luc.title", "shocks.0.name"})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("seed", 1),
        ("paths", 999),
        ("years", 49),
        ("start", "2021-03-31"),
        ("funds.luc.spending.rate", 0.04000000001),
        ("funds.recovery.opening", "£500,000,000.01"),
        ("funds.luc.inflow.amounts.2022", "£1m"),
        ("markets.inflation.sd", 0.0159),
        ("geography.need", "population"),
        ("geography.where", {"nation": ["England", "Scotland", "Northern Ireland", "Wales"],
                             "name": ["Luton", "Leeds", "Fife", "Belfast", "Gwent"]}),
        ("foundations.fee", 0),
        ("foundations.sittings", ["March", "June", "September"]),
        ("foundations.instalments", ["50%", "20%", "30%"]),
        ("foundations.capacity.multiple_of_past_grants", 4.5),
        ("foundations.capacity.growth_years", 11),
        ("foundations.priority", ["luc", "recovery", "left_behind"]),
        ("foundations.overrides.leeds.fee", "5.5%"),
        ("funds.recovery.holds", {"global_equity": "1%", "gilts": "99%"}),
        ("funds.recovery.instalments", ["99%", "1%"]),
        ("funds.recovery.closes.residue", "luc"),
        ("funds.luc.pays.0.amount", "£6m"),
        ("funds.luc.alarm.fall", "21%"),
        ("shocks.1.change", "-31%"),
        ("shocks", []),
    ],
)  # fmt: skip
def test_every_value_that_counts_matters(key: str, value: object) -> None:
    one = load("example.toml")
    assert one.but({key: value}).fingerprint != one.fingerprint


def test_the_content_of_the_table_counts_not_its_name(folder: Path) -> None:
    one = load("example.toml")
    table = (folder / "areas.csv").read_text()
    (folder / "renamed.csv").write_text(table)
    assert one.but({"geography.areas": "renamed.csv"}).fingerprint == one.fingerprint
    (folder / "altered.csv").write_text(table.replace("800000", "800001"))
    assert one.but({"geography.areas": "altered.csv"}).fingerprint != one.fingerprint


def test_the_fingerprint_of_rules_knows_the_rules_alone() -> None:
    one = load("example.toml")
    for changes in ({"seed": 5}, {"funds.recovery.opening": "£1m"}, {"foundations.fee": 0}):
        assert one.but(changes).rules_fingerprint == one.rules_fingerprint
    for key, value in (
        ("funds.luc.spending.rate", 0.05),
        ("funds.recovery.closes.on", "2024-01-01"),
        ("funds.recovery.allocation.kind", "equal"),
        ("funds.recovery.holds", {"global_equity": "1%", "gilts": "99%"}),
        ("funds.recovery.instalments", ["99%", "1%"]),
        ("funds.luc.pays.1.share", "2%"),
        ("funds.luc.alarm", None),
    ):
        assert one.but({key: value}).rules_fingerprint != one.rules_fingerprint


def test_a_fingerprint_is_twelve_hexadecimal_digits() -> None:
    for print_ in (load("example.toml").fingerprint, load("example.toml").rules_fingerprint):
        assert len(print_) == 12
        assert int(print_, 16) >= 0


# A scenario as a value


def test_a_scenario_travels() -> None:
    one = load("example.toml")
    for other in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one)):  # noqa: S301 - our own bytes
        assert other == one
        assert hash(other) == hash(one)
        assert other.geography_table.digest == one.geography_table.digest
        assert other.but({"years": 3}).years == 3
    assert one != 5
    assert repr(one) == str(one) == f"<Scenario kruger-2020 {one.fingerprint}>"


def test_but_reads_the_table_of_areas_once(folder: Path) -> None:
    one = load("example.toml")
    (folder / "areas.csv").unlink()
    assert one.but({"years": 3}).geography_table is one.geography_table


def test_but_takes_what_a_notebook_has_at_hand() -> None:
    np = pytest.importorskip("numpy")
    one = load("example.toml")
    other = one.but(
        {
            "years": np.int64(7),
            "funds.luc.inflow.amounts": {2024: 5},
            "funds.left_behind.allocation.parts": ({"kind": "equal", "weight": np.float64(1)},),
            "geography.areas": Path("areas.csv"),
        }
    )
    assert other.years == 7
    without: dict[str, object] = {"funds.luc.inflow": None, "shocks": []}
    assert other.but(without).funds["luc"].inflow is None
    with pytest.raises(ValueError, match="frozen"):
        setattr(other, "years", 8)  # noqa: B010 - the type checker would not let it be tried


def test_plain_values_make_a_scenario_too(example: str) -> None:
    one = load("example.toml")
    assert from_values(tomllib.loads(example)) == one
    direct = Scenario.model_validate(tomllib.loads(example))
    assert direct.fingerprint == one.fingerprint
    assert direct.but({"years": 3}).years == 3
