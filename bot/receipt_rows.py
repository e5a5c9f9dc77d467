"""Consent receipts as their worker reads them, folded on their own page."""

from __future__ import annotations

from bot.audit import EntryFacts, Happening, principal_of
from bot.consent_receipts import Event, consent_events, receipt_of
from bot.ports import Transaction
from bot.showing import where
from bot.stage import Stage
from bot.views import Fold, Item, Text
from bot.words import Words

SHOWN = 20
"""Receipts listed on the page, the newest; the export has all of them."""


class Receipts:
    """What of the worker's file the receipts are made from."""

    def __init__(self, tx: Transaction) -> None:
        chain = tx.audit.entries()
        self.events = consent_events(tx.consent.all(), chain)
        self.brought = [c.entry.facts for c in chain if c.entry.happening is Happening.BROUGHT]
        self.agreed = tx.keepsakes.agreed()
        self.principal = principal_of(tx.audit.key())

    def newest(self) -> tuple[Event, ...]:
        """Return the events that the page lists, newest first."""
        return self.events[::-1][:SHOWN]


async def receipts_fold(stage: Stage, kept: Receipts, words: Words) -> tuple[Fold, ...]:
    """Return the receipts as one fold; nothing where there is none."""
    if not kept.events:
        return ()
    rows = [await _row(stage, event, kept, words) for event in kept.newest()]
    left = len(kept.events) - len(rows)
    more = (Text(words.say("receipts.earlier", n=left), look="small"),) if left else ()
    brought = [Text(_brought(facts, words), look="small") for facts in kept.brought]
    intro = Text(words.say("receipts.intro"), look="small")
    return (Fold(words.say("receipts.title"), (intro, *brought, *rows, *more)),)


def _brought(facts: EntryFacts, words: Words) -> str:
    head = f"{facts.get('length')} · {facts.get('mac')}"
    return words.say("receipts.brought", n=int(str(facts.get("receipts", 0))), head=head)


async def _row(stage: Stage, event: Event, kept: Receipts, words: Words) -> Item:
    now = stage.now()
    receipt = receipt_of(event, kept.principal, kept.agreed)
    purposes = [words.say(f"receipts.purpose_word_{purpose.value}") for purpose in event.purposes]
    facts = (
        (words.say("receipts.fact_purposes"), words.listed(purposes)),
        (words.say("consent.fact_channels"), words.listed([await where(stage, ref) for ref in event.channels])),
        (words.say("consent.fact_until"), words.date_and_time(event.valid[1], now)),
        (words.say("receipts.fact_recipient"), _reader(event.recipient, words)),
        (words.say("receipts.fact_notice"), event.grants[0].words_hash),
        (words.say("receipts.fact_id"), receipt["receipt_id"]),
    )
    return Item(
        words.say(f"receipts.event_{event.kind.value}"), details=(words.date_and_time(event.at, now),), facts=facts
    )


def _reader(recipient: str, words: Words) -> str:
    if not recipient:
        return words.say("receipts.nobody")
    vendor, _, region = recipient.partition("|")
    if vendor == "local":
        return words.say("consent.model_local")
    return words.say("consent.vendor_and_region", vendor=vendor, region=region) if region else vendor
