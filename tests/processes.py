"""The command line as a process of its own, watched line by line."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
_LOOK: Final = 0.02


class Process:
    """A `callcenter` command in a folder of its own."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        self.heard = ""
        # A file and no pipe: one that nobody reads would stop the process once it is full.
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - `__exit__` closes it
        self.process = subprocess.Popen(
            [sys.executable, "-c", _SCRIPT, *arguments],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
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
        self._complaints.close()

    def until(self, pattern: str) -> str:
        """Read what it says on standard error until a line fits; return the group."""
        for _ in range(int(PATIENCE / _LOOK)):
            over = self._ends(within=_LOOK)
            self._hear()
            if (found := re.search(f"{pattern}.*\n", self.heard)) is not None:
                return found[1]
            assert not over, self.heard
        raise AssertionError(self.heard)

    def _ends(self, *, within: float) -> bool:
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(within)
        return self.process.returncode is not None

    def ended(self) -> tuple[int, str, str]:
        """Wait for its end; return code, output and all complaints."""
        out, _ = self.process.communicate(timeout=PATIENCE)
        self._hear()
        return self.process.returncode, out.decode(), self.heard

    def _hear(self) -> None:
        size = os.fstat(self._complaints.fileno()).st_size
        self.heard = os.pread(self._complaints.fileno(), size, 0).decode(errors="ignore")


@contextmanager
def serving(folder: Path, *arguments: str, **environment: str) -> Iterator[tuple[Process, str]]:
    """Serve from a folder; give the process and its address."""
    with Process(folder, "serve", "--port", "0", *arguments, **environment) as process:
        yield process, process.until(r"serving on (http://\S+)")
