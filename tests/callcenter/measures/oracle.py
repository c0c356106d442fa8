"""Measures computed slowly, row by row, from their words alone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from callcenter.clock import DAY
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind, Outcome
from callcenter.measures.frame import Frame
from callcenter.telephony.call_log import AgentLog, CallLog

Row = dict[str, int]
NEVER_QUEUED = (Outcome.BUSY, Outcome.CLOSED, Outcome.SELF_SERVED)


@dataclass(frozen=True)
class Where:
    """A cell; `None` takes everything."""

    queue: int | None = None
    slot: int | None = None
    day: int | None = None
    group: int | None = None
    agent: int | None = None


def rows_of(log: CallLog | AgentLog) -> list[Row]:
    return [log.row(index) for index in range(len(log))]


def moment(leg: Row) -> int:
    return leg["queued"] if leg["queued"] >= 0 else leg["arrived"]


def windows(frame: Frame, where: Where) -> list[tuple[int, int]]:
    """List the stretches of measured time that a cell covers."""
    found = []
    for number in range(len(frame.days) * frame.slots):
        day, slot = divmod(number, frame.slots)
        if where.day in {None, day} and where.slot in {None, slot}:
            low = max(number * frame.interval, frame.warm_up)
            high = min((number + 1) * frame.interval, frame.horizon)
            if low < high:
                found.append((low, high))
    return found


def covered(start: int, end: int, spans: Iterable[tuple[int, int]]) -> int:
    return sum(max(0, min(end, high) - max(start, low)) for low, high in spans)


def belongs(leg: Row, frame: Frame, where: Where) -> bool:
    at = moment(leg)
    return (
        frame.warm_up <= at < frame.horizon
        and where.queue in {None, leg["queue"]}
        and where.slot in {None, at % DAY // frame.interval}
        and where.day in {None, at // DAY}
        and where.group in {None, leg["group"]}
        and where.agent in {None, leg["agent"]}
    )


def offered(leg: Row) -> bool:
    return leg["queued"] >= 0


def answered(leg: Row) -> bool:
    talking = leg["outcome"] == Outcome.OPEN and leg["answered"] >= 0
    return leg["outcome"] == Outcome.ANSWERED or talking


def waiting(leg: Row) -> bool:
    return offered(leg) and leg["outcome"] == Outcome.OPEN and leg["answered"] < 0


def wait(leg: Row) -> int:
    return (leg["answered"] if leg["answered"] >= 0 else leg["ended"]) - leg["queued"]


def in_queue(leg: Row, frame: Frame) -> tuple[int, int]:
    """From when until when the caller stood in the queue."""
    if not offered(leg):
        return 0, 0
    ends = [leg[name] for name in ("assigned", "ended") if leg[name] >= 0]
    return leg["queued"], ends[0] if ends else frame.horizon


def busy(leg: Row, frame: Frame) -> tuple[int, int]:
    if leg["assigned"] < 0:
        return 0, 0
    return leg["assigned"], leg["wrapped"] if leg["wrapped"] >= 0 else frame.horizon


def counts(legs: list[Row], frame: Frame) -> dict[str, int]:
    def count(test: Callable[[Row], bool]) -> int:
        return sum(1 for leg in legs if test(leg))

    def ended(outcome: Outcome) -> int:
        return count(lambda leg: leg["outcome"] == outcome)

    def kind(wanted: LegKind) -> int:
        return count(lambda leg: leg["kind"] == wanted)

    def within(leg: Row) -> bool:
        return wait(leg) <= frame.targets[leg["queue"]].within

    def abandoned(leg: Row) -> bool:
        return offered(leg) and leg["outcome"] == Outcome.ABANDONED

    return {
        "arrived": len(legs),
        "offered": count(offered),
        "answered": count(answered),
        "answered_within": count(lambda leg: answered(leg) and within(leg)),
        "abandoned": count(abandoned),
        "abandoned_within": count(lambda leg: abandoned(leg) and within(leg)),
        "abandoned_short": count(
            lambda leg: abandoned(leg) and wait(leg) <= frame.targets[leg["queue"]].short
        ),
        "balked": ended(Outcome.BALKED),
        "busy_signals": ended(Outcome.BUSY),
        "queue_full": ended(Outcome.QUEUE_FULL),
        "closed": ended(Outcome.CLOSED),
        "released": ended(Outcome.RELEASED),
        "flowed_out": ended(Outcome.FLOWED_OUT),
        "self_served": ended(Outcome.SELF_SERVED),
        "callbacks_accepted": ended(Outcome.CALLBACK_ACCEPTED),
        "not_reached": ended(Outcome.NOT_REACHED),
        "handed_back": ended(Outcome.HANDED_BACK),
        "waiting": count(waiting),
        "overdue": count(
            lambda leg: (
                waiting(leg) and frame.horizon - leg["queued"] > frame.targets[leg["queue"]].within
            )
        ),
        "redials": kind(LegKind.REDIAL),
        "repeats": kind(LegKind.REPEAT),
        "transfers_in": kind(LegKind.TRANSFER),
        "callbacks": kind(LegKind.CALLBACK),
        "callbacks_answered": count(lambda leg: leg["kind"] == LegKind.CALLBACK and answered(leg)),
        "transfers_out": count(
            lambda leg: leg["outcome"] == Outcome.ANSWERED and leg["resolved"] == -1
        ),
        "settled": count(lambda leg: leg["outcome"] == Outcome.ANSWERED and leg["resolved"] == 1),
        "delayed": count(lambda leg: in_queue(leg, frame)[1] > in_queue(leg, frame)[0]),
    }


def work(legs: list[Row]) -> dict[str, int]:
    done = [leg for leg in legs if leg["outcome"] == Outcome.ANSWERED and leg["wrapped"] >= 0]
    return {
        "handled": len(done),
        "ring": sum(leg["answered"] - leg["assigned"] for leg in done),
        "talk": sum(leg["ended"] - leg["answered"] - leg["hold"] for leg in done),
        "hold": sum(leg["hold"] for leg in done),
        "wrap": sum(leg["wrapped"] - leg["ended"] for leg in done),
    }


def contacts(every: list[Row], frame: Frame, where: Where) -> dict[str, int]:
    found = {"calls": 0, "calls_answered": 0, "calls_settled_first": 0, "calls_settled_once": 0}
    for number in {leg["call"] for leg in every}:
        legs = [leg for leg in every if leg["call"] == number]
        if legs[0]["kind"] != LegKind.FRESH or not belongs(legs[0], frame, where):
            continue
        found["calls"] += 1
        heard = [leg for leg in legs if leg["answered"] >= 0]
        again = any(leg["kind"] == LegKind.REPEAT for leg in legs)
        found["calls_answered"] += bool(heard)
        found["calls_settled_first"] += bool(heard) and heard[0]["resolved"] == 1 and not again
        found["calls_settled_once"] += any(leg["resolved"] == 1 for leg in legs) and not again
    return found


def service(every: list[Row], frame: Frame, where: Where) -> dict[str, float]:
    """Return every service base of a cell of queues."""
    legs = [leg for leg in every if belongs(leg, frame, where)]
    spans = windows(frame, where)
    gone = [leg for leg in legs if offered(leg) and not waiting(leg)]
    queue_time = sum(
        covered(*in_queue(leg, frame), spans)
        for leg in every
        if where.queue in {None, leg["queue"]}
    )
    numbers = {
        **counts(legs, frame),
        **work(legs),
        **contacts(every, frame, where),
        "wait_offered": sum(wait(leg) for leg in gone),
        "wait_answered": sum(wait(leg) for leg in gone if answered(leg)),
        "wait_abandoned": sum(wait(leg) for leg in gone if leg["outcome"] == Outcome.ABANDONED),
        "queue_time": queue_time,
    }
    return {name: float(value) for name, value in numbers.items()}


def staff(every: list[Row], spells: list[Row], frame: Frame, where: Where) -> dict[str, float]:
    """Return every staff base of a cell."""
    spans = windows(frame, where)

    def mine(row: Row) -> bool:
        agent = row["agent"]
        if agent < 0:
            return False
        return where.agent in {None, agent} and where.group in {None, frame.agent_group[agent]}

    def spent(states: Iterable[int]) -> int:
        return sum(
            covered(row["start"], row["end"], spans)
            for row in spells
            if mine(row) and row["state"] in states
        )

    return {
        "busy_time": float(sum(covered(*busy(leg, frame), spans) for leg in every if mine(leg))),
        "available_time": float(spent([AgentState.AVAILABLE])),
        "paid_time": float(spent(frame.paid)),
    }


def waits(every: list[Row], frame: Frame, where: Where, *, over_all: bool) -> list[int]:
    legs = [leg for leg in every if belongs(leg, frame, where)]
    return sorted(
        wait(leg)
        for leg in legs
        if (offered(leg) and not waiting(leg) if over_all else answered(leg))
    )


def percentile(ordered: list[int], percent: int) -> int | None:
    for value in ordered:
        if 100 * sum(1 for other in ordered if other <= value) >= percent * len(ordered):
            return value
    return None


def longest_queue(every: list[Row], frame: Frame, where: Where) -> int:
    spells = [in_queue(leg, frame) for leg in every if where.queue in {None, leg["queue"]}]
    longest = 0
    for low, high in windows(frame, where):
        moments = [low, *(start for start, _ in spells if low <= start < high)]
        for at in moments:
            longest = max(longest, sum(1 for start, end in spells if start <= at < end))
    return longest
