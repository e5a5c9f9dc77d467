"""The file of a vault: what is packed comes out again, and what anybody else made of it is refused in one sentence."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consent import Grant, Purpose
from bot.errors import VaultError
from bot.preferences import Preferences
from bot.profile.claims import Claim, ClaimKind
from bot.refs import ChannelRef, MessageRef, PersonRef
from bot.vault import packing, sealing
from bot.vault.contents import Contents, VaultMessage
from bot.vault.packing import MANIFEST, PARTS, check_parts, pack, read_contents, read_manifest, read_rows, unpack
from bot.vault.sealing import is_strong_enough, seal, unseal
from tests.age_file import seal_cheaply
from tests.promised import Figures, Sized

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MARA = PersonRef("local", "team", "mara")
BUILD = ChannelRef("local", "team", "build")
PASSPHRASE = "plum orbit kettle sandal"
CONTENTS = Contents(
    messages=(
        VaultMessage(MessageRef(BUILD, "1.5"), "where? 在这里\n\u2028", NOON, NOON, None, public=True, grant_id="g1"),
    ),
    forgotten=(MessageRef(BUILD, "2.5"),),
    grants=(Grant("g1", MARA, Purpose.LOG, BUILD, NOON, NOON, NOON, "ab"),),
    consent_receipts=({"schema_version": "x", "event": {"n": [1, None, True]}},),
    claims=(Claim("c1", ClaimKind.CORRECTION, "no", None, (), (), NOON, NOON),),
    preferences=(Preferences(muted=frozenset({MARA})),),
)
PACKED = pack(CONTENTS, MARA, NOON)


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(VaultError) as refused:
        work()
    sentence = str(refused.value)
    assert sentence == sentence.strip()
    assert not sentence.endswith(".")
    assert "在这里" not in sentence
    return refused.value.code


def opened(data: bytes) -> Contents:
    parts = unpack(data)
    check_parts(parts, read_manifest(parts))
    return read_contents(parts)


def zipped(*members: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return packed.getvalue()


def changed(name: str, data: bytes | None) -> bytes:
    """The archive with one member other than it was, or without it."""
    members = {**unpack(PACKED), name: data}
    return zipped(*((name, data) for name, data in members.items() if data is not None))


def test_what_is_packed_comes_out_again() -> None:
    assert opened(PACKED) == CONTENTS
    assert pack(CONTENTS, MARA, NOON) == PACKED
    manifest = read_manifest(unpack(PACKED))
    assert (manifest.worker, manifest.exported_at, set(manifest.parts)) == (MARA, NOON, set(PARTS))
    assert manifest.parts["messages.jsonl"].rows == 1


def test_an_empty_vault_is_one_too() -> None:
    assert opened(pack(Contents(), MARA, NOON)) == Contents()


def test_a_manifest_of_another_kind_is_refused() -> None:
    manifest = json.loads(unpack(PACKED)[MANIFEST])
    for name, said, code in (
        (MANIFEST, None, "not_a_vault"),
        (MANIFEST, b"{", "damaged"),
        (MANIFEST, b"[]", "not_a_vault"),
        (MANIFEST, json.dumps({**manifest, "format": "diary"}).encode(), "not_a_vault"),
        (MANIFEST, json.dumps({**manifest, "version": 2}).encode(), "too_new"),
        (MANIFEST, json.dumps({**manifest, "worker": "mara"}).encode(), "damaged"),
        ("grants.jsonl", None, "damaged"),
        ("grants.jsonl", unpack(PACKED)["grants.jsonl"] + b"\n", "damaged"),
    ):
        assert code_of(lambda name=name, said=said: opened(changed(name, said))) == code  # type: ignore[misc]


@pytest.mark.parametrize(
    "line",
    [b"[]", b"{}", b"null", b"\xff", b"{" * 4000, b'{"ref": 1}', b"1e400", b'"' + b"x" * 100],
    ids=lambda line: line[:12].decode("latin1"),
)
@pytest.mark.parametrize("name", [name for name in PARTS if name != "consent_receipts.jsonl"])
def test_a_row_of_another_shape_is_refused(name: str, line: bytes) -> None:
    if name != "preferences.jsonl" or line not in {b"{}", b'{"ref": 1}'}:  # all of it has a default
        assert code_of(lambda: read_rows(name, line)) == "damaged"


def test_a_time_without_its_zone_is_refused() -> None:
    row = json.loads(unpack(PACKED)["messages.jsonl"])
    row["said_at"] = "2026-03-02T12:00:00"
    assert code_of(lambda: read_rows("messages.jsonl", json.dumps(row).encode())) == "damaged"


def test_a_row_or_a_number_of_rows_beyond_measure_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "LONGEST_ROW", 50)
    assert code_of(lambda: read_contents(unpack(PACKED))) == "too_large"
    monkeypatch.setattr(packing, "LONGEST_ROW", 5_000)
    monkeypatch.setattr(packing, "MOST_ROWS", 3)
    assert code_of(lambda: read_rows("forgotten.jsonl", b"\n" * 4)) == "too_large"


def test_an_archive_that_would_fill_the_machine_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "LARGEST", 1 << 20)
    bomb = zipped(("messages.jsonl", bytes(64 << 20)))
    assert len(bomb) < 1 << 17
    assert code_of(lambda: unpack(bomb)) == "too_large"
    several = zipped(*((name, bytes(1 << 18)) for name in PARTS))
    assert code_of(lambda: unpack(several)) == "too_large"


def test_a_size_that_lies_lets_no_more_in() -> None:
    lying = bytearray(zipped(("messages.jsonl", bytes(1 << 20))))
    place = lying.index(b"PK\x01\x02")
    struct.pack_into("<L", lying, place + 24, 10)
    assert code_of(lambda: unpack(bytes(lying))) == "damaged"


def test_names_that_lead_elsewhere_are_not_looked_at() -> None:
    members = (
        ("../../etc/cron.d/x", b"x"),
        ("/etc/passwd", b"x"),
        ("a/messages.jsonl", b"x"),
        ("messages.jsonl.exe", b"x"),
    )
    assert unpack(zipped(*members)) == {}


def test_two_members_of_one_name_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = zipped(("audit.jsonl", b"1"), ("audit.jsonl", b"2"))
    assert code_of(lambda: unpack(twice)) == "damaged"


@given(st.integers(0, len(PACKED) - 1), st.integers(1, 255))
def test_a_flipped_byte_changes_nothing_or_is_refused(place: int, by: int) -> None:
    flipped = bytearray(PACKED)
    flipped[place] ^= by
    try:
        assert opened(bytes(flipped)) == CONTENTS
    except VaultError as error:
        assert error.code in {"damaged", "not_a_vault"}  # noqa: PT017 - both are right


@given(st.integers(0, len(PACKED) - 1))
def test_an_archive_cut_short_is_refused(length: int) -> None:
    assert code_of(lambda: opened(PACKED[:length])) in {"damaged", "not_a_vault"}


@given(st.binary(max_size=300))
def test_whatever_it_is_it_is_no_archive(data: bytes) -> None:
    assert code_of(lambda: opened(data)) in {"damaged", "not_a_vault"}


# ---------------------------------------------------------------- sealing


@pytest.mark.parametrize(
    ("words", "will_do"),
    [
        (PASSPHRASE, True),
        ("四个毫不相干的词语连在一起念", True),
        ("eleven char", False),
        ("aaaaaaaaaaaaaaaa", False),
        ("abcabcabcabcabcabc", False),
        ("", False),
        ("x7" * 600, False),
    ],
)
def test_a_passphrase_is_long_enough_or_not(words: str, will_do: bool) -> None:
    assert is_strong_enough(words) is will_do


def test_a_sealed_file_opens_with_its_passphrase_alone_and_only_whole() -> None:
    sealed = seal(PACKED, "café am Römerplatz")
    assert sealed.startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert unseal(sealed, "cafe\u0301 am Ro\u0308merplatz") == PACKED
    assert code_of(lambda: unseal(sealed, "cafe am Romerplatz")) == "wrong_passphrase"
    flipped = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for damaged in (sealed[:-1], flipped):
        assert code_of(lambda damaged=damaged: unseal(damaged, "café am Römerplatz")) == "damaged"  # type: ignore[misc]


@pytest.mark.parametrize("size", [0, 1, (64 << 10) - 1, 64 << 10, (64 << 10) + 1, 200_000])
def test_what_another_program_sealed_in_the_format_is_opened(size: int) -> None:
    data = bytes(n % 251 for n in range(size))
    sealed = seal_cheaply(data, PASSPHRASE)
    assert unseal(sealed, PASSPHRASE) == data
    assert code_of(lambda: unseal(sealed, f"{PASSPHRASE}s")) == "wrong_passphrase"


@pytest.mark.promise(6, "a sealed file with any one byte changed, or cut anywhere: opened with the right passphrase")
def test_no_byte_of_a_sealed_file_can_be_changed(figures: Figures, sized: Sized) -> None:
    sealed = seal_cheaply(PACKED, PASSPHRASE, 2)
    step = sized(quick=61, full=1)
    opened = 0
    for place in range(0, len(sealed), step):
        for damaged in (sealed[:place] + bytes([sealed[place] ^ 4]) + sealed[place + 1 :], sealed[:place]):
            opened += _opens(damaged)
    assert not opened
    figures("sealed files damaged or cut", 2 * len(range(0, len(sealed), step)))
    figures("of these opened", opened)


def _opens(sealed: bytes) -> bool:
    try:
        unseal(sealed, PASSPHRASE)
    except VaultError:
        return False
    return True


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_vault"),
        (PACKED, "not_a_vault"),
        (b"SQLite format 3\x00" + bytes(100), "not_a_vault"),
        (b"age-encryption.org/v1\n-> X25519 abc\n", "not_a_vault"),
        (b"age-encryption.org/v1\n-> scrypt ", "damaged"),
        (
            b"age-encryption.org/v1\n-> scrypt c29tZXNhbHRzb21lc2FsdA 63\n"
            + b"A" * 43
            + b"\n--- "
            + b"A" * 43
            + b"\n"
            + bytes(40),
            "too_slow",
        ),
        (b"age-encryption.org/v1\n-> scrypt c29tZXNhbHRzb21lc2FsdA 21\n" + bytes(90), "too_slow"),
    ],
    ids=[
        "nothing",
        "not sealed",
        "a database",
        "for another key",
        "cut",
        "a work factor without end",
        "two GiB of work",
    ],
)
def test_what_is_no_sealed_vault_is_refused(data: bytes, code: str) -> None:
    assert code_of(lambda: unseal(data, PASSPHRASE)) == code


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "lzma"])
def test_what_is_packed_in_another_way_is_not_unpacked(method: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr(MANIFEST, b"{}")
    assert code_of(lambda: unpack(packed.getvalue())) == "damaged"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00", "2026-03-02T12:00:00"])
def test_a_moment_that_no_clock_shows_is_refused(moment: str) -> None:
    row: dict[str, Any] = {**json.loads(unpack(PACKED)["messages.jsonl"]), "revised_at": moment}
    assert code_of(lambda: read_rows("messages.jsonl", json.dumps(row).encode())) == "damaged"


def test_a_number_that_cannot_be_stored_is_refused() -> None:
    row: dict[str, Any] = {**json.loads(unpack(PACKED)["messages.jsonl"]), "lowered": 10**30}
    assert code_of(lambda: read_rows("messages.jsonl", json.dumps(row).encode())) == "damaged"


def test_a_file_beyond_measure_is_not_even_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "LARGEST_FILE", 10)
    assert code_of(lambda: unseal(bytes(11), PASSPHRASE)) == "too_large"


def test_no_value_of_a_row_is_told_in_a_refusal() -> None:
    row: dict[str, Any] = {**json.loads(unpack(PACKED)["messages.jsonl"]), "public": "quicksilver"}
    with pytest.raises(VaultError) as refused:
        read_rows("messages.jsonl", json.dumps(row).encode())
    assert "quicksilver" not in str(refused.value)
    assert refused.value.__cause__ is None
