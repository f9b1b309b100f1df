"""The summary of a run that a trustee reads: what goes in, what comes out, how sure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from fundsim.cli.printing import aligned, counted, day, money
from fundsim.results.frames import Tabled
from fundsim.results.table import Row
from fundsim.scenario import Scenario, notes

HEAD = ("", "mean", "error", "1 in 20 below", "middle", "1 in 20 above")
LINES = (
    ("arrived", "money put in"),
    ("spending", "spent by the fund, in all"),
    ("unshared", "spent, and not shared out by the rule yet"),
    ("foundation_fees", "kept by foundations for their work"),
    ("paid", "paid to grantees, in all"),
    ("passed_on", "left when the fund closed"),
    ("closing_capital", "held at the end"),
)
KEPT = "capital_kept_whole_at_{years}_years"
CHANCES = (
    ("ends_below_whole", "chance that the fund ends with less than was put in"),
    ("ever_below_half", "chance that it ever falls below half of that"),
    ("real_spending_cut_over_tenth", "chance of a real cut of over 10% in some year"),
    ("exhausted", "chance that the fund is used up at some year's end"),
)
SPREAD = ("mean", "se", "p05", "p50", "p95")


def lines(source: Tabled, scenario: Scenario, *, fund: str, real: bool) -> Iterator[str]:
    """Write the summary, a line at a time."""
    table = source.table("summary")
    rows = {
        (row[0], row[2]): dict(zip(table.columns, row, strict=True))
        for row in table.where(fund=fund).rows()
    }
    basis = "real" if real else "nominal"
    prices = f"prices of {day(scenario.start)}" if real else "pounds of the day"
    futures = f"{counted(scenario.paths, 'possible future')} of {counted(scenario.years, 'year')}"
    yield scenario.title
    yield (
        f"{scenario.name}, fingerprint {scenario.fingerprint}: {futures} "
        f"from {day(scenario.start)}, seed {scenario.seed}; {prices}"
    )
    yield ""
    yield from aligned(HEAD, [*_money(rows, basis), *_per_year(source, fund, basis), *_kept(rows)])
    yield ""
    yield from aligned(("", "chance", "error"), list(_chances(rows)))
    yield ""
    yield from _spread_over_people(rows)
    yield from unverified(scenario)


Rows = dict[tuple[str, str], dict[str, str]]


def _money(rows: Rows, basis: str) -> Iterator[Row]:
    if basis == "real" and rows["arrived", "real"]["mean"] != rows["arrived", "nominal"]["mean"]:
        yield "money put in, in pounds of the day", *_spread(rows["arrived", "nominal"])
    for measure, words in LINES:
        row = rows[measure, basis]
        if float(row["mean"]) or measure in ("arrived", "paid"):
            yield words, *_spread(row)


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


def _kept(rows: Rows) -> Iterator[Row]:
    for years in (10, 20, 30, 50):
        row = rows[KEPT.format(years=years), "real"]
        if row["mean"]:
            cells = (f"{float(row[column]):.2f}" if row[column] else "" for column in SPREAD)
            yield f"capital kept whole after {years} years (1 = whole)", *cells


def _chances(rows: Rows) -> Iterator[Row]:
    for measure, words in CHANCES:
        row = next(row for (name, _), row in rows.items() if name == measure)
        if row["mean"]:
            error = f"{100 * float(row['se']):.1f}%" if row["se"] else ""
            yield words, f"{100 * float(row['mean']):.1f}%", error


def _spread_over_people(rows: Rows) -> Iterator[str]:
    gini, fifth = (
        rows[name, "real"]["mean"] for name in ("gini_per_head", "share_to_most_deprived_fifth")
    )
    if gini and fifth:
        yield (
            f"The most deprived fifth of people get {100 * float(fifth):.1f}% of what is paid; "
            f"pounds a head have a Gini of {float(gini):.3f} (0 is the same for all)."
        )
    off = float(rows["reconciliation", "nominal"]["mean"] or 0)
    yield f"The books balance to the penny on every path: {off:.0f} pence off."


def unverified(scenario: Scenario) -> Sequence[str]:
    """Say what is assumed without a source, and what else the reader must know."""
    said = notes(scenario)
    return ["", *said] if said else []
