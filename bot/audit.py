"""The audit chain: a permanent, keyed record of every change, each entry linked to the one before.

Entries hold ids, hashes, counts and times – never words. The chain is keyed with the worker's own key, and its head is
sealed beside it, so that an entry flipped, dropped, swapped, doubled or cut off the tail is found.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

START = "0" * 64
EntryFacts = dict[str, str | int | list[str]]
"""What an entry says beside what happened: ids, hashes and counts."""


class Happening(StrEnum):
    """What an entry records."""

    JOINED = "joined"
    CHANGED = "changed"
    PAUSED = "paused"
    RESUMED = "resumed"
    FORGOTTEN = "forgotten"
    ERASED = "erased"  # the file was rewritten: no word of what was forgotten is left in it
    LEARNED = "learned"
    MISSED = "missed"  # the line was down: what was said meanwhile is read afterwards
    UNREAD = "unread"  # and this of it is not
    ASKED = "asked"
    DRAFTED = "drafted"
    ABSTAINED = "abstained"
    APPROVED = "approved"
    EDITED = "edited"
    DENIED = "denied"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"
    POSTED = "posted"
    UNDONE = "undone"
    RETRACTED = "retracted"
    DOUBTED = "doubted"  # a reader said that the reply is not right
    FAILED = "failed"
    UNSURE = "unsure"
    MUTED = "muted"
    WITHHELD = "withheld"
    RELEASED = "released"
    CLEARED = "cleared"  # what is never to be learnt, or a newer table of redaction knows, was taken out
    REFRESHED = "refreshed"
    CLAIMS_DECIDED = "claims_decided"
    CORRECTED = "corrected"
    ROLLED_BACK = "rolled_back"
    LESSON = "lesson"
    REUSED = "reused"
    MADE_REUSABLE = "made_reusable"
    RENEWED = "renewed"
    ENDED = "ended"
    FROZEN = "frozen"
    OUTDATED = "outdated"
    EXPORTED = "exported"
    BRINGING = "bringing"  # a vault too large for one transaction is being taken up
    BROUGHT = "brought"
    ELSEWHERE = "brought_from_elsewhere"
    RECOVERY_CODE = "recovery_code"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that happened. `subject` is what it was about (a draft's id, or empty); `facts` are ids and counts."""

    happening: Happening
    at: datetime
    subject: str
    facts: EntryFacts


@dataclass(frozen=True, slots=True)
class ChainedEntry:
    """An entry at its place in the chain: `number` from 1, `previous` and `mac` as hex."""

    number: int
    entry: AuditEntry
    previous: str
    mac: str


@dataclass(frozen=True, slots=True)
class ChainHead:
    """Where the chain ends: how many entries, the last link, and a seal over both (hex)."""

    length: int
    mac: str
    seal: str


def chain_mac(key: bytes, *parts: object) -> str:
    """Return the link over some parts: HMAC-SHA-256, as hex, over a list of them as compact JSON with sorted keys."""
    data = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(key, data, hashlib.sha256).hexdigest()


def principal_of(key: bytes) -> str:
    """Return the id by which receipts call their worker: keyed with the chain's key, so that it names nobody."""
    return chain_mac(key, "pii principal")[:32]


def link(key: bytes, head: ChainHead | None, entry: AuditEntry) -> tuple[ChainedEntry, ChainHead]:
    """Append an entry: return it in its place, and the new head."""
    number, previous = (head.length + 1, head.mac) if head else (1, START)
    mac = chain_mac(key, number, previous, entry.happening.value, entry.at.isoformat(), entry.subject, entry.facts)
    return ChainedEntry(number, entry, previous, mac), ChainHead(number, mac, chain_mac(key, "head", number, mac))


def verify(key: bytes, chain: Iterable[ChainedEntry], head: ChainHead | None) -> str | None:
    """Check a whole chain, oldest first; return None if it is sound, otherwise what is wrong, in one word.

    `altered`: an entry does not match its link; `order`: a number is missing, doubled or out of place; `cut`: the
    entries do not reach the head; `head`: the head itself is not sealed with this key.
    """
    last: ChainHead | None = None
    for chained in chain:
        if chained.number != (last.length + 1 if last else 1):
            return "order"
        expected, last = link(key, last, chained.entry)
        if not hmac.compare_digest(expected.mac, chained.mac) or chained.previous != expected.previous:
            return "altered"
    if head is None:
        return None if last is None else "head"
    if not hmac.compare_digest(chain_mac(key, "head", head.length, head.mac), head.seal):
        return "head"
    return None if last == head else "cut"
