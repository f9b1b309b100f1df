"""The command axioms, as a trustee calls it."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from click.testing import CliRunner, Result

from fundsim.cli.axioms import axioms
from fundsim.comparison.axioms.cards import AXIOMS, COLUMNS
from fundsim.errors import InputError


def called(*words: str) -> Result:
    return CliRunner().invoke(axioms, words)


def test_rules_stand_beside_each_other_and_counter_examples_below() -> None:
    found = called("english-738m", "--rules", "per_capita, equal", "--amount", "£20m")
    assert found.exit_code == 0
    lines = found.output.splitlines()
    assert lines[0] == "english-738m, fund luc: £20,000,000.00 between 296 areas"
    assert re.search(r"^stable under merging +kept \(\d+\) +broken$", found.output, re.MULTILINE)
    assert re.search(r"^quota +– +–$", found.output, re.MULTILINE)
    example = lines.index(
        "  stable under merging: two neighbours that become one area get together what they had"
    )
    assert re.match(
        r"    equal: .+ become one area: together they had £135,135\.14", lines[example + 1]
    )
    assert lines[-1].startswith("kept (12): in all 12 cases tried; ")


def test_a_rule_with_a_long_name_has_a_number() -> None:
    rule = "adjusted(rule={kind='need_weighted'}, floor={of_per_capita='95%'})"
    found = called("english-738m", "--rules", rule)
    assert re.search(r"^ +rule 1$", found.output, re.MULTILINE)
    assert f"\nrule 1: {rule}\n" in found.output


def test_without_rules_the_card_is_of_the_scenarios_own() -> None:
    found = called("english-738m", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(found.output)))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["axiom"] for row in rows] == list(AXIOMS)
    assert {row["rule"] for row in rows} == {"as stated"}


def test_every_figure_comes_as_json() -> None:
    found = called(
        *("kruger-2020", "--fund", "luc", "--whole", "--rules", "equal", "--format", "json"),
        *("--set", "funds.luc.allocation.then.kind=per_capita"),
    )
    rows = {row["axiom"]: row for row in json.loads(found.output)}
    assert rows["symmetric"]["verdict"] == "kept"
    assert int(rows["stable under splitting"]["cases"]) == 361
    # 361 areas have 1/361 each of £80m, and 362 have 1/362: two of them £441,988.95
    assert rows["stable under splitting"]["counter_example"].endswith(
        "it had £221,606.65, and they get £441,988.95 (£220,994.48 and £220,994.48)"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--amount", "0"), "0 is nothing to share; give more"),
        (("--amount", "£80q"), 'unknown scale "q"'),
    ],
)
def test_an_amount_that_cannot_be_shared_is_refused(words: tuple[str, ...], message: str) -> None:
    found = called("english-738m", *words)
    assert found.exit_code == 2
    assert message in re.sub(r"\s+", " ", found.output)


def test_a_rule_that_is_not_there_is_named() -> None:
    found = called("english-738m", "--rules", "per_captia")
    assert isinstance(found.exception, InputError)
    assert 'there is no rule "per_captia" (did you mean "per_capita"?)' in str(found.exception)
