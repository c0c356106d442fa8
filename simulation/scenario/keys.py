"""The words of the language, read off the models: which keys stand where.

Errors, overrides and the reference page all ask here, so that none of them keeps a list of its own.
"""

import difflib
import types
from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Tag

from simulation.scenario.arrivals import spelled

UNWRITTEN: Final = frozenset({"listed", "trace"})
"""Fields that loading fills in; nobody writes them."""
_SELECTORS: Final = ("distribution", "by")


def unwrapped(annotation: Any) -> Any:
    """Take off what `Annotated` says about a type."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def options(annotation: Any) -> list[Any]:
    """List the ways to write a value, None aside; each as annotated."""
    bare = unwrapped(annotation)
    if get_origin(bare) not in {Union, types.UnionType}:
        return [annotation]
    found = []
    for member in get_args(bare):
        if member is not type(None):
            found += options(member)
    return found


def model_of(annotation: Any) -> type[BaseModel] | None:
    """Return the model behind an annotation, if it is one."""
    bare = unwrapped(annotation)
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def table_of(annotation: Any) -> tuple[Any, Any] | None:
    """Return annotations of keys and values, if it is a table."""
    bare = unwrapped(annotation)
    if get_origin(bare) is not dict:
        return None
    key, value = get_args(bare)
    return key, value


def item_of(annotation: Any) -> Any:
    """Return the annotation of a list's items; None if it is no list."""
    bare = unwrapped(annotation)
    return get_args(bare)[0] if get_origin(bare) is tuple else None


def words_of(model: type[BaseModel]) -> dict[str, Any]:
    """Map every key a person may write to its annotation."""
    return {
        name: field.annotation
        for name, field in model.model_fields.items()
        if name not in UNWRITTEN
    }


def label_of(option: Any) -> str | None:
    """Say by which label errors name one of several ways to write a value."""
    bare = option
    while get_origin(bare) is Annotated:
        for note in get_args(bare)[1:]:
            if isinstance(note, Tag):
                return note.tag
        bare = get_args(bare)[0]
    model = model_of(bare)
    selector = None if model is None else selector_of(model)
    return None if selector is None else selector[1]


def selector_of(model: type[BaseModel]) -> tuple[str, str] | None:
    """Return the key that tells this model from its siblings, and its value there."""
    for name in _SELECTORS:
        field = model.model_fields.get(name)
        if field is not None and get_origin(field.annotation) is Literal:
            return name, str(get_args(field.annotation)[0])
    return None


def chosen(annotation: Any, written: Any) -> list[Any]:
    """Keep the ways that fit what is written; all of them where that says nothing."""
    ways = options(annotation)
    if len(ways) == 1:
        return ways
    if not isinstance(written, dict):
        return ways if written is None else [way for way in ways if model_of(way) is None] or ways
    tables = [way for way in ways if model_of(way) or table_of(way)]
    written = spelled(written) if any(label_of(way) == "rate" for way in tables) else written
    said = {str(written[name]) for name in _SELECTORS if name in written}
    return [way for way in tables if label_of(way) in said] or tables


def keys_of(ways: Iterable[Any]) -> dict[str, Any]:
    """Join the words of several models: key -> annotation."""
    joined: dict[str, Any] = {}
    for way in ways:
        model = model_of(way)
        if model is not None:
            joined = {**words_of(model), **joined}
    return joined


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Add a guess to an error, if there is a close one."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def listed(words: Iterable[str]) -> str:
    """List words in a sentence."""
    return ", ".join(words) or "(there are none)"
