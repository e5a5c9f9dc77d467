"""The way to an endpoint: the openai client over a transport that sends nothing unasked and stops reading in time."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from functools import cache

import httpx2
import openai

from bot.errors import ModelError

MOST_BYTES = 2_000_000
MOST_EMBEDDINGS_BYTES = 8_000_000
"""64 vectors of 4,096 components of 20 digits each are some 6 MB."""
_SENT_HEADERS = frozenset({"host", "user-agent", "accept", "content-type", "content-length", "transfer-encoding"})
_NO_KEY = "none"


class AnswerTooLarge(Exception):
    """More came than is read."""


class StrictTransport(httpx2.AsyncBaseTransport):
    """Sends the headers that a request needs and no other, and stops reading an answer that is too large.

    The library adds headers by variables of its own (organisation, project, any other) and some that describe this
    machine; none of them is a setting of ours. Answers are asked for uncompressed: a few bytes may unfold to gigabytes.
    """

    def __init__(self, inner: httpx2.AsyncBaseTransport, api_key: str | None) -> None:
        self._inner = inner
        self._api_key = api_key

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; raise `AnswerTooLarge` at once or while the answer is read."""
        # the client goes by its own headers when it reads the answer: they are left as they are
        stripped = httpx2.Request(
            request.method,
            request.url,
            headers=self._headers(request.headers),
            stream=request.stream,
            extensions=request.extensions,
        )
        response = await self._inner.handle_async_request(stripped)
        most = MOST_EMBEDDINGS_BYTES if request.url.path.endswith("/embeddings") else MOST_BYTES
        declared = response.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > most:
            await response.aclose()
            raise AnswerTooLarge
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            await response.aclose()
            raise httpx2.DecodingError("compressed, though asked not to be", request=request)
        assert isinstance(response.stream, httpx2.AsyncByteStream)  # noqa: S101 - an asynchronous transport's always is
        return httpx2.Response(
            status_code=response.status_code,
            headers=response.headers,
            stream=_Counted(response.stream, most),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._inner.aclose()

    def _headers(self, given: httpx2.Headers) -> httpx2.Headers:
        headers = httpx2.Headers([(name, value) for name, value in given.items() if name.lower() in _SENT_HEADERS])
        headers["accept-encoding"] = "identity"
        if self._api_key:
            headers["authorization"] = f"Bearer {self._api_key}"
        return headers


class _Counted(httpx2.AsyncByteStream):
    """A stream that ends in `AnswerTooLarge` once more than `most` bytes came."""

    def __init__(self, stream: httpx2.AsyncByteStream, most: int) -> None:
        self._stream = stream
        self._most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        count = 0
        async for chunk in self._stream:
            count += len(chunk)
            if count > self._most:
                raise AnswerTooLarge
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


def connect(base_url: str | None, api_key: str | None, timeout_seconds: float) -> openai.AsyncOpenAI:
    """Return a client of the endpoint at `base_url`, None for the library's own; nothing is sent yet.

    It follows no redirect and takes no proxy from the environment: whoever is asked is told who gets their words, and a
    proxy set for other programs, or another host, is not who they were told of. It retries nothing by itself. Whatever
    the environment says, the library's loggers tell nothing below a warning: they name addresses and headers.
    """
    for name in ("openai", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)
    transport = StrictTransport(httpx2.AsyncHTTPTransport(), api_key)
    client = httpx2.AsyncClient(transport=transport, timeout=timeout_seconds, follow_redirects=False, trust_env=False)
    try:
        return openai.AsyncOpenAI(
            base_url=base_url or default_address(), api_key=_NO_KEY, max_retries=0, http_client=client
        )
    except (ValueError, httpx2.InvalidURL, openai.OpenAIError):
        pass
    raise ModelError("the address of the model is none that can be asked", "unreachable")


@cache
def default_address() -> str:
    """Return the address that the library goes to where nothing else is set, whatever its own variables say."""
    nowhere = httpx2.AsyncClient(transport=httpx2.AsyncBaseTransport())
    return str(openai.AsyncOpenAI(api_key=_NO_KEY, data_residency="global", http_client=nowhere).base_url)


def is_default(base_url: str | None) -> bool:
    """Whether an endpoint is the library's own."""
    return base_url is None or base_url.rstrip("/") == default_address().rstrip("/")
