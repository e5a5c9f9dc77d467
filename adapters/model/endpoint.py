"""A language model behind an OpenAI-compatible endpoint: a neighbour that is asked politely and not trusted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import openai

from adapters.model.answers import read_completion, read_embeddings
from adapters.model.connection import AnswerTooLarge, connect, is_default
from adapters.model.failures import Failed, failed
from adapters.model.forms import Form, first_form, request_body, simpler_form
from adapters.model.texts import embeddable
from bot.errors import Busy, ModelError, TimedOut
from bot.model import Completion, Embeddings, ModelIdentity, Prompt, Usage

LONGEST_PAUSE_SECONDS = 20.0
SHORT_PAUSE_SECONDS = 0.5
T = TypeVar("T")


@dataclass(slots=True)
class _Patience:
    """Whether a call may still repeat a request that failed for a passing reason."""

    is_left: bool = True


class EndpointModel:
    """One endpoint, asked through the openai library.

    `base_url` None is the library's own; `api_key` None sends none. A call takes at most `timeout_seconds` from its
    first byte to the answer's last, repeats included. A request that failed for a passing reason (busy, a 5xx, the
    connection) is repeated once; a wait that the endpoint asks for is kept if it is at most 20 seconds and half of the
    call's time, otherwise it is left to the caller. An endpoint that does not know JSON schemas or a parameter is asked
    more simply, and so from then on.
    """

    def __init__(
        self,
        identity: ModelIdentity,
        base_url: str | None,
        api_key: str | None,
        timeout_seconds: float,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._identity = identity
        self._client = connect(base_url, api_key, timeout_seconds)
        # The library's own vendor keeps completions unless told not to; others may not know the parameter.
        self._extra = {"store": False} if is_default(base_url) else {}
        self._seconds = timeout_seconds
        self._pause = pause
        self._proven: dict[bool, Form] = {}  # by whether a schema is asked for

    @property
    def identity(self) -> ModelIdentity:
        """Who is asked."""
        return self._identity

    async def complete(self, prompt: Prompt) -> Completion:
        """Return the model's answer to a prompt, without the thoughts that some models put before it."""
        if not self._identity.model:
            raise ModelError("no model for answers is set", "no_model")
        return await self._in_time(self._completed(prompt))

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        """Return the embeddings of at most 64 texts; more, or an empty one, are `Refused` and not sent."""
        if not self._identity.embedding:
            raise ModelError("no model for embeddings is set", "no_model")
        asked = embeddable(texts)
        if not asked:
            return Embeddings((), Usage(0, 0))
        return await self._in_time(self._embedded(asked))

    async def close(self) -> None:
        """Close every connection."""
        await self._client.close()

    async def _in_time(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            async with asyncio.timeout(self._seconds):
                return await work
        except TimeoutError:
            pass
        raise TimedOut("the model gave no whole answer in time")

    async def _completed(self, prompt: Prompt) -> Completion:
        patience = _Patience()
        has_schema = bool(prompt.schema)
        form = self._proven.get(has_schema) or first_form(prompt)
        while True:
            body = request_body(self._identity.model, prompt, form) | self._extra
            answer = await self._answer(self._client.chat.completions.with_raw_response.create, body, patience)
            if isinstance(answer, bytes):
                self._proven[has_schema] = form
                return read_completion(answer, prompt)
            is_proven = self._proven.get(has_schema) == form
            simpler = simpler_form(form, answer.complaint, is_proven=is_proven) if answer.is_about_form else None
            if simpler is None:
                raise answer.error
            form = simpler

    async def _embedded(self, texts: list[str]) -> Embeddings:
        body = {"model": self._identity.embedding, "input": texts, "encoding_format": "float"}
        answer = await self._answer(self._client.embeddings.with_raw_response.create, body, _Patience())
        if isinstance(answer, Failed):
            raise answer.error
        return read_embeddings(answer, texts)

    async def _answer(self, ask: Callable[..., Any], body: dict[str, Any], patience: _Patience) -> bytes | Failed:
        """Send a request, and once more if it failed for a passing reason and there is patience left."""
        answer = await _sent(ask, body)
        wait = self._wait(answer) if isinstance(answer, Failed) and patience.is_left else None
        if wait is None:
            return answer
        patience.is_left = False
        await self._pause(wait)
        return await _sent(ask, body)

    def _wait(self, failure: Failed) -> float | None:
        """Return for how many seconds to wait before the request is repeated, None if it is not."""
        if not failure.may_pass:
            return None
        asked = failure.error.retry_after if isinstance(failure.error, Busy) else None
        if asked is None:
            return min(SHORT_PAUSE_SECONDS, self._seconds / 10)
        return asked if asked <= min(LONGEST_PAUSE_SECONDS, self._seconds / 2) else None


async def _sent(ask: Callable[..., Any], body: dict[str, Any]) -> bytes | Failed:
    """Send a request once. What the library raises ends here, for it carries what was sent and received."""
    try:
        answer = await ask(**body)
    except (openai.APIError, AnswerTooLarge) as error:
        return failed(error)
    content: bytes = answer.http_response.content
    return content
