"""Does Socket Mode work? The app token is tried, and a connection opened until Slack says hello."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import ClientError, ClientSession

from adapters.chat.seen import Seen, ill, well
from adapters.slack.access import Access
from adapters.slack.calls import Calls
from bot.errors import PlatformError

HELLO_SECONDS = 10

_GENERATE = "open Basic Information, App-Level Tokens, and generate one with connections:write for SLACK_APP_TOKEN"
_SWITCH_ON = "open Socket Mode in the app's settings and switch it on"
_REFUSALS = {
    "not_allowed_token_type": f"that is no app-level token: {_GENERATE}",
    "missing_scope": f"the app-level token lacks connections:write: {_GENERATE}",
    "no_permission": f"the app-level token lacks connections:write: {_GENERATE}",
    "rate_limited": "Slack takes no calls now: try again in a minute",
}


async def try_connection(access: Access, app: str | None, *, opens_socket: bool) -> tuple[Seen, ...]:
    """Try the app token, and a connection if `opens_socket`; `app` is the id of the bot token's app, if it is known."""
    calls = Calls(access.app_token, access.api_url)
    try:
        opened = await calls.call("apps.connections.open", app_token=access.app_token)
        if not opens_socket:
            return (well("Slack takes the app-level token; its connection is Understudy's own while that runs"),)
        return _greeted(await _hello(str(opened.get("url", "")), calls.client.proxy), app)
    except PlatformError as error:
        if error.code == "unreachable":
            return (ill(f"Slack cannot be reached for Socket Mode: check the network{access.or_its_address}"),)
        return (ill(_REFUSALS.get(error.code, f"Slack refuses the app-level token ({error.code}): {_GENERATE}")),)
    except (ClientError, OSError, TimeoutError, TypeError, ValueError):
        return (ill("no WebSocket can be opened to Slack: let this machine, or its proxy, make outgoing ones"),)
    finally:
        await calls.close()


async def _hello(address: str, proxy: str | None) -> dict[str, Any]:
    """Open a connection and return the first thing that Slack says over it; then close it at once."""
    async with (
        asyncio.timeout(HELLO_SECONDS),
        ClientSession() as session,
        session.ws_connect(address, proxy=proxy) as socket,
    ):
        said = await socket.receive_json()
    return said if isinstance(said, dict) else {}


def _greeted(said: dict[str, Any], app: str | None) -> tuple[Seen, ...]:
    if said.get("type") != "hello":
        reason = "Socket Mode is off" if said.get("reason") == "link_disabled" else "Slack does not say hello"
        return (ill(f"{reason}: {_SWITCH_ON}"),)
    theirs = said.get("connection_info", {}).get("app_id")
    if app and theirs and theirs != app:
        return (ill("the two tokens belong to two apps: copy both from the settings of one"),)
    others = int(said.get("num_connections", 1)) - 1
    if others > 0:
        told = "another process is connected with this app's token and gets a part of what is said: stop it"
        return (ill(told),)
    return (well("Socket Mode works: Slack says hello"),)
