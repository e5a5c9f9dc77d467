"""Joining, changing, pausing and resuming – by the worker's own hand, and by no other way."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.agreed_before import Before, what_changed
from bot.agreed_words import AgreedWords
from bot.agreement import (
    BEGINNING,
    Terms,
    agreement_hash,
    agreement_text,
    first_given,
    grants_for,
    lets_model_read_by_default,
    proposed_until,
    read_form,
    shown_model,
    shown_vendor,
    terms_in_force,
    words_to_agree,
)
from bot.audit import AuditEntry, EntryFacts, Happening
from bot.backfilling import Backfilling
from bot.bringing import Bringing, Vault
from bot.consent import Closure, Grant, Purpose, channels_in_force, channels_open_to
from bot.entering import channel_label, channels_field, enter
from bot.events import ActionTaken
from bot.exporting import Exporting, code_elements
from bot.gaps import is_gap
from bot.message_log import forget
from bot.messages import Backfill, Span
from bot.model import ModelIdentity
from bot.ports import Channel, Person, Transaction
from bot.refs import ChannelRef, PersonRef
from bot.reminding import clear_notices
from bot.renewing import RENEWED_BEFORE
from bot.stage import Stage
from bot.standing import paused_grants
from bot.time_zones import Whereabouts, read_whereabouts, zone_fact, zone_field
from bot.unheard import unheard
from bot.vault.taking_in import TakenIn
from bot.views import Answer, Button, DateField, Element, Facts, Fold, Refusal, Text, Tick, View
from bot.words import Words


@dataclass(frozen=True, slots=True)
class _Joined:
    """What a transaction of joining found and did."""

    had_joined: bool
    forgotten: int
    unread: int  # embeddings that were dropped: their maker may not read those words any more
    taken: TakenIn | None = None  # what came of a vault that was brought along


class Joining:
    """The worker's side of consent."""

    def __init__(self, stage: Stage, backfilling: Backfilling, bringing: Bringing, exporting: Exporting) -> None:
        self._stage = stage
        self._backfilling = backfilling
        self._bringing = bringing
        self._exporting = exporting

    async def explain(self, person: PersonRef) -> View:
        """Say what a double is, what it keeps, who can read it and who cannot be stopped from reading it."""
        words = await self._stage.platforms.words_for(person)
        paragraphs = [Text(words.say(f"consent.explain_{part}")) for part in ("what", "keeps", "who")]
        return View(
            kind="explain",
            title=words.say("consent.explain_title"),
            elements=(*paragraphs, Text(words.say("consent.explain_limits"), look="notice")),
            buttons=(
                Button("home", words.say("consent.my_double_button"), look="primary")
                if await self.terms(person)
                else Button("join", words.say("consent.join_button"), look="primary"),
            ),
        )

    async def form(self, person: PersonRef, *, earlier: bool | None = None) -> View:
        """Return the form, filled with the terms in force, or with the defaults; `earlier` sets that tick."""
        worker = await self._stage.platforms.person(person)
        words = Words(worker.locale, worker.time_zone)
        if await self._is_turned_away(person):
            told = Text(words.say("consent.no_guests"), look="notice")
            return View("join", words.say("consent.form_title"), (told,), target="consent")
        terms = await self.terms(person)
        directory = self._stage.platforms.of(person).directory
        channels = await directory.channels_of(person)
        today = await self._stage.today(person)
        proposed = proposed_until(today, self._stage.policy, person)
        until = terms.until if terms and terms.until - today > RENEWED_BEFORE else proposed
        before = await self._stage.store.read(person, lambda tx: Before(tx, self._stage.now()))
        is_change = terms is not None
        if terms is None and before is not None:
            terms = before.terms(self._stage, until)
        chosen = terms.channels if terms else ()
        elements: tuple[Element, ...] = (
            Text(words.say("consent.form_intro")),
            *(what_changed(self._stage, before, words) if before else ()),
            *unheard(self._stage, person, words),
            _tick(words, "learn", value=bool(terms and terms.learn)),
            _tick(words, "draft", value=bool(terms and terms.draft)),
            *self._model_tick(words, terms),
            channels_field(channels, chosen, words, directory.invitation()),
            DateField(
                "until",
                words.say("consent.until_label"),
                until,
                today,
                today + timedelta(days=self._stage.policy.consent_days_max),
                words.say("consent.until_hint"),
            ),
            *zone_field(await self._stage.platforms.told(person), worker, words),
            _tick(words, "earlier", value=earlier if earlier is not None else bool(terms and terms.earlier)),
            *(() if is_change else (self._bringing.fields(words),)),
            Fold(
                words.say("consent.agreement_title"),
                (Text(agreement_text(words, self._stage.policy, self._stage.identity), look="quote"),),
                is_open=True,
            ),
        )
        agree = words.say("consent.agree_change_button" if is_change else "consent.agree_button")
        shown = {"words": agreement_hash(words, self._stage.policy, self._stage.identity)}
        return View(
            kind="join",
            title=words.say("consent.form_title"),
            elements=elements,
            buttons=(
                Button("consent", agree, target="consent", values=shown, look="primary"),
                Button("close", words.say("consent.cancel_button")),
            ),
            target="consent",
        )

    async def submit(self, action: ActionTaken) -> Answer | Refusal:
        """Give, change or narrow consent as the form says; what is no longer allowed is erased at once."""
        worker = action.person
        told = await self._stage.platforms.told(worker)
        own = await self._whereabouts(action, told)
        if isinstance(own, Refusal):
            return own
        person = await self._stage.platforms.person(worker)
        person = replace(person, time_zone=own.time_zone or person.time_zone)
        words = Words(person.locale, person.time_zone)
        channels = await self._stage.platforms.of(worker).directory.channels_of(worker)
        standing = await self.terms(worker)
        values = {**_kept_as_it_stands(standing), **action.values}
        today, identity = self._stage.day_in(person.time_zone), self._stage.identity
        proposed = proposed_until(today, self._stage.policy, worker)
        terms = read_form(values, channels, words, today, self._stage.policy, identity, proposed=proposed)
        if isinstance(terms, Refusal):
            return terms
        agreed = words_to_agree(words, self._stage.policy, identity)
        if action.values.get("words", agreed.digest) != agreed.digest:
            return Refusal("stale", words.say("consent.words_changed"))
        vault = await self._bringing.read(worker, action.values, terms, words)
        if isinstance(vault, Refusal):
            return vault
        entered = await enter(self._stage, (c for c in channels if c.ref in terms.channels), words)
        if isinstance(entered, Refusal):
            return entered
        joined = await self._stage.store.enrol_and_run(
            worker, lambda tx: self._join(tx, terms, person.time_zone, own, agreed, vault, channels)
        )
        if joined.forgotten or joined.unread:
            await self._stage.store.compact(worker)
        if joined.had_joined:
            await clear_notices(self._stage, worker)
        if vault and joined.taken:
            self._bringing.go_on(worker, vault, channels, joined.taken)
        is_read = not joined.had_joined and action.values.get("is_scripted") is not True
        code = await self._exporting.make_code(worker) if is_read else None
        if terms.learn and terms.earlier:
            self._backfilling.begin(worker)
        rows = terms_rows(terms, words, channels, self._stage.now(), identity) + zone_fact(told, person, words)
        return Answer(view=self._receipt(worker, terms, joined, words, agreed.digest, rows, code, entered))

    async def _whereabouts(self, action: ActionTaken, told: Person) -> Whereabouts | Refusal:
        """Return what the form says of where somebody is. A guest who may have no double is refused before all else."""
        words = await self._stage.platforms.words_for(action.person)
        if await self._is_turned_away(action.person):
            return Refusal("guest", words.say("consent.no_guests"))
        return read_whereabouts(action.values, told, words)

    async def _is_turned_away(self, person: PersonRef) -> bool:
        return (await self._stage.platforms.person(person)).is_guest and not self._stage.policy.lets_guests

    async def progress(self, person: PersonRef, words: Words) -> list[Element]:
        """Say how far a file that was brought along has come, as long as there is something to say."""
        return await self._bringing.progress(person, words)

    async def learn_earlier(self, action: ActionTaken) -> Answer | Refusal:
        """Widen the terms in force to earlier messages: the form again, with that tick set, to be agreed to anew."""
        return Answer(view=await self.form(action.person, earlier=True))

    async def terms(self, person: PersonRef) -> Terms | None:
        """Return the terms in force for a person; None for everybody else."""
        now, identity = self._stage.now(), self._stage.identity
        time_zone = (await self._stage.platforms.person(person)).time_zone
        return await self._stage.store.read(
            person, lambda tx: terms_in_force(tx.consent.all(), now, time_zone, identity)
        )

    async def pause(self, worker: PersonRef) -> Answer:
        """Stop learning and answering from this moment, until resumed; what is kept stays, unused."""
        now = self._stage.now()

        def pause(tx: Transaction) -> int:
            holding = [g.id for g in tx.consent.all() if g.is_open(now)]
            count = tx.consent.close(holding, now, Closure.PAUSED)
            if count:
                tx.audit.append(AuditEntry(Happening.PAUSED, now, "", {"grants": count}))
            return count

        words = await self._stage.platforms.words_for(worker)
        paused = await self._stage.store.run(worker, pause)
        return Answer(words.say("double.paused" if paused else "double.nothing_to_pause"))

    async def resume(self, worker: PersonRef) -> Answer:
        """Take up what was paused, from this moment, on the same terms and to the same end."""
        now = self._stage.now()

        def resume(tx: Transaction) -> int:
            grants = tx.consent.all()
            if any(g.is_open(now) for g in grants):
                return 0
            again = [
                replace(g, id=f"g_{secrets.token_hex(8)}", given_at=now, covers_from=now, closed_at=None, closure=None)
                for g in paused_grants(grants)
                if g.ends_at > now
            ]
            tx.consent.add(again)
            if again:
                tx.audit.append(AuditEntry(Happening.RESUMED, now, "", {"grants": len(again)}))
            return len(again)

        words = await self._stage.platforms.words_for(worker)
        resumed = await self._stage.store.run(worker, resume)
        return Answer(words.say("double.resumed" if resumed else "double.nothing_to_resume"))

    def _join(
        self,
        tx: Transaction,
        terms: Terms,
        time_zone: str,
        own: Whereabouts,
        agreed: AgreedWords,
        vault: Vault | None,
        channels: tuple[Channel, ...],
    ) -> _Joined:
        joined = self._give(tx, terms, time_zone, agreed)
        own.note(tx)
        return replace(joined, taken=self._bringing.take(tx, vault, channels)) if vault else joined

    def _give(self, tx: Transaction, terms: Terms, time_zone: str, agreed: AgreedWords) -> _Joined:
        now = self._stage.now()
        before = tx.consent.all()
        made = grants_for(tx.worker, terms, before, now, time_zone, agreed.digest, self._stage.identity)
        tx.consent.close([g.id for g in before if g.is_open(now)], now, Closure.CHANGED)
        tx.consent.add(made)
        tx.keepsakes.keep_agreed(agreed)
        allowed = channels_in_force(made, Purpose.LOG, now)
        forgotten = sum(
            forget(tx, tx.messages.refs(Span(channel, until=_kept_from(before, channel, allowed, terms))), now)
            for channel, _ in tx.messages.channels()
            if channel not in allowed or not terms.earlier
        )
        for backfill in tx.keepsakes.backfills():
            if backfill.channel not in allowed or not is_gap(backfill):
                tx.keepsakes.drop_backfill(backfill.channel)
        if terms.earlier:
            for channel in sorted(allowed):
                tx.keepsakes.put_backfill(Backfill(channel, BEGINNING))
        facts: EntryFacts = {
            "grants": [g.id for g in made],
            "words": agreed.digest,
            "until": terms.until.isoformat(),
            "forgotten": forgotten,
        }
        tx.audit.append(AuditEntry(Happening.CHANGED if before else Happening.JOINED, now, "", facts))
        return _Joined(bool(before), forgotten, self._drop_closed(tx, made))

    def _drop_closed(self, tx: Transaction, made: tuple[Grant, ...]) -> int:
        """Drop the embeddings of words that the present recipient, who has to embed any question, may not read now."""
        identity, now = self._stage.identity, self._stage.now()
        read = channels_open_to(made, Purpose.LOG, now, identity.recipient) if identity else frozenset[ChannelRef]()
        return tx.vectors.drop([channel for channel, _ in tx.messages.channels() if channel not in read])

    def _receipt(
        self,
        worker: PersonRef,
        terms: Terms,
        joined: _Joined,
        words: Words,
        words_hash: str,
        rows: tuple[tuple[str, str], ...],
        code: str | None,
        entered: tuple[Channel, ...],
    ) -> View:
        now, where = self._stage.now(), dict(rows)[words.say("consent.fact_channels")]
        cannot_learn = unheard(self._stage, worker, words)
        lines = [Text(words.say("consent.changed_text" if joined.had_joined else "consent.joined_text"))]
        if entered:
            came = words.listed(map(channel_label, entered))
            lines.append(Text(words.say("consent.entered", where=came), look="notice"))
        if joined.forgotten:
            lines.append(Text(words.say("consent.forgotten_with_change", n=joined.forgotten), look="notice"))
        if not terms.learn:
            lines.append(Text(words.say("consent.joined_draft_only")))
        elif cannot_learn:
            lines += cannot_learn
        elif terms.earlier:
            lines.append(Text(words.say("consent.joined_learning", where=where)))
        elif not joined.had_joined:
            lines.append(Text(words.say("consent.joined_empty")))
        rows += ((words.say("consent.fact_given"), words.date_and_time(now, now)),)
        rows += ((words.say("consent.fact_words"), words_hash),)
        may_offer = terms.learn and not terms.earlier and not cannot_learn
        offer = Button("learn_earlier", words.say("consent.learn_earlier_button"))
        start = Button("close", words.say("consent.start_today_button"))
        home = Button("home", words.say("consent.my_double_button"), look="primary")
        return View(
            kind="joined",
            title=words.say("consent.changed_title" if joined.had_joined else "consent.joined_title"),
            elements=(
                *lines,
                *(self._bringing.told(joined.taken, words) if joined.taken else ()),
                *(code_elements(code, words) if code else ()),
                Facts(rows),
                Text(words.say("consent.try_hint"), look="small"),
            ),
            buttons=(home, offer, start) if may_offer and not joined.had_joined else (home,),
        )

    def _model_tick(self, words: Words, terms: Terms | None) -> tuple[Tick, ...]:
        """Ask apart whether the language model may read the words, naming it, whose it is and where it runs."""
        identity = self._stage.identity
        if identity is None:
            return ()
        value = terms.model if terms else lets_model_read_by_default(identity)
        label = words.say("consent.model_label", model=shown_model(identity))
        where = (
            words.say("consent.model_hint_local")
            if identity.is_local
            else words.say("consent.model_hint_vendor", vendor=shown_vendor(identity, words))
        )
        gain = words.say("consent.model_hint_words" if identity.model else "consent.model_hint_meaning")
        return (Tick("model", label, f"{where} {gain}", value),)


def _kept_from(
    before: tuple[Grant, ...], channel: ChannelRef, allowed: frozenset[ChannelRef], terms: Terms
) -> datetime | None:
    """Return from when on a channel's messages are kept; None if none of them are."""
    return first_given(before, channel) if channel in allowed and not terms.earlier else None


def _kept_as_it_stands(standing: Terms | None) -> dict[str, bool]:
    """What a form that does not say it leaves as it is."""
    return {"earlier": standing.earlier, "model": standing.model} if standing else {}


def terms_rows(
    terms: Terms, words: Words, channels: tuple[Channel, ...], now: datetime, identity: ModelIdentity | None = None
) -> tuple[tuple[str, str], ...]:
    """Return the terms as labelled facts."""
    says = {True: words.say("consent.yes"), False: words.say("consent.no")}
    where = words.listed(channel_label(c) for c in channels if c.ref in terms.channels)
    return (
        (words.say("consent.fact_learn"), says[terms.learn]),
        (words.say("consent.fact_draft"), says[terms.draft]),
        (words.say("consent.fact_channels"), where),
        (words.say("consent.fact_until"), words.day(terms.until, now)),
        *(((words.say("consent.fact_model"), _model_in_force(terms, words, identity)),) if identity else ()),
    )


def _model_in_force(terms: Terms, words: Words, identity: ModelIdentity) -> str:
    if not terms.model:
        return words.say("consent.no")
    where = words.say("consent.model_local") if identity.is_local else shown_vendor(identity, words)
    return words.say("consent.model_and_where", model=shown_model(identity), where=where)


def _tick(words: Words, name: str, *, value: bool) -> Tick:
    return Tick(name, words.say(f"consent.{name}_label"), words.say(f"consent.{name}_hint"), value)
