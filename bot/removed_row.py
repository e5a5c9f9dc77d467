"""What "My double" says of what was redacted: how many of each sort, and the way to naming more."""

from __future__ import annotations

from collections.abc import Mapping

from bot.marks import REASONS
from bot.views import Button, Item
from bot.words import Words


def removed_row(counts: Mapping[str, int], words: Words) -> Item:
    """Return the row with the counts, and the button to what is never to be learnt."""
    listed = words.listed(words.say(f"redaction.count_{r}", n=counts[r]) for r in REASONS if r in counts)
    said = words.say("redaction.counted", counts=listed) if listed else words.say("redaction.nothing")
    return Item(said, buttons=(Button("never_learn", words.say("learning.window_button")),))
