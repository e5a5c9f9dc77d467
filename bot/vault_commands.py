"""The commands that a worker runs themself: opening a vault, verifying it, and recovering with a code.

Opening and verifying need no settings, no data folder and no network: they run on any machine. What is secret is read
from the terminal, or from standard input, never from the command line, where other accounts of the machine see it.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.clock import SystemClock
from bot.errors import StoreError, VaultError
from bot.ports import Store
from bot.private_files import keep_folder_private
from bot.recovering import export_sealed, worker_of
from bot.vault.packing import LARGEST, NAMES, check_parts, read_contents, read_manifest, unpack
from bot.vault.sealing import FEWEST_CHARACTERS, LARGEST_FILE, is_strong_enough, unseal
from bot.vault.verifying import faults_in, read_head

_TOLD = {
    "altered": "an entry was changed",
    "order": "an entry is missing, doubled or out of its place",
    "cut": "entries are missing at its end",
    "head": "its end is not sealed with its key",
    "foreign": "it is not the chain whose head you were told",
    "joint": "it does not follow on the chain before it",
}


def open_vault(chosen: argparse.Namespace) -> int:
    """Write what a sealed file holds into a new folder that this account alone can read."""
    folder: Path = chosen.folder or chosen.file.with_name(f"{chosen.file.stem}-opened")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise VaultError(f"there is something at {folder.name!r} already: name a new folder", "in_the_way")
    parts = _parts_of(chosen.file)
    try:
        keep_folder_private(folder)
        for name, data in parts.items():
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
    except OSError as error:
        raise VaultError(f"the folder cannot be written: {error.strerror}", "unwritable") from None
    _say(f"opened into {folder}: begin with README.md")
    return 0


def verify_export(chosen: argparse.Namespace) -> int | None:
    """Verify the audit chain of a sealed file or of an opened folder; None where neither is named."""
    if chosen.export is None:
        if chosen.head is not None:
            raise VaultError("name the export whose chain is to be compared with a head", "no_export")
        return None
    known = None if chosen.head is None else read_head(chosen.head)
    if chosen.head is not None and known is None:
        raise VaultError("a head is a number and at least 16 digits of a link, as in the weekly note", "no_head")
    parts = _parts_in(chosen.export) if chosen.export.is_dir() else _parts_of(chosen.export)
    contents = read_contents(parts)
    faults = faults_in(contents, known)
    if faults:
        raise VaultError(f"the audit chain is broken: {_TOLD[faults[0]]}", "broken")
    count = len(contents.audit)
    _say(f"the audit chain is sound: {count} {'entry' if count == 1 else 'entries'}")
    if contents.audit_head:
        _say(f"its head: {contents.audit_head[0].length} · {contents.audit_head[0].mac}")
    return 0


def recover_export(store: Store, path: Path) -> int:
    """Seal everything that a recovery code opens into a new file, with a passphrase typed by whoever has the code."""
    if path.exists():
        raise VaultError(f"there is something at {path.name!r} already: name a new file", "in_the_way")
    code = _asked("recovery code")
    passphrase = _asked("a passphrase for the file")
    if not is_strong_enough(passphrase):
        raise VaultError(f"the passphrase is too easy to guess: take at least {FEWEST_CHARACTERS} characters", "weak")
    if _asked("the same passphrase once more") != passphrase:
        raise VaultError("the two passphrases are not the same", "different")
    worker = worker_of(store, code)
    if worker is None:
        raise StoreError("that code opens nothing here", "wrong_code")
    sealed = export_sealed(store, worker, passphrase, SystemClock().now())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(sealed)
    except OSError as error:
        raise VaultError(f"the file cannot be written: {error.strerror}", "unwritable") from None
    _say(f"everything is in {path.name}, sealed with the passphrase; what is held here stays as it is")
    return 0


def recover_erase(store: Store) -> int:
    """Erase everything that a recovery code opens."""
    worker = worker_of(store, _asked("recovery code"))
    if worker is None:
        raise StoreError("that code opens nothing here", "wrong_code")
    store.erase(worker)
    _say("everything that the code opened is erased; replies already posted stay where they are, labelled")
    return 0


def _parts_of(path: Path) -> dict[str, bytes]:
    """Open a sealed file with the passphrase that is asked for."""
    sealed = _read(path, LARGEST_FILE)
    parts = unpack(unseal(sealed, _asked("passphrase")))
    check_parts(parts, read_manifest(parts))
    return parts


def _parts_in(folder: Path) -> Mapping[str, bytes]:
    """Read the parts of an opened folder. Its own files alone: what else lies there is nobody's business."""
    parts = {name: _read(folder / name, LARGEST) for name in sorted(NAMES) if (folder / name).is_file()}
    check_parts(parts, read_manifest(parts))
    return parts


def _read(path: Path, most: int) -> bytes:
    try:
        if path.stat().st_size > most:
            raise VaultError("the file is larger than any vault may be", "too_large")
        return path.read_bytes()
    except OSError as error:
        raise VaultError(f"the file cannot be read: {error.strerror}", "unreadable") from None


def _asked(what: str) -> str:
    """Ask for a secret: unseen at a terminal, else as the next line of standard input."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{what}: ")
    return sys.stdin.readline().rstrip("\r\n")


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
