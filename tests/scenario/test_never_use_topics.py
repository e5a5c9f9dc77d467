"""Never using a topic: tried before it is kept, obeyed everywhere, gone over to the log's end, and taken off again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.audit import Happening
from bot.drafts import DraftState
from bot.events import MessageSaid
from bot.message_log import take_note
from bot.messages import Span
from bot.ports import Transaction
from bot.preferences import Preferences
from bot.profile.topics import Topic, TopicKind
from bot.refs import MessageRef
from bot.showing import source_id
from bot.views import Button, Refusal, TextField
from bot.withholding import keep_topic, withhold_about
from tests.scenario.holding_back import (
    BUILD,
    FILLER,
    MARA,
    OTHER,
    QUESTIONS,
    answer,
    buttons_of,
    change,
    claim,
    found_for,
    hold,
    is_held,
    items,
    learn,
    never_use,
    read,
    ref_of,
    topic_id,
    written_for,
)
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, MONDAY, StageDoor, refused, said, shown

pytestmark = pytest.mark.anyio

# ---------------------------------------------------------------- topics: trying and keeping


async def test_a_topic_is_tried_before_it_is_kept(door: StageDoor) -> None:
    await learn(door, *(f"Forge build {n} is done." for n in range(7)), "Lunch is at noon.")
    view = shown(await door.press("mara", "never_try", "", text="build forge", is_pattern=False))
    assert [e.text for e in items(view)] == [f"Forge build {n} is done." for n in range(6, 1, -1)]
    assert "7 of your logged messages are about this." in [getattr(e, "text", "") for e in view.elements]
    assert [b.name for b in view.buttons] == ["never_keep", "never"]
    assert (await read(door, lambda tx: tx.keepsakes.preferences())).topics == ()
    back = view.buttons[1]
    window = shown(await door.press("mara", back.name, back.target, **back.values))
    assert [e.value for e in window.elements if isinstance(e, TextField)] == ["build forge"]


@pytest.mark.promise(8, "topics held back")
async def test_what_a_topic_holds_back_is_counted_and_let_go_again(kept: StageDoor) -> None:
    (cache, lunch, _) = await learn(kept, CACHE, "Lunch is at noon.", FILLER[0])
    held = await hold(kept, "cache build")
    assert held.text == "Held back from now on: 1 message, and whatever you say about it later."
    (row,) = items(shown(held))
    assert (row.text, row.details) == ("cache build", ("words", "holds back 1 message"))
    assert (await is_held(kept, cache), await is_held(kept, lunch)) == (True, False)
    assert CACHE not in await written_for(kept, "what is emptied every Sunday at 04:00?")
    (again,) = row.buttons
    told = await kept.press("mara", again.name, again.target)
    assert said(told) == "Taken off. 1 message may be used again."
    assert items(shown(told)) == []
    assert CACHE in await written_for(kept, asker="wei")
    assert refused(await kept.press("mara", again.name, again.target)) == "not_found"


async def test_a_pattern_is_found_anywhere_whatever_the_case(door: StageDoor) -> None:
    (cache, other) = await learn(door, CACHE, OTHER)
    await hold(door, r"FORGE|sesame\d+", "pattern")
    assert (await is_held(door, cache), await is_held(door, other)) == (True, False)


@pytest.mark.parametrize(
    ("text", "is_pattern"),
    [
        *((text, False) for text in ("", "   ", "!!", "x" * 201, None, ["cache"], 7)),
        *((text, True) for text in ("", "(", "[a", "a*", ".*", "(?:", "x" * 201, None)),
        (".", True),
        ("cache", False),
        (r"(?:a|[a-z]|\w| )+\d", True),
    ],
)
async def test_what_is_malformed_too_slow_or_too_wide_is_refused_when_tried_and_when_kept(
    door: StageDoor, text: Any, is_pattern: bool
) -> None:
    await learn(
        door, *(f"the cache of the build is emptied by a job that nobody sees {'often ' * n}" for n in range(9))
    )
    kind = "pattern" if is_pattern else "words"
    assert refused(await door.press("mara", "never_try", "", text=text, is_pattern=is_pattern)) == "bad_value"
    assert refused(await door.press("mara", "never_keep", "topic", text=text, kind=kind)) == "bad_value"
    assert (await read(door, lambda tx: tx.keepsakes.preferences())).topics == ()


async def test_a_topic_is_kept_once_and_fifty_are_enough(door: StageDoor) -> None:
    await learn(door, CACHE)
    await hold(door, "payroll")
    assert refused(await door.press("mara", "never_keep", "topic", text=" payroll ", kind="words")) == "bad_value"
    many = tuple(Topic(f"t_{n}", TopicKind.WORDS, f"matter{n}", MONDAY) for n in range(50))
    await change(door, lambda tx: tx.keepsakes.set_preferences(Preferences(topics=many)))
    assert refused(await door.press("mara", "never_try", "", text="antenna", is_pattern=False)) == "bad_value"


async def test_a_topic_kept_several_times_at_once_is_kept_once(door: StageDoor) -> None:
    await learn(door, CACHE)
    values = {"text": "payroll", "kind": "words"}
    kept = await asyncio.gather(*(door.press("mara", "never_keep", "topic", **values) for _ in range(3)))
    assert sorted(isinstance(one, Refusal) for one in kept) == [False, True, True]
    assert len((await read(door, lambda tx: tx.keepsakes.preferences())).topics) == 1


async def test_a_pattern_that_is_slow_on_words_nobody_said_is_refused(door: StageDoor) -> None:
    await learn(door, "Short.", "Also short.")
    for button in ("never_try", "never_keep"):
        told = await door.press("mara", button, "topic", text=r"(?:\d+)+[#%]", kind="pattern")
        assert refused(told) == "bad_value"
        assert isinstance(told, Refusal)
        assert "takes too long" in told.sentence


async def test_who_has_not_joined_has_nothing_to_hold_back(door: StageDoor) -> None:
    assert items(shown(await door.command("pia", "never"))) == []
    assert refused(await door.press("pia", "never_try", "", text="payroll")) == "not_found"
    assert refused(await door.press("pia", "never_keep", "topic", text="payroll", kind="words")) == "not_found"
    assert refused(await door.press("pia", "use_topic_again", "t_1")) == "not_found"
    assert not await door.holds("pia")


async def test_my_double_leads_to_the_window_and_help_names_it(door: StageDoor) -> None:
    await learn(door, CACHE)
    home = await door.core.pipeline.home(MARA)
    (button,) = [b for item in items(home) for b in item.buttons if b.name == "never"]
    assert isinstance(button, Button)
    assert shown(await door.press("mara", "never")).kind == "never"
    assert any("/double never" in str(e) for e in shown(await door.command("mara", "help")).elements)


async def test_a_topics_record_holds_no_words(door: StageDoor) -> None:
    await learn(door, CACHE)
    await hold(door, "quarmbyx forge")
    topic = await topic_id(door)
    chain = await read(door, lambda tx: tx.audit.entries(topic))
    assert [c.entry.happening for c in chain] == [Happening.WITHHELD, Happening.WITHHELD]
    assert "quarmbyx" not in repr(await read(door, lambda tx: tx.audit.entries()))


# ---------------------------------------------------------------- topics: obeyed everywhere


@pytest.mark.promise(8, "topics held back")
async def test_new_words_on_a_topic_are_logged_and_never_used(door: StageDoor) -> None:
    await learn(door, *FILLER)
    await hold(door, "cache build")
    before = [await found_for(door, question) for question in QUESTIONS]
    cache = await door.say("mara", "build", CACHE)
    assert await is_held(door, cache)
    assert [await found_for(door, question) for question in QUESTIONS] == before
    assert CACHE in await door.log_of("mara")


async def test_an_edit_brings_a_message_under_a_topic_and_out_of_it(door: StageDoor) -> None:
    (message, _) = await learn(door, "The vault lives in /var/forge on the runner.", FILLER[1])
    question = "where does the vault live on the runner?"
    await hold(door, "sesame")
    draft_id = await door.ask("jonas", "mara", question)
    assert (await door.draft(draft_id)).sources
    await door.edit(message, "The vault lives in /var/forge on the runner, sesame opens it.")
    await door.settle()
    assert await is_held(door, message)
    assert (await door.draft(draft_id)).sources == ()
    assert "sesame" not in await found_for(door, question)
    await door.edit(message, "The vault lives in /var/forge on the runner, ask me.")
    assert not await is_held(door, message)
    assert "ask me" in await written_for(door, question)


async def test_a_message_under_two_marks_is_used_when_both_are_off(door: StageDoor) -> None:
    (cache, _) = await learn(door, CACHE, FILLER[1])
    await never_use(door, cache)
    await hold(door, "forge")
    topic = await topic_id(door)
    assert said(await door.press("mara", "use_again", cache.id)) == "A topic of yours holds this message back still."
    assert await is_held(door, cache)
    view = shown(await door.command("mara", "mine"))
    assert buttons_of(view, CACHE) == ["delete_message"], "a topic is taken off as a whole"
    assert "Never used: a topic of yours" in next(i for i in items(view) if i.text == CACHE).details
    await never_use(door, cache)
    assert said(await door.press("mara", "use_topic_again", topic)) == "Taken off. 0 messages may be used again."
    assert await is_held(door, cache)
    await door.press("mara", "use_again", cache.id)
    assert CACHE in await written_for(door)


async def test_an_edit_keeps_the_workers_own_mark(door: StageDoor) -> None:
    (cache, _) = await learn(door, CACHE, FILLER[1])
    await never_use(door, cache)
    await door.edit(cache, f"{CACHE} Really.")
    assert await is_held(door, cache)
    assert CACHE not in await written_for(door)


@pytest.mark.promise(8, "topics held back")
async def test_claims_answers_and_open_drafts_about_a_topic_go_at_once(door: StageDoor) -> None:
    (cache, lunch) = await learn(door, CACHE, "Lunch is at noon.")

    def put(tx: Transaction) -> None:
        tx.profile.put(
            [claim("c1", "Payroll runs on Mondays.", ref_of(lunch)), claim("c2", "Lunch at noon.", ref_of(lunch))]
        )
        tx.reusable.put(answer("a1", "When does payroll run?", "On Mondays.", ref_of(lunch)))
        tx.reusable.put(answer("a2", "When is lunch?", "At noon.", ref_of(lunch)))

    await change(door, put)
    about_payroll = await door.ask("jonas", "mara", "where does the build cache live on the runner, next to payroll?")
    other = await door.ask("pia", "mara", CACHE_QUESTION)
    assert (await door.draft(about_payroll)).sources
    await hold(door, "payroll")
    assert [c.id for c in await read(door, lambda tx: tx.profile.claims())] == ["c2"]
    assert [a.id for a in await read(door, lambda tx: tx.reusable.all())] == ["a2"]
    draft = await door.draft(about_payroll)
    assert (draft.state, draft.written, draft.sources) == (DraftState.PENDING, "", ())
    assert [s.ref for s in (await door.draft(other)).sources] == [ref_of(cache)]


@pytest.mark.promise(8, "topics held back")
async def test_a_question_about_a_topic_finds_nothing(door: StageDoor) -> None:
    await learn(door, CACHE, FILLER[1])
    await hold(door, "runner live")
    draft = await door.draft(await door.ask("jonas", "mara", CACHE_QUESTION))
    assert (draft.written, draft.reasons) == ("", ("quoting.reason_held_back",))


@pytest.mark.promise(8, "topics held back")
async def test_earlier_messages_on_a_topic_are_learned_and_never_used(door: StageDoor) -> None:
    earlier = await door.say("mara", "build", CACHE)
    door.clock.advance(timedelta(minutes=5))
    await learn(door, FILLER[1], FILLER[2])
    await hold(door, "forge")
    await door.join("mara", earlier=True)
    assert await door.log_of("mara") == [CACHE, FILLER[1], FILLER[2]]
    assert await is_held(door, earlier)
    assert CACHE not in await written_for(door)


@pytest.mark.promise(8, "topics held back, over a restart")
async def test_what_is_held_back_stays_so_after_a_restart(kept: StageDoor) -> None:
    (cache, other, _) = await learn(kept, CACHE, OTHER, FILLER[0])
    await never_use(kept, cache)
    await hold(kept, "opt")
    await kept.restart()
    assert (await is_held(kept, cache), await is_held(kept, other)) == (True, True)
    assert CACHE not in await written_for(kept)
    assert [i.text for i in items(shown(await kept.command("mara", "never")))][:1] == ["opt"]


@pytest.mark.promise(8, "a topic whose keeping was cut short")
async def test_a_topic_whose_keeping_was_cut_short_is_gone_over_again(kept: StageDoor) -> None:
    (cache, _) = await learn(kept, CACHE, FILLER[0])
    draft_id = await kept.ask("jonas", "mara", CACHE_QUESTION)
    topic = Topic("t_cut", TopicKind.WORDS, "forge", MONDAY)
    await change(kept, lambda tx: keep_topic(tx, topic, kept.clock.now()))
    assert not await is_held(kept, cache)
    await kept.restart()
    assert await is_held(kept, cache)
    assert CACHE not in (await kept.draft(draft_id)).written
    chain = await read(kept, lambda tx: tx.audit.entries("t_cut"))
    assert [c.entry.facts.get("messages") for c in chain] == [None, 1]
    await kept.settle()
    assert len(await read(kept, lambda tx: tx.audit.entries("t_cut"))) == 2, "it is gone over once"


async def test_a_message_that_was_edited_while_the_log_was_gone_over_is_judged_as_it_stands(door: StageDoor) -> None:
    (cache, lunch) = await learn(door, CACHE, "Lunch is at noon.")
    topic = Topic("t_1", TopicKind.WORDS, "forge", MONDAY)
    await change(door, lambda tx: withhold_about(tx, topic, [ref_of(cache), ref_of(lunch)], MONDAY))
    assert (await is_held(door, cache), await is_held(door, lunch)) == (True, False)


async def test_a_long_log_is_gone_over_to_its_end(door: StageDoor) -> None:
    (first, *_) = await learn(door, "The first word on forge.")
    at = door.clock.now()
    await door.say("mara", "build", "Something else.")

    def say_many(tx: Transaction) -> None:
        for n in range(1300):  # many in the same moment, as an export has them
            moment = at + timedelta(minutes=n // 600)
            ref = MessageRef(BUILD, f"9{n:09}.000000")
            take_note(tx, MessageSaid(ref, MARA, f"forge number {n}", moment, moment, None, channel_is_public=True), at)

    door.clock.advance(timedelta(hours=1))
    await change(door, say_many)
    held = await hold(door, "forge")
    assert held.text.startswith("Held back from now on: 1,301 messages")
    assert await is_held(door, first)
    assert await read(door, lambda tx: len(tx.usage.withheld())) == 1301
    told = await door.press("mara", "use_topic_again", await topic_id(door))
    assert said(told) == "Taken off. 1,301 messages may be used again."
    assert await read(door, lambda tx: tx.usage.withheld()) == ()


async def test_deleting_a_message_that_is_held_back_takes_it_out_for_good(kept: StageDoor) -> None:
    (cache, _) = await learn(kept, CACHE, FILLER[0])
    await never_use(kept, cache)
    await kept.press("mara", "delete_message", source_id(ref_of(cache)))
    assert CACHE not in await kept.log_of("mara")
    assert await read(kept, lambda tx: tx.usage.withheld()) == ()
    assert await read(kept, lambda tx: tx.messages.count(Span())) == 1
