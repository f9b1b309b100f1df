"""A whole example, a small table of areas, and ways to load them with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fundsim.errors import Problem, ScenarioError
from fundsim.scenario import load

AREAS = """\
code,name,nation,region,foundation,population,need,left_behind,half_known
E1,Luton,England,East of England,east,200000,40,1000,5
E2,Bedford,England,East of England,east,100000,20,0,
E3,Leeds,England,Yorkshire,leeds,800000,50,9000,7
S1,Fife,Scotland,Scotland,scotland,370000,30,500,
W1,Gwent,Wales,Wales,wales,90000,60,700,
N1,Belfast,Northern Ireland,Northern Ireland,ni,340000,70,100,1
"""

EXAMPLE = """\
#:schema ./scenario.schema.json
schema_version = 1
name  = "kruger-2020"
title = "The two funds as proposed in September 2020"
about = "£500m for recovery, spent as the Covid grants were; £2bn endowed for ever."
start = 2021-04-01
years = 50
paths = 1000
seed  = 20200924

[geography]
areas = "areas.csv"            # or the path of your own CSV
need  = "need"
where = { nation = ["England", "Scotland", "Wales", "Northern Ireland"] }

[markets]
kind = "lognormal"
step = "quarter"
fee  = "0.6%"
[markets.inflation]
kind = "ar1"
log_mean = "2.44%"
persistence = 0.489
sd = "1.58%"
[markets.assets.global_equity]
weight = "60%"
arithmetic_mean = "7.5%"
volatility = "16.5%"
[markets.assets.gilts]
weight = "40%"
geometric_mean = "4.6%"
volatility = "9%"
[markets.correlations]
gilts = { global_equity = 0.05 }

[funds.recovery]
title      = "Community Recovery Fund"
opening    = "£500m"
spending   = { kind = "profile", profile = "covid-grants-2020" }
allocation = { kind = "per_capita" }
closes     = { on = 2023-03-31, residue = "treasury" }
holds      = { gilts = "100%" }
instalments = ["100%"]

[funds.luc]
title    = "Levelling Up Communities Fund"
inflow   = { kind = "schedule", amounts = { 2021 = "£400m", 2022 = "£400m", 2023-10-01 = 400e6 } }
spending = { kind = "moving_average", rate = "4%", over = "12 quarters", first = 2024-04-01 }
alarm    = { fall = "20%" }

[[funds.luc.pays]]
to = "left_behind"
on = 2025-06-01
amount = "£5m"
every = "12 months"
until = 2030-01-01

[[funds.luc.pays]]
to = "left_behind"
on = 2025-07-01
share = "1%"

[funds.luc.allocation]
kind  = "hierarchy"
then  = { kind = "need_weighted", steepness = 1.0 }

[funds.luc.allocation.first]
by = "nation"
kind = "shares"
shares = { England = "83.9%", Scotland = "8.4%", Wales = "4.9%", "Northern Ireland" = "2.8%" }

[funds.left_behind]
title = "Left-behind places"
opening = 1_000_000
inflow = { kind = "lump", amount = "£87.5m", on = 2024-06-01 }
spending = { kind = "spend_down", over = "10 years" }
closes = { on = 2031-03-31, residue = "lottery_community_fund" }

[funds.left_behind.allocation]
kind = "mix"
parts = [
  { kind = "threshold_per_head", people = "left_behind", at_least = 200, weight = "75%" },
  { kind = "equal", weight = "25%" },
]

[foundations]
fee = "6%"
sittings    = ["March", "June", "September", "December"]
instalments = ["50%", "30%", "20%"]
capacity    = { multiple_of_past_grants = 4, growth = "2%", growth_years = 10 }
lapse         = "3%"
clawback      = "1%"
carry_forward = "10%"
priority      = ["recovery", "left_behind", "luc"]
[foundations.overrides.leeds]
fee = "5%"
capacity = { pounds = "£2m" }
[foundations.overrides.wales]
sittings = ["May"]
instalments = ["50%", "50%"]
capacity = { per_head = "£1.50" }
lapse = "0%"
clawback = "0%"
carry_forward = "0%"

[[shocks]]
name = "a hard winter"
kind = "panel_lost"
on = 2028-10-01
until = 2029-10-01
foundation = "scotland"

[[shocks]]
name = "a crash"
kind = "market"
on = 2030-02-01
change = "-30%"

[[shocks]]
name = "a lean decade for gilts"
kind = "market"
on = 2031-01-01
until = 2041-01-01
yearly = "-1%"
asset = "gilts"

[[shocks]]
name = "a slow law"
kind = "inflow_late"
on = 2022-01-01
until = 2023-01-01
fund = "luc"

[[shocks]]
name = "owners come"
kind = "reclaims"
on = 2021-04-01
until = 2024-04-01
fund = "luc"
share = "10%"

[[shocks]]
name = "two become one"
kind = "merger"
on = 2035-04-01
foundation = "wales"
into = "east"

[[shocks]]
name = "one goes under"
kind = "failure"
on = 2045-04-01
foundation = "ni"
into = "scotland"

[sources]
"funds.recovery.opening" = "Kruger 2020, recommendation 18; read as spent, not kept"
"funds.luc.inflow" = "unverified: our schedule"
"foundations.fee" = "unverified: two UK proxies give 6 per cent"
"""


@pytest.fixture
def example() -> str:
    return EXAMPLE


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the user's, in which they stand, with a table of areas and an example."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "areas.csv").write_text(AREAS, encoding="utf-8")
    (tmp_path / "example.toml").write_text(EXAMPLE, encoding="utf-8")
    return tmp_path


Refused = Callable[..., list[Problem]]


@pytest.fixture
def refused(folder: Path) -> Refused:
    """Load the example with one text replaced, or with `--set`; give the problems."""

    def load_changed(old: str = "", new: str = "", *sets: str) -> list[Problem]:
        assert old in EXAMPLE
        (folder / "bad.toml").write_text(EXAMPLE.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ScenarioError) as caught:
            load("bad.toml", sets)
        return list(caught.value.problems)

    return load_changed


Faults = Callable[..., list[tuple[str, str, str]]]


@pytest.fixture
def faults(refused: Refused) -> Faults:
    """As `refused`; give each problem's key, the rest of the line at its place, and its message."""

    def at(problem: Problem) -> str:
        name, line, column = problem.place.split(":")
        lines = Path(name).read_text(encoding="utf-8").split("\n")
        return lines[int(line) - 1][int(column) - 1 :]

    def found(old: str, new: str) -> list[tuple[str, str, str]]:
        return [(problem.key, at(problem), problem.message) for problem in refused(old, new)]

    return found


def line_of(text: str, piece: str) -> int:
    """The number of the line that a piece of the example stands in."""
    return text[: text.index(piece)].count("\n") + 1
