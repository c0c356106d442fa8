"""What tells events through a bus: a living switch, as its publisher sees it.

A `Speaker` never waits, opens nothing and looks at no clock: he is told what time it is and says what has
happened by then. Whoever publishes asks him again and again:

    while True:
        for told in speaker.due(clock.now()):        # everything up to now, in the order of its numbers
            outbox.put(told)                         # kept until the broker has acknowledged it
        beat and snapshot from time to time: speaker.heartbeat(), speaker.snapshot()
        sleep at most speaker.wait_seconds(clock.now()), or until a command comes:
            answer = speaker.obey(command)           # what it brings about is in the next due()

All calls come from one thread. What `due` has returned is not returned again: keep it for replays.
"""

from typing import Protocol

from callcenter.clock import Tick
from callcenter.telephony.commands import Answer, Command
from callcenter.telephony.events import Told


class Speaker(Protocol):
    """A switch that is asked what has happened.

    `real_now` is microseconds of a `callcenter.clock.Clock`, never less than the last time; only
    differences of it count. Everything told is in microseconds of the switch's own clock.
    """

    @property
    def source(self) -> str:
        """Who it is, such as `sim1`."""
        ...

    @property
    def speed(self) -> float:
        """How many seconds of its clock pass in one second."""
        ...

    @property
    def sequence(self) -> int:
        """The last number it has used for an event; to go on after when it is started again."""
        ...

    def due(self, real_now: Tick) -> list[Told]:
        """Go on to now and return what has happened since the last time; first of all that it started."""
        ...

    def wait_seconds(self, real_now: Tick) -> float:
        """Return after how many real seconds something is due again, 0 if it is now."""
        ...

    def snapshot(self) -> Told:
        """Return a `Snapshot` of all that is true as of the last `due`."""
        ...

    def heartbeat(self) -> Told:
        """Return a `SourceHeartbeat` as of the last `due`."""
        ...

    def obey(self, command: Command) -> Answer:
        """Do what is asked as of the moment after the last `due`; what it brings about is due next."""
        ...
