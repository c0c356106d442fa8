"""Every error of the house has an answer, and says nothing it should not."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import api
import callcenter
import simulation
from api.errors import ANSWERS, REFUSALS, answer_to, refusal_of
from callcenter import errors
from callcenter.errors import CallCenterError

OUR_FAULT: set[type[CallCenterError]] = {
    errors.KeysError,
    errors.SealError,
    errors.UnsafeSettingsError,
    errors.PoisonMessageError,
}


def load_everything() -> None:
    for building in (api, callcenter, simulation):
        for module in pkgutil.walk_packages(building.__path__, f"{building.__name__}."):
            if ".migrations" not in module.name and "notebook" not in module.name:
                importlib.import_module(module.name)


def subclasses(of: type[CallCenterError]) -> Iterator[type[CallCenterError]]:
    for found in of.__subclasses__():
        yield found
        yield from subclasses(found)


load_everything()
ERRORS = sorted(set(subclasses(CallCenterError)), key=lambda error: error.__name__)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_has_an_answer_of_its_own_or_of_its_parent(
    error: type[CallCenterError],
) -> None:
    rows = [kind for kind in error.__mro__ if kind in ANSWERS and kind is not CallCenterError]

    assert rows, (
        "give it a row in api/errors.py: who is to blame, and what a person reads in Korean"
    )


def test_codes_are_stable_words_and_nobody_shares_one() -> None:
    codes = [error.code for error in ERRORS]

    assert len(set(codes)) == len(codes)
    assert all(code.replace("-", "").islower() and code.isascii() for code in codes)


@pytest.mark.parametrize("error", sorted(OUR_FAULT, key=str))
def test_what_is_our_own_fault_is_not_told_outside(error: type[CallCenterError]) -> None:
    row = answer_to(error.__new__(error))

    assert row.status >= 500
    assert not row.told


def test_every_answer_speaks_korean() -> None:
    texts = [row.ko for rows in (ANSWERS, REFUSALS) for row in rows.values()]

    assert [text for text in texts if not re.search("[가-힣]", text)] == []


@pytest.mark.parametrize(("status", "code"), [(418, "malformed"), (502, "internal")])
def test_an_unforeseen_status_is_answered_as_its_kind(status: int, code: str) -> None:
    assert refusal_of(status).code == code
