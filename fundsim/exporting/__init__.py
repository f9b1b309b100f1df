"""Exports: a finished run's tables in files that other programs read."""

from fundsim.exporting.catalogue import FORMATS, Format, export, find

__all__ = ["FORMATS", "Format", "export", "find"]
