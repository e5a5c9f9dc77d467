"""Which events a session hears of by the intents it asked for, and what of a message it is shown."""

from __future__ import annotations

from enum import IntFlag

from tests.discord.permissions import Can
from tests.discord.team import Json, Team


class Intent(IntFlag):
    """What an app may ask to hear of."""

    GUILDS = 1 << 0
    MEMBERS = 1 << 1
    MODERATION = 1 << 2
    EXPRESSIONS = 1 << 3
    INTEGRATIONS = 1 << 4
    WEBHOOKS = 1 << 5
    INVITES = 1 << 6
    VOICE = 1 << 7
    PRESENCES = 1 << 8
    MESSAGES = 1 << 9
    REACTIONS = 1 << 10
    TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_REACTIONS = 1 << 13
    DIRECT_TYPING = 1 << 14
    CONTENT = 1 << 15
    EVENTS = 1 << 16
    MODERATION_RULES = 1 << 20
    MODERATION_ACTIONS = 1 << 21
    POLLS = 1 << 24
    DIRECT_POLLS = 1 << 25


PRIVILEGED = Intent.MEMBERS | Intent.PRESENCES | Intent.CONTENT
HIDDEN_WITHOUT_CONTENT = {"content": "", "embeds": [], "attachments": [], "components": []}


def is_heard(team: Team, intents: Intent, kind: str, data: Json) -> bool:
    """Whether an event is told: asked for by an intent and, of messages and threads, in a place that the bot sees."""
    if _intent_of(team, kind, data) not in intents:
        return False
    if "guild_id" not in data or not kind.startswith(("MESSAGE_", "THREAD_")) or kind == "THREAD_LIST_SYNC":
        return True
    place = team.channels.get(int(data["id"] if kind.startswith("THREAD_") else data["channel_id"]))
    if place is None and kind == "THREAD_DELETE":
        place = team.channels.get(int(data["parent_id"]))
    return place is not None and Can.VIEW in team.may(team.bot, place)


def _intent_of(team: Team, kind: str, data: Json) -> Intent:
    if kind.startswith("MESSAGE_"):
        return Intent.MESSAGES if "guild_id" in data else Intent.DIRECT_MESSAGES
    if kind.startswith("GUILD_MEMBER_"):
        is_own = kind == "GUILD_MEMBER_UPDATE" and data["user"]["id"] == str(team.bot)
        return Intent(0) if is_own else Intent.MEMBERS
    if kind.startswith("GUILD_BAN_"):
        return Intent.MODERATION
    if kind == "WEBHOOKS_UPDATE":
        return Intent.WEBHOOKS
    if kind.startswith(("GUILD_", "CHANNEL_", "THREAD_")):
        return Intent.GUILDS
    return Intent(0)


def shown_to(team: Team, intents: Intent, kind: str, data: Json) -> Json:
    """Return an event as a session sees it, without the words of messages if it did not ask for them."""
    if kind not in {"MESSAGE_CREATE", "MESSAGE_UPDATE"}:
        return data
    return readable(team, data, with_content=Intent.CONTENT in intents or "guild_id" not in data)


def readable(team: Team, message: Json, *, with_content: bool) -> Json:
    """Return a message without its words, unless they may be read, are the app's own or mention the bot."""
    mentions = {str(user["id"]) for user in message["mentions"]}
    is_own = message["author"]["id"] == str(team.bot) or message.get("application_id") == str(team.app)
    if with_content or is_own or str(team.bot) in mentions:
        return message
    return {**message, **HIDDEN_WITHOUT_CONTENT}
