"""The recovery code: the worker's way back to their own file on the day their account is gone. Pure.

Only what a code is told by is kept, in the worker's own encrypted file: scrypt over the code. The salt is the same for
everyone, so that one computation tells whether a code opens any file, and the time it takes says nothing about how many
there are; a code has 115 random bits, so there is nothing a salt of its own would protect it from.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O and U, which are mistaken for others or make words (https://www.crockford.com/base32.html)."""

GROUPS, GROUP = 6, 4
_LENGTH = GROUPS * GROUP
_MEANT = str.maketrans({"I": "1", "L": "1", "O": "0"})
_SALT = b"understudy recovery code 1"
_COST = {"n": 1 << 14, "r": 8, "p": 1, "maxmem": 64 << 20}  # 16 MiB and some 50 ms a guess


def new_code() -> str:
    """Return a new code: six groups of four, the last character of which checks the others."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH - 1))
    return shown(drawn + _check(drawn))


def shown(code: str) -> str:
    """Return a code as it is shown."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def read_code(text: str) -> str | None:
    """Return what somebody typed as the code it is meant to be; None if it can be none, after a slip, say."""
    code = "".join(c for c in text.upper() if c.isalnum()).translate(_MEANT)
    if len(code) != _LENGTH or not set(code) <= set(ALPHABET) or _check(code[:-1]) != code[-1]:
        return None
    return code


def seal_of(code: str) -> str:
    """Return what a code is told by, as hex. It takes its time, on purpose; so it does for what is no code at all."""
    settled = read_code(code) or code
    return hashlib.scrypt(settled.encode("utf8", "replace"), salt=_SALT, dklen=32, **_COST).hex()


def fits(seal: str, code_seal: str) -> bool:
    """Whether a code's seal is the one that a file keeps; a file without a code fits none."""
    return bool(seal) & hmac.compare_digest(seal.encode(), code_seal.encode())


def _check(code: str) -> str:
    """The character that finds every single wrong one and nearly every swap (Luhn's method, modulo 32)."""
    total = 0
    for place, character in enumerate(reversed(code)):
        value = ALPHABET.index(character) * (1 if place % 2 else 2)
        total += value // len(ALPHABET) + value % len(ALPHABET)
    return ALPHABET[-total % len(ALPHABET)]
