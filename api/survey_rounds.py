"""A satisfaction round that was lived again and again: what it cost, what it found, and what is true."""

from collections.abc import Callable, Mapping, Sequence
from math import exp
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from api.console import plain_table
from api.words import ABSENT, Language
from callcenter.domain.response_rates import Code, Rate, rates
from callcenter.measures.desk_work import LEAST_RANKED, wilson_of_share
from callcenter.measures.intervals import of_means
from callcenter.measures.sampling import answered_share
from simulation.plan import Plan
from simulation.survey_rounds import Lived

SCHEMA: Final = "callcenter.survey-round/1"
_WHOLE: Final = 1_000
"""From here on no decimals are shown."""
Estimate = dict[str, Any]


def document_of(plan: Plan, name: str, found: Sequence[Lived], *, seed: int) -> dict[str, Any]:
    """Return what many replications of one round amount to; shares are from 0 to 1."""
    campaign = plan.scenario.campaigns[name]
    assert campaign.sample is not None, "a satisfaction round"
    return {
        "schema": SCHEMA,
        "scenario": plan.scenario.scenario,
        "digest": plan.digest,
        "seed": seed,
        "replications": len(found),
        "round": name,
        "sample": campaign.sample.model_dump(mode="json"),
        "odds_ratio": exp(campaign.sample.if_satisfied),
        "assumed": {
            path: why.strip()
            for path, why in plan.scenario.assumed.items()
            if path.startswith((f"campaigns.{name}", "satisfaction"))
        },
        **{key: _estimate(found, of) for key, of in _FIGURES.items()},
        "cases": {code.name.lower(): _mean(found, code) for code in Code},
        "rates": {one.name: _rate(found, place) for place, one in enumerate(rates({}))},
        "expected_bias": _expected(found, exp(campaign.sample.if_satisfied)),
        "reader": _reader(found),
        "least_ranked": LEAST_RANKED,
        "queues": {queue: _queue(found, queue) for queue in found[0].queues} if found else {},
    }


_FIGURES: Final[dict[str, Callable[[Lived], float | None]]] = {
    "frame": lambda one: one.frame,
    "sampled": lambda one: one.sampled,
    "attempts": lambda one: one.attempts,
    "reached": lambda one: one.reached,
    "respondents": lambda one: one.found.n,
    "agent_hours": lambda one: one.agent_hours,
    "minutes_per_respondent": lambda one: (
        60 * one.agent_hours / one.found.n if one.found.n else None
    ),
    "design_effect": lambda one: one.found.design_effect,
    "respondents_satisfied": lambda one: one.found.share,
    "served_satisfied": lambda one: one.served,
    "unserved_rate": lambda one: one.unserved,
    "citizens_satisfied": lambda one: one.citizens,
    "bias": lambda one: one.bias,
}


def _estimate(found: Sequence[Lived], of: Callable[[Lived], float | None]) -> Estimate:
    """Return the mean over replications with Student's 95 % interval; those without a value stay out."""
    values = [np.nan if (value := of(one)) is None else value for one in found]
    [(mean, half_width, n)] = of_means(np.array([values], np.float64).T).told()
    return {"mean": mean, "half_width": half_width, "n": n}


def _mean(found: Sequence[Lived], code: Code) -> float:
    return sum(one.cases.get(code, 0) for one in found) / max(1, len(found))


def _rate(found: Sequence[Lived], place: int) -> Estimate:
    def of(one: Lived) -> Rate:
        return rates(one.cases)[place]

    shape = rates({})[place]
    return {"ko": shape.ko, "formula": shape.formula} | _estimate(found, lambda one: of(one).value)


def _expected(found: Sequence[Lived], odds_ratio: float) -> float | None:
    """Return the bias by formula, at the mean truth and the mean share of those reached who answered."""
    reached = sum(one.reached for one in found)
    answers = sum(one.found.n for one in found)
    if not 0 < answers <= reached:
        return None
    truth = sum(one.served for one in found) / len(found)
    return answered_share(truth, response_rate=answers / reached, odds_ratio=odds_ratio) - truth


def _reader(found: Sequence[Lived]) -> dict[str, Any]:
    """Say what interval one round would give its reader, and how often it held the truth."""
    told = [one for one in found if one.covered is not None]
    if not told:
        return {"low": None, "high": None, "covered": None, "rounds": 0}
    share = sum(one.found.share or 0.0 for one in told) / len(told)
    effective = sum(one.found.effective for one in told) / len(told)
    interval = wilson_of_share(share, n=effective)
    return {
        "low": interval.low,
        "high": interval.high,
        "covered": sum(one.covered is True for one in told) / len(told),
        "rounds": len(told),
    }


def _queue(found: Sequence[Lived], queue: str) -> dict[str, Any]:
    there = [one.queues[queue] for one in found if queue in one.queues]
    n = sum(one.n for one in there)
    return {
        "respondents": n / len(there),
        "ranked": n / len(there) >= LEAST_RANKED,
        "respondents_satisfied": sum(one.satisfied for one in there) / n if n else None,
        "served_satisfied": sum(one.served for one in there) / len(there),
    }


# --- For people -------------------------------------------------------------------------------------------

_Shown = Callable[[float | None], str]


def _percent(value: float | None) -> str:
    return ABSENT if value is None else f"{100 * value:.1f} %"


def _points(value: float | None) -> str:
    return ABSENT if value is None else f"{100 * value:.1f} pt"


def _number(value: float | None) -> str:
    if value is None:
        return ABSENT
    return f"{value:,.0f}" if value >= _WHOLE else f"{value:,.1f}"


_ROWS: Final[tuple[tuple[str, str, str, _Shown], ...]] = (
    ("frame", "callers who could be asked", "조사 대상 고객", _number),
    ("sampled", "leads drawn from them", "추출 표본", _number),
    ("attempts", "attempts", "발신 시도", _number),
    ("reached", "reached in person", "본인 통화", _number),
    ("respondents", "respondents", "응답자", _number),
    ("agent_hours", "agent hours", "상담사 시간", _number),
    ("minutes_per_respondent", "agent minutes a respondent", "응답자당 상담사 분", _number),
    ("design_effect", "design effect (Kish)", "설계효과 (Kish)", _number),
    ("respondents_satisfied", "satisfied among respondents", "응답자 만족도", _percent),
    ("served_satisfied", "satisfied among callers served", "응대 고객 만족도 (실제)", _percent),
    ("unserved_rate", "callers not served", "미응대 비율", _percent),
    ("citizens_satisfied", "citizens satisfied", "시민 만족도", _percent),
    ("bias", "bias: respondents less served", "편향: 응답자 − 응대 고객", _points),
)


def show(console: Console, document: Mapping[str, Any], *, lang: Language) -> None:
    """Print a round: cost, response, and what was found beside what is true."""
    console.print(_figures(document, lang))
    console.print(_responses(document, lang))
    console.print(_queues(document, lang))
    for line in _sentences(document)[lang]:
        console.print(Line(line))


def _figures(document: Mapping[str, Any], lang: Language) -> Table:
    many = document["replications"]
    titles = {
        "en": f"Round {document['round']}, lived {many} times",
        "ko": f"조사 {document['round']}, {many}회 모의",
    }
    table = plain_table(titles[lang])
    for head in {"en": ("", "mean", "±"), "ko": ("", "평균", "±")}[lang]:
        table.add_column(head, justify="right" if head else "left")
    for key, en, ko, digits in _ROWS:
        found = document[key]
        table.add_row(
            {"en": en, "ko": ko}[lang], digits(found["mean"]), digits(found["half_width"])
        )
    return table


def _responses(document: Mapping[str, Any], lang: Language) -> Table:
    table = plain_table({"en": "Response (AAPOR)", "ko": "응답 (AAPOR)"}[lang])
    for head in {"en": ("", "mean", "±", "formula"), "ko": ("", "평균", "±", "산식")}[lang]:
        table.add_column(head, justify="right" if head in {"mean", "평균", "±"} else "left")
    for name, found in document["rates"].items():
        label = name if lang == "en" else f"{name} {found['ko']}"
        table.add_row(
            label, _percent(found["mean"]), _percent(found["half_width"]), found["formula"]
        )
    return table


def _queues(document: Mapping[str, Any], lang: Language) -> Table:
    heads = {
        "en": ("queue", "respondents", "satisfied", "true"),
        "ko": ("큐", "응답자", "만족", "실제"),
    }
    few = {"en": "too few to rank", "ko": "순위 불가 (응답 부족)"}[lang]
    table = plain_table({"en": "By queue", "ko": "큐별"}[lang])
    for place, head in enumerate(heads[lang]):
        table.add_column(head, justify="right" if place else "left")
    for name, found in document["queues"].items():
        said = _percent(found["respondents_satisfied"]) if found["ranked"] else few
        table.add_row(
            name, _number(found["respondents"]), said, _percent(found["served_satisfied"])
        )
    return table


def _sentences(document: Mapping[str, Any]) -> dict[str, list[str]]:
    reader, odds = document["reader"], document["odds_ratio"]
    if reader["covered"] is None:
        return {"en": ["Nobody answered."], "ko": ["응답자가 없습니다."]}
    low, high, covered = (_percent(reader[key]) for key in ("low", "high", "covered"))
    bias = _points(document["expected_bias"])
    return {
        "en": [
            (
                f"One such round would tell its reader {low} to {high}; "
                f"in {covered} of the rounds such an interval held the truth."
            ),
            (
                f"Satisfied callers answer at {odds:.2f} times the odds of others (assumed): "
                f"by formula that is a bias of {bias}."
            ),
        ],
        "ko": [
            (
                f"이런 조사 한 번은 {low} ~ {high}의 구간을 알려주며, "
                f"그 구간이 실제 값을 포함한 조사는 {covered}입니다."
            ),
            (
                f"만족한 고객의 응답 오즈는 그 외 고객의 {odds:.2f}배(가정)이며, "
                f"산식에 따른 편향은 {bias}입니다."
            ),
        ],
    }
