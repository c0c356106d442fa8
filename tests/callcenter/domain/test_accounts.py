import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from callcenter.domain.access import Role
from callcenter.domain.accounts import (
    FREE_FAILURES,
    ApiKey,
    checked_login,
    checked_password,
    checked_roles,
    pause_after,
    roles_named,
)
from callcenter.errors import InputError

NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)


def a_key(*, expires_at: datetime | None = None, revoked_at: datetime | None = None) -> ApiKey:
    return ApiKey(
        key_id="k",
        key_hash="h",
        name="gate",
        roles=frozenset({Role.INTEGRATOR}),
        unit=None,
        requests_per_minute=60,
        created_at=NOON,
        created_by="kim",
        expires_at=expires_at,
        revoked_at=revoked_at,
    )


def test_the_first_wrong_passwords_cost_nothing() -> None:
    assert [pause_after(failures) for failures in range(FREE_FAILURES)] == [None] * FREE_FAILURES


def test_each_further_one_costs_twice_the_wait_up_to_a_quarter_of_an_hour() -> None:
    waits = [pause_after(FREE_FAILURES + beyond) for beyond in range(7)]

    assert waits[:3] == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
    assert waits[-1] == timedelta(minutes=15)


@given(failures=st.integers(0, 10**9))
def test_nobody_is_locked_out_for_good(failures: int) -> None:
    assert (pause_after(failures) or timedelta()) <= timedelta(minutes=15)
    assert (pause_after(failures) or timedelta()) <= (pause_after(failures + 1) or timedelta())


@pytest.mark.parametrize("login", ["kim", "kim.minji", "a1", "x-y_z.9", "a" * 40])
def test_a_login_is_of_small_latin_letters_digits_and_a_few_signs(login: str) -> None:
    assert checked_login(login) == login


NO_LOGINS = ("", "a", "Kim", "1kim", ".kim", "홍길동", "kim minji", "a" * 41, "kim\n", "key:x")
NOBODYS = ("system", "public", "console")


@pytest.mark.parametrize("login", [*NO_LOGINS, *NOBODYS, "' OR 1=1--", "<b>kim</b>"])
def test_another_login_is_refused_and_not_repeated(login: str) -> None:
    with pytest.raises(InputError, match="login: expected 2 to 40") as refused:
        checked_login(login)
    assert len(login) < 3 or login not in str(refused.value)


def test_a_password_has_one_spelling_however_it_was_typed() -> None:
    written = "비밀번호는길어야합니다1234"

    typed_apart = unicodedata.normalize("NFD", written)

    assert checked_password(typed_apart, login="kim") == written != typed_apart


@pytest.mark.parametrize(
    "password", ["", "short", "x" * 257, "kim has a password", "KIM-2026-11-22"]
)
def test_a_password_that_is_easily_guessed_is_refused_and_not_repeated(password: str) -> None:
    with pytest.raises(InputError, match="password: expected") as refused:
        checked_password(password, login="kim")
    assert not password or password not in str(refused.value)


@pytest.mark.parametrize("roles", [set(), {Role.SYSTEM}, {Role.AGENT, Role.SYSTEM}, {Role.PUBLIC}])
def test_the_house_and_the_public_are_no_roles_to_be_granted(roles: set[Role]) -> None:
    with pytest.raises(InputError, match="expected at least one of agent"):
        checked_roles(frozenset(roles), unit=None)


def test_an_officer_speaks_for_a_department() -> None:
    officer = frozenset({Role.OFFICER})

    assert checked_roles(officer, unit="road") == officer
    with pytest.raises(InputError, match="unit an officer speaks for"):
        checked_roles(officer, unit=None)


def test_roles_are_read_by_their_names() -> None:
    assert roles_named(["agent", "lead", "agent"]) == {Role.AGENT, Role.LEAD}
    for unknown in ("boss", "system", "public", "Agent", ""):
        with pytest.raises(InputError, match="expected one of manager"):
            roles_named([unknown])


def test_a_key_is_good_until_it_expires_or_is_revoked() -> None:
    later = NOON + timedelta(days=1)

    assert a_key().good(NOON)
    assert a_key(expires_at=later).good(NOON)
    assert not a_key(expires_at=later).good(later)
    assert not a_key(revoked_at=NOON).good(NOON)
