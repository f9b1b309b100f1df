"""Named distributions that a study samples its values from.

Each turns numbers spread over 0 to 1 into values, by its quantile function, so that how evenly the
numbers are spread is how evenly the values are. Values are rounded to nine significant digits, and
from 1,000 on to hundredths, which are pence: the table shows exactly what was run.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import BeforeValidator, Field, TypeAdapter, WithJsonSchema, model_validator

from fundsim.money import Real
from fundsim.rules.base import Fault, Setting
from fundsim.units import Money, Rate, parse_money, parse_rate

DIGITS, HUNDREDTHS = 9, 1000.0  # significant, of a value that is sampled; and from where on


def _words_of(unit: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - typing has no type for a type
    """Give the JSON Schema of a unit where it is written as a word."""
    whole = TypeAdapter(unit).json_schema()
    return [one for one in whole["anyOf"] if one["type"] == "string"]


def _number(value: object) -> float:
    """Read a number, a rate as "3.5%" or an amount as "£2bn", in pounds."""
    if isinstance(value, str) and "£" in value:
        return parse_money(value) / 100
    if isinstance(value, str):
        return parse_rate(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        message = 'expected a number, a rate as "3.5%" or an amount as "£2bn"'
        raise ValueError(message)  # noqa: TRY004 - told as a fault of the file
    return float(value)


Number = Annotated[
    float,
    BeforeValidator(_number),
    WithJsonSchema(
        {
            "anyOf": [*_words_of(Rate), *_words_of(Money), {"type": "number"}],
            "description": "a number, a rate or an amount of money",
        }
    ),
]


class Uniform(Setting):
    """Every value between two ends alike: Q(u) = low + u (high - low)."""

    kind: Literal["uniform"] = Field("uniform", description="every value between two ends alike")
    low: Number = Field(description="the least value")
    high: Number = Field(description="the largest value")

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        _refuse_backwards(self.low, self.high)
        return self

    def values(self, spread: Real) -> Real:
        """Give the value below which such a share of all values lies, `(draw,)`."""
        return self.low + spread * (self.high - self.low)


class Triangular(Setting):
    """Rising in a straight line to the likeliest value, and falling from it to the other end.

    Q(u) = low + sqrt(u (high - low) (mode - low)) up to u = (mode - low) / (high - low), and
    high - sqrt((1 - u) (high - low) (high - mode)) from there on.
    """

    kind: Literal["triangular"] = Field("triangular", description="likeliest at one value")
    low: Number = Field(description="the least value")
    mode: Number = Field(description="the likeliest value")
    high: Number = Field(description="the largest value")

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        _refuse_backwards(self.low, self.high)
        if not self.low <= self.mode <= self.high:
            message = f"found {self.mode:g}, expected a value from {self.low:g} to {self.high:g}"
            raise Fault(message, "mode")
        return self

    def values(self, spread: Real) -> Real:
        """Give the value below which such a share of all values lies, `(draw,)`."""
        wide, below, above = self.high - self.low, self.mode - self.low, self.high - self.mode
        rising = self.low + np.sqrt(spread * wide * below)
        falling = self.high - np.sqrt((1 - spread) * wide * above)
        return np.where(spread * wide <= below, rising, falling)


class Normal(Setting):
    """The normal distribution, cut off at two ends where these are stated.

    Q(u) = mean + sd z(F(low) + u (F(high) - F(low))), z the standard normal quantile and F the
    distribution before it is cut.
    """

    kind: Literal["normal"] = Field("normal", description="normal, cut off at ends if stated")
    mean: Number = Field(description="its mean before it is cut")
    sd: Number = Field(gt=0, description="its standard deviation before it is cut")
    low: Number | None = Field(None, description="the least value")
    high: Number | None = Field(None, description="the largest value")

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.low is not None and self.high is not None:
            _refuse_backwards(self.low, self.high)
        return self

    def values(self, spread: Real) -> Real:
        """Give the value below which such a share of all values lies, `(draw,)`."""
        from scipy.special import ndtr, ndtri

        ends = (self.low, -np.inf), (self.high, np.inf)
        first, last = (
            float(ndtr(((other if end is None else end) - self.mean) / self.sd))
            for end, other in ends
        )
        drawn: Real = self.mean + self.sd * ndtri(first + spread * (last - first))
        return np.clip(
            drawn,
            -np.inf if self.low is None else self.low,
            np.inf if self.high is None else self.high,
        )


class Choice(Setting):
    """One of some values, alike or by weight."""

    kind: Literal["choice"] = Field("choice", description="one of some values")
    values_: Annotated[list[str | int | float | bool], Field(min_length=1)] = Field(
        alias="values", description="the values"
    )
    weights: list[Annotated[float, Field(ge=0)]] | None = Field(
        None, description="how often each is taken, as parts of their sum; alike unless stated"
    )

    @model_validator(mode="after")
    def _weighs_each(self) -> Self:
        if self.weights is not None and len(self.weights) != len(self.values_):
            found = f"found {len(self.weights)} weights"
            message = f"{found}, expected one for each of {len(self.values_)} values"
            raise Fault(message, "weights")
        if self.weights is not None and not sum(self.weights):
            message = "all weights are 0; expected one above 0 at least"
            raise Fault(message, "weights")
        return self

    def chosen(self, spread: Real) -> list[str | int | float | bool]:
        """Give the value of each draw."""
        weights = np.array(self.weights or [1.0] * len(self.values_))
        reached = weights.cumsum() / weights.sum()
        places = np.minimum(np.searchsorted(reached, spread, side="right"), len(reached) - 1)
        return [self.values_[place] for place in places]


def _refuse_backwards(low: float, high: float) -> None:
    if low >= high:
        message = f"found {low:g} to {high:g}; expected a low end below the high one"
        raise Fault(message, "low")


AnyDistribution = Annotated[Uniform | Triangular | Normal | Choice, Field(discriminator="kind")]


def rounded(values: Real) -> list[float]:
    """Round values to nine significant digits, and from 1,000 on to hundredths.

    >>> rounded(np.array([0.1 / 3, 12.0, 1234.56789, 1234567890.123]))
    [0.0333333333, 12.0, 1234.57, 1234567890.0]
    """
    digits = (float(f"{value:.{DIGITS}g}") for value in values.tolist())
    return [round(value, 2) if abs(value) >= HUNDREDTHS else value for value in digits]
