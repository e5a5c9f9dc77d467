"""The page's own files, by exact name from a list made at the start."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from aiohttp import web

from adapters.web.guards import Handler

_KINDS = frozenset({".html", ".css", ".js", ".svg", ".png", ".ico", ".webmanifest"})
FOLDER = Path(__file__).parent.parent / "page"


def page_routes(folder: Path = FOLDER) -> list[web.RouteDef]:
    """Return the routes of the page: `/` is index.html, every other file stands under its own path."""
    files = {f"/{f.relative_to(folder).as_posix()}": f for f in sorted(folder.rglob("*")) if f.suffix in _KINDS}
    start = [web.get("/", _serving(files["/index.html"]))] if "/index.html" in files else []
    return [*start, *(web.get(path, _serving(file)) for path, file in files.items())]


def _serving(file: Path) -> Handler:
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"

    async def serve_file(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(file, headers={"Content-Type": kind, "Cache-Control": "no-cache"})

    return serve_file
