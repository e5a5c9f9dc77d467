"""The form in which a worker lets an answer answer again: what it offers, and what it may send back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.audience import audience_of, may_be_read_by
from bot.clearing import redaction_for
from bot.consent import Purpose, channels_in_force
from bot.drafts import Draft, Source
from bot.evidence import look_at, shelves_for
from bot.flagging import flagged_for
from bot.matching import read
from bot.message_log import stands
from bot.ports import Transaction
from bot.redaction import STANDARD, Redaction, redact
from bot.refs import ChannelRef, WorkerRef
from bot.reusable import ReusableAnswer
from bot.reuse import Reuse, may_be_reused
from bot.schedule import end_of_day, last_day, read_day, zone
from bot.showing import where
from bot.stage import Stage
from bot.unanswerable import unanswerable
from bot.views import Choices, DateField, Element, Fold, Refusal, Text, TextField, Tick
from bot.words import Words

MOST_TITLES = 5
LONGEST_TITLE = 120
USUAL = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Offer:
    """Where an answer may be shown, the place it comes from first, and until when, in days of the worker's zone."""

    channels: tuple[ChannelRef, ...]
    today: date
    latest: date
    time_zone: str

    @property
    def usual(self) -> date:
        """The last day the form proposes."""
        return min(self.today + USUAL, self.latest)


async def draft_offer(stage: Stage, draft: Draft) -> Offer | None:
    """Return where a draft's answer may answer again; None if that is not offered."""
    if not await stage.store.read(draft.worker, lambda tx: may_be_reused(tx, draft)):
        return None
    channel = await stage.platforms.channel(draft.channel)
    if channel is None:
        return None
    return await _offer(stage, draft.worker, draft.sources, audience_of(channel), draft.channel)


async def answer_offer(stage: Stage, worker: WorkerRef, answer: ReusableAnswer) -> Offer | None:
    """Return where a reusable answer may be shown; None if there is no such place any more."""
    return await _offer(stage, worker, answer.sources, answer.audience, answer.channels[0])


async def _offer(
    stage: Stage, worker: WorkerRef, sources: tuple[Source, ...], audience: str, home: ChannelRef
) -> Offer | None:
    now = stage.now()
    grants = await stage.store.read(worker, lambda tx: tx.consent.all()) or ()
    allowed = sorted(channels_in_force(grants, Purpose.ANSWER, now), key=lambda ref: (ref != home, ref))
    places = [place for ref in allowed if (place := await look_at(stage, worker, ref)) is not None]
    fitting = [place for place in places if may_be_read_by(audience, place.audience)]

    def choose(tx: Transaction) -> tuple[ChannelRef, ...]:
        return tuple(p.channel.ref for p in fitting if stands(tx, sources, shelves_for(tx, stage, p)))

    channels = await stage.store.read(worker, choose) or ()
    if not channels:
        return None
    time_zone = (await stage.platforms.person(worker)).time_zone
    ends = max(
        g.stops_at for g in grants if g.purpose is Purpose.ANSWER and g.channel in channels and g.is_in_force(now)
    )
    return Offer(channels, now.astimezone(zone(time_zone)).date(), last_day(ends, time_zone), time_zone)


async def reuse_fold(stage: Stage, draft: Draft, words: Words) -> tuple[Element, ...]:
    """Return the folded part of the review window; nothing where an answer may not be let answer again."""
    if kinds := flagged_for(words, draft.question, draft.written, reasons=draft.reasons):
        return (Text(words.say("reusing.flagged", kinds=kinds), look="small"),)
    offer = await draft_offer(stage, draft)
    if offer is None:
        return ()
    tick = Tick("reuse", words.say("reusing.tick"), words.say("reusing.tick_hint"))
    fields = await reuse_fields(stage, offer, words, (), offer.channels[:1], offer.usual)
    return (Fold(words.say("reusing.fold"), (tick, *fields)),)


async def reuse_fields(
    stage: Stage, offer: Offer, words: Words, titles: tuple[str, ...], chosen: tuple[ChannelRef, ...], until: date
) -> tuple[Element, ...]:
    """Return the fields: titles, channels and the last day."""
    limit = MOST_TITLES * (LONGEST_TITLE + 1)
    options = tuple([(ref.channel, await where(stage, ref), ref in chosen) for ref in offer.channels])
    latest = words.say("reusing.until_hint", latest=words.day(offer.latest, offer.today))
    return (
        TextField("titles", words.say("reusing.titles"), "\n".join(titles), words.say("reusing.titles_hint"), 3, limit),
        Choices("reuse_channels", words.say("reusing.channels"), options, words.say("reusing.channels_hint")),
        DateField("reuse_until", words.say("reusing.until"), until, offer.today, offer.latest, latest),
    )


async def read_reuse(stage: Stage, draft: Draft, values: Mapping[str, Any], words: Words) -> Reuse | Refusal | None:
    """Read what a decision says of answering again: None if it is not wanted, a refusal for what cannot stand."""
    wanted = values.get("reuse", False)
    if not isinstance(wanted, bool):
        return Refusal("bad_value", words.say("reusing.tick_wrong"))
    if not wanted:
        return None
    if kinds := flagged_for(words, draft.question, draft.written, reasons=draft.reasons):
        return Refusal("flagged", words.say("reusing.flagged", kinds=kinds))
    offer = await draft_offer(stage, draft)
    if offer is None:
        return Refusal("bad_value", words.say("reusing.not_offered"))
    return read_terms(values, offer, words, await looked_for(stage, draft.worker))


async def looked_for(stage: Stage, worker: WorkerRef) -> Redaction:
    """Return what is taken out of a worker's titles before they are kept."""
    return await stage.store.read(worker, lambda tx: redaction_for(tx, stage.policy.phone_regions)) or STANDARD


def read_terms(values: Mapping[str, Any], offer: Offer, words: Words, redaction: Redaction) -> Reuse | Refusal:
    """Parse titles, channels and the last day; what is wrong is refused with the one sentence that says what to do."""
    written = _titles(values.get("titles", ""))
    if written is None:
        return Refusal("bad_value", words.say("reusing.titles_wrong", n=MOST_TITLES, longest=LONGEST_TITLE))
    titles = tuple(redact(title, redaction) for title in written)
    if kinds := flagged_for(words, *written):
        return Refusal("flagged", words.say("reusing.title_flagged", kinds=kinds))
    if any(unanswerable(title) or read(title) is None for title in titles):
        return Refusal("bad_value", words.say("reusing.title_unclear"))
    by_id = {ref.channel: ref for ref in offer.channels}
    chosen = values.get("reuse_channels", [offer.channels[0].channel])
    if not isinstance(chosen, list) or not chosen or not all(isinstance(c, str) and c in by_id for c in chosen):
        return Refusal("bad_value", words.say("reusing.channels_wrong"))
    until = read_day(values.get("reuse_until"), offer.usual)
    if until is None or not offer.today <= until <= offer.latest:
        return Refusal("bad_value", words.say("reusing.until_wrong", latest=words.day(offer.latest, offer.today)))
    channels = tuple(by_id[c] for c in dict.fromkeys(chosen))
    return Reuse(titles, channels, end_of_day(until, offer.time_zone))


def _titles(written: object) -> tuple[str, ...] | None:
    """One title a line; None if there is none, too many, or one too long."""
    if not isinstance(written, str):
        return None
    lines = tuple(dict.fromkeys(" ".join(line.split()) for line in written.splitlines() if line.strip()))
    if not 1 <= len(lines) <= MOST_TITLES or any(len(line) > LONGEST_TITLE for line in lines):
        return None
    return lines
