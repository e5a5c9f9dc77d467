"""Values as both stores keep them: what is read back is the same, whichever store it was."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC

from bot.audit import AuditEntry
from bot.drafts import Draft, DraftState, Source, is_legal
from bot.errors import StoreError
from bot.model import Vector
from bot.preferences import Preferences
from bot.profile.claims import Claim
from bot.profile.versions import ProfileVersion
from bot.profile.voice import Tally
from bot.reusable import ReusableAnswer


def length_of(vectors: Iterable[Vector]) -> int:
    """Return the one length that vectors have; several are a `StoreError`."""
    lengths = {len(vector) for vector in vectors}
    if len(lengths) != 1:
        raise StoreError("vectors of one model have one length")
    return lengths.pop()


def storable(text: str) -> str:
    """Return a text that UTF-8 can hold: half a surrogate pair, as broken JSON may bring, becomes U+FFFD."""
    text = str(text)  # a store keeps plain text, whatever it was made of
    return text if text.isascii() else text.encode("utf8", "surrogatepass").decode("utf8", "replace")


def settled_entry(entry: AuditEntry) -> AuditEntry:
    """Return an entry as it will be read back: in UTC, its facts no longer anyone's to change."""
    return replace(entry, at=entry.at.astimezone(UTC), facts=json.loads(json.dumps(entry.facts)))


def settled_draft(draft: Draft) -> Draft:
    """Return a draft as it will be read back: its words storable."""
    return replace(
        draft,
        question=storable(draft.question),
        written=storable(draft.written),
        composed=storable(draft.composed),
        sources=_settled_sources(draft.sources),
    )


def settled_claim(claim: Claim) -> Claim:
    """Return a claim as it will be read back: its words storable."""
    return replace(claim, statement=storable(claim.statement))


def settled_answer(answer: ReusableAnswer) -> ReusableAnswer:
    """Return a reusable answer as it will be read back: its words storable."""
    titles = tuple(storable(title) for title in answer.titles)
    return replace(answer, titles=titles, text=storable(answer.text), sources=_settled_sources(answer.sources))


def settled_preferences(preferences: Preferences) -> Preferences:
    """Return preferences as they will be read back: the words of their topics storable."""
    topics, never_learn = (
        tuple(replace(t, text=storable(t.text)) for t in kept) for kept in (preferences.topics, preferences.never_learn)
    )
    return replace(preferences, topics=topics, never_learn=never_learn)


def settled_version(version: ProfileVersion) -> ProfileVersion:
    """Return a version as it will be read back: its states and traits no longer anyone's to change."""
    return replace(version, states=dict(version.states), traits=dict(version.traits))


def settled_tally(tally: Tally) -> Tally:
    """Return a tally as it will be read back: no longer anyone's to change."""
    return Tally.from_json(json.loads(json.dumps(tally.to_json())))


def _settled_sources(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    return tuple(replace(source, quote=storable(source.quote)) for source in sources)


def check_move(was: DraftState, draft: Draft) -> None:
    """Refuse a move that is not in the table: no path of the code may lead a draft where it must not go."""
    if not is_legal(was, draft.state):
        raise StoreError(f"a draft never moves from {was.value!r} to {draft.state.value!r}", "illegal_move")


def words_of(draft: Draft) -> set[str]:
    """Return the words that a draft holds; when some of them go, their traces are to be compacted away."""
    quotes = (source.quote for source in draft.sources)
    return {text for text in (draft.question, draft.written, draft.composed, *quotes) if text}


def words_of_answer(answer: ReusableAnswer) -> set[str]:
    """Return the words that a reusable answer holds."""
    return {text for text in (*answer.titles, answer.text, *(source.quote for source in answer.sources)) if text}


def words_of_topics(preferences: Preferences) -> set[str]:
    """Return the words of the topics that are never used, and of what is never learnt."""
    return {topic.text for topic in (*preferences.topics, *preferences.never_learn)}


def loses_words(old: Tally | None, new: Tally) -> bool:
    """Whether a set phrase of the worker's goes, or all that was counted on a shelf, when one tally follows another."""
    return old is not None and (new.is_empty or not set(old.phrases) <= set(new.phrases))
