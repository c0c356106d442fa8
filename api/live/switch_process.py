"""A simulated switch beside the service: a child of this process, in its group, that goes with it.

It is started before anything else, since both have much to load, and speaks when it is told where.
"""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from api.settings import Settings

SOURCE: Final = "sim1"
_COMMAND: Final = "from api.cli import main; main()"
_PATIENCE_SECONDS: Final = 2.0


class SwitchProcess:
    """The child; it ends when its standard input does, so that none is ever left behind."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        """Take a process that waits."""
        self._process = process

    def speak_to(self, url: str, *, password: str) -> None:
        """Let it speak; the password stands on no command line."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(f"{url} {password}\n".encode())
            self._process.stdin.flush()

    @property
    def ended(self) -> int | None:
        """With which code it ended, `None` while it lives."""
        return self._process.poll()

    def leave(self) -> None:
        """Let it end."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()


@contextmanager
def switch_beside(settings: Settings, *, scenario: Path) -> Iterator[SwitchProcess]:
    """Start a switch for the block, and see to it that it is gone after it."""
    settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)
    options = {
        "--scenario": scenario,
        "--source": SOURCE,
        "--site": settings.site,
        "--speed": f"{settings.speed:g}",
        "--spool": settings.var / f"{SOURCE}.spool",
    }
    words = [str(word) for option in options.items() for word in option]
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own command
        [sys.executable, "-c", _COMMAND, "switch", "--embedded", *words], stdin=subprocess.PIPE
    )
    switch = SwitchProcess(process)
    try:
        yield switch
    finally:
        switch.leave()
        try:
            process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
