"""What a worker has set for their own double."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.profile.topics import Topic
from bot.refs import PersonRef


@dataclass(frozen=True, slots=True)
class Preferences:
    """A worker's own choices: askers muted unseen, and whether an asker may be shown links to the worker's messages.

    `topics` are never used. `informed` holds which askers were told that a recipient (`bot.model`) reads their
    question, and went on: (asker, recipient). `told_version` is the profile's version that they were last told of.
    `told_end` says of which end, and how near, they were last told (`bot.resting`); `told_words` is the hash of the new
    words that they were told of.
    `never_learn` is taken out of all that is kept; `cleared_by` names the redaction that the whole log was last gone
    over with, empty before the first time. `away_until` is the last day on which the double may be offered to whoever
    mentions the worker; with `away_by_status` it may be whenever their status says that they are away. With
    `drafts_shown` the notice of waiting drafts holds them. `time_zone` is the one that the worker chose, and
    `locale` the language they joined in; both stand only where their platform tells no time zone, else they are empty.
    """

    muted: frozenset[PersonRef] = frozenset()
    links_allowed: bool = True
    topics: tuple[Topic, ...] = ()
    informed: frozenset[tuple[PersonRef, str]] = frozenset()
    told_version: int = 0
    told_end: tuple[str, int] = ("", 0)
    told_words: str = ""
    never_learn: tuple[Topic, ...] = ()
    cleared_by: str = ""
    away_until: date | None = None
    away_by_status: bool = False
    drafts_shown: bool = False
    time_zone: str = ""
    locale: str = ""

    def is_away_on(self, day: date) -> bool:
        """Whether the worker said that they are away on that day of theirs."""
        return self.away_until is not None and day <= self.away_until
