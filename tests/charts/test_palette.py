"""Whoever sees no colours, or prints in grey, can read every picture."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from fundsim.charts import palette
from fundsim.charts.seeing import contrast, luminance
from fundsim.money import Real
from tests.charts.plain import CLASSES, INK, INNER, LINE, OUTER, PAPER, QUIET

# Linear RGB as seen without one kind of cone; Machado, Oliveira and Fernandes, IEEE Transactions on
# Visualization and Computer Graphics 15, 2009, severity 1.0.
WITHOUT = {
    "red": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "green": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "blue": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
FAN = (PAPER, OUTER, INNER, LINE)


def linear(colour: str) -> Real:
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lightness(luminance: float) -> float:
    """CIE L*, 0 to 100."""
    return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance


def lightness_without(cone: str, colour: str) -> float:
    seen = np.clip(np.array(WITHOUT[cone]) @ linear(colour), 0, 1)
    return lightness(float(np.array([0.2126, 0.7152, 0.0722]) @ seen))


@pytest.mark.parametrize("colours", [FAN, CLASSES])
def test_neighbours_differ_clearly_in_grey(colours: tuple[str, ...]) -> None:
    grey = [lightness(luminance(colour)) for colour in colours]
    assert min(light - dark for light, dark in pairwise(grey)) > 11


@pytest.mark.parametrize("cone", WITHOUT)
@pytest.mark.parametrize("colours", [FAN, CLASSES])
def test_neighbours_differ_clearly_without_a_kind_of_cone(
    colours: tuple[str, ...], cone: str
) -> None:
    seen = [lightness_without(cone, colour) for colour in colours]
    assert min(light - dark for light, dark in pairwise(seen)) > 11


def test_classes_are_even_steps() -> None:
    steps = -np.diff([lightness(luminance(colour)) for colour in CLASSES])
    assert steps == pytest.approx(15.75, abs=1.0)


@pytest.mark.parametrize("colour", [*CLASSES, OUTER, INNER, LINE])
def test_text_on_a_colour_can_be_read(colour: str) -> None:
    assert contrast(palette.text_on(colour), colour) >= 4.5


@pytest.mark.parametrize("colour", [INK, QUIET, LINE])
def test_text_on_paper_can_be_read(colour: str) -> None:
    assert contrast(colour, PAPER) >= 7


def test_the_line_stands_out_from_both_bands() -> None:
    assert contrast(LINE, INNER) >= 4.5
    assert contrast(LINE, OUTER) >= 4.5


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_fewer_classes_are_further_apart(count: int) -> None:
    chosen = palette.classes(count)
    assert len(set(chosen)) == count
    assert [c for c in CLASSES if c in chosen] == list(chosen)
