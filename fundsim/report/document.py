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
from fundsim.report.studied import Studied, told_study
from fundsim.report.told import Told, attachment, told_comparison, told_run, toml_of, unverified
from fundsim.results.folder import Run
from fundsim.wording import counted

Answer = Run | Saved | Studied
"""What a report is made of: a run, a comparison, or a study."""

CONTENTS = (
    ("asked", "What was asked"),
    ("answer", "The answer"),
    ("drivers", "What drives the answer"),
    ("policies", "Which policy does well whatever comes"),
    ("pictures", "Pictures"),
    ("assumptions", "Every assumption, with its source"),
    ("figures", "List of figures"),
    ("again", "How to make it again"),
)
MOST = 400  # rows of a table behind a picture that are written out


def report(
    runs: Sequence[Answer],
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
        one = _told(run, basis, begin, anchor=anchor)
        told.append(_driven(one, studies, begin + len(one.pictures)))
    return document_of(
        told, title=_title(runs), unverified=unverified([run.scenario for run in runs]), paged=paged
    )


def _told(run: Answer, basis: Basis, begin: int, *, anchor: str) -> Told:
    if isinstance(run, Saved):
        return told_comparison(run, begin, anchor=anchor)
    if isinstance(run, Studied):
        return told_study(run, begin, anchor=anchor)
    return told_run(run, basis, begin, anchor=anchor)


def _driven(told: Told, studies: Sequence[Drivers], begin: int) -> Told:
    """Add what studies of a run's scenario say, their pictures numbered from `begin` on."""
    parts: list[Grid | str] = []
    drawn: list[Picture] = []
    for one in studies:
        if one.plan.loaded.scenario.name == told.name:
            parts += [f"{one.heading(told.fingerprint)}.", *one.parts()]
            drawn += one.pictures(begin + len(drawn))
    if not parts:
        return told
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
    """List the sections of one run, those left out that have nothing to say."""
    there = {**told.of_studies, "pictures": told.pictures, "figures": told.pictures}
    return [(name, words) for name, words in CONTENTS if there.get(name, True)]


def attachments(runs: Sequence[Answer]) -> dict[str, str]:
    """Give the scenario of each run as a document names it, to be attached to a PDF."""
    return {
        attachment(run.scenario.name, run.scenario.fingerprint): toml_of(run.folder) for run in runs
    }


def _called(run: Answer) -> str:
    return run.plan.loaded.study.name if isinstance(run, Studied) else run.scenario.name


def _title(runs: Sequence[Answer]) -> str:
    if len(runs) > 1:
        return f"{len(runs)} answers: {', '.join(map(_called, runs))}"
    (one,) = runs
    if isinstance(one, Saved):
        kind = "rule" if one.fund else "scenario"
        return f"{one.scenario.title}: {counted(len(one.rules), kind)} compared"
    return one.plan.loaded.study.title if isinstance(one, Studied) else one.scenario.title
