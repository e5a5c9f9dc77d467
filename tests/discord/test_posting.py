"""Replies on the local Discord: once, under the name of the double or of the bot, found again, taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.discord import ids
from adapters.discord.platform import DiscordWorkspaces
from bot.errors import NotPermitted, PlatformError, RateLimited, Unreachable
from bot.labelling import CitedSource, LabelledReply, label
from bot.refs import MessageRef, ThreadRef
from tests.discord.faults import broken, cut, limited, refused
from tests.discord.installed import discord_heard
from tests.discord.permissions import Can
from tests.discord.reading import labels
from tests.discord.server import ADA, GARDEN, GUILD, SHED, WEI, LocalDiscord
from tests.discord.team import FORUM
from tests.local_platform import MONDAY

pytestmark = pytest.mark.anyio

MESSAGES, HOOKED = "POST /channels/{channel}/messages", "POST /webhooks/{webhook}/{token}"
PLACE = ids.channel(GUILD, GARDEN)
LABEL = "Ada Brook's AI double"


class At:
    """A guild in which Understudy may post, and what stands there."""

    def __init__(self, discord: LocalDiscord, platform: DiscordWorkspaces) -> None:
        self.discord = discord
        self.platform = platform

    async def asked(self, channel: int = GARDEN) -> int:
        """Let 陈伟 ask something."""
        return await self.discord.talking.say(WEI, channel, "where is the key?")

    def replies(self, place: int = GARDEN) -> list[dict[str, Any]]:
        """What Understudy posted in a place."""
        return self.discord.reading.replies(place)

    def tried(self, route: str) -> int:
        """How often a route was called, however it was answered."""
        return sum(call.asked.route == route for call in self.discord.api.calls)

    async def without_webhooks(self) -> None:
        """Take away the permission to make webhooks."""
        await self.discord.moving.deny(self.discord.team.bot, GARDEN, Can.MANAGE_WEBHOOKS)
        await self.platform.idle()


@pytest.fixture
async def at() -> AsyncIterator[At]:
    async with discord_heard() as (discord, platform, _):
        yield At(discord, platform)


def thread_of(root: int) -> ThreadRef:
    return ids.thread(PLACE, root)


def reply(thread: ThreadRef, body: str = "Behind the shed.", key: str = "d_1.1", name: str = LABEL) -> LabelledReply:
    source = CitedSource(ids.message(PLACE, 77, GARDEN), "https://discord.example/channels/1/2/77", MONDAY)
    return label(
        worker=ids.person(GUILD, ADA),
        thread=thread,
        key=key,
        label_text=name,
        manner="approved as written",
        body=body,
        sources=(source,),
    )


async def test_a_reply_bears_the_doubles_name_and_a_fixed_icon_where_a_webhook_is_permitted(at: At) -> None:
    root = await at.asked()
    ref = await at.platform.post(reply(thread_of(root)))
    (posted,) = at.replies()
    assert posted["author"]["username"] == LABEL
    assert posted["author"]["avatar"]
    assert posted["webhook_id"]
    assert ref == ids.message(PLACE, int(posted["id"]), GARDEN)
    lines = posted["content"].split("\n")
    assert lines[0] == f"{LABEL} · approved as written"
    assert f"/channels/{GUILD}/{GARDEN}/{root}>" in lines[2]  # which question it answers
    assert lines[3].startswith("-# Sources:")
    assert posted["flags"] & 4  # no previews
    assert posted["mentions"] == []


async def test_every_double_in_a_channel_has_the_same_webhook(at: At) -> None:
    for number in range(3):
        await at.platform.post(reply(thread_of(await at.asked()), key=f"d_{number}.1"))
    assert len({posted["webhook_id"] for posted in at.replies()}) == 1
    assert len(at.discord.api.called("POST /channels/{channel}/webhooks")) == 1


async def test_without_that_permission_the_bot_answers_the_question_with_the_same_words(at: At) -> None:
    await at.without_webhooks()
    root = await at.asked()
    await at.platform.post(reply(thread_of(root)))
    (posted,) = at.replies()
    assert posted["author"]["id"] == str(at.discord.team.bot)
    assert posted["content"].startswith(f"{LABEL} · approved as written\nBehind the shed.\n-# Sources:")
    assert posted["message_reference"]["message_id"] == str(root)
    body = at.discord.api.called(MESSAGES)[-1].body
    assert body["allowed_mentions"]["parse"] == []
    assert not body["allowed_mentions"].get("replied_user")
    assert (body["enforce_nonce"], len(body["nonce"])) == (True, 24)


@pytest.mark.parametrize("name", ["Discordia's AI double", "Clyde Barrow's AI double"])
async def test_a_name_that_discord_takes_from_no_webhook_is_posted_as_the_bot(at: At, name: str) -> None:
    await at.platform.post(reply(thread_of(await at.asked()), name=name))
    (posted,) = at.replies()
    assert posted["author"]["id"] == str(at.discord.team.bot)
    assert posted["content"].startswith(f"{name} · ")


async def test_a_channel_that_is_full_of_webhooks_is_answered_by_the_bot(at: At) -> None:
    for number in range(15):
        await at.discord.talking.webhook_says(GARDEN, "hello", f"Robot {number}")
    await at.platform.post(reply(thread_of(await at.asked())))
    assert [posted["author"]["id"] for posted in at.replies()] == [str(at.discord.team.bot)]


@pytest.mark.parametrize("hooked", [True, False])
async def test_in_a_thread_it_stands_in_that_thread(at: At, *, hooked: bool) -> None:
    if not hooked:
        await at.without_webhooks()
    root = await at.asked()
    thread = await at.discord.talking.start_thread(WEI, GARDEN, root)
    ref = await at.platform.post(reply(thread_of(root)))
    (posted,) = at.replies(thread)
    assert at.replies() == []
    assert ref == ids.message(PLACE, int(posted["id"]), thread)
    assert [found.ref for found in await at.platform.posted_in(thread_of(root))] == [ref]
    await at.platform.retract(ref, "Ada took this back.")
    (left,) = at.replies(thread)
    assert (left["content"], left["components"]) == ("Ada took this back.", [])


async def test_a_thread_that_was_archived_is_opened_again_to_take_a_reply_back(at: At) -> None:
    root = await at.asked()
    thread = await at.discord.talking.start_thread(WEI, GARDEN, root)
    ref = await at.platform.post(reply(thread_of(root)))
    await at.discord.talking.archive_thread(thread)
    await at.platform.retract(ref, None)
    assert at.replies(thread) == []


async def test_a_forums_posts_are_threads_of_it(at: At) -> None:
    forum = await at.discord.moving.open_channel(GUILD, "ideas", kind=FORUM)
    post = await at.discord.talking.start_thread(WEI, forum)
    place = ids.channel(GUILD, forum)
    ref = await at.platform.post(reply(ids.thread(place, post)))
    assert [int(posted["id"]) for posted in at.replies(post)] == [int(ref.stamp.partition(".")[0])]


async def test_a_5xx_that_the_library_repeats_posts_once(at: At) -> None:
    await at.without_webhooks()
    root = await at.asked()
    at.discord.api.trouble[MESSAGES].append(broken(takes_effect=True))
    ref = await at.platform.post(reply(thread_of(root)))
    assert at.tried(MESSAGES) == 2
    assert [ids.message(PLACE, int(posted["id"]), GARDEN) for posted in at.replies()] == [ref]


@pytest.mark.promise(17, "the answer to a webhook's post lost, before and after it took effect")
@pytest.mark.parametrize("takes_effect", [True, False])
@pytest.mark.parametrize("trouble", [broken, cut])
async def test_a_webhooks_post_is_never_repeated_and_can_be_read_back(
    at: At, trouble: Any, *, takes_effect: bool
) -> None:
    root = await at.asked()
    await at.platform.post(reply(thread_of(root), key="d_0.1"))
    at.discord.api.trouble[HOOKED].append(trouble(takes_effect=takes_effect))
    with pytest.raises(Unreachable):
        await at.platform.post(reply(thread_of(root)))
    assert at.tried(HOOKED) == 2
    keys = [posted.key for posted in await at.platform.posted_in(thread_of(root))]
    assert sorted(keys) == (["d_0.1", "d_1.1"] if takes_effect else ["d_0.1"])
    await at.platform.post(reply(thread_of(root)))
    assert len(at.replies()) == 2


@pytest.mark.promise(17, "the bot's post cut off after it took effect")
async def test_the_same_key_again_after_a_cut_is_known_by_its_nonce(at: At) -> None:
    await at.without_webhooks()
    root = await at.asked()
    at.discord.api.trouble[MESSAGES].append(cut(takes_effect=True))
    with pytest.raises(Unreachable):
        await at.platform.post(reply(thread_of(root)))
    assert len({await at.platform.post(reply(thread_of(root))) for _ in range(2)}) == 1
    assert len(at.replies()) == 1


async def test_discord_is_waited_for_as_it_asks_and_given_up_where_that_takes_long(at: At) -> None:
    root = await at.asked()
    await at.platform.post(reply(thread_of(root), key="d_0.1"))
    at.discord.api.trouble[HOOKED] += [limited(0.01)]
    await at.platform.post(reply(thread_of(root)))
    assert len(at.replies()) == 2
    at.discord.api.trouble[HOOKED].append(limited(600))
    with pytest.raises(RateLimited) as caught:
        await at.platform.post(reply(thread_of(root), key="d_2.1"))
    assert caught.value.retry_after == 600
    assert len(at.replies()) == 2


async def test_a_webhook_that_somebody_deleted_is_made_anew(at: At) -> None:
    root = await at.asked()
    await at.platform.post(reply(thread_of(root), key="d_0.1"))
    at.discord.team.webhooks.clear()
    await at.platform.post(reply(thread_of(root)))
    assert len(at.replies()) == 2


@pytest.mark.promise(11, "Discord's webhook moved to another channel")
async def test_a_webhook_that_somebody_moved_to_another_channel_posts_nothing_there(at: At) -> None:
    root = await at.asked()
    await at.platform.post(reply(thread_of(root), key="d_0.1"))
    (moved,) = at.discord.team.webhooks.values()
    moved.channel = SHED
    await at.platform.post(reply(thread_of(root)))
    assert len(at.replies()) == 2
    assert at.replies(SHED) == []


async def test_no_webhook_is_used_any_more_once_the_permission_is_taken_away(at: At) -> None:
    root = await at.asked()
    await at.platform.post(reply(thread_of(root), key="d_0.1"))
    await at.without_webhooks()
    await at.platform.post(reply(thread_of(root)))
    assert at.replies()[-1]["author"]["id"] == str(at.discord.team.bot)


async def test_a_webhook_that_is_deleted_while_something_is_posted_is_made_anew_at_the_next_attempt(at: At) -> None:
    root = await at.asked()
    at.discord.api.trouble[HOOKED].append(refused(404, 10015))
    with pytest.raises(PlatformError) as caught:
        await at.platform.post(reply(thread_of(root)))
    assert not isinstance(caught.value, NotPermitted)
    await at.platform.post(reply(thread_of(root)))
    assert len(at.replies()) == 1


async def test_what_a_deleted_webhook_posted_can_still_be_deleted(at: At) -> None:
    ref = await at.platform.post(reply(thread_of(await at.asked())))
    at.discord.team.webhooks.clear()
    with pytest.raises(NotPermitted):
        await at.platform.retract(ref, "Ada took this back.")


async def test_words_that_do_not_fit_are_refused_and_nothing_is_posted(at: At) -> None:
    with pytest.raises(NotPermitted) as caught:
        await at.platform.post(reply(thread_of(await at.asked()), body="_" * 1_200))
    assert caught.value.code == "too_long"
    assert at.replies() == []


async def test_the_longest_words_that_are_let_through_do_fit(at: At) -> None:
    await at.platform.post(reply(thread_of(await at.asked()), body="x" * at.platform.room_for("")))
    assert len(at.replies()[0]["content"]) <= 2000


async def test_another_bots_button_is_no_reply_of_ours(at: At) -> None:
    root = await at.asked()
    await at.platform.post(reply(thread_of(root)))
    (posted,) = at.replies()
    forged = {**posted, "id": str(int(posted["id"]) + 1), "application_id": "1", "webhook_id": "1"}
    at.discord.team.channels[GARDEN].messages[int(forged["id"])] = forged
    assert len(await at.platform.posted_in(thread_of(root))) == 1
    with pytest.raises(NotPermitted):
        await at.platform.retract(ids.message(PLACE, int(forged["id"]), GARDEN), None)


async def test_a_reply_is_found_beneath_many_messages_and_what_is_too_much_is_no_answer(at: At) -> None:
    root = await at.asked()
    ref = await at.platform.post(reply(thread_of(root)))
    for number in range(250):
        await at.discord.talking.say(WEI, GARDEN, f"and another {number}")
    assert [posted.ref for posted in await at.platform.posted_in(thread_of(root))] == [ref]
    assert await at.platform.post(reply(thread_of(root))) == ref


async def test_places_that_are_none_of_ours_are_not_permitted(at: At) -> None:
    root = await at.asked()
    for thread in (
        ThreadRef(ids.channel(GUILD, 404), ""),
        ThreadRef(ids.channel(404, GARDEN), ""),
        ThreadRef(PLACE, ids.Spot(404, GARDEN).written()),
        ThreadRef(PLACE, ids.Spot(root, 404).written()),
        ThreadRef(PLACE, "1700000000.000001x"),
    ):
        with pytest.raises(NotPermitted):
            await at.platform.post(reply(thread))
    with pytest.raises(NotPermitted):
        await at.platform.retract(MessageRef(PLACE, "nonsense"), None)
    await at.platform.retract(ids.message(PLACE, 404, GARDEN), None)  # gone already
    assert at.replies() == []


async def test_a_guild_that_lets_us_in_hears_once_what_that_means_and_nobodys_name(at: At) -> None:
    other, lobby = 1_400_000_000_000_009_001, 1_400_000_000_000_009_101
    team = at.discord.team
    team.guild(other, "Orchard", WEI)
    team.channel(lobby, "lobby", other)
    await at.discord.moving.add_bot(other)
    await at.discord.api.until(lambda: at.discord.api.called(MESSAGES))
    (said,) = team.channels[lobby].messages.values()
    assert said["content"].startswith("Understudy is in Orchard. It keeps nobody's words unless")
    assert labels(said) == ["What is an AI double?"]
