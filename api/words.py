"""How figures and headings are written for people, in English and Korean.

Works on the plain result document (docs/result-schema.md), so that a saved result reads like a fresh one.
"""

import math
import os
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

Document = Mapping[str, Any]
"""A result as plain data."""


class Language(StrEnum):
    """A language of tables and reports."""

    EN = "en"
    KO = "ko"

    @classmethod
    def of_place(cls, environment: Mapping[str, str] | None = None) -> "Language":
        """Return what the person's own machine speaks; English where it says nothing."""
        environment = os.environ if environment is None else environment
        for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            if environment.get(name):
                return cls.KO if environment[name].startswith("ko") else cls.EN
        return cls.EN


Text = dict[str, str]
"""One text in every language."""


def text(en: str, ko: str) -> Text:
    """Put the two languages side by side."""
    return {"en": en, "ko": ko}


# --- Figures -----------------------------------------------------------------------------------------

_SUFFIX: Final[dict[str, Text]] = {
    "s": text(" s", "초"),
    "h": text(" h", "시간"),
    "days": text(" days", "일"),
}
_DECIMALS: Final = {"share": 1, "s": 1, "h": 0, "money": 0, "agents": 1, "callers": 2}
_PLAIN_FROM: Final = 100
_MANY_CALLERS: Final = 10
_ROUNDING: Final = 1e-8
_CURRENCY: Final = {"KRW": text(" won", "원")}
NOT_MEANT: Final = text("Probably not meant", "확인 필요")
"""Opens a warning."""
ABSENT: Final = "–"
"""Stands where a population is empty: neither 0 nor 100 %."""


def figure(
    value: float | None,
    unit: str,
    *,
    lang: Language = Language.EN,
    currency: str | None = None,
    bare: bool = False,
) -> str:
    """Write a value in its unit; `bare` leaves the unit to the column's heading."""
    if value is None or math.isnan(value):
        return ABSENT
    if unit == "share":
        return f"{100 * value:,.1f}" + ("" if bare else " %")
    decimals = _DECIMALS.get(unit, 0 if abs(value) >= _PLAIN_FROM else 1)
    if decimals == 1 and unit not in _DECIMALS and value == round(value):
        decimals = 0
    if unit == "h" and abs(value) < _PLAIN_FROM:
        decimals = 1
    if unit == "callers" and abs(value) >= _MANY_CALLERS:
        decimals = 1
    written = f"{value:,.{decimals}f}"
    return written if bare else written + suffix(unit, lang=lang, currency=currency)


def suffix(unit: str, *, lang: Language, currency: str | None = None) -> str:
    """Return what stands behind a value of this unit."""
    if unit == "share":
        return " %"
    if unit == "money":
        return _CURRENCY.get(currency or "", text(f" {currency}", f" {currency}"))[lang]
    return _SUFFIX.get(unit, {}).get(lang, "")


def give_or_take(half_width: float | None, unit: str) -> str:
    """Write a half-width, without its unit; nothing if there is none."""
    if half_width is None or math.isnan(half_width):
        return ""
    if half_width < _ROUNDING:
        return "± 0"
    if unit == "share":
        points = 100 * half_width
        return f"± {points:.2f}" if points < 1 else f"± {points:.1f}"
    if half_width >= _PLAIN_FROM:
        return f"± {half_width:,.0f}"
    return f"± {half_width:,.2g}" if half_width < 1 else f"± {half_width:,.1f}"


# --- Reading the document ------------------------------------------------------------------------------


def title_of(document: Document, lang: Language) -> str:
    """Return the scenario's title, or its name where it has none."""
    titles: Mapping[str, str] = document.get("title") or {}
    return titles.get(lang) or next(iter(titles.values()), str(document["scenario"]))


def service_level_of(document: Document, *, queue: str | None = None) -> str:
    """Return the name of the measure that stands for the service level, in total or of a queue."""
    chosen = document["scorecard"]["service_level"]
    letter = str(chosen.get(queue or "total", chosen["total"])).removeprefix("SL-").lower()
    return f"service_level_{letter}"


def resolved(document: Document, measure: str, *, queue: str | None = None) -> str:
    """Return the measure itself where the general `service_level` is meant."""
    return service_level_of(document, queue=queue) if measure == "service_level" else measure


_FACTS: Final = {
    "headcount": text("people employed", "정원"),
    "open_hours_per_day": text("hours open a day", "일 운영시간"),
    "open_days": text("days open", "운영일수"),
}
"""Published figures that no measure tells, because they follow from the scenario alone."""


def heading(document: Document, measure: str, lang: Language) -> str:
    """Return what a measure is called."""
    described = document["scorecard"]["measures"].get(measure)
    if described is None:
        return _FACTS.get(measure, {}).get(lang, measure.replace("_", " "))
    return str(described["korean" if lang is Language.KO else "english"])


def unit_of(document: Document, measure: str) -> str:
    """Return the unit of a measure; nothing for what is no measure."""
    described = document["scorecard"]["measures"].get(measure)
    return "" if described is None else str(described["unit"])


def totals(document: Document) -> Mapping[str, Any]:
    """Return the values over everything, by measure."""
    table = document["scorecard"]["tables"]["total"]
    return table[0]["values"] if table else {}


def has_something(document: Document, measure: str) -> bool:
    """Say whether a measure is there and is not simply zero throughout."""
    found = totals(document).get(measure)
    return found is not None and (found["value"] != 0 or bool(found["half_width"]))
