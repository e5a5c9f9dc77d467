"""Moments as integers: microseconds since 1970, UTC, exact both ways."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import overload

_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@overload
def to_number(at: datetime) -> int: ...
@overload
def to_number(at: None) -> None: ...
def to_number(at: datetime | None) -> int | None:
    """Return an aware moment as microseconds."""
    return None if at is None else (at - _START) // _MICROSECOND


@overload
def to_moment(number: int) -> datetime: ...
@overload
def to_moment(number: None) -> None: ...
def to_moment(number: int | None) -> datetime | None:
    """Return microseconds as a moment in UTC."""
    return None if number is None else _START + timedelta(microseconds=number)
