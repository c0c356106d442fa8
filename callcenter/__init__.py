"""What a call centre is, and its records.

The ground floor of the house: nouns and rules, telephony events, measures and planning. It can
serve a real switch with no simulator in the house, so nothing here imports `simulation` or `api`.
"""
