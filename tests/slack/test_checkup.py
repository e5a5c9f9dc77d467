"""`understudy doctor` in Slack: what is not well is said with what to click, and no token and no person is told."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from socket import create_server

import pytest
from aiohttp import ClientSession, web
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.seen import Seen
from adapters.slack.access import Access
from adapters.slack.checkup import look_over
from tests.slack.server import LocalSlack, local_slack
from tests.slack.shapes import Json
from tests.slack.web_api import Trouble

pytestmark = pytest.mark.anyio
BOT_APP = "A0UNDER"
ADD = "add under OAuth & Permissions, Bot Token Scopes, and install anew:"
PASTE = "Slack does not tell which events it sends: if some stay out, paste into App Manifest what this prints:"


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with local_slack() as local:
        local.found_team()
        local.install()  # the core alone
        knows_app(local, BOT_APP)
        yield local


def knows_app(slack: LocalSlack, app: str) -> None:
    async def info(arguments: Json) -> Json:
        return {"bot": {"id": arguments["bot"], "app_id": app}}

    slack.api.add("bots.info", info, "users:read")


def access(slack: LocalSlack, *, over_http: bool = False, shows_names: bool = False) -> Access:
    return Access(slack.bot_token, "" if over_http else slack.app_token, api_url=slack.api_url, shows_names=shows_names)


async def looked(slack: LocalSlack, *, opens_socket: bool = True, **how: bool) -> tuple[list[str], list[str]]:
    """What was well, and what was not; neither tells a token or a person."""
    seen = await look_over(access(slack, **how), opens_socket=opens_socket)
    told = json.dumps([one.sentence for one in seen])
    for secret in (slack.bot_token, slack.app_token, slack.signing_secret, "ticket", "U1", "Ada", "ada", "陈伟"):
        assert secret not in told
    return sentences(seen, is_well=True), sentences(seen, is_well=False)


def sentences(seen: tuple[Seen, ...], *, is_well: bool) -> list[str]:
    return [one.sentence for one in seen if one.is_well is is_well]


async def test_where_all_is_well_it_says_so(slack: LocalSlack) -> None:
    well, ill = await looked(slack)
    assert ill == []
    assert well == [
        f"Slack takes the bot token, for the workspace at {slack.address}/",
        "every scope is there; of what may be added: nothing",
        "Socket Mode works: Slack says hello",
        f"{PASTE} understudy slack manifest",
        "Understudy is in #garden",
    ]
    assert slack.deliveries.open == []


async def test_what_may_be_added_is_told_with_the_manifest_that_fits(slack: LocalSlack) -> None:
    slack.api.scopes |= {"groups:history", "groups:read", "chat:write.customize"}
    well, ill = await looked(slack)
    assert ill == []
    assert "every scope is there; of what may be added: names, private" in well
    assert "whether replies may stand under the double's name: understudy doctor --try-names CHANNEL" in well
    assert any(sentence.endswith("understudy slack manifest --with private,names") for sentence in well)
    assert "Understudy is in #garden and 1 private channel" in well


async def test_a_missing_scope_of_the_core_is_named_with_where_to_add_it(slack: LocalSlack) -> None:
    slack.api.scopes -= {"channels:join", "im:write"}
    _, ill = await looked(slack)
    assert ill == [f"Understudy lacks scopes: {ADD} channels:join, im:write"]


async def test_half_a_feature_is_told_and_so_is_a_scope_that_nothing_needs(slack: LocalSlack) -> None:
    slack.api.scopes |= {"groups:read", "reactions:write"}
    well, ill = await looked(slack)
    assert ill == [f"the feature private lacks scopes: {ADD} groups:history"]
    assert "nothing here needs these scopes, take them away and install anew: reactions:write" in well


async def test_names_without_their_scope_are_told(slack: LocalSlack) -> None:
    _, ill = await looked(slack, shows_names=True)
    assert ill == [f"SLACK_NAMES is on without its scope: {ADD} chat:write.customize"]


@pytest.mark.parametrize(
    ("code", "begins", "click"),
    [
        ("invalid_auth", "Slack does not know the bot token", "OAuth & Permissions"),
        ("not_allowed_token_type", "that is no bot token", "OAuth & Permissions"),
        ("account_inactive", "the app is not installed any more", "Install App"),
        ("token_revoked", "the app is not installed any more", "Install App"),
        ("team_access_not_granted", "Slack refuses the bot token (team_access_not_granted)", "OAuth & Permissions"),
    ],
)
async def test_a_bot_token_that_is_refused_is_told_with_where_to_get_another(
    slack: LocalSlack, code: str, begins: str, click: str
) -> None:
    slack.api.trouble["auth.test"].append(Trouble(code))
    well, ill = await looked(slack)
    assert well == ["Socket Mode works: Slack says hello"]
    assert len(ill) == 1
    assert ill[0].startswith(begins)
    assert click in ill[0]


async def test_a_token_of_a_person_and_an_installation_of_an_organisation_are_told(slack: LocalSlack) -> None:
    async def person(_: Json) -> Json:
        return {"url": "https://garden.example/", "user_id": "U1"}

    async def organisation(_: Json) -> Json:
        return {"url": "https://garden.example/", "bot_id": "B1", "is_enterprise_install": True}

    slack.api.add("auth.test", person)
    assert any(sentence.startswith("that is no bot token") for sentence in (await looked(slack))[1])
    slack.api.add("auth.test", organisation)
    assert any("a whole organisation" in sentence for sentence in (await looked(slack))[1])


@pytest.mark.parametrize(
    ("code", "begins"),
    [
        ("invalid_auth", "Slack refuses the app-level token (invalid_auth)"),
        ("not_allowed_token_type", "that is no app-level token"),
        ("missing_scope", "the app-level token lacks connections:write"),
    ],
)
async def test_an_app_token_that_is_refused_is_told_with_where_to_make_another(
    slack: LocalSlack, code: str, begins: str
) -> None:
    slack.api.trouble["apps.connections.open"].append(Trouble(code))
    _, ill = await looked(slack)
    assert len(ill) == 1
    assert ill[0].startswith(begins)
    assert "App-Level Tokens" in ill[0]


async def test_two_tokens_of_two_apps_are_told(slack: LocalSlack) -> None:
    knows_app(slack, "A0OTHER")
    assert (await looked(slack))[1] == ["the two tokens belong to two apps: copy both from the settings of one"]


async def test_another_process_on_the_same_token_is_told(slack: LocalSlack) -> None:
    async with other_connection(slack):
        _, ill = await looked(slack)
    assert ill == ["another process is connected with this app's token and gets a part of what is said: stop it"]


async def test_beside_an_understudy_that_runs_no_second_connection_is_opened(slack: LocalSlack) -> None:
    well, ill = await looked(slack, opens_socket=False)
    assert ill == []
    assert "Slack takes the app-level token; its connection is Understudy's own while that runs" in well
    assert slack.deliveries.links == 0


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            {"type": "disconnect", "reason": "link_disabled"},
            "Socket Mode is off: open Socket Mode in the app's settings",
        ),
        (
            {"type": "disconnect", "reason": "warning"},
            "Slack does not say hello: open Socket Mode in the app's settings",
        ),
        (["hello"], "Slack does not say hello"),
        (None, "no WebSocket can be opened to Slack"),
    ],
)
async def test_a_connection_that_does_not_greet_is_told(slack: LocalSlack, said: object, expected: str) -> None:
    async with greeting(said) as address:

        async def opened(_: Json) -> Json:
            return {"url": address}

        slack.api.add("apps.connections.open", opened)
        _, ill = await looked(slack)
    assert len(ill) == 1
    assert ill[0].startswith(expected)


async def test_over_http_no_socket_is_tried_and_the_danger_is_told(slack: LocalSlack) -> None:
    well, ill = await looked(slack, over_http=True)
    assert ill == []
    assert any("whoever holds SLACK_SIGNING_SECRET can forge clicks" in sentence for sentence in well)
    assert any(sentence.endswith("understudy slack manifest --http ADDRESS") for sentence in well)
    assert slack.api.called("apps.connections.open") == []


async def test_where_nothing_answers_the_network_and_the_address_are_named() -> None:
    nowhere = Access("xoxb-1", "xapp-1", api_url="http://127.0.0.1:9/api/")
    seen = await look_over(nowhere, opens_socket=True)
    assert sentences(seen, is_well=False) == [
        "Slack cannot be reached: check this machine's network, or SLACK_API_URL",
        "Slack cannot be reached for Socket Mode: check the network, or SLACK_API_URL",
    ]


async def test_in_no_channel_it_says_how_to_come_into_one(slack: LocalSlack) -> None:
    for channel in slack.team.conversations.values():
        channel.members.discard(slack.team.bot_user)
    well, ill = await looked(slack)
    assert ill == []
    assert any(sentence.startswith("Understudy is in no channel yet: ") for sentence in well)


async def test_many_channels_are_read_to_the_end_and_a_few_of_them_named(slack: LocalSlack) -> None:
    for number in range(430):
        slack.team.channel(f"C9{number:03}", f"bed-{number:03}", slack.team.bot_user)
    slack.team.conversations["C1"].is_shared = True
    well, _ = await looked(slack)
    named = next(sentence for sentence in well if sentence.startswith("Understudy is in "))
    assert named.count("#") == 20
    assert named.endswith(" and 411 more")
    assert "1 of them is shared with another organisation: nothing is kept or answered there" in well


@asynccontextmanager
async def greeting(said: object) -> AsyncIterator[str]:
    """Serve a WebSocket that says one thing and closes; None is a page that is no WebSocket."""

    async def serve(request: web.Request) -> web.StreamResponse:
        if said is None:
            return web.Response(text="no")
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json(said)
        await socket.close()
        return socket

    listener = create_server(("127.0.0.1", 0))
    app = web.Application()
    app.router.add_get("/", serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    try:
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def other_connection(slack: LocalSlack) -> AsyncIterator[None]:
    """Be connected as another process with the same token would be."""
    opened = await AsyncWebClient(slack.bot_token, base_url=slack.api_url).apps_connections_open(
        app_token=slack.app_token
    )
    async with ClientSession() as session, session.ws_connect(str(opened["url"])) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        yield
