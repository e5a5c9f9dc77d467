"""The state of the local Slack: one workspace with its people, conversations, messages, views and files."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.slack.shapes import Json, filled

KEPT_AS_TYPED = re.compile(r"(<@[UW]\w+>|<#C\w+>|https?://\S+)")


class Refused(Exception):
    """Slack says no, by one of its error codes."""

    def __init__(self, code: str, **more: object) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


@dataclass
class Person:
    """An account."""

    id: str
    name: str
    handle: str
    display: str = ""
    locale: str = "en-US"
    time_zone: str = "Europe/Berlin"
    team: str = ""
    is_active: bool = True
    is_guest: bool = False
    is_bot: bool = False
    is_stranger: bool = False
    status_text: str = ""
    status_emoji: str = ""
    is_snoozing: bool = False


@dataclass
class Conversation:
    """A channel or a direct message; `messages` by their `ts`, which sorts by time."""

    id: str
    name: str
    is_private: bool = False
    is_shared: bool = False
    is_archived: bool = False
    partner: str = ""
    members: set[str] = field(default_factory=set)
    messages: dict[str, Json] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What a message's `channel_type` says, and the first word of its scopes."""
        return "im" if self.partner else "group" if self.is_private else "channel"

    @property
    def scope_word(self) -> str:
        return "im" if self.partner else "groups" if self.is_private else "channels"

    def replies(self, root: str) -> list[Json]:
        """Return a thread's messages below its root, oldest first."""
        return [m for ts, m in sorted(self.messages.items()) if m.get("thread_ts") == root and ts != root]


@dataclass(frozen=True)
class Ephemeral:
    """A message that one person alone sees until they reload."""

    person: str
    channel: str
    ts: str
    message: Json


@dataclass
class Upload:
    """A file, from the address that was asked for until it is shared."""

    id: str
    name: str
    content: bytes = b""
    owner: str = ""
    shared_in: list[str] = field(default_factory=list)


class Team:
    """Everything there is. `now` is asked for each time stamp, which is unique all the same."""

    def __init__(self, now: Callable[[], datetime] | None = None, enterprise: str = "") -> None:
        self.id, self.domain, self.enterprise = "T0GARDEN", "garden", enterprise or None
        self.app, self.bot, self.bot_user = "A0UNDER", "B0UNDER", "U0UNDER"
        self.people: dict[str, Person] = {}
        self.conversations: dict[str, Conversation] = {}
        self.ephemerals: list[Ephemeral] = []
        self.modals: dict[str, list[Json]] = defaultdict(list)
        self.homes: dict[str, Json] = {}
        self.files: dict[str, Upload] = {}
        self._now = now or (lambda: datetime.now(UTC))
        self.next_stamp = ""  # the next `ts`, where another Slack gave it
        self._last = 0
        self._numbers = itertools.count(1)
        self.person(self.bot_user, "Understudy", "understudy", is_bot=True)

    def stamp(self) -> str:
        """Return the next `ts`: seconds and microseconds."""
        if self.next_stamp:
            given, self.next_stamp = self.next_stamp, ""
            return given
        self._last = max(self._last + 1, int(self._now().timestamp() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def number(self, prefix: str) -> str:
        """Return an id that nothing else has."""
        return f"{prefix}{next(self._numbers):04d}"

    def person(self, id: str, name: str, handle: str, **more: str | bool) -> Person:  # noqa: A002 - Slack's own word
        """Let somebody have an account."""
        facts: Json = {"team": self.id, "display": handle, **more}
        self.people[id] = Person(id, name, handle, **facts)
        return self.people[id]

    def channel(self, id: str, name: str, *members: str, **more: bool) -> Conversation:  # noqa: A002 - Slack's own word
        """Let a channel be, with these members."""
        facts: Json = {"members": set(members), **more}
        self.conversations[id] = Conversation(id, name, **facts)
        return self.conversations[id]

    def direct(self, person: str, id_: str = "") -> Conversation:
        """Return the direct messages between the app and a person, under an id that another Slack gave, if it did."""
        found = next((c for c in self.conversations.values() if c.partner == person), None)
        if found is None:
            new = self.number("D")
            found = Conversation(new, new, is_private=True, partner=person, members={person, self.bot_user})
        self.conversations.pop(found.id, None)
        found.id = id_ or found.id
        self.conversations[found.id] = found
        return found

    def seen_by(self, person: str) -> Iterator[Conversation]:
        """Yield what a person is a member of."""
        return (c for c in self.conversations.values() if person in c.members)

    def typed(self, text: str) -> str:
        """Return what Slack makes of typed words: mentions and addresses in brackets, all else escaped."""
        return "".join(self._part(part) for part in KEPT_AS_TYPED.split(text))

    def _part(self, part: str) -> str:
        if part.startswith("<#"):
            channel = self.conversations.get(part[2:-1])
            return f"{part[:-1]}|{channel.name if channel else ''}>"
        if part.startswith("<@"):
            return part
        escaped = part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return f"<{escaped}>" if KEPT_AS_TYPED.fullmatch(part) else escaped

    def user_object(self, person: Person, *, with_locale: bool = False) -> Json:
        """Return a person as `users.info` and `user_change` show them."""
        facts = {key: value for key, value in vars(person).items() if key != "locale"}
        if with_locale:
            facts["locale"] = person.locale
        return filled("user", deleted=not person.is_active, **facts)

    def channel_object(self, channel: Conversation, reader: str) -> Json:
        """Return a conversation as `conversations.info` shows it."""
        return filled(
            "channel",
            id=channel.id,
            name=channel.name,
            is_channel=not channel.is_private,
            is_group=channel.is_private and not channel.partner,
            is_im=bool(channel.partner),
            is_private=channel.is_private,
            is_archived=channel.is_archived,
            is_shared=channel.is_shared,
            is_member=reader in channel.members,
            user=channel.partner or None,
            team=self.id,
            members=len(channel.members),
        )
