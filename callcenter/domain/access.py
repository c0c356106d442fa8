"""Who may do what: roles, and the person or machine behind a command."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a person is here for; a person may hold several roles."""

    MANAGER = "manager"
    QUALITY = "quality"
    LEAD = "lead"
    AGENT = "agent"
    OFFICER = "officer"
    PLANNER = "planner"
    INTEGRATOR = "integrator"
    WALLBOARD = "wallboard"
    PUBLIC = "public"
    SYSTEM = "system"


ROLE_NAMES_KO: Final[dict[Role, str]] = {
    Role.MANAGER: "매니저",
    Role.QUALITY: "품질관리자",
    Role.LEAD: "파트장",
    Role.AGENT: "상담사",
    Role.OFFICER: "부서 담당자",
    Role.PLANNER: "인력계획 담당자",
    Role.INTEGRATOR: "연계 시스템",
    Role.WALLBOARD: "현황판",
    Role.PUBLIC: "시민",
    Role.SYSTEM: "시스템",
}

CENTRE: Final = frozenset({Role.MANAGER, Role.QUALITY, Role.LEAD, Role.AGENT})
"""The thirty people of the centre."""
SUPERVISORS: Final = frozenset({Role.MANAGER, Role.LEAD})
STAFF: Final = CENTRE | {Role.OFFICER}
"""Everybody who works on tickets."""
READERS: Final = STAFF | {Role.PLANNER}
"""Who may read tickets and reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who gives a command: a login or the name of a key, never a citizen's name."""

    login: str
    roles: frozenset[Role]
    unit: str | None = None
    """Code of the department an officer speaks for."""

    def has(self, roles: frozenset[Role]) -> bool:
        """Say whether one of the roles is held; the system holds them all."""
        return Role.SYSTEM in self.roles or bool(self.roles & roles)


SYSTEM: Final = Actor(login="system", roles=frozenset({Role.SYSTEM}))
"""The house itself: timers, routing rules, the simulated centre."""
