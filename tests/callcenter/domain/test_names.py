import unicodedata

import pytest
from hypothesis import given, strategies as st

from callcenter.domain.names import MARK, without_name

HANGUL = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=3, max_size=5)


@pytest.mark.parametrize(
    ("text", "name", "left"),
    [
        ("저는 홍길동입니다.", "홍길동", "저는 [이름]입니다."),
        ("홍 길동 올림", "홍길동", "[이름] 올림"),
        ("홍길동씨 댁 앞", "홍 길동", "[이름]씨 댁 앞"),
        ("주민 김철 드림", "김철", "주민 [이름] 드림"),
        ("김철입니다", "김철", "[이름]입니다"),
        ("이상 없음, 이상입니다", "이상", "[이름] 없음, [이름]입니다"),
        ("괴이상한 이상기후", "이상", "괴이상한 이상기후"),
        ("I am john SMITH, hello", "John Smith", "I am [이름], hello"),
        ("Smith, John lives here", "John Smith", "Smith, John lives here"),
        ("the Johnsmithson road", "Johnsmith", "the Johnsmithson road"),
        ("가로등이 꺼졌어요", None, "가로등이 꺼졌어요"),
        ("가로등", "가", "가로등"),
        ("Al is out", "Al", "Al is out"),
    ],
)
def test_a_name_is_taken_out_and_other_words_stay(text: str, name: str | None, left: str) -> None:
    assert without_name(text, name=name) == left


@given(before=st.text(max_size=20), name=HANGUL, after=st.text(max_size=20))
def test_no_full_name_stays(before: str, name: str, after: str) -> None:
    assert name not in without_name(f"{before}{name}{after}", name=name).replace(MARK, "\0")


def test_a_name_in_the_other_normal_form_is_the_same_name() -> None:
    assert without_name(unicodedata.normalize("NFD", "홍길동"), name="홍길동") == MARK
