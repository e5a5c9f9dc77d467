"""The replies of a double as its worker sees them: on their own page with their receipts, and in the inbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.audit import ChainedEntry, Happening
from bot.composing import BY_MODEL
from bot.delivery import Delivery, is_own_answer
from bot.drafts import Draft, DraftState
from bot.showing import shown_sources, source_id, where
from bot.stage import Stage
from bot.views import Button, Element, Empty, InboxItem, Item, Link
from bot.words import Words


class ReplyRows:
    """Turns replies into rows."""

    def __init__(self, stage: Stage, delivery: Delivery) -> None:
        self._stage = stage
        self._delivery = delivery

    async def rows(
        self, drafts: Iterable[Draft], audit: Mapping[str, Sequence[ChainedEntry]], words: Words
    ) -> list[Element]:
        """Return every reply whose steps are given by its id, or that there is none yet."""
        replies = [d for d in drafts if d.id in audit]
        if not replies:
            return [Empty(words.say("home.no_replies"))]
        return [await self._row(draft, audit[draft.id], words) for draft in replies]

    async def _row(self, draft: Draft, entries: Sequence[ChainedEntry], words: Words) -> Item:
        now = self._stage.now()
        state = "home.reply_edited" if draft.is_edited else "home.reply_as_written"
        if draft.state is DraftState.RETRACTED:
            state = "home.reply_taken_back"
        return Item(
            draft.written or words.say("home.words_gone"),
            title=await asked_by(self._stage, draft, words),
            details=(words.moment(draft.posted_at or draft.asked_at, now), words.say(state), *_doubts(entries, words)),
            links=self._posted_link(draft, words),
            buttons=self._reply_buttons(draft, words),
            facts=await self._receipt(draft, entries, words),
        )

    async def _receipt(
        self, draft: Draft, entries: Sequence[ChainedEntry], words: Words
    ) -> tuple[tuple[str, str], ...]:
        """The receipt of a reply: who asked, what it rests on, who made it, when it was approved – no words."""
        now = self._stage.now()
        asker = (await self._stage.platforms.person(draft.asker)).name
        last = entries[-1] if entries else None
        steps = [
            words.say(f"home.step_{e.entry.happening.value}", when=words.date_and_time(e.entry.at, now))
            for e in entries
        ]
        rows = (
            (words.say("home.fact_asker"), asker),
            (words.say("home.fact_composer"), _made_by(draft, words)),
            (words.say("home.fact_steps"), words.listed(steps)),
            (words.say("home.fact_sources"), words.listed(source_id(s.ref) for s in draft.sources)),
            (words.say("home.fact_digest"), draft.approved_digest),
            (words.say("home.fact_link"), f"{last.number} · {last.mac}" if last else ""),
        )
        return tuple(row for row in rows if row[1])

    async def inbox_item(self, draft: Draft, words: Words) -> InboxItem:
        """Return a reply as the inbox has it."""
        return InboxItem(
            id=draft.id,
            kind="reply",
            state=draft.state.value,
            text=draft.written,
            at=draft.posted_at or draft.asked_at,
            sources=await shown_sources(self._stage, draft),
            buttons=self._reply_buttons(draft, words),
            links=self._posted_link(draft, words),
        )

    def _reply_buttons(self, draft: Draft, words: Words) -> tuple[Button, ...]:
        if draft.state is not DraftState.POSTED:
            return ()
        undo = (Button("undo", words.say("review.undo_button"), draft.id),) if self._delivery.can_undo(draft) else ()
        confirm = words.say("home.take_back_confirm")
        return (*undo, Button("retract", words.say("home.take_back_button"), draft.id, look="danger", confirm=confirm))

    def _posted_link(self, draft: Draft, words: Words) -> tuple[Link, ...]:
        if draft.posted_ref is None:
            return ()
        directory = self._stage.platforms.of(draft.worker).directory
        return (Link(directory.link(draft.posted_ref), words.say("review.see_it")),)


def is_doubted(entries: Iterable[ChainedEntry]) -> bool:
    """Whether a reader said, of the reply whose steps these are, that it is not right."""
    return any(chained.entry.happening is Happening.DOUBTED for chained in entries)


def _doubts(entries: Iterable[ChainedEntry], words: Words) -> tuple[str, ...]:
    return (words.say("home.reply_doubted"),) if is_doubted(entries) else ()


async def asked_by(stage: Stage, draft: Draft, words: Words) -> str:
    """Say who asked, and where."""
    asker = (await stage.platforms.person(draft.asker)).name
    return words.say("home.asked_by", name=asker, where=await where(stage, draft.channel))


def _made_by(draft: Draft, words: Words) -> str:
    if is_own_answer(draft):
        return words.say("home.composed_by_you")
    if draft.composer.startswith(BY_MODEL):
        return words.say("home.composed_model", model=draft.composer.removeprefix(BY_MODEL))
    return words.say("home.composed_quoting")
