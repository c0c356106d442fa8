"""Files that citizens and officers attach: what they really are, and freed of what they tell in secret.

A type is known by the first bytes, never by a name. Photographs carry where and when they were taken,
with which device, and often a small copy of what was cut away: only the picture is kept, and which way
is up. Nothing is decoded, so nothing is recompressed, and no decoder can be attacked here.
"""

import struct
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from callcenter.errors import InputError


class MediaType(StrEnum):
    """What may be attached."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"


LARGEST_BYTES: Final[dict[MediaType, int]] = {
    MediaType.JPEG: 10 * 2**20,
    MediaType.PNG: 10 * 2**20,
    MediaType.WEBP: 10 * 2**20,
    MediaType.PDF: 20 * 2**20,
}
_PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_HEIF_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif"}
)


def media_type_of(content: bytes) -> MediaType:
    """Say what a file is by how it begins.

    Raises:
        InputError: nothing that may be attached.
    """
    if content.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if content.startswith(_PNG_SIGNATURE):
        return MediaType.PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return MediaType.WEBP
    if content.startswith((b"%PDF-1.", b"%PDF-2.")):
        return MediaType.PDF
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        raise _wrong(
            "expected a JPEG, PNG, WebP or PDF file, got HEIC or AVIF: save it as JPEG first"
        )
    raise _wrong("expected a JPEG, PNG, WebP or PDF file, got something else")


def cleaned(content: bytes) -> tuple[MediaType, bytes]:
    """Return what a file is, and the file without hidden data; a PDF stays as it is.

    Raises:
        InputError: nothing that may be attached, too large, or broken.
    """
    media_type = media_type_of(content)
    largest = LARGEST_BYTES[media_type]
    if len(content) > largest:
        raise _wrong(f"expected at most {largest:,} bytes of {media_type}, got {len(content):,}")
    try:
        match media_type:
            case MediaType.JPEG:
                return media_type, b"".join(_jpeg(content))
            case MediaType.PNG:
                return media_type, b"".join(_png(content))
            case MediaType.WEBP:
                return media_type, _webp(content)
            case MediaType.PDF:
                return media_type, content
    except (struct.error, IndexError) as error:
        raise _wrong(f"expected a whole {media_type} file, got a part of one") from error


def _wrong(why: str) -> InputError:
    return InputError(why, key="file")


# --- JPEG (ITU-T T.81, annex B) --------------------------------------------------------------------------

_PREFIX: Final = 0xFF
_EOI, _SOS, _APP0, _APP1, _APP2, _APP14, _APP15, _COM = (
    0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE,
)  # fmt: skip
_STANDALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers that no segment follows: restarts within coded data, and a start."""
_STUFFED: Final = 0x00
_JFIF_BYTES: Final = 12
"""Of JFIF's own segment, without the small picture that may follow."""
_UPRIGHT: Final = 1
_ORIENTATIONS: Final = range(1, 9)
_ORIENTATION_TAG: Final = 0x0112
_SHORT: Final = 3
_LONGEST_DIRECTORY: Final = 1_000


def _jpeg(content: bytes) -> Iterator[bytes]:
    """Keep the segments a picture is made of, up to its first end; what hides behind that is dropped."""
    yield content[:2]
    turned, pictured = False, False
    for marker, payload, coded in _segments(content):
        if marker == _APP1 and not turned and (way_up := _orientation(payload)) != _UPRIGHT:
            turned = True
            yield _segment(_APP1, _exif_with(way_up))
        kept = _kept(marker, payload)
        if kept is not None:
            yield _segment(marker, kept) + coded
        pictured = pictured or marker == _SOS
    if not pictured:
        raise _wrong("expected a picture in the JPEG file, got none")
    yield bytes([_PREFIX, _EOI])


def _segments(content: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Give each segment's marker and payload, and the coded data that follows the start of a scan."""
    place = 2
    while True:
        place, marker = _marker(content, place)
        if marker == _EOI:
            return
        if marker in _STANDALONE:
            raise _wrong("expected a segment of a JPEG file, got a stray marker")
        (length,) = struct.unpack_from(">H", content, place)
        payload = content[place + 2 : place + length]
        if len(payload) + 2 != length:
            raise _wrong("expected a whole JPEG file, got a part of one")
        place += length
        end = _end_of_scan(content, place) if marker == _SOS else place
        yield marker, payload, content[place:end]
        place = end


def _marker(content: bytes, place: int) -> tuple[int, int]:
    """Read the marker at a place, fill bytes before it skipped; return where its segment starts."""
    if content[place] != _PREFIX:
        raise _wrong("expected a marker of a JPEG file, got something else")
    while content[place] == _PREFIX:
        place += 1
    return place + 1, content[place]


def _end_of_scan(content: bytes, place: int) -> int:
    """Find where coded data ends: at a marker that is neither a stuffed byte nor a restart."""
    while True:
        place = content.find(_PREFIX, place)
        if place < 0:
            raise _wrong("expected a whole JPEG file, got a part of one")
        following = content[place + 1]
        if following == _STUFFED or following in _STANDALONE:
            place += 2
        elif following == _PREFIX:
            place += 1
        else:
            return place


def _segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", _PREFIX, marker, len(payload) + 2) + payload


def _kept(marker: int, payload: bytes) -> bytes | None:
    """Keep what changes how the picture looks: JFIF, colour profiles, Adobe's colour transform."""
    if marker == _APP0 and payload.startswith(b"JFIF\0"):
        return payload[:_JFIF_BYTES] + bytes(2)
    if marker == _APP2 and payload.startswith(b"ICC_PROFILE\0"):
        return payload
    if marker == _APP14 and payload.startswith(b"Adobe"):
        return payload
    return None if _APP0 <= marker <= _APP15 or marker == _COM else payload


def _orientation(payload: bytes) -> int:
    """Read which way is up from EXIF; what cannot be read is upright."""
    if not payload.startswith(b"Exif\0\0"):
        return _UPRIGHT
    tiff = payload[6:]
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return _UPRIGHT
    try:
        (directory,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, directory)
        for n in range(min(count, _LONGEST_DIRECTORY)):
            tag, kind, many, value = struct.unpack_from(
                f"{order}HHIH", tiff, directory + 2 + 12 * n
            )
            if (tag, kind, many) == (_ORIENTATION_TAG, _SHORT, 1):
                return value if value in _ORIENTATIONS else _UPRIGHT
    except struct.error:
        return _UPRIGHT
    return _UPRIGHT


def _exif_with(orientation: int) -> bytes:
    """Write EXIF that says which way is up and nothing else."""
    directory = struct.pack(">HHHIHHI", 1, _ORIENTATION_TAG, _SHORT, 1, orientation, 0, 0)
    return b"Exif\0\0MM\0*" + struct.pack(">I", 8) + directory


# --- PNG (ISO/IEC 15948) ---------------------------------------------------------------------------------

_PNG_KEPT: Final = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD"}
    | {b"pHYs", b"iCCP", b"cICP"}
)
"""What changes how the picture looks; texts, times and EXIF do not."""


def _png(content: bytes) -> Iterator[bytes]:
    yield _PNG_SIGNATURE
    place, kinds = len(_PNG_SIGNATURE), set[bytes]()
    while b"IEND" not in kinds:
        length, kind = struct.unpack_from(">I4s", content, place)
        end = place + 12 + length
        if end > len(content):
            raise _wrong("expected a whole PNG file, got a part of one")
        if not kinds and kind != b"IHDR":
            raise _wrong("expected a PNG file that begins with its header")
        kinds.add(kind)
        if kind in _PNG_KEPT:
            yield content[place:end]
        place = end
    if b"IDAT" not in kinds:
        raise _wrong("expected a picture in the PNG file, got none")


# --- WebP (RFC 9649) -------------------------------------------------------------------------------------

_WEBP_KEPT: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_HIDDEN_FLAGS: Final = 0x08 | 0x04
"""Bits of VP8X that announce EXIF and XMP."""


def _webp(content: bytes) -> bytes:
    (size,) = struct.unpack_from("<I", content, 4)
    if size + 8 > len(content):
        raise _wrong("expected a whole WebP file, got a part of one")
    chunks, place, kinds = [], 12, set[bytes]()
    while place < size + 8:
        kind, length = struct.unpack_from("<4sI", content, place)
        end = place + 8 + length + length % 2
        chunk = content[place:end]
        if place + 8 + length > size + 8 or len(chunk) < 8 + length:
            raise _wrong("expected a whole WebP file, got a part of one")
        kinds.add(kind)
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_HIDDEN_FLAGS]) + chunk[9:]
        if kind in _WEBP_KEPT:
            chunks.append(chunk)
        place = end
    if not kinds & {b"VP8 ", b"VP8L", b"ANMF"}:
        raise _wrong("expected a picture in the WebP file, got none")
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body
