"""`understudy doctor` in Discord: what is not well is said with what to click; no token and no person is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from adapters.discord.access import Access
from adapters.discord.checkup import application_of, look_over
from adapters.discord.invitation import invitation
from adapters.discord.slash import commands
from bot.errors import NotPermitted
from tests.discord.faults import broken
from tests.discord.permissions import EVERYTHING, NOTHING, Can
from tests.discord.server import ADA, APP, GARDEN, GUILD, OWNER, SHED, LocalDiscord
from tests.discord.team import FORUM, VOICE, Json, Overwrite

pytestmark = pytest.mark.anyio
TO_ITS_ROLE = "open Server Settings, Roles, the role of Understudy, Permissions, and allow it"
IN_THE_CHANNEL = "open Edit Channel, Permissions there, add Understudy, and allow it"
INVITE = "open the address that understudy discord invite prints"
RESET = "open Bot in the developer portal, press Reset Token, and copy the new one into DISCORD_TOKEN"
SWITCH_ON = "open Bot in the developer portal, switch it on under Privileged Gateway Intents, and save"
NOBODY_KNOWS = "who left is not noticed, and nobody can tell who reads a private channel"
BRINGS = "Discord does not list /double as this version has it: Understudy brings it when it starts"


def access(discord: LocalDiscord) -> Access:
    return Access(discord.token, discord.api_url, discord.gateway_url)


async def looked(discord: LocalDiscord, *, is_running: bool = False) -> tuple[list[str], list[str]]:
    """What was well, and what was not; neither tells the token or a person."""
    seen = await look_over(access(discord), is_running=is_running)
    told = json.dumps([one.sentence for one in seen])
    for secret in (discord.token, str(ADA), str(OWNER), "Ada", "ada", "Gus", "陈伟"):
        assert secret not in told
    return [one.sentence for one in seen if one.is_well], [one.sentence for one in seen if not one.is_well]


def brought(discord: LocalDiscord) -> None:
    discord.app.commands[0] = [dict(command) for command in commands()]


async def test_where_all_is_well_it_says_so(discord: LocalDiscord) -> None:
    brought(discord)
    well, ill = await looked(discord)
    assert ill == []
    assert well == [
        "Discord takes the token, for the application Understudy",
        "both privileged intents that Understudy asks for are on",
        "Discord's gateway says hello",
        "Discord lists /double as this version has it",
        "in Garden, Understudy is in #garden and 1 private channel",
    ]
    assert discord.gateway.identified == 0, "a look begins no session"


# ---------------------------------------------------------------- the application


@pytest.mark.parametrize("kind", ["revoked", "another"])
async def test_a_token_that_is_refused_is_told_with_where_to_get_another(discord: LocalDiscord, kind: str) -> None:
    discord.api.is_revoked = kind == "revoked"
    asked = access(discord) if kind == "revoked" else replace(access(discord), token="one.two.three")
    seen = await look_over(asked, is_running=False)
    assert [one.sentence for one in seen if not one.is_well] == [f"Discord does not take the token: {RESET}"]
    with pytest.raises(NotPermitted):
        await application_of(asked)


async def test_where_nothing_answers_the_network_and_the_address_are_to_be_checked(discord: LocalDiscord) -> None:
    away = Access(discord.token, "http://127.0.0.1:9/api/v10", "ws://127.0.0.1:9/gateway/")
    seen = await look_over(away, is_running=False)
    assert [(one.is_well, one.sentence) for one in seen] == [
        (False, "Discord cannot be reached: check this machine's network, or DISCORD_API_URL"),
        (
            False,
            "no WebSocket can be opened to Discord: let this machine make outgoing ones, or check DISCORD_GATEWAY_URL",
        ),
    ]


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (1 << 14 | 1 << 18, []),
        (
            1 << 19,
            [f"the Server Members Intent is off, so {NOBODY_KNOWS}: {SWITCH_ON}"],
        ),
        (
            1 << 15,
            [f"the Message Content Intent is off, so doubles can be asked and answer, but learn nothing: {SWITCH_ON}"],
        ),
    ],
)
async def test_an_intent_that_is_off_is_told_with_what_does_not_work_then(
    discord: LocalDiscord, flags: int, expected: list[str]
) -> None:
    discord.team.app_flags = flags
    assert (await looked(discord))[1] == expected


@pytest.mark.parametrize(
    ("setting", "begins", "click"),
    [
        ({"interactions_endpoint_url": "https://a.example/"}, "an Interactions Endpoint URL is set", "clear it"),
        ({"bot_public": True}, "anybody may add this bot to their server", "switch Public Bot off"),
        ({"bot_require_code_grant": True}, "the bot cannot be let into a server", "OAuth2 Code Grant off"),
    ],
)
async def test_what_is_set_wrong_in_the_developer_portal_is_told(
    discord: LocalDiscord, setting: Json, begins: str, click: str
) -> None:
    discord.team.app_settings = setting
    (sentence,) = (await looked(discord))[1]
    assert sentence.startswith(begins)
    assert click in sentence
    assert "developer portal" in sentence


async def test_commands_that_are_not_this_versions_are_brought_at_a_start(discord: LocalDiscord) -> None:
    well, ill = await looked(discord)
    assert ill == []
    assert BRINGS in well
    brought(discord)
    discord.app.commands[0][0]["description"] = "Something older"
    assert BRINGS in (await looked(discord))[0]
    assert (await looked(discord, is_running=True))[1] == [
        "Discord lists other commands than this version has: restart Understudy, which brings its own"
    ]


async def test_a_gateway_that_does_not_greet_is_told(discord: LocalDiscord) -> None:
    seen = await look_over(replace(access(discord), gateway_url=discord.gateway_url + "nowhere"), is_running=False)
    (sentence,) = [one.sentence for one in seen if not one.is_well]
    assert sentence.startswith("no WebSocket can be opened to Discord")


# ---------------------------------------------------------------- its servers


async def test_without_a_server_the_invitation_is_to_be_opened(discord: LocalDiscord) -> None:
    del discord.team.guilds[GUILD].members[discord.team.bot]
    assert (await looked(discord))[1] == [f"Understudy is in no server yet: {INVITE}, and choose yours"]


async def test_a_server_that_lets_no_commands_in_is_told(discord: LocalDiscord) -> None:
    discord.api.trouble["GET /applications/{app}/guilds/{guild}/commands"].append(broken(403))
    (sentence,) = (await looked(discord))[1]
    assert sentence == f"in Garden, /double is not let in: {INVITE} again, which asks for commands too"


async def test_a_server_of_which_nothing_is_told_keeps_no_other_from_being_looked_at(discord: LocalDiscord) -> None:
    discord.team.guild(GUILD + 1, "Meadow", OWNER)
    discord.team.join(GUILD + 1, discord.team.bot)
    discord.team.channel(GARDEN + 50, "grass", GUILD + 1)
    discord.api.trouble["GET /guilds/{guild}"].append(broken(403))
    well, ill = await looked(discord)
    assert ill == [f"Discord does not tell of the server Garden (discord_403): {INVITE} again"]
    assert "in Meadow, Understudy is in #grass" in well


@pytest.mark.parametrize(
    ("lacking", "label"),
    [
        (Can.SEND, "Send Messages"),
        (Can.SEND_IN_THREADS, "Send Messages in Threads"),
        (Can.HISTORY, "Read Message History"),
    ],
)
async def test_a_permission_that_lacks_everywhere_is_told_with_its_role(
    discord: LocalDiscord, lacking: Can, label: str
) -> None:
    for role in discord.team.guilds[GUILD].roles.values():
        role.permissions &= ~lacking
    discord.team.only(discord.team.channels[SHED], ADA)  # the bot views one channel alone
    assert (await looked(discord))[1] == [f"in Garden, Understudy lacks {label}: {TO_ITS_ROLE}"]


async def test_a_permission_that_lacks_in_some_channels_is_told_with_them(discord: LocalDiscord) -> None:
    for number, name in enumerate(("roses", "asters")):
        channel = discord.team.channel(GARDEN + 50 + number, name, GUILD)
        channel.overwrites[GUILD] = Overwrite(GUILD, is_member=False, deny=Can.SEND)
    assert (await looked(discord))[1] == [
        f"in Garden, Understudy lacks Send Messages in #asters, #roses: {IN_THE_CHANNEL}"
    ]


async def test_in_a_forum_nobody_but_threads_is_written_to(discord: LocalDiscord) -> None:
    forum = discord.team.channel(GARDEN + 50, "ideas", GUILD, kind=FORUM)
    forum.overwrites[GUILD] = Overwrite(GUILD, is_member=False, deny=Can.SEND)
    well, ill = await looked(discord)
    assert ill == []
    assert "in Garden, Understudy is in #garden, #ideas and 1 private channel" in well


async def test_a_voice_channel_that_not_everybody_may_enter_is_private(discord: LocalDiscord) -> None:
    voice = discord.team.channel(GARDEN + 50, "talk", GUILD, kind=VOICE)
    discord.team.guilds[GUILD].roles[GUILD].permissions |= Can(1 << 20)
    assert "in Garden, Understudy is in #garden, #talk and 1 private channel" in (await looked(discord))[0]
    voice.overwrites[GUILD] = Overwrite(GUILD, is_member=False, deny=Can(1 << 20))
    assert "in Garden, Understudy is in #garden and 2 private channels" in (await looked(discord))[0]


async def test_where_no_webhook_may_be_made_replies_stand_under_the_bots_own_name(discord: LocalDiscord) -> None:
    for role in discord.team.guilds[GUILD].roles.values():
        role.permissions &= ~Can.MANAGE_WEBHOOKS
    for overwrite in discord.team.channels[SHED].overwrites.values():
        overwrite.allow &= ~Can.MANAGE_WEBHOOKS
    well, ill = await looked(discord)
    assert ill == []
    told = "in Garden, replies stand under the bot's own name, for want of Manage Webhooks"
    assert f"{told}: {TO_ITS_ROLE}" in well


async def test_a_bot_that_can_view_nothing_is_told(discord: LocalDiscord) -> None:
    for number in (GARDEN, SHED):
        discord.team.only(discord.team.channels[number], ADA)
    (sentence,) = (await looked(discord))[1]
    assert sentence.startswith("in Garden, Understudy can view no channel: open a channel's Edit Channel, Permissions")


def _administrator(discord: LocalDiscord) -> None:
    (own,) = [role for role in discord.team.guilds[GUILD].roles.values() if role.is_managed]
    own.permissions = Can.ADMINISTRATOR


def _no_commands(discord: LocalDiscord) -> None:
    discord.team.guilds[GUILD].roles[GUILD].permissions &= ~Can.USE_COMMANDS


def _discoverable(discord: LocalDiscord) -> None:
    discord.team.guilds[GUILD].features.add("DISCOVERABLE")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_administrator, "in Garden, Understudy is an administrator, which it need not be"),
        (_no_commands, "in Garden, who lacks Use Application Commands cannot type /double"),
        (_discoverable, "in Garden, strangers can read public channels"),
    ],
)
async def test_what_is_good_to_know_of_a_server_is_told(
    discord: LocalDiscord, change: Callable[[LocalDiscord], None], told: str
) -> None:
    assert not any(sentence.startswith(told) for sentence in (await looked(discord))[0])
    change(discord)
    well, ill = await looked(discord)
    assert ill == []
    assert [sentence for sentence in well if sentence.startswith(told)]


# ---------------------------------------------------------------- the invitation


async def test_the_invitation_asks_for_two_scopes_and_for_what_is_used_and_no_more(discord: LocalDiscord) -> None:
    assert await application_of(access(discord)) == APP
    needed = Can.VIEW | Can.SEND | Can.SEND_IN_THREADS | Can.HISTORY | Can.MANAGE_WEBHOOKS
    assert NOTHING < needed < EVERYTHING
    assert invitation("https://chat.example.org", APP) == (
        f"https://chat.example.org/oauth2/authorize?client_id={APP}&scope=bot+applications.commands"
        f"&permissions={int(needed)}&integration_type=0"
    )
