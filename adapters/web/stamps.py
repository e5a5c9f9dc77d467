"""Stamps: a message's time as its identity within a channel, in Slack's form `1515148233.000032`. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from bot.clock import Clock

_FORM = re.compile(r"[0-9]{9,10}\.[0-9]{6}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def is_stamp(text: str) -> bool:
    """Whether a text has the form of a stamp (and so lies between 1973 and 2286)."""
    return _FORM.fullmatch(text) is not None


def microseconds(stamp: str) -> int:
    """Return a stamp as microseconds since 1970, by which messages are put in order."""
    seconds, fraction = stamp.split(".")
    return int(seconds) * 1_000_000 + int(fraction)


def stamp_of(count: int) -> str:
    """Return the stamp of so many microseconds since 1970."""
    return f"{count // 1_000_000:010d}.{count % 1_000_000:06d}"


def stamp_at(moment: datetime) -> str:
    """Return the stamp of a moment."""
    return stamp_of((moment - _EPOCH) // _MICROSECOND)


def moment_of(stamp: str) -> datetime:
    """Return the moment a stamp stands for, in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds(stamp))


class Stamper:
    """Gives each message a stamp later than any before, though the clock stands still or is set back."""

    def __init__(self, clock: Clock, last: int = 0) -> None:
        self._clock = clock
        self._last = last

    def next(self) -> str:
        """Return a stamp never given before: the present moment, or a microsecond after the last one."""
        now = (self._clock.now() - _EPOCH) // _MICROSECOND
        self._last = max(now, self._last + 1)
        return stamp_of(self._last)

    def pass_by(self, count: int) -> None:
        """Give no stamp up to this one, in microseconds since 1970, any more."""
        self._last = max(self._last, count)
