"""Accounts, keys, and the audit of what administrators did."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.access import Role
from callcenter.domain.accounts import Account, AdminAct, ApiKey
from callcenter.errors import ConflictError
from callcenter.store.tables.access import ACCOUNT, ADMIN_ACT, API_KEY

_ACCOUNT: Final = tuple(column.name for column in ACCOUNT.columns)
_API_KEY: Final = tuple(column.name for column in API_KEY.columns)
_ADMIN_ACT: Final = tuple(column.name for column in ADMIN_ACT.columns)


class Accounts:
    """People who log in, within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def add(self, account: Account) -> None:
        """Write a new account.

        Raises:
            ConflictError: somebody has this login.
        """
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        added = await self._connection.execute(
            dialect.insert(ACCOUNT)
            .values(**_columns(account, _ACCOUNT))
            .on_conflict_do_nothing()
            .returning(ACCOUNT.c.login)
        )
        if added.first() is None:
            raise ConflictError(f"there is already an account {account.login!r}")

    async def get(self, login: str, *, lock: bool = False) -> Account | None:
        """Return an account; held against other changes until the transaction ends, if asked."""
        query = select(ACCOUNT).where(ACCOUNT.c.login == login)
        if lock and self._connection.dialect.name == "postgresql":
            query = query.with_for_update()
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _account(row)

    async def put(self, account: Account) -> None:
        """Write an account that is there already, as it stands now."""
        await self._connection.execute(
            update(ACCOUNT)
            .where(ACCOUNT.c.login == account.login)
            .values(**_columns(account, _ACCOUNT[1:]))
        )

    async def page(self, *, after: str, most: int) -> list[Account]:
        """Return accounts in the order of their logins, beginning after one."""
        query = select(ACCOUNT).where(ACCOUNT.c.login > after).order_by(ACCOUNT.c.login).limit(most)
        return [_account(row) for row in (await self._connection.execute(query)).all()]

    async def holders(self, role: Role) -> list[str]:
        """Return the logins of active accounts that hold a role, each held against other changes."""
        query = select(ACCOUNT.c.login, ACCOUNT.c.roles).where(ACCOUNT.c.active)
        if self._connection.dialect.name == "postgresql":
            query = query.with_for_update()
        rows = (await self._connection.execute(query.order_by(ACCOUNT.c.login))).all()
        return [row.login for row in rows if role in _roles(row.roles)]


class ApiKeys:
    """Machines that ask, within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def add(self, key: ApiKey) -> None:
        """Write a new key."""
        await self._connection.execute(insert(API_KEY).values(**_columns(key, _API_KEY)))

    async def get(self, key_id: str) -> ApiKey | None:
        """Return a key, revoked and expired ones included."""
        query = select(API_KEY).where(API_KEY.c.key_id == key_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _key(row)

    async def revoke(self, key_id: str, *, now: datetime) -> bool:
        """Make a key worthless; `False` if there is none or it was worthless already."""
        revoked = await self._connection.execute(
            update(API_KEY)
            .where(API_KEY.c.key_id == key_id, API_KEY.c.revoked_at.is_(None))
            .values(revoked_at=now)
        )
        return revoked.rowcount == 1

    async def page(self, *, after: str, most: int) -> list[ApiKey]:
        """Return keys in the order of their ids, beginning after one."""
        query = (
            select(API_KEY).where(API_KEY.c.key_id > after).order_by(API_KEY.c.key_id).limit(most)
        )
        return [_key(row) for row in (await self._connection.execute(query)).all()]


class AdminActs:
    """The audit of administrative acts, within one unit of work; it only grows."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def add(
        self,
        *,
        at: datetime,
        actor: str,
        act: str,
        subject: str,
        detail: str,
        request_id: str | None,
    ) -> None:
        """Write what was done, in the transaction that does it."""
        await self._connection.execute(
            insert(ADMIN_ACT).values(
                at=at, actor=actor, act=act, subject=subject, detail=detail, request_id=request_id
            )
        )

    async def page(self, *, before: int | None, most: int) -> Sequence[AdminAct]:
        """Return acts, the newest first, beginning before one."""
        query = select(ADMIN_ACT).order_by(ADMIN_ACT.c.id.desc()).limit(most)
        if before is not None:
            query = query.where(ADMIN_ACT.c.id < before)
        rows = (await self._connection.execute(query)).all()
        return [AdminAct(**{name: getattr(row, name) for name in _ADMIN_ACT}) for row in rows]


def _columns(record: Account | ApiKey, names: Sequence[str]) -> dict[str, Any]:
    return {
        name: ",".join(sorted(record.roles)) if name == "roles" else getattr(record, name)
        for name in names
    }


def _roles(text: str) -> frozenset[Role]:
    return frozenset(Role(role) for role in text.split(",") if role)


def _account(row: Row[Any]) -> Account:
    plain = {name: getattr(row, name) for name in _ACCOUNT if name != "roles"}
    return Account(**plain, roles=_roles(row.roles))


def _key(row: Row[Any]) -> ApiKey:
    plain = {name: getattr(row, name) for name in _API_KEY if name != "roles"}
    return ApiKey(**plain, roles=_roles(row.roles))
