"""Reports, calls, agents and definitions through the door: forms, links, and who may see whom."""

import csv
import io
from typing import Any

import pytest

from callcenter.domain.access import Role
from tests import legs
from tests.doors import House

DAY = {"first": "2026-11-20", "last": "2026-11-20"}


async def asked(house: House, path: str, who: dict[str, str], **params: Any) -> Any:
    answer = await house.client.get(path, params=params, headers=who)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refused(house: House, path: str, who: dict[str, str], **params: Any) -> int:
    return (await house.client.get(path, params=params, headers=who)).status_code


# --- Reports -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("report", ["service-level", "handling-time", "volumes"])
async def test_every_number_of_a_report_leads_to_its_calls(each_house: House, report: str) -> None:
    house = each_house
    await legs.settle(house.services.store)
    lead = await house.bearer(Role.LEAD)

    told = await asked(house, f"/v1/reports/{report}", lead, **DAY, by="queue")

    known = {one["id"] for one in told["definitions"]}
    for section in told["sections"]:
        for line in (section["total"], *section["lines"]):
            for figure in line["figures"]:
                assert figure["definition"] in known
                assert await _sum(house, figure["calls"]["numerator"], lead) == pytest.approx(
                    figure["numerator"]
                )


async def _sum(house: House, link: str, who: dict[str, str]) -> float:
    total, cursor = 0.0, None
    while True:
        page = await asked_link(house, link, who, cursor=cursor)
        total += sum(one["counts"] for one in page["items"])
        cursor = page["next"]
        if cursor is None:
            return total


async def asked_link(house: House, link: str, who: dict[str, str], *, cursor: str | None) -> Any:
    more = f"&limit=100{f'&cursor={cursor}' if cursor else ''}"
    answer = await house.client.get(link + more, headers=who)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("asked_as", "headers"), [({"form": "csv"}, {}), ({}, {"Accept": "text/csv"})]
)
async def test_a_report_can_be_had_as_a_table(
    house: House, asked_as: dict[str, str], headers: dict[str, str]
) -> None:
    await legs.settle(house.services.store)
    lead = await house.bearer(Role.LEAD)

    answer = await house.client.get(
        "/v1/reports/volumes", params={**DAY, **asked_as}, headers=lead | headers
    )

    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    arrived = [
        row for row in rows if row["definition"] == "arrived" and row["section"] == "inbound"
    ]
    assert [row["key"] for row in arrived] == ["", "2026-11-20"]
    assert arrived[0]["value"] == arrived[1]["value"]
    assert arrived[0]["ko"] == "총인입"


async def test_a_table_for_spreadsheets_says_that_it_is_unicode(house: House) -> None:
    lead = await house.bearer(Role.LEAD)

    answer = await house.client.get(
        "/v1/reports/volumes", params={**DAY, "form": "csv-bom"}, headers=lead
    )

    assert answer.content.startswith(b"\xef\xbb\xbf")


async def test_who_accepts_neither_form_gets_none(house: House) -> None:
    lead = await house.bearer(Role.LEAD)
    picture = lead | {"Accept": "image/png"}

    assert await refused(house, "/v1/reports/volumes", picture, **DAY) == 406


async def test_only_who_leads_or_listens_reports_on_others_by_name(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    planner = await house.bearer(Role.PLANNER)
    quality = await house.bearer(Role.QUALITY)
    report = "/v1/reports/handling-time"

    assert await refused(house, report, agent, **DAY, by="agent") == 403
    assert await refused(house, report, planner, **DAY, by="agent") == 403
    assert await refused(house, report, planner, **DAY, agent="general-01") == 403
    assert await refused(house, report, agent, **DAY, agent="one-agent") == 200
    assert await refused(house, report, planner, **DAY, by="queue") == 200
    assert await refused(house, report, quality, **DAY, by="agent") == 200


async def test_satisfaction_tells_of_calls_too(house: House) -> None:
    settled = await legs.settle(house.services.store)
    planner = await house.bearer(Role.PLANNER)

    told = await asked(house, "/v1/reports/satisfaction", planner, **DAY)

    answers = list(legs.answers_to(settled))
    assert told["calls"]["all"]["responses"] == len(answers)
    assert told["calls"]["all"]["interval"]["low"] < told["calls"]["all"]["value"]
    assert set(told["calls"]["queues"]) == set(legs.QUEUES)


# --- Calls -------------------------------------------------------------------------------------------


async def test_without_a_day_the_calls_of_today_are_listed(each_house: House) -> None:
    settled = await legs.settle(each_house.services.store)
    lead = await each_house.bearer(Role.LEAD)

    page = await asked(each_house, "/v1/calls", lead, limit=5)

    assert [one["call"] for one in page["items"]] == [one.call for one in settled[:-6:-1]]
    assert page["items"][0]["outcome_ko"]
    assert page["next"]


async def test_a_dialled_call_says_for_which_campaign_and_what_came_of_it(house: House) -> None:
    await legs.settle(house.services.store)
    lead = await house.bearer(Role.LEAD)

    page = await asked(house, "/v1/calls", lead, limit=100)

    said = {(one["kind"], one["campaign"], one["disposition"]) for one in page["items"]}
    assert said == {
        ("fresh", None, None),
        ("outbound", "water-bills", None),
        ("outbound", "water-bills", "call_later"),
    }


async def test_a_cursor_is_good_for_its_own_list_only(house: House) -> None:
    await legs.settle(house.services.store)
    lead = await house.bearer(Role.LEAD)
    cursor = (await asked(house, "/v1/calls", lead, limit=5))["next"]

    assert await refused(house, "/v1/calls", lead, cursor=cursor, queue="tax") == 422
    assert await refused(house, "/v1/calls", lead, cursor="made-up") == 422


async def test_an_agent_lists_the_own_calls_and_no_others(house: House) -> None:
    settled = await legs.settle(house.services.store)
    agent = {"Authorization": f"Bearer {await _token(house, 'general-01')}"}
    other = next(one for one in settled if one.agent == "tax-01")
    own = next(one for one in settled if one.agent == "general-01")

    page = await asked(house, "/v1/calls", agent, **DAY)

    assert {one["agent"] for one in page["items"]} == {"general-01"}
    assert await refused(house, "/v1/calls", agent, **DAY, agent="tax-01") == 403
    assert await refused(house, f"/v1/calls/pbx1/{other.call}", agent) == 404
    assert await refused(house, f"/v1/calls/pbx1/{own.call}", agent) == 200


async def _token(house: House, login: str) -> str:
    return await house.token(await house.login(Role.AGENT, login=login))


async def test_a_call_that_nobody_told_of_is_not_found(house: House) -> None:
    assert await refused(house, "/v1/calls/pbx1/none", await house.bearer(Role.LEAD)) == 404


# --- Agents ------------------------------------------------------------------------------------------


async def test_who_leads_sees_names_and_times(each_house: House) -> None:
    await legs.settle(each_house.services.store)
    lead = await each_house.bearer(Role.LEAD)

    told = await asked(each_house, "/v1/agents", lead, day="2026-11-20")
    ann = await asked(each_house, "/v1/agents/general-01", lead, day="2026-11-20")

    assert [one["agent"] for one in told["agents"]] == list(legs.AGENTS)
    assert told["agents"][0]["seconds"]["available"] > 0
    assert ann["spells"][0]["ko"] == "수신가능"
    assert ann["csat"]["responses"] > 0
    assert {one["group"] for one in told["groups"]} == {"general", "tax"}


async def test_quality_sees_calls_and_answers_without_discipline_timers(house: House) -> None:
    await legs.settle(house.services.store)
    quality = await house.bearer(Role.QUALITY)

    ann = await asked(house, "/v1/agents/general-01", quality, day="2026-11-20")

    assert (ann["seconds"], ann["spells"]) == (None, None)
    assert {one["definition"] for one in ann["figures"]}.isdisjoint({"occupancy", "utilisation"})


async def test_a_planner_sees_nobody_and_an_agent_only_himself(house: House) -> None:
    await legs.settle(house.services.store)
    planner = await house.bearer(Role.PLANNER)
    agent = {"Authorization": f"Bearer {await _token(house, 'general-01')}"}

    by_planner = await asked(house, "/v1/agents", planner, day="2026-11-20")
    by_agent = await asked(house, "/v1/agents", agent, day="2026-11-20")

    assert by_planner["agents"] == []
    assert by_planner["all"] == by_agent["all"]
    assert [one["agent"] for one in by_agent["agents"]] == ["general-01"]
    assert await refused(house, "/v1/agents/tax-01", agent, day="2026-11-20") == 404
    assert await refused(house, "/v1/agents/general-01", agent, day="2026-11-20") == 200


# --- Definitions -------------------------------------------------------------------------------------


async def test_a_manager_gives_a_new_version(each_house: House) -> None:
    manager = await each_house.bearer(Role.MANAGER)
    said = {"valid_from": "2026-11-21", "threshold_s": 30, "flow_outs": True}

    async def give(version: str) -> Any:
        return await each_house.client.post(
            "/v1/definitions/sl-b/versions", json=said, headers=manager | {"If-Match": version}
        )

    first, again = await give('"1"'), await give('"1"')
    told = await asked(each_house, "/v1/definitions", manager)

    assert first.status_code == 201
    assert first.json()["formula"].endswith("flowed_out + overdue)")
    assert again.status_code == 412
    assert [one["version"] for one in told if one["id"] == "sl-b"] == [1, 2]
