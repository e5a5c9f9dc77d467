"""Keys: where the master key comes from, what is derived from it, and how a worker's key is wrapped with it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from bot.errors import StoreError
from bot.refs import PersonRef, WorkerRef
from storage.disk import sync_folder
from storage.errors import of_system

KEY_BYTES = 32
MASTER_FILE = "master.key"
_NONCE_BYTES, _TAG_BYTES = 12, 16
_OWNER_BYTES = 256


def _derive(key: bytes, purpose: str) -> bytes:
    """Derive a key for one purpose; the keys derived from are random and uniform, so one HMAC does."""
    return hmac.new(key, f"understudy {purpose}".encode(), hashlib.sha256).digest()


def file_salt(key: bytes) -> bytes:
    """The 16 bytes that stand at the front of a file encrypted with this key."""
    return _derive(key, "salt")[:16]


def new_key() -> bytes:
    """Return a random key."""
    return secrets.token_bytes(KEY_BYTES)


@dataclass(frozen=True)
class MasterKey:
    """The key of keys. `was_made` says that it was made just now, in a file of the data folder."""

    value: bytes
    was_made: bool = False

    @property
    def control(self) -> bytes:
        """The key of the control file."""
        return _derive(self.value, "control file")

    def reference(self, worker: WorkerRef) -> bytes:
        """A worker's keyed reference: tells nothing without the key."""
        parts = json.dumps([worker.platform, worker.workspace, worker.person])
        return hmac.new(self._references, parts.encode(), hashlib.sha256).digest()

    @cached_property
    def _references(self) -> bytes:
        """Needed for every message that anyone says."""
        return _derive(self.value, "references")

    def wrap(self, key: bytes) -> bytes:
        """Wrap a worker's key (AES key wrap, RFC 3394)."""
        return aes_key_wrap(_derive(self.value, "wrapping"), key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Unwrap a worker's key; one that was tampered with is a `StoreError` (`damaged`)."""
        try:
            return aes_key_unwrap(_derive(self.value, "wrapping"), wrapped)
        except (InvalidUnwrap, ValueError):
            raise StoreError("a worker's key is damaged: restore the control file from a backup", "damaged") from None


def audit_key(key: bytes) -> bytes:
    """The key of a worker's audit chain, derived from the key of their file."""
    return _derive(key, "audit chain")


def fingerprint_key(key: bytes) -> bytes:
    """The key of the fingerprints of what was redacted, derived from the key of the worker's file."""
    return _derive(key, "fingerprints")


def seal_worker(key: bytes, worker: WorkerRef | None) -> bytes:
    """Encrypt who a file belongs to with that file's own key, so that it is gone with the key.

    Filled up to a length that tells neither how long an id is nor, with None, that the file is nobody's.
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    parts = json.dumps([worker.platform, worker.workspace, worker.person] if worker else []).encode()
    filled = parts.ljust(-(-len(parts) // _OWNER_BYTES) * _OWNER_BYTES)
    return nonce + AESGCM(_derive(key, "owner")).encrypt(nonce, filled, None)


def is_filled_up(sealed: bytes) -> bool:
    """Whether an owner was sealed at full length; the first versions did not."""
    return (len(sealed) - _NONCE_BYTES - _TAG_BYTES) % _OWNER_BYTES == 0


def unseal_worker(key: bytes, sealed: bytes) -> WorkerRef:
    """Read who a file belongs to."""
    try:
        parts = AESGCM(_derive(key, "owner")).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
    except InvalidTag:
        raise StoreError("the control file is damaged: restore it from a backup", "damaged") from None
    return PersonRef(*json.loads(parts))


def find_master_key(folder: Path, given: str | None, *, is_new: bool) -> MasterKey:
    """Return the master key: the one given, or the one in the folder's file, made if the folder is new.

    `given` is 64 hexadecimal digits or 32 bytes as base64. A key that is malformed, or missing beside data it once
    encrypted, is a `StoreError` (`wrong_key`).
    """
    if given is not None:
        return MasterKey(parse_key(given, "the master key given in UNDERSTUDY_MASTER_KEY"))
    path = folder / MASTER_FILE
    try:
        if path.exists():
            return MasterKey(parse_key(path.read_text("ascii", "replace"), f"the key in {MASTER_FILE}"))
        if not is_new:
            sentence = f"the master key is missing: put {MASTER_FILE} back or set UNDERSTUDY_MASTER_KEY"
            raise StoreError(sentence, "wrong_key")
        key = new_key()
        write_durably(path, f"{key.hex()}\n")
        return MasterKey(key, was_made=True)
    except OSError as error:
        raise of_system(error) from None


def parse_key(text: str, what: str) -> bytes:
    """Read a key from 64 hexadecimal digits or base64; otherwise a `StoreError` that names it by `what`."""
    text = text.strip()
    for decode in (binascii.unhexlify, lambda t: base64.b64decode(t, validate=True)):
        try:
            key = decode(text)
        except (binascii.Error, ValueError):
            continue
        if len(key) == KEY_BYTES:
            return key
    raise StoreError(f"{what} must be 64 hexadecimal digits or 32 bytes as base64", "wrong_key")


def write_durably(path: Path, text: str) -> None:
    """Write a private file so that it is there whole or not at all, even after a power cut."""
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    sync_folder(path.parent)
