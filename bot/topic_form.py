"""What a form names to be looked for – words or a pattern –, for all windows that take one. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.profile.topics import MOST, Topic, TopicKind, is_slow, is_wellformed
from bot.redaction import Redaction, redact


def names_pattern(values: Mapping[str, object]) -> bool:
    """Whether a form, or a button that brings back what it said, means a pattern."""
    return values.get("is_pattern") is True or values.get("kind") == TopicKind.PATTERN


def read_topic(values: Mapping[str, object], topic_id: str, now: datetime) -> Topic | str:
    """Return what a form names; the catalogue's key of what is wrong with it otherwise."""
    text = values.get("text", "")
    kind = TopicKind.PATTERN if names_pattern(values) else TopicKind.WORDS
    if not isinstance(text, str) or not is_wellformed(kind, text.strip()):
        return f"never.malformed_{kind}"
    return "never.too_slow" if is_slow(kind, text.strip()) else Topic(topic_id, kind, text.strip(), now)


def why_not_kept(topic: Topic, kept: Sequence[Topic] | None, regions: tuple[str, ...]) -> str | None:
    """Return why a topic is not kept beside those that are: one word, said in each window in its own way.

    `is_secret`: what is written there stays in the file; `not_joined`: there is no file; `known`; `too_many`.
    """
    if redact(topic.text, Redaction(regions)).removed:
        return "is_secret"
    if kept is None:
        return "not_joined"
    if any((other.kind, other.text) == (topic.kind, topic.text) for other in kept):
        return "known"
    return "too_many" if len(kept) >= MOST else None
