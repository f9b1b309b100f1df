"""What a scenario file may say: every table, every key, and what each one means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from fundsim.rules.allocation import AnyAllocation
from fundsim.rules.base import Fault, Setting
from fundsim.rules.dormant import DormantAssets
from fundsim.rules.inflows import AnyInflow
from fundsim.rules.need import Blend
from fundsim.rules.returns import AnyReturns, OwnPaths
from fundsim.rules.shocks import AnyShock, Failure, Merger, refuse_backwards
from fundsim.rules.spending import AnySpending
from fundsim.sampling import FITTED, PARTS, Sampling
from fundsim.sampling import WHOLE as PARTED
from fundsim.scenario.practice import WHOLE, Foundations, Instalments
from fundsim.units import Day, Duration, Money, Rate, Share, Title, months_after

SCHEMA_VERSION = 1
MOST_YEARS, MOST_PATHS, LARGEST_SEED = 200, 10_000_000, 2**63 - 1
EVERY_FUND = "all"  # what tables call the sum of all funds

OUTSIDE = ("treasury", "reclaim_fund", "lottery_community_fund")
"""Who may receive what a closing fund leaves, beside another fund."""

_NAME = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
_LONGEST_NAME = 80
_NAME_SCHEMA = {"type": "string", "pattern": f"^{_NAME.pattern}$"}


def check_name(text: str) -> str:
    """Give a name back, or raise ValueError where it cannot name a folder or an account."""
    if not _NAME.fullmatch(text) or len(text) > _LONGEST_NAME:
        message = (
            f'"{text}" cannot be a name; use lower-case letters, digits and single hyphens, '
            'as in "kruger-2020"'
        )
        raise ValueError(message)
    return text


def _fund_name(text: str) -> str:
    if text == EVERY_FUND:
        message = f'"{text}" means all funds together in tables; give the fund another name'
        raise ValueError(message)
    if text in OUTSIDE:
        message = f'"{text}" is outside all funds; give the fund another name'
        raise ValueError(message)
    return check_name(text)


def _whole(shares: dict[str, float]) -> dict[str, float]:
    if abs(sum(shares.values()) - 1) > WHOLE:
        message = f"the shares sum to {sum(shares.values()):.6g}, not to 1"
        raise ValueError(message)
    return shares


def _version(value: Any) -> Any:  # noqa: ANN401 - whatever a file holds there
    if isinstance(value, bool) or not isinstance(value, int) or value != SCHEMA_VERSION:
        message = f"this fundsim reads files of schema_version = {SCHEMA_VERSION}"
        raise ValueError(message)
    return value


def _listed(values: Any) -> Any:  # noqa: ANN401 - whatever a file holds there
    """Take one name for a list of one, so that both spellings are the same scenario."""
    if not isinstance(values, Mapping):
        return values
    return {key: [value] if isinstance(value, str) else value for key, value in values.items()}


Version = Annotated[Literal[1], BeforeValidator(_version)]
Name = Annotated[str, AfterValidator(check_name), WithJsonSchema(_NAME_SCHEMA)]
FundName = Annotated[str, AfterValidator(_fund_name), WithJsonSchema(_NAME_SCHEMA)]
Text = Annotated[str, Field(min_length=1)]
Residue = Annotated[
    str,
    Field(min_length=1),
    WithJsonSchema({"anyOf": [{"type": "string", "enum": [*OUTSIDE]}, _NAME_SCHEMA]}),
]
Holdings = Annotated[dict[Text, Share], Field(min_length=1), AfterValidator(_whole)]
Where = Annotated[
    dict[str, list[Text]],
    BeforeValidator(_listed),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {
                key: {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
                for key in ("nation", "region", "foundation", "code", "name")
            },
            "additionalProperties": False,
        }
    ),
]


class Places(Setting):
    """The areas that money can go to, and what is read as their need."""

    areas: Text = Field(
        description='the table of areas: "uk-districts-2024", or the path of your own CSV'
    )
    need: Text | dict[str, Text] | Blend = Field(
        description="the column that rules read as need, one column for each nation, or several "
        "columns with weights"
    )
    where: Where | None = Field(
        None,
        description="keep some areas only, by nation, region, foundation, code or name: "
        '{ nation = "England" }',
    )


class Closing(Setting):
    """When a fund ends, and where what is left of it goes."""

    on: Day = Field(description="the day on which the fund closes")
    residue: Residue = Field(
        description="who receives what is left: another fund, or one of " + ", ".join(OUTSIDE)
    )


class Transfer(Setting):
    """What a fund pays into another one, once or again and again."""

    to: Text = Field(description="the fund that receives it")
    on: Day = Field(description="the first day on which it is paid")
    amount: Money | None = Field(None, description="how much each time; what is there, if less")
    share: Rate | None = Field(
        None, ge=0, le=1, description="or: share of the paying fund's capital on the day"
    )
    every: Duration | None = Field(None, description="how long until it is paid again")
    until: Day | None = Field(None, description="the day from which on it is not paid any more")

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if (self.amount is None) == (self.share is None):
            message = "a payment takes either amount or share, and exactly one of them"
            raise ValueError(message)
        if self.until is not None and self.every is None:
            message = "a payment that is made once has no end; leave it out, or state every"
            raise Fault(message, "until")
        refuse_backwards(self.on, self.until)
        return self

    def dates(self, last: date) -> list[date]:
        """List the days on which it is paid, up to a last one."""
        days: list[date] = []
        day = self.on
        while day <= last and (self.until is None or day < self.until):
            days.append(day)
            if self.every is None or day == date.max:
                break
            day = months_after(self.on, self.every * len(days))
        return days


class Alarm(Setting):
    """When a fund reviews its spending before its time."""

    fall: Rate = Field(
        gt=0,
        lt=1,
        description="share of its capital that it must have lost since the last review, what it "
        "has paid to other funds included",
    )


class Fund(Setting):
    """One pot of money: what comes in, what is paid out, who shares it, and whether it ends."""

    title: Title = Field(description="the fund's name in words")
    opening: Money = Field(0, description="what the fund holds on the start day")
    inflow: AnyInflow | None = Field(None, description="what arrives later, and when")
    holds: Holdings | None = Field(
        None, description="its own mix of the markets' assets; their weights if left out"
    )
    spending: AnySpending = Field(description="how much leaves the fund, and when")
    alarm: Alarm | None = Field(
        None, description="the fall upon which a fund that is to last reviews its spending at once"
    )
    allocation: AnyAllocation = Field(description="how each round is shared between areas")
    instalments: Instalments | None = Field(
        None, min_length=1, description="share of its awards by year, before the foundations' own"
    )
    pays: list[Transfer] = Field(default_factory=list, description="what it pays into other funds")
    closes: Closing | None = Field(
        None, description="when the fund ends; required for one that is meant to be spent"
    )

    @property
    def perpetual(self) -> bool:
        """Whether the fund is meant to last for ever."""
        return self.closes is None and self.spending.perpetual


class Settings(Setting):
    """A whole scenario: what is simulated, with which money, markets, places and rules."""

    schema_version: Version = Field(description="the form of the file; 1 is the only one so far")
    name: Name = Field(description="short name of the scenario, used for its folder of results")
    title: Title = Field(description="what the scenario is, in one line")
    about: str = Field("", description="what a reader should know about the scenario")
    start: Day = Field(
        ge=date(1900, 1, 1), le=date(2200, 12, 31), description="first day of the first year"
    )
    years: int = Field(ge=1, le=MOST_YEARS, strict=True, description="how many years are simulated")
    paths: int = Field(
        ge=1, le=MOST_PATHS, strict=True, description="how many possible futures are simulated"
    )
    seed: int = Field(
        ge=0, le=LARGEST_SEED, strict=True, description="number that all chance is drawn from"
    )
    sampling: Sampling = Field(
        "plain",
        description="how the paths of markets are drawn: plain, in antithetic pairs or by a sobol "
        "sequence, which take a multiple of 4,000 paths; or plain, with means corrected by a "
        "control_variate",
    )
    geography: Places = Field(description="where the money can go")
    markets: AnyReturns = Field(description="what the money is invested in, and how prices rise")
    dormant_assets: DormantAssets | None = Field(
        None, description="the dormant assets scheme whose releases reach funds"
    )
    funds: dict[FundName, Fund] = Field(min_length=1, description="the funds, by name")
    foundations: Foundations = Field(
        default_factory=Foundations, description="what happens at the community foundations"
    )
    shocks: list[AnyShock] = Field(default_factory=list, description="what goes wrong, and when")
    sources: dict[str, Text] = Field(
        default_factory=dict,
        description='where each figure is from: "dotted.key" = "citation"; one that begins with '
        "unverified prints a warning",
    )

    @model_validator(mode="after")
    def _paths_can_be_sampled(self) -> Self:
        if self.parts > 1 and self.paths % PARTED:
            message = (
                f"found {self.paths:,}, expected a multiple of {PARTED:,}: with {self.sampling} "
                f"sampling, paths are drawn in {PARTS} independent parts of whole units"
            )
            raise Fault(message, "paths")
        if self.sampling == "control_variate" and self.paths < FITTED:
            message = (
                f"found {self.paths:,}, expected at least {FITTED:,}: how figures move with a "
                "control variate is fitted to the paths"
            )
            raise Fault(message, "paths")
        if why := self._cannot_be_sampled(self.sampling):
            others = [name for name in get_args(Sampling) if not self._cannot_be_sampled(name)]
            expected = ", ".join(f'"{name}"' for name in others)
            raise Fault(f'found "{self.sampling}", but {why}; expected {expected}', "sampling")
        return self

    def _cannot_be_sampled(self, sampling: Sampling) -> str:
        """Say why the markets cannot be sampled in a way; nothing if they can."""
        markets, kind = self.markets, self.markets.kind
        if sampling == "antithetic" and isinstance(markets, OwnPaths):
            return "paths are drawn already"
        if sampling in ("sobol", "control_variate") and not markets.normals(self.years):
            return f"{kind} markets draw no normals"
        if sampling == "control_variate" and markets.mean_growth(self.years) is None:
            return f"{kind} markets are not independent from draw to draw, as it needs"
        return ""

    @property
    def parts(self) -> int:
        """How many independent parts the paths are drawn in; 1 where each path is its own."""
        return PARTS if self.sampling in ("antithetic", "sobol") else 1

    @property
    def last_day(self) -> date:
        """The day before the anniversary of the start day that ends the last year."""
        return months_after(self.start, 12 * self.years) - timedelta(days=1)

    @property
    def year_labels(self) -> tuple[int, ...]:
        """What each year is called: 2021 is the twelve months from the start day in 2021."""
        return tuple(range(self.start.year, self.start.year + self.years))

    @property
    def steady(self) -> bool:
        """Whether every area stays with its foundation, in this run and in any longer one."""
        return not any(isinstance(shock, (Merger, Failure)) for shock in self.shocks)
