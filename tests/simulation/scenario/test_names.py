"""Names are words of whoever writes the scenario."""

import re
from unicodedata import normalize

import pytest

from callcenter.errors import ScenarioError
from simulation.results import run
from simulation.scenario import loads
from simulation.scenario.starter import starter
from tests.simulation.scenario.base import GOOD

WORDS = {
    "phone": "전화", "tax": "세무-2팀", "day": "주간", "agents": "상담사", "experts": "전문가",
    "main": "대표번호", "fair": "장날", "city": "시내",
}  # fmt: skip


def korean() -> str:
    return re.sub("|".join(rf"\b{word}\b" for word in WORDS), lambda found: WORDS[found[0]], GOOD)


def test_names_may_be_korean_everywhere() -> None:
    scenario = loads(korean(), ["queue.전화.talk.mean=200s"])

    assert list(scenario.queue) == ["전화", "세무-2팀"]
    result = run(scenario, replications=1)
    assert result.scorecard.value("answered", queue="전화")
    english = run(loads(GOOD, ["queue.phone.talk.mean=200s"]), replications=1)
    offered = [card.value("offered") for card in (result.scorecard, english.scorecard)]
    assert abs(offered[0] - offered[1]) < 0.2 * offered[1]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_is_the_same_however_its_letters_are_put_together(form: str) -> None:
    text = korean()
    head, group, tail = text.partition("group:")
    change = normalize(form, "queue.전화.after_call=9s")

    mixed = loads(normalize(form, head) + group + tail, [change])

    assert mixed == loads(text, {"queue.전화.after_call": "9s"})


@pytest.mark.parametrize("name", ["전화 상담", "a.b", "-a", "_a", "전화!", "", "a" * 61, "a\u200b"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ScenarioError, match=r"expected a name of letters|expected at most 60"):
        loads(GOOD.replace("lines:\n  main: 20", f"lines:\n  main: 20\n  {name!r}: 20"))


@pytest.mark.parametrize("name", ["전화상담", normalize("NFD", "전화상담"), "Centre-1"])
def test_a_starter_may_have_such_a_name(name: str) -> None:
    assert loads(starter(name)).scenario == normalize("NFC", name)


@pytest.mark.parametrize("name", ["a\n", "a b", "_a", ""])
def test_a_starter_refuses_what_is_no_name(name: str) -> None:
    with pytest.raises(ScenarioError, match="expected a name of letters"):
        starter(name)
