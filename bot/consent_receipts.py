"""Consent receipts: one document for each time consent was given or changed, paused or resumed, or stopped. Pure.

The fields are those of a consent record in ISO/IEC TS 27560:2023 (header, PII processing, party identification, event),
by its own names in lower case. They are built from the grants and the audit chain alone, so that the same file gives
the same receipts whenever it is asked. What a program cannot know – who the controller is by name, under which law –
says so (`NOT_STATED`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.agreed_words import AgreedWords
from bot.audit import ChainedEntry
from bot.consent import Closure, Grant, Purpose
from bot.refs import ChannelRef
from bot.words import FALLBACK, Words

SCHEMA = "understudy-consent-receipt/1; ISO/IEC TS 27560:2023"
NOT_STATED = "not stated"
Receipt = dict[str, Any]

_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "understudy:consent-receipt")


class ConsentEvent(StrEnum):
    """What a receipt is for."""

    GIVEN = "given"
    CHANGED = "changed"
    RENEWED = "renewed"
    RESUMED = "resumed"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    FROZEN = "frozen"
    OUTDATED = "outdated"


_BEGINNINGS = {
    "joined": ConsentEvent.GIVEN,
    "changed": ConsentEvent.CHANGED,
    "renewed": ConsentEvent.RENEWED,
    "resumed": ConsentEvent.RESUMED,
}
"""What the audit chain says happened when grants began, by `Happening`."""

_ENDINGS = {
    Closure.PAUSED: ConsentEvent.PAUSED,
    Closure.LEFT: ConsentEvent.WITHDRAWN,
    Closure.ENDED: ConsentEvent.ENDED,
    Closure.FROZEN: ConsentEvent.FROZEN,
    Closure.OUTDATED: ConsentEvent.OUTDATED,
}
"""What made grants stop. A change and a renewal are told by the grants that take their place."""

_FOR_GOOD = frozenset({Closure.FROZEN, Closure.OUTDATED})
"""Closures that no hand of the worker's brought about, and after which nothing is resumed."""


@dataclass(frozen=True, slots=True)
class Event:
    """One moment at which some grants began, or stopped."""

    kind: ConsentEvent
    at: datetime
    grants: tuple[Grant, ...]

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        """What they are for, in the order in which the purposes are told."""
        return tuple(purpose for purpose in Purpose if any(g.purpose is purpose for g in self.grants))

    @property
    def channels(self) -> tuple[ChannelRef, ...]:
        """Where they hold."""
        return tuple(sorted({g.channel for g in self.grants}))

    @property
    def is_ending(self) -> bool:
        """Whether the grants stopped by it."""
        return self.kind in _ENDINGS.values()

    @property
    def is_by_the_worker(self) -> bool:
        """Whether they brought it about themself; the day of an end was their choice too."""
        return self.kind not in {_ENDINGS[closure] for closure in _FOR_GOOD}

    @property
    def valid(self) -> tuple[datetime, datetime]:
        """From when until when the grants were given; of those that it cut short, for how long they held."""
        given = min(g.given_at for g in self.grants)
        return (given, self.at) if self.is_ending else (given, max(g.ends_at for g in self.grants))

    @property
    def recipient(self) -> str:
        """Who else may read the words (`Grant.recipient`); empty for nobody."""
        return next((g.recipient for g in self.grants if g.recipient), "")


def consent_events(grants: Iterable[Grant], chain: Iterable[ChainedEntry]) -> tuple[Event, ...]:
    """Return every event, oldest first."""
    said = {c.entry.at: _BEGINNINGS[c.entry.happening.value] for c in chain if c.entry.happening.value in _BEGINNINGS}
    begun: dict[datetime, list[Grant]] = {}
    ended: dict[tuple[datetime, ConsentEvent], list[Grant]] = {}
    for grant in grants:
        # an empty interval gave nothing: it only says that what was paused stopped for good then (`bot.lapsing`)
        if grant.closure not in _FOR_GOOD or grant.closed_at != grant.given_at:
            begun.setdefault(grant.given_at, []).append(grant)
        if grant.closure in _ENDINGS:
            ended.setdefault((grant.stops_at, _ENDINGS[grant.closure]), []).append(grant)
    events = [Event(said.get(at, ConsentEvent.GIVEN), at, tuple(some)) for at, some in begun.items()]
    events += [Event(kind, at, tuple(some)) for (at, kind), some in ended.items()]
    return tuple(sorted(events, key=lambda event: (event.at, not event.is_ending)))


def consent_receipts(
    principal: str, grants: Iterable[Grant], chain: Iterable[ChainedEntry], agreed: Mapping[str, AgreedWords]
) -> tuple[Receipt, ...]:
    """Return the receipts, oldest event first. `principal` is the worker's keyed id, which names nobody."""
    return tuple(receipt_of(event, principal, agreed) for event in consent_events(grants, chain))


def receipt_of(event: Event, principal: str, agreed: Mapping[str, AgreedWords]) -> Receipt:
    """Return the receipt of one event, its sentences in the language that was agreed in."""
    words_hash = event.grants[0].words_hash
    notice = agreed.get(words_hash)
    words = Words(notice.language if notice else FALLBACK)
    ids = "|".join([event.kind, event.at.isoformat(), *sorted(g.id for g in event.grants)])
    return {
        "schema_version": SCHEMA,
        "record_id": str(uuid.uuid5(_IDS, "|".join(sorted(g.id for g in event.grants)))),
        "receipt_id": str(uuid.uuid5(_IDS, ids)),
        "pii_principal_id": principal,
        "pii_processing": {
            "privacy_notice": {
                "sha256": words_hash,
                "version": words_hash[:12],
                "text": notice.text if notice else NOT_STATED,
                **(_promised(notice) if notice else {}),
            },
            "language": words.locale if notice else NOT_STATED,
            "purposes": [_purpose(event, purpose, words) for purpose in event.purposes],
        },
        "party_identification": _parties(event, words),
        "event": {
            "event_time": event.at.isoformat(),
            "validity_duration": "/".join(at.isoformat() for at in event.valid),
            "entity_id": principal if event.is_by_the_worker else "operator",
            "event_type": "explicit" if event.is_by_the_worker else "automatic",
            "event_state": event.kind.value,
        },
    }


def _promised(notice: AgreedWords) -> dict[str, int]:
    """The version of the agreement, and the days that it names: what was agreed holds, whatever is set later."""
    return {
        "agreement_version": notice.version,
        "asleep_days": notice.asleep_days,
        "frozen_days": notice.frozen_days,
    }


def _purpose(event: Event, purpose: Purpose, words: Words) -> dict[str, Any]:
    grants = [g for g in event.grants if g.purpose is purpose]
    return {
        "purpose": words.say(f"receipts.purpose_{purpose.value}"),
        "purpose_type": purpose.value,
        "lawful_basis": "consent",
        "pii_information": [
            {
                "pii_type": words.say(f"receipts.pii_{purpose.value}"),
                "pii_optional": True,
                "sensitive_pii_category": False,
                "special_pii_category": False,
            }
        ],
        "pii_controllers": ["operator"],
        "collection_method": words.say("receipts.collected"),
        "processing_method": words.say("receipts.processed"),
        "channels": [str(g.channel) for g in sorted(grants, key=lambda g: g.channel)],
        "covers_from": min(g.covers_from for g in grants).isoformat(),
        "storage_locations": [words.say("receipts.stored")],
        "retention_period": {
            "until": max(g.ends_at for g in grants).isoformat(),
            "then": words.say("receipts.erased"),
        },
        "processing_locations": _locations(event, words),
        "geographic_restrictions": NOT_STATED,
        "service": "Understudy",
        "jurisdiction": NOT_STATED,
        "recipient_third_parties": [event.recipient] if _is_third(event.recipient) else [],
        "withdrawal_method": words.say("receipts.withdrawn"),
        "privacy_rights": words.say("receipts.rights"),
    }


def _is_third(recipient: str) -> bool:
    return bool(recipient) and recipient != "local"


def _locations(event: Event, words: Words) -> list[str]:
    """Where the words are worked on: here, and at the vendor's, in the region that the operator gave for it."""
    here = words.say("receipts.stored")
    if not _is_third(event.recipient):
        return [here]
    vendor, _, region = event.recipient.partition("|")
    return [here, f"{vendor}: {region or NOT_STATED}"]


def _parties(event: Event, words: Words) -> list[dict[str, str]]:
    unknown = {"party_address": NOT_STATED, "party_contact": NOT_STATED}
    operator = {
        "party_id": "operator",
        "party_name": words.say("receipts.operator"),
        "party_role": "PII controller",
        "party_type": "organisation",
        **unknown,
    }
    if not _is_third(event.recipient):
        return [operator]
    vendor = event.recipient.partition("|")[0]
    return [
        operator,
        {
            "party_id": event.recipient,
            "party_name": vendor,
            "party_role": "PII processor",
            "party_type": "model vendor",
            **unknown,
        },
    ]
