"""Personal data: canonical forms, masks, and what `redact` takes out of free texts and what it leaves."""

import re

import pytest
from hypothesis import given, strategies as st

from callcenter.domain.privacy import (
    HIDDEN,
    Contact,
    canonical,
    canonical_email,
    canonical_phone,
    mask_address,
    mask_email,
    mask_name,
    mask_phone,
    plain,
    redact,
    shown_phone,
)
from callcenter.errors import ContactError

AREAS = ["010", "011", "019", "02", "031", "032", "064", "070", "0502", "0507", "080"]
FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")


@st.composite
def national_numbers(draw: st.DrawFn) -> tuple[str, str, str]:
    """Draw area, exchange and subscriber of a number that may exist."""
    area = draw(st.sampled_from(AREAS))
    long = area in {"010", "070"} or draw(st.booleans())
    exchange = draw(st.integers(2_000, 9_999) if long else st.integers(200, 999))
    return area, str(exchange), f"{draw(st.integers(0, 9_999)):04}"


@st.composite
def spelled_numbers(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a number's canonical form and one of the ways people write it."""
    area, exchange, subscriber = draw(national_numbers())
    gap = draw(st.sampled_from(["", "-", " ", ".", " - ", "ㅡ", "–", "\N{NO-BREAK SPACE}"]))
    start = draw(
        st.sampled_from(
            [area, f"({area})", f"+82{gap}{area[1:]}", f"+82{gap}{area}", f"+82 (0){area[1:]}"]
        )
    )
    text = gap.join([start, exchange, subscriber])
    if draw(st.booleans()):
        text = text.translate(FULL_WIDTH)
    return f"+82{area[1:]}{exchange}{subscriber}", text


# --- Telephone numbers --------------------------------------------------------------------------------


@given(spelled_numbers())
def test_all_spellings_of_a_number_are_one(number: tuple[str, str]) -> None:
    expected, text = number

    assert canonical_phone(text) == expected
    assert canonical_phone(expected) == expected
    assert canonical_phone(shown_phone(expected)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" 010-1234-5678 ", "+821012345678"),
        ("82 10 1234 5678", "+821012345678"),
        ("0082-10-1234-5678", "+821012345678"),
        ("011-234-5678", "+82112345678"),
        ("032)320-3000", "+82323203000"),
        ("1588-1234", "+8215881234"),
        ("+82 1588 1234", "+8215881234"),
        ("+1 (415) 555-0123", "+14155550123"),
    ],
)
def test_a_number_is_written_as_the_network_knows_it(text: str, expected: str) -> None:
    assert canonical_phone(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "120",
        "119",
        "320-3000",  # which area?
        "010-0000-0000",
        "010-1234-567",
        "010-1234-56789",
        "02-123-456",
        "099-1234-5678",
        "415 555 0123",
        "+82",
        "+82 00 10 1234 5678",
        "+0123456789",
        "+1",
        "전화 010-1234-5678",
        "010-1234-5678 (집)",
        "010-1234-5678'; DROP TABLE petitioner; --",
        "010-1234-5678\n010-2345-6789",
        "1" * 500,
        "①②③-④⑤⑥⑦-⑧⑨①②",
    ],
)
def test_what_is_no_telephone_number_is_refused(text: str) -> None:
    with pytest.raises(ContactError, match="expected one telephone number"):
        canonical_phone(text)


@pytest.mark.parametrize("kind", Contact)
@given(text=st.text(alphabet="010-가@x. ", min_size=6))
def test_a_refusal_never_repeats_what_it_was_given(kind: Contact, text: str) -> None:
    try:
        canonical(text, kind=kind)
    except ContactError as error:
        refusal = str(error)
    else:
        refusal = ""

    assert text not in refusal


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+821012345678", "010-****-5678"),
        ("010 1234 5678", "010-****-5678"),
        ("011-234-5678", "011-***-5678"),
        ("02-123-4567", "02-***-4567"),
        ("0507-1234-5678", "0507-****-5678"),
        ("1588-1234", "1588-****"),
        ("+14155550123", "+141-****-0123"),
        ("홍길동", HIDDEN),
        ("", HIDDEN),
    ],
)
def test_the_middle_of_a_number_is_hidden(number: str, expected: str) -> None:
    assert mask_phone(number) == expected


# --- E-mail addresses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Hong.GilDong@Example.KR ", "hong.gildong@example.kr"),
        ("ｈｏｎｇ＠ｎａｖｅｒ．ｃｏｍ", "hong@naver.com"),
        ("hong+120@mail.example.co.kr", "hong+120@mail.example.co.kr"),
        ("hong@한국.한국", "hong@xn--3e0b707e.xn--3e0b707e"),
    ],
)
def test_an_address_is_written_in_small_ascii_letters(text: str, expected: str) -> None:
    assert canonical_email(text) == expected
    assert canonical(expected, kind=Contact.EMAIL) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "hong",
        "hong@localhost",
        "@x.kr",
        "a@b@c.kr",
        "a..b@x.kr",
        ".a@x.kr",
        "a@x..kr",
        "a@-x.kr",
        "a b@x.kr",
        "a@1.2.3.4",
        "홍길동@x.kr",
        "a@x.kr\nBcc: b@y.kr",
        "a@x.kr, b@y.kr",
        "<a@x.kr>",
        "x" * 65 + "@x.kr",
        "a@" + "x" * 64 + ".kr",
        "a@" + ".".join(["x" * 60] * 5) + ".kr",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ContactError, match="expected one e-mail address"):
        canonical_email(text)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("hong@x.kr", "h***@x.kr"),
        ("ab@x.kr", "a***@x.kr"),
        ("a@x.kr", "***@x.kr"),
        ("hong at x.kr", HIDDEN),
    ],
)
def test_an_address_is_hidden_but_for_its_first_letter(address: str, expected: str) -> None:
    assert mask_email(address) == expected


# --- Names and addresses ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("홍길동", "홍*동"),
        ("홍 길동", "홍*동"),
        ("홍길", "홍*"),
        ("홍", "*"),
        ("남궁민수", "남**수"),
        ("John Smith", "J*** S***"),
        ("王小明", "王***"),
        ("  ", HIDDEN),
    ],
)
def test_a_name_is_hidden_but_for_its_ends(name: str, expected: str) -> None:
    assert mask_name(name) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("경기도 부천시 원미구 중동 1234-5 101동 202호", "경기도 부천시 원미구 중동 ***"),
        ("부천시 원미구 길주로 210, 301호", "부천시 원미구 ***"),
        ("서울 종로구 종로1가 24", "서울 종로구 종로1가 ***"),
        ("전남 무안군 삼향읍 남악로 1", "전남 무안군 삼향읍 ***"),
        ("부천시 101동 202호", "부천시 ***"),
        ("홍길동 101호", HIDDEN),  # a name may end like a quarter
        ("", HIDDEN),
    ],
)
def test_an_address_is_kept_down_to_its_quarter(address: str, expected: str) -> None:
    assert mask_address(address) == expected


# --- Free texts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("제 번호는 010-1234-5678 입니다", "제 번호는 [전화번호] 입니다"),
        ("010.1234.5678로 연락주세요", "[전화번호]로 연락주세요"),
        ("번호０１０－１２３４－５６７８이요", "번호[전화번호]이요"),
        ("01012345678번", "[전화번호]번"),
        ("010 - 1234 - 5678", "[전화번호]"),
        ("010ㅡ1234ㅡ5678", "[전화번호]"),
        ("010\u200b1234\u200b5678", "[전화번호]"),
        ("1.010-1234-5678 2.011-234-5678", "1.[전화번호] 2.[전화번호]"),
        ("(02) 123-4567, 032)320-3000", "[전화번호], [전화번호]"),
        ("+82 (0)10 1234 5678", "[전화번호]"),
        ("8210-1234-5678", "[전화번호]"),
        ("10-1234-5678", "[전화번호]"),
        ("010\t1234\t5678", "[전화번호]"),
        ("공일공 일이삼사 오육칠팔이요", "[전화번호]이요"),
        ("공일공에 1234-5678", "공일공에 1234-5678"),
        ("연락처: 320-3000", "연락처: [전화번호]"),
        ("☎320-3000", "☎[전화번호]"),
        ("900101-1234567", "[주민등록번호]"),
        ("900101 1******", "[주민등록번호]"),
        ("９００１０１-１２３４５６７", "[주민등록번호]"),
        ("0002293123456", "[주민등록번호]"),
        ("Hong.GilDong@naver.com으로", "[이메일]으로"),
        ("hong 골뱅이 naver.com", "[이메일]"),
        ("메일은hong@한국.한국", "메일은[이메일]"),
        ("a@x.kr-b@x.kr", "[이메일]-[이메일]"),
        ("4111-1111-1111-1111", "[카드번호]"),
        ("4111 1111 1111 1111", "[카드번호]"),
        ("4111111111111111", "[카드번호]"),
        ("9410-1234-5678-9012", "[카드번호]"),
        ("3782-822463-10005", "[카드번호]"),
        ("국민은행 123456-01-123456", "국민은행 [계좌번호]"),
        ("110-123-456789로 환불", "[계좌번호]로 환불"),
        ("계좌번호는 1002 123 456789", "계좌번호는 [계좌번호]"),
        ("농협 3021234567891 홍", "농협 [계좌번호] 홍"),
        ("면허 11-22-123456-78", "면허 [운전면허번호]"),
        ("여권 M12345678, M123A4567", "여권 [여권번호], [여권번호]"),
        (
            "가로등 고장. 홍길동 010-1234-5678, a@x.kr",
            "가로등 고장. 홍길동 [전화번호], [이메일]",
        ),
    ],
)
def test_personal_data_leaves_a_mark(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "접수번호 2026-000123",
        "2026-000123, 2026-000124",
        "2026-000123 - 2026-000130",
        "전화 접수 2026-000123",
        "신협 앞 2026-000123 확인",
        "1AA-2601-0012345",
        "2026-11-22 10:30",
        "2026. 11. 22. 오전 10시",
        "20261122",
        "2026-11-22 ~ 2026-11-30",
        "2026-11-22T10:38:52+09:00",
        "농협 앞 2026-11-22 10시 30분",
        "30,000원, 1,234,567,890원",
        "입금 1234567890원",
        "계좌로 1,000,000,000원",
        "1000-2000-3000원",
        "도로법 제12조의3제1항제2호",
        "1.2.3.4 §11-3",
        "중동 1234-5번지 101-1502호",
        "가로등 번호 1234567",
        "가로등 1001 1002 1003 1004",
        "37.5034123, 126.7660123",
        "1588-1234",
        "국번 없이 120, 119",
        "12가3456 차량이 12시간째",
        "사업자등록번호 123-45-67890",
        "991332-1234567",  # no month has 32 days
        "000230-3123456",
        "000229-1123456",  # 1900 was no leap year; 2000 was
        "가나다 ㅡㅡ;; … @@ 100%",
        "",
    ],
)
def test_what_only_looks_like_personal_data_stays(text: str) -> None:
    assert redact(text) == text


@given(number=spelled_numbers(), before=st.text("가나 ,:(", max_size=4), after=st.text("로요 ,)"))
def test_no_spelling_of_a_number_gets_through(
    number: tuple[str, str], before: str, after: str
) -> None:
    redacted = redact(f"{before}{number[1]}{after}")

    assert re.search(r"\d", plain(redacted)) is None
    assert redacted.startswith(before.rstrip("( "))


PIECES = st.sampled_from(
    [
        "전화",
        "계좌",
        "은행",
        " ",
        "-",
        ".",
        "010",
        "1234",
        "5678",
        "2026",
        "원",
        "[",
        "]",
        "@",
        "x.kr",
    ]
)


@given(st.lists(PIECES, max_size=14).map("".join))
def test_a_text_once_freed_is_left_alone(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@given(st.text())
def test_reading_a_text_plainly_keeps_every_place(text: str) -> None:
    assert len(plain(text)) == len(text)
