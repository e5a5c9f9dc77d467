"""Set phrases, counted without being kept: how messages open, as keyed hashes in a table of fixed size. Pure.

Two things keep what was written from being read back. Only the first two or three words of a message's first clause
of more than one are counted – in Chinese the whole of it, if it has two to six characters –, so that even somebody
who finds the words to every hash learns no more. And the words themselves are kept only of what was used five times
in three threads, made of everyday words alone. The table is Space-Saving (Metwally, Agrawal and El Abbadi 2005): a
full one gives the place of its least counted entry to the newcomer, which inherits that count as its possible
error; here the error never counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.patterns import Pattern
from bot.profile.manners import EVERYDAY, EVERYDAY_CHARACTERS, NO_LAST_WORD

MOST_OPENINGS = 512
MOST_PHRASES = 24
USES, THREADS = 5, 3
BREAK = " / "
"""What stands for code, a link or a mention in the prose given here: no phrase runs across it."""

_WORD = Pattern(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CLAUSE = Pattern(
    r"[^\s,.;:!?…()\[\]\"“”–—/，。；：！？、（）~～]+(?:[ \t]+[^\s,.;:!?…()\[\]\"“”–—/，。；：！？、（）~～]+)*"
)
_CHINESE = Pattern(r"[\u4e00-\u9fff]{2,6}\Z")


@dataclass(frozen=True, slots=True)
class Opening:
    """How often one opening was seen, at most `error` of it before it had its place; `threads` holds up to three."""

    count: int = 0
    error: int = 0
    threads: tuple[tuple[str, int], ...] = ()

    @property
    def is_set(self) -> bool:
        """Whether it was used often enough, in enough threads, to be called a set phrase."""
        return self.count - self.error >= USES and len(self.threads) >= THREADS

    def moved(self, thread: str, by: int) -> Opening:
        """Return it seen once more, or once less, in a thread."""
        threads = dict(self.threads)
        if thread in threads or len(threads) < THREADS:
            threads[thread] = threads.get(thread, 0) + by
        kept = tuple(sorted((name, times) for name, times in threads.items() if times > 0))
        return replace(self, count=self.count + by, threads=kept)


@dataclass(frozen=True, slots=True)
class Openings:
    """The table, and the words of the set phrases by their hash. `salt` keys the hashes."""

    salt: str = ""
    table: Mapping[str, Opening] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def added(self, prose: str, thread_key: str) -> Openings:
        """Return it with the opening of one message counted."""
        phrases = opening_phrases(prose)
        if not phrases:
            return self
        table, thread = dict(self.table), self._hash(thread_key, 2)
        hashes = {self._hash(phrase, 6): phrase for phrase in phrases}
        for key in hashes:
            table[key] = (table.get(key) or _newcomer(table)).moved(thread, 1)
        words = {key: phrase for key, phrase in self.words.items() if key in table}
        for key, phrase in hashes.items():
            if table[key].is_set and key not in words and _fits(phrase, words.values()):
                words[key] = phrase
        return Openings(self.salt, table, words)

    def subtracted(self, prose: str, thread_key: str) -> Openings:
        """Return it without one message that was counted; a phrase that is no longer set loses its words."""
        table, thread = dict(self.table), self._hash(thread_key, 2)
        for key in (self._hash(phrase, 6) for phrase in opening_phrases(prose)):
            if key in table:
                fewer = table[key].moved(thread, -1)
                table[key] = fewer
                if fewer.count <= fewer.error:
                    del table[key]
        return Openings(self.salt, table, _still_set(self.words, table))

    @property
    def phrases(self) -> tuple[str, ...]:
        """The set phrases, the most used first."""
        return tuple(self.words[key] for key in sorted(self.words, key=lambda key: (-self.table[key].count, key)))

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values for JSON."""
        table = {key: [o.count, o.error, dict(o.threads)] for key, o in sorted(self.table.items())}
        return {"salt": self.salt, "table": table, "words": dict(sorted(self.words.items()))}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Openings:
        """Return what `to_dict` gave away."""
        table = {
            key: Opening(count, error, tuple(sorted(threads.items())))
            for key, (count, error, threads) in kept["table"].items()
        }
        return cls(kept["salt"], table, dict(kept["words"]))

    def _hash(self, text: str, size: int) -> str:
        key = hashlib.sha256(self.salt.encode("utf8")).digest()
        return hashlib.blake2b(text.encode("utf8", "surrogatepass"), key=key, digest_size=size).hexdigest()


def together(many: Iterable[Openings]) -> Openings:
    """Add up tables of one salt; a `ValueError` if salts differ, for then their hashes cannot be compared."""
    tables = list(many)
    if len({one.salt for one in tables}) > 1:
        raise ValueError("tallies of different salts cannot be merged")
    table: dict[str, Opening] = {}
    words: dict[str, str] = {}
    for one in tables:
        for key, seen in one.table.items():
            table[key] = _sum(table[key], seen) if key in table else seen
        words |= one.words
    kept = sorted(table, key=lambda key: (key not in words, -table[key].count, key))[:MOST_OPENINGS]
    table = {key: table[key] for key in kept}
    chosen: dict[str, str] = {}
    for key in (key for key in kept if key in words):
        if table[key].is_set and _fits(words[key], chosen.values()):
            chosen[key] = words[key]
    return Openings(tables[0].salt if tables else "", table, chosen)


def opening_phrases(prose: str) -> list[str]:
    """Return what a message opens with that may be a set phrase, the longest first.

    A capital after the first word may be a name's, anything but an everyday word may be one: neither is returned.
    """
    clause = next((found.group() for found in _CLAUSE.finditer(prose) if len(_parts(found.group())) > 1), "")
    if _CHINESE.match(clause):
        return [clause] if EVERYDAY_CHARACTERS.issuperset(clause) else []
    pieces = clause.split()[:3]
    phrases = [_phrase(pieces[:length]) for length in (3, 2) if len(pieces) >= length]
    return [phrase for phrase in phrases if phrase]


def _phrase(pieces: list[str]) -> str:
    """Pieces as a phrase in lower case, but for *I*; empty if they make none."""
    words = [piece.replace("’", "'").casefold() for piece in pieces if _WORD.fullmatch(piece)]
    if len(words) < len(pieces) or words[-1] in NO_LAST_WORD or not EVERYDAY.issuperset(words):
        return ""
    if any(piece[0].isupper() and not _is_i(word) for piece, word in zip(pieces[1:], words[1:], strict=True)):
        return ""
    return " ".join(word.capitalize() if _is_i(word) else word for word in words)


def _is_i(word: str) -> bool:
    return word == "i" or word.startswith("i'")


def _newcomer(table: dict[str, Opening]) -> Opening:
    """A place in the table, taken from the least counted entry if there is none free."""
    if len(table) < MOST_OPENINGS:
        return Opening()
    least = min(table, key=lambda key: (table[key].count, key))
    count = table.pop(least).count
    return Opening(count, count)


def _fits(phrase: str, others: Iterable[str]) -> bool:
    """Whether a phrase can be kept beside others: none may hold, continue or lead into another."""
    kept = list(others)
    words = phrase.split()
    if len(words) > 1 and words[0] == words[-1]:
        return False  # it would lead into itself
    return len(kept) < MOST_PHRASES and not any(_touches(phrase, other) for other in kept)


def _touches(one: str, other: str) -> bool:
    """Whether two phrases could be laid over each other to read on: by a word, in Chinese by a character."""
    first, second = _parts(one), _parts(other)
    shorter = range(1, min(len(first), len(second)) + 1)
    leads = any(first[-size:] == second[:size] or second[-size:] == first[:size] for size in shorter)
    return leads or _holds(first, second) or _holds(second, first)


def _parts(phrase: str) -> list[str]:
    return list(phrase) if _CHINESE.match(phrase) else phrase.split()


def _holds(long: list[str], short: list[str]) -> bool:
    return any(long[start : start + len(short)] == short for start in range(len(long) - len(short) + 1))


def _still_set(words: Mapping[str, str], table: Mapping[str, Opening]) -> dict[str, str]:
    return {key: phrase for key, phrase in words.items() if key in table and table[key].is_set}


def _sum(one: Opening, other: Opening) -> Opening:
    threads = dict(one.threads)
    for name, times in other.threads:
        threads[name] = threads.get(name, 0) + times
    most = sorted(threads.items(), key=lambda item: (-item[1], item[0]))[:THREADS]
    return Opening(one.count + other.count, one.error + other.error, tuple(sorted(most)))
