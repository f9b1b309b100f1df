"""Colours as others see them: without one kind of cone, or in grey; and how far two are apart.

The matrices are those of Machado, Oliveira and Fernandes, A Physiologically-based Model for
Simulation of Color Vision Deficiency, IEEE Transactions on Visualization and Computer Graphics 15,
2009, at severity 1; they take linear light of sRGB (IEC 61966-2-1). Grey keeps the luminance (WCAG
2.2). Lightness and distance are those of CIE 1976 L*a*b* under D65 (CIE 15, Colorimetry).
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from fundsim.money import Real

Kind = Literal["deuteranopia", "protanopia", "grey"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_LUMINANCE = (0.2126, 0.7152, 0.0722)

_SEEN: dict[Kind, tuple[tuple[float, float, float], ...]] = {
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "grey": (_LUMINANCE,) * 3,
}

_XYZ = (  # of linear sRGB, in parts of the white D65
    (0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505),
    _LUMINANCE,
    (0.0193 / 1.0890, 0.1192 / 1.0890, 0.9505 / 1.0890),
)


def as_seen(rgb: Real, kind: Kind) -> Real:
    """Show colours as those see them who lack a kind of cone, or who print in grey.

    `rgb` is `(..., 3)`, sRGB from 0 to 1, such as the pixels of a picture; so is the answer. What
    the model puts outside of sRGB is cut off at its edge.
    """
    return _written(np.clip(_mixed(linear(rgb), _SEEN[kind]), 0, 1))


def colour_as_seen(colour: str, kind: Kind) -> str:
    """Show one colour, as `#rrggbb`, as those see it who lack a kind of cone, or print in grey.

    >>> colour_as_seen("#ff0000", "deuteranopia"), colour_as_seen("#ff0000", "grey")
    ('#a39000', '#7f7f7f')
    """
    parts: NDArray[np.int64] = np.rint(as_seen(parts_of(colour), kind) * 255).astype(np.int64)
    return "#{:02x}{:02x}{:02x}".format(*parts.tolist())


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour, 0 for black to 1 for white (WCAG 2.2, sRGB).

    >>> round(luminance("#ffffff"), 3), round(luminance("#000000"), 3)
    (1.0, 0.0)
    """
    red, green, blue = (_light(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _light(part: float) -> float:
    near_black = 0.04045  # below it sRGB is a straight line (IEC 61966-2-1)
    return part / 12.92 if part <= near_black else float(((part + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Give how far two colours stand out from one another, 1 for not at all to 21 (WCAG 2.2).

    >>> round(contrast("#ffffff", "#000000"), 1)
    21.0
    """
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def parts_of(colour: str) -> Real:
    """Give the parts of red, green and blue of a colour as `#rrggbb`, from 0 to 1."""
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def linear(rgb: Real) -> Real:
    """Turn sRGB, from 0 to 1, into linear light."""
    near_black = 0.04045  # below it sRGB is a straight line
    return np.where(rgb <= near_black, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _written(light: Real) -> Real:
    near_black = 0.0031308
    return np.where(light <= near_black, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def _mixed(light: Real, matrix: tuple[tuple[float, float, float], ...]) -> Real:
    red, green, blue = light[..., 0], light[..., 1], light[..., 2]
    return np.stack([r * red + g * green + b * blue for r, g, b in matrix], axis=-1)


def lightness(colour: str, kind: Kind = "grey") -> float:
    """Give the CIE lightness L* of a colour, 0 for black to 100 for white; as printed, or seen so.

    >>> round(lightness("#ffffff")), round(lightness("#777777"), 1), lightness("#000000")
    (100, 50.0, 0.0)
    """
    return _lab(colour, kind)[0]


def apart(one: str, other: str, kind: Kind) -> float:
    """Give how far apart two colours are for those who see them so: the CIE 1976 difference.

    >>> round(apart("#ffffff", "#000000", "protanopia")), apart("#0000ff", "#0000ff", "grey")
    (100, 0.0)
    """
    pairs = zip(_lab(one, kind), _lab(other, kind), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def _lab(colour: str, kind: Kind) -> tuple[float, float, float]:
    light = np.clip(_mixed(linear(parts_of(colour)), _SEEN[kind]), 0, 1)
    x, y, z = (_bent(part) for part in _mixed(light, _XYZ).tolist())
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _bent(part: float) -> float:
    edge = 6 / 29
    return float(part ** (1 / 3)) if part > edge**3 else part / (3 * edge**2) + 4 / 29
