"""Rules that place sums of a stated size: bands of population, whole places, neighbourhoods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from fundsim.rules.allocation.answers import AllocationRule, Amounts, Ratios
from fundsim.rules.allocation.bases import basis, in_shares, names, pence_for, to_the_penny
from fundsim.rules.allocation.plain import as_far_as_it_goes
from fundsim.rules.allocation.targeting import Counts, Mask, figures, members
from fundsim.rules.base import Fault
from fundsim.rules.round import Round
from fundsim.rules.seats import Method, share_places, who_ties
from fundsim.rules.working import Working
from fundsim.units import Money


class PopulationBand(AllocationRule):
    """An amount between two bounds for each area with so many people."""

    kind: Literal["population_band"] = "population_band"
    least: int = Field(ge=0, strict=True, description="the fewest people that an area may have")
    most: int = Field(gt=0, strict=True, description="the most people that an area may have")
    from_: Money = Field(alias="from", description="what areas at the lower end get")
    to: Money = Field(description="what areas at the upper end get")
    linear_in: Literal["people", "need"] = Field(
        "people",
        description="people: the ends are those of the band; need: the lowest and the highest need "
        "of all areas in the band",
    )

    @model_validator(mode="after")
    def _has_two_ends(self) -> Self:
        if self.most <= self.least:
            message = f"found {self.most}, expected more people than least, {self.least}"
            raise Fault(message, "most")
        if self.to < self.from_:
            message = "the upper amount is below the lower one; exchange from and to"
            raise Fault(message, "to")
        return self

    def shares(self, round: Round) -> Amounts:
        """x_i = a + (b − a) · (p_i − L) / (U − L) where L ≤ p_i ≤ U, or by need between its ends.

        In whole pence; all less in proportion where the pot is short of Σx. Where all need in the
        band is the same, each gets the middle. The Community Wealth Fund gives £1m to £2.5m to
        places of 5,000 to 15,000 people (Department for Culture, Media and Sport, 25 September
        2025); how amounts lie between is not published, and this line is ours.
        """
        return as_far_as_it_goes(self._amounts(round), round)

    def needed(self, round: Round) -> int:
        """Give the pot that pays every area in the band."""
        return pence_for(self._amounts(round).values)

    def _eligible(self, round: Round) -> Mask:
        people = round.population
        eligible = np.asarray((people >= self.least) & (people <= self.most))
        if not eligible.any():
            message = f"no area has between {self.least:,} and {self.most:,} people; widen the band"
            raise Fault(message, "least")
        return eligible

    def _amounts(self, round: Round) -> Working:
        eligible = self._eligible(round)
        low, high, figure = float(self.least), float(self.most), round.people()
        if self.linear_in == "need":
            figure = round.need()
            low, high = (float(end) for end in _ends(figure, eligible))
        place = figure.minus("the lower end", low)
        if high > low:
            place = place.over("from end to end", high - low)
        else:
            place = place.plus("all are the same: the middle", 0.5)
        sums = place.times("the upper amount less the lower", float(self.to - self.from_), "pence")
        sums = sums.plus("the lower amount", float(self.from_), "pence")
        words = f"between {self.least:,} and {self.most:,} people: 1, else 0"
        return to_the_penny(sums.times(words, figures(eligible), "pence"))

    def remarks(self, round: Round) -> Iterator[str]:
        """Say how many areas are in the band."""
        eligible = self._eligible(round)
        people = round.population[eligible].sum()
        yield f"{eligible.sum():,} of {len(round):,} areas are eligible, with {people:,.0f} people"


def _ends(figure: Working, eligible: Mask) -> tuple[float, float]:
    inside = figure.values[eligible, 0]
    return inside.min(), inside.max()


class WholePlaces(AllocationRule):
    """A number of places of one price, shared between areas as seats are in a parliament."""

    kind: Literal["whole_places"] = "whole_places"
    each: Money = Field(gt=0, description="what one place costs")
    places: int | None = Field(
        None, ge=1, strict=True, description="how many; as many as the money pays for if left out"
    )
    by: str = Field(
        "population",
        min_length=1,
        description="what they are shared by: population, equal, need (people times need) or a "
        "column",
    )
    method: Method = Field(
        "hamilton",
        description="hamilton (largest remainder), sainte_lague (Webster), huntington_hill, dhondt "
        "(Jefferson), adams or dean",
    )
    at_least: int = Field(0, ge=0, strict=True, description="places for everybody to begin with")
    at_most: int | None = Field(
        None,
        ge=1,
        strict=True,
        description="the most places that one may have; no limit if left out",
    )

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        if self.at_most is not None and self.at_most < self.at_least:
            message = f"found {self.at_most}, expected no less than at_least, {self.at_least}"
            raise Fault(message, "at_most")
        return self

    def shares(self, round: Round) -> Amounts:
        """x_i = a · n_i, where Σ n_i = min(n, B / a cut to a whole number) by one of six methods.

        The methods, and how least and most are kept: `fundsim.rules.seats`. Big Local gave 150
        areas of England £1.15m each (Local Trust).
        """
        number = self._affordable(round)
        places = self._shared(round, number)
        part = in_shares(basis(round, self.by, "by"), self.by, "by")
        quota = part.times("of the places", figures(number)[np.newaxis], "number")
        method = self.method.replace("_", " ")
        whole = quota.plus(f"to whole places, by {method}", figures(places) - quota.values)
        return Amounts(places * self.each, whole.times("a place", float(self.each), "pence").told)

    def needed(self, round: Round) -> int:
        """Give the pot that pays all places, or those that everybody is promised."""
        number = self.places or self.at_least * len(round)
        return self.each * int(self._shared(round, np.array([number])).sum())

    def _affordable(self, round: Round) -> Counts:
        number = round.pot // self.each
        return number if self.places is None else np.minimum(number, self.places)

    def _shared(self, round: Round, number: Counts) -> Counts:
        weights = basis(round, self.by, "by").values[:, 0]
        least, most = self.at_least, self.at_most
        return share_places(weights, number, self.method, at_least=least, at_most=most)

    def remarks(self, round: Round) -> Iterator[str]:
        """Say who ties for the last place that the largest pot pays for, and what is not kept."""
        number = int(self._affordable(round).max()) or self.places or 0
        weights = basis(round, self.by, "by").values[:, 0]
        least, most = self.at_least, self.at_most
        ties = who_ties(weights, number, self.method, at_least=least, at_most=most)
        if len(ties):
            tied = names(round, np.isin(np.arange(len(round)), ties))
            yield f"equal at the last of {number:,} places: {tied}; the order of areas decided"
        if 0 < number < least * len(round):
            yield f"{number:,} places are fewer than the {least * len(round):,} that are promised"
        empty = number - self._shared(round, np.array([number])).sum()
        if empty:
            yield f"{empty:,} of {number:,} places stay empty, since all have their most"


class Neighbourhoods(AllocationRule):
    """The same amount for every named neighbourhood, in the area in which it lies."""

    kind: Literal["neighbourhoods"] = "neighbourhoods"
    places: dict[str, str] = Field(
        min_length=1,
        description="the neighbourhoods, each with the name or code of the area in which it lies",
    )

    def shares(self, round: Round) -> Ratios:
        """x_i = B · n_i / Σn for the n_i neighbourhoods that lie in area i."""
        homes = self._homes(round)
        counts = np.bincount(list(homes.values()), minlength=len(round))
        if not homes:
            message = f"no neighbourhood lies in {round.name}; name some, or share without it"
            raise Fault(message, "places")
        return Ratios.of(Working.start("neighbourhoods", figures(counts)))

    def _homes(self, round: Round) -> dict[str, int]:
        found = members(round, self.places.items(), "places")
        return {
            name: member
            for name, member in zip(self.places, found, strict=True)
            if member is not None
        }

    def remarks(self, round: Round) -> Iterator[str]:
        """Say how many neighbourhoods lie here, and in how many areas."""
        homes = self._homes(round)
        lie = f"{len(homes):,} of {len(self.places):,} neighbourhoods lie here"
        yield f"{lie}; areas with any: {len(set(homes.values())):,}"
