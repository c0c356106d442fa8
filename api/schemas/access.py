"""Shapes of logging in, of accounts and of keys."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr

from callcenter.domain.access import Role
from callcenter.domain.accounts import (
    LOGIN,
    LONGEST_PASSWORD,
    NOT_GRANTED,
    SHORTEST_PASSWORD,
    Account,
    AdminAct,
    ApiKey,
)

_GRANTED = sorted(set(Role) - NOT_GRANTED)
Login = Annotated[
    str,
    Field(
        pattern=f"^{LOGIN.pattern}$",
        description="Small Latin letters, digits, '.', '_', '-'. 로그인 아이디",
        examples=["kim.minji"],
    ),
]
Name = Annotated[
    str,
    Field(
        min_length=1,
        max_length=80,
        description="As colleagues know them. 이름",
        examples=["김민지"],
    ),
]
Roles = Annotated[
    list[Role],
    Field(
        min_length=1,
        max_length=len(_GRANTED),
        description=f"Some of {', '.join(_GRANTED)}.",
        examples=[["agent"]],
    ),
]
Unit = Annotated[
    str | None,
    Field(
        max_length=60,
        description="Code of the department an officer speaks for.",
        examples=["road"],
    ),
]
LONGEST_TYPED = 4 * LONGEST_PASSWORD
"""A keyboard may send the letters of a Korean syllable one by one."""
NewPassword = Annotated[SecretStr, Field(min_length=SHORTEST_PASSWORD, max_length=LONGEST_TYPED)]


class Strict(BaseModel):
    """What a client sends: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Credentials(BaseModel):
    """The form of the OAuth2 password grant; what else clients send with it means nothing here."""

    model_config = ConfigDict(hide_input_in_errors=True)

    username: Annotated[str, Field(max_length=80, examples=["manager"])]
    password: Annotated[SecretStr, Field(max_length=LONGEST_TYPED)]
    grant_type: Literal["password"] = "password"


class Token(BaseModel):
    """An access token, as OAuth2 writes it."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the name of a scheme
    expires_in: Annotated[int, Field(description="Seconds.", examples=[900])]


class Me(BaseModel):
    """Who is asking."""

    login: str
    roles: list[Role]
    role_names: Annotated[list[str], Field(description="In Korean.", examples=[["상담사"]])]
    unit: str | None = None
    name: Annotated[str | None, Field(description="Absent for a key.")] = None


class OwnPassword(Strict):
    """A person changes their own password."""

    old: Annotated[SecretStr, Field(max_length=LONGEST_TYPED)]
    new: NewPassword


class AccountChange(Strict):
    """What may be changed about an account."""

    name: Name
    roles: Roles
    unit: Unit = None
    active: bool = True


class NewAccountIn(Strict):
    """A person who is let in."""

    login: Login
    name: Name
    roles: Roles
    unit: Unit = None
    password: Annotated[
        NewPassword | None, Field(description="Drawn, and answered once, if absent.")
    ] = None


class PasswordIn(Strict):
    """Another password for somebody."""

    password: Annotated[
        NewPassword | None, Field(description="Drawn, and answered once, if absent.")
    ] = None


class PasswordOut(BaseModel):
    """The password that was drawn."""

    password: Annotated[str | None, Field(description="Told once; absent if it was given.")] = None


class AccountOut(BaseModel):
    """An account, without anything secret."""

    login: str
    name: str
    roles: list[Role]
    unit: str | None
    active: bool
    locked_until: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, account: Account) -> "AccountOut":
        """Shape an account."""
        return cls(
            login=account.login,
            name=account.name,
            roles=sorted(account.roles),
            unit=account.unit,
            active=account.active,
            locked_until=account.locked_until,
            created_at=account.created_at,
        )


class NewAccountOut(AccountOut):
    """A new account, and the password to tell its owner."""

    password: Annotated[str | None, Field(description="Told once; absent if it was given.")] = None


class NewKeyIn(Strict):
    """A machine that is let in."""

    name: Name
    roles: Roles
    unit: Unit = None
    requests_per_minute: Annotated[int, Field(ge=1, le=60_000)] = 600
    expires_at: Annotated[AwareDatetime | None, Field(examples=["2027-12-31T00:00:00+09:00"])] = (
        None
    )


class KeyOut(BaseModel):
    """A key, without what opens."""

    key_id: str
    name: str
    roles: list[Role]
    unit: str | None
    requests_per_minute: int
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, key: ApiKey) -> "KeyOut":
        """Shape a key."""
        return cls(
            key_id=key.key_id,
            name=key.name,
            roles=sorted(key.roles),
            unit=key.unit,
            requests_per_minute=key.requests_per_minute,
            created_at=key.created_at,
            created_by=key.created_by,
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
        )


class NewKeyOut(KeyOut):
    """A new key, and the text that opens."""

    key: Annotated[str, Field(description="Told once and never kept.", examples=["cc_ab12cd34_…"])]


class AdminActOut(BaseModel):
    """What an administrator did."""

    id: int
    at: datetime
    actor: str
    act: str
    subject: str
    detail: Annotated[str, Field(description="JSON.")]
    request_id: str | None

    @classmethod
    def of(cls, act: AdminAct) -> "AdminActOut":
        """Shape an act."""
        return cls(
            id=act.id,
            at=act.at,
            actor=act.actor,
            act=act.act,
            subject=act.subject,
            detail=act.detail,
            request_id=act.request_id,
        )
