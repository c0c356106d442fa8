"""What an error is to a client: one table from its class to a status and a sentence in Korean.

An error without a row takes its parent's; a test sees to it that none falls through to the root. The
doors' own errors are below: they belong to HTTP and not to the call centre.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from callcenter import errors


class PreconditionMissingError(errors.CallCenterError):
    """A change was asked for without saying of which version."""

    code: ClassVar[str] = "precondition-required"


class HeaderError(errors.CallCenterError):
    """A header is missing or unfit; names it."""

    code: ClassVar[str] = "bad-header"


class TooManyRequestsError(errors.CallCenterError):
    """Somebody asks more often than allowed; says when to come back."""

    code: ClassVar[str] = "too-many-requests"

    def __init__(self, *, retry_after: int) -> None:
        """Take the whole seconds to wait."""
        self.retry_after = retry_after
        super().__init__(f"come back in {retry_after} s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How an error is answered."""

    status: int
    title: str
    ko: str
    told: bool = True
    """Whether the error's own sentence goes out; what concerns keys or the house itself does not."""


def _answer(status: int, title: str, ko: str, *, told: bool = True) -> Answer:
    return Answer(status=status, title=title, ko=ko, told=told)


_INTERNAL: Final = _answer(
    500,
    "Internal error",
    "처리 중 오류가 발생했습니다. 요청 번호를 알려 주시면 확인하겠습니다.",
    told=False,
)
_LINK: Final = _answer(404, "Link not valid", "유효하지 않은 링크입니다.")
_UNAVAILABLE: Final = _answer(
    503, "Not available now", "지금은 처리할 수 없습니다. 잠시 후 다시 시도하십시오.", told=False
)

ANSWERS: Final[dict[type[errors.CallCenterError], Answer]] = {
    errors.CallCenterError: _INTERNAL,
    errors.InputError: _answer(422, "Input not usable", "입력 내용을 확인하십시오."),
    errors.CatalogueError: _answer(
        422, "Catalogue not usable", "서비스 목록의 내용을 확인하십시오."
    ),
    errors.ContactError: _answer(422, "Contact not usable", "연락처를 확인하십시오."),
    errors.PeriodError: _answer(422, "Period not known to the law", "처리기간을 확인하십시오."),
    errors.UnsafeSettingsError: _INTERNAL,
    errors.CalendarError: _answer(
        503, "Calendar not loaded", "해당 연도의 공휴일 달력이 아직 등록되지 않았습니다."
    ),
    errors.UnknownServiceError: _answer(422, "Unknown service", "등록되지 않은 민원 종류입니다."),
    errors.KeysError: _INTERNAL,
    errors.SealError: _INTERNAL,
    errors.TokenError: _LINK,
    errors.TokenExpiredError: _answer(410, "Link expired", "사용 기간이 지난 링크입니다."),
    errors.NotFoundError: _answer(404, "Not found", "찾을 수 없거나 볼 수 있는 권한이 없습니다."),
    errors.ConflictError: _answer(
        409, "Somebody was quicker", "그사이 다른 변경이 있었습니다. 다시 읽은 뒤 시도하십시오."
    ),
    errors.RefusedError: _answer(409, "Not allowed now", "지금은 할 수 없는 처리입니다."),
    errors.KeyReusedError: _answer(
        422, "Idempotency key reused", "같은 Idempotency-Key가 다른 요청에 이미 사용되었습니다."
    ),
    errors.UnauthenticatedError: _answer(
        401, "Not logged in", "로그인이 필요하거나 인증 정보가 올바르지 않습니다."
    ),
    errors.ForbiddenError: _answer(403, "Not allowed", "이 작업을 할 권한이 없습니다."),
    errors.CapacityError: _UNAVAILABLE,
    errors.StoreUnavailableError: _UNAVAILABLE,
    errors.NotAvailableError: _answer(501, "Not installed", "이 기능은 설치되어 있지 않습니다."),
    errors.BusError: _UNAVAILABLE,
    errors.PoisonMessageError: _INTERNAL,
    errors.SendingError: _UNAVAILABLE,
    PreconditionMissingError: _answer(
        428, "Say which version", "If-Match 헤더로 확인한 버전을 알려 주십시오."
    ),
    errors.StaleError: _answer(
        412, "Changed meanwhile", "확인한 뒤에 내용이 바뀌었습니다. 다시 읽은 뒤 시도하십시오."
    ),
    HeaderError: _answer(400, "Header missing or unfit", "요청 헤더를 확인하십시오."),
    TooManyRequestsError: _answer(
        429, "Too many requests", "요청이 너무 많습니다. 잠시 후 다시 시도하십시오."
    ),
}
"""One row for each kind of error that is answered in its own way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """How HTTP itself refuses: before any of our code has an opinion."""

    code: str
    title: str
    ko: str
    en: str


def _refusal(code: str, title: str, ko: str, en: str) -> Refusal:
    return Refusal(code=code, title=title, ko=ko, en=en)


REFUSALS: Final[dict[int, Refusal]] = {
    400: _refusal(
        "malformed", "Malformed request", "요청을 읽을 수 없습니다.", "the request cannot be read"
    ),
    401: _refusal(
        "unauthenticated", "Not logged in", "로그인이 필요합니다.", "credentials are needed"
    ),
    403: _refusal("forbidden", "Not allowed", "권한이 없습니다.", "the role does not reach here"),
    404: _refusal(
        "not-found", "Not found", "해당 주소가 없습니다.", "there is nothing at this address"
    ),
    405: _refusal(
        "method-not-allowed",
        "Method not allowed",
        "이 주소에서 쓸 수 없는 방식입니다.",
        "expected one of the methods in Allow",
    ),
    406: _refusal(
        "not-acceptable",
        "Not acceptable",
        "요청한 형식으로는 응답할 수 없습니다.",
        "nothing in Accept can be served here",
    ),
    408: _refusal(
        "too-slow",
        "Body too slow",
        "요청 본문이 제때 도착하지 않았습니다.",
        "the body did not arrive in time",
    ),
    411: _refusal(
        "length-required",
        "Length required",
        "Content-Length 헤더가 필요합니다.",
        "expected a Content-Length",
    ),
    413: _refusal(
        "too-large", "Body too large", "요청 본문이 너무 큽니다.", "the body is larger than allowed"
    ),
    415: _refusal(
        "unsupported-media-type",
        "Unsupported media type",
        "지원하지 않는 형식입니다.",
        "the body is not of a media type that is read here",
    ),
    422: _refusal(
        "invalid",
        "Input not valid",
        "입력 내용을 확인하십시오.",
        "the input does not fit: see errors",
    ),
    429: _refusal(
        "too-many-requests", "Too many requests", "요청이 너무 많습니다.", "come back later"
    ),
    503: _refusal("unavailable", _UNAVAILABLE.title, _UNAVAILABLE.ko, "come back in a moment"),
    500: _refusal("internal", _INTERNAL.title, _INTERNAL.ko, "something went wrong here"),
}
"""One row for each status that the framework answers by itself."""


def answer_to(error: errors.CallCenterError) -> Answer:
    """Return the row of an error's class, or of its nearest ancestor."""
    return next(ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)


def kinds() -> dict[str, Answer]:
    """Return every code a client may read, and how it is answered."""
    found = {
        row.code: Answer(status=status, title=row.title, ko=row.ko)
        for status, row in REFUSALS.items()
    }
    for kind in _family(errors.CallCenterError):
        row = ANSWERS[next(parent for parent in kind.__mro__ if parent in ANSWERS)]
        if row.told:
            found.setdefault(kind.code, row)
    return found


def _family(root: type[errors.CallCenterError]) -> Iterator[type[errors.CallCenterError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from _family(kind)


def refusal_of(status: int) -> Refusal:
    """Return the row of a status; of an unforeseen one that of its class, 400 or 500."""
    return REFUSALS.get(status) or REFUSALS[500 if status >= 500 else 400]  # noqa: PLR2004
