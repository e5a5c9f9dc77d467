"""The app manifest: whole, within Slack's limits, and asking for nothing that the operator did not name."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import pytest

from adapters.slack.features import CORE, OPTIONAL
from adapters.slack.manifest import manifest
from bot.cli import main
from bot.words import Words, shipped_locales

# The table of shared/design/platforms.md, each scope with its events. `channel_left`, `channel_id_changed` and
# `group_deleted` are said of what the table's events say: a channel is lost. An event comes with the scope it needs.
# `users.profile:read` stands in the table and is not asked for: `users.info` tells a status with `users:read` alone.
CORE_TABLE = {
    "commands": "",
    "channels:history": "message.channels",
    "channels:read": "member_joined_channel member_left_channel channel_archive channel_deleted channel_shared "
    "channel_left channel_id_changed",
    "app_mentions:read": "app_mention",
    "im:write": "",
    "chat:write": "app_home_opened",
    "channels:join": "",
    "users:read": "user_change",
}
ALWAYS = "app_uninstalled tokens_revoked"
ADDED_TABLE = {
    "private": {"groups:history": "message.groups", "groups:read": "group_left group_archive group_deleted"},
    "away": {"dnd:read": ""},
    "export": {"files:write": "", "files:read": ""},
    "names": {"chat:write.customize": ""},
}
CHOICES = [names for count in range(len(ADDED_TABLE) + 1) for names in combinations(ADDED_TABLE, count)]
PROMPT = {"name": 35, "description": 140, "display_name": 80}
SHORTCUT = {"name": 24, "description": 150, "callback_id": 255}
COMMAND = {"command": 32, "description": 2_000, "usage_hint": 1_000}


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["slack", "manifest", *words]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("names", CHOICES, ids=",".join)
def test_exactly_the_scopes_and_events_of_the_named_features_are_asked_for(
    names: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = dict(CORE_TABLE)
    for name in names:
        wanted |= ADDED_TABLE[name]
    made = printed(capsys, *(["--with", ",".join(names)] if names else []))
    assert made["oauth_config"] == {"scopes": {"bot": sorted(wanted)}}
    events = sorted(f"{' '.join(wanted.values())} {ALWAYS}".split())
    assert made["settings"]["event_subscriptions"] == {"bot_events": events}


def test_no_feature_asks_for_what_another_asks_for() -> None:
    for one, other in combinations((CORE, *OPTIONAL), 2):
        assert not one.scopes & other.scopes
        assert not one.events & other.events


def test_a_feature_is_granted_whole_in_half_or_not_at_all() -> None:
    private = OPTIONAL[0]
    assert private.is_granted({"groups:history", "groups:read", "chat:write"})
    assert not private.is_half_granted({"groups:history", "groups:read"})
    assert private.is_half_granted({"groups:read"})
    assert not private.is_granted({"groups:read"})
    assert not private.is_half_granted({"chat:write"})


def test_by_default_it_is_socket_mode_and_no_address_stands_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    made = printed(capsys)
    assert made["settings"]["socket_mode_enabled"] is True
    assert made["settings"]["interactivity"] == {"is_enabled": True}
    assert "http" not in json.dumps(made)


@pytest.mark.parametrize("address", ["https://double.example.org", "https://double.example.org/"])
def test_over_http_everything_goes_to_one_address(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    made = printed(capsys, "--http", address)
    leads = "https://double.example.org/slack/events"
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["event_subscriptions"]["request_url"] == leads
    assert made["settings"]["interactivity"] == {"is_enabled": True, "request_url": leads}
    assert [command["url"] for command in made["features"]["slash_commands"]] == [leads]


def test_it_is_a_whole_app_of_one_workspace(capsys: pytest.CaptureFixture[str]) -> None:
    made = printed(capsys)
    assert set(made) == {"display_information", "features", "oauth_config", "settings"}
    assert made["settings"]["org_deploy_enabled"] is made["settings"]["token_rotation_enabled"] is False
    home = {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": True}
    assert made["features"]["app_home"] == home
    assert made["features"]["bot_user"] == {"display_name": "Understudy", "always_online": False}
    assert [command["command"] for command in made["features"]["slash_commands"]] == ["/double"]
    shortcuts = [(shortcut["type"], shortcut["callback_id"]) for shortcut in made["features"]["shortcuts"]]
    assert shortcuts == [("message", "never_use"), ("message", "take_back")]


@pytest.mark.parametrize("locale", shipped_locales())
def test_every_word_fits_where_slack_shows_it(locale: str) -> None:
    made = manifest(OPTIONAL, Words(locale), address="https://double.example.org")
    shown, features = made["display_information"], made["features"]
    assert 174 <= len(shown["long_description"]) <= 4_000
    for part, limits in (
        (shown, PROMPT),
        (features["bot_user"], PROMPT),
        *((shortcut, SHORTCUT) for shortcut in features["shortcuts"]),
        *((command, COMMAND) for command in features["slash_commands"]),
    ):
        for name, limit in limits.items():
            assert len(part.get(name, "")) <= limit, name


def test_its_words_are_in_the_language_that_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    names = {shortcut["name"] for shortcut in printed(capsys, "--locale", "zh-Hans")["features"]["shortcuts"]}
    assert names == {"永不使用", "收回"}


@pytest.mark.parametrize(
    "words",
    [
        ["--with", "everything"],
        ["--with", "private,admin"],
        ["--http", "http://double.example.org"],
        ["--http", "https://double.example.org/?token=1"],
    ],
)
def test_what_is_no_feature_or_no_safe_address_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["slack", "manifest", *words])
    assert ended.value.code == 2
    assert not capsys.readouterr().out


def test_it_needs_neither_settings_nor_data(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "not a token")
    monkeypatch.setenv("UNDERSTUDY_DATA", "")
    assert printed(capsys)["display_information"]["name"] == "Understudy"
