"""May replies stand under the double's name? Only where such a post can be changed and taken away: it is tried."""

from __future__ import annotations

from adapters.chat.seen import Seen, ill, well
from adapters.slack.access import Access
from adapters.slack.calls import Calls
from adapters.slack.checkup import channels_of
from adapters.slack.features import NAMES
from bot.errors import PlatformError
from bot.words import Words

_OFF = "leave SLACK_NAMES off, replies then stand under the app's own name with the same label"


async def try_names(access: Access, channel: str, words: Words) -> Seen:
    """Post a line under another name in a channel that Understudy is in, change it, delete it, and look for it again.

    `channel` is a name, with or without #, or an id. Whatever goes wrong, deleting is tried; a line that stays is told.
    """
    calls = Calls(access.bot_token, access.api_url)
    try:
        where = await _find(calls, channel.removeprefix("#"))
        if where is None:
            return ill("Understudy is in no channel of that name: type /invite @Understudy there, or name another")
        return await _tried(calls, where, words)
    except PlatformError as error:
        return ill(_why_not(error))
    finally:
        await calls.close()


async def _find(calls: Calls, wanted: str) -> str | None:
    _, headers = await calls.call_with_headers("auth.test")
    with_private = "groups:read" in headers.get("x-oauth-scopes", "")
    channels = await channels_of(calls, with_private=with_private)
    return next((str(one["id"]) for one in channels if wanted in {one.get("name"), one.get("id")}), None)


async def _tried(calls: Calls, where: str, words: Words) -> Seen:
    name = words.say("slack_setup.trial_name")
    posted = await calls.call(
        "chat.postMessage",
        channel=where,
        text=words.say("slack_setup.trial"),
        username=name,
        icon_emoji=":robot_face:",
        unfurl_links=False,
        unfurl_media=False,
    )
    stamp = str(posted.get("ts", ""))
    failed = [] if posted.get("message", {}).get("username") == name else ["shows it under the app's own name"]
    try:
        await calls.call("chat.update", channel=where, ts=stamp, text=words.say("slack_setup.trial_changed"))
    except PlatformError as error:
        failed.append(f"does not change it ({error.code})")
    try:
        await calls.call("chat.delete", channel=where, ts=stamp)
        stays = await _stands(calls, where, stamp)
        failed += ["says it is deleted, and shows it still"] * stays
    except PlatformError as error:
        stays = True
        failed.append(f"does not delete it ({error.code})")
    if not failed:
        return well("a post under another name can be changed and deleted: SLACK_NAMES may be switched on")
    left = "; the line that was tried is left there, delete it by hand" if stays else ""
    return ill(f"Slack takes a post under another name but {' and '.join(failed)}: {_OFF}{left}")


async def _stands(calls: Calls, where: str, stamp: str) -> bool:
    history = await calls.call(
        "conversations.history", channel=where, oldest=stamp, latest=stamp, inclusive=True, limit=1
    )
    return any(message.get("ts") == stamp for message in history.get("messages", []))


def _why_not(error: PlatformError) -> str:
    if error.code == "missing_scope":
        scope = "".join(NAMES.scopes)
        return f"the scope {scope} is not granted: add it under OAuth & Permissions and install anew, or {_OFF}"
    if error.code == "unreachable":
        return (
            "Slack gave no answer while a name was tried: look into the channel whether a line is left, and try again"
        )
    return f"Slack refuses to post there ({error.code}): name another channel, or {_OFF}"
