"""Patterns that are compiled when they are first used: a start waits for none that it may never need. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property


class Pattern:
    """A regular expression as `re.compile` makes it, made at its first use."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self._flags)

    def search(self, text: str, place: int = 0) -> re.Match[str] | None:
        """Find it anywhere from a place on."""
        return self._compiled.search(text, place)

    def match(self, text: str, place: int = 0) -> re.Match[str] | None:
        """Find it at a place."""
        return self._compiled.match(text, place)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Find it as the whole text."""
        return self._compiled.fullmatch(text)

    def findall(self, text: str) -> list[str]:
        """Return all that it finds, or all of its one group."""
        return self._compiled.findall(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Find it again and again."""
        return self._compiled.finditer(text)

    def sub(self, instead: str | Callable[[re.Match[str]], str], text: str, count: int = 0) -> str:
        """Put something in its place."""
        return self._compiled.sub(instead, text, count)

    def split(self, text: str) -> list[str]:
        """Cut a text where it stands."""
        return self._compiled.split(text)
