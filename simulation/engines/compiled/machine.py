"""The kernel as machine code that needs neither numba nor Python."""

from typing import Any

from llvmlite import binding as llvm
from numba import cfunc, types

from simulation.engines.compiled import loop
from simulation.engines.compiled.book import ENTRY


def machine_code(target: Any) -> bytes:
    """Compile the kernel for a target machine of LLVM; takes half a minute.

    The code returns a number below zero where Python would have raised. That is a fault of the kernel;
    caught here, it leaves nothing in the code that would have to speak with Python.
    """

    @cfunc(types.int64(types.int64, types.int64))
    def live(w: int, start_tick: int) -> int:
        try:
            return loop.live(w, start_tick)  # type: ignore[no-any-return]
        except Exception:  # noqa: BLE001 - numba knows no other
            return -1

    module = llvm.parse_assembly(live.inspect_llvm())
    module.get_function(live.native_name).name = ENTRY
    needed = [
        needs.name
        for needs in (*module.functions, *module.global_variables)
        if needs.is_declaration and not needs.name.startswith("llvm.")
    ]
    assert not needed, f"expected code that stands alone, it needs {', '.join(needed)}"
    return bytes(target.emit_object(module))
