"""The compiled kernel: made once, kept on disk as machine code, loaded without its compiler.

numba takes more than half a second to load, and machine code does without it
(docs/decisions/0007-machine-code-without-its-compiler.md).
"""

import inspect
import os
from collections.abc import Iterator
from contextlib import suppress
from ctypes import CFUNCTYPE, c_int64
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from importlib.util import cache_from_source
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
from llvmlite import binding as llvm

from callcenter import clock
from callcenter.clock import Tick
from callcenter.domain import agents, calls, outbound
from callcenter.telephony import call_log
from simulation import tables
from simulation.engines import port
from simulation.engines.compiled.book import ENTRY, UNCOMPILED, World, address_book, by_name

_SEAL: Final = 32
"""Bytes before the code in its file, by which a whole file is known from a part of one."""
_MAKING: Final = Lock()


def live(world: World, start_tick: Tick) -> None:
    """Live a world from the first event to the last, in place."""
    if UNCOMPILED:
        from simulation.engines.compiled import loop

        with np.errstate(over="ignore"):
            loop.live(by_name(world), start_tick)
        return
    with _MAKING:
        kernel = _kernel()
    book = address_book(world)
    ended = kernel(book.ctypes.data, start_tick)
    assert ended >= 0, "the kernel met what would have been an exception in Python"


def is_kept() -> bool:
    """Say whether machine code for this computer is on disk; if not, the first run takes a minute more."""
    return UNCOMPILED or _kept() is not None


class _Kernel:
    """Machine code in memory. It may be called by several threads at once, and holds up none."""

    def __init__(self, code: bytes) -> None:
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target())
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        self._engine.finalize_object()
        address = self._engine.get_function_address(ENTRY)
        self._live = CFUNCTYPE(c_int64, c_int64, c_int64)(address)

    def __call__(self, w: int, start_tick: Tick) -> int:
        return int(self._live(w, start_tick))


@cache
def _kernel() -> _Kernel:
    code = _kept()
    if code is None:
        from simulation.engines.compiled.machine import machine_code

        code = machine_code(_target())
        _keep(code)
    return _Kernel(code)


@cache
def _target() -> Any:
    """Return what describes this computer to LLVM."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        codemodel="jitdefault",
        jit=True,
    )


# --- On disk -----------------------------------------------------------------------------------------


def _kept() -> bytes | None:
    """Return the code on disk that fits this kernel and this computer, if there is any whole."""
    for place in _places():
        if place.is_file():
            content = place.read_bytes()
            code = content[_SEAL:]
            if content[:_SEAL] == _sealed(code):
                return code
    return None


def _keep(code: bytes) -> None:
    """Write the code to the first place that allows it; where none does, the next start compiles again."""
    for place in _places():
        beside = place.with_name(f"{place.name}.{os.getpid()}.part")
        with suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(_sealed(code) + code)
            beside.replace(place)
            return


def _sealed(code: bytes) -> bytes:
    return blake2b(code, digest_size=_SEAL).digest()


def _places() -> Iterator[Path]:
    """Give the places numba keeps things in: where it is told to, else beside the source, else at home."""
    name = f"kernel-{_fingerprint()}.bin"
    if told := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(told) / name
        return
    yield Path(cache_from_source(__file__)).with_name(name)
    with suppress(RuntimeError):  # raised where nobody has a home
        yield Path.home() / ".cache" / "callcenter" / name


@cache
def _fingerprint() -> str:
    """Return what tells this kernel, made for this computer, from any other."""
    sources = sorted(Path(__file__).with_name("compiled").glob("*.py"))
    parts = [source.read_text(encoding="utf-8") for source in sources]
    parts += [
        inspect.getsource(known)
        for known in (agents, call_log, calls, clock, outbound, port, tables)
    ]
    parts += [version("numba"), version("llvmlite"), llvm.get_process_triple()]
    parts += [llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()]
    return blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()
