"""The language models that the contract suite runs over, each with the hooks by which a test plays its model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from llmock.scenarios import Reply as ScriptedReply
from llmock.testing import LLMockServer

from adapters.model.endpoint import EndpointModel
from adapters.model.identity import identify
from adapters.model.scripted import ScriptedModel
from adapters.model.trial import local_identity
from bot.model import LanguageModel, ModelIdentity
from tests.aimock import Aimock
from tests.endpoint_server import EndpointServer, embedded, endpoint_server, said

KEY = "sk-quicksilver-key"
SECONDS = 5.0
"""Far longer than an honest server takes, even on a busy machine."""


def identity(base_url: str) -> ModelIdentity:
    return identify("small", "near", base_url)


def endpoint_model(base_url: str, seconds: float = SECONDS) -> EndpointModel:
    return EndpointModel(identity(base_url), base_url, KEY, seconds)


class ModelUnderTest(Protocol):
    """A model, and what a test may do behind its back."""

    @property
    def model(self) -> LanguageModel: ...

    async def will_say(self, text: str) -> None:
        """Let the model answer the next prompt with a text."""
        ...

    async def will_embed(self, count: int) -> None:
        """Be ready to embed so many texts, one call."""
        ...

    async def heard(self) -> list[tuple[str, str]]:
        """Return the prompts that reached the model: (system, user), oldest first."""
        ...


@dataclass
class ScriptedUnderTest:
    """The shipped scripted model."""

    model: ScriptedModel
    script: list[str]

    async def will_say(self, text: str) -> None:
        self.script.append(text)

    async def will_embed(self, count: int) -> None: ...

    async def heard(self) -> list[tuple[str, str]]:
        return [(prompt.system, prompt.user) for prompt in self.model.prompts]


@dataclass
class SocketUnderTest:
    """An endpoint whose answers are written by hand."""

    model: EndpointModel
    server: EndpointServer

    async def will_say(self, text: str) -> None:
        self.server.will(said(text, usage={"prompt_tokens": 9, "completion_tokens": 3}))

    async def will_embed(self, count: int) -> None:
        self.server.will(embedded(*([3, 4 + place, 0.5] for place in range(count))))

    async def heard(self) -> list[tuple[str, str]]:
        return [messages(request.body) for request in self.server.received]


@dataclass
class LlmockUnderTest:
    """llmock, in a thread of its own."""

    model: EndpointModel
    server: LLMockServer

    async def will_say(self, text: str) -> None:
        self.server.state.scenarios.add(ScriptedReply(text=text))

    async def will_embed(self, count: int) -> None: ...

    async def heard(self) -> list[tuple[str, str]]:
        return [messages(record.body) for record in self.server.state.journal.records(wait=2)]


@dataclass
class AimockUnderTest:
    """aimock, in a process of its own."""

    model: EndpointModel
    server: Aimock

    async def will_say(self, text: str) -> None:
        await self.server.will({"match": {}, "response": {"content": text}})

    async def will_embed(self, count: int) -> None:
        await self.server.will({"match": {}, "response": {"embedding": [3, 4, 0.5]}})

    async def heard(self) -> list[tuple[str, str]]:
        return [messages(entry["body"]) for entry in await self.server.journal()]


def messages(body: object) -> tuple[str, str]:
    """Return the two texts of a request that must hold exactly a system and a user message."""
    assert isinstance(body, dict)
    system, user = body["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    return system["content"], user["content"]


@asynccontextmanager
async def scripted() -> AsyncIterator[ModelUnderTest]:
    script: list[str] = []
    yield ScriptedUnderTest(ScriptedModel(lambda _: script.pop(0), local_identity("small")), script)


@asynccontextmanager
async def socket() -> AsyncIterator[ModelUnderTest]:
    async with endpoint_server() as server:
        model = endpoint_model(server.address)
        try:
            yield SocketUnderTest(model, server)
        finally:
            await model.close()


@asynccontextmanager
async def llmock(server: LLMockServer) -> AsyncIterator[ModelUnderTest]:
    server.state.reset()
    model = endpoint_model(server.base_url("openai"))
    try:
        yield LlmockUnderTest(model, server)
    finally:
        await model.close()


@asynccontextmanager
async def aimock(server: Aimock) -> AsyncIterator[ModelUnderTest]:
    await server.will()
    model = endpoint_model(server.address)
    try:
        yield AimockUnderTest(model, server)
    finally:
        await model.close()
