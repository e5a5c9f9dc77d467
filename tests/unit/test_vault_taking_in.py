"""Taking up a vault: within the terms agreed to just now, and nothing on the file's word alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.audit import AuditEntry, Happening
from bot.consent import Grant, Purpose, Shelf
from bot.drafts import Draft, DraftState, Source, text_digest
from bot.messages import LoggedMessage, Span
from bot.ports import Transaction
from bot.preferences import Preferences
from bot.profile.claims import Claim, ClaimChange, ClaimKind, ClaimState
from bot.profile.topics import Topic, TopicKind
from bot.profile.versions import Cause, ProfileVersion
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef
from bot.reusable import ReusableAnswer
from bot.vault.contents import Contents, VaultMessage
from bot.vault.packing import FORMAT, VERSION, Manifest
from bot.vault.taking_in import (
    BLOCK,
    Here,
    TakenIn,
    begin,
    blocks_of,
    finish,
    is_partly_here,
    take_block,
    take_in,
    under_way,
)
from storage.memory import MemoryStore

pytestmark = pytest.mark.promise(6, "what is brought along enrols nobody, approves nothing, and goes by the form alone")

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MARA, JONAS = PersonRef("local", "team", "mara"), PersonRef("local", "team", "jonas")
BUILD, LEADS, OTHER = (ChannelRef("local", "team", name) for name in ("build", "leads", "other"))
ANSWERED = "The wiki lives on host5."


def ref(number: int, channel: ChannelRef = BUILD) -> MessageRef:
    return MessageRef(channel, f"{number}.5")


def message(number: int, text: str = "hello all", channel: ChannelRef = BUILD, **changes: Any) -> VaultMessage:
    at = NOON - DAY + timedelta(minutes=number)
    return replace(VaultMessage(ref(number, channel), text, at, at, None, public=True, grant_id="old"), **changes)


def claim(number: int, *evidence: int, channel: ChannelRef = BUILD, **changes: Any) -> Claim:
    refs = tuple(ref(n, channel) for n in evidence)
    shelf = Shelf(channel, public=True) if refs else None
    kind = ClaimKind.KNOWS if refs else ClaimKind.CORRECTION
    made = Claim(f"c{number}", kind, f"statement {number}", shelf, refs[:1], refs, NOON, NOON, ClaimState.KEPT)
    return replace(made, **changes)


def answer(number: int, source: VaultMessage, **changes: Any) -> ReusableAnswer:
    rests_on = Source(source.ref, text_digest(source.text), source.said_at, source.text)
    made = ReusableAnswer(
        f"r{number}", "d1", ("where is the wiki",), ANSWERED, False, (rests_on,), (BUILD,), "everyone", NOON, NOON + DAY
    )
    return replace(made, **changes)


class House:
    """A new file of Mara's, with the grants she has just given in two channels."""

    def __init__(self, channels: tuple[ChannelRef, ...] = (BUILD, LEADS), *, earlier: bool = True) -> None:
        self.store = MemoryStore()
        self.store.enrol(MARA)
        since = NOON - 365 * DAY if earlier else NOON
        grants = [
            Grant(f"g_{c.channel}_{p.value}", MARA, p, c, NOON, since, NOON + 30 * DAY, "ab")
            for c in channels
            for p in Purpose
        ]
        with self.store.writing(MARA) as tx:
            tx.consent.add(grants)

    def take(self, contents: Contents, owner: PersonRef = MARA, public: tuple[ChannelRef, ...] = (BUILD,)) -> TakenIn:
        manifest = Manifest(FORMAT, VERSION, NOON, owner, {})
        with self.store.writing(MARA) as tx:
            return take_in(tx, manifest, contents, Here(frozenset(public)), NOON)

    def read(self, work: Callable[[Transaction], Any]) -> Any:
        with self.store.reading(MARA) as tx:
            return work(tx)

    def log(self) -> dict[str, LoggedMessage]:
        return {m.ref.stamp: m for m in self.read(lambda tx: tx.messages.page(Span(), 99))}


def test_messages_are_logged_under_the_new_grants_and_found_again() -> None:
    house = House()
    taken = house.take(Contents(messages=(message(1, "the wiki moved"), message(2, "in private", LEADS))))
    assert (taken.messages, taken.left) == (2, 0)
    assert {m.grant_id for m in house.log().values()} == {"g_build_log", "g_leads_log"}
    assert [h.ref for h in house.read(lambda tx: tx.index.search(tx.index.shelves(), ["wiki"], 9))] == [ref(1)]


@pytest.mark.promise(6, "a file whose grants are wider than what was agreed to")
def test_a_vault_widens_no_consent() -> None:
    contents = Contents(
        messages=(message(1), message(2, channel=OTHER)),
        grants=(Grant("evil", MARA, Purpose.LOG, OTHER, NOON, NOON - DAY, NOON + 999 * DAY, "ab"),),
    )
    house = House()
    taken = house.take(contents)
    assert (taken.messages, taken.left) == (1, 1)
    assert not [g for g in house.read(lambda tx: tx.consent.all()) if g.id == "evil" or g.channel == OTHER]
    without_earlier = House(earlier=False)
    assert without_earlier.take(contents).messages == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"ref": MessageRef(replace(BUILD, workspace="elsewhere"), "1.5")},
        {"ref": MessageRef(replace(BUILD, platform="other"), "1.5")},
        {"ref": MessageRef(BUILD, "../../x")},
        {"ref": MessageRef(BUILD, "1" * 65)},
        {"ref": MessageRef(BUILD, "")},
        {"said_at": NOON + DAY, "revised_at": NOON + DAY},
        {"revised_at": NOON + 9_999 * DAY},
        {"said_at": NOON - 999 * DAY},
        {"text": "x" * 40_001},
    ],
    ids=str,
)
def test_a_message_that_cannot_be_is_left_in_the_file(wrong: dict[str, Any]) -> None:
    house = House()
    taken = house.take(Contents(messages=(replace(message(1), **wrong), message(2))))
    assert (taken.messages, taken.left) == (1, 1)
    assert list(house.log()) == ["2.5"]


def test_a_channel_is_public_only_where_vault_and_platform_both_say_so() -> None:
    house = House()
    house.take(Contents(messages=(message(1), message(2, public=False), message(3, channel=LEADS))))
    assert {stamp: m.public for stamp, m in house.log().items()} == {"1.5": True, "2.5": False, "3.5": False}


def test_marks_come_along_and_what_was_forgotten_stays_out() -> None:
    topic = Topic("t1", TopicKind.WORDS, "pay rise", NOON)
    house = House()
    taken = house.take(
        Contents(
            messages=(
                message(1, withheld_by=("worker",)),
                message(2, "about my pay rise"),
                message(3, lowered=2, is_read=True),
                message(4, "deleted before"),
                message(5, withheld_by=("a topic nobody knows",)),
            ),
            forgotten=(ref(4), ref(77), MessageRef(replace(BUILD, workspace="x"), "1")),
            preferences=(Preferences(topics=(topic,), muted=frozenset({JONAS}), links_allowed=False, told_version=9),),
        )
    )
    log = house.log()
    assert (taken.messages, set(log)) == (4, {"1.5", "2.5", "3.5", "5.5"})
    assert {stamp for stamp, m in log.items() if m.is_withheld} == {"1.5", "2.5", "5.5"}
    assert log["3.5"].lowered == 2
    assert house.read(lambda tx: tx.usage.are_read([ref(n) for n in range(9)])) == {ref(3)}
    assert [t.messages for t in house.read(lambda tx: tx.profile.voice()).values()] == [1]
    assert house.read(lambda tx: tx.messages.removed()) == (ref(4), ref(77))
    assert house.read(lambda tx: {s for shelf in tx.index.shelves() for s in [shelf.channel]}) == {BUILD}
    kept = house.read(lambda tx: tx.keepsakes.preferences())
    assert (kept.topics, kept.muted, kept.links_allowed, kept.told_version) == ((topic,), {JONAS}, False, 0)


def test_a_topic_that_would_stall_the_program_or_is_no_topic_stays_out() -> None:
    patterns = ["(a+)+$", "", "[", "a{99999}"]
    topics = tuple(Topic(f"t{n}", TopicKind.PATTERN, p, NOON) for n, p in enumerate(patterns))
    good = Topic("t9", TopicKind.WORDS, "pay rise", NOON)
    many = tuple(Topic(f"m{n}", TopicKind.WORDS, f"topic number {n}", NOON) for n in range(80))
    house = House()
    house.take(Contents(preferences=(Preferences(topics=(*topics, replace(good, id="no id"), good)),)))
    assert house.read(lambda tx: tx.keepsakes.preferences().topics) == (good,)
    house = House()
    house.take(Contents(preferences=(Preferences(topics=many),)))
    assert len(house.read(lambda tx: tx.keepsakes.preferences().topics)) == 50


def test_claims_come_with_their_evidence_or_not_at_all() -> None:
    messages = (
        message(1),
        message(2),
        message(3, withheld_by=("worker",)),
        message(4, channel=OTHER),
        message(5, channel=LEADS),
    )
    whole, thinner = claim(1, 1, 2), claim(2, 1, 3)
    told = claim(3)
    rival = claim(4, 2, rival="c9", change=ClaimChange.CONTRADICTED)
    claims = (
        whole,
        thinner,
        told,
        rival,
        claim(5, 3),
        claim(6, 4, channel=OTHER),
        claim(7, 77),
        claim(8, 1, id="no id"),
        claim(9, 1, statement=""),
        claim(10, 1, statement="x" * 1_001),
        claim(11, kind=ClaimKind.KNOWS),
        claim(12, evidence=(ref(1), ref(5, LEADS)), worded_by=(ref(1),), shelf=Shelf(BUILD, public=True)),
        claim(13, 1, worded_by=(ref(2),)),
    )
    house = House()
    taken = house.take(Contents(messages=messages, claims=claims))
    kept = {c.id: c for c in house.read(lambda tx: tx.profile.claims())}
    assert kept == {
        "c1": whole,
        "c2": replace(thinner, evidence=(ref(1),)),
        "c3": told,
        "c4": replace(rival, rival="", change=ClaimChange.NONE),
    }
    assert taken.claims == 4


def test_a_claim_stands_where_its_evidence_stands_whatever_the_vault_says() -> None:
    house = House()
    house.take(Contents(messages=(message(1, public=False),), claims=(claim(1, 1),)))
    (kept,) = house.read(lambda tx: tx.profile.claims())
    assert kept.shelf == Shelf(BUILD, public=False)


def test_a_claim_about_what_is_never_to_be_used_stays_out() -> None:
    topic = Topic("t1", TopicKind.WORDS, "pay rise", NOON)
    told = claim(1, statement="my pay rise is due")
    house = House()
    house.take(Contents(claims=(told,), preferences=(Preferences(topics=(topic,)),)))
    assert house.read(lambda tx: tx.profile.claims()) == ()


def test_versions_come_along_without_the_claims_that_did_not() -> None:
    states = {"c1": ClaimState.KEPT, "c7": ClaimState.KEPT}
    versions = tuple(ProfileVersion(n, NOON, Cause.REFRESHED, 3, states, {"mean": 1.5}) for n in (3, 1, 3, -1, 10**9))
    house = House()
    house.take(Contents(messages=(message(1),), claims=(claim(1, 1),), profile_versions=versions))
    kept = house.read(lambda tx: tx.profile.versions())
    assert [(v.number, v.states) for v in kept] == [(1, {"c1": ClaimState.KEPT}), (3, {"c1": ClaimState.KEPT})]


def test_reusable_answers_wait_for_their_workers_word() -> None:
    source = message(1, ANSWERED)
    right = answer(1, source, served=3)
    wrong = (
        answer(2, source, ends_at=NOON),
        answer(3, source, channels=(OTHER,)),
        answer(4, message(2, "never said")),
        answer(5, replace(source, text="other words")),
        answer(6, source, titles=()),
        answer(7, source, text=""),
        answer(8, source, id="no id"),
        answer(9, source, text="x" * 8_001),
    )
    house = House()
    taken = house.take(Contents(messages=(source,), reusable_answers=(right, *wrong)))
    (kept,) = house.read(lambda tx: tx.reusable.all())
    assert kept == replace(right, is_withheld=True, served=0)
    assert taken.answers == 1


def test_drafts_and_replies_are_not_taken_up() -> None:
    posted = Draft(
        "d1", MARA, JONAS, ThreadRef(BUILD, "1.5"), None, "", DraftState.POSTED, NOON, NOON, posted_ref=ref(9)
    )
    house = House()
    house.take(Contents(messages=(message(1),), replies=(posted, replace(posted, id="d2", state=DraftState.APPROVED))))
    assert house.read(lambda tx: tx.drafts.latest(9)) == ()


def test_secrets_that_a_vault_holds_are_taken_out_as_everywhere() -> None:
    token = "ghp_" + "aB3dE6gH9" * 4
    never = Topic("n1", TopicKind.WORDS, "project heron", NOON)
    told = claim(1, statement=f"the token is {token}")
    source = message(1, f"use {token} for project heron")
    cleared_text = "hello"
    house = House()
    house.take(
        Contents(
            messages=(source, message(2, cleared_text)),
            claims=(told,),
            reusable_answers=(answer(1, message(2, cleared_text), text=f"it is {token}"),),
            preferences=(Preferences(never_learn=(never,)),),
        )
    )
    (answered,) = house.read(lambda tx: tx.reusable.all())
    kept = [*(m.text for m in house.log().values()), answered.text]
    kept += [c.statement for c in house.read(lambda tx: tx.profile.claims())]
    assert len(kept) == 4
    assert not [text for text in kept if token in text or "heron" in text]


@pytest.mark.parametrize("owner", [replace(MARA, workspace="elsewhere"), replace(MARA, platform="other")], ids=str)
def test_from_another_workspace_come_corrections_and_topics_alone(owner: PersonRef) -> None:
    topic = Topic("t1", TopicKind.WORDS, "pay rise", NOON)
    contents = Contents(
        messages=(message(1), message(2, channel=LEADS)),
        forgotten=(ref(5),),
        claims=(claim(1, 1), claim(2), claim(3, shelf=Shelf(BUILD, public=True))),
        reusable_answers=(answer(1, message(1)),),
        preferences=(Preferences(topics=(topic,), muted=frozenset({JONAS})),),
    )
    house = House()
    taken = house.take(contents, owner)
    assert (taken.elsewhere, taken.messages, taken.left, taken.claims) == (True, 0, 2, 1)
    assert house.log() == {}
    assert [c.id for c in house.read(lambda tx: tx.profile.claims())] == ["c2"]
    assert house.read(lambda tx: (tx.messages.removed(), tx.reusable.all(), tx.vault.brought())) == ((), (), ())
    kept = house.read(lambda tx: tx.keepsakes.preferences())
    assert (kept.topics, kept.muted) == ((topic,), frozenset())
    assert [c.entry.happening for c in house.read(lambda tx: tx.audit.entries())] == [Happening.ELSEWHERE]


@pytest.mark.parametrize("owner", [MARA, replace(MARA, platform="other")], ids=str)
def test_where_the_worker_is_now_is_as_they_have_just_told_it(owner: PersonRef) -> None:
    house = House()
    with house.store.writing(MARA) as tx:
        tx.keepsakes.set_preferences(Preferences(time_zone="Asia/Shanghai", locale="zh-CN"))
    house.take(Contents(preferences=(Preferences(time_zone="Europe/Berlin", locale="en", links_allowed=False),)), owner)
    kept = house.read(lambda tx: tx.keepsakes.preferences())
    assert (kept.time_zone, kept.locale, kept.links_allowed) == ("Asia/Shanghai", "zh-CN", False)


def test_that_a_vault_was_brought_is_noted_in_counts_and_ids() -> None:
    house = House()
    house.take(Contents(messages=(message(1, "quicksilver"), message(2, channel=OTHER))))
    (noted,) = house.read(lambda tx: tx.audit.entries())
    assert noted.entry.happening is Happening.BROUGHT
    assert noted.entry.facts == {"messages": 1, "left": 1, "claims": 0, "receipts": 0, "length": 0, "mac": "0" * 64}
    assert house.read(lambda tx: tx.audit.check()) is None
    (document,) = house.read(lambda tx: tx.vault.brought())
    assert "quicksilver" not in document


def test_blocks_of_another_run_or_after_an_erasure_are_not_taken_up() -> None:
    contents = Contents(messages=(message(1, withheld_by=("worker",)), *(message(n) for n in range(2, 2 * BLOCK))))
    manifest, here, house = Manifest(FORMAT, VERSION, NOON, MARA, {}), Here(frozenset({BUILD})), House()
    with house.store.writing(MARA) as tx:
        begun = begin(tx, manifest, contents, here, NOON)
        blocks = blocks_of(contents)
        assert (begun.messages, [len(block) for block in blocks]) == (1, [BLOCK, BLOCK - 2])
        assert take_block(tx, "another", blocks[0], here, NOON) is None
        assert take_block(tx, begun.run, blocks[0], here, NOON) == BLOCK
        assert is_partly_here(tx)
        tx.audit.append(AuditEntry(Happening.FORGOTTEN, NOON, "", {}))
        assert take_block(tx, begun.run, blocks[1], here, NOON) is None
        assert finish(tx, begun.run, manifest, contents, here, NOON, BLOCK) is None
        assert tx.messages.count() == BLOCK + 1
    assert under_way_in(House()) == ""


def under_way_in(house: House) -> str:
    return str(house.read(under_way))


def test_no_more_claims_are_taken_up_than_a_double_can_bear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.vault.taking_in.MOST_CLAIMS", 2)
    house = House()
    assert house.take(Contents(claims=tuple(claim(n) for n in range(1, 5)))).claims == 2
    assert [c.id for c in house.read(lambda tx: tx.profile.claims())] == ["c1", "c2"]
