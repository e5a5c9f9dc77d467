"""What an erasure counts: exactly what went, kind by kind, beside as much that stays; and its receipt, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.agreement import BEGINNING
from bot.audit import AuditEntry, EntryFacts, Happening
from bot.consent import Grant, Purpose, Shelf, admit
from bot.drafts import Draft, DraftState, Source, text_digest
from bot.erasure import (
    Receipt,
    What,
    erase,
    erase_about,
    erase_everything,
    note_followed,
    note_proof,
    receipts,
    unproved,
    waiting,
)
from bot.events import MessageSaid
from bot.messages import Backfill
from bot.ports import CompactionProof, Transaction
from bot.profile.claims import Claim, ClaimKind, ClaimState
from bot.profile.topics import Topic, TopicKind
from bot.profile.versions import Cause, ProfileVersion
from bot.profile.voice import Tally
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef
from bot.refused import RefusedQuestion
from bot.reusable import ReusableAnswer
from bot.terms import terms
from bot.unlearning import thread_key
from storage.memory import MemoryStore

MARA, ASKER = PersonRef("local", "team", "mara"), PersonRef("local", "team", "asker")
BUILD, GARDEN = (ChannelRef("local", "team", name) for name in ("build", "garden"))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=2)
CACHE, ROSES, BEES = "The cache is emptied on Sundays.", "The roses want water.", "The bees are asleep."
ANTS = "The ants have moved."
FOUR = ((BUILD, 1, CACHE), (GARDEN, 2, ROSES), (GARDEN, 3, BEES), (GARDEN, 4, ANTS))
PROOF = CompactionProof(9, 7, 0)


@pytest.fixture
def tx() -> Iterator[Transaction]:
    store = MemoryStore()
    store.enrol(MARA)
    with store.writing(MARA) as opened:
        yield opened


def hold(tx: Transaction, channel: ChannelRef, number: int, text: str) -> MessageRef:
    """Keep a message, and one thing of each kind that rests on it."""
    ref = MessageRef(channel, f"{number}.0")
    grant = Grant(f"g{number}", MARA, Purpose.LOG, channel, NOON, NOON, NOON + timedelta(days=90), "ab")
    said = admit(MessageSaid(ref, MARA, text, NOON, NOON, None, channel_is_public=True), [grant], NOON)
    assert said is not None
    tx.messages.record(said)
    (message,) = tx.messages.find([ref])
    tx.index.put(ref, message.shelf, terms(text))
    tx.vectors.put("model", {ref: (1.0, 0.0)})
    tx.profile.put_voice(message.shelf, Tally().add(text, thread_key(message)))
    tx.usage.mark_read([ref])
    claim = Claim(f"c{number}", ClaimKind.KNOWS, text, Shelf(channel, public=True), (ref,), (ref,), NOON, NOON)
    tx.profile.put([claim])
    tx.profile.add_version(ProfileVersion(number, NOON, Cause.REFRESHED, 1, {claim.id: ClaimState.WAITING}))
    source = Source(ref, text_digest(text), NOON, text)
    tx.drafts.add(draft(f"d{number}", channel, text, source, DraftState.POSTED))
    tx.reusable.put(
        ReusableAnswer(f"a{number}", f"d{number}", (text,), text, False, (source,), (channel,), "everyone", NOON, LATER)
    )
    tx.refused.put(RefusedQuestion(f"r{number}", "surveillance", NOON, LATER, ASKER, channel, text))
    return ref


def draft(name: str, channel: ChannelRef, text: str, source: Source, state: DraftState) -> Draft:
    return Draft(
        name,
        MARA,
        ASKER,
        ThreadRef(channel, "8.0"),
        None,
        "",
        state,
        NOON,
        LATER,
        written=text,
        composed=text,
        sources=(source,),
        revision=1,
    )


def test_a_message_takes_all_that_rests_on_it_and_nothing_beside(tx: Transaction) -> None:
    gone, *_ = [hold(tx, *one) for one in FOUR]
    assert erase(tx, [gone], NOON, "e1", What.MESSAGE) == 1
    (receipt,) = receipts(tx)
    assert (receipt.id, receipt.what, receipt.at, receipt.proof) == ("e1", What.MESSAGE, NOON, None)
    kinds = ("messages", "index", "vectors", "claims", "drafts", "answers", "voice", "versions")
    assert receipt.counts == {**dict.fromkeys(kinds, 1), "refused": 0}
    assert [claim.id for claim in tx.profile.claims()] == ["c2", "c3", "c4"]
    assert [answer.id for answer in tx.reusable.all()] == ["a2", "a3", "a4"]
    assert written(tx) == {"d1": "", "d2": ROSES, "d3": BEES, "d4": ANTS}


def written(tx: Transaction) -> dict[str, str]:
    return {d.id: d.written for d in tx.drafts.in_states(frozenset(DraftState))}


def test_everything_is_everything_and_is_counted(tx: Transaction) -> None:
    for number, (channel, text) in enumerate(((BUILD, CACHE), (GARDEN, ROSES)), start=1):
        hold(tx, channel, number, text)
    tx.keepsakes.put_backfill(Backfill(BUILD, BEGINNING))
    tx.keepsakes.set_preferences(replace(tx.keepsakes.preferences(), told_version=7, links_allowed=False))
    assert erase_everything(tx, NOON, "e1") == 2
    (receipt,) = receipts(tx)
    assert receipt.what is What.EVERYTHING
    assert receipt.counts == {
        "messages": 2, "index": 2, "vectors": 2, "claims": 2, "drafts": 2, "answers": 2, "refused": 2, "voice": 2,
        "versions": 2,
    }  # fmt: skip
    assert (tx.keepsakes.backfills(), tx.profile.versions(), tx.reusable.all(), tx.refused.all()) == ((), (), (), ())
    assert tx.keepsakes.preferences().told_version == 0
    assert tx.keepsakes.preferences().links_allowed is False


def test_of_a_topic_goes_what_is_about_it_and_no_message(tx: Transaction) -> None:
    for one in FOUR:
        hold(tx, *one)
    erase_about(tx, Topic("t1", TopicKind.WORDS, "roses", NOON), NOON, "e1")
    (receipt,) = receipts(tx)
    assert receipt.what is What.TOPIC
    assert {kind: count for kind, count in receipt.counts.items() if count} == {
        "claims": 1, "drafts": 1, "answers": 1, "refused": 1, "versions": 1,
    }  # fmt: skip
    assert {refused.id for refused in tx.refused.all()} == {"r1", "r3", "r4"}


def test_everything_takes_words_that_rest_on_no_message_too(tx: Transaction) -> None:
    source = Source(hold(tx, BUILD, 1, CACHE), text_digest(CACHE), NOON, CACHE)
    tx.drafts.add(replace(draft("d2", GARDEN, ROSES, source, DraftState.POSTED), sources=()))
    tx.drafts.add(replace(draft("d3", GARDEN, BEES, source, DraftState.PENDING), sources=()))
    tx.profile.put_voice(Shelf(GARDEN, public=False), Tally().add(ROSES, "of messages that are gone"))
    erase_everything(tx, NOON, "e1")
    assert written(tx) == {"d1": "", "d2": "", "d3": ""}
    assert tx.profile.voice() == {}
    assert receipts(tx)[0].counts["drafts"] == 3
    assert receipts(tx)[0].counts["voice"] == 2


def test_a_receipt_is_read_of_erasures_alone_and_proved_by_a_rewriting_alone(tx: Transaction) -> None:
    counts: EntryFacts = {"what": "message", "messages": 2, "index": "many", "vectors": ["7"]}
    tx.audit.append(AuditEntry(Happening.FORGOTTEN, NOON, "e1", counts))
    tx.audit.append(AuditEntry(Happening.FORGOTTEN, NOON, "", {"messages": 3, "because": "lapsed"}))
    tx.audit.append(AuditEntry(Happening.ERASED, NOON, "e2", {"pages_before": 4}))
    for happening in sorted(set(Happening) - {Happening.FORGOTTEN, Happening.ERASED}):
        tx.audit.append(AuditEntry(happening, NOON, "e1", {"pages_before": 4}))
        tx.audit.append(AuditEntry(happening, NOON, "e3", counts))
    kinds = ("messages", "index", "vectors", "claims", "drafts", "answers", "refused", "voice", "versions")
    assert receipts(tx) == (Receipt("e1", What.MESSAGE, NOON, {**dict.fromkeys(kinds, 0), "messages": 2}),)
    tx.audit.append(AuditEntry(Happening.ERASED, NOON, "e1", {"pages_before": 4, "wal_bytes": "none"}))
    assert receipts(tx)[0].proof == CompactionProof(4, 0, 0)


def test_what_goes_in_two_steps_is_one_receipt_and_is_to_be_proved_anew(tx: Transaction) -> None:
    first, second = hold(tx, BUILD, 1, CACHE), hold(tx, GARDEN, 2, ROSES)
    erase(tx, [first], NOON, "e1", What.SELECTION)
    note_proof(tx, ["e1"], PROOF, NOON)
    assert unproved(tx) == ()
    erase(tx, [second], NOON, "e1", What.SELECTION)
    assert unproved(tx) == ("e1",)
    assert receipts(tx)[0].counts["messages"] == 2


def test_an_erasure_waits_for_backups_until_they_followed(tx: Transaction) -> None:
    for number in (1, 2, 3):
        erase(tx, [hold(tx, BUILD, number, CACHE)], NOON, f"e{number}", What.MESSAGE)
    note_proof(tx, ["e1"], PROOF, NOON)
    note_proof(tx, ["e2"], replace(PROOF, backups=4, backups_waiting=2), NOON)
    assert (waiting(tx), unproved(tx)) == (("e2",), ("e3",))
    note_followed(tx, ["e1", "e2", "e3"], LATER)
    assert waiting(tx) == ()
    proofs = {receipt.id: receipt.proof for receipt in receipts(tx)}
    followed = replace(PROOF, backups=4, backups_followed=2)
    assert proofs == {"e1": PROOF, "e2": followed, "e3": None}
    assert [receipt.id for receipt in receipts(tx)] == ["e3", "e2", "e1"]
