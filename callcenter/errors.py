"""Every error of the house, one tree.

    CallCenterError
    ├── InputError            what a person wrote is wrong: file, key, what was expected
    │   ├── ScenarioError     a scenario file or an override of one
    │   └── DataError         a data file a scenario points to (trace, histogram)
    ├── CapacityError         a bounded thing ran full and refused, losing nothing
    └── NotAvailableError     an optional part is not installed

Each class has a stable `code`, the same in messages, JSON and, later, problem bodies.
"""

from typing import ClassVar


class CallCenterError(Exception):
    """Base of all errors raised on purpose; never raised itself."""

    code: ClassVar[str] = "error"


class InputError(CallCenterError):
    """What a person wrote cannot be used; names the place and what was expected."""

    code: ClassVar[str] = "bad-input"

    def __init__(
        self, why: str, *, file: str | None = None, line: int | None = None, key: str | None = None
    ) -> None:
        """Keep the parts apart, so that a page can point at the line."""
        self.why = why
        self.file = file
        self.line = line
        self.key = key
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        place = self.file or ""
        if self.line is not None:
            place = f"{place}:{self.line}" if place else f"line {self.line}"
        return ": ".join(part for part in (place, self.key, self.why) if part)


class ScenarioError(InputError):
    """A scenario, or an override of one, cannot be used."""

    code: ClassVar[str] = "bad-scenario"


class DataError(InputError):
    """A data file that a scenario points to cannot be used."""

    code: ClassVar[str] = "bad-data"


class CapacityError(CallCenterError):
    """A bounded table ran full; nothing was dropped, the caller may retry with more room."""

    code: ClassVar[str] = "full"


class NotAvailableError(CallCenterError):
    """An optional part of the house is not installed; the message says how to get it."""

    code: ClassVar[str] = "not-available"
