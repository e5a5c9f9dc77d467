"""What a worker does with their profile: keeping, dropping, putting right, reading on, going back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from bot.audit import AuditEntry, EntryFacts, Happening
from bot.clearing import cleared, note_removed
from bot.drafts import Draft
from bot.events import ActionTaken
from bot.never_use import NeverUse, voided
from bot.ports import Transaction
from bot.profile.claims import Claim, ClaimKind
from bot.profile.matter import is_at_odds
from bot.profile.versions import Cause
from bot.refreshing import Outcome, Refreshing
from bot.refs import PersonRef
from bot.settling import (
    ANY,
    Holds,
    PutRight,
    Settled,
    awaits_word,
    contradicting,
    drop,
    keep,
    put_right,
    remove_correction,
    settle,
)
from bot.stage import Stage
from bot.telling import Telling
from bot.unanswerable import is_about_person
from bot.versioning import record_version, roll_back
from bot.views import Answer, Button, Element, Item, Refusal, Text, TextField, View
from bot.words import Words

T = TypeVar("T")
LONGEST = 300
LONGEST_NUMBER = 9
MOST_CORRECTIONS = 200
"""Sentences put right that are kept; beyond that one has to be removed first, or to give way to the new one."""


class ProfileDecisions:
    """Carries out a worker's decisions on their own profile. A stale page or a second click does nothing twice."""

    def __init__(self, stage: Stage, refreshing: Refreshing, never_use: NeverUse, telling: Telling) -> None:
        self._stage = stage
        self._refreshing = refreshing
        self._never_use = never_use
        self._telling = telling

    async def keep(self, action: ActionTaken) -> Answer | Refusal:
        """Keep one claim, or all those that a page showed."""
        words = await self._stage.platforms.words_for(action.person)
        wanted, now = _wanted(action), self._stage.now()
        settled, afresh = await self._settle(action.person, lambda tx: keep(tx, wanted, now), words)
        if settled is not None and not settled.count and len(wanted) == 1:
            refused = await self._stage.store.read(action.person, lambda tx: _put_right_against(tx, wanted))
            if refused is not None:
                return Refusal("put_right", words.say("profile.put_right_first", statement=refused.statement))
        return _told(settled, afresh, words)

    async def drop(self, action: ActionTaken) -> Answer | Refusal:
        """Drop one claim, or all those that a page showed; drafts that rest on them are composed afresh."""
        words = await self._stage.platforms.words_for(action.person)
        wanted, now = _wanted(action), self._stage.now()
        return _told(*await self._settle(action.person, lambda tx: drop(tx, wanted, now), words), words)

    async def settle(self, action: ActionTaken) -> Answer | Refusal:
        """Take the worker's word for which of two claims holds."""
        words, now = await self._stage.platforms.words_for(action.person), self._stage.now()
        holds, rival = action.values.get("holds"), str(action.values.get("rival", ""))
        if not isinstance(holds, str) or holds not in set(Holds):
            return Refusal("bad_value", words.say("profile.choice_unknown"))
        chosen = Holds(holds)
        decided = await self._settle(action.person, lambda tx: settle(tx, action.target, rival, chosen, now), words)
        return _told(*decided, words)

    async def correct(self, action: ActionTaken) -> Answer | Refusal:
        """Put something right by the form; without words it opens the form."""
        if "text" not in action.values:
            return Answer(view=await self._form(action.person))
        return await self.put_right(action.person, action.values["text"])

    async def put_right(self, person: PersonRef, written: object) -> Answer | Refusal:
        """Keep what the worker tells their double: it outranks whatever is learnt, for good."""
        words = await self._stage.platforms.words_for(person)
        text = " ".join(written.split()) if isinstance(written, str) else ""
        if not 0 < len(text) <= LONGEST:
            return Refusal("bad_value", words.say("profile.correction_length", n=LONGEST))
        if is_about_person(text):
            return Refusal("bad_value", words.say("profile.correction_about_person"))
        now = self._stage.now()

        def tell(tx: Transaction) -> PutRight | str:
            kept = cleared(tx, text, self._stage.policy.phone_regions)
            if not _has_room(tx, kept):
                return "profile.corrections_full"
            told = put_right(tx, kept, now)
            if told is None:
                return "profile.correction_never_used"
            if told.is_new:
                note_removed(tx, kept)
                version = record_version(tx, Cause.CORRECTED, now)
                facts: EntryFacts = {"version": version.number, "dropped": len(told.gone)}
                tx.audit.append(AuditEntry(Happening.CORRECTED, now, told.correction.id, facts))
            return told

        told, afresh = await self._changing(person, words, tell)
        if not isinstance(told, PutRight):
            return Refusal("bad_value", words.say(told or "profile.not_joined", n=MOST_CORRECTIONS))
        return Answer(view=_corrected(told, afresh, words))

    async def correct_by_command(self, person: PersonRef, text: str) -> Answer | Refusal:
        """Put right what follows the command; where nothing follows, open the form."""
        return await self.put_right(person, text) if text else Answer(view=await self._form(person))

    async def remove(self, action: ActionTaken) -> Answer | Refusal:
        """Take back something that was put right, and erase it."""
        words, now = await self._stage.platforms.words_for(action.person), self._stage.now()

        def remove(tx: Transaction) -> bool:
            if not remove_correction(tx, action.target, now):
                return False
            version = record_version(tx, Cause.DECIDED, now)
            facts: EntryFacts = {"version": version.number, "removed": 1}
            tx.audit.append(AuditEntry(Happening.CLAIMS_DECIDED, now, action.target, facts))
            return True

        is_removed, afresh = await self._changing(action.person, words, remove)
        if not is_removed:
            return Refusal("not_found", words.say("profile.gone"))
        return Answer(words.in_a_row((words.say("profile.removed"), *afresh)))

    async def refresh(self, person: PersonRef) -> Answer | Refusal:
        """Read what is new now."""
        words = await self._stage.platforms.words_for(person)
        outcome = await self._refreshing.refresh(person)
        if outcome is Outcome.NOT_ALLOWED:
            return Refusal("not_allowed", words.say("profile.not_allowed"))
        if outcome is not Outcome.DONE:
            return Answer(words.say(f"profile.refresh_{outcome}"))
        waiting = await self._stage.store.read(person, lambda tx: sum(map(awaits_word, tx.profile.claims()))) or 0
        return Answer(words.say("profile.refreshed", n=waiting))

    async def roll_back(self, action: ActionTaken) -> Answer | Refusal:
        """Let the claims be as they were in an earlier version."""
        words, now = await self._stage.platforms.words_for(action.person), self._stage.now()
        number = _version_number(action.target)
        version, afresh = await self._changing(action.person, words, lambda tx: roll_back(tx, number, now))
        if version is None:
            return Refusal("not_found", words.say("profile.no_such_version"))
        return Answer(words.in_a_row((words.say("profile.rolled_back", number=number), *afresh)))

    async def _settle(
        self, person: PersonRef, decide: Callable[[Transaction], Settled], words: Words
    ) -> tuple[Settled | None, tuple[str, ...]]:
        """Decide on claims, and keep a version and an entry of it where anything came of that."""
        now = self._stage.now()

        def work(tx: Transaction) -> Settled:
            settled = decide(tx)
            if settled.count:
                version = record_version(tx, Cause.DECIDED, now)
                facts: EntryFacts = {
                    "version": version.number,
                    "kept": len(settled.kept),
                    "dropped": len(settled.gone),
                }
                tx.audit.append(AuditEntry(Happening.CLAIMS_DECIDED, now, "", facts))
            return settled

        return await self._changing(person, words, work)

    async def _changing(
        self, person: PersonRef, words: Words, work: Callable[[Transaction], T]
    ) -> tuple[T | None, tuple[str, ...]]:
        """Change the profile; compose afresh what rested on what went, and keep the notice of what waits true.

        Return what came of it, and what is to be said of drafts that are composed afresh.
        """

        def change(tx: Transaction) -> tuple[tuple[Draft, ...], T, int]:
            drafts, done = voided(tx, lambda: work(tx))
            return drafts, done, sum(map(awaits_word, tx.profile.claims()))

        changed = await self._stage.store.run(person, change)
        if changed is None:
            return None, ()
        drafts, done, waiting = changed
        afresh = await self._never_use.compose_again(drafts, words)
        if not waiting:
            await self._telling.noticed(person, 0)
        return done, afresh

    async def _form(self, person: PersonRef) -> View:
        words = await self._stage.platforms.words_for(person)
        field = TextField(
            "text", words.say("profile.correction_label"), "", words.say("profile.correction_hint"), 3, LONGEST
        )
        buttons = (
            Button("correct", words.say("profile.put_right_button"), look="primary"),
            Button("profile", words.say("profile.back_button")),
        )
        return View("correct", words.say("profile.correct_button"), (field,), buttons)


def _told(settled: Settled | None, afresh: tuple[str, ...], words: Words) -> Answer | Refusal:
    if settled is None or (not settled.count and settled.missing):
        return Refusal("not_found", words.say("profile.gone"))
    if not settled.count:
        return Refusal("stale", words.say("profile.decided_already"))
    if settled.kept and settled.gone:
        said = words.say("profile.settled")
    elif settled.kept:
        said = words.say("profile.were_kept", n=settled.count)
    else:
        said = words.say("profile.were_dropped", n=settled.count)
    return Answer(" ".join((said, *afresh)))


def _wanted(action: ActionTaken) -> Mapping[str, str]:
    """The claims that a button is about, each with how it stood on the page; without that, as it stands now."""
    listed = action.values.get("claims")
    if isinstance(listed, str):
        return dict(_id_and_mark(piece) for piece in listed.split())
    return {action.target: str(action.values.get("seen", ANY))}


def _id_and_mark(piece: str) -> tuple[str, str]:
    claim_id, _, mark = piece.partition(":")
    return claim_id, mark


def _version_number(target: str) -> int:
    """The number in a button; 0, which no version has, for what is none."""
    return int(target) if target.isdecimal() and len(target) <= LONGEST_NUMBER else 0


def _has_room(tx: Transaction, text: str) -> bool:
    """Whether a sentence can be put right: there are not too many, or one of them is the same or gives way to it."""
    told = [claim.statement for claim in tx.profile.claims() if claim.kind is ClaimKind.CORRECTION]
    return len(told) < MOST_CORRECTIONS or any(one == text or is_at_odds(one, text) for one in told)


def _put_right_against(tx: Transaction, wanted: Mapping[str, str]) -> Claim | None:
    """The correction that forbids to keep a claim."""
    claims = tx.profile.claims()
    claim = next((c for c in claims if c.id in wanted), None)
    return contradicting(claims, claim) if claim is not None else None


def _corrected(told: PutRight, afresh: tuple[str, ...], words: Words) -> View:
    """Say what holds now, where it is used, and what had to give way to it."""
    elements: list[Element] = [
        Text(told.correction.statement, look="quote"),
        Text(words.say("profile.corrected" if told.is_new else "profile.corrected_before")),
        Text(words.say("profile.used_everywhere"), look="notice"),
    ]
    if told.gone:
        elements.append(Text(words.say("profile.gave_way", n=len(told.gone)), look="small"))
        elements += [Item(claim.statement) for claim in told.gone]
    elements += [Text(said, look="small") for said in afresh]
    buttons = (
        Button("profile", words.say("profile.back_button"), look="primary"),
        Button("remove_correction", words.say("profile.remove_button"), told.correction.id),
    )
    return View("corrected", words.say("profile.corrected_title"), tuple(elements), buttons)
