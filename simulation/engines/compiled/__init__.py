"""The compiled engine's inside, innermost first.

codes, book, state, heap, dispatch, presence, legs, events, loop, machine.
"""
