"""The data dictionary: what each column of each table holds, in which type and unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from fundsim.metrics.catalogue import METRICS
from fundsim.metrics.series import FOUNDATION_FLOWS, FUND_FLOWS, MEASURES
from fundsim.results.columns import BY_ROW, FIGURES, WORDS, Column
from fundsim.rules.dormant import MEASURES as OF_SCHEME

FLOWS = FUND_FLOWS | FOUNDATION_FLOWS


@dataclass(frozen=True)
class Described:
    """What a table is about, the columns that tell its rows apart, and where its unit stands.

    A table whose figures differ in unit from row to row, and which does not say so, is given a
    column `unit` before its first figure.
    """

    about: str
    key: tuple[str, ...]
    unit: Literal["pounds", "of its own", "to be added"] = "pounds"


DESCRIBED: dict[str, Described] = {
    "summary": Described(
        "The answers: each measure of each fund over the horizon.",
        ("measure", "fund", "basis"),
        "of its own",
    ),
    "years": Described(
        "The same year by year.", ("measure", "fund", "basis", "year"), "to be added"
    ),
    "controlled": Described(
        "Means corrected by what growth is known to be, beside the plain ones.",
        ("measure", "fund", "basis"),
        "of its own",
    ),
    "areas": Described(
        "What each area gets over the horizon, and by decade where it is longer than one.",
        ("area", "fund", "measure", "basis", "from_year", "to_year"),
    ),
    "areas_years": Described(
        "What each area gets in each year.", ("area", "fund", "measure", "basis", "year")
    ),
    "foundations": Described(
        "What each community foundation receives, awards, pays and holds in each year.",
        ("foundation", "fund", "measure", "basis", "year"),
    ),
    "dormant_assets": Described(
        "The dormant assets scheme, year by year.", ("year", "measure", "of"), "to be added"
    ),
    "published": Described("The scheme held against what was published.", ("day", "measure")),
    "journal": Described("One path told posting by posting, in the order of the postings.", ()),
    "areas_told": Described(
        "That path's money by area and year; rows of nothing are left out.",
        ("area", "fund", "measure", "year"),
    ),
}

_LABELS = {
    **WORDS,
    "area": "code of the area",
    "name": "name of the area or foundation",
    "nation": "nation of the area",
    "foundation": "id of the community foundation; in areas the one that serves at the start",
    "event": "what happened",
    "memo": "what the posting was for",
    "from_account": "account that gave",
    "to_account": "account that took",
    "of": "of which class, nation or cause; all is every one of them together",
    "title": "what the measure is, in words",
    "source": "where the published figure stands",
}
_DATES = {
    "date": "day of the posting",
    "ends": "last day of the scheme's year",
    "day": "day of the published figure",
}
_COUNTS = {
    "year": ("", "year of the run by the calendar year of its first day; a stock at its end"),
    "from_year": ("", "first year of the span"),
    "to_year": ("", "last year of the span"),
    "paths": ("paths", "paths that mean and error are taken over"),
    "quantile_paths": ("paths", "first paths, which quantiles are taken over"),
    "pence": ("pence", "whole pence"),
    "balance": ("pence", "what the account that took then held"),
}
_FIGURES = {
    **FIGURES,
    "plain_mean": "mean over paths, not corrected",
    "plain_se": "standard error of the mean that is not corrected",
    "simulated": "mean over paths on that day",
    "published": "what was published",
}
_OTHERS = {
    "per_head": ("pounds a head", "mean for each person, over the whole span"),
    "gain": ("times", "how many times as many plain paths would have the corrected error"),
    "miss": ("ratio", "simulated over published, less 1"),
}


def described(table: str, name: str) -> Column:
    """Describe a column of a table."""
    if name in _LABELS:
        return Column(name, "string", "", _LABELS[name])
    if name in _DATES:
        return Column(name, "date", "", _DATES[name])
    if name in _COUNTS:
        return Column(name, "integer", *_COUNTS[name])
    if name in _OTHERS:
        return Column(name, "number", *_OTHERS[name])
    unit = "pounds" if DESCRIBED[table].unit == "pounds" else BY_ROW
    return Column(name, "number", unit, _FIGURES[name])


def unit_of(measure: str) -> str:
    """Name the unit of a measure in a table that does not say.

    >>> unit_of("spending"), unit_of("capital_kept_whole"), unit_of("ruined")
    ('pounds', 'ratio', 'probability')
    """
    return {"capital_kept_whole": "ratio", "ruined": "probability"}.get(measure, "pounds")


def measures(tables: Sequence[str]) -> Iterator[tuple[str, str, str, str]]:
    """Say what each measure of each of these tables is, in the order of `MEASURES_HEAD`."""
    yearly = {name: _of_a_year(name, about) for name, about in MEASURES.items()}
    more = {
        "opening_capital": "what the fund held at the end of the year before",
        "capital_kept_whole": "real capital over the real value of all money put in so far",
    }
    ruined = "probability that what is held has fallen below nothing"
    scheme = {**OF_SCHEME, "ruined": ruined}
    for table in tables:
        if table in ("summary", "controlled"):
            for metric in METRICS.values():
                yield table, metric.name, metric.unit, metric.title
        elif table in ("dormant_assets", "published"):
            for name, about in scheme.items():
                yield table, name, unit_of(name), about
        elif "measure" in DESCRIBED[table].key:
            spans = {name: f"{about}, over the span" for name, about in MEASURES.items()}
            told = {"years": yearly | more, "areas": spans}.get(table, yearly)
            for name, about in told.items():
                yield table, name, unit_of(name), about


def _of_a_year(name: str, about: str) -> str:
    return f"{about}, {'in the year' if name in FLOWS else 'at its end'}"
