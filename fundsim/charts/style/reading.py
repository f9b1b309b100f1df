"""From the file of a house style to a look that can be drawn in; every problem is told at once."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from pathlib import Path

from pydantic import ValidationError

from fundsim.charts.style import fitness
from fundsim.charts.style.current import Look
from fundsim.charts.style.faces import NoSuchFace, refuse_unfit
from fundsim.charts.style.logo import read_logo, refuse_wide
from fundsim.charts.style.model import WIDTH, Numbers, Style
from fundsim.errors import InputError, StyleError
from fundsim.scenario.keys import Key
from fundsim.scenario.origins import problems_in_order
from fundsim.scenario.problems import explain
from fundsim.scenario.reading import read_plain
from fundsim.scenario.shapes import Shape

MILLIONS = ("m", "mn", "mln", "mio", "million", "millions", "miliwn")
BILLIONS = ("b", "bn", "md", "mrd", "billion", "billions", "biliwn")
"""Marks that readers know, without a full stop; a thousand millions are a billion here."""


def read_style(path: Path) -> Look:
    """Read a house style; what is left out is as it is without one.

    StyleError: it is no TOML, has an unknown key or value, cannot be read by everyone, or names a
    typeface or logo that is not there; all problems at once, each with its place.
    """
    try:
        document = read_plain(path)
    except InputError as error:
        raise StyleError(error.problems) from None
    try:
        style = Style.model_validate(document.values)
    except ValidationError as error:
        found = explain(error.errors(), document, Shape(tables={"": Style}))
        raise StyleError(problems_in_order(found)) from None
    logo, wrong = logo_of(style, path.parent)
    found = [document.finding(key, message) for key, message in (*wrong, *unfit(style))]
    if found:
        raise StyleError(problems_in_order(found))
    return Look(style, logo)


def unfit(style: Style) -> Iterator[tuple[Key, str]]:
    """Say what of a style cannot be drawn here, or not be read by everyone."""
    try:
        refuse_unfit(style.fonts.family)
    except NoSuchFace as error:
        yield ("fonts", "family"), str(error)
    for key, message in fitness.faults(style.palette):
        yield ("palette", *key), message
    needed = WIDTH * style.measures.scale
    if style.sizes.width < needed:
        message = (
            f"found {style.sizes.width:g}, expected at least {ceil(needed)} for type of this size: "
            "names and figures stand side by side; widen the sheet, or take smaller labels"
        )
        yield ("sizes", "width"), message
    yield from _misread(style.numbers)


def _misread(numbers: Numbers) -> Iterator[tuple[Key, str]]:
    """Find marks by which figures would be read a thousand times too large, or too small."""
    if numbers.decimal == numbers.thousands:
        message = "found the same mark as between pounds and pence; take another"
        yield ("numbers", "thousands"), message
    for key, others in (("million", BILLIONS), ("billion", MILLIONS)):
        mark = getattr(numbers, key).strip().lower().rstrip(".")
        if not mark or mark in others:
            what = f'found "{getattr(numbers, key)}", which a reader takes for another size'
            yield ("numbers", key), f"{what}; expected a mark of {key}s"
    if numbers.million.strip() == numbers.billion.strip():
        yield ("numbers", "billion"), "found the same mark as for millions; take another"


def logo_of(style: Style, folder: Path) -> tuple[bytes, list[tuple[Key, str]]]:
    """Read a style's logo, or say what is wrong with it."""
    if style.logo is None:
        return b"", []
    try:
        content = read_logo(style.logo, folder)
    except ValueError as error:
        return b"", [(("logo", "file"), str(error))]
    try:
        refuse_wide(style.logo, content, style.sizes)
    except ValueError as error:
        return b"", [(("logo", "height"), str(error))]
    return content, []
