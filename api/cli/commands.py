"""All commands, and what comes of what goes wrong in them.

Only what is needed to print a help page is loaded here; commands load their rooms when they run.
"""

from typing import Final

import typer

from api.cli import INTERRUPTED
from api.cli.account import account
from api.cli.campaign import campaign
from api.cli.check import check
from api.cli.compare import compare
from api.cli.db import db
from api.cli.erlang import erlang
from api.cli.imports import imports
from api.cli.key import key
from api.cli.keys import keys
from api.cli.new import new
from api.cli.openapi import openapi
from api.cli.rebuild import rebuild
from api.cli.records import records
from api.cli.run import run
from api.cli.satisfaction import satisfaction
from api.cli.serve import serve
from api.cli.switch import switch
from api.cli.tell import tell
from api.cli.up import up
from callcenter.errors import CallCenterError, InputError, NotAvailableError

FAILED: Final = 1
WRONG_INPUT: Final = 2

app = typer.Typer(
    name="callcenter",
    help="Simulate a call centre, measure it, plan it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (run, compare, erlang, check, new, serve, switch, up, rebuild, openapi):
    app.command()(command)
for name, group in (
    ("db", db),
    ("account", account),
    ("key", key),
    ("keys", keys),
    ("records", records),
    ("import", imports),
    ("tell", tell),
    ("satisfaction", satisfaction),
    ("campaign", campaign),
):
    app.add_typer(group, name=name)


def attempt(arguments: list[str] | None) -> int:
    """Run one command; whatever was foreseen becomes a sentence and a code."""
    try:
        return int(app(arguments, standalone_mode=False) or 0)
    except typer.Abort:
        return INTERRUPTED
    except (InputError, NotAvailableError) as error:
        return _say(str(error), code=WRONG_INPUT)
    except CallCenterError as error:
        return _say(str(error), code=FAILED)
    except OSError as error:
        where = error.filename or "the file"
        return _say(f"cannot use {where}: {error.strerror}", code=WRONG_INPUT)
    except Exception as error:
        if not (hasattr(error, "show") and hasattr(error, "exit_code")):
            raise
        error.show()  # a wrong option, in the words of the option parser
        return int(error.exit_code)


def _say(message: str, *, code: int) -> int:
    """Print a message in red where the terminal can, and return the exit code."""
    typer.secho(message, fg=typer.colors.RED, err=True)
    return code
