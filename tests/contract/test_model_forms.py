"""Endpoints that do not know JSON schemas, or a parameter: they are asked more simply, and so from then on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.contract.model_bench import MARK, OK, PROMPT, SCHEMA, SHAPED, Bench, bench
from tests.endpoint_server import complaint, status

pytestmark = pytest.mark.anyio


def formats(b: Bench) -> list[Any]:
    return [request.body.get("response_format", {}).get("type") for request in b.server.received]


def limits(b: Bench) -> list[str]:
    return [next(name for name in request.body if name.startswith("max_")) for request in b.server.received]


@pytest.mark.parametrize("code", [400, 404, 422])
async def test_an_endpoint_without_json_schemas_is_asked_for_an_object_and_so_from_then_on(code: int) -> None:
    async with bench() as b:
        b.server.will(complaint(code, f"response_format {MARK} is not supported"), OK)
        assert (await b.model.complete(SHAPED)).text == f"answer {MARK}"
        await b.model.complete(SHAPED)
        assert formats(b) == ["json_schema", "json_object", "json_object"]
        system = b.server.received[1].body["messages"][0]["content"]
        assert system.startswith(SHAPED.system)
        assert json.dumps(SCHEMA) in system  # the model must know the shape all the same


@pytest.mark.parametrize("code", [400, 404, 422])
async def test_an_endpoint_that_knows_no_formats_at_all_is_asked_without(code: int) -> None:
    async with bench() as b:
        b.server.will(status(code), status(code), OK)
        await b.model.complete(SHAPED)
        await b.model.complete(SHAPED)
        assert formats(b) == ["json_schema", "json_object", None, None]


async def test_a_prompt_without_a_schema_asks_for_no_format() -> None:
    async with bench() as b:
        b.server.will(OK)
        await b.model.complete(PROMPT)
        assert formats(b) == [None]
        assert b.server.received[0].body["messages"][0]["content"] == PROMPT.system


async def test_an_endpoint_that_knows_the_older_limit_alone_gets_that() -> None:
    async with bench() as b:
        b.server.will(complaint(400, "Unrecognized request argument supplied: max_completion_tokens"), OK)
        await b.model.complete(SHAPED)
        await b.model.complete(SHAPED)
        assert limits(b) == ["max_completion_tokens", "max_tokens", "max_tokens"]
        assert formats(b) == ["json_schema"] * 3
        assert {request.body[limit] for request, limit in zip(b.server.received, limits(b), strict=True)} == {50}


async def test_an_endpoint_that_says_nothing_of_what_it_minds_gets_the_older_limit_last() -> None:
    async with bench() as b:
        b.server.will(status(400), OK)
        await b.model.complete(PROMPT)
        assert limits(b) == ["max_completion_tokens", "max_tokens"]


async def test_a_model_that_takes_no_temperature_is_asked_without() -> None:
    async with bench() as b:
        b.server.will(complaint(400, "Unsupported value: 'temperature' does not support 0.2 with this model."), OK)
        await b.model.complete(SHAPED)
        assert ["temperature" in request.body for request in b.server.received] == [True, False]


async def test_a_form_that_has_worked_is_not_to_blame_for_a_refusal() -> None:
    async with bench() as b:
        b.server.will(OK, complaint(400, "maximum context length exceeded"))
        await b.model.complete(SHAPED)
        b.server.received.clear()
        assert (await b.failure(status(400), prompt=SHAPED)).code == "refused"
        assert formats(b) == ["json_schema"]


async def test_an_endpoint_that_refuses_every_form_is_asked_a_few_times_and_no_more() -> None:
    async with bench() as b:
        everything = "temperature max_tokens response_format json_schema"
        assert (await b.failure(complaint(400, everything), prompt=SHAPED)).code == "refused"
        assert len(b.server.received) == 5


@pytest.mark.parametrize(
    "message",
    [
        "The model `small` does not exist or you do not have access to it.",
        'model "small" not found, try pulling it first',
        "model_not_found",
    ],
)
async def test_a_model_that_does_not_exist_is_not_asked_for_in_other_forms(message: str) -> None:
    async with bench() as b:
        assert (await b.failure(complaint(404, message), prompt=SHAPED)).code == "no_model"
        assert len(b.server.received) == 1


async def test_one_call_repeats_only_once_whatever_form_it_is_in() -> None:
    async with bench() as b:
        error = await b.failure(status(500), complaint(400, "response_format"), status(500), OK, prompt=SHAPED)
        assert (error.code, len(b.server.received), len(b.pauses)) == ("broken", 3, 1)
