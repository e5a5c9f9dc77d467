"""The voice: how a worker writes, as counts and features – never as words that could be read back. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.profile.counting import count_marks, prose_of
from bot.profile.openings import BREAK, Openings, together


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of the writing on one shelf: as large after a hundred thousand messages as after a hundred.

    `counts` are by names from closed lists; adding and subtracting messages in any order gives the same ones.
    `openings` finds set phrases and errs towards too few. Nothing here changes in place. Make one with `blank`: tallies
    that are to be merged need the same salt, which is the worker's own and secret.
    """

    messages: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    openings: Openings = field(default_factory=Openings)

    @classmethod
    def blank(cls, salt: str) -> Tally:
        """Return a tally of nothing yet, whose hashes are keyed with a salt."""
        return cls(openings=Openings(salt))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is counted."""
        return not self.messages and not self.counts

    @property
    def phrases(self) -> tuple[str, ...]:
        """The set phrases, the most used first."""
        return self.openings.phrases

    def add(self, text: str, thread_key: str) -> Tally:
        """Return it with one message counted; `thread_key` tells one thread from another."""
        counts = _moved(self.counts, count_marks(text), 1)
        return Tally(self.messages + 1, counts, self.openings.added(prose_of(text, BREAK), thread_key))

    def subtract(self, text: str, thread_key: str) -> Tally:
        """Return it without one message that was added with just these words and this thread."""
        counts = _moved(self.counts, count_marks(text), -1)
        return Tally(self.messages - 1, counts, self.openings.subtracted(prose_of(text, BREAK), thread_key))

    def to_json(self) -> str:
        """Return it as JSON, always the same for the same tally."""
        kept = {"messages": self.messages, "counts": dict(self.counts), "openings": self.openings.to_dict()}
        return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, kept: str) -> Tally:
        """Return the tally that `to_json` wrote."""
        values = json.loads(kept)
        return cls(values["messages"], values["counts"], Openings.from_dict(values["openings"]))


def merge(tallies: Iterable[Tally]) -> Tally:
    """Add up tallies of several shelves; a `ValueError` if their salts differ."""
    many = list(tallies)
    counts: Mapping[str, int] = {}
    for tally in many:
        counts = _moved(counts, tally.counts, 1)
    return Tally(sum(tally.messages for tally in many), counts, together(tally.openings for tally in many))


def _moved(counts: Mapping[str, int], by: Mapping[str, int], sign: int) -> dict[str, int]:
    """Counts with others added or taken away; what comes to nothing is left out."""
    moved = dict(counts)
    for name, count in by.items():
        moved[name] = moved.get(name, 0) + sign * count
        if not moved[name]:
            del moved[name]
    return moved
