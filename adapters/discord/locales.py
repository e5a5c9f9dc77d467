"""In which language people were last seen to read Discord: only what they do there themselves tells it.

In memory alone: kept on disk it would be a list of who uses Understudy. A worker's own stands in their file.
"""

from __future__ import annotations

from adapters.chat.open_windows import Shelf
from bot.refs import PersonRef

_MOST = 2000


class Locales:
    """The last known language of each of the people seen lately, as Discord writes it: `en-US`, `zh-CN`."""

    def __init__(self) -> None:
        self._seen: Shelf[str] = Shelf(_MOST)

    def note(self, person: PersonRef, locale: str) -> None:
        """Take note of the language that somebody's own step came with."""
        if locale:
            self._seen.put(person, locale)

    def of(self, person: PersonRef) -> str:
        """Return somebody's language; empty where it is not known."""
        return self._seen.get(person) or ""
