"""The cases of the validation book: one function each, its parameters written once.

Rates are per second, times in seconds, the service level threshold is 20 s and counts a wait of
exactly 20 s as in time. Loads are moderate (70 to 110%), so that a simulation of some hundred
thousand calls tells a wrong rule from a right one. `*_over_offered` divides by all offered calls;
a call that balks had to wait, waited 0 and is abandoned; a blocked call waits nowhere.
"""

from collections.abc import Callable

import numpy as np
from scipy import stats

from tests.oracle.impatience import general_patience
from tests.oracle.orbit import ivr_queue, retrial_queue
from tests.oracle.phases import (
    erlang_phases,
    fixed_handling_queue,
    hyperexponential_phases,
    phase_queue,
)
from tests.oracle.single import single_queue
from tests.oracle.skills import Design, multi_skill
from tests.oracle.transient import Day, busy_days, day

Measures = dict[str, float]


def delay() -> Measures:
    """M/M/c: 252 an hour, handling 120 s, 12 agents, nobody hangs up, FIFO (H1, load 70%)."""
    return single_queue(0.07, service_rate=1 / 120, agents=12)


def abandonment() -> Measures:
    """M/M/c+M: 492 an hour, handling 150 s, patience 300 s, 26 agents (F12)."""
    return single_queue(492 / 3600, service_rate=1 / 150, agents=26, patience_rate=1 / 300)


def overload() -> Measures:
    """M/M/c+M at 112%: 700 an hour, handling 150 s, patience 300 s, 26 agents (F12)."""
    return single_queue(700 / 3600, service_rate=1 / 150, agents=26, patience_rate=1 / 300)


def loss() -> Measures:
    """M/M/c/c: 0.1 a second, handling 60 s, 7 agents, no queue."""
    return single_queue(0.1, service_rate=1 / 60, agents=7, lines=7)


def bounded() -> Measures:
    """M/M/c/K: 0.1 a second, handling 60 s, 7 agents, 12 lines (5 may wait), nobody hangs up."""
    return single_queue(0.1, service_rate=1 / 60, agents=7, lines=12)


def bounded_abandonment() -> Measures:
    """M/M/c/K+M: as `bounded`, patience 90 s."""
    return single_queue(0.1, service_rate=1 / 60, agents=7, lines=12, patience_rate=1 / 90)


def fixed_patience() -> Measures:
    """M/M/c+D: 0.11 a second, handling 60 s, 7 agents, everybody hangs up after exactly 60 s."""
    return general_patience(
        0.11,
        service_rate=1 / 60,
        agents=7,
        survival=lambda x: float(x < 60),
        spent=lambda x: min(x, 60.0),
        breaks=(60.0,),
    )


def uniform_patience() -> Measures:
    """M/M/c+U: as `fixed_patience`, patience uniform from 0 to 120 s."""
    return general_patience(
        0.11,
        service_rate=1 / 60,
        agents=7,
        survival=lambda x: max(1 - x / 120, 0.0),
        spent=lambda x: min(x, 120.0) - min(x, 120.0) ** 2 / 240,
        breaks=(120.0,),
    )


def erlang_patience() -> Measures:
    """M/M/c+E2: as `fixed_patience`, patience Erlang of 2 stages, mean 60 s."""
    return general_patience(
        0.11,
        service_rate=1 / 60,
        agents=7,
        survival=lambda x: float(stats.gamma.sf(x, 2, scale=30)),
        spent=lambda x: float(
            60 * stats.gamma.cdf(x, 3, scale=30) + x * stats.gamma.sf(x, 2, scale=30)
        ),
    )


def mixed_patience() -> Measures:
    """M/M/c+H2: as `fixed_patience`, 60% of callers have mean patience 20 s, 40% of 120 s."""
    return general_patience(
        0.11,
        service_rate=1 / 60,
        agents=7,
        survival=lambda x: 0.6 * np.exp(-x / 20) + 0.4 * np.exp(-x / 120),
        spent=lambda x: -12 * np.expm1(-x / 20) - 48 * np.expm1(-x / 120),
    )


def fixed_handling() -> Measures:
    """M/D/c: 0.06 a second, handling exactly 70 s, 5 agents, nobody hangs up (load 84%)."""
    return fixed_handling_queue(0.06, handling=70, agents=5)


def erlang_handling() -> Measures:
    """M/E2/c: as `fixed_handling`, handling Erlang of 2 stages, mean 70 s."""
    return phase_queue(0.06, handling=erlang_phases(2, mean=70), agents=5)


def mixed_handling() -> Measures:
    """M/H2/c+M: 0.06 a second, 80% handled in mean 40 s, 20% in 190 s, 5 agents, patience 180 s."""
    handling = hyperexponential_phases([0.8, 0.2], means=[40, 190])
    return phase_queue(0.06, handling=handling, agents=5, patience_rate=1 / 180, places=90)


def priority() -> Measures:
    """V design: types at 0.03 and 0.06 a second share 6 agents, handling 60 s, patience 120 s.

    Type 0 goes first, without preemption; FIFO within a type.
    """
    design = Design(
        arrival_rates=(0.03, 0.06),
        agents=(6,),
        service_rates=(1 / 60,),
        routes=((0,), (0,)),
        serves=((0, 1),),
        patience_rates=(1 / 120, 1 / 120),
        balking=(0.0, 0.0),
        places=(30, 45),
    )
    return multi_skill(design, within=(20, 20))


def n_design() -> Measures:
    """N design: type 0 (0.06 a second) to group 0 (4 agents), else group 1; type 1 (0.04) to group 1.

    Group 1 has 3 agents and takes type 1 first. Handling 60 s in group 0 and 75 s in group 1 for
    either type, patience 120 s and 90 s.
    """
    design = Design(
        arrival_rates=(0.06, 0.04),
        agents=(4, 3),
        service_rates=(1 / 60, 1 / 75),
        routes=((0, 1), (1,)),
        serves=((0,), (1, 0)),
        patience_rates=(1 / 120, 1 / 90),
        balking=(0.0, 0.0),
        places=(40, 32),
    )
    return multi_skill(design, within=(20, 20))


def w_design() -> Measures:
    """H20, rates 60, 120, 60 an hour here by the second; thresholds 20, 30 and 15 s."""
    hour = 1 / 3600
    design = Design(
        arrival_rates=(60 * hour, 120 * hour, 60 * hour),
        agents=(1, 2),
        service_rates=(60 * hour, 60 * hour),
        routes=((0,), (0, 1), (1,)),
        serves=((1, 0), (1, 2)),
        patience_rates=(12 * hour, 6 * hour, 12 * hour),
        balking=(0.08, 0.06, 0.08),
        places=(24, 18, 22),
    )
    return multi_skill(design, within=(20, 30, 15))


def unequal_agents() -> Measures:
    """Two agents in order: handling 40 s, else 100 s; 0.025 a second, patience 120 s."""
    design = Design(
        arrival_rates=(0.025,),
        agents=(1, 1),
        service_rates=(1 / 40, 1 / 100),
        routes=((0, 1),),
        serves=((0,), (0,)),
        patience_rates=(1 / 120,),
        balking=(0.0,),
        places=(60,),
    )
    return multi_skill(design, within=(20,))


def retrials() -> Measures:
    """M/M/c/c with retrials: 0.08 a second, handling 60 s, 6 agents; 70% of blocked attempts return.

    They return after an exponential 120 s, each attempt deciding anew.
    """
    return retrial_queue(
        0.08, service_rate=1 / 60, agents=6, retry_rate=1 / 120, retry_after_block=0.7
    )


def redials() -> Measures:
    """As `retrials`, 0.09 a second, 20 lines, patience 60 s; 40% of hang-ups return as well."""
    return retrial_queue(
        0.09,
        service_rate=1 / 60,
        agents=6,
        lines=20,
        patience_rate=1 / 60,
        retry_rate=1 / 120,
        retry_after_block=0.7,
        retry_after_abandon=0.4,
    )


def ivr() -> Measures:
    """0.15 a second on 16 trunks; IVR 30 s, 30% served there; talk 60 s, 7 agents, patience 90 s."""
    return ivr_queue(
        0.15,
        trunks=16,
        ivr_rate=1 / 30,
        self_service=0.3,
        talk_rate=1 / 60,
        agents=7,
        patience_rate=1 / 90,
    )


def ivr_with_wrap_up() -> Measures:
    """As `ivr`, talk 45 s on the trunk and then wrap-up 20 s without it."""
    return ivr_queue(
        0.15,
        trunks=16,
        ivr_rate=1 / 30,
        self_service=0.3,
        talk_rate=1 / 45,
        agents=7,
        patience_rate=1 / 90,
        wrap_rate=1 / 20,
    )


HOURLY = (100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60)
BANK_DAY = Day(
    arrival_rates=[calls / 3600 for calls in HOURLY],
    agents=(4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4, 4),
    period=3600,
    service_rate=1 / 100,
    patience_rate=1 / 1000,
    balking=0.1,
)
"""H7: thirteen hours, handling 100 s, patience 1000 s, 10% balk; finish the call, then leave."""


def bank_day() -> Measures:
    """H7 by arrival hour; the keys end in `/0` to `/12`."""
    return {
        f"{name}/{hour}": v for hour, row in enumerate(day(BANK_DAY)) for name, v in row.items()
    }


def busy_bank_days() -> Measures:
    """H5: the day of H7, all rates times one gamma(10, 10) a day; expected counts a day."""
    return busy_days(BANK_DAY, shape=10.0, nodes=16)


CASES: dict[str, Callable[[], Measures]] = {
    case.__name__: case
    for case in (
        delay,
        abandonment,
        overload,
        loss,
        bounded,
        bounded_abandonment,
        fixed_patience,
        uniform_patience,
        erlang_patience,
        mixed_patience,
        fixed_handling,
        erlang_handling,
        mixed_handling,
        priority,
        n_design,
        w_design,
        unequal_agents,
        retrials,
        redials,
        ivr,
        ivr_with_wrap_up,
        bank_day,
        busy_bank_days,
    )
}
"""Every case by name; `busy_bank_days` takes some twenty seconds, the others a few at most."""
