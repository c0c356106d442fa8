"""Services and routing: which rule a petition meets, on which day which period holds."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from callcenter.domain.periods import Period, PeriodUnit
from callcenter.domain.services import (
    DEFAULT_RULE,
    Catalogue,
    Hours,
    OrgUnit,
    PetitionClass,
    Route,
    RoutingRule,
    ServiceGroup,
    ServiceType,
    Terms,
    UnitKind,
    route,
)
from callcenter.domain.ticket_events import Channel
from callcenter.domain.worktime import KST
from callcenter.errors import NotFoundError, UnknownServiceError

NOON = datetime(2026, 11, 20, 12, tzinfo=KST)
"""A Friday."""
ROADS = ServiceGroup(code="road", name_ko="도로", name_en="Roads")


def a_unit(code: str, **changes: Any) -> OrgUnit:
    names = {"name_ko": f"{code}과", "name_en": f"{code} division"}
    return OrgUnit(code=code, kind=UnitKind.DEPARTMENT, **names, **changes)


def some_terms(days: int, **changes: Any) -> Terms:
    period = Period(qty=days, unit=PeriodUnit.DAY)
    return Terms(period=period, legal_basis=f"제{days}조", **changes)


def a_service(code: str, *, public: bool = True, terms: tuple[Terms, ...] = ()) -> ServiceType:
    return ServiceType(
        code=code,
        name_ko="도로 파손",
        name_en="Damaged road",
        group=ROADS,
        petition_class=PetitionClass.OTHER,
        unit="road",
        terms=terms or (some_terms(3),),
        public=public,
    )


def a_rule(rule_id: str = "rule", unit: str = "team", **conditions: Any) -> RoutingRule:
    return RoutingRule(
        id=rule_id,
        unit=unit,
        reason_ko=f"{rule_id} 때문에",
        reason_en=f"because of {rule_id}",
        **conditions,
    )


def a_catalogue(*rules: RoutingRule, units: tuple[OrgUnit, ...] = ()) -> Catalogue:
    return Catalogue(
        version="0" * 64,
        edition="test",
        units=(a_unit("road"), a_unit("team"), *units),
        services=(a_service("pothole"), a_service("bill", public=False)),
        rules=rules,
    )


def sent(
    catalogue: Catalogue,
    *,
    text: str = "구멍이 났어요",
    area: str | None = None,
    at: datetime = NOON,
    channel: Channel = Channel.PHONE120,
) -> Route:
    return route(catalogue, service="pothole", text=text, area=area, channel=channel, at=at)


# --- Looking up ---------------------------------------------------------------------------------------


def test_a_service_is_found_by_its_code() -> None:
    assert a_catalogue().service("bill").code == "bill"


def test_an_unknown_service_is_refused() -> None:
    with pytest.raises(UnknownServiceError, match="expected the code of a service, got 'potholes'"):
        a_catalogue().service("potholes")


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(NotFoundError, match="expected the code of a department, got 'roads'"):
        a_catalogue().unit("roads")


def test_services_that_are_not_public_are_not_offered() -> None:
    assert [service.code for service in a_catalogue().public_services()] == ["pothole"]


# --- Periods by date ----------------------------------------------------------------------------------

OLD, NEW = date(2016, 2, 11), date(2016, 2, 12)
CHANGED = a_service("pothole", terms=(some_terms(7, valid_to=OLD), some_terms(5, valid_from=NEW)))


@pytest.mark.parametrize(
    ("at", "days"),
    [
        (datetime(2009, 9, 30, tzinfo=UTC), 7),
        (datetime(2016, 2, 11, 14, 59, 59, tzinfo=UTC), 7),  # one second to midnight in Korea
        (datetime(2016, 2, 11, 15, 0, tzinfo=UTC), 5),
        (datetime(2016, 2, 12, 0, 0, tzinfo=KST), 5),
        (datetime(2026, 11, 20, tzinfo=UTC), 5),
    ],
)
def test_the_day_of_acceptance_in_korea_decides_the_period(at: datetime, days: int) -> None:
    assert CHANGED.terms_at(at).period == Period(qty=days, unit=PeriodUnit.DAY)


# --- Routing ------------------------------------------------------------------------------------------


def test_without_a_rule_the_services_own_department_gets_it_and_the_reason_says_so() -> None:
    assert sent(a_catalogue()) == Route(
        unit="road",
        rule_id=DEFAULT_RULE,
        reason_ko="배정 규칙에 해당하지 않아 '도로 파손' 담당인 road과에 배정합니다.",
        reason_en="No routing rule applies; road division is in charge of Damaged road.",
    )


def test_the_first_rule_that_is_met_decides_and_its_reason_is_told() -> None:
    catalogue = a_catalogue(
        a_rule("other", services=("bill",)), a_rule("first"), a_rule("second", unit="road")
    )

    assert sent(catalogue) == Route(
        unit="team", rule_id="first", reason_ko="first 때문에", reason_en="because of first"
    )


@pytest.mark.parametrize(
    ("rule", "met"),
    [
        (a_rule(), True),
        (a_rule(services=("pothole", "bill")), True),
        (a_rule(services=("bill",)), False),
        (a_rule(channels=(Channel.VOC, Channel.PHONE120)), True),
        (a_rule(channels=(Channel.VOC,)), False),
        (a_rule(areas=("41192",)), True),
        (a_rule(areas=("41", "99")), True),
        (a_rule(areas=("4119",), keywords=("싱크홀",)), True),
        (a_rule(areas=("41194",)), False),
        (a_rule(areas=("411926100012",)), False),
        (a_rule(keywords=("싱크홀",)), True),
        (a_rule(keywords=("가로등", "led")), True),
        (a_rule(keywords=("역 앞",)), True),
        (a_rule(keywords=("가로등",)), False),
        (a_rule(keywords=("역앞",)), False),
        (a_rule(weekdays=(4, 6)), True),
        (a_rule(weekdays=(5,)), False),
        (a_rule(hours=Hours(start=time(12), end=time(13))), True),
        (a_rule(hours=Hours(start=time(11), end=time(12))), False),
        (a_rule(hours=Hours(start=time(22), end=time(13))), True),
        (a_rule(hours=Hours(start=time(18), end=time(9))), False),
        (a_rule(valid_from=date(2026, 11, 20)), True),
        (a_rule(valid_from=date(2026, 11, 21)), False),
        (a_rule(valid_to=date(2026, 11, 20)), True),
        (a_rule(valid_to=date(2026, 11, 19)), False),
    ],
)
def test_a_rule_applies_where_all_its_conditions_are_met(rule: RoutingRule, *, met: bool) -> None:
    way = sent(a_catalogue(rule), text="역 앞에 싱크홀이! LED도 꺼짐", area="4119261000")

    assert (way.rule_id == "rule") is met


def test_a_petition_without_a_place_meets_no_rule_about_areas() -> None:
    assert sent(a_catalogue(a_rule(areas=("41",)))).rule_id == DEFAULT_RULE


def test_days_and_hours_are_those_of_korea() -> None:
    friday_in_london = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    rule = a_rule(weekdays=(5,), hours=Hours(start=time(1), end=time(2)))

    assert sent(a_catalogue(rule), at=friday_in_london).rule_id == "rule"


def test_a_unit_that_no_longer_exists_is_passed_over() -> None:
    gone = a_unit("gone", valid_to=date(2026, 11, 19))
    catalogue = a_catalogue(a_rule("old", unit="gone"), a_rule("new"), units=(gone,))

    assert sent(catalogue).rule_id == "new"
    assert sent(catalogue, at=NOON - timedelta(days=1)).rule_id == "old"


def test_an_unknown_service_goes_nowhere() -> None:
    with pytest.raises(UnknownServiceError):
        route(a_catalogue(), service="nothing", text="", area=None, channel=Channel.VOC, at=NOON)


@given(start=st.times(), end=st.times(), at=st.times())
def test_hours_and_the_hours_between_them_share_the_day(start: time, end: time, at: time) -> None:
    inside, outside = Hours(start=start, end=end), Hours(start=end, end=start)

    assert inside.hold(at) is not outside.hold(at) or start == end
