"""Further looks at what a pattern of the redaction table has found: is this a password, a key, a number that adds up?

A pattern finds the place where a value stands; whether one stands there these decide, so that "the password is wrong"
and `password = get_password()` stay as they are. Pure. Numbers are checked by python-stdnum, by their check digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from math import log2

Check = Callable[[re.Match[str]], bool]

_NO_VALUES = frozenset(
    """
    string str text char varchar int integer number bool boolean none null nil true false undefined void empty unset
    required optional needed missing invalid valid wrong incorrect correct right expired empty blank hidden secret
    password passwd passphrase pwd token key value username user email login admin? prompt input field form hash hashed
    encrypted plain plaintext default unchanged same changed reset set unknown changeme? placeholder redacted removed
    masked yes no not the a an my your our his her their its it this that these those here there what which who how when
    where why is was are be been has have had will would can could should must may might do does did for from with
    without and or but so if then than as at in on of to too very just only still already also about after before
    again always never ever please thanks stored saved sent shared given kept written ready long short strong weak old
    new random easy hard simple safe unsafe secure insecure enough something anything nothing someone everybody
    everyone whatever fine good bad ok okay sure case-sensitive required. self params args argv request req res ctx
    config settings options env environ process os getenv function lambda define let const var public private static
    protected auth error failed failure success policy manager protection reset-link sha1 sha256 sha512 md5 bcrypt
    scrypt argon2 base64 utf-8 utf8 ascii bytes buffer object array list dict map any type types require requires
    now today tomorrow yesterday soon later gone up down out off because since until while during between being
    case characters letters digits words different identical clear-text cleartext visible exposed leaked compromised
    stronger weaker longer shorter rotated revoked provided supplied entered typed rejected accepted supported
    """.split()
)
_CODE = re.compile(
    r"[$%{<(\[&*]|(?:[\w.]+)?\(|.*(?:\(\)|\{\{|\}\}|->|=>|::)|(?:[A-Za-z_]\w*\.)+[A-Za-z_]\w*$|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$"
    r"|https?:|[.…*xX•_-]+$|(?:your|my|the|some|example|test)[-_]?(?:password|pass|token|key|secret)|[/~]|\.\.?/|#:?\w|@",
)
_STOPS = ".,;:!?)]}>*_`'\"、。，！？）】”’…"
_LINE_ENDS = re.compile(r"[ .!,;)\"'`*_]{0,12}(?:\n|$)")
_DIGIT, _UPPER, _LOWER = re.compile(r"\d"), re.compile(r"[A-Z]"), re.compile(r"[a-z]")
_SIGN = re.compile(r"[!#$%^&*+=~?@]")
_ORDINAL = re.compile(r"\d{1,3}(?:st|nd|rd|th|ms|s|m|h|x|k|kb|mb|gb|px|%|am|pm|bit|chars?|days?)?", re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}[-/.:]\d{1,2}(?:[-/.:]\d{1,4})?\Z|(?:19|20)\d\d\Z")
_VERSION = re.compile(r"v?\d+(?:\.\d+)+")
_WORDY = re.compile(r"(?:[A-Za-z]{2,}|\d{1,4})(?:[-_/.](?:[A-Za-z]{2,}|\d{1,4}))*")
_GIT_HASH = re.compile(r"[0-9a-f]{7,40}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
LEAST_BITS = 3.6
"""Bits a character of a heap of letters and digits: random ones of thirty characters have more than four."""


@lru_cache(maxsize=64)
def check_named(name: str) -> Check:
    """Return the check of a name: one of this module's, or a module of python-stdnum by its dotted name."""
    if name in _CHECKS:
        return _CHECKS[name]

    def adds_up(match: re.Match[str]) -> bool:
        return bool(import_module(f"stdnum.{name}").is_valid(match["value"]))

    return adds_up


def is_no_blank(match: re.Match[str]) -> bool:
    """Whether something stands there that is no placeholder: `<password>`, `$PASSWORD`, `****`, `password`."""
    return _is_meant(match["value"])


def is_given(match: re.Match[str]) -> bool:
    """Whether a command was given a value, not the name of one."""
    return _is_meant(match["value"]) and match["value"].lower() not in _NO_VALUES


def is_odd(match: re.Match[str]) -> bool:
    """Whether a value is no word: it has a digit, or capitals amid small letters."""
    value = match["value"]
    return _is_meant(value) and (bool(_DIGIT.search(value)) or _is_mixed(value)) and not _VERSION.fullmatch(value)


def is_password_given(match: re.Match[str]) -> bool:
    """Whether what follows `password:` or `password=` is one.

    A plain word is one if it is quoted, follows the sign at once, or ends its line: `password: swordfish`.
    """
    value = _bare(match["value"])
    if len(value) < 3 or not _is_meant(value) or value.lower() in _NO_VALUES:
        return False
    if _is_chosen(value):
        return True
    if not value.isascii() or len(value) < 4:
        return False
    if not value.isalnum() and not (len(value) >= 12 and _WORDY.fullmatch(value)):
        return False
    if match["quote"]:
        return True
    text, start, end = match.string, match.start("value"), match.end("value")
    is_tight = text[start - 1] == "=" and not text[end : end + 1].strip(" ,;&\n\"'")
    ends_line = bool(_LINE_ENDS.match(text, end)) and not _is_code_line(match)
    return len(value) >= 5 and (is_tight or ends_line)


def is_password_told(match: re.Match[str]) -> bool:
    """Whether what follows "the password is" is one, and no word about it."""
    value = _bare(match["value"])
    if not _is_meant(value) or value.lower() in _NO_VALUES or _ORDINAL.fullmatch(value) or _DATE.match(value):
        return False
    if _is_chosen(value):
        return True
    return bool(match["quote"]) and len(value) >= 4 and value.isascii() and value.isalnum()


def is_password_bare(match: re.Match[str]) -> bool:
    """Whether a word beside "password" is one by its look alone: letters with digits or signs amid them."""
    value = _bare(match["value"])
    if not _is_meant(value) or value.lower() in _NO_VALUES or _ORDINAL.fullmatch(value) or _DATE.match(value):
        return False
    return _is_chosen(value) and len(value) >= 5


def is_password_zh(match: re.Match[str]) -> bool:
    """Whether what follows 密码是 is one: a run of letters and digits in a Chinese sentence nearly always is."""
    value = _bare(match["value"])
    if len(value) < 3 or not _is_meant(value) or value.lower() in _NO_VALUES or _DATE.match(value):
        return False
    return _is_chosen(value) or (len(value) >= 5 and value.isalpha())


def is_phrase(match: re.Match[str]) -> bool:
    """Whether what stands in quotes is a pass phrase: words or a mixture, but no sentence about passwords."""
    value = match["value"]
    words = value.lower().split()
    return 2 <= len(words) <= 10 and _is_meant(value) and sum(word in _NO_VALUES for word in words) <= len(words) // 3


def is_key(match: re.Match[str]) -> bool:
    """Whether what follows "key" or "token" is one: long, digits amid letters, and no name made of words."""
    value = _bare(match["value"])
    is_quoted = bool(match.groupdict().get("quote"))
    if (
        len(value) < 10
        or not (_is_meant(value) or (is_quoted and _is_heap_of_signs(value)))
        or _VERSION.fullmatch(value)
        or _DATE.match(value)
    ):
        return False
    if _WORDY.fullmatch(value) and not _UUID.fullmatch(value) and not value.isdigit() and len(value) < 16:
        return False
    digits, letters = len(_DIGIT.findall(value)), len(_UPPER.findall(value)) + len(_LOWER.findall(value))
    is_long = digits >= 1 and len(value) >= 24 and bool(_UPPER.search(value) and _LOWER.search(value))
    return (digits >= 2 or is_long) and letters >= 2 and _bits(value) >= 2.5 and not _is_name(value)


def is_code(match: re.Match[str]) -> bool:
    """Whether something is a code to type in: four to eight digits, or digits amid letters."""
    value = match["value"].rstrip("#*").replace(" ", "")
    if value.isdigit():
        return 4 <= len(value) <= 8 and not (_DATE.match(value) and len(value) == 4)
    return bool(_DIGIT.search(value)) and len(value) >= 4 and not _ORDINAL.fullmatch(value)


def is_heap(match: re.Match[str]) -> bool:
    """Whether a long run is random by its look: capitals, small letters and digits, all in disorder."""
    value, before = match["value"].rstrip("="), match.string[: match.start()].rsplit(None, 1)
    if match.string[match.start() - 1 : match.start()].strip() and before and "://" in before[-1]:
        return False  # a part of an address: a list, a document
    digits, capitals, small = (len(kind.findall(value)) for kind in (_DIGIT, _UPPER, _LOWER))
    if digits < 3 or capitals < 4 or small < 4 or _bits(value) < LEAST_BITS:
        return False
    longest = max(map(len, re.split(r"[^a-z]+", value)), default=0)
    return longest <= 6 and value.count("-") + value.count("_") + value.count("/") <= len(value) // 8


def is_card(match: re.Match[str]) -> bool:
    """Whether a number is a payment card's: 13 to 19 digits, and its check digit is right (Luhn)."""
    digits = re.sub(r"\D", "", match["value"])
    luhn = import_module("stdnum.luhn")
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and bool(luhn.is_valid(digits))


def is_identity(match: re.Match[str]) -> bool:
    """Whether a number that is said to be a passport's, say, has the length of one."""
    return 6 <= len(re.sub(r"[^A-Za-z0-9]", "", match["value"])) <= 20 and len(_DIGIT.findall(match["value"])) >= 5


def is_password_strong(match: re.Match[str]) -> bool:
    """Whether a word is a password wherever it stands: letters, digits, and capitals or signs amid them."""
    value = _bare(match["value"])
    has_all = bool(_LOWER.search(value) or _UPPER.search(value)) and bool(_DIGIT.search(value))
    return is_password_bare(match) and has_all and bool(_SIGN.search(match["value"]) or _UPPER.search(value))


def _bare(value: str) -> str:
    return value.rstrip(_STOPS)


def _is_meant(value: str) -> bool:
    """Whether a value stands there, not a name, a call, a blank or a mark of one."""
    return bool(value) and not _CODE.match(value) and "‹" not in value and "›" not in value


def _is_mixed(value: str) -> bool:
    """Whether capitals stand amid small letters: `tK9` or `hunTer`, but not `Password` nor `camelCaseName`."""
    return bool(re.search(r"[a-z][A-Z]+[a-z]*\d|\d[a-z]*[A-Z]|[A-Z]{2}[a-z]+[A-Z]|[a-z][A-Z][a-z]?[A-Z]", value))


def _is_chosen(value: str) -> bool:
    """Whether somebody chose this as a password: letters with digits or signs, or capitals in disorder."""
    has_letter = bool(_UPPER.search(value) or _LOWER.search(value))
    if not has_letter:
        return (value.isdigit() and len(value) >= 4) or bool(len(value) >= 6 and _SIGN.search(value))
    if _ORDINAL.fullmatch(value) or _VERSION.fullmatch(value):
        return False
    return bool(_DIGIT.search(value) or _SIGN.search(value.rstrip("?!")) or _is_mixed(value)) and len(value) >= 4


def _is_code_line(match: re.Match[str]) -> bool:
    """Whether a value ends a line of a program's: then it may be a variable's name or a type."""
    line = match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.start("value")]
    return bool(re.search(r"[(){};]|\b(?:def|let|const|var|define|struct|interface|self)\b", line))


def _is_name(value: str) -> bool:
    """Whether a value is made of words that joints hold together: `retry-after-30-seconds-v2`."""
    pieces = re.split(r"[-_./]", value)
    wordlike = [piece for piece in pieces if piece.isalpha() and len(piece) <= 14]
    return len(pieces) >= 3 and len(wordlike) * 2 > len(pieces)


def _is_heap_of_signs(value: str) -> bool:
    """Whether a quoted value is long and full of signs, as generators make them, and no call or template."""
    return len(value) >= 24 and len(set(value)) >= 16 and not re.search(r"\(\)|\{\{|\$\{|%\(", value)


def _bits(value: str) -> float:
    """Shannon's entropy of the characters, in bits a character."""
    size = len(value)
    return -sum(n / size * log2(n / size) for n in map(value.count, set(value)))


_CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        is_no_blank,
        is_given,
        is_odd,
        is_password_given,
        is_password_told,
        is_password_bare,
        is_password_strong,
        is_password_zh,
        is_phrase,
        is_key,
        is_code,
        is_heap,
        is_card,
        is_identity,
    )
}
