"""Templates and static files: how a page is drawn, and what browsers may keep of it."""

import os
from pathlib import Path
from typing import Any, Final

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from typing_extensions import override

_HERE: Final = Path(__file__).parent
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined
)
_ASK_FIRST: Final = "no-cache"


def drawn(name: str, *, status: int = 200, **shown: Any) -> HTMLResponse:
    """Fill a template; everything shown is escaped."""
    return HTMLResponse(_TEMPLATES.get_template(name).render(shown), status_code=status)


class Files(StaticFiles):
    """Scripts and styles; browsers keep them, and ask each time whether they are still today's."""

    def __init__(self) -> None:
        """Serve what lies beside this file."""
        super().__init__(directory=_HERE / "static")

    @override
    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Add how long a file may be kept; without it, security headers would say not at all."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = _ASK_FIRST
        return response
