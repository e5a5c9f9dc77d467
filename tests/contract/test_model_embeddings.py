"""Embeddings from an endpoint that misbehaves on demand: vectors that hold what the port promises, or none."""

from __future__ import annotations

import base64
import struct

import pytest

from tests.contract.model_bench import MARK, bench
from tests.endpoint_server import Reply, embedded, status

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "reply",
    [
        embedded([1.0, 2.0]),
        embedded([1], [2], [3]),
        embedded([1, 2], [1, 2, 3]),
        embedded([], []),
        embedded([1, float("nan")], [1, 2]),
        embedded([1, float("inf")], [1, 2]),
        embedded([0, 0], [1, 2]),
        embedded([5e-324], [1]),
        embedded(["1", 2], [1, 2]),
        embedded([True, 2], [1, 2]),
        embedded([10**400, 2], [1, 2]),
        embedded(None, [1, 2]),
        embedded("not base64!", "AAAA"),
        embedded([1], [2], places=[0, 0]),
        embedded([1], [2], places=[1, 2]),
        embedded([1], [2], places=[-1, 0]),
        embedded([1], [2], places=[[], {}]),
        embedded([1], [2], places=[False, True]),
        status(200, {"data": [1, 2]}),
        status(200, {"data": MARK}),
    ],
)
async def test_embeddings_that_cannot_be_are_broken(reply: Reply) -> None:
    async with bench() as b:
        assert (await b.embedding_failure(reply)).code == "broken"


async def test_embeddings_are_put_in_the_texts_order_and_made_of_length_one() -> None:
    async with bench() as b:
        b.server.will(embedded([0, 5], [3, 4], places=[1, 0], usage={"prompt_tokens": 4}))
        embeddings = await b.model.embed(["first", "x" * 8_001])
    assert embeddings.vectors == ((0.6, 0.8), (0.0, 1.0))
    assert (embeddings.usage.prompt, embeddings.usage.completion) == (4, 0)
    (request,) = b.server.received
    assert request.path == "/v1/embeddings"
    assert request.body == {"model": "near", "input": ["first", "x" * 8_000], "encoding_format": "float"}


async def test_embeddings_may_come_as_base64() -> None:
    packed = [base64.b64encode(struct.pack("<2f", *pair)).decode() for pair in ((3, 4), (0, 2))]
    async with bench() as b:
        b.server.will(embedded(*packed))
        assert (await b.model.embed(["a", "b"])).vectors == ((0.6, 0.8), (0.0, 1.0))
