"""What a run answers: what goes in, what comes out, how sure, as tables and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from fundsim.report.corrected import corrected
from fundsim.report.parts import Grid
from fundsim.results.frames import Tabled
from fundsim.results.table import Row
from fundsim.scenario import Scenario
from fundsim.scenario.schema import EVERY_FUND
from fundsim.scenario.timing import notable_timing
from fundsim.wording import counted, day, money

HEAD = ("", "mean", "error", "1 in 20 below", "middle", "1 in 20 above")
LINES = (
    ("arrived", "money put in"),
    ("spending", "spent by the fund, in all"),
    ("unshared", "spent, and not shared out by the rule yet"),
    ("foundation_fees", "kept by foundations for their work"),
    ("paid", "paid to grantees, in all"),
    ("returned", "taken back from grantees, in all"),
    ("lapsed", "cancelled before it was paid, in all"),
    ("waiting", "waiting at foundations at the end"),
    ("carried", "set aside for the next year at the end"),
    ("promised", "promised and not yet paid at the end"),
    ("passed_on", "left when the fund closed"),
    ("closing_capital", "held at the end"),
)
OF_SEVERAL = {"spending": "spent by the funds, in all", "passed_on": "left when funds closed"}
OF_ONE_OF_SEVERAL = {"passed_on": "left when it closed, or paid to other funds"}
BESIDE = (
    ("arrived", "money put in"),
    ("spending", "spent"),
    ("paid", "paid to grantees"),
    ("waiting", "waiting at foundations at the end"),
    ("promised", "promised and not yet paid at the end"),
    ("passed_on", OF_ONE_OF_SEVERAL["passed_on"]),
    ("closing_capital", "held at the end"),
)
WAIT = "years that a pound has waited, on average"
BACKLOG = "years of awards that wait at the end"
HORIZONS = (10, 20, 30, 50)
KEPT = "capital_kept_whole_at_{years}_years"
KEPT_WORDS = "capital kept whole after {years} years (1 = whole)"
CHANCES = (
    ("ends_below_whole", "chance that the fund ends with less than was put in"),
    ("ever_below_half", "chance that it ever falls below half of that"),
    ("real_spending_cut_over_tenth", "chance of a real cut of over 10% in some year"),
    ("exhausted", "chance that the fund is used up at some year's end"),
)
SPREAD = ("mean", "se", "p05", "p50", "p95")
NOTHING = "–"
TENTH = 0.001  # a chance nearer than this to none or to all is not told by a figure

Rows = Mapping[tuple[str, str], Mapping[str, str]]
"""A fund's rows of the summary table, by measure and basis; cells by column."""


def answer(source: Tabled, scenario: Scenario, *, fund: str, real: bool) -> Iterator[Grid | str]:
    """Tell what comes of a fund, or of all together: tables first, then sentences."""
    found = by_fund(source)
    basis = "real" if real else "nominal"
    together = fund == EVERY_FUND and len(scenario.funds) > 1
    head = ("all funds together", *HEAD[1:]) if together else HEAD
    rows, words = found[fund], dict(LINES) | _other_words(scenario, fund)
    lasting = [] if together else _kept(rows)
    paying = _per_year(source, fund, basis)
    yield Grid(head, [*_money(rows, basis, words), *paying, *_waits(rows), *lasting])
    if together:
        yield from _fund_by_fund(found, scenario, basis)
    else:
        yield from _how_likely(rows, scenario, fund)
    kept = {KEPT.format(years=n): KEPT_WORDS.format(years=n) for n in HORIZONS}
    yield from corrected(source, fund=fund, basis=basis, words={**words, **kept, **dict(CHANCES)})
    yield from _ruin(source)
    yield from _nothing_at_all(rows, fund)
    yield from _spread_over_people(rows, scenario)
    yield from notable_timing(scenario)


def heading(scenario: Scenario, *, fund: str, real: bool) -> Iterator[str]:
    """Say which scenario this is, how much of chance was tried, and in which pounds."""
    prices = f"prices of {day(scenario.start)}" if real else "pounds of the day"
    futures = f"{counted(scenario.paths, 'possible future')} of {counted(scenario.years, 'year')}"
    yield scenario.title
    yield (
        f"{scenario.name}, fingerprint {scenario.fingerprint}: {futures} "
        f"from {day(scenario.start)}, seed {scenario.seed}; {prices}"
    )
    if fund != EVERY_FUND:
        yield f"fund {fund}: {scenario.funds[fund].title}"


def by_fund(source: Tabled) -> dict[str, dict[tuple[str, str], dict[str, str]]]:
    """Read the summary table: cells by fund, by measure and basis, by column."""
    table = source.table("summary")
    found: dict[str, dict[tuple[str, str], dict[str, str]]] = {}
    for row in table.rows():
        cells = dict(zip(table.columns, row, strict=True))
        found.setdefault(cells["fund"], {})[cells["measure"], cells["basis"]] = cells
    return found


def _other_words(scenario: Scenario, fund: str) -> dict[str, str]:
    if len(scenario.funds) == 1:
        return {}
    return OF_SEVERAL if fund == EVERY_FUND else OF_ONE_OF_SEVERAL


def _money(rows: Rows, basis: str, words: Mapping[str, str]) -> Iterator[Row]:
    if basis == "real" and rows["arrived", "real"]["mean"] != rows["arrived", "nominal"]["mean"]:
        yield f"{words['arrived']}, in pounds of the day", *_spread(rows["arrived", "nominal"])
    for measure, text in words.items():
        row = rows[measure, basis]
        if float(row["mean"]) or measure in ("arrived", "paid"):
            yield text, *_spread(row)


def _spread(row: Mapping[str, str]) -> list[str]:
    return [_amount(row[column]) for column in SPREAD]


def _amount(cell: str) -> str:
    return money(float(cell)) if cell else ""


def _per_year(source: Tabled, fund: str, basis: str) -> Iterator[Row]:
    """What is paid to grantees in the first year with a payment, and in the last."""
    table = source.table("years").where(measure="paid", fund=fund, basis=basis)
    paying = [dict(zip(table.columns, row, strict=True)) for row in table.rows()]
    paying = [row for row in paying if float(row["mean"])]
    for row in (paying[0], paying[-1]) if len(paying) > 1 else paying:
        yield f"paid in {row['year']}", *(_amount(row[column]) for column in SPREAD)


def _waits(rows: Rows) -> Iterator[Row]:
    """How long money waits for its award, where any does; a backlog may be without end."""
    wait, backlog = rows["mean_wait", "nominal"], rows["years_of_backlog", "nominal"]
    if any(float(wait[column] or 0) for column in SPREAD):
        yield WAIT, *(_ratio(wait[column]) for column in SPREAD)
    endless = not backlog["mean"]
    if endless or any(float(backlog[column]) for column in SPREAD if backlog[column]):
        cells = [_ratio(backlog[column]) or ("∞" if endless else "") for column in SPREAD]
        cells[1] = _ratio(backlog["se"])
        yield BACKLOG, *cells


def _ratio(cell: str) -> str:
    return f"{float(cell):.2f}" if cell else ""


def _fund_by_fund(found: Mapping[str, Rows], scenario: Scenario, basis: str) -> Iterator[Grid]:
    """Set the funds beside each other, and say of each that is to last whether it does."""
    titles = [fund.title for fund in scenario.funds.values()]
    yield Grid(("fund by fund, means", *titles), list(_beside(found, scenario, basis)))
    for name, fund in scenario.funds.items():
        kept = list(_kept(found[name]))
        if kept:
            yield Grid((fund.title, *HEAD[1:]), kept)
        yield from _how_likely(found[name], scenario, name, title="" if kept else fund.title)


def _beside(found: Mapping[str, Rows], scenario: Scenario, basis: str) -> Iterator[Row]:
    for measure, words in BESIDE:
        means = [float(found[name][measure, basis]["mean"]) for name in scenario.funds]
        if any(means):
            yield words, *(money(mean) if mean else NOTHING for mean in means)
    waits = [found[name]["mean_wait", "nominal"]["mean"] for name in scenario.funds]
    if any(float(wait or 0) for wait in waits):
        yield WAIT, *(_ratio(wait) or NOTHING for wait in waits)


def _how_likely(rows: Rows, scenario: Scenario, fund: str, *, title: str = "") -> Iterator[Grid]:
    """Say how likely it is that a fund that is to last does not; nothing for one to be spent."""
    own = scenario.funds.values() if fund == EVERY_FUND else [scenario.funds[fund]]
    found = list(chances(rows)) if all(each.perpetual for each in own) else []
    if found:
        yield Grid((title, "chance", "error"), found)


def _kept(rows: Rows) -> Iterator[Row]:
    for years in HORIZONS:
        row = rows[KEPT.format(years=years), "real"]
        if row["mean"]:
            yield KEPT_WORDS.format(years=years), *(_ratio(row[column]) for column in SPREAD)


def chances(rows: Rows) -> Iterator[Row]:
    """Give each chance that a fund does not last, in words, with its error."""
    for measure, words in CHANCES:
        row = next(row for (name, _), row in rows.items() if name == measure)
        if row["mean"]:
            error = f"{100 * float(row['se']):.1f}%" if row["se"] else ""
            yield words, f"{100 * float(row['mean']):.1f}%", error


def _ruin(source: Tabled) -> Iterator[str]:
    """Say how likely the reclaim fund's ruin is, where it can be: releases do not tell of it."""
    if "dormant_assets" not in source.tables:
        return
    table = source.table("dormant_assets").where(measure="ruined")
    ends = [dict(zip(table.columns, row, strict=True)) for row in table.rows()]
    chance = float(ends[-1]["mean"]) if ends else 0.0
    if chance:
        se = float(ends[-1]["se"] or 0)
        error = f" (error {100 * se:.1f}%)" if se else ""
        by = day(date.fromisoformat(ends[-1]["ends"]))
        yield (
            f"In {_share(chance)} of possible futures{error} the reclaim fund falls below nothing "
            f"by {by}: owners come back for more than it holds; see fundsim dormant."
        )


def _share(chance: float) -> str:
    """Write a chance to a tenth of a percent; none and all are said of none and all alone."""
    if 0 < chance < TENTH:
        return "under 0.1%"
    return "over 99.9%" if 1 - TENTH < chance < 1 else f"{100 * chance:.1f}%"


def _nothing_at_all(rows: Rows, fund: str) -> Iterator[str]:
    if not float(rows["arrived", "nominal"]["mean"]):
        whom = "any fund" if fund == EVERY_FUND else "this fund"
        yield f"No money reaches {whom}: nothing is spent, and nothing is paid to anyone."


def _spread_over_people(rows: Rows, scenario: Scenario) -> Iterator[str]:
    gini, fifth = (
        rows[name, "real"]["mean"] for name in ("gini_per_head", "share_to_most_deprived_fifth")
    )
    if gini and fifth and len(scenario.geography_table) > 1:
        yield (
            f"The most deprived fifth of people get {100 * float(fifth):.1f}% of what is paid; "
            f"pounds a head have a Gini of {float(gini):.3f} (0 is the same for all)."
        )
    off = float(rows["reconciliation", "nominal"]["mean"] or 0)
    yield f"The books balance to the penny on every path: {off:.0f} pence off."
