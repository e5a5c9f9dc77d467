"""What a worker has set for their own double."""

from __future__ import annotations

from dataclasses import dataclass

from bot.refs import PersonRef


@dataclass(frozen=True, slots=True)
class Preferences:
    """A worker's own choices: askers muted unseen, and whether an asker may be shown links to the worker's messages."""

    muted: frozenset[PersonRef] = frozenset()
    links_allowed: bool = True
