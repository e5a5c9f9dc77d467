"""What the double said is no evidence, however it comes back: posted, copied by its worker, or quoted by anybody."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.model.scripted import ScriptedModel
from adapters.web.records import MessageRecord
from tests.promised import Figures
from tests.scenario.stage_door import CACHE, StageDoor, said
from tests.scenario.with_a_model import LOCAL, WORDED, answered, asked_and_gone_on, house, learnt

pytestmark = pytest.mark.anyio
NEWS = "It moves to /srv/anvil on Monday, says the plan for the new runners."


async def posted(door: StageDoor) -> MessageRecord:
    """Mara's double answers in its model's words, approved as they are."""
    await learnt(door)
    draft = await asked_and_gone_on(door)
    assert WORDED in draft.written
    said(await door.approve("mara", draft.id))
    (reply,) = await door.replies()
    return reply


def copies_of(reply: MessageRecord) -> dict[str, str]:
    body = reply.text.partition("\n")[2]
    return {
        "the whole reply": reply.text,
        "its words": body,
        "its words, spaced otherwise": f"  {body.replace(' ', '  ')}\n",
        "its words in other letters": body.upper(),
        "its words after a yes": f"Yes. {body}",
        "a quotation": "\n".join(f"> {line}" for line in reply.text.split("\n")),
        "a long quotation": f">>> {reply.text}",
    }


@pytest.mark.promise(15, "replies copied and quoted by their worker, whole and in part")
async def test_a_reply_that_its_worker_copies_is_no_evidence(tmp_path: Path, figures: Figures) -> None:
    async with house(tmp_path, ScriptedModel(lambda _: answered(WORDED), LOCAL)) as door:
        reply = await posted(door)
        copies = copies_of(reply)
        for copy in copies.values():
            await door.say("mara", "build", copy)
        await door.edit(await door.say("mara", "build", "Never mind this one, it says nothing."), reply.text)
        assert await door.log_of("mara") == [CACHE]
        figures("copies logged", 0)
        figures("copies tried", len(copies) + 1)


@pytest.mark.promise(15, "replies copied and quoted by their worker, whole and in part")
async def test_what_the_worker_adds_to_a_copy_is_evidence(tmp_path: Path) -> None:
    async with house(tmp_path, ScriptedModel(lambda _: answered(WORDED), LOCAL)) as door:
        reply = await posted(door)
        body = reply.text.partition("\n")[2]
        await door.say("mara", "build", f"{body} {NEWS}")
        await door.say("mara", "build", f"{NEWS}\n\n{reply.text}")
        await door.say("mara", "build", f"> {body}\n{NEWS}")
        assert await door.log_of("mara") == [CACHE, NEWS, NEWS, NEWS]


@pytest.mark.promise(15, "what is copied teaches neither voice nor claims, and is not recalled")
async def test_a_copy_is_neither_counted_nor_noticed_nor_recalled(tmp_path: Path) -> None:
    async with house(tmp_path, ScriptedModel(lambda _: answered(WORDED), LOCAL)) as door:
        reply = await posted(door)
        for copy in copies_of(reply).values():
            await door.say("mara", "build", copy)
        await door.press("mara", "refresh_profile")
        await door.settle()
        assert "sits in" not in repr(await door.command("mara", "profile"))
        draft = await asked_and_gone_on(door, "go_on_without", "where does the build cache sit on the runner?")
        assert [source.ref.stamp for source in draft.sources] in ([], [(await door.messages())[0].ts])


async def test_another_doubles_reply_is_not_its_copiers_words_either(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    said(await door.approve("mara", draft_id))
    (reply,) = await door.replies()
    await door.join("pia")
    await door.say("pia", "build", reply.text)
    await door.say("pia", "build", f"Mara says:\n> {CACHE}\nI would not count on it this week.")
    assert await door.log_of("pia") == ["Mara says:\nI would not count on it this week."]


async def test_an_edit_that_leaves_only_a_copy_forgets_what_was_logged(door: StageDoor) -> None:
    await door.join("mara")
    message = await door.say("mara", "build", NEWS)
    await door.edit(message, f"> {NEWS}")
    assert await door.log_of("mara") == []
