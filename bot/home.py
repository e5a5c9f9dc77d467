"""The page "My double": all that a worker has agreed to, all that is kept, and every decision and reply."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.agreed import Agreed, agreed
from bot.audit import ChainedEntry
from bot.delivery import Delivery
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
from bot.reply_rows import ReplyRows, asked_by
from bot.reusable_window import ReusableWindow
from bot.showing import as_shown, shown_sources
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
        self._rows = ReplyRows(stage, delivery)
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
        consent += await self._joining.progress(person, words)
        consent += last_note_row(kept.last_note, self._stage, words)
        waiting = [Heading(words.say("home.waiting_heading")), *await self._waiting(kept, words)]
        has_waiting = any(d.state in WAITING_FOR_WORKER for d in kept.drafts)
        elements: list[Element] = [
            *(waiting if has_waiting else consent),
            *(consent if has_waiting else waiting),
            Heading(words.say("home.replies_heading")),
            *record_of_replies(kept.posted, words),
            *await self._rows.rows(kept.drafts, kept.audit, words),
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
            await self._rows.inbox_item(d, words)
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
            title=await asked_by(self._stage, draft, words),
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
