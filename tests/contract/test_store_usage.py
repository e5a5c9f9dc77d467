"""Every promise about what may be used of the messages and what the profile has read, over every store."""

from __future__ import annotations

from datetime import timedelta

from bot.messages import WORKER_SAID, Recorded, Span
from bot.ports import Store
from bot.refs import ChannelRef, MessageRef
from tests.contract.store_makers import GENERAL, MINUTE, NOON, PRIVATE, SECRET, WORKER, learn, message, read, ref, write

UNKNOWN = ChannelRef("local", "team", "unknown")


def unread(store: Store, *channels: ChannelRef, limit: int = 99) -> list[MessageRef]:
    found = read(store, lambda tx: tx.usage.unread(channels, limit))
    counted = read(store, lambda tx: tx.usage.unread_count(channels))
    assert len(found) == min(counted, max(limit, 0))
    return [message.ref for message in found]


def marks(store: Store) -> dict[int, tuple[bool, int]]:
    """Say of every message whether it is withheld and how often it was lowered, however it is asked for."""
    with store.reading(WORKER) as tx:
        page = tx.messages.page(Span(), 99)
        assert sorted(tx.messages.find([m.ref for m in page]), key=lambda m: m.ref) == sorted(page, key=lambda m: m.ref)
    return {int(m.ref.stamp[:8]): (m.is_withheld, m.lowered) for m in page}


# ---------------------------------------------------------------- withheld


def test_a_message_is_withheld_by_each_mark_once_and_says_so(store: Store) -> None:
    learn(store, "first", "second")
    assert write(store, lambda tx: tx.usage.withhold([ref(1), ref(1), ref(9), ref(1, SECRET)], WORKER_SAID)) == 1
    assert write(store, lambda tx: tx.usage.withhold([ref(2), ref(1)], WORKER_SAID)) == 1
    assert write(store, lambda tx: tx.usage.withhold([ref(1)], "t1")) == 1
    assert write(store, lambda tx: tx.usage.withhold([ref(1)], "t1")) == 0
    assert write(store, lambda tx: tx.usage.withhold([], "t1")) == 0
    assert marks(store) == {1: (True, 0), 2: (True, 0)}


def test_a_message_is_free_only_when_no_mark_is_left(store: Store) -> None:
    learn(store, "first", "second", "third")
    with store.writing(WORKER) as tx:
        tx.usage.withhold([ref(1), ref(2)], WORKER_SAID)
        tx.usage.withhold([ref(2)], "t1")
    assert write(store, lambda t: t.usage.release([ref(2), ref(3), ref(1), ref(9), ref(1)], WORKER_SAID)) == (ref(1),)
    assert marks(store) == {1: (False, 0), 2: (True, 0), 3: (False, 0)}
    assert write(store, lambda t: t.usage.release([ref(2)], WORKER_SAID)) == ()
    assert write(store, lambda t: t.usage.release([ref(2)], "t1")) == (ref(2),)
    assert marks(store)[2] == (False, 0)


def test_what_is_withheld_is_listed_by_mark_in_the_order_of_references(store: Store) -> None:
    learn(store, "first", "second", "third")
    learn(store, "apart", shelf=PRIVATE)
    with store.writing(WORKER) as tx:
        tx.usage.withhold([ref(3), ref(1)], WORKER_SAID)
        tx.usage.withhold([ref(1, SECRET), ref(1)], "t1")
    assert read(store, lambda t: t.usage.withheld()) == (ref(1), ref(3), ref(1, SECRET))
    assert read(store, lambda t: t.usage.withheld(WORKER_SAID)) == (ref(1), ref(3))
    assert read(store, lambda t: t.usage.withheld("t1")) == (ref(1), ref(1, SECRET))
    assert read(store, lambda t: t.usage.withheld("t2")) == ()


def test_lowering_counts_each_denial_of_each_stored_message(store: Store) -> None:
    learn(store, "first", "second")
    write(store, lambda tx: tx.usage.lower([ref(1), ref(1), ref(9)]))
    write(store, lambda tx: tx.usage.lower([ref(2), ref(1)]))
    assert marks(store) == {1: (False, 2), 2: (False, 1)}


# ---------------------------------------------------------------- read and unread


def test_unread_messages_of_the_channels_come_oldest_first(store: Store) -> None:
    with store.writing(WORKER) as tx:
        for number, channel, at in ((4, GENERAL, 4), (1, SECRET, 3), (9, GENERAL, 1), (2, GENERAL, 3), (3, GENERAL, 3)):
            tx.messages.record(message(number, "m", channel, said_at=NOON + at * MINUTE))
    everything = [ref(9), ref(2), ref(3), ref(1, SECRET), ref(4)]
    assert unread(store, SECRET, GENERAL, GENERAL, UNKNOWN) == everything
    assert unread(store, GENERAL) == [ref(9), ref(2), ref(3), ref(4)]
    assert unread(store, SECRET, GENERAL, limit=3) == everything[:3]
    assert unread(store, GENERAL, limit=0) == unread(store, GENERAL, limit=-1) == []
    assert unread(store) == unread(store, UNKNOWN) == []


def test_what_was_read_is_no_longer_unread_until_it_is_to_be_read_again(store: Store) -> None:
    learn(store, "first", "second", "third")
    write(store, lambda tx: tx.usage.mark_read([ref(1), ref(3), ref(9)]))
    write(store, lambda tx: tx.usage.mark_read([ref(1)]))
    assert unread(store, GENERAL) == [ref(2)]
    assert read(store, lambda tx: tx.usage.are_read([ref(1), ref(2), ref(9), ref(1, SECRET)])) == {ref(1)}
    write(store, lambda tx: tx.usage.mark_read([ref(3), ref(2), ref(9)], read=False))
    assert unread(store, GENERAL) == [ref(2), ref(3)]
    assert read(store, lambda tx: tx.usage.are_read([ref(1), ref(2), ref(3)])) == {ref(1)}


def test_what_is_withheld_is_not_to_be_read(store: Store) -> None:
    learn(store, "first", "second")
    write(store, lambda tx: tx.usage.withhold([ref(1)], "t1"))
    assert unread(store, GENERAL) == [ref(2)]
    write(store, lambda tx: tx.usage.release([ref(1)], "t1"))
    assert unread(store, GENERAL) == [ref(1), ref(2)]


def test_unread_messages_come_whole(store: Store) -> None:
    learn(store, "first")
    write(store, lambda tx: tx.usage.lower([ref(1)]))
    assert read(store, lambda tx: tx.usage.unread([GENERAL], 9) == tx.messages.find([ref(1)]))


# ---------------------------------------------------------------- edits and deletions


def test_an_edited_message_is_unread_again_and_keeps_what_the_worker_said_of_it(store: Store) -> None:
    learn(store, "first", "second")
    with store.writing(WORKER) as tx:
        tx.usage.withhold([ref(1)], WORKER_SAID)
        tx.usage.lower([ref(1)])
        tx.usage.mark_read([ref(1), ref(2)])
        assert tx.messages.record(message(1, "older")) is Recorded.REPEATED
        assert tx.usage.are_read([ref(1)]) == {ref(1)}
        for number in (1, 2):
            edited = message(number, "edited", revised_at=NOON + timedelta(days=1))
            assert tx.messages.record(edited) is Recorded.REVISED
    assert marks(store) == {1: (True, 1), 2: (False, 0)}
    assert read(store, lambda t: t.usage.are_read([ref(1), ref(2)])) == frozenset()
    assert unread(store, GENERAL) == [ref(2)]


def test_nothing_is_known_of_a_removed_message_but_that_it_was_removed(store: Store) -> None:
    learn(store, "first", "second")
    with store.writing(WORKER) as tx:
        tx.usage.withhold([ref(1), ref(2)], WORKER_SAID)
        tx.usage.lower([ref(1)])
        tx.usage.mark_read([ref(1)])
        tx.messages.remove([ref(1)], NOON)
    with store.writing(WORKER) as tx:
        assert tx.usage.withhold([ref(1)], "t1") == 0
        tx.usage.lower([ref(1)])
        tx.usage.mark_read([ref(1)])
        assert tx.usage.release([ref(1)], WORKER_SAID) == ()
    assert read(store, lambda t: t.usage.withheld()) == (ref(2),)
    assert read(store, lambda t: t.usage.are_read([ref(1)])) == frozenset()
    assert unread(store, GENERAL) == []
    assert write(store, lambda t: t.messages.record(message(1))) is Recorded.DELETED
