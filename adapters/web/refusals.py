"""A request that is refused, and how each refusal looks on the wire: `{error: {code, sentence}}`."""

from __future__ import annotations

from aiohttp import web

from bot.errors import BotError
from bot.views import Refusal
from bot.words import Value, Words

_STATUS = {"not_yours": 403, "not_found": 404, "stale": 409, "too_late": 409, "already": 409}
_DISK = {"full": "web.disk_full", "read_only": "web.disk_read_only", "damaged": "web.disk_damaged"}


class ApiRefusal(Exception):
    """The request is refused with a 4xx status; the sentence is `web.<code>` of the catalogue."""

    def __init__(self, status: int, code: str, **values: Value) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.values = values


def refusal_response(refusal: ApiRefusal, words: Words) -> web.Response:
    """Return a refused request's answer."""
    return error_response(refusal.status, refusal.code, words.say(f"web.{refusal.code}", **refusal.values))


def declined(refusal: Refusal) -> web.Response:
    """Return the answer to what the core declined, in the core's own sentence."""
    return error_response(_STATUS.get(refusal.code, 400), refusal.code, refusal.sentence)


def failed(error: BotError, words: Words) -> web.Response:
    """Return the answer to what could not be done: 409 where the disk is in the way, else 500."""
    for kind, key in _DISK.items():
        if error.code.endswith(kind):
            return error_response(409, error.code, words.say(key))
    return error_response(500, "internal", words.say("web.internal"))


def error_response(status: int, code: str, sentence: str) -> web.Response:
    """Return an error in the one form that all errors have."""
    return web.json_response({"error": {"code": code, "sentence": sentence}}, status=status)
