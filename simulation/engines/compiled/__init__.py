"""The compiled engine's inside, innermost first: state, heap, dispatch, legs, events, loop."""
