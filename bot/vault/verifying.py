"""Verifying an exported audit chain anywhere, without the program's data: what was flipped, dropped, swapped or cut."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.audit import START, Happening, chain_mac
from bot.vault.contents import Contents, VaultEntry, VaultHead

_HEAD = re.compile(r"\s*(\d{1,12})\s*[·:,/ ]\s*([0-9a-fA-F]{16,64})\s*")


@dataclass(frozen=True, slots=True)
class KnownHead:
    """Where a chain ended at some time, as its worker was told: how many entries, and how the last link begins."""

    length: int
    mac: str


def read_head(text: str) -> KnownHead | None:
    """Read a head as the weekly note writes it (`12 · 0f3a…`); None for what is none."""
    found = _HEAD.fullmatch(text.rstrip("…").rstrip())
    return KnownHead(int(found.group(1)), found.group(2).lower()) if found else None


def fault_in(entries: Sequence[VaultEntry], head: VaultHead | None, known: KnownHead | None = None) -> str | None:
    """Return what is wrong with a chain, in one word as `bot.audit.verify` has it; None if it is sound.

    Whoever holds the key could make another chain that fits it. Against that there is the head that its worker was
    told (`known`): the chain must have passed through it (`foreign` otherwise, `cut` if it is shorter).
    """
    if head is None:
        fault = "head" if entries else None
    else:
        key = _key(head)
        fault = _fault_in_links(key, entries) if key else "head"
        fault = fault or _fault_in_end(key, entries, head)
    if fault is None and known is not None:
        fault = _fault_against(entries, known)
    return fault


def faults_in(contents: Contents, known: KnownHead | None = None) -> tuple[str, ...]:
    """Return what is wrong with the chains of a vault: its own, and those that were brought along.

    Each must have passed through the heads of its own weekly notes; one of them through the head that is known.
    """
    if len(contents.audit_head) > 1:
        return ("head",)
    head = contents.audit_head[0] if contents.audit_head else None
    chains = [(contents.audit, head, contents.weekly_notes)]
    chains += [(earlier.audit, earlier.audit_head, earlier.weekly_notes) for earlier in contents.earlier]
    found = [fault_in(entries, end) for entries, end, _ in chains]
    found += [_fault_against(entries, KnownHead(n.length, n.mac)) for entries, _, notes in chains for n in notes]
    if known is not None and not any(_passes(entries, known) for entries, _, _ in chains):
        found.append(_fault_against(contents.audit, known))
    found.append(_fault_of_joints(contents))
    return tuple(fault for fault in found if fault is not None)


def _fault_in_links(key: bytes, entries: Iterable[VaultEntry]) -> str | None:
    previous = START
    for number, entry in enumerate(entries, 1):
        if entry.number != number:
            return "order"
        mac = chain_mac(key, number, previous, entry.happening, entry.at, entry.subject, entry.facts)
        if entry.previous != previous or not hmac.compare_digest(mac.encode(), entry.mac.encode()):
            return "altered"
        previous = mac
    return None


def _fault_in_end(key: bytes, entries: Sequence[VaultEntry], head: VaultHead) -> str | None:
    seal = chain_mac(key, "head", head.length, head.mac)
    if not hmac.compare_digest(seal.encode(), head.seal.encode()):
        return "head"
    end = (entries[-1].number, entries[-1].mac) if entries else (0, START)
    return None if end == (head.length, head.mac) else "cut"


def _fault_against(entries: Sequence[VaultEntry], known: KnownHead) -> str | None:
    if len(entries) < known.length:
        return "cut"
    return None if _passes(entries, known) else "foreign"


def _passes(entries: Sequence[VaultEntry], known: KnownHead) -> bool:
    return 0 < known.length <= len(entries) and entries[known.length - 1].mac.startswith(known.mac)


def _fault_of_joints(contents: Contents) -> str | None:
    """A chain that took another one up names its head: neither can be changed for another afterwards."""
    before: list[object] = []
    for entries, end in (*((e.audit, e.audit_head) for e in contents.earlier), (contents.audit, None)):
        if [e.facts.get("mac") for e in entries if e.happening == Happening.BROUGHT] != before:
            return "joint"
        before = [end.mac if end else START]
    return None


def _key(head: VaultHead) -> bytes:
    try:
        return bytes.fromhex(head.key)
    except ValueError:
        return b""
