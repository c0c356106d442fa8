"""What a simulated day is expected to bring, from the scenario its switch lives."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.settings import Settings
from callcenter.desk.campaign_watch import Announced
from callcenter.desk.pasts import Expected
from callcenter.measures.live import Forecast

if TYPE_CHECKING:
    from simulation.switch.expecting import Expectations

SOURCE: Final = "scenario"


def expected_of(settings: Settings) -> Expected | None:
    """Return who knows what a day brings, if a scenario was named; it is read when first asked."""
    return None if settings.scenario is None else _of_scenario(settings.scenario)


def announced_of(settings: Settings) -> Callable[[], Mapping[str, Announced]]:
    """Return who knows the campaigns of the scenario, if one was named; it is read each time."""
    file = settings.scenario

    def of() -> Mapping[str, Announced]:
        if file is None:
            return {}
        from simulation.scenario import load

        return {
            code: Announced(ko=one.field or code, en=code.replace("-", " "), quota=one.quota)
            for code, one in load(file).campaigns.items()
        }

    return of


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
