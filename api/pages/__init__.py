"""Pages for people: templates and static files of our own, nothing built and nothing from elsewhere."""

from typing import Final

from fastapi import APIRouter

from api.pages import campaigns, desk, supervisor, survey, wallboard

ROUTERS: Final[tuple[APIRouter, ...]] = (
    desk.router,
    survey.router,
    wallboard.router,
    supervisor.router,
    campaigns.router,
)
"""Routes of all pages; none of them is part of the API's document."""
