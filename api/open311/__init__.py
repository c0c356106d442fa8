"""GeoReport v2 (Open311): the door for phone apps and other cities' software.

A sub-application of its own, since it answers errors in its own format, in XML or JSON by the suffix of
the path. What it does with a request is the desk's; what it tells of tickets is what the public may know.
"""

from api.open311.application import open311

__all__ = ["open311"]
