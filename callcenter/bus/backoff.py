"""How long to wait before trying again: longer each time, and never in step with the others.

Full jitter, a uniform draw below a doubling bound: after a broker's restart its clients come back spread
out, and not in waves.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """The bound of the wait: `first_seconds`, doubling, at most `longest_seconds`."""

    first_seconds: float = 0.2
    longest_seconds: float = 15.0
    settled_after_seconds: float = 5.0
    """A line that held so long was a good one: the next wait is a first one again."""

    def delay(self, failures: int, *, jitter: Callable[[], float]) -> float:
        """Draw the wait in seconds after so many failures in a row, the first being 1."""
        doublings = min(failures - 1, 32)
        return jitter() * min(self.longest_seconds, self.first_seconds * 2.0**doublings)
