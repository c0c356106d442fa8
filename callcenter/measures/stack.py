"""Tallies of many replications as arrays [replication, cell], for every way to cut them into cells."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from callcenter.clock import HOUR, MINUTE
from callcenter.measures.formulas import Floats, Kind, Measure, needs, ratio
from callcenter.measures.frame import Frame
from callcenter.measures.outbound import OF_DAYS, OUTBOUND, finish_days
from callcenter.measures.tally import SERVICE, STAFF, WORK, Detail, Tally
from callcenter.measures.waits import Ints, Ranked


class By(StrEnum):
    """How to cut a run into cells."""

    TOTAL = "total"
    QUEUE = "queue"
    INTERVAL = "interval"
    DAY = "day"
    QUEUE_INTERVAL = "queue_interval"
    QUEUE_DAY = "queue_day"
    GROUP = "group"
    GROUP_INTERVAL = "group_interval"
    AGENT = "agent"
    CAMPAIGN = "campaign"
    CAMPAIGN_DAY = "campaign_day"


_OF_TOTALS: Final = frozenset({By.TOTAL, By.QUEUE, By.GROUP, By.CAMPAIGN})
_OF_STAFF: Final = frozenset({By.GROUP, By.GROUP_INTERVAL, By.AGENT})
_OF_CAMPAIGNS: Final = frozenset({By.CAMPAIGN, By.CAMPAIGN_DAY})


class Stack:
    """What a scorecard computes from. Every table is made when it is first asked for."""

    def __init__(self, tallies: Sequence[Tally], *, frame: Frame) -> None:
        """Take the tallies of one frame, replication by replication, all of one detail."""
        assert tallies, "expected at least one replication"
        assert len({one.detail for one in tallies}) == 1, "expected tallies of one detail"
        self.frame = frame
        self.detail = tallies[0].detail
        self._tallies = tuple(tallies)
        self._bases: dict[By, Mapping[str, Floats]] = {}
        self._ranked: dict[tuple[By, bool, bool], Ranked] = {}

    def __len__(self) -> int:
        """Return the number of replications."""
        return len(self._tallies)

    @cached_property
    def available(self) -> tuple[By, ...]:
        """The cuts that the detail of the tallies allows."""
        cuts = [by for by in By if by not in _OF_CAMPAIGNS or self.keeps_outbound]
        if self.detail is Detail.TOTAL:
            return tuple(by for by in cuts if by in _OF_TOTALS)
        return tuple(by for by in cuts if by is not By.AGENT or self.detail is Detail.FULL)

    @property
    def keeps_waits(self) -> bool:
        """Say whether percentiles can be read off."""
        return all(one.waits is not None for one in self._tallies)

    @property
    def keeps_outbound(self) -> bool:
        """Say whether campaigns were measured."""
        return all(one.outbound is not None for one in self._tallies)

    # --- Cells -------------------------------------------------------------------------------------

    def axes(self, by: By) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the names of a cut's axes and of the places on them, in the order of its cells."""
        frame = self.frame
        places: dict[str, tuple[str, ...]] = {
            "queue": frame.queues,
            "interval": frame.labels,
            "day": tuple(day.isoformat() for day in frame.days),
            "group": frame.groups,
            "agent": tuple(str(number) for number in range(len(frame.agent_group))),
            "campaign": frame.campaigns,
        }
        match by:
            case By.TOTAL:
                return ()
            case By.QUEUE_INTERVAL | By.QUEUE_DAY | By.GROUP_INTERVAL | By.CAMPAIGN_DAY:
                inner, outer = by.value.split("_")
                return (outer, places[outer]), (inner, places[inner])
            case _:
                return ((by.value, places[by.value]),)

    # --- Bases -------------------------------------------------------------------------------------

    def bases(self, by: By) -> Mapping[str, Floats]:
        """Return each base that the cut knows, [replication, cell]."""
        if by not in self._bases:
            if by not in self.available:
                raise ValueError(
                    f"expected one of {', '.join(self.available)} at detail {self.detail}, got {by}"
                )
            self._bases[by] = self._cut(by)
        return self._bases[by]

    def _cut(self, by: By) -> Mapping[str, Floats]:
        found = self._campaigns(by)
        if by in _OF_CAMPAIGNS:
            return found
        if by not in _OF_STAFF:
            found |= _named(SERVICE, self._service(by))
        found |= self._staff(by)
        open_time, days = self._open(by)
        found["open_time"], found["days"] = (
            np.broadcast_to(row, (len(self), row.size)) for row in (open_time, days)
        )
        found |= self._cost(by, found)
        return found

    @cached_property
    def _slots(self) -> Floats:
        return np.stack([one.service_slots for one in self._tallies])

    @cached_property
    def _days(self) -> Floats:
        return np.stack([one.service_days for one in self._tallies])

    def _service(self, by: By) -> Floats:
        cells = self._days if by in {By.DAY, By.QUEUE_DAY} else self._slots
        summed = {By.TOTAL: (2, 3), By.QUEUE: (2,), By.INTERVAL: (3,), By.DAY: (3,)}.get(by, ())
        table: Floats = cells.sum(axis=summed).reshape(*cells.shape[:2], -1)
        return table

    def _staff(self, by: By) -> dict[str, Floats]:
        if by in {By.QUEUE, By.QUEUE_INTERVAL, By.QUEUE_DAY}:
            return {}
        if by is By.AGENT:
            agents = [one.agents for one in self._tallies if one.agents is not None]
            return _named((*WORK, *STAFF), np.stack(agents))
        cells = np.stack(
            [one.staff_days if by is By.DAY else one.staff_slots for one in self._tallies]
        )
        summed = {By.TOTAL: (2, 3), By.GROUP: (2,), By.INTERVAL: (3,), By.DAY: (3,)}.get(by, ())
        found = _named(STAFF, cells.sum(axis=summed).reshape(*cells.shape[:2], -1))
        if by is By.GROUP:
            found |= _named(WORK, np.stack([one.work_groups for one in self._tallies]))
        return found

    def _campaigns(self, by: By) -> dict[str, Floats]:
        """Return the bases of attempts and, but for single days, those of leads."""
        if by not in {By.TOTAL, By.DAY, *_OF_CAMPAIGNS} or not self.keeps_outbound:
            return {}
        summed = {By.TOTAL: (2, 3), By.DAY: (3,), By.CAMPAIGN: (2,)}.get(by, ())
        found = _named(
            OUTBOUND, self._outbound.sum(axis=summed).reshape(*self._outbound.shape[:2], -1)
        )
        calling = self.frame.calling_days
        if by in {By.TOTAL, By.DAY}:
            calling = np.atleast_2d(calling.any(axis=1)).T
        if by in {By.DAY, By.CAMPAIGN_DAY}:
            found, days = {name: found[name] for name in OF_DAYS}, calling.ravel() * 1.0
        else:
            days = calling.sum(axis=0) * 1.0
            found["runs"] = np.full((len(self), days.size), len(self.frame.campaigns) / days.size)
        return found | {"calling_days": np.broadcast_to(days, (len(self), days.size))}

    @cached_property
    def _outbound(self) -> Floats:
        return np.stack([one.outbound for one in self._tallies if one.outbound is not None])

    @property
    def finish_days(self) -> Ints:
        """The day each campaign finished, [replication, campaign]; see `outbound.finish_days`."""
        return finish_days(self._outbound)

    def _open(self, by: By) -> tuple[Floats, Floats]:
        """Return open time and open days by cell; groups and agents are held against any queue's."""
        frame = self.frame
        ticks = frame.open_by_slot.reshape(-1, len(frame.days), frame.slots)
        ticks = ticks[:-1] if by in {By.QUEUE, By.QUEUE_INTERVAL, By.QUEUE_DAY} else ticks[-1:]
        if by in {By.DAY, By.QUEUE_DAY}:
            by_day = ticks.sum(axis=2).T.ravel()
            return by_day, (by_day > 0) * 1.0
        if by in {By.INTERVAL, By.QUEUE_INTERVAL, By.GROUP_INTERVAL}:
            time, days = ticks.sum(axis=1).T, (ticks > 0).sum(axis=1).T * 1.0
        else:
            by_day = ticks.sum(axis=2)
            time, days = by_day.sum(axis=1)[None], (by_day > 0).sum(axis=1)[None] * 1.0
        copies = {
            By.GROUP: len(frame.groups),
            By.GROUP_INTERVAL: len(frame.groups),
            By.AGENT: len(frame.agent_group),
        }.get(by, 1)
        return time.ravel().repeat(copies), days.ravel().repeat(copies)

    def _cost(self, by: By, found: Mapping[str, Floats]) -> dict[str, Floats]:
        money = self.frame.money
        if money is None or by not in {By.TOTAL, By.DAY}:
            return {}
        days = np.stack([one.staff_days[STAFF.index("paid_time")] for one in self._tallies])
        wages = days @ np.array(money.wage_per_hour) if money.wage_per_hour else days.sum(2) * 0
        wages /= HOUR
        if by is By.TOTAL:
            wages = wages.sum(axis=1, keepdims=True)
        share = ratio(found["open_time"], found["open_time"].sum(axis=1, keepdims=True))
        fixed = money.fixed if by is By.TOTAL else money.fixed * np.nan_to_num(share)
        return {"cost": fixed + wages + found["line_time"] / MINUTE * money.per_line_minute}

    # --- Measures ----------------------------------------------------------------------------------

    def knows(self, measure: Measure, *, by: By) -> bool:
        """Say whether the cut can tell the measure."""
        if measure.additive:
            return needs(measure) <= self.bases(by).keys()
        if by in _OF_STAFF | _OF_CAMPAIGNS:
            return False
        return measure.name == "max_queue" or self.keeps_waits

    def parts(self, measure: Measure, *, by: By) -> tuple[Floats, Floats | None]:
        """Return numerators, in the measure's unit, and denominators, [replication, cell]."""
        bases, below = self.bases(by), measure.denominator
        return (
            measure.numerator.of(bases) * measure.scale,
            None if below is None else below.of(bases),
        )

    def values(self, measure: Measure, *, by: By) -> Floats:
        """Return each replication's own value, [replication, cell]."""
        if measure.additive:
            above, below = self.parts(measure, by=by)
            return above if below is None else ratio(above, below)
        if measure.name == "max_queue":
            return self._peaks(by)
        ranked = self._ranked_waits(measure, by=by, pooled=False)
        return _read(ranked, measure).reshape(len(self), -1)

    def pooled(self, measure: Measure, *, by: By) -> Floats:
        """Return a percentile of the waits of all replications together, by cell."""
        return _read(self._ranked_waits(measure, by=by, pooled=True), measure)

    def _peaks(self, by: By) -> Floats:
        days = by in {By.DAY, By.QUEUE_DAY}
        peaks = np.stack([one.peak_days if days else one.peak_slots for one in self._tallies])
        if by in {By.TOTAL, By.QUEUE}:
            peaks = peaks.max(axis=1, keepdims=True)
        alone = by in {By.QUEUE, By.QUEUE_INTERVAL, By.QUEUE_DAY}
        peaks = (peaks[..., :-1] if alone else peaks[..., -1:]).reshape(len(self), -1)
        return np.where((peaks == 0) & (self.bases(by)["open_time"] == 0), np.nan, peaks)

    def _ranked_waits(self, measure: Measure, *, by: By, pooled: bool) -> Ranked:
        """Sort waits once: within each cell, or within each cell of each replication."""
        over_all = measure.formula.startswith("wait_all")
        key = (by, over_all, pooled)
        if key not in self._ranked:
            bases = self.bases(by)
            people = bases["offered"] - bases["waiting"] if over_all else bases["answered"]
            wait, cell, run = self._waits(by, over_all=over_all)
            self._ranked[key] = Ranked(
                wait,
                cell=cell if pooled else cell + people.shape[1] * run,
                population=(people.sum(axis=0) if pooled else people.ravel()).astype(np.int64),
            )
        return self._ranked[key]

    def _waits(self, by: By, *, over_all: bool) -> tuple[NDArray[np.unsignedinteger], Ints, Ints]:
        """Return all waits above zero, the cell of each, and its replication."""
        found = [one.waits for one in self._tallies if one.waits is not None]
        assert len(found) == len(self), "the waits of this run were not kept"
        wait, place = (np.concatenate([getattr(own, x) for own in found]) for x in ("wait", "cell"))
        run = np.repeat(np.arange(len(self)), [own.wait.size for own in found])
        if not over_all:
            rows = np.concatenate([own.answered for own in found])
            wait, place, run = wait[rows], place[rows], run[rows]
        place = place.astype(np.int64)
        queues, slots = len(self.frame.queues), self.frame.slots
        bins = place // queues
        queue = place - bins * queues
        if by in {By.DAY, By.QUEUE_DAY}:
            bins //= slots
        elif by in {By.INTERVAL, By.QUEUE_INTERVAL}:
            bins %= slots
        else:
            bins[:] = 0
        alone = by in {By.QUEUE, By.QUEUE_INTERVAL, By.QUEUE_DAY}
        return wait, bins * queues + queue if alone else bins, run


def _named(names: Sequence[str], table: Floats) -> dict[str, Floats]:
    """Split [replication, base, cell] into [replication, cell] by name."""
    return {name: table[:, number] for number, name in enumerate(names)}


def _read(ranked: Ranked, measure: Measure) -> Floats:
    found = (
        ranked.maximum()
        if measure.kind is Kind.MAXIMUM
        else ranked.percentile(measure.percent or 0)
    )
    return found * measure.scale
