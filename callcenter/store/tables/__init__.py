"""The schema: one for both databases, declared once; migrations bring a database to it."""

from callcenter.store.base import METADATA
from callcenter.store.tables import (
    access,
    alerts,
    campaigns,
    definitions,
    frontiers,
    live,
    people,
    plumbing,
    reference,
    reports,
    search,
    survey_rounds,
    surveys,
    tickets,
)

__all__ = [
    "METADATA",
    "access",
    "alerts",
    "campaigns",
    "definitions",
    "frontiers",
    "live",
    "people",
    "plumbing",
    "reference",
    "reports",
    "search",
    "survey_rounds",
    "surveys",
    "tickets",
]
