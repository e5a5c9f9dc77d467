"""The exact words a worker agreed to, kept in their own file for as long as it lives. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.drafts import text_digest


@dataclass(frozen=True, slots=True)
class AgreedWords:
    """A text that was shown and agreed to, as it was read, and the language it was read in (BCP 47).

    `version` is the agreement's (`bot.agreement`); the days are those it names: how long the double sleeps after an end
    before everything is erased, and how long what was frozen is kept. What was agreed holds, whatever is set later.
    """

    text: str
    language: str
    version: int = 1
    asleep_days: int = 30
    frozen_days: int = 30

    @property
    def digest(self) -> str:
        """SHA-256 of the text, as hex: what stands in every grant (`Grant.words_hash`)."""
        return text_digest(self.text)
