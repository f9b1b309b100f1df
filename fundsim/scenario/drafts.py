"""As much of a scenario as could be read, so that its meaning is checked together with its form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from fundsim.rules.allocation import AllocationRule
from fundsim.rules.inflows import Inflow
from fundsim.rules.spending import SpendingRule
from fundsim.scenario.schema import Closing, Fund, Places, Settings


@dataclass(frozen=True)
class FundDraft:
    """What could be read of a fund; None is what could not, or what is not stated.

    `closes_known` tells the two apart for its end.
    """

    opening: int | None = None
    inflow: Inflow | None = None
    spending: SpendingRule | None = None
    allocation: AllocationRule | None = None
    closes: Closing | None = None
    closes_known: bool = True


@dataclass(frozen=True)
class Draft:
    """What could be read of a scenario; None is what could not."""

    start: date | None
    geography: Places | None
    funds: Mapping[str, FundDraft]


def draft_of(settings: Settings) -> Draft:
    """Take a scenario whose form is right."""
    funds = {
        name: FundDraft(fund.opening, fund.inflow, fund.spending, fund.allocation, fund.closes)
        for name, fund in settings.funds.items()
    }
    return Draft(settings.start, settings.geography, funds)


def salvaged(values: Mapping[str, Any]) -> Draft:
    """Read what can be read of a scenario whose form is not right."""
    whole = _readable(Settings, values, ("start", "geography"))
    funds = values.get("funds")
    tables = funds.items() if isinstance(funds, dict) else ()
    return Draft(
        whole.get("start"),
        whole.get("geography"),
        {name: _salvaged_fund(table) for name, table in tables if isinstance(table, dict)},
    )


def _salvaged_fund(table: Mapping[str, Any]) -> FundDraft:
    read = _readable(Fund, table, ("opening", "inflow", "spending", "allocation", "closes"))
    return FundDraft(
        read.get("opening"),
        read.get("inflow"),
        read.get("spending"),
        read.get("allocation"),
        read.get("closes"),
        closes_known="closes" in read,
    )


def _readable(
    model: type[BaseModel], values: Mapping[str, Any], names: Sequence[str]
) -> dict[str, Any]:
    """Read some keys of a table, each for itself.

    Those that cannot be read are left out, and those that seem to be there with a slip.
    """
    read: dict[str, Any] = {}
    for name in names:
        info = model.model_fields[name]
        if name not in values:
            unknown = [key for key in values if key not in model.model_fields]
            if not info.is_required() and not get_close_matches(name, unknown):
                read[name] = info.get_default(call_default_factory=True)
            continue
        kind: Any = info.annotation
        for extra in info.metadata:
            kind = Annotated[kind, extra]
        try:
            read[name] = TypeAdapter(kind).validate_python(values[name])
        except ValidationError:
            continue
    return read
