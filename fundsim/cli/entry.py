"""The way in: the group of commands, and what is said and answered when something fails.

Exit codes: 0 done; 1 it ran and the answer is no; 2 the input or the place is at fault; 3 a fault
of fundsim; 130 stopped by Ctrl-C, or asked to end.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import click

from fundsim import __version__
from fundsim.cli.allocating import allocate
from fundsim.cli.axioms import axioms
from fundsim.cli.best import best
from fundsim.cli.breadth import breadth
from fundsim.cli.commands import check, diff, new, schema, show
from fundsim.cli.comparing import compare
from fundsim.cli.dormant import dormant
from fundsim.cli.explain import explain
from fundsim.cli.exporting import export
from fundsim.cli.floors import floors
from fundsim.cli.folders import chart, reproduce, verify
from fundsim.cli.indices import indices
from fundsim.cli.listing import listing
from fundsim.cli.reporting import report
from fundsim.cli.running import run
from fundsim.cli.sensitivity import sensitivity
from fundsim.cli.solving import solve
from fundsim.cli.stopping import STOPPING
from fundsim.cli.studying import batch, merge
from fundsim.cli.validate import validate
from fundsim.errors import FundsimError, Overdrawn

INPUT, FAULT, STOPPED = 2, 3, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="fundsim")
def fundsim() -> None:
    """Simulate what an endowment of dormant assets pays for ever, to whom, and how sure that is.

    Start with:  fundsim run kruger-endowment
    """


for command in (
    *(run, check, show, diff, new, listing, chart, verify, reproduce, schema),
    *(allocate, compare, solve, best, floors, breadth, indices, axioms, explain, dormant),
    *(report, export, validate, batch, merge, sensitivity),
):
    fundsim.add_command(command)


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    debug = "--debug" in sys.argv[1:]
    STOPPING.listen()
    try:
        code = fundsim.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        code = _stopped()
    except BrokenPipeError:
        _silence_stdout()
        code = 0
    except Exception as error:
        if debug:
            raise
        code = _stopped() if STOPPING.asked else _explained(error)
    sys.exit(code if isinstance(code, int) else 0)


def _stopped() -> int:
    click.echo(f"stopped; {STOPPING.left}", err=True)
    return STOPPED


def _explained(error: Exception) -> int:
    """Say what went wrong in plain words, and give the exit code."""
    if isinstance(error, FundsimError) and not isinstance(error, Overdrawn):
        click.echo(str(error), err=True)
        return INPUT
    if isinstance(error, OSError) and not isinstance(error, Overdrawn):
        where = f"{error.filename}: " if error.filename else ""
        click.echo(
            f"{where}{error.strerror or error}; check the place, or choose another", err=True
        )
        return INPUT
    if isinstance(error, MemoryError):
        click.echo("not enough memory; ask for fewer paths, or fewer workers", err=True)
        return INPUT
    return _own_fault(error)


def _own_fault(error: Exception) -> int:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="fundsim-fault-", suffix=".txt", delete=False, encoding="utf-8"
    ) as report:
        report.write(f"fundsim {__version__}, Python {sys.version}\n{' '.join(sys.argv)}\n\n")
        report.writelines(traceback.format_exception(error))
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    click.echo(f"a fault of fundsim ({what}); the report is in {report.name}", err=True)
    return FAULT


def _silence_stdout() -> None:
    """Keep Python from complaining at exit that nobody reads its output any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
