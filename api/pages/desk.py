"""The ticket desk in a browser: a login, the desk itself, and what it must know beforehand."""

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from api.deps import EVERYBODY, Live, allow
from api.pages.drawing import drawn
from api.pages.vocabulary import holidays_near, hours, words
from api.schemas.moments import told
from callcenter.domain.access import READERS, Actor, Role

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Actor, allow(EVERYBODY)]
Reader = Annotated[Actor, allow(READERS)]


@router.get("/")
async def front(_actor: Anybody) -> RedirectResponse:
    """Lead to the desk."""
    return RedirectResponse("/desk")


@router.get("/login", response_class=HTMLResponse)
async def login(_actor: Anybody, services: Live) -> HTMLResponse:
    """Ask who is there."""
    return drawn("login.html", centre=services.settings.centre_ko)


@router.get("/desk", response_class=HTMLResponse)
async def desk(actor: Anybody, services: Live) -> Response:
    """Open the desk to whoever is logged in; what it shows it asks of the API, for its roles."""
    if Role.PUBLIC in actor.roles:
        return RedirectResponse("/login", status_code=303)
    return drawn("desk.html", centre=services.settings.centre_ko)


@router.get("/desk/house")
async def house(_actor: Reader, services: Live) -> dict[str, Any]:
    """Tell the desk the time, the working days around it, and what everything is called."""
    now = services.now()
    calendar = services.calendars.current
    return {
        "now": told(now),
        "hours": hours(calendar),
        "holidays": holidays_near(now, calendar=calendar),
        "words": words(),
    }
