"""Slack's notation of a message and the common one (`bot.events`), there and back. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from adapters.chat import mentions
from adapters.slack.notation import called, common

_PING = re.compile(r"<!([^<>\n]*)>")


def address_in(text: str, understudy: str) -> str | None:
    """Return what Slack's text says to Understudy, in the common notation; None where it does not mention it."""
    return mentions.address_in(text, re.compile(rf"<@{re.escape(understudy)}(?:\|[^<>\n]*)?>"), common)


def written_out(text: str, names: Mapping[str, str]) -> str:
    """Return a text in the common notation without live mentions: names, by ids, in their places; nobody is pinged."""
    return _PING.sub(lambda found: called(found[1]), mentions.written_out(text, names))
