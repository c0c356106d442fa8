"""How a link of a round becomes a message: words, link and address are found at the moment of sending."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from callcenter.desk.notice_texts import Card, Language, in_words
from callcenter.desk.people import Field, PeopleDesk
from callcenter.desk.survey_rounds import found
from callcenter.domain.notices import Way
from callcenter.domain.privacy import Contact
from callcenter.domain.survey_rounds import Round, RoundState
from callcenter.errors import UndeliverableError
from callcenter.senders.port import Message, Sender
from callcenter.store.outbox import Claimed
from callcenter.store.survey_sending import Letter
from callcenter.store.unit_of_work import Store, UnitOfWork
from callcenter.vault import Vault

_ADDRESSES: Final = {Way.SMS: Field.PHONE, Way.EMAIL: Field.EMAIL}


class RoundLink(Protocol):
    """Makes the link of one of the drawn."""

    def __call__(self, code: str, place: int, *, expires_at: datetime) -> str:
        """Return a link that lets whoever has it answer once."""
        ...


class SurveyRoute:
    """Sends the links of one way."""

    def __init__(
        self,
        *,
        way: Way,
        sender: Sender,
        store: Store,
        vault: Vault,
        people: PeopleDesk,
        centre: Card,
        link: RoundLink,
        now: Callable[[], datetime],
    ) -> None:
        """Take the card of the centre, whom to ask and to tell that one wants no more."""
        self._way = way
        self._sender = sender
        self._store = store
        self._vault = vault
        self._people = people
        self._centre = centre
        self._link = link
        self._now = now

    async def send(self, claimed: Claimed) -> str:
        """Write the message and hand it over, if the round still asks and the citizen still agrees."""
        async with self._store.reading() as uow:
            message = await self._message(uow, _invitation(claimed))
        return await self._sender.send(message)

    async def sent(self, uow: UnitOfWork, claimed: Claimed, receipt: str) -> None:
        """Note when it went and under which reference."""
        one = _invitation(claimed)
        await uow.survey_sending.sent(one, provider_ref=receipt, at=self._now())

    async def lost(self, uow: UnitOfWork, claimed: Claimed, why: str) -> None:
        """Note why it did not go; a campaign may still call them."""
        await uow.survey_sending.failed(_invitation(claimed), failure=why)

    async def _message(self, uow: UnitOfWork, invitation: int) -> Message:
        letter = await uow.survey_sending.letter(invitation)
        if letter is None:
            raise UndeliverableError("nobody is known behind the invitation any more")
        round_ = await found(uow, letter.round)
        if round_.state is not RoundState.OPEN or letter.expires_at <= self._now():
            raise UndeliverableError("the round takes no answers any more")
        if letter.answered:
            raise UndeliverableError("it has been answered meanwhile")
        address, language = await self._addressee(uow, letter.petitioner)
        body = _words(round_, letter, self._linked(letter), centre=self._centre, language=language)
        return Message(
            to=address,
            subject=body.partition("\n")[0],
            body=body,
            reference=f"{letter.round}/{letter.place}/survey-round/{self._way}",
        )

    def _linked(self, letter: Letter) -> str:
        return self._link(letter.round, letter.place, expires_at=letter.expires_at)

    async def _addressee(self, uow: UnitOfWork, petitioner: str) -> tuple[str, Language]:
        row = await uow.people.get(petitioner)
        reach = (await uow.people.reaches([petitioner]))[petitioner]
        address = await self._people.address(uow, petitioner, _ADDRESSES[self._way])
        if address is None or not getattr(reach, self._way):
            raise UndeliverableError("the address has been erased, or may no longer be used")
        phone = await self._people.address(uow, petitioner, Field.PHONE)
        lookups = self._vault.lookups(phone, kind=Contact.PHONE) if phone else ()
        if await uow.do_not_call.among(lookups):
            raise UndeliverableError("the number is not to be called any more")
        return address, Language.KO if row.language.startswith("ko") else Language.EN


def _words(round_: Round, letter: Letter, link: str, *, centre: Card, language: Language) -> str:
    until = in_words(letter.expires_at, language=language)
    if language is Language.EN:
        return (
            f"[{centre.name_en}] {round_.name_en}\n"
            f"How satisfied were you with petition {letter.ticket}? It takes one minute.\n{link}\n"
            f"You may answer once, until {until}.\n"
            f"If you want no such messages, tell us: telephone {centre.phone}"
        )
    return (
        f"[{centre.name_ko}] {round_.name_ko}\n"
        f"민원 {letter.ticket}의 처리에 만족하셨습니까? 1분이면 답하실 수 있습니다.\n{link}\n"
        f"{until}까지 한 번 답하실 수 있습니다.\n"
        f"이런 안내를 원하지 않으시면 알려 주십시오. 전화 {centre.phone}"
    )


def _invitation(claimed: Claimed) -> int:
    return int(json.loads(claimed.errand.payload)["invitation"])
