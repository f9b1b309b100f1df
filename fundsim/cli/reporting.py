"""The command that makes a document of finished runs: report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundsim.cli import options

if TYPE_CHECKING:
    from fundsim.metrics.series import Basis
    from fundsim.report.document import Answer
    from fundsim.report.drivers import Drivers
    from fundsim.results.folder import Run


@click.command()
@click.argument(
    "folders",
    metavar="RUN | COMPARISON | STUDY...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
)
@click.option(
    "--paper",
    type=click.Choice(["board"]),
    help="board: two pages for a board, of one run.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "pdf"]),
    help="html, or pdf (needs WeasyPrint).  [default: pdf if --out ends in .pdf, else html]",
)
@click.option(
    "--study",
    "studies",
    multiple=True,
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="A finished study of a run's scenario: what drives the answer; may be repeated.",
)
@click.option(
    "--foundation",
    metavar="ID",
    help="What one run means for one foundation (fundsim list foundations).",
)
@options.basis
@options.style
@options.out
@options.quiet
@options.debug
def report(
    folders: tuple[Path, ...],
    paper: str | None,
    form: str | None,
    studies: tuple[Path, ...],
    foundation: str | None,
    out: Path | None,
    *,
    real: bool,
    quiet: bool,
) -> None:
    """Make one self-contained document of finished runs, comparisons and studies, HTML or PDF.

    What was asked, the answer and how sure it is, the charts with the tables behind them, every
    assumption with its source, what the model must not be used for, and how to make it again. It
    needs no network and no script, and prints to A4. A PDF is laid out as the print, tagged for
    those who cannot see it, and holds each scenario as an attachment. Without --out it stands
    beside the first run's folder, under its name.
    """
    from fundsim.charts.saving import file_name
    from fundsim.report.board import board_paper
    from fundsim.report.document import report as written
    from fundsim.report.foundation import foundation_paper, foundation_report

    runs, basis = [_opened(folder) for folder in folders], _basis(real=real)
    paged = _paged(form, out)
    if studies and (foundation is not None or paper):
        message = "what drives the answer stands in a whole report; leave it out here"
        raise click.BadParameter(message, param_hint="--study")
    if foundation is not None:
        one = _one_run(runs, folders, "--foundation", "a foundation's view")
        write = foundation_paper if paper else foundation_report
        document = write(one, foundation, basis=basis, paged=paged)
    elif paper:
        one = _one_run(runs, folders, "--paper", "a paper for a board")
        document = board_paper(one, basis=basis, paged=paged)
    else:
        _refuse_twice(folders)
        document = written(runs, basis=basis, studies=_drivers(studies, runs), paged=paged)
    whose = [file_name(foundation)] if foundation is not None else []
    name = "-".join(filter(None, [folders[0].resolve().name, *whose, paper]))
    place = out or folders[0].resolve().with_name(f"{name}.{'pdf' if paged else 'html'}")
    _saved(document, runs, place, paged=paged)
    if not quiet:
        click.echo(f"report  {place}")


def _refuse_twice(folders: Sequence[Path]) -> None:
    places = [folder.resolve() for folder in folders]
    for folder, place in zip(folders, places, strict=True):
        if places.count(place) > 1:
            message = f"{folder} is given twice; name each once"
            raise click.BadParameter(message)


def _paged(form: str | None, out: Path | None) -> bool:
    """Say whether a PDF is meant; a file whose name says otherwise than its form is refused."""
    ending = "" if out is None else out.suffix.lower()
    named = {".pdf": "pdf", ".html": "html", ".htm": "html"}.get(ending)
    if out is not None and ending and (named is None or form not in (None, named)):
        expected = f"a name that ends in .{form}" if form else "a name that ends in .html or .pdf"
        message = f'found "{out.name}", expected {expected}'
        raise click.BadParameter(message, param_hint="--out")
    return "pdf" in (form, named)


def _drivers(folders: Sequence[Path], runs: Sequence[Answer]) -> list[Drivers]:
    """Read studies; one that varies the scenario of no run here is refused."""
    from fundsim.report.drivers import Drivers

    found = [Drivers.of(folder) for folder in folders]
    names = [run.scenario.name for run in runs]
    for folder, one in zip(folders, found, strict=True):
        base = one.plan.loaded.scenario.name
        if base not in names:
            message = f"{folder} varies {base}, and this is a report of {', '.join(names)}"
            raise click.BadParameter(message, param_hint="--study")
    return found


def _one_run(runs: Sequence[Answer], folders: Sequence[Path], option: str, what: str) -> Run:
    """Give the only run; several folders, or a comparison, are the user's mistake."""
    from fundsim.results.folder import Run

    first, *others = runs
    if others or not isinstance(first, Run):
        found = f"{len(runs)} folders" if others else f"{folders[0]}, which is none"
        message = f"{what} is of one run, not of {found}"
        raise click.BadParameter(message, param_hint=option)
    return first


def _saved(document: str, runs: Sequence[Answer], place: Path, *, paged: bool) -> None:
    from fundsim.report.document import attachments
    from fundsim.report.paged import as_pdf
    from fundsim.report.saving import save

    save(as_pdf(document, attachments(runs)) if paged else document, place)


def _basis(*, real: bool) -> Basis:
    return "real" if real else "nominal"


def _opened(folder: Path) -> Answer:
    """Open a finished run, comparison or study; one that was altered is refused."""
    from fundsim.comparison.folder import Saved, altered, is_comparison
    from fundsim.errors import RunError
    from fundsim.report.studied import Studied
    from fundsim.results.folder import open_run
    from fundsim.results.verifying import altered as altered_run
    from fundsim.studies.folder import is_study

    if is_study(folder):
        return Studied.of(folder)
    found = Saved(folder) if is_comparison(folder) else open_run(folder)
    wrong = next(altered(found) if isinstance(found, Saved) else altered_run(found), None)
    if wrong is not None:
        message = f"{folder} does not verify ({wrong}); reports are made of what is whole only"
        raise RunError(message)
    return found
