"""What a satisfaction round found: weighted by cell, with AAPOR's rates, unranked where answers are few."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from callcenter.desk.survey_rounds import form_of, found
from callcenter.domain.outbound import Disposition
from callcenter.domain.response_rates import CODE_OF, Code, Rate, rates
from callcenter.domain.survey_rounds import Form, Round, Subject
from callcenter.measures.desk_work import LEAST_RANKED, Interval
from callcenter.measures.sampling import silent_bounds, with_silent
from callcenter.measures.weighting import Answered, Weighted, unweighted, weighted
from callcenter.store.survey_answers import Reply
from callcenter.store.survey_rounds import CellFrame
from callcenter.store.unit_of_work import Store, UnitOfWork

SILENT_GAP: Final = 0.1
"""By how much less satisfied the silent are supposed to be, for illustration: nobody measured it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFound:
    """One cell of the population, and its respondents."""

    code: str
    share: float
    """Of the population."""
    respondents: int
    satisfied: int
    weight: float | None
    """Of each respondent; `None` where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFound:
    """A queue, a service or a department, each answer weighing the same."""

    code: str
    found: Weighted
    rank: int | None
    """By the share of satisfied; `None` where there are too few answers to say."""

    @property
    def too_few(self) -> bool:
        """Whether there are too few answers to rank it."""
        return not self.found.ranked


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFound:
    """How one question was answered."""

    code: str
    answers: int
    mean: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundReport:
    """What a round found, and what it cannot tell."""

    round: Round
    form: Form
    sampled: int
    found: Weighted
    """Satisfied among respondents, by cell: the served, as far as they answered."""
    uncounted: int
    """Answers whose cell is not known, or not of the population; not among those found."""
    unserved: float | None
    """Of the period's calls; `None` of rounds about tickets."""
    cases: dict[Code, int]
    cells: tuple[CellFound, ...]
    groups: dict[str, tuple[GroupFound, ...]]
    """By queue, service or unit."""
    questions: tuple[QuestionFound, ...]
    least_ranked: int = LEAST_RANKED

    @property
    def citizens(self) -> float | None:
        """Satisfied of all who called, if the silent think as those who answered."""
        if self.unserved is None or self.found.share is None:
            return None
        return self.found.share * (1 - self.unserved)

    @property
    def responded(self) -> float | None:
        """AAPOR's RR2, which counts partial answers."""
        return next(rate.value for rate in self.rates if rate.name == "RR2")

    @property
    def bounds(self) -> Interval | None:
        """Where the share lies whatever the silent think."""
        if self.found.share is None or self.responded is None:
            return None
        return silent_bounds(self.found.share, response_rate=self.responded)

    @property
    def if_less(self) -> float | None:
        """The share of all, if the silent are satisfied less often by `SILENT_GAP`."""
        if self.found.share is None or self.responded is None:
            return None
        return with_silent(self.found.share, response_rate=self.responded, gap=SILENT_GAP)

    @property
    def rates(self) -> tuple[Rate, ...]:
        """AAPOR's rates of its cases."""
        return rates(self.cases)


class SurveyRoundReports:
    """Reports rounds; nothing is kept."""

    def __init__(self, *, store: Store) -> None:
        """Stand on a store."""
        self._store = store

    async def report(self, code: str) -> RoundReport:
        """Report a round as far as it has come.

        Raises:
            NotFoundError: there is none of this code.
        """
        async with self._store.reading() as uow:
            round_ = await found(uow, code)
            form = await form_of(uow, round_)
            frame = await uow.survey_rounds.cells(code)
            sampled = await uow.survey_rounds.count(code)
            replies = await uow.survey_answers.replies(code)
            cases = await _cases(uow, round_, form, replies, sampled=sampled)
            unserved = await _unserved(uow, round_)
        cells = _cells(frame, replies, form)
        whole = weighted(cells)
        return RoundReport(
            round=round_,
            form=form,
            sampled=sampled,
            found=whole,
            uncounted=len(replies) - whole.n,
            unserved=unserved,
            cases=cases,
            cells=tuple(
                CellFound(
                    code=cell.code,
                    share=cell.share,
                    respondents=cell.n,
                    satisfied=round(cell.satisfied),
                    weight=whole.weights.get(cell.code),
                )
                for cell in cells
            ),
            groups={name: _groups(replies, form, of=of) for name, of in _ALONG[round_.of].items()},
            questions=_questions(replies, form),
        )


_ALONG: Final[dict[Subject, dict[str, Callable[[Reply], str | None]]]] = {
    Subject.CALLS: {"queue": lambda one: one.queue},
    Subject.TICKETS: {"service": lambda one: one.service, "unit": lambda one: one.unit},
}


def _is_satisfied(reply: Reply, form: Form) -> bool:
    """Say whether an answer is one of the satisfied; of another scale, from the same part of it on."""
    return reply.score * form.most >= form.satisfied_from * (reply.most or form.most)


def _cells(frame: Sequence[CellFrame], replies: Iterable[Reply], form: Form) -> list[Answered]:
    n: Counter[str] = Counter()
    satisfied: Counter[str] = Counter()
    for reply in replies:
        n[reply.cell] += 1
        satisfied[reply.cell] += _is_satisfied(reply, form)
    return [
        Answered(code=cell.cell, share=cell.share, n=n[cell.cell], satisfied=satisfied[cell.cell])
        for cell in frame
    ]


def _groups(
    replies: Iterable[Reply], form: Form, *, of: Callable[[Reply], str | None]
) -> tuple[GroupFound, ...]:
    members: defaultdict[str, list[Reply]] = defaultdict(list)
    for reply in replies:
        code = of(reply)
        if code is not None:
            members[code].append(reply)
    found_ = {
        code: unweighted(len(each), sum(_is_satisfied(one, form) for one in each))
        for code, each in sorted(members.items())
    }
    shares = sorted((one.share or 0.0 for one in found_.values() if one.ranked), reverse=True)
    return tuple(
        GroupFound(
            code=code,
            found=one,
            rank=shares.index(one.share or 0.0) + 1 if one.ranked and len(shares) > 1 else None,
        )
        for code, one in found_.items()
    )


def _questions(replies: Sequence[Reply], form: Form) -> tuple[QuestionFound, ...]:
    found_ = []
    for question in form.questions:
        told = [one.scores for one in replies if one.scores is not None]
        said = [scores[question.code] for scores in told if question.code in scores]
        mean = sum(said) / len(said) if said else None
        found_.append(QuestionFound(code=question.code, answers=len(said), mean=mean))
    return tuple(found_)


async def _cases(
    uow: UnitOfWork, round_: Round, form: Form, replies: Sequence[Reply], *, sampled: int
) -> dict[Code, int]:
    """Count the cases: the drawn by their answer, or a campaign's leads by their last attempt.

    A lead whose answer is kept is a complete, whatever the last attempt came to: it may have answered by
    its link, as those may who were drawn and are no leads.
    """
    cases = dict.fromkeys(Code, 0)
    if round_.campaign is None:
        cases[Code.UNKNOWN] = sampled - len(replies)
    else:
        answered = await uow.survey_answers.answered_leads(round_.code)
        for last, many in (await uow.lead_counts.by_last(round_.campaign)).items():
            cases[_case(last)] += many - answered.get(last, 0)
    whole = sum(one.scores is None or form.is_whole(one.scores) for one in replies)
    cases[Code.COMPLETE] += whole
    cases[Code.PARTIAL] += len(replies) - whole
    return cases


def _case(last: Disposition | None) -> Code:
    return Code.UNKNOWN if last is None else CODE_OF[last]


async def _unserved(uow: UnitOfWork, round_: Round) -> float | None:
    if round_.of is not Subject.CALLS:
        return None
    unserved, answered = await uow.survey_frames.unserved(round_.first_day, round_.last_day)
    return unserved / (unserved + answered) if unserved + answered else None
