"""Killed while Discord tells of events and people press buttons: what was said is read later, nothing stands twice.

Nothing is acknowledged on Discord's gateway. What a process was told and had not stored when it died, and what was said
before the next one listened, is read from the channel's history.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.discord.replies import mark_in
from bot.platform_settings import ACKNOWLEDGEMENT
from tests.beside import Beside, served_beside
from tests.discord.reading import labels
from tests.discord.server import ADA, GARDEN, GUILD, WEI, LocalDiscord, local_discord
from tests.discord.team import Json
from tests.faults.greenhouse import ANSWER, FACTS
from tests.faults.process import Running, kept, running_beside
from tests.promised import Figures, Sized

pytestmark = pytest.mark.faults


@dataclass
class Life:
    """What was said while processes ran, and while none did."""

    said: list[str] = field(default_factory=list)
    asked: int = 0
    more: asyncio.Event = field(default_factory=asyncio.Event)

    async def live(self, discord: LocalDiscord, name: str, over: asyncio.Event) -> None:
        """Ada talks, 陈伟 asks and she approves, all at once, until it is over."""
        await asyncio.gather(*(deed(discord, name, over) for deed in (self._talk, self._approve)))

    async def say(self, discord: LocalDiscord, name: str) -> None:
        """Let Ada say something."""
        self.said.append(f"note {name}-{len(self.said)} about the weather")
        await discord.talking.say(ADA, GARDEN, self.said[-1])
        self.more.set()

    async def _talk(self, discord: LocalDiscord, name: str, over: asyncio.Event) -> None:
        """Ada says something and 陈伟 asks, no faster than Understudy shows that it looks at the question."""
        while not over.is_set():
            await self.say(discord, name)
            thing = list(FACTS)[self.asked % len(FACTS)]
            self.asked += 1
            looked_at = asyncio.ensure_future(_until_told(discord, over))
            question = f"<@{discord.team.bot}> <@{ADA}> where is the {thing}? ({name}-{self.asked})"
            await discord.talking.say(WEI, GARDEN, question)
            await looked_at

    async def _approve(self, discord: LocalDiscord, _name: str, over: asyncio.Event) -> None:
        """Open what waits from the direct message, by one's own page where several do, and send it."""
        while not over.is_set():
            told = [m for m in discord.reading.direct(ADA) if labels(m)]
            if not told:
                await _until_told(discord, over)
                continue
            with suppress(AssertionError):  # whoever was to answer is dead
                await discord.acting.press(ADA, told[-1], labels(told[-1])[0])
                shown = await _shown(discord, over, "Review", "Send")
                if shown and "Review" in labels(shown):
                    await discord.acting.press(ADA, shown, "Review")
                    shown = await _shown(discord, over, "Send")
                if shown:
                    await _send(discord, shown)


async def _shown(discord: LocalDiscord, over: asyncio.Event, *wanted: str) -> Json | None:
    """Return what she alone is shown that has such a button, once it is there; None if it is over before."""
    while not over.is_set():
        for message in reversed(discord.reading.alone(ADA)):
            if any(label.startswith(wanted) for label in labels(message)):
                return message
        await _until_told(discord, over)  # it may be told first that it takes a moment
    return None


async def _send(discord: LocalDiscord, shown: Json) -> None:
    """Send what a window shows; where the double found nothing, write an answer."""
    if "Send as my double" in labels(shown):
        await discord.acting.press(ADA, shown, "Send as my double")
    else:
        await discord.acting.press(ADA, shown, "Send")
        await discord.acting.submit(ADA, text=ANSWER)


async def _until_told(discord: LocalDiscord, over: asyncio.Event) -> None:
    """Return as soon as a call was made that may have told her something, or it is over."""
    count = len(discord.api.calls)
    told = asyncio.ensure_future(discord.api.until(lambda: len(discord.api.calls) > count))
    ways = {told, asyncio.ensure_future(over.wait())}
    _, left = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for way in left:
        way.cancel()


@contextmanager
def lives(folder: Path, beside: Beside[LocalDiscord], number: int) -> Iterator[Running]:
    """Run a process on this Discord until both listen."""
    discord = beside.server
    switched_on = {"DISCORD_ENABLED": "true", "DISCORD_ACKNOWLEDGED": ACKNOWLEDGEMENT, "DISCORD_TOKEN": discord.token}
    addresses = {"DISCORD_API_URL": discord.api_url, "DISCORD_GATEWAY_URL": discord.gateway_url}
    settings = {**switched_on, **addresses, "DATA": str(folder / "data")}
    with running_beside(folder / f"life-{number}", "https://", **settings) as bot:
        yield bot


async def join(discord: LocalDiscord) -> None:
    """Let Ada join by the form, and say what she will be asked for."""
    await discord.api.until(lambda: discord.app.commands)
    await discord.acting.command(ADA, GARDEN, "join")
    await discord.acting.press(ADA, discord.reading.alone(ADA)[-1], "Agree")
    await discord.acting.submit(ADA, learn=True, draft=True, channels=[str(GARDEN)])
    for fact in FACTS.values():
        await discord.talking.say(ADA, GARDEN, fact)


@pytest.mark.promise(16, "kill -9 while Discord tells of what is said")
@pytest.mark.promise(17, "kill -9 while replies are posted in Discord")
@pytest.mark.promise(21, "what is said in Discord between two processes")
@pytest.mark.timeout(900)
def test_kills_under_load_lose_nothing_that_was_said_and_post_no_reply_twice(
    tmp_path: Path, figures: Figures, sized: Sized
) -> None:
    kills, dice, life = sized(quick=2, full=12), random.Random(5), Life()
    with served_beside(local_discord) as beside:
        beside.look(LocalDiscord.found_team)
        for number in range(kills):
            with lives(tmp_path, beside, number) as bot:
                if not number:
                    beside.do(join(beside.server))
                beside.do(bear(beside.server, life, f"{number}", dice.randint(20, 60), bot))
            beside.do(life.say(beside.server, f"between-{number}"))
        with lives(tmp_path, beside, kills) as bot:
            bot.post("/api/clock", advance_seconds=600)
            bot.get("/api/idle")
            replies = beside.look(lambda discord: discord.reading.replies(GARDEN))
            assert bot.stop().code == 0
    holds = kept(tmp_path, str(ADA), "discord", str(GUILD))
    assert sorted(text for text in holds.texts if text != ANSWER) == sorted([*FACTS.values(), *life.said])
    keys = Counter(key_of(reply) for reply in replies)
    assert [key for key, times in keys.items() if times > 1] == []
    posted = {draft.key for draft in holds.drafts if draft.state == "posted"}
    assert posted == set(keys)
    assert holds.fault is None
    figures("kills", kills)
    figures("messages said", len(life.said))
    assert keys, "nothing was posted, so nothing was tried"
    figures("replies posted", len(keys))


def key_of(reply: Json) -> str:
    """The key in a reply's button."""
    mark = mark_in(reply)
    assert mark is not None
    return mark.key


async def bear(discord: LocalDiscord, life: Life, name: str, count: int, bot: Running) -> None:
    """Live until so much was said, then kill with everything under way."""
    over, wanted = asyncio.Event(), len(life.said) + count
    discord.interactions.patience = 2.0
    discord.interactions.alone.clear()  # as whoever loads their Discord anew
    living = asyncio.ensure_future(life.live(discord, name, over))
    while len(life.said) < wanted:
        life.more.clear()
        await life.more.wait()
    over.set()
    bot.process.kill()
    await living
