"""Every promise of the refused questions, over every store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import StoreError
from bot.ports import Store, Transaction
from bot.refused import MOST_KEPT
from storage.values import storable
from tests.contract.store_makers import WORKER, read, refused_question, write


def is_due(store: Store) -> bool:
    """Whether words went that a rewriting has to take out of the file."""
    return store.compact(WORKER, only_if_due=True) is not None


def test_refused_questions_come_back_as_they_were_newest_first(store: Store) -> None:
    first, second = refused_question(1), refused_question(2, asker=None, channel=None, words="")
    write(store, lambda tx: tx.refused.put(first))
    write(store, lambda tx: tx.refused.put(second))
    assert read(store, lambda tx: tx.refused.all()) == (second, first)


def test_one_is_kept_in_place_of_one_with_its_id_and_its_words_go(store: Store) -> None:
    write(store, lambda tx: tx.refused.put(refused_question()))
    assert not is_due(store)
    write(store, lambda tx: tx.refused.put(refused_question()))
    assert not is_due(store), "the same words again take none away"
    write(store, lambda tx: tx.refused.put(refused_question().worn_off()))
    assert is_due(store)
    (kept,) = read(store, lambda tx: tx.refused.all())
    assert (kept.words, kept.asker, kept.channel, kept.category) == ("", None, None, "judging")


def test_the_oldest_beyond_the_bound_goes_words_and_all(store: Store) -> None:
    def fill(tx: Transaction) -> None:
        for number in range(MOST_KEPT):
            tx.refused.put(refused_question(number))

    write(store, fill)
    assert not is_due(store)
    write(store, lambda tx: tx.refused.put(refused_question(MOST_KEPT)))
    kept = read(store, lambda tx: tx.refused.all())
    assert [refused.id for refused in kept] == [f"d{number}" for number in range(MOST_KEPT, 0, -1)]
    assert is_due(store)
    write(store, lambda tx: tx.refused.put(refused_question(0, at=kept[-1].at - timedelta(days=1))))
    assert read(store, lambda tx: tx.refused.all()) == kept, "an older one than all does not push a newer one out"


def test_some_are_erased_and_counted(store: Store) -> None:
    for number in (1, 2):
        write(store, lambda tx, n=number: tx.refused.put(refused_question(n)))  # type: ignore[misc]
    assert write(store, lambda tx: tx.refused.drop(["d1", "nobody"])) == 1
    assert [refused.id for refused in read(store, lambda tx: tx.refused.all())] == ["d2"]
    assert is_due(store)
    assert write(store, lambda tx: tx.refused.drop(["nobody"])) == 0
    assert not is_due(store)


def test_half_a_surrogate_pair_is_kept_as_the_sign_for_it(store: Store) -> None:
    write(store, lambda tx: tx.refused.put(refused_question(words="half \ud83d")))
    assert [refused.words for refused in read(store, lambda tx: tx.refused.all())] == [storable("half \ud83d")]


def test_nothing_is_kept_while_reading(store: Store) -> None:
    with pytest.raises(StoreError):
        read(store, lambda tx: tx.refused.put(refused_question()))
    with pytest.raises(StoreError):
        read(store, lambda tx: tx.refused.drop(["d1"]))
