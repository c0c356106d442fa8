"""Coming in, and who lets whom in."""

import asyncio
import json
import unicodedata
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from callcenter.desk.accounts import AccountDesk, By, NewAccount, NewKey
from callcenter.desk.passwords import Passwords
from callcenter.domain.access import Actor, Role
from callcenter.domain.accounts import FREE_FAILURES, Account, AdminAct
from callcenter.errors import (
    ConflictError,
    InputError,
    NotFoundError,
    RefusedError,
    UnauthenticatedError,
)
from callcenter.store.unit_of_work import Store
from tests.desks import Watch
from tests.doors import PASSWORD, Draws, quick_passwords

CHOI = By(actor=Actor(login="choi", roles=frozenset({Role.MANAGER})), request_id="r-1")
OTHER = "another good password"


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def desk(store: Store, watch: Watch) -> AccountDesk:
    return AccountDesk(store, passwords=quick_passwords(), now=watch, draw=Draws())


async def let_in(desk: AccountDesk, login: str = "kim", *roles: Role) -> Account:
    new = NewAccount(
        login=login, name="김", roles=frozenset(roles or {Role.AGENT}), password=PASSWORD
    )
    account, drawn = await desk.add(new, by=CHOI)
    assert drawn is None
    return account


async def acts(store: Store) -> list[AdminAct]:
    async with store.reading() as uow:
        return [*reversed(await uow.admin_acts.page(before=None, most=100))]


async def fails(desk: AccountDesk, login: str, password: str) -> str:
    with pytest.raises(UnauthenticatedError) as refused:
        await desk.log_in(login, password)
    return str(refused.value)


async def test_whoever_knows_the_password_comes_in(desk: AccountDesk) -> None:
    account = await let_in(desk)

    assert await desk.log_in("kim", PASSWORD) == account


async def test_a_long_korean_password_comes_in_from_a_keyboard_that_sends_letters_apart(
    desk: AccountDesk,
) -> None:
    password = "긴비밀번호" * 30
    await desk.add(
        NewAccount(login="kim", name="김", roles=frozenset({Role.AGENT}), password=password),
        by=CHOI,
    )

    apart = unicodedata.normalize("NFD", password)

    assert len(apart) > 256
    await desk.log_in("kim", apart)


async def test_nobody_hears_which_logins_there_are(desk: AccountDesk) -> None:
    await let_in(desk, "kim")
    inactive = await let_in(desk, "lee")
    await desk.change("lee", **granted(inactive, active=False), by=CHOI)
    waiting = await let_in(desk, "park")
    for _ in range(FREE_FAILURES):
        await fails(desk, waiting.login, "wrong")

    heard = {
        await fails(desk, "kim", "wrong"),
        await fails(desk, "nobody", PASSWORD),
        await fails(desk, "lee", PASSWORD),
        await fails(desk, "park", PASSWORD),
        await fails(desk, "' OR 1=1 --", "' OR 1=1 --"),
        await fails(desk, "<script>alert(1)</script>", "x"),
        await fails(desk, "kim", "x" * 100_000),
    }

    assert len(heard) == 1


async def test_the_same_work_is_done_for_a_login_that_is_none(store: Store) -> None:
    class Counting:
        def __init__(self) -> None:
            self.verified: list[str] = []

        def hash(self, password: str) -> str:
            return f"hash of {password}"

        def verify(self, hash: str, password: str) -> bool:  # noqa: A002 - argon2's own name
            self.verified.append(hash)
            return hash == self.hash(password)

        def check_needs_rehash(self, hash: str) -> bool:  # noqa: A002 - argon2's own name
            return not hash

    hasher = Counting()
    desk = AccountDesk(store, passwords=Passwords(hasher), now=Watch(), draw=Draws())
    await let_in(desk)

    await fails(desk, "kim", "wrong")
    await fails(desk, "nobody", "wrong")
    await fails(desk, "nobody", "a password that nobody has")

    assert len(hasher.verified) == 3


async def test_after_some_wrong_passwords_even_the_right_one_waits(
    desk: AccountDesk, watch: Watch
) -> None:
    await let_in(desk)
    for _ in range(FREE_FAILURES):
        await fails(desk, "kim", "wrong")

    await fails(desk, "kim", PASSWORD)
    watch.advance(seconds=31)
    await fails(desk, "kim", "wrong")
    watch.advance(seconds=31)
    await fails(desk, "kim", PASSWORD)
    watch.advance(seconds=30)

    assert (await desk.log_in("kim", PASSWORD)).failures == 0


async def test_attempts_while_waiting_do_not_make_it_longer(
    desk: AccountDesk, watch: Watch
) -> None:
    """Else anybody could keep anybody out for ever."""
    await let_in(desk)
    for _ in range(FREE_FAILURES + 20):
        await fails(desk, "kim", "wrong")

    watch.advance(seconds=31)

    await desk.log_in("kim", PASSWORD)


async def test_guesses_at_the_same_moment_are_all_counted(desk: AccountDesk, store: Store) -> None:
    await let_in(desk)

    await asyncio.gather(*(fails(desk, "kim", f"wrong {n}") for n in range(FREE_FAILURES)))

    async with store.reading() as uow:
        account = await uow.accounts.get("kim")
    assert account is not None
    assert account.failures == FREE_FAILURES
    assert account.locked_until is not None


async def test_a_password_changed_in_between_lets_the_old_one_not_in(
    store: Store, watch: Watch
) -> None:
    passwords = quick_passwords()
    desk = AccountDesk(store, passwords=passwords, now=watch, draw=Draws())
    await let_in(desk)
    check = passwords.fits

    async def fits(password: str, kept: str | None) -> bool:
        found = await check(password, kept)
        await desk.set_password("kim", OTHER, by=CHOI)
        return found

    passwords.fits = fits  # type: ignore[method-assign]

    await fails(desk, "kim", PASSWORD)


async def test_a_hash_of_weaker_days_is_made_anew(store: Store, watch: Watch) -> None:
    class Growing:
        strength = 1

        def hash(self, password: str) -> str:
            return f"{self.strength}:{password}"

        def verify(self, hash: str, password: str) -> bool:  # noqa: A002 - argon2's own name
            return hash.partition(":")[2] == password

        def check_needs_rehash(self, hash: str) -> bool:  # noqa: A002 - argon2's own name
            return not hash.startswith(f"{self.strength}:")

    hasher = Growing()
    desk = AccountDesk(store, passwords=Passwords(hasher), now=watch, draw=Draws())
    account = await let_in(desk)
    hasher.strength = 2

    renewed = await desk.log_in("kim", PASSWORD)

    assert renewed == replace(account, password_hash=f"2:{PASSWORD}")
    assert await desk.log_in("kim", PASSWORD) == renewed


async def test_a_login_is_given_to_one_person(desk: AccountDesk, store: Store) -> None:
    await let_in(desk)

    with pytest.raises(ConflictError):
        await let_in(desk)
    assert [act.act for act in await acts(store)] == ["account-added"]


async def test_a_password_is_drawn_if_none_is_said(desk: AccountDesk) -> None:
    new = NewAccount(login="kim", name="김", roles=frozenset({Role.AGENT}))

    _, drawn = await desk.add(new, by=CHOI)

    assert drawn is not None
    assert len(drawn.replace("-", "")) == 24
    await desk.log_in("kim", drawn)


def granted(account: Account, **changes: object) -> dict[str, Any]:
    names = ("name", "roles", "unit", "active")
    return {name: getattr(account, name) for name in names} | changes


async def test_a_change_of_roles_makes_older_tokens_worthless(desk: AccountDesk) -> None:
    account = await let_in(desk)
    assert await desk.still_in("kim", generation=0) == account

    await desk.change("kim", **granted(account, roles=frozenset({Role.LEAD})), by=CHOI)

    with pytest.raises(UnauthenticatedError):
        await desk.still_in("kim", generation=0)
    assert (await desk.still_in("kim", generation=1)).roles == {Role.LEAD}


async def test_two_managers_cannot_overwrite_each_other(desk: AccountDesk) -> None:
    account = await let_in(desk)
    await desk.change("kim", **granted(account, name="김민지"), expected=0, by=CHOI)

    with pytest.raises(ConflictError, match="changed since"):
        await desk.change("kim", **granted(account, name="이민지"), expected=0, by=CHOI)


async def test_the_last_manager_stays(desk: AccountDesk) -> None:
    kim = await let_in(desk, "kim", Role.MANAGER)
    await let_in(desk, "lee", Role.LEAD)

    for changes in ({"active": False}, {"roles": frozenset({Role.LEAD})}):
        with pytest.raises(RefusedError, match="last manager"):
            await desk.change("kim", **granted(kim, **changes), by=CHOI)

    await let_in(desk, "park", Role.MANAGER)
    assert not (await desk.change("kim", **granted(kim, active=False), by=CHOI)).active


async def test_two_managers_who_dismiss_each_other_at_once_do_not_both_go(
    desk: AccountDesk,
) -> None:
    people = [await let_in(desk, login, Role.MANAGER) for login in ("kim", "lee")]

    outcomes = await asyncio.gather(
        *(desk.change(one.login, **granted(one, active=False), by=CHOI) for one in people),
        return_exceptions=True,
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Account", "RefusedError"]


async def test_nobody_is_changed_who_is_not_there(desk: AccountDesk) -> None:
    kim = await let_in(desk)

    for attempt in (
        desk.change("lee", **granted(kim), by=CHOI),
        desk.set_password("lee", None, by=CHOI),
        desk.end_sessions("lee", by=CHOI),
        desk.account("lee"),
    ):
        with pytest.raises(NotFoundError, match="no account 'lee'"):
            await attempt


async def test_a_new_password_ends_the_wait_and_the_old_sessions(desk: AccountDesk) -> None:
    await let_in(desk)
    for _ in range(FREE_FAILURES):
        await fails(desk, "kim", "wrong")

    drawn = await desk.set_password("kim", None, by=CHOI)

    assert drawn is not None
    assert (await desk.log_in("kim", drawn)).generation == 1


async def test_ones_own_password_is_changed_by_who_knows_it(desk: AccountDesk) -> None:
    await let_in(desk)
    with pytest.raises(UnauthenticatedError):
        await desk.change_own_password("kim", old="wrong", new=OTHER, by=CHOI)
    with pytest.raises(InputError, match="another password"):
        await desk.change_own_password("kim", old=PASSWORD, new=PASSWORD, by=CHOI)

    await desk.change_own_password("kim", old=PASSWORD, new=OTHER, by=CHOI)

    await fails(desk, "kim", PASSWORD)
    assert (await desk.log_in("kim", OTHER)).generation == 1


async def test_a_key_opens_until_it_expires_or_is_revoked(desk: AccountDesk, watch: Watch) -> None:
    new = NewKey(
        name="gate",
        roles=frozenset({Role.INTEGRATOR}),
        expires_at=watch() + timedelta(days=1),
    )
    key, text = await desk.issue_key(new, by=CHOI)
    other, _ = await desk.issue_key(replace(new, expires_at=None), by=CHOI)

    assert await desk.key(text) == key
    assert text.startswith(f"cc_{key.key_id}_")
    assert text not in str(key)
    watch.advance(days=1)
    with pytest.raises(UnauthenticatedError):
        await desk.key(text)
    await desk.revoke_key(other.key_id, by=CHOI)
    with pytest.raises(NotFoundError):
        await desk.revoke_key(other.key_id, by=CHOI)


async def test_only_the_whole_key_opens(desk: AccountDesk) -> None:
    _, text = await desk.issue_key(NewKey(name="a", roles=frozenset({Role.WALLBOARD})), by=CHOI)
    _, other = await desk.issue_key(NewKey(name="b", roles=frozenset({Role.MANAGER})), by=CHOI)
    mixed = f"cc_{other.split('_')[1]}_{text.split('_')[2]}"

    for wrong in (text[:-1], f"{text}0", text.upper(), mixed, "cc__", "cc_%_%", "", "_" * 10):
        with pytest.raises(UnauthenticatedError):
            await desk.key(wrong)


@pytest.mark.parametrize("rate", [0, -1, 60_001])
async def test_a_key_has_a_sensible_pace(desk: AccountDesk, rate: int) -> None:
    new = NewKey(name="a", roles=frozenset({Role.WALLBOARD}), requests_per_minute=rate)

    with pytest.raises(InputError, match="requests_per_minute"):
        await desk.issue_key(new, by=CHOI)


async def test_every_act_is_written_down_with_who_and_in_which_request_and_no_secret(
    desk: AccountDesk, store: Store
) -> None:
    kim = await let_in(desk)
    await desk.change("kim", **granted(kim, roles=frozenset({Role.LEAD})), by=CHOI)
    drawn = await desk.set_password("kim", None, by=CHOI)
    await desk.change_own_password("kim", old=drawn or "", new=OTHER, by=CHOI)
    await desk.end_sessions("kim", by=CHOI)
    key, text = await desk.issue_key(
        NewKey(name="gate", roles=frozenset({Role.INTEGRATOR})), by=CHOI
    )
    await desk.revoke_key(key.key_id, by=CHOI)

    written = await acts(store)

    assert [(act.act, act.subject) for act in written] == [
        ("account-added", "kim"),
        ("account-changed", "kim"),
        ("password-set", "kim"),
        ("password-changed", "kim"),
        ("sessions-ended", "kim"),
        ("key-issued", key.key_id),
        ("key-revoked", key.key_id),
    ]
    assert {(act.actor, act.request_id) for act in written} == {("choi", "r-1")}
    assert json.loads(written[1].detail)["roles"] == ["lead"]
    everything = repr(written)
    for secret in (PASSWORD, OTHER, drawn, text, key.key_hash):
        assert secret is not None
        assert secret not in everything
