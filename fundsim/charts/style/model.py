"""What a house style may say: every table, every key, what it means, and what stands unasked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from fundsim.rules.base import Setting

FAMILY = "DejaVu Sans"  # comes with matplotlib, so that no machine's fonts show
LABEL, SMALL = 9.0, 8.0  # points, of the type that drawings are laid out in
WIDTH = 160.0  # millimetres: the text of an A4 page; at half of it figures can still be read
LINES = 8  # rules in one picture, at most

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_FAMILY = re.compile(r"[^\W_][\w .-]{0,79}")


def _colour(text: str) -> str:
    if not _COLOUR.fullmatch(text.lower()):
        message = f'found "{text[:40]}", expected a colour as "#1a1a1a"'
        raise ValueError(message)
    return text.lower()


def _several(number: int) -> AfterValidator:
    def check(colours: list[str]) -> list[str]:
        if len(colours) != number:
            message = f"found {len(colours)} colours, expected {number}"
            raise ValueError(message)
        return colours

    return AfterValidator(check)


def _family(text: str) -> str:
    if not _FAMILY.fullmatch(text):
        message = (
            f'found "{text[:40]}", expected the name of one typeface as "{FAMILY}": letters, '
            "digits, blanks, dots and hyphens"
        )
        raise ValueError(message)
    return text


def _mark(text: str) -> str:
    if not text.isprintable() or any(mark.isdigit() for mark in text):
        message = "this is written beside digits, so it may hold no digit and no control character"
        raise ValueError(message)
    return text


Colour = Annotated[str, AfterValidator(_colour)]
Three = Annotated[list[Colour], _several(3)]
Five = Annotated[list[Colour], _several(5)]
Eight = Annotated[list[Colour], _several(LINES)]
Unit = Annotated[str, Field(max_length=12), AfterValidator(_mark)]


class Fonts(Setting):
    """The typeface of all text."""

    family: Annotated[str, AfterValidator(_family)] = Field(
        FAMILY, description="A typeface that is on this machine, by its name"
    )
    otherwise: Literal["sans-serif", "serif"] = Field(
        "sans-serif", description="What an SVG asks for where it is opened without that typeface"
    )


class Sizes(Setting):
    """How large the sheet is, in millimetres, and its text, in points."""

    title: float = Field(13.0, ge=9, le=30, description="The title, in points")
    about: float = Field(9.0, ge=6, le=18, description="The lines below the title, in points")
    label: float = Field(LABEL, ge=6, le=14, description="Figures in the drawing, in points")
    small: float = Field(SMALL, ge=5, le=13, description="Names in the drawing, in points")
    caption: float = Field(6.8, ge=5, le=12, description="The lines below it, in points")
    width: float = Field(WIDTH, ge=120, le=420, description="The sheet's width, in millimetres")


class Palette(Setting):
    """Every colour of a picture, and what it stands for."""

    paper: Colour = Field("#ffffff", description="The sheet")
    ink: Colour = Field("#1a1a1a", description="Text, axes")
    quiet: Colour = Field("#595959", description="Text of second rank")
    rule: Colour = Field("#e3e3e3", description="Lines that only guide the eye")
    grey: Colour = Field("#b5b5b5", description="Thin lines that mean something, of second rank")
    shade: Colour = Field("#f3f3f3", description="Areas that only guide the eye")
    outer: Colour = Field("#cddff3", description="Nine futures in ten")
    inner: Colour = Field("#81b0dd", description="Half of the futures")
    line: Colour = Field("#043f61", description="The middle future, and every point")
    classes: Five = Field(
        ["#e6eff9", "#a5c7ec", "#599ed7", "#1375ae", "#034d76"],
        description="Five shades, from little to much",
    )
    gains: Three = Field(
        ["#accff9", "#3591d6", "#1d547d"], description="Three shades, from a small gain to a large"
    )
    losses: Three = Field(
        ["#f8c194", "#c97825", "#764412"], description="Three shades, from a small loss to a large"
    )
    rules: Eight = Field(
        [
            *("#1a1a1a", "#1375ae", "#c97825", "#764412"),
            *("#599ed7", "#8c8c8c", "#1d547d", "#d98a3d"),
        ],
        description="Eight lines of rules that are compared; the first two are not dashed",
    )
    beaten: Colour = Field("#8c8c8c", description="The letter of a rule that another one beats")


class Logo(Setting):
    """A picture of the house's own on every sheet."""

    file: str = Field(min_length=1, description="A PNG, beside the file that names it")
    height: float = Field(9.0, ge=4, le=30, description="Its height on the sheet, in millimetres")
    place: Literal["top", "bottom"] = Field(
        "top", description="Right of the title, or right of the caption"
    )


class Numbers(Setting):
    """How figures are written in a picture and its words; tables stay as they are."""

    decimal: Literal[".", ","] = Field(".", description="Between pounds and pence")
    thousands: Literal[",", ".", " ", "’", ""] = Field(",", description="Between thousands")
    million: Unit = Field("m", description='Behind millions; " million" is written with its blank')
    billion: Unit = Field("bn", description="Behind thousands of millions")
    percent: Literal["%", " %"] = Field("%", description="Behind a share")


@dataclass(frozen=True)
class Measures:
    """Sizes in the drawing's own measure, in which rows and marks have fixed heights.

    On the sheet all of it is `scale` times as large, so that larger type has larger rows; `width`
    is the sheet's, in millimetres of the drawing, the others are points of it.
    """

    scale: float
    title: float
    about: float
    label: float
    small: float
    caption: float
    width: float


class Style(Setting):
    """A house style: fonts, sizes, palette, logo and numbers of every picture."""

    fonts: Fonts = Field(default_factory=Fonts, description="The typeface")
    sizes: Sizes = Field(default_factory=Sizes, description="The sheet and its text")
    palette: Palette = Field(default_factory=Palette, description="The colours")
    logo: Logo | None = Field(None, description="The house's own picture")
    numbers: Numbers = Field(default_factory=Numbers, description="How figures are written")

    @cached_property
    def measures(self) -> Measures:
        """The sizes as drawings take them."""
        asked = self.sizes
        scale = max(asked.label / LABEL, asked.small / SMALL)
        return Measures(
            scale,
            asked.title / scale,
            asked.about / scale,
            asked.label / scale,
            asked.small / scale,
            asked.caption / scale,
            asked.width / scale,
        )
