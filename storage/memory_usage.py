"""What may be used and what the profile has read, in the memory store."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.messages import LoggedMessage, by_time
from bot.refs import ChannelRef, MessageRef
from storage.memory_state import Room


class MemoryUsageRepository(Room):
    """`bot.ports.UsageRepository` in memory."""

    def withhold(self, refs: Collection[MessageRef], by: str) -> int:
        """Mark messages as never to be used."""
        self._check_changing()
        new = {ref for ref in self._stored(refs) if by not in self._marks(ref)}
        for ref in new:
            self._mark(ref, self._marks(ref) | {by})
        return len(new)

    def release(self, refs: Collection[MessageRef], by: str) -> tuple[MessageRef, ...]:
        """Take one mark off."""
        self._check_changing()
        marked = {ref for ref in refs if by in self._marks(ref)}
        for ref in marked:
            self._mark(ref, self._marks(ref) - {by})
        return tuple(sorted(ref for ref in marked if not self._marks(ref)))

    def withheld(self, by: str | None = None) -> tuple[MessageRef, ...]:
        """Return the messages that are held back."""
        return tuple(sorted(ref for ref, marks in self._state.withheld.items() if by is None or by in marks))

    def lower(self, refs: Collection[MessageRef]) -> None:
        """Note once more that something spoke against these."""
        self._check_changing()
        for ref in self._stored(refs):
            old = self._state.messages[ref]
            self._state.messages[ref] = replace(old, lowered=old.lowered + 1)

    def unread(self, channels: Collection[ChannelRef], limit: int) -> tuple[LoggedMessage, ...]:
        """Return messages that the profile has not read."""
        return tuple(sorted(self._unread(channels), key=by_time)[: max(limit, 0)])

    def unread_count(self, channels: Collection[ChannelRef]) -> int:
        """Count the messages that the profile has not read."""
        return len(self._unread(channels))

    def mark_read(self, refs: Collection[MessageRef], *, read: bool = True) -> None:
        """Note that the profile has read these, or is to read them again."""
        self._check_changing()
        if read:
            self._state.read.update(self._stored(refs))
        else:
            self._state.read.difference_update(refs)

    def are_read(self, refs: Collection[MessageRef]) -> frozenset[MessageRef]:
        """Return those that the profile has read."""
        return frozenset(self._state.read.intersection(refs))

    def _unread(self, channels: Collection[ChannelRef]) -> list[LoggedMessage]:
        return [
            message
            for ref, message in self._state.messages.items()
            if ref.channel in channels and ref not in self._state.read and not message.is_withheld
        ]

    def _stored(self, refs: Collection[MessageRef]) -> set[MessageRef]:
        return {ref for ref in refs if ref in self._state.messages}

    def _marks(self, ref: MessageRef) -> frozenset[str]:
        return self._state.withheld.get(ref, frozenset())

    def _mark(self, ref: MessageRef, marks: frozenset[str]) -> None:
        if marks:
            self._state.withheld[ref] = marks
        else:
            del self._state.withheld[ref]
        self._state.messages[ref] = replace(self._state.messages[ref], is_withheld=bool(marks))
