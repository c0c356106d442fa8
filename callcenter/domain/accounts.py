"""Who may come in: people with a password, machines with a key, and the record of what was granted.

Only hashes of passwords and keys are here. A person who errs waits, each time twice as long: nobody is
locked out for good, and nobody guesses quickly.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from callcenter.domain.access import Actor, Role
from callcenter.errors import InputError

LOGIN: Final = re.compile(r"[a-z][a-z0-9._-]{1,39}")
RESERVED: Final = frozenset({"system", "public", "console"})
"""Names that events and the audit give to the house, to strangers and to the command line."""
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 256
FREE_FAILURES: Final = 5
"""Wrong passwords in a row that cost nothing yet."""
_FIRST_PAUSE: Final = timedelta(seconds=30)
_LONGEST_PAUSE: Final = timedelta(minutes=15)
_DOUBLINGS: Final = 5
NOT_GRANTED: Final = frozenset({Role.SYSTEM, Role.PUBLIC})
"""Roles that nobody holds by account or key: the house's own, and the one everybody has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who logs in."""

    login: str
    name: str
    password_hash: str
    roles: frozenset[Role]
    unit: str | None
    active: bool
    failures: int
    locked_until: datetime | None
    generation: int
    """Grows when password, roles or activity change: tokens of an older one are worth nothing."""
    created_at: datetime

    @property
    def actor(self) -> Actor:
        """Say who gives a command from this account."""
        return Actor(login=self.login, roles=self.roles, unit=self.unit)

    def locked(self, now: datetime) -> bool:
        """Say whether the account waits after wrong passwords."""
        return self.locked_until is not None and now < self.locked_until


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A machine that asks."""

    key_id: str
    """The part of the key that may be shown and written down."""
    key_hash: str
    name: str
    roles: frozenset[Role]
    unit: str | None
    requests_per_minute: int
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None = None

    @property
    def actor(self) -> Actor:
        """Say who gives a command with this key."""
        return Actor(login=f"key:{self.key_id}", roles=self.roles, unit=self.unit)

    def good(self, now: datetime) -> bool:
        """Say whether the key opens anything still."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminAct:
    """What an administrator did, to whom; `detail` is JSON without secrets."""

    id: int
    at: datetime
    actor: str
    act: str
    subject: str
    detail: str
    request_id: str | None


def pause_after(failures: int) -> timedelta | None:
    """Return how long an account waits after so many wrong passwords in a row."""
    beyond = failures - FREE_FAILURES
    if beyond < 0:
        return None
    return min(_FIRST_PAUSE * (1 << min(beyond, _DOUBLINGS)), _LONGEST_PAUSE)


def checked_login(login: str) -> str:
    """Return a login that may be given to somebody.

    Raises:
        InputError: it is not of small Latin letters, digits and `._-`, or stands for nobody.
    """
    if login in RESERVED or not LOGIN.fullmatch(login):
        raise InputError(
            "expected 2 to 40 small Latin letters, digits, '.', '_' or '-', a letter first",
            key="login",
        )
    return login


def checked_password(password: str, *, login: str) -> str:
    """Return a password fit to be hashed, in the one form its spellings share (NFC).

    Raises:
        InputError: too short, too long, or the login itself; never repeats the password.
    """
    password = unicodedata.normalize("NFC", password)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InputError(
            f"expected {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters", key="password"
        )
    if login in password.lower():
        raise InputError("expected a password without the login in it", key="password")
    return password


def roles_named(names: Collection[str]) -> frozenset[Role]:
    """Read roles by their names.

    Raises:
        InputError: there is no such role to be granted.
    """
    granted = {role.value: role for role in Role if role not in NOT_GRANTED}
    for name in names:
        if name not in granted:
            raise InputError(f"expected one of {', '.join(granted)}, got {name!r}", key="roles")
    return frozenset(granted[name] for name in names)


def checked_roles(roles: frozenset[Role], *, unit: str | None) -> frozenset[Role]:
    """Return roles that may be granted.

    Raises:
        InputError: none, one that is not granted, or an officer of no department.
    """
    if not roles or roles & NOT_GRANTED:
        granted = sorted(set(Role) - NOT_GRANTED)
        raise InputError(f"expected at least one of {', '.join(granted)}", key="roles")
    if Role.OFFICER in roles and not unit:
        raise InputError("expected the unit an officer speaks for", key="unit")
    return roles
