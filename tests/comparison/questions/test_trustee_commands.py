"""The questions of trustees as commands: what they print, and what they say of wrong input."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import click
import pytest
from click.testing import CliRunner, Result

from fundsim.cli.best import best
from fundsim.cli.breadth import breadth
from fundsim.cli.floors import floors
from fundsim.cli.indices import indices
from fundsim.errors import InputError

ENGLAND = ("english-738m", "--amount", "£80m")
UK = ("kruger-2020", "--fund", "luc", "--amount", "£80m")

Asked = Callable[..., str]


@pytest.fixture
def answered() -> Asked:
    """Give what a command prints."""

    def ask(command: click.Command, *words: str) -> str:
        done: Result = CliRunner().invoke(command, words)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output

    return ask


def table(printed: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(printed)))


def test_which_pot_would_keep_every_area_at_95_per_cent(answered: Asked) -> None:
    told = answered(floors, *UK, "--keep", "95%")
    (row,) = table(answered(floors, *UK, "--keep", "95%", "--format", "csv"))
    exact = f"£{float(row['pot_with_top_up']):,.2f}"
    assert told.startswith(f"{exact} would keep every area at 95% of what per_capita makes of £80,")
    areas = table(answered(floors, *UK, "--keep", "95%", "--format", "csv", "--table", "areas"))
    for area in areas:
        assert 20 * float(area["floor"]) >= 19 * float(area["held_against"]) - 1e-6
    more = sum(max(float(area["floor"]), float(area["pounds"])) for area in areas)
    assert more == pytest.approx(float(row["pot_with_top_up"]), abs=0.001)


def test_a_sweep_has_a_row_for_each_floor_and_rule(answered: Asked) -> None:
    words = (*ENGLAND, "--rules", "need_weighted,per_capita", "--to", "4%", "--step", "2%")
    told = answered(floors, *words)
    assert told.splitlines()[0] == "english-738m, fund luc: £80,000,000.00 shared once"
    assert told.count("%") > 6
    rows = table(answered(floors, *words, "--format", "csv"))
    assert [(row["rule"], row["loss"]) for row in rows] == [
        (rule, loss)
        for rule in ("need_weighted", "per_capita")
        for loss in ("0.000000", "0.020000", "0.040000")
    ]


def test_fewer_places_or_more(answered: Asked) -> None:
    words = ("english-738m", "--amount", "£175m", "--each", "£1m", "--to", "£2.5m")
    told = answered(breadth, *words)
    assert "£175,000,000.00 pays 175 areas £1.00m each (£100k a year for 10 years), or 70 " in told
    rows = table(answered(breadth, *words, "--format", "csv"))
    assert [row["areas"] for row in rows] == ["175", "140", "116", "100", "87", "77", "70"]
    shares = [float(row["share_of_people_in_need"]) for row in rows]
    assert shares == sorted(shares, reverse=True)


def test_units_of_analysis_can_be_chosen(answered: Asked) -> None:
    words = ("english-738m", "--amount", "£10m", "--each", "£1m", "--unit", "region")
    told = answered(breadth, *words, "--people", "cni23_pop")
    assert "\nregion " in told
    assert "\nnation " not in told
    printed = answered(breadth, *words, "--format", "json", "--table", "units")
    assert [row["unit"] for row in json.loads(printed)] == ["region"]
    every = answered(breadth, *words[:5], "--format", "csv", "--table", "units")
    assert [row["unit"] for row in table(every)] == ["area", "foundation", "region", "nation"]


def test_what_changes_if_the_index_changes(answered: Asked) -> None:
    words = (*ENGLAND, "--needs", "imd25_avg_score,imd19_avg_score,imd25_extent")
    told = answered(indices, *words)
    assert "Held against: imd25_avg_score\n" in told
    assert "Furthest up, by place among 296: " in told
    rows = table(answered(indices, *words, "--format", "csv"))
    assert [row["need"] for row in rows] == ["imd19_avg_score", "imd25_extent"]
    areas = table(answered(indices, *words, "--format", "csv", "--table", "areas"))
    moved = sum(abs(float(row["difference"])) for row in areas if row["need"] == "imd25_extent")
    assert moved / 2 == pytest.approx(float(rows[1]["money_moved"]), abs=0.01)


def test_which_rule_gets_most_to_left_behind_places(answered: Asked) -> None:
    words = (*UK, "--aim", "share_to:lbn_pop", "--lose-at-most", "5%")
    told = answered(best, *words)
    rows = table(answered(best, *words, "--format", "csv"))
    keeping = [row for row in rows if row["keeps_the_limit"] == "yes"]
    most = max(keeping, key=lambda row: float(row["share_to:lbn_pop"]))
    share = f"{100 * float(most['share_to:lbn_pop']):.1f}%"
    assert f"Most share_to:lbn_pop: {most['rule']}, {share} against " in told
    assert min(float(row["worst_percent"]) for row in keeping) > -5.01
    first = told.splitlines()[-len(rows)].split()
    assert (first[0], first[-1]) == ("1", "best")


def test_several_aims_and_thresholds_are_printed_as_a_front(answered: Asked) -> None:
    words = (*ENGLAND, "--aim", "share_to:lbn_pop", "--aim", "gini_per_head")
    family = ("--family", "need_weighted(steepness=0:5:0.25)", "--rules", "equal")
    told = answered(best, *words, *family, "--at-most", "gini_per_head=0.4")
    assert "that may be chosen are not beaten in every aim:" in told
    assert "not beaten" in told
    assert "beaten by " in told
    assert "not gini_per_head at most 0.400" in told
    assert "20 of 22; all of them with --format csv" in told


def test_losers_are_counted_in_the_table(answered: Asked) -> None:
    told = answered(best, *ENGLAND, "--aim", "theil", "--rules", "equal", "--lose-at-most", "50%")
    assert " lose too much" in told


@pytest.mark.parametrize(
    ("command", "words", "told"),
    [
        (floors, ("--keep", "195%"), "--keep: found 195%"),
        (floors, ("--from", "5%", "--to", "1%"), "--from and --to: found 5% and 1%"),
        (floors, ("--against", "gdhi"), '--against: column "gdhi" (pounds a head) is a mean'),
        (floors, ("--rules", "need_weigted"), '(did you mean "need_weighted"?)'),
        (breadth, ("--each", "£0"), "--each: found £0.00"),
        (breadth, ("--each", "£1m", "--by", "uk_scor"), '(did you mean "uk_score"?)'),
        (breadth, ("--each", "£1m", "--people", "gdhi"), "does not count people"),
        (indices, ("--needs", "imd25"), '--needs: imd25: "imd25": there is no such column'),
        (best, ("--aim", "gini"), "--aim: gini: there is no such measure"),
        (best, ("--aim", "theil", "--family", "equal(a=1:2)"), "--family: equal(a=1:2): "),
        (best, ("--aim", "theil", "--lose-at-most", "105%"), "--lose-at-most: found 105%"),
        (best, ("--aim", "theil", "--minimum", "x"), "--minimum: 'x' is not money"),
    ],
)
def test_wrong_input_is_told_at_its_option(
    answered: Asked, command: click.Command, words: tuple[str, ...], told: str
) -> None:
    with pytest.raises(InputError) as error:
        answered(command, *ENGLAND, *words)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("command", "words", "told"),
    [
        (floors, ("--keep", "some"), "--keep: 'some' is not a rate"),
        (floors, ("--step", "x"), "--step: 'x' is not a rate"),
        (breadth, ("--each", "much"), "--each: 'much' is not money"),
        (breadth, ("--each", "£1m", "--steps", "1"), "--steps"),
        (best, ("--aim", "theil", "--lose-at-most", "few"), "--lose-at-most: 'few' is not a rate"),
        (best, (), "Missing option '--aim'"),
        (indices, (), "Missing option '--needs'"),
    ],
)
def test_words_that_are_no_figures_are_told_at_their_option(
    command: click.Command, words: tuple[str, ...], told: str
) -> None:
    done = CliRunner().invoke(command, (*ENGLAND, *words))
    assert done.exit_code == 2
    assert told in done.output
