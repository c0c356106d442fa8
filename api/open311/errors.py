"""Errors as GeoReport v2 wants them: 404 unknown, 403 for the key, 400 for everything else."""

from collections.abc import Sequence
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.errors import TooManyRequestsError
from api.open311.formats import Listing, answer
from callcenter.errors import InputError, UnknownServiceError

_HTTP: Final[dict[int, tuple[int, tuple[str, ...]]]] = {
    404: (404, ("there is no such resource",)),
    405: (400, ("the method does not fit this resource",)),
    413: (413, ("the request is too large",)),
}


class Open311Error(Exception):
    """One or more things wrong with a request."""

    def __init__(self, status: int, *descriptions: str) -> None:
        """Keep the status and what to say."""
        self.status = status
        self.descriptions = descriptions
        super().__init__("; ".join(descriptions))


async def told(request: Request, error: Exception) -> Response:
    """Answer an error in the format the path asks for; XML where it asks for none."""
    headers = None
    if isinstance(error, TooManyRequestsError):
        headers = {"Retry-After": str(error.retry_after)}
    status, descriptions = _said(error)
    return _answer(request, status, descriptions, headers=headers)


def _said(error: Exception) -> tuple[int, Sequence[str]]:
    match error:
        case Open311Error(status=status, descriptions=descriptions):
            found = status, descriptions
        case TooManyRequestsError(retry_after=seconds):
            found = 429, (f"too many requests: come back in {seconds} s",)
        case UnknownServiceError():
            found = 404, ("service_code was not found",)
        case InputError(key=key, why=why):
            found = 400, (f"{key}: {why}" if key else why,)
        case HTTPException(status_code=status, detail=detail):
            found = _HTTP.get(status, (400, (detail,)))
        case _:
            found = 400, (str(error),)
    return found


def suffix_of(request: Request) -> str:
    """Return the format a path asks for."""
    return "json" if request.url.path.endswith(".json") else "xml"


def _answer(
    request: Request,
    status: int,
    descriptions: Sequence[str],
    *,
    headers: dict[str, str] | None = None,
) -> Response:
    errors = [{"code": str(status), "description": said} for said in descriptions]
    return answer(
        Listing("errors", "error", errors),
        suffix=suffix_of(request),
        status=status,
        headers=headers,
    )
