"""Values as both stores keep them: what is read back is the same, whichever store it was."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC

from bot.audit import AuditEntry
from bot.drafts import Draft, DraftState, is_legal
from bot.errors import StoreError


def storable(text: str) -> str:
    """Return a text that UTF-8 can hold: half a surrogate pair, as broken JSON may bring, becomes U+FFFD."""
    return text if text.isascii() else text.encode("utf8", "surrogatepass").decode("utf8", "replace")


def settled_entry(entry: AuditEntry) -> AuditEntry:
    """Return an entry as it will be read back: in UTC, its facts no longer anyone's to change."""
    return replace(entry, at=entry.at.astimezone(UTC), facts=json.loads(json.dumps(entry.facts)))


def settled_draft(draft: Draft) -> Draft:
    """Return a draft as it will be read back: its words storable."""
    sources = tuple(replace(source, quote=storable(source.quote)) for source in draft.sources)
    return replace(draft, question=storable(draft.question), written=storable(draft.written), sources=sources)


def check_move(was: DraftState, draft: Draft) -> None:
    """Refuse a move that is not in the table: no path of the code may lead a draft where it must not go."""
    if not is_legal(was, draft.state):
        raise StoreError(f"a draft never moves from {was.value!r} to {draft.state.value!r}", "illegal_move")


def words_of(draft: Draft) -> set[str]:
    """Return the words that a draft holds; when some of them go, their traces are to be compacted away."""
    return {text for text in (draft.question, draft.written, *(source.quote for source in draft.sources)) if text}
