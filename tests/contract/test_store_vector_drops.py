"""Vectors that are dropped channel by channel, over every store: their messages stay, and the file is due."""

from __future__ import annotations

from bot.consent import Shelf
from bot.ports import Store
from bot.refs import ChannelRef
from tests.contract.store_makers import PRIVATE, SECRET, WORKER, learn, read, write
from tests.contract.test_store_vectors import MODEL, embed, numbers_found


def test_the_vectors_of_some_channels_are_dropped_and_their_messages_stay(store: Store) -> None:
    learn(store, "one", "two")
    learn(store, "secret", shelf=PRIVATE)
    learn(store, "open there", shelf=Shelf(SECRET, public=True), first=2)
    embed(store, 1, 2)
    embed(store, 1, 2, shelf=PRIVATE)
    store.compact(WORKER)
    assert numbers_found(store, 1, PRIVATE) == [1]
    unknown = ChannelRef("local", "team", "unknown")
    assert write(store, lambda tx: tx.vectors.drop([])) == 0
    assert write(store, lambda tx: tx.vectors.drop([unknown])) == 0
    assert store.compact(WORKER, only_if_due=True) is None
    assert write(store, lambda tx: tx.vectors.drop([SECRET, unknown, SECRET])) == 2
    assert numbers_found(store, 1, PRIVATE, Shelf(SECRET, public=True)) == []
    assert numbers_found(store, 1) == [1, 2]
    assert read(store, lambda tx: tx.vectors.count(MODEL)) == 2
    assert read(store, lambda tx: tx.messages.count()) == 4
    assert len(read(store, lambda tx: tx.vectors.missing(MODEL, [SECRET], 9))) == 2
    assert store.compact(WORKER, only_if_due=True) is not None
    embed(store, 1, shelf=PRIVATE)
    assert numbers_found(store, 1, PRIVATE) == [1]
