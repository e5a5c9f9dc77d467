"""Whether posts may bear another name is tried in a channel: posted, changed, deleted, and looked for again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from anyio import to_thread

from adapters.chat.seen import Seen
from adapters.slack.access import Access
from adapters.slack.name_trial import try_names
from bot.cli import main
from bot.words import Words
from tests.slack.server import LocalSlack, local_slack
from tests.slack.shapes import Json
from tests.slack.web_api import Trouble

pytestmark = pytest.mark.anyio
OFF = "leave SLACK_NAMES off, replies then stand under the app's own name with the same label"


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with local_slack() as local:
        local.found_team()
        yield local


async def tried(slack: LocalSlack, channel: str = "#garden", locale: str = "en") -> Seen:
    return await try_names(Access(slack.bot_token, slack.app_token, api_url=slack.api_url), channel, Words(locale))


@pytest.mark.parametrize("channel", ["#garden", "garden", "C1", "shed"])
async def test_where_all_works_names_may_be_switched_on_and_nothing_is_left(slack: LocalSlack, channel: str) -> None:
    seen = await tried(slack, channel)
    assert seen == Seen(
        is_well=True, sentence="a post under another name can be changed and deleted: SLACK_NAMES may be switched on"
    )
    assert [len(place.messages) for place in slack.team.conversations.values()] == [0, 0]
    posted, changed = slack.api.called("chat.postMessage"), slack.api.called("chat.update")
    assert [post["username"] for post in posted] == ["Understudy’s trial"]
    assert posted[0]["text"] != changed[0]["text"]


async def test_the_line_is_in_the_workspaces_language(slack: LocalSlack) -> None:
    assert (await tried(slack, locale="zh-Hans")).is_well
    assert slack.api.called("chat.postMessage")[0]["username"] == "Understudy 的试验"


async def test_where_such_a_post_cannot_be_deleted_the_line_left_is_told(slack: LocalSlack) -> None:
    slack.chat.names_stay = True
    seen = await tried(slack)
    assert seen == Seen(
        is_well=False,
        sentence="Slack takes a post under another name but does not delete it (cant_delete_message):"
        f" {OFF}; the line that was tried is left there, delete it by hand",
    )
    assert len(slack.team.conversations["C1"].messages) == 1


async def test_where_it_cannot_be_changed_it_is_deleted_all_the_same(slack: LocalSlack) -> None:
    slack.api.trouble["chat.update"].append(Trouble("cant_update_message"))
    seen = await tried(slack)
    assert seen == Seen(
        is_well=False,
        sentence=f"Slack takes a post under another name but does not change it (cant_update_message): {OFF}",
    )
    assert slack.team.conversations["C1"].messages == {}


async def test_a_deletion_that_is_only_said_to_have_happened_is_found_out(slack: LocalSlack) -> None:
    async def nothing(_: Json) -> Json:
        return {}

    slack.api.add("chat.delete", nothing, "chat:write")
    seen = await tried(slack)
    assert not seen.is_well
    assert "says it is deleted, and shows it still" in seen.sentence
    assert seen.sentence.endswith("delete it by hand")


async def test_a_name_that_slack_does_not_show_is_found_out(slack: LocalSlack) -> None:
    post = slack.chat.postMessage

    async def nameless(arguments: Json) -> Json:
        return await post({**arguments, "username": None})

    slack.api.add("chat.postMessage", nameless, "chat:write")
    seen = await tried(slack)
    assert not seen.is_well
    assert "shows it under the app's own name" in seen.sentence
    assert slack.team.conversations["C1"].messages == {}


async def test_without_the_scope_it_says_which_to_add(slack: LocalSlack) -> None:
    slack.api.scopes.discard("chat:write.customize")
    seen = await tried(slack)
    assert not seen.is_well
    assert seen.sentence.startswith("the scope chat:write.customize is not granted: add it under OAuth & Permissions")


async def test_in_a_channel_it_is_not_in_nothing_is_posted(slack: LocalSlack) -> None:
    slack.team.channel("C7", "elsewhere", "U1")
    for name in ("elsewhere", "nowhere"):
        assert (await tried(slack, name)).sentence.startswith("Understudy is in no channel of that name")
    assert slack.api.called("chat.postMessage") == []


async def test_doctor_looks_at_slack_and_tries_names(
    slack: LocalSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "UNDERSTUDY_DATA": str(tmp_path / "data"),
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
    }.items():
        monkeypatch.setenv(name, value)
    assert await to_thread.run_sync(main, ["doctor"]) == 0
    looked = capsys.readouterr().out
    assert "ok    Socket Mode works: Slack says hello\n" in looked
    assert "the port is free" not in looked  # the local workspace does not run beside Slack by itself
    assert await to_thread.run_sync(main, ["doctor", "--try-names", "garden"]) == 0
    assert capsys.readouterr().out.startswith("ok    a post under another name can be changed and deleted")
    slack.chat.names_stay = True
    assert await to_thread.run_sync(main, ["doctor", "--try-names", "garden"]) == 1
    told = capsys.readouterr()
    assert told.out.startswith("FAIL  Slack takes a post under another name")
    assert not any(token in looked + told.out + told.err for token in (slack.bot_token, slack.app_token))


def test_without_slack_there_is_nowhere_to_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "")
    assert main(["doctor", "--try-names", "garden"]) == 2
    assert capsys.readouterr().err == "understudy: names are tried in Slack: set SLACK_BOT_TOKEN first\n"
