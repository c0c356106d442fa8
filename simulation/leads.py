"""Whom campaigns call: each lead's cell, whether it may be called, and the fortune of every attempt.

Fortunes are coins. What an attempt comes to, and how long each part of it takes, follows from them and
from the hour and number of the attempt by the tables alone, so that two ways of dialling meet the same
citizens. Each attempt number has a stream of its own: another attempt moves none that is there already.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from callcenter.telephony.call_log import NONE
from simulation.laws import ladder
from simulation.programme import CampaignProgramme
from simulation.streams import Streams
from simulation.tables import FORTUNE, Leads

_WORDS: Final = FORTUNE.itemsize // 8


def draw_leads(campaigns: Sequence[CampaignProgramme], streams: Streams) -> Leads:
    """Draw the leads of all campaigns, one campaign after the other."""
    if not campaigns:
        return Leads()
    return Leads(
        cell=np.concatenate([_cells(campaign, streams) for campaign in campaigns]),
        callable=np.concatenate([_callable(campaign, streams) for campaign in campaigns]),
        fortune=_fortunes(campaigns, streams),
    )


def _cells(campaign: CampaignProgramme, streams: Streams) -> npt.NDArray[np.int32]:
    if not campaign.cells:
        return np.full(campaign.leads, NONE, np.int32)
    if campaign.listed_cells:
        return np.array(campaign.listed_cells, np.int32) + np.int32(campaign.first_cell)
    steps = ladder(np.array(campaign.cells, np.float64))
    luck = streams.of(f"campaign/cell/{campaign.name}").random(campaign.leads)
    found = np.searchsorted(steps, luck, side="right") + campaign.first_cell
    return found.astype(np.int32)


def _callable(campaign: CampaignProgramme, streams: Streams) -> npt.NDArray[np.bool_]:
    may = ~np.array(campaign.barred or [False] * campaign.leads, np.bool_)
    if not campaign.do_not_call:
        return may
    luck = streams.of(f"campaign/do-not-call/{campaign.name}").random(campaign.leads)
    return may & (luck >= campaign.do_not_call)


def _fortunes(campaigns: Sequence[CampaignProgramme], streams: Streams) -> npt.NDArray[np.void]:
    whole = sum(campaign.leads * campaign.attempts for campaign in campaigns)
    words = np.empty(whole * _WORDS, "<u8")
    first = 0
    for campaign in campaigns:
        for attempt in range(campaign.attempts):
            last = first + campaign.leads * _WORDS
            rng = streams.of(f"campaign/attempt/{campaign.name}", attempt)
            words[first:last] = rng.bit_generator.random_raw(last - first)
            first = last
    return words.astype("u8", copy=False).view(FORTUNE)
