"""Moments on the wire: ISO 8601 with Korea's offset going out, any offset coming in."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, PlainSerializer

from callcenter.domain.worktime import KST


def told(at: datetime) -> str:
    """Write a moment with Korea's offset, to the second."""
    return at.astimezone(KST).isoformat(timespec="seconds")


Moment = Annotated[AwareDatetime, PlainSerializer(told, return_type=str, when_used="json")]
"""A moment that knows its offset."""
