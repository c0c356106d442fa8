"""Every number anyone quotes.

Each measure is computed by one function that says which calls it counts and in which unit; batch
scorecards and live boards both come here, so that they cannot disagree.
"""
