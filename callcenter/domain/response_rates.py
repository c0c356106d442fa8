"""The rates a survey is judged by, from what became of its attempts.

The rates are AAPOR's (Standard Definitions, 10th edition, 2023), by case and not by attempt: every lead
counts once, by the last thing known of it. Without complete attempts on everybody the unknown weigh in
the denominator: RR1 is the lowest a response rate can be.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from callcenter.domain.outbound import Disposition

DISPOSITION_NAMES_KO: Final[dict[Disposition, str]] = {
    Disposition.SUCCESS: "성공",
    Disposition.PARTIAL: "일부 응답",
    Disposition.CALL_LATER: "재통화 약속",
    Disposition.REFUSAL: "거절",
    Disposition.NO_ANSWER: "무응답",
    Disposition.BUSY: "통화중",
    Disposition.MACHINE: "자동응답",
    Disposition.WRONG_NUMBER: "결번·오번호",
    Disposition.DROPPED: "상담사 부재 끊김",
}


class Code(StrEnum):
    """AAPOR's groups of final dispositions."""

    COMPLETE = "I"
    PARTIAL = "P"
    REFUSAL = "R"
    NON_CONTACT = "NC"
    OTHER = "O"
    UNKNOWN = "U"
    """Eligibility unknown (UH and UO together): never reached, or never tried."""
    NOT_ELIGIBLE = "NE"


CODE_OF: Final[dict[Disposition, Code]] = {
    Disposition.SUCCESS: Code.COMPLETE,
    Disposition.PARTIAL: Code.PARTIAL,
    Disposition.REFUSAL: Code.REFUSAL,
    Disposition.CALL_LATER: Code.OTHER,
    Disposition.DROPPED: Code.NON_CONTACT,
    Disposition.MACHINE: Code.NON_CONTACT,
    Disposition.NO_ANSWER: Code.UNKNOWN,
    Disposition.BUSY: Code.UNKNOWN,
    Disposition.WRONG_NUMBER: Code.NOT_ELIGIBLE,
}
"""What a case is by its last attempt; one without an attempt is `UNKNOWN`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A rate with AAPOR's name, its formula, and its two sides."""

    name: str
    ko: str
    formula: str
    above: int
    below: int

    @property
    def value(self) -> float | None:
        """Between 0 and 1; `None` where nobody is in the denominator."""
        return self.above / self.below if self.below else None


_FORMULAS: Final = {
    "RR1": ("최소 응답률", "I / (I + P + R + NC + O + U)"),
    "RR2": ("응답률 (일부 응답 포함)", "(I + P) / (I + P + R + NC + O + U)"),
    "COOP1": ("최소 협조율", "I / (I + P + R + O)"),
    "REF1": ("거절률", "R / (I + P + R + NC + O + U)"),
    "CON1": ("접촉률", "(I + P + R + O) / (I + P + R + NC + O + U)"),
}


def rates(cases: Mapping[Code, int]) -> tuple[Rate, ...]:
    """Return AAPOR's rates of so many cases of each group."""
    return tuple(
        Rate(
            name=name,
            ko=ko,
            formula=formula,
            above=_sum(formula.partition("/")[0], cases),
            below=_sum(formula.partition("/")[2], cases),
        )
        for name, (ko, formula) in _FORMULAS.items()
    )


def _sum(side: str, cases: Mapping[Code, int]) -> int:
    return sum(cases.get(Code(name.strip()), 0) for name in side.strip(" ()").split("+"))
