"""What a worker's consent allows, thought out a second time: in plain sets, without the product's own rules.

A step of a play changes this model and the house alike; after each the log, the drafts and what the profile has read
are compared with what the model allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ASLEEP = FROZEN = timedelta(days=30)
RENEWED_BEFORE = timedelta(days=14)


@dataclass
class Model:
    """One worker: what they agreed to, what they have said, and what of it is to be in the log."""

    is_kept: bool = False  # whether there is a file
    is_paused: bool = False
    learn: bool = False
    draft: bool = False
    channels: set[str] = field(default_factory=set)
    end: datetime | None = None
    given: datetime | None = None
    covers: dict[str, datetime] = field(default_factory=dict)  # from when on words are covered, channel by channel
    has_ended: bool = False  # the day was seen to have come
    frozen: dict[str, datetime] = field(default_factory=dict)
    log: dict[str, tuple[str, datetime]] = field(default_factory=dict)  # words: where and when they were said
    gone: set[tuple[str, datetime]] = field(default_factory=set)  # what was forgotten, and never comes back

    def holds(self, now: datetime) -> bool:
        """Whether anything is allowed at all."""
        return self.is_open(now) and self.given is not None and self.given <= now

    def is_open(self, now: datetime) -> bool:
        return bool(
            self.is_kept and self.channels and not self.is_paused and not self.has_ended and self.end and now < self.end
        )

    def may_log(self, channel: str, said_at: datetime, now: datetime) -> bool:
        is_covered = channel in self.covers and self.end is not None and self.covers[channel] <= said_at < self.end
        return self.learn and channel in self.channels and self.holds(now) and is_covered

    def may_draft(self, channel: str, now: datetime) -> bool:
        return self.draft and channel in self.channels and self.holds(now)

    def may_read(self, now: datetime) -> bool:
        return self.learn and self.holds(now)

    def agree(self, channels: set[str], *, learn: bool, draft: bool, end: datetime, now: datetime) -> None:
        was_learning = self.channels if self.learn and self.is_open(now) else set()
        learning = channels if learn else set()
        self.covers = {c: min(self.covers[c], now) if c in was_learning else now for c in learning}
        self._forget(where for where in self.log.values() if where[0] not in learning)
        self.is_kept, self.is_paused, self.has_ended = True, False, False
        self.learn, self.draft, self.channels, self.end, self.given = learn, draft, set(channels), end, now
        self.frozen = {}

    def pause(self, now: datetime) -> None:
        if self.is_open(now):
            self.is_paused = True

    def resume(self, now: datetime) -> None:
        if self.is_paused and self.end and now < self.end and self.channels:
            self.is_paused, self.given = False, now
            self.covers = dict.fromkeys(self.covers, now)

    def renew(self, end: datetime, now: datetime) -> None:
        if not (self.is_kept and self.channels and self.end):
            return
        is_open = self.is_open(now)
        is_asleep = not is_open and not (self.is_paused and now < self.end)
        if is_asleep or (is_open and self.end - now <= RENEWED_BEFORE):
            if not is_open:
                self.covers = dict.fromkeys(self.covers, now)
            self.is_paused, self.has_ended, self.end, self.given = False, False, end, now

    def freeze(self, channel: str, now: datetime) -> None:
        if channel in self.channels and self.end and now < self.end and not self.has_ended:
            self.channels.discard(channel)
            self.covers.pop(channel, None)
            self.frozen[channel] = now

    def say(self, words: str, channel: str, said_at: datetime, now: datetime) -> None:
        if self.may_log(channel, said_at, now):
            self.log[words] = (channel, said_at)

    def edit(self, old: str, words: str, channel: str, said_at: datetime, now: datetime) -> None:
        """An edit that may be logged takes the place of the words; one that may not takes them out."""
        was_logged = self.log.pop(old, None)
        if self.may_log(channel, said_at, now):
            if (channel, said_at) not in self.gone:
                self.log[words] = (channel, said_at)
        elif was_logged:
            self.gone.add((channel, said_at))

    def leave(self) -> None:
        self.__init__()  # type: ignore[misc]

    def let_time_pass(self, now: datetime) -> None:
        """Do what an end, and the days after it, bring about."""
        if not self.is_kept or self.end is None:
            return
        if self.channels and not self.is_paused and now >= self.end:
            self.has_ended = True
        rests = self.has_ended or (self.is_paused and now >= self.end) or not self.channels
        days = [at + FROZEN for at in self.frozen.values()]
        if rests and max([*days, *([self.end + ASLEEP] if self.channels else [])]) <= now:
            self.leave()
            return
        for channel in [c for c, at in self.frozen.items() if at + FROZEN <= now]:
            self._forget(where for where in self.log.values() if where[0] == channel)

    def _forget(self, places: Iterable[tuple[str, datetime]]) -> None:
        self.gone |= set(places)
        self.log = {words: where for words, where in self.log.items() if where not in self.gone}
