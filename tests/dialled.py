"""A small centre that calls: two weeks, a handful of agents, two campaigns; its runs take moments."""

from typing import Final

CENTRE: Final = """
scenario: dialled
title: {en: A small centre that calls, ko: 작은 콜센터}
calendar: {first: 2009-03-02, last: 2009-03-13, open: {mon-fri: 09:00-17:00}}
queue:
  phone:
    arrivals: {per_hour: 72}
    patience: {distribution: exponential, mean: 2m}
    talk: {distribution: exponential, mean: 3m}
    target: {service_level: {share: 80%, within: 20s}}
group:
  agents: {headcount: 6, always: true, serves: {phone: 1}}
satisfaction: {intercept: 1.5, per_minute_waited: -0.2}
money: {currency: KRW, contract_per_year: 360000000}
campaigns:
  water:
    field: 수도요금
    leads: 2400
    quota: 900
    attempts: 3
    chances:
      - {no_answer: 50%, wrong_number: 5%, refusal: 5%, success: 40%}
    talk: {distribution: exponential, mean: 1m}
    wait: 1h
    dialled_by: {agents: {keep_idle: 1}}
  survey:
    leads: 4000
    attempts: 2
    chances:
      - {no_answer: 60%, machine: 10%, refusal: 10%, success: 20%}
    talk: {distribution: exponential, mean: 2m}
    wait: 1h
    dialled_by: {agents: {keep_idle: 1}}
assumed:
  campaigns.water.chances: "Not reported."
  campaigns: "Nothing of it was reported."
run: {replications: 4, seed: 7}
"""
"""At one idle agent kept back, callers wait little more than without campaigns."""
