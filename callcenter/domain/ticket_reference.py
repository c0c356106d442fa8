"""The page that explains the life of a ticket, written from the tables that decide it.

`python -m callcenter.domain.ticket_reference > docs/tickets.md`; a test holds the page to the tables.
"""

import sys
from collections.abc import Iterator
from typing import Final

from callcenter.domain.access import ROLE_NAMES_KO, Role
from callcenter.domain.clock_rules import CLOCK_RULES
from callcenter.domain.policy import ASSUMED
from callcenter.domain.ticket_events import STATE_NAMES_KO, TicketState
from callcenter.domain.ticket_rules import RULES, Rule
from callcenter.domain.tickets import DESTINATIONS

_INTRODUCTION: Final = """\
# The life of a ticket

Written by `python -m callcenter.domain.ticket_reference` from the tables the house goes by; do not edit.

A ticket is what happened to it: each command records one event, and the state is read off the events.
Which commands a person may give to a ticket now is answered by `GET /v1/tickets/{number}/commands`; what
may not be done is a 409 that says why, in Korean and English. Petitions about one problem share a work
case; no petition is merged into another, and each petitioner is answered.
"""


def page() -> str:
    """Write the page."""
    return "\n".join([_INTRODUCTION, *_states(), *_commands(), *_clocks(), *_open_questions()])


def _states() -> Iterator[str]:
    yield from ("## States", "", "| state | 한국어 | reached by |", "|---|---|---|")
    for state in TicketState:
        events = [kind for kind, leads_to in DESTINATIONS.items() if leads_to is state]
        yield f"| `{state}` | {STATE_NAMES_KO[state]} | {_listed(events)} |"
    yield ""


def _commands() -> Iterator[str]:
    yield from (
        "## Commands",
        "",
        "| command | 한국어 | given in | by | records | clocks | notice |",
        "|---|---|---|---|---|---|---|",
    )
    for rule in RULES:
        yield (
            f"| `{rule.command}` | {rule.ko} | {_given_in(rule)} | {_by(rule)} | "
            f"`{rule.event.kind}` | {rule.clocks} | {rule.notice or ''} |"
        )
    yield ""


def _clocks() -> Iterator[str]:
    yield from ("## Clocks", "", "| clock | 한국어 | period | law |", "|---|---|---|---|")
    for kind, rule in CLOCK_RULES.items():
        period = rule.period.name_en if rule.period else "set by service, command or policy"
        yield f"| `{kind}` | {rule.ko} | {period} | {rule.article} |"
    yield ""


def _open_questions() -> Iterator[str]:
    yield from ("## What the law leaves open, and is assumed", "")
    for name, why in ASSUMED.items():
        yield f"- `{name}`: {why}"
    yield ""


def _given_in(rule: Rule) -> str:
    states = [state for state in TicketState if state in rule.states]
    return "any state" if len(states) == len(TicketState) else _listed(states)


def _by(rule: Rule) -> str:
    return ", ".join(ROLE_NAMES_KO[role] for role in Role if role in rule.roles)


def _listed(words: list[str] | list[TicketState]) -> str:
    return ", ".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    sys.stdout.write(page())
