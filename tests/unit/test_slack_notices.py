"""Notices and replies as Slack posts them: the label first, nobody pinged, no link but the sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.open_windows import OpenWindows
from adapters.slack import notices, replies, requests
from adapters.slack.ids import Installation
from adapters.slack.transfers import SlackTransfers
from bot.errors import NotPermitted
from bot.labelling import CitedSource, LabelledReply, label
from bot.refs import ThreadRef
from bot.views import Button, Link, Notice
from bot.words import Words
from tests.slack.filling_in import buttons_in, words_in
from tests.slack.limits import faults_in_message

HERE = Installation("T1", "", "U0", "B0", "understudy", "https://team.example/")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINK = "https://team.example/archives/C1/p1772442000000002"
DOUBT = (Button("not_right", "Not right", "d_1.1", {"worker": "U1"}),)
HOSTILE = "<!channel> <@U2> <https://evil.example|your wiki> https://evil.example & <!subteam^S1|@all>"
words = {locale: Words(locale) for locale in ("en", "zh-Hans")}


def reply(body: str, sources: int = 1, root: str = "1772442000.000001") -> LabelledReply:
    return label(
        worker=HERE.person("U1"),
        thread=HERE.thread("C1", root),
        key="d_1.1",
        label_text="Mara Lind's AI double",
        manner="approved as written",
        body=body,
        sources=tuple(
            CitedSource(HERE.message("C1", f"1772442000.{n:06d}"), f"{LINK}{n}", NOW) for n in range(sources)
        ),
    )


def posted(shown: LabelledReply, **more: Any) -> dict[str, Any]:
    return replies.arguments(shown, {"U2": "Jonas Okafor"}, words["en"], NOW, DOUBT, **more)


@given(st.text(min_size=1).filter(str.strip), st.integers(1, 40), st.integers(0, 60))
@settings(max_examples=50)
def test_any_reply_is_taken_with_its_label_first_in_text_and_blocks(body: str, times: int, sources: int) -> None:
    try:
        shown = reply(f"{body}\n" * times, sources)
    except ValueError:  # a body of which nothing can be seen is no reply
        return
    made = posted(shown)
    assert not faults_in_message(made)
    assert made["text"].startswith("Mara Lind's AI double · approved as written")
    assert made["blocks"][0]["text"]["text"] == "Mara Lind's AI double · approved as written"
    assert len(made["text"]) <= replies.MOST_TEXT


def test_nothing_in_a_reply_pings_links_or_commands_but_its_sources() -> None:
    made = posted(reply(HOSTILE))
    said = f"{made['text']}\n{words_in(made['blocks'])}"
    assert "<!" not in said
    assert "<@" not in said
    assert "Jonas Okafor" in said
    assert "<https://evil" not in said
    assert f"<{LINK}0|Mar 2>" in said
    texts = [block["text"] for block in made["blocks"] if block["type"] == "section"]
    assert all(text["type"] == "mrkdwn" and text["verbatim"] for text in texts)  # plain addresses stay inert
    assert (made["unfurl_links"], made["unfurl_media"], made["link_names"], made["parse"]) == (
        False,
        False,
        False,
        "none",
    )


def test_metadata_hold_ids_and_nothing_else() -> None:
    made = posted(reply("Behind the shed."))
    assert made["metadata"] == {"event_type": "understudy_reply", "event_payload": {"key": "d_1.1", "worker": "U1"}}


def test_a_name_of_its_own_comes_with_the_robot_and_only_where_it_is_granted() -> None:
    assert "username" not in posted(reply("Behind the shed."))
    made = posted(reply("Behind the shed."), under_its_name=True)
    assert (made["username"], made["icon_emoji"]) == ("Mara Lind's AI double", ":robot_face:")


def test_a_reply_without_a_thread_stands_in_the_channel_itself() -> None:
    assert posted(reply("Behind the shed."))["thread_ts"] == "1772442000.000001"
    assert "thread_ts" not in posted(reply("Behind the shed.", root=""))


def notice(**more: Any) -> Notice:
    told = Notice(HERE.person("U2"), "no:U1", "waiting", HOSTILE, NOW, near=HERE.thread("C1", "1772442000.000001"))
    return replace(told, **more)


@pytest.mark.parametrize("locale", sorted(words))
def test_a_notice_is_taken_whole_and_its_buttons_say_whose_notice_they_are_on(locale: str) -> None:
    shown = notice(
        buttons=tuple(Button("cancel", f"Cancel {n}", "d_1", confirm="Sure?") for n in range(7)),
        links=(Link(LINK, "What they wrote"),),
        reply=reply("Behind the shed."),
    )
    body = notices.shown(shown, words[locale], OpenWindows(), NOW)
    assert not faults_in_message(body)
    assert "<!" not in words_in(body)
    assert "Mara Lind's AI double · approved as written" in body["text"]
    assert len(list(buttons_in(body))) == 7
    rows = [block["block_id"] for block in body["blocks"] if block["type"] == "actions"]
    for row in rows:
        pressed = requests.press(payload(actions=[{"action_id": "do:0", "block_id": row, "value": "x"}]), HERE)
        assert pressed is not None
        assert pressed.notice == "no:U1"
    assert len(set(rows)) == 2


def test_a_notice_stands_in_the_thread_it_is_about_and_nowhere_else() -> None:
    body = {"text": "x"}
    assert notices.ephemeral(notice(), body)["thread_ts"] == "1772442000.000001"
    assert "thread_ts" not in notices.ephemeral(notice(near=ThreadRef(HERE.channel("C1"), "")), body)
    assert notices.ephemeral(notice(near=HERE.channel("C1")), body) == {"channel": "C1", "user": "U2", "text": "x"}
    assert notices.ephemeral(notice(near=None), body) == {}


def payload(**more: Any) -> dict[str, Any]:
    return {"type": "block_actions", "user": {"id": "U2", "team_id": "T1"}, "team": {"id": "T1"}, **more}


@pytest.mark.parametrize(
    "odd",
    [
        {},
        payload(actions=[]),
        payload(actions="do:0"),
        payload(actions=[{}], user={"id": "U2", "team_id": "T2"}),
        payload(actions=[{}], user={}),
        payload(actions=[{}], user="U2"),
        {"user": {"id": 7}, "actions": [{}]},
    ],
)
def test_what_is_nobodys_step_here_is_none(odd: dict[str, Any]) -> None:
    assert requests.press(odd, HERE) is None
    assert requests.shortcut(odd, HERE) is None
    assert requests.command(odd, HERE) is None


def test_people_of_the_same_enterprise_are_no_strangers() -> None:
    grid = replace(HERE, enterprise="E1")
    theirs = payload(actions=[{"action_id": "do:0"}], user={"id": "U9", "team_id": "T9"}, enterprise={"id": "E1"})
    assert requests.press(theirs, grid) is not None
    assert requests.press(theirs, HERE) is None
    assert requests.press({**theirs, "enterprise": {"id": "E2"}}, grid) is None


def test_a_foreign_apps_metadata_is_no_reply_of_ours() -> None:
    chosen = payload(
        callback_id="take_back",
        channel={"id": "C1"},
        message={"ts": "1.1", "metadata": {"event_type": "other", "event_payload": {"key": "d_1"}}},
    )
    found = requests.shortcut(chosen, HERE)
    assert found is not None
    assert found.reply_key == ""


class NoCalls:
    """A Slack that is never to be called."""

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        raise AssertionError(method)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/x",
        "https://slack.com.evil.example/x",
        "https://notslack.com/x",
        "http://hooks.slack.com/x",
        "http://127.0.0.1:1/x",
        "file:///etc/passwd",
        "",
    ],
)
async def test_no_address_but_slacks_is_called_and_the_token_goes_nowhere_else(address: str) -> None:
    transfers = SlackTransfers(NoCalls(), "xoxb-1", "https://slack.com/api/")
    with pytest.raises(NotPermitted, match="not slack's"):
        await transfers.respond(address, {})
    with pytest.raises(NotPermitted, match="not slack's"):
        await transfers.download(address, 10)
