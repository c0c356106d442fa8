"""Checks of what a formula is given; each refusal names the argument and what was expected."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

_Check = Callable[[NDArray[np.float64]], NDArray[np.bool_]]


def refuse(name: str, *, expected: str, got: object) -> ValueError:
    """Build, not raise, the error for the argument `name`."""
    return ValueError(f"{name}: expected {expected}, got {got!r}")


def rate(value: ArrayLike, *, name: str) -> NDArray[np.float64]:
    """Return finite numbers, zero or more."""
    expected = "a finite number, zero or more"
    return _checked(value, lambda x: np.isfinite(x) & (x >= 0), name=name, expected=expected)


def duration(value: ArrayLike, *, name: str) -> NDArray[np.float64]:
    """Return finite lengths of time above zero."""
    return _checked(
        value, lambda x: np.isfinite(x) & (x > 0), name=name, expected="a finite time above zero"
    )


def patience_mean(value: ArrayLike, *, name: str) -> NDArray[np.float64]:
    """Return mean patiences above zero, where infinity means that nobody ever hangs up."""
    return _checked(value, lambda x: x > 0, name=name, expected="a time above zero, or infinity")


def threshold(value: ArrayLike, *, name: str) -> NDArray[np.float64]:
    """Return times, zero or more; infinity is allowed."""
    return _checked(value, lambda x: x >= 0, name=name, expected="a time, zero or more")


def share(value: ArrayLike, *, name: str) -> NDArray[np.float64]:
    """Return numbers from 0 to 1."""
    return _checked(
        value, lambda x: (x >= 0) & (x <= 1), name=name, expected="a number from 0 to 1"
    )


def count(value: ArrayLike, *, name: str) -> NDArray[np.float64]:
    """Return whole numbers, zero or more, as floats ready for arithmetic."""
    return _checked(
        value,
        lambda x: np.isfinite(x) & (x >= 0) & (x == np.floor(x)),
        name=name,
        expected="a whole number, zero or more",
    )


def _checked(value: ArrayLike, holds: _Check, *, name: str, expected: str) -> NDArray[np.float64]:
    try:
        numbers = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise refuse(name, expected=expected, got=value) from error
    wrong = ~holds(numbers)
    if np.any(wrong):
        raise refuse(name, expected=expected, got=float(numbers[wrong].flat[0]))
    return numbers
