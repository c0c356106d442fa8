"""Every error of the house, one tree.

    CallCenterError
    ├── InputError            what a person wrote is wrong: file, key, what was expected
    │   ├── ScenarioError     a scenario file or an override of one
    │   ├── DataError         a data file a scenario points to (trace, histogram)
    │   ├── CatalogueError    the catalogue of departments, services and routing rules
    │   ├── ContactError      a telephone number or e-mail address; never repeats it
    │   └── PeriodError       a period, a pause or an extension that the law does not know
    ├── CalendarError         the calendar in use does not cover the days asked for
    ├── UnknownServiceError   no service of this code in the catalogue
    ├── KeysError             a ring of secret keys is missing, short or malformed
    ├── SealError             sealed personal data cannot be opened with these keys in this place
    ├── TokenError            a signed link is not honoured
    │   ├── TokenForgedError  it was not signed here, or altered since
    │   ├── TokenPurposeError it was signed for something else
    │   └── TokenExpiredError it was good once
    ├── NotFoundError         there is no such thing, or none you may see
    ├── ConflictError         somebody else was quicker: read again, then decide again
    │   └── StaleError        it is no longer as it was when it was read
    ├── RefusedError          a rule does not allow it here and now; says so in two languages
    ├── KeyReusedError        an idempotency key was used for another request
    ├── UnauthenticatedError  nobody knows who is asking
    ├── ForbiddenError        it is known who asks, and the answer is no
    ├── SendingError          a message did not go out
    │   ├── SendLaterError    it may go if it is tried again
    │   └── UndeliverableError  it never will: the address is wrong, or the receiver said no
    ├── CapacityError         a bounded thing ran full and refused, losing nothing
    ├── StoreUnavailableError the database is away, full or too busy
    └── NotAvailableError     an optional part is not installed

Each class has a stable `code`, the same in messages, JSON and, later, problem bodies.
"""

from typing import ClassVar


class CallCenterError(Exception):
    """Base of all errors raised on purpose; never raised itself."""

    code: ClassVar[str] = "error"


class InputError(CallCenterError):
    """What a person wrote cannot be used; names the place and what was expected."""

    code: ClassVar[str] = "bad-input"

    def __init__(
        self, why: str, *, file: str | None = None, line: int | None = None, key: str | None = None
    ) -> None:
        """Keep the parts apart, so that a page can point at the line."""
        self.why = why
        self.file = file
        self.line = line
        self.key = key
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        place = self.file or ""
        if self.line is not None:
            place = f"{place}:{self.line}" if place else f"line {self.line}"
        return ": ".join(part for part in (place, self.key, self.why) if part)


class ScenarioError(InputError):
    """A scenario, or an override of one, cannot be used."""

    code: ClassVar[str] = "bad-scenario"


class DataError(InputError):
    """A data file that a scenario points to cannot be used."""

    code: ClassVar[str] = "bad-data"


class CatalogueError(InputError):
    """The catalogue of departments, services and routing rules cannot be used."""

    code: ClassVar[str] = "bad-catalogue"


class ContactError(InputError):
    """A telephone number, e-mail address or document number is none; the message never repeats it."""

    code: ClassVar[str] = "bad-contact"


class UnknownServiceError(CallCenterError):
    """The catalogue holds no service of this code."""

    code: ClassVar[str] = "unknown-service"


class KeysError(CallCenterError):
    """A ring of secret keys is missing, short or malformed; the message never shows a key."""

    code: ClassVar[str] = "bad-keys"


class SealError(CallCenterError):
    """Sealed data was altered, moved to another place, or sealed with a key that is not at hand."""

    code: ClassVar[str] = "cannot-open"


class TokenError(CallCenterError):
    """Base of all reasons why a signed link is not honoured; never raised itself."""

    code: ClassVar[str] = "bad-token"


class TokenForgedError(TokenError):
    """The token was not signed with one of our keys, or altered since."""

    code: ClassVar[str] = "token-forged"


class TokenPurposeError(TokenError):
    """The token is ours, but for something else."""

    code: ClassVar[str] = "token-purpose"


class TokenExpiredError(TokenError):
    """The token is ours and was good until a moment that has passed."""

    code: ClassVar[str] = "token-expired"


class PeriodError(InputError):
    """A period, a pause or an extension is not one that the civil-petition law knows."""

    code: ClassVar[str] = "bad-period"


class CalendarError(CallCenterError):
    """The calendar in use does not cover the days asked for."""

    code: ClassVar[str] = "calendar-unknown"


class NotFoundError(CallCenterError):
    """There is no such thing, or none that who asks may see."""

    code: ClassVar[str] = "not-found"


class ConflictError(CallCenterError):
    """Somebody else was quicker; nothing was changed."""

    code: ClassVar[str] = "conflict"


class StaleError(ConflictError):
    """What is to be changed is no longer as it was when it was read; nothing was changed."""

    code: ClassVar[str] = "stale"


class RefusedError(CallCenterError):
    """A rule does not allow it here and now; `reason` is the rule's own stable word."""

    code: ClassVar[str] = "refused"

    def __init__(self, reason: str, *, ko: str, en: str) -> None:
        """Keep both languages apart for the page that shows one."""
        self.reason = reason
        self.ko = ko
        self.en = en
        super().__init__(en)


class KeyReusedError(CallCenterError):
    """An idempotency key came back with another request."""

    code: ClassVar[str] = "key-reused"


class UnauthenticatedError(CallCenterError):
    """No, a wrong or an expired password, key or token."""

    code: ClassVar[str] = "unauthenticated"


class ForbiddenError(CallCenterError):
    """The role does not reach here."""

    code: ClassVar[str] = "forbidden"


class SendingError(CallCenterError):
    """Base of all reasons why a message did not go out; never raised itself, never names the address."""

    code: ClassVar[str] = "not-sent"


class SendLaterError(SendingError):
    """The way was blocked: no answer, a full queue, our own password refused. Trying again may help."""

    code: ClassVar[str] = "send-later"


class UndeliverableError(SendingError):
    """The receiver does not exist or does not want it; trying again cannot help."""

    code: ClassVar[str] = "undeliverable"


class CapacityError(CallCenterError):
    """A bounded table ran full; nothing was dropped, the caller may retry with more room."""

    code: ClassVar[str] = "full"


class StoreUnavailableError(CallCenterError):
    """The database is away, full or too busy; what was asked for may or may not have happened."""

    code: ClassVar[str] = "store-unavailable"


class NotAvailableError(CallCenterError):
    """An optional part of the house is not installed; the message says how to get it."""

    code: ClassVar[str] = "not-available"


class UnsafeSettingsError(InputError):
    """Production was asked for with settings that lose events or let strangers in."""

    code: ClassVar[str] = "unsafe-settings"


class BusError(CallCenterError):
    """What should have been carried was not; never raised itself."""

    code: ClassVar[str] = "bus"


class BrokerUnavailableError(BusError):
    """Nobody answers, or the line broke before the answer; trying again may help."""

    code: ClassVar[str] = "broker-unavailable"


class BrokerRefusedError(BusError):
    """The broker answered no: the name, the password, the certificate or the topic is not allowed."""

    code: ClassVar[str] = "broker-refused"


class BusClosedError(BusError):
    """This end of the bus was closed; what was not acknowledged until then is still owed."""

    code: ClassVar[str] = "bus-closed"


class SpoolError(BusError):
    """A source's outbox is torn, in use, full or not its own: nothing more may be told without it."""

    code: ClassVar[str] = "spool"


class PoisonMessageError(BusError):
    """A message can never be read, however often it comes; it belongs to the dead letters."""

    code: ClassVar[str] = "poison-message"

    def __init__(self, why: str) -> None:
        """Keep the reason in one line, fit for a column of the dead letters."""
        self.why = why
        super().__init__(why)
