"""An endpoint's model on a test bench: what it is given, the pauses it makes, and failures that tell nobody's words."""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from adapters.model.endpoint import EndpointModel
from bot.errors import ModelError
from bot.model import Prompt
from tests import endpoint_server as server_of
from tests.contract.model_makers import KEY, SECONDS, identity
from tests.endpoint_server import EndpointServer, Reply, said

MARK = "quicksilver"
SCHEMA = {"type": "object", "properties": {MARK: {"type": "string"}}, "required": [MARK]}
PROMPT = Prompt("compose-1", f"system {MARK}", f"user {MARK}", {}, 50)
SHAPED = Prompt("compose/1", f"system {MARK}", f"user {MARK}", SCHEMA, 50)
SOON = 0.3
OK = said(f"answer {MARK}", usage={"prompt_tokens": 9, "completion_tokens": 3})


class Bench:
    """A model, the endpoint behind it, and the pauses that it made."""

    def __init__(self, server: EndpointServer, seconds: float) -> None:
        self.server = server
        self.pauses: list[float] = []
        self.model = EndpointModel(identity(server.address), server.address, KEY, seconds, self._pause)

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    async def failure(self, *replies: Reply, prompt: Prompt = PROMPT) -> ModelError:
        """Let the endpoint reply so, and return the failure, in which nobody's words may stand."""
        self.server.will(*replies)
        with pytest.raises(ModelError) as caught:
            await self.model.complete(prompt)
        return discreet(caught.value)

    async def embedding_failure(self, *replies: Reply) -> ModelError:
        self.server.will(*replies)
        with pytest.raises(ModelError) as caught:
            await self.model.embed([f"one {MARK}", f"two {MARK}"])
        return discreet(caught.value)


def discreet(error: ModelError) -> ModelError:
    """Check that a failure, and all that a traceback would print of it, says nothing but codes."""
    assert error.__cause__ is None
    assert error.__context__ is None
    told = "".join(traceback.format_exception(error)) + repr(error.args)
    assert MARK not in told.replace('MARK = "quicksilver"', "")
    assert KEY not in told
    assert "127.0.0.1" not in told
    assert not str(error).endswith(".")
    return error


@asynccontextmanager
async def bench(seconds: float = SECONDS) -> AsyncIterator[Bench]:
    async with server_of.endpoint_server() as server:
        made = Bench(server, seconds)
        try:
            yield made
        finally:
            await made.model.close()
