"""Whether a run folder is what it says: hashes, fingerprint, tables and identities.

Nothing is simulated. What differs is said, one sentence each; nothing said means that all holds.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fundsim.errors import FundsimError
from fundsim.metrics.catalogue import gaps
from fundsim.metrics.series import BASES, BY_FOUNDATION
from fundsim.results.folder import Run, files_of, hash_of
from fundsim.results.tables import fund_tables


def differences(run: Run) -> Iterator[str]:
    """Say each way in which a run folder is not what its manifest and its own figures say."""
    broken = list(_files(run))
    yield from broken
    try:
        yield from _fingerprint(run)
        yield from _fund_tables(run)
        yield from _identities(run)
        yield from _foundations(run)
        yield from _told(run)
    except (FundsimError, OSError, ValueError, KeyError, RuntimeError) as error:
        if not broken:  # else it is the altered file that cannot be read
            yield f"the folder cannot be read: {error}"


def _files(run: Run) -> Iterator[str]:
    stated, there = run.manifest["files"], set(files_of(run.folder))
    for name, expected in stated.items():
        if name not in there:
            yield f"{name} is missing"
        elif _hash(run, name) != expected:
            yield f"{name} was altered after the run: its hash differs from the manifest's"
    for name in sorted(there - stated.keys()):
        yield f"{name} is not part of the run"


def _hash(run: Run, name: str) -> str:
    try:
        return hash_of(run.files, run.folder / name)
    except Exception as error:  # noqa: BLE001 - whatever a damaged Parquet file makes duckdb raise
        return f"unreadable: {error}"


def _fingerprint(run: Run) -> Iterator[str]:
    for name in ("fingerprint", "rules_fingerprint"):
        found, stated = getattr(run.scenario, name), run.manifest[name]
        if found != stated:
            yield f"scenario.toml has the {name} {found}, the manifest says {stated}"


def _fund_tables(run: Run) -> Iterator[str]:
    """The fund tables are made again from the Parquet file."""
    for name, table in fund_tables(run.series).items():
        made = "".join(table.csv()).encode()
        if made != (run.folder / f"{name}.csv").read_bytes():
            yield f"{name}.csv does not follow from fund.parquet"


def _identities(run: Run) -> Iterator[str]:
    for fund, series in run.series.items():
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
    path = run.folder / "foundations.parquet"
    names = ("fund", "measure", "basis", "to_year", "sum")
    fund, measure, basis, year, total = run.files.read(path, *names).values()
    for name in run.scenario.funds:
        series = run.series[name]
        for own in BY_FOUNDATION:
            for own_basis in BASES:
                rows = (fund == name) & (measure == own) & (basis == own_basis)
                of_fund = series.of(own, own_basis).sum(axis=1)
                places = np.searchsorted(series.years, year[rows])
                theirs = np.zeros(len(series.years), np.int64)
                np.add.at(theirs, places, total[rows].astype(np.int64))
                if (theirs != of_fund).any():
                    yield f"foundations' {own} ({own_basis}) does not sum to that of {name}"


def _told(run: Run) -> Iterator[str]:
    """Areas of the told path add up to its fund's figures on that path."""
    told, path = run.table("areas_told"), run.manifest["told_path"]
    pence = [int(cell) for cell in told.column("pence")]
    for fund in run.scenario.funds:
        series = run.series[fund]
        for measure in ("allocated", "paid"):
            own = series.of(measure, "nominal")[:, path].sum()
            rows = zip(told.column("fund"), told.column("measure"), pence, strict=True)
            theirs = sum(p for f, m, p in rows if (f, m) == (fund, measure))
            if theirs != own:
                yield f"areas_told.csv: {measure} sums to {theirs} pence, {fund} has {own}"
