"""Templates filled in: every document of fundsim names its version and the rights of its data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundsim import __version__
from fundsim.charts.style import PLAIN, Style, look_now
from fundsim.places import ATTRIBUTION

if TYPE_CHECKING:
    from jinja2 import Environment


def rendered(template: str, **parts: object) -> str:
    """Fill in a template; all that it is given is text, and never markup."""
    return (
        _environment()
        .get_template(template)
        .render(version=__version__, rights=ATTRIBUTION, house=_house(), **parts)
    )


def _house() -> Style | None:
    """Give the house style of now; its colours and typeface are checked to be no more than that."""
    style = look_now().style
    return None if style == PLAIN.style else style


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("fundsim.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
