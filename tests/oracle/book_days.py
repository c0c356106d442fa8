"""Cases of the book that are days: staff and demand that change, and what others have published."""

import math
from typing import Final

from scipy import stats

from callcenter.measures.tally import Detail
from tests.oracle import cases, extra
from tests.oracle.ledger import SL, Case, Cell, Exact, Line, queue_lines
from tests.oracle.transient import Day, day

_CHAIN: Final = "Markov chain through the day"
_HOURS: Final = tuple(f"{hour:02d}:00" for hour in range(8, 21))
_LIBRARY: Final = "ContactCenters"


def _one(what: str, measure: str, theirs: float, *cells: Cell, seconds: bool = False) -> Line:
    return Line(what=what, measure=measure, theirs=theirs, cells=cells or ({},), seconds=seconds)


def _printed(
    what: str, measure: str, value: str, *cells: Cell, sd: float, n: int = 1000,
    unit: float = 1.0, seconds: bool = False,
) -> Line:  # fmt: skip
    """Return a line with a published value; what its digits leave out is part of its error.

    Args:
        what: In words.
        measure: Ours.
        value: As printed.
        cells: Of the scorecard.
        sd: Of one of their replications.
        n: How many they made.
        unit: Theirs over ours: 60 for minutes, 0.01 for per cent.
        seconds: Whether time stands above the line of a formula.
    """
    rounding = 10.0 ** -len(value.partition(".")[2]) / math.sqrt(12)
    return Line(
        what=what,
        measure=measure,
        theirs=float(value) * unit,
        error=math.hypot(sd / math.sqrt(n), rounding) * unit,
        cells=cells or ({},),
        seconds=seconds,
        scale=len(cells) if measure.endswith("/ days") and cells else 1.0,
    )


def _generated(what: str, measure: str, value: float, error: float, *cells: Cell) -> Line:
    return Line(what=what, measure=measure, theirs=value, error=error, cells=cells or ({},))


# --- Exact ------------------------------------------------------------------------------------------


def _staffed_day() -> list[Line]:
    exact = cases.bank_day()
    found = (
        ("must wait", "(delayed + balked) / offered", "p_wait"),
        ("hang up", "hang_up_rate", "p_abandon"),
        ("answered within 20 s (SL-F)", "service_level_f", SL),
        ("average speed of answer (s)", "asa", "mean_wait_answered"),
        ("mean queue", "mean_queue", "mean_queue"),
        ("agents busy", "agents_busy", "mean_busy"),
    )
    return [
        _one(f"{what}, {label}", measure, exact[f"{key}/{hour}"], {"interval": label})
        for hour, label in enumerate(_HOURS)
        for what, measure, key in found
    ]


def _busy_days() -> list[Line]:
    exact = cases.busy_bank_days()
    found = (
        ("calls a day", "offered / days", "offered", False),
        ("lost a day", "(abandoned + balked) / days", "lost", False),
        ("seconds waited a day", "wait_offered / days", "waited_seconds", True),
        ("answered within 20 s a day", "answered_within / days", "answered_within", False),
        (
            "hang up within 20 s a day",
            "(abandoned_within + balked) / days",
            "abandoned_within",
            False,
        ),
    )
    return [
        _one(what, measure, exact[key], seconds=seconds) for what, measure, key, seconds in found
    ]


def _finite(patience_rate: float) -> Exact:
    (found,) = day(
        Day(
            arrival_rates=(0.07,),
            agents=(12,),
            period=28_800,
            service_rate=1 / 120,
            patience_rate=patience_rate,
        )
    )
    return found


_OPEN: Final = tuple({"interval": f"{hour:02d}:00"} for hour in range(8, 16))


def _h1_exact() -> list[Line]:
    exact = _finite(0.0)
    return [
        *queue_lines({key: exact[key] for key in ("p_wait", "mean_wait_answered", SL)}),
        _one("occupancy while open", "occupancy", exact["mean_busy"] / 12, *_OPEN),
        _one("mean queue while open", "mean_queue", exact["mean_queue"], *_OPEN),
    ]


def _h2_exact() -> list[Line]:
    exact = _finite(1 / 60)
    kept = {key: value for key, value in exact.items() if key != "mean_queue"}
    return [
        *queue_lines(kept, levels=True),
        _one("occupancy while open", "occupancy", exact["mean_busy"] / 12, *_OPEN),
        _one("mean queue while open", "mean_queue", exact["mean_queue"], *_OPEN),
    ]


def _many_agents() -> list[Line]:
    times = (0.0, 7200.0, 14_400.0, 21_600.0, 32_400.0)
    heights = (60.0, 300.0, 120.0, 240.0, 240.0)

    def rate(time: float) -> float:
        for at in range(4):
            if times[at] <= time <= times[at + 1]:
                part = (time - times[at]) / (times[at + 1] - times[at])
                return (heights[at] + part * (heights[at + 1] - heights[at])) / 3600
        return 0.0

    sigma = math.sqrt(math.log1p(1.2**2))
    law = stats.lognorm(sigma, scale=400 * math.exp(-(sigma**2) / 2))
    hours = extra.many_agents(
        rate, lasts=lambda time: float(law.sf(time)), hours=10, breaks=times[1:]
    )
    return [
        line
        for hour, (calls, busy) in enumerate(hours)
        for line in _hour_of_many(f"{8 + hour:02d}:00", calls, busy)
    ]


def _hour_of_many(label: str, calls: float, busy: float) -> list[Line]:
    cell = {"interval": label}
    lines = [_one(f"agents busy, {label}", "agents_busy", busy, cell)]
    if calls:
        lines.insert(0, _one(f"calls, {label}", "offered / days", calls, cell))
    return lines


# --- Published --------------------------------------------------------------------------------------


def _h1() -> list[Line]:
    return [
        _printed("answered within 20 s a day", "answered_within / days", "1816.158", sd=57.043),
        _printed("answered within 20 s of answered", "service_level_a", "0.902", sd=0.033),
        _printed("average speed of answer (s)", "asa", "0.099", sd=0.045, unit=60),
        _printed("occupancy while open", "occupancy", "0.695", *_OPEN, sd=0.023),
    ]


def _h2() -> list[Line]:
    return [
        _printed("hang up a day", "abandoned / days", "58.609", sd=15.295),
        _printed("answered within 20 s a day", "answered_within / days", "1906.008", sd=35.828),
        _printed("answered within 20 s of answered", "service_level_a", "0.975", sd=0.0079),
        _printed("average speed of answer (s)", "asa", "0.024", sd=0.0060, unit=60),
        _printed("occupancy while open", "occupancy", "0.675", *_OPEN, sd=0.019),
        _printed("service level SL-E", "service_level_e", "0.968", sd=0.0099),
    ]


def _h5() -> list[Line]:
    base = 1660.0
    good = "(answered_within + abandoned_within + balked) / days"
    return [
        _printed("calls a day", "offered / days", "1639.507", sd=513.189),
        _over(_printed("wait over 1660 (s)", "wait_offered / days", "11.834", sd=34.078), base),
        _over(_printed("in time over 1660", good, "0.853", sd=0.169), base),
        _over(_printed("lost over 1660", "(abandoned + balked) / days", "0.0342", sd=0.0608), base),
    ]


def _over(line: Line, base: float) -> Line:
    """Divide ours by a number that does not depend on the day."""
    return Line(
        what=line.what,
        measure=line.measure,
        theirs=line.theirs,
        error=line.error,
        seconds=line.measure.startswith("wait"),
        scale=1 / base,
    )


_H7: Final = {
    20: (
        "78.1 85.9 97.5 93.7 90.1 93.0 97.4 97.3 93.5 97.0 87.3 91.8 94.7",
        (11.2, 9.17, 3.05, 5.96, 7.33, 6.41, 3.21, 3.36, 5.61, 3.92, 9.99, 7.64, 5.73),
        ("92.5", 1.90),
    ),
    30: (
        "81.8 89.2 98.4 95.7 93.0 94.9 98.4 98.3 95.4 97.9 89.6 93.5 95.8",
        (10.7, 8.08, 2.45, 5.03, 6.30, 5.59, 2.58, 2.85, 5.01, 3.33, 9.26, 6.80, 5.17),
        ("94.4", 1.69),
    ),
}  # fmt: skip
"""Share in time (%) by hour as printed, their standard deviations, and both for the day."""


def _h7(within: int) -> list[Line]:
    values, deviations, (value, sd) = _H7[within]
    measure, what = "service_level_g", f"service level SL-G, {within} s"
    by_hour = [
        _printed(
            f"{what}, {label}", measure, printed, {"interval": label}, sd=deviation,
            n=300, unit=0.01,
        )
        for label, printed, deviation in zip(_HOURS, values.split(), deviations, strict=True)
    ]  # fmt: skip
    return [*by_hour, _printed(f"{what}, day", measure, value, sd=sd, n=300, unit=0.01)]


def _h7_twenty() -> list[Line]:
    return [*_h7(20), _printed("occupancy", "occupancy", "55.8", sd=1.68, n=300, unit=0.01)]


def _h7_thirty() -> list[Line]:
    return [
        *_h7(30),
        _generated("calls a day (long run)", "offered / days", 1660.958, 1.26),
        _generated("service level SL-G, 30 s (long run)", "service_level_g", 0.943596, 0.000535),
        _generated("hang up (long run)", "hang_up_rate", 0.0196236, 0.00014),
        _generated("mean wait of all (s) (long run)", "mean_wait", 4.63918, 0.0469),
        _generated("average speed of answer (s) (long run)", "asa", 4.56677, 0.0459),
        _generated("occupancy (long run)", "occupancy", 0.557758, 0.000555),
    ]


_H10: Final = (
    (("170.154", 93.722), ("599.334", 83.392), ("15.490", 27.520)),
    (("262.936", 134.377), ("511.648", 86.571), ("34.697", 55.230)),
    (("259.806", 155.150), ("613.732", 99.046), ("24.888", 44.327)),
)


def _h10() -> list[Line]:
    lines = [
        _printed("answered a day", "answered / days", "4297.305", sd=437.605),
        _printed("hang up a day", "abandoned / days", "910.335", sd=551.164),
        _printed("service level SL-E", "service_level_e", "0.501", sd=0.128),
    ]
    for number, periods in enumerate(_H10):
        for period, (value, sd) in enumerate(periods):
            cells = [
                {"queue": f"type{number}", "interval": f"{8 + 2 * period + hour:02d}:00"}
                for hour in range(2)
            ]
            what = f"answered within 20 s a day, type {number}, period {period + 1}"
            lines.append(_printed(what, "answered_within / days", value, *cells, sd=sd))
    return [
        *lines,
        _generated("service level SL-G (long run)", "service_level_g", 0.512801, 0.0041),
        _generated("hang up (long run)", "hang_up_rate", 0.168619, 0.00229),
        _generated("occupancy (long run)", "occupancy", 0.817320, 0.00235),
    ]


def _h16() -> list[Line]:
    first, second = {"queue": "type1"}, {"queue": "type2"}
    return [
        _generated(
            "service level SL-G, type 1, 20 s", "service_level_g", 0.869452, 0.000815, first
        ),
        _generated(
            "service level SL-G, type 2, 60 s", "service_level_g", 0.890666, 0.00101, second
        ),
        _generated("hang up, all", "hang_up_rate", 0.0412212, 0.000227),
        _generated("mean wait of all (s), type 1", "mean_wait", 7.59902, 0.0578, first),
        _generated("mean wait of all (s), type 2", "mean_wait", 18.0500, 0.171, second),
        _generated("occupancy", "occupancy", 0.672009, 0.000647),
    ]


def _h16_twenty() -> list[Line]:
    return [_generated("service level SL-G, all, 20 s", "service_level_g", 0.838908, 0.000869)]


_DAY: Final = (
    "Thirteen hours from 08:00 with 4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4, 4 agents and 100, 150, 150, 180, "
    "200, 150, 150, 150, 120, 100, 80, 70, 60 calls an hour; handling 100 s; who must wait hangs up at "
    "once with 10 %, else after 1000 s on average. Agents finish the call in hand before they leave."
)
_EIGHT_HOURS: Final = "252 an hour, handling 120 s, 12 agents, 480 minutes from an empty start."

DAYS: Final = (
    Case(
        name="staffed-day",
        title="M(t)/M/s(t)+M with balking, hour by hour",
        about=_DAY,
        source=_CHAIN,
        world="staffed-day",
        lines=_staffed_day,
        detail=Detail.INTERVALS,
    ),
    Case(
        name="busy-days",
        title="The staffed day with a busyness",
        about="All rates of a day times one gamma factor, shape 10 (coefficient of variation 0.316).",
        source="the chain, averaged over the busyness",
        world="busy-days",
        lines=_busy_days,
    ),
    Case(
        name="h1-exact",
        title="H1, a finite day",
        about=_EIGHT_HOURS,
        source=_CHAIN,
        world="h1",
        lines=_h1_exact,
        detail=Detail.INTERVALS,
    ),
    Case(
        name="h2-exact",
        title="H2, a finite day with hanging up",
        about=f"{_EIGHT_HOURS} Patience 60 s.",
        source=_CHAIN,
        world="h2",
        lines=_h2_exact,
        detail=Detail.INTERVALS,
    ),
    Case(
        name="many-agents",
        title="M(t)/G/oo: straight lines of demand, lognormal handling",
        about="60 calls an hour at 08:00, 300 at 10:00, 120 at 12:00, 240 at 14:00 and until 17:00; handling "
        "400 s with coefficient of variation 1.2; somebody is always free.",
        source="integral of the rate",
        world="many-agents",
        lines=_many_agents,
        detail=Detail.INTERVALS,
    ),
)

PUBLISHED: Final = (
    Case(
        name="h1",
        title="H1, as published",
        about=_EIGHT_HOURS,
        source=f"{_LIBRARY}, `MMC.res`, 1000 days",
        world="h1",
        lines=_h1,
        detail=Detail.INTERVALS,
    ),
    Case(
        name="h2",
        title="H2, as published",
        about=f"{_EIGHT_HOURS} Patience 60 s.",
        source=f"{_LIBRARY}, `MMCAb.res`, 1000 days",
        world="h2",
        lines=_h2,
        detail=Detail.INTERVALS,
    ),
    Case(
        name="h5",
        title="H5, the staffed day with a busyness, as published",
        about="Averages are over 1660 calls, the expected number, not over those that came.",
        source=f"{_LIBRARY}, `CallCC.res`, 1000 days",
        world="busy-days",
        lines=_h5,
    ),
    Case(
        name="h7",
        title="H7, the staffed day, as published, 20 s",
        about="Without busyness. " + _DAY,
        source=f"{_LIBRARY}, `mskuse.tex`, 300 days",
        world="staffed-day",
        lines=_h7_twenty,
        detail=Detail.INTERVALS,
    ),
    Case(
        name="h7-thirty",
        title="H7, as published, 30 s, and a longer run of theirs",
        about="As above. The chain says 0.94420, a wait of 4.594 s and 1.948 % who hang up: their longer run "
        "strays by one standard error itself.",
        source=f"{_LIBRARY}, `mskuse.tex`, 300 days; generated with it, 1000 days",
        world="staffed-day",
        lines=_h7_thirty,
        settings=("queue.phone.target.service_level.within=30s",),
        detail=Detail.INTERVALS,
    ),
    Case(
        name="h10",
        title="H10, W design with a busyness, as published",
        about="Three types, two groups, three periods of two hours; handling and patience go by the period "
        "of arrival; a free agent takes who has waited longest of all he can serve.",
        source=f"{_LIBRARY}, `SimpleMSK.res`, 1000 days; its generic simulator, 1000 days",
        world="h10",
        lines=_h10,
        detail=Detail.INTERVALS,
    ),
    Case(
        name="h16",
        title="H16, V design with priority through a day",
        about="The staff of H7; type 1 (100 s) goes before type 2 (150 s).",
        source=f"{_LIBRARY}, generated from `singleQueueTwoTypes.xml`, 1000 days",
        world="h16",
        lines=_h16,
    ),
    Case(
        name="h16-twenty",
        title="H16, both types within 20 s",
        about="As above.",
        source=f"{_LIBRARY}, generated, 1000 days",
        world="h16",
        lines=_h16_twenty,
        settings=("queue.type2.target.service_level.within=20s",),
    ),
)
