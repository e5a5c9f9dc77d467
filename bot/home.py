"""The page "My double": all that a worker has agreed to, all that is kept, and every decision and reply."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.agreed import Agreed, agreed
from bot.audit import ChainedEntry
from bot.composing import BY_MODEL
from bot.delivery import Delivery, is_own_answer
from bot.drafts import Draft, DraftState
from bot.erasing_window import ErasingWindow
from bot.erasure import Receipt, receipts
from bot.events import ActionTaken
from bot.exporting import Exporting
from bot.joining import Joining
from bot.messages import LoggedMessage, Span
from bot.mine import Mine
from bot.ports import Transaction
from bot.profile_window import ProfileWindow
from bot.record_of_replies import record_of_replies
from bot.refs import PersonRef
from bot.refused_window import RefusedWindow
from bot.removed_row import removed_row
from bot.reusable_window import ReusableWindow
from bot.showing import as_shown, shown_sources, source_id, where
from bot.stage import Stage
from bot.telling import WAITING_FOR_WORKER
from bot.views import (
    Answer,
    Button,
    Element,
    Empty,
    Fold,
    Heading,
    InboxItem,
    Item,
    Link,
    Refusal,
    Text,
    View,
)
from bot.weekly_window import LastNote, last_note_row
from bot.words import Words

RECENT = 5
REPLIES = 50
STILL_IN_INBOX = timedelta(days=7)


class _Kept:
    """Everything the page shows, read in one view of the file."""

    def __init__(self, tx: Transaction, stage: Stage) -> None:
        self.consent = Agreed(tx, stage)
        self.messages: int = tx.messages.count()
        self.newest: tuple[LoggedMessage, ...] = tx.messages.page(Span(), RECENT)
        self.drafts: tuple[Draft, ...] = tx.drafts.latest(REPLIES)
        self.posted: tuple[Draft, ...] = tx.drafts.in_states({DraftState.POSTED})
        self.preferences = tx.keepsakes.preferences()
        self.audit: dict[str, tuple[ChainedEntry, ...]] = {
            d.id: tx.audit.entries(d.id) for d in self.drafts if d.state in {DraftState.POSTED, DraftState.RETRACTED}
        }
        self.chain_head = tx.audit.head()
        self.last_note = LastNote(tx)
        self.erased: tuple[Receipt, ...] = receipts(tx)
        self.removed = tx.removals.counts()


class Home:
    """The worker's own page and inbox. Whoever has not joined sees what a double is, and how to get one."""

    def __init__(
        self,
        stage: Stage,
        joining: Joining,
        mine: Mine,
        delivery: Delivery,
        reusable: ReusableWindow,
        profile: ProfileWindow,
        exporting: Exporting,
        erasing: ErasingWindow,
        refused: RefusedWindow,
    ) -> None:
        self._stage = stage
        self._joining = joining
        self._mine = mine
        self._delivery = delivery
        self._reusable = reusable
        self._profile = profile
        self._exporting = exporting
        self._erasing = erasing
        self._refused = refused

    async def page(self, person: PersonRef) -> View:
        """Return the whole page."""
        words = await self._stage.platforms.words_for(person)
        kept = await self._stage.store.read(person, self._read)
        if kept is None:
            explained = await self._joining.explain(person)
            return View("home", words.say("home.title"), explained.elements, explained.buttons)
        consent = await agreed(self._stage, person, kept.consent, words)
        consent += last_note_row(kept.last_note, self._stage, words)
        waiting = [Heading(words.say("home.waiting_heading")), *await self._waiting(kept, words)]
        has_waiting = any(d.state in WAITING_FOR_WORKER for d in kept.drafts)
        elements: list[Element] = [
            *(waiting if has_waiting else consent),
            *(consent if has_waiting else waiting),
            Heading(words.say("home.replies_heading")),
            *record_of_replies(kept.posted, words),
            *await self._replies(kept, words),
            *await self._reusable.section(person, words),
            *await self._profile.section(person, words),
            Heading(words.say("home.messages_heading")),
            *await self._messages(person, kept, words),
            Heading(words.say("redaction.heading")),
            removed_row(kept.removed, words),
            *self._erasing.section(kept.erased, words),
            *await self._refused.section(person, words),
            *await self._muted(kept, words),
            *await self._exporting.section(person, words),
        ]
        return View("home", words.say("home.title"), tuple(elements))

    async def status(self, person: PersonRef) -> View:
        """Return what was agreed and until when, alone."""
        words = await self._stage.platforms.words_for(person)
        kept = await self._stage.store.read(person, self._read)
        if kept is None:
            join = Button("join", words.say("consent.join_button"), look="primary")
            return View("status", words.say("home.status_title"), (Text(words.say("home.not_joined")),), (join,))
        return View(
            "status", words.say("home.status_title"), tuple(await agreed(self._stage, person, kept.consent, words))
        )

    async def inbox(self, person: PersonRef) -> tuple[InboxItem, ...]:
        """Return the drafts that wait for a worker, and the replies of the last days, newest first."""
        kept = await self._stage.store.read(person, self._read)
        if kept is None:
            return ()
        words = await self._stage.platforms.words_for(person)
        now = self._stage.now()
        items = [await self._waiting_item(d, words) for d in kept.drafts if d.state in WAITING_FOR_WORKER]
        items += [
            await self._reply_item(d, words)
            for d in kept.drafts
            if d.state is DraftState.POSTED and d.posted_at and now - d.posted_at < STILL_IN_INBOX
        ]
        return tuple(sorted(items, key=lambda item: item.at, reverse=True))

    async def switch_links(self, action: ActionTaken) -> Answer | Refusal:
        """Show askers links to the worker's messages from now on, or none."""

        def switch(tx: Transaction) -> None:
            preferences = tx.keepsakes.preferences()
            tx.keepsakes.set_preferences(replace(preferences, links_allowed=not preferences.links_allowed))

        await self._stage.store.run(action.person, switch)
        return Answer(view=await self.page(action.person))

    def _read(self, tx: Transaction) -> _Kept:
        return _Kept(tx, self._stage)

    async def _waiting(self, kept: _Kept, words: Words) -> list[Element]:
        waiting = [d for d in kept.drafts if d.state in WAITING_FOR_WORKER]
        if not waiting:
            return [Empty(words.say("home.nothing_waits"))]
        return [await self._waiting_row(draft, words) for draft in waiting]

    async def _waiting_row(self, draft: Draft, words: Words) -> Item:
        now = self._stage.now()
        return Item(
            draft.question,
            title=await self._asked(draft, words),
            details=(
                words.moment(draft.asked_at, now),
                words.say("home.lapses", when=words.moment(draft.lapses_at, now)),
            ),
            buttons=(Button("review", words.say("asking.review_button"), draft.id, look="primary"),),
        )

    async def _waiting_item(self, draft: Draft, words: Words) -> InboxItem:
        buttons = [Button("review", words.say("asking.review_button"), draft.id, look="primary")]
        if draft.state is DraftState.PENDING:
            shown = await as_shown(self._stage, draft)
            if draft.written:
                buttons.append(Button("approve", words.say("review.send_button"), draft.id, shown))
            buttons += [
                Button("edit", words.say("home.edit_button"), draft.id, shown),
                Button("deny", words.say("review.deny_button"), draft.id),
            ]
        return InboxItem(
            id=draft.id,
            kind="draft",
            state=draft.state.value,
            text=draft.written,
            at=draft.asked_at,
            question=draft.question,
            sources=await shown_sources(self._stage, draft),
            reasons=tuple(words.say(key) for key in draft.reasons),
            buttons=tuple(buttons),
        )

    async def _reply_item(self, draft: Draft, words: Words) -> InboxItem:
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

    async def _replies(self, kept: _Kept, words: Words) -> list[Element]:
        replies = [d for d in kept.drafts if d.id in kept.audit]
        if not replies:
            return [Empty(words.say("home.no_replies"))]
        return [await self._reply_row(draft, kept, words) for draft in replies]

    async def _reply_row(self, draft: Draft, kept: _Kept, words: Words) -> Item:
        now = self._stage.now()
        state = "home.reply_edited" if draft.is_edited else "home.reply_as_written"
        if draft.state is DraftState.RETRACTED:
            state = "home.reply_taken_back"
        return Item(
            draft.written or words.say("home.words_gone"),
            title=await self._asked(draft, words),
            details=(words.moment(draft.posted_at or draft.asked_at, now), words.say(state)),
            links=self._posted_link(draft, words),
            buttons=self._reply_buttons(draft, words),
            facts=await self._receipt(draft, kept, words),
        )

    async def _receipt(self, draft: Draft, kept: _Kept, words: Words) -> tuple[tuple[str, str], ...]:
        """The receipt of a reply: who asked, what it rests on, who made it, when it was approved – no words."""
        entries, now = kept.audit[draft.id], self._stage.now()
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

    async def _messages(self, person: PersonRef, kept: _Kept, words: Words) -> list[Element]:
        forget = Button("forget_window", words.say("mine.forget_button"), look="danger")
        if not kept.messages:
            return [Empty(words.say("mine.nothing"), (forget,))]
        rows = await self._mine.rows(person, kept.newest, words)
        more = (
            Button("mine", words.say("home.all_messages_button")),
            Button("never", words.say("never.window_button")),
            forget,
        )
        return [Item(words.say("mine.total", n=kept.messages), buttons=more), *rows]

    async def _muted(self, kept: _Kept, words: Words) -> list[Element]:
        if not kept.preferences.muted:
            return []
        rows = [
            Item(
                (await self._stage.platforms.person(ref)).name,
                buttons=(Button("unmute", words.say("home.unmute_button"), ref.person),),
            )
            for ref in sorted(kept.preferences.muted)
        ]
        return [Fold(words.say("home.muted_heading"), tuple(rows))]

    async def _asked(self, draft: Draft, words: Words) -> str:
        asker = (await self._stage.platforms.person(draft.asker)).name
        return words.say("home.asked_by", name=asker, where=await where(self._stage, draft.channel))

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


def _made_by(draft: Draft, words: Words) -> str:
    if is_own_answer(draft):
        return words.say("home.composed_by_you")
    if draft.composer.startswith(BY_MODEL):
        return words.say("home.composed_model", model=draft.composer.removeprefix(BY_MODEL))
    return words.say("home.composed_quoting")
