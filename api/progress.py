"""Telling a waiting person how far a run is, on stderr: a bar on a terminal, one line elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Watch = Callable[[int, int], None]
"""Called with the replications done and those to be done."""

COMPILING = "compiling the engine, once (a minute or two)"


def must_compile(engine: str) -> bool:
    """Say whether the engine is compiled first, which is done once and kept on disk."""
    if engine != "fast":
        return False
    from simulation.engines.kernel import is_kept

    return not is_kept()


@contextmanager
def watching(
    name: str, total: int, *, engine: str, stream: Console | None = None
) -> Iterator[Watch]:
    """Show a bar named after the scenario while the body runs."""
    stream = stream or Console(stderr=True)
    if not stream.is_terminal:
        note = f", {COMPILING}" if must_compile(engine) else ""
        sys.stderr.write(f"running {name}: {total} replications{note}\n")
        sys.stderr.flush()
        yield lambda _done, _total: None
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=stream,
        transient=True,
    )
    with bar:
        task = bar.add_task(name, total=None)
        if must_compile(engine):
            bar.update(task, description=f"{name} – {COMPILING}")

        def tell(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of, description=name)

        yield tell
