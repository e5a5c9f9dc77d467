"""Sealing a vault with its worker's passphrase: the age format, version 1, with one scrypt recipient.

Any program for age opens it (https://age-encryption.org/v1). Neither passphrase nor contents ever stand in an error.
"""

from __future__ import annotations

import re
import unicodedata

from pyrage import DecryptError, passphrase

from bot.errors import VaultError

FEWEST_CHARACTERS = 12
MOST_CHARACTERS = 1_000
LARGEST_FILE = 128 << 20
"""Bytes of a sealed file: half a million messages with room to spare."""

_TRIES = 200
"""Before it works on a passphrase the library measures for a millisecond how fast this machine is, and declines a file
that would take it more than sixteen seconds or so. On a busy machine that goes wrong; measuring again costs nothing."""

_MOST_WORK = 20
"""The largest work factor that is tried, as the power of two of scrypt's N: 1 GiB of memory, twice what sealing takes
on a fast machine. Without a bound a file of a few bytes could take all the memory there is."""

_BEGINNING = re.compile(rb"age-encryption\.org/v1\n-> scrypt (?:[A-Za-z0-9+/]{1,64} ([0-9]{1,3})\n)?")


def is_strong_enough(words: str) -> bool:
    """Whether a passphrase may seal a vault: long enough, and not one character over and over."""
    text = _settled(words)
    return FEWEST_CHARACTERS <= len(text) <= MOST_CHARACTERS and len(set(text)) > 4


def seal(data: bytes, words: str) -> bytes:
    """Encrypt a vault. It takes about a second and 512 MiB of memory: so it does for whoever guesses."""
    return bytes(passphrase.encrypt(data, _settled(words)))


def unseal(sealed: bytes, words: str) -> bytes:
    """Decrypt a vault. A `VaultError`: `not_a_vault`, `too_large`, `wrong_passphrase`, `too_slow`, `damaged`."""
    if len(sealed) > LARGEST_FILE:
        raise VaultError("the file is larger than any vault may be", "too_large")
    beginning = _BEGINNING.match(sealed)
    if beginning is None:
        raise VaultError("the file is no vault: it was not sealed with a passphrase by Understudy", "not_a_vault")
    if beginning[1] is None:
        raise VaultError("the file is damaged or was cut short: take another copy", "damaged")
    if int(beginning[1]) > _MOST_WORK:
        raise VaultError(
            "the file asks for more work than Understudy ever seals with: it is no export of its", "too_slow"
        )
    said = ""
    for _ in range(_TRIES):
        try:
            return bytes(passphrase.decrypt(sealed, _settled(words)))
        except DecryptError as error:
            said = str(error)
            if "Excessive work" not in said:
                break
    # what the library says where the key itself does not open
    if "Decryption failed" in said:
        raise VaultError("the passphrase does not open this file", "wrong_passphrase")
    if "Excessive work" in said:
        raise VaultError("this machine is too slow or too busy to open the file: try again, or elsewhere", "too_slow")
    raise VaultError("the file is damaged or was cut short: take another copy", "damaged")


def _settled(words: str) -> str:
    """One spelling of what looks the same: a keyboard may send `é` as one character or as two."""
    return unicodedata.normalize("NFC", words)
