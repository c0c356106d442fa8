"""Scenarios made for timing."""

from datetime import date, timedelta

_MONDAY = date(2009, 1, 5)


def erlang_a(*, calls: int = 497_355) -> str:
    """M/M/26+M of 492 calls an hour, 150 s, patience 300 s, for about so many calls."""
    return _scenario(per_hour=492, calls=calls, agents=26, patience="300s", chooses="longest-idle")


def loaded(*, agents: int, chooses: str) -> str:
    """M/M/c at 95 % load, 200,000 calls of 150 s."""
    per_hour = 0.95 * agents * 24
    return _scenario(
        per_hour=per_hour, calls=200_000, agents=agents, patience="never", chooses=chooses
    )


def blended(*, days: int = 20) -> str:
    """26 agents at half their capacity who dial three campaigns while more than two of them are idle."""
    campaign = """
    leads: 60000
    attempts: 3
    chances:
      - {no_answer: 50%, busy: 5%, refusal: 5%, success: 40%}
      - {hours: 17:00-24:00, no_answer: 40%, busy: 5%, refusal: 5%, success: 50%}
    ring: {distribution: exponential, mean: 18s}
    talk: {distribution: lognormal, mean: 60s, cv: 0.6}
    after_call: {distribution: exponential, mean: 15s}
    dialled_by: {agents: {keep_idle: 2}}
"""
    inbound = _scenario(
        per_hour=312, calls=312 * 24 * days, agents=26, patience="300s", chooses="longest-idle"
    )
    return f"{inbound}campaigns:\n" + "".join(f"  {name}:{campaign}" for name in "abc")


def _scenario(*, per_hour: float, calls: int, agents: int, patience: str, chooses: str) -> str:
    hours = calls / per_hour
    days = max(1, round(hours / 24))
    rate = calls / (24 * days)
    bears = patience if patience == "never" else f"{{distribution: exponential, mean: {patience}}}"
    return f"""
scenario: bench
calendar:
  first: {_MONDAY}
  last: {_MONDAY + timedelta(days=days - 1)}
  open: {{every-day: 24h}}
queue:
  phone:
    arrivals: {{per_hour: {rate if days == 1 and hours < 24 else per_hour}}}
    talk: {{distribution: exponential, mean: 150s}}
    patience: {bears}
group:
  agents: {{headcount: {agents}, always: true, chooses: {chooses}, serves: {{phone: 1}}}}
"""
