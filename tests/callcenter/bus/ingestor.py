"""A reader in a process of its own, to be killed: stores each event durably, then acknowledges it.

    python -m tests.callcenter.bus.ingestor SETTINGS.json

What it stored is in the file named there, one line an event; what was poison, in another beside it.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from callcenter.bus.broker_address import BrokerAddress, Session, Tls
from callcenter.bus.codec import read
from callcenter.bus.mqtt import MqttBus
from callcenter.bus.topics import ingested
from callcenter.errors import PoisonMessageError

SITE = "bucheon"


def append(path: Path, line: str) -> None:
    """Write so that it survives the process and the machine."""
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())


async def ingest(settings: dict[str, Any]) -> None:
    address = BrokerAddress(
        host="127.0.0.1",
        port=settings["port"],
        username=settings["username"],
        password=settings["password"],
        tls=Tls(ca_file=Path(settings["ca_file"])),
    )
    stored = Path(settings["stored"])
    async with MqttBus(
        address,
        session=Session(identifier="ingestor-1"),
        jitter=lambda: 0.5,
        filters=ingested(SITE),
    ) as bus:
        await bus.connected(within_seconds=30)
        append(stored.with_suffix(".ready"), "ready")
        async for delivery in bus.receive():
            try:
                append(stored, read(delivery.message, site=SITE).id)
            except PoisonMessageError as poison:
                append(stored.with_suffix(".poison"), poison.why)
            await asyncio.sleep(settings["pause"])
            await delivery.ack()


if __name__ == "__main__":
    asyncio.run(ingest(json.loads(Path(sys.argv[1]).read_text("utf-8"))))
