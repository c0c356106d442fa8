"""What a simulated day is expected to bring, from the scenario its switch lives."""

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.settings import Settings
from callcenter.desk.pasts import Expected
from callcenter.measures.live import Forecast

if TYPE_CHECKING:
    from simulation.switch.expecting import Expectations

SOURCE: Final = "scenario"


def expected_of(settings: Settings) -> Expected | None:
    """Return who knows what a day brings, if a scenario was named; it is read when first asked."""
    return None if settings.scenario is None else _of_scenario(settings.scenario)


def _of_scenario(file: Path) -> Callable[[date], Forecast]:
    @cache
    def of(day: date) -> Forecast:
        return Forecast(source=SOURCE, offered=expectations().of(day))

    @cache
    def expectations() -> "Expectations":
        from simulation.plan import compile_plan
        from simulation.scenario import load
        from simulation.switch.expecting import Expectations

        return Expectations(compile_plan(load(file)))

    return of
