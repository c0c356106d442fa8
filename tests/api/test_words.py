"""How figures are written."""

import math
from typing import Any

import pytest

from api.words import ABSENT, Language, figure, give_or_take, heading, title_of


@pytest.mark.parametrize(
    ("value", "unit", "english", "korean"),
    [
        (0.9547, "share", "95.5 %", "95.5 %"),
        (121.04, "s", "121.0 s", "121.0초"),
        (497355.0, "legs", "497,355", "497,355"),
        (34.9, "legs", "34.9", "34.9"),
        (30.0, "legs", "30", "30"),
        (1223.4, "money", "1,223 won", "1,223원"),
        (26.04, "agents", "26.0", "26.0"),
        (0.166, "callers", "0.17", "0.17"),
        (20802.1, "h", "20,802 h", "20,802시간"),
        (8.5, "h", "8.5 h", "8.5시간"),
        (None, "s", ABSENT, ABSENT),
        (math.nan, "share", ABSENT, ABSENT),
    ],
)
def test_a_value_is_written_in_its_unit(
    value: float | None, unit: str, english: str, korean: str
) -> None:
    assert figure(value, unit, currency="KRW") == english
    assert figure(value, unit, lang=Language.KO, currency="KRW") == korean


def test_a_bare_value_leaves_the_unit_to_the_heading() -> None:
    assert figure(0.5, "share", bare=True) == "50.0"
    assert figure(3.0, "money", bare=True, currency="EUR") == "3"
    assert figure(3.0, "money", currency="EUR") == "3 EUR"


@pytest.mark.parametrize(
    ("half_width", "unit", "written"),
    [
        (0.0027, "share", "± 0.27"),
        (0.05, "share", "± 5.0"),
        (1754.9, "legs", "± 1,755"),
        (9.2, "s", "± 9.2"),
        (0.123, "s", "± 0.12"),
        (None, "s", ""),
        (math.nan, "s", ""),
    ],
)
def test_a_half_width_has_as_many_digits_as_it_deserves(
    half_width: float | None, unit: str, written: str
) -> None:
    assert give_or_take(half_width, unit) == written


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "ko_KR.UTF-8"}, Language.KO),
        ({"LANG": "en_GB.UTF-8"}, Language.EN),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C"}, Language.EN),
        ({"LC_ALL": "", "LANG": "ko_KR.UTF-8"}, Language.KO),
        ({}, Language.EN),
    ],
)
def test_the_language_is_the_machines(environment: dict[str, str], language: Language) -> None:
    assert Language.of_place(environment) is language


def test_a_scenario_without_a_title_is_called_by_its_name(document: dict[str, Any]) -> None:
    assert title_of(document, Language.KO) == "따라하기: 대기열 두 개, 일주일"
    assert title_of(document | {"title": {}}, Language.KO) == "tutorial"
    assert title_of(document | {"title": {"en": "One"}}, Language.KO) == "One"


def test_a_figure_that_is_no_measure_is_named_too(document: dict[str, Any]) -> None:
    assert heading(document, "headcount", Language.KO) == "정원"
    assert heading(document, "lost_tempers", Language.EN) == "lost tempers"
