"""Wire shapes for what is told to somebody outside: notices, webhooks, dead letters."""

from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints

from api.schemas.moments import Moment
from api.schemas.tickets import Shape


class NoticeShape(Shape):
    """A notice a petitioner is owed, and what became of it."""

    id: int
    ticket: str
    kind: str
    cause_seq: int
    channel: str
    state: str
    unit: str | None
    officer: str | None
    created_at: Moment
    sent_at: Moment | None
    failure: str | None

    @classmethod
    def of(cls, row: Any) -> Self:
        """Write a notice's row."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class NewWebhookShape(Shape):
    """Where to tell of events, and of which."""

    url: Annotated[str, StringConstraints(pattern=r"^https?://\S{1,500}$")]
    kinds: Annotated[list[str], Field(default_factory=list, max_length=40)]


class WebhookShape(Shape):
    """A webhook; its secret is shown once, when it is made."""

    id: int
    url: str
    kinds: list[str]
    active: bool
    created_at: Moment
    created_by: str


class NewWebhookAnswer(Shape):
    """A new webhook's id and secret: with it a receiver verifies `Webhook-Signature`."""

    id: int
    secret: str


class ActivityShape(Shape):
    """Whether a webhook is told anything."""

    active: bool


class DeliveryShape(Shape):
    """One attempt to tell a webhook."""

    id: int
    webhook: int
    at: Moment
    status: int | None
    error: str | None

    @classmethod
    def of(cls, row: Any) -> Self:
        """Write an attempt's row."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class DeadLetterShape(Shape):
    """What was given up; nothing personal is in it."""

    id: int
    topic: str
    aggregate: str
    aggregate_seq: int
    attempts: int
    dead_at: Moment
    last_error: str | None

    @classmethod
    def of(cls, row: Any) -> Self:
        """Write a dead errand's row."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})
