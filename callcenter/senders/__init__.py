"""How a message leaves the house: one port, and an adapter for each way.

Whoever holds a message holds an address: this room is entered by the relay only, and keeps nothing.
"""
