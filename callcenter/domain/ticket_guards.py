"""Why a ticket command may not be given here and now: each guard is one rule of law or of the house."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from callcenter.domain.access import CENTRE, Actor
from callcenter.domain.ticket_events import (
    Extended,
    Resolved,
    ResultNotified,
    Routed,
    TicketEvent,
    TicketOutcome,
)
from callcenter.domain.tickets import Ticket

EXTENSIONS: Final = 2
"""One by the agency, one more with the petitioner's consent (시행령 §21)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a command may not be given, for people; `code` is stable."""

    code: str
    ko: str
    en: str


Guard = Callable[[Ticket, TicketEvent | None, Actor], Refusal | None]
"""Says why not. Asked with no event, it judges what is known before the command is written."""


def own_unit(ticket: Ticket, _event: TicketEvent | None, actor: Actor) -> Refusal | None:
    """Refuse an officer of another department; the people of the centre speak for all."""
    if actor.has(CENTRE) or actor.unit == ticket.unit:
        return None
    return Refusal(
        code="other-unit",
        ko=f"이 민원은 {ticket.unit or '배정 전'} 소관입니다.",
        en=f"this ticket belongs to {ticket.unit or 'no unit yet'}",
    )


def asked_unit(ticket: Ticket, _event: TicketEvent | None, actor: Actor) -> Refusal | None:
    """Let the unit answer that was asked to cooperate, or the one that asked."""
    if actor.has(CENTRE) or actor.unit in {ticket.unit, ticket.cooperating_unit}:
        return None
    return Refusal(
        code="other-unit",
        ko=f"협조 요청은 {ticket.cooperating_unit} 앞으로 되어 있습니다.",
        en=f"cooperation was asked of {ticket.cooperating_unit}",
    )


def sent_team(ticket: Ticket, _event: TicketEvent | None, actor: Actor) -> Refusal | None:
    """Let the team speak that was sent, or the unit that sent it."""
    if actor.has(CENTRE) or actor.unit in {ticket.unit, ticket.team}:
        return None
    return Refusal(
        code="other-unit",
        ko=f"출동한 팀은 {ticket.team}입니다.",
        en=f"the team sent is {ticket.team}",
    )


def may_extend(ticket: Ticket, event: TicketEvent | None, _actor: Actor) -> Refusal | None:
    """Allow one extension, and a second with consent, each no longer than the period (시행령 §21)."""
    if ticket.extensions >= EXTENSIONS:
        return Refusal(
            code="extended-twice",
            ko="처리기간은 한 번, 민원인 동의가 있으면 한 번 더 연장할 수 있습니다. 이미 두 번 연장했습니다.",
            en="a period may be extended once, and once more with consent: both are used",
        )
    if not isinstance(event, Extended):
        return None
    if event.n != ticket.extensions + 1:
        return Refusal(
            code="wrong-extension",
            ko=f"다음 연장은 {ticket.extensions + 1}차입니다.",
            en=f"the next extension is number {ticket.extensions + 1}, got {event.n}",
        )
    if event.n == EXTENSIONS and not event.consent:
        return Refusal(
            code="consent-needed",
            ko="두 번째 연장에는 민원인의 동의가 필요합니다.",
            en="a second extension needs the petitioner's consent",
        )
    return _within_period(ticket, event)


def _within_period(ticket: Ticket, event: Extended) -> Refusal | None:
    period = ticket.period
    if period is None or (event.period.unit is period.unit and 1 <= event.period.qty <= period.qty):
        return None
    return Refusal(
        code="extension-too-long",
        ko=f"연장은 원래 처리기간({period.qty} {period.unit}) 이내여야 합니다.",
        en=f"an extension is at most the original period of {period.qty} {period.unit}",
    )


def remedy_beside_refusal(
    _ticket: Ticket, event: TicketEvent | None, _actor: Actor
) -> Refusal | None:
    """Ask for the remedy beside every refusal (법 §27)."""
    if not isinstance(event, Resolved) or event.remedy:
        return None
    if event.outcome is not TicketOutcome.IMPOSSIBLE:
        return None
    return Refusal(
        code="remedy-needed",
        ko="처리할 수 없다는 결과에는 구제 방법(이의신청 등)을 함께 알려야 합니다.",
        en="a refusal must say how the petitioner can object",
    )


def ends_by_work(_ticket: Ticket, event: TicketEvent | None, _actor: Actor) -> Refusal | None:
    """Keep the outcomes that have commands of their own out of `resolve`."""
    own = {TicketOutcome.REJECTED, TicketOutcome.WITHDRAWN, TicketOutcome.TRANSFERRED}
    if not isinstance(event, Resolved) or event.outcome not in own:
        return None
    return Refusal(
        code="wrong-command",
        ko="반려·취하·이송은 각각의 명령으로 처리합니다.",
        en=f"an outcome of {event.outcome} has a command of its own",
    )


def told_or_exempt(ticket: Ticket, event: TicketEvent | None, _actor: Actor) -> Refusal | None:
    """Close nothing whose petitioner could be told and was exempted without a reason."""
    if not isinstance(event, ResultNotified) or ticket.petitioner or event.exemption:
        return None
    return Refusal(
        code="exemption-needed",
        ko="알릴 민원인이 없으면 통지 생략 사유를 적어야 합니다.",
        en="without a petitioner to tell, say why no notice is due",
    )


def not_twice(ticket: Ticket, event: TicketEvent | None, _actor: Actor) -> Refusal | None:
    """Refuse to send a ticket to the unit that already has it."""
    if not isinstance(event, Routed) or event.unit != ticket.unit:
        return None
    return Refusal(
        code="already-there",
        ko="이미 그 부서에 배정되어 있습니다.",
        en=f"it already lies with {event.unit}",
    )


def once_accepted(ticket: Ticket, _event: TicketEvent | None, _actor: Actor) -> Refusal | None:
    """Reopen only what was accepted: what was never taken in has no period to run again."""
    if ticket.accepted_at is not None:
        return None
    return Refusal(
        code="never-accepted",
        ko="접수된 적이 없는 민원은 다시 열 수 없습니다. 새 민원으로 신청하십시오.",
        en="a petition that was never accepted is not reopened: it is submitted anew",
    )
