"""Drawings of money on its way: nothing cut off, nothing on top of anything else, all is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from fundsim.charts import CHARTS
from fundsim.charts.heat import DRAWN
from fundsim.places import load_geography
from fundsim.rules.inflows import Schedule
from fundsim.rules.shocks import MarketShock, PanelLost
from fundsim.scenario import Closing, Transfer
from tests.charts.hand_made import Figures, made
from tests.charts.seen import LONG, MARKUP, cut_off, drawn, said, texts, touching
from tests.charts.small_world import Fund, Needy, Scenario, World, world

Case = tuple[str, Callable[[Scenario, Scenario, Path], World]]

HELD: Figures = {"spending": [4e7], "closing_capital": [2e9], "arrived": [2e9, 0]}
QUEUED: Figures = {
    "allocated": [9e7],
    "received": [9e7],
    "foundation_fees": [5e6],
    "awarded": [6e7],
    "paid": [3e7],
    "waiting": [2e7, 4e7, 6e7],
    "promised": [3e7],
}


def several(scenario: Scenario, count: int, title: str = "Fund") -> Scenario:
    """Funds that pay the next one, and the last one's residue goes to the Treasury."""
    names = [f"f{row}" for row in range(count)]
    funds = {
        name: Fund(
            f"{title} {row}",
            inflow=Schedule(amounts={str(2022 + row): 3_000_000, "2025-12-31": 12_345}),
            pays=[
                Transfer.model_validate(
                    {"to": to, "on": "2022-07-01", "share": "1%", "every": "1 year"}
                )
                for to in names[row + 1 : row + 2]
            ],
            closes=Closing(on=date(2027, 3, 31), residue=(names[row + 1 :] or ["treasury"])[0]),
        )
        for row, name in enumerate(names)
    }
    return replace(scenario, funds=funds)


def shocked(scenario: Scenario) -> Scenario:
    home = scenario.geography_table.foundations[0].id
    lost = PanelLost(name=LONG, on=date(2024, 1, 1), until=date(2026, 1, 1), foundation=home)
    fall = MarketShock(name=MARKUP, on=date(2023, 1, 1), change=-0.3)
    return replace(scenario, shocks=[lost, fall])


def own(folder: Path, count: int, *, nation: str = "Nation", name: str = "Place") -> Scenario:
    """A geography of as many foundations, in as many nations."""
    header = "code,name,population,nation,foundation,need"
    lines = [
        f'A{r:03d},"{name} {r}",{r + 1}000,"{nation} {r % 20}",f{r:03d},{r}' for r in range(count)
    ]
    path = folder / "own.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return Scenario(load_geography(str(path)), geography=Needy("need"), years=12)


def queues(scenario: Scenario, *, never: int = 0) -> World:
    """Foundations that receive alike, and whose backlogs grow the faster the later they stand."""
    books: dict[tuple[str, str], Figures] = {}
    for row, each in enumerate(scenario.geography_table.foundations):
        years = np.arange(scenario.years)
        waiting = (1e5 * row * years**2).tolist()
        awarded = [0.0 if row < never else 1e6]
        books["main", each.id] = {
            "received": [2e6],
            "waiting": [1e5] if row < never else waiting,
            "awarded": awarded,
            "paid": [5e5],
            "promised": [2e5],
            "foundation_fees": [1e4],
        }
    areas = [1e6] * len(scenario.geography_table)
    return made(scenario, {"main": {**HELD, "fees": [1e6]}}, books, {"main": areas})


def futures(scenario: Scenario, figures: Figures) -> World:
    books = dict.fromkeys(scenario.funds, figures)
    return made(scenario, books, chances=[0.4, 0.9, 1.0, 1.2, 2.5])


CASES: dict[str, Case] = {
    "flows": ("money_flow", lambda three, _, __: world(three)),
    "flows of the districts": ("money_flow", lambda _, uk, __: queues(replace(uk, years=3))),
    "flows of two funds": (
        "money_flow",
        lambda _, uk, __: futures(several(replace(uk, years=3), 2, LONG), HELD),
    ),
    "flows of three funds": ("money_flow", lambda t, _, __: futures(several(t, 3), HELD)),
    "flows of many funds": ("money_flow", lambda t, _, __: futures(several(t, 9), HELD)),
    "flows of many nations": ("money_flow", lambda _, __, folder: queues(own(folder, 40))),
    "flows of odd names": (
        "money_flow",
        lambda _, __, folder: queues(
            replace(own(folder, 4, nation=LONG), funds={"main": Fund(f"{MARKUP} {LONG}")})
        ),
    ),
    "flows of pence": (
        "money_flow",
        lambda t, _, __: made(replace(t, years=1), {"main": {"arrived": [0.03], "fees": [0.01]}}),
    ),
    "a pipeline": ("pipeline", lambda t, _, __: futures(t, QUEUED)),
    "a pipeline of one year": ("pipeline", lambda t, _, __: futures(replace(t, years=1), QUEUED)),
    "a pipeline without queues": (
        "pipeline",
        lambda t, _, __: futures(t, {**QUEUED, "waiting": [0], "awarded": [85e6], "paid": [85e6]}),
    ),
    "a pipeline of a certain future": ("pipeline", lambda t, _, __: made(t, {"main": QUEUED})),
    "a pipeline of two centuries": (
        "pipeline",
        lambda t, _, __: futures(replace(t, years=200), QUEUED),
    ),
    "backlogs": ("backlog", lambda _, uk, __: queues(replace(uk, years=50), never=3)),
    "backlogs of one year": ("backlog", lambda _, uk, __: queues(replace(uk, years=1), never=1)),
    "backlogs of two centuries": ("backlog", lambda _, uk, __: queues(replace(uk, years=200))),
    "very many backlogs": ("backlog", lambda _, __, folder: queues(own(folder, DRAWN + 10))),
    "the backlog of one": ("backlog", lambda three, _, __: world(three)),
    "one fund": ("funds", lambda three, _, __: world(three)),
    "two funds": ("funds", lambda t, _, __: futures(several(t, 2, LONG), HELD)),
    "many funds": ("funds", lambda t, _, __: futures(several(t, 9), HELD)),
    "funds of one year": ("funds", lambda t, _, __: futures(several(replace(t, years=1), 2), HELD)),
    "a fund that spends in one year": (
        "funds",
        lambda t, _, __: futures(t, {"spending": [0, 5e6, 0], "closing_capital": [6e6, 1e6, 0]}),
    ),
    "dates": ("timeline", lambda three, _, __: world(three)),
    "dates of two funds": ("timeline", lambda t, _, __: world(shocked(several(t, 2)))),
    "dates of many funds": ("timeline", lambda t, _, __: world(several(t, 9, MARKUP + LONG))),
    "dates of one year": (
        "timeline",
        lambda t, _, __: world(shocked(several(replace(t, years=1), 2))),
    ),
    "dates of two centuries": (
        "timeline",
        lambda t, _, __: world(replace(shocked(several(t, 1)), years=200)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_no_text_is_cut_off_or_on_top_of_another(
    name: str, three: Scenario, uk: Scenario, tmp_path: Path
) -> None:
    chart, case = CASES[name]
    figure = drawn(chart, case(three, uk, tmp_path))
    assert cut_off(figure) == []
    assert touching(figure) == []


@pytest.mark.parametrize("years", [1, 2, 50, 200])
@pytest.mark.parametrize("spread", [0.0, 1.0])
def test_a_foundation_of_any_years_is_drawn_clearly(
    three: Scenario, years: int, spread: float
) -> None:
    figure = drawn(
        "foundation", world(replace(three, years=years), spread=spread), foundation="all"
    )
    assert cut_off(figure) == []
    assert touching(figure) == []


def test_a_foundation_of_an_odd_name_is_drawn_clearly(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(f'code,name,population,foundation\nA,a,1,"{LONG} {"x" * 200}"\n', "utf-8")
    scenario = Scenario(load_geography(str(path)))
    name = scenario.geography_table.foundations[0].id
    figure = drawn("foundation", world(scenario), foundation=name)
    assert cut_off(figure) == []
    assert touching(figure) == []


# What is seen


def test_every_stop_of_the_flow_is_named_with_its_money(three: Scenario) -> None:
    shown = said(drawn("money_flow", world(three)))
    assert {"Dormant assets", "The Fund", "All areas", "Managers’ fees"} <= set(shown)
    assert {"£2bn", "£200m", "£1bn"} <= set(shown)


def bands(world: World) -> list[float]:
    """How high the bands of a flow are where they begin, in millimetres, ascending."""
    from matplotlib.patches import PathPatch

    figure = drawn("money_flow", world)
    high = figure.get_figheight() * 25.4
    found = [patch for patch in figure.findobj(PathPatch) if patch.get_zorder() == 0.5]
    corners = [np.asarray(patch.get_path().vertices, np.float64) for patch in found]
    return sorted(float(places[0][1] - places[-2][1]) * high for places in corners)


def test_bands_are_as_wide_as_their_money_and_none_is_lost(uk: Scenario) -> None:
    source = queues(replace(uk, years=3))
    flows = sorted(float(row[2]) for row in CHARTS["money_flow"].table(source).rows())
    found = bands(source)
    assert len(found) == len(flows)
    assert min(found) >= 0.24
    wide = [pounds for pounds in flows if pounds > 0.02 * flows[-1]]
    scale = found[-1] / flows[-1]
    assert found[-len(wide) :] == pytest.approx([pounds * scale for pounds in wide], rel=1e-6)


def test_the_pipeline_names_its_gaps(three: Scenario) -> None:
    shown = said(drawn("pipeline", futures(three, QUEUED)))
    assert {"allocated", "awarded", "paid", "waiting", "promised", "foundations’ costs"} <= set(
        shown
    )


def test_a_pipeline_without_queues_has_no_gaps_to_name(three: Scenario) -> None:
    at_once = {"allocated": [9e7], "received": [9e7], "awarded": [9e7], "paid": [9e7]}
    shown = said(drawn("pipeline", futures(three, at_once)))
    assert not {"waiting", "promised", "foundations’ costs"} & set(shown)
    assert shown.count("nothing") == 3


def test_the_backlog_sets_apart_those_that_never_award(uk: Scenario) -> None:
    figure = drawn("backlog", queues(replace(uk, years=5), never=2))
    shown = said(figure)
    assert "Never award, though money waits" in shown
    assert shown.count("no awards") == 3  # two figures and the key
    names = [text.split(" @")[0] for text in texts(figure)]
    assert {"Berkshire CF", "Bedfordshire & Luton CF"} <= set(names)


def test_all_47_backlogs_have_their_row(uk: Scenario) -> None:
    shown = said(drawn("backlog", queues(replace(uk, years=5))))
    named = [
        each.name.replace("Community Foundation", "CF") for each in uk.geography_table.foundations
    ]
    assert len(set(named)) == 47
    assert [name for name in named if name not in shown] == []


def test_of_very_many_backlogs_the_longest_are_drawn_and_it_is_said(tmp_path: Path) -> None:
    shown = said(drawn("backlog", queues(own(tmp_path, DRAWN + 10))))
    assert "f069" in shown
    assert "f000" not in shown
    assert "all 70 are in the CSV." in " ".join(shown)


def test_the_timeline_joins_a_residue_to_who_receives_it(three: Scenario) -> None:
    shown = said(drawn("timeline", world(several(three, 2))))
    assert "Receives from: Fund 0" in shown
    assert "Closes; what is left goes to: The Treasury" in shown


def test_amounts_side_by_side_are_all_written(three: Scenario) -> None:
    tranches = Schedule(amounts={str(year): 400_000_000 for year in range(2021, 2026)})
    fund = Fund(opening=0, inflow=tranches)
    shown = said(drawn("timeline", world(replace(three, funds={"main": fund}, years=8))))
    assert shown.count("£400m") == 5
