"""What a scenario describes, in plain words, for somebody who wants to know what will be run.

Figures here follow from the scenario alone, by multiplying averages; what waiting does to them is for the
run to find out.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from callcenter.clock import SECOND, Tick
from simulation.scenario.arrivals import (
    AppointmentArrivals,
    CountArrivals,
    NoArrivals,
    RateArrivals,
    TraceArrivals,
)
from simulation.scenario.callers import Queue
from simulation.scenario.campaigns import Campaign
from simulation.scenario.days import public_holidays, weekly
from simulation.scenario.expectations import Outlook, QueueOutlook, outlook
from simulation.scenario.model import Scenario
from simulation.scenario.moments import can_be_never, mean
from simulation.scenario.people import Group
from simulation.scenario.units import (
    WEEKDAYS,
    format_clock_time,
    format_duration,
    format_hours,
)
from simulation.scenario.variate_specs import Constant, Variate

Language = Literal["en", "ko"]
_WEEKDAYS_KO = ("월", "화", "수", "목", "금", "토", "일")
_CHANNELS_KO = {
    "phone": "전화",
    "kiosk": "무인창구",
    "counter": "창구",
    "room": "상담실",
    "online": "온라인",
}
_FAMILIES_KO = {
    "exponential": "지수분포",
    "gamma": "감마분포",
    "erlang": "얼랑분포",
    "lognormal": "로그정규분포",
    "weibull": "와이블분포",
    "hyperexponential": "초지수분포",
    "uniform": "균등분포",
    "triangular": "삼각분포",
    "empirical": "실측분포",
    "mixture": "혼합분포",
    "by-time": "시간대별",
}
_MODES_KO = {
    "manual": "수동",
    "preview": "미리보기",
    "progressive": "순차",
    "power": "배율",
    "predictive": "예측",
}
_UNITS_KO = {"d": "일", "h": "시간", "m": "분", "s": "초", "ms": "밀리초"}
_FEW = 5


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, a sentence a line."""

    title: str
    lines: tuple[str, ...]


def describe(scenario: Scenario, language: Language = "en") -> list[Section]:
    """Say what a scenario describes and which of its inputs are assumed."""
    teller = _Teller(scenario, outlook(scenario), language)
    sections = [
        Section(teller.say("When", "운영 시간"), tuple(teller.when())),
        Section(teller.say("Who comes", "고객"), tuple(teller.callers())),
        Section(teller.say("Who serves", "상담 인력"), tuple(teller.people())),
        Section(teller.say("Whom the centre calls", "발신 캠페인"), tuple(teller.campaigns())),
        Section(teller.say("Work and hands", "업무량과 인력"), tuple(teller.load())),
        Section(teller.say("Assumed, not known", "가정한 입력값"), tuple(teller.assumptions())),
    ]
    return [section for section in sections if section.lines]


def duration_in_words(spec: Variate, language: Language = "en") -> str:
    """Say a random duration: its family, its mean, and how far it spreads where that is given."""
    if isinstance(spec, Constant):
        if can_be_never(spec):
            return "never" if language == "en" else "없음"
        text = span_in_words(spec.value, language)
        return text if language == "en" else f"{text} 고정"
    family = spec.distribution
    average = mean(spec)
    spread = getattr(spec, "cv", None)
    if language == "ko":
        text = "일부는 무한" if math.isinf(average) else f"평균 {_rounded(average, language)}"
        return f"{_FAMILIES_KO[family]}, {text}" + (f", 변동계수 {spread:g}" if spread else "")
    text = (
        "some of them endless"
        if math.isinf(average)
        else f"{_rounded(average, language)} on average"
    )
    return f"{family}, {text}" + (f", cv {spread:g}" if spread else "")


def _rounded(ticks: float, language: Language) -> str:
    """Write a mean as people do: whole seconds, or tenths below ten."""
    step: Tick = SECOND if ticks >= 10 * SECOND else SECOND // 10
    return span_in_words(round(ticks / step) * step, language)


def span_in_words(ticks: Tick, language: Language) -> str:
    """Write a duration: `2m1s`, or in Korean units."""
    text = format_duration(ticks)
    if language == "en":
        return text
    parts = re.findall(r"(\d+)([a-z]+)", text)
    return " ".join(number + _UNITS_KO.get(unit, unit) for number, unit in parts)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells one scenario in one language."""

    scenario: Scenario
    expected: Outlook
    language: Language

    def say(self, english: str, korean: str) -> str:
        return english if self.language == "en" else korean

    def when(self) -> Iterator[str]:
        calendar, expected = self.scenario.calendar, self.expected
        yield self.say(
            f"{calendar.first} to {calendar.last}: {len(expected.days)} days, "
            f"{expected.open_days} of them open.",
            f"{calendar.first} ~ {calendar.last}: 총 {len(expected.days)}일 중 {expected.open_days}일 운영.",
        )
        for days, hours in calendar.open.items():
            yield f"{self._weekdays(days)}: {self._hours(format_hours(hours))}"
        closed = list(self._closures())
        if closed:
            shown = "; ".join(closed[:_FEW]) + (" ..." if len(closed) > _FEW else "")
            yield self.say(
                f"Closed though it would be open ({len(closed)}): {shown}",
                f"휴무 {len(closed)}일: {shown}",
            )
        yield (
            self.say("Who waits at closing is still served.", "마감 때 대기 중인 고객까지 응대.")
            if calendar.at_closing == "serve"
            else self.say("Who waits at closing is let go.", "마감 때 대기 중인 고객은 종료.")
        )

    def _closures(self) -> Iterator[str]:
        """Give the days that would have been open by their weekday."""
        calendar = self.scenario.calendar
        named = public_holidays(calendar, self.say("en_US", "ko"))
        for day in self.expected.days:
            if day.why and not day.hours and weekly(calendar.open, day.date):
                yield f"{day.date} {calendar.closed.get(day.date) or named.get(day.date, day.why)}"

    def _weekdays(self, days: tuple[int, ...]) -> str:
        names = _WEEKDAYS_KO if self.language == "ko" else WEEKDAYS
        if len(days) > 1 and days[-1] - days[0] == len(days) - 1:
            return f"{names[days[0]]}-{names[days[-1]]}"
        return ", ".join(names[day] for day in days)

    def _hours(self, text: str) -> str:
        return self.say(text, "휴무") if text == "closed" else text

    def callers(self) -> Iterator[str]:
        for name, queue in self.scenario.queue.items():
            expected = self.expected.queues[name]
            channel = self.say(queue.channel, _CHANNELS_KO[queue.channel])
            yield f"{name} ({channel}): {self._arrivals(queue, expected)}"
            talk, wrap = (
                duration_in_words(spec, self.language) for spec in (queue.talk, queue.after_call)
            )
            yield self.say(
                f"  service: {talk}; work after it: {wrap}", f"  응대: {talk}; 후처리: {wrap}"
            )
            yield self.say(
                f"  gives up after: {duration_in_words(queue.patience)}",
                f"  포기까지: {duration_in_words(queue.patience, 'ko')}",
            )
            yield from self._behaviour(queue)
            yield self._target(queue)

    def _arrivals(self, queue: Queue, expected: QueueOutlook) -> str:
        days = max(self.expected.open_days, 1)
        a_day, in_all = f"{expected.callers / days:,.0f}", f"{expected.callers:,.0f}"
        match queue.arrivals:
            case NoArrivals():
                return self.say("fed by transfers only", "호전환으로만 인입")
            case TraceArrivals():
                return self.say(f"{in_all} callers as recorded", f"기록된 {in_all}건")
            case AppointmentArrivals():
                return self.say(
                    f"about {a_day} appointments kept a day", f"하루 약 {a_day}건의 예약 방문"
                )
            case CountArrivals():
                return self.say(f"exactly {a_day} callers a day", f"하루 정확히 {a_day}건")
            case RateArrivals():
                return self.say(
                    f"about {a_day} callers an open day, {in_all} in all",
                    f"운영일 하루 약 {a_day}건, 전체 {in_all}건",
                )

    def _behaviour(self, queue: Queue) -> Iterator[str]:
        if queue.ivr is not None:
            share = f"{queue.ivr.self_service:.0%}"
            yield self.say(
                f"  {share} need nobody after the recorded menu", f"  {share}는 자동응답에서 완결"
            )
        if queue.balking is not None:
            yield self.say(
                "  some leave at once when they see the line", "  대기가 길면 일부 즉시 이탈"
            )
        if queue.queue_limit is not None:
            yield self.say(
                f"  at most {queue.queue_limit} may wait", f"  최대 대기 {queue.queue_limit}명"
            )
        if queue.redial is not None:
            share = f"{queue.redial.after_abandoning:.0%}"
            yield self.say(
                f"  {share} of those who give up try again", f"  포기한 고객의 {share}가 재시도"
            )
        if queue.unresolved is not None:
            share = f"{queue.unresolved.share * queue.unresolved.calls_again:.1%}"
            yield self.say(f"  {share} call again days later", f"  {share}가 며칠 뒤 재문의")
        if queue.call_back is not None:
            after = span_in_words(queue.call_back.offer_after, self.language)
            yield self.say(
                f"  offered a call-back after {after}; {queue.call_back.accepted:.0%} accept",
                f"  {after} 대기 후 콜백 제안, {queue.call_back.accepted:.0%} 수락",
            )
        for other, passed in queue.transfer.items():
            part = f"{passed:.0%}"
            yield self.say(f"  {part} go on to {other}", f"  {part}는 {other}(으)로 호전환")

    def _target(self, queue: Queue) -> str:
        level = queue.target.service_level
        within = span_in_words(level.within, self.language)
        return self.say(
            f"  target: {level.share:.0%} within {within} ({level.definition})",
            f"  목표: {within} 이내 {level.share:.0%} ({level.definition})",
        )

    def people(self) -> Iterator[str]:
        for name, group in self.scenario.group.items():
            yield self._group(name, group)
            for queue, skill in group.serves.items():
                conditions = [self.say(f"choice {skill.rank}", f"{skill.rank}순위")]
                if skill.after:
                    after = span_in_words(skill.after, self.language)
                    conditions.append(self.say(f"after {after} of waiting", f"{after} 대기 후"))
                if skill.when_waiting:
                    count = skill.when_waiting
                    conditions.append(
                        self.say(f"while {count} or more wait", f"{count}명 이상 대기 시")
                    )
                if skill.when_busy is not None:
                    other, share = skill.when_busy.group, f"{skill.when_busy.share:.0%}"
                    conditions.append(
                        self.say(f"while {other} is {share} busy", f"{other} {share} 이상 통화 시")
                    )
                if skill.leave_free:
                    count = skill.leave_free
                    conditions.append(self.say(f"keeping {count} free", f"{count}명 예비"))
                yield f"  {queue}: {', '.join(conditions)}"

    def _group(self, name: str, group: Group) -> str:
        count = group.headcount
        if group.always:
            presence = self.say("always there", "상시")
        elif group.shifts is not None:
            presence = ", ".join(
                f"{number} × {shift} {self._shift(shift)}" for shift, number in group.shifts.items()
            )
        else:
            steps = (group.staffing or {}).items()
            presence = ", ".join(f"{format_clock_time(at)} {number}" for at, number in steps)
        away = "".join(
            self.say(f"; {share:.0%} {english}", f"; {korean} {share:.0%}")
            for share, english, korean in (
                (group.absence, "absent", "결근"),
                (group.shrinkage.share if group.shrinkage else 0.0, "away in between", "자리비움"),
            )
            if share
        )
        return self.say(
            f"{name}: {count}; {presence}{away}", f"{name}: {count}명; {presence}{away}"
        )

    def _shift(self, name: str) -> str:
        shift = self.scenario.shift[name]
        return f"{format_clock_time(shift.start)}-{format_clock_time(shift.end)}"

    def campaigns(self) -> Iterator[str]:
        for name, campaign in self.scenario.campaigns.items():
            about = f"{name} ({campaign.field})" if campaign.field else name
            mode = self.say(f"{campaign.mode} dialling", f"{_MODES_KO[campaign.mode]} 발신")
            wanted = "" if campaign.quota is None else f"{campaign.quota:,}"
            quota = wanted and self.say(f", {wanted} successes wanted", f", 목표 성공 {wanted}건")
            yield self.say(
                f"{about}: {campaign.leads:,} leads{quota}, {mode}, {campaign.attempts} attempts each",
                f"{about}: 대상 {campaign.leads:,}명{quota}, {mode}, 대상별 {campaign.attempts}회까지",
            )
            yield f"  {self._calling(campaign)}"
            usual = campaign.chances[0]
            live = 1 - usual.no_answer - usual.busy - usual.machine
            talk = duration_in_words(campaign.talk, self.language)
            yield self.say(
                f"  {live:.0%} answer, {usual.success:.0%} are a success; talk: {talk}",
                f"  연결 {live:.0%}, 성공 {usual.success:.0%}; 통화: {talk}",
            )
            for group, rules in campaign.dialled_by.items():
                yield self.say(
                    f"  dialled by {group} while more than {rules.keep_idle} of them are idle",
                    f"  {group}에서 대기 상담사가 {rules.keep_idle}명을 넘을 때 발신",
                )

    def _calling(self, campaign: Campaign) -> str:
        calendar = self.scenario.calendar
        first, last = campaign.first or calendar.first, campaign.last or calendar.last
        hours = "; ".join(
            f"{self._weekdays(days)} {self._hours(format_hours(each))}"
            for days, each in (campaign.windows or calendar.open).items()
        )
        return self.say(f"{first} to {last}, {hours}", f"{first} ~ {last}, {hours}")

    def load(self) -> Iterator[str]:
        days = max(self.expected.open_days, 1)
        for queue in self.expected.queues.values():
            if queue.legs and queue.open_hours:
                yield self._queue_load(queue)
        work = sum(queue.work_hours for queue in self.expected.queues.values()) / days
        hands = sum(group.present_hours for group in self.expected.groups.values()) / days
        rostered = sum(group.rostered_hours for group in self.expected.groups.values()) / days
        share = f"{work / hands:.0%}" if hands else "-"
        yield self.say(
            f"An open day brings about {work:,.0f} hours of work; rosters give {rostered:,.0f} hours, "
            f"{hands:,.0f} after absence: {share} would be busy if nobody gave up.",
            f"운영일 하루 업무량 약 {work:,.0f}시간, 편성 {rostered:,.0f}시간, 결근 등 제외 "
            f"{hands:,.0f}시간: 포기가 없다면 점유율 {share}.",
        )

    def _queue_load(self, queue: QueueOutlook) -> str:
        erlangs = queue.work_hours / queue.open_hours
        an_hour = queue.legs / queue.open_hours
        each = _rounded(queue.handling, self.language)
        return self.say(
            f"{queue.name}: {an_hour:,.0f} an hour of {each} each: {erlangs:,.1f} Erlangs on average",
            f"{queue.name}: 시간당 {an_hour:,.0f}건 × {each} = 평균 {erlangs:,.1f} 얼랑",
        )

    def assumptions(self) -> Iterator[str]:
        for path, why in self.scenario.assumed.items():
            yield f"{path}: {' '.join(why.split())}"
