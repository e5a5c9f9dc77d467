"""Deciding: send, edit, deny, undo, take back – by the worker alone, and once."""

from __future__ import annotations

import asyncio

import pytest

from bot.audit import Happening
from bot.drafts import DraftState
from bot.views import Fold, Item, Refusal, Text, TextField
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, refused, said, shown

pytestmark = pytest.mark.anyio
LABEL = "Mara Lind's AI double"


async def test_the_review_window_shows_question_draft_passages_and_deadline(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    window = shown(await door.press("mara", "review", draft_id))
    texts = [e.text for e in window.elements if isinstance(e, Text)]
    assert CACHE_QUESTION in texts
    assert "Lapses Wed 18:00 if you do nothing." in texts
    (box,) = [e for e in window.elements if isinstance(e, TextField)]
    assert CACHE in box.value
    passages, reuse = [e for e in window.elements if isinstance(e, Fold)]
    assert not passages.is_open
    assert not reuse.is_open
    assert [e.text for e in passages.elements if isinstance(e, Item)] == [CACHE]
    assert [b.name for b in window.buttons] == ["approve", "deny", "answered", "mute"]


@pytest.mark.promise(10, "clicks of everybody else")
async def test_nobody_else_finds_sees_or_decides_a_draft(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.join("pia")
    for person in ("pia", "jonas", "wei"):
        assert await door.inbox(person) == ()
        for button in ("review", "approve", "edit", "deny", "mute", "it_is_there", "it_is_not_there"):
            code = refused(await door.press(person, button, draft_id, text="mine"))
            assert code in ("not_found", "too_late"), button
    assert (await door.draft(draft_id)).state is DraftState.PENDING
    assert not await door.replies()


@pytest.mark.promise(9, "a reply sent as it was, and one edited")
async def test_sending_posts_once_in_the_thread_with_the_label_first_and_the_sources(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    (source, question) = await door.messages()
    assert said(await door.approve("mara", draft_id)) == "Sent as your double"
    (reply,) = await door.replies()
    assert reply.text.startswith(f"{LABEL} · read and approved by Mara Lind\n")
    assert (reply.label, reply.thread, reply.worker) == (LABEL, question.ts, "mara")
    assert CACHE in reply.text
    assert [s.id for s in reply.sources] == [source.id]
    assert (await door.notice("jonas", "outcome")).text == "Mara Lind's double has answered."
    assert (await door.happenings(draft_id)) == [
        Happening.ASKED,
        Happening.DRAFTED,
        Happening.APPROVED,
        Happening.POSTED,
    ]


@pytest.mark.promise(10, "second clicks, and two at once")
async def test_a_second_click_and_two_clicks_at_once_post_nothing_more(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    answers = await asyncio.gather(*(door.approve("mara", draft_id) for _ in range(5)))
    assert len([a for a in answers if "Sent" in getattr(a, "text", "")]) == 1
    assert refused(await door.approve("mara", draft_id)) == "too_late"
    await door.advance(minutes=5)
    assert len(door.line.reached) == 1


@pytest.mark.promise(9, "a reply sent as it was, and one edited")
async def test_edited_words_are_posted_and_labelled_as_edited(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.press("mara", "edit", draft_id, text="It is in /var/cache/forge, ask me for access.")
    (reply,) = await door.replies()
    assert reply.text == f"{LABEL} · edited and approved by Mara Lind\nIt is in /var/cache/forge, ask me for access."
    assert Happening.EDITED in await door.happenings(draft_id)


async def test_words_that_no_reply_has_room_for_are_refused_before_anything_is_decided(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    door.line.longest = 20
    answer = await door.approve("mara", draft_id, text="It is in /var/cache/forge.")
    assert isinstance(answer, Refusal)
    assert answer.code == "bad_value"
    assert answer.sentence.startswith("At most 20 characters fit into one reply here; yours has 26.")
    assert refused(await door.approve("mara", draft_id)) == "bad_value"  # as it was drafted, it is too long as well
    assert not await door.replies()
    await door.approve("mara", draft_id, text="In /var/cache/forge.")
    assert len(await door.replies()) == 1


async def test_edit_without_words_opens_the_window(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    assert shown(await door.press("mara", "edit", draft_id)).kind == "review"
    assert not await door.replies()


async def test_edited_words_pass_the_guard(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    for text in ("", "  \n", "\u202e\u200b", "x" * 3001):
        assert refused(await door.approve("mara", draft_id, text=text)) == "blocked"
    assert refused(await door.approve("mara", draft_id, text=["words"])) == "bad_value"
    assert not await door.replies()
    await door.approve("mara", draft_id, text="@here look \u202eat this <!channel> \u2066now")
    (reply,) = await door.replies()
    assert not set(reply.text) & set("\u202e\u2066")
    assert "@here" not in reply.text
    assert "<!" not in reply.text


@pytest.mark.promise(9, "a label forged in the worker's own words")
async def test_a_forged_label_in_edited_words_does_not_take_the_real_ones_place(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id, text="Mara Lind\nThis is really me")
    (reply,) = await door.replies()
    assert reply.text.startswith(f"{LABEL} · edited")


async def test_the_same_words_sent_back_are_no_edit(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    written = (await door.draft(draft_id)).written
    await door.approve("mara", draft_id, text=f"{written}\n", revision="1")
    assert "read and approved by" in (await door.replies())[0].text


async def test_denying_posts_nothing_and_keeps_no_words(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    assert said(await door.press("mara", "deny", draft_id, reason="Quarmbyx")).startswith("Denied")
    draft = await door.draft(draft_id)
    assert (draft.question, draft.written, draft.composed) == ("", "", "")
    assert [(s.quote, s.digest) for s in draft.sources] == [("", "")]
    assert "Quarmbyx" not in repr(vars(door.store))
    await door.advance(seconds=1)
    assert refused(await door.press("mara", "deny", draft_id)) == "too_late"
    assert refused(await door.approve("mara", draft_id)) == "too_late"
    assert not await door.replies()


async def test_undo_within_ten_seconds_leaves_no_trace_and_offers_the_draft_again(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    before = await door.messages()
    await door.approve("mara", draft_id)
    await door.advance(seconds=10)
    assert shown(await door.press("mara", "undo", draft_id)).kind == "review"
    assert await door.messages() == before
    assert "decides whether" in (await door.notice("jonas", "waiting")).text
    (item,) = await door.inbox("mara")
    assert (item.id, item.kind, item.question) == (draft_id, "draft", CACHE_QUESTION)
    assert CACHE in item.text
    await door.approve("mara", draft_id)
    assert len(await door.replies()) == 1
    assert Happening.UNDONE in await door.happenings(draft_id)


async def test_after_ten_seconds_it_is_too_late_to_undo(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id)
    await door.advance(seconds=10.001)
    assert refused(await door.press("mara", "undo", draft_id)) == "too_late"
    assert len(await door.replies()) == 1
    assert (await door.draft(draft_id)).question == ""


async def test_taking_back_leaves_the_sentence_that_says_so(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id)
    (reply,) = await door.replies()
    await door.advance(days=3)
    assert said(await door.press("mara", "retract", draft_id)).startswith("Taken back")
    assert not await door.replies()
    taken = await door.find("build", reply.ts)
    assert taken is not None
    assert (taken.text, taken.sources) == ("Mara Lind took this back.", ())
    assert refused(await door.press("mara", "retract", draft_id)) == "not_found"


@pytest.mark.promise(10, "clicks of everybody else")
async def test_nobody_else_undoes_or_takes_back(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id)
    for person in ("jonas", "pia"):
        assert refused(await door.press(person, "undo", draft_id)) == "too_late"
        assert refused(await door.press(person, "retract", draft_id)) == "not_found"
    assert len(await door.replies()) == 1


async def test_where_the_double_found_nothing_the_worker_may_answer_in_their_own_words(door: StageDoor) -> None:
    await door.join("mara")
    draft_id = await door.ask("jonas", "mara", "what colour is the moon base antenna?")
    assert refused(await door.approve("mara", draft_id)) == "blocked"
    await door.approve("mara", draft_id, text="The moon base antenna is painted orange.")
    (reply,) = await door.replies()
    assert reply.text == f"{LABEL} · edited and approved by Mara Lind\nThe moon base antenna is painted orange."
    await door.advance(days=1)
    later = await door.draft(await door.ask("pia", "mara", "what colour is the moon base antenna?"))
    assert "painted orange" in later.written, "the worker's own answer is evidence later"


async def test_an_own_answer_that_was_taken_back_is_no_evidence(door: StageDoor) -> None:
    await door.join("mara")
    draft_id = await door.ask("jonas", "mara", "what colour is the moon base antenna?")
    await door.approve("mara", draft_id, text="The moon base antenna is painted orange.")
    await door.press("mara", "retract", draft_id)
    assert await door.log_of("mara") == []


async def test_a_pause_keeps_waiting_drafts_from_being_sent_until_it_ends(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.command("mara", "pause")
    assert refused(await door.approve("mara", draft_id)) == "not_allowed_now"
    await door.command("mara", "resume")
    await door.approve("mara", draft_id)
    assert len(await door.replies()) == 1


@pytest.mark.promise(14, "the receipt of a reply")
async def test_every_reply_stands_on_my_double_with_its_receipt(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id)
    page = await door.core.pipeline.home((await door.core.stage.store.workers())[0])
    (row,) = [e for e in page.elements if isinstance(e, Item) and e.facts]
    facts = dict(row.facts)
    assert facts["Asked by"] == "Jonas Okafor"
    assert facts["What was approved (SHA-256)"] == (await door.draft(draft_id)).approved_digest
    assert [b.name for b in row.buttons] == ["undo", "retract"]
    assert CACHE_QUESTION not in repr(row)


@pytest.mark.parametrize("button", ["undo", "retract"])
async def test_a_reply_that_the_platform_does_not_take_away_stays_and_the_worker_is_told_so(
    door: StageDoor, button: str
) -> None:
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id)
    door.line.is_deaf = True
    assert refused(await door.press("mara", button, draft_id)) == "platform"
    assert len(await door.replies()) == 1
    door.line.is_deaf = False
    assert not isinstance(await door.press("mara", button, draft_id), Refusal)
    assert not await door.replies()


async def test_who_answered_in_person_closes_the_question_and_its_asker_is_told(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    assert said(await door.press("mara", "answered", draft_id)).startswith("Closed.")
    assert (await door.notice("jonas", "outcome")).text == "Mara Lind has answered in person."
    assert not await door.inbox("mara")
    assert (await door.draft(draft_id)).question == ""
    assert refused(await door.press("mara", "answered", draft_id)) == "too_late"


async def test_links_are_shown_to_askers_unless_the_worker_turned_them_off(door: StageDoor) -> None:
    await door.learn_and_ask()
    assert (await door.notice("jonas", "waiting")).links
    await door.press("mara", "links")
    await door.ask("pia", "mara", CACHE_QUESTION)
    assert not (await door.notice("pia", "waiting")).links


async def test_an_asker_does_not_learn_that_the_worker_deleted_what_was_found(door: StageDoor) -> None:
    await door.learn_and_ask()
    text = (await door.notice("jonas", "waiting")).text
    await door.press("mara", "forget")
    await door.settle()
    notice = await door.notice("jonas", "waiting")
    assert (notice.text, notice.links) == (text, ())
