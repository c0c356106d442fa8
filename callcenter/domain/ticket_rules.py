"""The one table of ticket commands: from which state, by whom, under which conditions, to what end.

A row names the command, the event it records, the states it may be given in, the roles that may give
it, its guards, what it does to the clocks and which notice the petitioner is owed. Where it leads is
read from the event (`tickets.destination`). The API, the pages and the documentation read this table.
"""

from dataclasses import dataclass
from typing import Final

from callcenter.domain import ticket_events as happen
from callcenter.domain.access import CENTRE, STAFF, SUPERVISORS, Actor, Role
from callcenter.domain.ticket_events import STATE_NAMES_KO, TicketEvent, TicketState
from callcenter.domain.ticket_guards import (
    Guard,
    Refusal,
    asked_unit,
    ends_by_work,
    may_extend,
    not_twice,
    once_accepted,
    own_unit,
    remedy_beside_refusal,
    sent_team,
    told_or_exempt,
)
from callcenter.domain.tickets import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the table."""

    command: str
    ko: str
    event: type[TicketEvent]
    states: frozenset[TicketState]
    roles: frozenset[Role]
    guards: tuple[Guard, ...] = ()
    clocks: str = ""
    """What it does to the clocks, in words; `clocks.clocks` does it."""
    notice: str | None = None
    """Kind of the notice the petitioner is owed for it."""


def _rule(
    command: str,
    ko: str,
    event: type[TicketEvent],
    states: frozenset[TicketState],
    roles: frozenset[Role],
    *guards: Guard,
    clocks: str = "",
    notice: str | None = None,
) -> Rule:
    return Rule(
        command=command,
        ko=ko,
        event=event,
        states=states,
        roles=roles,
        guards=guards,
        clocks=clocks,
        notice=notice,
    )


def _in(*states: TicketState) -> frozenset[TicketState]:
    return frozenset(states)


_S = TicketState
_ALL: Final = frozenset(TicketState)
_NOT_CLOSED: Final = _ALL - {_S.CLOSED}
_UNDECIDED: Final = _NOT_CLOSED - {_S.RESOLVED, _S.NOTIFIED}
_WORKING: Final = _UNDECIDED - {_S.SUBMITTED}
_DESK: Final = _in(_S.ACCEPTED, _S.ROUTED)
_DOING: Final = _in(_S.IN_PROGRESS)
_HANDLERS: Final = SUPERVISORS | {Role.OFFICER}
_INTAKE: Final = CENTRE

RULES: Final[tuple[Rule, ...]] = (
    _rule(
        "accept", "접수", happen.Accepted, _in(_S.SUBMITTED), _INTAKE,
        clocks="accept met; statutory and transfer start", notice="accepted",
    ),
    _rule(
        "route", "부서 배정", happen.Routed, _DESK, CENTRE | {Role.OFFICER}, own_unit, not_twice,
        clocks="transfer starts anew",
    ),
    _rule("return", "반송", happen.Returned, _in(_S.ROUTED), _HANDLERS, own_unit,
          clocks="transfer starts anew"),
    _rule("take", "담당 지정", happen.Taken, _DESK, STAFF, own_unit, clocks="transfer met"),
    _rule("assign", "담당자 변경", happen.Assigned, _WORKING - _DESK, _HANDLERS, own_unit),
    _rule(
        "reclassify", "민원 종류 변경", happen.Reclassified, _DESK | _DOING, STAFF, own_unit,
        clocks="statutory runs by the new period from the acceptance",
    ),
    _rule("amend", "내용 정정", happen.Amended, _UNDECIDED, STAFF, own_unit),
    _rule(
        "request_supplement", "보완 요청", happen.SupplementRequested, _DOING, _HANDLERS, own_unit,
        clocks="statutory pauses, the day sent included", notice="supplement",
    ),
    _rule(
        "receive_supplement", "보완 접수", happen.SupplementReceived, _in(_S.SUPPLEMENT), STAFF,
        own_unit, clocks="statutory runs again after the day received",
    ),
    _rule(
        "ask_cooperation", "협조 요청", happen.CooperationAsked, _DOING, _HANDLERS, own_unit,
        clocks="cooperation starts; statutory keeps running",
    ),
    _rule(
        "answer_cooperation", "협조 회신", happen.CooperationReceived, _in(_S.COOPERATING),
        _HANDLERS, asked_unit, clocks="cooperation met",
    ),
    _rule("refer_to_council", "심의 회부", happen.CouncilReferred, _DOING, _HANDLERS, own_unit),
    _rule("record_decision", "심의 결과", happen.CouncilDecided, _in(_S.COUNCIL), _HANDLERS, own_unit),
    _rule(
        "dispatch", "출동", happen.Dispatched, _in(_S.ACCEPTED, _S.ROUTED, _S.IN_PROGRESS), STAFF,
        own_unit, clocks="field starts", notice="dispatched",
    ),
    _rule("arrive", "현장 도착", happen.Arrived, _in(_S.FIELD), _HANDLERS, sent_team),
    _rule(
        "report_visit", "현장 결과", happen.Visited, _in(_S.FIELD), _HANDLERS, sent_team,
        clocks="field met; statutory stops unless work remains",
    ),
    _rule(
        "extend", "기간 연장", happen.Extended, _WORKING, _HANDLERS, own_unit, may_extend,
        clocks="statutory grows by the extension", notice="extended",
    ),
    _rule(
        "notify_progress", "중간 통지", happen.ProgressNotified, _WORKING, _HANDLERS, own_unit,
        clocks="progress starts anew", notice="progress",
    ),
    _rule(
        "resolve", "처리 완료", happen.Resolved, _DOING, STAFF, own_unit, ends_by_work,
        remedy_beside_refusal, clocks="goal stops; statutory runs until the result is told",
    ),
    _rule(
        "transfer_out", "타기관 이송", happen.TransferredOut, _WORKING, _HANDLERS, own_unit,
        clocks="statutory stops",
    ),
    _rule(
        "reject", "반려", happen.Rejected, _in(_S.SUBMITTED, _S.SUPPLEMENT), _HANDLERS | {Role.QUALITY},
        own_unit, clocks="all stop",
    ),
    _rule("withdraw", "취하", happen.Withdrawn, _UNDECIDED, STAFF, own_unit, clocks="all stop"),
    _rule(
        "notify_result", "결과 통지", happen.ResultNotified, _in(_S.RESOLVED), STAFF, own_unit,
        told_or_exempt, clocks="statutory stops", notice="result",
    ),
    _rule("close", "종결", happen.Closed, _in(_S.NOTIFIED), STAFF, own_unit, clocks="progress void"),
    _rule(
        "reopen", "재접수", happen.Reopened, _in(_S.NOTIFIED, _S.CLOSED), CENTRE | {Role.OFFICER},
        own_unit, once_accepted, clocks="statutory starts anew", notice="reopened",
    ),
    _rule("recount", "달력 개정", happen.Recounted, _NOT_CLOSED, frozenset({Role.SYSTEM}),
          clocks="all count by the newer calendar"),
    _rule("note", "메모", happen.Noted, _ALL, STAFF),
    _rule("attach", "첨부", happen.Attached, _ALL, STAFF | {Role.INTEGRATOR}),
    _rule("link_case", "사건 연결", happen.CaseLinked, _ALL, STAFF),
)  # fmt: skip
"""Every command there is."""

BY_COMMAND: Final[dict[str, Rule]] = {rule.command: rule for rule in RULES}


def refusal(
    rule: Rule, ticket: Ticket, *, actor: Actor, event: TicketEvent | None = None
) -> Refusal | None:
    """Say why this actor may not give this command to this ticket; `None` if it may.

    Without an event, only what is known beforehand is judged.
    """
    if not actor.has(rule.roles):
        return Refusal(
            code="role",
            ko=f"'{rule.ko}' 권한이 없습니다.",
            en=f"{rule.command} is for {', '.join(sorted(rule.roles))}",
        )
    if ticket.state not in rule.states:
        return _wrong_state(rule, ticket)
    for guard in rule.guards:
        said = guard(ticket, event, actor)
        if said is not None:
            return said
    return None


def permitted(ticket: Ticket, *, actor: Actor) -> tuple[Rule, ...]:
    """Return the commands this actor may give to this ticket now."""
    return tuple(rule for rule in RULES if refusal(rule, ticket, actor=actor) is None)


def _wrong_state(rule: Rule, ticket: Ticket) -> Refusal:
    allowed = [state for state in TicketState if state in rule.states]
    return Refusal(
        code="wrong-state",
        ko=f"'{STATE_NAMES_KO[ticket.state]}' 상태에서는 '{rule.ko}'을(를) 할 수 없습니다. "
        f"가능한 상태: {', '.join(STATE_NAMES_KO[state] for state in allowed)}.",
        en=f"{rule.command} needs one of {', '.join(allowed)}; the ticket is {ticket.state}",
    )
