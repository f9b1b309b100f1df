"""As much of a scenario as could be read, so that its meaning is checked together with its form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WrapValidator
from pydantic_core.core_schema import ValidatorFunctionWrapHandler

from fundsim.rules.allocation import AnyAllocation
from fundsim.rules.base import Setting
from fundsim.rules.dormant import DormantAssets
from fundsim.rules.inflows import AnyInflow
from fundsim.rules.shocks import AnyShock
from fundsim.rules.spending import AnySpending
from fundsim.scenario.practice import Foundations, Override
from fundsim.scenario.schema import MOST_YEARS, Alarm, Closing, Fund, Places, Settings, Transfer
from fundsim.units import Day, Money, months_after

_SLIP: Final = object()  # stands at a key that seems to be there, written with a slip


def _or_none(value: object, read: ValidatorFunctionWrapHandler) -> object:
    """Take a value that cannot be read for none; what is wrong with it is told elsewhere."""
    try:
        return read(value)
    except ValidationError:
        return None


_LENIENT = WrapValidator(_or_none)
Years = Annotated[int, Field(ge=1, le=MOST_YEARS, strict=True)]


class FundDraft(BaseModel):
    """What could be read of a fund; None is what could not, or what is not stated.

    `closes_known` and `inflow_known` tell the two apart.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(defer_build=True)

    opening: Annotated[Money | None, _LENIENT] = 0
    inflow: Annotated[AnyInflow | None, _LENIENT] = None
    spending: Annotated[AnySpending | None, _LENIENT] = None
    allocation: Annotated[AnyAllocation | None, _LENIENT] = None
    closes: Annotated[Closing | None, _LENIENT] = None
    holds: Annotated[dict[str, object] | None, _LENIENT] = None
    pays: Annotated[list[Annotated[Transfer | None, _LENIENT]] | None, _LENIENT] = None
    alarm: Annotated[Alarm | None, _LENIENT] = None
    closes_known: bool = True
    inflow_known: bool = True


class PracticeDraft(BaseModel):
    """Whether all foundations, or one of them, state these keys, in whatever form."""

    sittings: bool
    capacity: bool


class FoundationsDraft(PracticeDraft):
    """What could be read of what happens at the foundations."""

    model_config: ClassVar[ConfigDict] = ConfigDict(defer_build=True)

    priority: Annotated[list[str] | None, _LENIENT] = None
    overrides: dict[str, PracticeDraft]


class Draft(BaseModel):
    """What could be read of a scenario; None is what could not.

    `names` are those of all funds, none if they cannot be read; `assets` those of the markets.
    `scheme_known` says that a scheme of dormant assets can be read, or is not stated.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(defer_build=True)

    start: Annotated[Day | None, _LENIENT] = None
    years: Annotated[Years | None, _LENIENT] = None
    geography: Annotated[Places | None, _LENIENT] = None
    dormant_assets: Annotated[DormantAssets | None, _LENIENT] = None
    scheme_known: bool = True
    assets: tuple[str, ...] | None
    names: tuple[str, ...]
    funds: dict[str, FundDraft]
    foundations: FoundationsDraft
    shocks: Annotated[list[Annotated[AnyShock | None, _LENIENT]] | None, _LENIENT] = None

    @property
    def last_day(self) -> date | None:
        """The last day of the run, where it is known."""
        if self.start is None or self.years is None:
            return None
        return months_after(self.start, 12 * self.years) - timedelta(days=1)


def draft_of(settings: Settings) -> Draft:
    """Take a scenario whose form is right."""
    keys = [name for name in FundDraft.model_fields if name in Fund.model_fields]
    funds = {
        name: FundDraft.model_construct(**{key: getattr(fund, key) for key in keys})
        for name, fund in settings.funds.items()
    }
    return Draft.model_construct(
        start=settings.start,
        years=settings.years,
        geography=settings.geography,
        dormant_assets=settings.dormant_assets,
        assets=tuple(settings.markets.assets),
        names=tuple(funds),
        funds=funds,
        foundations=_foundations(settings.foundations.model_dump()),
        shocks=list(settings.shocks),
    )


def salvaged(values: Mapping[str, Any]) -> Draft:
    """Read what can be read of a scenario whose form is not right."""
    stated = _with_slips(values, Settings)
    funds = _table(stated.get("funds"))
    assets = _table(stated.get("markets")).get("assets")
    read = {
        "assets": tuple(assets) if isinstance(assets, dict) else None,
        "names": tuple(funds),
        "funds": {name: _fund(table) for name, table in funds.items() if isinstance(table, dict)},
        "foundations": _foundations(stated.get("foundations")),
        "shocks": stated.get("shocks"),
    }
    draft = Draft.model_validate({**values, **read})
    known = draft.dormant_assets is not None or stated.get("dormant_assets") is None
    return draft.model_copy(update={"scheme_known": known})


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _with_slips(table: Mapping[str, Any], model: type[Setting]) -> dict[str, Any]:
    """Add the keys that seem to be there with a slip; they count as ones that cannot be read."""
    unknown = [key for key in table if key not in model.model_fields]
    missing = [name for name in model.model_fields if name not in table]
    slips = [name for name in missing if get_close_matches(name, unknown)]
    return {**table, **dict.fromkeys(slips, _SLIP)}


def _fund(table: Mapping[str, Any]) -> FundDraft:
    stated = _with_slips(table, Fund)
    draft = FundDraft.model_validate(
        {name: value for name, value in stated.items() if name in Fund.model_fields}
    )
    known = {
        f"{name}_known": getattr(draft, name) is not None or stated.get(name) is None
        for name in ("closes", "inflow")
    }
    return draft.model_copy(update=known)


def _foundations(stated: object) -> FoundationsDraft:
    if stated is not None and not isinstance(stated, dict):
        return FoundationsDraft(sittings=True, capacity=True, overrides={})
    table = _table(stated)
    overrides = _table(table.get("overrides"))
    own = {
        name: PracticeDraft(**_stated(override, Override))
        for name, override in overrides.items()
        if isinstance(override, dict)
    }
    general = _stated(table, Foundations)
    return FoundationsDraft(**general, priority=table.get("priority"), overrides=own)


def _stated(table: Mapping[str, Any], model: type[Setting]) -> dict[str, bool]:
    stated = _with_slips(table, model)
    return {name: stated.get(name) is not None for name in PracticeDraft.model_fields}
