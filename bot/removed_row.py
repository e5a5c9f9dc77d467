"""What "My double" says of what was redacted: how many of each sort, and nothing of what they were."""

from __future__ import annotations

from collections.abc import Mapping

from bot.marks import REASONS
from bot.views import Item
from bot.words import Words


def removed_row(counts: Mapping[str, int], words: Words) -> Item:
    """Return the row with the counts."""
    listed = words.listed(words.say(f"redaction.count_{r}", n=counts[r]) for r in REASONS if r in counts)
    said = words.say("redaction.counted", counts=listed) if listed else words.say("redaction.nothing")
    return Item(said)
