"""The ports: what the core asks of a store and of a platform. Each docstring is a promise the contract suites test.

A store's methods are synchronous and run inside one transaction in one worker's file (`bot.offload`). What is asked of
a platform stands in `bot.platform_ports` and is handed on from here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.agreed_words import AgreedWords
from bot.audit import AuditEntry, ChainedEntry, ChainHead
from bot.consent import Closure, ConsentedMessage, Grant, Shelf
from bot.drafts import Draft, DraftState
from bot.messages import Backfill, LoggedMessage, Recorded, Span, Spending
from bot.model import Vector
from bot.platform_ports import (
    Channel,
    ChatPlatform,
    Directory,
    EventHandler,
    HistoryPage,
    Person,
    Posted,
)
from bot.preferences import Preferences
from bot.profile.claims import Claim
from bot.profile.versions import Cause, ProfileVersion
from bot.profile.voice import Tally
from bot.redaction import RedactedText, Removal
from bot.refs import ChannelRef, MessageRef, PersonRef, WorkerRef
from bot.refused import RefusedQuestion
from bot.reusable import ReusableAnswer
from bot.weekly import WeeklyNote

__all__ = [
    "AuditLog",
    "Channel",
    "ChatPlatform",
    "CompactionProof",
    "ConsentRepository",
    "Directory",
    "DraftRepository",
    "ErasureProof",
    "EventHandler",
    "Frequencies",
    "HistoryPage",
    "Hit",
    "KeepsakeRepository",
    "MessageRepository",
    "Near",
    "NoteRepository",
    "PassageIndex",
    "Person",
    "Posted",
    "ProfileRepository",
    "RefusedRepository",
    "RemovalLog",
    "ReusableRepository",
    "Store",
    "Transaction",
    "UsageRepository",
    "VaultRepository",
    "VectorIndex",
]


class ConsentRepository(Protocol):
    """The worker's grants, every one ever given while the file lives."""

    def all(self) -> tuple[Grant, ...]:
        """Return every grant, oldest first."""
        ...

    def add(self, grants: Iterable[Grant]) -> None:
        """Keep new grants; an id that is stored already is a `StoreError`."""
        ...

    def close(self, ids: Collection[str], at: datetime, closure: Closure) -> int:
        """Cut grants short at `at`, as `bot.consent.closed` has it. Return how many were changed."""
        ...


class MessageRepository(Protocol):
    """The message log of one worker."""

    def record(self, message: ConsentedMessage) -> Recorded:
        """Store a message once. A newer revision replaces the text; an older or equal one changes nothing.

        A reference that was deleted or forgotten stays out, whenever it comes (`Recorded.DELETED`).
        """
        ...

    def rewrite(self, texts: Mapping[MessageRef, RedactedText]) -> int:
        """Replace the texts of stored messages, which are not revised by that; return how many there are.

        A vector of the old words goes, and the message is unread.
        """
        ...

    def remove(self, refs: Collection[MessageRef], at: datetime) -> int:
        """Delete messages, words and all, and remember the references alone so that none comes back.

        A reference never seen is remembered too. Return how many messages were stored.
        """
        ...

    def find(self, refs: Collection[MessageRef]) -> tuple[LoggedMessage, ...]:
        """Return those of the messages that are stored, oldest first."""
        ...

    def page(self, span: Span, limit: int, before: datetime | None = None) -> tuple[LoggedMessage, ...]:
        """Return the newest messages of a span, newest first, said before `before` if that is given."""
        ...

    def refs(self, span: Span) -> tuple[MessageRef, ...]:
        """Return the references of every message of a span, oldest first."""
        ...

    def count(self, span: Span = Span()) -> int:
        """Return how many messages of a span are stored."""
        ...

    def channels(self) -> tuple[tuple[ChannelRef, int], ...]:
        """Return the channels that messages are stored from, with how many, in the order of their ids."""
        ...

    def removed(self) -> tuple[MessageRef, ...]:
        """Return the references that stay out because they were deleted or forgotten, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Hit:
    """A message found on a shelf; `score` is BM25 within that shelf alone, larger is better."""

    ref: MessageRef
    score: float


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How many messages stand on some shelves, and how many of them hold each term."""

    documents: int
    containing: dict[str, int]


class PassageIndex(Protocol):
    """Full-text search over the worker's messages, one index a shelf. Terms are made by `bot.terms`, never here."""

    def put(self, ref: MessageRef, shelf: Shelf, terms: Sequence[str]) -> None:
        """Index a message under its terms, in place of whatever was indexed for it before, on any shelf."""
        ...

    def remove(self, refs: Collection[MessageRef]) -> None:
        """Take messages out of the index; unknown references are passed over."""
        ...

    def search(self, shelves: Collection[Shelf], terms: Sequence[str], limit: int) -> tuple[Hit, ...]:
        """Return, for each shelf, up to `limit` messages that hold any of the terms, best first within the shelf.

        What stands on other shelves has no influence on the result, scores included.
        """
        ...

    def frequencies(self, shelves: Collection[Shelf], terms: Collection[str]) -> Frequencies:
        """Return document counts over exactly these shelves."""
        ...

    def shelves(self) -> tuple[Shelf, ...]:
        """Return the shelves that hold anything."""
        ...


@dataclass(frozen=True, slots=True)
class Near:
    """A message found by its vector; `cosine` is its closeness to what was searched for, 1 for the same direction."""

    ref: MessageRef
    cosine: float


class VectorIndex(Protocol):
    """Embeddings of the worker's messages. Those of one model are never compared with another's.

    A vector goes with its message: when that is edited, deleted or withheld, so is its vector, in the same transaction.
    """

    def put(self, model: str, vectors: Mapping[MessageRef, Vector]) -> int:
        """Keep vectors of stored messages that stand on a shelf; others are passed over. Return how many were kept.

        Vectors of another model than the last one put are dropped.
        """
        ...

    def drop(self, channels: Collection[ChannelRef]) -> int:
        """Drop the vectors of every message of some channels, which stay; return how many there were."""
        ...

    def missing(self, model: str, channels: Collection[ChannelRef], limit: int) -> tuple[LoggedMessage, ...]:
        """Return messages of some channels that stand on a shelf without a vector of this model, newest first."""
        ...

    def count(self, model: str | None = None) -> int:
        """Return how many vectors are kept, of this model alone if one is named."""
        ...

    def search(self, shelves: Collection[Shelf], model: str, vector: Vector, limit: int) -> tuple[Near, ...]:
        """Return the messages on these shelves nearest to a vector, nearest first.

        What stands on other shelves has no influence on the result.
        """
        ...


class UsageRepository(Protocol):
    """What the worker said of the use of single messages. It stays with a message when that is edited.

    Being withheld only marks a message: taking it out of index, vectors, claims and drafts is `bot.withholding`'s.
    """

    def withhold(self, refs: Collection[MessageRef], by: str) -> int:
        """Mark stored messages as never to be used, by the worker or by a topic's id; return how many are new to it."""
        ...

    def release(self, refs: Collection[MessageRef], by: str) -> tuple[MessageRef, ...]:
        """Take one mark off the messages that have it; return those that nothing holds back any more, in order."""
        ...

    def withheld(self, by: str | None = None) -> tuple[MessageRef, ...]:
        """Return the messages that are held back – by anything, or by this – in the order of their references."""
        ...

    def lower(self, refs: Collection[MessageRef]) -> None:
        """Note once more that a draft resting on these was denied for a reason that speaks against them."""
        ...

    def unread(self, channels: Collection[ChannelRef], limit: int) -> tuple[LoggedMessage, ...]:
        """Return messages of these channels that the profile has not read, oldest first; none that is withheld.

        A message that is stored or revised is unread.
        """
        ...

    def unread_count(self, channels: Collection[ChannelRef]) -> int:
        """Return how many messages `unread` would give without a limit."""
        ...

    def mark_read(self, refs: Collection[MessageRef], *, read: bool = True) -> None:
        """Note that the profile has read these, or that it is to read them again."""
        ...

    def are_read(self, refs: Collection[MessageRef]) -> frozenset[MessageRef]:
        """Return those of the stored messages that the profile has read."""
        ...


class ProfileRepository(Protocol):
    """The worker's profile: claims, the voice shelf by shelf, and the versions of both."""

    def claims(self) -> tuple[Claim, ...]:
        """Return every claim, by when it was first seen."""
        ...

    def put(self, claims: Iterable[Claim]) -> None:
        """Keep claims, each in place of one with its id."""
        ...

    def drop(self, ids: Collection[str]) -> int:
        """Erase claims, words and all; return how many there were."""
        ...

    def voice(self) -> dict[Shelf, Tally]:
        """Return what was counted of the worker's writing, shelf by shelf."""
        ...

    def put_voice(self, shelf: Shelf, tally: Tally) -> None:
        """Replace what was counted on one shelf; an empty tally takes it away."""
        ...

    def versions(self) -> tuple[ProfileVersion, ...]:
        """Return every version, oldest first."""
        ...

    def last_version(self, cause: Cause | None = None) -> ProfileVersion | None:
        """Return the version with the highest number, of those with a cause if one is given; None if there is none.

        However many there are, one alone is read.
        """
        ...

    def add_version(self, version: ProfileVersion) -> None:
        """Keep a new version; a number that is taken is a `StoreError`."""
        ...

    def drop_versions(self, before: int) -> int:
        """Erase the versions with lower numbers; the last of each cause always stays. Return how many were erased."""
        ...

    def erase_versions(self) -> int:
        """Erase every version; return how many there were."""
        ...


class ReusableRepository(Protocol):
    """The worker's reusable answers."""

    def all(self) -> tuple[ReusableAnswer, ...]:
        """Return every reusable answer, by when it was approved."""
        ...

    def put(self, answer: ReusableAnswer) -> None:
        """Keep an answer, in place of one with its id."""
        ...

    def drop(self, ids: Collection[str]) -> int:
        """Erase answers, words and all; return how many there were."""
        ...


class DraftRepository(Protocol):
    """The drafts of one worker's double, outbox included."""

    def add(self, draft: Draft) -> None:
        """Keep a new draft; an id that is stored already is a `StoreError`."""
        ...

    def get(self, draft_id: str) -> Draft | None:
        """Return a draft, or None."""
        ...

    def move(self, draft: Draft, was: DraftState, revision: int) -> bool:
        """Compare-and-set: store `draft` if the stored one is still in state `was` at `revision`; say if it was.

        A move that is not in the table of `bot.drafts` is a `StoreError` with code `illegal_move`.
        """
        ...

    def in_states(self, states: Collection[DraftState]) -> tuple[Draft, ...]:
        """Return the drafts in some states, oldest question first."""
        ...

    def asked_since(self, since: datetime) -> tuple[tuple[PersonRef, datetime], ...]:
        """Return who asked and when, for every draft ever kept, from `since` on."""
        ...

    def latest(self, limit: int) -> tuple[Draft, ...]:
        """Return the drafts asked last, newest first."""
        ...

    def posted_words(self, limit: int) -> tuple[tuple[MessageRef, str], ...]:
        """Return where the latest posted replies stand and what they say, newest first; asked for each new message."""
        ...


class AuditLog(Protocol):
    """The worker's audit chain. There is no way to change or remove an entry."""

    def append(self, entry: AuditEntry) -> ChainedEntry:
        """Link an entry to the chain's end, keyed with the worker's own key."""
        ...

    def entries(self, subject: str | None = None) -> tuple[ChainedEntry, ...]:
        """Return the entries, oldest first; of one subject alone if it is given."""
        ...

    def head(self) -> ChainHead | None:
        """Return where the chain ends; None while it is empty."""
        ...

    def check(self) -> str | None:
        """Verify the whole chain against its head (`bot.audit.verify`)."""
        ...

    def key(self) -> bytes:
        """Return the key of this chain: for its worker's own export, so that it can be verified anywhere."""
        ...


class NoteRepository(Protocol):
    """The weekly notes, one a week, the newest twelve."""

    def all(self) -> tuple[WeeklyNote, ...]:
        """Return the notes that are kept, oldest first."""
        ...

    def keep(self, note: WeeklyNote) -> None:
        """Keep a note in place of one of the same week; the oldest beyond `bot.weekly.KEPT` go."""
        ...


class RefusedRepository(Protocol):
    """The questions that were refused, for their worker alone: the newest `bot.refused.MOST_KEPT`."""

    def all(self) -> tuple[RefusedQuestion, ...]:
        """Return those that are kept, newest first."""
        ...

    def put(self, refused: RefusedQuestion) -> None:
        """Keep one, in place of one with its id; the oldest beyond the bound goes, words and all."""
        ...

    def drop(self, ids: Collection[str]) -> int:
        """Erase some, words and all; return how many there were."""
        ...


class KeepsakeRepository(Protocol):
    """Small things kept for a worker: preferences, the words they agreed to, earlier messages still to be read."""

    def preferences(self) -> Preferences:
        """Return the worker's preferences, the defaults before any were set."""
        ...

    def set_preferences(self, preferences: Preferences) -> None:
        """Replace the worker's preferences."""
        ...

    def backfills(self) -> tuple[Backfill, ...]:
        """Return the unfinished back-fills, by channel id."""
        ...

    def put_backfill(self, backfill: Backfill) -> None:
        """Keep how far one channel's back-fill has come."""
        ...

    def drop_backfill(self, channel: ChannelRef) -> None:
        """Forget a channel's back-fill; one that is not there is passed over."""
        ...

    def spend(self, day: date, purpose: str, spent: Spending) -> None:
        """Add to what the double has cost on a day for a purpose: refresh, draft or embedding."""
        ...

    def spent(self, day: date) -> dict[str, Spending]:
        """Return what the double has cost on a day, purpose by purpose."""
        ...

    def keep_agreed(self, words: AgreedWords) -> None:
        """Keep the exact words agreed to under their digest; the same words once more change nothing."""
        ...

    def agreed(self) -> dict[str, AgreedWords]:
        """Return all words ever agreed to, by their digest."""
        ...


class VaultRepository(Protocol):
    """What lets a worker take their double along: the way back in without the platform, and what came from before."""

    def recovery_seal(self) -> str:
        """Return what a recovery code is told by (`bot.recovery`); empty while there is none."""
        ...

    def set_recovery_seal(self, seal: str) -> None:
        """Let another recovery code be the right one, and the one before void."""
        ...

    def bring(self, document: str) -> None:
        """Keep what a vault told of an earlier file – its chain and its receipts, no words – after those before."""
        ...

    def brought(self) -> tuple[str, ...]:
        """Return what was brought along, in the order in which it came."""
        ...


class RemovalLog(Protocol):
    """How much was redacted of the words that are kept for a worker: sorts and numbers, never a value."""

    @property
    def key(self) -> bytes:
        """The worker's own key for fingerprints, 32 bytes, derived from the key of their file."""
        ...

    def note(self, removals: Iterable[Removal]) -> None:
        """Count what was taken out; what has a fingerprint is counted once, however often it comes."""
        ...

    def erase(self) -> int:
        """Forget what was counted, fingerprints and all; return how many rows there were."""
        ...

    def counts(self) -> dict[str, int]:
        """Return how many of each sort were taken out, for the sorts of which there were any."""
        ...


class Transaction(Protocol):
    """Everything of one worker's, within one transaction: all of it is kept, or none.

    The members raise nothing but `StoreError`.
    """

    @property
    def worker(self) -> WorkerRef:
        """Whose file it is."""
        ...

    @property
    def consent(self) -> ConsentRepository:
        """The grants."""
        ...

    @property
    def messages(self) -> MessageRepository:
        """The message log."""
        ...

    @property
    def index(self) -> PassageIndex:
        """The full-text index."""
        ...

    @property
    def drafts(self) -> DraftRepository:
        """The drafts."""
        ...

    @property
    def audit(self) -> AuditLog:
        """The audit chain."""
        ...

    @property
    def keepsakes(self) -> KeepsakeRepository:
        """Preferences, back-fills, and what was spent."""
        ...

    @property
    def refused(self) -> RefusedRepository:
        """The questions that were refused."""
        ...

    @property
    def notes(self) -> NoteRepository:
        """The weekly notes."""
        ...

    @property
    def vectors(self) -> VectorIndex:
        """The embeddings."""
        ...

    @property
    def usage(self) -> UsageRepository:
        """What may be used, and what the profile has read."""
        ...

    @property
    def profile(self) -> ProfileRepository:
        """The profile."""
        ...

    @property
    def removals(self) -> RemovalLog:
        """What was redacted, in numbers."""
        ...

    @property
    def reusable(self) -> ReusableRepository:
        """The reusable answers."""
        ...

    @property
    def vault(self) -> VaultRepository:
        """What lets the worker take all of it along."""
        ...

    def cover(self) -> None:
        """Write as much as one message takes, and keep nothing: so that its time tells not whether one was kept."""
        ...


@dataclass(frozen=True, slots=True)
class CompactionProof:
    """What was done so that deleted words are gone: the file's pages before and after, bytes left in the WAL.

    `backups` of the file were replaced by what it is now; `backups_waiting` folders could not be reached, and are at
    the next chance. `backups_followed` waited once: they were reached since, or given up by whoever runs Understudy.
    """

    pages_before: int
    pages_after: int
    wal_bytes: int
    backups: int = 0
    backups_waiting: int = 0
    backups_followed: int = 0


@dataclass(frozen=True, slots=True)
class ErasureProof:
    """A worker's file and key are gone: from so many backups too, and from those that wait at the next chance."""

    backups: int = 0
    backups_waiting: int = 0


class Store(Protocol):
    """All workers' files. Opening, reading and writing raise `StoreError` alone."""

    def enrol(self, worker: WorkerRef) -> None:
        """Make the worker's file and key; nothing changes if they are there already."""
        ...

    def holds(self, worker: WorkerRef) -> bool:
        """Whether the worker has a file."""
        ...

    def workers(self) -> tuple[WorkerRef, ...]:
        """Return every worker with a file, in the order of their references."""
        ...

    def writing(self, worker: WorkerRef) -> AbstractContextManager[Transaction]:
        """Open a transaction: committed durably at the end of the block, rolled back whole if the block raises.

        A worker without a file is a `StoreError` with code `not_enrolled`. A failed statement dooms the whole block.
        """
        ...

    def reading(self, worker: WorkerRef) -> AbstractContextManager[Transaction]:
        """Open a consistent view for reading; from another thread than the writer's, it never waits for a writer."""
        ...

    def erase(self, worker: WorkerRef) -> ErasureProof | None:
        """Unlink the worker's file and destroy its key, in backups and on a full disk too; None if there was none.

        Interrupted, it is finished at the next start. Readers still open see their own snapshot and then nothing.
        """
        ...

    def cover(self, person: PersonRef) -> None:
        """Write for somebody without a file what one message takes, durably, and keep nothing of theirs.

        Where there is no spare file to write to, nothing is done.
        """
        ...

    def look_after(self) -> bool:
        """Keep files ahead of anybody who joins, one at a time; say whether more is to be made at once.

        Afterwards neither the number of files, nor their names, nor their sizes tell who joined or left.
        """
        ...

    def compact(self, worker: WorkerRef, *, only_if_due: bool = False) -> CompactionProof | None:
        """Rewrite the worker's file so that no deleted word is left in it, the write-ahead log and backups included.

        With `only_if_due`, None is returned and nothing done when nothing was deleted since the last time.
        """
        ...

    def last_heard(self, platform: str, workspace: str) -> datetime | None:
        """Return until when everything said in a workspace has come in; None where it was never heard."""
        ...

    def note_heard(self, platform: str, workspace: str, at: datetime) -> None:
        """Keep that moment durably, to the microsecond, in place of the one before."""
        ...

    def tend_backups(self, now: datetime) -> int:
        """Take from backups what could not be reached when it was erased; let none keep a key that was destroyed.

        Return how many folders of backups are still out of reach.
        """
        ...

    def close(self) -> None:
        """Close every file; a closed store is not used again."""
        ...
