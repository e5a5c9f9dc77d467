"""Writes age files as the format's own page describes them (https://age-encryption.org/v1), at a price tests can pay.

The product seals with a library that makes every guess cost a second and half a gigabyte; a file with a small work
factor opens at once. That the product opens what is written here shows, too, that it reads the format and not itself.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_CHUNK = 64 << 10


def seal_cheaply(data: bytes, passphrase: str, work_factor: int = 10) -> bytes:
    """Seal with one scrypt recipient of a work factor of 2 to the power given."""
    file_key, salt, nonce = secrets.token_bytes(16), secrets.token_bytes(16), secrets.token_bytes(16)
    label = b"age-encryption.org/v1/scrypt" + salt
    wrapping = hashlib.scrypt(passphrase.encode(), salt=label, n=1 << work_factor, r=8, p=1, dklen=32)
    body = ChaCha20Poly1305(wrapping).encrypt(bytes(12), file_key, None)
    header = (
        b"age-encryption.org/v1\n-> scrypt " + _base64(salt) + f" {work_factor}\n".encode() + _base64(body) + b"\n---"
    )
    mac = hmac.new(_derived(file_key, b"", b"header"), header, hashlib.sha256).digest()
    cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
    chunks = [data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK)] or [b""]
    payload = b"".join(
        cipher.encrypt(number.to_bytes(11) + bytes([number == len(chunks) - 1]), chunk, None)
        for number, chunk in enumerate(chunks)
    )
    return header + b" " + _base64(mac) + b"\n" + nonce + payload


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(key)


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")
