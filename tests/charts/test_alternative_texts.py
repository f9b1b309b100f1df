"""Alternative texts against the tables behind them: every number said, in order, worked out anew.

What is expected is worked out of the CSV by plain Python, never by what wrote the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from statistics import median_low

import pytest

from fundsim.charts import CHARTS, NotShown
from fundsim.charts.language import NAMES, speaking
from fundsim.engine.simulate import simulate
from fundsim.metrics.series import Basis
from fundsim.results import Results, Table
from fundsim.scenario import load
from fundsim.scenario.reading import shipped

Rows = Sequence[dict[str, str]]

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
    *("Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf"),
    *("Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"),
)
DAY = re.compile(rf"(\d+)\s({'|'.join(MONTHS)})\s(\d{{4}})")
NUMBER = re.compile(r"(−?)(£?)(\d[\d,]*(?:\.\d+)?)(/\d+)?(bn|m|p|c|%)?")
DAYS = 10_000_000  # added to a day's number, so that it is like no other figure
SCALES = {"bn": 1e9, "m": 1e6, "p": 0.01, "c": 0.01, "%": 0.01}


def said(text: str) -> list[tuple[float, float]]:
    """Read each number of a text, and by how much what it stands for may differ: by rounding.

    Money of three figures loses idle noughts; what has pence, or none, is rounded to the last.
    """
    found = []
    for sign, pound, digits, _, scale in NUMBER.findall(in_figures(text)):
        value = float(digits.replace(",", "")) * SCALES.get(scale, 1.0)
        last = 10.0 ** -len(digits.partition(".")[2]) * SCALES.get(scale, 1.0)
        long = pound and (scale in ("bn", "m") or value >= 100)
        within = 0.51 * (10.0 ** (len(f"{value:.0f}") - 3) if long and value else last)
        found.append((-value if sign else value, within if pound or scale or "." in digits else 0))
    return found


def in_figures(text: str) -> str:
    """Write days as numbers of days, which no other figure is like."""
    return DAY.sub(lambda m: str(ordinal(m[1], m[2], m[3])), text)


def ordinal(day: str, month: str, year: str) -> int:
    return DAYS + date(int(year), MONTHS.index(month) % 12 + 1, int(day)).toordinal()


def figure(rows: Rows, column: str, **wanted: str) -> float:
    """Give the one figure of the rows that hold these words."""
    (found,) = [row for row in rows if all(row[key] == word for key, word in wanted.items())]
    return float(found[column])


def total(rows: Rows, **wanted: str) -> float:
    return sum(
        float(row["pounds"]) for row in rows if all(row[k] == word for k, word in wanted.items())
    )


def last_year(rows: Rows) -> str:
    return max(row["year"] for row in rows)


def of_timeline(rows: Rows) -> list[float]:
    arriving = [row for row in rows if row["event"] in ("opening", "arrives")]
    begins = min(row["on"] for row in rows if row["event"] == "spends")
    return [
        sum(float(row["pounds"]) for row in arriving),
        len({row["on"] for row in arriving}),
        DAYS + date.fromisoformat(begins).toordinal(),
        sum(row["event"] == "shock" for row in rows),
    ]


def of_money_flow(rows: Rows) -> list[float]:
    paid = total(rows, target="Paid to grantees")
    return [
        total(rows, source="Dormant assets"),
        total(rows, target="Managers’ fees"),
        total(rows, target="Foundations’ costs"),
        paid,
        total(rows, target="Most deprived fifth of people") / paid,
    ]


def middle_and_ends(rows: Rows, **wanted: str) -> list[float]:
    """Give the last year with anything on most paths, its middle future, and nine in ten."""
    mine = [r for r in rows if r["p50"] and all(r[key] == word for key, word in wanted.items())]
    alive = [row["year"] for row in mine if float(row["p50"])]
    spent_up = wanted.get("measure") == "closing_capital" or not alive
    year = max(row["year"] for row in mine) if spent_up else max(alive)
    middle, *ends = (figure(mine, column, year=year) for column in ("p50", "p05", "p95"))
    return [float(year), middle, *ends]


def of_capital_kept_whole(rows: Rows) -> list[float]:
    year, *figures = middle_and_ends(rows)
    return [1, figures[0], year, *figures[1:]]


def of_spending(rows: Rows) -> list[float]:
    year, middle, *ends = middle_and_ends(rows)
    return [middle, year, *ends]


def of_funds(rows: Rows) -> list[float]:
    found = []
    (fund,) = {row["fund"] for row in rows} if len({r["fund"] for r in rows}) == 1 else {"all"}
    for measure in ("spending", "closing_capital"):
        year, middle, *ends = middle_and_ends(rows, fund=fund, measure=measure)
        same = f"{ends[0]:.2e}" == f"{ends[1]:.2e}"  # which is said once
        found += [middle, year, *([] if same else ends)]
    return found


def of_pipeline(rows: Rows) -> list[float]:
    end, stages = last_year(rows), ("allocated", "awarded", "paid", "waiting", "promised")
    return [float(end), *(figure(rows, "mean", stage=stage, year=end) for stage in stages)]


def of_backlog(rows: Rows) -> list[float]:
    end = last_year(rows)
    mine = [row for row in rows if row["year"] == end]
    waits = [row for row in mine if float(row["waiting"]) > 0]
    longest = [max(float(row["years_of_backlog"]) for row in waits)] if waits else []
    return [float(end), len(waits), len(mine), *longest]


def priced(rows: Rows) -> list[float]:
    """Give the day that prices are of, in both scenarios; none for money of the day."""
    real = rows[0]["basis"] == "real"
    return [float(DAYS + date(2021, 4, 1).toordinal())] if real else []


def of_areas_per_head(rows: Rows) -> list[float]:
    figures = [float(row["mean_per_head_a_year"]) for row in rows]
    return [len(rows), min(figures), max(figures), *priced(rows), median_low(figures)]


def of_foundations_tile_map(rows: Rows) -> list[float]:
    figures = [float(row["mean_per_head_a_year"]) for row in rows if row["mean_per_head_a_year"]]
    return [len(figures), min(figures), max(figures), *priced(rows)]


def of_foundation(rows: Rows) -> list[float]:
    end = last_year(rows)
    means = [
        figure(rows, "mean", measure=measure, year=end)
        for measure in ("received", "awarded", "foundation_fees", "waiting", "promised")
    ]
    return [float(end), *means]


def of_survival(rows: Rows) -> list[float]:
    end = last_year(rows)
    shares = [figure(rows, "share", level=level, year=end) for level in ("1", "0.75", "0.5")]
    return [float(end), *shares]


def of_capital_histogram(rows: Rows) -> list[float]:
    below = sum(float(row["share"]) for row in rows if row["to"] and float(row["to"]) <= 1)
    top = max(rows, key=lambda row: float(row["share"]))
    bounds = [float(top[end]) for end in ("from", "to") if top[end]]
    return [float(rows[0]["year"]), below, float(top["share"]), *bounds]


def of_members(rows: Rows) -> list[float]:
    end = last_year(rows)
    last = [
        float(row["p50_per_head"] or row["mean_per_head"]) for row in rows if row["year"] == end
    ]
    return [float(end), len(last), min(last), max(last), *priced(rows)]


def of_area_maps(rows: Rows) -> list[float]:
    return of_areas_per_head(rows)[: 3 + len(priced(rows))]


START = float(
    DAYS + date(2021, 4, 1).toordinal()
)  # the day that real prices are of, in both scenarios
FIGURES: dict[str, Callable[[Rows], list[float]]] = {
    "timeline": of_timeline,
    "money_flow": of_money_flow,
    "funds": of_funds,
    "capital_kept_whole": of_capital_kept_whole,
    "spending": of_spending,
    "pipeline": of_pipeline,
    "backlog": of_backlog,
    "areas_per_head": of_areas_per_head,
    "foundations_tile_map": of_foundations_tile_map,
    "foundation": of_foundation,
    "survival": of_survival,
    "capital_histogram": of_capital_histogram,
    "spending_by_nation": of_members,
    "paid_by_foundation": of_members,
    "areas_tile_map": of_area_maps,
    "areas_map": of_area_maps,
}
"""What the alternative text of each chart says in figures, in order, worked out of its table."""

NOT_ALWAYS = ("backlog", "capital_kept_whole", "survival", "capital_histogram", "areas_map")
"""Charts that show nothing of some scenario or basis, or need outlines from outside."""

SCENARIOS = ("kruger-endowment", "kruger-2020")  # one fund; and two, shocks and instalments


@pytest.fixture(scope="module")
def runs() -> dict[str, Results]:
    return {name: simulate(load(name), paths=20, years=20) for name in SCENARIOS}


def test_the_scenarios_are_of_one_fund_and_of_several() -> None:
    assert [len(load(name).funds) for name in SCENARIOS] == [1, 2]
    assert set(SCENARIOS) <= set(shipped())


@pytest.mark.parametrize("basis", ["real", "nominal"])
@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("name", CHARTS)
def test_every_number_of_an_alternative_text_is_that_of_the_table(
    name: str, scenario: str, basis: Basis, runs: dict[str, Results]
) -> None:
    assert name in FIGURES, "say in FIGURES what its alternative text says"
    run, shown = runs[scenario], 0
    for fund in (None, *run.scenario.funds):
        try:
            texts, table = told(name, run, fund, basis)
        except NotShown:
            continue
        shown += 1
        rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows()]
        expected = FIGURES[name](rows)
        for text in texts:
            found = said(text)
            assert len(found) == len(expected), text
            for (value, within), behind in zip(found, expected, strict=True):
                assert abs(value - behind) <= within, f"{text}: {value} is not {behind}"
    assert shown or name in NOT_ALWAYS


def told(name: str, run: Results, fund: str | None, basis: Basis) -> tuple[list[str], Table]:
    """Give a chart's alternative text in each language, without its title, and its table."""
    one = "cumbria" if CHARTS[name].of_one_foundation else None
    table = CHARTS[name].table(run, fund, basis, one)
    texts = []
    for language in NAMES:
        with speaking(language):
            words = CHARTS[name].words(table, run, fund, basis)
        assert words.alt.startswith(f"{words.title}. ")
        texts.append(words.alt.removeprefix(words.title))
    return texts, table


@pytest.mark.parametrize(
    ("text", "value", "within"),
    [
        ("£52m", 52e6, 51e3),
        ("£1.35bn", 1.35e9, 5.1e6),
        ("£540,000", 540e3, 510),
        ("£0.20", 0.2, 0.0051),
        ("1.4p", 0.014, 0.00051),
        ("1.4c", 0.014, 0.00051),
        ("28%", 0.28, 0.0051),
        ("−£600", -600, 0.51),
        ("361 areas", 361, 0),
        ("in 2070/71", 2070, 0),
    ],
)
def test_numbers_are_read_as_closely_as_they_are_said(
    text: str, value: float, within: float
) -> None:
    ((found, near),) = said(text)
    assert found == pytest.approx(value)
    assert near == pytest.approx(within)
