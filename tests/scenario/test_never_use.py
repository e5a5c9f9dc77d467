"""Never use: what is held back is used nowhere from that moment on, stays in the log, and can be used again."""

from __future__ import annotations

import pytest

from bot.audit import Happening
from bot.drafts import DraftState
from bot.ports import Transaction
from bot.profile.voice import Tally
from bot.unlearning import thread_key
from bot.views import Fold, Item
from tests.scenario.holding_back import (
    BUILD,
    FILLER,
    MARA,
    OTHER,
    PUBLIC,
    QUESTIONS,
    answer,
    buttons_of,
    change,
    claim,
    found_for,
    is_held,
    items,
    learn,
    never_use,
    read,
    ref_of,
    written_for,
)
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, refused, said, shown

pytestmark = pytest.mark.anyio

# ---------------------------------------------------------------- one message


@pytest.mark.promise(8, "messages, claims, voice and reusable answers held back")
async def test_what_is_never_used_is_not_quoted_and_stays_in_the_log(kept: StageDoor) -> None:
    (cache, *_) = await learn(kept, CACHE, *FILLER)
    assert said(await kept.press("mara", "never_use", cache.id)) == "Never used from now on. It stays in your log."
    assert CACHE in await kept.log_of("mara")
    assert CACHE not in await written_for(kept)
    assert said(await kept.press("mara", "use_again", cache.id)) == "It may be used again."
    assert CACHE in await written_for(kept, asker="wei")


@pytest.mark.promise(8, "messages, claims, voice and reusable answers held back")
async def test_a_message_held_back_leaves_every_ranking_as_if_it_had_never_been_said(door: StageDoor) -> None:
    await learn(door, *FILLER, OTHER)
    before = [await found_for(door, question) for question in QUESTIONS]
    cache = await door.say("mara", "build", CACHE)
    assert [await found_for(door, question) for question in QUESTIONS] != before
    await never_use(door, cache)
    assert [await found_for(door, question) for question in QUESTIONS] == before
    await door.edit(cache, f"{CACHE} And on Fridays.")
    assert [await found_for(door, question) for question in QUESTIONS] == before, "an edit changes nothing of it"


@pytest.mark.promise(8, "messages, claims, voice and reusable answers held back")
async def test_what_was_said_in_one_breath_with_it_comes_without_it(door: StageDoor) -> None:
    await door.join("mara")
    await door.say("mara", "build", "The build cache lives on the runner, here is how it is laid out on the disk:")
    secret = await door.say("mara", "build", "under /var/cache/forge")
    await door.say("mara", "build", "with one folder for each build of the cache")
    assert "/var/cache/forge" in await found_for(door, CACHE_QUESTION)
    await never_use(door, secret)
    found = await found_for(door, CACHE_QUESTION)
    assert "/var/cache/forge" not in found
    assert "one folder" in found


@pytest.mark.promise(8, "messages, claims, voice and reusable answers held back")
async def test_an_open_draft_is_composed_afresh_and_its_window_says_so(door: StageDoor) -> None:
    (cache, _) = await learn(door, CACHE, OTHER)
    draft_id = await door.ask("jonas", "mara", CACHE_QUESTION)
    window = shown(await door.press("mara", "review", draft_id))
    (passages,) = [e for e in window.elements if isinstance(e, Fold) and "rests on" in e.title]
    assert [b.name for b in next(e for e in passages.elements if isinstance(e, Item)).buttons] == [
        "never_use",
        "delete_message",
    ]
    told = said(await door.press("mara", "never_use", cache.id))
    assert told.endswith("The draft that rested on it is being made afresh.")
    await door.core.stage.work.idle()
    draft = await door.draft(draft_id)
    assert draft.state is DraftState.PENDING
    assert CACHE not in draft.written
    assert ref_of(cache) not in [s.ref for s in draft.sources]
    assert refused(await door.approve("mara", draft_id, revision="1")) == "stale"
    assert Happening.VOIDED in await door.happenings(draft_id)


@pytest.mark.promise(8, "messages, claims, voice and reusable answers held back")
async def test_links_to_it_are_no_longer_shown_to_who_waits(door: StageDoor) -> None:
    (cache,) = await learn(door, CACHE)
    await door.ask("jonas", "mara", CACHE_QUESTION)
    assert [cache.ts in link.url for link in (await door.notice("jonas", "waiting")).links] == [True]
    await door.command("mara", "pause")  # no other draft can be made now
    await never_use(door, cache)
    notice = await door.notice("jonas", "waiting")
    assert notice.links == ()
    assert "decides whether" in notice.text


@pytest.mark.promise(8, "messages, claims, voice and reusable answers held back")
async def test_a_draft_that_was_approved_and_not_posted_is_not_posted(door: StageDoor) -> None:
    (cache,) = await learn(door, CACHE)
    draft_id = await door.ask("jonas", "mara", CACHE_QUESTION)

    async def meanwhile() -> None:
        if (await door.draft(draft_id)).state is DraftState.APPROVED:
            door.line.meanwhile = None
            await door.press("mara", "never_use", cache.id)

    door.line.meanwhile = meanwhile
    await door.approve("mara", draft_id)
    await door.settle()
    assert door.line.reached == []
    assert CACHE not in (await door.draft(draft_id)).written


@pytest.mark.promise(8, "messages, claims, voice and reusable answers held back")
async def test_what_was_posted_stays(door: StageDoor) -> None:
    (cache,) = await learn(door, CACHE)
    draft_id = await door.ask("jonas", "mara", CACHE_QUESTION)
    await door.approve("mara", draft_id)
    await never_use(door, cache)
    (reply,) = await door.replies()
    assert CACHE in reply.text
    draft = await door.draft(draft_id)
    assert draft.state is DraftState.POSTED
    assert CACHE in draft.written


@pytest.mark.promise(8, "messages, claims, voice and reusable answers held back")
async def test_claims_voice_and_reusable_answers_lose_what_is_never_used(door: StageDoor) -> None:
    (cache, other) = await learn(door, CACHE, OTHER)
    one, two = ref_of(cache), ref_of(other)
    both = await read(door, lambda tx: tx.messages.find([one, two]))
    alone = Tally.blank("salt").add(OTHER, thread_key(both[1]))

    def put(tx: Transaction) -> None:
        tx.profile.put([claim("c1", "The cache is in forge.", one), claim("c2", "Old cache was in opt.", two, one)])
        tx.profile.put_voice(PUBLIC, alone.add(CACHE, thread_key(both[0])))
        tx.usage.mark_read([one, two])
        tx.reusable.put(answer("a1", "Where is the cache?", CACHE, one))
        tx.reusable.put(answer("a2", "Where was it?", OTHER, two))

    await change(door, put)
    await never_use(door, cache)
    claims = await read(door, lambda tx: tx.profile.claims())
    assert [(c.id, c.evidence) for c in claims] == [("c2", (two,))]
    assert (await read(door, lambda tx: tx.profile.voice()))[PUBLIC].to_json() == alone.to_json()
    assert await read(door, lambda tx: tx.usage.unread([BUILD], 9)) == ()
    assert [a.id for a in await read(door, lambda tx: tx.reusable.all())] == ["a2"]
    await door.press("mara", "use_again", cache.id)
    assert [m.ref for m in await read(door, lambda tx: tx.usage.unread([BUILD], 9))] == [one]


@pytest.mark.promise(8, "messages, claims, voice and reusable answers held back")
async def test_every_logged_message_carries_its_mark_and_its_buttons(kept: StageDoor) -> None:
    (cache, _) = await learn(kept, CACHE, OTHER)
    assert buttons_of(shown(await kept.command("mara", "mine")), CACHE) == ["never_use", "delete_message"]
    await never_use(kept, cache)
    for view in (shown(await kept.command("mara", "mine")), await kept.core.pipeline.home(MARA)):
        assert buttons_of(view, CACHE) == ["use_again", "delete_message"]
        (row,) = [item for item in items(view) if item.text == CACHE]
        assert "Held back: never used" in row.details
        assert buttons_of(view, OTHER) == ["never_use", "delete_message"]
    assert [i.text for i in items(shown(await kept.command("mara", "mine forge")))] == [CACHE], "search finds it still"
    window = shown(await kept.command("mara", "never"))
    assert buttons_of(window, CACHE) == ["use_again", "delete_message"]


@pytest.mark.promise(8, "messages, claims, voice and reusable answers held back")
async def test_a_passage_can_be_held_back_where_the_double_is_tried(door: StageDoor) -> None:
    text = f"Hello all! {CACHE}"
    await learn(door, text)
    view = shown(await door.command("mara", f"try {CACHE_QUESTION}"))
    assert buttons_of(view, text) == ["never_use", "delete_message"], "the whole message, not what is quoted of it"


@pytest.mark.promise(8, "messages, claims, voice and reusable answers held back")
async def test_nobody_else_holds_back_or_lets_go(door: StageDoor) -> None:
    (cache,) = await learn(door, CACHE)
    await door.join("pia")
    for person in ("pia", "jonas", "wei"):
        for button in ("never_use", "use_again"):
            assert refused(await door.press(person, button, cache.id)) == "not_found"
    for target in ("", "build", "build/9.9", "/", "\x00/1"):
        assert refused(await door.press("mara", "never_use", target)) == "not_found"
        assert refused(await door.press("mara", "use_again", target)) == "not_found"
    assert not await is_held(door, cache)


@pytest.mark.promise(8, "messages, claims, voice and reusable answers held back")
async def test_a_mark_is_recorded_without_words(door: StageDoor) -> None:
    (cache,) = await learn(door, CACHE)
    await never_use(door, cache)
    await never_use(door, cache)
    await door.press("mara", "use_again", cache.id)
    chain = await read(door, lambda tx: tx.audit.entries())
    marks = [
        (c.entry.happening, c.entry.facts)
        for c in chain
        if c.entry.happening in (Happening.WITHHELD, Happening.RELEASED)
    ]
    assert marks == [(Happening.WITHHELD, {"messages": 1}), (Happening.RELEASED, {"messages": 1})]
