"""What is near, recent and told in the same words may be the same problem; nothing else is suggested."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import cos, isclose, radians

from hypothesis import given, strategies as st

from callcenter.domain.duplicates import (
    MOST,
    NEAR_METRES,
    RECENT,
    Complaint,
    alike,
    around,
    distance,
    suggest,
)
from callcenter.domain.ticket_events import Place

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
CITY_HALL = Place(lat=37.503, lon=126.766)
METRE = 1 / 111_195
NEW = Complaint(number="2026-000100", place=CITY_HALL, at=NOON, text="도로에 큰 구멍이 났어요")


def moved(north: float = 0.0, east: float = 0.0) -> Place:
    """Give a place so many metres from the city hall."""
    return Place(lat=37.503 + north * METRE, lon=126.766 + east * METRE / cos(radians(37.503)))


def other(number: str = "2026-000001", **said: object) -> Complaint:
    known = {"place": moved(20), "at": NOON - timedelta(days=2), "text": "길에 구멍이 났습니다"}
    return Complaint(number=number, **(known | said))  # type: ignore[arg-type]


def test_distances_are_those_of_the_sphere() -> None:
    seoul, busan = Place(lat=37.5665, lon=126.978), Place(lat=35.1796, lon=129.0756)

    found = distance(seoul, busan)
    assert found is not None
    assert isclose(found, 325_000, rel_tol=0.005)
    assert distance(CITY_HALL, CITY_HALL) == 0
    assert distance(CITY_HALL, Place(address="길주로 210")) is None
    assert distance(CITY_HALL, Place(lat=37.5)) is None


@given(
    north=st.floats(-99, 99),
    east=st.floats(-99, 99),
    lat=st.floats(-60, 60),
    lon=st.floats(-170, 170),
)
def test_a_box_holds_everything_near(north: float, east: float, lat: float, lon: float) -> None:
    here = Place(lat=lat, lon=lon)
    there = Place(lat=lat + north * METRE, lon=lon + east * METRE / cos(radians(lat)))
    metres, box = distance(here, there), around(lat, lon)

    assert metres is not None
    if metres <= NEAR_METRES and there.lat is not None and there.lon is not None:
        assert box.south <= there.lat <= box.north
        assert box.west <= there.lon <= box.east


def test_words_are_alike_whatever_particle_they_carry() -> None:
    assert alike("가로등이 꺼짐", "가로등은 꺼짐") > 0.6
    assert alike("가로등", "여권 발급") == 0
    assert alike("", "여권") == 0


def test_a_near_recent_complaint_is_suggested_with_its_reason() -> None:
    [found] = suggest(NEW, [other()])

    assert found.number == "2026-000001"
    assert found.metres is not None
    assert round(found.metres) == 20
    assert found.reason_ko.startswith("20 m 거리, 2일 전 접수, 내용 ")
    assert found.reason_en.startswith("20 m away, received 2.0 days before")
    assert 0.4 < found.score <= 1


def test_what_is_far_or_long_ago_is_not_suggested() -> None:
    far = other(place=moved(NEAR_METRES + 1))
    old = other(at=NOON - RECENT - timedelta(minutes=1))
    elsewhere = other(place=Place(address="중동로 1"))

    assert suggest(NEW, [far, old, elsewhere]) == ()


def test_at_the_edge_of_near_only_the_same_words_are_enough() -> None:
    edge = moved(95)

    assert suggest(NEW, [other(place=edge, text="나뭇가지를 치워 주세요")]) == ()
    assert suggest(NEW, [other(place=edge, at=NOON, text=NEW.text)])


def test_the_likeliest_comes_first_and_a_work_case_once() -> None:
    found = suggest(
        NEW,
        [
            other("2026-000001", place=moved(60), case="C2026-000001"),
            other("2026-000002", place=moved(5), case="C2026-000001"),
            other("2026-000003", place=moved(30)),
        ],
    )

    assert [(one.number, one.others) for one in found] == [("2026-000002", 1), ("2026-000003", 0)]


def test_only_a_handful_is_suggested() -> None:
    many = [other(f"2026-{n:06d}", place=moved(n)) for n in range(1, 20)]

    assert [one.number for one in suggest(NEW, many)] == [
        f"2026-{n:06d}" for n in range(1, MOST + 1)
    ]


def test_without_coordinates_the_same_written_address_counts() -> None:
    written = replace(NEW, place=Place(address="길주로 210"))

    [found] = suggest(written, [other(place=Place(address="길주로 210"), at=NOON)])

    assert found.metres is None
    assert found.reason_ko.startswith("같은 주소, 0시간 전 접수")
    assert found.reason_en.startswith("same address")
    assert suggest(written, [other(place=Place(address="길주로 211"))]) == ()
    assert suggest(replace(NEW, place=Place()), [other(place=Place())]) == ()
