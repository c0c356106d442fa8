"""Files of petitions, read row by row: CSV or NDJSON, in UTF-8 or CP949, in bounded memory.

Columns are named in English or Korean, as spreadsheets in a city hall are. A file is looked through once
before its first row is read, so that a wrong encoding is told at once and not in the middle.
"""

import codecs
import csv
import hashlib
import io
import json
import unicodedata
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import BinaryIO, Final

from callcenter.desk.exports import FORMULA_SIGNS
from callcenter.desk.petitions import Petition, Petitioner
from callcenter.domain.services import Catalogue
from callcenter.domain.ticket_events import CHANNEL_NAMES_KO, Channel, Place
from callcenter.domain.worktime import KST
from callcenter.errors import InputError

LONGEST_ROW: Final = 64 * 1024
"""Characters."""
MOST_ROWS: Final = 200_000
"""Rows of one file; more is a year, and belongs into several."""
_PIECE: Final = 64 * 1024
_ENCODINGS: Final = ("utf-8", "cp949")
_OTHER_MARKS: Final = {
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
    b"PK\x03\x04": "a spreadsheet or archive (xlsx, zip)",
    b"\xd0\xcf\x11\xe0": "a spreadsheet (xls)",
}


class FileFormat(StrEnum):
    """How rows are written down."""

    CSV = "csv"
    NDJSON = "ndjson"


COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "channel": ("채널", "접수경로"),
    "service": ("업무", "민원종류"),
    "title": ("제목",),
    "body": ("내용", "본문"),
    "at": ("접수일시",),
    "lat": ("위도",),
    "lon": ("경도",),
    "address": ("주소", "위치"),
    "address_id": ("도로명주소코드",),
    "zipcode": ("우편번호",),
    "area": ("행정동코드",),
    "attributes": ("세부항목",),
    "external_ref": ("외부번호",),
    "media_url": ("사진주소",),
    "name": ("성명", "민원인"),
    "phone": ("전화", "전화번호", "연락처"),
    "email": ("이메일", "전자우편"),
    "petitioner_address": ("민원인주소",),
    "language": ("언어",),
    "consents": ("동의",),
}
"""Every column, and what else it may be called."""
_CALLED: Final = {alias: name for name, more in COLUMNS.items() for alias in (name, *more)}
_NEEDED: Final = ("service", "title")
_LONGEST: Final = {"title": 200, "body": 4_000, "address": 200, "petitioner_address": 200}
_USUAL: Final = 254
_WAYS: Final = frozenset({"sms", "email"})
_LANGUAGES: Final = frozenset({"ko", "en"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What looking a file through told."""

    encoding: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row: its place, counted from 1, and what it says, or why it says nothing."""

    row: int
    fields: Mapping[str, str]
    trouble: InputError | None = None
    last: bool = False
    """Nothing after it can be read."""

    def digest(self, source: str) -> str:
        """Hash what it says and where it is from: the same row of the same source is the same petition."""
        said = json.dumps([source, sorted(self.fields.items())], ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()


def looked_through(file: BinaryIO) -> Seen:
    """Read a whole file piece by piece, and find out how its letters are written.

    Raises:
        InputError: it is neither UTF-8 nor CP949, or no text at all.
    """
    digest, at = hashlib.sha256(), 0
    fitting = {name: codecs.getincrementaldecoder(name)() for name in _ENCODINGS}
    wrong: dict[str, int] = {}
    file.seek(0)
    while True:
        piece = file.read(_PIECE)
        _refuse_others(piece, first=at == 0)
        digest.update(piece)
        for name, decoder in list(fitting.items()):
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                wrong[name] = at + error.start
                del fitting[name]
        at += len(piece)
        if not piece:
            break
    encoding = next(iter(fitting), None)
    if encoding is None:
        places = " and ".join(f"{name} near byte {wrong[name]:,}" for name in _ENCODINGS)
        raise InputError(
            f"expected a text in UTF-8 or CP949 (EUC-KR), this stops being {places}: save it as UTF-8"
        )
    return Seen(encoding=encoding, sha256=digest.hexdigest())


def records(file: BinaryIO, *, form: FileFormat, encoding: str) -> Generator[Record]:
    """Read the rows of a file one by one; blank lines do not count.

    Raises:
        InputError: a table without the columns it needs, or with others.
    """
    file.seek(0)
    written = "utf-8-sig" if encoding == "utf-8" else encoding
    lines = io.TextIOWrapper(file, encoding=written, newline="")
    try:
        for record in _table(lines) if form is FileFormat.CSV else _objects(lines):
            yield record
            if record.last:
                return
    finally:
        lines.detach()


def petition_of(
    fields: Mapping[str, str], *, catalogue: Catalogue, channel: Channel | None, now: datetime
) -> Petition:
    """Make a petition of a row; `channel` is where rows come from that do not say it.

    Nobody is sent a message about it who did not agree to that in the row.

    Raises:
        InputError: names the column and what is expected there.
    """
    _check_lengths(fields)
    title = _needed(fields, "title")
    return Petition(
        channel=_channel(fields.get("channel"), usual=channel),
        service=_service(_needed(fields, "service"), catalogue=catalogue),
        title=title,
        body=fields.get("body") or title,
        place=_place(fields),
        attributes=_attributes(fields.get("attributes")),
        petitioner=_petitioner(fields),
        external_ref=fields.get("external_ref"),
        media_url=fields.get("media_url"),
        at=_moment(fields.get("at"), now=now),
    )


def _refuse_others(piece: bytes, *, first: bool) -> None:
    for mark, what in _OTHER_MARKS.items() if first else ():
        if piece.startswith(mark):
            raise InputError(f"expected CSV or NDJSON in UTF-8 or CP949, got {what}")
    if b"\0" in piece:
        raise InputError("expected a text in UTF-8 or CP949, got bytes that are no text")


# --- Rows ------------------------------------------------------------------------------------------


def _table(lines: io.TextIOWrapper) -> Iterator[Record]:
    reader = csv.reader(lines, strict=True)
    row = 0
    try:
        names = _header(next(reader, []))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                row += 1
                yield _record(row, partial(_of_cells, cells, names))
    except csv.Error as error:
        why = f"line {reader.line_num} is no CSV ({error}): nothing after it was read"
        yield Record(row=row + 1, fields={}, trouble=InputError(why), last=True)


def _objects(lines: io.TextIOWrapper) -> Iterator[Record]:
    row = 0
    while line := lines.readline(LONGEST_ROW):
        if line.strip():
            row += 1
            yield _record(row, partial(_of_line, line, whole=_ended(line, lines)))


def _record(row: int, read: Callable[[], Mapping[str, str]]) -> Record:
    if row > MOST_ROWS:
        trouble = InputError(
            f"expected at most {MOST_ROWS:,} rows in a file: nothing more was read"
        )
        return Record(row=row, fields={}, trouble=trouble, last=True)
    try:
        fields = {name: _clean(_storable(name, said)) for name, said in read().items()}
    except InputError as error:
        return Record(row=row, fields={}, trouble=error)
    return Record(row=row, fields={name: said for name, said in fields.items() if said})


def _storable(name: str, said: str) -> str:
    r"""Refuse half a surrogate pair and NUL, which JSON can escape (`\ud800`) and no database keeps."""
    if "\0" in said or any("\ud800" <= sign <= "\udfff" for sign in said):
        raise InputError("expected characters that can be stored", key=name)
    return said


def _clean(said: str) -> str:
    """Normalise what is in a cell; take away the sign that keeps spreadsheets from computing it."""
    text = unicodedata.normalize("NFC", said).strip()
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA_SIGNS else text


def _header(cells: list[str]) -> list[str]:
    names = [_column(cell) for cell in cells]
    for needed in _NEEDED:
        if needed not in names:
            raise InputError(f"expected a column {needed} ({COLUMNS[needed][0]})", key="header")
    if len(set(names)) < len(names):
        raise InputError("expected every column once, one stands there twice", key="header")
    return names


def _column(called: str) -> str:
    name = _CALLED.get(unicodedata.normalize("NFC", called).strip().lower())
    if name is None:
        known = ", ".join(f"{column} ({more[0]})" for column, more in COLUMNS.items())
        raise InputError(f"no column is called {called[:40]!r}; known are {known}", key="header")
    return name


def _of_cells(cells: list[str], names: list[str]) -> dict[str, str]:
    if len(cells) != len(names):
        raise InputError(f"expected {len(names)} cells as in the first line, got {len(cells)}")
    return dict(zip(names, cells, strict=True))


def _ended(line: str, lines: io.TextIOWrapper) -> bool:
    """Say whether a line was read to its end; skip the rest of it otherwise."""
    if line.endswith("\n") or len(line) < LONGEST_ROW:
        return True
    while (rest := lines.readline(LONGEST_ROW)) and not rest.endswith("\n"):
        pass
    return False


def _of_line(line: str, *, whole: bool) -> dict[str, str]:
    if not whole:
        raise InputError(f"expected at most {LONGEST_ROW:,} characters in a row")
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"expected a JSON object in one line: {error}") from error
    if not isinstance(said, dict):
        raise InputError(f"expected a JSON object, got {type(said).__name__}")
    names = [_column(called) for called in said]
    if len(set(names)) < len(names):
        raise InputError("expected every key once, one stands there under two names")
    told = zip(names, said.values(), strict=True)
    return {name: _told(name, value) for name, value in told if value is not None}


def _told(name: str, value: object) -> str:
    match value:
        case str():
            return value
        case dict() if name == "attributes":
            return json.dumps(value, ensure_ascii=False, sort_keys=True)
        case bool():
            pass
        case int() | float():
            return repr(value)
        case list() if name == "consents" and all(isinstance(way, str) for way in value):
            return ",".join(value)
    raise InputError(f"expected a text or a number, got {type(value).__name__}", key=name)


# --- Petitions -------------------------------------------------------------------------------------


def _needed(fields: Mapping[str, str], name: str) -> str:
    said = fields.get(name)
    if not said:
        raise InputError(f"{COLUMNS[name][0]} is missing", key=name)
    return said


def _check_lengths(fields: Mapping[str, str]) -> None:
    for name, said in fields.items():
        longest = _LONGEST.get(name, _USUAL)
        if len(said) > longest and name != "attributes":
            raise InputError(f"expected at most {longest} characters, got {len(said)}", key=name)


def _channel(said: str | None, *, usual: Channel | None) -> Channel:
    if said is None and usual is not None:
        return usual
    known = {name: channel for channel, name in CHANNEL_NAMES_KO.items()} | {
        str(channel): channel for channel in Channel
    }
    if said not in known:
        raise InputError(f"expected one of {', '.join(Channel)}, got {said!r}", key="channel")
    return known[said]


def _service(said: str, *, catalogue: Catalogue) -> str:
    """Return the code of a service, which may be given by its Korean name."""
    named = {service.name_ko: service.code for service in catalogue.services}
    return named.get(said, said)


def _place(fields: Mapping[str, str]) -> Place:
    lat, lon = _degrees(fields, "lat", most=90), _degrees(fields, "lon", most=180)
    if (lat is None) != (lon is None):
        raise InputError("lat and lon are given together", key="lat" if lat is None else "lon")
    return Place(
        lat=lat,
        lon=lon,
        address=fields.get("address"),
        address_id=fields.get("address_id"),
        zipcode=fields.get("zipcode"),
        area=fields.get("area"),
    )


def _degrees(fields: Mapping[str, str], name: str, *, most: float) -> float | None:
    said = fields.get(name)
    if said is None:
        return None
    try:
        degrees = float(said)
    except ValueError:
        degrees = most + 1
    if not -most <= degrees <= most:
        raise InputError(f"expected degrees from -{most:g} to {most:g}, got {said!r}", key=name)
    return degrees


def _attributes(said: str | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Read `{"fault": ["out"]}` or, as people write in a cell, `fault=out; pole-number=12`."""
    if said is None:
        return ()
    if not said.startswith("{"):
        pairs = [part.partition("=") for part in said.split(";") if part.strip()]
        return tuple((code.strip(), (value.strip(),)) for code, _, value in pairs)
    try:
        answers = json.loads(said)
    except (ValueError, RecursionError) as error:
        raise InputError("expected fault=out; … or a JSON object", key="attributes") from error
    return tuple((str(code), _values(value)) for code, value in answers.items())


def _values(value: object) -> tuple[str, ...]:
    several = value if isinstance(value, list) else [value]
    return tuple(str(one) for one in several)


def _petitioner(fields: Mapping[str, str]) -> Petitioner | None:
    known = {name: fields.get(name) for name in ("name", "phone", "email")}
    known["address"] = fields.get("petitioner_address")
    if not any(known.values()):
        return None
    language = fields.get("language", "ko")
    if language not in _LANGUAGES:
        raise InputError(f"expected ko or en, got {language!r}", key="language")
    return Petitioner(
        name=known["name"],
        phone=known["phone"],
        email=known["email"],
        address=known["address"],
        language=language,
        consents=_consents(fields.get("consents")),
        presumed=frozenset(),
    )


def _consents(said: str | None) -> frozenset[str] | None:
    if said is None:
        return None
    consents = frozenset(way.strip() for way in said.split(",") if way.strip())
    if not consents <= _WAYS:
        raise InputError("expected sms, email or both, with a comma", key="consents")
    return consents


def _moment(said: str | None, *, now: datetime) -> datetime | None:
    """Read a moment; without an offset it is Korean time."""
    if said is None:
        return None
    try:
        at = datetime.fromisoformat(said.replace("/", "-"))
    except ValueError as error:
        raise InputError(f"expected a date as 2009-03-02 14:30, got {said!r}", key="at") from error
    at = at if at.tzinfo is not None else at.replace(tzinfo=KST)
    if at > now:
        raise InputError(f"expected a moment that has passed, got {said!r}", key="at")
    return at
