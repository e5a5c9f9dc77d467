"""Killed while Slack brings events and people press buttons: what was acknowledged is kept, nothing stands twice."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.beside import Beside, served_beside
from tests.faults.greenhouse import ANSWER, FACTS
from tests.faults.process import Running, kept, running_beside
from tests.promised import Figures, Sized
from tests.slack.acting import labelled
from tests.slack.deliveries import NotAcknowledged
from tests.slack.filling_in import name_of, state_of
from tests.slack.reading import labels
from tests.slack.server import LocalSlack, local_slack
from tests.slack.shapes import Json

pytestmark = pytest.mark.faults
CHANNEL, MARA, JONAS = "C1", "U1", "U2"


@dataclass
class Life:
    """What was said while processes ran. Whatever was not acknowledged is owed by Slack, which brings it again."""

    said: list[str] = field(default_factory=list)
    asked: int = 0
    approved: int = 0

    async def live(self, slack: LocalSlack, name: str, over: asyncio.Event) -> None:
        """Mara talks, Jonas asks and she approves, all at once, until it is over."""
        await asyncio.gather(*(deed(slack, name, over) for deed in (self._talk, self._ask, self._approve)))

    async def _talk(self, slack: LocalSlack, name: str, over: asyncio.Event) -> None:
        while not over.is_set():
            self.said.append(f"note {name}-{len(self.said)} about the weather")
            await slack.talking.say(MARA, CHANNEL, self.said[-1])

    async def _ask(self, slack: LocalSlack, name: str, over: asyncio.Event) -> None:
        while not over.is_set():
            thing = list(FACTS)[self.asked % len(FACTS)]
            self.asked += 1
            mention = f"<@{slack.team.bot_user}> <@{MARA}>"
            await slack.talking.say(JONAS, CHANNEL, f"{mention} where is the {thing}? ({name}-{self.asked})")

    async def _approve(self, slack: LocalSlack, _name: str, over: asyncio.Event) -> None:
        while not over.is_set():
            with suppress(NotAcknowledged):
                self.approved += await approve_one(slack, over)


async def approve_one(slack: LocalSlack, over: asyncio.Event) -> bool:
    """Open what waits from the direct message, and send it; say whether the form was acknowledged."""
    await until(slack, over, lambda: any("Review" in labels(m) for m in slack.reading.direct(MARA)))
    waiting = [m for m in slack.reading.direct(MARA) if "Review" in labels(m)]
    if over.is_set() or not waiting:
        return False
    slack.team.modals[MARA].clear()
    button = labelled(waiting[-1]["blocks"], "Review")
    await slack.acting.press_message(MARA, slack.team.direct(MARA).id, waiting[-1]["ts"], button)
    await until(slack, over, lambda: slack.team.modals[MARA])
    if over.is_set() or "submit" not in slack.reading.modal(MARA):
        return False
    fill_in(slack.reading.modal(MARA))
    await slack.acting.submit(MARA)
    return True


def fill_in(window: Json) -> None:
    """Write an answer where the double found none."""
    for block in window["blocks"]:
        if block["type"] == "input" and name_of(block) == "text":
            box = window["state"]["values"][block["block_id"]]["v"]
            box["value"] = box["value"] or ANSWER


async def until(slack: LocalSlack, over: asyncio.Event, condition: Callable[[], object]) -> None:
    """Return as soon as something holds that a call brings about, or it is over."""
    ways = {asyncio.ensure_future(slack.api.until(condition)), asyncio.ensure_future(over.wait())}
    _, left = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for way in left:
        way.cancel()


@contextmanager
def lives(folder: Path, beside: Beside[LocalSlack], number: int) -> Iterator[Running]:
    """Run a process on this Slack, over Socket Mode, until both listen."""
    slack = beside.server
    tokens = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token}
    settings = {**tokens, "SLACK_API_URL": slack.api_url, "DATA": str(folder / "data")}
    with running_beside(folder / f"life-{number}", slack.address, **settings) as bot:
        beside.do(slack.listening())
        yield bot


def join(beside: Beside[LocalSlack]) -> None:
    """Let Mara join by the form, and say what she will be asked for."""

    async def joining() -> None:
        slack = beside.server
        await slack.acting.command(MARA, CHANNEL, "join")
        await slack.api.until(lambda: slack.team.modals[MARA])
        view = slack.reading.modal(MARA)
        typed = state_of(view, {"learn": True, "draft": True, "channels": [CHANNEL]})
        for block in view["blocks"]:
            if block["type"] == "input" and name_of(block) in {"learn", "draft", "channels"}:
                view["state"]["values"][block["block_id"]] = typed[block["block_id"]]
        await slack.acting.submit(MARA)
        slack.team.modals[MARA].clear()
        for fact in FACTS.values():
            await slack.talking.say(MARA, CHANNEL, fact)

    beside.do(joining())


@pytest.mark.promise(16, "kill -9 while Slack brings events")
@pytest.mark.promise(17, "kill -9 while replies are posted in Slack")
@pytest.mark.timeout(900)
def test_kills_under_load_lose_no_event_and_post_no_reply_twice(tmp_path: Path, figures: Figures, sized: Sized) -> None:
    kills, dice, life = sized(quick=2, full=12), random.Random(5), Life()
    with served_beside(local_slack) as beside:
        beside.look(LocalSlack.found_team)
        for number in range(kills):
            with lives(tmp_path, beside, number) as bot:
                if not number:
                    join(beside)
                beside.do(bear(beside.server, life, f"{number}", dice.randint(20, 60), bot))
        with lives(tmp_path, beside, kills) as bot:
            beside.do(beside.server.deliveries.bring_again())
            bot.post("/api/clock", advance_seconds=600)
            bot.get("/api/idle")
            replies = beside.look(lambda slack: slack.reading.replies(CHANNEL))
            owed, dropped = beside.look(lambda slack: (slack.deliveries.owed, slack.deliveries.dropped))
            workspace = beside.server.team.id
            assert bot.stop().code == 0
    assert (owed, dropped) == ([], [])
    holds = kept(tmp_path, MARA, "slack", workspace)
    assert sorted(text for text in holds.texts if text != ANSWER) == sorted([*FACTS.values(), *life.said])
    keys = Counter(reply["metadata"]["event_payload"]["key"] for reply in replies)
    assert [key for key, times in keys.items() if times > 1] == []
    drafts = {draft.key: draft for draft in holds.drafts}
    posted = {key for key, draft in drafts.items() if draft.state == "posted"}
    assert posted == set(keys)
    assert holds.fault is None
    figures("kills", kills)
    figures("events acknowledged", len(life.said) + life.asked)
    figures("replies posted", len(keys))


async def bear(slack: LocalSlack, life: Life, name: str, count: int, bot: Running) -> None:
    """Live until so much was said, then kill with everything under way."""
    over, wanted = asyncio.Event(), len(life.said) + count
    living = asyncio.ensure_future(life.live(slack, name, over))
    while len(life.said) < wanted:
        await slack.deliveries.is_under_way()
    over.set()
    bot.process.kill()
    slack.deliveries.cut()
    await living
