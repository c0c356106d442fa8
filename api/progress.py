"""Telling a waiting person how far a run is, on stderr: a bar on a terminal, one line elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Watch = Callable[[int, int], None]
"""Called with the replications done and those to be done."""

COMPILING = "compiling the engine, once (a minute or two)"


def engine_is_compiled() -> bool:
    """Say whether the compiled engine is on disk already; loads nothing. A guess from file dates."""
    import simulation

    engines = Path(simulation.__file__ or "").parent / "engines"
    kept = [file.stat().st_mtime for file in (engines / "__pycache__").glob("fast.*.nbc")]
    sources = [engines / "fast.py", *(engines / "compiled").glob("*.py")]
    written = [file.stat().st_mtime for file in sources if file.is_file()]
    return bool(kept) and max(kept) >= max(written, default=0)


@contextmanager
def watching(
    name: str, total: int, *, engine: str, stream: Console | None = None
) -> Iterator[Watch]:
    """Show a bar named after the scenario while the body runs."""
    stream = stream or Console(stderr=True)
    compiling = engine == "fast" and not engine_is_compiled()
    if not stream.is_terminal:
        note = f", {COMPILING}" if compiling else ""
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
        first = f"{name} – {COMPILING}" if compiling else name
        task = bar.add_task(first, total=None if compiling else total)

        def tell(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of, description=name)

        yield tell
