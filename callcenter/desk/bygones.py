"""A day as it stood at a moment, for the time machine: whatever has happened since is not known yet.

The rows of a day say how everything ended. Of what lasted at the moment they do not say how it stood: that
an offer rang then which nobody took, or that a caller was on hold. It is put together anew from the ledger.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from callcenter.clock import Tick
from callcenter.desk.switchboard_loading import Reader
from callcenter.desk.switchboard_memory import LegTrack, Withdrawn
from callcenter.measures.live import DayLog
from callcenter.store.live_lines import LegLine, day_log
from callcenter.store.unit_of_work import Store
from callcenter.telephony.standing import Key

_MOMENTS: Final = ("queued", "assigned", "answered", "ended", "wrapped")


class Bygones:
    """Days as they were told before a moment, by all that is known of it today."""

    def __init__(self, store: Store, *, site: str) -> None:
        """Stand on a store in which the switches of a site are written down."""
        self._store = store
        self._site = site

    async def __call__(self, day: date, before: Tick, /) -> DayLog:
        """Return a day of Korea without what happened at a moment or later."""
        async with self._store.reading() as uow:
            legs, spells, answers = await uow.legs.lines(day)
            known = [leg for leg in legs if leg.arrived < before]
            lasting = {(leg.source, leg.call) for leg in known if _lasted(leg, before)}
            withdrawn = await uow.ledger.withdrawn()
            reader = Reader(uow, site=self._site, withdrawn=withdrawn)
            tracks = await reader.legs(lasting)
        over = [leg for leg in known if (leg.source, leg.call) not in lasting]
        then = _as_of(before, tracks, withdrawn=withdrawn)
        return day_log(
            day,
            legs=[*over, *(leg for leg in then if leg.day == day.isoformat())],
            spells=[spell for spell in spells if spell.started < before],
            answers=[answer for answer in answers if answer.at < before],
        )


def _lasted(leg: LegLine, at: Tick) -> bool:
    """Say whether anything may have happened to a leg at a moment or later."""
    moments = (getattr(leg, name) for name in _MOMENTS)
    return not leg.over or any(moment is not None and moment >= at for moment in moments)


def _as_of(at: Tick, tracks: Mapping[Key, LegTrack], *, withdrawn: Withdrawn) -> Iterator[LegLine]:
    for track in tracks.values():
        then = LegTrack.of((told for told in track.events if told.at < at), withdrawn)
        if then.told.line is not None:
            yield then.told.line
