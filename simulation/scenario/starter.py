"""A first scenario to start from: sound as it stands, and commented for somebody new."""

import re
from typing import Final, Literal, get_args
from unicodedata import normalize

from callcenter.errors import ScenarioError
from simulation.scenario.keys import did_you_mean, listed
from simulation.scenario.units import shown

Kind = Literal["phone", "counter", "kiosk"]

_NAME: Final = re.compile(r"[^\W_][\w-]{0,59}\Z")
_HEAD: Final = """\
# {name}: written by `callcenter new`. Change the numbers to your own, then:
#
#     callcenter check {name}.yaml     is it sound, and what does it say?
#     callcenter run {name}.yaml       what happens?
#
# Rules of writing: two spaces of indentation for what belongs under a heading; durations with their
# unit (90s, 2m, 1h30m); shares with % (80%); times of day as 08:30; remarks after #.
# Every key is explained in configs/README.md.

scenario: {name}

calendar:
  first: 2026-03-09                 # a Monday
  last: 2026-03-13
"""
_BODIES: Final[dict[str, str]] = {
    "phone": """\
  open:
    mon-fri: 09:00-18:00
  holidays: south-korea             # or none

queue:
  phone:
    arrivals:
      per_hour:                     # callers an hour, from each time on
        09:00: 60
        11:00: 80
        14:00: 70
        17:00: 40
    patience: {distribution: exponential, mean: 4m}       # how long they wait before hanging up
    talk: {distribution: lognormal, mean: 150s, cv: 0.8}  # cv: how much it varies, against the mean
    after_call: 20s                 # writing up, after the caller has hung up
    target:
      service_level: {share: 80%, within: 20s}

shift:
  day:
    start: 09:00
    end: 18:00
    pauses:
      - {kind: lunch, at: 12:00, length: 1h, waves: 2}    # half at 12:00, half at 13:00

group:
  agents:
    headcount: 6
    shifts: {day: 6}
    serves: {phone: 1}
    absence: 5%                     # ill or on leave

# What you do not know and had to guess: write it down, and the reports will say so.
assumed:
  queue.phone.patience: "Never measured."
""",
    "counter": """\
  open:
    mon-fri: 09:00-12:00, 13:00-18:00
  holidays: south-korea             # or none

queue:
  counter:
    channel: counter
    arrivals:
      per_day: 160                  # visitors on an ordinary day ...
      profile: {09:00: 3, 10:00: 4, 13:00: 5, 15:00: 4, 17:00: 2}   # ... spread by these weights
      weekday: {mon: 1.2}
    patience: {distribution: uniform, low: 10m, high: 45m}
    balking:
      by_queue_length: {10: 20%, 20: 60%}                 # a long line turns some away at the door
    talk: {distribution: lognormal, mean: 6m, cv: 0.7}
    target:
      service_level: {share: 90%, within: 10m}

group:
  clerks:
    headcount: 4
    staffing: {09:00: 3, 10:00: 4}  # so many from each time on
    serves: {counter: 1}

assumed:
  queue.counter.patience: "Never measured."
""",
    "kiosk": """\
  open:
    every-day: 24h

queue:
  certificates:
    channel: kiosk
    arrivals:
      per_day: 340
      profile: {00:00: 1, 07:00: 10, 09:00: 35, 18:00: 12, 22:00: 3}
    balking:
      by_queue_length: {3: 20%, 6: 60%}
    patience: {distribution: exponential, mean: 8m}
    talk: {distribution: lognormal, mean: 95s, cv: 0.6}

group:
  machines:
    headcount: 3
    always: true
    serves: {certificates: 1}
    breakdown:
      every: {distribution: exponential, mean: 30d}
      repair: {distribution: lognormal, mean: 5h, cv: 1.0}

assumed:
  group.machines.breakdown: "Ask for the repair log."
""",
}
_TAIL: Final = """
run:
  replications: 20                  # live it so often, each time with other chances
"""


def starter(name: str, kind: str = "phone") -> str:
    """Return the text of a scenario file that loads as it stands.

    Raises:
        ScenarioError: the name or the kind cannot be used.
    """
    name = normalize("NFC", name)
    if not _NAME.match(name):
        why = f"expected a name of letters, digits, - and _, got {shown(name)}"
        raise ScenarioError(why, key="scenario")
    kinds = get_args(Kind)
    if kind not in kinds:
        why = f"expected one of {listed(kinds)}, got {shown(kind)}{did_you_mean(kind, kinds)}"
        raise ScenarioError(why, key="kind")
    return _HEAD.format(name=name) + _BODIES[kind] + _TAIL
