"""Every promise of `bot.ports.ChatPlatform` and `Directory`, over every platform."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import NotPermitted, StoreError
from bot.events import Loss
from bot.labelling import CitedSource, LabelledReply, label
from bot.ports import HistoryPage
from bot.refs import ChannelRef, MessageRef, ThreadRef
from bot.views import Button, Notice
from tests.contract.platform_makers import PLATFORMS, Maker, PlatformUnderTest
from tests.local_platform import MONDAY

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("make", PLATFORMS)]


def reply_to(
    place: PlatformUnderTest,
    root: str,
    key: str = "d_1.1",
    body: str = "Behind the shed.",
    channel: ChannelRef | None = None,
) -> LabelledReply:
    source = CitedSource(MessageRef(place.public, "1700000000.000001"), "http://127.0.0.1/x", MONDAY)
    return label(
        worker=place.ada,
        thread=ThreadRef(channel or place.public, root),
        key=key,
        label_text="Ada Brook's AI double",
        manner="approved as written",
        body=body,
        sources=(source,),
    )


async def test_what_is_said_reaches_the_core_with_its_author_place_and_time(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        ref = await place.say(place.ada, place.public, "the key hangs by the door")
        (event,) = place.handler.said
        assert (event.ref, event.author, event.text) == (ref, place.ada, "the key hangs by the door")
        assert event.said_at == event.revised_at
        assert timedelta(0) <= event.said_at - MONDAY < timedelta(seconds=1)
        assert (event.thread, event.channel_is_public, event.address) == (None, True, None)


async def test_access_that_is_gone_is_told_to_the_core_before_anybody_is_answered(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        for _ in range(2):
            await place.leave(place.wei, place.public)
        await place.close_channel(place.public)
        for _ in range(2):
            await place.close_account(place.wei)
        told = [(event.loss, event.person, event.channel) for event in place.handler.lost]
        assert told == [
            (Loss.LEFT, place.wei, place.public),
            (Loss.MADE_PRIVATE, None, place.public),
            (Loss.DEACTIVATED, place.wei, None),
        ]
        ada = place.ada
        assert {(event.platform, event.workspace) for event in place.handler.lost} == {(ada.platform, ada.workspace)}


async def test_access_that_was_lost_while_the_core_failed_is_told_again(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        place.handler.failure = StoreError("the disk is full", "full")
        await place.leave(place.wei, place.public)
        assert place.handler.lost == []
        place.handler.failure = None
        await place.say(place.ada, place.public, "anything else")
        assert tuple(event.loss for event in place.handler.lost) == place.left


async def test_what_mentions_nobody_is_heard_too(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        assert place.platform.hears_all
        await place.say(place.ada, place.public, "good morning")
        assert [event.address for event in place.handler.said] == [None]


async def test_a_private_channel_is_said_to_be_private(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        await place.say(place.ada, place.private, "not for everyone")
        assert not place.handler.said[0].channel_is_public


async def test_a_reply_names_the_root_of_its_thread(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        root = await place.say(place.ada, place.public, "who has the key?")
        first = await place.say(place.wei, place.public, "I do", root.stamp)
        await place.say(place.ada, place.public, "thanks", first.stamp)
        assert [event.thread for event in place.handler.said[1:]] == [ThreadRef(place.public, root.stamp)] * 2


async def test_a_mention_of_understudy_gives_what_was_said_to_it(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        mention = f"<@{place.understudy.person}>"
        await place.say(place.wei, place.public, f"{mention} <@{place.ada.person}> where is it?")
        await place.say(place.wei, place.public, f"where is it, {mention}")
        addresses = [event.address for event in place.handler.said]
        assert addresses == [f"<@{place.ada.person}> where is it?", "where is it,"]


async def test_an_edit_is_a_newer_revision_of_the_same_message(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        ref = await place.say(place.ada, place.public, "by the door")
        await place.edit(place.ada, ref, "behind the door")
        said, revised = place.handler.said
        assert (revised.ref, revised.text, revised.said_at) == (ref, "behind the door", said.said_at)
        assert revised.revised_at > said.revised_at


async def test_a_deletion_is_told(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        ref = await place.say(place.ada, place.public, "by the door")
        await place.delete(place.ada, ref)
        (event,) = place.handler.deleted
        assert event.ref == ref
        assert await place.shown(place.public) == []


@pytest.mark.promise(9, "what a platform shows of a reply")
async def test_a_reply_stands_in_its_thread_label_first_and_is_found_by_its_key(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        root = await place.say(place.wei, place.public, "where is it?")
        ref = await place.platform.post(reply_to(place, root.stamp))
        (_, (stamp, text)) = await place.shown(place.public)
        assert stamp == ref.stamp
        assert text.startswith("Ada Brook's AI double")
        (posted,) = await place.platform.posted_in(ThreadRef(place.public, root.stamp))
        assert (posted.ref, posted.key, posted.worker) == (ref, "d_1.1", place.ada)
        assert await place.platform.posted_in(ThreadRef(place.public, "")) == ()


async def test_a_double_is_not_told_of_its_own_reply(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        root = await place.say(place.wei, place.public, "where is it?")
        await place.platform.post(reply_to(place, root.stamp))
        assert [event.ref for event in place.handler.said] == [root]


@pytest.mark.promise(17, "the same key posted again")
async def test_the_same_key_is_posted_once(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        root = await place.say(place.wei, place.public, "where is it?")
        refs = {await place.platform.post(reply_to(place, root.stamp)) for _ in range(3)}
        assert len(refs) == 1
        assert len(await place.shown(place.public)) == 2


async def test_a_reply_pings_nobody(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        root = await place.say(place.wei, place.public, "where is it?")
        await place.platform.post(reply_to(place, root.stamp, body=f"ask <@{place.wei.person}> or <!channel>"))
        text = (await place.shown(place.public))[-1][1]
        assert "<@" not in text
        assert "<!" not in text
        assert "陈伟" in text


async def test_a_reply_with_an_empty_root_stands_in_the_channel_itself(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        ref = await place.platform.post(reply_to(place, ""))
        assert [p.ref for p in await place.platform.posted_in(ThreadRef(place.public, ""))] == [ref]


async def test_a_place_that_is_gone_is_not_permitted(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        nowhere = ChannelRef(place.public.platform, place.public.workspace, "C404")
        with pytest.raises(NotPermitted):
            await place.platform.post(reply_to(place, "", channel=nowhere))
        with pytest.raises(NotPermitted):
            await place.platform.post(reply_to(place, "1700000000.000009"))


async def test_a_reply_taken_back_leaves_the_notice_and_stands_no_longer(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        root = await place.say(place.wei, place.public, "where is it?")
        ref = await place.platform.post(reply_to(place, root.stamp))
        for _ in range(2):
            await place.platform.retract(ref, "Ada Brook took this back.")
        assert (await place.shown(place.public))[-1] == (ref.stamp, "Ada Brook took this back.")
        assert await place.platform.posted_in(ThreadRef(place.public, root.stamp)) == ()


async def test_a_reply_undone_leaves_no_trace(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        root = await place.say(place.wei, place.public, "where is it?")
        ref = await place.platform.post(reply_to(place, root.stamp))
        for _ in range(2):
            await place.platform.retract(ref, None)
        assert [stamp for stamp, _ in await place.shown(place.public)] == [root.stamp]


async def test_nobody_elses_message_can_be_taken_back(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        ref = await place.say(place.wei, place.public, "where is it?")
        with pytest.raises(NotPermitted):
            await place.platform.retract(ref, None)
        assert await place.shown(place.public) == [(ref.stamp, "where is it?")]


async def test_a_notice_is_for_one_person_and_the_same_key_replaces_it(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        first = Notice(place.wei, "d_1", "waiting", "Ada decides.", MONDAY, (Button("cancel", "Cancel", "d_1"),))
        await place.platform.tell(first)
        await place.platform.tell(replace(first, text="No answer this time.", buttons=(), is_over=True))
        await place.platform.tell(replace(first, key="d_2", text="Another."))
        assert sorted(await place.told(place.wei)) == ["Another.", "No answer this time."]
        assert await place.told(place.ada) == []
        await place.platform.tell(replace(first, key="d_2", text=""))
        assert await place.told(place.wei) == ["No answer this time."]


async def test_history_is_ones_own_words_in_one_channel_page_by_page(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        own = [await place.say(place.ada, place.public, f"thought {n}") for n in range(401)]
        await place.say(place.wei, place.public, "somebody else's")
        await place.say(place.ada, place.private, "elsewhere")
        await place.edit(place.ada, own[7], "thought better")
        await place.delete(place.ada, own[9])
        pages = [await place.platform.history(place.ada, place.public, None)]
        while (cursor := pages[-1].cursor) is not None:
            pages.append(await place.platform.history(place.ada, place.public, cursor))
        for page in pages:
            assert list(page.messages) == sorted(page.messages, key=lambda m: m.ref)
        found = sorted((message for page in pages for message in page.messages), key=lambda m: m.ref)
        assert len(pages) > 1  # from either end
        assert [m.ref for m in found] == own[:9] + own[10:]
        assert {m.author for m in found} == {place.ada}
        assert found[7].text == "thought better"
        assert found[7].revised_at > found[7].said_at


async def test_history_can_begin_at_a_moment(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        own = [await place.say(place.ada, place.public, f"thought {n}") for n in range(5)]
        since = place.handler.said[2].said_at
        found: list[MessageRef] = []
        cursor = None
        while True:
            page = await place.platform.history(place.ada, place.public, cursor, since)
            found += [message.ref for message in page.messages]
            if (cursor := page.cursor) is None:
                break
        assert found == own[2:]


async def test_history_of_a_channel_one_cannot_read_is_not_permitted(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        with pytest.raises(NotPermitted):
            await place.platform.history(place.wei, place.private, None)
        assert await place.platform.history(place.ada, place.private, None) == HistoryPage((), None)


async def test_the_directory_knows_people_and_channels_and_nothing_of_unknown_ones(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        directory = place.platform.directory
        wei = await directory.person(place.wei)
        assert wei is not None
        assert (wei.name, wei.handle, (wei.locale, wei.time_zone)) == ("陈伟", "wei", place.wei_reads)
        public, private = await directory.channel(place.public), await directory.channel(place.private)
        assert public is not None
        assert private is not None
        assert (public.public, private.public) == (True, False)
        assert await directory.person(replace(place.wei, person="U404")) is None
        assert await directory.person(replace(place.wei, workspace="elsewhere")) is None
        assert await directory.channel(replace(place.public, channel="C404")) is None


async def test_understudy_is_told_from_everybody_else(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        directory = place.platform.directory
        assert directory.is_understudy(place.understudy)
        assert not directory.is_understudy(place.ada)
        assert not directory.is_understudy(replace(place.understudy, workspace="elsewhere"))


async def test_membership_tells_who_can_read_a_channel(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        directory = place.platform.directory
        assert [c.ref for c in await directory.channels_of(place.ada)] == [place.public, place.private]
        assert [c.ref for c in await directory.channels_of(place.wei)] == [place.public]
        assert await directory.is_member(place.ada, place.private)
        assert not await directory.is_member(place.wei, place.private)
        assert await directory.is_member(place.wei, place.public)
        assert not await directory.is_member(replace(place.wei, person="U404"), place.public)


async def test_a_public_channel_that_a_worker_chose_is_entered_and_once_more_changes_nothing(
    make: Maker, tmp_path: Path
) -> None:
    async with make(tmp_path) as place:
        directory, orchard = place.platform.directory, await place.open_channel("orchard")
        listed = {c.ref: c.is_entered for c in await directory.channels_of(place.ada)}
        assert listed[place.public]
        assert orchard in listed
        for _ in range(2):
            await place.platform.enter(orchard)
        assert await directory.channel(orchard) is not None
        assert {c.ref: c.is_entered for c in await directory.channels_of(place.ada)}[orchard]
        ref = await place.say(place.ada, orchard, "the pears are ripe")
        assert place.handler.said[-1].ref == ref


async def test_a_channel_that_is_not_there_cannot_be_entered(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        with pytest.raises(NotPermitted):
            await place.platform.enter(replace(place.public, channel="C404"))


async def test_nobody_is_away_whose_status_does_not_say_so(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        assert not await place.platform.directory.is_away(place.ada)
        assert not await place.platform.directory.is_away(replace(place.ada, person="U404"))


async def test_a_status_is_told_in_slack_alone(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        assert place.platform.directory.tells_status() is (place.platform.name == "slack")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ada where is it?", [("Ada Brook", "where is it?")]),
        ("Ada Brook: where is it?", [("Ada Brook", "where is it?")]),
        ("@ADA, where?", [("Ada Brook", "where?")]),
        ("陈伟钥匙在哪里？", [("陈伟", "钥匙在哪里？")]),
        ("adamant people ask", []),
        ("understudy where", []),
        ("", []),
    ],
)
async def test_people_are_found_by_the_words_a_question_begins_with(
    make: Maker, tmp_path: Path, words: str, expected: list[tuple[str, str]]
) -> None:
    async with make(tmp_path) as place:
        found = await place.platform.directory.people_called(place.public, words)
        assert [(person.name, rest) for person, rest in found] == expected


async def test_a_permalink_is_of_one_message(make: Maker, tmp_path: Path) -> None:
    async with make(tmp_path) as place:
        one, two = await place.say(place.ada, place.public, "one"), await place.say(place.ada, place.public, "two")
        links = {place.platform.directory.link(ref) for ref in (one, two)}
        assert len(links) == 2
        assert all(link.startswith("http") for link in links)
