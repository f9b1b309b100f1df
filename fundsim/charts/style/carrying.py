"""A look inside the record of a picture, and out of it again: the file alone makes the picture."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from fundsim.charts.style.current import PLAIN, Look
from fundsim.charts.style.faces import files_of
from fundsim.charts.style.logo import refuse_unfit, refuse_wide
from fundsim.charts.style.model import Style
from fundsim.charts.style.reading import unfit
from fundsim.errors import RunError

LONG = 76  # characters of a line


def told(look: Look) -> dict[str, Any]:
    """Say in plain values which look a picture is drawn in; nothing where it is ours."""
    if look.style == PLAIN.style:
        return {}
    style = look.style.model_dump(mode="json")
    text = b64encode(look.logo).decode("ascii")
    logo = {"logo": [text[at : at + LONG] for at in range(0, len(text), LONG)]} if text else {}
    return {"style": {"keys": style, "typeface": files_of(look.style.fonts.family), **logo}}


def look_in(record: Mapping[str, Any], path: Path) -> Look:
    """Find the look that a file was drawn in; one that cannot be drawn in here is a RunError."""
    if "style" not in record:
        return PLAIN
    try:
        return _read(record["style"])
    except ValueError as error:
        message = f"{path} cannot be drawn again here: {error}"
        raise RunError(message) from error


def _read(found: Any) -> Look:  # noqa: ANN401 - somebody may have altered it into anything
    try:
        style = Style.model_validate(found["keys"])
        logo = b64decode("".join(found.get("logo", [])), validate=True)
    except (ValidationError, LookupError, TypeError, AttributeError, ValueError) as error:
        message = f"its house style is damaged ({type(error).__name__})"
        raise ValueError(message) from error
    for key, message in unfit(style):
        raise ValueError(f"its house style: {'.'.join(map(str, key))}: {message}")
    if (style.logo is None) == bool(logo):
        message = "its house style is damaged (a logo is missing, or one too many)"
        raise ValueError(message)
    if style.logo is not None:
        refuse_unfit(logo, style.logo.file)
        refuse_wide(style.logo, logo, style.sizes)
    return Look(style, logo)


def other_faces(record: Mapping[str, Any], path: Path) -> Iterator[str]:
    """Say that the typeface here is another version than the one a picture was drawn in."""
    if "style" in record:
        family = record["style"]["keys"]["fonts"]["family"]
        if record["style"].get("typeface") != files_of(family):
            yield f"{path.name}: the typeface {family} here is not the version it was drawn in"
