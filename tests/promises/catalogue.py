"""The promises as they stand in catalogue.toml: numbered, in sentences, cut into the parts that tests show."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

FILE = Path(__file__).with_name("catalogue.toml")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing a promise says. `shown_in` are the files (or tests) that show it; none for what is not built."""

    says: str
    shown_in: tuple[str, ...]

    @property
    def is_built(self) -> bool:
        """Whether the part exists."""
        return bool(self.shown_in)

    def is_shown_by(self, test: str) -> bool:
        """Whether a test, `tests/unit/test_audit.py::test_a_cut_tail_is_found`, is one of those that show it."""
        return any(fnmatch(test, pattern if "::" in pattern else f"{pattern}::*") for pattern in self.shown_in)


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise: its number and title, what is promised, and its parts."""

    number: int
    title: str
    sentence: str
    parts: tuple[Part, ...]

    @property
    def is_built(self) -> bool:
        """Whether any of it exists."""
        return any(part.is_built for part in self.parts)


@dataclass(frozen=True, slots=True)
class Chapter:
    """Some promises under one heading."""

    title: str
    promises: tuple[Promise, ...]


def chapters() -> tuple[Chapter, ...]:
    """Read the catalogue."""
    return tuple(
        Chapter(chapter["title"], tuple(_promise(number, row) for number, row in chapter["promise"].items()))
        for chapter in tomllib.loads(FILE.read_text("utf-8"))["chapter"]
    )


def promises() -> tuple[Promise, ...]:
    """Return every promise, in order."""
    return tuple(promise for chapter in chapters() for promise in chapter.promises)


def _promise(number: str, row: dict[str, object]) -> Promise:
    parts, not_built = row["parts"], row.get("not_built", [])
    assert isinstance(parts, dict)
    assert isinstance(not_built, list)
    made = (*(Part(says, tuple(shown)) for says, shown in parts.items()), *(Part(says, ()) for says in not_built))
    return Promise(int(number), str(row["title"]), " ".join(str(row["sentence"]).split()), made)
