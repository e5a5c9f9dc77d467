"""The questions that were refused, on their worker's own page and nowhere else, each with the usual mute."""

from __future__ import annotations

from dataclasses import replace

from bot.audit import AuditEntry, Happening
from bot.events import ActionTaken
from bot.ports import Transaction
from bot.refs import PersonRef, WorkerRef
from bot.refusals import let_words_go
from bot.refused import RefusedQuestion
from bot.showing import where
from bot.stage import Stage
from bot.views import Answer, Button, Element, Fold, Item, Refusal, Text
from bot.words import Words


class RefusedWindow:
    """What nobody's double takes, as it was asked of this worker's. For anybody else it is empty."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def section(self, person: PersonRef, words: Words) -> list[Element]:
        """Return the part of "My double" about them, folded; nothing where there are none."""
        now = self._stage.now()
        kept = await self._stage.store.read(person, lambda tx: tx.refused.all()) or ()
        shown = [refused.worn_off() if now >= refused.until else refused for refused in kept]
        if not shown:
            return []
        intro = Text(words.say("refused.intro"), look="small")
        rows = [await self._row(refused, words) for refused in shown]
        return [Fold(words.say("refused.heading", n=len(rows)), (intro, *rows))]

    async def mute(self, action: ActionTaken) -> Answer | Refusal:
        """Let the double take no further question of whoever asked this one, who cannot tell."""
        words, now = await self._stage.platforms.words_for(action.person), self._stage.now()

        def mute(tx: Transaction) -> bool:
            asker = next((refused.asker for refused in tx.refused.all() if refused.id == action.target), None)
            if asker is None:
                return False
            preferences = tx.keepsakes.preferences()
            tx.keepsakes.set_preferences(replace(preferences, muted=preferences.muted | {asker}))
            tx.audit.append(AuditEntry(Happening.MUTED, now, action.target, {}))
            return True

        if not await self._stage.store.run(action.person, mute):
            return Refusal("not_found", words.say("refused.not_found"))
        return Answer(words.say("refused.muted"))

    async def let_go(self, worker: WorkerRef) -> None:
        """Forget who asked what, once a draft would have lapsed."""
        now = self._stage.now()
        kept = await self._stage.store.read(worker, lambda tx: tx.refused.all()) or ()
        if any(refused.asker is not None and now >= refused.until for refused in kept):
            await self._stage.store.run(worker, lambda tx: let_words_go(tx, now))

    async def _row(self, refused: RefusedQuestion, words: Words) -> Item:
        about, when = words.say(f"refused.about_{refused.category}"), words.moment(refused.at, self._stage.now())
        if refused.asker is None or refused.channel is None:
            return Item(words.say("refused.words_gone"), details=(when, about))
        asker = (await self._stage.platforms.person(refused.asker)).name
        place = await where(self._stage, refused.channel)
        confirm = words.say("review.mute_confirm")
        mute = Button("mute_asker", words.say("refused.mute_button"), refused.id, confirm=confirm)
        title = words.say("home.asked_by", name=asker, where=place)
        return Item(refused.words, title=title, details=(when, about), buttons=(mute,))
