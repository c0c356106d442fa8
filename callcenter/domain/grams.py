"""Korean words as pairs of syllables: one way to search, the same on every database.

Particles are glued to Korean words (`가로등이`, `도로에`), so whole words find little, and trigrams find
no word of two syllables. A text is cut into runs of Hangul and runs of Latin letters and digits; Hangul
runs become overlapping pairs, the others stay whole. Databases index `grams`; `matches` says what they
must find, no more and no less. Texts are freed of personal data before they come here.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final
from unicodedata import normalize

_RUN: Final = re.compile(r"[0-9a-z]+|[가-힣]+")
_FIRST_SYLLABLE: Final = "가"
BREAK: Final = "ㆍ"
"""Stands between two runs that would read as one: `우리 리모` is no `우리모`. No query holds it."""


class TermKind(StrEnum):
    """How a term is looked for."""

    PHRASE = "phrase"
    """Pairs of syllables, one right after another: anywhere in a Hangul run."""
    PREFIX = "prefix"
    """The beginning of a Latin word or number."""
    SYLLABLE = "syllable"
    """One syllable, anywhere in a Hangul run; no index of pairs knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One run of a query; letters, digits and syllables only, so safe in any pattern."""

    kind: TermKind
    text: str
    grams: tuple[str, ...]
    """What the index holds for it, in order; the beginning of one gram for a prefix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What must be found, all of it; without terms nothing is."""

    terms: tuple[Term, ...]

    @property
    def slow(self) -> bool:
        """Say whether no term can use an index, so that every text must be read: tell the reader."""
        return bool(self.terms) and all(term.kind is TermKind.SYLLABLE for term in self.terms)


def folded(text: str) -> str:
    """Reduce a text to its runs with one space between them, for patterns such as `% led%`.

    A Hangul term is anywhere in it; a prefix stands at its beginning or after a space.
    """
    return " ".join(_runs(text))


def grams(text: str) -> tuple[str, ...]:
    """Cut a text into the grams to be indexed, in the order of the text."""
    found: list[str] = []
    for run in _runs(text):
        pieces = _pieces(run)
        if found and _read_as_one(found[-1], pieces[0]):
            found.append(BREAK)
        found += pieces
    return tuple(found)


def query(text: str) -> Query:
    """Read what a person typed: each run is a term, told once."""
    return Query(terms=tuple(_term(run) for run in dict.fromkeys(_runs(text))))


def matches(text: str, wanted: Query) -> bool:
    """Say whether a text holds every term of a query: the truth that both databases must tell."""
    return matches_folded(folded(text), wanted)


def matches_folded(line: str, wanted: Query) -> bool:
    """Say the same of a text that is folded already, for many queries to one text."""
    return bool(wanted.terms) and all(_held(term, line) for term in wanted.terms)


def _runs(text: str) -> list[str]:
    return _RUN.findall(normalize("NFC", text).lower())


def _is_hangul(run: str) -> bool:
    return run[0] >= _FIRST_SYLLABLE


def _pieces(run: str) -> tuple[str, ...]:
    if len(run) == 1 or not _is_hangul(run):
        return (run,)
    return tuple(a + b for a, b in pairwise(run))


def _read_as_one(before: str, after: str) -> bool:
    """Say whether two pairs of different runs look like neighbours within one."""
    return len(before) == len(after) == len("가나") and before[1] == after[0] >= _FIRST_SYLLABLE


def _term(run: str) -> Term:
    kind = TermKind.PHRASE
    if not _is_hangul(run):
        kind = TermKind.PREFIX
    elif len(run) == 1:
        kind = TermKind.SYLLABLE
    return Term(kind=kind, text=run, grams=_pieces(run))


def _held(term: Term, line: str) -> bool:
    if term.kind is TermKind.PREFIX:
        return f" {term.text}" in f" {line}"
    return term.text in line
