"""A citizen's survey: asked once, answered once, refused kindly."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from callcenter.domain.access import Actor, Role
from callcenter.domain.survey_rounds import STANDARD
from callcenter.store.tables.surveys import SURVEY
from tests import legs
from tests.api.routers.test_tickets import given, opened
from tests.callcenter.domain.test_survey_rounds import a_round
from tests.doors import House, a_house


@pytest.fixture
async def closed(tmp_path: Any) -> Any:
    """Open a house that asks about each closing, and close a ticket in it."""
    async with a_house(tmp_path, survey_share=1.0) as house:
        agent = await house.bearer(Role.AGENT)
        ticket = await opened(house, agent, title="<b>가로등</b>이 꺼졌어요")
        for command, said in (
            ("take", {}),
            ("resolve", {"outcome": "done", "answer": "전구를 갈았습니다."}),
            ("notify_result", {}),
            ("close", {}),
        ):
            ticket = await given(house, agent, ticket, command, **said)
        yield house, f"/s/{token_of(house, ticket['number'])}"


def token_of(house: House, number: str) -> str:
    return house.services.surveys.link(number, closing=1).rpartition("/")[2]


async def test_the_page_asks_in_korean_and_on_request_in_english(
    closed: tuple[House, str],
) -> None:
    house, path = closed

    korean = await house.client.get(path)
    english = await house.client.get(path, headers={"Accept-Language": "en-GB,ko;q=0.5"})
    chosen = await house.client.get(f"{path}?lang=en")

    assert korean.status_code == 200
    assert '<html lang="ko">' in korean.text
    assert "얼마나 만족하십니까" in korean.text
    assert "&lt;b&gt;가로등" in korean.text
    assert "010-1234" not in korean.text
    assert "How satisfied" in english.text
    assert chosen.text == english.text


async def test_an_answer_is_thanked_for_and_taken_once(closed: tuple[House, str]) -> None:
    house, path = closed

    said = {"score": "4", "comment": "빨라요.\r\n고맙습니다."}
    thanks = await house.client.post(path, data=said)
    again = await house.client.post(path, data=said)
    looked = await house.client.get(path)

    assert (thanks.status_code, again.status_code, looked.status_code) == (200, 409, 409)
    assert "답변해 주셔서 감사합니다" in thanks.text
    assert "이미 답변해 주셨습니다" in again.text
    async with house.services.store.reading() as uow:
        kept = (await uow.connection.execute(select(SURVEY.c.score, SURVEY.c.comment))).all()
    assert [tuple(row) for row in kept] == [(4, "빨라요.\n고맙습니다.")]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({}, "하나를 골라 주십시오"),
        ({"score": "6"}, "하나를 골라 주십시오"),
        ({"score": "x"}, "하나를 골라 주십시오"),
        ({"score": "5", "comment": "가" * 1_001}, "1000자까지"),
    ],
)
async def test_what_cannot_be_kept_is_asked_again(
    closed: tuple[House, str], said: dict[str, str], fault: str
) -> None:
    house, path = closed

    asked = await house.client.post(path, data=said | {"lang": "ko"})

    assert asked.status_code == 422
    assert fault in asked.text
    assert said.get("comment", "") in asked.text


async def test_links_that_are_old_or_forged_are_refused_kindly(closed: tuple[House, str]) -> None:
    house, path = closed
    forged = await house.client.get(f"{path[:-2]}xx")
    nonsense = await house.client.post("/s/none", data={"score": "5"})
    house.watch.advance(days=15)
    old = await house.client.get(path)

    assert (forged.status_code, nonsense.status_code, old.status_code) == (404, 404, 410)
    assert "링크를 확인해 주십시오" in forged.text
    assert "답변 기간이 지났습니다" in old.text
    for answer in (forged, nonsense, old):
        assert 'href="tel:120"' in answer.text


# --- Rounds -------------------------------------------------------------------------------------------


@pytest.fixture
async def asked(house: House) -> Any:
    """Draw a round of last week's callers, and give the page of the first."""
    await legs.settle(house.services.store, first=date(2026, 11, 13))
    round_ = a_round(first_day=date(2026, 11, 9), last_day=date(2026, 11, 15))
    planner = Actor(login="plan", roles=frozenset({Role.PLANNER}))
    rounds = house.services.survey_rounds
    await rounds.create(round_, actor=planner)
    await rounds.draw(round_.code, actor=planner, expected=1)
    answers = house.services.survey_answers
    [first] = await answers.invitations(round_.code, after=0, most=1)
    return f"/s/{answers.link(first).rpartition('/')[2]}"


async def test_the_page_of_a_round_asks_every_question_of_its_form(
    house: House, asked: str
) -> None:
    korean = await house.client.get(asked)
    english = await house.client.get(f"{asked}?lang=en")

    assert korean.status_code == english.status_code == 200
    for question in STANDARD.questions:
        assert question.ko in korean.text
        assert question.en in english.text
    assert korean.text.count("required") == 5
    assert "4차 만족도 조사" in korean.text


async def test_an_answer_to_a_round_is_taken_once(house: House, asked: str) -> None:
    said = {"q-overall": "5", "q-solved": "4", "comment": "고맙습니다"}
    thanks = await house.client.post(asked, data=said)
    again = await house.client.post(asked, data=said)
    report = await house.services.survey_round_reports.report("2026-4")

    assert (thanks.status_code, again.status_code) == (200, 409)
    assert "답변해 주셔서 감사합니다" in thanks.text
    assert [one.answers for one in report.questions] == [1, 0, 1]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({}, "하나를 골라 주십시오"),
        ({"q-overall": "6"}, "하나를 골라 주십시오"),
        ({"q-overall": "²"}, "하나를 골라 주십시오"),
        ({"q-overall": "4", "q-solved": "x"}, "하나를 골라 주십시오"),
        ({"q-overall": "5", "comment": "가" * 1_001}, "1000자까지"),
    ],
)
async def test_what_a_round_cannot_keep_is_asked_again(
    house: House, asked: str, said: dict[str, str], fault: str
) -> None:
    answer = await house.client.post(asked, data=said)

    assert answer.status_code == 422
    assert fault in answer.text
    assert said.get("comment", "") in answer.text


async def test_the_page_of_a_round_that_is_over_says_so(house: House, asked: str) -> None:
    house.watch.advance(days=15)
    old = await house.client.get(asked)

    assert old.status_code == 410
    assert "답변 기간이 지났습니다" in old.text
    assert "처리가 끝난 뒤" not in old.text
