"""Which loggers of Slack's libraries are kept discreet (`adapters.chat.discretion`)."""

from __future__ import annotations

from adapters.chat import discretion

LIBRARY_LOG = discretion.discreet("slack_bolt")
"""The logger that is handed to whatever takes one: Bolt passes its level and its filter on to all of its own."""


def hush() -> None:
    """Keep quiet those loggers of the libraries that nobody can hand one to."""
    discretion.hush({"slack_sdk", "slack_bolt"}, {"aiohttp.access", "aiohttp.server", "aiohttp.web"})
