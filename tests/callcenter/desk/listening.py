"""A switchboard in a process of its own, to be killed.

python -m tests.callcenter.desk.listening SETTINGS.json
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from callcenter.bus.broker_address import BrokerAddress, Session, Tls
from callcenter.bus.mqtt import MqttBus
from callcenter.bus.topics import ingested
from callcenter.clock import WallClock, utc_now
from callcenter.desk.switchboard import Switchboard
from callcenter.store.engine import Database
from callcenter.store.unit_of_work import Store

SITE = "bucheon"


async def listen(settings: dict[str, Any]) -> None:
    address = BrokerAddress(
        host="127.0.0.1",
        port=settings["port"],
        username=settings["username"],
        password=settings["password"],
        tls=Tls(ca_file=Path(settings["ca_file"])),
    )
    session = Session(identifier="switchboard-1")
    async with MqttBus(address, session=session, jitter=lambda: 0.5, filters=ingested(SITE)) as bus:
        await bus.connected(within_seconds=30)
        await asyncio.to_thread(Path(settings["ready"]).touch)
        board = Switchboard(
            Store(Database(settings["database"])),
            deliveries=bus.receive(),
            publisher=bus,
            site=SITE,
            now=utc_now,
            clock=WallClock(),
            jitter=lambda: 0.5,
        )
        await board.run()


if __name__ == "__main__":
    asyncio.run(listen(json.loads(Path(sys.argv[1]).read_text("utf-8"))))
