"""The Bolt app: whatever Slack brings, and whichever way, passes one middleware that decides when it is acknowledged.

Bolt acknowledges before a listener runs, and even where that fails. So everything is done in the middleware that comes
after the check of the signature and before everything else: an event is acknowledged once the core has stored it; if
that fails the answer is 500, or in Socket Mode none, and Slack sends it again. A person's own step is acknowledged at
once, for it cannot be sent again; only a form's acknowledgement says what becomes of its window.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.chat.asides import Asides
from adapters.chat.once import Once
from adapters.slack.calls import Calls
from adapters.slack.discretion import LIBRARY_LOG
from adapters.slack.hearing import Hearing
from adapters.slack.interacting import Interacting

log = logging.getLogger("understudy.slack")

MOST_STEPS = 2000


class Door:
    """Takes in what Slack brings, until `shut`; then nothing more is acknowledged, and what was begun is finished."""

    def __init__(self, hearing: Hearing, interacting: Interacting) -> None:
        self._hearing = hearing
        self._interacting = interacting
        self._steps: Once[dict[str, Any] | None] = Once(MOST_STEPS)
        self._after = Asides(log)
        self._is_shut = False

    async def middleware(self, req: AsyncBoltRequest, next_: Callable[[], Awaitable[None]]) -> BoltResponse | None:
        """Do what a request asks for, and return its acknowledgement. Slack's check of the address is left to Bolt."""
        body = req.body
        if body.get("type") == "url_verification":
            await next_()
            return None
        if self._is_shut:
            return BoltResponse(status=503, body="")
        if body.get("type") == "event_callback":
            await self._hearing.take(body)
            self._look_home(body)
            return BoltResponse(status=200, body="")
        answer = await self._steps.do(str(body.get("trigger_id") or ""), lambda: self._step(body))
        return BoltResponse(status=200, body=answer or "")

    async def shut(self) -> None:
        """Take nothing more in, and return once all that was taken in is done."""
        self._is_shut = True
        await self._steps.idle()
        await self._after.idle()
        await self._hearing.idle()
        await self._interacting.idle()

    async def _step(self, body: dict[str, Any]) -> dict[str, Any] | None:
        """Begin what a person asks for; of a form, wait for what becomes of its window."""
        if "command" in body:
            self._after.begin(self._interacting.command(body))
        match body.get("type"):
            case "block_actions":
                self._after.begin(self._interacting.pressed(body))
            case "message_action" | "shortcut":
                self._after.begin(self._interacting.shortcut(body))
            case "view_submission":
                return await self._interacting.submitted(body)
        return None

    def _look_home(self, body: dict[str, Any]) -> None:
        event = body.get("event")
        if isinstance(event, dict) and event.get("type") == "app_home_opened":
            self._after.begin(self._interacting.home_opened(body))


def bolt_app(calls: Calls, door: Door, signing_secret: str) -> AsyncApp:
    """Build the app; without a signing secret it takes nothing over HTTP."""
    return AsyncApp(
        name="understudy",
        logger=LIBRARY_LOG,
        client=calls.client,
        signing_secret=signing_secret,
        before_authorize=door.middleware,
    )
