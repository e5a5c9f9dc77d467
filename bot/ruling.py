"""What follows from a text: by a rule where one holds, else by what it is like. Pure.

A rule says why, and is tried first (`bot.rulebook`); the learnt weights know other ways to say it (`bot.likeness`).
"""

from __future__ import annotations

import re
from enum import StrEnum

from bot.likeness import like
from bot.rulebook import Decision, rulebook


class Speaker(StrEnum):
    """What somebody takes a double for who asks whether it is that."""

    A_PERSON = "a_person"
    A_MACHINE = "a_machine"
    EITHER = "either"


def refusal(question: str) -> str | None:
    """Return the category for which a question is refused; None if it is not."""
    ruled = rulebook().categories(question, {Decision.REFUSED})
    if ruled or rulebook().categories(question, {Decision.IDENTITY}):
        return next(iter(ruled), None)
    return like(question, Decision.REFUSED)


def flags(*texts: str) -> tuple[str, ...]:
    """Return the categories of what only the person should say that any of these texts falls into, in a fixed order."""
    return tuple(sorted({category for text in texts for category in _flags(text)}))


def _flags(text: str) -> tuple[str, ...]:
    resembled = like(text, Decision.FLAGGED)
    return (*rulebook().categories(text, {Decision.FLAGGED}), *((resembled,) if resembled else ()))


def asks_who_speaks(question: str, name: str = "") -> Speaker | None:
    """Return what it asks of who is speaking, where it asks if that is really somebody, or a machine; None else.

    `name` is that of whoever was asked: it names a person however it is written.
    """
    for part in sorted({name, *name.split()} - {""}, key=len, reverse=True):
        whole = re.escape(part) if not part.isascii() else rf"(?<!\w){re.escape(part)}(?!\w)"
        question = re.sub(whole, " @somebody ", question)
    found = rulebook().categories(question, {Decision.IDENTITY})
    if not found:
        return Speaker.EITHER if like(question, Decision.IDENTITY) else None
    taken_for = {"identity": Speaker.A_PERSON, "identity_machine": Speaker.A_MACHINE}
    return taken_for.get(found[0], Speaker.EITHER) if len(found) == 1 else Speaker.EITHER
