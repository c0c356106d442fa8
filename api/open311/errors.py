"""Errors as GeoReport v2 wants them: 404 unknown, 403 for the key, 400 for all else a client did.

What the house cannot do keeps its 5xx: an app that reads 400 would never send the request again.
"""

from collections.abc import Sequence
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.errors import TooManyRequestsError, answer_to
from api.open311.formats import Listing, answer
from callcenter.errors import CallCenterError, InputError, UnknownServiceError

_OWN: Final = {403, 404}
_OURS: Final = 500
_LATER: Final = 503
_SOON: Final = "5"
"""Seconds after which the house may be there again."""
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
    status, descriptions = _said(error)
    if isinstance(error, TooManyRequestsError):
        headers = {"Retry-After": str(error.retry_after)}
    elif status == _LATER:
        headers = {"Retry-After": _SOON}
    return _answer(request, status, descriptions, headers=headers)


def _said(error: Exception) -> tuple[int, Sequence[str]]:
    found: tuple[int, Sequence[str]]
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
        case CallCenterError():
            found = _of_the_house(error)
        case _:
            found = 500, ("something went wrong here",)
    return found


def _of_the_house(error: CallCenterError) -> tuple[int, Sequence[str]]:
    row = answer_to(error)
    said = str(error) if row.told else row.title
    return row.status if row.status in _OWN or row.status >= _OURS else 400, (said,)


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
