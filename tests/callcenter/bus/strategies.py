"""Everything a source can say, drawn from the vocabulary itself: a new kind of event is drawn too."""

import types
import typing
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from callcenter.bus.codec import BOUNDS
from callcenter.bus.notes import NOTES, Note
from callcenter.telephony.events import EVENTS, Told
from callcenter.telephony.words import TimePrecision

LEVELS = {"queue", "agent", "of"}
NAMES = st.text(
    st.characters(categories=("L", "N", "P", "S"), exclude_characters="+#/"),
    min_size=1,
    max_size=12,
).filter(str.isprintable)
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20)
TICKS = st.integers(0, 4_000_000_000_000_000)


def values(hint: Any, *, name: str = "") -> st.SearchStrategy[Any]:
    """Draw what a field may hold."""
    if get_origin(hint) in {typing.Union, types.UnionType}:
        return st.one_of(*(values(choice, name=name) for choice in get_args(hint)))
    if get_origin(hint) is typing.Literal:
        return st.sampled_from(get_args(hint))
    if get_origin(hint) is tuple:
        return st.lists(values(get_args(hint)[0]), max_size=3).map(tuple)
    if is_dataclass(hint):
        return bodies(typing.cast("type[Any]", hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    drawn: dict[Any, st.SearchStrategy[Any]] = {
        type(None): st.none(),
        bool: st.booleans(),
        int: st.integers(*BOUNDS.get(name, (-(10**15), 10**15))),
        float: st.floats(allow_nan=False, allow_infinity=False),
        str: NAMES if name in LEVELS | {"call", "command_id"} else TEXTS,
    }
    return drawn[hint]


def bodies(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Draw instances of one dataclass of the vocabulary."""
    hints = get_type_hints(kind)
    return st.builds(
        kind, **{field.name: values(hints[field.name], name=field.name) for field in fields(kind)}
    )


def told(source: st.SearchStrategy[str] = NAMES) -> st.SearchStrategy[Told]:
    """Draw one event as some source told it."""
    return st.builds(
        Told,
        event=st.sampled_from(list(EVENTS.values())).flatmap(bodies),
        source=source,
        sequence=st.integers(0, 10**16 - 1),
        at=TICKS,
        recorded_at=TICKS,
        derived=st.booleans(),
        time_precision=st.sampled_from(TimePrecision),
        identity=st.none() | st.from_regex(r"\A[0-9a-f]{64}\Z"),
    )


def notes(source: st.SearchStrategy[str] = NAMES) -> st.SearchStrategy[Note]:
    """Draw one note."""
    return st.builds(
        Note,
        body=st.sampled_from(list(NOTES.values())).flatmap(bodies),
        source=source,
        sequence=st.integers(0, 10**16 - 1),
        at=TICKS,
    )


SAID = told() | notes()
