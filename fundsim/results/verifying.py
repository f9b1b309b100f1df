"""Whether a run folder is what it says: hashes, fingerprint, tables and identities.

Nothing is simulated. What differs is said, one sentence each; nothing said means that all holds.
Charts stand outside the manifest and are not looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from fundsim.errors import FundsimError, RunError
from fundsim.metrics.catalogue import gaps
from fundsim.metrics.series import BASES, BY_AREA, BY_FOUNDATION, FLOWS, FundSeries
from fundsim.money import Pence
from fundsim.places.shares import Lot, areas_share, foundation_pence
from fundsim.results.folder import Run, files_of, hash_of
from fundsim.results.lots import lasting_weights
from fundsim.results.scheme import scheme_tables
from fundsim.results.tables import fund_tables, place_tables
from fundsim.units import months_after

CHECKED = (
    *("scenario", "title", "fingerprint", "rules_fingerprint", "seed", "paths", "years"),
    "quantile_paths",
)


def differences(run: Run) -> Iterator[str]:
    """Say each way in which a run folder is not what its manifest and its own figures say."""
    broken = list(altered(run))
    yield from broken
    try:
        yield from _tables(run)
        yield from _identities(run)
        yield from _foundations(run)
        yield from _journal(run)
        yield from _told(run)
    except (FundsimError, OSError, ValueError, KeyError, IndexError) as error:
        if not broken:  # else it is the altered file that cannot be read
            yield f"the folder cannot be read: {error}"


def altered(run: Run) -> Iterator[str]:
    """Say which files are missing, changed or not part of the run, and what it says of itself."""
    stated, there = run.manifest["files"], set(files_of(run.folder))
    for name, expected in stated.items():
        if name not in there:
            yield f"{name} is missing"
        elif hash_as_it_is(run, name) != expected:
            yield f"{name} was altered after the run: its hash differs from the manifest's"
    for name in sorted(there - stated.keys()):
        yield f"{name} is not part of the run"
    try:
        yield from _manifest(run)
    except (FundsimError, OSError, ValueError, KeyError) as error:
        yield f"the folder cannot be read: {error}"


def hash_as_it_is(run: Run, name: str) -> str:
    """Hash one of a run's files as it stands now; a damaged one has a hash of its own."""
    try:
        return hash_of(run.files, run.folder / name)
    except RunError as error:
        return f"unreadable: {error}"


def _manifest(run: Run) -> Iterator[str]:
    scenario = run.scenario
    for name in CHECKED:
        own = {"scenario": scenario.name, "quantile_paths": run.quantile_paths}
        found = own.get(name) or getattr(scenario, name)
        if found != run.manifest[name]:
            yield f"scenario.toml has the {name} {found}, the manifest says {run.manifest[name]}"
    told, keep = run.manifest["told_path"], run.manifest["keep"]
    if not (isinstance(told, int) and 0 <= told < scenario.paths):
        yield f"the manifest says that path {told} is told, and there are {scenario.paths}"
    if (keep is not None) != (run.folder / "paths").is_dir():
        yield f"the manifest says keep = {keep}, and paths/ says otherwise"


def _tables(run: Run) -> Iterator[str]:
    """The tables of funds, foundations and areas are made again from the Parquet files."""
    source = {"areas": "areas", "areas_years": "areas", "foundations": "foundations"}
    of_scheme = scheme_tables(run.scenario)
    for name, table in {**fund_tables(run.series), **place_tables(run), **of_scheme}.items():
        with (run.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            same = all(file.read(len(part)) == part for part in table.csv()) and not file.read(1)
        if not same:
            of = "the scenario" if name in of_scheme else f"{source.get(name, 'fund')}.parquet"
            yield f"{name}.csv does not follow from {of}"


def _identities(run: Run) -> Iterator[str]:
    for fund in run.scenario.funds:
        series = run.series[fund]
        for identity, gap in gaps(series):
            if gap.any():
                year, path = np.argwhere(gap)[0]
                yield (
                    f"the books of {fund} do not balance ({identity}): {gap[year, path]} pence "
                    f"at the end of {series.years[year]} on path {path}, "
                    f"the first of {np.count_nonzero(gap):,} such year-ends"
                )


def _foundations(run: Run) -> Iterator[str]:
    """What foundations have in sum over all paths is what their fund has."""
    for figures in run.by_foundation:
        key = figures.key
        theirs = figures.moments.total.sum(axis=1)
        if (theirs != run.series[key.fund].of(key.measure, key.basis).sum(axis=1)).any():
            yield f"foundations' {key.measure} ({key.basis}) does not sum to that of {key.fund}"
    stated = {(f.key.fund, f.key.measure, f.key.basis) for f in run.by_foundation}
    for fund in {figures.key.fund for figures in run.by_foundation} | set(run.scenario.funds):
        for measure in BY_FOUNDATION:
            for basis in BASES:
                if (fund, measure, basis) not in stated:
                    yield f"foundations.parquet lacks {measure} ({basis}) of {fund}"


def _year_of(run: Run, day: str) -> int:
    """Give the row of the year that a day of the journal falls in."""
    start = run.scenario.start
    row = int(day[:4]) - start.year
    return row if day >= months_after(start, 12 * row).isoformat() else row - 1


INTO = {
    "managers": "fees",
    "to be shared": "spending",
    "allocated": "allocated",
    "foundations' costs": "foundation_fees",
    "promised": "awarded",
    "lapsed": "lapsed",
    "grantees": "paid",
    "clawed back": "returned",
}
OUT_OF = {
    "dormant assets": "arrived",
    "markets": "returns",
    "allocated": "received",
    "handed over": "received",
}
PASSAGE, RESIDUE = "on its way to ", "residue to "


def _flows(giver: str, taker: str) -> Iterator[tuple[str, str]]:
    """Name the flows that a line of the journal counts towards, each with its fund."""
    fund, word = _account(giver)
    if word in OUT_OF:
        yield fund, OUT_OF[word]
    if word.startswith(PASSAGE):
        yield word.removeprefix(PASSAGE), "arrived"
    fund, word = _account(taker)
    if word in INTO:
        yield fund, INTO[word]
    if word.startswith((PASSAGE, RESIDUE)):
        yield fund, "passed_on"
    if word.startswith(PASSAGE):
        yield fund, "passed_between"


def _account(name: str) -> tuple[str, str]:
    fund, _, word = name.partition(": ")
    return fund, word.partition(",")[0]


def _journal(run: Run) -> Iterator[str]:
    """Each posting leads from one balance to the next, and each year's sum to that of its flow."""
    balances: dict[str, int] = defaultdict(int)
    flows: dict[tuple[str, str], Pence] = {}
    for day, _, _, giver, taker, pence, balance in run.table("journal").rows():
        balances[giver] -= int(pence)
        balances[taker] += int(pence)
        if balances[taker] != int(balance):
            yield f"journal.csv: {taker} stands at {balances[taker]} pence on {day}, not {balance}"
            return
        for flow in _flows(giver, taker):
            years = flows.setdefault(flow, np.zeros(run.scenario.years, np.int64))
            years[_year_of(run, day)] += int(pence)
    for fund in run.scenario.funds:
        for measure in FLOWS:
            own = _of_told_path(run, run.series[fund], measure)
            if (flows.get((fund, measure), np.zeros_like(own)) != own).any():
                yield f"journal.csv: {measure} does not sum to that of {fund} in fund.parquet"


def _of_told_path(run: Run, series: FundSeries, measure: str) -> Pence:
    return np.asarray(series.of(measure, "nominal")[:, run.manifest["told_path"]])


def _told(run: Run) -> Iterator[str]:
    """Areas of the told path have what their foundations have in the journal, to the penny."""
    geography = run.scenario.geography_table
    row_of = {code: row for row, code in enumerate(geography.codes)}
    first = run.scenario.year_labels[0]
    shape = run.scenario.years, len(geography)
    told: dict[tuple[str, str], Pence] = defaultdict(lambda: np.zeros(shape, np.int64))
    for area, fund, measure, year, pence in run.table("areas_told").rows():
        told[fund, measure][int(year) - first, row_of[area]] += int(pence)
    for fund in run.scenario.funds:
        for measure in BY_AREA:
            own = told[fund, measure]
            by_foundation = _foundations_of_journal(run, fund, measure)
            weights = lasting_weights(run.scenario, fund)
            if weights is not None:
                lot = Lot.of(weights, geography.foundation_of)
                reached = areas_share(by_foundation.cumsum(axis=0).T, lot)
                same = (own == np.diff(reached.T, axis=0, prepend=0)).all()
            elif run.scenario.steady:
                theirs = foundation_pence(own.T, geography.foundation_of, by_foundation.shape[1])
                same = (by_foundation == theirs.T).all()
            else:
                same = (own.sum(axis=1) == by_foundation.sum(axis=1)).all()
            if not same:
                yield f"areas_told.csv: {measure} of {fund} does not follow from journal.csv"


def _foundations_of_journal(run: Run, fund: str, measure: str) -> Pence:
    """Sum the journal's postings to foundations, `(year, foundation)`."""
    scenario = run.scenario
    row_of = {f.id: row for row, f in enumerate(scenario.geography_table.foundations)}
    yearly = np.zeros((scenario.years, len(row_of)), np.int64)
    for day, _, _, giver, taker, pence, _ in run.table("journal").rows():
        if (fund, measure) in _flows(giver, taker):
            yearly[_year_of(run, day), row_of[taker.rpartition(", ")[2]]] += int(pence)
    return yearly
