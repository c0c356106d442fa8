"""Settings of the service: from `CALLCENTER_*` in the environment, then `configs/service.toml`.

Secrets come from the environment only. Nothing unknown is accepted, nothing changes once read, and
nothing is read at import: `Settings.load()` is called by whoever starts the house.
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal, get_args
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from typing_extensions import override

from callcenter.catalogue import shipped
from callcenter.errors import InputError

PREFIX: Final = "CALLCENTER_"
OF_TESTS: Final = frozenset({"CALLCENTER_HYPOTHESIS"})
"""Variables of this prefix that are not settings."""
SERVICE_FILE: Final = Path("configs/service.toml")
SECRETS: Final = ("session_key", "sealing_keys", "lookup_keys", "signing_keys")
"""What the house cannot be without; drawn at first start unless it is in production."""
SHORTEST_SECRET: Final = 32

PerMinute = Annotated[int, Field(ge=1, le=60_000)]


class Settings(BaseSettings):
    """All that can be chosen about the service; every default is fit for one machine at first start."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    production: bool = False
    """Refuse to start on generated secrets."""
    database: str = ""
    """`postgresql://user@host/name` or `sqlite:///file.db`; a file under `var` if not given."""
    var: Path = Path("var")
    """Folder of what the embedded house keeps: database and generated keys."""
    catalogue: Path = Field(default_factory=shipped)
    """Departments, services and routing rules; `configs/services.yaml`, or else as the project ships it."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8120
    public_url: Annotated[str, Field(pattern=r"^https?://[^/\s]+$")] = "http://localhost:8120"
    """How browsers and citizens reach the house; `https` makes cookies secure and HTTPS strict."""
    trusted_proxies: str = ""
    """Addresses, comma-separated, whose `X-Forwarded-For` is believed; none if empty."""
    session_key: SecretStr | None = None
    """Signs tokens of logins; at least 32 characters."""
    sealing_keys: SecretStr | None = None
    """The ring that seals personal data, as `callcenter keys new` writes it."""
    lookup_keys: SecretStr | None = None
    """The ring that personal data is found by."""
    signing_keys: SecretStr | None = None
    """The ring that signs links to citizens."""
    access_minutes: Annotated[int, Field(ge=1, le=60)] = 15
    """How long a token of a login is good."""
    session_hours: Annotated[int, Field(ge=1, le=24)] = 12
    """How long a page may ask for another token: a shift."""
    login_attempts_per_minute: PerMinute = 10
    """For one login, whoever tries, and ten times as many from one address."""
    requests_per_minute: PerMinute = 600
    """For one person."""
    anonymous_requests_per_minute: PerMinute = 120
    """For one address without a login."""
    document_bytes: Annotated[int, Field(ge=1024)] = 1024 * 1024
    """The longest JSON document or form."""
    upload_bytes: Annotated[int, Field(ge=1024)] = 10 * 1024 * 1024
    """The longest file or import."""
    body_seconds: Annotated[int, Field(ge=1, le=600)] = 30
    """How long a body may take to arrive."""
    background: bool = True
    """Send notices and webhooks, and keep reports up to date, in this process; another one may instead."""
    survey_share: Annotated[float, Field(ge=0, le=1)] = 0.2
    """Share of closings that a survey asks about."""
    centre_ko: str = "120 콜센터"
    """The centre's name at the head of each notice."""
    centre_en: str = "120 Call Centre"
    centre_phone: str = "120"
    jurisdiction: str = "bucheon.go.kr"
    """The one `jurisdiction_id` that Open311 clients may name."""
    sms_url: str = ""
    """The SMS gateway; without one, messages go to `outgoing.jsonl` under `var`."""
    sms_token: SecretStr | None = None
    smtp_host: str = ""
    """The mail server; without one, messages go to `outgoing.jsonl` under `var`."""
    smtp_port: Annotated[int, Field(ge=1, le=65_535)] = 587
    smtp_address: str = ""
    smtp_username: str = ""
    smtp_password: SecretStr | None = None
    smtp_tls: Literal["none", "starttls", "implicit"] = "starttls"
    webhook_networks: str = ""
    """Networks within one's own house that webhooks may reach, comma-separated."""
    broker: str = ""
    """`mqtt://name@host` or, encrypted, `mqtts://name@host`; an embedded one if not given."""
    broker_password: SecretStr | None = None
    broker_ca: Path | None = None
    """Certificate of whoever vouches for the broker, if the system does not know him."""
    site: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")] = "bucheon"
    """The site whose switches are listened to: the third level of every topic."""
    scenario: Path | None = None
    """Of a simulated switch: what the day is held against. Real ones are held against past weeks."""
    speed: Annotated[float, Field(gt=0, le=10_000)] = 60.0
    """Of the switch that `callcenter up` starts: seconds of its day in one second."""
    live_viewers: Annotated[int, Field(ge=1, le=10_000)] = 500
    """How many may watch the live frame at once."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @classmethod
    def load(cls, *, file: Path = SERVICE_FILE, **chosen: object) -> "Settings":
        """Read environment and file; `chosen`, such as options of a command, goes before both.

        Raises:
            InputError: an unknown or unfit setting, or a secret in the file; never shows a secret.
        """
        _refuse_unknown(os.environ)
        written = _written(file)
        given = {name: value for name, value in chosen.items() if value is not None}
        environment = {
            name
            for name in cls.model_fields
            if os.environ.get(f"{PREFIX}{name.upper()}") is not None
        }
        written = {name: value for name, value in written.items() if name not in environment}
        try:
            return cls(**(written | given))
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            name = str(first["loc"][0])
            where = f"{PREFIX}{name.upper()}" if name in environment else None
            raise InputError(
                first["msg"], file=None if where or name in given else str(file), key=where or name
            ) from None

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment after what was said; no `.env` files lie about."""
        return init_settings, env_settings

    @property
    def database_url(self) -> str:
        """Return the URL of the database, the embedded one's if none was given."""
        return self.database or f"sqlite:///{self.var / 'callcenter.db'}"

    @property
    def embedded(self) -> bool:
        """Say whether the house keeps its database in a file of its own."""
        return self.database_url.startswith("sqlite")

    @property
    def https(self) -> bool:
        """Say whether the world reaches the house over TLS."""
        return self.public_url.startswith("https://")


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | OF_TESTS
    for name in sorted(environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            close = difflib.get_close_matches(name.upper(), known, n=1)
            guess = f"; did you mean {close[0]}?" if close else ""
            raise InputError(f"there is no such setting{guess}", key=name)


def _written(file: Path) -> dict[str, Any]:
    try:
        written = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"expected TOML: {error}", file=str(file)) from error
    for name, value in written.items():
        if _secret(name, value):
            raise InputError(
                f"expected no secret in a file; set {PREFIX}{name.upper()} in the environment",
                file=str(file),
                key=name,
            )
    return written


def _secret(name: str, value: object) -> bool:
    """Say whether a setting is secret by its kind, or by the password in its URL."""
    field = Settings.model_fields.get(name)
    if field is not None and SecretStr in get_args(field.annotation):
        return True
    return isinstance(value, str) and "://" in value and urlsplit(value).password is not None
