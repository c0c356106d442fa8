"""Korean search: what a query must find, and that an index of grams finds exactly that."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from unicodedata import normalize

import pytest
from hypothesis import example, given, strategies as st

from callcenter.domain.grams import BREAK, Query, Term, TermKind, folded, grams, matches, query

# Few syllables, so that runs collide: repeated, overlapping and broken by spaces and letters.
TEXTS = st.text(alphabet="가나도로물a1 .", max_size=24)
TYPED = st.text(alphabet="가나도로물a1 ", min_size=1, max_size=7)


# --- Cutting ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("가로등이 꺼졌어요", ("가로", "로등", "등이", "꺼졌", "졌어", "어요")),
        ("물", ("물",)),
        ("물 샘", ("물", "샘")),
        ("LED 가로등", ("led", "가로", "로등")),
        ("LED가로등", ("led", "가로", "로등")),
        ("제12조의3", ("제", "12", "조의", "3")),
        ("2026-000123", ("2026", "000123")),
        (normalize("NFD", "여권"), ("여권",)),
        ("여권!여권?", ("여권", "여권")),
        ("ㅋㅋ ㅠㅠ …", ()),
        ("", ()),
        ("우리 리모델링", ("우리", BREAK, "리모", "모델", "델링")),
        ("우리 동네", ("우리", "동네")),
        ("1a a1", ("1a", "a1")),
    ],
)
def test_a_text_is_cut_into_pairs_of_syllables_and_whole_words(
    text: str, expected: tuple[str, ...]
) -> None:
    assert grams(text) == expected


def test_a_folded_text_keeps_runs_and_nothing_else() -> None:
    assert folded("  LED가로등, 2개가 (꺼짐)!\n") == "led 가로등 2 개가 꺼짐"


@given(st.text(max_size=40))
def test_folding_and_cutting_agree_on_any_text(text: str) -> None:
    assert grams(folded(text)) == grams(text)
    assert folded(folded(text)) == folded(text)


# --- Asking -------------------------------------------------------------------------------------------


def test_a_query_knows_how_each_of_its_terms_is_found() -> None:
    asked = query("가로등 LED 물 가로등")

    assert asked == Query(
        terms=(
            Term(kind=TermKind.PHRASE, text="가로등", grams=("가로", "로등")),
            Term(kind=TermKind.PREFIX, text="led", grams=("led",)),
            Term(kind=TermKind.SYLLABLE, text="물", grams=("물",)),
        )
    )


@pytest.mark.parametrize(
    ("typed", "slow"),
    [
        ("물", True),
        ("물 불", True),
        ("물 여권", False),
        ("물 a", False),
        ("여권", False),
        ("?", False),
    ],
)
def test_a_query_is_slow_only_if_nothing_in_it_can_use_the_index(typed: str, *, slow: bool) -> None:
    assert query(typed).slow is slow


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("여권이 안 나와요", "여권"),
        ("신여권발급", "여권"),
        ("도로에 구멍", "도로"),
        ("도로에 구멍", "구멍 도로"),
        ("가로등이 고장", "가로등"),
        ("LED등 교체", "led"),
        ("LEDs", "LED"),
        ("접수번호 2026-000123", "2026-000123"),
        ("빗물받이", "물"),
        (normalize("NFD", "싱크홀"), "싱크홀"),
    ],
)
def test_a_word_is_found_with_its_particle_attached(text: str, typed: str) -> None:
    assert matches(text, query(typed))


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("도로 파손", "도로파손"),  # as written; a space is a space
        ("우리 리모델링", "우리모"),
        ("도로", "도로에"),
        ("도로", "도로 구멍"),
        ("knows", "now"),
        ("여권", "!?"),
        ("여권", ""),
        ("", "여권"),
        ("권여", "여권"),
    ],
)
def test_what_is_not_there_is_not_found(text: str, typed: str) -> None:
    assert not matches(text, query(typed))


@given(text=TEXTS, start=st.integers(0, 20), length=st.integers(2, 6))
def test_any_piece_of_a_run_finds_its_text(text: str, start: int, length: int) -> None:
    words = folded(text).split()
    piece = words[start % len(words)][:length] if words else "가나"

    assert matches(text, query(piece)) is bool(words)


@given(typed=st.text(max_size=20))
def test_a_term_is_safe_in_every_pattern(typed: str) -> None:
    assert all(term.text.isalnum() for term in query(typed).terms)
    assert all(BREAK not in term.text for term in query(typed).terms)


# --- Two databases, one answer ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fts() -> Iterator[sqlite3.Connection]:
    """Give a real FTS5 index of grams, as the store keeps one."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE gram USING fts5(grams, content='', tokenize='unicode61')"
        )
        yield connection


def found_by_phrases(connection: sqlite3.Connection, text: str, asked: Query) -> bool:
    """Index one text and ask for it; terms without an index are looked for in the folded text."""
    connection.execute("INSERT INTO gram (gram) VALUES ('delete-all')")
    connection.execute("INSERT INTO gram (rowid, grams) VALUES (1, ?)", (" ".join(grams(text)),))
    star = {TermKind.PREFIX: " *", TermKind.PHRASE: ""}
    parts = [f'"{" ".join(t.grams)}"{star[t.kind]}' for t in asked.terms if t.kind in star]
    hit = not parts or bool(
        connection.execute(
            "SELECT rowid FROM gram WHERE gram MATCH ?", (" AND ".join(parts),)
        ).fetchall()
    )
    slow = [term.text for term in asked.terms if term.kind is TermKind.SYLLABLE]
    return hit and all(syllable in folded(text) for syllable in slow)


def found_by_containment(text: str, asked: Query) -> bool:
    """Find as an inverted index over arrays does: every gram is there, then the pattern is looked at."""
    held, line = set(grams(text)), f" {folded(text)}"
    pairs = [gram for t in asked.terms if t.kind is TermKind.PHRASE for gram in t.grams]
    patterns = [f" {t.text}" if t.kind is TermKind.PREFIX else t.text for t in asked.terms]
    return held.issuperset(pairs) and all(pattern in line for pattern in patterns)


@given(text=TEXTS, typed=TYPED)
@example(text="우리 리모델링", typed="우리모")
@example(text="나가 가나가", typed="나가나")
@example(text="가 가나", typed="가가나")
@example(text="a1 1a", typed="a11a")
def test_an_index_of_grams_finds_exactly_what_matches(
    fts: sqlite3.Connection, text: str, typed: str
) -> None:
    asked = query(typed)
    if not asked.terms:
        return
    expected = matches(text, asked)

    assert found_by_phrases(fts, text, asked) is expected
    assert found_by_containment(text, asked) is expected
