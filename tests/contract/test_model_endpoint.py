"""An endpoint that misbehaves on demand: what the adapter makes of it, in time, and without telling anybody's words."""

from __future__ import annotations

import logging

import pytest

from adapters.model.endpoint import EndpointModel
from adapters.model.identity import identify
from bot.errors import Busy, ModelError, Refused, TimedOut
from bot.model import Finish, Prompt
from tests import endpoint_server as server_of
from tests.contract.model_bench import MARK, OK, PROMPT, SCHEMA, SHAPED, SOON, bench, discreet
from tests.contract.model_makers import KEY, SECONDS, identity
from tests.endpoint_server import Reply, complaint, embedded, raw, said, status

pytestmark = pytest.mark.anyio


async def test_a_request_says_what_was_asked_and_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-stray")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "stray")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Stray: yes\nAuthorization: Bearer stray")
    monkeypatch.setenv("OPENAI_API_KEY", "stray")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://192.0.2.1/v1")
    async with bench() as b:
        b.server.will(OK)
        await b.model.complete(SHAPED)
        (request,) = b.server.received
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["accept-encoding"] == "identity"
    assert set(request.headers) <= {
        *("host", "user-agent", "accept", "content-type", "content-length"),
        *("authorization", "accept-encoding", "connection"),
    }
    assert request.body == {
        "model": "small",
        "messages": [{"role": "system", "content": SHAPED.system}, {"role": "user", "content": SHAPED.user}],
        "max_completion_tokens": 50,
        "temperature": 0.2,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "compose-1", "strict": True, "schema": SCHEMA},
        },
    }


async def test_without_a_key_none_is_sent() -> None:
    async with server_of.endpoint_server() as server:
        server.will(OK)
        model = EndpointModel(identity(server.address), server.address, None, SECONDS)
        await model.complete(PROMPT)
        await model.close()
    assert "authorization" not in server.received[0].headers


async def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    async with bench() as b:
        b.server.will(OK)
        assert (await b.model.complete(PROMPT)).finish is Finish.COMPLETE


@pytest.mark.parametrize("reply", [server_of.silence, server_of.dripping])
@pytest.mark.promise(19, "an answer that does not end")
async def test_an_answer_that_does_not_end_in_time_is_given_up(reply: Reply) -> None:
    async with bench(SOON) as b:
        error = await b.failure(reply)
        assert isinstance(error, TimedOut)
        assert len(b.server.received) <= 1, "it is not asked again; on a busy machine the time is over before it hears"
        assert (await b.embedding_failure(reply)).code == "timed_out"


@pytest.mark.parametrize("is_declared", [True, False])
@pytest.mark.promise(19, "an answer of ten megabytes")
async def test_ten_megabytes_are_not_read(*, is_declared: bool) -> None:
    async with bench() as b:
        error = await b.failure(b.server.flood(10_000_000, is_declared=is_declared))
        assert (error.code, len(b.server.received)) == ("too_large", 1)
        assert b.server.flooded < 9_000_000  # what the sockets took, and no more
        assert (await b.embedding_failure(b.server.flood(20_000_000, is_declared=is_declared))).code == "too_large"


async def test_an_error_of_ten_megabytes_is_not_read_either() -> None:
    async with bench() as b:
        error = await b.failure(raw(b"HTTP/1.1 400 No\r\nContent-Length: 10000000\r\nConnection: close\r\n\r\n" + b"x"))
        assert error.code == "too_large"


async def test_an_answer_over_a_megabyte_is_too_large() -> None:
    async with bench() as b:
        b.server.will(said("x" * 1_000_000))
        assert len((await b.model.complete(PROMPT)).text) == 1_000_000
        assert (await b.failure(said("x" * 1_000_001))).code == "too_large"
        assert (await b.failure(said("é" * 500_001))).code == "too_large"
        assert (await b.failure(said("字" * 333_334))).code == "too_large"


async def test_a_compressed_answer_is_not_unfolded() -> None:
    async with bench() as b:
        assert (await b.failure(status(200, {}, Content_Encoding="gzip"))).code == "broken"


@pytest.mark.parametrize(
    ("code", "expected", "requests"),
    [
        (301, "broken", 1),
        (400, "refused", 2),
        (401, "wrong_key", 1),
        (403, "wrong_key", 1),
        (404, "no_model", 2),
        (408, "timed_out", 2),
        (413, "refused", 1),
        (422, "refused", 2),
        (429, "busy", 2),
        (500, "broken", 2),
        (502, "broken", 2),
        (503, "busy", 2),
        (504, "timed_out", 2),
        (529, "busy", 2),
    ],
)
async def test_each_status_has_its_code_and_its_number_of_attempts(code: int, expected: str, requests: int) -> None:
    async with bench() as b:
        error = await b.failure(status(code, {"error": {"message": f"{MARK} is wrong"}}, Location="http://127.0.0.1/x"))
        assert (error.code, len(b.server.received)) == (expected, requests)


async def test_what_passes_is_tried_once_more() -> None:
    async with bench() as b:
        for reply in (status(500), status(429), raw(b"")):
            b.server.will(reply, OK)
            assert (await b.model.complete(PROMPT)).text == f"answer {MARK}"
        assert b.pauses == [0.5, 0.5, 0.5]
        b.server.will(status(503), embedded([1], [2]))
        assert len((await b.model.embed(["a", "b"])).vectors) == 2


@pytest.mark.parametrize(
    ("headers", "asked"),
    [
        ({"Retry_After": "2"}, 2.0),
        ({"retry_after_ms": "1500", "Retry_After": "2"}, 1.5),
        ({"Retry_After": "Mon, 02 Mar 2026 09:00:02 GMT", "Date": "Mon, 02 Mar 2026 09:00:00 GMT"}, 2.0),
    ],
)
async def test_a_short_wait_that_the_endpoint_asks_for_is_kept(headers: dict[str, str], asked: float) -> None:
    async with bench() as b:
        b.server.will(status(429, **headers), OK)
        await b.model.complete(PROMPT)
        assert b.pauses == [asked]


@pytest.mark.parametrize(("written", "told"), [("21", 21.0), ("99999999", 86_400.0), ("3", 3.0)])
async def test_a_long_wait_is_left_to_the_caller(written: str, told: float) -> None:
    async with bench() as b:  # of five seconds: half of them is not enough for three
        error = await b.failure(status(429, Retry_After=written), OK)
        assert isinstance(error, Busy)
        assert (error.retry_after, len(b.server.received), b.pauses) == (told, 1, [])


@pytest.mark.parametrize("written", ["soon", "-5", "nan", "inf", "Mon, 02 Mar 2026 09:00:02 GMT"])
async def test_a_wait_that_makes_no_sense_is_none(written: str) -> None:
    async with bench() as b:
        error = await b.failure(status(429, Retry_After=written))
        assert isinstance(error, Busy)
        assert (error.retry_after, b.pauses) == (None, [0.5])


async def test_an_endpoint_that_is_not_there_is_unreachable() -> None:
    async with bench() as b:
        address = b.server.address
    model = EndpointModel(identity(address), address, KEY, SECONDS, b._pause)
    with pytest.raises(ModelError) as caught:
        await model.complete(PROMPT)
    await model.close()
    assert discreet(caught.value).code == "unreachable"
    assert len(b.pauses) == 1


async def test_an_address_that_is_none_is_said_so_without_it() -> None:
    with pytest.raises(ModelError) as caught:
        EndpointModel(identity("http://x/"), f"http://{MARK}\0/v1", KEY, SECONDS)
    assert discreet(caught.value).code == "unreachable"


@pytest.mark.parametrize(
    ("reply", "finish", "text"),
    [
        (said("half an", "length"), Finish.CUT, "half an"),
        (said(None, "length"), Finish.CUT, ""),
        (said("half an", None), Finish.CUT, "half an"),
        (said("half an", "stranger"), Finish.CUT, "half an"),
        (said(None, "tool_calls"), Finish.CUT, ""),
        (said("", "content_filter"), Finish.REFUSED, ""),
        (said(None, "stop", refusal="I cannot"), Finish.REFUSED, ""),
        (said("<think>\nhm </think>\n\nYes"), Finish.COMPLETE, "Yes"),
        (said("<think>on and on", "length"), Finish.CUT, ""),
        (said("Yes <think>not first</think>"), Finish.COMPLETE, "Yes <think>not first</think>"),
        (said([{"type": "text", "text": "in "}, {"type": "text", "text": "parts"}]), Finish.COMPLETE, "in parts"),
        (said("half \ud83d"), Finish.COMPLETE, "half ?"),
    ],
)
async def test_how_an_answer_ended_is_told(reply: Reply, finish: Finish, text: str) -> None:
    async with bench() as b:
        b.server.will(reply)
        answer = await b.model.complete(PROMPT)
        assert (answer.finish, answer.text) == (finish, text)


BODY = b'{"choices": [{"message": {"content": "half an'


@pytest.mark.parametrize(
    "reply",
    [
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + BODY),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2d\r\n" + BODY + b"\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + BODY),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"[" * 100_000),
        raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\xff\xfe\x00"),
        raw(b"quicksilver\r\n\r\n"),
        status(200, {}),
        status(200, []),
        status(200, {"error": {"message": MARK}}),
        status(200, {"choices": []}),
        status(200, {"choices": {"0": MARK}}),
        status(200, {"choices": [None]}),
        status(200, {"choices": [{"message": MARK, "finish_reason": "stop"}]}),
        said(None),
        said({"text": MARK}),
        said(7),
    ],
)
async def test_what_cannot_be_read_is_broken(reply: Reply) -> None:
    async with bench() as b:
        assert (await b.failure(reply)).code == "broken"


@pytest.mark.parametrize(
    "usage",
    [
        None,
        "many",
        {},
        {"prompt_tokens": -1, "completion_tokens": -1},
        {"prompt_tokens": 0, "completion_tokens": 0},
        {"prompt_tokens": 1.5, "completion_tokens": "3"},
        {"prompt_tokens": True, "completion_tokens": True},
        {"prompt_tokens": 10**30, "completion_tokens": 10**9},
    ],
)
async def test_a_cost_that_cannot_be_is_estimated(usage: object) -> None:
    prompt = Prompt("compose-1", "a" * 40, "字" * 30)  # 10 and 20 tokens
    async with bench() as b:
        b.server.will(said("word " * 8, usage=usage))
        cost = (await b.model.complete(prompt)).usage
        assert (cost.prompt, cost.completion) == (30, 10)


async def test_a_cost_that_can_be_is_believed() -> None:
    async with bench() as b:
        b.server.will(said("Yes.", usage={"prompt_tokens": 77, "completion_tokens": 4_000}))
        cost = (await b.model.complete(PROMPT)).usage
        assert (cost.prompt, cost.completion) == (77, 4_000)  # it may have thought unseen


async def test_a_model_that_is_not_set_is_not_asked() -> None:
    async with server_of.endpoint_server() as server:
        only_embeds = EndpointModel(identify("", "near", server.address), server.address, KEY, SECONDS)
        only_answers = EndpointModel(identify("small", "", server.address), server.address, KEY, SECONDS)
        with pytest.raises(ModelError, match="no model for answers") as first:
            await only_embeds.complete(PROMPT)
        with pytest.raises(ModelError, match="no model for embeddings") as second:
            await only_answers.embed(["a"])
        await only_embeds.close()
        await only_answers.close()
    assert (first.value.code, second.value.code, server.received) == ("no_model", "no_model", [])


async def test_nothing_that_was_said_is_logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    logging.getLogger("openai").setLevel(logging.DEBUG)  # as the library does by OPENAI_LOG
    caplog.set_level(logging.DEBUG)
    async with bench() as b:
        b.server.will(OK)
        await b.model.complete(SHAPED)
        await b.failure(complaint(400, f"{MARK} is wrong"))
        await b.failure(raw(b""))
    told = "\n".join(record.getMessage() for record in caplog.records if record.name != "asyncio")
    assert told == ""


async def test_refused_for_good_is_refused() -> None:
    async with bench() as b:
        assert isinstance(await b.failure(complaint(413, MARK)), Refused)
