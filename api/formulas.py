"""Erlang's formulas as one answer: side by side for some agents, and as a table over agents."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.text import Text as Line

from api.console import plain_table
from api.words import ABSENT, Language, figure, text
from callcenter.clock import HOUR, SECOND
from callcenter.planning.erlang import erlang_a, erlang_b, erlang_c
from callcenter.planning.inverse import Goal, agents_needed
from callcenter.planning.waiting import QueueMeasures

SCHEMA: Final = "callcenter.erlang/1"
_PER_HOUR: Final = HOUR / SECOND
_AROUND: Final = 5
_MOST_ROWS: Final = 30

Row = dict[str, float | None]


def answer(
    *,
    per_hour: float,
    handling: float,
    patience: float | None,
    agents: int | None,
    share: float,
    within: float,
) -> dict[str, Any]:
    """Return everything the formulas say; durations in seconds.

    Args:
        per_hour: Calls an hour.
        handling: Mean handling time, after-call work included.
        patience: Mean patience; without it nobody hangs up and there is no Erlang A.
        agents: Agents at work; as many as the target needs if not given.
        share: Service level wanted.
        within: Its threshold.
    """
    rate = per_hour / _PER_HOUR
    goal = Goal(service_level=share, within=within)
    needed = {"C": int(agents_needed(rate, mean_handling=handling, goal=goal))}
    if patience is not None:
        found = agents_needed(rate, mean_handling=handling, goal=goal, mean_patience=patience)
        needed["A"] = int(found)
    chosen = agents or max(needed[min(needed)], 1)
    counts = np.array([chosen, *_shown(chosen, needed.values())])
    rows = _rows(rate, handling, patience, counts, within)
    return {
        "schema": SCHEMA,
        "per_hour": per_hour,
        "handling_seconds": handling,
        "patience_seconds": patience,
        "offered_load": rate * handling,
        "target": {"share": share, "within_seconds": within},
        "agents_needed": needed,
        "agents": chosen,
        "formulas": {name: found[0] for name, found in rows.items()},
        "table": {name: found[1:] for name, found in rows.items()},
    }


def _shown(chosen: int, needed: Iterable[int]) -> list[int]:
    """Return the numbers of agents of the table: all around those of interest, not more than fit."""
    marks = {chosen, *(mark for mark in needed if mark > 0)}
    first, last = max(1, min(marks) - _AROUND), max(marks) + _AROUND
    steps = np.linspace(first, last, min(_MOST_ROWS, last - first + 1)).round().astype(int)
    return sorted({*steps.tolist(), *marks})


def _rows(
    rate: float, handling: float, patience: float | None, agents: Any, within: float
) -> dict[str, list[Row]]:
    found = {
        "B": erlang_b(rate, mean_handling=handling, agents=agents),
        "C": erlang_c(rate, mean_handling=handling, agents=agents),
    }
    if patience is not None:
        found["A"] = erlang_a(rate, mean_handling=handling, mean_patience=patience, agents=agents)
    return {name: _figures(measures, within) for name, measures in found.items()}


def _figures(measures: QueueMeasures, within: float) -> list[Row]:
    columns = {
        "agents": measures.agents,
        "service_level": measures.service_level(within),
        "p_wait": measures.p_wait,
        "p_block": measures.p_block,
        "p_abandon": measures.p_abandon,
        "asa_seconds": measures.mean_wait_answered,
        "mean_wait_seconds": measures.mean_wait,
        "wait_p90_seconds": measures.wait_percentile_answered(0.9),
        "mean_queue": measures.mean_queue,
        "occupancy": measures.occupancy,
    }
    arrays = {name: np.atleast_1d(column) for name, column in columns.items()}
    return [
        {name: _finite(array[row]) for name, array in arrays.items()}
        for row in range(len(arrays["agents"]))
    ]


def _finite(value: float) -> float | None:
    """Return what JSON can hold: an endless wait, or a share of nothing, is `None`."""
    return float(value) if np.isfinite(value) else None


# --- On a terminal -----------------------------------------------------------------------------------

_MEASURES: Final = (
    ("service_level", "share", text("in time, of all offered", "서비스레벨 (요청호 기준)")),
    ("p_wait", "share", text("have to wait", "대기 확률")),
    ("p_block", "share", text("find every line taken", "차단율")),
    ("p_abandon", "share", text("hang up waiting", "포기율")),
    ("asa_seconds", "s", text("average speed of answer", "평균응답시간")),
    ("mean_wait_seconds", "s", text("mean wait of all", "평균대기시간 (전체)")),
    ("wait_p90_seconds", "s", text("90 % answered within", "대기시간 90백분위")),
    ("mean_queue", "callers", text("mean queue", "평균 대기호")),
    ("occupancy", "share", text("occupancy", "점유율")),
)  # fmt: skip


def show(console: Console, document: Mapping[str, Any], *, lang: Language) -> None:
    """Print the answer."""
    load, target = document["offered_load"], document["target"]
    needed = ", ".join(
        f"Erlang {name}: {count}" for name, count in document["agents_needed"].items()
    )
    goal = f"{100 * target['share']:g} % / {target['within_seconds']:g} s"
    words = {
        "en": f"Offered load {load:.2f} erlang. Agents for {goal}: {needed}.",
        "ko": f"제공 부하 {load:.2f} 얼랑. {goal} 목표에 필요한 상담사: {needed}.",
    }
    console.print(Line(f"\n{words[lang]}", style="bold"))
    console.print(_side_by_side(document, lang))
    console.print(_table(document, lang))
    if document["patience_seconds"] is None:
        hint = {
            "en": "With --patience the formula for callers who hang up (Erlang A) is added.",
            "ko": "--patience를 주면 포기를 고려한 얼랑 A도 계산합니다.",
        }
        console.print(Line(hint[lang], style="dim"))


def _side_by_side(document: Mapping[str, Any], lang: Language) -> Any:
    count = document["agents"]
    title = {"en": f"With {count} agents", "ko": f"상담사 {count}명일 때"}
    table = plain_table(title[lang])
    table.add_column("")
    for name in document["formulas"]:
        table.add_column(f"Erlang {name}", justify="right")
    for key, unit, words in _MEASURES:
        cells = [figure(row[key], unit, lang=lang) for row in document["formulas"].values()]
        table.add_row(words[lang], *cells)
    return table


def _table(document: Mapping[str, Any], lang: Language) -> Any:
    name = "A" if "A" in document["table"] else "C"
    title = {
        "en": f"Agents and what they achieve (Erlang {name})",
        "ko": f"상담사 수별 결과 (얼랑 {name})",
    }
    table = plain_table(title[lang])
    heads = {
        "en": ("agents", "in time %", "abandoned %", "ASA s", "occupancy %"),
        "ko": ("상담사", "서비스레벨 %", "포기율 %", "평균응답 초", "점유율 %"),
    }[lang]
    for head in heads:
        table.add_column(head, justify="right")
    goal = document["target"]["share"]
    for row in document["table"][name]:
        kept = row["service_level"] is not None and row["service_level"] >= goal
        style = "bold" if row["agents"] == document["agents"] else ""
        table.add_row(
            f"{row['agents']:.0f}",
            Line(
                figure(row["service_level"], "share", bare=True), style="green" if kept else "red"
            ),
            figure(row["p_abandon"], "share", bare=True),
            ABSENT if row["asa_seconds"] is None else f"{row['asa_seconds']:,.1f}",
            figure(row["occupancy"], "share", bare=True),
            style=style,
        )
    return table
