"""Charts: a catalogue of pictures, each with the table it shows."""

from fundsim.charts.catalogue import CHARTS, UNASKED, drawn, find
from fundsim.charts.chart import Chart, NotShown
from fundsim.charts.outlines import Outlines, read_outlines
from fundsim.charts.rendering import FORMATS, Format
from fundsim.charts.saving import save, save_each
from fundsim.charts.source import Basis, Source

__all__ = [
    "CHARTS",
    "FORMATS",
    "UNASKED",
    "Basis",
    "Chart",
    "Format",
    "NotShown",
    "Outlines",
    "Source",
    "drawn",
    "find",
    "read_outlines",
    "save",
    "save_each",
]
