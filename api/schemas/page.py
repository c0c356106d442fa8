"""One page of many: an opaque cursor says where the next one begins."""

from typing import Annotated, Final, Generic, TypeVar

from pydantic import BaseModel, Field

MOST: Final = 200
Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """Some of the items, in a stable order."""

    items: list[Item]
    next: Annotated[
        str | None,
        Field(description="Give it as `cursor` for the next page; absent on the last one."),
    ] = None
