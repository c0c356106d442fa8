"""Use cases of access: log in, grant, change, revoke. Each grant is written beside who granted it."""

import hashlib
import hmac
import json
import re
import unicodedata
from base64 import b32encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from callcenter.desk.passwords import Passwords
from callcenter.domain.access import Actor, Role
from callcenter.domain.accounts import (
    LOGIN,
    LONGEST_PASSWORD,
    Account,
    ApiKey,
    checked_login,
    checked_password,
    checked_roles,
    pause_after,
)
from callcenter.errors import (
    ConflictError,
    InputError,
    NotFoundError,
    RefusedError,
    UnauthenticatedError,
)
from callcenter.store.unit_of_work import Store, UnitOfWork

KEY_PREFIX: Final = "cc"
_KEY: Final = re.compile(rf"{KEY_PREFIX}_(?P<id>[a-z2-7]{{8}})_[0-9a-f]{{64}}")
_ID_BYTES: Final = 5
_SECRET_BYTES: Final = 32
_PASSWORD_BYTES: Final = 15
_MOST_PER_MINUTE: Final = 60_000
_NOBODY: Final = ""
"""A login that is none: it is looked for like any other."""
_WRONG: Final = "the login or the password is wrong, or the account waits after wrong passwords"


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who does something administrative, in which request."""

    actor: Actor
    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What is said about a person who is let in."""

    login: str
    name: str
    roles: frozenset[Role]
    unit: str | None = None
    password: str | None = None
    """Drawn, and told once, if not given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """What is said about a machine that is let in."""

    name: str
    roles: frozenset[Role]
    unit: str | None = None
    requests_per_minute: int = 600
    expires_at: datetime | None = None


class AccountDesk:
    """Lets people and machines in; each method that writes is one transaction."""

    def __init__(
        self,
        store: Store,
        *,
        passwords: Passwords,
        now: Callable[[], datetime],
        draw: Callable[[int], bytes],
    ) -> None:
        """Take the store, and where time and unguessable bytes come from."""
        self._store = store
        self._passwords = passwords
        self._now = now
        self._draw = draw

    # --- Coming in ---------------------------------------------------------------------------------

    async def log_in(self, login: str, password: str) -> Account:
        """Return the account, if the password is its own and it need not wait.

        Whoever may not come in hears one sentence, after the same work: it does not tell which logins
        there are. The password is checked outside of any transaction, as it takes long.

        Raises:
            UnauthenticatedError: unknown login, wrong password, waiting or inactive account.
        """
        login = login if LOGIN.fullmatch(login) else _NOBODY
        async with self._store.reading() as uow:
            account = await uow.accounts.get(login)
        kept = account.password_hash if account and account.active else None
        offered = unicodedata.normalize("NFC", password)[: LONGEST_PASSWORD + 1]
        fits = await self._passwords.fits(offered, kept)
        stronger = (
            await self._passwords.hashed(offered)
            if fits and kept is not None and self._passwords.dated(kept)
            else kept
        )
        return await self._come_in(login, checked=kept if fits else None, stronger=stronger)

    async def _come_in(self, login: str, *, checked: str | None, stronger: str | None) -> Account:
        """Count the attempt; `checked` is the hash the password fitted, which must be in force still."""
        now = self._now()
        async with self._store.writing() as uow:
            account = await uow.accounts.get(login, lock=True)
            welcome = False
            if account is not None and account.active and not account.locked(now):
                welcome = account.password_hash == checked
                account = _after_attempt(account, welcome=welcome, stronger=stronger, now=now)
                await uow.accounts.put(account)
        if account is None or not welcome:
            raise UnauthenticatedError(_WRONG)
        return account

    async def account(self, login: str) -> Account:
        """Return an account by its login.

        Raises:
            NotFoundError: there is none.
        """
        async with self._store.reading() as uow:
            return await _account(uow, login)

    async def still_in(self, login: str, *, generation: int) -> Account:
        """Return the account a token was made for.

        Raises:
            UnauthenticatedError: password or roles changed since, or it may not come in any more.
        """
        async with self._store.reading() as uow:
            account = await uow.accounts.get(login)
        if account is None or not account.active or account.generation != generation:
            raise UnauthenticatedError("the token is of an older password or of older roles")
        return account

    async def key(self, text: str) -> ApiKey:
        """Return the key a text is.

        Raises:
            UnauthenticatedError: unknown, revoked or expired.
        """
        written = _KEY.fullmatch(text)
        if written is not None:
            async with self._store.reading() as uow:
                key = await uow.api_keys.get(written["id"])
            if (
                key is not None
                and hmac.compare_digest(key.key_hash, _hash(text))
                and key.good(self._now())
            ):
                return key
        raise UnauthenticatedError("the key is unknown, revoked or expired")

    # --- Accounts ----------------------------------------------------------------------------------

    async def add(self, new: NewAccount, *, by: By) -> tuple[Account, str | None]:
        """Let a person in; return the account and, if it was drawn, the password to tell them.

        Raises:
            InputError: login, roles or password cannot be given.
            ConflictError: somebody has this login.
        """
        login = checked_login(new.login)
        roles = checked_roles(new.roles, unit=new.unit)
        drawn = self._password() if new.password is None else None
        password = checked_password(new.password or drawn or "", login=login)
        account = Account(
            login=login,
            name=new.name,
            password_hash=await self._passwords.hashed(password),
            roles=roles,
            unit=new.unit,
            active=True,
            failures=0,
            locked_until=None,
            generation=0,
            created_at=self._now(),
        )
        async with self._store.writing() as uow:
            await uow.accounts.add(account)
            await self._record(uow, "account-added", login, _granted(account), by=by)
        return account, drawn

    async def change(
        self,
        login: str,
        *,
        name: str,
        roles: frozenset[Role],
        unit: str | None,
        active: bool,
        expected: int | None = None,
        by: By,
    ) -> Account:
        """Change what a person may do; their tokens are worth nothing from here on.

        Raises:
            NotFoundError: there is no such account.
            ConflictError: its generation is not the one expected.
            InputError: the roles cannot be given.
            RefusedError: nobody would be left to let others in.
        """
        checked_roles(roles, unit=unit)
        async with self._store.writing() as uow:
            managers = await uow.accounts.holders(Role.MANAGER)
            account = await _account(uow, login, lock=True)
            if expected not in {None, account.generation}:
                raise ConflictError(
                    f"{login} was changed since, to generation {account.generation}"
                )
            if managers == [login] and not (active and Role.MANAGER in roles):
                raise RefusedError(
                    "last-manager",
                    ko="마지막 매니저입니다. 다른 매니저를 먼저 지정하십시오.",
                    en="this is the last manager: appoint another one first",
                )
            changed = replace(
                account,
                name=name,
                roles=roles,
                unit=unit,
                active=active,
                generation=account.generation + 1,
            )
            await uow.accounts.put(changed)
            await self._record(uow, "account-changed", login, _granted(changed), by=by)
        return changed

    async def set_password(self, login: str, password: str | None, *, by: By) -> str | None:
        """Give an account another password, drawn and returned if none is said; it need not wait any more.

        Raises:
            NotFoundError: there is no such account.
            InputError: the password is not fit to be one.
        """
        drawn = self._password() if password is None else None
        checked = checked_password(password or drawn or "", login=login)
        hashed = await self._passwords.hashed(checked)
        async with self._store.writing() as uow:
            account = await _account(uow, login, lock=True)
            await uow.accounts.put(_with_password(account, hashed))
            await self._record(uow, "password-set", login, {}, by=by)
        return drawn

    async def change_own_password(self, login: str, *, old: str, new: str, by: By) -> None:
        """Let a person change their own password; all their tokens are worth nothing from here on.

        Raises:
            UnauthenticatedError: the old one is not theirs.
            InputError: the new one is not fit to be one.
        """
        checked = checked_password(new, login=login)
        if hmac.compare_digest(unicodedata.normalize("NFC", old).encode(), checked.encode()):
            raise InputError("expected another password than the old one", key="password")
        await self.log_in(login, old)
        hashed = await self._passwords.hashed(checked)
        async with self._store.writing() as uow:
            account = await _account(uow, login, lock=True)
            await uow.accounts.put(_with_password(account, hashed))
            await self._record(uow, "password-changed", login, {}, by=by)

    async def end_sessions(self, login: str, *, by: By) -> None:
        """Make all tokens of an account worthless.

        Raises:
            NotFoundError: there is no such account.
        """
        async with self._store.writing() as uow:
            account = await _account(uow, login, lock=True)
            await uow.accounts.put(replace(account, generation=account.generation + 1))
            await self._record(uow, "sessions-ended", login, {}, by=by)

    # --- Keys --------------------------------------------------------------------------------------

    async def issue_key(self, new: NewKey, *, by: By) -> tuple[ApiKey, str]:
        """Let a machine in; return the key and the text that is told once and never kept.

        Raises:
            InputError: the roles cannot be given, or the rate is none.
        """
        if not 1 <= new.requests_per_minute <= _MOST_PER_MINUTE:
            raise InputError(f"expected 1 to {_MOST_PER_MINUTE}", key="requests_per_minute")
        roles = checked_roles(new.roles, unit=new.unit)
        key_id = b32encode(self._draw(_ID_BYTES)).decode().lower()
        text = f"{KEY_PREFIX}_{key_id}_{self._draw(_SECRET_BYTES).hex()}"
        key = ApiKey(
            key_id=key_id,
            key_hash=_hash(text),
            name=new.name,
            roles=roles,
            unit=new.unit,
            requests_per_minute=new.requests_per_minute,
            created_at=self._now(),
            created_by=by.actor.login,
            expires_at=new.expires_at,
        )
        async with self._store.writing() as uow:
            await uow.api_keys.add(key)
            await self._record(uow, "key-issued", key_id, _granted(key), by=by)
        return key, text

    async def revoke_key(self, key_id: str, *, by: By) -> None:
        """Make a key worthless from here on.

        Raises:
            NotFoundError: there is none, or it was revoked already.
        """
        async with self._store.writing() as uow:
            if not await uow.api_keys.revoke(key_id, now=self._now()):
                raise NotFoundError(f"expected a key that is good, got {key_id!r}")
            await self._record(uow, "key-revoked", key_id, {}, by=by)

    # --- What all of them need -----------------------------------------------------------------------

    async def _record(
        self, uow: UnitOfWork, act: str, subject: str, detail: Mapping[str, object], *, by: By
    ) -> None:
        await uow.admin_acts.add(
            at=self._now(),
            actor=by.actor.login,
            act=act,
            subject=subject,
            detail=json.dumps(detail, ensure_ascii=False, sort_keys=True),
            request_id=by.request_id,
        )

    def _password(self) -> str:
        letters = b32encode(self._draw(_PASSWORD_BYTES)).decode().lower()
        return "-".join(letters[place : place + 6] for place in range(0, len(letters), 6))


def _after_attempt(
    account: Account, *, welcome: bool, stronger: str | None, now: datetime
) -> Account:
    if welcome:
        kept = stronger or account.password_hash
        return replace(account, password_hash=kept, failures=0, locked_until=None)
    failures = account.failures + 1
    pause = pause_after(failures)
    return replace(account, failures=failures, locked_until=now + pause if pause else None)


def _with_password(account: Account, hashed: str) -> Account:
    return replace(
        account,
        password_hash=hashed,
        generation=account.generation + 1,
        failures=0,
        locked_until=None,
    )


async def _account(uow: UnitOfWork, login: str, *, lock: bool = False) -> Account:
    account = await uow.accounts.get(login, lock=lock)
    if account is None:
        raise NotFoundError(f"there is no account {login!r}")
    return account


def _granted(record: Account | ApiKey) -> dict[str, object]:
    granted: dict[str, object] = {"roles": sorted(record.roles), "unit": record.unit}
    if isinstance(record, Account):
        return granted | {"active": record.active}
    expires = record.expires_at.isoformat() if record.expires_at else None
    return granted | {"requests_per_minute": record.requests_per_minute, "expires_at": expires}


def _hash(text: str) -> str:
    """Hash a key's text; plainly, since 256 drawn bits cannot be guessed from it."""
    return hashlib.sha256(text.encode()).hexdigest()
