"""A switchboard to test: what it is given, in the groups it comes in, and the rows it writes."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from sqlalchemy import select

from callcenter.bus.codec import Said, read, write
from callcenter.bus.notes import ReplayRequested
from callcenter.bus.port import Message
from callcenter.clock import SECOND, ManualClock, Tick
from callcenter.desk.switchboard import Switchboard
from callcenter.store.tables.live import AGENT_SPELL, CSAT_ANSWER, LEG
from callcenter.store.unit_of_work import Store
from callcenter.telephony.events import (
    AgentLoggedIn,
    AgentLoggedOut,
    AgentStateChanged,
    CallAbandoned,
    CallArrived,
    CallConnected,
    CallDialled,
    CallEnded,
    CallExited,
    CallHeld,
    CallOffered,
    CallOfferEnded,
    CallQueued,
    CallRetrieved,
    CallTransferred,
    CallWrapped,
    CorrectionIssued,
    CsatReceived,
    TelephonyEvent,
    Told,
)
from callcenter.telephony.words import (
    DispositionWord,
    ExitReason,
    LegWord,
    OfferEnd,
    StateWord,
    TransferManner,
)

SITE = "bucheon"
MIDNIGHT = 1_782_831_600_000_000
"""Midnight of 1 July 2026 in Seoul."""
PROJECTIONS = (LEG, AGENT_SPELL, CSAT_ANSWER)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Given:
    """One message on its way; says whether it was acknowledged."""

    message: Message
    acknowledged: bool = False

    async def ack(self) -> None:
        self.acknowledged = True


class Groups:
    """Deliveries that come in the groups they are given in, and end with the last."""

    def __init__(self, groups: Iterable[Sequence[Message]]) -> None:
        self.given = [[Given(message) for message in group] for group in groups if group]
        self._to_come = deque(self.given)
        self._rest: list[Given] = []

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Given:
        if not self._rest:
            if not self._to_come:
                raise StopAsyncIteration
            self._rest = list(self._to_come.popleft())
        return self._rest.pop(0)

    def take(self, limit: int) -> list[Given]:
        taken, self._rest = self._rest[:limit], self._rest[limit:]
        return taken

    @property
    def acknowledged(self) -> int:
        return sum(one.acknowledged for group in self.given for one in group)


@dataclass
class Outgoing:
    """Remembers what was published."""

    messages: list[Message] = field(default_factory=list)

    async def publish(self, message: Message) -> None:
        self.messages.append(message)

    async def publish_all(self, messages: Sequence[Message]) -> None:
        self.messages += messages

    async def line(self, *, after: int = 0) -> int:
        return after + 1

    @property
    def asked(self) -> list[tuple[str, int, int]]:
        """What was asked for again: source, first, last."""
        bodies = [read(message, site=SITE) for message in self.messages]
        notes = [said.body for said in bodies if not isinstance(said, Told)]
        return [
            (body.of, body.first, body.last) for body in notes if isinstance(body, ReplayRequested)
        ]


@dataclass
class Desk:
    """A switchboard over days, restarts included; its clocks are moved by hand."""

    store: Store
    clock: ManualClock = field(default_factory=lambda: ManualClock(1_000 * SECOND))
    outgoing: Outgoing = field(default_factory=Outgoing)
    start: Tick = MIDNIGHT
    board: Switchboard | None = None
    deliveries: Groups = field(default_factory=lambda: Groups([]))

    def now(self) -> datetime:
        return EPOCH + timedelta(microseconds=self.start + self.clock.now())

    def fresh(self, groups: Iterable[Sequence[Message]] = ()) -> Switchboard:
        """Start a switchboard that remembers nothing, before some messages."""
        self.deliveries = Groups(groups)
        self.board = Switchboard(
            self.store,
            deliveries=self.deliveries,
            publisher=self.outgoing,
            site=SITE,
            now=self.now,
            clock=self.clock,
            jitter=lambda: 0.0,
        )
        return self.board

    async def hears(self, *said: Said) -> Switchboard:
        """Let the switchboard that is there take some messages at once."""
        board = self.board or self.fresh()
        await board.take([write(one, site=SITE) for one in said])
        return board


def messages(told: Iterable[Said]) -> list[Message]:
    return [write(one, site=SITE) for one in told]


async def rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of the projections, in the order of their keys."""
    found = {}
    async with store.reading() as uow:
        for table in PROJECTIONS:
            query = select(table).order_by(*table.primary_key)
            found[table.name] = [tuple(row) for row in await uow.connection.execute(query)]
    return found


@dataclass
class Teller:
    """Numbers what a switch says."""

    source: str = "pbx1"
    start: Tick = 0
    sequence: int = 0
    told: list[Told] = field(default_factory=list)

    def at(self, seconds: float, event: TelephonyEvent, **more: Any) -> Told:
        """Say what happened so many seconds after midnight."""
        moment = MIDNIGHT + self.start + round(seconds * SECOND)
        self.sequence += 1
        one = Told(
            event=event,
            source=self.source,
            sequence=self.sequence,
            at=moment,
            recorded_at=moment,
            **more,
        )
        self.told.append(one)
        return one


def a_story(source: str = "pbx1", *, start: Tick = 0) -> list[Told]:
    """Tell of a night: calls over midnight, a transfer, holds, offers refused, answers, corrections."""
    says = Teller(source, start=start)
    _before_midnight(says.at)
    _after_midnight(says.at)
    return says.told


At = Callable[[float, TelephonyEvent], Told]


def _before_midnight(at: At) -> None:
    one, two, onward = _legs()
    for name in ("ann", "bob"):
        at(-400, AgentLoggedIn(agent=name, group="desk"))
        at(-400, AgentStateChanged(agent=name, group="desk", state=StateWord.AVAILABLE))
    at(-300, CallArrived(**one))
    at(-299, CallQueued(**one))
    at(-298, CallOffered(**one, agent="ann", group="desk"))
    at(-298, CallOffered(**one, agent="bob", group="desk"))
    at(-290, CallOfferEnded(**one, agent="bob", reason=OfferEnd.REJECTED))
    at(-288, CallConnected(**one, agent="ann", group="desk"))
    at(-280, AgentStateChanged(agent="bob", group="desk", state=StateWord.BREAK, reason="tea"))
    at(-200, CallHeld(**one, agent="ann"))
    at(-150, CallRetrieved(**one, agent="ann"))
    at(-120, CallArrived(**two, leg_kind=LegWord.REDIAL))
    at(-119, CallQueued(**two))
    mistaken = at(-60, CallAbandoned(**two, wait_us=59 * SECOND))
    at(-50, CallTransferred(**one, agent="ann", manner=TransferManner.QUEUE, target="roads"))
    at(-50, CallEnded(**one, agent="ann"))
    at(-50, CallArrived(**onward, leg_kind=LegWord.TRANSFER))
    at(-50, CallQueued(**onward))
    at(-45, CorrectionIssued(target_id=mistaken.id, reason="he was only quiet"))
    at(-40, AgentStateChanged(agent="bob", group="desk", state=StateWord.AVAILABLE))
    tea = at(-35, AgentStateChanged(agent="ann", group="desk", state=StateWord.LUNCH))
    at(-30, CallWrapped(**one, agent="ann"))
    at(-20, CorrectionIssued(target_id=tea.id, reason="wrong key"))


def _after_midnight(at: At) -> None:
    one, two, onward = _legs()
    at(5, CallConnected(**onward, agent="bob", group="desk"))
    at(20, CallConnected(**two, agent="ann", group="desk"))
    at(80, CallEnded(**onward, agent="bob", resolved=True))
    at(90, CallWrapped(**onward, agent="bob"))
    at(95, CsatReceived(**onward, score=4))
    at(100, CallEnded(**two, agent="ann", resolved=False))
    at(120, AgentLoggedOut(agent="bob", group="desk"))
    at(130, AgentLoggedIn(agent="bob", group="desk"))
    at(130, AgentStateChanged(agent="bob", group="night", state=StateWord.AVAILABLE))
    lost: dict[str, Any] = {"call": "3", "leg": 0, "queue": "tax"}
    asked, dropped = (dict[str, Any](call=call, leg=0, queue="water-bills") for call in ("4", "5"))
    at(132, CallDialled(**asked, campaign="water-bills"))
    at(132, CallOffered(**asked, agent="bob", group="night"))
    at(138, CallConnected(**asked, agent="bob", group="night"))
    at(139, CallDialled(**dropped, campaign="water-bills"))
    at(140, CallExited(**lost, reason=ExitReason.TIMEOUT, wait_us=200 * SECOND))
    at(145, CallExited(**dropped, reason=ExitReason.DROPPED))
    at(148, CallEnded(**asked, agent="bob", disposition=DispositionWord.SUCCESS))
    at(149, CallWrapped(**asked, agent="bob"))
    at(150, CallWrapped(**two, agent="ann"))
    wrong = at(160, CsatReceived(**two, score=1))
    at(170, CorrectionIssued(target_id=wrong.id, reason="another citizen's"))
    at(200, AgentLoggedOut(agent="ann", group="desk"))
    at(90_000, CsatReceived(**one, score=5, agent="ann"))


def _legs() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    return (
        {"call": "1", "leg": 0, "queue": "tax"},
        {"call": "2", "leg": 0, "queue": "general"},
        {"call": "1", "leg": 1, "queue": "roads"},
    )
