import pytest

from callcenter.domain.clock_rules import CLOCK_RULES, ClockKind, due_by_law
from callcenter.domain.deadlines import due_date
from callcenter.domain.periods import Extension
from tests.calendars import korea, kst, local


def test_every_kind_of_clock_has_its_rule_and_its_words() -> None:
    assert set(CLOCK_RULES) == set(ClockKind)
    for rule in CLOCK_RULES.values():
        assert all((rule.ko, rule.en, rule.article, rule.wording.ko, rule.wording.en))


@pytest.mark.parametrize(
    ("kind", "start", "expected"),
    [
        (ClockKind.ACCEPT, "2026-03-06 22:00", "2026-03-09 18:00"),
        (ClockKind.TRANSFER, "2026-03-06 11:30", "2026-03-06 13:30"),
        (ClockKind.HANDOVER, "2026-03-06 16:00", "2026-03-09 10:00"),
        (ClockKind.FORWARD, "2026-03-06 16:00", "2026-03-09 16:00"),
        (ClockKind.PROGRESS, "2026-03-06 16:00", "2026-04-07 00:00"),
        (ClockKind.OBJECTION, "2026-03-10 15:00", "2026-05-12 00:00"),
        (ClockKind.OBJECTION_RULING, "2026-03-10 15:00", "2026-03-21 00:00"),
    ],
)
def test_a_period_that_the_law_fixes_is_counted_from_its_beginning(
    kind: ClockKind, start: str, expected: str
) -> None:
    found = due_by_law(kind, kst(start), calendar=korea())

    assert found.due_at is not None
    assert local(found.due_at) == expected
    assert CLOCK_RULES[kind].wording.ko in found.summary_ko


def test_a_ruling_may_take_ten_days_more() -> None:
    rule = CLOCK_RULES[ClockKind.OBJECTION_RULING]
    assert rule.period is not None
    assert rule.extension is not None
    longer = Extension(n=1, qty=rule.extension.qty, unit=rule.extension.unit)

    found = due_date(
        rule.period,
        kst("2026-03-10 15:00"),
        calendar=korea(),
        rule=rule.rule,
        extensions=[longer],
    )

    assert found.due_at == kst("2026-03-31 00:00")


@pytest.mark.parametrize(
    "kind", [ClockKind.STATUTORY, ClockKind.GOAL, ClockKind.COOPERATION, ClockKind.FIELD]
)
def test_a_period_that_no_law_fixes_is_not_made_up(kind: ClockKind) -> None:
    with pytest.raises(AssertionError, match="the law sets no period"):
        due_by_law(kind, kst("2026-03-10 15:00"), calendar=korea())
