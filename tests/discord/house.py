"""The whole house on the local Discord: the real store, core and library; Mara, Jonas and 陈伟 go in and out of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.discord import ids
from adapters.discord.platform import DiscordWorkspaces
from bot.clock import TestClock
from bot.compose import Core, compose_core, running
from bot.policy import Policy
from bot.refs import PersonRef
from bot.words import Words
from storage.store import SqliteStore
from tests.discord.installed import PATIENCE, access, listening
from tests.discord.reading import labels, words
from tests.discord.server import LocalDiscord, local_discord
from tests.discord.team import Json

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GUILD, OWNER = 1_400_000_000_000_000_501, 1_400_000_000_000_000_510
MARA, JONAS, WEI = 1_400_000_000_000_000_511, 1_400_000_000_000_000_512, 1_400_000_000_000_000_513
BUILD, LEADS = 1_400_000_000_000_000_601, 1_400_000_000_000_000_602
CACHE = "The build cache lives in /var/cache/forge on the runner and is emptied every Sunday at 04:00."
LANGUAGES = pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
CACHE_QUESTION = "where does the build cache live on the runner?"


class House:
    """Everything that runs, and what people do in Discord and nowhere else."""

    def __init__(self, discord: LocalDiscord, core: Core, platform: DiscordWorkspaces, clock: TestClock) -> None:
        self.discord = discord
        self.core = core
        self.platform = platform
        self.clock = clock
        self.bot = discord.team.bot

    def person(self, user: int) -> PersonRef:
        """Return somebody's reference."""
        return ids.person(GUILD, user)

    async def settle(self) -> None:
        """Return once all that is due has run, here and there."""
        for _ in range(2):
            await self.discord.gateway.quiet()
            await self.platform.idle()
            await self.core.pipeline.settle()
        await self.platform.idle()

    async def advance(self, **time: float) -> None:
        """Let time pass, and what is due then happen."""
        self.clock.advance(timedelta(**time))
        await self.settle()

    async def say(self, user: int, text: str, place: int = BUILD) -> int:
        """Say something in a channel or a thread, and let everything come of it; return the message's id."""
        message = await self.discord.talking.say(user, place, text)
        await self.settle()
        return message

    async def command(self, user: int, name: str, place: int = BUILD, **options: Any) -> Json:
        """Give a command of `/double`; return what is before them then."""
        await self.discord.acting.command(user, place, name, **options)
        return await self._settled(user)

    async def press(self, user: int, label: str) -> Json:
        """Press a button on the newest of what somebody alone is shown that has it; return what is before them then."""
        return await self._press(user, label, self.discord.reading.alone(user))

    async def press_and_mean_it(self, user: int, label: str) -> Json:
        """Press a button that asks once more, and say yes."""
        asked = await self.press(user, label)
        yes = sayer(self.discord.team.people[user].locale)("windows.go_on")
        assert yes in labels(asked), f"{label!r} asked nothing: {words(asked)}"
        return await self.press_on(user, yes, asked)

    async def press_told(self, user: int, label: str) -> Json:
        """Press a button on the newest of what somebody was told, directly or alone, that has it."""
        return await self._press(user, label, [*self.discord.reading.direct(user), *self.discord.reading.alone(user)])

    async def press_on(self, user: int, label: str, message: Json) -> Json:
        """Press a button on a message."""
        await self.discord.acting.press(user, message, label)
        return await self._settled(user)

    async def choose(self, user: int, name: str, message: Json | int) -> Json | None:
        """Choose something in a message's menu."""
        await self.discord.acting.menu(user, name, message)
        await self.settle()
        return self.before(user)

    async def submit(self, user: int, **fields: Any) -> Json:
        """Fill in fields of the open form by their names and send it; return what is before them then."""
        await self.discord.acting.submit(user, **fields)
        return await self._settled(user)

    async def join(self, user: int, **fields: Any) -> Json:
        """Join by the form, both ticks and #build if not told otherwise; return the receipt."""
        await self.command(user, "join")
        await self.press(user, "Agree" if self.discord.team.people[user].locale != "zh-CN" else "同意")
        return await self.submit(user, **{"learn": True, "draft": True, "channels": [str(BUILD)], **fields})

    async def ask(self, user: int, question: str = CACHE_QUESTION, worker: int = MARA, place: int = BUILD) -> int:
        """Mention Understudy and a worker with a question; return the message's id."""
        return await self.say(user, f"<@{self.bot}> <@{worker}> {question}", place)

    def before(self, user: int) -> Json | None:
        """Return what is before somebody: the open form, or the newest that they alone are shown; None for nothing."""
        reading = self.discord.reading
        if reading.has_modal(user):
            return reading.modal(user)
        shown = reading.alone(user)
        return shown[-1] if shown else None

    def alone(self, user: int) -> str:
        """Return all that somebody alone is shown."""
        return "\n".join(words(message) for message in self.discord.reading.alone(user))

    def told(self, user: int) -> str:
        """Return all that somebody was told, directly and alone."""
        return "\n".join(self.discord.reading.told(user))

    def replies(self, place: int = BUILD) -> list[Json]:
        """Return the doubles' replies that stand in a channel or a thread with their button, oldest first."""
        return [message for message in self.discord.reading.replies(place) if labels(message)]

    async def _press(self, user: int, label: str, shown: list[Json]) -> Json:
        found = [m for m in shown if any(one.startswith(label) for one in labels(m))]
        assert found, f"nothing before {user} has a button {label!r}: {[(words(m), labels(m)) for m in shown]}"
        return await self.press_on(user, label, max(found, key=lambda m: int(m["id"])))

    async def _settled(self, user: int) -> Json:
        """Let everything come of it; nothing at all is an empty message."""
        await self.settle()
        return self.before(user) or {"components": []}


@asynccontextmanager
async def forge(locale: str = "en-US", flags: int | None = None) -> AsyncIterator[tuple[LocalDiscord, TestClock]]:
    """Let the local Discord run until the end of the block, with everybody in it; Mara reads `locale`.

    `flags` say which privileged intents are switched on, both if not told otherwise.
    """
    clock = TestClock(MONDAY)
    async with local_discord(clock.now) as discord:
        team = discord.team
        team.app_flags = team.app_flags if flags is None else flags
        team.person(OWNER, "Gus Warden", "gus")
        team.person(MARA, "Mara Lind", "mara", locale=locale)
        team.person(JONAS, "Jonas Okafor", "jonas")
        team.person(WEI, "陈伟", "wei", locale="zh-CN")
        team.guild(GUILD, "Forge", OWNER)
        for person in (MARA, JONAS, WEI, team.bot):
            team.join(GUILD, person)
        team.channel(BUILD, "build", GUILD)
        team.guilds[GUILD].system_channel = BUILD
        team.private_channel(LEADS, "leads", GUILD, MARA, JONAS, team.bot)
        yield discord, clock


@asynccontextmanager
async def house(folder: Path, *, policy: Policy | None = None, locale: str = "en-US") -> AsyncIterator[House]:
    """Let everything run until the end of the block."""
    async with forge(locale) as (discord, clock), at_home(folder, discord, clock, policy) as at:
        yield at


@asynccontextmanager
async def at_home(
    folder: Path, discord: LocalDiscord, clock: TestClock, policy: Policy | None = None, *, patience: float = 2.0
) -> AsyncIterator[House]:
    """Let the real store, core and library live in a Discord that is there, until the end of the block."""
    platform = DiscordWorkspaces(access(discord), clock, patience=replace(PATIENCE, for_answers=patience))
    await platform.sign_in()
    core = compose_core(SqliteStore(folder / "double", ballast_bytes=4096), clock, policy or Policy(), platform)
    async with running(core):
        core.jobs.open()
        async with listening(platform, core.pipeline):
            yield House(discord, core, platform, clock)


def sayer(locale: str) -> Callable[..., str]:
    """Return what says the catalogue's sentences as a reader of that language has them."""
    return Words(locale, "UTC").say


async def review(at: House, locale: str = "en-US") -> Json:
    """Let Mara open the review window from the message that says a draft is waiting."""
    return await at.press_told(MARA, sayer(locale)("asking.review_button"))


async def learnt(at: House) -> None:
    """Let Mara join and say what she will be asked for."""
    await at.join(MARA)
    await at.say(MARA, CACHE)


async def sent(at: House, locale: str = "en-US") -> Json:
    """Let Mara send the draft that waits as it stands; return the newest reply in #build."""
    await review(at, locale)
    await at.press(MARA, sayer(locale)("review.send_button"))
    return at.replies()[-1]


async def answered(at: House, locale: str = "en-US") -> Json:
    """Let Mara join and talk, Jonas ask, and Mara send the draft as it is; return the reply."""
    await learnt(at)
    await at.ask(JONAS)
    return await sent(at, locale)
