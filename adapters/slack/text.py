"""What Slack's text says to Understudy. Pure."""

from __future__ import annotations

import re

from adapters.chat import mentions
from adapters.slack.notation import common


def address_in(text: str, understudy: str) -> str | None:
    """Return what Slack's text says to Understudy, in the common notation; None where it does not mention it."""
    return mentions.address_in(text, re.compile(rf"<@{re.escape(understudy)}(?:\|[^<>\n]*)?>"), common)
