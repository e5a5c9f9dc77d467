"""A zip from somebody else, read with suspicion: checked whole before anything of it is unpacked."""

from __future__ import annotations

import json
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from bot.errors import BotError

FILES_LIMIT = 50_000
FILE_LIMIT = 16 * 1024 * 1024
TOTAL_LIMIT = 1024 * 1024 * 1024
_RATIO_LIMIT = 200
_RATIO_COUNTS_FROM = 1024 * 1024
_ARCHIVES = frozenset({".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".zst"})


class ExportError(BotError):
    """A chat export cannot be loaded; the sentence says why and, where it helps, in which of its files."""

    code = "export"


class Archive:
    """The files of a zip that passed every check; made by `open_archive`."""

    def __init__(self, opened: zipfile.ZipFile) -> None:
        self._zip = opened
        self._entries = {entry.filename: entry for entry in _checked(opened.infolist())}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its files, sorted."""
        return tuple(sorted(self._entries))

    def records(self, name: str) -> list[dict[str, Any]]:
        """Return the JSON list of objects that one file holds."""
        try:
            with self._zip.open(self._entries[name]) as file:
                data = file.read(FILE_LIMIT + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise ExportError(f"the export's file {name!r} is damaged") from error
        try:
            found = json.loads(data.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise ExportError(f"the export's file {name!r} is not valid JSON") from error
        if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
            raise ExportError(f"the export's file {name!r} is not a list of objects")
        return found


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open a zip and check it: sizes, number, names, kinds of its files. Anything amiss is an `ExportError`."""
    try:
        opened = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile, ValueError, RuntimeError) as error:
        sentence = "cannot be read" if isinstance(error, OSError) else "is not a zip file, or is damaged"
        raise ExportError(f"the export {sentence}") from error
    with opened:
        yield Archive(opened)


def _checked(entries: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    if len(entries) > FILES_LIMIT:
        raise ExportError(f"the export holds more than {FILES_LIMIT} files")
    if sum(entry.file_size for entry in entries) > TOTAL_LIMIT:
        raise ExportError(f"the export unpacks to more than {TOTAL_LIMIT // 1024**2} MB")
    if len({entry.filename for entry in entries}) < len(entries):
        raise ExportError("the export holds two files of the same name")
    for number, entry in enumerate(entries, 1):
        if reason := _fault(entry):
            raise ExportError(f"file {number} of the export {reason}")
    return [entry for entry in entries if not entry.is_dir()]


def _fault(entry: zipfile.ZipInfo) -> str:
    """Say what is wrong with a file of the archive; empty if nothing is."""
    name = entry.filename
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or not name.isprintable():
        return "has a name that leads out of the archive or cannot be read"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a link"
    if path.suffix.lower() in _ARCHIVES:
        return "is an archive itself: unpack the outer one first"
    if entry.flag_bits & 0x1 or entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return "is encrypted or packed in an unusual way"
    if entry.file_size > FILE_LIMIT:
        return f"unpacks to more than {FILE_LIMIT // 1024**2} MB"
    if entry.file_size > _RATIO_COUNTS_FROM and entry.file_size > _RATIO_LIMIT * max(entry.compress_size, 1):
        return "unpacks to an unbelievable size"
    return ""
