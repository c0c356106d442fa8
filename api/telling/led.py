"""A switch that somebody started for himself: it waits to be told where to speak, and goes with him."""

import os
import signal
import sys
import threading

from pydantic import SecretStr

from api.settings import Settings


def led(settings: Settings) -> Settings:
    """Wait for the line `URL PASSWORD` on standard input; from then on the end of it ends this process.

    A pipe is closed whenever its other end is gone, however it went: none is left behind.
    """
    url, _, password = sys.stdin.readline().strip().partition(" ")
    if not url:
        raise SystemExit
    threading.Thread(target=_follow, name="led", daemon=True).start()
    return settings.model_copy(update={"broker": url, "broker_password": SecretStr(password)})


def _follow() -> None:
    while sys.stdin.readline():
        pass
    os.kill(os.getpid(), signal.SIGTERM)
