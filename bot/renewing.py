"""Renewal: the same terms under the same words to a later end, by one click. Anything else opens the form."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.agreed_before import Before
from bot.agreement import proposed_until, read_until
from bot.audit import AuditEntry, EntryFacts, Happening
from bot.consent import Closure, Grant, Purpose
from bot.events import ActionTaken
from bot.ports import Transaction
from bot.refs import ChannelRef, WorkerRef
from bot.schedule import end_of_day
from bot.stage import Stage
from bot.standing import Standing, standing_of
from bot.views import Answer, Button, Facts, Refusal, Text, View
from bot.words import Words

RENEWED_BEFORE = timedelta(days=14)
"""How long before its end a consent can be renewed."""

RENEWABLE = frozenset({Standing.IN_FORCE, Standing.ASLEEP})
"""A pause is resumed; what was frozen, or agreed to under words that no longer hold, is asked for anew."""


class Renewing:
    """Lets a worker renew what they agreed to."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def renew(self, action: ActionTaken) -> Answer | Refusal | None:
        """Renew to the day that was shown; None if the form has to be read instead, for something has changed."""
        stage, worker = self._stage, action.person
        person = await stage.platforms.person(worker)
        words = Words(person.locale, person.time_zone)
        today = await stage.today(worker)
        proposed = proposed_until(today, stage.policy, worker)
        until = read_until(action.values, words, today, stage.policy, proposed)
        if isinstance(until, Refusal):
            return until
        channels = await stage.platforms.of(worker).directory.channels_of(worker)
        open_to = frozenset(c.ref for c in channels if c.is_entered)
        ends_at = end_of_day(until, person.time_zone)
        renewed = await stage.store.run(worker, lambda tx: self._renew(tx, ends_at, open_to))
        return Answer(view=self._receipt(renewed, until, words)) if renewed else None

    def _renew(self, tx: Transaction, ends_at: datetime, open_to: frozenset[ChannelRef]) -> tuple[Grant, ...]:
        now = self._stage.now()
        before = Before(tx, now)
        if not may_renew(tx, self._stage, before) or not open_to.issuperset(g.channel for g in before.grants):
            return ()
        made = tuple(_to_later_end(grant, now, ends_at) for grant in before.grants)
        tx.consent.close([grant.id for grant in before.grants], now, Closure.RENEWED)
        tx.consent.add(made)
        facts: EntryFacts = {
            "grants": [grant.id for grant in made],
            "words": before.words_hash,
            "until": ends_at.isoformat(),
        }
        tx.audit.append(AuditEntry(Happening.RENEWED, now, "", facts))
        return made

    def _receipt(self, renewed: tuple[Grant, ...], until: date, words: Words) -> View:
        now = self._stage.now()
        rows = (
            (words.say("consent.fact_until"), words.day(until, now)),
            (words.say("consent.fact_given"), words.date_and_time(now, now)),
            (words.say("consent.fact_words"), renewed[0].words_hash),
        )
        return View(
            kind="joined",
            title=words.say("lapsing.renewed_title"),
            elements=(Text(words.say("lapsing.renewed_text")), Facts(rows)),
            buttons=(Button("home", words.say("consent.my_double_button"), look="primary"),),
        )


def may_renew(tx: Transaction, stage: Stage, before: Before) -> bool:
    """Whether what was agreed to can be renewed by one click: it ends soon or sleeps, and its words are today's."""
    now = stage.now()
    if standing_of(tx.consent.all(), now) not in RENEWABLE or not before.grants:
        return False
    return before.is_of_today(stage) and min(g.ends_at for g in before.grants) - now <= RENEWED_BEFORE


async def renew_button(stage: Stage, worker: WorkerRef, words: Words) -> Button:
    """Return the one click, with the day that it renews to; where that cannot be, what opens the form."""
    today = await stage.today(worker)
    until = proposed_until(today, stage.policy, worker)
    if await stage.store.read(worker, lambda tx: may_renew(tx, stage, Before(tx, stage.now()))):
        label = words.say("lapsing.renew_button", day=words.day(until, today))
        return Button("renew", label, values={"until": until.isoformat()}, look="primary")
    return Button("join", words.say("home.again_button"), look="primary")


def _to_later_end(grant: Grant, now: datetime, ends_at: datetime) -> Grant:
    """The same permission from now on. What was said while it slept stays out, whenever it comes in."""
    is_unbroken = grant.purpose is Purpose.LOG and grant.is_open(now)
    return replace(
        grant,
        id=f"g_{secrets.token_hex(8)}",
        given_at=now,
        covers_from=grant.covers_from if is_unbroken else now,
        ends_at=ends_at,
        closed_at=None,
        closure=None,
    )
