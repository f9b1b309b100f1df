"""The commands that take a finished run or comparison: chart, verify, reproduce."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from fundsim.cli import options
from fundsim.cli.compared import asked_of
from fundsim.cli.progress import progress_bar

if TYPE_CHECKING:
    from fundsim.charts import Outlines
    from fundsim.charts.rendering import Format
    from fundsim.results.folder import Run

    Draw = Callable[[str, Path, tuple[Format, ...]], list[Path]]


@click.command()
@click.argument("folder", metavar="RUN | COMPARISON", type=click.Path(path_type=Path))
@click.argument("names", nargs=-1, metavar="[NAME]...")
@options.fund
@options.foundation
@options.basis
@click.option(
    "--measures",
    metavar="NAME,NAME",
    help="Of a comparison: what the chart pareto sets against each other (fundsim list measures).",
)
@click.option(
    "--boundaries",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Of a run: a GeoJSON file of outlines, for areas_map and areas_tile_map.",
)
@click.option(
    "--boundaries-key",
    metavar="NAME",
    help="Its property that holds the codes of the areas, where that is not plain.",
)
@options.picture_format
@options.language
@options.style
@options.out
@options.quiet
@options.debug
def chart(
    folder: Path,
    names: tuple[str, ...],
    fund: str | None,
    foundation: str | None,
    measures: str | None,
    boundaries: Path | None,
    boundaries_key: str | None,
    forms: tuple[Format, ...],
    language: str,
    out: Path | None,
    *,
    real: bool,
    quiet: bool,
) -> None:
    """Draw charts of a finished run or comparison, each with its data as CSV beside it.

    Without names, all of them (fundsim list charts). Of a run: one that has nothing to show for all
    funds together for each that it does show, and the one of a single foundation only where
    --foundation says of which. Of a comparison: one that shows a single rule for each of them.
    """
    from fundsim.comparison.folder import is_comparison

    _refuse_answers(folder, "draws its charts beside its tables")
    if is_comparison(folder):
        _refuse_options(("boundaries", "boundaries_key"), "a comparison has no map of outlines")
        _refuse_options(("fund", "foundation", "real"), "a comparison shows what it was made of")
        draw, chosen = _of_comparison(folder, names, measures, language)
    else:
        _refuse_options(("measures",), "only comparisons have a chart of two measures")
        on = boundaries, boundaries_key
        draw, chosen = _of_run(folder, names, fund, foundation, on, language, real=real)
    _draw(chosen, draw, out or folder / "charts", forms, named=bool(names), quiet=quiet)


def _refuse_answers(folder: Path, does: str) -> None:
    """Refuse the answer to another question than which rule is better."""
    from fundsim.comparison.folder import KIND, kind_of
    from fundsim.errors import RunError

    kind = kind_of(folder)
    if kind not in ("", KIND):
        message = f"{folder} is an answer of fundsim {kind}, which {does}; use that command"
        raise RunError(message)


def _refuse_options(names: tuple[str, ...], why: str) -> None:
    """Refuse options that mean nothing for this folder, where one is given."""
    context = click.get_current_context()
    for name in names:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            option = "--real/--nominal" if name == "real" else f"--{name.replace('_', '-')}"
            raise click.BadParameter(f"{why}; leave it out", param_hint=option)


def _draw(
    names: Sequence[str],
    draw: Draw,
    place: Path,
    forms: tuple[Format, ...],
    *,
    named: bool,
    quiet: bool,
) -> None:
    """Draw charts one by one; one that shows nothing is an error only where it was named."""
    from fundsim.charts import NotShown

    for name in names:
        try:
            made = draw(name, place, forms or ("svg", "png"))
        except NotShown as reason:
            if named:
                raise
            made = []
            click.echo(str(reason), err=True)
        if made and not quiet:
            click.echo("\n".join(map(str, made)))


def _of_run(
    folder: Path,
    names: tuple[str, ...],
    fund: str | None,
    foundation: str | None,
    on: tuple[Path | None, str | None],
    language: str,
    *,
    real: bool,
) -> tuple[Draw, Sequence[str]]:
    """Say how charts of a run are drawn, and which."""
    from fundsim.charts import drawn, save, save_each
    from fundsim.charts.comparing import COMPARISON_CHARTS
    from fundsim.metrics.series import Basis
    from fundsim.results.folder import open_run
    from fundsim.results.verifying import altered

    run = open_run(folder)
    _refuse_altered(folder, next(altered(run), None), "runs")
    _refuse_others(names, COMPARISON_CHARTS, "comparisons", f"{folder} is a run")
    outlines = _outlines(run, names, *on)
    basis: Basis = "real" if real else "nominal"
    how = save if names else save_each

    def draw(name: str, place: Path, forms: tuple[Format, ...]) -> list[Path]:
        return how(
            name,
            run,
            place,
            formats=forms,
            fund=fund,
            basis=basis,
            foundation=foundation,
            outlines=outlines,
            language=language,
        )

    told = {"foundation": foundation is not None, "boundaries": outlines is not None}
    return draw, names or drawn(**told)


def _outlines(
    run: Run, names: Sequence[str], path: Path | None, key: str | None
) -> Outlines | None:
    """Read the outlines of a run's areas, where a file of them is given."""
    from fundsim.charts import CHARTS, read_outlines

    if path is None:
        if key is not None:
            message = "it names a property of a file; give that with --boundaries FILE too"
            raise click.BadParameter(message, param_hint="--boundaries-key")
        return None
    asking = [name for name, entry in CHARTS.items() if entry.within]
    if names and not set(names) & set(asking):
        message = f"only {' and '.join(asking)} are drawn on outlines; name one, or leave it out"
        raise click.BadParameter(message, param_hint="--boundaries")
    return read_outlines(path, run.scenario.geography_table.codes, key)


def _of_comparison(
    folder: Path, names: tuple[str, ...], measures: str | None, language: str
) -> tuple[Draw, Sequence[str]]:
    """Say how charts of a comparison are drawn, and which."""
    from fundsim.charts import CHARTS
    from fundsim.charts.comparing import COMPARISON_UNASKED, Asked, save_comparison_each
    from fundsim.comparison.folder import Saved, altered

    found = Saved(folder)
    _refuse_altered(folder, next(altered(found), None), "comparisons")
    _refuse_others(names, CHARTS, "runs", f"{folder} is a comparison")
    asked = asked_of(found) if measures is None else Asked(measures=_two(measures))

    def draw(name: str, place: Path, forms: tuple[Format, ...]) -> list[Path]:
        return save_comparison_each(
            name, found, place, formats=forms, asked=asked, language=language
        )

    return draw, names or COMPARISON_UNASKED


def _two(measures: str) -> tuple[str, str]:
    match [name.strip() for name in measures.split(",")]:
        case [across, up] if across and up:
            return across, up
    message = f'found "{measures}", expected two measures with a comma between them'
    raise click.BadParameter(message, param_hint="--measures")


def _refuse_altered(folder: Path, wrong: str | None, of: str) -> None:
    from fundsim.errors import RunError

    if wrong is not None:
        message = f"{folder} does not verify ({wrong}); charts are drawn of whole {of} only"
        raise RunError(message)


def _refuse_others(names: Sequence[str], others: Collection[str], of: str, this: str) -> None:
    """Refuse charts that are drawn of the other kind of folder."""
    from fundsim.errors import RunError

    for name in names:
        if name in others:
            made = "fundsim compare" if of == "comparisons" else "fundsim run"
            message = f"{name} is a chart of {of}, which {made} makes, and {this}"
            raise RunError(message)


@click.command()
@options.run_argument
@options.quiet
@options.debug
def verify(folder: Path, *, quiet: bool) -> None:
    """Check that a run folder is whole and unaltered, and that its books balance; or one chart.

    Hashes, fingerprint, the fund tables made again from the Parquet file, and all identities;
    nothing is simulated. Of a comparison, hashes and fingerprints; of a study, every table made
    again of its pieces; of another answer, hashes. Of one SVG, PNG, PDF or CSV of a chart, whether
    it is what was drawn. The answer is no (exit 1) where anything differs.
    """
    from fundsim.comparison.folder import Saved, altered, altered_files, is_comparison, kind_of
    from fundsim.results.folder import open_run
    from fundsim.results.verifying import differences
    from fundsim.studies.folder import is_study

    if folder.is_file():
        _verify_file(folder, quiet=quiet)
        return
    if is_study(folder):
        _verify_study(folder, quiet=quiet)
        return
    if is_comparison(folder):
        found = list(altered(Saved(folder)))
    elif kind_of(folder):
        found = list(altered_files(folder))
    else:
        found = list(differences(open_run(folder)))
    same = f"ok: {folder} is whole and unaltered (charts/ is not part of it)"
    _answer(found, same, quiet=quiet)


@click.command()
@options.run_argument
@options.workers
@options.quiet
@options.debug
def reproduce(folder: Path, workers: int, *, quiet: bool) -> None:
    """Make a run, a comparison or one chart again from itself alone, and say what differs.

    Of one SVG, PNG, PDF or CSV the scenario inside is simulated and the chart drawn again. The
    answer is no (exit 1) where anything differs; of tables of a run, by how many pence.
    """
    from fundsim import reproducing
    from fundsim.comparison.folder import is_comparison
    from fundsim.results.folder import open_run

    if folder.is_file():
        _draw_again(folder, workers, quiet=quiet)
        return
    _refuse_answers(folder, "makes it again in a moment")
    if is_comparison(folder):
        _compare_again(folder, workers, quiet=quiet)
        return
    run = open_run(folder)
    with progress_bar(run.manifest["paths"], quiet=quiet) as progress:
        found = reproducing.reproduce(run, workers=workers, progress=progress)
    same = f"ok: {folder} was made again, the same in every table"
    _answer(found, same, quiet=quiet)


def _verify_study(folder: Path, *, quiet: bool) -> None:
    from fundsim.studies import planned
    from fundsim.studies.folder import open_study
    from fundsim.studies.verifying import differences, looked_at

    found = list(differences(planned(open_study(folder)), folder))
    said = "" if found else looked_at(folder)
    same = f"ok: {folder} is whole and unaltered: {said} (charts/ is not part of it)"
    _answer(found, same, quiet=quiet)


def _verify_file(path: Path, *, quiet: bool) -> None:
    from fundsim import __version__
    from fundsim.redrawing import open_drawn, verify_drawn

    drawn = open_drawn(path)
    found = list(verify_drawn(drawn))
    said = "" if drawn.version == __version__ else f" by fundsim {drawn.version}"
    _answer(found, f"ok: {path} is as it was drawn{said} ({drawn.about})", quiet=quiet)
    if said:
        note = f"this is fundsim {__version__}: whether its scenario fits was not looked at"
        click.echo(note, err=True)


def _draw_again(path: Path, workers: int, *, quiet: bool) -> None:
    from fundsim.redrawing import open_drawn, reproduce_drawn

    drawn = open_drawn(path)
    with progress_bar(drawn.paths, quiet=quiet) as progress:
        found = reproduce_drawn(drawn, workers=workers, progress=progress)
    same = f"ok: {path} was drawn again, the same in every byte ({drawn.about})"
    _answer(found, same, quiet=quiet)


def _compare_again(folder: Path, workers: int, *, quiet: bool) -> None:
    from fundsim.comparison.folder import Saved
    from fundsim.comparison.running import answered, differences

    saved = Saved(folder)
    paths = sum(future.first.paths for future in saved.inquiry.futures)
    with progress_bar(paths, quiet=quiet) as progress:
        made = answered(saved.inquiry, workers=workers, progress=progress)
    same = f"ok: {folder} was made again, the same in every table"
    _answer(list(differences(saved, made)), same, quiet=quiet)


def _answer(differences: list[str], same: str, *, quiet: bool) -> None:
    """Print what differs and exit 1, or say that nothing does."""
    if differences:
        click.echo("\n".join(differences))
        sys.exit(1)
    if not quiet:
        click.echo(same)
