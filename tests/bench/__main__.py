"""Measure what the README promises about speed: a table on the screen, and `bench.json`.

`python -m tests.bench [FILE]`. Times are of this machine and this moment; nothing is asserted.
"""

import json
import sys
from itertools import chain
from pathlib import Path

from tests.bench import cases, creates, frontier, ingest, live, live_reports, tickets


def main(target: Path) -> None:
    """Measure everything, print line by line, and write the file."""
    found: dict[str, float] = {}
    print(f"{'measure':<42}{'value':>14}  {'wanted':>12}")
    benches = (cases, frontier, creates, tickets, ingest, live, live_reports)
    rooms = tuple(bench.measured_lines for bench in benches)
    for line in chain.from_iterable(room() for room in rooms):
        found[line.name] = line.value
        print(f"{line.name:<42}{line.value:>14,.4g}  {line.wanted:>12}", flush=True)
    target.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"written to {target}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "bench.json"))
