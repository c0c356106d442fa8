"""A round asks each person once, by a lot that anybody can draw again."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import given, strategies as st

from callcenter.domain.survey_rounds import (
    STANDARD,
    CellsBy,
    Form,
    Question,
    Round,
    RoundCell,
    Served,
    Subject,
    sample,
)
from callcenter.errors import InputError


def a_round(**said: Any) -> Round:
    usual: dict[str, Any] = {
        "code": "2026-4",
        "name_ko": "4차 만족도 조사",
        "name_en": "Fourth round",
        "of": Subject.CALLS,
        "first_day": date(2026, 10, 1),
        "last_day": date(2026, 10, 31),
        "size": 10,
    }
    return Round(**(usual | said))


def a_call(person: str, number: int = 0, *, queue: str = "general") -> Served:
    return Served(person=person, at=number, queue=queue, source="pbx1", call=f"{number}", leg=0)


people = st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["general", "tax"])), max_size=80)


@given(people, st.integers(1, 30), st.randoms(use_true_random=False))
def test_everybody_is_asked_at_most_once_and_the_order_of_the_store_does_not_matter(
    drawn: list[tuple[int, str]], size: int, luck: Any
) -> None:
    calls = [a_call(f"{who}", n, queue=queue) for n, (who, queue) in enumerate(drawn)]
    found = sample(a_round(size=size), calls)
    shuffled = luck.sample(calls, len(calls))

    assert sample(a_round(size=size), shuffled) == found
    assert len({one.person for one in found.drawn}) == len(found.drawn)
    assert len(found.drawn) == min(size, len({who for who, _ in drawn}))
    assert sum(found.frame.values()) == len({who for who, _ in drawn})


def test_a_person_is_asked_about_the_last_thing_they_had() -> None:
    found = sample(a_round(), [a_call("kim", 3), a_call("kim", 7), a_call("kim", 5)])

    assert [one.call for one in found.drawn] == ["7"]


def test_another_round_draws_others() -> None:
    calls = [a_call(f"{n}", n) for n in range(200)]
    one, other = (sample(a_round(code=code), calls).drawn for code in ("2026-3", "2026-4"))

    assert len(set(one) & set(other)) < 5


def test_every_person_has_the_same_chance() -> None:
    calls = [a_call(f"{n}", n) for n in range(20)]
    counts = Counter(
        one.person for n in range(500) for one in sample(a_round(code=f"r{n}", size=5), calls).drawn
    )

    assert all(85 <= counts[f"{n}"] <= 165 for n in range(20))  # 125 ± 4 standard deviations


def test_a_quota_ends_a_cell_and_the_others_go_on() -> None:
    calls = [a_call(f"{n}", n, queue="tax" if n % 2 else "general") for n in range(60)]
    cells = (RoundCell(code="tax", quota=3), RoundCell(code="general", quota=30))
    found = sample(a_round(size=20, cells_by=CellsBy.QUEUE, cells=cells), calls)

    assert Counter(one.queue for one in found.drawn) == {"tax": 3, "general": 17}
    assert found.frame == {"tax": 30, "general": 30}


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"last_day": date(2026, 9, 30)}, "last_day"),
        ({"last_day": date(2028, 9, 30)}, "last_day"),
        ({"size": 0}, "size"),
        ({"cells_by": CellsBy.UNIT}, "cells_by"),
        ({"cells": (RoundCell(code="a"),)}, "cells_by"),
        ({"cells_by": CellsBy.QUEUE, "cells": (RoundCell(code="a"),) * 2}, "cells"),
        ({"cells_by": CellsBy.QUEUE, "cells": (RoundCell(code="a", share=0.5),)}, "cells"),
        ({"cells_by": CellsBy.LEAD, "campaign": "c"}, "cells"),
        ({"cells_by": CellsBy.LEAD, "cells": (RoundCell(code="a", share=1.0),)}, "campaign"),
    ],
)
def test_what_contradicts_itself_is_refused_by_its_key(said: dict[str, Any], key: str) -> None:
    with pytest.raises(InputError) as refused:
        a_round(**said)
    assert refused.value.key == key


def test_the_shipped_form_has_five_points_and_counts_its_first_question() -> None:
    STANDARD.check({"overall": 5, "solved": 1})

    assert STANDARD.score({"overall": 5, "solved": 1}) == 5
    assert not STANDARD.is_whole({"overall": 5, "solved": 1})
    assert STANDARD.is_whole({"overall": 5, "kindness": 4, "solved": 1})


@pytest.mark.parametrize(
    "scores", [{}, {"solved": 4}, {"overall": 6}, {"overall": 0}, {"overall": 3, "price": 2}]
)
def test_answers_to_other_questions_or_off_the_scale_are_refused(scores: dict[str, int]) -> None:
    with pytest.raises(InputError):
        STANDARD.check(scores)


@pytest.mark.parametrize("said", [{"questions": ()}, {"satisfied_from": 1}, {"satisfied_from": 6}])
def test_a_form_that_tells_nothing_is_refused(said: dict[str, Any]) -> None:
    question = Question(code="overall", ko="?", en="?")
    with pytest.raises(InputError):
        Form(**({"code": "f", "version": 1, "questions": (question,)} | said))
