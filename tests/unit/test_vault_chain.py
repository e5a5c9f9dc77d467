"""The audit chain of an export: whatever is done to it is found, with the program and with Python alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.audit import START, AuditEntry, ChainHead, Happening, chain_mac, link
from bot.vault.contents import Contents, Earlier, VaultEntry, VaultHead, entry_row
from bot.vault.packing import pack, unpack
from bot.vault.verifying import KnownHead, fault_in, faults_in, read_head
from bot.weekly import WeeklyNote
from tests.promised import Figures, Sized
from tests.unit.test_vault_file import MARA

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = bytes(range(32))
DOCS = Path(__file__).parents[2] / "docs" / "vault-format.md"
Entries = tuple[VaultEntry, ...]


def chain(length: int, key: bytes = KEY, named: str = "") -> tuple[Entries, VaultHead]:
    """A chain of that many entries, of every kind; one that took another up names its head in the first."""
    entries, head = list[VaultEntry](), None
    kinds: list[Happening] = [kind for kind in Happening if kind is not Happening.BROUGHT]
    for number in range(length):
        facts: dict[str, str | int | list[str]] = {"count": number, "sources": ["a", "é 在"]}
        kind = kinds[number % len(kinds)]
        if named and not number:
            kind, facts = Happening.BROUGHT, {"mac": named}
        at = NOON + timedelta(seconds=number, microseconds=number % 3)
        chained, head = link(key, head, AuditEntry(kind, at, f"d{number % 5}", facts))
        entries.append(entry_row(chained))
    return tuple(entries), vault_head(head, key)


def vault_head(head: ChainHead | None, key: bytes = KEY) -> VaultHead:
    assert head is not None
    return VaultHead(head.length, head.mac, head.seal, key.hex(), "p")


def flipped(entries: Entries, at: int, random: Random) -> Entries:
    entry = entries[at]
    ways: list[dict[str, Any]] = [
        {"happening": "posted" if entry.happening != "posted" else "denied"},
        {"at": entry.at.replace("2026", "2025")},
        {"subject": f"{entry.subject}0"},
        {"facts": {**entry.facts, "count": 10_000}},
        {"facts": {}},
        {"previous": "f" * 64},
        {"mac": entry.mac[:-1] + ("0" if entry.mac[-1] != "0" else "1")},
        {"number": entry.number + 1},
    ]
    return (*entries[:at], replace(entry, **random.choice(ways)), *entries[at + 1 :])


def dropped(entries: Entries, at: int, _: Random) -> Entries:
    return entries[:at] + entries[at + 1 :]


def renumbered(entries: Entries, at: int, _: Random) -> Entries:
    left = dropped(entries, at, _)
    return tuple(replace(entry, number=number) for number, entry in enumerate(left, 1))


def swapped(entries: Entries, at: int, _: Random) -> Entries:
    other = at - 1 if at else 1
    changed = list(entries)
    changed[at], changed[other] = changed[other], changed[at]
    return tuple(changed)


def doubled(entries: Entries, at: int, _: Random) -> Entries:
    return (*entries[: at + 1], *entries[at:])


def cut(entries: Entries, at: int, _: Random) -> Entries:
    return entries[:at]


TAMPERINGS: tuple[Callable[[Entries, int, Random], Entries], ...] = (
    flipped,
    dropped,
    renumbered,
    swapped,
    doubled,
    cut,
)


def linked_anew(entries: Entries, key: bytes = KEY) -> tuple[Entries, VaultHead]:
    """What somebody makes who has the key: every entry linked again, and the end sealed."""
    head, made = None, []
    for entry in entries:
        kind = Happening(entry.happening)
        chained, head = link(key, head, AuditEntry(kind, datetime.fromisoformat(entry.at), entry.subject, entry.facts))
        made.append(entry_row(chained))
    return tuple(made), vault_head(head, key)


def test_a_chain_as_it_was_exported_is_sound() -> None:
    for length in (1, 2, 200):
        entries, head = chain(length)
        assert fault_in(entries, head) is None
        for known in (1, length // 2 + 1, length):
            assert fault_in(entries, head, KnownHead(known, entries[known - 1].mac[:16])) is None
    assert fault_in((), None) is None


@pytest.mark.promise(
    14, "an exported chain flipped, dropped, swapped, doubled and cut, verified without the program's data"
)
def test_whatever_is_done_to_an_exported_chain_is_found(figures: Figures, sized: Sized) -> None:
    random, missed, tried = Random(4), [], 0
    entries, head = chain(sized(quick=16, full=400))
    for tamper in TAMPERINGS:
        for at in range(len(entries)):
            tried += 1
            if fault_in(tamper(entries, at, random), head) is None:
                missed.append((tamper.__name__, at))
    assert not missed
    figures("tamperings of an export tried", tried)
    figures("tamperings not found", len(missed))


@pytest.mark.promise(14, "an exported chain made anew by somebody with its key, against the head from a weekly note")
def test_a_chain_made_anew_with_its_key_is_found_by_the_head_that_its_worker_was_told(
    figures: Figures, sized: Sized
) -> None:
    random, missed, tried = Random(5), [], 0
    entries, _ = chain(sized(quick=12, full=200))
    told = KnownHead(len(entries), entries[-1].mac[:20])
    kept_their_links = [tamper for tamper in TAMPERINGS if tamper is not flipped]
    for tamper in kept_their_links:
        for at in range(len(entries) - 1):  # what is added after the head that was told is no forgery
            forged, head = linked_anew(tamper(entries, at, random) or entries[:1])
            assert fault_in(forged, head) is None, "the key alone finds nothing"
            tried += 1
            if fault_in(forged, head, told) is None:
                missed.append((tamper.__name__, at))
    assert not missed
    figures("forgeries with the key tried", tried)
    figures("forgeries not found with the head", len(missed))


def test_a_head_that_was_tampered_with_is_found() -> None:
    entries, head = chain(5)
    shorter, end = chain(4)
    for wrong in (
        replace(head, length=6),
        replace(head, mac="0" * 64),
        replace(head, seal="0" * 64),
        replace(head, key=bytes(32).hex()),
        replace(head, key="no key"),
        replace(head, mac="ü", seal="ü"),
    ):
        assert fault_in(entries, wrong) in {"head", "cut", "altered"}
    assert fault_in(entries, end) == "cut"
    assert fault_in(shorter, head) == "cut"
    assert fault_in(entries, None) == "head"
    assert fault_in((), head) == "cut"
    anew, end_of_another = chain(5, b"2" * 32)
    mixed = (replace(entries[0], previous="", mac=anew[0].mac), *entries[1:])
    assert fault_in(mixed, head) == "altered"
    assert fault_in(entries, end_of_another) == "altered"
    assert faults_in(Contents(audit=entries, audit_head=(head, head))) == ("head",)


def test_an_entry_with_another_number_or_a_smaller_link_before_it_is_found_at_once() -> None:
    entries, head = chain(3)
    for number in (0, 1, 3, 9):
        assert fault_in((entries[0], replace(entries[1], number=number), entries[2]), head) == "order"
    assert fault_in((entries[0], replace(entries[1], previous=""), entries[2]), head) == "altered"


def test_no_chain_passes_through_a_head_of_no_length() -> None:
    entries, head = chain(3)
    assert fault_in(entries, head, KnownHead(0, entries[-1].mac)) == "foreign"
    assert fault_in((), None, KnownHead(0, "")) == "foreign"
    sealed_empty = VaultHead(0, START, chain_mac(KEY, "head", 0, START), KEY.hex(), "p")
    assert fault_in((), sealed_empty) is None
    assert faults_in(Contents()) == ()


def test_the_head_of_a_weekly_note_is_read_however_it_is_copied() -> None:
    mac = "0f3a" * 16
    for text in (f"12 · {mac}", f"12·{mac[:16]}", f" 12: {mac.upper()} ", f"12 {mac[:20]}…", f"12/{mac}"):
        found = read_head(text)
        assert found is not None, text
        assert found.length == 12
        assert mac.startswith(found.mac)
    for text in ("", "12", mac, f"12 · {mac[:15]}", f"twelve · {mac}", f"12 · {'g' * 64}", f"12 · {mac}0"):
        assert read_head(text) is None


def before(key: bytes, head: VaultHead | None, named: str = "") -> Earlier:
    entries, end = chain(3, key, named)
    return Earlier(MARA, NOON, entries, end if head is None else head, (), ())


def test_a_chain_that_was_brought_along_is_verified_too_and_cannot_be_exchanged() -> None:
    first = before(bytes(32), None)
    assert first.audit_head is not None
    second = before(b"2" * 32, None, first.audit_head.mac)
    assert second.audit_head is not None
    entries, head = chain(4, KEY, second.audit_head.mac)
    contents = Contents(audit=entries, audit_head=(head,), earlier=(first, second))
    assert faults_in(contents) == ()
    assert faults_in(contents, KnownHead(2, first.audit[1].mac)) == ()
    assert faults_in(contents, KnownHead(2, "0" * 64)) == ("foreign",)
    for wrong in ((second,), (first,), (), (second, first), (first, first, second)):
        assert "joint" in faults_in(replace(contents, earlier=wrong)), len(wrong)
    altered = replace(first, audit=flipped(first.audit, 1, Random(1)))
    assert faults_in(replace(contents, earlier=(altered, second)))[0] in {"altered", "order"}
    forged_entries, forged_head = linked_anew(first.audit[:2], bytes(32))
    forged = replace(first, audit=forged_entries, audit_head=forged_head)
    assert faults_in(replace(contents, earlier=(forged, second))) == ("joint",)


@pytest.fixture
def verify_alone(tmp_path: Path) -> Callable[[Contents], bool]:
    """The recipe of docs/vault-format.md, run over an opened folder by Python alone."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCS.read_text("utf8"), re.DOTALL)
    assert set(re.findall(r"^(?:import|from) (\w+)", code, re.MULTILINE)) <= {
        "hashlib",
        "hmac",
        "json",
        "pathlib",
        "sys",
    }

    def verify(contents: Contents) -> bool:
        for name, data in unpack(pack(contents, MARA, NOON)).items():
            (tmp_path / name).write_bytes(data)
        space: dict[str, Any] = {"__name__": "recipe"}
        exec(compile(code, "recipe", "exec"), space)
        return bool(space["is_sound"](tmp_path))

    return verify


def test_the_documented_recipe_finds_the_same(verify_alone: Callable[[Contents], bool]) -> None:
    random = Random(6)
    entries, head = chain(12)
    assert verify_alone(Contents(audit=entries, audit_head=(head,)))
    for tamper in TAMPERINGS:
        for at in range(len(entries)):
            assert not verify_alone(Contents(audit=tamper(entries, at, random), audit_head=(head,))), tamper.__name__
    assert not verify_alone(Contents(audit=entries, audit_head=(replace(head, seal="0" * 64),)))


def test_a_link_is_over_compact_json_with_sorted_keys() -> None:
    facts = {"b": 1, "a": ["é"]}
    assert chain_mac(KEY, 1, "x", facts) == chain_mac(KEY, 1, "x", {"a": ["é"], "b": 1})
    assert chain_mac(KEY, 1, "x") != chain_mac(KEY, "1", "x")


def test_a_chain_passes_through_the_heads_of_its_own_weekly_notes() -> None:
    entries, head = chain(6)
    note = WeeklyNote("2026-W10", NOON, 4, entries[3].mac)
    assert faults_in(Contents(audit=entries, audit_head=(head,), weekly_notes=(note,))) == ()
    for wrong, fault in ((replace(note, length=9), "cut"), (replace(note, mac="0" * 64), "foreign")):
        assert faults_in(Contents(audit=entries, audit_head=(head,), weekly_notes=(wrong,))) == (fault,)
    forged, end = linked_anew(renumbered(entries, 2, Random(1)))
    assert faults_in(Contents(audit=forged, audit_head=(end,), weekly_notes=(note,))) == ("foreign",)
