"""What works in the background of this process: the relay, and whoever keeps reports up to date."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from ipaddress import ip_network
from typing import Final

from api.settings import Settings
from callcenter.desk.notice_delivery import Cards, NoticeRoute, SurveyLink
from callcenter.desk.notice_texts import Card
from callcenter.desk.notices import TOPIC
from callcenter.desk.people import PeopleDesk
from callcenter.desk.relay import Relay, Route
from callcenter.desk.reports import ReportDesk
from callcenter.desk.survey_delivery import RoundLink, SurveyRoute
from callcenter.desk.survey_sending import TOPIC as ROUND_TOPIC
from callcenter.desk.webhooks import EVENT_TOPIC, HOOK_TOPIC, EventRoute, WebhookRoute
from callcenter.domain.notices import Way
from callcenter.domain.services import Catalogue
from callcenter.senders.file import FileSender
from callcenter.senders.port import Sender
from callcenter.senders.sms import SmsGateway, SmsSender
from callcenter.senders.smtp import SmtpSender, SmtpServer, Tls
from callcenter.senders.webhook import WebhookSender
from callcenter.store.unit_of_work import Store
from callcenter.vault import Vault

_LOG: Final = logging.getLogger(__name__)
_STOP_SECONDS: Final = 2.0
_REPORT_SECONDS: Final = 2.0
"""How far reports may stay behind the tickets."""


def relay_of(
    settings: Settings,
    *,
    store: Store,
    vault: Vault,
    people: PeopleDesk,
    catalogue: Callable[[], Catalogue],
    link: SurveyLink,
    round_link: RoundLink,
    now: Callable[[], datetime],
    worker: str,
) -> Relay:
    """Build a worker; without a gateway or a mail server, messages go to a file under `var`."""
    centre = Card(
        name_ko=settings.centre_ko, name_en=settings.centre_en, phone=settings.centre_phone
    )
    cards, senders = Cards(catalogue=catalogue, centre=centre), _senders(settings, now=now)
    routes: dict[str, Route] = {
        f"{TOPIC}-{way}": NoticeRoute(
            way=way,
            sender=sender,
            store=store,
            people=people,
            cards=cards,
            link=link,
            name=settings.centre_ko,
            now=now,
        )
        for way, sender in senders.items()
    }
    for way, sender in senders.items():
        routes[f"{ROUND_TOPIC}-{way}"] = SurveyRoute(
            way=way,
            sender=sender,
            store=store,
            vault=vault,
            people=people,
            centre=centre,
            link=round_link,
            now=now,
        )
    networks = [ip_network(text) for text in settings.webhook_networks.split(",") if text]
    routes[EVENT_TOPIC] = EventRoute(now=now)
    routes[HOOK_TOPIC] = WebhookRoute(
        store=store, vault=vault, sender=WebhookSender(now=now, allowed=networks), now=now
    )
    return Relay(store=store, routes=routes, worker=worker, now=now)


@asynccontextmanager
async def working(relay: Relay, reports: ReportDesk) -> AsyncIterator[None]:
    """Relay and keep reports up to date until the block ends; what is under way is finished first."""
    stop = asyncio.Event()
    tasks = [
        asyncio.create_task(relay.run(stop), name="relay"),
        asyncio.create_task(_keeping_up(reports, stop), name="reports"),
    ]
    try:
        yield
    finally:
        stop.set()
        _, late = await asyncio.wait(tasks, timeout=_STOP_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def _keeping_up(reports: ReportDesk, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await reports.bring_up_to_date()
        except Exception as error:  # noqa: BLE001 - a database that is away comes back
            _LOG.error("reports fell behind: %s", type(error).__qualname__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _REPORT_SECONDS)


def _senders(settings: Settings, *, now: Callable[[], datetime]) -> dict[Way, Sender]:
    file = FileSender(settings.var / "outgoing.jsonl", now=now)
    return {Way.SMS: _sms(settings) or file, Way.EMAIL: _mail(settings, now=now) or file}


def _sms(settings: Settings) -> SmsSender | None:
    if not settings.sms_url or settings.sms_token is None:
        return None
    token = settings.sms_token.get_secret_value()
    return SmsSender(SmsGateway(url=settings.sms_url, token=token, number=settings.centre_phone))


def _mail(settings: Settings, *, now: Callable[[], datetime]) -> SmtpSender | None:
    if not settings.smtp_host:
        return None
    password = settings.smtp_password
    server = SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        address=settings.smtp_address,
        name=settings.centre_ko,
        tls=Tls(settings.smtp_tls),
        username=settings.smtp_username or None,
        password=None if password is None else password.get_secret_value(),
    )
    return SmtpSender(server, now=now)
