"""The vault: what is sealed opens in its place only, what is hashed is found, what is signed is ours."""

import base64
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import assume, given, strategies as st

from callcenter.domain.privacy import Contact
from callcenter.errors import (
    ContactError,
    KeysError,
    SealError,
    TokenExpiredError,
    TokenForgedError,
    TokenPurposeError,
)
from callcenter.vault import KEY_BYTES, Cell, KeyRing, RandomBytes, Vault, new_key

NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)
PHONE = Cell(table="petitioner", row="12", column="phone")


def counted() -> RandomBytes:
    """Give bytes that never repeat and that a test can tell beforehand."""
    numbers = count(1)
    return lambda size: next(numbers).to_bytes(size, "big")


def ring(*ids: str, salt: int = 0) -> KeyRing:
    """Make a ring whose keys depend on their names and the salt only."""
    entries = (f"{k}:{encoded(bytes([salt]) + k.encode().ljust(31, b'.'))}" for k in ids)
    return KeyRing.from_text(",".join(entries), name="CALLCENTER_KEYS")


def encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


def a_vault(
    *, sealing: KeyRing | None = None, lookup: KeyRing | None = None, signing: KeyRing | None = None
) -> Vault:
    return Vault(
        sealing=sealing or ring("k1", salt=1),
        lookup=lookup or ring("k1", salt=2),
        signing=signing or ring("k1", salt=3),
        random_bytes=counted(),
    )


# --- Keys ---------------------------------------------------------------------------------------------


def test_a_new_key_fits_on_a_ring() -> None:
    text = f"{new_key('k2')},{new_key('k1')}"

    assert KeyRing.from_text(text, name="CALLCENTER_KEYS").ids == ("k2", "k1")


def test_two_new_keys_differ() -> None:
    assert new_key("k1") != new_key("k1")


def test_a_new_key_is_as_random_as_its_source() -> None:
    expected = f"k1:{encoded((1).to_bytes(KEY_BYTES, 'big'))}"

    assert new_key("k1", random_bytes=counted()) == expected


def test_a_ring_shows_no_key() -> None:
    key = ring("k1")

    assert repr(key) == "KeyRing()"


GOOD = encoded(bytes(range(32)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "KEYS: expected at least one key as `id:base64`, got nothing; make one with"),
        (" , ", "KEYS: expected at least one key"),
        (GOOD, "KEYS, entry 1: expected `id:base64`, got no colon"),
        (f"K1:{GOOD}", "KEYS, entry 1: expected an id of up to 16 small letters, digits and -"),
        (f":{GOOD}", "KEYS, entry 1: expected an id"),
        (f"k1:{GOOD},k2:not base64!", "KEYS, entry 2 (k2): expected base64"),
        (f"k1:{GOOD[:9]}!{GOOD[9:]}", "KEYS, entry 1 (k1): expected base64"),
        ("k1:한글", "KEYS, entry 1 (k1): expected base64"),
        ("k1:", "KEYS, entry 1 (k1): expected 32 bytes, got 0"),
        (f"k1:{encoded(b'short')}", "KEYS, entry 1 (k1): expected 32 bytes, got 5"),
        (f"k1:{encoded(bytes(32))}", "KEYS, entry 1 (k1): expected random bytes"),
        (f"k1:{GOOD},k1:{encoded(b'x' * 31 + b'y')}", "KEYS: expected every id once"),
        (f"k1:{GOOD},k2:{GOOD}", "KEYS: expected every key once"),
    ],
)
def test_a_ring_that_would_not_hold_is_refused(text: str, expected: str) -> None:
    with pytest.raises(KeysError) as caught:
        KeyRing.from_text(text, name="KEYS")

    assert str(caught.value).startswith(expected)
    assert GOOD not in str(caught.value)


@pytest.mark.parametrize("key_id", ["", "K1", "k:1", "k,1", "x" * 17, "열쇠"])
def test_a_key_needs_a_plain_name(key_id: str) -> None:
    with pytest.raises(KeysError, match="expected a key's id"):
        new_key(key_id)


def test_one_key_serves_one_purpose() -> None:
    with pytest.raises(KeysError, match="expected different keys to seal, to look up and to sign"):
        Vault(sealing=ring("a"), lookup=ring("b"), signing=ring("c", "a"))


# --- Sealing ------------------------------------------------------------------------------------------


@given(plain=st.text())
def test_what_is_sealed_opens_in_its_place(plain: str) -> None:
    vault = a_vault()

    assert vault.open_(vault.seal(plain, context=PHONE), context=PHONE) == plain


def test_a_sealed_text_is_not_to_be_seen() -> None:
    sealed = a_vault().seal("+821012345678", context=PHONE)

    assert b"1012345678" not in sealed


def test_the_same_text_never_looks_the_same() -> None:
    vault = a_vault()

    assert vault.seal("홍길동", context=PHONE) != vault.seal("홍길동", context=PHONE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        Cell(table="petitioner", row="13", column="phone"),
        Cell(table="petitioner", row="12", column="name"),
        Cell(table="lead", row="12", column="phone"),
        Cell(table="petitioner", row='12","', column="phone"),
    ],
)
def test_a_sealed_text_does_not_open_elsewhere(elsewhere: Cell) -> None:
    vault = a_vault()
    sealed = vault.seal("홍길동", context=PHONE)

    with pytest.raises(SealError, match="got something altered or moved"):
        vault.open_(sealed, context=elsewhere)


def test_two_places_are_never_written_alike() -> None:
    vault = a_vault()
    sealed = vault.seal("홍길동", context=Cell(table="a", row="b,c", column="d"))

    with pytest.raises(SealError):
        vault.open_(sealed, context=Cell(table="a", row="b", column="c,d"))


@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_one_altered_bit_is_noticed(place: int, bit: int) -> None:
    vault = a_vault()
    sealed = bytearray(vault.seal("홍길동", context=PHONE))
    sealed[place % len(sealed)] ^= 1 << bit

    with pytest.raises(SealError):
        vault.open_(bytes(sealed), context=PHONE)


@given(blob=st.binary(max_size=60) | st.binary(max_size=60).map(lambda rest: b"\x01\x02k1" + rest))
def test_what_was_not_sealed_here_does_not_open(blob: bytes) -> None:
    with pytest.raises(SealError):
        a_vault().open_(blob, context=PHONE)


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"\x01",
        b"\x01\x02k1",
        b"\x01\x02k1" + bytes(11),
        b"\x02\x02k1" + bytes(40),
        b"\x01\x02\xff\xff" + bytes(40),
        b"\x01\xff" + b"k" * 300,
    ],
)
def test_another_format_is_called_so(blob: bytes) -> None:
    with pytest.raises(SealError, match="expected data sealed by this service"):
        a_vault().open_(blob, context=PHONE)


def test_a_missing_key_is_named() -> None:
    sealed = a_vault(sealing=ring("k1")).seal("홍길동", context=PHONE)

    with pytest.raises(SealError, match="one of the keys k3, k2, got 'k1'"):
        a_vault(sealing=ring("k3", "k2")).open_(sealed, context=PHONE)


def test_another_key_of_the_same_name_does_not_open() -> None:
    sealed = a_vault(sealing=ring("k1", salt=1)).seal("홍길동", context=PHONE)

    with pytest.raises(SealError):
        a_vault(sealing=ring("k1", salt=9)).open_(sealed, context=PHONE)


def test_rotation_moves_a_text_to_the_writing_key() -> None:
    old, both, new = ring("k1"), ring("k2", "k1"), ring("k2")
    sealed = a_vault(sealing=old).seal("홍길동", context=PHONE)
    between = a_vault(sealing=both)
    rotated = between.rotate(sealed, context=PHONE)

    assert between.open_(sealed, context=PHONE) == "홍길동"
    assert a_vault(sealing=new).open_(rotated, context=PHONE) == "홍길동"
    assert between.rotate(rotated, context=PHONE) == rotated


def test_what_is_altered_is_not_rotated_into_something_good() -> None:
    vault = a_vault()

    with pytest.raises(SealError):
        vault.rotate(vault.seal("홍길동", context=PHONE)[:-1], context=PHONE)


# --- Finding ------------------------------------------------------------------------------------------


def test_a_number_is_found_however_it_is_spelt() -> None:
    vault = a_vault()
    expected = vault.lookup("+82 10-1234-5678", kind=Contact.PHONE)

    assert vault.lookup("０１０ 1234 5678", kind=Contact.PHONE) == expected
    assert vault.lookup("010-1234-5679", kind=Contact.PHONE) != expected


def test_an_address_is_found_however_it_is_spelt() -> None:
    vault = a_vault()

    expected = vault.lookup("Hong@X.kr", kind=Contact.EMAIL)

    assert vault.lookup(" hong@x.kr", kind=Contact.EMAIL) == expected


def test_without_the_key_nobody_can_try_all_numbers() -> None:
    one = a_vault(lookup=ring("k1", salt=5)).lookup("01012345678", kind=Contact.PHONE)
    other = a_vault(lookup=ring("k1", salt=6)).lookup("01012345678", kind=Contact.PHONE)

    assert len(one) == 32
    assert one != other


def test_hashes_made_with_an_older_key_are_still_looked_for() -> None:
    old = a_vault(lookup=ring("k1")).lookup("01012345678", kind=Contact.PHONE)
    new = a_vault(lookup=ring("k2")).lookup("01012345678", kind=Contact.PHONE)
    between = a_vault(lookup=ring("k2", "k1"))

    assert between.lookups("01012345678", kind=Contact.PHONE) == (new, old)
    assert between.lookup("01012345678", kind=Contact.PHONE) == new


def test_nonsense_is_not_looked_up() -> None:
    with pytest.raises(ContactError):
        a_vault().lookup("112", kind=Contact.PHONE)


# --- Signing ------------------------------------------------------------------------------------------


def a_token(vault: Vault, *, purpose: str = "survey", subject: str = "2026-000123/1") -> str:
    return vault.sign(purpose, subject=subject, expires_at=NOON + timedelta(days=7))


@given(subject=st.text(max_size=40), purpose=st.text(max_size=20))
def test_a_token_gives_back_its_subject(subject: str, purpose: str) -> None:
    vault = a_vault()
    token = a_token(vault, subject=subject, purpose=purpose)

    assert vault.verify(token, purpose=purpose, now=NOON) == subject


def test_a_token_is_fit_for_a_link() -> None:
    token = a_token(a_vault())

    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
    assert len(token) < 90


def test_a_token_is_good_until_its_moment_and_not_at_it() -> None:
    vault = a_vault()
    token = a_token(vault)
    end = NOON + timedelta(days=7)

    assert vault.verify(token, purpose="survey", now=end - timedelta(seconds=1))
    with pytest.raises(TokenExpiredError, match="got one until 2026-11-29 03:00:00"):
        vault.verify(token, purpose="survey", now=end)


def test_a_token_serves_one_purpose() -> None:
    vault = a_vault()

    with pytest.raises(TokenPurposeError, match="expected a token for ticket, got one for survey"):
        vault.verify(a_token(vault), purpose="ticket", now=NOON)


@given(place=st.integers(min_value=0), letter=st.sampled_from("AZaz09-_.가 "))
def test_one_altered_letter_is_noticed(place: int, letter: str) -> None:
    vault = a_vault()
    token = a_token(vault)
    at = place % len(token)
    forged = token[:at] + letter + token[at + 1 :]

    assume(forged != token)
    with pytest.raises(TokenForgedError):
        vault.verify(forged, purpose="survey", now=NOON)


@pytest.mark.parametrize("forge", ["", ".", "a.b", "x" * 5_000, "=" * 30, "{}", "가나다"])
def test_what_is_no_token_is_refused(forge: str) -> None:
    with pytest.raises(TokenForgedError):
        a_vault().verify(forge, purpose="survey", now=NOON)


def test_a_token_of_another_centre_is_refused() -> None:
    token = a_token(a_vault(signing=ring("k1", salt=7)))

    with pytest.raises(TokenForgedError, match="the signature is wrong"):
        a_vault(signing=ring("k1", salt=8)).verify(token, purpose="survey", now=NOON)


def test_tokens_outlive_a_change_of_keys_while_the_old_key_is_on_the_ring() -> None:
    token = a_token(a_vault(signing=ring("k1")))

    assert a_vault(signing=ring("k2", "k1")).verify(token, purpose="survey", now=NOON)
    with pytest.raises(TokenForgedError):
        a_vault(signing=ring("k2")).verify(token, purpose="survey", now=NOON)


def test_an_expired_token_of_another_centre_is_called_forged() -> None:
    token = a_token(a_vault(signing=ring("k1", salt=7)))

    with pytest.raises(TokenForgedError):
        a_vault().verify(token, purpose="survey", now=NOON + timedelta(days=999))
