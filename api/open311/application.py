"""The resources of GeoReport v2, each in XML and JSON."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from api.deps import address_of, request_id_of, services_of
from api.errors import TooManyRequestsError
from api.open311 import shapes
from api.open311.errors import Open311Error, suffix_of, told
from api.open311.formats import Listing, answer
from api.open311.queries import asked_of, found, public
from api.open311.submissions import Media, Submission, petition_of, submission_of, suspicion
from api.security import Asking, credential_of
from api.services import Services
from callcenter.desk.petitions import check
from callcenter.desk.tickets import RequestKey
from callcenter.domain.access import CENTRE, Actor, Role
from callcenter.domain.services import Open311Type, ServiceType
from callcenter.domain.ticket_events import Attached, Phase
from callcenter.errors import CallCenterError, UnauthenticatedError

_SUBMITTERS: Final = CENTRE | {Role.INTEGRATOR}


def open311() -> Starlette:
    """Build the sub-application; its live objects come with the request."""
    return Starlette(
        routes=[
            *_both("/discovery", _discovery),
            Mount("/v2", routes=_resources(_post)),
            Mount("/test/v2", routes=_resources(_post_nothing)),
        ],
        exception_handlers={
            CallCenterError: told,
            Open311Error: told,
            HTTPException: told,
            TooManyRequestsError: told,
            Exception: told,
        },
    )


def _resources(post: Any) -> list[BaseRoute]:
    return [
        *_both("/discovery", _discovery),
        *_both("/services", _services),
        *_both("/services/{service_code}", _definition),
        *_both("/requests", post, methods=["POST"]),
        *_both("/requests", _requests),
        *_both("/requests/{service_request_id}", _request),
        *_both("/tokens/{token}", _token),
    ]


def _both(path: str, endpoint: Any, methods: list[str] | None = None) -> list[BaseRoute]:
    return [
        Route(f"{path}.{suffix}", endpoint, methods=methods or ["GET"])
        for suffix in ("xml", "json")
    ]


# --- Reading ---------------------------------------------------------------------------------------


async def _discovery(request: Request) -> Response:
    services = _counted(request)
    body = shapes.discovery(services.settings.public_url, contact=services.settings.centre_ko)
    return answer(body, suffix=suffix_of(request), charset=False)


async def _services(request: Request) -> Response:
    services = _counted(request)
    _jurisdiction(services, _query(request))
    offered = services.catalogue().public_services()
    return answer(shapes.services(offered), suffix=suffix_of(request))


async def _definition(request: Request) -> Response:
    services = _counted(request)
    _jurisdiction(services, _query(request))
    service = _offered(services, request.path_params["service_code"])
    if not service.attributes:
        raise Open311Error(404, "the service has no definition: its metadata is false")
    return answer(shapes.definition(service), suffix=suffix_of(request))


async def _requests(request: Request) -> Response:
    services, said = _counted(request), _query(request)
    _jurisdiction(services, said)
    listed = await found(services, asked_of(said, now=services.now()))
    return _listed(request, services, listed, said=said)


async def _request(request: Request) -> Response:
    services, said = _counted(request), _query(request)
    _jurisdiction(services, said)
    async with services.store.reading() as uow:
        one = await public(uow, request.path_params["service_request_id"])
    if one is None:
        raise Open311Error(404, "service_request_id was not found")
    return _listed(request, services, [one], said=said)


async def _token(request: Request) -> Response:
    services = _counted(request)
    _jurisdiction(services, _query(request))
    token = request.path_params["token"]
    async with services.store.reading() as uow:
        number = await uow.open311.number_of(token)
    if number is None:
        raise Open311Error(404, "token was not found")
    items = [{"service_request_id": number, "token": token}]
    return answer(Listing("service_requests", "request", items), suffix=suffix_of(request))


def _listed(
    request: Request, services: Services, listed: Any, *, said: Mapping[str, str]
) -> Response:
    body = shapes.requests(
        listed, catalogue=services.catalogue(), extended=said.get("extensions") == "true"
    )
    return answer(body, suffix=suffix_of(request))


# --- Submitting ------------------------------------------------------------------------------------


async def _post(request: Request) -> Response:
    services, submission, service, asking = await _submitted(request)
    petition = petition_of(submission, service)
    key = suspicion(submission, at=services.now())
    media = None if submission.media is None else await _kept(services, submission.media)
    outcome = await services.tickets.open(
        petition,
        actor=asking.actor,
        key=RequestKey(scope=f"open311:{asking.actor.login}", key=key, fingerprint=key),
        request_id=request_id_of(request),
    )
    number = outcome.ticket.number
    if media is not None:
        await _attach(services, number, media, actor=asking.actor)
    standing = await services.reader.standing(number, actor=asking.actor)
    shown: dict[str, Any] = {"service_request_id": number}
    if service.open311_type is Open311Type.BATCH:
        shown = {"token": await _kept_token(services, number, key)}
    shown |= {
        "service_notice": shapes.notice(standing.statutory_due_at) or service.description_ko,
        "account_id": submission.get("account_id"),
    }
    return answer(Listing("service_requests", "request", [shown]), suffix=suffix_of(request))


async def _post_nothing(request: Request) -> Response:
    """Check a submission as the real endpoint does, and keep nothing of it."""
    services, submission, service, _asking = await _submitted(request)
    check(petition_of(submission, service), service=service)
    key = suspicion(submission, at=services.now())
    items = [{"service_request_id": f"test-{key[:12]}", "service_notice": "시험용 접수입니다."}]
    return answer(Listing("service_requests", "request", items), suffix=suffix_of(request))


async def _submitted(request: Request) -> tuple[Services, Submission, ServiceType, Asking]:
    services = services_of(request)
    submission = await submission_of(request)
    said = _query(request) | submission.said
    asking = await _asking(request, services, said)
    _jurisdiction(services, said)
    if not said.get("service_code"):
        raise Open311Error(400, "service_code is needed")
    return services, submission, _offered(services, said["service_code"]), asking


async def _asking(request: Request, services: Services, said: Mapping[str, str]) -> Asking:
    try:
        credential = said.get("api_key") or credential_of(request)
        asking = await services.identities[0].asking(credential) if credential else None
    except UnauthenticatedError:
        asking = None
    if asking is None or not asking.actor.has(_SUBMITTERS):
        services.pace.take(
            "refused",
            address_of(request),
            per_minute=services.settings.anonymous_requests_per_minute,
        )
        raise Open311Error(403, "api_key is missing or not good for submissions")
    services.pace.take("actor", asking.actor.login, per_minute=asking.per_minute)
    return asking


async def _kept(services: Services, media: Media) -> Attached:
    """Keep a file before there is a ticket: one that cannot be kept shall leave none behind."""
    kept = await services.attachments.keep(media.content)
    return Attached(
        sha256=kept.sha256,
        name=media.name,
        media_type=kept.media_type,
        size=kept.size,
        phase=Phase.BEFORE,
    )


async def _attach(services: Services, number: str, media: Attached, *, actor: Actor) -> None:
    """Attach a file once, also to the ticket of a tap that was cut off before this."""
    key = f"{number}:{media.sha256}"
    await services.tickets.command(
        number,
        "attach",
        media,
        actor=actor,
        expected_seq=None,
        key=RequestKey(scope=f"open311-media:{actor.login}", key=key, fingerprint=key),
    )


async def _kept_token(services: Services, number: str, key: str) -> str:
    token = sha256(f"{number}:{key}".encode()).hexdigest()[:32]
    async with services.store.writing() as uow:
        await uow.open311.keep(token, number)
    return token


# --- What every resource looks at --------------------------------------------------------------------


def _counted(request: Request) -> Services:
    services = services_of(request)
    most = services.settings.anonymous_requests_per_minute
    services.pace.take("address", address_of(request), per_minute=most)
    return services


def _query(request: Request) -> dict[str, str]:
    said = {name: value.strip() for name, value in request.query_params.items() if value.strip()}
    if any("\ufffd" in value or "\x00" in value for value in said.values()):
        raise Open311Error(400, "values must be UTF-8")
    return said


def _jurisdiction(services: Services, said: Mapping[str, str]) -> None:
    wanted = said.get("jurisdiction_id")
    if wanted and wanted != services.settings.jurisdiction:
        raise Open311Error(404, "jurisdiction_id was not found")


def _offered(services: Services, code: str) -> ServiceType:
    for service in services.catalogue().public_services():
        if service.code == code:
            return service
    raise Open311Error(404, "service_code was not found")
