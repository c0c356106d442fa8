"""How every lead of a run ended, and what each attempt came to: read off the log and the fortunes."""

import numpy as np
import numpy.typing as npt

from callcenter.domain.calls import LegKind, Outcome
from callcenter.domain.outbound import Disposition, LeadEnd
from callcenter.measures.outbound import Attempts
from callcenter.telephony.call_log import CallLog
from simulation.tables import OUTCOMES, Outbound, Tables, Workload

Codes = npt.NDArray[np.int8]
_LAST_WORDS = {
    Disposition.SUCCESS: LeadEnd.SUCCESS,
    Disposition.PARTIAL: LeadEnd.PARTIAL,
    Disposition.REFUSAL: LeadEnd.REFUSED,
    Disposition.WRONG_NUMBER: LeadEnd.WRONG_NUMBER,
}
"""Dispositions that say themselves how a lead ended, if it is not dialled again."""


def lead_ends(calls: CallLog, tables: Tables, workload: Workload) -> tuple[Codes, Codes]:
    """Return the `LeadEnd` of each lead, and the `Disposition` of each attempt in the order of rows."""
    rows = np.flatnonzero(calls.kind == LegKind.OUTBOUND)
    campaign = calls.queue[rows].astype(np.int64) - len(tables.queue)
    found = _dispositions(calls, rows, campaign, tables.outbound, workload)
    lead = calls.call[rows] - len(workload.arrived)
    attempts = np.bincount(lead, minlength=len(workload.leads.cell))
    ends = np.where(workload.leads.callable, LeadEnd.NOT_TRIED, LeadEnd.DO_NOT_CALL)
    ends = ends.astype(np.int8)
    last = np.flatnonzero(calls.attempt[rows] == attempts[lead] - 1)
    ends[lead[last]] = _ends(found[last], campaign[last], attempts[lead[last]], tables.outbound)
    return ends, found


def attempts_of(calls: CallLog, tables: Tables, workload: Workload) -> Attempts:
    """Return what measures want to know of a run's attempts and leads."""
    ends, found = lead_ends(calls, tables, workload)
    outbound, campaigns = tables.outbound, len(tables.outbound.campaign)
    campaign = np.repeat(
        np.arange(campaigns), outbound.campaign["lead_last"] - outbound.campaign["lead_first"]
    )
    left = np.isin(ends, (LeadEnd.NOT_TRIED, LeadEnd.UNFINISHED))
    wanted = left & ~stopped(campaign, ends == LeadEnd.SUCCESS, outbound, workload)

    def by_campaign(leads: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        return np.bincount(campaign[leads], minlength=campaigns)

    return Attempts(
        disposition=found,
        leads=by_campaign(workload.leads.callable),
        left=by_campaign(left),
        finished=by_campaign(wanted) == 0,
    )


def stopped(
    campaign: npt.NDArray[np.int64],
    successes: npt.NDArray[np.bool_],
    outbound: Outbound,
    workload: Workload,
) -> npt.NDArray[np.bool_]:
    """Say which leads nobody dials any more because their campaign or their cell has enough."""
    quota = outbound.campaign["quota"]
    enough = (quota >= 0) & (np.bincount(campaign[successes], minlength=len(quota)) >= quota)
    stopped: npt.NDArray[np.bool_] = enough[campaign]
    cell = workload.leads.cell
    within = np.flatnonzero(cell >= 0)
    if within.size:
        got = np.bincount(cell[successes & (cell >= 0)], minlength=len(outbound.cell_quota))
        stopped[within] |= (got >= outbound.cell_quota)[cell[within]]
    return stopped


def _dispositions(
    calls: CallLog,
    rows: npt.NDArray[np.intp],
    campaign: npt.NDArray[np.int64],
    outbound: Outbound,
    workload: Workload,
) -> Codes:
    first, stages = (outbound.campaign[name][campaign] for name in ("chance_first", "stages"))
    band = _bands(calls.arrived[rows], campaign, outbound)
    stage = np.minimum(calls.attempt[rows], stages - 1)
    chance = outbound.chance.reshape(-1, OUTCOMES)
    place = first + band * stages + stage
    luck = workload.leads.fortune["outcome"][calls.fate[rows]].astype(np.int64)
    found: Codes = np.zeros(len(rows), np.int8)
    for thresholds in chance.T:  # one column after the other: a table of all would leave the cache
        found += thresholds[place] <= luck
    found[calls.outcome[rows] == Outcome.DROPPED] = Disposition.DROPPED
    return found


def _bands(
    moments: npt.NDArray[np.int64], campaign: npt.NDArray[np.int64], outbound: Outbound
) -> npt.NDArray[np.int64]:
    """Return the band of hours in which each attempt began."""
    band = np.zeros(len(moments), np.int64)
    for number, row in enumerate(outbound.campaign):
        pieces = outbound.calling[row["calling_first"] : row["calling_last"]]
        own = np.flatnonzero(campaign == number)
        place = np.searchsorted(pieces["start"], moments[own], side="right") - 1
        band[own] = pieces["band"][place]
    return band


def _ends(
    found: Codes,
    campaign: npt.NDArray[np.int64],
    attempts: npt.NDArray[np.int64],
    outbound: Outbound,
) -> Codes:
    """Return how a lead ended whose last attempt came to this."""
    again = outbound.course["again"].reshape(-1, len(Disposition))[campaign, found]
    ends = np.full(len(found), LeadEnd.CLOSED, np.int8)
    for disposition, end in _LAST_WORDS.items():
        ends[found == disposition] = end
    ends[again] = LeadEnd.UNFINISHED
    ends[again & (attempts >= outbound.campaign["attempts"][campaign])] = LeadEnd.EXHAUSTED
    return ends
