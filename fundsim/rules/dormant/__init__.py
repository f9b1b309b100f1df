"""The dormant assets scheme: what is transferred, reclaimed, held and released, and to whom."""

from fundsim.rules.dormant.flows import MEASURES, Flows, Strain, flows
from fundsim.rules.dormant.parts import Arrival, arrivals, days_of_releases, review_days
from fundsim.rules.dormant.terms import DormantAssets

__all__ = [
    "MEASURES",
    "Arrival",
    "DormantAssets",
    "Flows",
    "Strain",
    "arrivals",
    "days_of_releases",
    "flows",
    "review_days",
]
