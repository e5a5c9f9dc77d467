"""The whole house on the local Slack: the real store, core and Bolt app, with Mara, Jonas and 陈伟 in and out of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.slack.features import OPTIONAL, Feature
from adapters.slack.platform import SlackWorkspace
from bot.clock import TestClock
from bot.compose import Core, compose_core, running
from bot.policy import Policy
from bot.refs import PersonRef
from storage.store import SqliteStore
from tests.slack.filling_in import name_of, state_of
from tests.slack.installed import SOCKET, access, listening
from tests.slack.reading import labels, words
from tests.slack.server import LocalSlack, local_slack
from tests.slack.shapes import Json

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # 10:00 in Berlin, 17:00 in Shanghai
MARA, JONAS, WEI = "U0MARA", "U0JONAS", "U0WEI"
BUILD, LEADS = "C0BUILD", "C0LEADS"
CACHE = "The build cache lives in /var/cache/forge on the runner and is emptied every Sunday at 04:00."
CACHE_QUESTION = "where does the build cache live on the runner?"


class House:
    """Everything that runs, and what people do in Slack and nowhere else."""

    def __init__(self, slack: LocalSlack, core: Core, platform: SlackWorkspace, clock: TestClock) -> None:
        self.slack = slack
        self.core = core
        self.platform = platform
        self.clock = clock
        self.bot = slack.team.bot_user

    def person(self, user: str) -> PersonRef:
        """Return somebody's reference."""
        return self.platform.installation.person(user)

    async def settle(self) -> None:
        """Return once all that is due has run, here and there."""
        await self.slack.news.quiet()
        await self.core.pipeline.settle()
        await self.slack.news.quiet()

    async def advance(self, **time: float) -> None:
        """Let time pass, and what is due then happen."""
        self.clock.advance(timedelta(**time))
        await self.settle()

    async def say(self, user: str, text: str, thread: str = "", channel: str = BUILD) -> str:
        """Say something, and let everything come of it; return its `ts`."""
        stamp = await self.slack.talking.say(user, channel, text, thread)
        await self.settle()
        return stamp

    async def command(self, user: str, text: str, channel: str = BUILD) -> Json | None:
        """Type `/double …`; return the window on top then, None where there is none."""
        return await self._changing(user, self.slack.acting.command(user, channel, text))

    async def press(self, user: str, label: str) -> Json | None:
        """Press a button in the window on top, as soon as there is one; return what is on top then."""
        await self.until(lambda: self.slack.team.modals[user])
        return await self._changing(user, self.slack.press(user, label))

    async def press_home(self, user: str, label: str) -> Json | None:
        """Press a button in the app's home."""
        return await self._changing(user, self.slack.press_home(user, label))

    async def press_told(self, user: str, label: str) -> Json | None:
        """Press a button on the newest of what somebody was told, directly or alone, that has it."""
        found = [(self.slack.team.direct(user).id, m) for m in self.slack.reading.direct(user)]
        found += [(e.channel, e.message) for e in self.slack.team.ephemerals if e.person == user]
        found = [(channel, m) for channel, m in found if any(b.startswith(label) for b in labels(m))]
        assert found, f"nobody told {user} of {label!r}: {self.slack.reading.told(user)}"
        channel, message = max(found, key=lambda one: str(one[1]["ts"]))
        return await self._changing(user, self.slack.press_on(user, channel, message["ts"], label))

    async def press_reply(self, user: str, label: str, reply: Json, channel: str = BUILD) -> Json | None:
        """Press a button on what stands in a channel."""
        return await self._changing(user, self.slack.press_on(user, channel, reply["ts"], label))

    async def submit(self, user: str, **fields: Any) -> Json | None:
        """Fill in fields of the window on top by their names, as soon as there is one; return what is on top then."""
        await self.until(lambda: self.slack.team.modals[user])
        view = self.slack.reading.modal(user)
        typed = state_of(view, fields)
        for block in view["blocks"]:
            if block["type"] == "input" and name_of(block) in fields:
                view["state"]["values"][block["block_id"]] = typed[block["block_id"]]
        await self.slack.acting.submit(user)
        await self.settle()
        return self.on_top(user)

    async def join(self, user: str, **fields: Any) -> Json:
        """Join by the form, both ticks and #build if not told otherwise; return the receipt, closed."""
        await self.command(user, "join")
        receipt = await self.submit(user, **{"learn": True, "draft": True, "channels": [BUILD], **fields})
        assert receipt is not None
        await self.slack.acting.close(user)
        return receipt

    async def ask(self, user: str, question: str = CACHE_QUESTION, worker: str = MARA, thread: str = "") -> str:
        """Mention Understudy and a worker with a question; return its `ts`."""
        return await self.say(user, f"<@{self.bot}> <@{worker}> {question}", thread)

    def on_top(self, user: str) -> Json | None:
        """Return the window on top, if there is one."""
        return self.slack.reading.modal(user) if self.slack.team.modals[user] else None

    async def home(self, user: str) -> Json:
        """Open the app's home, and return it once it is shown afresh."""
        before = self.slack.team.homes.get(user, {}).get("hash")
        await self.slack.acting.open_home(user)
        await self.until(lambda: self.slack.team.homes.get(user, {}).get("hash") != before)
        return self.slack.team.homes[user]

    async def until(self, condition: Callable[[], object]) -> None:
        """Return as soon as something holds that a call to Slack brings about."""
        await self.slack.api.until(condition)

    def alone(self, user: str) -> str:
        """Return all that somebody alone was shown in channels."""
        return "\n".join(words(message["text"]) for message in self.slack.reading.alone(user))

    async def _changing(self, user: str, deed: Awaitable[None]) -> Json | None:
        before = self._seen(user)
        await deed
        await self.until(lambda: self._seen(user) != before)
        await self.settle()
        return self.on_top(user)

    def _seen(self, user: str) -> tuple[object, ...]:
        """What somebody has before them but for channels."""
        windows = tuple(view["hash"] for view in self.slack.team.modals[user])
        told = tuple((m["ts"], m["text"], str(m["blocks"])) for m in self.slack.reading.direct(user))
        alone = tuple((m["ts"], m["text"], str(m["blocks"])) for m in self.slack.reading.alone(user))
        return windows, told, alone, self.slack.team.homes.get(user, {}).get("hash")


@asynccontextmanager
async def house(
    folder: Path,
    way: str = SOCKET,
    *,
    policy: Policy | None = None,
    enterprise: str = "",
    locale: str = "en-US",
    features: Iterable[Feature] = OPTIONAL,
) -> AsyncIterator[House]:
    """Let everything run until the end of the block; Mara reads `locale`; the app has all features or those given."""
    clock = TestClock(MONDAY)
    async with local_slack(clock.now, enterprise) as slack:
        team = slack.team
        slack.install(*features)
        team.person(MARA, "Mara Lind", "mara", locale=locale)
        team.person(JONAS, "Jonas Okafor", "jonas", time_zone="America/New_York")
        team.person(WEI, "陈伟", "wei", locale="zh-CN", time_zone="Asia/Shanghai")
        team.channel(BUILD, "build", MARA, JONAS, WEI, team.bot_user)
        team.channel(LEADS, "leads", MARA, JONAS, team.bot_user, is_private=True)
        async with at_home(folder, slack, clock, way, policy) as at:
            yield at


@asynccontextmanager
async def at_home(
    folder: Path, slack: LocalSlack, clock: TestClock, way: str, policy: Policy | None = None
) -> AsyncIterator[House]:
    """Let the real store, core and app live in a Slack that is there, until the end of the block."""
    platform = SlackWorkspace(access(slack, way), clock)
    await platform.sign_in()
    core = compose_core(SqliteStore(folder / "double", ballast_bytes=4096), clock, policy or Policy(), platform)
    async with running(core):
        core.jobs.open()
        async with listening(slack, platform, core.pipeline):
            yield House(slack, core, platform, clock)
