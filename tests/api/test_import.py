"""A real queue log from the shell: what it says, what was skipped and why."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

PIPED = """\
1700000000|1700000000.1|phone|NONE|ENTERQUEUE||01012345678|1
1700000012|1700000000.1|phone|Kim|CONNECT|12|1700000000.2|5
1700000100|1700000000.1|phone|Kim|COMPLETECALLER|12|88|1
1700000110|1700000110.1|phone|NONE|ENTERQUEUE||01012345678|1
1700000140|1700000110.1|phone|NONE|ABANDON|1|1|30
1700000150|x|phone|NONE|DID|0321234567
what is this
"""


def test_a_log_with_bars_is_summed_up(callcenter: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "queue_log"
    file.write_text(PIPED, "utf-8")

    said = callcenter("import", "queue_log", file)

    assert said.code == 0
    lines = [" ".join(line.replace("│", " ").split()) for line in said.out.splitlines()]
    assert {"queued 2", "answered 1", "abandoned 1", "mean wait (s) 12.00"} <= set(lines)
    assert "unknown DID 1 6" in lines
    assert "malformed 1 7" in lines
    assert "01012345678" not in said.out


def test_the_sample_agrees_with_counts_made_another_way(
    callcenter: Callable[..., Any], shared_data: Path
) -> None:
    file = shared_data / "asterisk_queue_log_sample.csv"
    table = pd.read_csv(file, dtype=str)

    said = callcenter("import", "queue_log", file)

    lines = [" ".join(line.replace("│", " ").split()) for line in said.out.splitlines()]
    assert f"queued {(table.event == 'ENTERQUEUE').sum()}" in lines
    assert f"abandoned {(table.event == 'ABANDON').sum()}" in lines


def test_what_is_no_log_is_refused_by_its_name(
    callcenter: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "letter.csv"
    file.write_text("dear,sir\n1,2\n", "utf-8")

    said = callcenter("import", "queue_log", file)
    missing = callcenter("import", "queue_log", tmp_path / "none")
    zone = callcenter("import", "queue_log", file, "--zone", "Mars")

    assert (said.code, missing.code, zone.code) == (2, 2, 2)
    assert "expected columns" in said.err
    assert "--zone: expected a time zone like Asia/Seoul, got 'Mars'" in zone.err
