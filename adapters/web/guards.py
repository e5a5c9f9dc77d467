"""What every request passes before it is heard: this machine's own address, no foreign page, one form of error."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable

from aiohttp import web

from adapters.web.refusals import ApiRefusal, error_response, failed, refusal_response
from bot.errors import BotError
from bot.words import Words

log = logging.getLogger("understudy.web")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LOCALE: web.RequestKey[str] = web.RequestKey("locale", str)
HOUSE_LOCALE: web.AppKey[str] = web.AppKey("house_locale", str)
_HOST = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Hear a request that comes from this machine's own page or from a script; answer every failure in one form."""
    response = await _answered(request, handler)
    response.headers.update(_HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        _check_origin(request)
        return await handler(request)
    except ApiRefusal as refusal:
        return refusal_response(refusal, words_of(request))
    except web.HTTPException as error:
        code = {404: "no_such_page", 405: "no_such_method"}.get(error.status, "bad_request")
        return error_response(error.status, code, words_of(request).say(f"web.{code}"))
    except BotError as error:
        log.error("%s %s failed: %s", request.method, _route(request), error.code)
        return failed(error, words_of(request))
    except Exception as error:  # noqa: BLE001 - a traceback could hold somebody's words
        log.error("%s %s failed: %s", request.method, _route(request), type(error).__name__)
        return error_response(500, "internal", words_of(request).say("web.internal"))


def _check_origin(request: web.Request) -> None:
    """Refuse a name that was made to point here (DNS rebinding) and a page that stands elsewhere."""
    host = request.headers.get("Host", "")
    if not _HOST.fullmatch(host):
        raise ApiRefusal(403, "foreign_host")
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower() != f"http://{host.lower()}":
        raise ApiRefusal(403, "foreign_origin")


def words_of(request: web.Request) -> Words:
    """Return the words for a request: the played person's, or the workspace's own where nobody is named."""
    return Words(request.get(LOCALE, request.app[HOUSE_LOCALE]))


def _route(request: web.Request) -> str:
    """The route's pattern, never the address itself: an address may hold somebody's words."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "(no route)"
