"""What a satisfaction survey could tell, and what intercept fits a published share, for people."""

from collections.abc import Mapping
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from api.console import plain_table
from api.words import ABSENT, Language
from callcenter.measures.desk_work import LEAST_RANKED
from callcenter.measures.sampling import detectable_drop, dials, precision, with_silent

SCHEMA: Final = "callcenter.survey/1"
Group = tuple[str, int]


def answer(
    *,
    share: float,
    respondents: int,
    rounds: int,
    fields: int,
    design_effect: float,
    response_rate: float,
    gap: float,
    contact: float,
    cooperation: float,
    eligible: float,
) -> dict[str, Any]:
    """Return what so many respondents in so many rounds and fields can tell; shares from 0 to 1."""
    round_of, field_of = respondents // rounds, respondents // rounds // fields
    groups = {"all": respondents, "round": round_of, "field": field_of}
    return {
        "schema": SCHEMA,
        "share": share,
        "respondents": respondents,
        "rounds": rounds,
        "fields": fields,
        "design_effect": design_effect,
        "groups": {name: _group(share, n, design_effect) for name, n in groups.items()},
        "detectable_drop": {
            name: detectable_drop(share, before=n, after=n, design_effect=design_effect)
            if n
            else None
            for name, n in groups.items()
        },
        "least_ranked": LEAST_RANKED,
        "fields_ranked": field_of >= LEAST_RANKED,
        "response_rate": response_rate,
        "gap": gap,
        "share_with_silent": with_silent(share, response_rate=response_rate, gap=gap),
        "dials": dials(respondents, contact=contact, cooperation=cooperation, eligible=eligible),
        "assumed": {"contact": contact, "cooperation": cooperation, "eligible": eligible},
    }


def _group(share: float, n: int, design_effect: float) -> dict[str, Any]:
    if n == 0:
        return {"n": 0, "low": None, "high": None, "ranked": False}
    found = precision(share, n=n, design_effect=design_effect)
    return {
        "n": n,
        "low": found.interval.low,
        "high": found.interval.high,
        "ranked": found.ranked,
    }


_NAMES: Final = {
    "en": {"all": "all together", "round": "one round", "field": "one field of a round"},
    "ko": {"all": "전체", "round": "한 차수", "field": "한 차수의 한 분야"},
}


def show(console: Console, document: Mapping[str, Any], *, lang: Language) -> None:
    """Print the answer, and what must not be claimed."""
    console.print(_table(document, lang))
    for line in _sentences(document)[lang]:
        console.print(Line(line))


def _table(document: Mapping[str, Any], lang: Language) -> Table:
    titles = {"en": "What the survey can tell", "ko": "이 조사로 알 수 있는 것"}
    heads = {
        "en": ("", "respondents", "95 % interval", "smallest drop it shows"),
        "ko": ("", "응답자", "95 % 구간", "드러나는 최소 하락"),
    }
    table = plain_table(titles[lang])
    for head in heads[lang]:
        table.add_column(head, justify="right" if head else "left")
    for name, found in document["groups"].items():
        drop = document["detectable_drop"][name]
        interval = (
            ABSENT
            if found["low"] is None
            else f"{100 * found['low']:.1f}-{100 * found['high']:.1f} %"
        )
        table.add_row(
            _NAMES[lang][name],
            f"{found['n']:,}",
            interval,
            ABSENT if drop is None else f"{100 * drop:.1f}",
        )
    return table


def _sentences(document: Mapping[str, Any]) -> dict[str, list[str]]:
    n, least = document["groups"]["field"]["n"], document["least_ranked"]
    silent, rate = 100 * document["share_with_silent"], 100 * document["response_rate"]
    gap, share = 100 * document["gap"], 100 * document["share"]
    en = [
        (
            f"If only {rate:g} % answer and the silent are {gap:g} points less satisfied, "
            f"the truth behind {share:g} % is {silent:.1f} %."
        ),
        f"It takes about {document['dials']:,} calls (contact, cooperation and eligibility assumed).",
    ]
    ko = [
        (
            f"응답률이 {rate:g} %이고 무응답자의 만족도가 {gap:g} 포인트 낮다면, "
            f"{share:g} %의 실제 값은 {silent:.1f} %입니다."
        ),
        f"약 {document['dials']:,}통의 발신이 필요합니다 (접촉률·협조율·적격률은 가정).",
    ]
    if not document["fields_ranked"]:
        en.append(f"Fields must not be ranked: {n} answers each, at least {least} are needed.")
        ko.append(f"분야 간 순위를 매길 수 없습니다: 분야당 {n}명, 최소 {least}명이 필요합니다.")
    return {"en": en, "ko": ko}
