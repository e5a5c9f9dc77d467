"""Slack's notation of a message as the workspace writes it: mentions kept, links plain, escapes undone. Pure.

Mail addresses and telephone numbers name a person as surely as a name does, so ✉ and ☎ take their places.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from adapters.slack.notation import common

_SIGNS = {"mailto:": "✉", "tel:": "☎"}
# A package with its version (left-pad@1.3.0) and git@host are no mail addresses; each word is looked at once.
_MAIL = re.compile(r"(?<![\w.+%-])(?!git@)[\w.+%-]+[@\uff20](?!\d+\.\d)(?:[\w-]+\.)+[^\W\d_][\w-]+")
# The international form, of at least eight digits: codes, versions (1.0+20260101) and days (+2026-01-31) stay.
_TELEPHONE = re.compile(r"(?<![A-Za-z0-9+])[+\uff0b](?!\d{4}-\d\d-\d\d)(?:[^\S\n]?[().·/-]?[^\S\n]?\d){8,}")


def plain_text(text: str, rename: Callable[[str], str]) -> str:
    """Return a message's text; `rename` is applied to all that people wrote, not to mentions and addresses."""

    def written(part: str) -> str:
        return rename(_without_contacts(part))

    return common(text, written, _without_contacts, _SIGNS)


def _without_contacts(text: str) -> str:
    return _TELEPHONE.sub("☎", _MAIL.sub("✉", text))
