"""The catalogue of return models: how markets grow, and what each draws."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from fundsim.rules.moments import Moments, Parameter
from fundsim.rules.returns.assets import Asset
from fundsim.rules.returns.autoregressive import VectorAutoregression
from fundsim.rules.returns.bootstrap import Bootstrap
from fundsim.rules.returns.correlating import cholesky
from fundsim.rules.returns.deterministic import Deterministic
from fundsim.rules.returns.history import History, read_history
from fundsim.rules.returns.lognormal import CHUNK, Lognormal
from fundsim.rules.returns.model import Held, Jolts, Markets, Mix, ReturnModel
from fundsim.rules.returns.paths import OwnPaths
from fundsim.rules.returns.regimes import RegimeSwitching
from fundsim.rules.returns.student_t import StudentT
from fundsim.rules.returns.tabled import Tabled
from fundsim.rules.returns.together import Together
from fundsim.rules.returns.wilkie import Wilkie

__all__ = [
    "CHUNK",
    "AnyReturns",
    "Asset",
    "Bootstrap",
    "Deterministic",
    "Held",
    "History",
    "Jolts",
    "Lognormal",
    "Markets",
    "Mix",
    "Moments",
    "OwnPaths",
    "Parameter",
    "RegimeSwitching",
    "ReturnModel",
    "StudentT",
    "Tabled",
    "Together",
    "VectorAutoregression",
    "Wilkie",
    "cholesky",
    "read_history",
]

AnyReturns = Annotated[
    Deterministic
    | Lognormal
    | StudentT
    | RegimeSwitching
    | VectorAutoregression
    | Wilkie
    | Bootstrap
    | OwnPaths,
    Field(discriminator="kind"),
]
