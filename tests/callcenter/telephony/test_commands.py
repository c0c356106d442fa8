"""Every command is known by the word of its order, and the page for whoever writes a switch names it."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from callcenter.domain.agents import AgentState
from callcenter.telephony.commands import COMMANDS, Command, Errand
from callcenter.telephony.words import AGENT_STATES, StateWord


def order_of(command: type[Command]) -> str:
    (order,) = [field.default for field in fields(command) if field.name == "order"]
    return str(order)


def test_no_two_commands_have_the_same_order() -> None:
    orders = {order_of(command) for command in COMMANDS.values()}

    assert len(orders) == len(COMMANDS) == 6


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_the_page_names_every_command_with_its_fields(
    command: type[Command], repository: Path
) -> None:
    page = (repository / "docs" / "live-events.md").read_text("utf-8")
    found = re.search(rf"^\| `{order_of(command)}` \| (.+?) \|", page, re.MULTILINE)

    assert found is not None
    named = re.findall(r"`(\w+)`", found.group(1))
    assert named == [field.name for field in fields(command) if field.name != "order"]


def test_agents_are_sent_where_an_agent_can_be() -> None:
    sent = {AGENT_STATES[StateWord(errand.value)] for errand in Errand}

    assert sent == {AgentState.TRAINING, AgentState.BREAK, AgentState.MEETING}
