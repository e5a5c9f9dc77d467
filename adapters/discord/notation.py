"""Discord's notation of a message, read: mentions of people and channels kept, links plain, signs by their names. Pure.

What is written in Markdown stays as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

_PERSON, _ROLE = re.compile(r"<@!([0-9]+)>"), re.compile(r"<@&([0-9]+)>")
_EMOJI = re.compile(r"<a?:(\w+):[0-9]+>")
_COMMAND = re.compile(r"</([^<>:\n]+):[0-9]+>")
_PLACE_IN_GUILD = re.compile(r"<id:(\w+)>")
_MOMENT = re.compile(r"<t:(-?[0-9]{1,12})(?::[tTdDfFRsS])?>")
_MASKED = re.compile(r"\[([^\[\]\n]+)\]\(<?(https?://[^\s<>()]+)>?(?: \"[^\"\n]*\")?\)")
_QUIET_LINK = re.compile(r"<(https?://[^\s<>]+)>")


def common(text: str, role_names: Mapping[int, str]) -> str:
    """Return a text in the common notation (`bot.events`); `role_names` are those of the guild's roles by their ids."""
    text = _PERSON.sub(r"<@\1>", text)
    text = _ROLE.sub(lambda found: f"@{role_names.get(int(found[1]), 'role')}", text)
    text = _EMOJI.sub(r":\1:", text)
    text = _COMMAND.sub(r"/\1", text)
    text = _PLACE_IN_GUILD.sub(r"#\1", text)
    text = _MOMENT.sub(lambda found: _written(int(found[1])) or found[0], text)
    text = _MASKED.sub(lambda found: found[2] if found[1] in found[2] else f"{found[1]} ({found[2]})", text)
    return _QUIET_LINK.sub(r"\1", text)


def mention_of(user: int, role: int | None) -> re.Pattern[str]:
    """Return what mentions a bot: itself, or the role that Discord made for it, which has the same name."""
    return re.compile(rf"<@!?{user}>" if role is None else rf"<@!?{user}>|<@&{role}>")


def _written(seconds: int) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return ""
