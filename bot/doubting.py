"""*Not right*: whoever can read a double's reply may say so. Its worker is told once a reply, quietly, and not by whom.

Whoever presses hears one and the same sentence, whatever becomes of it: nothing tells whether the worker looks.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

from bot.audit import AuditEntry, ChainedEntry, Happening
from bot.drafts import Draft, DraftState
from bot.events import ActionTaken
from bot.evidence import can_read
from bot.ports import Transaction
from bot.refs import PersonRef, WorkerRef
from bot.reply_rows import ReplyRows, is_doubted
from bot.showing import where
from bot.stage import Stage
from bot.telling import DOUBTED_KEY
from bot.views import Answer, Button, Element, Empty, Link, Notice, Refusal, View

LOOKED_AT = 50
"""How many of the latest drafts are looked through for doubted replies."""
MOST_A_DAY = 20
"""How many presses of one person a day are listened to."""


class Doubting:
    """Takes what readers say of replies to their workers."""

    def __init__(self, stage: Stage, rows: ReplyRows) -> None:
        self._stage = stage
        self._rows = rows
        self._day: date | None = None
        self._pressed: Counter[PersonRef] = Counter()

    async def say(self, action: ActionTaken) -> Answer | Refusal:
        """Thank whoever says that a reply is not right, and see to it afterwards: nothing is waited for."""
        words = await self._stage.platforms.words_for(action.person)
        worker = action.values.get("worker")
        if not isinstance(worker, str) or not worker:
            return Refusal("bad_value", words.say("double.unknown_action"))
        ref = replace(action.person, person=worker)
        if self._is_heard(action.person) and action.person != ref:
            self._stage.work.start("doubt", self._take(action.person, ref, action.target.partition(".")[0]))
        return Answer(words.say("reply.doubt_taken", name=(await self._stage.platforms.person(ref)).name))

    async def window(self, worker: WorkerRef) -> View:
        """Show the worker the replies that were doubted, each to be taken back or left; the notice of them goes."""
        words = await self._stage.platforms.words_for(worker)
        found = await self._stage.store.read(worker, _doubted) or {}
        await self._stage.platforms.of(worker).tell(
            Notice(worker, DOUBTED_KEY, "doubted", "", self._stage.now(), quiet=True, is_over=True)
        )
        steps = {draft.id: entries for draft, entries in found.values()}
        rows = await self._rows.rows((draft for draft, _ in found.values()), steps, words)
        elements: list[Element] = rows if found else [Empty(words.say("reply.doubted_none"))]
        home = Button("home", words.say("consent.my_double_button"))
        return View("doubted", words.say("reply.doubted_title"), tuple(elements), (home,))

    def _is_heard(self, person: PersonRef) -> bool:
        """Whether somebody has not pressed too often today; counted in memory alone."""
        today = self._stage.now().date()
        if today != self._day:
            self._day = today
            self._pressed.clear()
        self._pressed[person] += 1
        return self._pressed[person] <= MOST_A_DAY

    async def _take(self, reader: PersonRef, worker: WorkerRef, draft_id: str) -> None:
        """Note a doubt about a reply that its reader can see, and tell its worker the first time."""
        draft = await self._stage.store.read(worker, lambda tx: tx.drafts.get(draft_id))
        if draft is None or not await can_read(self._stage, reader, draft.channel):
            return
        doubted = await self._stage.store.run(worker, lambda tx: self._note(tx, draft_id))
        if doubted is not None:
            await self._tell(doubted)

    def _note(self, tx: Transaction, draft_id: str) -> Draft | None:
        """Return the posted reply if this is the first doubt about it."""
        draft = tx.drafts.get(draft_id)
        if draft is None or draft.state is not DraftState.POSTED or is_doubted(tx.audit.entries(draft_id)):
            return None
        tx.audit.append(AuditEntry(Happening.DOUBTED, self._stage.now(), draft_id, {}))
        return draft

    async def _tell(self, draft: Draft) -> None:
        platform = self._stage.platforms.of(draft.worker)
        words = await self._stage.platforms.words_for(draft.worker)
        text = words.say("reply.doubted", where=await where(self._stage, draft.channel))
        look = Button("doubted", words.say("reply.doubted_button"), look="primary")
        refs = [draft.posted_ref] if draft.posted_ref else []
        links = tuple(Link(platform.directory.link(ref), words.say("review.see_it")) for ref in refs)
        now = self._stage.now()
        await platform.tell(Notice(draft.worker, DOUBTED_KEY, "doubted", text, now, (look,), links, quiet=True))


def _doubted(tx: Transaction) -> dict[str, tuple[Draft, tuple[ChainedEntry, ...]]]:
    """Return the replies that stand and were doubted, newest first, with their steps."""
    posted = [draft for draft in tx.drafts.latest(LOOKED_AT) if draft.state is DraftState.POSTED]
    found = {draft.id: (draft, tx.audit.entries(draft.id)) for draft in posted}
    return {draft_id: pair for draft_id, pair in found.items() if is_doubted(pair[1])}
