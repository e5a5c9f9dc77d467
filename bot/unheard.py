"""Where a platform lets Understudy hear nothing but what mentions it: nothing is learnt there, and workers are told."""

from __future__ import annotations

from bot.refs import PersonRef
from bot.stage import Stage
from bot.views import Text
from bot.words import Words


def unheard(stage: Stage, person: PersonRef, words: Words) -> tuple[Text, ...]:
    """Say so where it is so."""
    if stage.platforms.of(person).hears_all:
        return ()
    return (Text(words.say("consent.hears_mentions_alone"), look="notice"),)
