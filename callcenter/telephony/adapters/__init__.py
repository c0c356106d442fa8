"""Real switches, put into our own words: what they log or announce becomes telephony events.

An adapter reads what is handed to it and opens nothing itself: no file, no socket. It tells an event where
the switch said so or where it follows (then marked `derived`), and remarks on everything it could not use.
The same input gives the same events with the same ids, however often it is read.
"""
