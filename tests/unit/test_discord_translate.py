from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.discord import ids
from adapters.discord.translate import Listener, Place, deleted, revised, said
from bot.events import MessageDeleted, MessageSaid
from bot.refs import ThreadRef
from tests.local_platform import MONDAY

GUILD, ADA, BOT, GARDEN, THREAD = 11, 21, 31, 41, 51
HERE = ids.channel(GUILD, GARDEN)
PLACE = Place(HERE, GARDEN, is_public=True)
US = Listener(BOT, role=32, role_names={61: "gardeners"})
AT = ids.snowflake_at(MONDAY)


def message(**more: Any) -> dict[str, Any]:
    author = {"id": str(ADA), "username": "ada"}
    base = {"id": str(AT), "channel_id": str(GARDEN), "guild_id": str(GUILD), "type": 0, "author": author}
    return {**base, "content": "the key", "edited_timestamp": None, **more}


def heard(place: Place = PLACE, us: Listener = US, **more: Any) -> MessageSaid:
    found = said(message(**more), place, us)
    assert found is not None
    return found


def test_a_message_is_told_with_its_author_place_and_moment() -> None:
    assert heard() == MessageSaid(
        ref=ids.message(HERE, AT, GARDEN),
        author=ids.person(GUILD, ADA),
        text="the key",
        said_at=MONDAY,
        revised_at=MONDAY,
        thread=None,
        channel_is_public=True,
    )


def test_a_reply_is_ones_own_words_and_stands_in_no_thread() -> None:
    found = heard(type=19, message_reference={"message_id": "1", "channel_id": str(GARDEN)})
    assert (found.text, found.thread) == ("the key", None)


def test_what_is_said_in_a_thread_belongs_to_its_channel_and_names_the_message_it_hangs_from() -> None:
    found = heard(Place(HERE, THREAD, is_public=False))
    assert (found.ref, found.thread) == (ids.message(HERE, AT, THREAD), ThreadRef(HERE, f"{THREAD}.{GARDEN}"))
    assert not found.channel_is_public


@pytest.mark.parametrize(
    "more",
    [
        {"author": {"id": "22", "bot": True}},
        {"author": {"id": "22", "system": True}},
        {"webhook_id": "71"},
        {"interaction_metadata": {"id": "72"}},
        {"author": None},
        *({"type": kind} for kind in (6, 7, 8, 18, 20, 21, 24, 46, None)),
    ],
)
def test_what_is_nobodys_own_words_is_not_told(more: dict[str, Any]) -> None:
    assert said(message(**more), PLACE, US) is None


@pytest.mark.parametrize("mention", [f"<@{BOT}>", f"<@!{BOT}>", "<@&32>"])
def test_a_mention_of_the_bot_or_of_its_own_role_gives_what_was_said_to_it(mention: str) -> None:
    assert heard(content=f"{mention} <@!{ADA}> where?").address == f"<@{ADA}> where?"
    assert heard(content=f"where is it, {mention}").address == "where is it,"
    assert heard(content=mention).address == ""


def test_no_other_mention_is_one_of_understudy() -> None:
    for content in ("where?", f"<@{BOT}1> where?", "<@&61> where?", f"@{BOT}", f"<#{BOT}>"):
        assert heard(content=content).address is None


def test_without_the_intent_only_what_mentions_understudy_is_told() -> None:
    us = Listener(BOT, reads_all=False)
    assert said(message(content=""), PLACE, us) is None
    assert heard(us=us, content=f"<@{BOT}> where?").address == "where?"


def test_an_edit_is_a_newer_revision() -> None:
    found = revised(message(edited_timestamp="2026-03-02T10:00:01.500000+01:00"), PLACE, US)
    assert found is not None
    assert (found.said_at, found.revised_at) == (MONDAY, MONDAY + timedelta(seconds=1, milliseconds=500))


def test_an_edit_that_discord_dates_before_the_message_is_not_older_than_it() -> None:
    found = revised(message(edited_timestamp="2026-03-02T08:00:00+00:00"), PLACE, US)
    assert found is not None
    assert found.revised_at == MONDAY


@pytest.mark.parametrize("moment", [None, "soon", 7])
def test_what_is_no_edit_of_the_words_is_not_told_as_one(moment: object) -> None:
    assert revised(message(edited_timestamp=moment), PLACE, US) is None
    assert heard(edited_timestamp=moment).revised_at == MONDAY


def test_deletions_are_told_each_by_itself() -> None:
    now = datetime(2026, 3, 2, 10, tzinfo=UTC)
    expected = tuple(MessageDeleted(ids.message(HERE, number, THREAD), None, now) for number in (1, 2))
    assert deleted([1, 2], Place(HERE, THREAD, is_public=True), now) == expected


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<@!21> and <@21> in <#41>", "<@21> and <@21> in <#41>"),
        ("<@&61>, <@&62>: tea", "@gardeners, @role: tea"),
        ("hm <:pear:81> <a:apple_2:82>", "hm :pear: :apple_2:"),
        ("type </double join:83> in <id:browse>", "type /double join in #browse"),
        ("at <t:1772442000>, <t:1772442000:R>", "at 2026-03-02 09:00 UTC, 2026-03-02 09:00 UTC"),
        ("<t:999999999999>", "<t:999999999999>"),
        ("<https://a.example/b?c=d> there", "https://a.example/b?c=d there"),
        ("[the plan](https://a.example/b)", "the plan (https://a.example/b)"),
        ('[the plan](<https://a.example/b> "a title")', "the plan (https://a.example/b)"),
        ("[a.example](https://a.example/b)", "https://a.example/b"),
        ("**loud** `code` ||hidden|| 1 < 2 > 1", "**loud** `code` ||hidden|| 1 < 2 > 1"),
        ("<@x> <#> <t:> <:a:> [a](b)", "<@x> <#> <t:> <:a:> [a](b)"),
    ],
)
def test_discords_signs_are_read_as_the_common_notation(written: str, read: str) -> None:
    assert heard(content=written).text == read
