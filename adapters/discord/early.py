"""What Discord brings between signing in and listening: kept in its order, and handed over when somebody listens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import discord

from adapters.discord.client import Ears


class Early:
    """Takes everything in, and gives it to nobody yet. What is due at a start is done meanwhile: some seconds."""

    def __init__(self) -> None:
        self._kept: list[Callable[[Ears], None]] = []

    def frame(self, kind: str, data: Mapping[str, Any]) -> None:
        """Keep an event as it came."""
        self._kept.append(lambda ears: ears.frame(kind, data))

    def came(self, guild: discord.Guild, *, is_new: bool) -> None:
        """Keep that a guild can be heard."""
        self._kept.append(lambda ears: ears.came(guild, is_new=is_new))

    def gone(self, guild: int) -> None:
        """Keep that Understudy was taken out of a guild."""
        self._kept.append(lambda ears: ears.gone(guild))

    def ready(self) -> None:
        """Keep that a session was begun."""
        self._kept.append(lambda ears: ears.ready())

    def stepped(self, interaction: discord.Interaction[Any]) -> None:
        """Keep somebody's own step."""
        self._kept.append(lambda ears: ears.stepped(interaction))

    def hand_over(self, ears: Ears) -> None:
        """Give all of it to whoever listens from now on."""
        kept, self._kept = self._kept, []
        for bring in kept:
            bring(ears)
