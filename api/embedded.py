"""What the house makes for itself when nobody has given it anything: keys, and a first manager.

Fit for one machine and a first look. In production every secret must be given, and none is made.
"""

import os
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from api.settings import PREFIX, SECRETS, SHORTEST_SECRET, Settings
from callcenter.desk.accounts import AccountDesk, By, NewAccount
from callcenter.domain.access import SYSTEM, Role
from callcenter.errors import ConflictError, InputError, UnsafeSettingsError
from callcenter.store.unit_of_work import Store
from callcenter.vault import new_key

FIRST_LOGIN: Final = "manager"
_FIRST_KEY: Final = "k1"
_OTHERS: Final = 0o077
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Every secret of the house, as text."""

    session_key: str = field(repr=False)
    sealing_keys: str = field(repr=False)
    lookup_keys: str = field(repr=False)
    signing_keys: str = field(repr=False)


def secrets_of(settings: Settings, *, draw: Callable[[int], bytes], say: Say) -> Secrets:
    """Return the secrets given in the environment; keep drawn ones in files for those that are not.

    Raises:
        UnsafeSettingsError: production lacks one; names the variable.
        InputError: one is too short, or a file of one may be read by others.
    """
    return Secrets(**{name: _secret(name, settings, draw=draw, say=say) for name in SECRETS})


def check_production(settings: Settings) -> None:
    """Refuse what must not stand open to a city.

    Raises:
        UnsafeSettingsError: cookies and tokens would travel in the clear; names the variable.
    """
    if settings.production and not settings.https:
        raise UnsafeSettingsError(
            "expected https://… in production: it may end at a proxy", key=f"{PREFIX}PUBLIC_URL"
        )


def _secret(name: str, settings: Settings, *, draw: Callable[[int], bytes], say: Say) -> str:
    variable = f"{PREFIX}{name.upper()}"
    given = getattr(settings, name)
    if given is not None:
        text: str = given.get_secret_value()
        if len(text) < SHORTEST_SECRET:
            raise InputError(f"expected at least {SHORTEST_SECRET} characters", key=variable)
        return text
    if settings.production:
        raise UnsafeSettingsError(
            "expected a secret in production; `callcenter keys new` makes one", key=variable
        )
    return _kept(settings.var / "keys" / name.replace("_", "-"), draw=draw, say=say)


def _kept(file: Path, *, draw: Callable[[int], bytes], say: Say) -> str:
    """Read a key file, or make it, readable by nobody else."""
    for folder in (file.parent.parent, file.parent):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if file.stat().st_mode & _OTHERS:
            raise InputError(
                "expected permissions 0600: others may read it", file=str(file)
            ) from None
        return file.read_text("ascii").strip()
    text = fresh(file.name, draw=draw)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(f"{text}\n")
    say(f"made a key and keeps it in {file}: back it up, and keep it from others")
    return text


def fresh(name: str, *, draw: Callable[[int], bytes], key_id: str = _FIRST_KEY) -> str:
    """Draw a new secret in the form its setting takes: a ring of one key, or plain base64."""
    if name.replace("_", "-") == "session-key":
        return b64encode(draw(SHORTEST_SECRET)).decode()
    return new_key(key_id, random_bytes=draw)


async def first_manager(store: Store, accounts: AccountDesk, *, say: Say) -> None:
    """Let a first manager in where nobody may come in yet; tell the password once, and only to `say`."""
    async with store.reading() as uow:
        if await uow.accounts.page(after="", most=1):
            return
    new = NewAccount(login=FIRST_LOGIN, name="매니저", roles=frozenset({Role.MANAGER}))
    try:
        _, password = await accounts.add(new, by=By(actor=SYSTEM))
    except ConflictError:
        return  # another process of the house was quicker
    say(f"first login: {FIRST_LOGIN}, password: {password} (said once; change it)")
