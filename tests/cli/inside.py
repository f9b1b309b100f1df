"""The command called within this process: it answers the same, and no other Python starts."""

from __future__ import annotations

import signal
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from subprocess import CompletedProcess
from unittest.mock import patch

from fundsim.cli import main
from fundsim.cli.entry import fundsim

HEARD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def called(*words: str, cwd: Path) -> CompletedProcess[str]:
    """Call `fundsim` with these words in a folder, as `subprocess.run` would."""
    out, err, before = StringIO(), StringIO(), [signal.getsignal(each) for each in HEARD]
    code: object = None
    for command in fundsim.commands.values():
        command._help_option = None  # which click remembers of whoever asked first
    try:
        with (
            chdir(cwd),
            redirect_stdout(out),
            redirect_stderr(err),
            patch.object(sys, "argv", ["fundsim", *words]),
        ):
            main()
    except SystemExit as ended:
        code = ended.code
    finally:
        for each, handler in zip(HEARD, before, strict=True):
            signal.signal(each, handler)
    assert isinstance(code, int)
    return CompletedProcess(words, code, out.getvalue(), err.getvalue())
