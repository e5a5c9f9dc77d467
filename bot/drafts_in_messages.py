"""The worker's choice to see drafts in their direct messages, with the warning that goes with it. Off by default."""

from __future__ import annotations

from dataclasses import replace

from bot.events import ActionTaken
from bot.ports import Transaction
from bot.preferences import Preferences
from bot.stage import Stage
from bot.telling import Telling
from bot.views import Answer, Button, Item, Refusal
from bot.words import Words


class DraftsInMessages:
    """Lets a worker have question and draft in the notice that announces them, or have them out of it again."""

    def __init__(self, stage: Stage, telling: Telling) -> None:
        self._stage = stage
        self._telling = telling

    async def switch(self, action: ActionTaken) -> Answer | Refusal:
        """Do as the worker says, and put the notice that stands there right at once."""
        words = await self._stage.platforms.words_for(action.person)
        shown = action.values.get("shown") == "yes"

        def keep(tx: Transaction) -> bool:
            tx.keepsakes.set_preferences(replace(tx.keepsakes.preferences(), drafts_shown=shown))
            return True

        if not await self._stage.store.run(action.person, keep):
            return Refusal("not_found", words.say("double.join_first"))
        if not shown:
            await self._telling.unannounce_drafts(action.person)
        await self._telling.announce(action.person)
        return Answer(words.say("home.drafts_shown" if shown else "home.drafts_not_shown"))


def drafts_row(kept: Preferences, words: Words) -> Item:
    """Return the line on the worker's own page; before they are shown, who can read them there is said once more."""
    if kept.drafts_shown:
        hide = Button("show_drafts", words.say("home.drafts_hide_button"), values={"shown": "no"})
        return Item(words.say("home.drafts_shown"), buttons=(hide,))
    warning = words.say("home.drafts_show_confirm")
    show = Button("show_drafts", words.say("home.drafts_show_button"), values={"shown": "yes"}, confirm=warning)
    return Item(words.say("home.drafts_not_shown"), buttons=(show,))
