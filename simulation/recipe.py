"""What all replications of a plan are drawn by, worked out once.

A new purpose is one more column here with a name of its own; it moves nothing that is drawn already.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from simulation.arrivals import Draw, callers_of
from simulation.laws import Law, Ticks, ladder
from simulation.programme import Programme, QueueProgramme, TraceSource
from simulation.scenario.variate_specs import Variate
from simulation.start import Present, present
from simulation.state import EMPTY, InitialState
from simulation.tables import COINS, DURATIONS, Tables
from simulation.variates import law_of

Fill = Callable[[npt.NDArray[Any], np.random.Generator, Ticks | None], object]
"""Fills rows that are already there: ticks as real numbers, coins and levels as they are."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """Fills rows with a duration; knows its specification for those whose past is known."""

    spec: Variate
    law: Law

    def __call__(
        self, out: npt.NDArray[Any], rng: np.random.Generator, clock: Ticks | None
    ) -> None:
        """Fill them."""
        self.law.fill(out, rng, clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What the rows of one queue hold in a column."""

    purpose: str
    """Names its streams."""
    fill: Fill | None
    constant: int = 0
    """Stands in all rows where nothing fills them."""
    known: Ticks | None = None
    """What a trace tells of its callers, `NONE` where it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the fates that somebody needs."""

    name: str
    kind: type[np.generic]
    parts: tuple[Part, ...]
    """By queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything about a drawing that is not random."""

    tables: Tables
    programme: Programme
    state: InitialState
    there: Present
    callers: tuple[Draw, ...]
    """By queue."""
    columns: tuple[Column, ...]

    @classmethod
    def of(cls, tables: Tables, programme: Programme, *, state: InitialState = EMPTY) -> "Recipe":
        """Work out what has to be drawn.

        Args:
            tables: Give the constants of queues that share a column with a random one, and speeds.
            state: What is true at the start; earlier arrivals are drawn and left out.
        """
        there = present(state, tables, programme)
        return cls(
            tables=tables,
            programme=programme,
            state=state,
            there=there,
            callers=tuple(callers_of(queue, since=state.at) for queue in programme.queues),
            columns=(
                *_priority(programme.queues, there),
                *_durations(programme.queues, tables),
                *_coins(programme.queues),
            ),
        )


def _priority(queues: Iterable[QueueProgramme], there: Present) -> Iterator[Column]:
    parts = tuple(_levels(queue) for queue in queues)
    if there.priority.any() or any(part.fill or part.constant for part in parts):
        yield Column(name="priority", kind=np.int8, parts=parts)


def _levels(queue: QueueProgramme) -> Part:
    levels = np.array([level for level, _ in queue.priorities], np.int8)
    steps = ladder(np.array([share for _, share in queue.priorities], np.float64))
    purpose = f"priority/{queue.name}"
    if len(levels) == 1:
        return Part(purpose=purpose, fill=None, constant=int(levels[0]))

    def fill(out: npt.NDArray[Any], rng: np.random.Generator, _clock: Ticks | None) -> None:
        out[...] = levels[np.searchsorted(steps, rng.random(len(out)), side="right")]

    return Part(purpose=purpose, fill=fill)


def _durations(queues: tuple[QueueProgramme, ...], tables: Tables) -> Iterator[Column]:
    # Hold first: what a talk has in common with its past depends on it.
    for name in sorted(DURATIONS, key=lambda name: name != "hold"):
        parts = tuple(
            _duration(queue, name, constant=int(tables.queue[name][number]))
            for number, queue in enumerate(queues)
        )
        if any(part.fill is not None or part.known is not None for part in parts):
            yield Column(name=name, kind=np.int64, parts=parts)


def _duration(queue: QueueProgramme, name: str, *, constant: int) -> Part:
    spec, known = queue.durations.get(name), None
    if isinstance(queue.source, TraceSource):
        known = {"patience": queue.source.patience, "talk": queue.source.talk}.get(name)
    return Part(
        purpose=f"{name}/{queue.name}",
        fill=None if spec is None else Lasting(spec, law_of(spec)),
        constant=constant,
        known=known,
    )


def _coins(queues: tuple[QueueProgramme, ...]) -> Iterator[Column]:
    for name in COINS:
        if any(name in queue.coins for queue in queues):
            parts = tuple(
                Part(
                    purpose=f"coin/{name}/{queue.name}",
                    fill=_toss if name in queue.coins else None,
                )
                for queue in queues
            )
            yield Column(name=name, kind=np.uint32, parts=parts)


def _toss(out: npt.NDArray[Any], rng: np.random.Generator, _clock: Ticks | None) -> None:
    """Take two coins of each 64 bits, low half first, as `rng.integers` does three times as slowly."""
    words = rng.bit_generator.random_raw((len(out) + 1) // 2)
    out[...] = words.astype("<u8", copy=False).view("<u4")[: len(out)]
