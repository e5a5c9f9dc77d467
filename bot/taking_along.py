"""Taking one's double along: what the worker's own page says of it."""

from __future__ import annotations

from bot.receipt_rows import Receipts, receipts_fold
from bot.refs import PersonRef
from bot.stage import Stage
from bot.views import Element, Heading
from bot.words import Words


class TakingAlong:
    """The worker's receipts and their way out with everything."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def section(self, person: PersonRef, words: Words) -> list[Element]:
        """Return what stands on the worker's own page."""
        kept = await self._stage.store.read(person, Receipts)
        if kept is None:
            return []
        return [Heading(words.say("vault.heading")), *await receipts_fold(self._stage, kept, words)]
