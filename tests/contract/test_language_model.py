"""Every promise of `bot.model.LanguageModel`, over every model: a scripted one and three servers."""

from __future__ import annotations

import json
import math

import pytest

from bot.errors import Refused
from bot.model import Finish, Prompt
from tests.contract.model_makers import ModelUnderTest

pytestmark = pytest.mark.anyio
SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}
PLAIN = Prompt(
    "compose-1", "Answer as Mara would.\n<data>", "Wo ist der Schlüssel? 钥匙在哪儿？ 🔑\n\ttabs too", {}, 50
)
SHAPED = Prompt("compose-1", "Answer as JSON.", "钥匙在哪儿？", SCHEMA, 50)


async def test_the_answer_comes_back_as_the_model_wrote_it(place: ModelUnderTest) -> None:
    await place.will_say('Hinter dem Schuppen. 在棚子后面。 "quoted" \\ 🔑')
    answer = await place.model.complete(PLAIN)
    assert (answer.text, answer.finish) == ('Hinter dem Schuppen. 在棚子后面。 "quoted" \\ 🔑', Finish.COMPLETE)


async def test_exactly_what_the_prompt_says_reaches_the_model(place: ModelUnderTest) -> None:
    await place.will_say("Yes.")
    await place.model.complete(PLAIN)
    assert await place.heard() == [(PLAIN.system, PLAIN.user)]


async def test_an_answer_in_a_shape_comes_back_in_it(place: ModelUnderTest) -> None:
    await place.will_say('{"answer": "在棚子后面"}')
    answer = await place.model.complete(SHAPED)
    assert json.loads(answer.text) == {"answer": "在棚子后面"}
    assert await place.heard() == [(SHAPED.system, SHAPED.user)]


async def test_what_it_cost_is_a_count_that_can_be(place: ModelUnderTest) -> None:
    await place.will_say("Behind the shed.")
    usage = (await place.model.complete(PLAIN)).usage
    assert 1 <= usage.prompt <= 200
    assert 1 <= usage.completion <= 50
    assert usage.total == usage.prompt + usage.completion


async def test_there_is_one_vector_of_length_one_for_each_text(place: ModelUnderTest) -> None:
    await place.will_embed(3)
    embeddings = await place.model.embed(["the spare key", "备用钥匙", "a" * 9_000])
    assert len(embeddings.vectors) == 3
    assert len({len(vector) for vector in embeddings.vectors}) == 1
    for vector in embeddings.vectors:
        assert math.hypot(*vector) == pytest.approx(1.0, abs=1e-9)
    assert embeddings.usage.prompt >= 1
    assert embeddings.usage.completion == 0


async def test_sixty_four_texts_are_embedded_at_once(place: ModelUnderTest) -> None:
    await place.will_embed(64)
    assert len((await place.model.embed([f"text {n}" for n in range(64)])).vectors) == 64


@pytest.mark.parametrize("texts", [["fine", " \n"], ["x"] * 65], ids=["an empty one", "65"])
async def test_too_many_texts_or_an_empty_one_are_refused(place: ModelUnderTest, texts: list[str]) -> None:
    with pytest.raises(Refused) as caught:
        await place.model.embed(texts)
    assert caught.value.code == "refused"


async def test_no_texts_have_no_embeddings_and_cost_nothing(place: ModelUnderTest) -> None:
    embeddings = await place.model.embed([])
    assert (embeddings.vectors, embeddings.usage.total) == ((), 0)


async def test_the_model_says_who_it_is(place: ModelUnderTest) -> None:
    identity = place.model.identity
    assert (identity.model, identity.is_local, identity.recipient) == ("small", True, "local")
    assert identity.embedding


async def test_half_a_surrogate_pair_is_no_reason_to_fail(place: ModelUnderTest) -> None:
    await place.will_say("Yes.")
    answer = await place.model.complete(Prompt("compose-1", "system \ud83d", "user \udd11"))
    assert answer.text == "Yes."


async def test_a_model_may_be_closed_twice(place: ModelUnderTest) -> None:
    await place.model.close()
    await place.model.close()
