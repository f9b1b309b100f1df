"""Formulas that look at what areas can raise themselves, and make it even.

An area that a formula owes less than nothing gets nothing: nobody pays in. B is the pot, p_i the
people of an area, R_i what it raises, k_i what it can raise a head.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from pydantic import Field

from fundsim.money import Real
from fundsim.rules.allocation.answers import AllocationRule, Amounts, Answer, Ratios
from fundsim.rules.allocation.bases import (
    PAYS,
    Pays,
    basis,
    in_shares,
    mean,
    names,
    pence_for,
    pounds_a_head,
)
from fundsim.rules.allocation.plain import as_far_as_it_goes
from fundsim.rules.base import Fault
from fundsim.rules.round import Round
from fundsim.rules.working import Working, whole
from fundsim.units import Money

_NOTHING = "nobody pays in"
_SCALED = "scaled, so that all amounts come to the pot"


class EqualisationGrant(AllocationRule):
    """More for areas that raise less themselves than their share of need."""

    kind: Literal["equalisation_grant"] = "equalisation_grant"
    raised: str = Field(description="column of pounds that each area raises itself")
    need: str = Field(
        "need",
        min_length=1,
        description="what shares of need go by: need (people times need), population, equal or a "
        "column",
    )

    def shares(self, round: Round) -> Amounts:
        """x_i = G · e_i / Σe with e_i = max(0, s_i · (ΣR + G) − R_i); G is the pot, Σs = 1.

        Source: equalisation of the adult social care precept in the 2023-24 local government
        finance settlement (Local-Policy-Analysis, settlement-guide, 5 April 2023).
        """
        raised = round.pounds(self.raised, key="raised")
        together = whole(raised.values) + round.money
        due = (
            in_shares(basis(round, self.need, "need"), self.need, "need")
            .times("all that is raised, and the pot", together, "pence")
            .minus("what it raises itself", raised, "pence")
            .at_least(_NOTHING, 0.0, "pence")
        )
        return _scaled(round, due)


class NeedsMinusResources(AllocationRule):
    """What an area needs less what it can raise, with an amount a head and damping."""

    kind: Literal["needs_minus_resources"] = "needs_minus_resources"
    needs: str = Field(description="column of pounds that each area needs")
    resources: str = Field(description="column of pounds that each area has or can raise")
    central: Money = Field(0, description="the same amount for each person on top")
    damped_up: str | None = Field(None, description="column of pounds that damping adds")
    damped_down: str | None = Field(None, description="column of pounds that damping takes away")
    pays: Pays = Field("the_pot", description=PAYS)

    def _formula(self, round: Round) -> Working:
        needs = round.pounds(self.needs, key="needs")
        resources = round.pounds(self.resources, key="resources")
        amounts = needs.minus("its resources", resources, "pence")
        if self.central:
            central = round.people().times("for each of them", float(self.central), "pence")
            amounts = amounts.plus("the central amount", central, "pence")
        if self.damped_up is not None:
            up = round.pounds(self.damped_up, key="damped_up")
            amounts = amounts.plus("damping up", up, "pence")
        if self.damped_down is not None:
            down = round.pounds(self.damped_down, key="damped_down")
            amounts = amounts.minus("damping down", down, "pence")
        return amounts

    def needed(self, round: Round) -> int:
        """Give the pot that pays the formula in full, where it is paid as it is."""
        if self.pays == "the_pot":
            return 0
        return pence_for(np.maximum(self._formula(round).values, 0.0))

    def remarks(self, round: Round) -> Iterator[str]:
        """Name those whose resources are above what the formula gives them."""
        cut = self._formula(round).values[:, 0] < 0
        if cut.any():
            yield f"the formula is below 0 and was cut to nothing for {names(round, cut)}"

    def shares(self, round: Round) -> Answer:
        """x_i = max(0, need_i − resource_i + central · p_i ± damping_i), scaled or as it is.

        Source: the four blocks of the formula grant of English local government, 2006 to 2013
        (needs, resources, a central amount a head, damping).
        """
        amounts = self._formula(round).at_least(_NOTHING, 0.0, "pence")
        nobody = f"nobody needs more than its resources ({self.needs}, {self.resources})"
        return _paid(round, amounts, self.pays, nobody, "needs")


class CapacityEqualisation(AllocationRule):
    """Areas that can raise less a head than the average are lifted towards it."""

    kind: Literal["capacity_equalisation"] = "capacity_equalisation"
    capacity: str = Field(description="column of pounds a head that each area can raise")
    pays: Pays = Field("the_pot", description=PAYS)

    def doubts(self) -> Iterator[str]:
        """Say what of the real one is left out."""
        yield (
            "capacity equalisation: Canada's law has more to it (resource revenue, ceilings, a "
            "total that grows with the economy), which was not verified and is left out"
        )

    def _formula(self, round: Round) -> Working:
        capacity = pounds_a_head(round, self.capacity, "capacity")
        average = Working.start("the average a head", mean(round, capacity.values), "pence")
        return (
            average.minus("its own", capacity, "pence")
            .at_least(_NOTHING, 0.0, "pence")
            .times("people", round.people(), "pence")
        )

    def needed(self, round: Round) -> int:
        """Give the pot that lifts everybody to the average, where the formula is paid as it is."""
        return 0 if self.pays == "the_pot" else pence_for(self._formula(round).values)

    def shares(self, round: Round) -> Answer:
        """E_i = p_i · max(0, k̄ − k_i), k̄ the mean of all people; scaled to the pot or as it is.

        Source: Canada's equalisation payments, in outline (Library of Parliament, publication
        2008-20-E): only those below the average get any.
        """
        nobody = f"nobody is below the average in {self.capacity}"
        return _paid(round, self._formula(round), self.pays, nobody, "capacity")


class FullEqualisation(AllocationRule):
    """The same for every person, more or less by what need costs there and can be raised."""

    kind: Literal["full_equalisation"] = "full_equalisation"
    needs: str = Field(description="column of pounds a head that each area has to spend")
    capacity: str = Field(description="column of pounds a head that each area can raise")

    def _beyond(self, round: Round) -> Working:
        needs = pounds_a_head(round, self.needs, "needs")
        capacity = pounds_a_head(round, self.capacity, "capacity")
        above = capacity.minus("the average of all people", mean(round, capacity.values), "pence")
        return needs.minus("the average of all people", mean(round, needs.values), "pence").minus(
            "what it can raise above the average", above, "pence"
        )

    def _formula(self, round: Round) -> Working:
        pool = round.money / whole(round.population[:, np.newaxis])
        beyond = self._beyond(round).plus("the pot, a head of all people", pool, "pence")
        return beyond.times("people", round.people(), "pence")

    def needed(self, round: Round) -> int:
        """Give the pot from which on everybody can be made even without anybody paying in."""
        lowest = np.minimum(self._beyond(round).values.min(axis=0), 0.0)
        return pence_for(-lowest * round.population[:, np.newaxis])

    def remarks(self, round: Round) -> Iterator[str]:
        """Name those to whom the formula gives less than nothing even of the largest pot."""
        most = round.with_pot(round.pot.max(keepdims=True))
        cut = self._formula(most).values[:, 0] < 0
        if cut.any():
            yield f"the formula is below 0 and was cut to nothing for {names(round, cut)}"

    def shares(self, round: Round) -> Amounts:
        """E_i = p_i · [(need_i − need̄) − (k_i − k̄)] + p_i · pool, with pool = B / Σp.

        Means are over all people, so that Σ p_i · [...] = 0 and ΣE = B. Where E_i < 0 it is cut to
        0, and what others get is scaled to the pot. Source: horizontal fiscal equalisation in
        Australia (Commonwealth Grants Commission, Research Paper 3, April 2022).
        """
        return _scaled(round, self._formula(round).at_least(_NOTHING, 0.0, "pence"))


def _scaled(round: Round, amounts: Working) -> Amounts:
    """Scale amounts that depend on the pot, `(member, path)`, so that they come to it."""
    together = whole(amounts.values)
    scale: Real = np.zeros_like(together)
    np.divide(round.money, together, out=scale, where=together > 0)
    total = np.where(together[0] > 0, round.pot, 0)
    return Amounts.of(amounts.times(_SCALED, scale, "pence"), total)


def _paid(round: Round, amounts: Working, pays: Pays, nobody: str, key: str) -> Answer:
    """Give amounts, `(member, 1)`, in proportion or as they are."""
    if pays == "the_formula":
        return as_far_as_it_goes(amounts, round)
    if not amounts.values.any():
        raise Fault(nobody, key)
    return Ratios.of(amounts)
