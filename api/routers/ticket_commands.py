"""Ticket commands: one route a row of the table of commands, made from the table."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Request, Response
from pydantic import BaseModel

from api.deps import IdempotencyKey, IfMatch, Live, RequestId, allow, fingerprint, scope_of
from api.routers.tickets import Number, shown
from api.schemas.commands import order_of, shape_of
from api.schemas.tickets import TicketShape
from callcenter.desk.tickets import RequestKey
from callcenter.domain.access import Actor, Role
from callcenter.domain.ticket_rules import RULES, Rule

router = APIRouter(prefix="/v1/tickets", tags=["tickets"])
ELSEWHERE: Final = frozenset({"attach", "link_case"})
"""Commands that bring something with them and have routes of their own."""


def _route(rule: Rule) -> Callable[..., Awaitable[TicketShape]]:
    shape: Any = shape_of(rule.command)
    gate = allow(rule.roles)

    async def give(
        request: Request,
        response: Response,
        services: Live,
        request_id: RequestId,
        number: Number,
        expected: IfMatch,
        key: IdempotencyKey,
        actor: Annotated[Actor, gate],
        said: Annotated[BaseModel, Body()],
    ) -> TicketShape:
        outcome = await services.tickets.command(
            number,
            rule.command,
            order_of(rule.command, said),
            actor=actor,
            expected_seq=expected,
            key=RequestKey(
                scope=scope_of(request, actor), key=key, fingerprint=fingerprint(said, expected)
            ),
            request_id=request_id,
        )
        if outcome.repeated:
            response.headers["Idempotent-Replay"] = "true"
        standing = await services.reader.standing(number, actor=actor)
        return shown(response, standing, services)

    give.__annotations__ |= {"said": Annotated[shape, Body()]}
    give.__doc__ = f"{rule.ko}: record `{rule.event.kind}`." + (
        f" Clocks: {rule.clocks}." if rule.clocks else ""
    )
    return give


for _rule in RULES:
    if Role.SYSTEM not in _rule.roles and _rule.command not in ELSEWHERE:
        router.add_api_route(
            f"/{{number}}/commands/{_rule.command}",
            _route(_rule),
            methods=["POST"],
            operation_id=f"give_{_rule.command}",
            summary=_rule.ko,
        )
