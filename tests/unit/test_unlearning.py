"""What is taken back of the voice when messages go: from their own shelf, under their own thread, and no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.consent import Grant, Purpose, admit
from bot.events import MessageSaid
from bot.messages import LoggedMessage
from bot.ports import Transaction
from bot.profile.voice import Tally
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef
from bot.unlearning import thread_key, unlearn
from storage.memory import MemoryStore

MARA = PersonRef("local", "team", "mara")
BUILD, GARDEN = (ChannelRef("local", "team", name) for name in ("build", "garden"))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEXT = "So, in short: the cache is cold again!"


def learnt(tx: Transaction, channel: ChannelRef, stamp: str, thread: ThreadRef | None = None) -> LoggedMessage:
    """Log one message and count it in the voice of its shelf, as a refresh does."""
    ref = MessageRef(channel, stamp)
    grant = Grant(f"g-{stamp}", MARA, Purpose.LOG, channel, NOON, NOON, NOON + timedelta(days=90), "ab")
    said = admit(MessageSaid(ref, MARA, TEXT, NOON, NOON, thread, channel_is_public=True), [grant], NOON)
    assert said is not None
    tx.messages.record(said)
    (message,) = tx.messages.find([ref])
    tally = tx.profile.voice().get(message.shelf, Tally())
    tx.profile.put_voice(message.shelf, tally.add(message.text, thread_key(message)))
    tx.usage.mark_read([ref])
    return message


def test_each_message_is_taken_back_from_its_own_shelf_alone() -> None:
    store = MemoryStore()
    store.enrol(MARA)
    with store.writing(MARA) as tx:
        here, stays, there = learnt(tx, BUILD, "1.0"), learnt(tx, BUILD, "2.0"), learnt(tx, GARDEN, "3.0")
        unlearn(tx, [here, there])
        assert tx.profile.voice() == {stays.shelf: Tally().add(TEXT, thread_key(stays))}
        assert tx.usage.are_read([m.ref for m in (here, stays, there)]) == {stays.ref}


def test_a_message_counts_for_its_thread_or_for_itself() -> None:
    store = MemoryStore()
    store.enrol(MARA)
    root = ThreadRef(BUILD, "1.0")
    with store.writing(MARA) as tx:
        reply, other = learnt(tx, BUILD, "2.0", root), learnt(tx, BUILD, "3.0", root)
        alone = learnt(tx, BUILD, "4.0")
        assert thread_key(reply) == thread_key(other) == str(root)
        assert thread_key(alone) == str(alone.ref)
