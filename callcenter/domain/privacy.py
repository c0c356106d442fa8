"""Personal data: one form to compare it in, a mask to show it by, and what to take out of free texts.

The law asks that nothing leaks and nothing serves another end (민원 처리에 관한 법률 제7조). Names, numbers
and addresses live sealed in a table of their own; whoever need not see them gets a mask. People write
them into their texts all the same: `redact` takes those out before a text is stored, indexed or sent.
No message of this file repeats what it was given.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final
from unicodedata import category, decimal, normalize

from callcenter.errors import ContactError

HIDDEN: Final = "***"
_KOREA: Final = "82"
_FULL_WIDTH: Final = range(0xFF01, 0xFF5F)
_FULL_WIDTH_OFFSET: Final = 0xFEE0
_DASHES: Final = "−ㅡー─━"
_DOTS: Final = "·ㆍ•∙‧。"
_TABS: Final = "\t\r\v\f"


class Contact(StrEnum):
    """Ways to reach a person, by which records of the same person are found."""

    PHONE = "phone"
    EMAIL = "email"


def canonical(text: str, *, kind: Contact) -> str:
    """Write a telephone number or an e-mail address the one way that all its spellings share.

    Raises:
        ContactError: the text is none.
    """
    return canonical_phone(text) if kind is Contact.PHONE else canonical_email(text)


def plain(text: str) -> str:
    """Read each character as what a person means by it: full-width digits, odd dashes, blanks.

    The result is as long as the text, so that a place in one is a place in the other.
    """
    return "".join(_plain_character(character) for character in text)


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    if character.isascii():
        return " " if character in _TABS else character
    if (digit := decimal(character, None)) is not None:
        return str(digit)
    if ord(character) in _FULL_WIDTH:
        return chr(ord(character) - _FULL_WIDTH_OFFSET)
    if category(character) == "Pd" or character in _DASHES:
        return "-"
    if character in _DOTS:
        return "."
    return " " if category(character) == "Cf" or character.isspace() else character


# --- Telephone numbers ----------------------------------------------------------------------------------

# Area codes of the public numbering plan; 01x mobile, 070 internet, 050x forwarding, 080 free of charge.
_NATIONAL: Final = re.compile(
    r"(010|070)([1-9]\d{3})(\d{4})"
    r"|(01[16-9]|080|050[2-8])([1-9]\d{2,3})(\d{4})"
    r"|(02|03[1-3]|04[1-4]|05[1-5]|06[1-4])([1-9]\d{2,3})(\d{4})",
    re.ASCII,
)
_SHARED: Final = re.compile(r"1[568]\d{2}\d{4}", re.ASCII)
"""Numbers of companies, the same from everywhere: 1588-0000."""
_ABROAD: Final = re.compile(r"\+(?!82)[1-9]\d{7,14}", re.ASCII)
_WRITTEN: Final = re.compile(r"\+?[\d\s().\-/]+", re.ASCII)


def canonical_phone(text: str) -> str:
    """Write a telephone number as E.164, `+821012345678`; one from abroad needs its `+`.

    Raises:
        ContactError: no number of the Korean numbering plan, and none from abroad.
    """
    written = plain(text).strip()
    if _WRITTEN.fullmatch(written):
        number = re.sub(r"[^\d+]", "", written)
        if _ABROAD.fullmatch(number):
            return number
        national = _national(number)
        if national is not None:
            return f"+{_KOREA}{national.removeprefix('0')}"
    digits = sum(character.isdigit() for character in written)
    raise ContactError(
        "expected one telephone number such as 010-1234-5678, 032-320-3000 or +82 10 1234 5678, "
        f"got something else of {len(text):,} characters and {digits:,} digits"
    )


def shown_phone(number: str) -> str:
    """Write a number the way it is dialled and read aloud: `010-1234-5678`."""
    return "-".join(_groups(number))


def mask_phone(number: str) -> str:
    """Hide the middle of a number: `010-****-5678`; all of what is no number."""
    try:
        *rest, last = _groups(number)
    except ContactError:
        return HIDDEN
    if len(rest) < len(("area", "exchange")):
        return f"{rest[0]}-****"
    return f"{rest[0]}-{'*' * len(rest[1])}-{last}"


def _national(number: str) -> str | None:
    """Find the form dialled within Korea; the country may be written +82, 0082 or 82, with or without 0."""
    bare = number.removeprefix("+").removeprefix("00")
    candidates = [number]
    if bare.startswith(_KOREA):
        rest = bare.removeprefix(_KOREA)
        candidates = [f"0{rest}", rest]
    return next((c for c in candidates if _NATIONAL.fullmatch(c) or _SHARED.fullmatch(c)), None)


def _groups(number: str) -> list[str]:
    national = _national(canonical_phone(number))
    if national is None:
        return [number[:-8], number[-8:-4], number[-4:]]
    found = _NATIONAL.fullmatch(national)
    if found is None:
        return [national[:4], national[4:]]
    return [part for part in found.groups() if part is not None]


# --- E-mail addresses -----------------------------------------------------------------------------------

_LOCAL_PART: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL: Final = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN: Final = re.compile(rf"({_LABEL}\.)+(?!\d+$){_LABEL}")
_LONGEST_LOCAL_PART: Final = 64
_LONGEST_ADDRESS: Final = 254


def canonical_email(text: str) -> str:
    """Write an e-mail address in small letters, its domain as the network knows it (`xn--`).

    Raises:
        ContactError: the text is not one address.
    """
    local, at, domain = normalize("NFKC", text).strip().lower().rpartition("@")
    domain = _network_name(domain)
    fits = (
        at
        and _LOCAL_PART.fullmatch(local)
        and _DOMAIN.fullmatch(domain)
        and len(local) <= _LONGEST_LOCAL_PART
        and len(local) + 1 + len(domain) <= _LONGEST_ADDRESS
    )
    if not fits:
        raise ContactError(
            "expected one e-mail address such as name@example.kr, "
            f"got something else of {len(text):,} characters"
        )
    return f"{local}@{domain}"


def mask_email(address: str) -> str:
    """Hide all but the first letter and the domain: `a***@x.kr`; all of what is no address."""
    try:
        local, _, domain = canonical_email(address).rpartition("@")
    except ContactError:
        return HIDDEN
    return f"{local[: len(local) > 1]}{HIDDEN}@{domain}"


def _network_name(domain: str) -> str:
    """Spell a domain in ASCII; what cannot be spelt comes back as nothing."""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


# --- Names and addresses --------------------------------------------------------------------------------

_HANGUL_NAME: Final = re.compile(r"[가-힣]+")
_PROVINCES: Final = frozenset(
    {"서울", "부산", "대구", "인천", "광주", "대전", "울산", "세종", "경기"}
    | {"강원", "충북", "충남", "전북", "전남", "경북", "경남", "제주"}
)
_REGION: Final = re.compile(r"[가-힣]+\d{0,2}(도|시|군|구|읍|면|동|가)")
_QUARTER: Final = ("읍", "면", "동", "가")


def mask_name(name: str) -> str:
    """Hide all but the first and last letters of a Korean name, all but initials of another.

    홍길동 becomes 홍*동, 홍길 홍*, John Smith J*** S***.
    """
    words = normalize("NFC", name).split()
    if _HANGUL_NAME.fullmatch("".join(words)):
        return _mask_hangul("".join(words))
    return " ".join(f"{word[:1]}{HIDDEN}" for word in words) or HIDDEN


def mask_address(address: str) -> str:
    """Keep an address down to its quarter (읍·면·동), or to its district where streets are named.

    A quarter alone is not kept: a word that ends like one may be anything.
    """
    kept: list[str] = []
    for word in normalize("NFC", address).split():
        quarter = word.endswith(_QUARTER)
        known = word in _PROVINCES or _REGION.fullmatch(word)
        if not known or (quarter and not kept):
            break
        kept.append(word)
        if quarter:
            break
    return " ".join([*kept, HIDDEN])


def _mask_hangul(name: str) -> str:
    if len(name) == 1:
        return "*"
    last = name[-1] if len(name) > len("홍길") else ""
    return f"{name[0]}{'*' * (len(name) - 1 - len(last))}{last}"


# --- Free texts -----------------------------------------------------------------------------------------
# Rather a number too many than one leaked; but ticket numbers, dates, amounts of money and numbers of
# articles stay, for a complaint without them is none.

_BLANK: Final = "\0"
_GAP: Final = r"[ .\-/_]{0,3}"
_BRACKETED: Final = rf"\)?{_GAP}"
_SPOKEN: Final = "[0-9공영일이삼사오육륙칠팔구]{4}"
_AREA: Final = r"(?:1[016-9]|2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50[2-8]|80)"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Secret:
    """One kind of personal data in a text."""

    mark: str
    pattern: re.Pattern[str]
    """What to take out stands in its last group, or is the whole."""
    accepts: Callable[[str], bool] = bool
    """Whether what was found is meant."""


def redact(text: str) -> str:
    """Replace telephone, registration, card, account, licence and passport numbers and e-mail addresses.

    Company numbers (1588-0000) and numbers without an area code stay, unless a word such as 전화 stands
    before them. The text comes back in Unicode's composed form (NFC), else unchanged.
    """
    text = normalize("NFC", text)
    seen = plain(text)
    cuts: list[_Cut] = []
    for secret in _SECRETS:
        places = _places(secret, seen)
        cuts += [(start, end, secret.mark) for start, end in places]
        seen = _replaced(seen, [(start, end, _BLANK * (end - start)) for start, end in places])
    return _replaced(text, sorted(cuts))


_Cut = tuple[int, int, str]
"""From, to, and what stands there instead."""


def _places(secret: _Secret, seen: str) -> list[tuple[int, int]]:
    group = secret.pattern.groups
    found = secret.pattern.finditer(seen)
    return [match.span(group) for match in found if secret.accepts(match[group])]


def _replaced(text: str, cuts: list[_Cut]) -> str:
    kept, after = [], 0
    for start, end, instead in cuts:
        kept += [text[after:start], instead]
        after = end
    return "".join([*kept, text[after:]])


_OF_THE_1900S: Final = "1256"
"""Seventh digit of a registration number: men and women, citizens and foreigners."""
_DATE_OR_NUMBER_OF_YEAR: Final = re.compile(r"(?:19|20)\d\d\D|(?:19|20)\d\d[01]\d[0-3]\d(?!\d)")
_SHORTEST_ACCOUNT: Final = 11
_LONGEST_ACCOUNT: Final = 14


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _is_registration(text: str) -> bool:
    """Say whether the first six digits are a birthday; the check digit means nothing since 2020."""
    digits = _digits(text)
    century = 1900 if digits[6] in _OF_THE_1900S else 2000
    try:
        date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return False
    return True


def _is_card(text: str) -> bool:
    """Say whether the check digit fits (ISO/IEC 7812), or a person grouped the digits as cards do."""
    digits = [int(digit) for digit in reversed(_digits(text))]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    fits = (sum(digits[::2]) + sum(doubled)) % 10 == 0
    return fits or ("-" in text and not _begins_with_year(text))


def _begins_with_year(text: str) -> bool:
    return _DATE_OR_NUMBER_OF_YEAR.match(text) is not None


def _is_account(text: str) -> bool:
    """Say whether groups of digits are as many as banks write; years begin dates and file numbers."""
    enough = _SHORTEST_ACCOUNT <= len(_digits(text)) <= _LONGEST_ACCOUNT
    return enough and not _begins_with_year(text)


def _is_no_date(text: str) -> bool:
    return not _begins_with_year(text)


_NUMBERS: Final = re.ASCII | re.IGNORECASE
_SECRETS: Final = (
    _Secret(
        mark="[이메일]",
        pattern=re.compile(
            r"[a-z0-9][a-z0-9._+%-]{0,63} ?(?:@|골뱅이) ?"
            r"(?:(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}|[a-z0-9가-힣-]{1,63}\.(?:한국|kr|com|net))",
            _NUMBERS,
        ),
    ),
    _Secret(
        mark="[주민등록번호]",
        pattern=re.compile(
            rf"(?<!\d)\d{{6}}{_GAP}[1-8](?:\d{{6}}|[\d*x●○]{{6}})(?![\d*])", _NUMBERS
        ),
        accepts=_is_registration,
    ),
    _Secret(
        mark="[카드번호]",
        pattern=re.compile(
            r"(?<![\d-])(?:[2-69]\d{3}(?:[ -]?\d{4}){3}|3[47]\d{2}[ -]?\d{6}[ -]?\d{5})(?![\d-])",
            _NUMBERS,
        ),
        accepts=_is_card,
    ),
    _Secret(
        mark="[운전면허번호]",
        pattern=re.compile(r"(?<!\d)(?:1[1-9]|2[0-8])-\d{2}-\d{6}-\d{2}(?!\d)", _NUMBERS),
    ),
    _Secret(
        mark="[전화번호]",
        pattern=re.compile(
            rf"(?<!\d)(?:(?:(?:\+|00)82{_GAP}\(?0?{_BRACKETED}|\(?0){_AREA}"
            rf"|82{_GAP}\(?0?{_BRACKETED}1[016-9]|10(?=[ .-]\d{{4}}[ .-]))"
            rf"{_BRACKETED}\d{{3,4}}{_GAP}\d{{4}}(?!\d)",
            _NUMBERS,
        ),
    ),
    _Secret(  # as it is spoken, and written down by those who listen
        mark="[전화번호]",
        pattern=re.compile(rf"[공영]일[공영]{_GAP}{_SPOKEN}{_GAP}{_SPOKEN}"),
    ),
    _Secret(
        mark="[계좌번호]",
        pattern=re.compile(
            r"(?<!\[)(?:계좌|은행|뱅크|농협|신협|수협|우체국|새마을금고|입금|송금)[^\d\n\[]{0,12}"
            r"(\d(?:[ -]?\d){9,15})(?!\d|,\d| ?원)",
            _NUMBERS,
        ),
        accepts=_is_no_date,
    ),
    _Secret(
        mark="[계좌번호]",
        pattern=re.compile(r"(?<![a-z0-9-])\d+(?: ?- ?\d+){2,}(?![a-z0-9-]| ?원)", _NUMBERS),
        accepts=_is_account,
    ),
    _Secret(
        mark="[여권번호]",
        pattern=re.compile(r"(?<![a-z0-9])[msrod]\d{3}[a-z0-9]\d{4}(?![a-z0-9])", _NUMBERS),
    ),
    _Secret(
        mark="[전화번호]",
        pattern=re.compile(
            r"(?<!\[)(?:전화|연락처|휴대폰|핸드폰|tel|phone|☎|☏)[^\d\n\[]{0,10}"
            r"(\d{3,4}[ .-]\d{4})(?![\d-])",
            _NUMBERS,
        ),
        accepts=_is_no_date,
    ),
)
"""In this order: what an earlier kind has taken, a later one no longer sees."""
