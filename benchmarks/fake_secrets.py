"""Fake secrets, made when they are needed: no value that looks like a real one stands in a file.

A recipe is a list of pieces, or one of them, joined in their order:

    {"text": "AB"}                              these characters
    {"alphabet": "lower", "length": 12}         so many characters by chance
    {"words": 12}                               so many small words with blanks between them
    {"check": "cn.ric", "shape": "1###?"}       # a digit by chance, ? whatever makes the number add up

`check` is one that the redaction table knows, or a module of python-stdnum.
"""

from __future__ import annotations

import random
import string
from collections.abc import Mapping, Sequence
from importlib import import_module
from itertools import product
from typing import Any

ALPHABETS = {
    "alnum": string.ascii_letters + string.digits,
    "base64": string.ascii_letters + string.digits + "+/",
    "digits": string.digits,
    "hex": "0123456789abcdef",
    "letters": string.ascii_lowercase,
    "lower": string.ascii_lowercase,
    "mixed": string.ascii_letters + string.digits,
    "printable": string.ascii_letters + string.digits + "!#$%&*+-=?@^_~",
    "upper": string.ascii_uppercase + string.digits,
    "urlsafe": string.ascii_letters + string.digits + "-_",
}
_WORDS = (
    "amber boat cedar delta ember frost grape hazel ivory jolly karma lemon mango noble olive pearl quilt river".split()
)
_TRIES = 2_000

Piece = Mapping[str, Any]


def made(recipe: Piece | Sequence[Piece], chance: random.Random) -> str:
    """Return a value after a recipe; one that cannot be followed is a `ValueError`."""
    pieces = [recipe] if isinstance(recipe, Mapping) else recipe
    return "".join(_piece(piece, chance) for piece in pieces)


def _piece(piece: Piece, chance: random.Random) -> str:
    if "shape" in piece:
        return _adding_up(piece["shape"], piece["check"], chance)
    if "words" in piece:
        return " ".join(chance.sample(_WORDS, piece["words"]))
    if "alphabet" in piece:
        return "".join(chance.choices(ALPHABETS[piece["alphabet"]], k=piece["length"]))
    if "text" in piece:
        return str(piece["text"])
    raise ValueError("a piece of a recipe has a text, an alphabet, words or a shape")


def _adding_up(shape: str, check: str, chance: random.Random) -> str:
    module = import_module("stdnum." + ("luhn" if check == "is_card" else check))
    for _ in range(_TRIES):
        drawn = "".join(chance.choice(string.digits) if sign == "#" else sign for sign in shape)
        for ending in product(string.digits + string.ascii_uppercase, repeat=shape.count("?")):
            signs = iter(ending)
            number = "".join(next(signs) if sign == "?" else sign for sign in drawn)
            if module.is_valid(number.replace(" ", "")):
                return number
    raise ValueError("no number of this shape adds up")
