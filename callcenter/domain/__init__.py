"""The nouns of a call centre and their rules.

Calls, agents, queues, routing, calendars and targets, in the standard library only: a rule that
needs numpy, a database or a network is not a rule of the domain and lives in another room.
"""
