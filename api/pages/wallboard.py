"""The board on the wall: what it shows it asks of the API, as who is logged in or with its own key."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.deps import EVERYBODY, Live, allow
from api.pages.drawing import drawn
from callcenter.domain.access import Actor

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Actor, allow(EVERYBODY)]


@router.get("/wallboard", response_class=HTMLResponse)
async def wallboard(_actor: Anybody, services: Live) -> HTMLResponse:
    """Hang up the board; a screen's key stands behind `#key=`, so that only its script can read it."""
    return drawn("wallboard.html", centre=services.settings.centre_ko)
