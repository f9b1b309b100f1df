"""The command line: parse, call one function, print."""

from fundsim.cli.entry import main

__all__ = ["main"]
