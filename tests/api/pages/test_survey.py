"""A citizen's survey: asked once, answered once, refused kindly."""

from typing import Any

import pytest
from sqlalchemy import select

from callcenter.domain.access import Role
from callcenter.store.tables.surveys import SURVEY
from tests.api.routers.test_tickets import given, opened
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
