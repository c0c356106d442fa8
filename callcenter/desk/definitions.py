"""What figures mean: every version can be read, and a manager may give a new one from a day on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from callcenter.clock import HOUR, Tick
from callcenter.domain.access import Actor
from callcenter.domain.worktime import local_day
from callcenter.errors import InputError, NotFoundError, StaleError
from callcenter.measures.catalogue import MEASURES
from callcenter.measures.definitions import Definition, Shelf
from callcenter.measures.formulas import needs, parse
from callcenter.store.unit_of_work import Store

BASES: Final = frozenset().union(*(needs(one) for one in MEASURES.values() if one.additive))
"""What a formula may be made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """What is to be otherwise; `None` leaves it as it is."""

    valid_from: date
    formula: str | None = None
    threshold: Tick | None = None
    short: Tick | None = None
    flow_outs: bool | None = None
    late_waiting: bool | None = None
    goal: float | None = None
    floor: float | None = None
    ko: str | None = None
    en: str | None = None
    population: str | None = None
    source: str | None = None
    population_ko: str | None = None
    source_ko: str | None = None


class DefinitionDesk:
    """Keeps definitions in versions."""

    def __init__(self, *, store: Store, now: Callable[[], datetime]) -> None:
        """Stand on a store; the clock says from which day on a version may hold."""
        self._store = store
        self._now = now

    async def shelf(self) -> Shelf:
        """Return every version there is."""
        async with self._store.reading() as uow:
            return await uow.definitions.shelf()

    async def redefine(
        self,
        definition: str,
        new: NewVersion,
        *,
        replaces: int,
        actor: Actor,
        request_id: str | None = None,
    ) -> Definition:
        """Add a version; days before it keep the one they had.

        Args:
            definition: Its id.
            new: What is otherwise from a day on, today at the earliest.
            replaces: The last version, as it was read.
            actor: Who says so.
            request_id: For the audit.

        Raises:
            NotFoundError: there is no such definition.
            StaleError: it has a later version.
            InputError: a day of the past, a formula nobody can compute, an unfit threshold or goal.
        """
        now = self._now()
        if new.valid_from < local_day(now):
            raise InputError(
                "expected today or later: the past keeps its meaning", key="valid_from"
            )
        async with self._store.writing() as uow:
            known = (await uow.definitions.shelf()).versions(definition)
            if not known:
                raise NotFoundError(f"there is no definition {definition!r}")
            if known[-1].version != replaces:
                raise StaleError(f"{definition} has version {known[-1].version} already")
            added = _redefined(known[-1], new, by=actor.login)
            if not await uow.definitions.add(added, at=now):
                raise StaleError(f"{definition} has version {added.version} already")
            await uow.admin_acts.add(
                at=now,
                actor=actor.login,
                act="definition.redefined",
                subject=definition,
                detail=f"version {added.version} from {added.valid_from}: {added.effective}",
                request_id=request_id,
            )
        return added


def _redefined(last: Definition, new: NewVersion, *, by: str) -> Definition:
    changes = {name: getattr(new, name) for name in NewVersion.__slots__}
    said = {name: value for name, value in changes.items() if value is not None}
    for name in ("threshold", "short"):
        if not 0 <= said.get(name, 0) <= HOUR:
            raise InputError("expected 0 to 3600 seconds", key=name)
    for name in ("population", "source"):
        if name in said:
            said.setdefault(f"{name}_ko", "")  # What is known in Korean is of the words before.
    added = replace(last, version=last.version + 1, by=by, **said)
    _check_formula(last, added)
    _check_goal(added)
    return added


def _check_goal(added: Definition) -> None:
    if added.goal is None and added.floor is not None:
        raise InputError("expected a goal above it", key="floor")
    if added.goal is not None and not 0 <= (added.floor or 0) <= added.goal:
        raise InputError("expected 0 to the goal", key="floor")


def _check_formula(last: Definition, added: Definition) -> None:
    try:
        below = parse(added.formula)[1]
    except ValueError as error:
        raise InputError(str(error), key="formula") from error
    unknown = sorted(needs(added.measure) - BASES)
    if unknown:
        raise InputError(f"expected sums of known bases, got {', '.join(unknown)}", key="formula")
    if (below is None) != (parse(last.formula)[1] is None):
        raise InputError("expected a ratio in place of a ratio, a sum of a sum", key="formula")
