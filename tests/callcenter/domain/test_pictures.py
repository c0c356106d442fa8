"""Pictures, read a second way by Pillow: what is seen stays the same, what is hidden is gone."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from callcenter.domain.pictures import LARGEST_BYTES, MediaType, cleaned, media_type_of
from callcenter.errors import InputError

SECRETS = (b"GPS-37.503", b"Galaxy S24", b"2026:11:20", b"homeowner", b"trailer")


def a_picture(*, size: tuple[int, int] = (48, 32)) -> Image.Image:
    """Make a picture that shows which way is up."""
    rows = np.arange(size[0] * size[1] * 3, dtype=np.uint32).reshape(size[1], size[0], 3)
    return Image.fromarray((rows * 7 % 251).astype(np.uint8), "RGB")


def an_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x0110] = "Galaxy S24"
    exif[0x0132] = "2026:11:20 10:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 30.0, 10.8), 29: "GPS-37.503"})
    return exif


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def a_jpeg(orientation: int = 1, **options: Any) -> bytes:
    known = {"exif": an_exif(orientation), "comment": b"homeowner", "quality": 92}
    return saved(a_picture(), "JPEG", **(known | options)) + b"trailer"


def a_png(**options: Any) -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "homeowner")
    texts.add_itxt("XML:com.adobe.xmp", "GPS-37.503", zip=False)
    known = {"pnginfo": texts, "exif": an_exif()}
    return saved(a_picture(), "PNG", **(known | options)) + b"trailer"


def a_webp(**options: Any) -> bytes:
    known = {"exif": an_exif(), "xmp": b"homeowner", "quality": 90}
    return saved(a_picture(), "WEBP", **(known | options))


def seen(content: bytes) -> Any:
    """Give the pixels as a viewer shows them, turned the right way up."""
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        return np.asarray(ImageOps.exif_transpose(picture).convert("RGBA"))


PICTURES: dict[str, Callable[[], bytes]] = {
    "jpeg": a_jpeg,
    "progressive": lambda: a_jpeg(progressive=True),
    "full-colour": lambda: a_jpeg(optimize=True, subsampling="4:4:4"),
    "restarts": lambda: a_jpeg(restart_marker_blocks=1),
    "cmyk": lambda: saved(a_picture().convert("CMYK"), "JPEG", comment=b"homeowner"),
    "grey": lambda: saved(a_picture().convert("L"), "JPEG", comment=b"homeowner"),
    "png": a_png,
    "palette": lambda: saved(a_picture().convert("P"), "PNG", transparency=3),
    "alpha": lambda: saved(a_picture().convert("RGBA"), "PNG"),
    "webp": a_webp,
    "lossless": lambda: a_webp(lossless=True),
    "webp-alpha": lambda: saved(a_picture().convert("RGBA"), "WEBP", exif=an_exif()),
}
PICTURED = pytest.mark.parametrize("made", PICTURES.values(), ids=PICTURES)


@PICTURED
def test_what_is_seen_stays_and_what_is_hidden_goes(made: Callable[[], bytes]) -> None:
    before = made()

    _, after = cleaned(before)

    assert np.array_equal(seen(after), seen(before))
    assert [secret for secret in SECRETS if secret in after] == []
    with Image.open(io.BytesIO(after)) as picture:
        assert dict(picture.getexif()) == {}
        assert picture.info.keys() <= {
            "jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "adobe", "adobe_transform",
            "progressive", "progression", "icc_profile", "transparency", "loop", "background",
            "timestamp", "duration",
        }  # fmt: skip


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_photograph_taken_sideways_is_still_shown_upright(orientation: int) -> None:
    before = a_jpeg(orientation)

    _, after = cleaned(before)

    assert np.array_equal(seen(after), seen(before))
    with Image.open(io.BytesIO(after)) as picture:
        assert dict(picture.getexif()) == {0x0112: orientation}
    assert [secret for secret in SECRETS if secret in after] == []


def test_a_small_copy_of_the_whole_picture_is_not_kept() -> None:
    small = saved(a_picture(size=(16, 16)), "JPEG")
    plain = saved(a_picture(), "JPEG")
    hidden = b"JFXX\0\x10" + small
    with_thumbnail = (
        plain[:2]
        + struct.pack(">BBH", 0xFF, 0xE0, len(hidden) + 2) + hidden
        + struct.pack(">BBH", 0xFF, 0xE0, 16 + 3) + b"JFIF\0\1\1\0\0\1\0\1\1\1" + b"RGB"
        + plain[20:]
    )  # fmt: skip

    _, after = cleaned(with_thumbnail)

    assert small not in after
    assert b"RGB" not in after[:40]
    assert np.array_equal(seen(after), seen(plain))


def test_colours_keep_their_profile() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    for kind in ("JPEG", "PNG", "WEBP"):
        _, after = cleaned(saved(a_picture(), kind, icc_profile=profile))
        with Image.open(io.BytesIO(after)) as picture:
            assert picture.info["icc_profile"] == profile


@PICTURED
def test_cleaning_twice_changes_nothing_more(made: Callable[[], bytes]) -> None:
    _, once = cleaned(made())

    assert cleaned(once)[1] == once


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (a_jpeg(), MediaType.JPEG),
        (a_png(), MediaType.PNG),
        (a_webp(), MediaType.WEBP),
        (b"%PDF-1.7\n%%EOF", MediaType.PDF),
    ],
)
def test_a_file_is_what_it_begins_with(content: bytes, media_type: MediaType) -> None:
    assert media_type_of(content) is media_type


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html>",
        b"MZ\x90\0",
        b"PK\x03\x04",
        b"GIF89a",
        b"RIFF\0\0\0\0WAVE",
        b"%PDF",
        b"\xd0\xcf\x11\xe0",
    ],
)
def test_what_may_not_be_attached_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="expected a JPEG, PNG, WebP or PDF file"):
        cleaned(content)


def test_a_heic_file_is_refused_with_advice() -> None:
    with pytest.raises(InputError, match="save it as JPEG first"):
        cleaned(b"\0\0\0\x18ftypheic" + bytes(100))


@pytest.mark.parametrize("media_type", MediaType)
def test_a_file_too_large_is_refused_before_it_is_read(media_type: MediaType) -> None:
    begins = {
        MediaType.JPEG: b"\xff\xd8\xff",
        MediaType.PNG: b"\x89PNG\r\n\x1a\n",
        MediaType.WEBP: b"RIFF\0\0\0\0WEBP",
        MediaType.PDF: b"%PDF-1.7",
    }[media_type]
    largest = LARGEST_BYTES[media_type]

    with pytest.raises(InputError, match="expected at most"):
        cleaned(begins + bytes(largest - len(begins) + 1))


@pytest.mark.parametrize("made", [a_jpeg, a_png, a_webp])
def test_a_file_cut_anywhere_is_refused(made: Callable[[], bytes]) -> None:
    whole = made().removesuffix(b"trailer")
    for length in range(12, len(whole) - 1, 7):
        with pytest.raises(InputError):
            cleaned(whole[:length])


@given(
    made=st.sampled_from([a_jpeg, a_png, a_webp]),
    place=st.floats(0, 1, exclude_max=True),
    value=st.integers(0, 255),
)
def test_a_damaged_file_is_refused_or_cleaned_but_never_crashes(
    made: Callable[[], bytes], place: float, value: int
) -> None:
    content = bytearray(made())
    content[int(place * len(content))] = value

    try:
        _, after = cleaned(bytes(content))
    except InputError:
        return
    assert cleaned(after)[1] == after


@given(st.binary(max_size=300))
def test_noise_behind_a_signature_never_crashes(noise: bytes) -> None:
    for begins in (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\xff\0\0\0WEBP"):
        try:
            cleaned(begins + noise)
        except InputError:
            continue


PNG = b"\x89PNG\r\n\x1a\n"


def a_chunk(kind: bytes) -> bytes:
    return struct.pack(">I", 0) + kind + struct.pack(">I", zlib.crc32(kind))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xd8\xff\xd9", "expected a picture in the JPEG file"),
        (b"\xff\xd8\xff\xd0\xff\xd9", "stray marker"),
        (b"\xff\xd8\xff\xdb\0\2\x12\x34", "expected a marker"),
        (b"\xff\xd8\xff\xe0\0\x10JF", "a part of one"),
        (PNG + a_chunk(b"IHDR") + a_chunk(b"IEND"), "expected a picture in the PNG file"),
        (b"RIFF\x0c\0\0\0WEBPEXIF\0\0\0\0", "expected a picture in the WebP file"),
        (b"RIFF\x0c\0\0\0WEBPVP8 \xff\0\0\0", "a part of one"),
    ],
)
def test_a_shell_without_a_picture_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(InputError, match=why):
        cleaned(content)


def test_a_png_that_begins_with_data_is_refused() -> None:
    data = b"IDAT" + zlib.compress(b"")
    chunk = struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))

    with pytest.raises(InputError, match="begins with its header"):
        cleaned(b"\x89PNG\r\n\x1a\n" + chunk)


def test_exif_that_lies_about_itself_is_upright() -> None:
    endless = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 65_535)
    plain = saved(a_picture(), "JPEG")
    for lie in (endless, b"Exif\0\0XX\0*", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0"):
        segment = struct.pack(">BBH", 0xFF, 0xE1, len(lie) + 2) + lie
        _, after = cleaned(plain[:2] + segment + plain[2:])
        assert after == cleaned(plain)[1]
