"""A double's whole life in Discord alone, by the real composition: from joining to the receipt of leaving."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.words import Words
from tests.discord.house import (
    BUILD,
    CACHE,
    GUILD,
    JONAS,
    MARA,
    House,
    house,
)
from tests.discord.reading import words
from tests.discord.team import Json

pytestmark = pytest.mark.anyio
LANGUAGES = pytest.mark.parametrize("locale", ["en-US", "zh-CN"])


def sayer(locale: str) -> Any:
    """Return what says the catalogue's sentences as a reader of that language has them."""
    return Words(locale, "UTC").say


async def review(at: House, locale: str = "en-US") -> Json:
    """Let Mara open the review window from the message that says a draft is waiting."""
    return await at.press_told(MARA, sayer(locale)("asking.review_button"))


async def answered(at: House, locale: str = "en-US") -> Json:
    """Let Mara join and talk, Jonas ask, and Mara send the draft as it is; return the reply."""
    await at.join(MARA)
    await at.say(MARA, CACHE)
    await at.ask(JONAS)
    await review(at, locale)
    await at.press(MARA, sayer(locale)("review.send_button"))
    (reply,) = at.replies()
    return reply


@pytest.mark.promise(9, "the label in a whole conversation in Discord")
@LANGUAGES
async def test_a_question_becomes_a_labelled_reply_that_its_worker_wrote(tmp_path: Path, locale: str) -> None:
    say = sayer(locale)
    async with house(tmp_path, locale=locale) as at:
        receipt = await at.join(MARA)
        assert say("consent.joined_title") in words(receipt)
        said = await at.say(MARA, CACHE)
        question = await at.ask(JONAS)
        assert "Mara Lind decides whether this goes out." in at.told(JONAS)
        assert CACHE not in str(at.discord.reading.direct(MARA))  # a message announces, and holds no content
        window = await review(at, locale)
        assert words(window).count("where does the build cache live") == 1
        await at.press(MARA, say("discord.edit_button"))
        drafted = at.discord.reading.typed(MARA, "text")
        await at.submit(MARA, text=f"{drafted}\nAsk <@{JONAS}> & me if it <is> *not*.")
        (reply,) = at.replies()
        assert words(reply).startswith("Mara Lind's AI double")
        assert "edited" in words(reply).splitlines()[0]
        assert "Ask Jonas Okafor & me if it <is> *not*." in words(reply)
        assert f"/channels/{GUILD}/{BUILD}/{said}" in reply["content"]
        assert f"/channels/{GUILD}/{BUILD}/{question}" in reply["content"]
        assert reply["mentions"] == []
        assert "Mara Lind's double has answered." in at.told(JONAS)
