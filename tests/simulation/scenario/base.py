"""A small sound scenario for the tests of this folder, to be spoiled in many ways."""

GOOD = """\
scenario: good
calendar:
  first: 2009-03-02
  last: 2009-03-06
  open:
    mon-fri: 09:00-18:00
event:
  fair:
    dates: [2009-03-04]
busyness:
  city: {cv: 0.1}
lines:
  main: 20
queue:
  phone:
    arrivals:
      per_hour: {09:00: 60, 12:00: 40}
      weekday: {mon: 1.2}
      events: {fair: 1.5}
      busyness: city
    lines: main
    patience: {distribution: exponential, mean: 4m}
    talk: {distribution: lognormal, mean: 150s, cv: 0.8}
    after_call: 20s
    transfer: {tax: 5%}
  tax:
    arrivals: {per_day: 50}
    patience: never
    talk: {distribution: exponential, mean: 3m}
shift:
  day:
    start: 09:00
    end: 18:00
    pauses:
      - {kind: lunch, at: 12:00, length: 1h, waves: 2}
      - {kind: break, at: 15:00, length: 15m}
group:
  agents:
    headcount: 6
    shifts: {day: 6}
    serves: {phone: 1, tax: {rank: 2, after: 30s}}
    shrinkage: 5%
  experts:
    headcount: 3
    staffing: {09:00: 2, 10:00: 3}
    serves: {tax: 1}
assumed:
  queue.phone.patience: "Never measured."
run:
  replications: 5
"""


def spoiled(old: str, new: str) -> str:
    """Change one thing in the sound scenario; what is to be changed must be there once."""
    assert GOOD.count(old) == 1, f"{old!r} stands {GOOD.count(old)} times in the scenario"
    return GOOD.replace(old, new)
