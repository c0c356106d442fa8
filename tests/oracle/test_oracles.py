"""The oracles against each other and against published values."""

import numpy as np
import pytest
from scipy import stats

from tests.oracle.cases import CASES
from tests.oracle.impatience import general_patience, ordered_patience_chain
from tests.oracle.orbit import ivr_queue, retrial_queue
from tests.oracle.phases import (
    Phases,
    erlang_phases,
    fixed_handling_queue,
    hyperexponential_phases,
    phase_queue,
)
from tests.oracle.single import single_queue
from tests.oracle.skills import Design, multi_skill
from tests.oracle.transient import Day, busy_days, day, day_totals

SL = "service_level_answered_within_over_offered"
SHARED = (
    "p_wait", "p_abandon", "mean_wait_all", "mean_wait_answered", SL, "occupancy", "mean_queue",
    "p_answered",
)  # fmt: skip


def same(
    left: dict[str, float], right: dict[str, float], *, rel: float, names: tuple[str, ...] = SHARED
) -> None:
    assert {n: left[n] for n in names} == pytest.approx(
        {n: right[n] for n in names}, rel=rel, abs=1e-12
    )


def w_design(places: tuple[int, int, int]) -> Design:
    """H20: the W design, per hour."""
    return Design(
        arrival_rates=(60, 120, 60),
        agents=(1, 2),
        service_rates=(60, 60),
        routes=((0,), (0, 1), (1,)),
        serves=((1, 0), (1, 2)),
        patience_rates=(12, 6, 12),
        balking=(0.08, 0.06, 0.08),
        places=places,
    )


def one_type(
    *, agents: int, patience_rate: float, arrival_rate: float = 0.1, places: int = 90
) -> Design:
    return Design(
        arrival_rates=(arrival_rate,),
        agents=(agents,),
        service_rates=(1 / 60,),
        routes=((0,),),
        serves=((0,),),
        patience_rates=(patience_rate,),
        balking=(0.0,),
        places=(places,),
    )


def test_the_published_steady_states_of_one_queue() -> None:
    mmc = single_queue(0.07, service_rate=1 / 120, agents=12)
    assert mmc["p_wait"] == pytest.approx(0.183889, abs=5e-7)
    assert mmc["mean_wait_all"] / 60 == pytest.approx(0.102160, abs=5e-7)
    assert mmc[SL] == pytest.approx(0.899080, abs=5e-7)
    mmcm = single_queue(0.07, service_rate=1 / 120, agents=12, patience_rate=1 / 60)
    assert mmcm["p_abandon"] == pytest.approx(0.029679, abs=5e-7)
    assert mmcm["mean_wait_all"] == pytest.approx(1.78073, abs=5e-6)
    assert mmcm[SL] == pytest.approx(0.945270, abs=5e-7)


def test_a_tagged_call_in_a_general_chain_meets_the_closed_form() -> None:
    same(
        multi_skill(one_type(agents=7, patience_rate=1 / 90), within=(20,)),
        single_queue(0.1, service_rate=1 / 60, agents=7, patience_rate=1 / 90),
        rel=1e-9,
    )


def test_the_w_design_gives_the_published_chain() -> None:
    found = multi_skill(w_design((30, 22, 30)), within=(1, 1, 1), fates=False, large=True)
    expected = {
        "p_wait/0": 0.968948, "p_wait/1": 0.849507, "p_wait/2": 0.867716, "p_wait": 0.883920,
        "p_abandon/0": 0.588807, "p_abandon/1": 0.106031, "p_abandon/2": 0.397709,
        "p_abandon": 0.299645,
        "mean_queue/0": 2.556455, "mean_queue/1": 1.101221, "mean_queue/2": 1.641456,
        "mean_queue": 5.299131,
        "mean_wait_all/0": 0.0426076, "mean_wait_all/1": 0.00917684, "mean_wait_all/2": 0.0273576,
        "mean_wait_all": 0.0220797,
        "occupancy/0": 0.968948, "occupancy/1": 0.916237, "occupancy": 0.933807,
    }  # fmt: skip
    assert {n: found[n] for n in expected} == pytest.approx(expected, abs=6e-7)


def test_the_w_design_meets_the_published_simulation_of_its_service_levels() -> None:
    found = multi_skill(w_design((22, 16, 20)), within=(20 / 3600, 30 / 3600, 15 / 3600))
    level = [
        found[f"{SL}/{k}"] / (1 - found[f"abandoned_within_over_offered/{k}"]) for k in range(3)
    ]
    published = np.array([0.067269, 0.565427, 0.209762])
    errors = np.array([0.00042, 0.00086, 0.00072])
    assert np.all(np.abs(level - published) < 4 * errors)


def test_priority_without_preemption_meets_cobham() -> None:
    rates, agents, mu = (0.03, 0.05), 6, 1 / 60
    design = Design(
        arrival_rates=rates, agents=(agents,), service_rates=(mu,), routes=((0,), (0,)),
        serves=((0, 1),), patience_rates=(0.0, 0.0), balking=(0.0, 0.0), places=(40, 130),
    )  # fmt: skip
    found = multi_skill(design, within=(20, 20))
    alone = single_queue(sum(rates), service_rate=mu, agents=agents)
    first, both = rates[0] / (agents * mu), sum(rates) / (agents * mu)
    at_work = alone["p_wait"] / (agents * mu)
    assert found["mean_wait_all/0"] == pytest.approx(at_work / (1 - first), rel=1e-8)
    assert found["mean_wait_all/1"] == pytest.approx(at_work / (1 - first) / (1 - both), rel=1e-8)
    assert found["mean_wait_answered"] == pytest.approx(alone["mean_wait_all"], rel=1e-8)
    high = 1 - alone["p_wait"] * np.exp(-(agents * mu - rates[0]) * 20)
    assert found[f"{SL}/0"] == pytest.approx(high, rel=1e-8)


def test_an_n_design_with_no_flexible_agents_is_two_queues() -> None:
    design = Design(
        arrival_rates=(0.05, 0.06), agents=(4, 5), service_rates=(1 / 60, 1 / 60),
        routes=((0,), (1,)), serves=((0,), (1,)), patience_rates=(1 / 60, 1 / 60),
        balking=(0.0, 0.0), places=(24, 24),
    )  # fmt: skip
    found = multi_skill(design, within=(20, 20), fates=False)
    for k, (rate, agents) in enumerate([(0.05, 4), (0.06, 5)]):
        alone = single_queue(rate, service_rate=1 / 60, agents=agents, patience_rate=1 / 60)
        assert found[f"mean_queue/{k}"] == pytest.approx(alone["mean_queue"], rel=1e-8)


def test_a_fast_and_a_slow_agent_in_order_meet_the_hand_solution() -> None:
    fast, slow, rate = 1 / 40, 1 / 100, 0.02
    design = Design(
        arrival_rates=(rate,), agents=(1, 1), service_rates=(fast, slow), routes=((0, 1),),
        serves=((0,), (0,)), patience_rates=(0.0,), balking=(0.0,), places=(120,),
    )  # fmt: skip
    found = multi_skill(design, within=(20,))
    # Balance by hand: states 00, 10, 01, then 2, 3, ... with ratio rho.
    rho = rate / (fast + slow)
    system = np.array([
        [-rate, fast, slow, 0.0],
        [rate, -(rate + fast), 0.0, slow],
        [0.0, 0.0, -(rate + slow), fast],
        [1.0, 1.0, 1.0, 1 / (1 - rho)],
    ])  # fmt: skip
    law = np.linalg.solve(system, [0, 0, 0, 1])
    p_wait = law[3] / (1 - rho)
    assert found["p_wait"] == pytest.approx(p_wait, rel=1e-10)
    assert found["mean_queue"] == pytest.approx(p_wait * rho / (1 - rho), rel=1e-10)
    assert found["occupancy/0"] == pytest.approx(law[1] + p_wait, rel=1e-10)
    assert found["occupancy/1"] == pytest.approx(law[2] + p_wait, rel=1e-10)


def test_phase_type_handling_of_one_phase_is_exponential() -> None:
    same(
        phase_queue(0.1, handling=erlang_phases(1, mean=60), agents=7, patience_rate=1 / 90),
        single_queue(0.1, service_rate=1 / 60, agents=7, patience_rate=1 / 90),
        rel=1e-9,
    )


@pytest.mark.parametrize(
    ("handling", "variation"),
    [
        (erlang_phases(3, mean=60), 1 / 3),
        (
            hyperexponential_phases([0.8, 0.2], means=[40, 140]),
            (0.8 * 1600 + 0.2 * 19600) / 1800 - 1,
        ),
    ],
)
def test_one_agent_meets_pollaczek_and_khinchine(handling: Phases, variation: float) -> None:
    found = phase_queue(0.01, handling=handling, agents=1, places=300)
    assert found["mean_wait_all"] == pytest.approx(0.6 / 0.4 * 60 * (1 + variation) / 2, rel=1e-9)
    assert found["mean_wait_answered"] == pytest.approx(found["mean_wait_all"], rel=1e-9)


def test_fixed_handling_meets_pollaczek_khinchine_and_erlangs_exact_wait() -> None:
    found = fixed_handling_queue(0.01, handling=60, agents=1, within=30)
    assert found["mean_wait_all"] == pytest.approx(0.6 / 0.4 * 60 / 2, rel=1e-10)
    assert found["p_wait"] == pytest.approx(0.6, rel=1e-10)
    # Erlang 1909 for one server, below one handling time.
    assert found[SL] == pytest.approx(0.4 * np.exp(0.3), rel=1e-10)


def test_fixed_handling_is_the_limit_of_many_stages() -> None:
    fixed = fixed_handling_queue(0.03, handling=60, agents=2)
    few, many = (
        phase_queue(0.03, handling=erlang_phases(k, mean=60), agents=2, places=100)
        for k in (12, 24)
    )
    for name in ("p_wait", "mean_wait_all", SL):
        # The error falls as 1 / stages, so doubling the stages halves it.
        assert 2 * many[name] - few[name] == pytest.approx(fixed[name], rel=5e-3)
    at_once = fixed_handling_queue(0.03, handling=60, agents=2, within=0)
    assert at_once[SL] == pytest.approx(1 - at_once["p_wait"], rel=1e-10)


PATIENCES = {
    "exponential": ([1.0], [1 / 60], [[0.0]]),
    "erlang": ([1.0, 0.0], [1 / 30, 1 / 30], [[0.0, 1.0], [0.0, 0.0]]),
    "mixture": ([0.6, 0.4], [1 / 20, 1 / 120], [[0.0, 0.0], [0.0, 0.0]]),
}


@pytest.mark.parametrize("kind", ["erlang", "mixture"])
def test_quadrature_over_the_offered_wait_meets_the_chain_that_keeps_order(kind: str) -> None:
    start, rates, onward = PATIENCES[kind]
    phases = Phases(start=start, rates=rates, onward=onward)
    survival, spent = {
        "erlang": (
            lambda x: stats.gamma.sf(x, 2, scale=30),
            lambda x: 60 * stats.gamma.cdf(x, 3, scale=30) + x * stats.gamma.sf(x, 2, scale=30),
        ),
        "mixture": (
            lambda x: 0.6 * np.exp(-x / 20) + 0.4 * np.exp(-x / 120),
            lambda x: -12 * np.expm1(-x / 20) - 48 * np.expm1(-x / 120),
        ),
    }[kind]
    chain = ordered_patience_chain(0.025, service_rate=1 / 60, agents=2, patience=phases, places=11)
    exact = general_patience(0.025, service_rate=1 / 60, agents=2, survival=survival, spent=spent)
    assert chain["p_block"] < 1e-6
    same(chain, exact, rel=3e-5, names=("p_wait", "p_abandon", "mean_wait_all", "mean_queue"))


def test_deterministic_patience_meets_its_closed_form() -> None:
    rate, mu, agents, limit = 0.11, 1 / 60, 7, 60.0
    drain, load = agents * mu, 0.11 * 60
    found = general_patience(
        rate, service_rate=mu, agents=agents, survival=lambda x: float(x < limit),
        spent=lambda x: min(x, limit), breaks=(limit,),
    )  # fmt: skip
    below = sum(np.prod(np.arange(agents - 1, n, -1.0) / load) for n in range(agents))
    edge = np.exp((rate - drain) * limit)
    inside, beyond = (1 - edge) / (drain - rate), edge / drain
    assert found["p_abandon"] == pytest.approx(
        rate * beyond / (below + rate * (inside + beyond)), rel=1e-10
    )


def test_exponential_patience_by_quadrature_is_the_birth_death_chain() -> None:
    same(
        general_patience(
            0.11, service_rate=1 / 60, agents=7, survival=lambda x: np.exp(-x / 60),
            spent=lambda x: -60 * np.expm1(-x / 60),
        ),
        single_queue(0.11, service_rate=1 / 60, agents=7, patience_rate=1 / 60),
        rel=1e-9,
    )  # fmt: skip


def test_a_retrial_queue_of_one_agent_meets_its_closed_form() -> None:
    rate, mu, retry = 0.01, 1 / 60, 1 / 90
    found = retrial_queue(
        rate, service_rate=mu, agents=1, retry_rate=retry, retry_after_block=1.0, orbit=400
    )
    rho = rate / mu
    assert found["p_block/first"] == pytest.approx(rho, rel=1e-8)
    assert found["mean_orbit"] == pytest.approx(
        rho / (1 - rho) * rate * (1 / mu + 1 / retry), rel=1e-8
    )
    assert found["p_lost"] == pytest.approx(0, abs=1e-8)


def test_retrials_that_never_happen_leave_a_loss_and_a_delay_system() -> None:
    lost = retrial_queue(
        0.08, service_rate=1 / 60, agents=6, retry_rate=0.01, retry_after_block=0.0
    )
    plain = single_queue(0.08, service_rate=1 / 60, agents=6, lines=6)
    assert lost["p_block"] == pytest.approx(plain["p_block"], rel=1e-10)
    queue = retrial_queue(
        0.09, service_rate=1 / 60, agents=6, lines=20, patience_rate=1 / 60, retry_rate=0.01,
        retry_after_block=0.0,
    )  # fmt: skip
    alone = single_queue(0.09, service_rate=1 / 60, agents=6, lines=20, patience_rate=1 / 60)
    same(queue, alone, rel=1e-9)


def test_every_call_with_redials_is_answered_or_lost() -> None:
    found = retrial_queue(
        0.09, service_rate=1 / 60, agents=6, lines=20, patience_rate=1 / 60, retry_rate=1 / 120,
        retry_after_block=0.7, retry_after_abandon=0.4,
    )  # fmt: skip
    assert found["p_orbit_full"] < 1e-12
    lost = found["attempts_per_call"] * (0.3 * found["p_block"] + 0.6 * found["p_abandon"])
    assert found["p_lost"] == pytest.approx(lost, rel=1e-8)
    assert found["p_answered"] + found["p_block"] + found["p_abandon"] == pytest.approx(
        1, rel=1e-10
    )


@pytest.mark.parametrize(("talk", "wrap"), [(1 / 60, None), (1 / 45, 1 / 20)])
def test_the_ivr_keeps_flow_and_littles_law(talk: float, wrap: float | None) -> None:
    found = ivr_queue(
        0.15, trunks=16, ivr_rate=1 / 30, self_service=0.3, talk_rate=talk, agents=7,
        patience_rate=1 / 90, wrap_rate=wrap,
    )  # fmt: skip
    admitted = 0.15 * (1 - found["p_block"])
    assert found["asking_rate"] == pytest.approx(0.7 * admitted, rel=1e-9)
    assert found["p_abandon"] * found["asking_rate"] == pytest.approx(
        found["mean_queue"] / 90, rel=1e-9
    )
    held = 1 / talk + (0 if wrap is None else 1 / wrap)
    answered = found["asking_rate"] * found["p_answered"]
    assert found["occupancy"] * 7 == pytest.approx(answered * held, rel=1e-9)


def test_an_instant_ivr_with_trunks_to_spare_is_a_plain_queue() -> None:
    found = ivr_queue(
        0.1, trunks=40, ivr_rate=50.0, self_service=0.0, talk_rate=1 / 60, agents=7,
        patience_rate=1 / 90,
    )  # fmt: skip
    same(found, single_queue(0.1, service_rate=1 / 60, agents=7, patience_rate=1 / 90), rel=1e-7)


def test_a_long_flat_day_settles_into_the_steady_state() -> None:
    plan = Day(
        arrival_rates=[0.034] * 10, agents=[8] * 10, period=1800, service_rate=1 / 150,
        patience_rate=1 / 300,
    )  # fmt: skip
    steady = single_queue(0.034, service_rate=1 / 150, agents=8, patience_rate=1 / 300)
    same(
        day(plan)[-1], steady, rel=1e-8,
        names=("p_wait", "p_abandon", "mean_wait_all", "mean_wait_answered", SL, "mean_queue"),
    )  # fmt: skip


BASE = np.array([100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60]) / 3600
STAFF = (4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4, 4)
BANK_DAY = Day(
    arrival_rates=BASE.tolist(), agents=STAFF, period=3600, service_rate=0.01, patience_rate=0.001,
    balking=0.1,
)  # fmt: skip


def test_a_day_meets_the_published_simulation_hour_by_hour() -> None:
    """H7: 300 replications, standard deviation per replication in the second row, in percent."""
    published = np.array([78.1, 85.9, 97.5, 93.7, 90.1, 93, 97.4, 97.3, 93.5, 97, 87.3, 91.8, 94.7])
    spread = np.array(
        [11.2, 9.17, 3.05, 5.96, 7.33, 6.41, 3.16, 3.21, 5.61, 3.92, 9.99, 7.64, 5.73]
    )
    hours = day(BANK_DAY)
    level = np.array([100 * h[SL] / (1 - h["abandoned_within_over_offered"]) for h in hours])
    z = (level - published) / (spread / np.sqrt(300))
    assert np.all(np.abs(z) < 4)
    totals = day_totals(BANK_DAY)
    assert totals["lost"] / 1660 == pytest.approx(0.0196236, abs=4 * 0.00014)
    assert totals["waited_seconds"] / 1660 == pytest.approx(4.63918, abs=4 * 0.0469)
    offered = sum(h["offered"] for h in hours)
    by_hour = sum(h["offered"] * h["p_abandon"] for h in hours) / offered
    assert totals["lost"] / totals["offered"] == pytest.approx(by_hour, rel=1e-9)


@pytest.mark.slow
def test_busy_days_meet_the_published_simulation() -> None:
    """H5: 1000 days; the intervals are those of 90% widened to 4 standard errors."""
    found = busy_days(BANK_DAY, shape=10.0, nodes=16)
    good = (found["answered_within"] + found["abandoned_within"]) / 1660
    assert good == pytest.approx(0.853, abs=4 * 0.169 / np.sqrt(1000))
    assert found["lost"] / 1660 == pytest.approx(0.0342, abs=4 * 0.0608 / np.sqrt(1000))
    assert found["waited_seconds"] / 1660 == pytest.approx(11.834, abs=4 * 34.078 / np.sqrt(1000))


@pytest.mark.parametrize("name", sorted(set(CASES) - {"busy_bank_days"}))
def test_every_case_of_the_book_gives_shares_and_loses_nothing_to_its_cut(name: str) -> None:
    found = CASES[name]()
    for key, value in found.items():
        assert np.isfinite(value), key
        if key.startswith(("p_", "service_level", "occupancy")):
            assert -1e-12 <= value <= 1 + 1e-12, key
    if name in {"priority", "n_design", "unequal_agents", "erlang_handling", "mixed_handling"}:
        assert found["p_block"] < 1e-9
    if "p_answered" in found and "attempts_per_call" not in found and not name.startswith("ivr"):
        total = found["p_answered"] + found["p_abandon"] + found["p_block"]
        assert total == pytest.approx(1, abs=1e-5 if name == "w_design" else 1e-9)
