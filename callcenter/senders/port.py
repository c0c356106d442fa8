"""What every sender can do: take one message, and say by what it may be asked about later."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one address; neither is shown when it is printed."""

    to: str = field(repr=False)
    """An e-mail address, or a telephone number as E.164."""
    subject: str = field(repr=False)
    body: str = field(repr=False)
    reference: str
    """The same for every attempt to send the same message, so that a receiver can drop repeats."""


class Sender(Protocol):
    """A way out of the house."""

    async def send(self, message: Message) -> str:
        """Hand the message over; return the provider's reference to it.

        Raises:
            SendLaterError: it may go if tried again.
            UndeliverableError: it never will.
        """
        ...
