"""What a worker has agreed to, as their own page and `/double status` show it."""

from __future__ import annotations

from datetime import UTC

from bot.agreement import shown_model, terms_in_force, text_agreed_to
from bot.consent import Purpose
from bot.consulting import open_to
from bot.joining import paused_grants, terms_rows
from bot.ports import Transaction
from bot.refs import PersonRef
from bot.showing import where
from bot.stage import Stage
from bot.views import Button, Element, Facts, Fold, Heading, Item, Text
from bot.words import Words


class Agreed:
    """What of it stands in the worker's file."""

    def __init__(self, tx: Transaction) -> None:
        self.grants = tx.consent.all()
        self.backfills = tx.keepsakes.backfills()
        self.words = tx.keepsakes.agreed()
        self.links_allowed = tx.keepsakes.preferences().links_allowed


async def agreed(stage: Stage, person: PersonRef, kept: Agreed, words: Words) -> list[Element]:
    """Return what was agreed to, whether it holds, and the ways to change it."""
    now = stage.now()
    time_zone = (await stage.platforms.person(person)).time_zone
    channels = await stage.platforms.of(person).directory.channels_of(person)
    terms = terms_in_force(kept.grants, now, time_zone, stage.identity)
    leave = Button("leave_window", words.say("home.leave_button"), look="danger")
    if terms is not None:
        note = words.say("home.in_force", until=words.day(terms.until, now))
        buttons: tuple[Button, ...] = (
            Button("join", words.say("home.change_button")),
            Button("pause", words.say("home.pause_button")),
            leave,
        )
        facts: list[Element] = [
            Facts(terms_rows(terms, words, channels, now, stage.identity)),
            *_model_offered(stage, kept, words),
            *await _model_at_work(stage, person, words),
            _agreement(stage, kept, words),
            _links_switch(kept, words),
        ]
    elif any(g.ends_at > now for g in paused_grants(kept.grants)):
        note, facts = words.say("home.paused"), []
        buttons = (
            Button("resume", words.say("home.resume_button"), look="primary"),
            Button("join", words.say("home.change_button")),
            leave,
        )
    else:
        note = words.say("home.ended", n=stage.policy.asleep.days)
        facts, buttons = [], (Button("join", words.say("home.again_button"), look="primary"), leave)
    learning = [
        Text(
            words.say("home.learning", n=b.learned, where=await where(stage, b.channel)),
            look="small",
        )
        for b in kept.backfills
    ]
    return [Heading(words.say("home.agreed_heading")), Item(note, buttons=buttons), *facts, *learning]


def _agreement(stage: Stage, kept: Agreed, words: Words) -> Fold:
    """The words agreed to, as they were read, with when and under which hash.

    Of words agreed to before they were kept, and changed since, the hash alone is left.
    """
    now, policy = stage.now(), stage.policy
    given = max((g for g in kept.grants if g.is_in_force(now)), key=lambda g: g.given_at)
    rows = (
        (words.say("consent.fact_given"), words.date_and_time(given.given_at, now)),
        (words.say("consent.fact_words"), given.words_hash),
    )
    words_kept = kept.words.get(given.words_hash)
    agreed_to = words_kept.text if words_kept else text_agreed_to(given.words_hash, policy, stage.identity)
    text = (Text(agreed_to, look="quote"),) if agreed_to else ()
    return Fold(words.say("consent.agreement_title"), (*text, Facts(rows)))


def _model_offered(stage: Stage, kept: Agreed, words: Words) -> tuple[Item, ...]:
    """Where the words agreed to do not know of the language model there is: nothing is sent to it before they do."""
    identity = stage.identity
    standing = [g for g in kept.grants if g.is_in_force(stage.now())]
    if identity is None or any(text_agreed_to(g.words_hash, stage.policy, identity) for g in standing):
        return ()
    note = words.say("home.model_offered", model=shown_model(identity))
    return (Item(note, buttons=(Button("join", words.say("home.read_and_agree_button"), look="primary"),)),)


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
    is_on = kept.links_allowed
    turn = Button("links", words.say("home.links_off_button" if is_on else "home.links_on_button"))
    return Item(words.say("home.links_on" if is_on else "home.links_off"), buttons=(turn,))
