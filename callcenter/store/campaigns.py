"""Campaigns: one row each, everything they were ever told, and successes counted under a lock."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.campaigns import (
    USUALLY_KEPT,
    Campaign,
    CampaignState,
    Mode,
    QuotaCell,
    Windows,
)
from callcenter.domain.outbound import Disposition
from callcenter.errors import ConflictError, StaleError
from callcenter.store.tables.campaigns import CAMPAIGN, CAMPAIGN_CELL, CAMPAIGN_EVENT

WHOLE: str = ""
"""Names the row that counts for a whole campaign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellCount:
    """How far a cell is, or the whole campaign."""

    cell: str
    quota: int | None
    successes: int

    @property
    def full(self) -> bool:
        """Whether no more are wanted."""
        return self.quota is not None and self.successes >= self.quota


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One command that a campaign was given."""

    version: int
    command: str
    at: datetime
    by: str


class Campaigns:
    """Campaigns within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def add(self, campaign: Campaign, *, at: datetime, by: str) -> None:
        """Write a new campaign.

        Raises:
            ConflictError: the code is another one's.
        """
        try:
            await self._connection.execute(insert(CAMPAIGN).values(**_columns(campaign)))
        except IntegrityError as error:
            raise ConflictError(f"there is a campaign {campaign.code} already") from error
        await self._write_cells(campaign)
        await self._tell(campaign, "create", at=at, by=by)

    async def put(self, campaign: Campaign, command: str, *, at: datetime, by: str) -> None:
        """Write a campaign over its last version, and what it was told.

        Raises:
            StaleError: it is at another version already.
        """
        changed = await self._connection.execute(
            update(CAMPAIGN)
            .where(CAMPAIGN.c.code == campaign.code, CAMPAIGN.c.version == campaign.version - 1)
            .values(**_columns(campaign))
        )
        if changed.rowcount != 1:
            raise StaleError(f"campaign {campaign.code} was changed meanwhile: read it again")
        if campaign.state is CampaignState.DRAFT:
            await self._connection.execute(
                CAMPAIGN_CELL.delete().where(CAMPAIGN_CELL.c.campaign == campaign.code)
            )
            await self._write_cells(campaign)
        await self._tell(campaign, command, at=at, by=by)

    async def get(self, code: str, *, lock: bool = False) -> Campaign | None:
        """Return a campaign, held against changes if asked."""
        query = select(CAMPAIGN).where(CAMPAIGN.c.code == code)
        if lock and self._connection.dialect.name == "postgresql":
            query = query.with_for_update()
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return _campaign(row, await self._cells([code]))

    async def every(self, *, states: Iterable[CampaignState] = CampaignState) -> list[Campaign]:
        """Return the campaigns in some states, the most pressing first."""
        query = (
            select(CAMPAIGN)
            .where(CAMPAIGN.c.state.in_(list(states)))
            .order_by(CAMPAIGN.c.priority.desc(), CAMPAIGN.c.code)
        )
        rows = (await self._connection.execute(query)).all()
        cells = await self._cells([row.code for row in rows])
        return [_campaign(row, cells) for row in rows]

    async def told(self, code: str) -> list[Told]:
        """Return everything a campaign was told, in order."""
        query = select(CAMPAIGN_EVENT).where(CAMPAIGN_EVENT.c.campaign == code)
        rows = await self._connection.execute(query.order_by(CAMPAIGN_EVENT.c.version))
        return [
            Told(version=row.version, command=row.command, at=row.at, by=row.by) for row in rows
        ]

    # --- Quotas -------------------------------------------------------------------------------------

    async def counts(self, code: str) -> dict[str, CellCount]:
        """Return how far each cell is, and under `WHOLE` how far the campaign is."""
        return _counts(await self._connection.execute(_cells_of(CAMPAIGN_CELL.c.campaign == code)))

    async def succeeds(self, code: str, cell: str) -> list[CellCount]:
        """Count one success; return what it counted for. Whoever else counts waits for this to end."""
        found: list[CellCount] = []
        for one in dict.fromkeys((WHOLE, cell)):
            counted = await self._connection.execute(
                update(CAMPAIGN_CELL)
                .where(CAMPAIGN_CELL.c.campaign == code, CAMPAIGN_CELL.c.cell == one)
                .values(successes=CAMPAIGN_CELL.c.successes + 1)
                .returning(*CAMPAIGN_CELL.c)
            )
            found += _counts(counted).values()
        return found

    async def full(self, code: str, cell: str) -> bool:
        """Say whether no more of a cell are wanted, or of the campaign."""
        one_of = CAMPAIGN_CELL.c.cell.in_([WHOLE, cell])
        query = _cells_of(CAMPAIGN_CELL.c.campaign == code, one_of)
        found = _counts(await self._connection.execute(query))
        return any(count.full for count in found.values())

    # --- Within -------------------------------------------------------------------------------------

    async def _cells(self, codes: list[str]) -> Mapping[str, list[Row[Any]]]:
        found: dict[str, list[Row[Any]]] = {code: [] for code in codes}
        query = _cells_of(CAMPAIGN_CELL.c.campaign.in_(codes), CAMPAIGN_CELL.c.cell != WHOLE)
        for row in await self._connection.execute(query):
            found[row.campaign].append(row)
        return found

    async def _write_cells(self, campaign: Campaign) -> None:
        names = [cell.ko for cell in campaign.cells]
        quotas = [(WHOLE, campaign.wanted), *((cell.code, cell.quota) for cell in campaign.cells)]
        rows = [
            {
                "campaign": campaign.code,
                "cell": cell,
                "ko": name,
                "place": place,
                "quota": quota,
                "successes": 0,
            }
            for place, ((cell, quota), name) in enumerate(
                zip(quotas, [campaign.name_ko, *names], strict=True)
            )
        ]
        await self._connection.execute(insert(CAMPAIGN_CELL), rows)

    async def _tell(self, campaign: Campaign, command: str, *, at: datetime, by: str) -> None:
        await self._connection.execute(
            insert(CAMPAIGN_EVENT).values(
                campaign=campaign.code,
                version=campaign.version,
                command=command,
                at=at,
                by=by,
                body=_rules(campaign),
            )
        )


def _cells_of(*wanted: ColumnElement[bool]) -> Any:
    return select(CAMPAIGN_CELL).where(*wanted).order_by(CAMPAIGN_CELL.c.place)


def _counts(rows: Iterable[Row[Any]]) -> dict[str, CellCount]:
    return {
        row.cell: CellCount(cell=row.cell, quota=row.quota, successes=row.successes) for row in rows
    }


def is_full(campaign: Any, cell: Any) -> ColumnElement[bool]:
    """Say in SQL whether no more of a column's cell are wanted, or of its campaign."""
    counted = CAMPAIGN_CELL
    return (
        select(counted.c.campaign)
        .where(counted.c.campaign == campaign, or_(counted.c.cell == WHOLE, counted.c.cell == cell))
        .where(counted.c.successes >= counted.c.quota)
        .exists()
    )


# --- Rules as text --------------------------------------------------------------------------------------


def _columns(campaign: Campaign) -> dict[str, Any]:
    return {
        "code": campaign.code,
        "name_ko": campaign.name_ko,
        "name_en": campaign.name_en,
        "field": campaign.field,
        "first_day": campaign.first_day.isoformat(),
        "last_day": campaign.last_day.isoformat(),
        "rules": _rules(campaign),
        "priority": campaign.priority,
        "state": campaign.state,
        "version": campaign.version,
    }


def _rules(campaign: Campaign) -> str:
    said = {
        "windows": [
            [[opens.isoformat("minutes"), closes.isoformat("minutes")] for opens, closes in day]
            for day in campaign.windows
        ],
        "on_holidays": campaign.on_holidays,
        "attempts": campaign.attempts,
        "waits": {
            disposition.name.lower(): wait // timedelta(seconds=1)
            for disposition, wait in campaign.waits.items()
        },
        "change_hour": campaign.change_hour,
        "quota": campaign.quota,
        "mode": campaign.mode,
        "keep_days": campaign.keep_days,
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _campaign(row: Row[Any], cells: Mapping[str, list[Row[Any]]]) -> Campaign:
    said = json.loads(row.rules)
    return Campaign(
        code=row.code,
        name_ko=row.name_ko,
        name_en=row.name_en,
        field=row.field,
        first_day=date.fromisoformat(row.first_day),
        last_day=date.fromisoformat(row.last_day),
        windows=_windows(said["windows"]),
        on_holidays=said["on_holidays"],
        attempts=said["attempts"],
        waits={
            Disposition[name.upper()]: timedelta(seconds=seconds)
            for name, seconds in said["waits"].items()
        },
        change_hour=said["change_hour"],
        quota=said["quota"],
        cells=tuple(
            QuotaCell(code=cell.cell, ko=cell.ko, quota=cell.quota) for cell in cells[row.code]
        ),
        priority=row.priority,
        mode=Mode(said["mode"]),
        keep_days=said.get("keep_days", USUALLY_KEPT),
        state=CampaignState(row.state),
        version=row.version,
    )


def _windows(said: list[list[list[str]]]) -> Windows:
    return tuple(
        tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in day)
        for day in said
    )
