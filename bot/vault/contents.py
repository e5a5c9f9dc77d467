"""What stands in a vault, part by part, and gathering it from a worker's file. Units of work; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from bot.agreed_words import AgreedWords
from bot.audit import ChainedEntry, EntryFacts, principal_of
from bot.consent import Grant
from bot.consent_receipts import Receipt, consent_receipts
from bot.drafts import ENDED, Draft, DraftState
from bot.messages import WORKER_SAID, LoggedMessage, Span
from bot.ports import Transaction
from bot.preferences import Preferences
from bot.profile.claims import Claim
from bot.profile.traits import voice_of
from bot.profile.versions import ProfileVersion
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef, WorkerRef
from bot.refused import RefusedQuestion
from bot.reusable import ReusableAnswer
from bot.weekly import WeeklyNote


@dataclass(frozen=True, slots=True)
class VaultMessage:
    """One logged message. `withheld_by` holds `worker`, and the ids of topics, that keep it from being used."""

    ref: MessageRef
    text: str
    said_at: datetime
    revised_at: datetime
    thread: ThreadRef | None
    public: bool
    grant_id: str
    withheld_by: tuple[str, ...] = ()
    lowered: int = 0
    is_read: bool = False


@dataclass(frozen=True, slots=True)
class VaultVoice:
    """How the worker writes in one channel: figures and set phrases, as the profile shows them."""

    channel: ChannelRef
    public: bool
    messages: int
    phrases: tuple[str, ...]
    traits: dict[str, float]


@dataclass(frozen=True, slots=True)
class VaultEntry:
    """One entry of the audit chain. `at` is the very text that the link was made over."""

    number: int
    happening: str
    at: str
    subject: str
    facts: EntryFacts
    previous: str
    mac: str


@dataclass(frozen=True, slots=True)
class VaultHead:
    """Where the chain ends, and the key (hex) with which all of it can be verified. `principal`: the id in receipts."""

    length: int
    mac: str
    seal: str
    key: str
    principal: str


@dataclass(frozen=True, slots=True)
class ReplyReceipt:
    """What became of one reply, without a word of it: `steps` are the numbers of its entries in the chain."""

    id: str
    asker: PersonRef
    thread: ThreadRef
    state: str
    asked_at: datetime
    decided_at: datetime | None
    posted_at: datetime | None
    posted_ref: MessageRef | None
    is_edited: bool
    composer: str
    prompt_sha256: str
    approved_sha256: str
    sources: tuple[MessageRef, ...]
    profile_version: int
    steps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class VaultCount:
    """How many values of one sort were taken out before anything was kept."""

    sort: str
    times: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier file left when it was brought along: chain, receipts, notes, and what was agreed to."""

    worker: PersonRef
    exported_at: datetime
    audit: tuple[VaultEntry, ...]
    audit_head: VaultHead | None
    consent_receipts: tuple[Receipt, ...]
    reply_receipts: tuple[ReplyReceipt, ...]
    weekly_notes: tuple[WeeklyNote, ...] = ()
    agreed_words: tuple[AgreedWords, ...] = ()


@dataclass(frozen=True, slots=True)
class VaultChannel:
    """What a channel was called."""

    channel: ChannelRef
    name: str


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything in a vault. Each field is one part, `<field>.jsonl`, one row a line."""

    messages: tuple[VaultMessage, ...] = ()
    forgotten: tuple[MessageRef, ...] = ()
    grants: tuple[Grant, ...] = ()
    agreed_words: tuple[AgreedWords, ...] = ()
    consent_receipts: tuple[Receipt, ...] = ()
    claims: tuple[Claim, ...] = ()
    voice: tuple[VaultVoice, ...] = ()
    profile_versions: tuple[ProfileVersion, ...] = ()
    reusable_answers: tuple[ReusableAnswer, ...] = ()
    replies: tuple[Draft, ...] = ()
    reply_receipts: tuple[ReplyReceipt, ...] = ()
    preferences: tuple[Preferences, ...] = ()
    audit: tuple[VaultEntry, ...] = ()
    audit_head: tuple[VaultHead, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    weekly_notes: tuple[WeeklyNote, ...] = ()
    refused_questions: tuple[RefusedQuestion, ...] = ()
    redacted: tuple[VaultCount, ...] = ()
    channels: tuple[VaultChannel, ...] = ()


EARLIER = TypeAdapter(Earlier)
_POSTED = frozenset({DraftState.POSTED, DraftState.RETRACTED})


def gather(tx: Transaction, names: dict[ChannelRef, str]) -> Contents:
    """Read everything that a vault holds in one view of the file. `names` are what channels are called, if known."""
    chain, key, head = tx.audit.entries(), tx.audit.key(), tx.audit.head()
    principal, agreed = principal_of(key), tx.keepsakes.agreed()
    drafts = tuple(_of_the_worker(draft) for draft in tx.drafts.in_states(ENDED))
    grants = tx.consent.all()
    return Contents(
        messages=_messages(tx),
        forgotten=tx.messages.removed(),
        grants=grants,
        agreed_words=tuple(agreed.values()),
        consent_receipts=consent_receipts(principal, grants, chain, agreed),
        claims=tx.profile.claims(),
        voice=_voice(tx),
        profile_versions=tx.profile.versions(),
        reusable_answers=tuple(replace(answer, showings=()) for answer in tx.reusable.all()),
        replies=drafts,
        reply_receipts=reply_receipts(drafts, chain),
        preferences=(replace(tx.keepsakes.preferences(), informed=frozenset()),),
        audit=tuple(map(entry_row, chain)),
        audit_head=(VaultHead(head.length, head.mac, head.seal, key.hex(), principal),) if head else (),
        earlier=tuple(EARLIER.validate_json(document) for document in tx.vault.brought()),
        weekly_notes=tx.notes.all(),
        refused_questions=tuple(refused.worn_off() for refused in tx.refused.all()),
        redacted=tuple(VaultCount(sort, times) for sort, times in sorted(tx.removals.counts().items())),
        channels=tuple(VaultChannel(ref, name) for ref, name in sorted(names.items())),
    )


def channels_of(tx: Transaction) -> frozenset[ChannelRef]:
    """Return the channels that a vault speaks of."""
    return frozenset(ref for ref, _ in tx.messages.channels()) | {g.channel for g in tx.consent.all()}


def entry_row(chained: ChainedEntry) -> VaultEntry:
    """Return an entry of the chain as a vault has it."""
    entry = chained.entry
    at = entry.at.isoformat()
    return VaultEntry(
        chained.number, entry.happening.value, at, entry.subject, entry.facts, chained.previous, chained.mac
    )


def reply_receipts(drafts: Iterable[Draft], chain: Iterable[ChainedEntry]) -> tuple[ReplyReceipt, ...]:
    """Return the receipt of every reply that was posted, oldest question first."""
    steps: dict[str, list[ChainedEntry]] = {}
    for chained in chain:
        steps.setdefault(chained.entry.subject, []).append(chained)
    return tuple(_receipt(draft, steps.get(draft.id, [])) for draft in drafts if draft.state in _POSTED)


def earlier_of(contents: Contents, worker: WorkerRef, exported_at: datetime) -> Earlier:
    """Return what is kept of a vault once its owner has brought it along."""
    return Earlier(
        worker=worker,
        exported_at=exported_at,
        audit=contents.audit,
        audit_head=contents.audit_head[0] if contents.audit_head else None,
        consent_receipts=contents.consent_receipts,
        reply_receipts=contents.reply_receipts,
        weekly_notes=contents.weekly_notes,
        agreed_words=contents.agreed_words,
    )


def _messages(tx: Transaction) -> tuple[VaultMessage, ...]:
    stored = tx.messages.page(Span(), tx.messages.count())[::-1]
    read = tx.usage.are_read([m.ref for m in stored])
    marks: dict[MessageRef, list[str]] = {}
    for by in (WORKER_SAID, *(topic.id for topic in tx.keepsakes.preferences().topics)):
        for ref in tx.usage.withheld(by):
            marks.setdefault(ref, []).append(by)
    return tuple(_message(m, tuple(marks.get(m.ref, ())), is_read=m.ref in read) for m in stored)


def _message(message: LoggedMessage, marks: tuple[str, ...], *, is_read: bool) -> VaultMessage:
    # whatever holds it back without being known here counts as the worker's own word: it stays held back
    held = marks or ((WORKER_SAID,) if message.is_withheld else ())
    return VaultMessage(
        ref=message.ref,
        text=message.text,
        said_at=message.said_at,
        revised_at=message.revised_at,
        thread=message.thread,
        public=message.public,
        grant_id=message.grant_id,
        withheld_by=held,
        lowered=message.lowered,
        is_read=is_read,
    )


def _voice(tx: Transaction) -> tuple[VaultVoice, ...]:
    found = ((shelf, voice_of(tally)) for shelf, tally in tx.profile.voice().items())
    return tuple(VaultVoice(s.channel, s.public, v.messages, v.phrases, v.traits) for s, v in found)


def _of_the_worker(draft: Draft) -> Draft:
    """A draft that has ended without anything that is not its worker's: the question was its asker's."""
    return replace(draft, question="", told_recipient="", told_at=None)


def _receipt(draft: Draft, steps: list[ChainedEntry]) -> ReplyReceipt:
    return ReplyReceipt(
        id=draft.id,
        asker=draft.asker,
        thread=draft.thread,
        state=draft.state.value,
        asked_at=draft.asked_at,
        decided_at=draft.decided_at,
        posted_at=draft.posted_at,
        posted_ref=draft.posted_ref,
        is_edited=draft.is_edited,
        composer=draft.composer,
        prompt_sha256=draft.prompt_digest,
        approved_sha256=draft.approved_digest,
        sources=tuple(source.ref for source in draft.sources),
        profile_version=_profile_version(steps),
        steps=tuple(chained.number for chained in steps),
    )


def _profile_version(steps: list[ChainedEntry]) -> int:
    """The version that the last drafting was made with; 0 where no model was asked or the chain does not say."""
    found: list[Any] = [chained.entry.facts.get("profile") for chained in steps]
    return next((number for number in reversed(found) if isinstance(number, int)), 0)
