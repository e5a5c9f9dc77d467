"""What goes wrong in the local Discord on demand: the next calls of a route are limited, fail or are cut off."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True)
class Trouble:
    """What one call meets: a status, or a cut line; before it took effect or, with `takes_effect`, after."""

    status: int = 500
    retry_after: float = 0.0
    is_global: bool = False
    is_cut: bool = False
    takes_effect: bool = False
    code: int = 0

    def answer(self, request: web.Request) -> web.Response:
        """Answer a call as Discord, or what stands before it, does then."""
        if self.is_cut and request.transport is not None:
            request.transport.abort()
        if self.code:
            return web.json_response({"code": self.code, "message": "Refused"}, status=self.status)
        if self.status != 429:
            return web.Response(status=self.status, text="<html>upstream</html>", content_type="text/html")
        headers = {
            "Via": "1.1 google",
            "Retry-After": str(self.retry_after),
            "X-RateLimit-Scope": "user",
            "Content-Type": "application/json",
        }
        if self.is_global:
            headers["X-RateLimit-Global"] = "true"
        truth = "true" if self.is_global else "false"
        text = f'{{"message": "You are being rate limited.", "retry_after": {self.retry_after}, "global": {truth}}}'
        return web.Response(status=429, body=text.encode(), headers=headers)


def limited(retry_after: float = 0.0, *, is_global: bool = False) -> Trouble:
    """Return one 429, with the seconds to wait."""
    return Trouble(429, retry_after, is_global)


def broken(status: int = 500, *, takes_effect: bool = False) -> Trouble:
    """Return one 5xx; the library repeats 500, 502, 504 and 524 after a second."""
    return Trouble(status, takes_effect=takes_effect)


def refused(status: int, code: int) -> Trouble:
    """Return one refusal with Discord's own code."""
    return Trouble(status, code=code)


def cut(*, takes_effect: bool = False) -> Trouble:
    """Return one line that breaks before the answer came."""
    return Trouble(is_cut=True, takes_effect=takes_effect)
