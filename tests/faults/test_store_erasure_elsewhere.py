"""Erased is erased wherever words stand: in claims, reusable answers, topics, set phrases, what a draft was first."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.consent import Shelf
from bot.drafts import Draft, DraftState, Source
from bot.messages import WORKER_SAID
from bot.ports import Transaction
from bot.preferences import Preferences
from bot.profile.claims import Claim, ClaimKind
from bot.profile.openings import Opening, Openings
from bot.profile.topics import Topic, TopicKind
from bot.profile.voice import Tally
from bot.refs import MessageRef, PersonRef, ThreadRef
from bot.reusable import ReusableAnswer
from storage.store import SqliteStore
from tests.faults.test_store_erasure import CHANNEL, NOON, PLANTED, WORKER, message, pages_of, planted_words
from tests.promised import Figures, Sized

PLACE = MessageRef(CHANNEL, "1")


def traces(store: SqliteStore, words: list[str]) -> int:
    """Count the words of which a half is left: a long row goes on in other pages, wherever that parts a word."""
    pages = pages_of(store)
    return sum(word[:8].encode() in pages or word[8:].encode() in pages for word in words)


def padded(word: str) -> str:
    """Put a word among others, as many as its letters say: rows of many sizes leave slack in their pages."""
    return f"so {word} it is " + "and stays " * (ord(word[0]) - ord("a"))


def claim(number: int, statement: str) -> Claim:
    return Claim(f"c{number}", ClaimKind.KNOWS, statement, Shelf(CHANNEL, public=True), (PLACE,), (PLACE,), NOON, NOON)


def answer(number: int, title: str, text: str, quote: str) -> ReusableAnswer:
    source = Source(PLACE, "ab", NOON, quote)
    return ReusableAnswer(f"r{number}", f"d{number}", (title,), text, False, (source,), (CHANNEL,), "all", NOON, NOON)


def answers(words: list[str]) -> list[ReusableAnswer]:
    pairs = zip(words[::2], words[1::2], strict=True)
    return [answer(n, padded(title), padded(text), f"{title} {text}") for n, (title, text) in enumerate(pairs)]


def composed(number: int, text: str) -> Draft:
    asker, thread = PersonRef("local", "team", "asker"), ThreadRef(CHANNEL, "1")
    return Draft(f"d{number}", WORKER, asker, thread, None, "", DraftState.POSTED, NOON, NOON, composed=text)


def topics(words: list[str]) -> Preferences:
    return Preferences(topics=tuple(Topic(f"t{n}", TopicKind.WORDS, padded(w), NOON) for n, w in enumerate(words)))


def voice(words: list[str]) -> Tally:
    threads = (("t1", 2), ("t2", 2), ("t3", 1))
    return Tally(9, {}, Openings("s", dict.fromkeys(words, Opening(5, 0, threads)), {w: padded(w) for w in words}))


def plant(tx: Transaction, words: list[str]) -> None:
    """Keep each word in one of the five rooms, beside claims that stay."""
    fifth = len(words) // 5
    tx.profile.put(claim(n, padded(w)) for n, w in enumerate(words[:fifth]))
    tx.profile.put(claim(n + len(words), padded("stays")) for n in range(fifth))
    for one in answers(words[fifth : 2 * fifth]):
        tx.reusable.put(one)
    for number, word in enumerate(words[2 * fifth : 3 * fifth]):
        tx.drafts.add(composed(number, padded(word)))
    tx.keepsakes.set_preferences(topics(words[3 * fifth : 4 * fifth]))
    tx.profile.put_voice(Shelf(CHANNEL, public=True), voice(words[4 * fifth :]))


def drop_claims(tx: Transaction) -> None:
    tx.profile.drop([one.id for one in tx.profile.claims() if "stays" not in one.statement.split()[1]])


def reword_claims(tx: Transaction) -> None:
    tx.profile.put([replace(one, statement="shorter") for one in tx.profile.claims()])


def drop_answers(tx: Transaction) -> None:
    tx.reusable.drop([one.id for one in tx.reusable.all()])


def reword_answers(tx: Transaction) -> None:
    for one in tx.reusable.all():
        tx.reusable.put(replace(one, titles=("shorter",), text="shorter", sources=()))


def forget_composed(tx: Transaction) -> None:
    for one in tx.drafts.in_states([DraftState.POSTED]):
        tx.drafts.move(replace(one, composed=""), one.state, one.revision)


def drop_topics(tx: Transaction) -> None:
    tx.keepsakes.set_preferences(Preferences())


def reword_voice(tx: Transaction) -> None:
    tx.profile.put_voice(Shelf(CHANNEL, public=True), voice(["shorter"]))


def drop_voice(tx: Transaction) -> None:
    tx.profile.put_voice(Shelf(CHANNEL, public=True), Tally())


@pytest.mark.sparse(4)
@pytest.mark.parametrize(
    ("fifth", "erase"),
    [
        (0, drop_claims),
        (0, reword_claims),
        (1, drop_answers),
        (1, reword_answers),
        (2, forget_composed),
        (3, drop_topics),
        (4, reword_voice),
        (4, drop_voice),
    ],
)
@pytest.mark.promise(4, "claims, versions, reusable answers and their kin, every decrypted page searched")
def test_no_word_let_go_is_left_in_any_page_wherever_it_stood(
    tmp_path: Path, fifth: int, erase: Callable[[Transaction], None], sized: Sized
) -> None:
    planted = sized(quick=150, full=PLANTED)
    words = planted_words(5, planted)
    gone = words[fifth * planted // 5 : (fifth + 1) * planted // 5]
    with closing(SqliteStore(tmp_path)) as store:
        store.enrol(WORKER)
        with store.writing(WORKER) as tx:
            plant(tx, words)
        assert traces(store, words) == planted
        assert store.compact(WORKER, only_if_due=True) is None
        with store.writing(WORKER) as tx:
            erase(tx)
        assert store.compact(WORKER, only_if_due=True) is not None
        assert (traces(store, gone), traces(store, words)) == (0, planted - len(gone))


@pytest.mark.promise(4, "claims, versions, reusable answers and their kin, every decrypted page searched")
def test_no_word_is_left_once_all_are_let_go(tmp_path: Path, figures: Figures, sized: Sized) -> None:
    planted = sized(quick=150, full=PLANTED)
    words = planted_words(6, planted)
    with closing(SqliteStore(tmp_path)) as store:
        store.enrol(WORKER)
        with store.writing(WORKER) as tx:
            plant(tx, words)
        before = traces(store, words)
        for erase in (drop_claims, drop_answers, forget_composed, drop_topics, drop_voice):
            with store.writing(WORKER) as tx:
                erase(tx)
        assert store.compact(WORKER, only_if_due=True) is not None
        left = traces(store, words)
        figures("words found before", before)
        figures("words found after", left)
        assert (before, left) == (planted, 0)


@pytest.mark.promise(4, "claims, versions, reusable answers and their kin, every decrypted page searched")
def test_of_a_removed_message_its_reference_alone_is_kept(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path)) as store:
        store.enrol(WORKER)
        said = message(7, "please see")
        with store.writing(WORKER) as tx:
            tx.messages.record(said)
            tx.usage.withhold([said.ref], WORKER_SAID)
            tx.usage.lower([said.ref])
            tx.usage.mark_read([said.ref])
            tx.messages.remove([said.ref], NOON)
        with store._turn, store._writer(WORKER) as file:
            (row,) = file._connection.rows("SELECT * FROM messages")
            assert file._connection.rows("SELECT * FROM withheld") == []
        kept = [value for value in row if value not in {None, 0}]
        assert kept == [1, 1, said.ref.stamp, 1]  # its number, its channel's, its stamp, that it was removed
