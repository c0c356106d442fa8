"""People, keys, and what administrators did; for managers."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Response
from pydantic import SecretStr

from api.deps import IfMatch, Live, RequestId, allow, etag
from api.schemas.access import (
    AccountChange,
    AccountOut,
    AdminActOut,
    KeyOut,
    NewAccountIn,
    NewAccountOut,
    NewKeyIn,
    NewKeyOut,
    PasswordIn,
    PasswordOut,
)
from api.schemas.page import MOST, Page
from callcenter.desk.accounts import By, NewAccount, NewKey
from callcenter.domain.access import Actor, Role

router = APIRouter(prefix="/v1", tags=["accounts"])
Manager = Annotated[Actor, allow({Role.MANAGER})]
Auditor = Annotated[Actor, allow({Role.MANAGER, Role.QUALITY})]
Login = Annotated[str, Path(max_length=80, examples=["kim.minji"])]
KeyId = Annotated[str, Path(max_length=40, examples=["ab12cd34"])]
Limit = Annotated[int, Query(ge=1, le=MOST)]
Cursor = Annotated[str, Query(max_length=80, description="`next` of the page before.")]
_DEFAULT: Final = 50


@router.get("/accounts")
async def accounts(
    _actor: Manager, services: Live, limit: Limit = _DEFAULT, cursor: Cursor = ""
) -> Page[AccountOut]:
    """List accounts by login."""
    async with services.store.reading() as uow:
        found = await uow.accounts.page(after=cursor, most=limit + 1)
    items = [AccountOut.of(account) for account in found[:limit]]
    return Page(items=items, next=items[-1].login if len(found) > limit else None)


@router.post("/accounts", status_code=201)
async def add_account(
    actor: Manager, services: Live, request_id: RequestId, said: NewAccountIn
) -> NewAccountOut:
    """Let a person in; the login is the natural key, so a second attempt is a 409."""
    account, password = await services.accounts.add(
        NewAccount(
            login=said.login,
            name=said.name,
            roles=frozenset(said.roles),
            unit=said.unit,
            password=_plain(said.password),
        ),
        by=By(actor=actor, request_id=request_id),
    )
    return NewAccountOut(**AccountOut.of(account).model_dump(), password=password)


@router.get("/accounts/{login}")
async def account(_actor: Manager, services: Live, response: Response, login: Login) -> AccountOut:
    """Show one account; its ETag is what a change needs."""
    found = await services.accounts.account(login)
    response.headers["ETag"] = etag(found.generation)
    return AccountOut.of(found)


@router.put("/accounts/{login}")
async def change_account(
    actor: Manager,
    services: Live,
    request_id: RequestId,
    response: Response,
    login: Login,
    expected: IfMatch,
    said: AccountChange,
) -> AccountOut:
    """Change name, roles, unit or activity; the person has to log in again."""
    changed = await services.accounts.change(
        login,
        name=said.name,
        roles=frozenset(said.roles),
        unit=said.unit,
        active=said.active,
        expected=expected,
        by=By(actor=actor, request_id=request_id),
    )
    response.headers["ETag"] = etag(changed.generation)
    return AccountOut.of(changed)


@router.put("/accounts/{login}/password")
async def set_password(
    actor: Manager, services: Live, request_id: RequestId, login: Login, said: PasswordIn
) -> PasswordOut:
    """Give somebody another password; who waited after wrong ones need not wait any more."""
    drawn = await services.accounts.set_password(
        login, _plain(said.password), by=By(actor=actor, request_id=request_id)
    )
    return PasswordOut(password=drawn)


@router.delete("/accounts/{login}/sessions", status_code=204)
async def end_sessions(actor: Manager, services: Live, request_id: RequestId, login: Login) -> None:
    """Make every token and cookie of a person worthless."""
    await services.accounts.end_sessions(login, by=By(actor=actor, request_id=request_id))


@router.get("/keys")
async def keys(
    _actor: Manager, services: Live, limit: Limit = _DEFAULT, cursor: Cursor = ""
) -> Page[KeyOut]:
    """List API keys, revoked and expired ones included."""
    async with services.store.reading() as uow:
        found = await uow.api_keys.page(after=cursor, most=limit + 1)
    items = [KeyOut.of(key) for key in found[:limit]]
    return Page(items=items, next=items[-1].key_id if len(found) > limit else None)


@router.post("/keys", status_code=201)
async def issue_key(
    actor: Manager, services: Live, request_id: RequestId, said: NewKeyIn
) -> NewKeyOut:
    """Let a machine in. The key's text is answered once; lost is lost: revoke it and issue another."""
    key, text = await services.accounts.issue_key(
        NewKey(
            name=said.name,
            roles=frozenset(said.roles),
            unit=said.unit,
            requests_per_minute=said.requests_per_minute,
            expires_at=said.expires_at,
        ),
        by=By(actor=actor, request_id=request_id),
    )
    return NewKeyOut(**KeyOut.of(key).model_dump(), key=text)


@router.delete("/keys/{key_id}", status_code=204)
async def revoke_key(actor: Manager, services: Live, request_id: RequestId, key_id: KeyId) -> None:
    """Make a key worthless from here on."""
    await services.accounts.revoke_key(key_id, by=By(actor=actor, request_id=request_id))


@router.get("/admin-acts")
async def admin_acts(
    _actor: Auditor,
    services: Live,
    limit: Limit = _DEFAULT,
    cursor: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> Page[AdminActOut]:
    """List what administrators did, the newest first."""
    async with services.store.reading() as uow:
        found = await uow.admin_acts.page(before=cursor, most=limit + 1)
    items = [AdminActOut.of(act) for act in found[:limit]]
    return Page(items=items, next=str(items[-1].id) if len(found) > limit else None)


def _plain(password: SecretStr | None) -> str | None:
    return None if password is None else password.get_secret_value()
