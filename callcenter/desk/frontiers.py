"""Frontiers: what outbound successes cost inbound callers, by how many agents are kept idle.

They are computed where there is a model (`callcenter campaign frontier --json`), and kept here for those
who decide.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final

from callcenter.domain.access import Actor
from callcenter.domain.campaigns import PLANNERS
from callcenter.errors import ForbiddenError, InputError, NotFoundError
from callcenter.store.frontiers import Frontier, NewFrontier
from callcenter.store.unit_of_work import Store

_SLACK: Final = 1e-9
"""A mean may miss its interval by so much: they are rounded apart."""
Body = Mapping[str, Any]
"""What `callcenter.frontier/1` says, its types checked already."""


class FrontierDesk:
    """Keeps frontiers."""

    def __init__(self, *, store: Store, now: Callable[[], datetime]) -> None:
        """Take the time from outside."""
        self._store = store
        self._now = now

    async def keep(self, body: Body, *, actor: Actor) -> Frontier:
        """Keep a computation; the same one again is the one that is kept.

        Raises:
            ForbiddenError: the actor plans no campaigns.
            InputError: it contradicts itself; names the key.
        """
        if not actor.has(PLANNERS):
            raise ForbiddenError(f"frontiers are kept by {', '.join(sorted(PLANNERS))}")
        check(body)
        new = self._new(body, actor=actor)
        async with self._store.writing() as uow:
            await uow.frontiers.add(new, body)
            kept = await uow.frontiers.known(new.sha256)
        assert kept is not None, "what is kept is never deleted"
        return kept

    async def page(self, *, before: int | None, most: int) -> list[Frontier]:
        """Return those that are kept, the newest first, beginning before one."""
        async with self._store.reading() as uow:
            return await uow.frontiers.page(before=before, most=most)

    async def frontier(self, frontier: int) -> tuple[Frontier, Body]:
        """Return one, and what it says.

        Raises:
            NotFoundError: there is none of this number.
        """
        async with self._store.reading() as uow:
            found = await uow.frontiers.get(frontier)
        if found is None:
            raise NotFoundError(f"there is no frontier {frontier}")
        return found

    def _new(self, body: Body, *, actor: Actor) -> NewFrontier:
        said = json.dumps(body, sort_keys=True, ensure_ascii=False).encode()
        return NewFrontier(
            sha256=sha256(said).hexdigest(),
            scenario=body["scenario"],
            title_ko=body["title"]["ko"],
            title_en=body["title"]["en"],
            first_day=date.fromisoformat(body["first_day"]),
            last_day=date.fromisoformat(body["last_day"]),
            kept_at=self._now(),
            kept_by=actor.login,
        )


def check(body: Body) -> None:
    """Refuse a computation that contradicts itself.

    Raises:
        InputError: days, thresholds, intervals or marks do not fit together; names the key.
    """
    if not body["first_day"] <= body["by"]:
        raise InputError(f"expected {body['first_day']} or later, got {body['by']}", key="by")
    if body["last_day"] < body["first_day"]:
        raise InputError(f"expected {body['first_day']} or later", key="last_day")
    _check_points(body["points"])
    for key, figure in _figures(body["points"], at="points"):
        _check_interval(figure, middle="value" if "value" in figure else "share", key=key)


def _check_points(points: list[Body]) -> None:
    thresholds = [point["threshold"] for point in points]
    if thresholds != sorted(set(thresholds)):
        raise InputError(
            f"expected thresholds that rise, each once, got {thresholds}", key="points"
        )
    for place, point in enumerate(points):
        beaten_by = point["dominated_by"]
        if beaten_by is not None and beaten_by not in set(thresholds) - {point["threshold"]}:
            raise InputError(
                f"expected the threshold of another point, got {beaten_by}",
                key=f"points.{place}.dominated_by",
            )
    if sum(point["best"] for point in points) > 1:
        raise InputError("expected one best point at most", key="points")


def _figures(said: Any, *, at: str) -> Iterator[tuple[str, Body]]:
    """Find everything that has an interval."""
    if isinstance(said, Mapping):
        if "low" in said:
            yield at, said
        for name, inner in said.items():
            yield from _figures(inner, at=f"{at}.{name}")
    elif isinstance(said, list):
        for place, inner in enumerate(said):
            yield from _figures(inner, at=f"{at}.{place}")


def _check_interval(figure: Body, *, middle: str, key: str) -> None:
    known = [figure[name] for name in ("low", middle, "high") if figure[name] is not None]
    slack = _SLACK * max(1.0, *(abs(value) for value in known)) if known else 0.0
    if any(later < earlier - slack for earlier, later in pairwise(known)):
        raise InputError(f"expected low, {middle} and high in this order, got {known}", key=key)
