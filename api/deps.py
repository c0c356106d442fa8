"""What a route asks for before it runs: the live objects, who is asking, and the conditions of a change.

Every route names its roles with `allow`. None of this opens a transaction: use cases do, and end it
before a route returns.
"""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Request, params
from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import Dependant
from pydantic_core import to_json
from starlette.exceptions import HTTPException

from api.errors import HeaderError, PreconditionMissingError
from api.limits import neighbourhood
from api.security import ANYBODY, Asking, cookie_of, credential_of, from_elsewhere, safe
from api.services import Services
from callcenter.domain.access import Actor, Role
from callcenter.errors import ForbiddenError, StaleError, UnauthenticatedError

EVERYBODY: Final = frozenset(Role) - {Role.SYSTEM}
"""Roles of a route that asks nobody who they are."""
PEOPLE: Final = EVERYBODY - {Role.PUBLIC}
"""Roles of a route for whoever is known."""
_KEY: Final = re.compile(r'"?([\x21\x23-\x7e]{1,200})"?')
_TAG: Final = re.compile(r'(W/)?"([\x21\x23-\x7e]{0,64})"')
_SEQ: Final = re.compile(r"0|[1-9][0-9]{0,9}")


def services_of(request: Request) -> Services:
    """Give the live objects of the application, in a mounted one too."""
    services: Services = request.state.services
    return services


def request_id_of(request: Request) -> str:
    """Give the request's id."""
    request_id: str = request.state.request_id
    return request_id


def address_of(request: Request) -> str:
    """Give the address a request is counted by."""
    return neighbourhood(request.client.host if request.client else None)


async def _live(request: Request) -> Services:
    return services_of(request)


async def _request_id(request: Request) -> str:
    return request_id_of(request)


async def _address(request: Request) -> str:
    return address_of(request)


async def from_here(request: Request) -> None:
    """Refuse what another site's page sends: it might log a person in as somebody else.

    Raises:
        ForbiddenError: a browser says that the request comes from elsewhere.
    """
    if from_elsewhere(request):
        raise ForbiddenError("expected a page of this site, or a program")


# Dependencies are coroutines: a plain function would be sent to a thread and waited for.
Live = Annotated[Services, Depends(_live)]
RequestId = Annotated[str, Depends(_request_id)]
Address = Annotated[str, Depends(_address)]
FromHere = Annotated[None, Depends(from_here)]


# --- Who is asking ---------------------------------------------------------------------------------------


class Gate:
    """Lets through whoever holds one of the roles, and no more often than they may ask."""

    def __init__(self, roles: frozenset[Role], *, paced: bool) -> None:
        """Take the roles; a test reads them here."""
        self.roles = roles
        self._paced = paced

    async def __call__(self, request: Request) -> Actor:
        """Return who asks.

        Raises:
            UnauthenticatedError: nobody knows who asks, and the route wants to.
            ForbiddenError: it is known, and the roles do not reach here.
            TooManyRequestsError: they ask too often.
        """
        asking = await _asked_once(request, paced=self._paced)
        if asking is None:
            if Role.PUBLIC in self.roles:
                return ANYBODY
            raise UnauthenticatedError("expected a login or a key")
        if Role.PUBLIC not in self.roles and not asking.actor.has(self.roles):
            raise ForbiddenError(f"expected one of {', '.join(sorted(self.roles))}")
        return asking.actor


def allow(roles: Iterable[Role], *, paced: bool = True) -> Any:
    """Declare whom a route is for, everybody if `Role.PUBLIC` is among them.

    Written `actor: Annotated[Actor, allow(STAFF)]`.
    A probe that must never be refused for asking often is not `paced`.
    """
    return Depends(Gate(frozenset(roles), paced=paced))


def gates_of(dependant: Dependant) -> Iterator[Gate]:
    """Find the gates that a route declares."""
    if isinstance(dependant.call, Gate):
        yield dependant.call
    for dependency in dependant.dependencies:
        yield from gates_of(dependency)


async def gate_first(request: Request) -> None:
    """Stop at the gate before anything else is looked at; a route without one lets nobody through."""
    gate = next(gates_of(request.scope["route"].dependant), None)
    assert gate is not None, "a route declares its roles with `allow`"
    await gate(request)


async def _asked_once(request: Request, *, paced: bool) -> Asking | None:
    """Recognise who asks, and count it, however many look at it."""
    if not hasattr(request.state, "asking"):
        services, address = services_of(request), address_of(request)
        asking = await _asking(request, services, address=address)
        if paced:
            _count(services, asking, address=address)
        request.state.asking = asking
    found: Asking | None = request.state.asking
    return found


async def _asking(request: Request, services: Services, *, address: str) -> Asking | None:
    try:
        credential = credential_of(request)
        if credential is not None:
            return await _known(credential, services)
    except UnauthenticatedError:
        most = services.settings.anonymous_requests_per_minute
        services.pace.take("refused", address, per_minute=most)
        raise
    return await _of_page(request, services)


async def _known(credential: str, services: Services) -> Asking:
    for identity in services.identities:
        asking = await identity.asking(credential)
        if asking is not None:
            return asking
    raise UnauthenticatedError("expected a login or a key that is known here")


async def _of_page(request: Request, services: Services) -> Asking | None:
    """Return who a page is read by; a cookie changes nothing, and an old one is as good as none."""
    token = cookie_of(request, https=services.settings.https) if safe(request) else None
    if token is None:
        return None
    try:
        return await services.page_identity.asking(token)
    except UnauthenticatedError:
        return None


def _count(services: Services, asking: Asking | None, *, address: str) -> None:
    if asking is None:
        most = services.settings.anonymous_requests_per_minute
        services.pace.take("address", address, per_minute=most)
    else:
        services.pace.take("actor", asking.actor.login, per_minute=asking.per_minute)


# --- Conditions of a change -------------------------------------------------------------------------------


async def idempotency_key(
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Up to 200 visible ASCII signs, new for each new request; the same one again, "
            "within 96 hours, gets the first answer again. 같은 요청을 다시 보낼 때는 같은 값을 쓰십시오.",
            examples=["7f0c1a52-3d1e-4a57-9f8e-0d6c2b1a9e44"],
        ),
    ] = None,
) -> str:
    """Give the request's idempotency key.

    Raises:
        HeaderError: it is missing or none.
    """
    found = _KEY.fullmatch(idempotency_key or "")
    if found is None:
        raise HeaderError("expected an Idempotency-Key of 1 to 200 visible ASCII signs")
    return found[1]


async def if_match(
    if_match: Annotated[
        str | None,
        Header(
            description="The ETag of the version that was read. 조회할 때 받은 ETag 값입니다.",
            examples=['"7"'],
        ),
    ] = None,
) -> int:
    """Give the version a change is meant for.

    Raises:
        PreconditionMissingError: it is not said, or any would do.
        HeaderError: not one entity tag.
        StaleError: a weak tag, or one that no version has: it matches nothing (RFC 9110, 13.1.1).
    """
    if if_match is None or if_match.strip() == "*":
        raise PreconditionMissingError('expected If-Match with the ETag that was read, such as "7"')
    tag = _TAG.fullmatch(if_match.strip())
    if tag is None:
        raise HeaderError('expected one entity tag in If-Match, such as "7"')
    if tag[1] or not _SEQ.fullmatch(tag[2]):
        raise StaleError("no version has the tag in If-Match")
    return int(tag[2])


IdempotencyKey = Annotated[str, Depends(idempotency_key)]
IfMatch = Annotated[int, Depends(if_match)]


def etag(seq: int) -> str:
    """Write the version of something as a strong entity tag."""
    return f'"{seq}"'


def unchanged(request: Request, *, seq: int) -> bool:
    """Say whether the client has this version already (If-None-Match), so that a 304 is enough."""
    given = request.headers.get("if-none-match", "")
    return given.strip() == "*" or any(tag[2] == str(seq) for tag in _TAG.finditer(given))


def scope_of(request: Request, actor: Actor) -> str:
    """Name whose idempotency keys a request's is among: a client's, of one method and path."""
    asked = f"{request.method} {request.url.path}"
    return f"{actor.login}:{sha256(asked.encode()).hexdigest()[:32]}"


def fingerprint(*said: object) -> str:
    """Digest what a request says, however its client spelt it; models and plain values."""
    return sha256(to_json(said, by_alias=False)).hexdigest()


# --- What can be read -----------------------------------------------------------------------------------


async def textual(request: Request) -> None:
    """Refuse with 400 a document or form with NUL in its texts: no database of ours keeps one."""
    expected = request.scope["route"].body_field
    if expected is None:
        return
    if isinstance(expected.field_info, params.Form):
        form = await request.form()
        texts = [text for pair in form.multi_items() for text in pair if isinstance(text, str)]
        found = any("\0" in text for text in texts)
    else:
        found = b"\\u0000" in await request.body()
    if found:
        raise HTTPException(400)


# --- What can be answered ---------------------------------------------------------------------------------


async def acceptable(request: Request) -> None:
    """Refuse with 406 a client that accepts nothing of what its route answers with."""
    kind = getattr(request.scope.get("route"), "response_class", None)
    kind = kind.value if isinstance(kind, DefaultPlaceholder) else kind
    own: str | None = getattr(kind, "media_type", None)
    offered = [*_declared(request), *([own] if own else [])]
    accepted = request.headers.get("accept", "").strip()
    parts = accepted.split(",")
    if offered and accepted and not any(_fits(one, part) for one in offered for part in parts):
        raise HTTPException(406)


def _declared(request: Request) -> Iterator[str]:
    """Give the other media types that a route says it answers with."""
    responses = getattr(request.scope.get("route"), "responses", None) or {}
    yield from responses.get(200, {}).get("content", {})


def _fits(offered: str, part: str) -> bool:
    wanted, *parameters = (piece.strip().lower() for piece in part.split(";"))
    refused = any(re.fullmatch(r"q\s*=\s*0(\.0*)?", parameter) for parameter in parameters)
    family = offered.partition("/")[0]
    return not refused and wanted in {offered, f"{family}/*", "*/*"}
