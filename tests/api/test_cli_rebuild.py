"""`callcenter rebuild`: what it says of each day."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from callcenter.store import migrate
from callcenter.store.engine import Database
from callcenter.store.unit_of_work import Store
from tests.switchboards import Desk, a_story

Call = Callable[..., Any]


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'lived.db'}"

    async def live() -> None:
        await migrate.upgrade(url)
        database = Database(url)
        await Desk(Store(database)).hears(*a_story())
        await database.close()

    asyncio.run(live())
    return url


def test_it_says_what_came_back_of_each_day(callcenter: Call, url: str) -> None:
    said = callcenter("rebuild", "--database", url)

    assert said.code == 0
    assert said.out.splitlines() == [
        "2026-06-30: 4 legs, 4 spells, 2 answers",
        "2026-07-01: 2 legs, 1 spells, 0 answers",
        "2026-07-02: 0 legs, 0 spells, 0 answers",
    ]


def test_days_can_be_named(callcenter: Call, url: str) -> None:
    said = callcenter("rebuild", "--database", url, "--day", "2026-07-01")

    assert said.out == "2026-07-01: 2 legs, 1 spells, 0 answers\n"


def test_what_is_no_day_is_refused(callcenter: Call, url: str) -> None:
    assert callcenter("rebuild", "--database", url, "--day", "yesterday").code == 2
