"""Channels by number: a reference's three strings are stored once a file."""

from __future__ import annotations

import json
from collections.abc import Collection

from bot.refs import ChannelRef, MessageRef
from storage.connection import Connection


class Channels:
    """The numbers of channels, remembered for as long as one transaction lasts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._numbers: dict[ChannelRef, int] = {}
        self._refs: dict[int, ChannelRef] = {}

    def find(self, ref: ChannelRef) -> int | None:
        """Return a channel's number, or None if nothing of it was ever stored."""
        number = self._numbers.get(ref)
        if number is None:
            row = self._connection.row(
                "SELECT id FROM channels WHERE platform = ? AND workspace = ? AND channel = ?",
                (ref.platform, ref.workspace, ref.channel),
            )
            number = self._remember(ref, row[0]) if row else None
        return number

    def number(self, ref: ChannelRef) -> int:
        """Return a channel's number, given now if it had none."""
        number = self.find(ref)
        if number is None:
            row = self._connection.row(
                "INSERT INTO channels (platform, workspace, channel) VALUES (?, ?, ?) RETURNING id",
                (ref.platform, ref.workspace, ref.channel),
            )
            assert row is not None  # noqa: S101 - an insertion that did not raise returns its row
            number = self._remember(ref, row[0])
        return number

    def ref(self, number: int) -> ChannelRef:
        """Return the channel with a number."""
        if number not in self._refs:  # who asks for one soon asks for the next, and there are few
            for known, *parts in self._connection.rows("SELECT id, platform, workspace, channel FROM channels"):
                self._remember(ChannelRef(*parts), known)
        return self._refs[number]

    def known(self, refs: Collection[ChannelRef]) -> list[int]:
        """Return the numbers of channels, each once, without those of which nothing was ever stored."""
        numbers = (self.find(ref) for ref in dict.fromkeys(refs))
        return [number for number in numbers if number is not None]

    def places(self, refs: Collection[MessageRef]) -> str:
        """Return the references, each once, as a JSON list of [stamp, number of the channel], without unknown channels.

        It is what `storage.message_rows.ASKED` joins the messages to.
        """
        found = ((self.find(ref.channel), ref) for ref in dict.fromkeys(refs))
        return json.dumps([(ref.stamp, number) for number, ref in found if number is not None])

    def _remember(self, ref: ChannelRef, number: int) -> int:
        self._numbers[ref], self._refs[number] = number, ref
        return number
