"""Drafts: an answer awaiting its worker, the table of legal moves, and what binds an approval.

Pure. A move is made by the store as compare-and-set, so a second click finds the state changed and does nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef, WorkerRef


class DraftState(StrEnum):
    """Where a draft stands."""

    ASKED = "asked"  # the question is stored; no answer composed yet
    PENDING = "pending"  # waits for its worker; with no text when the double found nothing to say
    APPROVED = "approved"
    POSTING = "posting"  # claimed by the delivery; the platform may or may not have it
    UNSURE = "unsure"  # the platform could not say whether it was posted: the worker is asked
    FAILED = "failed"  # the platform refused it
    POSTED = "posted"
    RETRACTED = "retracted"
    DENIED = "denied"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


_S = DraftState
MOVES: frozenset[tuple[DraftState, DraftState]] = frozenset(
    {
        (_S.ASKED, _S.PENDING),
        (_S.ASKED, _S.EXPIRED),
        (_S.ASKED, _S.WITHDRAWN),
        (_S.PENDING, _S.ASKED),  # a source was edited or deleted: composed afresh
        (_S.PENDING, _S.APPROVED),
        (_S.PENDING, _S.DENIED),
        (_S.PENDING, _S.EXPIRED),
        (_S.PENDING, _S.WITHDRAWN),
        (_S.APPROVED, _S.POSTING),
        (_S.APPROVED, _S.ASKED),
        (_S.APPROVED, _S.PENDING),  # the audience or a source changed: the worker reads it again
        (_S.APPROVED, _S.EXPIRED),
        (_S.APPROVED, _S.WITHDRAWN),
        (_S.POSTING, _S.POSTED),
        (_S.POSTING, _S.APPROVED),  # proved absent
        (_S.POSTING, _S.UNSURE),
        (_S.POSTING, _S.FAILED),
        (_S.UNSURE, _S.POSTED),  # the worker saw it there
        (_S.UNSURE, _S.APPROVED),  # the worker saw that it is not there
        (_S.UNSURE, _S.WITHDRAWN),
        (_S.FAILED, _S.APPROVED),
        (_S.FAILED, _S.EXPIRED),
        (_S.FAILED, _S.WITHDRAWN),
        (_S.POSTED, _S.RETRACTED),
        (_S.POSTED, _S.PENDING),  # undone within its seconds
    }
)
OPEN = frozenset({_S.ASKED, _S.PENDING, _S.APPROVED, _S.POSTING, _S.UNSURE, _S.FAILED})
ENDED = frozenset(DraftState) - OPEN


@dataclass(frozen=True, slots=True)
class Source:
    """One of the worker's messages that a draft rests on, and the digest of its text when it was quoted."""

    ref: MessageRef
    digest: str
    said_at: datetime
    quote: str  # the sentences taken from it; empty once the message is gone


@dataclass(frozen=True, slots=True)
class Draft:
    """One question to one double and what became of it.

    `question` lives as long as the draft is open and is emptied when it ends. `written` is the text last shown to the
    worker, `revision` counts its versions; `approved_digest` binds an approval to text, sources and place.
    `composed` is what the double wrote, kept until the reply cannot be undone any more; `claims` are the ids of claims
    it rests on. A denied draft keeps the references of its `sources` until a reason was given or the deadline came.
    `awaits_asker` holds while the asker was told that a language model would read the question, and has not gone on.
    """

    id: str
    worker: WorkerRef
    asker: PersonRef
    thread: ThreadRef
    question_ref: MessageRef | None
    question: str
    state: DraftState
    asked_at: datetime
    lapses_at: datetime
    composer: str = ""
    written: str = ""
    sources: tuple[Source, ...] = ()
    reasons: tuple[str, ...] = ()  # catalogue keys, worst first
    revision: int = 0
    is_edited: bool = False
    announced_at: datetime | None = None
    decided_at: datetime | None = None
    approved_digest: str = ""
    claimed_at: datetime | None = None
    posted_ref: MessageRef | None = None
    posted_at: datetime | None = None
    told_at: datetime | None = None  # when the asker learnt how it ended
    composed: str = ""
    claims: tuple[str, ...] = ()
    awaits_asker: bool = False
    told_recipient: str = ""  # whom the asker was told of (`bot.model`), while they have not gone on
    without_model: bool = False  # the asker chose that no language model reads the question
    prompt_digest: str = ""  # SHA-256 of what was sent to the model, for the receipt

    @property
    def key(self) -> str:
        """What marks the post on the platform, so that it can be found again: no words, and new at each approval."""
        return f"{self.id}.{self.revision}"

    @property
    def channel(self) -> ChannelRef:
        """Where the answer will stand."""
        return self.thread.channel


def text_digest(text: str) -> str:
    """SHA-256 of a text, as hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def approval_digest(draft: Draft, audience: str) -> str:
    """Bind what was shown: text, revision, sources with their texts, claims, thread and audience, as SHA-256 hex.

    A question asked by command is bound too, for it is posted above the answer.
    """
    bound = [
        draft.id,
        draft.revision,
        draft.written,
        draft.question if draft.question_ref is None else "",  # it will stand above the answer
        str(draft.thread),
        audience,
        [(str(s.ref), s.digest) for s in draft.sources],
        draft.claims,
    ]
    return text_digest(json.dumps(bound, ensure_ascii=False, separators=(",", ":")))


def is_legal(old: DraftState, new: DraftState) -> bool:
    """Whether a draft may move so; what stays in its state may always be changed."""
    return old is new or (old, new) in MOVES


def composed_afresh(draft: Draft, question: str) -> Draft:
    """Return the draft as a question again, without words or approval: what was shown before is void."""
    return replace(
        draft,
        state=DraftState.ASKED,
        revision=draft.revision + 1,
        question=question,
        written="",
        composed="",
        prompt_digest="",
        claims=(),
        sources=(),
        reasons=(),
        is_edited=False,
        approved_digest="",
        decided_at=None,
    )


def ended(draft: Draft, state: DraftState) -> Draft:
    """Return the draft as it ends without having been posted: of the question and the answer no word is kept."""
    return replace(draft, state=state, question="", written="", composed="", sources=(), claims=())
