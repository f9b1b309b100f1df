"""Rules compared path by path: what tables say is what the paths say, and nothing else shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fundsim.comparison.across import Across
from fundsim.comparison.compared import SURE, Compared
from fundsim.comparison.folder import Saved, altered, is_comparison, place_of, write
from fundsim.comparison.naming import with_rules
from fundsim.comparison.one_pot import AS_STATED, share_one_pot
from fundsim.comparison.running import (
    allocate,
    answered,
    compare_one_pot,
    compare_runs,
    differences,
    refuse_unlike,
)
from fundsim.comparison.wanting import Wanted, wanted
from fundsim.comparison.words import summary
from fundsim.engine.simulate import simulate, simulate_rules
from fundsim.errors import InputError, RunError
from fundsim.metrics.places import SPREADS
from fundsim.money import Pence
from fundsim.results.folder import MANIFEST
from fundsim.scenario import Scenario, load
from tests.comparison.alone import alone

RULES = ["need_weighted(steepness=2), column(column=poor)"]
NOW = datetime.now(UTC)


def chosen(stated: Scenario, rules: list[str] = RULES) -> dict[str, Scenario]:
    return {AS_STATED: stated, **with_rules(stated, "fund", rules)}


def by_path(scenarios: Mapping[str, Scenario], measure: str = "paid") -> list[Pence]:
    """What areas have over the whole run in real terms under each rule, `(area, path)`."""
    blocks = list(simulate_rules(list(scenarios.values()), _real_sums(measure), measure=measure))
    return [np.concatenate(parts, axis=1) for parts in zip(*blocks, strict=True)]


def _real_sums(measure: str) -> Callable[[Sequence[Any]], list[Pence]]:
    return lambda outcomes: [outcome.over_all(measure, "real") for outcome in outcomes]


@pytest.fixture
def found(small: Scenario) -> Compared:
    return compare_runs(chosen(small), "fund", Wanted(earlier="earlier", minimum=100_00))


def rows(found: Compared, name: str) -> list[dict[str, str]]:
    table = found.table(name)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows()]


def test_areas_are_held_against_the_first_rule_path_by_path(found: Compared) -> None:
    base, *others = by_path(found.scenarios)
    people = found.looking.geography.population
    for rule, pence in zip(found.rules[1:], others, strict=True):
        apart = (pence - base) / 100
        for area, row in enumerate(r for r in rows(found, "areas") if r["rule"] == rule):
            own, mean = apart[area], apart[area].mean()
            error = own.std(ddof=1) / np.sqrt(found.paths)
            assert float(row["pounds"]) == pytest.approx(pence[area].mean() / 100, abs=1e-4)
            assert float(row["per_head"]) == pytest.approx(
                pence[area].mean() / 100 / people[area], abs=1e-4
            )
            assert float(row["difference"]) == pytest.approx(mean, abs=1e-4)
            assert float(row["difference_se"]) == pytest.approx(error, rel=1e-4, abs=1e-4)
            assert float(row["low"]) == pytest.approx(mean - SURE * error, abs=1e-3)
            assert float(row["high"]) == pytest.approx(mean + SURE * error, abs=1e-3)
            assert float(row["chance_of_gaining"]) == pytest.approx((own > 0).mean(), abs=1e-6)
            assert float(row["chance_of_losing"]) == pytest.approx((own < 0).mean(), abs=1e-6)
            gains = own[own > 0]
            assert (row["mean_gain"] == "") == (len(gains) == 0)
            if len(gains):
                assert float(row["mean_gain"]) == pytest.approx(gains.mean(), abs=1e-4)


def test_groups_are_sums_of_their_areas(found: Compared) -> None:
    areas, groups = rows(found, "areas"), rows(found, "groups")
    for level in ("nation", "region", "foundation", "tenth"):
        for row in (one for one in groups if one["level"] == level):
            inside = [a for a in areas if a["rule"] == row["rule"] and a[level] == row["group"]]
            total = sum(float(a["pounds"]) for a in inside)
            assert float(row["pounds"]) == pytest.approx(total, abs=1e-3)
            moved = sum(float(a["difference"] or 0) for a in inside)
            assert float(row["difference"] or 0) == pytest.approx(moved, abs=1e-3)
            gaining = [a for a in inside if float(a["difference"] or 0) > 0]
            assert int(row["areas_gaining"]) == len(gaining)
            assert int(row["people_gaining"]) == sum(int(a["population"]) for a in gaining)
    for rule in found.rules:
        shares = [float(g["share"]) for g in groups if (g["level"], g["rule"]) == ("nation", rule)]
        assert sum(shares) == pytest.approx(1, abs=1e-5)


def test_measures_are_those_of_each_path(found: Compared) -> None:
    pences = by_path(found.scenarios)
    for row in rows(found, "measures"):
        if row["mean"]:
            pence = pences[found.rules.index(row["rule"])]
            view = found.looking.view(pence, None)
            figures = SPREADS[row["measure"]].of(view)
            assert figures is not None
            assert float(row["mean"]) == pytest.approx(figures.mean(), abs=1e-6)


def test_a_measure_that_cannot_be_taken_says_why(small: Scenario) -> None:
    found = compare_runs(chosen(small), "fund", Wanted())
    why = {row["measure"]: row["why_empty"] for row in rows(found, "measures")}
    assert why["overlap_with_earlier"] == "no money of an earlier programme is stated"
    assert why["areas_under_minimum"] == "no viable minimum is stated"
    assert why["gini_per_head"] == ""


def test_all_measures_can_be_asked_for(small: Scenario) -> None:
    asked = Wanted(("all",), earlier="earlier", minimum=1_00, discount=0.035)
    found = compare_runs(chosen(small), "fund", asked)
    empty = {row["measure"]: row["why_empty"] for row in rows(found, "measures") if not row["mean"]}
    assert {row["measure"] for row in rows(found, "measures")} == set(SPREADS)
    assert set(empty) <= {"ratio_90_10"}  # where the least funded tenth get nothing


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("measure", ["paid", "allocated"])
def test_neither_blocks_nor_workers_show(small: Scenario, workers: int, measure: str) -> None:
    scenarios = chosen(small.but({"paths": 600}))
    one = compare_runs(scenarios, "fund", Wanted(), measure=measure)
    other = compare_runs(scenarios, "fund", Wanted(), measure=measure, workers=workers)
    for name, table in one.tables.items():
        assert list(table.csv()) == list(other.table(name).csv())


def test_rules_compared_have_what_they_have_alone(small: Scenario) -> None:
    found = compare_runs(chosen(small), "fund", Wanted())
    for rule, scenario in found.scenarios.items():
        alone = (
            simulate(scenario)
            .table("areas")
            .where(measure="paid", basis="real", from_year="2021", to_year="2026", fund="fund")
        )
        means = dict(zip(alone.column("area"), alone.numbers("mean"), strict=True))
        for row in (one for one in rows(found, "areas") if one["rule"] == rule):
            assert float(row["pounds"]) == pytest.approx(means[row["area"]], abs=0.02)


# One pot


def test_one_pot_is_shared_as_a_run_shares_its_round() -> None:
    stated = load("kruger-2020", ["paths=1"])
    results = simulate(stated)
    (first,) = (
        line.pence
        for line in results.told.journal
        if line.event == "spending"
        and line.to_account == "luc: to be shared"
        and line.date == "2024-04-01"
    )
    pot = share_one_pot({AS_STATED: stated}, "luc", first)
    year = stated.year_labels.index(2024)
    assert np.array_equal(pot.shares[AS_STATED].pence, results.told.areas["luc", "allocated"][year])


def test_one_pot_has_no_errors_and_is_all_shared(small: Scenario) -> None:
    scenarios = chosen(small)
    pot = share_one_pot(scenarios, "fund", 123_456_78)
    found = compare_one_pot(pot, scenarios, Wanted())
    for rule, share in pot.shares.items():
        assert share.pence.sum() == 123_456_78
        cells = [row for row in rows(found, "areas") if row["rule"] == rule]
        assert [round(100 * float(row["pounds"])) for row in cells] == share.pence.tolist()
        assert {row["se"] for row in cells} == {"0.0000"}


def test_a_pot_that_is_too_small_says_how_much_is_needed(small: Scenario) -> None:
    floor = "adjusted(rule={kind='equal'}, floor={pounds='£1000'})"
    scenarios = chosen(small, [floor])
    with pytest.raises(InputError, match=r"£5,999.99 is too little .* which takes £6,000.00"):
        share_one_pot(scenarios, "fund", 5_999_99)
    assert share_one_pot(scenarios, "fund", 6_000_00).shares[floor].pence.tolist() == [100_000] * 6


def test_a_pot_that_is_too_small_cuts_all_alike_where_that_is_asked(
    small: Scenario, tmp_path: Path
) -> None:
    floor = "adjusted(rule={kind='equal'}, floor={pounds='£1000'})"
    found = allocate(small, "£300", floor, cut=True)
    assert found.mean(floor).tolist() == [50_00] * 6
    remark = "it promises £6,000.00; with £300.00 all is cut alike"
    assert remark in found.remarks[floor]
    assert any(remark in line for line in summary(found))
    inquiry = replace(alone(found, 300_00).inquiry, cut=True)
    write(Across(inquiry, [found]), tmp_path, started=NOW)
    assert list(differences(Saved(tmp_path), answered(Saved(tmp_path).inquiry))) == []


# A folder


def test_a_comparison_is_read_back_and_made_again(found: Compared, tmp_path: Path) -> None:
    folder = tmp_path / "compared"
    folder.mkdir()
    write(alone(found), folder, started=NOW)
    assert is_comparison(folder)
    saved = Saved(folder)
    assert list(altered(saved)) == []
    assert (saved.rules, saved.base, saved.fund) == (found.rules, AS_STATED, "fund")
    assert (saved.measure, saved.basis, saved.exact, saved.paths) == ("paid", "real", False, 300)
    assert summary(saved) == summary(found)
    made = answered(saved.inquiry)
    assert list(differences(saved, made)) == []
    text = (folder / "groups.csv").read_text("utf-8")
    (folder / "groups.csv").write_text(text.replace("hill", "hall"), "utf-8")
    assert list(altered(saved)) == ["groups.csv was altered: its hash differs from the manifest's"]
    assert list(differences(saved, made)) == ["groups.csv differs in 3 of 57 rows"]
    (folder / "rules.csv").unlink()
    (folder / "other.csv").write_text("", "utf-8")
    assert list(altered(saved))[1:] == [
        "rules.csv is missing",
        "other.csv is not part of it",
    ]
    found_now = list(differences(saved, made))
    assert any("rules.csv cannot be read" in line for line in found_now)
    (folder / "summary.txt").unlink()
    assert "summary.txt differs" in list(differences(saved, made))


def test_one_pot_is_made_again_from_its_folder(small: Scenario, tmp_path: Path) -> None:
    scenarios = chosen(small)
    found = compare_one_pot(share_one_pot(scenarios, "fund", 99_999), scenarios, Wanted())
    folder = tmp_path / "pot"
    folder.mkdir()
    write(alone(found, 99_999), folder, started=NOW)
    saved = Saved(folder)
    assert list(differences(saved, answered(saved.inquiry))) == []


def test_a_folder_of_something_else_is_no_comparison(tmp_path: Path) -> None:
    assert not is_comparison(tmp_path)
    with pytest.raises(RunError, match="is no comparison"):
        Saved(tmp_path)
    (tmp_path / MANIFEST).write_text(
        '{"kind": "comparison", "format": 0, "versions": {"fundsim": ""}}'
    )
    with pytest.raises(RunError, match="was made by fundsim"):
        Saved(tmp_path)


def test_its_place_tells_what_was_compared(found: Compared, small: Scenario) -> None:
    other = compare_runs(chosen(small, ["equal"]), "fund", Wanted())
    assert place_of(alone(found).inquiry) != place_of(alone(other).inquiry)
    assert place_of(alone(found).inquiry).name.startswith(f"small-{small.fingerprint}-compared-")


# What cannot be compared


def test_scenarios_of_other_years_paths_or_areas_are_refused(small: Scenario) -> None:
    unlike = small.but({"years": 5, "paths": 100})
    with pytest.raises(InputError) as raised:
        refuse_unlike({"one": small, "two": unlike})
    assert str(raised.value) == (
        "two: paths: found 100, and one has 300\ntwo: years: found 5, and one has 6"
    )
    fewer = small.but({"geography.where": {"nation": "Wales"}})
    with pytest.raises(InputError, match="its areas are not those of one"):
        refuse_unlike({"one": small, "two": fewer})


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"measures": "gini"}, "--measures: gini: there is no such measure"),
        ({"earlier": "earler"}, r'has no column "earler" \(did you mean "earlier"\?\)'),
        ({"minimum": "much"}, "--minimum: 'much' is not money"),
        ({"discount": "much"}, "--discount: 'much' is not a rate"),
    ],
)
def test_what_cannot_be_looked_at_is_told(
    asked: dict[str, str], message: str, small: Scenario
) -> None:
    with pytest.raises(InputError, match=message):
        wanted(**asked).looking(small, "paid", "real", 1)
