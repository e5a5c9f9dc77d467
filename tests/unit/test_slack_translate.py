from __future__ import annotations

from typing import Any

import pytest

from adapters.slack.ids import Installation, moment_of
from adapters.slack.translate import CameIn, told
from bot.events import AccessLost, Loss, MessageDeleted, MessageSaid
from bot.refs import ThreadRef

HERE = Installation("T1", "", "UBOT", "BBOT", "understudy", "https://team.example/")
TS, LATER, LATEST = "1772442000.000100", "1772442000.000200", "1772442000.000300"


def body(event: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event, **more}


def message(**more: Any) -> dict[str, Any]:
    base = {"type": "message", "channel": "C1", "channel_type": "channel", "user": "U1", "text": "the key", "ts": TS}
    return {**base, "event_ts": base["ts"], "team": "T1", **more}


def changed(now: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    found = {"type": "message", "subtype": "message_changed", "channel": "C1", "channel_type": "channel"}
    return {**found, "ts": LATEST, "event_ts": LATEST, "message": now, "previous_message": before}


def said(event: dict[str, Any], **more: Any) -> MessageSaid:
    found = told(body(event, **more), HERE)
    assert isinstance(found, MessageSaid)
    return found


def test_a_message_is_told_with_its_author_place_and_moment() -> None:
    assert said(message()) == MessageSaid(
        ref=HERE.message("C1", TS),
        author=HERE.person("U1"),
        text="the key",
        said_at=moment_of(TS),
        revised_at=moment_of(TS),
        thread=None,
        channel_is_public=True,
    )


@pytest.mark.parametrize("kind", ["thread_broadcast", "file_share", "me_message"])
def test_every_kind_of_ones_own_words_is_told(kind: str) -> None:
    assert said(message(subtype=kind)).text == "the key"


def test_a_message_in_a_private_channel_is_not_public() -> None:
    assert not said(message(channel_type="group")).channel_is_public


def test_a_reply_stands_in_its_thread_and_a_root_with_replies_in_none() -> None:
    assert said(message(thread_ts=LATER)).thread == ThreadRef(HERE.channel("C1"), LATER)
    assert said(message(thread_ts=TS)).thread is None


def test_a_mention_of_understudy_is_the_same_question_whichever_way_it_is_told() -> None:
    text = "<@UBOT> <@U2> where is the key?"
    mention = {"type": "app_mention", "user": "U1", "text": text, "ts": TS, "channel": "C1", "event_ts": TS}
    both = said(message(text=text)), said(mention)
    assert {(event.ref, event.author, event.address, event.revised_at) for event in both} == {
        (HERE.message("C1", TS), HERE.person("U1"), "<@U2> where is the key?", moment_of(TS))
    }


def test_an_edit_is_told_with_the_moment_of_the_edit() -> None:
    event = said(changed(message(text="the spare key", edited={"user": "U1", "ts": LATER}), message()))
    assert (event.text, event.said_at, event.revised_at) == ("the spare key", moment_of(TS), moment_of(LATER))
    assert event.ref == HERE.message("C1", TS)


def test_an_edit_that_does_not_say_when_happened_when_it_was_told() -> None:
    assert said(changed(message(text="the spare key"), message())).revised_at == moment_of(LATEST)


def test_an_edit_stands_in_the_channel_that_the_event_names() -> None:
    inner = message(text="the spare key", edited={"ts": LATER})
    del inner["channel"]
    assert said(changed(inner, message())).ref == HERE.message("C1", TS)


def test_the_edit_of_a_question_asks_anew() -> None:
    assert said(changed(message(text="<@UBOT> when?", edited={"ts": LATER}), message())).address == "when?"


def test_a_preview_or_a_count_of_replies_is_no_edit() -> None:
    now = message(attachments=[{"text": "a preview"}], reply_count=2, edited={"ts": LATER})
    assert told(body(changed(now, message())), HERE) is None


def test_a_deletion_is_told_with_its_author() -> None:
    event = {**changed({}, message()), "subtype": "message_deleted", "deleted_ts": TS}
    assert told(body(event), HERE) == MessageDeleted(HERE.message("C1", TS), HERE.person("U1"), moment_of(LATEST))


def test_a_deletion_that_shows_nothing_of_what_was_deleted_is_told_too() -> None:
    event = {**changed({}, None), "subtype": "message_deleted", "deleted_ts": TS}
    assert told(body(event), HERE) == MessageDeleted(HERE.message("C1", TS), None, moment_of(LATEST))


def test_the_deletion_of_a_message_with_replies_is_one() -> None:
    event = changed({"subtype": "tombstone", "user": "USLACKBOT", "ts": TS, "thread_ts": TS}, message(reply_count=1))
    assert told(body(event), HERE) == MessageDeleted(HERE.message("C1", TS), HERE.person("U1"), moment_of(LATEST))


def test_the_deletion_of_a_doubles_reply_names_no_author() -> None:
    ours = message(user="UBOT", bot_id="BBOT", text="Ada's AI double · …")
    event = {**changed({}, ours), "subtype": "message_deleted", "deleted_ts": TS}
    assert told(body(event), HERE) == MessageDeleted(HERE.message("C1", TS), None, moment_of(LATEST))


def test_a_deletion_in_a_shared_channel_is_heard_and_words_there_are_not() -> None:
    event = {**changed({}, message()), "subtype": "message_deleted", "deleted_ts": TS}
    assert told(body(event, is_ext_shared_channel=True), HERE) is not None
    assert told(body(message(), is_ext_shared_channel=True), HERE) is None
    edited = changed(message(text="another", edited={"ts": LATER}), message())
    assert told(body(edited, is_ext_shared_channel=True), HERE) is None


def test_our_own_peoples_questions_are_heard_in_a_shared_channel_so_that_they_can_be_declined() -> None:
    asked = message(text="<@UBOT> <@U2> when?")
    mention = {"type": "app_mention", "user": "U1", "team": "T1", "text": asked["text"], "ts": TS, "channel": "C1"}
    for event in (asked, mention):
        assert said(event, is_ext_shared_channel=True).address == "<@U2> when?"
        assert told(body({**event, "team": "T2"}, is_ext_shared_channel=True), HERE) is None
        assert told(body({**event, "user_team": "T2"}, is_ext_shared_channel=True), HERE) is None


@pytest.mark.parametrize(
    "event",
    [
        message(subtype="bot_message", bot_id="B9"),
        message(bot_id="B9"),
        message(bot_profile={"id": "B9"}),
        message(user="UBOT"),
        message(user="USLACKBOT"),
        message(user=None),
        message(subtype="channel_join"),
        message(subtype="channel_topic"),
        message(subtype="pinned_item"),
        message(channel_type="im", channel="D1"),
        message(channel_type="mpim", channel="G1"),
        message(channel_type=None),
        message(ts="soon"),
        message(user_team="T2"),
        message(source_team="T2"),
        message(team="T2"),
        changed(message(text="another", bot_id="B9"), message(bot_id="B9")),
        {**changed({}, message(bot_id="B9")), "subtype": "message_deleted", "deleted_ts": TS},
        {**changed({}, message()), "subtype": "message_deleted", "deleted_ts": None},
        {"type": "reaction_added", "user": "U1", "item": {"channel": "C1", "ts": TS}},
        {"type": "member_joined_channel", "user": "U1", "channel": "C1"},
        {"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}},
        {"type": "user_change", "user": {"id": "U1", "team_id": "T1", "deleted": False}},
        {"type": "user_change", "user": {"id": "U1", "team_id": "T2", "deleted": True}},
        {"type": "channel_archive"},
        {},
    ],
)
def test_what_is_nobodys_own_words_here_tells_nothing(event: dict[str, Any]) -> None:
    assert told(body(event), HERE) is None


def test_what_is_shaped_otherwise_or_of_another_team_tells_nothing() -> None:
    assert told({}, HERE) is None
    assert told({"event": "message"}, HERE) is None
    assert told(body(message(), team_id="T2"), HERE) is None


def test_people_of_the_same_enterprise_are_at_home_here() -> None:
    here = Installation("T1", "E1", "UBOT", "BBOT", "understudy", "https://team.example/")
    assert told(body(message(user_team="E1", source_team="T1", team="E1")), here) is not None


@pytest.mark.parametrize(
    ("event", "loss", "person", "channel"),
    [
        ({"type": "user_change", "user": {"id": "U1", "team_id": "T1", "deleted": True}}, Loss.DEACTIVATED, "U1", ""),
        ({"type": "user_change", "user": {"id": "U1", "is_restricted": True}}, Loss.RESTRICTED, "U1", ""),
        ({"type": "user_change", "user": {"id": "U1", "is_ultra_restricted": True}}, Loss.RESTRICTED, "U1", ""),
        ({"type": "member_left_channel", "user": "U1", "channel": "C1"}, Loss.LEFT, "U1", "C1"),
        ({"type": "member_left_channel", "user": "UBOT", "channel": "C1"}, Loss.UNINSTALLED, "", "C1"),
        ({"type": "channel_left", "channel": "C1"}, Loss.UNINSTALLED, "", "C1"),
        ({"type": "group_left", "channel": "C1"}, Loss.UNINSTALLED, "", "C1"),
        ({"type": "channel_archive", "channel": "C1", "user": "U2"}, Loss.ARCHIVED, "", "C1"),
        ({"type": "group_archive", "channel": "C1"}, Loss.ARCHIVED, "", "C1"),
        ({"type": "channel_deleted", "channel": "C1"}, Loss.ARCHIVED, "", "C1"),
        ({"type": "channel_shared", "channel": "C1", "connected_team_id": "T2"}, Loss.SHARED, "", "C1"),
        ({"type": "channel_id_changed", "old_channel_id": "C1", "new_channel_id": "C2"}, Loss.SHARED, "", "C1"),
        (message(subtype="channel_convert_to_private", channel_type="group"), Loss.MADE_PRIVATE, "", "C1"),
        (message(subtype="channel_archive"), Loss.ARCHIVED, "", "C1"),
        ({"type": "app_uninstalled"}, Loss.UNINSTALLED, "", ""),
        ({"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}}, Loss.UNINSTALLED, "", ""),
    ],
)
def test_access_that_is_gone_is_told(event: dict[str, Any], loss: Loss, person: str, channel: str) -> None:
    lost = AccessLost(
        "slack", "T1", loss, HERE.person(person) if person else None, HERE.channel(channel) if channel else None
    )
    assert told(body(event), HERE) == lost


def test_a_guest_loses_nothing_where_guests_may_have_doubles() -> None:
    event = {"type": "user_change", "user": {"id": "U1", "is_restricted": True}}
    assert told(body(event), HERE, lets_guests=True) is None


def test_understudy_coming_into_a_channel_is_told_unless_another_organisation_shares_it() -> None:
    event = {"type": "member_joined_channel", "user": "UBOT", "channel": "C1", "inviter": "U1"}
    assert told(body(event), HERE) == CameIn(HERE.channel("C1"))
    assert told(body(event, is_ext_shared_channel=True), HERE) is None
