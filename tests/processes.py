"""The command line as a process of its own, watched line by line."""

import os
import re
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

ROOT: Final = Path(__file__).resolve().parent.parent
CATALOGUE: Final = ROOT / "configs" / "services.yaml"
# A runner in the background may have told its children to ignore interrupts.
_SCRIPT: Final = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from api.cli import main; main()"
)
PATIENCE: Final = 60


class Process:
    """A `callcenter` command in a folder of its own."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        self.heard = ""
        self.process = subprocess.Popen(
            [sys.executable, "-c", _SCRIPT, *arguments],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ
            | {"PYTHONPATH": str(ROOT), "CALLCENTER_CATALOGUE": str(CATALOGUE)}
            | environment,
        )

    def __enter__(self) -> Self:
        """Hand it out."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing running and nothing open."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate(timeout=PATIENCE)

    def until(self, pattern: str) -> str:
        """Read what it says on standard error until a line fits; return the group."""
        assert self.process.stderr is not None
        descriptor = self.process.stderr.fileno()
        while (found := re.search(f"{pattern}.*\n", self.heard)) is None:
            assert select.select([descriptor], [], [], PATIENCE)[0], self.heard
            piece = os.read(descriptor, 65_536)
            assert piece, self.heard
            self.heard += piece.decode()
        return found[1]

    def ended(self) -> tuple[int, str, str]:
        """Wait for its end; return code, output and all complaints."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out.decode(), self.heard + err.decode()


@contextmanager
def serving(folder: Path, *arguments: str, **environment: str) -> Iterator[tuple[Process, str]]:
    """Serve from a folder; give the process and its address."""
    with Process(folder, "serve", "--port", "0", *arguments, **environment) as process:
        yield process, process.until(r"serving on (http://\S+)")
