"""What only the person should say – promises, pay, praise, … –: shown in the review, and never made reusable. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot.ruling import flags
from bot.words import Words


def with_flags(reasons: Iterable[str], *texts: str) -> tuple[str, ...]:
    """Return what a worker should know before sending, as catalogue keys: first what these texts are flagged for.

    The texts are the question and the answer as it stands now; flags of an earlier wording go.
    """
    found = tuple(f"guard.flag_{category}" for category in flags(*texts))
    return (*found, *(key for key in reasons if not is_flag(key)))


def is_flag(key: str) -> bool:
    """Whether a reason says that only the person should say this."""
    return bool(_category(key))


def flagged_for(words: Words, *texts: str, reasons: Iterable[str] = ()) -> str:
    """Say in a reader's words what texts, or the reasons noted of a draft, are flagged for; empty if for nothing."""
    categories = dict.fromkeys((*filter(None, map(_category, reasons)), *flags(*texts)))
    return words.listed(words.say(f"guard.kind_{category}") for category in categories)


def _category(key: str) -> str:
    """The category that a reason flags; empty for any other reason."""
    area, _, name = key.partition(".")
    return name.removeprefix("flag_") if area == "guard" and name.startswith("flag_") else ""
