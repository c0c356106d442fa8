"""Versions of definitions that somebody made: they only grow, as what they define is never redefined."""

from typing import Final

from sqlalchemy import Column, Integer, String, Table, Text

from callcenter.store.base import METADATA, Utc

MEASURE_DEFINITION: Final = Table(
    "measure_definition",
    METADATA,
    Column("id", String(60), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("valid_from", String(10), nullable=False),
    Column("body", Text, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("at", Utc, nullable=False),
)
"""`valid_from` is a day of Korea; `body` is JSON of what the version says."""
