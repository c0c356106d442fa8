"""The one place that knows the concrete classes: from settings to everything alive, and back to nothing."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta

from api.embedded import Say, Secrets, check_production, first_manager, secrets_of
from api.limits import Pace
from api.live.city import inhabited
from api.live.expecting import expected_of
from api.live.figures import LiveFigures
from api.live.opening import live_parts
from api.observing import Figures, Log
from api.relaying import relay_of, working
from api.security import Identity, KeyIdentity, LoginIdentity, Purpose, Sessions
from api.services import Services
from api.settings import Settings
from callcenter.catalogue import read_catalogue, text_of
from callcenter.clock import Clock, WallClock
from callcenter.desk.accounts import AccountDesk
from callcenter.desk.attachments import AttachmentDesk
from callcenter.desk.audit import Audit
from callcenter.desk.calendars import CalendarShelf
from callcenter.desk.call_lists import CallDesk
from callcenter.desk.campaign_progress import CampaignProgress
from callcenter.desk.campaigns import CampaignDesk
from callcenter.desk.definitions import DefinitionDesk
from callcenter.desk.dialling import DiallingDesk
from callcenter.desk.do_not_call import DoNotCallDesk, check_keys
from callcenter.desk.exports import ExportDesk
from callcenter.desk.frontiers import FrontierDesk
from callcenter.desk.imports import ImportDesk
from callcenter.desk.lead_imports import LeadImportDesk
from callcenter.desk.live_reports import LiveReportDesk
from callcenter.desk.notices import write_invitation
from callcenter.desk.passwords import Passwords
from callcenter.desk.people import PeopleDesk
from callcenter.desk.reactions import reactions
from callcenter.desk.recounting import Recounting
from callcenter.desk.reports import ReportDesk
from callcenter.desk.survey_answers import SurveyAnswerDesk
from callcenter.desk.survey_leads import SurveyLeadDesk
from callcenter.desk.survey_round_reports import SurveyRoundReports
from callcenter.desk.survey_rounds import SurveyRoundDesk
from callcenter.desk.survey_sending import SurveySendingDesk
from callcenter.desk.surveys import SurveyDesk
from callcenter.desk.ticket_reading import TicketReader
from callcenter.desk.tickets import TicketDesk
from callcenter.desk.webhooks import WebhookDesk
from callcenter.desk.work_cases import WorkCaseDesk
from callcenter.domain.access import SYSTEM
from callcenter.domain.services import Catalogue
from callcenter.errors import CalendarError, InputError
from callcenter.store import migrate
from callcenter.store.engine import Database
from callcenter.store.unit_of_work import Store
from callcenter.vault import KeyRing, Vault


@asynccontextmanager
async def access_desk(
    settings: Settings, *, now: Callable[[], datetime], draw: Callable[[int], bytes]
) -> AsyncIterator[tuple[Store, AccountDesk]]:
    """Open no more than it takes to let people and machines in.

    Raises:
        InputError: a setting is unfit, or the schema is not this version's.
    """
    await _schema(settings)
    database = Database(settings.database_url)
    try:
        store = Store(database)
        yield store, AccountDesk(store, passwords=Passwords(), now=now, draw=draw)
    finally:
        await database.close()


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    now: Callable[[], datetime],
    draw: Callable[[int], bytes],
    log: Log,
    figures: Figures,
    say: Say,
    passwords: Passwords | None = None,
    clock: Clock | None = None,
    issuers: tuple[Identity, ...] = (),
) -> AsyncIterator[Services]:
    """Build everything from settings; close it when the block ends.

    `issuers` know credentials of others than the house, such as an OpenID provider's tokens.

    Raises:
        InputError: a setting or a secret is unfit, or the schema is not this version's.
    """
    secrets = secrets_of(settings, draw=draw, say=say)
    check_production(settings)
    await _schema(settings)
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url)
        stack.push_async_callback(database.close)
        store = Store(database)
        accounts = AccountDesk(store, passwords=passwords or Passwords(), now=now, draw=draw)
        calendars = await _calendars(store, now=now)
        if settings.embedded and not settings.production:
            await first_manager(store, accounts, say=say)
        sessions = _sessions(settings, secrets, now=now)
        vault = vault_of(secrets, draw=draw)
        await check_keys(store, vault)
        catalogue = await _catalogue(settings, store, now=now)
        people = PeopleDesk(store=store, vault=vault, now=now)
        surveys = SurveyDesk(
            store=store,
            vault=vault,
            now=now,
            invite=write_invitation,
            share=settings.survey_share,
            page=f"{settings.public_url}/s",
        )
        tickets = TicketDesk(
            store=store,
            catalogue=lambda: catalogue,
            calendars=calendars,
            people=people,
            now=now,
            reactions=reactions(now=now, more=(surveys.closed,)),
        )
        reports = ReportDesk(store=store, calendars=calendars, now=now)
        answers = SurveyAnswerDesk(
            store=store, vault=vault, now=now, page=f"{settings.public_url}/s"
        )
        relay = relay_of(
            settings,
            store=store,
            vault=vault,
            people=people,
            catalogue=lambda: catalogue,
            link=surveys.link,
            round_link=answers.link_of,
            now=now,
            worker=f"relay-{draw(4).hex()}",
        )
        clock = clock or WallClock()
        progress = CampaignProgress(store=store, calendars=calendars, now=now)
        live = await stack.enter_async_context(
            live_parts(
                settings,
                store=store,
                now=now,
                clock=clock,
                draw=draw,
                under_way=progress.under_way,
                expected=expected_of(settings),
            )
        )
        figures.registry.register(LiveFigures(live))
        services = Services(
            settings=settings,
            now=now,
            log=log,
            figures=figures,
            pace=Pace(clock=clock),
            store=store,
            vault=vault,
            calendars=calendars,
            catalogue=lambda: catalogue,
            people=people,
            tickets=tickets,
            reader=TicketReader(store=store, calendars=calendars),
            recounting=Recounting(store=store, tickets=tickets, calendars=calendars),
            attachments=AttachmentDesk(store=store, now=now),
            webhooks=WebhookDesk(store=store, vault=vault, now=now, random_bytes=draw),
            work_cases=WorkCaseDesk(
                store=store, tickets=tickets, catalogue=lambda: catalogue, now=now
            ),
            imports=ImportDesk(store=store, tickets=tickets, catalogue=lambda: catalogue, now=now),
            exports=ExportDesk(store=store, now=now),
            surveys=surveys,
            survey_rounds=SurveyRoundDesk(store=store, now=now),
            survey_answers=answers,
            survey_leads=SurveyLeadDesk(store=store, vault=vault, calendars=calendars, now=now),
            survey_sending=SurveySendingDesk(store=store, vault=vault, now=now),
            survey_round_reports=SurveyRoundReports(store=store),
            live=live,
            reports=reports,
            live_reports=LiveReportDesk(store=store, now=live.centre),
            calls=CallDesk(store=store, now=live.centre),
            definitions=DefinitionDesk(store=store, now=live.centre),
            campaigns=CampaignDesk(store=store, calendars=calendars, now=now),
            campaign_progress=progress,
            lead_imports=LeadImportDesk(store=store, vault=vault, calendars=calendars, now=now),
            dialling=DiallingDesk(store=store, vault=vault, calendars=calendars, now=now),
            do_not_call=DoNotCallDesk(store=store, vault=vault, now=now),
            frontiers=FrontierDesk(store=store, now=now),
            audit=Audit(store=store, now=now, calendars=calendars),
            accounts=accounts,
            sessions=sessions,
            identities=(
                KeyIdentity(accounts),
                *issuers,
                _logins(settings, accounts, sessions, purpose=Purpose.ACCESS),
            ),
            page_identity=_logins(settings, accounts, sessions, purpose=Purpose.PAGE),
        )
        if settings.background:
            await stack.enter_async_context(working(relay, reports))
        await stack.enter_async_context(
            inhabited(
                settings,
                live,
                store=store,
                tickets=tickets,
                catalogue=lambda: catalogue,
                now=now,
            )
        )
        yield services


async def _schema(settings: Settings) -> None:
    """Bring a file of our own to this version's schema; of a server's database only ask."""
    if settings.embedded:
        settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)
        await migrate.upgrade(settings.database_url)
        return
    revision = await migrate.revision_of(settings.database_url)
    if revision != migrate.head():
        raise InputError(
            f"expected the schema {migrate.head()!r}, found {revision or 'none'!r}: "
            "run `callcenter db upgrade`",
            key="database",
        )


async def _calendars(store: Store, *, now: Callable[[], datetime]) -> CalendarShelf:
    """Load the calendars; publish the known holidays where there is none yet."""
    calendars = CalendarShelf(store=store, now=now)
    await calendars.load()
    try:
        _ = calendars.current
    except CalendarError:
        await calendars.publish(actor=SYSTEM)
    return calendars


async def _catalogue(settings: Settings, store: Store, *, now: Callable[[], datetime]) -> Catalogue:
    """Read the catalogue, and keep this version of it for ever."""
    text = text_of(settings.catalogue)
    catalogue = read_catalogue(text, name=str(settings.catalogue))
    async with store.writing() as uow:
        await uow.reference.add_catalogue(
            catalogue.version, text, loaded_at=now(), loaded_by=SYSTEM.login
        )
    return catalogue


def vault_of(secrets: Secrets, *, draw: Callable[[int], bytes]) -> Vault:
    """Open the vault with its three rings."""
    return Vault(
        sealing=KeyRing.from_text(secrets.sealing_keys, name="CALLCENTER_SEALING_KEYS"),
        lookup=KeyRing.from_text(secrets.lookup_keys, name="CALLCENTER_LOOKUP_KEYS"),
        signing=KeyRing.from_text(secrets.signing_keys, name="CALLCENTER_SIGNING_KEYS"),
        random_bytes=draw,
    )


def _sessions(settings: Settings, secrets: Secrets, *, now: Callable[[], datetime]) -> Sessions:
    return Sessions(
        secret=secrets.session_key,
        now=now,
        access=timedelta(minutes=settings.access_minutes),
        page=timedelta(hours=settings.session_hours),
    )


def _logins(
    settings: Settings, accounts: AccountDesk, sessions: Sessions, *, purpose: Purpose
) -> LoginIdentity:
    return LoginIdentity(
        accounts, sessions, purpose=purpose, per_minute=settings.requests_per_minute
    )
