"""How a person writes a date."""

import re
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

from simulation.scenario.units import shown


def _day(value: Any) -> date:
    """Take `2009-01-31` and nothing else: no moment, no number of seconds since some year."""
    if isinstance(value, date) and type(value) is date:
        return value
    message = f"expected a date such as 2009-01-31, got {shown(value)}"
    if not isinstance(value, str) or not _DATE.match(value):
        raise ValueError(message)
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError(message) from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        message = f"expected a date between {_FIRST_YEAR} and {_LAST_YEAR}, got {value}"
        raise ValueError(message)
    return day


_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}$")
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2100
Day = Annotated[date, BeforeValidator(_day)]
