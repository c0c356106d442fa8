"""Which event wakes which use case: the one table that joins them, in the same transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime

from callcenter.desk.changes import Change, Reaction
from callcenter.desk.notices import write_notices
from callcenter.desk.webhooks import write_events
from callcenter.store.unit_of_work import UnitOfWork


def reactions(
    *, now: Callable[[], datetime], more: Sequence[Reaction] = ()
) -> tuple[Reaction, ...]:
    """Return what else must be true once something happened to tickets."""

    async def notices(uow: UnitOfWork, changes: Sequence[Change]) -> None:
        await write_notices(uow, changes, now=now())

    async def webhooks(uow: UnitOfWork, changes: Sequence[Change]) -> None:
        await write_events(uow, changes, now=now())

    return (notices, webhooks, *more)
