"""A petitioner's own name in the petitioner's own words: known to us, so it need not stand in a text.

`privacy.redact` finds what looks like personal data. A name looks like any other word, unless one knows
whose text it is.
"""

import re
import unicodedata
from typing import Final

MARK: Final = "[이름]"
_HANGUL: Final = re.compile(r"[가-힣]+")
_SURE: Final = 3
"""Syllables from which on a name is taken out wherever it stands; a shorter one may be half a word."""
_AFTER_A_NAME: Final = "님|씨|입니다|이고|이라|라고|이|은|는|가|올림|드림|배상|전화"


def without_name(text: str, *, name: str | None) -> str:
    """Replace a name in a text, with or without blanks in it; the text comes back in NFC."""
    text = unicodedata.normalize("NFC", text)
    letters = re.sub(r"\s+", "", unicodedata.normalize("NFC", name or ""))
    if _HANGUL.fullmatch(letters) and len(letters) > 1:
        return _hangul(letters).sub(MARK, text)
    words = (name or "").split()
    if len(letters) < _SURE:
        return text
    pattern = r"[\s,.]+".join(map(re.escape, words))
    return re.sub(rf"(?<!\w){pattern}(?!\w)", MARK, text, flags=re.IGNORECASE)


def _hangul(letters: str) -> re.Pattern[str]:
    spaced = r"\s?".join(letters)
    if len(letters) >= _SURE:
        return re.compile(spaced)
    return re.compile(rf"(?<![가-힣]){spaced}(?=[^가-힣]|$|(?:{_AFTER_A_NAME})(?![가-힣]))")
