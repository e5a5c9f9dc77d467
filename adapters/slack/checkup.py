"""What `understudy doctor` looks at in Slack: tokens, scopes, the connection, channels. Nobody is looked up or named.

Each sentence says what to click where it is not well; a token, and the address a socket opens at, stand in none.
"""

from __future__ import annotations

from typing import Any

from adapters.chat.seen import Seen, ill, listed, well
from adapters.slack.access import Access
from adapters.slack.calls import Calls
from adapters.slack.connection_trial import try_connection
from adapters.slack.features import CORE, NAMES, OPTIONAL, PRIVATE, Feature, scopes_of
from bot.errors import PlatformError

MOST_PAGES = 10  # of channels, 200 each

_NOT_TAKEN = "open OAuth & Permissions in the app's settings and copy the Bot User OAuth Token into SLACK_BOT_TOKEN"
_NOT_INSTALLED = "open Install App in the app's settings, install it, and copy the token into SLACK_BOT_TOKEN"
_OF_BOT_TOKEN = {
    "invalid_auth": f"Slack does not know the bot token: {_NOT_TAKEN}",
    "not_authed": f"Slack does not know the bot token: {_NOT_TAKEN}",
    "not_allowed_token_type": f"that is no bot token: {_NOT_TAKEN}",
    "account_inactive": f"the app is not installed any more: {_NOT_INSTALLED}",
    "token_revoked": f"the app is not installed any more: {_NOT_INSTALLED}",
    "token_expired": "the bot token has run out: switch token rotation off, install anew, and copy the new one",
    "rate_limited": "Slack takes no calls now: try again in a minute",
}


async def look_over(access: Access, *, opens_socket: bool) -> tuple[Seen, ...]:
    """Look at everything that two tokens let one see. Without `opens_socket` no second connection is opened.

    A second one would take some of the first one's events while it is open.
    """
    calls = Calls(access.bot_token, access.api_url)
    try:
        try:
            here, headers = await calls.call_with_headers("auth.test")
        except PlatformError as error:
            return (_refused(error, access), *await _reached(access, None, opens_socket=opens_socket))
        scopes = frozenset(part.strip() for part in headers.get("x-oauth-scopes", "").split(",") if part.strip())
        app = await _app_of(calls, str(here.get("bot_id", "")))
        return (
            *_installed(here),
            *_scopes(scopes, shows_names=access.shows_names),
            *await _reached(access, app, opens_socket=opens_socket),
            _subscribed(access, scopes),
            *await _channels(calls, scopes),
        )
    finally:
        await calls.close()


def _refused(error: PlatformError, access: Access) -> Seen:
    if error.code == "unreachable":
        return ill(f"Slack cannot be reached: check this machine's network{access.or_its_address}")
    other = f"Slack refuses the bot token ({error.code}): {_NOT_TAKEN}"
    return ill(_OF_BOT_TOKEN.get(error.code, other))


def _installed(here: dict[str, Any]) -> tuple[Seen, ...]:
    if not here.get("bot_id"):
        return (ill(f"that is no bot token: {_NOT_TAKEN}"),)
    if here.get("is_enterprise_install"):
        return (ill("the app is installed for a whole organisation: install it into one workspace of it instead"),)
    return (well(f"Slack takes the bot token, for the workspace at {here.get('url', '')}"),)


def _scopes(scopes: frozenset[str], *, shows_names: bool) -> tuple[Seen, ...]:
    add = "add under OAuth & Permissions, Bot Token Scopes, and install anew:"
    seen = []
    if missing := CORE.scopes - scopes:
        seen.append(ill(f"Understudy lacks scopes: {add} {listed(missing)}"))
    seen += [
        ill(f"the feature {feature.name} lacks scopes: {add} {listed(feature.scopes - scopes)}")
        for feature in OPTIONAL
        if feature.is_half_granted(scopes)
    ]
    if shows_names and not NAMES.is_granted(scopes):
        seen.append(ill(f"SLACK_NAMES is on without its scope: {add} {listed(NAMES.scopes)}"))
    granted = _granted(scopes)
    if not seen:
        names = listed(feature.name for feature in granted)
        seen.append(well(f"every scope is there; of what may be added: {names or 'nothing'}"))
    if idle := scopes - scopes_of(OPTIONAL):
        seen.append(well(f"nothing here needs these scopes, take them away and install anew: {listed(idle)}"))
    if NAMES in granted and not shows_names:
        seen.append(well("whether replies may stand under the double's name: understudy doctor --try-names CHANNEL"))
    return tuple(seen)


def _granted(scopes: frozenset[str]) -> tuple[Feature, ...]:
    return tuple(feature for feature in OPTIONAL if feature.is_granted(scopes))


async def _reached(access: Access, app: str | None, *, opens_socket: bool) -> tuple[Seen, ...]:
    if access.app_token:
        return await try_connection(access, app, opens_socket=opens_socket)
    told = "over HTTP whoever holds SLACK_SIGNING_SECRET can forge clicks, approvals too: guard it, or use Socket Mode"
    return (well(told),)


def _subscribed(access: Access, scopes: frozenset[str]) -> Seen:
    """Slack has no method that tells an app its own subscriptions: only a person can compare them."""
    added = ",".join(feature.name for feature in _granted(scopes))
    command = "understudy slack manifest" + (f" --with {added}" if added else "")
    command += "" if access.app_token else " --http ADDRESS"
    told = "Slack does not tell which events it sends: if some stay out, paste into App Manifest what this prints:"
    return well(f"{told} {command}")


async def _app_of(calls: Calls, bot: str) -> str | None:
    """Return the id of the bot token's app; None where Slack does not tell."""
    try:
        told = await calls.call("bots.info", bot=bot)
    except PlatformError:
        return None
    return str(told.get("bot", {}).get("app_id", "")) or None


async def _channels(calls: Calls, scopes: frozenset[str]) -> tuple[Seen, ...]:
    try:
        channels = await channels_of(calls, with_private=PRIVATE.is_granted(scopes))
    except PlatformError as error:
        return (ill(f"Slack does not tell which channels Understudy is in ({error.code}): mend the above first"),)
    shared = [channel for channel in channels if channel.get("is_ext_shared") or channel.get("is_pending_ext_shared")]
    public = [f"#{channel['name']}" for channel in channels if not channel.get("is_private")]
    private = len(channels) - len(public)
    seen = []
    if channels:
        beside = f"{private} private {'channel' if private == 1 else 'channels'}" if private else ""
        seen.append(well(f"Understudy is in {' and '.join(part for part in (listed(public), beside) if part)}"))
    else:
        how = "who joins chooses public ones in the form, /invite @Understudy brings it into a private one"
        seen.append(well(f"Understudy is in no channel yet: {how}"))
    if shared:
        many = f"{len(shared)} of them {'is' if len(shared) == 1 else 'are'} shared with another organisation"
        seen.append(well(f"{many}: nothing is kept or answered there"))
    return tuple(seen)


async def channels_of(calls: Calls, *, with_private: bool) -> list[dict[str, Any]]:
    """Return the channels that Understudy is in, as Slack describes them, up to 2,000. Raises `PlatformError`."""
    kinds = "public_channel,private_channel" if with_private else "public_channel"
    pages = calls.pages("users.conversations", MOST_PAGES, types=kinds, exclude_archived=True)
    return [channel async for page in pages for channel in page.get("channels", [])]
