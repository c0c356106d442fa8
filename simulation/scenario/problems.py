"""What is wrong with a scenario, said by key path; the file and the line are found later."""

from collections.abc import Iterable
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Keys and list positions from the top of the scenario down."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that cannot stay as it is."""

    path: Path
    why: str


class ProblemsError(ValueError):
    """Several problems found by one check; paths are relative to the object checked."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep them all: a person mends a file faster when told everything at once."""
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{spell(p.path)}: {p.why}" for p in self.problems))


def spell(path: Path) -> str:
    """Write a path the way a person does: `queue.phone.talk`, `shift.day.pauses[1]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text
