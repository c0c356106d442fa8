"""The living switch: a day of the reference engine that goes on with the clock and can be told what to do.

`live_day` tells one day tick by tick, `orders` does what a supervisor asks, `surges` lets more citizens
call, `laying` lays days of a scenario on real dates, and `living` puts them one after another and turns real
time into theirs. Nothing here sleeps, and nothing looks at a clock.
"""
