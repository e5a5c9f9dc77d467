"""A vault's parts as one zip archive of JSON Lines, and reading one that anybody may have made.

What is read is untrusted: only known names are looked at, sizes are bounded before anything is unpacked, every part
must be as the manifest says, and every row of the shape that its part has.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError

from bot.errors import VaultError
from bot.refs import PersonRef, WorkerRef
from bot.vault.contents import Contents
from bot.words import Words, shipped_locales

FORMAT, VERSION = "understudy-vault", 1
MANIFEST, README = "manifest.json", "README.md"
LARGEST = 512 << 20
"""Bytes of all parts together, unpacked."""
LONGEST_ROW = 1 << 20
MOST_ROWS = 1_000_000
_CHUNK = 1 << 16
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # the zip format's first day: the manifest says when


@dataclass(frozen=True, slots=True)
class PartFacts:
    """What the manifest says of one part."""

    rows: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a vault says of itself: whose it is, when it was made, and every part with its digest."""

    format: str
    version: int
    exported_at: datetime
    worker: PersonRef
    parts: dict[str, PartFacts]


_MANIFEST = TypeAdapter(Manifest)
PARTS: tuple[str, ...] = tuple(f"{part.name}.jsonl" for part in fields(Contents))
NAMES = frozenset({*PARTS, README, MANIFEST})


_FIRST_YEAR, _LAST_YEAR = 1969, 9000
_LARGEST_NUMBER = 1 << 62
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def pack(contents: Contents, worker: WorkerRef, exported_at: datetime) -> bytes:
    """Return a vault's archive."""
    parts = {name: _lines(name, getattr(contents, name.removesuffix(".jsonl"))) for name in PARTS}
    facts = {name: PartFacts(data.count(b"\n"), len(data), _digest(data)) for name, data in parts.items()}
    manifest = Manifest(FORMAT, VERSION, exported_at, worker, facts)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        readme = "\n\n".join(Words(locale).say("vault.readme") for locale in shipped_locales()) + "\n"
        archive.writestr(_info(README), readme.encode())
        archive.writestr(_info(MANIFEST), _MANIFEST.dump_json(manifest, indent=1) + b"\n")
        for name, data in parts.items():
            archive.writestr(_info(name), data)
    return packed.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """Return the known parts of an archive by name. A `VaultError`: `not_a_vault`, `damaged`, `too_large`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if info.filename in NAMES]
            doubled = len({info.filename for info in infos}) < len(infos)
            if doubled or any(info.compress_type not in _PACKED for info in infos):
                raise _damaged()
            left, parts = LARGEST, dict[str, bytes]()
            for info in infos:
                parts[info.filename] = _read(archive, info, left)
                left -= len(parts[info.filename])
            return parts
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, OSError):
        raise _damaged() from None


def read_manifest(parts: Mapping[str, bytes]) -> Manifest:
    """Return what a vault says of itself. A `VaultError`: `not_a_vault`, `too_new`, `damaged`."""
    if MANIFEST not in parts:
        raise VaultError("there is no vault in it: manifest.json is missing", "not_a_vault")
    try:
        said = json.loads(parts[MANIFEST])
    except (ValueError, RecursionError):
        raise _damaged() from None
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise VaultError("there is no vault in it: it says that it is something else", "not_a_vault")
    if said.get("version") != VERSION:
        raise VaultError("the vault was made by a newer Understudy: take that one to open it", "too_new")
    try:
        return _MANIFEST.validate_json(parts[MANIFEST], strict=True)
    except ValidationError:
        raise _damaged() from None


def check_parts(parts: Mapping[str, bytes], manifest: Manifest) -> None:
    """Look whether every part is there, whole and as it was when the vault was made; otherwise `damaged`."""
    for name in PARTS:
        facts = manifest.parts.get(name)
        if facts is None or name not in parts or _digest(parts[name]) != facts.sha256:
            raise VaultError(f"the part {name} is missing or is not as it was exported", "damaged")


def read_contents(parts: Mapping[str, bytes]) -> Contents:
    """Return what stands in the parts; a row of another shape than its part's is `damaged`."""
    return Contents(**{name.removesuffix(".jsonl"): read_rows(name, parts.get(name, b"")) for name in PARTS})


def read_rows(name: str, data: bytes) -> tuple[Any, ...]:
    """Return the rows of one part."""
    adapter, lines = _adapter(name), data.split(b"\n")
    if len(lines) > MOST_ROWS:
        raise VaultError(f"the part {name} has more rows than a vault may have", "too_large")
    rows = []
    for number, line in enumerate(lines, 1):
        if line:
            rows.append(_row(adapter, name, number, line))
    return tuple(rows)


def _row(adapter: TypeAdapter[Any], name: str, number: int, line: bytes) -> Any:
    if len(line) > LONGEST_ROW:
        raise VaultError(f"row {number} of {name} is longer than a row may be", "too_large")
    try:
        row = adapter.validate_json(line, strict=True)
    except (ValidationError, RecursionError):
        raise VaultError(f"row {number} of {name} is not as a vault has it", "damaged") from None
    if not _is_settled(row):
        raise VaultError(f"row {number} of {name} has a time or a number that cannot be", "damaged")
    return row


def _is_settled(value: Any) -> bool:
    """Whether every moment within a row says its zone and lies where clocks are, and every number can be stored.

    A moment at the calendar's edge cannot be told in another zone; one without a zone can be compared with none.
    """
    if isinstance(value, datetime):
        return value.tzinfo is not None and _FIRST_YEAR <= value.year <= _LAST_YEAR
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return abs(value) < _LARGEST_NUMBER
    if isinstance(value, dict):
        return all(_is_settled(key) and _is_settled(said) for key, said in value.items())
    if hasattr(value, "__dataclass_fields__"):
        return all(_is_settled(getattr(value, name)) for name in value.__dataclass_fields__)
    if isinstance(value, (tuple, frozenset, list)):
        return all(map(_is_settled, value))
    return True


@lru_cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(get_args(get_type_hints(Contents)[name.removesuffix(".jsonl")])[0])


def _lines(name: str, rows: tuple[Any, ...]) -> bytes:
    adapter = _adapter(name)
    return b"".join(adapter.dump_json(row) + b"\n" for row in rows)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """Read one member, and never more than may be, whatever it says of its size."""
    read = io.BytesIO()
    with archive.open(info) as member:
        while chunk := member.read(_CHUNK):
            read.write(chunk)
            if read.tell() > most:
                raise VaultError("what is packed in the file is larger than any vault may be", "too_large")
    return read.getvalue()


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _NO_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _damaged() -> VaultError:
    return VaultError("the file is damaged or was cut short: take another copy", "damaged")
