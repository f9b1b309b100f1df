"""One self-contained document of finished runs: HTML that needs no network and no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fundsim.charts.source import Basis
from fundsim.comparison.folder import Saved
from fundsim.report.drivers import Drivers
from fundsim.report.figures import Picture
from fundsim.report.parts import Grid
from fundsim.report.rendering import rendered
from fundsim.report.told import Told, attachment, told_comparison, told_run, toml_of, unverified
from fundsim.results.folder import Run
from fundsim.wording import counted

DRIVERS = "drivers"
CONTENTS = (
    ("asked", "What was asked"),
    ("answer", "The answer"),
    (DRIVERS, "What drives the answer"),
    ("pictures", "Pictures"),
    ("assumptions", "Every assumption, with its source"),
    ("figures", "List of figures"),
    ("again", "How to make it again"),
)
MOST = 400  # rows of a table behind a picture that are written out


def report(
    runs: Sequence[Run | Saved],
    *,
    basis: Basis = "real",
    studies: Sequence[Drivers] = (),
    paged: bool = False,
) -> str:
    """Write finished runs and comparisons as one HTML document; the same ones give the same text.

    Of `studies`, what moves the answer is told with the run of the scenario that they vary.

    A comparison is told in the pounds that it was made in, a run in those of `basis`. What is
    `paged`, to become a PDF, has no tables behind pictures and attaches its scenarios.
    """
    told: list[Told] = []
    for run in runs:
        begin = 1 + sum(len(one.pictures) for one in told)
        anchor = f"run-{len(told) + 1}-" if told else ""
        one = (
            told_comparison(run, begin, anchor=anchor)
            if isinstance(run, Saved)
            else told_run(run, basis, begin, anchor=anchor)
        )
        told.append(_driven(one, studies, begin + len(one.pictures)))
    return document_of(
        told, title=_title(runs), unverified=unverified([run.scenario for run in runs]), paged=paged
    )


def _driven(told: Told, studies: Sequence[Drivers], begin: int) -> Told:
    """Add what studies of a run's scenario say, their pictures numbered from `begin` on."""
    parts: list[Grid | str] = []
    drawn: list[Picture] = []
    for one in studies:
        if one.plan.loaded.scenario.name == told.name:
            parts += [f"{one.heading(told.fingerprint)}.", *one.parts()]
            drawn += one.pictures(begin + len(drawn))
    return replace(told, drivers=parts, pictures=[*told.pictures, *drawn])


def document_of(told: Sequence[Told], *, title: str, unverified: str, paged: bool = False) -> str:
    """Lay out what is told of runs, one after the other."""
    return rendered(
        "report.html",
        paged=paged,
        title=title,
        contents=_contents,
        runs=told,
        most=MOST,
        unverified=unverified,
    )


def _contents(told: Told) -> list[tuple[str, str]]:
    """List the sections of one run: what drives the answer is among them where a study says so."""
    return [(name, words) for name, words in CONTENTS if name != DRIVERS or told.drivers]


def attachments(runs: Sequence[Run | Saved]) -> dict[str, str]:
    """Give the scenario of each run as a document names it, to be attached to a PDF."""
    return {attachment(run.scenario.name, run.scenario.fingerprint): toml_of(run) for run in runs}


def _title(runs: Sequence[Run | Saved]) -> str:
    if len(runs) > 1:
        return f"{len(runs)} answers: {', '.join(one.scenario.name for one in runs)}"
    (one,) = runs
    if isinstance(one, Saved):
        kind = "rule" if one.fund else "scenario"
        return f"{one.scenario.title}: {counted(len(one.rules), kind)} compared"
    return one.scenario.title
