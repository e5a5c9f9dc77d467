"""Making a candidate answer: by the language model where worker and asker agreed to it, otherwise by quoting.

Nothing is stored here. Whatever the model does – silence, nonsense, obedience to a text – the worst that comes of it is
an answer that quotes, or none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.citing import Checked, check_answer
from bot.consent import Purpose, Shelf
from bot.consulting import DRAFT, Consulting, open_to
from bot.correcting import as_put_right, prevailing, with_corrections, without_contradicted
from bot.drafts import Source, text_digest
from bot.errors import ModelError
from bot.evidence import Place, shelves_for
from bot.flagging import with_flags
from bot.guard import Ruling, check, links_in
from bot.material import gather
from bot.nearness import Meaning
from bot.ports import Transaction
from bot.profile.claims import ClaimState
from bot.profile.topics import held_by
from bot.prompting import Asked, Material, answer_prompt, is_chinese
from bot.quoting import COMPOSER, OLD, Abstention, Composition, compose
from bot.refs import ChannelRef, WorkerRef
from bot.showing import names_in
from bot.stage import Stage
from bot.unanswerable import unanswerable
from bot.words import Words

BY_MODEL = "model:"
"""How the composer of a draft begins in its receipt where a language model worded it; its name follows."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the composer made of a question, cleaned by the guard; `written` is empty where it abstained.

    `is_outage` holds where the model gave no answer and nothing could be quoted either.
    """

    written: str
    composition: Composition | None
    reasons: tuple[str, ...]
    composer: str = COMPOSER
    prompt_digest: str = ""
    is_outage: bool = False


class Composing:
    """Makes candidates. One question, one place, one answer."""

    def __init__(self, stage: Stage, consulting: Consulting) -> None:
        self._stage = stage
        self._consulting = consulting

    async def candidate(
        self, worker: WorkerRef, question: str, place: Place | None, words: Words, *, with_model: bool
    ) -> Candidate:
        """Recall, compose and guard; no place means nothing may be used. `words` are the reader's.

        `with_model` says that whoever asks knows that the model would read the question. What only the person should
        say is noted first of all reasons, whether it stands in the question or in the answer.
        """
        made = await self._candidate(worker, question, place, words, with_model=with_model)
        return replace(made, reasons=with_flags(made.reasons, question, made.written))

    async def _candidate(
        self, worker: WorkerRef, question: str, place: Place | None, words: Words, *, with_model: bool
    ) -> Candidate:
        if place is None:
            return Candidate("", None, ("review.reason_no_place",))
        if refused := unanswerable(question):
            return Candidate("", None, (refused,))
        if await self._stage.store.read(worker, lambda tx: held_by(tx.keepsakes.preferences().topics, question)):
            return Candidate("", None, ("quoting.reason_held_back",))
        may_consult = with_model and await self.may_consult(worker, place.channel.ref)
        meaning = await self._meaning(worker, question) if may_consult else None
        is_worded = may_consult and bool(self._model_name())
        found = await self._find(worker, question, place, meaning, only_readable=may_consult, with_examples=is_worded)
        if found is None:
            return Candidate("", None, ("quoting.reason_nothing_found",))
        if not is_worded:
            return await self._quoted(worker, question, place, found, words)
        return await self._worded(worker, question, place, found, words)

    async def may_consult(self, worker: WorkerRef, channel: ChannelRef) -> bool:
        """Whether the worker lets the model draft answers in a channel, at this moment."""
        return channel in await self._consulting.open_channels(worker, Purpose.ANSWER)

    async def _meaning(self, worker: WorkerRef, question: str) -> Meaning | None:
        """The question's vector; None where there are no embeddings, or the endpoint does not give one now."""
        identity = self._consulting.identity
        if identity is None or not identity.embedding:
            return None
        try:
            (vector,) = await self._consulting.embed(worker, [question], ())
        except ModelError:
            return None
        return Meaning(identity.embedding, vector)

    async def _find(
        self,
        worker: WorkerRef,
        question: str,
        place: Place,
        meaning: Meaning | None,
        *,
        only_readable: bool,
        with_examples: bool,
    ) -> Material | None:
        """Read what may be used; where the model is asked, only what its worker lets it read."""
        stage, now = self._stage, self._stage.now()

        def find(tx: Transaction) -> Material:
            shelves: frozenset[Shelf] = shelves_for(tx, stage, place)
            readable = open_to(tx, Purpose.LOG, stage)
            if only_readable:
                shelves = frozenset(shelf for shelf in shelves if shelf.channel in readable)
            return gather(tx, question, shelves, now, meaning, with_examples=with_examples)

        return await stage.store.read(worker, find)

    async def _quoted(
        self,
        worker: WorkerRef,
        question: str,
        place: Place,
        material: Material,
        words: Words,
    ) -> Candidate:
        name, now = (await self._stage.platforms.person(worker)).name, self._stage.now()
        corrections = prevailing(question, material.notes)
        composed = compose(
            question,
            without_contradicted(material.recalled, corrections),
            words,
            now,
            name=name,
            channel_names=place.names,
            destination=place.channel.ref,
        )
        composed = with_corrections(composed, corrections, words, now, name)
        if isinstance(composed, Abstention):
            return Candidate("", None, composed.reasons)
        return await self._guarded(worker, composed)

    async def _worded(self, worker: WorkerRef, question: str, place: Place, found: Material, words: Words) -> Candidate:
        """Let the model word the answer; where that gives nothing that checks out, quote."""
        material, now = as_put_right(found), self._stage.now()
        if not material.recalled.passages and not material.notes:
            return Candidate("", None, ("quoting.reason_nothing_found",))
        name = (await self._stage.platforms.person(worker)).name
        asked = answer_prompt(question, name, material, now, place.names)
        try:
            completion = await self._consulting.complete(worker, DRAFT, asked.prompt, channels_in(asked, material))
        except ModelError as error:
            return _after_failure(await self._quoted(worker, question, place, material, words), error)
        checked = check_answer(completion, asked, question)
        if checked is None:
            quoted = await self._quoted(worker, question, place, material, words)
            return replace(quoted, reasons=("composing.reason_no_use", *quoted.reasons))
        composer, digest = f"{BY_MODEL}{self._model_name()}", asked.prompt.digest
        if not checked.sentences:
            return Candidate("", None, ("composing.reason_does_not_know",), composer, digest)
        candidate = await self._guarded(worker, _composition(checked, place, now, words))
        return replace(candidate, composer=composer, prompt_digest=digest)

    def _model_name(self) -> str:
        """The language model's name, as receipts tell it; empty where there is none, or embeddings alone."""
        return self._consulting.identity.model if self._consulting.identity else ""

    async def _guarded(self, worker: WorkerRef, composed: Composition) -> Candidate:
        own = [*(s.quote for s in composed.sources), *(c.statement for c in composed.claims)]
        allowed = frozenset().union(*map(links_in, own))
        verdict = check(composed.text, allowed, await names_in(self._stage, worker, composed.text))
        if verdict.ruling is Ruling.BLOCK:
            return Candidate("", None, verdict.reasons)
        return Candidate(verdict.text, composed, (*verdict.reasons, *composed.reasons))


def channels_in(asked: Asked, material: Material) -> frozenset[ChannelRef]:
    """Return the channels whose words stand in a prompt."""
    messages = [m for given in asked.given.values() for m in given.messages] + list(material.examples)
    shelves = [claim.shelf for claim in material.notes if claim.shelf]
    return frozenset([m.ref.channel for m in messages] + [shelf.channel for shelf in shelves])


def _composition(checked: Checked, place: Place, now: datetime, words: Words) -> Composition:
    """An answer of the model's with the messages it rests on, and its age where that matters.

    A source's quote is what of the answer rests on it.
    """
    messages = {m.ref: m for said in checked.sentences for given in said.on for m in given.messages}
    sources = tuple(Source(m.ref, text_digest(m.text), m.said_at, checked.resting_on(m)) for m in messages.values())
    noted = {
        "composing.reason_cut": checked.cut > 0,
        "quoting.reason_old": any(now - s.said_at > OLD for s in sources),
        "quoting.reason_partly": checked.is_partial,
        "quoting.reason_other_channel": any(s.ref.channel != place.channel.ref for s in sources),
        "composing.reason_waiting_claim": any(c.state is ClaimState.WAITING for c in checked.claims),
        "composing.reason_other_language": any(
            is_chinese(m.text) != is_chinese(checked.text) for m in messages.values()
        ),
    }
    newest = max((given.said_at for said in checked.sentences for given in said.on if given.said_at), default=now)
    as_of = words.say("composing.as_of", day=words.day(newest, now)) if now - newest > OLD else ""
    text = f"{checked.text}\n{as_of}".strip()
    return Composition(text, sources, tuple(k for k, holds in noted.items() if holds), checked.claims)


def _after_failure(quoted: Candidate, error: ModelError) -> Candidate:
    """What comes of a model that gave no answer: a quotation that says so, or nothing and an outage."""
    if error.code == "spent":
        return replace(quoted, reasons=("composing.reason_spent", *quoted.reasons))
    if error.code == "not_agreed":
        return quoted
    return replace(quoted, reasons=("composing.reason_silent", *quoted.reasons), is_outage=not quoted.written)
