"""What Prometheus reads of the live centre: computed when it is asked, from the frame of that moment.

Counts of calls are those of the day and begin at nothing each morning, as a counter may.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from typing_extensions import override

from api.live.opening import LiveParts
from callcenter.clock import SECOND
from callcenter.domain.worktime import local_day
from callcenter.measures.live import DayLog
from callcenter.measures.waited import waited

_WAITS: Final = (5, 10, 20, 30, 60, 120, 300, 600)
"""Seconds: the threshold of the service level and that of a short abandonment are among them."""
_STATES: Final = "Agents by the group whose queue they serve, and what they do."


class LiveFigures(Collector):
    """The live centre as series; none of them names a call or a person."""

    def __init__(self, live: LiveParts) -> None:
        """Take what shows the centre."""
        self._live = live

    @override
    def collect(self) -> Iterable[Metric]:
        """Read the series off the current frame; without one, only who is heard."""
        yield from self._of_sources()
        yield from self._of_listening()
        yield from self._of_waits()
        frame = self._live.wallboard.current
        if frame is not None:
            yield from _of_frame(frame.document)

    def _of_sources(self) -> Iterator[Metric]:
        heard = GaugeMetricFamily(
            "cc_source_last_heartbeat_timestamp_seconds",
            "When a source was last heard, by our clock.",
            labels=["source"],
        )
        gaps = CounterMetricFamily(
            "cc_sequence_gaps", "Gaps in a source's numbers, filled or not.", labels=["source"]
        )
        for voice in self._live.lines.voices:
            heard.add_metric([voice.source], voice.heard / SECOND)
            gaps.add_metric([voice.source], voice.noticed)
        yield heard
        yield gaps

    def _of_listening(self) -> Iterator[Metric]:
        yield _gauge("cc_viewers", "Who watches the board.", self._live.wallboard.viewers)
        yield _gauge("cc_alerts_raised", "Alerts that are raised.", len(self._live.alerts.raised))
        switchboard = self._live.switchboard
        if switchboard is None:
            return
        counted = switchboard.counted
        for name, text in (
            ("events", "Events that were new to the ledger."),
            ("repeats", "Events that had come before."),
            ("poison", "Messages that nobody can read."),
            ("concluded", "Events the centre concluded without being told."),
        ):
            yield CounterMetricFamily(f"cc_ingested_{name}", text, value=counted[name])

    def _of_waits(self) -> Iterator[Metric]:
        switchboard = self._live.switchboard
        if switchboard is not None:
            yield _waits(switchboard.lived(local_day(self._live.centre())))


def _waits(log: DayLog | None) -> Metric:
    waits = HistogramMetricFamily(
        "cc_call_wait_seconds",
        "Waits of today that are over, by the queue entered and how they ended.",
        labels=["queue", "ending"],
    )
    found = () if log is None else waited(log, bounds=[bound * SECOND for bound in _WAITS])
    for one in found:
        buckets = [(f"{le}.0", float(n)) for le, n in zip(_WAITS, one.within, strict=True)]
        waits.add_metric(
            [one.queue, one.ending], [*buckets, ("+Inf", float(one.count))], one.seconds
        )
    return waits


def _of_frame(document: Any) -> Iterator[Metric]:
    offered = CounterMetricFamily(
        "cc_calls_offered", "Calls that entered a queue today.", labels=["queue"]
    )
    waiting = GaugeMetricFamily("cc_calls_waiting", "Calls that wait.", labels=["queue"])
    for queue in document["queues"]:
        offered.add_metric([queue["queue"]], queue["offered"])
        waiting.add_metric([queue["queue"]], queue["waiting"])
    yield offered
    yield waiting
    agents = GaugeMetricFamily("cc_agents", _STATES, labels=["queue", "state"])
    states = Counter((one["group"] or "", one["state"]) for one in document["agents"]["list"])
    for (group, state), count in sorted(states.items()):
        agents.add_metric([group, str(state)], count)
    yield agents
    yield from _of_quality(document["quality"])


def _of_quality(quality: Any) -> Iterator[Metric]:
    age = quality["age_ms"]
    if age is not None:
        yield _gauge("cc_event_lag_seconds", "Age of the newest word of any source.", age / 1000)
    yield _gauge("cc_calls_ghost", "Calls that their switch had forgotten.", quality["ghosts"])
    yield CounterMetricFamily(
        "cc_invariant_violations",
        "Calls of today for which offered is not answered + abandoned + flowed out + waiting.",
        value=quality["invariant_violations"],
    )


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
