"""What goes to and comes from the addresses that Slack hands out: answers, files up, files down.

No other address is ever called, and the token goes with a download alone.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from adapters.chat.files import read_limited
from adapters.slack.telling import WebCalls
from bot.errors import NotPermitted, PlatformError, Unreachable

TIMEOUT_SECONDS = 12
FILE_TIMEOUT_SECONDS = 120
_CLOUDS = (".slack.com", ".slack-gov.com")


class SlackTransfers:
    """Transfers for one installation. `api_url` tells which machine besides Slack's own is Slack."""

    def __init__(self, calls: WebCalls, token: str, api_url: str) -> None:
        self._calls = calls
        self._token = token
        self._api = urlsplit(api_url)

    async def respond(self, url: str, body: dict[str, Any]) -> None:
        """Answer a step at its `response_url`."""
        self._check(url)
        try:
            async with _session(TIMEOUT_SECONDS) as session, session.post(url, json=body, allow_redirects=False) as got:
                _expect(got, "slack takes no more answers there")
        except (ClientError, TimeoutError):
            raise Unreachable("slack gave no answer at a response address") from None

    async def upload(self, channel: str, name: str, content: bytes) -> None:
        """Put a file into a conversation."""
        begun = await self._calls.call("files.getUploadURLExternal", filename=name, length=len(content))
        url = str(begun.get("upload_url", ""))
        self._check(url)
        try:
            async with (
                _session(FILE_TIMEOUT_SECONDS) as session,
                session.post(url, data=content, allow_redirects=False) as got,
            ):
                _expect(got, "slack did not take a file")
        except (ClientError, TimeoutError):
            raise Unreachable("slack did not take a file") from None
        files = [{"id": str(begun.get("file_id", "")), "title": name}]
        await self._calls.call("files.completeUploadExternal", files=files, channel_id=channel)

    async def download(self, url: str, limit: int) -> bytes:
        """Return the bytes of a file that lies at Slack; more than `limit` of them are a `NotPermitted`."""
        self._check(url)
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            async with (
                _session(FILE_TIMEOUT_SECONDS) as session,
                session.get(url, headers=headers, allow_redirects=False) as got,
            ):
                _expect(got, "slack did not hand a file over")
                if got.content_type == "text/html":  # its sign-in page: the token may not read files
                    raise NotPermitted("slack does not let files be read", "missing_scope")
                return await read_limited(got, limit)
        except (ClientError, TimeoutError):
            raise Unreachable("slack did not hand a file over") from None

    def _check(self, url: str) -> None:
        """Refuse every address that is not Slack's: a forged payload must lead nowhere."""
        asked = urlsplit(url)
        host = asked.hostname or ""
        is_the_api = (asked.scheme, asked.netloc) == (self._api.scheme, self._api.netloc)
        is_slack = asked.scheme == "https" and f".{host}".endswith(_CLOUDS)
        if not (is_the_api or is_slack):
            raise NotPermitted("an address that is not slack's", "foreign_address")


def _session(seconds: float) -> ClientSession:
    return ClientSession(timeout=ClientTimeout(total=seconds))


def _expect(got: ClientResponse, sentence: str) -> None:
    if got.status >= 500:
        raise Unreachable(sentence)
    if got.status != 200:
        raise PlatformError(sentence, "refused_address")
