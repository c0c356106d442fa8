"""What a client is told has happened, has happened: the commit comes before the answer.

On current FastAPI a dependency with `yield` commits after the response has left; a caller then hears a
number that does not exist. These are the first tests of the API.
"""

import inspect
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import event, insert

from api.deps import EVERYBODY, Live, allow
from callcenter.domain.access import Actor, Role
from callcenter.store.tables.access import ADMIN_ACT
from tests.doors import House, a_house

Anybody = Annotated[Actor, allow(EVERYBODY)]


class DiskFullError(Exception):
    pass


def break_commits(house: House) -> None:
    """Let the next transaction reach its commit, and fail there."""
    writer = house.services.store.database._writer.sync_engine

    @event.listens_for(writer, "commit")
    def fail(_connection: object) -> None:
        raise DiskFullError


def add_probe(app: FastAPI, after: list[str]) -> None:
    """Add a route that does as all of ours do: the use case commits, then the route answers."""

    @app.post("/probe", status_code=201)
    async def probe(_actor: Anybody, services: Live, tasks: BackgroundTasks) -> dict[str, str]:
        tasks.add_task(after.append, "told somebody")
        async with services.store.writing() as uow:
            row = {"at": services.now(), "actor": "x", "act": "x", "subject": "x", "detail": "{}"}
            await uow.connection.execute(insert(ADMIN_ACT).values(**row))
        after.append("answered")
        return {"number": "2026-000001"}


async def test_a_route_whose_commit_fails_answers_500_and_nothing_else_happens(
    tmp_path: Path,
) -> None:
    after: list[str] = []
    async with a_house(tmp_path, change=lambda app: add_probe(app, after)) as house:
        before = await acts(house)
        assert (await house.client.post("/probe")).status_code == 201
        assert after == ["answered", "told somebody"]
        after.clear()
        break_commits(house)

        answer = await house.client.post("/probe")

        assert answer.status_code == 500
        assert answer.headers["content-type"] == "application/problem+json"
        assert "2026-000001" not in answer.text
        assert after == []
        assert await acts(house) == before + 1


async def test_an_account_whose_commit_fails_does_not_exist_and_is_not_promised(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path) as house:
        manager = await house.bearer(Role.MANAGER)
        break_commits(house)
        said = {"login": "kim", "name": "김", "roles": ["agent"]}

        answer = await house.client.post("/v1/accounts", json=said, headers=manager)

        assert answer.status_code == 500
        assert "password" not in answer.text
        gone = await house.client.get("/v1/accounts/kim", headers=manager)
        assert gone.status_code == 404


async def test_a_commit_in_a_dependency_would_lie(tmp_path: Path) -> None:
    """Why none of our dependencies yields: this framework answers first."""

    async def committing() -> AsyncIterator[None]:
        yield
        raise DiskFullError

    def change(app: FastAPI) -> None:
        @app.post("/liar", status_code=201)
        async def liar(
            _actor: Anybody, _late: Annotated[None, Depends(committing)]
        ) -> dict[str, str]:
            return {"number": "2026-000001"}

    async with a_house(tmp_path, change=change) as house:
        answer = await house.client.post("/liar")

        assert answer.status_code == 201


def dependencies(of: Dependant) -> Iterator[Dependant]:
    yield of
    for dependency in of.dependencies:
        yield from dependencies(dependency)


async def test_no_dependency_of_any_route_yields(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        calls = [
            dependant.call
            for route in iter_route_contexts(house.app.routes)
            if isinstance(route.original_route, APIRoute)
            for dependant in dependencies(route.dependant)
        ]

        assert len(calls) > 20
        late = [call for call in calls if isgenerator(call)]
        assert late == [], "a transaction ends in the use case, before the route returns"


def isgenerator(call: object) -> bool:
    made = call if inspect.isroutine(call) else type(call).__call__
    return inspect.isgeneratorfunction(made) or inspect.isasyncgenfunction(made)


async def acts(house: House) -> int:
    async with house.services.store.reading() as uow:
        return len(await uow.admin_acts.page(before=None, most=100))
