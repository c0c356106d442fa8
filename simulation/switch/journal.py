"""What must be kept of a living day so that a switch that was killed goes on as if nothing had been.

A day is a function of its scenario, its seed, its replication and the orders it was given. Lived again, it
says the same under the same numbers; only what had not been kept of it is told then.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from pydantic import TypeAdapter, ValidationError

from callcenter.clock import Tick
from callcenter.telephony.commands import Command

MARK: Final = "living"
"""Under this name it is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """Where a living switch stands."""

    digest: str
    """Of the scenario."""
    seed: int
    date: date
    replication: int
    before: int
    """The last number used before the day."""
    clock: Tick
    """What its clock showed: microseconds since 1970-01-01T00:00:00Z."""
    orders: tuple[tuple[Tick, Command], ...]
    """What was ordered, and at which tick of the day."""

    def text(self) -> str:
        """Write it down."""
        return _JSON.dump_json(self).decode()

    @classmethod
    def of(cls, text: str) -> Self | None:
        """Read it; `None` if it is none, or one of another version."""
        try:
            return _JSON.validate_json(text)  # type: ignore[return-value]
        except ValidationError:
            return None


_JSON: Final = TypeAdapter(Journal)
