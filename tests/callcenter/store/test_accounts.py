"""Accounts, keys and acts come back from both databases as they went in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from callcenter.domain.access import Role
from callcenter.domain.accounts import Account, ApiKey
from callcenter.errors import ConflictError
from callcenter.store.engine import Database
from callcenter.store.readiness import readiness
from callcenter.store.tables.access import ADMIN_ACT
from callcenter.store.unit_of_work import Store
from tests.databases import Server

NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)


def an_account(login: str = "kim", *roles: Role, active: bool = True) -> Account:
    return Account(
        login=login,
        name="김민지",
        password_hash="$argon2id$…",  # noqa: S106 - none
        roles=frozenset(roles or {Role.AGENT}),
        unit="road",
        active=active,
        failures=2,
        locked_until=NOON + timedelta(minutes=1),
        generation=3,
        created_at=NOON,
    )


def a_key(key_id: str = "ab12") -> ApiKey:
    return ApiKey(
        key_id=key_id,
        key_hash=f"hash of {key_id}",
        name="gate",
        roles=frozenset({Role.INTEGRATOR, Role.WALLBOARD}),
        unit=None,
        requests_per_minute=60,
        created_at=NOON,
        created_by="kim",
        expires_at=NOON + timedelta(days=1),
    )


async def test_an_account_comes_back_as_it_went_in(store: Store) -> None:
    account = an_account("kim", Role.LEAD, Role.QUALITY)
    async with store.writing() as uow:
        await uow.accounts.add(account)
    changed = replace(account, roles=frozenset({Role.MANAGER}), failures=0, locked_until=None)
    async with store.reading() as uow:
        assert await uow.accounts.get("kim") == account
        assert await uow.accounts.get("lee") is None
    async with store.writing() as uow:
        await uow.accounts.put(changed)
        assert await uow.accounts.get("kim", lock=True) == changed


async def test_a_login_is_given_once(store: Store) -> None:
    async with store.writing() as uow:
        await uow.accounts.add(an_account("kim"))
        with pytest.raises(ConflictError, match="already an account 'kim'"):
            await uow.accounts.add(an_account("kim", Role.MANAGER))
        assert (await uow.accounts.get("kim")) == an_account("kim")


async def test_accounts_are_listed_by_login_a_page_at_a_time(store: Store) -> None:
    async with store.writing() as uow:
        for login in ("lee", "kim", "park", "choi"):
            await uow.accounts.add(an_account(login))

        first = await uow.accounts.page(after="", most=2)
        second = await uow.accounts.page(after="kim", most=5)

    assert [one.login for one in first] == ["choi", "kim"]
    assert [one.login for one in second] == ["lee", "park"]


async def test_only_active_accounts_hold_a_role_and_only_the_whole_name_counts(
    store: Store,
) -> None:
    async with store.writing() as uow:
        await uow.accounts.add(an_account("kim", Role.MANAGER, Role.AGENT))
        await uow.accounts.add(an_account("lee", Role.MANAGER, active=False))
        await uow.accounts.add(an_account("park", Role.AGENT))

        assert await uow.accounts.holders(Role.MANAGER) == ["kim"]


async def test_a_key_comes_back_and_is_revoked_once(store: Store) -> None:
    async with store.writing() as uow:
        await uow.api_keys.add(a_key())
        await uow.api_keys.add(a_key("cd34"))

        assert await uow.api_keys.get("ab12") == a_key()
        assert await uow.api_keys.get("none") is None
        assert await uow.api_keys.revoke("ab12", now=NOON)
        assert not await uow.api_keys.revoke("ab12", now=NOON + timedelta(days=1))
        assert await uow.api_keys.get("ab12") == replace(a_key(), revoked_at=NOON)
        assert [one.key_id for one in await uow.api_keys.page(after="ab12", most=5)] == ["cd34"]


async def test_acts_are_listed_the_newest_first_and_never_change(store: Store) -> None:
    async with store.writing() as uow:
        for subject in ("kim", "lee", "park"):
            await uow.admin_acts.add(
                at=NOON, actor="choi", act="added", subject=subject, detail="{}", request_id="r"
            )
        first = await uow.admin_acts.page(before=None, most=2)
        second = await uow.admin_acts.page(before=first[-1].id, most=2)

    assert [act.subject for act in (*first, *second)] == ["park", "lee", "kim"]
    for change in (update(ADMIN_ACT).values(subject="x"), delete(ADMIN_ACT)):
        with pytest.raises(DBAPIError, match="only grows"):
            async with store.writing() as uow:
                await uow.connection.execute(change)


async def test_a_database_without_a_schema_says_so(database_server: Server) -> None:
    database = Database(url := database_server.empty())

    found = await readiness(Store(database))

    assert found.revision is None
    assert not found.at_head
    await database.close()
    await database_server.drop(url)


async def test_a_migrated_database_says_that_it_is_ready(store: Store) -> None:
    found = await readiness(store)

    assert found.at_head
    assert found.dialect == store.database.dialect
    assert found.version[0].isdigit()
