"""Calls of Slack's Web API: through the SDK, at Slack's pace, and failing as the core understands failures.

Nothing is sent twice by itself: of a call that was cut off nobody knows whether it took effect.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.rhythm import Pause
from adapters.slack.discretion import LIBRARY_LOG
from bot.errors import NotPermitted, PlatformError, RateLimited, Unreachable

TIMEOUT_SECONDS = 12
"""For one call: several of them must fit into `bot.policy.Policy.read_back_after`."""

LONGEST_WAIT = 20.0
"""So many seconds a call waits for its turn; where Slack says that it takes longer, the caller hears so."""

PAGE = 200
"""How many things are asked for at once where Slack gives them page by page."""

_MOST_TURNS = 5
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_MAY_BE_DONE = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
_NEVER = frozenset(
    "access_denied account_inactive as_user_not_supported cannot_dm_bot cant_delete_message cant_update_message "
    "channel_is_archived channel_not_found edit_window_closed ekm_access_denied enterprise_is_restricted "
    "fetch_members_failed invalid_auth invalid_users is_archived is_inactive message_not_found "
    "method_not_supported_for_channel_type missing_scope no_permission not_allowed_token_type not_authed "
    "not_in_channel org_login_required posting_to_general_channel_denied restricted_action "
    "team_access_not_granted thread_not_found token_expired token_revoked user_disabled user_is_bot user_is_restricted "
    "user_is_ultra_restricted user_not_found user_not_in_channel user_not_visible users_not_found".split()
)


class Calls:
    """Slack's Web API with one token. `api_url` None is the SDK's own address."""

    def __init__(self, token: str, api_url: str | None = None, *, pause: Pause = asyncio.sleep) -> None:
        self.client = AsyncWebClient(
            token=token,
            base_url=api_url or AsyncWebClient.BASE_URL,
            timeout=TIMEOUT_SECONDS,
            logger=LIBRARY_LOG,
            retry_handlers=[],
        )
        self._pause = pause
        self._shut_until: dict[str, float] = {}

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call a method by Slack's name for it, such as `chat.postMessage`, and return what it answers.

        Where the method is shut for a while (`Retry-After`), the call waits for it. Raises `PlatformError`:
        `RateLimited` where that takes too long, `Unreachable` where it may have taken effect, `NotPermitted`, or one
        with Slack's own code.
        """
        return (await self.call_with_headers(method, **arguments))[0]

    async def call_with_headers(self, method: str, **arguments: Any) -> tuple[dict[str, Any], Mapping[str, str]]:
        """Call a method as `call` does, and return the headers of the answer too, their names in lower case."""
        send = getattr(self.client, method.replace(".", "_"))
        waited = 0.0
        for _ in range(_MOST_TURNS):
            waited = await self._wait_for(method, waited)
            try:
                self._give_session()
                answer = await send(**arguments)
            except SlackApiError as error:
                shut_for = _shut_for(error)
                if shut_for is None:
                    raise failure(*_told(error)) from None
                self._shut_until[method] = time.monotonic() + shut_for
            except (ClientError, TimeoutError, SlackClientError, ValueError):
                raise Unreachable("slack gave no answer that can be read") from None
            else:
                return dict(answer.data), {str(name).lower(): str(value) for name, value in answer.headers.items()}
        raise RateLimited("slack takes no more calls of this method for now", self._left(method))

    async def pages(self, method: str, most: int = sys.maxsize, **arguments: Any) -> AsyncIterator[dict[str, Any]]:
        """Yield the answers of a method page by page, as far as Slack's cursors lead, and no more than `most`."""
        cursor = ""
        for _ in range(most):
            page = await self.call(method, **arguments, limit=PAGE, cursor=cursor or None)
            yield page
            cursor = next_cursor(page)
            if not cursor:
                return

    async def close(self) -> None:
        """Close the connections; a call that comes later opens new ones."""
        session, self.client.session = self.client.session, None
        if session is not None:
            await session.close()

    async def _wait_for(self, method: str, waited: float) -> float:
        left = self._left(method)
        if waited + left > LONGEST_WAIT:
            raise RateLimited("slack takes no more calls of this method for now", left)
        if left:
            await self._pause(left)
        return waited + left

    def _left(self, method: str) -> float:
        return max(0.0, self._shut_until.get(method, 0.0) - time.monotonic())

    def _give_session(self) -> None:
        if self.client.session is None or self.client.session.closed:
            self.client.session = ClientSession(timeout=ClientTimeout(total=TIMEOUT_SECONDS))


def next_cursor(page: Mapping[str, Any]) -> str:
    """Return what the page after this one is asked for with; empty where there is none."""
    return str((page.get("response_metadata") or {}).get("next_cursor") or "")


def failure(code: str, status: int) -> PlatformError:
    """Return the failure that an answer of Slack's stands for: its own code, or the status where it gave none."""
    if code in _NEVER or code.startswith("restricted_action"):
        return NotPermitted(f"slack refuses this: {code}", code)
    if code in _MAY_BE_DONE or status >= 500:
        return Unreachable("slack failed at this")
    if _CODE.fullmatch(code):
        return PlatformError(f"slack cannot do this: {code}", code)
    return Unreachable("slack gave no answer that can be read")


def _told(error: SlackApiError) -> tuple[str, int]:
    """Return Slack's code for what went wrong, empty if there is none, and the status of the answer."""
    response = error.response
    data = getattr(response, "data", None)
    code = data.get("error", "") if isinstance(data, dict) else ""
    return str(code or ""), int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)


def _shut_for(error: SlackApiError) -> float | None:
    """Return for how many seconds Slack takes no more calls of a method; None for another failure."""
    code, status = _told(error)
    if status != 429 and code not in {"ratelimited", "rate_limited"}:
        return None
    headers = getattr(error.response, "headers", None) or {}
    written = next((str(value) for name, value in headers.items() if str(name).lower() == "retry-after"), "")
    return float(written) if re.fullmatch(r"\d{1,6}", written) else 1.0
