"""What Understudy asks of Slack, and for what: the scopes and events of its core, and of each feature one may add.

Nothing else is ever asked for. `tests/slack/test_scopes.py` tries that each of them is used and that none is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Feature:
    """Something an operator may grant or not: bot scopes, and the bot events that come with them."""

    name: str
    scopes: frozenset[str]
    events: frozenset[str] = frozenset()

    def is_granted(self, scopes: Collection[str]) -> bool:
        """Whether a bot token with these scopes may do all of it."""
        return self.scopes.issubset(scopes)

    def is_half_granted(self, scopes: Collection[str]) -> bool:
        """Whether a bot token with these scopes may do some of it, but not all."""
        return not self.scopes.isdisjoint(scopes) and not self.is_granted(scopes)


def _feature(name: str, scopes: str, events: str = "") -> Feature:
    return Feature(name, frozenset(scopes.split()), frozenset(events.split()))


CORE = _feature(
    "core",
    "app_mentions:read channels:history channels:join channels:read chat:write commands im:write users:read",
    "app_home_opened app_mention app_uninstalled channel_archive channel_deleted channel_id_changed channel_left "
    "channel_shared member_joined_channel member_left_channel message.channels tokens_revoked user_change",
)
PRIVATE = _feature("private", "groups:history groups:read", "group_archive group_deleted group_left message.groups")
AWAY = _feature("away", "dnd:read")  # a status is told with `users:read`
EXPORT = _feature("export", "files:read files:write")
NAMES = _feature("names", "chat:write.customize")

OPTIONAL = (PRIVATE, AWAY, EXPORT, NAMES)
"""What may be added, in the order in which it is told."""

APP_SCOPE = "connections:write"
"""The one scope of the app-level token that Socket Mode needs."""


def scopes_of(features: Iterable[Feature]) -> frozenset[str]:
    """Return every bot scope of the core and of some features."""
    return CORE.scopes.union(*(feature.scopes for feature in features))


def events_of(features: Iterable[Feature]) -> frozenset[str]:
    """Return every bot event of the core and of some features."""
    return CORE.events.union(*(feature.events for feature in features))
