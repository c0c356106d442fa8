"""What a client gets when something is wrong (RFC 9457)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Fault(BaseModel):
    """One thing wrong with the input; the value itself is never repeated."""

    pointer: Annotated[
        str | None, Field(description="JSON pointer into the body.", examples=["#/place/lat"])
    ] = None
    parameter: Annotated[
        str | None, Field(description="Name in the path or the query.", examples=["limit"])
    ] = None
    header: Annotated[str | None, Field(description="Name of a header or cookie.")] = None
    code: Annotated[str, Field(examples=["missing"])]
    detail: Annotated[str, Field(description="In Korean.", examples=["필수 항목입니다."])]
    detail_en: Annotated[str, Field(examples=["Field required"])]


class ProblemKind(BaseModel):
    """What a code stands for."""

    code: Annotated[str, Field(examples=["not-found"])]
    status: Annotated[int, Field(examples=[404])]
    title: Annotated[str, Field(examples=["Not found"])]
    detail: Annotated[str, Field(description="In Korean.")]


class Problem(BaseModel):
    """A problem body."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "/problems/not-found",
                    "title": "Not found",
                    "status": 404,
                    "detail": "찾을 수 없거나 볼 수 있는 권한이 없습니다.",
                    "detail_en": "there is no ticket '2026-000999'",
                    "code": "not-found",
                    "instance": "5f1c2e0b8a7d4c3e9f60718293a4b5c6",
                }
            ]
        },
    )

    type: Annotated[str, Field(description="Names the kind of problem; stable.")]
    title: str
    status: int
    detail: Annotated[str, Field(description="In Korean, for the person at the screen.")]
    detail_en: str
    code: Annotated[str, Field(description="Stable word for programs.")]
    instance: Annotated[str, Field(description="The request's id, as in X-Request-ID.")]
    reason: Annotated[str | None, Field(description="Which rule refused, if one did; stable.")] = (
        None
    )
    errors: list[Fault] | None = None
