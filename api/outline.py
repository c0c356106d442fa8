"""What tables and reports show of a result, and in which order."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from api.words import (
    ABSENT,
    Document,
    Language,
    Text,
    has_something,
    heading,
    resolved,
    suffix,
    text,
    totals,
    unit_of,
)

FATES: Final = (
    "answered", "abandoned", "balked", "queue_full", "callbacks_accepted", "not_reached",
    "handed_back", "released", "flowed_out", "waiting",
)  # fmt: skip
"""What may become of an offered leg; together they are the offered ones."""

SECTIONS: Final = (
    (text("Calls", "호"), (
        "offered", *FATES, "busy_signals", "closed", "self_served", "answered_per_day", "redials",
        "repeats", "transfers_out",
    )),
    (text("Service", "서비스"), (
        "service_level", "answer_rate", "abandonment_rate", "blocking_rate",
        "first_contact_resolution",
    )),
    (text("Satisfaction", "만족도"), ("served_satisfied", "unserved_rate", "citizens_satisfied")),
    (text("Waiting", "대기"), (
        "asa", "mean_wait", "wait_p90", "wait_p95", "wait_max", "mean_queue", "max_queue",
    )),
    (text("Work", "업무"), (
        "mean_talk", "mean_hold", "mean_wrap", "mean_handling", "agents_present", "occupancy",
        "utilisation",
    )),
    (text("Campaigns", "캠페인"), (
        "attempts", "live_answers", "successes", "partials", "refusals", "dropped", "drop_rate",
        "successes_per_day", "contacts_per_hour", "outbound_hours", "leads_left", "finished_share",
        "finish_day",
    )),
    (text("Money", "비용"), ("cost", "cost_per_contact")),
)  # fmt: skip
"""What the headline scorecard shows, in order."""

ALWAYS: Final = frozenset({"offered", "answered", "abandoned", "service_level", "abandonment_rate"})
"""Shown even when they are zero throughout; others only take room then."""

_FLOW: Final = ("abandonment_rate", "service_level", "asa", "wait_p90")
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "interval": (
        "offered_per_day", "answered_per_day", *_FLOW, "mean_queue", "agents_present", "occupancy",
    ),
    "day": ("offered", "answered", *_FLOW, "max_queue", "agents_present", "occupancy"),
    "queue": ("offered", "answered", *_FLOW, "mean_queue", "mean_handling"),
    "group": ("handled", "mean_talk", "mean_wrap", "mean_handling", "agents_present", "occupancy",
              "utilisation"),
    "agent": ("handled", "mean_talk", "mean_wrap", "mean_handling", "occupancy", "utilisation"),
    "campaign": ("attempts", "live_answers", "successes", "drop_rate", "contacts_per_hour",
                 "outbound_hours", "leads_left", "finished_share"),
}  # fmt: skip
"""Measures shown for each way to cut a run."""

SHORT: Final[Mapping[str, Text]] = {
    "offered_per_day": text("offered", "요청호"),
    "answered_per_day": text("answered", "응대호"),
    "abandonment_rate": text("abandoned %", "포기율 %"),
    "service_level": text("in time %", "서비스레벨 %"),
    "asa": text("ASA s", "평균응답 초"),
    "wait_p90": text("90 % within s", "90백분위 초"),
    "mean_queue": text("queue", "대기호"),
    "max_queue": text("longest", "최대대기호"),
    "mean_talk": text("talk s", "통화 초"),
    "mean_wrap": text("after-call s", "후처리 초"),
    "mean_handling": text("AHT s", "처리 초"),
    "agents_present": text("agents", "착석"),
    "occupancy": text("occ. %", "점유율 %"),
    "attempts": text("tried", "시도"),
    "live_answers": text("live", "연결"),
    "successes": text("success", "성공"),
    "drop_rate": text("drop %", "포기율 %"),
    "contacts_per_hour": text("per h", "시간당"),
    "outbound_hours": text("hours", "업무시간"),
    "leads_left": text("left", "남은 대상"),
    "finished_share": text("done %", "완료율 %"),
    "utilisation": text("util. %", "가동률 %"),
}
"""Headings of narrow columns; the definitions have the whole words."""

CUTS: Final[Mapping[str, Mapping[str, str]]] = {
    "interval": text("Through the day", "시간대별"),
    "day": text("Day by day", "일자별"),
    "queue": text("By queue", "대기열별"),
    "group": text("By group", "그룹별"),
    "agent": text("By agent", "상담사별"),
    "campaign": text("By campaign", "캠페인별"),
}

_SIGN_OF_LIFE: Final = {"group": "handled", "agent": "handled", "campaign": "attempts"}
"""The measure without which a cell has nothing to tell; `offered` in all other cuts."""


def headline(document: Document) -> Iterator[tuple[Mapping[str, str], list[str]]]:
    """Give the sections of the headline scorecard and the measures to show in each."""
    for title, names in SECTIONS:
        kept = [
            resolved(document, name)
            for name in names
            if has_something(document, resolved(document, name))
            or (name in ALWAYS and resolved(document, name) in totals(document))
        ]
        if kept:
            yield title, kept


def difference(published: float, simulated: float | None) -> str:
    """Write how far the simulated figure is from the published one, in per cent of it."""
    if simulated is None or not published:
        return ABSENT
    return f"{100 * (simulated - published) / published:+.1f} %"


def bound_sign(bound: str) -> str:
    """Return the sign of a bound."""
    return "≥" if bound == "at least" else "≤"


def verdict_word(*, kept: bool, lang: Language) -> str:
    """Say whether a target is kept."""
    return {"en": ("missed", "kept"), "ko": ("미달", "달성")}[lang][kept]


def sure_words(probability: float) -> str:
    """Write a probability without claiming certainty."""
    return "> 99.9 %" if probability > 0.999 else f"{100 * probability:.1f} %"  # noqa: PLR2004


def cut_cells(document: Document, by: str) -> list[Mapping[str, Any]]:
    """Return the cells of a cut in which there is something to tell; closed intervals are left out."""
    cells = document["scorecard"]["tables"].get(by, [])
    wanted = _SIGN_OF_LIFE.get(by, "offered")
    busy = [cell for cell in cells if wanted in cell["values"]]
    if by == "interval":
        busy = [cell for cell in busy if "offered_per_day" in cell["values"]]
    return busy


def cut_columns(document: Document, by: str, cells: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the measures of a cut that at least one cell has."""
    return [
        name
        for name in COLUMNS[by]
        if any(
            resolved(document, name, queue=cell.get("queue")) in cell["values"] for cell in cells
        )
    ]


def column_heading(document: Document, name: str, lang: Language) -> str:
    """Return a short heading that says the unit."""
    if name in SHORT:
        return SHORT[name][lang]
    behind = suffix(unit_of(document, name), lang=lang, currency=document["scorecard"]["currency"])
    return f"{heading(document, name, lang)} {behind}".strip()


def found_in(document: Document, cell: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """Return what a cell knows of a measure; its own service level where that is meant."""
    found: Mapping[str, Any] | None = cell["values"].get(
        resolved(document, name, queue=cell.get("queue"))
    )
    return found
