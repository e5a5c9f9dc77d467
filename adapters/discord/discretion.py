"""What discord.py and its HTTP library may say in the log."""

from __future__ import annotations

from adapters.chat import discretion


def hush() -> None:
    """Keep every logger of discord.py quiet, however far the log is turned up."""
    discretion.hush({"discord"})
