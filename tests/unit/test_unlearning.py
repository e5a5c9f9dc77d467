"""What is taken back of the voice when messages go: from their own shelf, under their own thread, and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.consent import Grant, Purpose, admit
from bot.events import MessageSaid
from bot.messages import LoggedMessage
from bot.ports import Transaction
from bot.profile.claims import Claim, ClaimKind
from bot.profile.voice import Tally
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef
from bot.unlearning import thread_key, unlearn, unread
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


def claim(name: str, worded_by: LoggedMessage, *others: LoggedMessage) -> Claim:
    evidence = (worded_by.ref, *(other.ref for other in others))
    return Claim(name, ClaimKind.KNOWS, TEXT, worded_by.shelf, (worded_by.ref,), evidence, NOON, NOON)


def test_a_claim_goes_with_its_words_and_what_else_spoke_for_it_is_read_again() -> None:
    store = MemoryStore()
    store.enrol(MARA)
    with store.writing(MARA) as tx:
        first, second, third = (learnt(tx, BUILD, f"{n}.0") for n in (1, 2, 3))
        away = replace(first, ref=MessageRef(BUILD, "9.0"))
        worded, supported, other = claim("c1", first, second, away), claim("c2", third, first), claim("c3", third)
        tx.profile.put([worded, supported, other])
        assert unlearn(tx, [first]) == ("c1",)
        assert tx.profile.claims() == (replace(supported, evidence=(third.ref,)), other)
        assert tx.usage.are_read([first.ref, second.ref, third.ref]) == {third.ref}
        assert tx.profile.voice() == {third.shelf: Tally().add(TEXT, thread_key(third))}
        assert unlearn(tx, [first]) == ()


def test_several_claims_go_at_once_in_their_order() -> None:
    store = MemoryStore()
    store.enrol(MARA)
    with store.writing(MARA) as tx:
        first, second = learnt(tx, BUILD, "1.0"), learnt(tx, BUILD, "2.0")
        tx.profile.put([claim("c1", first), claim("c2", second), claim("c3", second, first)])
        assert unlearn(tx, [first, second]) == ("c1", "c2", "c3")
        assert tx.profile.claims() == ()
        assert tx.profile.voice() == {}


def test_what_was_never_read_takes_nothing_from_the_voice() -> None:
    store = MemoryStore()
    store.enrol(MARA)
    with store.writing(MARA) as tx:
        stays, new = learnt(tx, BUILD, "1.0"), learnt(tx, BUILD, "2.0")
        unread(tx, [new])
        voice = tx.profile.voice()
        assert voice == {stays.shelf: Tally().add(TEXT, thread_key(stays))}
        unread(tx, [new])
        assert unlearn(tx, [new]) == ()
        assert tx.profile.voice() == voice
        tx.profile.put_voice(stays.shelf, Tally())
        unread(tx, [stays])
        assert tx.usage.are_read([stays.ref]) == frozenset(), (
            "what the voice does not know of is read again all the same"
        )


def test_a_message_counts_for_its_thread_or_for_itself() -> None:
    store = MemoryStore()
    store.enrol(MARA)
    root = ThreadRef(BUILD, "1.0")
    with store.writing(MARA) as tx:
        reply, other = learnt(tx, BUILD, "2.0", root), learnt(tx, BUILD, "3.0", root)
        alone = learnt(tx, BUILD, "4.0")
        assert thread_key(reply) == thread_key(other) == str(root)
        assert thread_key(alone) == str(alone.ref)
