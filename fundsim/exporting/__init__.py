"""Exports: a run's tables in files that other programs read, and archives that make it again."""

from fundsim.exporting.catalogue import FORMATS, Format, export, find

__all__ = ["FORMATS", "Format", "export", "find"]
