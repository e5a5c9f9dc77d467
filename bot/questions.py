"""Which questions are open, and in whose file: found again when their asker edits, deletes or cancels them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.drafts import ENDED, Draft, DraftState, ended
from bot.refs import MessageRef, PersonRef, ThreadRef, WorkerRef
from bot.stage import Stage


@dataclass(frozen=True, slots=True)
class Question:
    """A question to one double. `ref` is the message it stands in; None for one asked by command.

    `thread` is where the answer will stand, `revised_at` the revision of the words. A command has no message to tell it
    from another one given in the same moment: `nonce` does.
    """

    asker: PersonRef
    worker: WorkerRef
    thread: ThreadRef
    ref: MessageRef | None
    text: str
    revised_at: datetime
    nonce: str = ""

    @property
    def opens_thread(self) -> bool:
        """Whether the thread begins with this question: nothing can stand in it yet."""
        return self.ref is not None and self.ref.stamp == self.thread.root

    @property
    def draft_id(self) -> str:
        """The same id for the same revision of the same question: a redelivery is known again. No words are in it."""
        parts = (self.asker, self.worker, self.ref or self.thread, self.revised_at.isoformat(), self.nonce)
        return "d_" + hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:20]


class OpenQuestions:
    """Finds the worker and the draft of an open question. Made from the store at each start, kept in step after."""

    def __init__(self) -> None:
        self._worker_of: dict[str, WorkerRef] = {}
        self._draft_at: dict[MessageRef, str] = {}
        self._edited_at: dict[MessageRef, datetime] = {}
        self._departed: dict[str, Draft] = {}
        self._offered: set[MessageRef] = set()

    def note(self, draft: Draft) -> None:
        """Follow a draft until its asker knows how it ended."""
        if is_over_for_asker(draft):
            self._worker_of.pop(draft.id, None)
            if draft.question_ref and self._draft_at.get(draft.question_ref) == draft.id:
                del self._draft_at[draft.question_ref]
                self._edited_at.pop(draft.question_ref, None)
                self._offered.discard(draft.question_ref)
            return
        self._worker_of[draft.id] = draft.worker
        if draft.question_ref:
            self._draft_at[draft.question_ref] = draft.id

    def worker_of(self, draft_id: str) -> WorkerRef | None:
        """Return whose double an open question went to."""
        return self._worker_of.get(draft_id)

    def at(self, ref: MessageRef) -> str | None:
        """Return the id of the draft for the open question that stands in a message."""
        return self._draft_at.get(ref)

    def note_offered(self, question: Question) -> None:
        """Remember, until it is over, that a question does not address Understudy: its asker was offered the double."""
        if question.ref is not None:
            self._offered.add(question.ref)

    def was_offered(self, ref: MessageRef) -> bool:
        """Whether the question in a message was asked by taking an offer; not known any more after a restart."""
        return ref in self._offered

    def is_news(self, ref: MessageRef, edited_at: datetime) -> bool:
        """Whether an edit of an open question is newer than all that were heard before; it is remembered as heard."""
        if edited_at <= self._edited_at.get(ref, datetime.min.replace(tzinfo=UTC)):
            return False
        self._edited_at[ref] = edited_at
        return True

    def drop(self, worker: WorkerRef) -> None:
        """Forget every question to one worker, who left."""
        for draft_id in [d for d, w in self._worker_of.items() if w == worker]:
            del self._worker_of[draft_id]
            self._draft_at = {ref: d for ref, d in self._draft_at.items() if d != draft_id}
            self._edited_at = {ref: at for ref, at in self._edited_at.items() if ref in self._draft_at}

    def outlive(self, drafts: Iterable[Draft]) -> None:
        """Keep who waits for an answer of a worker who left, in memory alone and without words, until the deadline.

        To be told earlier would tell them that somebody left.
        """
        for draft in drafts:
            self._departed[draft.id] = ended(draft, draft.state)

    def departed_due(self, now: datetime) -> tuple[Draft, ...]:
        """Take out those questions to workers who left whose deadline has come."""
        due = tuple(d for d in self._departed.values() if d.lapses_at <= now)
        for draft in due:
            del self._departed[draft.id]
        return due

    def departed_call_off(self, draft_id: str, asker: PersonRef | None) -> Draft | None:
        """Take out such a question because its asker calls it off, or it is gone; None if it is not theirs or there."""
        draft = self._departed.get(draft_id)
        return self._departed.pop(draft_id) if draft is not None and asker in {None, draft.asker} else None

    async def load(self, stage: Stage) -> None:
        """Read every open question from the store."""
        for worker in await stage.store.workers():
            drafts = await stage.store.read(worker, lambda tx: tx.drafts.in_states(frozenset(DraftState)))
            for draft in drafts or ():
                self.note(draft)


def is_over_for_asker(draft: Draft) -> bool:
    """Whether nothing more will be said to the asker of this draft."""
    return draft.state in ENDED and (draft.told_at is not None or draft.state is DraftState.WITHDRAWN)
