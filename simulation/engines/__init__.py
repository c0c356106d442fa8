"""Two ways to live the same day.

The reference engine is written to be read and believed, the fast engine to be quick; they share
the data they walk over and no code, so that their agreement says something.
"""
