"""The rooms of the memory store for consent, messages, their index, drafts, the audit chain and keepsakes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.agreed_words import AgreedWords
from bot.audit import AuditEntry, ChainedEntry, ChainHead, link, verify
from bot.consent import Closure, ConsentedMessage, Grant, Shelf, closed
from bot.drafts import Draft, DraftState
from bot.messages import Backfill, LoggedMessage, Recorded, Span, Spending, by_time
from bot.ports import Frequencies, Hit
from bot.preferences import Preferences
from bot.redaction import RedactedText
from bot.refs import ChannelRef, MessageRef, PersonRef
from storage.errors import stored_already
from storage.memory_index import best, containing
from storage.memory_state import Room
from storage.values import (
    check_move,
    settled_draft,
    settled_entry,
    settled_preferences,
    storable,
    words_of,
    words_of_topics,
)


class MemoryConsentRepository(Room):
    """`bot.ports.ConsentRepository` in memory."""

    def all(self) -> tuple[Grant, ...]:
        """Return every grant."""
        return tuple(sorted(self._state.grants.values(), key=lambda grant: grant.given_at))

    def add(self, grants: Iterable[Grant]) -> None:
        """Keep new grants: all of them, or none if one cannot be kept."""
        new = list(grants)
        for grant in new:
            self._check_changing(grant.worker)
        ids = {grant.id for grant in new}
        if len(ids) < len(new) or ids & self._state.grants.keys():
            raise stored_already()
        self._state.grants.update({grant.id: grant for grant in new})

    def close(self, ids: Collection[str], at: datetime, closure: Closure) -> int:
        """Cut grants short."""
        self._check_changing()
        old = {grant_id: self._state.grants[grant_id] for grant_id in ids if grant_id in self._state.grants}
        new = {grant_id: closed(grant, at, closure) for grant_id, grant in old.items()}
        self._state.grants.update(new)
        return sum(new[grant_id] is not old[grant_id] for grant_id in old)


class MemoryMessageRepository(Room):
    """`bot.ports.MessageRepository` in memory."""

    def record(self, message: ConsentedMessage) -> Recorded:
        """Store a message once."""
        self._check_changing(message.worker)
        if message.ref in self._state.removed:
            return Recorded.DELETED
        old = self._state.messages.get(message.ref)
        if old is not None and old.revised_at >= message.revised_at:
            return Recorded.REPEATED
        self._state.messages[message.ref] = LoggedMessage(
            ref=message.ref,
            text=storable(message.text),
            said_at=message.said_at,
            revised_at=message.revised_at,
            thread=message.thread,
            public=message.public,
            grant_id=message.grant_id,
            is_withheld=old is not None and old.is_withheld,
            lowered=old.lowered if old is not None else 0,
        )
        self._state.read.discard(message.ref)
        if old is None:
            return Recorded.NEW
        self._state.vectors.pop(message.ref, None)
        self._state.is_due = True
        return Recorded.REVISED

    def rewrite(self, texts: Mapping[MessageRef, RedactedText]) -> int:
        """Replace the texts of stored messages."""
        self._check_changing()
        stored = {ref: text for ref, text in texts.items() if ref in self._state.messages}
        for ref, text in stored.items():
            self._state.messages[ref] = replace(self._state.messages[ref], text=storable(text))
            self._state.vectors.pop(ref, None)
        self._state.read.difference_update(stored)
        self._state.is_due |= bool(stored)
        return len(stored)

    def remove(self, refs: Collection[MessageRef], at: datetime) -> int:  # noqa: ARG002 - the references alone stay
        """Delete messages."""
        self._check_changing()
        gone = [self._state.messages.pop(ref, None) for ref in refs]
        self._state.removed.update(refs)
        self._state.read.difference_update(refs)
        for ref in refs:
            self._state.withheld.pop(ref, None)
        MemoryPassageIndex(self._worker, self._state).remove(refs)
        count = sum(message is not None for message in gone)
        self._state.is_due |= count > 0
        return count

    def find(self, refs: Collection[MessageRef]) -> tuple[LoggedMessage, ...]:
        """Return those that are stored."""
        found = [self._state.messages[ref] for ref in dict.fromkeys(refs) if ref in self._state.messages]
        return tuple(sorted(found, key=by_time))

    def page(self, span: Span, limit: int, before: datetime | None = None) -> tuple[LoggedMessage, ...]:
        """Return the newest messages of a span."""
        earlier = [m for m in self._within(span) if before is None or m.said_at < before]
        return tuple(earlier[::-1][: max(limit, 0)])

    def refs(self, span: Span) -> tuple[MessageRef, ...]:
        """Return the references of a span."""
        return tuple(message.ref for message in self._within(span))

    def count(self, span: Span = Span()) -> int:
        """Count the messages of a span."""
        return len(self._within(span))

    def channels(self) -> tuple[tuple[ChannelRef, int], ...]:
        """Count the messages of each channel."""
        counts: dict[ChannelRef, int] = {}
        for ref in self._state.messages:
            counts[ref.channel] = counts.get(ref.channel, 0) + 1
        return tuple(sorted(counts.items()))

    def removed(self) -> tuple[MessageRef, ...]:
        """Return the references that stay out."""
        return tuple(sorted(self._state.removed))

    def _within(self, span: Span) -> list[LoggedMessage]:
        found = (
            message
            for message in self._state.messages.values()
            if (span.channel is None or message.ref.channel == span.channel)
            and (span.since is None or message.said_at >= span.since)
            and (span.until is None or message.said_at < span.until)
            and (span.public is None or message.public == span.public)
        )
        return sorted(found, key=by_time)


class MemoryPassageIndex(Room):
    """`bot.ports.PassageIndex` in memory."""

    def put(self, ref: MessageRef, shelf: Shelf, terms: Sequence[str]) -> None:
        """Index a message; one that was removed stays out."""
        self._check_changing()
        if ref not in self._state.removed:
            self.remove([ref])
            self._state.standing[ref] = shelf
            self._state.shelves.setdefault(shelf, {})[ref] = tuple(filter(None, terms))

    def remove(self, refs: Collection[MessageRef]) -> None:
        """Take messages out of the index."""
        self._check_changing()
        for ref in refs:
            shelf = self._state.standing.pop(ref, None)
            if shelf is not None:
                del self._state.shelves[shelf][ref]
                self._state.vectors.pop(ref, None)
                self._state.is_due = True

    def search(self, shelves: Collection[Shelf], terms: Sequence[str], limit: int) -> tuple[Hit, ...]:
        """Return the best of each shelf."""
        present = (self._state.shelves.get(shelf, {}) for shelf in dict.fromkeys(shelves))
        return tuple(hit for documents in present for hit in best(documents, terms, limit))

    def frequencies(self, shelves: Collection[Shelf], terms: Collection[str]) -> Frequencies:
        """Return document counts."""
        present = [self._state.shelves.get(shelf, {}) for shelf in dict.fromkeys(shelves)]
        counts = {term: sum(containing(documents, term) for documents in present) for term in terms}
        return Frequencies(sum(map(len, present)), counts)

    def shelves(self) -> tuple[Shelf, ...]:
        """Return the shelves that hold anything, in the order of their channels."""
        held = [shelf for shelf, documents in self._state.shelves.items() if documents]
        return tuple(sorted(held, key=lambda shelf: (shelf.channel, shelf.public)))


class MemoryDraftRepository(Room):
    """`bot.ports.DraftRepository` in memory."""

    def add(self, draft: Draft) -> None:
        """Keep a new draft."""
        self._check_changing(draft.worker)
        if draft.id in self._state.drafts:
            raise stored_already()
        self._state.drafts[draft.id] = settled_draft(draft)

    def get(self, draft_id: str) -> Draft | None:
        """Return a draft."""
        return self._state.drafts.get(draft_id)

    def move(self, draft: Draft, was: DraftState, revision: int) -> bool:
        """Compare and set."""
        self._check_changing(draft.worker)
        check_move(was, draft)
        old = self.get(draft.id)
        if old is None or (old.state, old.revision) != (was, revision):
            return False
        self._state.drafts[draft.id] = settled_draft(draft)
        self._state.is_due |= not words_of(old) <= words_of(draft)
        return True

    def in_states(self, states: Collection[DraftState]) -> tuple[Draft, ...]:
        """Return the drafts in some states."""
        return tuple(draft for draft in self._in_order() if draft.state in states)

    def asked_since(self, since: datetime) -> tuple[tuple[PersonRef, datetime], ...]:
        """Return who asked and when, in that order of time."""
        return tuple((draft.asker, draft.asked_at) for draft in self._in_order() if draft.asked_at >= since)

    def latest(self, limit: int) -> tuple[Draft, ...]:
        """Return the drafts asked last."""
        return tuple(self._in_order()[::-1][: max(limit, 0)])

    def posted_words(self, limit: int) -> tuple[tuple[MessageRef, str], ...]:
        """Return what the latest posted replies say."""
        posted = [draft for draft in reversed(self._state.drafts.values()) if draft.state is DraftState.POSTED]
        return tuple((d.posted_ref, d.written) for d in posted[: max(limit, 0)] if d.posted_ref is not None)

    def _in_order(self) -> list[Draft]:
        return sorted(self._state.drafts.values(), key=lambda draft: draft.asked_at)


class MemoryAuditLog(Room):
    """`bot.ports.AuditLog` in memory."""

    def append(self, entry: AuditEntry) -> ChainedEntry:
        """Link an entry to the chain's end."""
        self._check_changing()
        chained, self._state.audit_head = link(self._state.audit_key, self.head(), settled_entry(entry))
        self._state.audit.append(chained)
        return replace(chained, entry=settled_entry(chained.entry))

    def entries(self, subject: str | None = None) -> tuple[ChainedEntry, ...]:
        """Return the entries."""
        found = (c for c in self._state.audit if subject is None or c.entry.subject == subject)
        return tuple(replace(chained, entry=settled_entry(chained.entry)) for chained in found)

    def head(self) -> ChainHead | None:
        """Return where the chain ends."""
        return self._state.audit_head

    def check(self) -> str | None:
        """Verify the whole chain."""
        return verify(self._state.audit_key, self._state.audit, self.head())

    def key(self) -> bytes:
        """Return the key of this chain."""
        return self._state.audit_key


class MemoryKeepsakeRepository(Room):
    """`bot.ports.KeepsakeRepository` in memory."""

    def preferences(self) -> Preferences:
        """Return the preferences."""
        return self._state.preferences

    def set_preferences(self, preferences: Preferences) -> None:
        """Replace the preferences."""
        self._check_changing()
        old, self._state.preferences = self._state.preferences, settled_preferences(preferences)
        self._state.is_due |= not words_of_topics(old) <= words_of_topics(self._state.preferences)

    def backfills(self) -> tuple[Backfill, ...]:
        """Return the unfinished back-fills."""
        return tuple(sorted(self._state.backfills.values(), key=lambda backfill: backfill.channel))

    def put_backfill(self, backfill: Backfill) -> None:
        """Keep how far one channel's back-fill has come."""
        self._check_changing()
        self._state.backfills[backfill.channel] = backfill

    def drop_backfill(self, channel: ChannelRef) -> None:
        """Forget a channel's back-fill."""
        self._check_changing()
        self._state.backfills.pop(channel, None)

    def spend(self, day: date, purpose: str, spent: Spending) -> None:
        """Add to what was spent."""
        self._check_changing()
        old = self._state.spending.get((day, purpose), Spending())
        self._state.spending[day, purpose] = Spending(
            old.requests + spent.requests, old.prompt + spent.prompt, old.completion + spent.completion
        )

    def spent(self, day: date) -> dict[str, Spending]:
        """Return what was spent on a day."""
        return {purpose: spent for (on, purpose), spent in self._state.spending.items() if on == day}

    def keep_agreed(self, words: AgreedWords) -> None:
        """Keep the words under their digest."""
        self._check_changing()
        self._state.agreed.setdefault(words.digest, words)

    def agreed(self) -> dict[str, AgreedWords]:
        """Return the words by their digest."""
        return dict(sorted(self._state.agreed.items()))
