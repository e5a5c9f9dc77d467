"""How the value of a setting is read from what is written; what cannot be read is a bare `ValueError`, no word told."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import time

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")
_HEX_KEY = re.compile(r"[0-9a-fA-F]{64}")
_ADDRESS = re.compile(r"(https?)://(\[[0-9A-Fa-f:.]+\]|[^\s/@?#:\[\]]+)(?::(\d{1,5}))?(?:/[^\s@?#]*)?")
_LOOPBACK = re.compile(r"localhost|127(?:\.\d{1,3}){3}|\[::1\]")


def key_bytes(written: str) -> bytes:
    """Decode a key; what is neither hexadecimal nor base64 has no bytes."""
    written = written.strip()
    if _HEX_KEY.fullmatch(written):
        return bytes.fromhex(written)
    try:
        return base64.b64decode(written.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return b""


def hours_of_a_day(written: str) -> tuple[time, time]:
    """Read two times with a hyphen between them; their order is not looked at."""
    match = _HOURS.fullmatch(written.strip())
    if match is None:
        raise ValueError
    return time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))


def day_numbers(written: str) -> frozenset[int]:
    """Read days and ranges of days, Monday as 0; a range may run over Sunday."""
    days: set[int] = set()
    for part in written.lower().split(","):
        first, hyphen, last = part.partition("-")
        start, stop = _DAYS.index(first.strip()), _DAYS.index((last if hyphen else first).strip())
        days |= {(start + step) % 7 for step in range((stop - start) % 7 + 1)}
    return frozenset(days)


def plain_address(written: str) -> str:
    """Read an address of the web without a name, a password, a query or a fragment in it."""
    match = _ADDRESS.fullmatch(written.strip())
    if match is None or int(match[3] or 0) > 65535:
        raise ValueError
    return match.group()


def guarded_address(written: str) -> str:
    """Read a plain address that a secret may be sent to: over TLS, or to this machine alone."""
    address = plain_address(written)
    match = _ADDRESS.fullmatch(address)
    if match is None or (match[1] == "http" and not _LOOPBACK.fullmatch(match[2].lower())):
        raise ValueError
    return address


def guarded_socket(written: str) -> str:
    """Read the address of a WebSocket that a secret may be sent through: over TLS, or to this machine alone."""
    address = written.strip()
    if not address.startswith(("ws://", "wss://")):
        raise ValueError
    guarded_address(f"http{address.removeprefix('ws')}")
    return address


def sendable(written: str) -> str:
    """Read a secret that fits into a header of a request: visible ASCII without spaces."""
    written = written.strip()
    if not written.isascii() or not written.isprintable() or " " in written:
        raise ValueError
    return written
