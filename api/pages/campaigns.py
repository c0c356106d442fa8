"""The campaigns' page: how far each is, what may be told to it, and what inbound pays for it."""

from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from api.deps import EVERYBODY, Live, allow
from api.pages.drawing import drawn
from callcenter.domain.access import Actor, Role
from callcenter.domain.campaigns import PLANNERS

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Actor, allow(EVERYBODY)]
_WATCHERS: Final = PLANNERS | {Role.QUALITY}


@router.get("/campaigns", response_class=HTMLResponse)
async def campaigns(actor: Anybody, services: Live) -> Response:
    """Open the page to who plans, commands or judges; others are led to the login, or to the desk."""
    if Role.PUBLIC in actor.roles:
        return RedirectResponse("/login?to=campaigns", status_code=303)
    if not actor.has(_WATCHERS):
        return RedirectResponse("/desk", status_code=303)
    return drawn("campaigns.html", centre=services.settings.centre_ko)
