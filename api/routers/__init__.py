"""One file a noun. A route says who may use it, calls one use case, and shapes the answer."""

from typing import Any, Final

from fastapi import APIRouter

from api.routers import (
    access,
    accounts,
    agents,
    attachments,
    audit,
    calendars,
    calls,
    campaigns,
    catalogue,
    definitions,
    delivery,
    documents,
    health,
    live,
    live_reports,
    people,
    reports,
    surveys,
    ticket_commands,
    tickets,
    transfers,
    work_cases,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    health.router,
    documents.router,
    access.router,
    accounts.router,
    catalogue.router,
    tickets.router,
    ticket_commands.router,
    attachments.router,
    people.router,
    delivery.router,
    audit.router,
    live.router,
    reports.router,
    live_reports.router,
    calls.router,
    agents.router,
    campaigns.router,
    definitions.router,
    surveys.router,
    calendars.router,
    work_cases.router,
    transfers.router,
)
"""Every router of the application, in the order of the OpenAPI document."""

TAGS: Final[list[dict[str, Any]]] = [
    {"name": "health", "description": "Is the house alive, and fit to serve? 상태 확인"},
    {"name": "documents", "description": "What this API is. 문서"},
    {"name": "access", "description": "Log in, and who am I. 로그인"},
    {"name": "tickets", "description": "Petitions: their number, clock and answer. 민원"},
    {"name": "people", "description": "Petitioners, masked; in full for a purpose. 민원인"},
    {"name": "delivery", "description": "Notices, webhooks, dead letters. 통지와 연계"},
    {"name": "live", "description": "The centre as it is, and as it was. 실시간 현황판"},
    {"name": "reports", "description": "What came in and what was done about it. 보고서"},
    {"name": "calls", "description": "Calls one by one, and those behind a figure. 통화"},
    {"name": "agents", "description": "Agents' days, for who may see them. 상담사"},
    {"name": "campaigns", "description": "Whom the centre calls of its own accord. 발신 캠페인"},
    {"name": "definitions", "description": "What figures mean, in versions. 지표 정의"},
    {"name": "surveys", "description": "What citizens say after a closing. 만족도 조사"},
    {"name": "calendars", "description": "What days count. 근무일 달력"},
    {"name": "work cases", "description": "Problems that petitions are about. 사건"},
    {"name": "transfers", "description": "Many tickets at once, out and in. 내보내기와 가져오기"},
    {"name": "audit", "description": "Verified and sealed history. 감사"},
    {"name": "catalogue", "description": "Services and departments. 서비스와 부서"},
    {"name": "accounts", "description": "People, keys and the audit of both. 계정과 API 키 관리"},
]
