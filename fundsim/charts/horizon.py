"""What areas are paid over the whole of a run, as charts by area take it."""

from __future__ import annotations

from fundsim.charts.source import Basis, Source

PER_HEAD = "{}_per_head_a_year"  # a column of pounds a head a year, by the figure it holds


def paid_over_the_horizon(source: Source, fund: str, basis: Basis) -> list[dict[str, str]]:
    """Take each area's row for the whole horizon; a decade that is as long says the same twice."""
    scenario = source.scenario
    table = source.table("areas").where(
        measure="paid",
        fund=fund,
        basis=basis,
        from_year=str(scenario.start.year),
        to_year=str(scenario.start.year + scenario.years - 1),
    )
    rows = (dict(zip(table.columns, row, strict=True)) for row in table.rows())
    return list({row["area"]: row for row in rows}.values())
