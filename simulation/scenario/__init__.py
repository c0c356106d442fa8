"""What a person writes: the scenario file and its checks.

Everything here is frozen, refuses keys it does not know, and carries units in its field names.
"""
