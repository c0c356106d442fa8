"""Log in, ask for another token, log out, and who am I."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from api.deps import EVERYBODY, PEOPLE, Address, FromHere, Live, RequestId, allow
from api.schemas.access import Credentials, Me, OwnPassword, Token
from api.security import Purpose, cookie_of, drop_cookie, set_cookie
from api.services import Services
from callcenter.desk.accounts import By
from callcenter.domain.access import ROLE_NAMES_KO, Actor
from callcenter.domain.accounts import Account
from callcenter.errors import ForbiddenError, NotFoundError, UnauthenticatedError

router = APIRouter(prefix="/v1", tags=["access"])
Anybody = Annotated[Actor, allow(EVERYBODY)]
Known = Annotated[Actor, allow(PEOPLE)]
_ADDRESSES = 10
"""How many people may err at once behind one address."""


@router.post("/login")
async def log_in(
    _actor: Anybody,
    _here: FromHere,
    services: Live,
    address: Address,
    response: Response,
    said: Annotated[Credentials, Form()],
) -> Token:
    """Exchange login and password for an access token (OAuth2 password grant).

    A browser also keeps a cookie, good for a shift, that reads pages and asks for further tokens.
    """
    most = services.settings.login_attempts_per_minute
    login = said.username.strip().lower()
    services.pace.take("login", login, per_minute=most)
    services.pace.take("login-from", address, per_minute=most * _ADDRESSES)
    account = await services.accounts.log_in(login, said.password.get_secret_value())
    sessions = services.sessions
    set_cookie(
        response,
        sessions.token(account, purpose=Purpose.PAGE),
        seconds=int(sessions.lifetimes[Purpose.PAGE].total_seconds()),
        https=services.settings.https,
    )
    return _access(services, account)


@router.post("/login/refresh")
async def refresh(_actor: Anybody, _here: FromHere, services: Live, request: Request) -> Token:
    """Exchange the cookie of a page for another access token."""
    token = cookie_of(request, https=services.settings.https)
    if token is None:
        raise UnauthenticatedError("expected the cookie of a page that logged in")
    login, generation = services.sessions.read(token, purpose=Purpose.PAGE)
    account = await services.accounts.still_in(login, generation=generation)
    return _access(services, account)


@router.post("/logout", status_code=204)
async def log_out(_actor: Anybody, _here: FromHere, services: Live, response: Response) -> None:
    """Let the browser forget its cookie; `/v1/me/sessions` ends what others may hold."""
    drop_cookie(response, https=services.settings.https)


@router.get("/me")
async def me(actor: Known, services: Live) -> Me:
    """Say who is asking, and what they are here for."""
    roles = sorted(actor.roles)
    try:
        name = (await services.accounts.account(actor.login)).name
    except NotFoundError:
        name = None
    return Me(
        login=actor.login,
        roles=roles,
        role_names=[ROLE_NAMES_KO[role] for role in roles],
        unit=actor.unit,
        name=name,
    )


@router.put("/me/password", status_code=204)
async def change_password(
    actor: Known, services: Live, request_id: RequestId, said: OwnPassword
) -> None:
    """Change one's own password; every token and cookie of before is worth nothing after it."""
    most = services.settings.login_attempts_per_minute
    services.pace.take("login", actor.login, per_minute=most)
    try:
        await services.accounts.change_own_password(
            actor.login,
            old=said.old.get_secret_value(),
            new=said.new.get_secret_value(),
            by=By(actor=actor, request_id=request_id),
        )
    except UnauthenticatedError:
        raise ForbiddenError("the old password is wrong") from None


@router.delete("/me/sessions", status_code=204)
async def end_sessions(actor: Known, services: Live, request_id: RequestId) -> None:
    """Make every token and cookie of one's own worthless, wherever it is."""
    await services.accounts.end_sessions(actor.login, by=By(actor=actor, request_id=request_id))


def _access(services: Services, account: Account) -> Token:
    sessions = services.sessions
    return Token(
        access_token=sessions.token(account, purpose=Purpose.ACCESS),
        expires_in=int(sessions.lifetimes[Purpose.ACCESS].total_seconds()),
    )
