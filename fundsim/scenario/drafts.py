"""As much of a scenario as could be read, so that its meaning is checked together with its form."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError, WrapValidator
from pydantic_core.core_schema import ValidatorFunctionWrapHandler

from fundsim.rules.allocation import AnyAllocation
from fundsim.rules.inflows import AnyInflow
from fundsim.rules.spending import AnySpending
from fundsim.scenario.schema import Closing, Fund, Places, Settings
from fundsim.units import Day, Money


def _or_none(value: object, read: ValidatorFunctionWrapHandler) -> object:
    """Take a value that cannot be read for none; what is wrong with it is told elsewhere."""
    try:
        return read(value)
    except ValidationError:
        return None


_LENIENT = WrapValidator(_or_none)


class FundDraft(BaseModel):
    """What could be read of a fund; None is what could not, or what is not stated.

    `closes_known` tells the two apart for its end.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(defer_build=True)

    opening: Annotated[Money | None, _LENIENT] = 0
    inflow: Annotated[AnyInflow | None, _LENIENT] = None
    spending: Annotated[AnySpending | None, _LENIENT] = None
    allocation: Annotated[AnyAllocation | None, _LENIENT] = None
    closes: Annotated[Closing | None, _LENIENT] = None
    closes_known: bool = True


class Draft(BaseModel):
    """What could be read of a scenario; None is what could not."""

    model_config: ClassVar[ConfigDict] = ConfigDict(defer_build=True)

    start: Annotated[Day | None, _LENIENT] = None
    geography: Annotated[Places | None, _LENIENT] = None
    funds: dict[str, FundDraft]


def draft_of(settings: Settings) -> Draft:
    """Take a scenario whose form is right."""
    funds = {
        name: FundDraft.model_construct(
            opening=fund.opening,
            inflow=fund.inflow,
            spending=fund.spending,
            allocation=fund.allocation,
            closes=fund.closes,
        )
        for name, fund in settings.funds.items()
    }
    return Draft.model_construct(start=settings.start, geography=settings.geography, funds=funds)


def salvaged(values: Mapping[str, Any]) -> Draft:
    """Read what can be read of a scenario whose form is not right."""
    funds = values.get("funds")
    tables = funds if isinstance(funds, dict) else {}
    read = {
        name: _salvaged_fund(table) for name, table in tables.items() if isinstance(table, dict)
    }
    return Draft.model_validate({**values, "funds": read})


def _salvaged_fund(table: Mapping[str, Any]) -> FundDraft:
    """Read a fund; a key that seems to be there with a slip counts as one that cannot be read."""
    unknown = [key for key in table if key not in Fund.model_fields]
    slips = {
        name: None
        for name in Fund.model_fields
        if name not in table and get_close_matches(name, unknown)
    }
    draft = FundDraft.model_validate({**table, **slips, "closes_known": True})
    stated = "closes" in table or "closes" in slips
    return draft.model_copy(update={"closes_known": draft.closes is not None or not stated})
