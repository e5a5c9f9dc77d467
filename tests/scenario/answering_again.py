"""How a scenario lets an answer answer again, asks for it, and looks behind the curtain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from adapters.web.translate import channel_ref, person_ref
from bot.drafts import text_digest
from bot.reusable import ReusableAnswer
from bot.views import Element, Fold, Notice, View
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, said

TITLE = "Where does the build cache live on the runner?"
AMONG_LEADS = "Among ourselves: the runner writes its cache to the second disk until the move is done."
SAME = "where can I find the build cache on the runner?"


async def let_answer_again(door: StageDoor, **values: Any) -> str:
    """Let Mara join, be asked, and send her answer with the tick that it may answer again; return its id."""
    draft_id = await door.learn_and_ask(channel=values.pop("channel", "build"))
    said(await door.approve("mara", draft_id, **{"reuse": True, "titles": TITLE, **values}))
    (answer,) = await answers(door)
    return answer.id


async def answers(door: StageDoor) -> tuple[ReusableAnswer, ...]:
    return await door.core.stage.store.read(person_ref("mara"), lambda tx: tx.reusable.all()) or ()


async def change(door: StageDoor, **fields: Any) -> None:
    """Change the one reusable answer behind the curtain."""
    (answer,) = await answers(door)
    changed = replace(answer, **fields)
    await door.core.stage.store.run(person_ref("mara"), lambda tx: tx.reusable.put(changed))


async def ask(door: StageDoor, asker: str, question: str, channel: str = "build") -> Notice | None:
    """Ask in the open; return what is shown at once, if anything is."""
    before = {n.key for n in await door.notices_of(asker) if n.kind == "reused"}
    await door.say(asker, channel, f"@Understudy @mara {question}")
    await door.settle()
    new = [n for n in await door.notices_of(asker) if n.kind == "reused" and n.key not in before]
    return new[0] if new else None


def in_folds(view: View) -> list[Element]:
    return [e for fold in view.elements if isinstance(fold, Fold) for e in fold.elements]


async def let_answer_again_in(door: StageDoor) -> None:
    await door.say("mara", "build", CACHE)
    draft_id = await door.ask("jonas", "mara", CACHE_QUESTION)
    said(await door.approve("mara", draft_id, reuse=True, titles=TITLE))


async def have_its_source_said_in_private(door: StageDoor) -> None:
    said_there = await door.say("mara", "leads", AMONG_LEADS)  # her double's own sentences would not be logged
    (answer,) = await answers(door)
    ref = replace(answer.sources[0].ref, channel=channel_ref("leads"), stamp=said_there.ts)
    await change(door, sources=(replace(answer.sources[0], ref=ref, digest=text_digest(AMONG_LEADS)),))
