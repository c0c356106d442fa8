"""The command line: `callcenter run`, `compare`, `erlang`, `check`, `new`.

Only what is needed to print a help page is loaded here; commands load their rooms when they run.
Exit codes: 0 done, 2 wrong input, 1 anything else foreseen, 130 interrupted.
"""

import os
import sys
from typing import Final, NoReturn

import typer

from api.cli.check import check
from api.cli.compare import compare
from api.cli.erlang import erlang
from api.cli.new import new
from api.cli.run import run
from callcenter.errors import CallCenterError, InputError, NotAvailableError

WRONG_INPUT: Final = 2
INTERRUPTED: Final = 130

app = typer.Typer(
    name="callcenter",
    help="Simulate a call centre, measure it, plan it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (run, compare, erlang, check, new):
    app.command()(command)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run one command and leave with its exit code; nothing a person wrote ends in a traceback."""
    try:
        code = app(arguments, standalone_mode=False)
    except typer.Abort:
        code = _say("interrupted; nothing half-written is left", code=INTERRUPTED)
    except KeyboardInterrupt:
        code = _say("interrupted; nothing half-written is left", code=INTERRUPTED)
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough. Python would complain once more when it closes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except typer.Exit as left:
        code = left.exit_code
    except (InputError, NotAvailableError) as error:
        code = _say(str(error), code=WRONG_INPUT)
    except CallCenterError as error:
        code = _say(str(error), code=1)
    except OSError as error:
        code = _say(
            f"cannot write or read {error.filename or ''}: {error.strerror}", code=WRONG_INPUT
        )
    except Exception as error:
        if not hasattr(error, "show") or not hasattr(error, "exit_code"):
            raise
        error.show()  # a wrong option, in the words of the option parser
        code = int(error.exit_code)
    sys.exit(code or 0)


def _say(message: str, *, code: int) -> int:
    """Print a message in red where the terminal can, and return the exit code."""
    typer.secho(message, fg=typer.colors.RED, err=True)
    return code
