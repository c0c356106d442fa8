"""The compiled engine's inside, innermost first.

codes, state, heap, dispatch, presence, legs, events, loop.
"""
