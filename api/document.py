"""The OpenAPI document: FastAPI's, with our problems in place of its own, and who may use each route."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from typing_extensions import override

from api.deps import gates_of
from api.schemas.problem import Problem
from callcenter.domain.access import Role

_REFERENCES: Final = "#/components/schemas/{model}"
_CONDITIONS: Final = ("idempotency-key", "if-match")
"""Headers whose absence has an answer of its own, so that the framework takes them for optional."""
_FRAMEWORKS_OWN: Final = ("HTTPValidationError", "ValidationError")
_CREDENTIALS: Final[dict[str, Any]] = {
    "login": {
        "type": "oauth2",
        "description": "A person: login and password for a token of a quarter of an hour.",
        "flows": {"password": {"tokenUrl": "/v1/login", "scopes": {}}},
    },
    "key": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Api-Key",
        "description": "A machine; `Authorization: Bearer cc_…` does as well.",
    },
}


class Application(FastAPI):
    """FastAPI, with an OpenAPI document of our own making."""

    @override
    def openapi(self) -> dict[str, Any]:
        """Return the document; the same one until a route is added."""
        document = super().openapi()
        components = document["components"]
        if "securitySchemes" not in components:
            components["securitySchemes"] = _CREDENTIALS
            _with_problems(document)
            for route in iter_route_contexts(self.routes):
                if isinstance(route.original_route, APIRoute) and route.include_in_schema:
                    _with_roles(document, route)
        return document


def _with_problems(document: dict[str, Any]) -> None:
    """Describe problems once, and FastAPI's own 422, which is never sent, nowhere."""
    schemas = document["components"]["schemas"]
    described = Problem.model_json_schema(ref_template=_REFERENCES)
    schemas |= described.pop("$defs") | {"Problem": described}
    for name in _FRAMEWORKS_OWN:
        schemas.pop(name, None)
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)


def _with_roles(document: dict[str, Any], route: RouteContext) -> None:
    """Say who may use a route, and with which credentials."""
    roles = next(gates_of(route.original_route.dependant)).roles  # type: ignore[attr-defined]
    for method in route.methods or ():
        operation = document["paths"][route.path_format][method.lower()]
        operation["x-roles"] = sorted(roles)
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "header" and parameter["name"].lower() in _CONDITIONS:
                parameter |= {"required": True, "schema": {"type": "string", "minLength": 1}}
        if Role.PUBLIC not in roles:
            operation["security"] = [{name: []} for name in _CREDENTIALS]
