"""Which columns a rule reads, and that words which only look like one are none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fundsim.comparison.axioms.reading import columns_read
from fundsim.places import Geography
from fundsim.places.columns import undescribed
from fundsim.rules.need import Blend, Need
from fundsim.rules.round import Round
from tests.comparison.axioms.planted import TOWNS, adjusted, found, read
from tests.rules.little import table

MERGING = ("stable under merging", "stable under splitting")
NAMES = ("cap", "floor", "Ash", "hubs", "region", "hamilton", "own", "need", "other")
"""Columns that are also keys, areas, names of programmes, words of settings."""


def plain(*names: str) -> Geography:
    """Make the towns' table with columns that nobody described."""
    columns = {name: TOWNS.columns["claims"] + 1 for name in names if name != "need"}
    about = {name: undescribed(name, ["England"]) for name in names}
    return type(TOWNS)(
        **{
            **vars(TOWNS),
            "columns": {**TOWNS.columns, **columns},
            "about": {**TOWNS.about, **about},
        }
    )


def read_by(rule: Any, need: Need = "need") -> list[str]:
    return columns_read(rule, Round.over(plain(*NAMES), need, np.array([100_000])))


@pytest.mark.parametrize("axiom", MERGING)
def test_a_column_that_is_called_like_a_key_does_not_keep_an_axiom_from_being_tried(
    axiom: str,
) -> None:
    # cap is a word of the rule's order, and its cap is never read from a column
    rule = adjusted(floor={"pounds": "£65"})
    assert found(rule, axiom, plain("cap")).cases > 0
    capped = adjusted(cap={"column": "cap"})
    finding = found(capped, axiom, plain("cap"))
    assert (finding.verdict, finding.cases) == ("does not apply", 0)
    assert finding.words.startswith('whether "cap" adds up where areas become one is not stated')


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        (adjusted(floor={"pounds": 1}, cap={"pounds": 900_000}), []),
        (adjusted(floor={"column": "floor"}, cap={"column": "cap"}), ["floor", "cap"]),
        (adjusted(eligible={"name": "Ash", "column": "own", "at_least": 0}), ["own"]),
        (read(kind="rank_top_n", places=2, within="region"), []),
        (read(kind="whole_places", each=1, method="hamilton", by="other"), ["other"]),
        (read(kind="neighbourhoods", places={"own": "Ash"}), []),
        (read(kind="mix_with_floor", parts={"need": 0.5, "own": 0.5}, floor=0), ["own"]),
        (
            read(
                kind="programmes",
                programmes=[
                    {"name": "hubs", "weight": 0.5, "rule": {"kind": "need_weighted"}},
                    {
                        "name": "own",
                        "weight": 0.5,
                        "rule": {"kind": "column", "column": "other"},
                        "until": "1990-01-01",  # one that has ended is asked too
                    },
                ],
            ),
            ["other"],
        ),
        (
            read(kind="preset", preset="nhs-inequalities-tool", columns={"indicator": "other"}),
            ["other"],
        ),
    ],
)
def test_what_a_rule_reads_is_heard_while_it_shares(rule: Any, columns: list[str]) -> None:
    assert read_by(rule) == columns


@pytest.mark.parametrize(
    "need",
    [
        "own",
        {"England": "own"},
        Blend(columns={"own": 0.5, "other": 0.5}, scale="rank"),
        Blend.model_validate(
            {"columns": {"own": 1}, "review": {"every": "1 year", "second": {"other": 1}}}
        ),
    ],
)
def test_what_is_read_as_need_is_not_what_a_rule_reads_itself(need: Need) -> None:
    assert read_by(adjusted(floor={"pounds": 1}), need) == []
    # the same column, by its own name
    assert read_by(read(kind="column", column="own"), need) == ["own"]


def test_a_need_that_the_table_lacks_is_no_column_that_is_read() -> None:
    two = table([100, 200], own=[1, 2])
    here = Round.over(two, "need", np.array([100]))
    assert columns_read(read(kind="column", column="own"), here) == ["own"]
