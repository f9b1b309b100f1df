"""A commented text to begin a scenario of one's own with."""

from __future__ import annotations

from importlib import resources

from fundsim.errors import Problem, ScenarioError
from fundsim.scenario import spelling
from fundsim.scenario.fingerprint import WORDS_ONLY
from fundsim.scenario.keys import basic_string
from fundsim.scenario.scenario import load
from fundsim.scenario.schema import check_name

_DIFFERENCE = """\
#:schema ./scenario.schema.json
# A scenario that says only in what it differs from another; everything else is as it is there.
# Check it with "fundsim check", see each value and where it is from with "fundsim show".
extends = {extends}
schema_version = 1
name = "{name}"
title = {title}
about = "In what this differs, and why."
# remove = ["funds.{fund}"]   # what of the other is to be left out

# What the other says stands below. To change a value, take the # from its line and from the header
# of its table in [brackets], and write another value.
{values}
# Where your figures are from; a citation that begins with "unverified" prints a warning.
[sources]
# "funds.{fund}.opening" = "unverified: an example"
"""


def new(name: str, extends: str | None = None) -> str:
    """Write a starting scenario: a whole one, or the difference from one that it extends.

    The text passes the check as it is. A name that cannot be one, and a scenario to extend that
    cannot be read, raise ScenarioError.
    """
    try:
        check_name(name)
    except ValueError as error:
        raise ScenarioError([Problem("new", "name", str(error))]) from None
    if extends is None:
        text = resources.files("fundsim.scenario").joinpath("starting.toml").read_text("utf-8")
        return text.replace("NAME", name)
    return _difference(name, extends)


def _difference(name: str, extends: str) -> str:
    base = load(extends)
    values = spelling.table(base)
    said = {k: v for k, v in values.items() if k not in ("schema_version", *WORDS_ONLY)}
    remarks = [f"# {line}".rstrip() for line in spelling.toml(said).splitlines()]
    return _DIFFERENCE.format(
        extends=basic_string(extends),
        name=name,
        title=basic_string(f"{base.title}, changed"),
        fund=next(iter(base.funds)),
        values="\n".join(remarks),
    )
