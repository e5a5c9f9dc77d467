"""Erased is erased: not one planted word is left in any decrypted page, log, free page or slack."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.audit import AuditEntry, Happening
from bot.consent import ConsentedMessage, Grant, Purpose, admit
from bot.drafts import Draft, DraftState, Source
from bot.errors import StoreError
from bot.events import MessageSaid
from bot.ports import Transaction
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef
from storage.cover import FEWEST_FREE_PAGES, STEP_PAGES
from storage.files import FILES_AT_A_TIME
from storage.sign_bits import quantised, signs_of
from storage.store import SqliteStore
from tests.promised import Figures, Sized

WORKER = PersonRef("local", "team", "mara")
CHANNEL = ChannelRef("local", "team", "C1")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLANTED = 2_000

PAGE, RESERVED, SALT = 4096, 80, 16
LOG_HEADER, FRAME_HEADER = 32, 24


def grant_of(person: PersonRef) -> Grant:
    return Grant(person.person, person, Purpose.LOG, CHANNEL, NOON, NOON, NOON + timedelta(days=90), "ab")


def decrypted(page: bytes, key: bytes, *, is_first: bool) -> bytes:
    """One page of SQLCipher 4: AES-256-CBC, its initialisation vector in the bytes reserved at the page's end.

    Copying the file out with `sqlcipher_export` would leave free pages and slack behind, where deleted words linger.
    """
    start, end = SALT if is_first else 0, PAGE - RESERVED
    decryptor = Cipher(algorithms.AES(key), modes.CBC(page[end : end + 16])).decryptor()
    return decryptor.update(page[start:end]) + decryptor.finalize()


def every_page(path: Path, key: bytes) -> bytes:
    """Decrypt all of a file and of its log; each page apart, so that no word can be missed across a border."""
    main = path.read_bytes()
    pages = [decrypted(main[at : at + PAGE], key, is_first=at == 0) for at in range(0, len(main), PAGE)]
    log_path = path.with_name(f"{path.name}-wal")
    log = log_path.read_bytes() if log_path.exists() else b""
    for at in range(LOG_HEADER, len(log), FRAME_HEADER + PAGE):
        is_first = int.from_bytes(log[at : at + 4], "big") == 1
        pages.append(decrypted(log[at + FRAME_HEADER : at + FRAME_HEADER + PAGE], key, is_first=is_first))
    return b"\n".join(pages)


def pages_of(store: SqliteStore) -> bytes:
    entry = store._control.find(WORKER)
    assert entry is not None
    return every_page(store._files.path(entry.name), store._control.key(entry))


def found(store: SqliteStore, words: list[str]) -> int:
    """Count the words of which a trace is left. FTS5 leaves out what a term shares with the one before it on the page,
    so a word's last ten letters of sixteen are looked for."""
    pages = pages_of(store)
    return sum(word[-10:].encode() in pages for word in words)


def planted_words(seed: int, count: int = PLANTED) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=16)) for _ in range(count)]


def message(number: int, text: str, revision: int = 0) -> ConsentedMessage:
    grant = grant_of(WORKER)
    said_at = NOON + timedelta(seconds=number)
    revised_at = said_at + timedelta(seconds=revision)
    ref = MessageRef(CHANNEL, f"{number:06}")
    admitted = admit(MessageSaid(ref, WORKER, text, said_at, revised_at, None, channel_is_public=True), [grant], NOON)
    assert admitted is not None
    return admitted


def learn(tx: Transaction, said: ConsentedMessage) -> None:
    tx.messages.record(said)
    tx.index.put(said.ref, said.shelf, said.text.split())


def sown(store: SqliteStore, words: list[str]) -> list[MessageRef]:
    """Store each planted word in a message of its own, among messages that stay."""
    store.enrol(WORKER)
    refs, chance = [], random.Random(9)
    for start in range(0, len(words), 100):
        with store.writing(WORKER) as tx:
            for number, word in enumerate(words[start : start + 100], start):
                about = "about the build " * chance.randrange(40)  # rows of many sizes leave slack in their pages
                said = message(2 * number, f"please see {word} {about}")
                learn(tx, said)
                refs.append(said.ref)
                learn(tx, message(2 * number + 1, f"the build number {number} stays as it is"))
    return refs


def after(folder: Path, erasing: Callable[[SqliteStore, list[MessageRef]], None], count: int) -> tuple[int, int, int]:
    """Sow, erase and compact; return how many words were found before, after, and how many messages are left."""
    words = planted_words(1, count)
    with closing(SqliteStore(folder)) as store:
        refs = sown(store, words)
        before = found(store, words)
        erasing(store, refs)
        proof = store.compact(WORKER, only_if_due=True)
        assert proof is not None
        assert proof.wal_bytes == 0
        with store._turn, store._writer(WORKER) as file:
            ((free,),) = file._connection.rows("PRAGMA freelist_count")
            assert free < STEP_PAGES + FEWEST_FREE_PAGES  # VACUUM gave every free page back; these are of the next step
        with store.reading(WORKER) as tx:
            return before, found(store, words), tx.messages.count()


@pytest.mark.promise(4, "planted words of removed messages, every decrypted page searched")
def test_no_removed_word_is_left_in_any_page(tmp_path: Path, figures: Figures, sized: Sized) -> None:
    planted = sized(quick=150, full=PLANTED)

    def erase(store: SqliteStore, refs: list[MessageRef]) -> None:
        with store.writing(WORKER) as tx:
            assert tx.messages.remove(refs, NOON) == planted

    before, left, messages = after(tmp_path, erase, planted)
    figures("words found before", before)
    figures("words found after", left)
    assert (before, left, messages) == (planted, 0, planted)


def test_a_removed_text_is_overwritten_at_once(tmp_path: Path) -> None:
    """The index and the slack wait for the compaction; the text itself does not."""
    words = planted_words(4, 500)
    texts = [f"please see {word}".encode() for word in words]
    with closing(SqliteStore(tmp_path)) as store:
        refs = sown(store, words)
        pages = pages_of(store)
        assert all(text in pages for text in texts)
        with store.writing(WORKER) as tx:
            tx.messages.remove(refs, NOON)
        with store._turn, store._writer(WORKER) as file:
            file._empty_log()
        pages = pages_of(store)
        assert sum(text in pages for text in texts) <= len(texts) // 100


@pytest.mark.promise(4, "planted words edited away, every decrypted page searched")
def test_no_word_edited_away_is_left_in_any_page(tmp_path: Path, figures: Figures, sized: Sized) -> None:
    planted = sized(quick=150, full=PLANTED)

    def edit(store: SqliteStore, refs: list[MessageRef]) -> None:
        with store.writing(WORKER) as tx:
            for number in range(len(refs)):
                learn(tx, message(2 * number, "edited to something else", revision=60))

    before, left, messages = after(tmp_path, edit, planted)
    figures("words found before", before)
    figures("words found after", left)
    assert (before, left, messages) == (planted, 0, 2 * planted)


@pytest.mark.promise(4, "single messages, every decrypted page searched")
def test_no_single_erasure_leaves_its_word(tmp_path: Path) -> None:
    words = planted_words(2, 40)
    with closing(SqliteStore(tmp_path)) as store:
        refs = sown(store, words)
        for number in range(0, 40, 8):
            with store.writing(WORKER) as tx:
                tx.messages.remove([refs[number]], NOON)
            assert store.compact(WORKER, only_if_due=True) is not None
            assert found(store, [words[number]]) == 0
        assert found(store, words) == 35


@pytest.mark.promise(4, "planted words of ended drafts, every decrypted page searched")
def test_no_word_of_an_ended_draft_is_left_in_any_page(tmp_path: Path) -> None:
    words = planted_words(3, 300)
    with closing(SqliteStore(tmp_path)) as store:
        store.enrol(WORKER)
        ref = MessageRef(CHANNEL, "1")
        for number in range(0, 300, 3):
            question, written, quote = words[number : number + 3]
            pending = Draft(
                id=f"d{number}",
                worker=WORKER,
                asker=PersonRef("local", "team", "asker"),
                thread=ThreadRef(CHANNEL, "1"),
                question_ref=None,
                question=question,
                state=DraftState.PENDING,
                asked_at=NOON,
                lapses_at=NOON,
                written=written,
                sources=(Source(ref, "ab", NOON, quote),),
            )
            with store.writing(WORKER) as tx:
                tx.drafts.add(pending)
        before = found(store, words)
        for number in range(0, 300, 3):
            with store.writing(WORKER) as tx:
                draft = tx.drafts.get(f"d{number}")
                assert draft is not None
                ended = {"question": "", "written": "", "sources": (Source(ref, "ab", NOON, ""),)}
                ended_draft = Draft(**{**{f: getattr(draft, f) for f in Draft.__slots__}, **ended})
                tx.drafts.move(ended_draft, DraftState.PENDING, 0)
        assert store.compact(WORKER, only_if_due=True) is not None
        assert (before, found(store, words)) == (300, 0)


@pytest.mark.promise(4, "vectors of what went, every decrypted page searched")
def test_no_vector_of_what_went_is_left_in_any_page(tmp_path: Path) -> None:
    """Deleted, edited, withheld, and at last those of a model that is used no more."""
    chance = random.Random(6)
    vectors = [tuple(chance.gauss(0, 1) for _ in range(384)) for _ in range(400)]
    traces = [(signs_of(vector)[-20:], quantised(vector)[1][-40:]) for vector in vectors]
    with closing(SqliteStore(tmp_path)) as store:
        refs = sown(store, planted_words(6, 400))

        def left() -> tuple[int, int]:
            pages = pages_of(store)
            return sum(signs in pages for signs, _ in traces), sum(parts in pages for _, parts in traces)

        with store.writing(WORKER) as tx:
            assert tx.vectors.put("small-1", dict(zip(refs, vectors, strict=True))) == 400
        assert left() == (400, 400)
        with store.writing(WORKER) as tx:
            tx.messages.remove(refs[:100], NOON)
            for number in range(100, 200):
                learn(tx, message(2 * number, "edited to something else", revision=60))
            tx.index.remove(refs[200:300])
        assert store.compact(WORKER, only_if_due=True) is not None
        assert left() == (100, 100)
        with store.writing(WORKER) as tx:
            tx.vectors.put("small-2", {refs[399]: vectors[399][:200]})
        assert store.compact(WORKER, only_if_due=True) is not None
        assert left() == (0, 0)


@pytest.mark.promise(4, "the control: a plain search finds nothing even before")
def test_a_plain_search_would_find_nothing_even_before(tmp_path: Path) -> None:
    words = planted_words(1, 50)
    with closing(SqliteStore(tmp_path)) as store:
        sown(store, words)
        files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert not any(word.encode() in files for word in [*words, "mara", "team", "build"])
        assert found(store, words) == 50


@pytest.mark.promise(4, "destroyed keys, every decrypted page searched")
def test_a_destroyed_key_is_left_nowhere_in_the_control_file(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path)) as store:
        for number in range(5):
            store.enrol(PersonRef("local", "team", f"p{number}"))
        store.enrol(WORKER)
        entry = store._control.find(WORKER)
        assert entry is not None
        traces = [entry.wrapped, entry.sealed, entry.name.encode()]

        def control() -> bytes:
            return every_page(tmp_path / "control.db", store._control._master.control)

        assert all(trace in control() for trace in traces)
        with store.writing(WORKER) as tx:
            tx.audit.append(AuditEntry(Happening.JOINED, NOON, "", {}))
        assert store.erase(WORKER)
        assert not any(trace in control() for trace in traces[:2])
        assert not any(entry.name in path.name for path in tmp_path.iterdir())
        assert len(store.workers()) == 5


def test_who_reads_a_file_while_it_goes_leaves_nothing_open_to_whoever_gets_its_name(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path)) as store:
        while store.look_after():
            pass
        store.enrol(WORKER)
        with store.writing(WORKER) as transaction:
            transaction.consent.add([grant_of(WORKER)])
        close, gone = store._files._discard, list[str]()

        def close_and_read_again(name: str) -> None:
            close(name)
            if not gone:
                gone.append(name)
                with store.reading(WORKER) as transaction:
                    assert transaction.consent.all() == (grant_of(WORKER),)

        former = store._entry(WORKER)
        store._files._discard = close_and_read_again
        store.erase(WORKER)
        still_open = [str(file.readlink()) for file in Path("/proc/self/fd").iterdir() if file.is_symlink()]
        assert [name for name in still_open if gone[0] in name] == []
        for person in (PersonRef("local", "team", f"next-{number}") for number in range(FILES_AT_A_TIME)):
            store.enrol(person)
            if store._entry(person).name == gone[0]:
                break
        with store.writing(person) as transaction:
            transaction.consent.add([grant_of(person)])
        assert store._entry(person).name == gone[0], "nobody got the file of that name, so nothing was tried"
        with store.reading(person) as transaction:
            assert transaction.consent.all() == (grant_of(person),)
        lent = store._readers.lend(former, lambda: store._open_reader(WORKER, former))
        with pytest.raises(StoreError, match="damaged"), lent:
            pass  # whoever still knows the former owner's file opens no other
