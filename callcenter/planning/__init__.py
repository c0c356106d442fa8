"""How many people, and when.

Closed-form queueing formulas and what is built on them. Knows measures by name only: the two rooms
stand side by side and do not import one another.
"""
