"""The supervisor's page: figures with what is behind them, people, calls, commands and the time machine."""

from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from api.deps import EVERYBODY, Live, allow
from api.pages.drawing import drawn
from callcenter.domain.access import SUPERVISORS, Actor, Role

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Actor, allow(EVERYBODY)]
_OVERSEERS: Final = SUPERVISORS | {Role.QUALITY}


@router.get("/supervisor", response_class=HTMLResponse)
async def supervisor(actor: Anybody, services: Live) -> Response:
    """Open the page to who may see names; others are led to the login, or to the board without names."""
    if Role.PUBLIC in actor.roles:
        return RedirectResponse("/login?to=supervisor", status_code=303)
    if not actor.has(_OVERSEERS):
        return RedirectResponse("/wallboard", status_code=303)
    return drawn("supervisor.html", centre=services.settings.centre_ko)
