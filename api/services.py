"""Everything alive that a request may use, in one frozen bundle; `wiring` makes it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from api.limits import Pace
from api.live.opening import LiveParts
from api.observing import Figures, Log
from api.security import Identity, Sessions
from api.settings import Settings
from callcenter.desk.accounts import AccountDesk
from callcenter.desk.attachments import AttachmentDesk
from callcenter.desk.audit import Audit
from callcenter.desk.calendars import CalendarShelf
from callcenter.desk.call_lists import CallDesk
from callcenter.desk.campaign_progress import CampaignProgress
from callcenter.desk.campaigns import CampaignDesk
from callcenter.desk.definitions import DefinitionDesk
from callcenter.desk.dialling import DiallingDesk
from callcenter.desk.do_not_call import DoNotCallDesk
from callcenter.desk.exports import ExportDesk
from callcenter.desk.frontiers import FrontierDesk
from callcenter.desk.imports import ImportDesk
from callcenter.desk.lead_imports import LeadImportDesk
from callcenter.desk.live_reports import LiveReportDesk
from callcenter.desk.people import PeopleDesk
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
from callcenter.domain.services import Catalogue
from callcenter.store.unit_of_work import Store
from callcenter.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Live objects, made once at start and closed at the end."""

    settings: Settings
    now: Callable[[], datetime]
    log: Log
    figures: Figures
    pace: Pace
    store: Store
    vault: Vault
    calendars: CalendarShelf
    catalogue: Callable[[], Catalogue]
    people: PeopleDesk
    tickets: TicketDesk
    reader: TicketReader
    recounting: Recounting
    attachments: AttachmentDesk
    webhooks: WebhookDesk
    work_cases: WorkCaseDesk
    imports: ImportDesk
    exports: ExportDesk
    surveys: SurveyDesk
    survey_rounds: SurveyRoundDesk
    survey_answers: SurveyAnswerDesk
    survey_leads: SurveyLeadDesk
    survey_sending: SurveySendingDesk
    survey_round_reports: SurveyRoundReports
    live: LiveParts
    reports: ReportDesk
    live_reports: LiveReportDesk
    calls: CallDesk
    definitions: DefinitionDesk
    campaigns: CampaignDesk
    campaign_progress: CampaignProgress
    lead_imports: LeadImportDesk
    dialling: DiallingDesk
    do_not_call: DoNotCallDesk
    frontiers: FrontierDesk
    audit: Audit
    accounts: AccountDesk
    sessions: Sessions
    identities: tuple[Identity, ...]
    """Who knows credentials in headers, asked in this order."""
    page_identity: Identity
    """Who knows the cookie of pages."""
