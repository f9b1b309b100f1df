"""Studies: one scenario, what varies of it, and one table of what comes out."""

from fundsim.studies.plan import Plan, Run, planned
from fundsim.studies.reading import load_study
from fundsim.studies.schema import Study

__all__ = ["Plan", "Run", "Study", "load_study", "planned"]
