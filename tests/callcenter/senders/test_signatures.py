from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from callcenter.errors import TokenExpiredError, TokenForgedError
from callcenter.senders.signatures import WINDOW, sign, verify

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
BODY = b'{"id":"2026-000001/3"}'
SECRET = "whsec_1"  # noqa: S105 - not a password of anything


def test_a_signature_is_the_same_everywhere() -> None:
    # Computed with another program: printf '1795395600.%s' "$BODY" | openssl dgst -sha256 -hmac whsec_1
    assert sign(BODY, secret=SECRET, at=NOW) == (
        "t=1795395600,v1=bbdf83ee958653c903de92d204bd59c4df5c89fb258445fc7e3d7eb47edf8419"
    )


@given(body=st.binary(max_size=200), secret=st.text(min_size=1, max_size=40))
def test_what_was_signed_is_accepted(body: bytes, secret: str) -> None:
    verify(body, header=sign(body, secret=secret, at=NOW), secret=secret, now=NOW)


@pytest.mark.parametrize("late", [-WINDOW, WINDOW])
def test_the_window_has_two_ends(late: timedelta) -> None:
    header = sign(BODY, secret=SECRET, at=NOW)
    verify(BODY, header=header, secret=SECRET, now=NOW + late)

    with pytest.raises(TokenExpiredError):
        verify(BODY, header=header, secret=SECRET, now=NOW + late * 1.01)


def test_another_body_secret_or_time_is_refused() -> None:
    header = sign(BODY, secret=SECRET, at=NOW)

    with pytest.raises(TokenForgedError):
        verify(BODY + b" ", header=header, secret=SECRET, now=NOW)
    with pytest.raises(TokenForgedError):
        verify(BODY, header=header, secret="whsec_2", now=NOW)  # noqa: S106 - not a password of anything
    later = header.replace("t=1795395600", "t=1795395601")
    with pytest.raises(TokenForgedError):
        verify(BODY, header=later, secret=SECRET, now=NOW)


@pytest.mark.parametrize(
    "header",
    ["", "v1=", "t=1,v1=abc", "t=１,v1=" + "0" * 64, "t=1,v1=" + "0" * 64 + "\n", "t=1;v1=0"],
)
def test_what_is_no_signature_is_refused(header: str) -> None:
    with pytest.raises(TokenForgedError):
        verify(BODY, header=header, secret=SECRET, now=NOW)
