"""A broker as it is shipped, for as long as a block lasts."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.callcenter.bus.rigs import PASSWORDS, WRITER, Mosquitto
from tests.conftest import missing

SECOND_SWITCH = "pbx2"


@contextmanager
def a_broker(folder: Path) -> Iterator[Mosquitto]:
    """Start Mosquitto as shipped, with a second switch that may say how it is and nothing else."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    program = shutil.which("mosquitto", path=path)
    if program is None:
        missing("no mosquitto on this machine: install your system's mosquitto package")
    assert program is not None
    mosquitto = Mosquitto(folder=folder, program=program).prepare()
    passwords = folder / "callcenter.passwords"
    command = ["mosquitto_passwd", "-b", str(passwords), SECOND_SWITCH, PASSWORDS[WRITER]]
    subprocess.run(command, check=True)
    mosquitto.start()
    try:
        yield mosquitto
    finally:
        mosquitto.stop()
