"""What the two independent servers, llmock and aimock, say of the adapter when they misbehave."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from llmock.scenarios import Delay, Fail, Reply
from llmock.testing import LLMockServer
from llmock.verdict import judge

from adapters.model.endpoint import EndpointModel
from bot.errors import Busy, ModelError, TimedOut
from bot.model import Finish
from tests.aimock import Aimock
from tests.contract.model_bench import PROMPT, SCHEMA, SHAPED, SOON, discreet
from tests.contract.model_makers import KEY, SECONDS, endpoint_model, identity

pytestmark = pytest.mark.anyio


@pytest.fixture
async def over_llmock(llmock_server: LLMockServer, anyio_backend: str) -> AsyncIterator[EndpointModel]:
    llmock_server.state.reset()
    model = endpoint_model(llmock_server.base_url("openai"))
    yield model
    await model.close()


@pytest.fixture
async def over_aimock(aimock_server: Aimock, anyio_backend: str) -> AsyncIterator[EndpointModel]:
    await aimock_server.will()
    model = endpoint_model(aimock_server.address)
    yield model
    await aimock_server.will()
    await model.close()


async def failure(model: EndpointModel) -> ModelError:
    with pytest.raises(ModelError) as caught:
        await model.complete(PROMPT)
    return discreet(caught.value)


async def test_llmock_finds_no_fault_in_how_a_wait_is_kept(
    over_llmock: EndpointModel, llmock_server: LLMockServer
) -> None:
    llmock_server.state.scenarios.add(Fail(429, retry_after=0.05, times=1))
    assert (await over_llmock.complete(PROMPT)).finish is Finish.COMPLETE
    judge(llmock_server.state.journal.records(wait=2)).assert_ok(strict=True)


@pytest.mark.parametrize(
    ("status", "code"), [(400, "refused"), (401, "wrong_key"), (403, "wrong_key"), (404, "no_model"), (500, "broken")]
)
async def test_llmocks_errors_have_their_codes(
    over_llmock: EndpointModel, llmock_server: LLMockServer, status: int, code: str
) -> None:
    llmock_server.state.scenarios.add(Fail(status, times=None))
    assert (await failure(over_llmock)).code == code


async def test_llmocks_outage_is_told_with_the_wait_that_it_asks_for(
    over_llmock: EndpointModel, llmock_server: LLMockServer
) -> None:
    llmock_server.state.scenarios.add(Fail(429, retry_after=60, times=None))
    error = await failure(over_llmock)
    assert isinstance(error, Busy)
    assert error.retry_after == 60


async def test_llmocks_delay_is_not_waited_for(llmock_server: LLMockServer) -> None:
    llmock_server.state.reset()
    llmock_server.state.scenarios.add(Delay(1.0))
    model = endpoint_model(llmock_server.base_url("openai"), SOON)
    assert isinstance(await failure(model), TimedOut)
    await model.close()


async def test_llmocks_cut_answer_is_cut(over_llmock: EndpointModel, llmock_server: LLMockServer) -> None:
    llmock_server.state.scenarios.add(Reply(text="half an", finish_reason="length"))
    assert (await over_llmock.complete(PROMPT)).finish is Finish.CUT


async def test_aimocks_journal_holds_exactly_what_the_port_was_given(
    over_aimock: EndpointModel, aimock_server: Aimock
) -> None:
    await aimock_server.will({"match": {}, "response": {"content": "{}"}})
    await over_aimock.complete(SHAPED)
    (entry,) = await aimock_server.journal()
    body = {name: value for name, value in entry["body"].items() if not name.startswith("_")}
    assert body == {
        "model": "small",
        "messages": [{"role": "system", "content": SHAPED.system}, {"role": "user", "content": SHAPED.user}],
        "max_completion_tokens": 50,
        "temperature": 0.2,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "compose-1", "strict": True, "schema": SCHEMA},
        },
    }
    assert entry["headers"]["authorization"] != ""
    assert not [name for name in entry["headers"] if name.startswith(("x-stainless", "openai-"))]


async def test_aimock_is_asked_for_exactly_the_texts_that_are_to_be_embedded(
    over_aimock: EndpointModel, aimock_server: Aimock
) -> None:
    await aimock_server.will({"match": {}, "response": {"embedding": [0.6, 0.8]}})
    assert (await over_aimock.embed(["one", "zwei 三"])).vectors == ((0.6, 0.8),) * 2
    (entry,) = await aimock_server.journal()
    assert (entry["path"], entry["body"]["embeddingInput"]) == ("/v1/embeddings", "one zwei 三")


async def test_what_aimock_has_not_been_told_to_answer_is_busy_after_two_attempts(
    over_aimock: EndpointModel, aimock_server: Aimock
) -> None:
    assert isinstance(await failure(over_aimock), Busy)
    assert [entry["response"]["status"] for entry in await aimock_server.journal()] == [503, 503]


async def test_aimocks_rate_limit_is_kept_to(over_aimock: EndpointModel, aimock_server: Aimock) -> None:
    slow_down = {"error": {"message": "slow down", "type": "rate_limit_error"}, "status": 429}
    await aimock_server.will({"match": {}, "response": slow_down})
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    model = EndpointModel(identity(aimock_server.address), aimock_server.address, KEY, SECONDS, pause)
    error = await failure(model)
    await model.close()
    assert isinstance(error, Busy)
    assert (error.retry_after, pauses) == (1.0, [1.0])


@pytest.mark.parametrize(("fault", "code"), [("malformedRate", "broken"), ("disconnectRate", "broken")])
async def test_aimocks_faults_have_their_codes(
    over_aimock: EndpointModel, aimock_server: Aimock, fault: str, code: str
) -> None:
    await aimock_server.will({"match": {}, "response": {"content": "{}"}})
    await aimock_server.spoil(**{fault: 1.0})
    assert (await failure(over_aimock)).code == code


@pytest.mark.parametrize(("reason", "finish"), [("length", Finish.CUT), ("content_filter", Finish.REFUSED)])
async def test_aimocks_finish_reasons_are_told(
    over_aimock: EndpointModel, aimock_server: Aimock, reason: str, finish: Finish
) -> None:
    await aimock_server.will({"match": {}, "response": {"content": "half an", "finishReason": reason}})
    assert (await over_aimock.complete(PROMPT)).finish is finish
