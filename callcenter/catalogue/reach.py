"""Which routing rules can never apply, because earlier ones take every petition they would."""

from collections.abc import Iterator, Sequence
from datetime import date, time
from itertools import product
from typing import Any, Final

from callcenter.catalogue.model import Conditions, Dated, Hours, RuleSpec
from callcenter.domain.grams import folded, matches_folded, query

_MOST_CASES: Final = 1_000
_DAY_MINUTES: Final = 24 * 60


def coverer(rule: RuleSpec, earlier: Sequence[RuleSpec]) -> str | None:
    """Name the earlier rules that together take all a rule would; `None` if it has something left.

    A rule is taken apart into cases, one for each combination of its entries. Each must be within one
    earlier rule; a case that several rules would have to share is not found.
    """
    takers: list[str] = []
    for number, case in enumerate(_cases(rule.when)):
        taker = next((other.id for other in earlier if _within(case, rule, other)), None)
        if taker is None or number >= _MOST_CASES:
            return None
        takers.append(taker)
    return ", ".join(dict.fromkeys(takers))


def _cases(when: Conditions) -> Iterator[Conditions]:
    """Give one set of conditions for each way to meet a rule."""
    lists = ("services", "areas", "keywords", "channels", "days")
    choices: list[list[tuple[Any, ...]]] = [
        [(entry,) for entry in getattr(when, name)] or [()] for name in lists
    ]
    for choice in product(*choices):
        yield when.model_copy(update=dict(zip(lists, choice, strict=True)))


def _within(case: Conditions, rule: RuleSpec, other: RuleSpec) -> bool:
    """Say whether another rule takes every petition of a case."""
    takes = other.when
    return (
        _no_wider(case.services, takes.services)
        and _no_wider(case.channels, takes.channels)
        and _no_wider(case.days, takes.days)
        and (not takes.areas or any(area.startswith(takes.areas) for area in case.areas))
        and (not takes.keywords or any(_implies(k, takes.keywords) for k in case.keywords))
        and _hours_within(case.hours, takes.hours)
        and _begins_no_later(other, rule)
        and _ends_no_earlier(other, rule)
    )


def _no_wider(case: Sequence[object], takes: Sequence[object]) -> bool:
    return not takes or (bool(case) and set(case) <= set(takes))


def _implies(keyword: str, keywords: Sequence[str]) -> bool:
    """Say whether a text with this keyword always holds one of the others."""
    return any(matches_folded(folded(keyword), query(other)) for other in keywords)


def _hours_within(case: Hours | None, takes: Hours | None) -> bool:
    if case is None or takes is None:
        return takes is None
    return _minutes(case) <= _minutes(takes)


def _minutes(hours: Hours) -> frozenset[int]:
    start, end = (_minute(at) for at in hours)
    length = (end - start) % _DAY_MINUTES
    return frozenset((start + minute) % _DAY_MINUTES for minute in range(length))


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _begins_no_later(other: Dated, rule: Dated) -> bool:
    return (other.valid_from or date.min) <= (rule.valid_from or date.min)


def _ends_no_earlier(other: Dated, rule: Dated) -> bool:
    return (other.valid_to or date.max) >= (rule.valid_to or date.max)
