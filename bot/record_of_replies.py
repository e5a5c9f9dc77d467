"""How many of the last replies went out as their double wrote them: said to the worker alone, kept nowhere. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from bot.drafts import Draft, DraftState
from bot.views import Text
from bot.words import Words

LAST, FEWEST = 20, 3
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def record_of_replies(drafts: Iterable[Draft], words: Words) -> tuple[Text, ...]:
    """Return the sentence on the newest replies that stand, twenty at most; nothing while there are under three."""
    posted = [draft for draft in drafts if draft.state is DraftState.POSTED]
    last = sorted(posted, key=lambda draft: draft.posted_at or _LONG_AGO)[-LAST:]
    if len(last) < FEWEST:
        return ()
    unedited = sum(not draft.is_edited for draft in last)
    return (Text(words.say("home.record", unedited=unedited, n=len(last)), look="small"),)
