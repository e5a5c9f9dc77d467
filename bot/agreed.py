"""What a worker has agreed to, as their own page and `/double status` show it."""

from __future__ import annotations

from datetime import UTC

from bot.agreed_before import Before
from bot.agreement import shown_model, shown_vendor, terms_in_force
from bot.away import away_row
from bot.consent import Purpose
from bot.consulting import open_to
from bot.drafts_in_messages import drafts_row
from bot.gaps import SUBJECT, gaps_row
from bot.joining import terms_rows
from bot.lapsing import keeping_of
from bot.messages import Span
from bot.ports import Transaction
from bot.refs import PersonRef
from bot.reminding import copy_button
from bot.renewing import RENEWED_BEFORE, renew_button
from bot.schedule import zone
from bot.showing import where
from bot.stage import Stage
from bot.standing import Standing, channels_kept_until, erased_at, standing_of
from bot.time_zones import zone_fact
from bot.unheard import unheard
from bot.views import Button, Element, Facts, Fold, Heading, Item, Text
from bot.words import Words


class Agreed:
    """What of it stands in the worker's file."""

    def __init__(self, tx: Transaction, stage: Stage) -> None:
        now = stage.now()
        self.grants = tx.consent.all()
        self.before = Before(tx, now)
        self.standing = standing_of(self.grants, now)
        self.erased_at = erased_at(self.grants, now, keeping_of(tx, stage.policy))
        lapsing = channels_kept_until(self.grants, now, keeping_of(tx, stage.policy))
        self.lapsing = {c: until for c, until in lapsing.items() if tx.messages.count(Span(c))}
        self.backfills = tx.keepsakes.backfills()
        self.gaps = tx.audit.entries(SUBJECT)
        self.preferences = tx.keepsakes.preferences()


async def agreed(stage: Stage, person: PersonRef, kept: Agreed, words: Words) -> list[Element]:
    """Return what was agreed to, whether it holds, and the ways to change it."""
    now = stage.now()
    worker, told = await stage.platforms.person(person), await stage.platforms.told(person)
    time_zone = worker.time_zone
    channels = await stage.platforms.of(person).directory.channels_of(person)
    terms = terms_in_force(kept.grants, now, time_zone, stage.identity)
    leave = Button("leave_window", words.say("home.leave_button"), look="danger")
    if terms is not None:
        ends_soon = min(g.ends_at for g in kept.before.grants) - now <= RENEWED_BEFORE
        key = "lapsing.ends_soon" if ends_soon else "lapsing.in_force"
        note = words.say(key, day=words.day(terms.until, now))
        buttons: tuple[Button, ...] = (
            *((await renew_button(stage, person, words),) if ends_soon else ()),
            Button("join", words.say("home.change_button")),
            Button("pause", words.say("home.pause_button")),
            leave,
        )
        facts: list[Element] = [
            *_words_changed(stage, kept, words),
            *(unheard(stage, person, words) if terms.learn else ()),
            Facts(terms_rows(terms, words, channels, now, stage.identity) + zone_fact(told, worker, words)),
            *await _lapsing(stage, kept, words),
            *await _model_at_work(stage, person, words),
            _agreement(stage, kept, words),
            _links_switch(kept, words),
            drafts_row(kept.preferences, words),
            *((away_row(kept.preferences, now.astimezone(zone(time_zone)).date(), words),) if terms.draft else ()),
        ]
    elif kept.standing is Standing.PAUSED:
        note, facts = words.say("home.paused"), []
        buttons = (
            Button("resume", words.say("home.resume_button"), look="primary"),
            Button("join", words.say("home.change_button")),
            leave,
        )
    else:
        note = words.say(f"lapsing.rests_{kept.standing.value}", day=words.day(kept.erased_at or now, now))
        erase = Button("leave_window", words.say("lapsing.erase_now_button"), look="danger")
        facts, buttons = [], (await renew_button(stage, person, words), copy_button(words), erase)
    learning = [
        Text(
            words.say("home.learning", n=b.learned, where=await where(stage, b.channel)),
            look="small",
        )
        for b in kept.backfills
    ]
    gaps = await gaps_row(stage, kept.gaps, words)
    return [Heading(words.say("home.agreed_heading")), Item(note, buttons=buttons), *facts, *learning, *gaps]


def _agreement(stage: Stage, kept: Agreed, words: Words) -> Fold:
    """The words agreed to, as they were read, with when and under which hash."""
    now = stage.now()
    given = max((g for g in kept.grants if g.is_open(now)), key=lambda g: g.given_at)
    rows = (
        (words.say("consent.fact_given"), words.date_and_time(given.given_at, now)),
        (words.say("consent.fact_words"), given.words_hash),
    )
    agreed_to = kept.before.text(stage)
    text = (Text(agreed_to, look="quote"),) if agreed_to else ()
    return Fold(words.say("consent.agreement_title"), (*text, Facts(rows)))


def _words_changed(stage: Stage, kept: Agreed, words: Words) -> tuple[Item, ...]:
    """Where the words have changed since: what was agreed to goes on, and nothing else begins before they are read.

    Of a language model that they do not name it is said that nothing is sent to it.
    """
    identity, old = stage.identity, kept.before.text(stage)
    if kept.before.is_of_today(stage):
        return ()
    is_news = identity is not None and not all(n in old for n in (shown_model(identity), shown_vendor(identity, words)))
    if identity is not None and (is_news or not old):
        note = words.say("home.model_offered", model=shown_model(identity))
    else:
        note = words.say("lapsing.words_changed_notice")
    return (Item(note, buttons=(Button("join", words.say("home.read_and_agree_button"), look="primary"),)),)


async def _lapsing(stage: Stage, kept: Agreed, words: Words) -> tuple[Item, ...]:
    """The channels in which nothing holds any more while others go on, and when what is kept from there is erased."""
    forget = Button("forget_window", words.say("mine.forget_button"), look="danger")
    now = stage.now()
    return tuple(
        [
            Item(
                words.say("lapsing.channel_rests", where=await where(stage, channel), day=words.day(until, now)),
                buttons=(Button("join", words.say("home.again_button")), forget),
            )
            for channel, until in kept.lapsing.items()
        ]
    )


async def _model_at_work(stage: Stage, person: PersonRef, words: Words) -> tuple[Text, ...]:
    """What the language model was asked for this worker today, in counts, and how far the embeddings have come."""
    identity, today = stage.identity, stage.now().astimezone(UTC).date()
    if identity is None:
        return ()

    def count(tx: Transaction) -> tuple[int, int, int, int]:
        spent = tx.keepsakes.spent(today).values()
        is_reading = bool(tx.vectors.missing(identity.embedding, open_to(tx, Purpose.LOG, stage), 1))
        ready = tx.vectors.count(identity.embedding) if identity.embedding and is_reading else 0
        return sum(s.requests for s in spent), sum(s.tokens for s in spent), ready, tx.messages.count()

    requests, tokens, ready, messages = await stage.store.read(person, count) or (0, 0, 0, 0)
    told = [words.say("home.model_spent", n=requests, tokens=tokens)] if requests else []
    if ready:
        told.append(words.say("home.model_reading", n=ready, total=messages))
    return tuple(Text(sentence, look="small") for sentence in told)


def _links_switch(kept: Agreed, words: Words) -> Item:
    """Whether an asker is shown links to the worker's messages while they wait, and the button that turns it."""
    is_on = kept.preferences.links_allowed
    turn = Button("links", words.say("home.links_off_button" if is_on else "home.links_on_button"))
    return Item(words.say("home.links_on" if is_on else "home.links_off"), buttons=(turn,))
