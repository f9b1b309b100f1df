"""Pictures in files: each beside the table that it shows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fundsim.charts.beside import ENDING, metadata
from fundsim.charts.catalogue import find
from fundsim.charts.chart import Chart, Draw, NotShown
from fundsim.charts.embedding import put
from fundsim.charts.language import ENGLISH, known_language, speaking, spoken
from fundsim.charts.outlines import Outlines
from fundsim.charts.record import RUN, Record, record_of, seal
from fundsim.charts.rendering import FORMATS, Format, encode, settled
from fundsim.charts.source import Basis, Source, fund_of
from fundsim.charts.words import Words
from fundsim.errors import RunError, nearest
from fundsim.files import put_whole
from fundsim.memory import given_back
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST = 60  # characters of an id in the name of a file


def save(
    chart: str,
    source: Source,
    folder: Path,
    *,
    formats: Iterable[Format] = ("svg", "png"),
    fund: str | None = None,
    basis: Basis = "real",
    foundation: str | None = None,
    outlines: Outlines | None = None,
    language: str = ENGLISH,
) -> list[Path]:
    """Draw a chart of the catalogue and write it into a folder, its table as CSV beside it.

    Each file carries where it is from, the CSV's in a file of its own. They are named after the
    chart, after the foundation where it is of one, and after fund and basis where they are not the
    ones that it shows unasked, and after the language where it is not English, so that no picture
    takes the place of another. Each is written under a temporary name and put in its place whole;
    the same run gives the same bytes.

    RunError: no such chart, fund, format or language, or the folder cannot be written to. NotShown:
    the chart has nothing to show for this run.
    """
    made = drawn(
        chart,
        source,
        known_formats(formats),
        fund=fund,
        basis=basis,
        foundation=foundation,
        outlines=outlines,
        language=language,
    )
    return write_all(folder, made)


def drawn(
    chart: str,
    source: Source,
    formats: Iterable[Format],
    *,
    fund: str | None = None,
    basis: Basis = "real",
    foundation: str | None = None,
    outlines: Outlines | None = None,
    language: str = ENGLISH,
) -> dict[str, bytes]:
    """Draw a chart of the catalogue, and give the bytes of its files by their names."""
    entry = find(chart)
    within = outlines if entry.within else None
    if within and entry.within:
        entry = entry.within(within)
    table = entry.table(source, fund, basis, foundation)
    of_file = in_language(_stem(entry, source, fund, basis, foundation), language)
    asked = {"name": chart, "fund": fund_of(source, fund), "basis": basis, **of_file}
    if foundation is not None:
        asked["foundation"] = foundation
    if within is not None:
        asked["boundaries"] = within.label
    record = record_of(RUN, source.scenario, asked)
    with speaking(language):
        words = entry.words(table, source, fund, basis)
        return pictured(of_file["file"], entry.draw, table, words, formats, record=record)


def in_language(stem: str, language: str) -> dict[str, str]:
    """Name a picture's files, and say which language it is in; English goes without saying.

    No name of a fund or an id has a full stop, so that no other picture's name ends alike.

    >>> in_language("survival", "en"), in_language("survival", "cy")["file"]
    ({'file': 'survival'}, 'survival.cy')
    """
    if known_language(language) == ENGLISH:
        return {"file": stem}
    return {"file": f"{stem}.{language}", "language": language}


def pictured(
    stem: str,
    draw: Draw,
    table: Table,
    words: Words,
    formats: Iterable[Format],
    *,
    record: Record | None = None,
) -> dict[str, bytes]:
    """Draw a table, and give it and its pictures as files of one name, endings aside.

    With a record of where they are from, each picture carries it, and one stands beside the CSV.
    """
    content = "".join(table.csv()).encode("utf-8")
    files = {f"{stem}.csv": content}
    with settled(), given_back():
        figure = _marked(draw, table, words)
        for kind in formats:
            plain = encode(figure, kind, words)
            bound = plain if record is None else put(kind, plain, seal(record, content, plain))
            files[f"{stem}.{kind}"] = bound
        del figure
    if record is not None:
        name = f"{stem}.csv"
        files[f"{name}{ENDING}"] = metadata(table, words, content, name, record)
    return files


def _marked(draw: Draw, table: Table, words: Words) -> Figure:
    """Draw a table, and say in the caption what there is to be said of its language.

    A drawing may say more than its words, so that some of it may be found to be lacking only then.
    """
    before = spoken().marks
    figure = draw(table, replace(words, caption=(*words.caption, *before)))
    if spoken().marks == before:
        return figure
    return draw(table, replace(words, caption=(*words.caption, *spoken().marks)))


def write_all(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files into a folder, and list them; what stands beside a CSV goes without saying."""
    paths = [_write(folder / name, content) for name, content in files.items()]
    return [path for path in paths if not path.name.endswith(ENDING)]


def save_each(
    chart: str,
    source: Source,
    folder: Path,
    *,
    formats: Iterable[Format] = ("svg", "png"),
    fund: str | None = None,
    basis: Basis = "real",
    foundation: str | None = None,
    outlines: Outlines | None = None,
    language: str = ENGLISH,
) -> list[Path]:
    """Save a chart of all funds together, or of those single ones that it has something to show of.

    NotShown: it has nothing to show for all together, nor for any; or for the one that is named.
    """
    made: list[Path] = []

    def draw(each: str | None) -> list[Path]:
        return save(
            chart,
            source,
            folder,
            formats=formats,
            fund=each,
            basis=basis,
            foundation=foundation,
            outlines=outlines,
            language=language,
        )

    try:
        return draw(fund)
    except NotShown:
        funds = source.scenario.funds
        if fund is None and len(funds) > 1:
            for each in funds:
                with suppress(NotShown):
                    made += draw(each)
        if not made:
            raise
    return made


def known_formats(formats: Iterable[str]) -> list[Format]:
    """Check kinds of pictures; an unknown one is a RunError that names the nearest."""
    return [_known(kind) for kind in formats]


def _known(kind: str) -> Format:
    for known in FORMATS:
        if kind == known:
            return known
    there = ", ".join(FORMATS)
    message = f'no picture can be written as "{kind}"{nearest(kind, FORMATS)}; there are: {there}'
    raise RunError(message)


def _stem(
    chart: Chart, source: Source, fund: str | None, basis: Basis, foundation: str | None
) -> str:
    whose = [file_name(foundation)] if chart.of_one_foundation and foundation else []
    named = [] if fund_of(source, fund) == fund_of(source, None) else [fund_of(source, fund)]
    return "-".join([chart.name, *whose, *named, *([basis] if basis != chart.bases[0] else [])])


def file_name(identity: str) -> str:
    """Make a name for files of an id that a user's table may hold; other ids get other names.

    >>> file_name("heart-of-bucks"), file_name("../The Shires")
    ('heart-of-bucks', 'The-Shires-426ae3c0')
    """
    plain = _NOT_PLAIN.sub("-", identity)[:_LONGEST].strip("-")
    if plain == identity:
        return plain
    return f"{plain}-{hashlib.sha256(identity.encode()).hexdigest()[:8]}".lstrip("-")


def _write(path: Path, content: bytes) -> Path:
    try:
        return put_whole(path, content)
    except OSError as error:
        message = f"cannot write {path}: {error.strerror}; choose another folder or make room"
        raise RunError(message) from error
