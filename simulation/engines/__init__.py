"""Two ways to live the same day; `port` says what both must do.

An engine is found by its name, so that choosing one does not load the other.
"""

from importlib import import_module
from typing import Final, cast

from simulation.engines.port import Engine

ENGINES: Final = ("fast", "reference")
"""`fast`: the compiled kernel. `reference`: SimPy processes, to be read and believed."""


def engine(name: str) -> Engine:
    """Return the engine of this name; an unknown name is a `ValueError`."""
    if name not in ENGINES:
        message = f"expected an engine among {', '.join(ENGINES)}, got {name!r}"
        raise ValueError(message)
    return cast("Engine", import_module(f"simulation.engines.{name}").run)
