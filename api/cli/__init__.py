"""The command line: `run`, `compare`, `campaign`, `erlang`, `check`, `new`; `serve` and what it needs.

Nothing is loaded before `main` runs, so that who changes his mind in the first moment leaves quietly, too.
Exit codes: 0 done, 2 wrong input, 1 anything else foreseen, 130 interrupted.
"""

import os
import sys
from typing import Final, NoReturn

INTERRUPTED: Final = 130


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run one command and leave with its exit code; nothing a person wrote ends in a traceback."""
    try:
        from api.cli.commands import attempt

        code = attempt(arguments)
    except KeyboardInterrupt:
        code = INTERRUPTED
    if code == INTERRUPTED:
        sys.stderr.write("interrupted; nothing half-written is left\n")
        sys.stderr.flush()
        if arguments is None:
            # A thread may be deep in compiling or in a long replication; nobody needs what it makes.
            sys.stdout.flush()
            os._exit(code)
    sys.exit(code)
