"""Every error as a problem body (RFC 9457), in Korean and English, without anything that was sent.

`install` tells the framework; `Unforeseen` catches what nobody foresaw and says nothing of it outside.
"""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request, params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import TooManyRequestsError, answer_to, refusal_of
from api.schemas.problem import Problem
from callcenter.errors import CallCenterError, InputError, RefusedError, UnauthenticatedError

MEDIA_TYPE: Final = "application/problem+json"
_NO_BODY: Final = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
_MOST_FAULTS: Final = 20
_SOON: Final = 5
"""Seconds after which what is away now may be back."""
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="callcenter"'}

FAULTS_KO: Final[dict[str, str]] = {
    "missing": "필수 항목입니다.",
    "extra_forbidden": "알 수 없는 항목입니다.",
    "string_type": "문자열이어야 합니다.",
    "string_too_short": "너무 짧습니다.",
    "string_too_long": "너무 깁니다.",
    "string_pattern_mismatch": "형식이 올바르지 않습니다.",
    "int_type": "정수여야 합니다.",
    "int_parsing": "정수여야 합니다.",
    "int_from_float": "정수여야 합니다.",
    "float_type": "숫자여야 합니다.",
    "float_parsing": "숫자여야 합니다.",
    "finite_number": "유한한 숫자여야 합니다.",
    "bool_type": "참 또는 거짓이어야 합니다.",
    "bool_parsing": "참 또는 거짓이어야 합니다.",
    "greater_than": "값이 너무 작습니다.",
    "greater_than_equal": "값이 너무 작습니다.",
    "less_than": "값이 너무 큽니다.",
    "less_than_equal": "값이 너무 큽니다.",
    "enum": "허용되지 않은 값입니다.",
    "literal_error": "허용되지 않은 값입니다.",
    "datetime_parsing": "시각은 2026-11-22T10:38:52+09:00 형식이어야 합니다.",
    "datetime_from_date_parsing": "시각은 2026-11-22T10:38:52+09:00 형식이어야 합니다.",
    "timezone_aware": "시각에는 시간대가 있어야 합니다.",
    "date_parsing": "날짜는 2026-11-22 형식이어야 합니다.",
    "date_from_datetime_parsing": "날짜는 2026-11-22 형식이어야 합니다.",
    "list_type": "목록이어야 합니다.",
    "too_long": "항목이 너무 많습니다.",
    "too_short": "항목이 너무 적습니다.",
    "dict_type": "객체여야 합니다.",
    "model_type": "객체여야 합니다.",
    "model_attributes_type": "객체여야 합니다.",
    "json_invalid": "JSON으로 읽을 수 없습니다.",
}
"""What the usual faults are called in Korean; others are called unfit."""
_FAULT_KO: Final = "입력값이 올바르지 않습니다."


class ProblemResponse(JSONResponse):
    """A problem body on its way out."""

    media_type = MEDIA_TYPE


def problem(
    scope: Scope,
    *,
    status: int,
    code: str,
    title: str,
    ko: str,
    en: str,
    headers: Mapping[str, str] | None = None,
    **more: object,
) -> Response:
    """Write a problem; the request's id is its instance."""
    body = Problem(
        type=f"/problems/{code}",
        title=title,
        status=status,
        detail=ko,
        detail_en=en,
        code=code,
        instance=scope.get("state", {}).get("request_id", ""),
        **more,
    )
    return ProblemResponse(body.model_dump(exclude_none=True), status_code=status, headers=headers)


def refused(
    scope: Scope, status: int, *, headers: Mapping[str, str] | None = None, **more: object
) -> Response:
    """Write the problem of a status that needs no more words."""
    row = refusal_of(status)
    return problem(
        scope,
        status=status,
        code=row.code,
        title=row.title,
        ko=row.ko,
        en=row.en,
        headers=headers,
        **more,
    )


def install(app: FastAPI) -> None:
    """Let an application answer every error with a problem."""
    app.add_exception_handler(CallCenterError, _of_ours)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_input)


async def _of_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, CallCenterError)
    row = answer_to(error)
    more: dict[str, object] = {}
    if isinstance(error, RefusedError):
        more["reason"] = error.reason
    if isinstance(error, InputError) and row.told and error.key is not None:
        more["errors"] = [_our_fault(error)]
    ko = error.ko if isinstance(error, RefusedError) else row.ko
    return problem(
        request.scope,
        status=row.status,
        code=error.code if row.told else refusal_of(row.status).code,
        title=row.title,
        ko=ko,
        en=_said(error) if row.told else row.title,
        headers=_headers(error),
        **more,
    )


def _said(error: CallCenterError) -> str:
    """Return an error's sentence, without the name of any file of ours."""
    return error.why if isinstance(error, InputError) else str(error)


def _our_fault(error: InputError) -> dict[str, str]:
    return {
        "pointer": pointer(str(error.key).split(".")),
        "code": error.code,
        "detail": _FAULT_KO,
        "detail_en": error.why,
    }


def _headers(error: CallCenterError) -> dict[str, str] | None:
    if isinstance(error, TooManyRequestsError):
        return {"Retry-After": str(error.retry_after)}
    if answer_to(error).status == HTTPStatus.SERVICE_UNAVAILABLE:
        return {"Retry-After": str(_SOON)}
    return _CHALLENGE if isinstance(error, UnauthenticatedError) else None


async def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code in _NO_BODY:
        return Response(status_code=error.status_code, headers=error.headers)
    headers = error.headers
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {"Allow": ", ".join(_methods(request))}
    return refused(request.scope, error.status_code, headers=headers)


def _methods(request: Request) -> list[str]:
    """Return the methods of all routes of a path; the framework names those of the first one only."""
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    found: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        if isinstance(route.original_route, APIRoute) and route.path_regex.match(path):
            found |= route.methods or set()
    return sorted(found)


async def _of_input(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(fault["type"] == "json_invalid" for fault in found):
        return refused(request.scope, HTTPStatus.BAD_REQUEST, errors=faults(found))
    if _of_another_type(request) and any(fault["loc"][0] == "body" for fault in found):
        return refused(request.scope, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    return refused(request.scope, HTTPStatus.UNPROCESSABLE_ENTITY, errors=faults(found))


def _of_another_type(request: Request) -> bool:
    """Say whether a body came in a media type that its route does not read."""
    field = getattr(request.scope.get("route"), "body_field", None)
    if field is None or not _has_body(request):
        return False
    written = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if isinstance(field.field_info, params.Form):
        return written not in {"application/x-www-form-urlencoded", "multipart/form-data"}
    return not (written == "application/json" or written.endswith("+json"))


def _has_body(request: Request) -> bool:
    length = request.headers.get("content-length", "0")
    return "transfer-encoding" in request.headers or length != "0"


def faults(found: Sequence[Any]) -> list[dict[str, str]]:
    """Write what is wrong with an input; the input itself may be personal and stays out."""
    return [_fault(one) for one in found[:_MOST_FAULTS]]


def _fault(found: Mapping[str, Any]) -> dict[str, str]:
    source, *path = found["loc"]
    kind = str(found["type"])
    if kind == "json_invalid":
        path = []  # it is a place in the text, and not one in the document
    where = {
        "body": ("pointer", pointer(path)),
        "header": ("header", ".".join(map(str, path))),
        "cookie": ("header", "cookie"),
    }.get(source, ("parameter", ".".join(map(str, path))))
    return {
        where[0]: where[1],
        "code": kind.replace("_", "-"),
        "detail": FAULTS_KO.get(kind, _FAULT_KO),
        "detail_en": str(found["msg"]),
    }


def pointer(path: Sequence[object]) -> str:
    """Write a path into a body as the fragment of a URI (RFC 6901)."""
    return "#" + "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


class NoNul:
    """Refuses NUL in a path or a query: no text holds one, and PostgreSQL keeps none."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == "http" and ("\0" in scope["path"] or b"%00" in scope["query_string"]):
            await refused(scope, HTTPStatus.BAD_REQUEST)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class Unforeseen:
    """Answers whatever nobody foresaw with a bare 500; its words stay in the house.

    The message of a database's error holds what was to be written, so it is told to `report` only as a
    kind and a place in the code. Once an answer has begun, the connection is cut short instead.
    """

    def __init__(self, app: ASGIApp, *, report: Callable[[Scope, Exception], None]) -> None:
        """Wrap an application."""
        self._app = app
        self._report = report

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = False

        async def watched(message: Message) -> None:
            nonlocal began
            began = began or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 - whatever it is, a client hears the same
            self._report(scope, error)
            if not began:
                await refused(scope, HTTPStatus.INTERNAL_SERVER_ERROR)(scope, receive, send)


RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    "default": {
        "description": "Any problem: see `code`. 문제 발생 시 모든 오류는 이 형식입니다.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}
"""How problems stand in the OpenAPI document, on every route."""
