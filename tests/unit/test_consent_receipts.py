"""Consent receipts: one for each event, in the fields of ISO/IEC TS 27560, the same whenever they are asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.agreed_words import AgreedWords
from bot.audit import AuditEntry, ChainedEntry, ChainHead, Happening, link
from bot.consent import Closure, Grant, Purpose, closed
from bot.consent_receipts import NOT_STATED, ConsentEvent, consent_events, consent_receipts
from bot.refs import ChannelRef, PersonRef

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MARA = PersonRef("local", "team", "mara")
BUILD, LEADS = (ChannelRef("local", "team", name) for name in ("build", "leads"))
NOTICE = AgreedWords("I agree to this.", "en")
AGREED = {NOTICE.digest: NOTICE}


def granted(number: int, purpose: Purpose, at: datetime = NOON, channel: ChannelRef = BUILD, **changes: str) -> Grant:
    grant = Grant(f"g{number}", MARA, purpose, channel, at, at, NOON + 90 * DAY, NOTICE.digest)
    return replace(grant, **changes)  # type: ignore[arg-type]


def chain(*entries: tuple[Happening, datetime]) -> list[ChainedEntry]:
    linked: list[ChainedEntry] = []
    head: ChainHead | None = None
    for happening, at in entries:
        chained, head = link(bytes(32), head, AuditEntry(happening, at, "", {}))
        linked.append(chained)
    return linked


def test_every_event_of_a_consent_has_its_receipt() -> None:
    pause, resume, leave = NOON + DAY, NOON + 2 * DAY, NOON + 3 * DAY
    first = [closed(granted(n, purpose), pause, Closure.PAUSED) for n, purpose in enumerate(Purpose)]
    again = [granted(9, Purpose.LOG, resume)]
    change = NOON + 2.5 * DAY
    again = [closed(grant, change, Closure.CHANGED) for grant in again]
    last = [closed(granted(10, Purpose.LOG, change), leave, Closure.LEFT)]
    told = chain(
        (Happening.JOINED, NOON), (Happening.PAUSED, pause), (Happening.RESUMED, resume), (Happening.CHANGED, change)
    )
    events = consent_events([*first, *again, *last], told)
    assert [(event.kind, event.at) for event in events] == [
        (ConsentEvent.GIVEN, NOON),
        (ConsentEvent.PAUSED, pause),
        (ConsentEvent.RESUMED, resume),
        (ConsentEvent.CHANGED, change),
        (ConsentEvent.WITHDRAWN, leave),
    ]
    assert events[0].purposes == (Purpose.LOG, Purpose.PROFILE, Purpose.ANSWER)


def test_a_receipt_has_every_field_that_the_specification_makes_mandatory() -> None:
    grant = granted(1, Purpose.LOG, recipient="Example Models|EU")
    (receipt,) = consent_receipts("p1", [grant], chain((Happening.JOINED, NOON)), AGREED)
    assert {"schema_version", "record_id", "receipt_id", "pii_principal_id"} <= receipt.keys()
    processing = receipt["pii_processing"]
    assert {"privacy_notice", "language", "purposes"} <= processing.keys()
    (purpose,) = processing["purposes"]
    mandatory = "purpose pii_information pii_controllers storage_locations retention_period jurisdiction"
    assert {*mandatory.split(), "recipient_third_parties", "withdrawal_method"} <= purpose.keys()
    assert purpose["recipient_third_parties"] == ["Example Models|EU"]
    assert "Example Models: EU" in purpose["processing_locations"]
    assert purpose["jurisdiction"] == NOT_STATED
    (information,) = purpose["pii_information"]
    assert information["pii_optional"] is True
    assert information["sensitive_pii_category"] is information["special_pii_category"] is False
    for party in receipt["party_identification"]:
        assert {"party_id", "party_address", "party_name", "party_contact", "party_type"} <= party.keys()
    assert [party["party_role"] for party in receipt["party_identification"]] == ["PII controller", "PII processor"]
    assert receipt["event"] == {
        "event_time": "2026-03-02T12:00:00+00:00",
        "validity_duration": "2026-03-02T12:00:00+00:00/2026-05-31T12:00:00+00:00",
        "entity_id": "p1",
        "event_type": "explicit",
        "event_state": "given",
    }


def test_the_words_agreed_to_stand_in_the_receipt_in_their_own_language() -> None:
    chinese = AgreedWords("我同意。", "zh-Hans")
    grant = granted(1, Purpose.LOG, words_hash=chinese.digest)
    (receipt,) = consent_receipts("p1", [grant], (), {chinese.digest: chinese})
    assert receipt["pii_processing"]["privacy_notice"]["text"] == "我同意。"
    assert receipt["pii_processing"]["language"] == "zh-Hans"
    assert "频道" in receipt["pii_processing"]["purposes"][0]["purpose"]
    (unknown,) = consent_receipts("p1", [grant], (), {})
    assert unknown["pii_processing"]["privacy_notice"] == {
        "sha256": chinese.digest,
        "version": chinese.digest[:12],
        "text": NOT_STATED,
    }


def test_a_model_on_the_organisations_own_machines_is_no_third_party() -> None:
    (receipt,) = consent_receipts("p1", [granted(1, Purpose.LOG, recipient="local")], (), AGREED)
    assert receipt["pii_processing"]["purposes"][0]["recipient_third_parties"] == []
    assert len(receipt["party_identification"]) == 1


@pytest.mark.parametrize("vendor", ["Example Models", "a small vendor", "zeta models"])
def test_a_vendor_is_a_party_by_its_name_alone(vendor: str) -> None:
    (receipt,) = consent_receipts("p1", [granted(1, Purpose.LOG, recipient=f"{vendor}|EU")], (), AGREED)
    operator, party = receipt["party_identification"]
    assert operator["party_id"] == "operator"
    assert (party["party_id"], party["party_name"]) == (f"{vendor}|EU", vendor)


def test_each_purpose_is_told_with_its_own_channels() -> None:
    grants = [
        granted(1, Purpose.LOG, channel=LEADS),
        granted(2, Purpose.LOG),
        granted(3, Purpose.PROFILE, channel=LEADS),
        granted(4, Purpose.ANSWER),
    ]
    (receipt,) = consent_receipts("p1", grants, (), AGREED)
    told = {p["purpose_type"]: p["channels"] for p in receipt["pii_processing"]["purposes"]}
    assert told == {"log": [str(BUILD), str(LEADS)], "profile": [str(LEADS)], "answer": [str(BUILD)]}


def test_of_one_moment_what_stopped_is_told_before_what_began() -> None:
    at = NOON + DAY
    stopped = closed(granted(1, Purpose.LOG), at, Closure.OUTDATED)
    events = consent_events([granted(2, Purpose.LOG, at), stopped], chain((Happening.JOINED, at)))
    assert [(event.kind, event.at) for event in events] == [
        (ConsentEvent.GIVEN, NOON),
        (ConsentEvent.OUTDATED, at),
        (ConsentEvent.GIVEN, at),
    ]


def test_a_receipt_stays_the_same_whatever_happens_afterwards() -> None:
    grant = granted(1, Purpose.LOG)
    told = chain((Happening.JOINED, NOON))
    (before,) = consent_receipts("p1", [grant], told, AGREED)
    ended = closed(grant, NOON + DAY, Closure.LEFT)
    after = consent_receipts("p1", [ended], told, AGREED)
    assert after[0] == before
    assert after[1]["event"]["event_state"] == "withdrawn"
    assert after[1]["event"]["validity_duration"].endswith("/2026-03-03T12:00:00+00:00")
    assert after[1]["record_id"] == before["record_id"]
    assert after[1]["receipt_id"] != before["receipt_id"]


def test_receipts_of_other_grants_have_other_ids() -> None:
    ids = {
        receipt["receipt_id"]
        for number in range(50)
        for receipt in consent_receipts("p1", [granted(number, Purpose.LOG)], (), AGREED)
    }
    assert len(ids) == 50


@pytest.mark.promise(4, "receipts of consents that ran out, were frozen or whose words do not hold any more")
@pytest.mark.parametrize(
    ("closure", "kind", "by"),
    [
        (Closure.ENDED, ConsentEvent.ENDED, "p1"),
        (Closure.FROZEN, ConsentEvent.FROZEN, "operator"),
        (Closure.OUTDATED, ConsentEvent.OUTDATED, "operator"),
    ],
)
def test_a_consent_that_stopped_by_itself_has_a_receipt_of_that(closure: Closure, kind: ConsentEvent, by: str) -> None:
    seen = NOON + (91 if closure is Closure.ENDED else 3) * DAY
    given, stopped = consent_receipts("p1", [closed(granted(1, Purpose.LOG), seen, closure)], (), AGREED)
    at = min(seen, NOON + 90 * DAY).isoformat()
    assert given["event"]["event_state"] == "given"
    assert (stopped["event"]["event_state"], stopped["event"]["event_time"]) == (kind.value, at)
    assert stopped["event"]["validity_duration"] == f"{NOON.isoformat()}/{at}"
    assert (stopped["event"]["entity_id"], given["event"]["entity_id"]) == (by, "p1")
    assert stopped["event"]["event_type"] == ("explicit" if by == "p1" else "automatic")
    assert stopped["record_id"] == given["record_id"]


@pytest.mark.parametrize("closure", [Closure.FROZEN, Closure.OUTDATED])
def test_what_was_paused_and_stopped_for_good_was_given_only_once(closure: Closure) -> None:
    paused = closed(granted(1, Purpose.LOG), NOON + DAY, Closure.PAUSED)
    at = NOON + 2 * DAY
    read_again = datetime.fromisoformat(at.isoformat())
    marker = replace(paused, id="g2", given_at=at, covers_from=at, closed_at=read_again, closure=closure)
    kinds = [event.kind.value for event in consent_events([paused, marker], ())]
    assert kinds == ["given", "paused", closure.value]


def test_a_receipt_tells_the_version_and_the_days_that_were_agreed_to() -> None:
    agreed = replace(NOTICE, version=3, asleep_days=7, frozen_days=14)
    (receipt,) = consent_receipts("p1", [granted(1, Purpose.LOG)], (), {agreed.digest: agreed})
    notice = receipt["pii_processing"]["privacy_notice"]
    assert (notice["agreement_version"], notice["asleep_days"], notice["frozen_days"]) == (3, 7, 14)
