"""A request for service as an app posts it, and the petition it becomes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from api.open311.errors import Open311Error
from callcenter.desk.petitions import Petition, Petitioner
from callcenter.desk.ticket_orders import freed_text
from callcenter.domain.services import ServiceType
from callcenter.domain.ticket_events import Channel, Place

LONGEST: Final = 4_000
_LONGEST_LINE: Final = 200
_LONGEST_URL: Final = 500
_LONGEST_TITLE: Final = 60
_BUCKET_SECONDS: Final = 600
_ATTRIBUTE: Final = re.compile(r"attribute\[([^\[\]]{1,60})\](\[\])?")
_IDENTIFIER: Final = re.compile(r"[\w-]{1,80}", re.ASCII)
_LOST: Final = "\ufffd"
_PLAIN: Final = (
    "service_code", "lat", "long", "address_string", "address_id", "email", "device_id",
    "account_id", "first_name", "last_name", "phone", "description", "media_url",
    "jurisdiction_id", "api_key",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A file that came with a form."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What was posted; what is empty was not."""

    said: dict[str, str]
    attributes: tuple[tuple[str, tuple[str, ...]], ...]
    media: Media | None

    def get(self, name: str) -> str | None:
        """Return a parameter."""
        return self.said.get(name)


async def submission_of(request: Request) -> Submission:
    """Read a form, urlencoded or multipart.

    Raises:
        Open311Error: a value is not UTF-8, or too long.
    """
    async with request.form(max_files=1, max_fields=200) as form:
        said = {name: value for name in _PLAIN if (value := _text(form.get(name)))}
        for name, value in said.items():
            if len(value) > (LONGEST if name == "description" else _LONGEST_URL):
                raise Open311Error(400, f"{name} is too long")
        return Submission(said=said, attributes=tuple(_attributes(form)), media=await _media(form))


async def _media(form: FormData) -> Media | None:
    for part in form.values():
        if isinstance(part, UploadFile) and part.filename:
            return Media(name=part.filename, content=await part.read())
    return None


def petition_of(submission: Submission, service: ServiceType) -> Petition:
    """Make the petition.

    Raises:
        Open311Error: there is no place, or half of one; every fault is told at once.
    """
    faults: list[str] = []
    place = _place(submission, faults)
    description = submission.get("description") or service.name_ko
    media_url = submission.get("media_url")
    if media_url is not None and not re.fullmatch(r"https?://\S+", media_url):
        faults.append("media_url must be a URL beginning with http:// or https://")
    if faults:
        raise Open311Error(400, *faults)
    return Petition(
        channel=Channel.OPEN311,
        service=service.code,
        title=_title(description),
        body=description,
        place=place,
        attributes=submission.attributes,
        petitioner=_petitioner(submission),
        media_url=media_url,
    )


def suspicion(submission: Submission, *, at: datetime) -> str:
    """Digest what two posts of one tap have in common, within ten minutes."""
    place = [
        f"{float(value):.4f}" if name in {"lat", "long"} else value
        for name in ("lat", "long", "address_string", "address_id")
        if (value := submission.get(name))
    ]
    who = [submission.get(name) or "" for name in ("phone", "email", "device_id", "account_id")]
    bucket = int(at.timestamp()) // _BUCKET_SECONDS
    what = [submission.get("service_code") or "", submission.get("description") or ""]
    said = [*what, *place, *who, repr(submission.attributes), str(bucket)]
    return sha256("\x1f".join(said).encode()).hexdigest()


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    if _LOST in value or "\x00" in value:
        raise Open311Error(400, "values must be UTF-8")
    return value.strip()


def _attributes(form: FormData) -> Iterator[tuple[str, tuple[str, ...]]]:
    answered: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        asked = _ATTRIBUTE.fullmatch(name)
        text = _text(value)
        if asked is None or not text:
            continue
        if len(text) > _LONGEST_LINE:
            raise Open311Error(400, f"{name} is too long")
        answered.setdefault(asked[1], []).append(text)
    for code, values in answered.items():
        yield code, tuple(values)


def _place(submission: Submission, faults: list[str]) -> Place:
    lat, lon = (
        _degrees(submission, name, most, faults) for name, most in (("lat", 90), ("long", 180))
    )
    if (lat is None) != (lon is None) and not faults:
        faults.append("lat and long are given together")
    address, address_id = submission.get("address_string"), submission.get("address_id")
    if address_id is not None and not _IDENTIFIER.fullmatch(address_id):
        faults.append("address_id must be letters, digits, _ and -")
    if lat is None and address is None and address_id is None and not faults:
        faults.append("a location is needed: lat and long, address_string or address_id")
    return Place(lat=lat, lon=lon, address=address, address_id=address_id)


def _degrees(submission: Submission, name: str, most: int, faults: list[str]) -> float | None:
    text = submission.get(name)
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not -most <= value <= most:
        faults.append(f"{name} must be a number of degrees from -{most} to {most}")
        return None
    return value


def _title(description: str) -> str:
    first = next((line for line in description.splitlines() if freed_text(line)), description)
    return first if len(first) <= _LONGEST_TITLE else first[: _LONGEST_TITLE - 1] + "…"


def _petitioner(submission: Submission) -> Petitioner | None:
    first, last = submission.get("first_name"), submission.get("last_name")
    korean = any("가" <= sign <= "힣" for sign in f"{first or ''}{last or ''}")
    parts = [last, first] if korean else [first, last]
    name = ("" if korean else " ").join(part for part in parts if part) or None
    phone, email = submission.get("phone"), submission.get("email")
    if name is None and phone is None and email is None:
        return None
    return Petitioner(name=name, phone=phone, email=email)
