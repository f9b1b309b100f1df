"""The told path's payments in the form of the 360Giving Data Standard, each marked as simulated.

The standard (https://standard.threesixtygiving.org, read as its JSON Schema of grants) is for
grants that were made; these were not. So every row says so in its title, its description, the names
of both ends and every identifier, none of which has a prefix that is registered anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from fundsim.errors import RunError
from fundsim.exporting.parcel import AnyParcel, Parcel
from fundsim.places import PACKAGED
from fundsim.results.folder import Run
from fundsim.units import months_after

MARK = "SIMULATED"
PREFIX = "fundsim-simulated"  # no 360Giving prefix and no org-id list begins so
TITLE_AT_MOST = 140  # characters, as the standard asks
REMARK = (
    "these are payments of a model, not grants: each row says SIMULATED; use the file to try tools "
    "out, and do not publish or register it as data of grants"
)


def write_360giving(parcel: AnyParcel, place: Path) -> list[str]:
    """Write one JSON file: a row for what is paid in each area by each fund in each year.

    Amounts are those of `areas_told`, so that they add up to it to the penny: what is paid, since
    awards are not told by area. RunError: a comparison, a choice of tables, a run that pays
    nothing, or an amount below zero, which no grant can have.
    """
    if not isinstance(parcel, Parcel):
        message = "a comparison tells no single path, of which rows are made; export a run of it"
        raise RunError(message)
    if parcel.named:
        message = "a file of 360Giving is made of areas_told; leave --table out"
        raise RunError(message)
    rows = list(_grants(parcel.run))
    if not rows:
        message = "nothing is paid to any area on the told path; there is no row to write"
        raise RunError(message)
    about = json.dumps(_package(parcel), indent=1, ensure_ascii=False).rstrip("}").rstrip()
    with place.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{about},\n "grants": [\n')
        file.write(",\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
        file.write("\n ]\n}\n")
    return [REMARK]


def _package(parcel: Parcel) -> dict[str, Any]:
    known = parcel.provenance
    return {
        "title": f"{MARK}: {known['title']}",
        "description": (
            f"{MARK}, no data of grants: what one path of a model pays, by area, fund and year. "
            f"{parcel.line} Path {known['told_path']}, told in journal.csv. {known['attribution']}"
        ),
        "identifier": f"{PREFIX}-{known['fingerprint']}",
        "publisher": {"name": "fundsim, a simulation; nobody who makes grants"},
        "fundsim": known,
    }


def _grants(run: Run) -> Iterator[dict[str, Any]]:
    places, fingerprint = run.scenario.geography_table, run.manifest["fingerprint"]
    row_of = {code: row for row, code in enumerate(places.codes)}
    table = run.table("areas_told").where(measure="paid")
    for area, fund, _, year, pence in table.rows():
        if int(pence) < 0:
            message = (
                f"{area} is paid {int(pence)} pence by {fund} in {year}, and no grant is below "
                "zero; export with --to csv"
            )
            raise RunError(message)
        row, (first, last) = row_of[area], _year(run, int(year))
        name, title = places.names[row], run.scenario.funds[fund].title
        what = f"{title} in {name}, year from {first.isoformat()}"
        yield {
            "id": f"{PREFIX}-{fingerprint}-{fund}-{area}-{year}",
            "title": f"{MARK}: {what}"[:TITLE_AT_MOST],
            "description": (
                f"{MARK} by fundsim, not a grant: all that one path of a model pays by {title} in "
                f"{name} in the twelve months from {first.isoformat()}. No such payment was made "
                f"or promised by anybody. Run {run.scenario.name}, fingerprint {fingerprint}, "
                f"path {run.manifest['told_path']}."
            ),
            "currency": "GBP",
            "amountAwarded": _pounds(int(pence)),
            "amountDisbursed": _pounds(int(pence)),
            "awardDate": last.isoformat(),
            "plannedDates": [{"startDate": first.isoformat(), "endDate": last.isoformat()}],
            "recipientOrganization": [
                {
                    "id": f"{PREFIX}-grantees-{area}",
                    "name": f"{MARK}: grantees in {name}, of whom the model knows nothing",
                }
            ],
            "fundingOrganization": [_funder(run, row)],
            "beneficiaryLocation": [_place(run, row)],
            "grantProgramme": [{"code": f"{PREFIX}-{fund}", "title": f"{MARK}: {title}"}],
        }


def _year(run: Run, label: int) -> tuple[date, date]:
    """Give the first and the last day of a year of the run."""
    start = run.scenario.start
    row = label - start.year
    end = months_after(start, 12 * (row + 1)) - timedelta(days=1)
    return months_after(start, 12 * row), end


def _pounds(pence: int) -> int | float:
    """Write pence as pounds that JSON holds digit for digit.

    >>> _pounds(12_084_839), _pounds(500)
    (120848.39, 5)
    """
    return pence // 100 if pence % 100 == 0 else float(f"{pence // 100}.{pence % 100:02d}")


def _funder(run: Run, row: int) -> dict[str, str]:
    """Name the foundation that serves an area, or none where areas pass from one to another."""
    places = run.scenario.geography_table
    if not run.scenario.steady:
        foundation, name = "changing", f"the foundation that serves {places.names[row]} by then"
    else:
        foundation = places.foundation_ids[row]
        name = next(each.name for each in places.foundations if each.id == foundation)
    return {
        "id": f"{PREFIX}-foundation-{foundation}",
        "name": f"{MARK}: {name}, as a model has it; nothing that it did or promised",
    }


def _place(run: Run, row: int) -> dict[str, str]:
    """Name an area, with its code where that is of a gazetteer."""
    places = run.scenario.geography_table
    found = {"name": places.names[row]}
    if places.label in PACKAGED:
        found |= {"countryCode": "GB", "geoCode": places.codes[row]}
    return found
