"""A chart drawn again from what its file carries alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from fundsim import __version__
from fundsim.charts.comparing.chart import Asked
from fundsim.charts.comparing.saving import drawn_comparison
from fundsim.charts.language import language_asked
from fundsim.charts.record import COMPARISON, RUN, SOLVE, STUDY, sealed
from fundsim.charts.saving import drawn
from fundsim.charts.solving import drawn_curve
from fundsim.charts.studying.regrets import NAME as REGRETS
from fundsim.charts.studying.regrets import drawn_regrets
from fundsim.charts.studying.shares import NAME as SHARES
from fundsim.charts.studying.shares import drawn_shares
from fundsim.charts.studying.tornado import drawn_tornado
from fundsim.charts.style import drawn_in
from fundsim.charts.style.carrying import look_in, other_faces
from fundsim.comparison.folder import Saved, write
from fundsim.comparison.running import answered
from fundsim.engine.simulate import Progress, simulate
from fundsim.errors import RunError
from fundsim.redrawing.carried import Drawn, laid_out, one, question, readable, refuse_strangers
from fundsim.redrawing.differing import differences
from fundsim.redrawing.verifying import verify_drawn
from fundsim.solving.finding import solve
from fundsim.studies import load_study, planned
from fundsim.studies.answers.choosing import policies_of
from fundsim.studies.answers.indices import shares
from fundsim.studies.answers.tornado import tornadoes
from fundsim.studies.carrying import STUDY as STUDY_FILE
from fundsim.studies.pieces import FOLDER, Pieces
from fundsim.studies.running import carry_out

MOST = 10_000  # runs that somebody else's file may ask for


def reproduce_drawn(
    found: Drawn, *, workers: int = 1, progress: Progress | None = None
) -> list[str]:
    """Simulate a file's scenario again, draw its chart again, and say what differs.

    Nothing where each byte is the same. Of another version of fundsim: a RunError.
    """
    if found.version != __version__:
        message = (
            f"{found.path} was made by fundsim {found.version}, and this is {__version__}: "
            "use that version to make it again"
        )
        raise RunError(message)
    again = _AGAIN.get(found.record.get("kind", ""))
    if again is None:
        message = (
            f"{found.path} shows an answer of breadth or indices, and carries its scenario but "
            "not all that was asked: ask that command again, which takes a moment"
        )
        raise RunError(message)
    if boundaries := found.record["chart"].get("boundaries"):
        message = (
            f"{found.path} is drawn on the outlines of {boundaries}, which it does not carry: run "
            "its scenario, and draw it with fundsim chart RUN areas_map --boundaries FILE"
        )
        raise RunError(message)
    wrong = list(verify_drawn(found))
    if found.record.get("record") != sealed(found.record):
        message = f"{wrong[0]}; it cannot be made again from that: ask for the file as it was"
        raise RunError(message)
    with laid_out(found) as folder, drawn_in(look_in(found.record, found.path)):
        made = again(found, folder, workers, progress)
        apart = list(differences(found, made))
    return [*wrong, *apart, *(other_faces(found.record, found.path) if apart else ())]


def _run_again(
    found: Drawn, folder: Path, workers: int, progress: Progress | None
) -> dict[str, bytes]:
    results = simulate(one(found, folder), workers=workers, progress=progress)
    asked = found.record["chart"]
    return drawn(
        asked["name"],
        results,
        found.formats,
        fund=asked["fund"],
        basis=asked["basis"],
        foundation=asked.get("foundation"),
        language=language_asked(asked),
    )


def _compare_again(
    found: Drawn, folder: Path, workers: int, progress: Progress | None
) -> dict[str, bytes]:
    made = answered(question(found, folder), workers=workers, progress=progress)
    asked, anew = found.record["chart"], folder / "anew"
    anew.mkdir()
    write(made, anew, started=datetime.now(UTC))
    across, up = asked["measures"]
    told = Asked(rule=asked.get("rule"), measures=(across, up))
    spoken = language_asked(asked)
    return drawn_comparison(asked["name"], Saved(anew), found.formats, told, language=spoken)


def _solve_again(
    found: Drawn, folder: Path, workers: int, progress: Progress | None
) -> dict[str, bytes]:
    asked = found.record["asked"]
    made = solve(
        one(found, folder),
        asked["target"],
        fund=asked["fund"],
        key=asked["key"],
        low=asked["from"],
        high=asked["to"],
        within=asked["within"],
        workers=workers,
        progress=progress,
    )
    return drawn_curve(made, found.formats, language=language_asked(found.record["chart"]))


def _study_again(
    found: Drawn, folder: Path, workers: int, progress: Progress | None
) -> dict[str, bytes]:
    with readable(found, folder):
        plan = planned(load_study(folder / STUDY_FILE), MOST)
    for run in plan.runs:
        if run.scenario is not None:
            refuse_strangers(found, plan.scenario_of(run), folder)
    pieces = Pieces(folder / FOLDER)
    carry_out(plan, pieces, workers=workers, progress=progress)
    asked = found.record["chart"]
    spoken = language_asked(asked)
    if asked["name"] == REGRETS:
        policies = policies_of(plan, pieces)
        return drawn_regrets(policies, asked["measure"], found.formats, language=spoken)
    look = next(each for each in plan.looks if each.measure == asked["measure"])
    if asked["name"] == SHARES:
        (spread,) = (each for each in shares(plan, pieces) if each.look == look)
        return drawn_shares(plan, spread, found.formats, language=spoken)
    (made,) = (each for each in tornadoes(plan, pieces) if each.look == look)
    return drawn_tornado(plan, made, found.formats, language=spoken)


_AGAIN: Mapping[str, Callable[[Drawn, Path, int, Progress | None], dict[str, bytes]]] = {
    RUN: _run_again,
    COMPARISON: _compare_again,
    SOLVE: _solve_again,
    STUDY: _study_again,
}
