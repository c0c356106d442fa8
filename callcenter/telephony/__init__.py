"""What is said about calls, and how a call is put together from it.

One event vocabulary and one call log. Engines fill the log, a real switch tells events, and
`narrate` and `fold` turn one into the other without loss.
"""
