"""Rules that no petition reaches: those called hidden really are, and simple cases are found."""

from datetime import datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from callcenter.catalogue.load import _catalogue
from callcenter.catalogue.model import CatalogueSpec, RuleSpec
from callcenter.catalogue.reach import coverer
from callcenter.domain.services import route
from callcenter.domain.ticket_events import Channel
from callcenter.domain.worktime import KST

NAMES = {"ko": "이름", "en": "name"}
DAYS = ("fri", "sat")


def a_rule(rule_id: str, *, valid: tuple[str, str] | None = None, **when: Any) -> RuleSpec:
    dates = {"valid_from": valid[0], "valid_to": valid[1]} if valid else {}
    return RuleSpec.model_validate(
        {"id": rule_id, "when": when, "unit": "u", "reason": NAMES, **dates}
    )


def hidden(rule: RuleSpec, *earlier: RuleSpec) -> str | None:
    return coverer(rule, earlier)


@pytest.mark.parametrize(
    ("rule", "earlier", "expected"),
    [
        (a_rule("r"), [], None),
        (a_rule("r"), [a_rule("a")], "a"),
        (a_rule("r", services=("x",)), [a_rule("a", services=("x", "y"))], "a"),
        (a_rule("r", services=("x", "y")), [a_rule("a", services=("x",))], None),
        (
            a_rule("r", services=("x", "y")),
            [a_rule("a", services=("x",)), a_rule("b", services=("y",))],
            "a, b",
        ),
        (a_rule("r"), [a_rule("a", services=("x",))], None),
        (a_rule("r", areas=("41192",)), [a_rule("a", areas=("41",))], "a"),
        (a_rule("r", areas=("41",)), [a_rule("a", areas=("41192",))], None),
        (a_rule("r", keywords=("누전차단기",)), [a_rule("a", keywords=("누전",))], "a"),
        (a_rule("r", keywords=("누전차단기",)), [a_rule("a", keywords=("누전", "감전"))], "a"),
        (a_rule("r", keywords=("누전",)), [a_rule("a", keywords=("누전차단기",))], None),
        (a_rule("r", keywords=("도로 파손",)), [a_rule("a", keywords=("파손",))], "a"),
        (a_rule("r", keywords=("leds",)), [a_rule("a", keywords=("led",))], "a"),
        (a_rule("r", keywords=("led",)), [a_rule("a", keywords=("leds",))], None),
        (a_rule("r", hours="20:00-22:00"), [a_rule("a", hours="18:00-06:00")], "a"),
        (a_rule("r", hours="20:00-22:00"), [a_rule("a", hours="20:00-22:00")], "a"),
        (a_rule("r", hours="18:10-19:00"), [a_rule("a", hours="18:50-20:00")], None),
        (a_rule("r", hours="23:00-05:00"), [a_rule("a", hours="18:00-06:00")], "a"),
        (a_rule("r", hours="05:00-07:00"), [a_rule("a", hours="18:00-06:00")], None),
        (a_rule("r"), [a_rule("a", hours="18:00-17:59")], None),
        (a_rule("r", days=("sat",)), [a_rule("a", days=("sat", "sun"))], "a"),
        (
            a_rule("r", valid=("2026-02-01", "2026-02-28")),
            [a_rule("a", valid=("2026-01-01", "2026-12-31"))],
            "a",
        ),
        (a_rule("r"), [a_rule("a", valid=("2026-01-01", "2026-12-31"))], None),
    ],
)
def test_a_rule_is_hidden_by_what_takes_all_it_would(
    rule: RuleSpec, earlier: list[RuleSpec], expected: str | None
) -> None:
    assert hidden(rule, *earlier) == expected


def test_a_rule_of_very_many_cases_is_left_alone() -> None:
    many = tuple(f"낱말{n}" for n in range(80))
    rule = a_rule("r", keywords=many, areas=tuple(str(n) for n in range(10, 99)))

    assert hidden(rule, a_rule("a")) is None


CONDITIONS = st.fixed_dictionaries(
    {},
    optional={
        "services": st.sampled_from([("x",), ("y",), ("x", "y")]),
        "areas": st.sampled_from([("41",), ("411", "42"), ("41", "42")]),
        "keywords": st.sampled_from([("가나",), ("가나다",), ("가나", "led")]),
        "channels": st.sampled_from([("voc",), ("voc", "visit")]),
        "days": st.sampled_from([("fri",), DAYS]),
        "hours": st.sampled_from(["10:00-12:00", "22:00-11:00", "11:00-22:00"]),
    },
)


@settings(max_examples=200)
@given(conditions=st.lists(CONDITIONS, min_size=2, max_size=4))
def test_no_petition_reaches_a_rule_called_hidden(conditions: list[dict[str, Any]]) -> None:
    rules = tuple(a_rule(f"r{n}", **when) for n, when in enumerate(conditions))
    if hidden(rules[-1], *rules[:-1]) is None:
        return
    spec = CatalogueSpec.model_validate(
        {
            "edition": "test",
            "periods": {"other": ({"unit": "immediate", "legal_basis": "법"},)},
            "units": {"u": NAMES},
            "groups": {"g": NAMES},
            "services": {code: {**NAMES, "group": "g", "unit": "u"} for code in ("x", "y")},
        }
    )
    catalogue = _catalogue(spec.model_copy(update={"routing": rules}))
    petitions = product(
        ("x", "y"),
        ("", "가나", "가나다", "led"),
        (None, "411", "42"),
        (Channel.VOC, Channel.VISIT),
        (datetime(2026, 11, day, hour, tzinfo=KST) for day, hour in ((20, 10), (20, 11), (21, 23))),
    )
    for service, text, area, channel, at in petitions:
        way = route(catalogue, service=service, text=text, area=area, channel=channel, at=at)
        assert way.rule_id != rules[-1].id
