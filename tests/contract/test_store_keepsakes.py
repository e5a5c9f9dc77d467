"""Every promise of the keepsakes a worker takes along, over every store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.agreed_words import AgreedWords
from bot.audit import link, verify
from bot.ports import Store, Transaction
from bot.preferences import Preferences
from bot.weekly import WeeklyNote
from tests.contract.store_makers import (
    MINUTE,
    NOON,
    OTHER,
    WORKER,
    contents,
    entry,
    learn,
    read,
    ref,
    write,
)


def test_the_words_agreed_to_are_kept_as_they_were_read(store: Store) -> None:
    first, second = AgreedWords("I agree.", "en"), AgreedWords("我同意。", "zh-Hans")
    for words in (first, second, first):
        write(store, lambda tx, words=words: tx.keepsakes.keep_agreed(words))  # type: ignore[misc]
    assert read(store, lambda tx: tx.keepsakes.agreed()) == {words.digest: words for words in (first, second)}


def test_what_the_words_bind_to_is_kept_with_them(store: Store) -> None:
    words = AgreedWords("I agree.", "en", 2, 31, 14)
    write(store, lambda tx: tx.keepsakes.keep_agreed(words))
    assert read(store, lambda tx: tx.keepsakes.agreed())[words.digest] == words


def test_what_a_worker_was_told_of_ends_and_words_is_kept(store: Store) -> None:
    preferences = Preferences(told_end=("2026-05-26T22:00:00+00:00", 2), told_words="ab" * 32)
    write(store, lambda tx: tx.keepsakes.set_preferences(preferences))
    assert read(store, lambda tx: tx.keepsakes.preferences()) == preferences


def test_weekly_notes_come_back_oldest_first_one_a_week_and_the_newest_twelve(store: Store) -> None:
    notes = [WeeklyNote(f"2026-W{n:02}", NOON + n * MINUTE, n, f"{n:064}", {"posted": n}) for n in range(1, 16)]
    for note in (*notes[7:], *notes[:7], replace(notes[14], length=99)):
        write(store, lambda tx, note=note: tx.notes.keep(note))  # type: ignore[misc]
    assert read(store, lambda tx: tx.notes.all()) == (*notes[3:14], replace(notes[14], length=99))


def test_what_was_deleted_is_listed_by_its_reference_alone(store: Store) -> None:
    learn(store, "first", "second")
    assert read(store, lambda tx: tx.messages.removed()) == ()
    write(store, lambda tx: tx.messages.remove([ref(77), ref(1)], NOON))
    assert read(store, lambda tx: tx.messages.removed()) == (ref(1), ref(77))


def test_the_last_recovery_seal_is_the_one_that_counts(store: Store) -> None:
    assert read(store, lambda tx: tx.vault.recovery_seal()) == ""
    for seal in ("first", "second"):
        write(store, lambda tx, seal=seal: tx.vault.set_recovery_seal(seal))  # type: ignore[misc]
    assert read(store, lambda tx: tx.vault.recovery_seal()) == "second"
    store.enrol(OTHER)
    assert read(store, lambda tx: tx.vault.recovery_seal(), OTHER) == ""


def test_what_was_brought_along_is_kept_in_its_order(store: Store) -> None:
    assert read(store, lambda tx: tx.vault.brought()) == ()
    for document in ("{}", '{"n": 2}', "{}"):
        write(store, lambda tx, document=document: tx.vault.bring(document))  # type: ignore[misc]
    assert read(store, lambda tx: tx.vault.brought()) == ("{}", '{"n": 2}', "{}")


def test_a_transaction_that_fails_brings_nothing_and_seals_nothing(store: Store) -> None:
    store.enrol(WORKER)
    before = read(store, contents)

    def fail(tx: Transaction) -> float:
        tx.vault.bring("{}")
        tx.vault.set_recovery_seal("new")
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        write(store, fail)
    assert read(store, contents) == before


def test_the_chain_is_verified_with_the_key_that_is_given_away_with_it(store: Store) -> None:
    for number in (1, 2, 3):
        write(store, lambda tx, number=number: tx.audit.append(entry(number)))  # type: ignore[misc]
    key, chain, head = read(store, lambda tx: (tx.audit.key(), tx.audit.entries(), tx.audit.head()))
    assert verify(key, chain, head) is None
    assert verify(bytes(32), chain, head) == "altered"
    assert link(key, None, entry(1))[0].mac == chain[0].mac
