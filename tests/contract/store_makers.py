"""Values and the two stores that the contract suites of stores are run over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.audit import AuditEntry, Happening
from bot.consent import ConsentedMessage, Grant, Purpose, Shelf, admit
from bot.drafts import Draft, DraftState, Source
from bot.events import MessageSaid
from bot.messages import WORKER_SAID, Backfill, Span, Spending
from bot.ports import Store, Transaction
from bot.preferences import Preferences
from bot.profile.claims import Claim, ClaimKind
from bot.profile.openings import Opening, Openings
from bot.profile.topics import Topic, TopicKind
from bot.profile.versions import Cause, ProfileVersion
from bot.profile.voice import Tally
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef
from bot.refused import RefusedQuestion
from bot.reusable import ReusableAnswer, Showing
from bot.weekly import WeeklyNote
from storage.memory import MemoryStore
from storage.store import SqliteStore

T = TypeVar("T")
WORKER = PersonRef("local", "team", "mara")
OTHER = PersonRef("local", "team", "jonas")
ASKER = PersonRef("local", "team", "asker")
GENERAL = ChannelRef("local", "team", "C1")
SECRET = ChannelRef("local", "team", "C2")
NOON = datetime(2026, 3, 2, 12, 0, 0, 123_456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PUBLIC, PRIVATE = Shelf(GENERAL, public=True), Shelf(SECRET, public=False)


def memory_store(_folder: Path) -> Store:
    return MemoryStore()


def sqlite_store(folder: Path) -> Store:
    return SqliteStore(folder / "double", ballast_bytes=4096)


def ref(number: int, channel: ChannelRef = GENERAL) -> MessageRef:
    return MessageRef(channel, f"{number:08}.000100")


def message(number: int = 1, text: str = "hello", channel: ChannelRef = GENERAL, **changes: Any) -> ConsentedMessage:
    said_at = changes.get("said_at", NOON + number * MINUTE)
    said = MessageSaid(
        ref=ref(number, channel),
        author=changes.get("author", WORKER),
        text=text,
        said_at=said_at,
        revised_at=changes.get("revised_at", said_at),
        thread=changes.get("thread"),
        channel_is_public=changes.get("public", True),
    )
    log = grant(channel=channel, worker=said.author, covers_from=NOON - timedelta(days=365))
    admitted = admit(said, [log], NOON)
    assert admitted is not None
    return admitted


def grant(number: int = 1, **changes: Any) -> Grant:
    given = Grant(
        id=f"g{number}",
        worker=WORKER,
        purpose=Purpose.LOG,
        channel=GENERAL,
        given_at=NOON,
        covers_from=NOON - timedelta(days=30),
        ends_at=NOON + timedelta(days=90),
        words_hash="ab" * 32,
    )
    return replace(given, **changes)


def draft(number: int = 1, **changes: Any) -> Draft:
    asked = Draft(
        id=f"d{number}",
        worker=WORKER,
        asker=ASKER,
        thread=ThreadRef(GENERAL, "1.0"),
        question_ref=ref(7),
        question="where is the wiki?",
        state=DraftState.ASKED,
        asked_at=NOON + number * MINUTE,
        lapses_at=NOON + timedelta(days=2),
    )
    return replace(asked, **changes)


def entry(number: int = 1, subject: str = "d1") -> AuditEntry:
    return AuditEntry(Happening.DRAFTED, NOON + number * MINUTE, subject, {"count": number, "sources": ["a", "b"]})


def claim(number: int = 1, **changes: Any) -> Claim:
    known = Claim(
        id=f"c{number}",
        kind=ClaimKind.KNOWS,
        statement=f"the wiki moved to place {number}",
        shelf=PUBLIC,
        worded_by=(ref(1),),
        evidence=(ref(1), ref(2)),
        first_seen=NOON + number * MINUTE,
        last_seen=NOON + 9 * MINUTE,
    )
    return replace(known, **changes)


def tally(messages: int = 5, phrase: str = "hi all") -> Tally:
    """What was counted of some messages that all open with one set phrase."""
    threads = (("t1", 2), ("t2", 2), ("t3", 1))
    return Tally(messages, {"words": 40}, Openings("salt", {"k1": Opening(5, 0, threads)}, {"k1": phrase}))


def topic(number: int = 1, text: str = "salary") -> Topic:
    return Topic(f"t{number}", TopicKind.WORDS, text, NOON + number * MINUTE)


def answer(number: int = 1, **changes: Any) -> ReusableAnswer:
    approved = ReusableAnswer(
        id=f"r{number}",
        draft_id=f"d{number}",
        titles=("where is the wiki", "维基在哪里"),
        text="At the old place.",
        is_edited=False,
        sources=(Source(ref(1), "aa", NOON, "quote 1"),),
        channels=(GENERAL, SECRET),
        audience="everyone",
        approved_at=NOON + number * MINUTE,
        ends_at=NOON + timedelta(days=30),
        showings=(Showing(PersonRef("local", "team", "pia"), "d_7", NOON),),
    )
    return replace(approved, **changes)


def refused_question(number: int = 1, **changes: Any) -> RefusedQuestion:
    at = NOON + number * MINUTE
    words, until = f"what is he like {number}", at + timedelta(days=2)
    asked = RefusedQuestion(f"d{number}", "judging", at, until, ASKER, GENERAL, words)
    return replace(asked, **changes)


def write(store: Store, work: Callable[[Transaction], T], worker: PersonRef = WORKER) -> T:
    with store.writing(worker) as tx:
        return work(tx)


def read(store: Store, work: Callable[[Transaction], T], worker: PersonRef = WORKER) -> T:
    with store.reading(worker) as tx:
        return work(tx)


def learn(store: Store, *texts: str, shelf: Shelf = PUBLIC, first: int = 1) -> None:
    """Record and index each text under its words."""
    with store.writing(WORKER) as tx:
        for number, text in enumerate(texts, first):
            said = message(number, text, shelf.channel, public=shelf.public)
            tx.messages.record(said)
            tx.index.put(said.ref, shelf, text.split())


def fill(tx: Transaction) -> None:
    tx.consent.add([grant(2)])
    tx.messages.record(message(2, "second"))
    tx.messages.remove([ref(1), ref(9)], NOON)
    tx.index.put(ref(2), PRIVATE, ["second"])
    tx.drafts.add(draft(2))
    tx.audit.append(entry(2))
    tx.keepsakes.set_preferences(Preferences(muted=frozenset({ASKER})))
    tx.keepsakes.put_backfill(Backfill(SECRET, NOON))
    tx.notes.keep(WeeklyNote("2026-W10", NOON, 1, "ab" * 32, {"posted": 2}))
    tx.keepsakes.spend(NOON.date(), "draft", Spending(1, 2, 3))
    tx.usage.withhold([ref(2)], WORKER_SAID)
    tx.usage.lower([ref(2)])
    tx.usage.mark_read([ref(2)])
    tx.profile.put([claim()])
    tx.profile.put_voice(PRIVATE, Tally(2))
    tx.profile.add_version(ProfileVersion(1, NOON, Cause.REFRESHED, 1))
    tx.reusable.put(answer())
    tx.refused.put(refused_question())


def contents(tx: Transaction) -> list[object]:
    return [
        tx.consent.all(),
        tx.messages.page(Span(), 99),
        tx.messages.channels(),
        tx.index.shelves(),
        tx.index.search(tx.index.shelves(), ["first", "second"], 9),
        tx.drafts.latest(99),
        tx.audit.entries(),
        tx.audit.head(),
        tx.audit.check(),
        tx.keepsakes.preferences(),
        tx.keepsakes.backfills(),
        tx.keepsakes.spent(NOON.date()),
        tx.keepsakes.agreed(),
        tx.notes.all(),
        tx.messages.removed(),
        tx.vault.recovery_seal(),
        tx.vault.brought(),
        tx.usage.withheld(),
        tx.usage.unread([GENERAL, SECRET], 99),
        tx.usage.are_read([ref(1), ref(2)]),
        tx.profile.claims(),
        tx.profile.voice(),
        tx.profile.versions(),
        tx.reusable.all(),
        tx.refused.all(),
        tx.drafts.posted_words(99),
    ]
