"""Loading a Slack workspace export as a rehearsal: real talk under other names, whole or not at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.web.archive import Archive, ExportError, open_archive
from adapters.web.pseudonyms import Pseudonyms, RealNames
from adapters.web.records import UNDERSTUDY, ChannelRecord, MessageRecord, PersonRecord
from adapters.web.slack_text import plain_text
from adapters.web.stamps import is_stamp, microseconds
from adapters.web.text import clean, is_storable, is_visible
from adapters.web.workspace import Workspace
from bot.schedule import zone

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\.json")
_SPOKEN = frozenset({None, "thread_broadcast", "file_share", "me_message"})
_TEXT_LIMIT = 40_000


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What was loaded, in counts, and how many messages were passed over, by reason."""

    people: int
    channels: int
    messages: int
    skipped: dict[str, int]


def load_export(
    workspace: Workspace,
    path: Path,
    progress: Callable[[int], None] = lambda _: None,
    *,
    replace: bool = False,
    locale: str = "en",
    time_zone: str = "UTC",
) -> LoadReport:
    """Load a Slack export into an empty workspace, or in the place of all it holds if `replace` is set.

    Everyone gets a pseudonym; ids of people, channels and messages stay. `locale` and `time_zone` are those of people
    for whom the export names none. `progress` hears the number of messages so
    far. Whatever is wrong with the export is an `ExportError`, and then the workspace is as it was.
    """
    with open_archive(path) as archive, workspace.transaction():
        if replace:
            workspace.clear()
        elif not workspace.is_empty:
            raise ExportError("the workspace is not empty: reset it first")
        report = _Loading(workspace, archive, progress, locale, time_zone).load()
        workspace.note("is_rehearsal", "yes")
        return report


class _Loading:
    """One export on its way into one workspace."""

    def __init__(
        self, workspace: Workspace, archive: Archive, progress: Callable[[int], None], locale: str, time_zone: str
    ) -> None:
        self._workspace = workspace
        self._archive = archive
        self._progress = progress
        self._locale = locale
        self._skipped: Counter[str] = Counter()
        users = [user for user in archive.records(_needed(archive, "users.json")) if not _is_bot(user)]
        self._people = [
            (_real_names(user, number), _time_zone(user, time_zone)) for number, user in enumerate(users, 1)
        ]
        self._pseudonyms = Pseudonyms([names for names, _ in self._people])
        self._known = {names.id for names, _ in self._people}
        if len(self._known) < len(self._people):
            raise ExportError("users.json names the same person twice")

    def load(self) -> LoadReport:
        """Read people, channels and then message after message."""
        team, conversation = self._workspace.team, self._workspace.conversation
        team.add_people(self._person(names, time_zone) for names, time_zone in self._people)
        channels = self._channels()
        team.add_channels(channels)
        for channel in channels:
            authors: set[str] = set()
            conversation.add_all(self._messages(channel, authors))
            team.join(channel.id, sorted(authors))
        conversation.mend_threads()
        folders = {channel.name for channel in channels}
        days = [name.rpartition("/") for name in self._archive.names]
        self._skipped["file_of_no_channel"] += sum(
            bool(_DAY.fullmatch(day)) and folder not in folders for folder, _, day in days
        )
        self._workspace.stamper.pass_by(conversation.last_stamp())
        return LoadReport(len(self._people), len(channels), conversation.count(), dict(+self._skipped))

    def _person(self, names: RealNames, time_zone: str) -> PersonRecord:
        called = self._pseudonyms.of(names.id)
        return PersonRecord(names.id, called.name, called.handle, self._locale, time_zone)

    def _channels(self) -> list[ChannelRecord]:
        public = self._archive.records(_needed(self._archive, "channels.json"))
        private = self._archive.records("groups.json") if "groups.json" in self._archive.names else []
        found = [self._channel(record, "channels.json", n) for n, record in enumerate(public, 1)]
        found += [self._channel(record, "groups.json", n) for n, record in enumerate(private, 1)]
        if len({c.id for c in found}) < len(found) or len({c.name for c in found}) < len(found):
            raise ExportError("the export names the same channel twice")
        return found

    def _channel(self, record: dict[str, Any], file: str, number: int) -> ChannelRecord:
        where = f"channel {number} of {file}"
        purpose = record.get("purpose")
        words = purpose.get("value") if isinstance(purpose, dict) else ""
        members = record.get("members", [])
        if not isinstance(members, list):
            raise ExportError(f"{where} has members that are not a list")
        return ChannelRecord(
            id=_identity(record, where),
            name=_word(record, "name", where),
            is_private=file == "groups.json",
            purpose=self._written(words)[:250] if isinstance(words, str) and is_storable(words) else "",
            members=tuple(m for m in members if isinstance(m, str) and m in self._known),
        )

    def _messages(self, channel: ChannelRecord, authors: set[str]) -> Iterator[MessageRecord]:
        seen: set[int] = set()
        count = self._workspace.conversation.count()
        for name in self._archive.names:
            folder, _, day = name.rpartition("/")
            if folder != channel.name or not _DAY.fullmatch(day):
                continue
            for number, record in enumerate(self._archive.records(name), 1):
                message = self._message(record, channel.id, f"message {number} of {name!r}")
                if message is None:
                    continue
                if (at := microseconds(message.ts)) in seen:
                    self._skipped["repeated"] += 1
                    continue
                seen.add(at)
                authors.add(message.author)
                yield message
            self._progress(count + len(seen))

    def _message(self, record: dict[str, Any], channel: str, where: str) -> MessageRecord | None:
        """Return what a person said; None for what is passed over, which is counted."""
        if reason := self._reason_to_skip(record, where):
            self._skipped[reason] += 1
            return None
        ts, thread = record.get("ts"), record.get("thread_ts", record.get("ts"))
        if not (isinstance(ts, str) and is_stamp(ts) and isinstance(thread, str) and is_stamp(thread)):
            raise ExportError(f"{where} has a wrong timestamp")
        text = self._written(record["text"])
        if not is_visible(text):
            self._skipped["empty"] += 1
            return None
        return MessageRecord(channel, ts, record["user"], text, "" if thread == ts else thread)

    def _reason_to_skip(self, record: dict[str, Any], where: str) -> str:
        author, text = record.get("user", ""), record.get("text", "")
        if record.get("type", "message") != "message" or record.get("subtype") not in _SPOKEN:
            return "not_spoken"
        if not (isinstance(author, str) and isinstance(text, str) and is_storable(text)):
            raise ExportError(f"{where} has an author or a text that cannot be read")
        if record.get("bot_id"):
            return "bot"
        if author not in self._known:
            return "unknown_author"
        return "too_long" if len(text) > _TEXT_LIMIT else ""

    def _written(self, text: str) -> str:
        return clean(plain_text(text, self._pseudonyms.replace_in))


def _is_bot(user: dict[str, Any]) -> bool:
    return bool(user.get("is_bot")) or user.get("id") == "USLACKBOT"


def _needed(archive: Archive, name: str) -> str:
    if name not in archive.names:
        raise ExportError(f"this is not a Slack export: it holds no {name}")
    return name


def _real_names(user: dict[str, Any], number: int) -> RealNames:
    where = f"person {number} of users.json"
    profile = user.get("profile")
    told = [user.get("real_name")]
    if isinstance(profile, dict):
        told += [profile.get(field) for field in ("real_name", "display_name", "first_name", "last_name")]
    names = dict.fromkeys(name for name in told if isinstance(name, str) and name.strip())
    return RealNames(_identity(user, where), _word(user, "name", where), tuple(names))


def _time_zone(user: dict[str, Any], default: str) -> str:
    name = user.get("tz")
    return zone(name).key if isinstance(name, str) and name else default


def _identity(record: dict[str, Any], where: str) -> str:
    value = record.get("id")
    if not isinstance(value, str) or not _ID.fullmatch(value) or value == UNDERSTUDY:
        raise ExportError(f"{where} has no id that can be used")
    return value


def _word(record: dict[str, Any], name: str, where: str) -> str:
    value = record.get(name)
    if not isinstance(value, str) or not is_storable(value) or not is_visible(clean(value)) or len(value) > 100:
        raise ExportError(f"{where} has no {name} that can be used")
    return clean(value)
